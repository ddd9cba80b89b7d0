package sparse

import (
	"errors"
	"math"
)

// order factors a regular matrix with pivots as they come, if none is too small.
func (v *Solver) order(f *factorization, values []float64, stop Stop) (err error) {
	f.current = false
	opt := Options{Ordered: true, Regular: true, ZeroPivot: v.opt.ZeroPivot, Enough: v.opt.Enough}
	if f.ordered == nil {
		s, err := v.ldl.symbolic(stop)
		if err != nil {
			return err
		}
		if f.large = s.Flops() >= large*float64(s.NNZ()); f.large {
			opt.Least = raised
		}
	}
	f.ordered, err = v.factor(f.ordered, values, opt, stop)
	f.refused = errors.Is(err, ErrSmallPivot)
	f.plain = false
	if f.refused {
		return nil
	}
	if err == nil && v.opt.Enough > 0 && !f.ordered.raised {
		// What is found out with one right side is the same whenever the factors are made.
		b, x := make([]float64, v.n), make([]float64, v.n)
		for i := range b {
			b[i] = 1
		}
		e, err := f.ordered.Solve(b, x)
		f.plain = err == nil && e <= v.opt.Enough
	}
	return err
}

// mostFill is how many times as large as without delayed columns the factors of a regular matrix may get; a choice. Rows that most others
// have entries in collect so many that nothing of the sparsity is left.
const mostFill = 8

// large is for how many operations of a factorization, for each entry of the factors, columns are not delayed before corrections are combined: 100 solutions
// take as long then as three factorizations. And raised is the least size of the diagonal there, about the root of rounding. Both are choices.
const (
	large  = 500
	raised = 1e-8
)

// combinedEnough is the backward error up to which combined corrections are taken where they got no nearer to rough: a factorization of a large matrix with other pivots
// takes many times as long as one with pivots as they come, for the next digit. A choice.
const combinedEnough = 16 * rough

// accurate is the backward error up to which a solution with pivots as they come is taken: there is then not much that others could
// give, at many times the cost. A choice.
const accurate = 0x1p-46

// solveRegular solves with pivots as they come, and if the solution is not accurate, with others as well, of which the more accurate
// one is taken.
func (v *Solver) solveRegular(f *factorization, b, x []float64, stop Stop) (float64, error) {
	if f.plain && f.ordered.plainly(b, x) {
		return v.opt.Enough, nil
	}
	first, err := math.NaN(), error(ErrSmallPivot)
	enough := max(v.opt.Enough, v.enough)
	if !f.refused {
		if !f.ordered.raised {
			if first, err = f.ordered.solve(b, x, v.enough); err == nil && first <= max(accurate, enough) {
				return first, nil
			}
		}
		if f.large {
			f.ordered.stop = stop
			first, err = f.ordered.combine(b, x, v.enough)
			f.ordered.stop = nil
			if err == nil && first <= max(combinedEnough, enough) {
				return first, nil
			}
		}
	}
	if !f.current {
		f.filled = v.pivoted(f, f.values, stop)
		f.current = !errors.Is(f.filled, ErrStopped)
	}
	if err != nil && errors.Is(f.filled, ErrFill) { // there is no other answer
		f.ldl.opt.MaxFill = 0
		f.filled = f.ldl.Refactorize(f.values)
		f.ldl.opt.MaxFill = v.opt.MaxFill
	}
	if f.filled != nil {
		return first, err
	}
	y := make([]float64, len(x))
	second, failed := f.ldl.solve(b, y, v.enough)
	if err == nil && !(failed == nil && second < first) {
		return first, nil
	}
	copy(x, y)
	return second, failed
}
