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
	creep        = 1e-6 // a damped step that lowers |F|² by a smaller share ends the run: a choice
)

func (m Newton) root() definition { return define("Newton", m.equations) }

// equations is the rule for F = 0: Newton's step, or where it is no use Levenberg's and Marquardt's,
// the minimum of |F + J p|² + λ|D p|² (Marquardt, "An algorithm for least-squares estimation of nonlinear
// parameters", 1963) with the norms D of the Jacobian's columns; and a search along it.
func (m Newton) equations(p *Problem) Rule[rootState] { return m.equationsBy(p, p.rootSystem()) }

func (m Newton) equationsBy(p *Problem, system rootSystem) Rule[rootState] {
	return Rule[rootState]{
		Init: func(it Iterate) rootState { return rootState{it.X.Const(0)} },
		Update: func(it Iterate, st rootState) (Iterate, rootState) {
			if it.X.Size() == 0 {
				return p.At(it, it.X), st
			}
			return m.step(p, system, it, st)
		},
	}
}

func (m Newton) step(p *Problem, system rootSystem, it Iterate, st rootState) (Iterate, rootState) {
	j := system.jacobian(it.X)
	step, lambda := system.dampedNewton(j, it.X, it.Grad, st.Lambda)
	next, t := m.search(p, it, step, it.Grad.Dot(system.times(j, step)), func(f num.Array) num.Array { return system.transposed(j, f) })
	next.NFev = next.NFev.AddScalar(1) // of the Jacobian
	// Steps within the rounding of x change nothing.
	still := largest(step).Le(largest(it.X).Scale(it.X.DType().Eps()))
	failed := t.Eq(num.Const(0))
	// Right after Newton's step was no use, a step that hardly gains anything is of a minimum.
	creeps := failed.Not().And(next.Value.Gt(it.Value.Scale(1 - creep))).And(lambda.Le(num.Const(dampingFirst)))
	end := failed.And(still.Or(lambda.Ge(num.Const(dampingMost)))).Or(lambda.Gt(num.Const(0)).And(creeps.Or(system.orthogonal(j, it.Grad))))
	next.Code = num.Where(end, stuck(system.stationary(j, it.X, it.Grad)), code(status.Running))
	return next, rootState{damping(t, lambda)}
}

// search goes along a step and returns how much of it was taken.
func (m Newton) search(p *Problem, it Iterate, step, slope num.Array, transposed func(num.Array) num.Array) (Iterate, num.Array) {
	if m.LineSearch == nil {
		d := p.descend(it, step, slope)
		return d.Iterate, d.Step
	}
	squares := linesearch.Func(func(x num.Array) (num.Array, num.Array) {
		return num.ValueAndGrad(func(x num.Array) num.Array { v, _ := p.Func(x); return v })(x)
	})
	from := it
	from.Grad = transposed(it.Grad)
	next, r := from.along(squares, m.LineSearch, step, it.X.Const(1))
	return p.At(next, next.X), num.Where(next.Code.Eq(code(status.Running)), r.Step, num.Const(0))
}

// damping is that of the next step, after a search that took the part t of a step with damping lambda.
func damping(t, lambda num.Array) num.Array {
	more := num.Maximum(lambda.Scale(dampingGrow), num.Const(dampingFirst))
	less := num.Where(lambda.Gt(num.Const(dampingFirst)), lambda.Scale(1.0/dampingGrow), num.Const(0))
	return num.Where(t.Lt(num.Const(shortStep)), more, num.Where(t.Ge(num.Const(0.5)), less, lambda))
}

// dampedNewton is Newton's step -J⁻¹F, or with a damping λ > 0 the damped one; also where J is singular to
// working precision, with the damping that Dennis & Schnabel use there (algorithm A6.5.1). It returns the damping used.
func (s rootSystem) dampedNewton(j, x, f, lambda num.Array) (step, used num.Array) {
	d := f.DType()
	least := dampingLeast(x.Size(), d)
	type system struct{ J, X, F, Lambda num.Array }
	type answer struct{ Step, Lambda num.Array }
	newton := func(a system) answer { return answer{s.solve(a.J, a.F).Neg(), a.Lambda} }
	damped := func(a system) answer {
		size := num.Maximum(largest(a.F), num.Const(d.Tiny())) // so that no square overflows
		damping := num.Maximum(a.Lambda.Mul(s.excess(a.J, a.X, a.F).Square().AddScalar(1)), num.Const(least))
		p := s.damped(a.J, s.scales(a.J), damping, a.F.Div(size))
		return answer{p.Mul(size).Neg(), num.Maximum(a.Lambda, num.Const(least))}
	}
	here := system{j, x, f, lambda}
	first := num.Cond(lambda.Gt(num.Const(0)), damped, newton, here)
	// A step that does not solve its system is of a singular one.
	left := num.Norm(s.times(j, first.Step).Add(f))
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
	}{here, first})
	return end.Step, end.Lambda
}

// dampedNewtonFactor is the Cholesky factor of aᵀa + λ, for an a with columns of length 1 and at least the damping with
// which that is positive definite.
func dampedNewtonFactor(a, lambda num.Array) num.Array {
	lambda = num.Maximum(lambda, num.Const(dampingLeast(a.Shape()[0], a.DType())))
	return num.Cholesky(a.T().MatMul(a).Add(num.Eye(a.Shape()[0]).AsType(a.DType()).Mul(lambda)))
}

// dampingLeast is the damping of singular matrices, n√ε times the squares of columns.
func dampingLeast(n int, d num.DType) float64 { return float64(n) * math.Sqrt(d.Eps()) }
