package argmin

import (
	"github.com/argmin-go/argmin/internal/core/ir"
	"github.com/argmin-go/argmin/internal/kkt"
	"github.com/argmin-go/argmin/internal/qp"
	"github.com/argmin-go/argmin/num"
	"github.com/argmin-go/argmin/status"
	"github.com/argmin-go/argmin/tree"
)

// quadraticRule is the rule of a method for quadratic programs. A state goes on where it is one of the program's data at the iterate; elsewhere,
// on other data, the iterate is a warm start.
func quadraticRule[S any](t *QuadraticTerms, m qp.Iterative[S]) Rule[S] {
	at := func(it Iterate, st S) (Iterate, S) {
		p, e, worst := m.Report(st)
		it.X, it.Value, it.Error = joinQP(p), e.Value.Add(t.Constant), worst
		it.Code = endOfQP(m.Judge(st))
		return it, st
	}
	return Rule[S]{
		evaluate: oneLine(t, func(it Iterate, st S) (Iterate, S) {
			lost := it.X.IsFinite().All().Not()
			start := t.point(it.X)
			if begun := tree.Leaves(st)[0] != (num.Array{}); begun {
				st = num.Cond(m.For(st, start), func(st S) S { return st }, func(S) S { return m.Begin(start) }, st)
			} else {
				st = m.Begin(start)
			}
			it.NFev = it.NFev.AddScalar(1)
			it, st = at(it, st)
			// Where Q is not convex a method may not even begin: the answer is then the start.
			convex := m.Convex()
			it.X, it.Value = num.Where(convex, it.X, joinQP(start)), num.Where(convex, it.Value, t.value(start.X))
			it.Error = num.Where(convex.Or(it.Error.IsFinite()), it.Error, num.Const(1))
			it.Code = num.Where(convex, it.Code, code(status.NotConvex))
			it.Code = num.Where(lost, code(status.NonFinite), it.Code)
			return it, st
		}),
		Update: oneLine(t, func(it Iterate, st S) (Iterate, S) {
			st, step, evaluations := m.Step(st)
			it, st = at(it, st)
			it.StepSize, it.NFev = step, it.NFev.Add(evaluations)
			return it, st
		}),
		judges: true, proves: true,
	}
}

// oneLine traces a part of a method by one line of the user's where no matrix is a function of the user's.
func oneLine[S any](t *QuadraticTerms, part func(Iterate, S) (Iterate, S)) func(Iterate, S) (Iterate, S) {
	if _, ok := t.Products.(kkt.Maps); ok {
		return part
	}
	return inOneLine(part)
}

// inOneLine traces a part of a method that calls nothing of the user's by one line of the user's.
func inOneLine[S any](part func(Iterate, S) (Iterate, S)) func(Iterate, S) (Iterate, S) {
	return func(it Iterate, st S) (Iterate, S) {
		ir.OneLine(func() { it, st = part(it, st) })
		return it, st
	}
}

// value is the objective at x.
func (t *QuadraticTerms) value(x num.Array) num.Array {
	return t.Products.HTimes(t.K, x).Scale(0.5).Add(t.C).Dot(x).Add(t.Constant)
}

// problem is the program without what is added to its objective.
func (t *QuadraticTerms) problem() qp.Problem {
	return qp.Problem{Products: t.Products, System: t.System, K: t.K, C: t.C, Lo: t.Lo, Hi: t.Hi}
}

// point takes a raveled QPPoint apart, and joinQP puts one together.
func (t *QuadraticTerms) point(x num.Array) qp.Point {
	n, rows := t.Products.Size()
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
