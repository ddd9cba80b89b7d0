package linesearch

import (
	"math"

	"github.com/argmin-go/argmin/internal/core/ir"
	"github.com/argmin-go/argmin/internal/option"
	"github.com/argmin-go/argmin/num"
)

// Condition is what [Backtracking] requires of a step.
type Condition int

// The conditions (Nocedal & Wright, "Numerical Optimization", section 3.1).
const (
	Armijo      Condition = iota // sufficient decrease
	Wolfe                        // and the slope has risen to C2 times the first
	StrongWolfe                  // and its magnitude has fallen to C2 times the first
	Goldstein                    // decrease between C1 and 1 - C1 times the linear one
)

// BacktrackingOptions configures [Backtracking]; the zero value is useful.
type BacktrackingOptions struct {
	Condition Condition // what a step must satisfy; default Armijo
	C1        float64   // sufficient decrease; default 1e-4
	C2        float64   // curvature; default 0.9
	Decrease  float64   // factor of the step after a rejected trial; default 0.5
	MaxIter   int       // maximum number of trials; default 40

	MaxStepSize float64 // the longest step; default no limit
}

// Backtracking shortens the step until the condition holds (Nocedal & Wright,
// algorithm 3.1). It never lengthens the step, so that the conditions other than
// Armijo may fail where the first step is too short; [Zoom] does not.
func Backtracking(opt BacktrackingOptions) Search {
	ranges := []option.Range{option.Share("C1", opt.C1), option.AtLeast("C2", max(opt.C2, 0), 0),
		option.Between("Decrease", opt.Decrease, 0, 1), option.Positive("MaxStepSize", opt.MaxStepSize)}
	// C1 and C2 are from Nocedal & Wright; 40 halvings take a step below 1e-12 of
	// the first.
	opt.C1 = option.Or(opt.C1, 1e-4)
	opt.C2 = option.Or(opt.C2, 0.9)
	opt.Decrease = option.Or(opt.Decrease, 0.5)
	opt.MaxIter = option.Or(opt.MaxIter, 40)
	return func(f Func, s Start) Result {
		refuse("Backtracking", ranges...)
		if opt.Condition < Armijo || opt.Condition > Goldstein {
			ir.Throw(ir.Errorf(ir.ArgumentError, "linesearch.Backtracking", "Condition is %d, which is not a condition", opt.Condition))
		}
		h := newSearcher(f, s, option.Or(opt.MaxStepSize, 0))
		o := h.origin()
		zero, inf := h.slope.Const(0), h.slope.Const(math.Inf(1))
		type backing struct {
			state
			Lo array // longest step with numbers while Hi, the shortest without, is sought
		}
		init := backing{state{o, point{inf, o.T, o.V, o.T, o.S}, h.first(), num.Int(0), num.Full(num.Bool, 0)}, zero}
		end := num.WhileMax(opt.MaxIter, func(st backing) array { return st.OK.Not().And(h.descent) }, func(st backing) backing {
			p := h.at(st.T)
			finite := p.V.IsFinite().And(p.S.IsFinite())
			linear := h.slope.Mul(p.T)
			ok := p.V.Le(s.Value.Add(linear.Scale(opt.C1)))
			switch opt.Condition {
			case Wolfe:
				ok = ok.And(p.S.Ge(h.slope.Scale(opt.C2)))
			case StrongWolfe:
				ok = ok.And(p.S.Abs().Le(h.slope.Scale(-opt.C2)))
			case Goldstein:
				ok = ok.And(p.V.Ge(s.Value.Add(linear.Scale(1 - opt.C1))))
			}
			// A decrease below rounding means nothing: there the slope decides.
			ok = num.Where(h.level(p), h.gentle(p, opt.C1), ok).And(finite)
			// Where steps came down from where there are no numbers by more than their usual factor,
			// the border is sought first.
			st.N = st.N.AddScalar(1)
			st.Hi.T, st.Lo = num.Where(finite, st.Hi.T, p.T), num.Where(finite, p.T, st.Lo)
			jumped := st.Hi.T.IsFinite().And(st.Hi.T.Gt(st.Lo.Scale(4))).And(st.N.Gt(num.Const(8)))
			next := num.Where(jumped, border(st.Lo, st.Hi.T, st.N), p.T.Scale(opt.Decrease))
			st.Hi.T = num.Where(jumped.Not().And(finite), inf, st.Hi.T)
			ok = ok.And(jumped.And(finite).Not())
			better := ok.Or(p.V.Lt(st.Best.V).And(finite))
			st.Best, st.T, st.OK = pick(better, p, st.Best), next, ok
			return st
		}, init)
		return h.result(end.state, num.Full(num.Bool, 0))
	}
}
