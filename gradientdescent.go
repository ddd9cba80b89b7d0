package argmin

import (
	"github.com/argmin-go/argmin/internal/option"
	"github.com/argmin-go/argmin/linesearch"
	"github.com/argmin-go/argmin/num"
	"github.com/argmin-go/argmin/optim"
)

// GradientDescent follows the negative gradient, by a fixed step or by a line search whose
// first step is twice the last one.
//
// By default it is accelerated: it extrapolates from the last two points (Nesterov, "A
// method of solving a convex programming problem with convergence rate O(1/k²)", 1983) and
// forgets its momentum where that leads uphill (O'Donoghue & Candès, "Adaptive restart for
// accelerated gradient schemes", 2015).
type GradientDescent struct {
	StepSize       float64           // a fixed step; default a line search
	Schedule       optim.Schedule    // a step for each iteration, from the number of iterations so far; it replaces StepSize
	LineSearch     linesearch.Search // default linesearch.Backtracking with C1 of ½
	NoAcceleration bool              // without momentum
}

func (m GradientDescent) ranges() []option.Range {
	return []option.Range{option.Positive("StepSize", m.StepSize)}
}

func (m GradientDescent) smooth() definition {
	if m.NoAcceleration {
		return define("GradientDescent", m.plain)
	}
	return define("GradientDescent", m.accelerated)
}

// plain has the last step as its state.
func (m GradientDescent) plain(p *Problem) Rule[num.Array] {
	search := searchOr(m.LineSearch, m.search())
	return Rule[num.Array]{
		Init:   func(it Iterate) num.Array { return atMostOne(num.Norm(it.Grad)).Scale(0.5) },
		Update: func(it Iterate, last num.Array) (Iterate, num.Array) { return m.move(p, it, search, last) },
	}
}

// search asks for half of the decrease that the slope promises, which steps of up to the inverse
// of the curvature give. Longer ones alternate around a minimum, and momentum does not bear them.
func (GradientDescent) search() linesearch.Search {
	return linesearch.Backtracking(linesearch.BacktrackingOptions{C1: 0.5})
}

type acceleratedState struct {
	Step num.Array // the last step
	From num.Array // [n] the extrapolated point, from which the next step goes
	T    num.Array // counter of the momentum
}

func (m GradientDescent) accelerated(p *Problem) Rule[acceleratedState] {
	search := searchOr(m.LineSearch, m.search())
	return Rule[acceleratedState]{
		Init: func(it Iterate) acceleratedState {
			return acceleratedState{atMostOne(num.Norm(it.Grad)).Scale(0.5), it.X, it.X.Const(1)}
		},
		Update: func(it Iterate, st acceleratedState) (Iterate, acceleratedState) {
			from := p.At(it, st.From)
			// Momentum may lead out of where the objective has numbers.
			lost := from.Value.IsFinite().And(from.Grad.IsFinite().All()).Not()
			from.X, from.Value, from.Grad = num.Where(lost, it.X, from.X), num.Where(lost, it.Value, from.Value), num.Where(lost, it.Grad, from.Grad)
			next, step := m.move(p, from, search, st.Step)
			dx := next.X.Sub(it.X)
			uphill := from.Grad.Dot(dx).Gt(num.Const(0)).Or(next.Value.Gt(it.Value))
			t, beta := momentum(st.T)
			beta, t = num.Where(uphill, num.Const(0), beta), num.Where(uphill, num.Const(1), t)
			return next, acceleratedState{step, next.X.Add(dx.Mul(beta)), t}
		},
	}
}

// move goes from an iterate along its negative gradient.
func (m GradientDescent) move(p *Problem, it Iterate, search linesearch.Search, last num.Array) (Iterate, num.Array) {
	if step, ok := fixedStep(m.StepSize, m.Schedule, it); ok {
		next := p.At(it, it.X.Sub(it.Grad.Mul(step)))
		next.StepSize = step
		return next, last
	}
	// From twice the last step, so that steps can grow again; the first has a length of at most 1.
	next, r := p.Search(it, search, it.Grad.Neg(), last.Scale(2))
	// A failed search gives no information about the next step.
	return next, num.Where(r.Step.Gt(num.Const(0)), r.Step, last)
}
