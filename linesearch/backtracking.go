package linesearch

import (
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
}

// Backtracking shortens the step until the condition holds (Nocedal & Wright,
// algorithm 3.1). It never lengthens the step, so that the conditions other than
// Armijo may fail where the first step is too short; [Zoom] does not.
func Backtracking(opt BacktrackingOptions) Search {
	// C1 and C2 are from Nocedal & Wright; 40 halvings take a step below 1e-12 of
	// the first.
	opt.C1 = option.Or(opt.C1, 1e-4)
	opt.C2 = option.Or(opt.C2, 0.9)
	opt.Decrease = option.Or(opt.Decrease, 0.5)
	opt.MaxIter = option.Or(opt.MaxIter, 40)
	return func(f Func, s Start) Result {
		notNaN("Backtracking", "C1", opt.C1)
		notNaN("Backtracking", "C2", opt.C2)
		notNaN("Backtracking", "Decrease", opt.Decrease)
		if opt.Condition < Armijo || opt.Condition > Goldstein {
			ir.Throw(ir.Errorf(ir.ArgumentError, "linesearch.Backtracking", "Condition is %d, which is not a condition", opt.Condition))
		}
		h := newSearcher(f, s)
		o := h.origin()
		init := state{o, point{o.T, o.T, o.V, o.T, o.S}, s.Step, num.Int(0), num.Full(num.Bool, 0)}
		return h.loop(opt.MaxIter, init, func(st state) state {
			p := h.at(st.T)
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
			ok = num.Where(h.level(p), h.gentle(p, opt.C1), ok).And(p.V.IsFinite()).And(p.S.IsFinite())
			better := ok.Or(p.V.Lt(st.Best.V).And(p.V.IsFinite()))
			return state{pick(better, p, st.Best), st.Hi, st.T.Scale(opt.Decrease), st.N.AddScalar(1), ok}
		})
	}
}
