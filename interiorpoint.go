package argmin

import (
	"math"

	"github.com/argmin-go/argmin/internal/interior"
	"github.com/argmin-go/argmin/internal/option"
	"github.com/argmin-go/argmin/num"
	"github.com/argmin-go/argmin/status"
)

var inf = math.Inf(1)

// InteriorPoint is a primal–dual interior point method for [Constrained]: barriers keep the variables and the constraints inside
// of their limits, and Newton steps, with the exact Hessian of the Lagrangian, follow the solution as the barriers get weaker.
//
// It follows Wächter & Biegler, "On the implementation of an interior-point filter line-search algorithm for large-scale nonlinear
// programming", 2006.
type InteriorPoint struct {
	Barrier float64 // weight of the first barrier; default 0.1
	// QuasiNewton approximates the Hessian of the Lagrangian from gradients (damped BFGS), for functions whose second derivatives cost
	// too much: it takes more iterations, and the answer is accurate to the tolerance only. From 100 variables and constraints together on, the
	// approximation has limited memory, and nothing has n² numbers for n variables: a step factors a sparse matrix, or one of the order of
	// the number of constraints.
	QuasiNewton bool
	// Smoothing, if set, is the weight of the last barrier: the answer is then the solution of the problem
	//
	//	min f(x) - Smoothing · Σ log(distance to each limit)
	//
	// which depends smoothly on the data, also where constraints become active or inactive, and whose derivatives say so ahead
	// of time. The multiplier of a limit is Smoothing over the distance to it.
	Smoothing float64
}

func (m InteriorPoint) smoothing() float64 { return max(m.Smoothing, 0) }

func (m InteriorPoint) ranges() []option.Range {
	return []option.Range{option.Positive("Barrier", m.Barrier), option.AtLeast("Smoothing", m.Smoothing, 0)}
}

func (m InteriorPoint) constrained() definition {
	d := define("InteriorPoint", m.rule)
	d.tol, d.noUnroll = 1e-8, true
	return d
}

func (m InteriorPoint) rule(p *Problem) Rule[interior.State] {
	t := p.Constrained
	if t == nil {
		throwf("InteriorPoint", "the method is for Constrained problems")
	}
	if t.Lower.Size() == 0 {
		throwf("InteriorPoint", "there are no variables, want at least one")
	}
	value := num.TraceOnce(t.F, t.Lower)
	method := interior.Method{
		Problem: interior.Problem{
			Value: value,
			Gradient: func(x num.Array) (num.Array, num.Array) {
				v, g := p.Func(t.Join(x, t.Low, t.Lower))
				g, _, _ = t.Parts(g)
				return v, g
			},
			Low: t.Low, High: t.High, Lower: t.Lower, Upper: t.Upper,
			System: interior.NewSystem(t.F, t.Rows, t.Low.Size(), t.Lower, m.QuasiNewton),
		},
		Options: interior.Options{Tol: p.Options.Tol, Mu: option.Or(m.Barrier, 0.1), Least: m.smoothing(), Quasi: m.QuasiNewton},
	}
	point := func(x num.Array) interior.Point {
		x, y, w := t.Parts(x)
		return interior.Point{X: x, Y: y, W: w}
	}
	objective := func(it Iterate) (v, g num.Array) {
		g, _, _ = t.Parts(it.Grad)
		return it.Value, g
	}
	return Rule[interior.State]{
		Start: func(x num.Array) num.Array {
			at := point(x)
			return t.Join(method.Start(at.X, interior.Warm(at)), at.Y, at.W)
		},
		Init: func(it Iterate) interior.State {
			v, g := objective(it)
			return method.Init(point(it.X), v, g)
		},
		Error: func(it Iterate) num.Array {
			v, g := objective(it)
			return method.ErrorAt(point(it.X), v, g)
		},
		Update: func(it Iterate, st interior.State) (Iterate, interior.State) {
			out := method.Iterate(point(it.X), st)
			it.X = t.Join(out.X, out.Y, out.W)
			it.Value, it.Error = out.Value, out.Error
			it.NFev, it.NVal, it.StepSize = it.NFev.Add(out.NFev), it.NVal.Add(out.NVal), out.Step
			it.NFailed = it.NFailed.Add(out.State.Failed.AsType(num.Int32))
			c := num.Where(out.State.Failed, code(status.LineSearchFailed), code(status.Running))
			c = num.Where(out.State.Infeasible, code(status.Infeasible), c)
			c = num.Where(out.Away, code(status.Unbounded), c)
			it.Code = num.Where(out.Done, code(status.Converged), c)
			return it, out.State
		},
		Evaluates: true, steady: true, judges: true, renews: true,
	}
}
