package argmin

import (
	"github.com/argmin-go/argmin/internal/core/ir"
	"github.com/argmin-go/argmin/internal/sparsity"
	"github.com/argmin-go/argmin/num"
)

// DampedSparse solves by the entries of J that can be other than zero: they are found from the program of the residuals, computed by a few products
// (see sparse.Jacobian), and JᵀJ + λD² is factored by its entries, in an order with little fill. It is for many parameters of which each
// residual has a few: curves and fields on grids, graphs of poses, bundle adjustment, whose points are then eliminated
// before the cameras by themselves. Time and memory go with the entries of the factor.
//
// Steps are corrected until their gradient is rounded (Björck, "Stability analysis of the method of seminormal equations for linear
// least squares problems", 1987), so that they are as accurate as those of [DampedQR] up to condition numbers of about 1e7, columns scaled. Where JᵀJ is
// singular to rounding, or full because a residual has very many parameters, the augmented system of residuals and
// parameters is factored instead. Where columns depend on each other, steps are the shortest to a few digits only.
//
// The pattern is known only if indices are: those that the residuals gather by, such as the edges of a graph, must be captured and not be data.
// With Options.Unroll the answer is that of [DampedCholesky]. XLA has no such factorization: there steps are found by conjugate gradients, as [DampedCG] does, on the same entries.
type DampedSparse struct{}

func (DampedSparse) damped(p *Problem) damped {
	if p.Options.Unroll {
		return DampedCholesky{}.damped(p)
	}
	s, err := p.sparseSquares("DampedSparse")
	if err != nil {
		ir.Throw(err)
	}
	return s.damped()
}

const (
	// mostEntries is how many numbers a matrix or its factors may have without being asked for: two gigabytes.
	mostEntries = 1 << 28
	// detectedPerRow is how many dependencies of a result detection follows before a function counts as dense, in the mean: a choice, as in package sparse.
	detectedPerRow = 64
)

// dampedBySize is the default solver of LevenbergMarquardt.
func (p *Problem) dampedBySize() DampedSolver {
	s, dense := p.squaresBySize("LevenbergMarquardt")
	switch {
	case s != nil:
		return sparseDamped{*s}
	case dense:
		return DampedQR{}
	}
	return DampedCG{}
}

// squaresBySize is the sparse Jacobian if methods should use it without being asked to, or else nil, and whether a dense one is small enough.
func (p *Problem) squaresBySize(method string) (s *sparseSquares, dense bool) {
	m, n := p.Residual.M, p.Residual.N
	dense = m <= mostEntries/max(n, 1)
	if n <= alwaysDense || p.Options.Unroll {
		return nil, dense
	}
	if found, err := p.sparseSquares(method); err == nil && found.plan.Worth() && found.fill() <= mostEntries {
		return &found, dense
	}
	return nil, dense
}

type sparseDamped struct{ sparseSquares }

func (s sparseDamped) damped(*Problem) damped { return s.sparseSquares.damped() }

// sparseSquares is the Jacobian of residuals by its entries: methods keep [entries, residuals].
type sparseSquares struct {
	p    *Problem
	plan *sparsity.Plan
}

func (p *Problem) sparseSquares(method string) (sparseSquares, error) {
	plan, err := sparsity.New("argmin."+method, p.Residual.residuals, p.start, sparsity.Options{Room: detectedPerRow * (p.Residual.M + p.Residual.N)})
	return sparseSquares{p, plan}, err
}

// fill is about how many entries the factors of a step have.
func (s sparseSquares) fill() int {
	solver, err := s.plan.Pattern.LeastSquaresSolver()
	if err != nil {
		return mostEntries + 1
	}
	n, err := solver.FactorNNZ()
	if err != nil {
		return mostEntries + 1
	}
	return n
}

func (s sparseSquares) condense(l Linearization) ([]num.Array, num.Array, num.Array) {
	d := l.R.DType()
	values := s.plan.Entries(l.Mul, l.TMul, d, d)
	return []num.Array{values, l.R}, sparsity.ColumnNorms(s.plan.Pattern, values), s.times(true, values, l.R)
}

// times is J v or Jᵀv.
func (s sparseSquares) times(trans bool, values, v num.Array) num.Array {
	return sparsity.Times(s.plan.Pattern, trans, values, v)
}

// sparseDamping is the λ that stands for 0: above what rounding of JᵀJ needs to be definite where columns depend on each other, as they do
// where positions are known only relative to each other. It changes steps along singular values below 1e-7 of the largest.
func sparseDamping(d num.DType) float64 { return 100 * d.Eps() }

func (s sparseSquares) damped() damped {
	return damped{
		condense: s.condense,
		factor:   s.factor,
		step: func(it Iterate, st modelState, lambda, radius, d num.Array) regionStep {
			type arrays struct{ P, JP, Lambda num.Array }
			a := num.Portable("argmin.DampedSparse", func(struct{}) arrays {
				r := damped{factor: s.factor}.region(it, st.Model, lambda, radius, d, positive(st.Norms), sparseDamping(d.DType()))
				return arrays{r.P, r.JP, r.Lambda}
			}, func(struct{}) arrays {
				p, jp := s.products(it, st.Model, radius, d)
				return arrays{p, jp, radius.Const(0)}
			}, struct{}{})
			return regionStep{P: a.P, JP: a.JP, Lambda: a.Lambda}
		},
	}
}

func (s sparseSquares) factor(_ Iterate, model []num.Array, lambda, d num.Array) dampedSystem {
	values, r := model[0], model[1]
	below := d.Mul(lambda.Sqrt())
	x := sparsity.LeastSquares(s.plan.Pattern, values, below, r.Neg(), d.Scale(0))
	jp := s.times(false, values, x)
	return dampedSystem{P: x, JP: jp.Dot(jp), Solve: func(b num.Array) num.Array {
		return sparsity.LeastSquares(s.plan.Pattern, values, below, r.Scale(0), b)
	}}
}

// products is the step of conjugate gradients, as in [DampedCG].
func (s sparseSquares) products(it Iterate, model []num.Array, radius, d num.Array) (p, jp num.Array) {
	apply := func(v num.Array) num.Array {
		return s.times(true, model[0], s.times(false, model[0], v.Div(d))).Div(d)
	}
	h, hh := squaresCG(apply, it, radius, d, 0)
	return h.Div(d), h.Dot(hh)
}
