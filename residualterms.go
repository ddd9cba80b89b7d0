package argmin

import (
	"github.com/argmin-go/argmin/internal/core/ir"
	"github.com/argmin-go/argmin/num"
	"github.com/argmin-go/argmin/tree"
)

// ResidualTerms describes a [LeastSquares] problem to its methods, with its data and on raveled parameters. With a
// loss, residuals and Jacobian are the corrected ones, see [Solver.WithLoss]; those of a prior come last.
type ResidualTerms struct {
	M, N   int                                      // numbers of residuals and of parameters
	Value  func(x num.Array) num.Array              // the objective: half the sum of squares or losses
	Expand func(x num.Array) Linearization          // the residuals near x, from one evaluation
	Second func(x num.Array, p num.Array) num.Array // second derivative of the residuals along p, from one evaluation

	residuals func(x num.Array) num.Array // without corrections for a loss, which leave the pattern of the Jacobian as it is
}

// Linearization is a linear model of residuals near a point: R + J p.
type Linearization struct {
	Value num.Array                   // the objective at the point
	R     num.Array                   // residuals, [M]
	Mul   func(p num.Array) num.Array // J p
	TMul  func(u num.Array) num.Array // Jᵀ u
	Dense func() num.Array            // J, [M, N], by N or M products at once
}

// leastWeight is the part of ρ′, the weight of a residual in the gradient, that its weight in the curvature is at
// least. The curvature of a loss, ρ′ + 2zρ″, is negative for outliers of all but convex losses: SciPy takes ε for it,
// which makes rows of the model of very different sizes, and Ceres ρ′ wherever ρ″ < 0, which
// loses fast convergence. A tenth is a choice between the two.
const leastWeight = 0.1

// terms are the sum of squares as methods see it.
func (q *squares[P, D]) terms(p *Problem, b binding[P, D]) *ResidualTerms {
	t := &ResidualTerms{N: p.start.Size()}
	traced := num.TraceOnce(func(x num.Array) []num.Array {
		r := q.parts(b.params(x), b.data)
		for _, r := range r {
			t.M += r.Size()
		}
		return r
	}, p.start)
	scale := q.scaleOf(b.params(p.start), b.data)
	t.Value = func(x num.Array) num.Array { return q.cost(traced(x), scale) }
	join := func(r []num.Array) num.Array { return num.Concat(0, r...) }
	t.residuals = func(x num.Array) num.Array { return join(traced(x)) }
	t.Expand = func(x num.Array) Linearization {
		r, mul := num.Linearize(traced, x)
		l := Linearization{Value: q.cost(r, scale), R: join(r), Mul: func(p num.Array) num.Array { return join(mul(p)) }}
		if q.loss != nil {
			rows, residuals := q.weights(r, scale)
			l.R = l.R.Mul(residuals)
			plain := l.Mul
			l.Mul = func(p num.Array) num.Array { return plain(p).Mul(rows) }
		}
		return l.complete(t.M, t.N)
	}
	t.Second = func(x, p num.Array) num.Array {
		_, d2 := num.JVP(func(x num.Array) num.Array { _, d := num.JVP(traced, x, p); return join(d) }, x, p)
		if q.loss != nil {
			rows, _ := q.weights(traced(x), scale)
			d2 = d2.Mul(rows)
		}
		return d2
	}
	return t
}

// complete adds to a model the functions that follow from J p.
func (l Linearization) complete(m, n int) Linearization {
	d := l.R.DType()
	_, l.TMul = num.VJP(l.Mul, num.Full(d, 0, n))
	l.Dense = func() num.Array {
		if n <= m {
			return num.Vmap(l.Mul)(num.Eye(n).AsType(d)).T()
		}
		return num.Vmap(l.TMul)(num.Eye(m).AsType(d))
	}
	return l
}

// weights are the factors of the rows of the Jacobian and of the residuals that correct them for the loss.
func (q *squares[P, D]) weights(r []num.Array, scale num.Array) (rows, residuals num.Array) {
	z := r[0].Div(scale).Square()
	one := num.OnesLike(z)
	slope := func(z num.Array) num.Array {
		_, d := num.JVP(func(z num.Array) num.Array { return q.loss(z) }, z, one)
		return d
	}
	d1, d2 := num.JVP(slope, z, one)
	d1 = num.Maximum(d1, num.Const(0))
	w := num.Maximum(d1.Add(z.Mul(d2).Scale(2)), d1.Scale(leastWeight)).Sqrt()
	some := w.Gt(num.Const(0))
	residual := num.Where(some, d1.Div(num.Where(some, w, num.Const(1))), num.Const(0))
	if len(r) == 1 {
		return w, residual
	}
	rest := num.OnesLike(r[1])
	return num.Concat(0, w, rest), num.Concat(0, residual, rest)
}

// checkResiduals ravels residuals, and refuses what cannot be any.
func checkResiduals[R any](op string, r R, d num.DType) num.Array {
	leaves := tree.Leaves(r)
	if len(leaves) == 0 {
		throwf(op, "the residuals, of type %T, have no arrays", r)
	}
	size := 0
	for i, x := range leaves {
		switch {
		case x == (num.Array{}):
			throwf(op, "the residuals%s are the zero Array", tree.Paths(r)[i])
		case x.DType() != d:
			ir.Throw(ir.Errorf(ir.DTypeError, "argmin."+op, "the residuals%s are %s, want %s as the parameters; convert them with AsType",
				tree.Paths(r)[i], x.DType(), d))
		}
		size += x.Size()
	}
	if size == 0 {
		throwf(op, "there are no residuals: residual%s is %s", tree.Paths(r)[0], typeOf(leaves[0]))
	}
	flat, _ := num.Ravel(r)
	return flat
}
