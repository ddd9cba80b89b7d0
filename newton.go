package argmin

import (
	"github.com/argmin-go/argmin/linesearch"
	"github.com/argmin-go/argmin/num"
)

// Newton is Newton's method with the exact Hessian and a line search: a few iterations, for
// up to some hundred parameters.
//
// Where the Hessian is not positive definite a multiple of the identity is added (Nocedal &
// Wright, "Numerical Optimization", algorithms 3.2 and 3.3). An iteration takes n³/3
// operations in addition to n products with the Hessian.
//
// For [Root] it is Newton's method with the Jacobian, whose steps minimize |F + J p|² + λ|D p|² where J is singular
// or the search along Newton's step failed (Levenberg & Marquardt): n products with the Jacobian and 2n³/3 operations per
// iteration, and an evaluation for each trial of the search.
type Newton struct {
	LineSearch linesearch.Search // default linesearch.Backtracking; for Root one that needs no gradients
}

func (m Newton) smooth() definition { return define("Newton", m.rule) }

// rule has as its state whether the next step is along the gradient, as the search along Newton's
// step failed.
func (m Newton) rule(p *Problem) Rule[num.Array] {
	search := searchOr(m.LineSearch, linesearch.Backtracking(linesearch.BacktrackingOptions{}))
	return Rule[num.Array]{
		Init: func(Iterate) num.Array { return num.Full(num.Bool, 0) },
		Update: func(it Iterate, plain num.Array) (Iterate, num.Array) {
			if it.X.Size() == 0 {
				return p.At(it, it.X), plain
			}
			h := num.Vmap(hessp(p.Func, it.X))(num.Eye(it.X.Size()).AsType(it.X.DType()))
			step := num.SolveCholesky(regularized(h), it.Grad)
			step = num.Where(plain, it.Grad.Mul(it.short(num.Norm(it.Grad))), step)
			next, _ := p.Search(it, search, step.Neg(), it.X.Const(1))
			next.NFev = next.NFev.AddScalar(1) // of the Hessian
			return next.restarted(plain)
		},
	}
}

// regularized is the Cholesky factor of H + τ I for the first τ of 0, β, 10β, … that has
// one. β is 1e-6 of the largest entry, or 1e-3 of it beyond what a negative diagonal entry
// needs: factors of ten from there find a usable τ in few factorizations.
func regularized(h num.Array) num.Array {
	d, n := h.DType(), h.Shape()[0]
	eye := num.Eye(n).AsType(d)
	size := num.Maximum(h.Abs().Max(), num.Const(1e4*d.Tiny())) // of a zero Hessian: any positive number
	low := num.Diag(h).Min()
	first := num.Where(low.Gt(num.Const(0)), num.Const(0), low.Neg().Add(size.Scale(1e-3)))
	type state struct{ L, Tau num.Array }
	try := func(tau num.Array) num.Array { return num.Cholesky(h.Add(eye.Mul(tau))) }
	bad := func(l num.Array) num.Array { return num.Diag(l).Sum().IsFinite().Not() }
	end := num.WhileMax(20, func(s state) num.Array { return bad(s.L).And(size.IsFinite()) }, func(s state) state {
		tau := num.Maximum(s.Tau.Scale(10), size.Scale(1e-6))
		return state{try(tau), tau}
	}, state{try(first), first})
	return end.L
}
