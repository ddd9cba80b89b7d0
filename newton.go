package argmin

import (
	"github.com/argmin-go/argmin/linesearch"
	"github.com/argmin-go/argmin/num"
)

// Newton is Newton's method with the exact Hessian and a line search: a few iterations, for
// up to some hundred parameters, and for very many where few entries of the Hessian can be other than zero.
//
// Where the Hessian is not positive definite a multiple of the identity is added (Nocedal &
// Wright, "Numerical Optimization", algorithms 3.2 and 3.3). An iteration takes n³/3
// operations in addition to n products with the Hessian. For more than 100 parameters, where at most a quarter of the entries can be
// other than zero whatever the parameters are, these are found by a few products (see sparse.Hessian) and factored with pivots of both signs, which
// counts negative eigenvalues (Duff & Reid, "The multifrontal solution of indefinite sparse symmetric linear equations", 1983): time
// and memory go with the entries of the factor, about linear in n for banded Hessians. XLA has no such factorization: there a step is found by
// conjugate gradients, as in [NewtonCG].
//
// For [Root] it is Newton's method with the Jacobian, whose steps minimize |F + J p|² + λ|D p|² where J is singular
// or the search along Newton's step failed (Levenberg & Marquardt): n products with the Jacobian and 2n³/3 operations per
// iteration, and an evaluation for each trial of the search. A large sparse Jacobian is found and factored by its entries, too; on XLA
// GMRES takes the place of the factorization. More than 2²⁸ entries, two gigabytes, are an error.
type Newton struct {
	LineSearch linesearch.Search // default linesearch.Backtracking; for Root one that needs no gradients
}

func (m Newton) smooth() definition { return define("Newton", m.rule) }

// rule has as its state whether the next step is along the gradient, as the search along Newton's
// step failed.
func (m Newton) rule(p *Problem) Rule[num.Array] {
	search := searchOr(m.LineSearch, linesearch.Backtracking(linesearch.BacktrackingOptions{}))
	direction := p.newtonDirection()
	return Rule[num.Array]{
		Init: func(Iterate) num.Array { return num.Full(num.Bool, 0) },
		Update: func(it Iterate, plain num.Array) (Iterate, num.Array) {
			if it.X.Size() == 0 {
				return p.At(it, it.X), plain
			}
			step := direction(it)
			step = num.Where(plain, it.Grad.Mul(it.short(num.Norm(it.Grad))), step)
			next, _ := p.Search(it, search, step.Neg(), it.X.Const(1))
			next.NFev = next.NFev.AddScalar(1) // of the Hessian
			return next.restarted(plain)
		},
	}
}

// newtonDirection is the function that gives H⁻¹∇f, or where H is not positive definite (H + τI)⁻¹∇f, at an iterate.
func (p *Problem) newtonDirection() func(it Iterate) num.Array {
	if h := p.sparseHessian(); h != nil {
		return h.direction
	}
	if n := p.start.Size(); n > mostEntries/max(n, 1) {
		throwf("Newton", "the Hessian of %d parameters is not sparse enough to be written out; take NewtonCG or TrustRegion, which need only products, "+
			"or limit how many parameters each term depends on", n)
	}
	return func(it Iterate) num.Array {
		h := num.Vmap(hessp(p.Func, it.X))(num.Eye(it.X.Size()).AsType(it.X.DType()))
		return num.SolveCholesky(regularized(h), it.Grad)
	}
}

// regularized is the Cholesky factor of H + τ I for the first τ of 0, β, 10β, … that has
// one. β is 1e-6 of the largest entry, or 1e-3 of it beyond what a negative diagonal entry
// needs: factors of ten from there find a usable τ in few factorizations.
func regularized(h num.Array) num.Array {
	eye := num.Eye(h.Shape()[0]).AsType(h.DType())
	return shifted(h, num.Diag(h), func(tau num.Array) num.Array { return num.Cholesky(h.Add(eye.Mul(tau))) },
		func(l num.Array) num.Array { return num.Diag(l).Sum().IsFinite().Not() })
}

// shifted is what try makes of the first of these τ that is not bad, for the entries of H and its diagonal.
func shifted(h, diagonal num.Array, try, bad func(num.Array) num.Array) num.Array {
	size := num.Maximum(h.Abs().Max(), num.Const(1e4*h.DType().Tiny())) // of a zero Hessian: any positive number
	low := diagonal.Min()
	first := num.Where(low.Gt(num.Const(0)), num.Const(0), low.Neg().Add(size.Scale(1e-3)))
	type state struct{ L, Tau num.Array }
	end := num.WhileMax(20, func(s state) num.Array { return bad(s.L).And(size.IsFinite()) }, func(s state) state {
		tau := num.Maximum(s.Tau.Scale(10), size.Scale(1e-6))
		return state{try(tau), tau}
	}, state{try(first), first})
	return end.L
}
