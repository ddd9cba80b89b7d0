package argmin

import (
	"github.com/argmin-go/argmin/internal/option"
	"github.com/argmin-go/argmin/num"
	"github.com/argmin-go/argmin/optim"
	"github.com/argmin-go/argmin/status"
)

// MirrorDescent minimizes a smooth function on a set by steps in a geometry that fits the
// set, such as multiplicative updates on a probability simplex: see Set.Mirror.
//
// It follows Beck & Teboulle, "Mirror descent and nonlinear projected subgradient methods
// for convex optimization", 2003, by default with momentum; the line search of the plain
// method is from Li & Cevher, "Convergence of the exponentiated gradient method with Armijo
// line search", 2018. An iteration takes one gradient and one or two values.
//
// The start must be in the set; for entropic steps it must have no zeros, which would stay
// zero. The condition of entropic steps is nearly met by weights that should be zero and are
// still far from it, if their multipliers are small: on a set with a cheap projection give
// Set.Project as well, and the solver stops by its condition. The derivative by
// Options.Unroll converges later than the iterates: for the same accuracy make Options.Tol a
// hundred times smaller.
type MirrorDescent struct {
	StepSize       float64        // a fixed step; default a line search
	Schedule       optim.Schedule // a step for each iteration, from the number of iterations so far; it replaces StepSize
	NoAcceleration bool           // without momentum
}

func (m MirrorDescent) ranges() []option.Range {
	return []option.Range{option.Positive("StepSize", m.StepSize)}
}

func (m MirrorDescent) onSet() definition {
	const name = "MirrorDescent"
	checked := func(p *Problem) mirror {
		if p.Mirror == nil {
			throwf(name, "the method needs Set.Mirror")
		}
		return mirror{m, p}
	}
	if m.NoAcceleration {
		return define(name, func(p *Problem) Rule[num.Array] { return checked(p).plain() })
	}
	return define(name, func(p *Problem) Rule[mirrorState] { return checked(p).accelerated() })
}

// mirror is the method on one problem.
type mirror struct {
	MirrorDescent
	*Problem
}

// sized is the size of the next step, and whether it is not to be searched for.
func (m mirror) sized(it Iterate, size num.Array) (num.Array, bool) {
	if fixed, ok := fixedStep(m.StepSize, m.Schedule, it); ok {
		return fixed, true
	}
	return size, false
}

func (m mirror) first(it Iterate) num.Array { return it.X.Const(1) }

// plain has the size of the next step as its state.
func (m mirror) plain() Rule[num.Array] {
	return Rule[num.Array]{Init: m.first, Update: func(it Iterate, size num.Array) (Iterate, num.Array) {
		at := func(size num.Array) num.Array { return m.Mirror(it.X, it.Grad, size) }
		size, fixed := m.sized(it, size)
		if fixed {
			next := m.At(it, at(size))
			next.StepSize = size
			return next, size
		}
		// Half of what the gradient promises, which a step of the inverse curvature gives.
		r := alongArc(m.Func, it, at, size, 0.5, m.Options.Unroll)
		next := it
		next.X, next.Value, next.Grad, next.Code = r.X, r.Value, r.Grad, r.Code
		next.NFev = it.NFev.Add(r.N)
		next.StepSize, next.NFailed = r.Step, it.NFailed.Add(r.Code.Ne(code(status.Running)).AsType(num.Int32))
		return next, num.Minimum(r.Step.Mul(r.Grow), num.Const(1/it.X.DType().Eps()))
	}}
}
