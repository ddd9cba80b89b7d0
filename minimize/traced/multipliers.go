package traced

import (
	"math"

	"gonum.org/v1/gonum/mat"

	"github.com/argmin-go/argmin/minimize"
)

// multipliers are those of the constraints at a solution x, from least squares of the
// gradient of the Lagrangian over the active constraints and the variables that are
// not at a bound (Nocedal & Wright, "Numerical Optimization", 2nd ed., equation 18.21).
// An inequality whose multiplier has the wrong sign is none of the active ones.
func (s *solve[P, A]) multipliers(x []float64, opt minimize.Options) []float64 {
	if len(opt.Constraints) == 0 {
		return nil
	}
	c := opt.Constraints[0]
	m, n := len(c.Lower), len(x)
	g, lambda := make([]float64, n), make([]float64, m)
	copy(g, evaluated(s.host, s.prog.vg, x).Grad.Float64s())
	jac := mat.NewDense(m, n, nil)
	c.Jac(x, jac)
	values := make([]float64, m)
	c.Func(x, values)

	const near = 1e-5
	at := func(v, limit float64) bool {
		return !math.IsInf(limit, 0) && math.Abs(v-limit) <= near*(1+math.Abs(limit))
	}
	var free, active []int
	for i, v := range x {
		if opt.Bounds == nil || !at(v, opt.Bounds.Lower[i]) && !at(v, opt.Bounds.Upper[i]) {
			free = append(free, i)
		}
	}
	for r, v := range values {
		if at(v, c.Lower[r]) || at(v, c.Upper[r]) {
			active = append(active, r)
		}
	}
	for len(active) > 0 && len(free) > 0 {
		a, b := mat.NewDense(len(free), len(active), nil), mat.NewVecDense(len(free), nil)
		for k, i := range free {
			b.SetVec(k, -g[i])
			for l, r := range active {
				a.Set(k, l, jac.At(r, i))
			}
		}
		var svd mat.SVD
		if !svd.Factorize(a, mat.SVDThin) {
			return lambda
		}
		rank := 0
		singular := svd.Values(nil)
		for _, v := range singular {
			if v > 1e-12*singular[0] {
				rank++
			}
		}
		if rank == 0 {
			return lambda
		}
		var y mat.VecDense
		svd.SolveVecTo(&y, b, rank)
		worst, out := 0.0, -1
		for l, r := range active {
			// At the upper limit it is at least zero, at the lower at most.
			wrong := 0.0
			switch {
			case c.Lower[r] == c.Upper[r]:
			case at(values[r], c.Upper[r]):
				wrong = -y.AtVec(l)
			default:
				wrong = y.AtVec(l)
			}
			if wrong > worst {
				worst, out = wrong, l
			}
		}
		if out < 0 {
			for l, r := range active {
				lambda[r] = y.AtVec(l)
			}
			return lambda
		}
		active = append(active[:out], active[out+1:]...)
	}
	return lambda
}
