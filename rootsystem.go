package argmin

import (
	"math"

	"github.com/argmin-go/argmin/internal/sparsity"
	"github.com/argmin-go/argmin/linsolve"
	"github.com/argmin-go/argmin/num"
)

// rootSystem is the linear algebra of Newton's method for equations: with a Jacobian J that is a matrix, or the entries of one.
type rootSystem struct {
	jacobian   func(x num.Array) num.Array
	times      func(j, v num.Array) num.Array // J v
	transposed func(j, v num.Array) num.Array // Jᵀv
	scales     func(j num.Array) num.Array    // the norms of columns, 1 in place of 0
	solve      func(j, b num.Array) num.Array // J⁻¹ b; where J is singular anything
	// damped minimizes |J p - b|² + λ|scale p|², for b of any size.
	damped func(j, scale, lambda, b num.Array) num.Array
}

// rootSystem is sparse where n is large and few entries of J can be other than zero, otherwise dense.
func (p *Problem) rootSystem() rootSystem {
	if plan := p.sparseRoot(); plan != nil {
		return p.sparseRootSystem(plan)
	}
	if n := p.start.Size(); n > mostEntries/max(n, 1) {
		throwf("Newton", "the Jacobian of %d equations is not sparse enough to be written out; take NewtonKrylov, which needs only products, or "+
			"limit how many unknowns each equation depends on", n)
	}
	return rootSystem{
		jacobian:   p.jacobian,
		times:      func(j, v num.Array) num.Array { return j.MatMul(v) },
		transposed: func(j, v num.Array) num.Array { return v.MatMul(j) },
		scales:     columnScales,
		solve:      num.Solve,
		damped: func(j, scale, lambda, b num.Array) num.Array {
			a := j.Div(scale)
			return num.SolveCholesky(dampedNewtonFactor(a, lambda), b.MatMul(a)).Div(scale)
		},
	}
}

// sparseRoot is the plan of the Jacobian, or nil if a dense one is better.
func (p *Problem) sparseRoot() *sparsity.Plan {
	n := p.start.Size()
	if n <= alwaysDense || p.Options.Unroll {
		return nil
	}
	plan, err := sparsity.New("argmin.Newton", p.residual, p.start, sparsity.Options{Room: detectedPerRow * n})
	if err != nil || !plan.Worth() {
		return nil
	}
	if solver, err := plan.Pattern.GeneralSolver(); err != nil || solver.FactorNNZ() > mostEntries {
		return nil
	}
	return plan
}

func (p *Problem) sparseRootSystem(plan *sparsity.Plan) rootSystem {
	a := plan.Pattern
	portable := func(native, other func() num.Array) num.Array {
		return num.Portable("argmin.Newton", func(struct{}) num.Array { return native() }, func(struct{}) num.Array { return other() }, struct{}{})
	}
	times := func(j, v num.Array) num.Array { return sparsity.Times(a, false, j, v) }
	transposed := func(j, v num.Array) num.Array { return sparsity.Times(a, true, j, v) }
	return rootSystem{
		jacobian:   func(x num.Array) num.Array { _, j := plan.At(p.residual, x); return j },
		times:      times,
		transposed: transposed,
		scales:     func(j num.Array) num.Array { return positive(sparsity.ColumnNorms(a, j)) },
		solve: func(j, b num.Array) num.Array {
			return portable(func() num.Array {
				x, _ := sparsity.Solve(a, false, j, b)
				return x
			}, func() num.Array {
				opt := linsolve.GMRESOptions{}
				x, _ := linsolve.Inexact(func(v num.Array) num.Array { return times(j, v) }, b, b.Const(portableRest(b.DType())), opt)
				return x
			})
		},
		damped: func(j, scale, lambda, b num.Array) num.Array {
			return portable(func() num.Array {
				return sparsity.LeastSquares(a, j, scale.Mul(lambda.Sqrt()), b, b.Scale(0))
			}, func() num.Array {
				apply := func(v num.Array) num.Array {
					return transposed(j, times(j, v.Div(scale))).Div(scale).Add(v.Mul(lambda))
				}
				g := transposed(j, b).Div(scale).Neg()
				q, _, _ := steihaug(apply, g, num.Norm(g).Scale(portableRest(b.DType())), nil, b.Const(0), 0)
				return q.Div(scale)
			})
		},
	}
}

// portableRest is the relative residual of the systems that iterations solve on XLA in place of a factorization: small enough for steps that
// converge fast, and above what rounding leaves.
func portableRest(d num.DType) float64 { return math.Pow(d.Eps(), 0.5) }

// orthogonal reports whether F is orthogonal to the columns of its Jacobian j, to a cosine of 1e-4: no small step
// lowers |F| to first order. The bound is a choice: this is asked only where Newton's step is no use.
func (s rootSystem) orthogonal(j, f num.Array) num.Array {
	unit := f.Div(num.Maximum(num.Norm(f), num.Const(f.DType().Tiny())))
	return largest(s.transposed(j, unit).Div(s.scales(j))).Le(num.Const(1e-4))
}

// stationary is the function of that name.
func (s rootSystem) stationary(j, x, f num.Array) num.Array {
	return stationary(func(f num.Array) num.Array { return s.transposed(j, f) }, x, f)
}

// excess is how much larger F is than its change where each unknown changes by its size, at most 1000: damping
// limits steps to a part of that size where F hardly changes.
func (s rootSystem) excess(j, x, f num.Array) num.Array {
	change := num.Maximum(num.Norm(s.scales(j).Mul(sizes(x))), num.Const(x.DType().Tiny()))
	return num.Minimum(num.Norm(f).Div(change), num.Const(mostExcess))
}

// mostExcess is a choice.
const mostExcess = 1000
