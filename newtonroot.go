package argmin

import (
	"math"

	"github.com/argmin-go/argmin/linesearch"
	"github.com/argmin-go/argmin/num"
	"github.com/argmin-go/argmin/status"
)

// rootState is the state of Newton's method for equations.
type rootState struct {
	Lambda num.Array // the damping of the next step; 0 for none
}

// The damping of steps: the first one, the factors by which it grows where a step fails and falls where one
// succeeds, and where a method gives up. The columns of the Jacobian have length 1. A first of 1e-3 is Marquardt's choice
// of 1963, ten his factor.
const (
	dampingFirst = 1e-3
	dampingGrow  = 10
	dampingMost  = 1e8
	shortStep    = 1e-2 // a search that ends with less of Newton's step asks for damping: a choice
)

func (m Newton) root() definition { return define("Newton", m.equations) }

// equations is the rule for F = 0: Newton's step, or where it is no use Levenberg's and Marquardt's,
// the minimum of |F + J p|² + λ|D p|² (Marquardt, "An algorithm for least-squares estimation of nonlinear
// parameters", 1963) with the norms D of the Jacobian's columns; and a search along it.
func (m Newton) equations(p *Problem) Rule[rootState] {
	return Rule[rootState]{
		Init: func(it Iterate) rootState { return rootState{it.X.Const(0)} },
		Update: func(it Iterate, st rootState) (Iterate, rootState) {
			if it.X.Size() == 0 {
				return p.At(it, it.X), st
			}
			j := p.jacobian(it.X)
			step, lambda := dampedStep(j, it.Grad, st.Lambda)
			slope := it.Grad.Dot(j.MatMul(step))
			next, t := m.search(p, it, step, slope, j)
			next.NFev = next.NFev.AddScalar(1) // of the Jacobian
			// Steps within the rounding of x change nothing.
			still := largest(step).Le(largest(it.X).Scale(it.X.DType().Eps()))
			atMinimum := stationary(j, it.Grad)
			failed := t.Eq(num.Const(0))
			end := failed.And(still.Or(lambda.Ge(num.Const(dampingMost)))).Or(atMinimum.And(lambda.Gt(num.Const(0))))
			next.Code = num.Where(end, stuck(atMinimum), code(status.Running))
			return next, rootState{damping(t, lambda)}
		},
	}
}

// search goes along a step and returns how much of it was taken.
func (m Newton) search(p *Problem, it Iterate, step, slope, j num.Array) (Iterate, num.Array) {
	if m.LineSearch == nil {
		d := p.descend(it, step, slope)
		return d.Iterate, d.Step
	}
	squares := linesearch.Func(func(x num.Array) (num.Array, num.Array) {
		return num.ValueAndGrad(func(x num.Array) num.Array { v, _ := p.Func(x); return v })(x)
	})
	from := it
	from.Grad = it.Grad.MatMul(j)
	next, r := from.along(squares, m.LineSearch, step, it.X.Const(1))
	return p.At(next, next.X), num.Where(next.Code.Eq(code(status.Running)), r.Step, num.Const(0))
}

// damping is that of the next step, after a search that took the part t of a step with damping lambda.
func damping(t, lambda num.Array) num.Array {
	more := num.Maximum(lambda.Scale(dampingGrow), num.Const(dampingFirst))
	less := num.Where(lambda.Gt(num.Const(dampingFirst)), lambda.Scale(1.0/dampingGrow), num.Const(0))
	return num.Where(t.Lt(num.Const(shortStep)), more, num.Where(t.Ge(num.Const(0.5)), less, lambda))
}

// dampedStep is Newton's step -J⁻¹F, or with a damping λ > 0 the damped one; also where J is singular to
// working precision, with the damping that Dennis & Schnabel use there (algorithm A6.5.1). It returns the damping used.
func dampedStep(j, f, lambda num.Array) (step, used num.Array) {
	n, d := f.Size(), f.DType()
	type system struct{ J, F, Lambda num.Array }
	type answer struct{ Step, Lambda num.Array }
	newton := func(s system) answer { return answer{num.Solve(s.J, s.F).Neg(), s.Lambda} }
	damped := func(s system) answer {
		scale := columns(s.J)
		a := s.J.Div(scale)
		size := num.Maximum(largest(s.F), num.Const(d.Tiny())) // so that no square overflows
		least := float64(n) * math.Sqrt(d.Eps())
		lambda := num.Maximum(s.Lambda, num.Const(least))
		h := a.T().MatMul(a).Add(num.Eye(n).AsType(d).Mul(lambda))
		q := num.SolveCholesky(num.Cholesky(h), s.F.Div(size).MatMul(a))
		return answer{q.Div(scale).Mul(size).Neg(), lambda}
	}
	s := system{j, f, lambda}
	first := num.Cond(lambda.Gt(num.Const(0)), damped, newton, s)
	// A step that does not solve its system is of a singular one.
	left := num.Norm(j.MatMul(first.Step).Add(f))
	bad := lambda.Eq(num.Const(0)).And(first.Step.IsFinite().All().And(left.Le(num.Norm(f).Scale(0.1))).Not())
	end := num.Cond(bad, func(in struct {
		S system
		A answer
	}) answer {
		return damped(in.S)
	}, func(in struct {
		S system
		A answer
	}) answer {
		return in.A
	}, struct {
		S system
		A answer
	}{s, first})
	return end.Step, end.Lambda
}
