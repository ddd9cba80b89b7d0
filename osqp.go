package argmin

import (
	"github.com/argmin-go/argmin/internal/option"
	"github.com/argmin-go/argmin/internal/qp"
	"github.com/argmin-go/argmin/num"
	"github.com/argmin-go/argmin/status"
)

// OSQP is the alternating direction method of multipliers for [Quadratic]: many cheap steps, which solve with one factorization
// and project onto the limits. It takes some tens to thousands of them, to three to six digits; what a step proves is
// seen by the certificates of infeasible and unbounded programs. A start at the answer of a program that differs little saves most of the
// steps.
//
// It follows Stellato, Banjac, Goulart, Bemporad & Boyd, "OSQP: an operator splitting solver for quadratic programs", 2020. The weight of the steps is
// adapted after a number of steps, never by time, so that runs repeat exactly.
type OSQP struct {
	Rho   float64 // first weight of the constraints; default 0.1
	Alpha float64 // over-relaxation, between 0 and 2; default 1.6
	// Adapt is after how many steps the weight may change, with a new factorization; default 50, negative for never.
	Adapt int
	// NoPolish leaves out the last step, which solves for the active limits and takes the answer to rounding, mostly.
	NoPolish bool
	// Absolute is as in [ProximalInteriorPoint].
	Absolute bool
}

func (m OSQP) ranges() []option.Range {
	return []option.Range{option.Positive("Rho", m.Rho), option.AtLeast("Alpha", m.Alpha, 0).AtMost(2)}
}

func (m OSQP) quadratic() definition {
	d := define("OSQP", m.rule)
	d.tol, d.noUnroll, d.maxIter = 1e-6, true, 20000
	return d
}

func (m OSQP) rule(p *Problem) Rule[qp.ADMMState] {
	t := p.Quadratic
	if t == nil {
		throwf("OSQP", "the method is for Quadratic programs")
	}
	every := m.Adapt
	if every == 0 {
		every = 50
	}
	method := qp.ADMM{
		Method: qp.New(qp.Problem{System: t.System, K: t.K, C: t.C, Lo: t.Lo, Hi: t.Hi}, qp.Options{Tol: p.Options.Tol, Absolute: m.Absolute}),
		Rho:    option.Or(m.Rho, 0.1), Relax: option.Or(m.Alpha, 1.6), Every: max(every, 0),
	}
	at := func(it Iterate, st qp.ADMMState) (Iterate, qp.ADMMState) {
		o := method.Judge(st)
		it.X, it.Value, it.Error = joinQP(method.At(st)), st.Errors.Value.Add(t.Constant), st.Error
		it.Code = endOfQP(o)
		return it, st
	}
	return Rule[qp.ADMMState]{
		evaluate: func(it Iterate, st qp.ADMMState) (Iterate, qp.ADMMState) {
			lost := it.X.IsFinite().All().Not()
			start := t.point(it.X)
			if st.X == (num.Array{}) {
				st = method.Init(start)
			} else {
				st = num.Cond(method.For(st, start), func(st qp.ADMMState) qp.ADMMState { return st },
					func(qp.ADMMState) qp.ADMMState { return method.Init(start) }, st)
			}
			it.NFev = it.NFev.AddScalar(1)
			it, st = at(it, st)
			it.Code = num.Where(method.Convex(), it.Code, code(status.NotConvex))
			it.Code = num.Where(lost, code(status.NonFinite), it.Code)
			return it, st
		},
		Update: func(it Iterate, st qp.ADMMState) (Iterate, qp.ADMMState) {
			st = method.Step(st)
			if !m.NoPolish {
				st = method.Polished(st)
			}
			it, st = at(it, st)
			it.NFev = it.NFev.AddScalar(1)
			return it, st
		},
		judges: true,
	}
}

// point takes a raveled QPPoint apart, and joinQP puts one together.
func (t *QuadraticTerms) point(x num.Array) qp.Point {
	n, rows := t.System.Size()
	return qp.Point{X: x.Range(0, n), Y: x.Range(n, n+rows), W: x.Range(n+rows, 2*n+rows)}
}

func joinQP(p qp.Point) num.Array { return num.Concat(0, p.X, p.Y, p.W) }

// endOfQP is the status that an outcome stands for.
func endOfQP(o qp.Outcome) num.Array {
	c := num.Where(o.Stuck, code(status.Stalled), code(status.Running))
	c = num.Where(o.Unbounded, code(status.Unbounded), c)
	c = num.Where(o.Infeasible, code(status.Infeasible), c)
	return num.Where(o.Done, code(status.Converged), c)
}
