package argmin

import (
	"math"

	"github.com/argmin-go/argmin/internal/option"
	"github.com/argmin-go/argmin/linsolve"
	"github.com/argmin-go/argmin/num"
	"github.com/argmin-go/argmin/status"
)

// NewtonKrylov is Newton's method for equations that needs only products with the Jacobian, which forward
// mode gives, and so scales to millions of unknowns.
//
// GMRES solves each Newton system until its residual is η|F|, where η follows from how much the last step
// lowered |F| (Eisenstat & Walker, "Choosing the forcing terms in an inexact Newton method", 1996, choice 2 with
// its safeguard), and a search along the step backtracks until |F| decreases (Eisenstat & Walker, "Globally
// convergent inexact Newton methods", 1994). An iteration costs as many products as GMRES makes steps, each with
// 4jn operations at its jth step since a restart, and an evaluation for each trial of the search. It keeps
// Restart + 1 vectors. Its iterations have no derivative: Options.Unroll is an error.
type NewtonKrylov struct {
	Restart  int // steps of GMRES between restarts; default 30
	MaxInner int // most steps of GMRES in an iteration; default 300
	// Precond approximates the solution of J(x) z = r, where x are the raveled parameters, r and z vectors of their
	// size. Default none.
	Precond func(x, r num.Array) num.Array
	// Forcing is the first forcing term η, and the largest is 0.9. Default 0.5.
	Forcing float64
}

func (m NewtonKrylov) ranges() []option.Range {
	return []option.Range{option.AtLeast("Restart", float64(m.Restart), 1), option.AtLeast("MaxInner", float64(m.MaxInner), 1),
		option.Between("Forcing", m.Forcing, 0, 1)}
}

func (m NewtonKrylov) root() definition { return define("NewtonKrylov", m.rule) }

// rule has the forcing term as its state.
func (m NewtonKrylov) rule(p *Problem) Rule[num.Array] {
	noUnroll(p, "NewtonKrylov")
	return Rule[num.Array]{
		Init:   func(it Iterate) num.Array { return it.X.Const(option.Or(m.Forcing, 0.5)) },
		Update: func(it Iterate, eta num.Array) (Iterate, num.Array) { return m.step(p, it, eta) },
	}
}

// step is one iteration with the forcing term eta.
func (m NewtonKrylov) step(p *Problem, it Iterate, eta num.Array) (Iterate, num.Array) {
	if it.X.Size() == 0 {
		return p.At(it, it.X), eta
	}
	_, product := num.Linearize(p.residual, it.X)
	opt := linsolve.GMRESOptions{Restart: m.Restart}
	opt.MaxIter = option.Or(m.MaxInner, 300)
	if m.Precond != nil {
		opt.Precond = func(r num.Array) num.Array {
			return checkLike("NewtonKrylov", "the result of Precond", m.Precond(it.X, r), "the parameters", it.X)
		}
	}
	step, left := linsolve.Inexact(product, it.Grad.Neg(), eta, opt)
	// F·J p for a residual r = F + J p is at most -(1 - |r|/|F|)|F|². Where that is nothing, no step of the
	// space that was searched lowers |F|.
	share := num.Const(1).Sub(left)
	flat := share.Le(num.Const(math.Max(1e-10, rootRounding*it.X.DType().Eps())))
	d := p.descend(it, step, it.Value.Mul(share).Scale(-2))
	next := d.Iterate
	next.NFev = next.NFev.AddScalar(1) // of the products
	failed := d.Step.Eq(num.Const(0))
	end := failed.Or(flat)
	next, atMinimum := p.stationaryAt(next, end)
	next.Code = num.Where(end, stuck(flat.Or(atMinimum)), code(status.Running))
	return next, m.forcing(p, it, next, eta)
}

// forcing is the next forcing term.
func (NewtonKrylov) forcing(p *Problem, from, to Iterate, eta num.Array) num.Array {
	// The constants are those of the paper: γ = 0.9, α = 2, the safeguard above 0.1, and at most 0.9.
	const gamma, guard, most = 0.9, 0.1, 0.9
	fell := num.Norm(to.Grad).Div(num.Maximum(num.Norm(from.Grad), num.Const(eta.DType().Tiny())))
	next := fell.Square().Scale(gamma)
	kept := eta.Square().Scale(gamma)
	next = num.Where(kept.Gt(num.Const(guard)), num.Maximum(next, kept), next)
	// Less than half of what Options.Tol asks for is of no use (Kelley, "Iterative Methods for Linear and Nonlinear
	// Equations", 1995, section 6.3).
	enough := num.Const(0.5 * p.Options.Tol).Div(num.Maximum(num.Norm(to.Grad), num.Const(eta.DType().Tiny())))
	return num.Clip(num.Maximum(next, enough), num.Const(rootRounding*eta.DType().Eps()), num.Const(most))
}
