package projection

import (
	"math"

	"github.com/argmin-go/argmin/internal/arg"
	"github.com/argmin-go/argmin/num"
)

// Transport is the projection of x: [n m] onto the matrices with given row sums a: [n] and
// column sums b: [m], the transport polytope
//
//	{Y ≥ 0, Y 1 = a, Yᵀ 1 = b},
//
// which is quadratically regularized optimal transport (Blondel, Seguy & Rolet, "Smooth and
// sparse optimal transport", 2018). The sums of a and of b must agree to √ε relative, and
// both are scaled to their mean. If they do not agree, or an element is negative, the
// result is NaN.
//
// P(x) = max(x + f 1ᵀ + 1 gᵀ, 0), where f and g solve the dual problem by a
// semismooth Newton method with a line search (Li, Sun & Toh, "On the efficient
// computation of a projector over the Birkhoff polytope", 2020), which follows the
// solutions from small multiples of x up to x. The derivative follows from the
// equations of f and g. A Newton step takes (n + m)³ operations, and some tens of
// them are made; after 500 without an answer the result is NaN. Rounding leaves
// errors of about ε times the range of x in the marginals; where they exceed √ε the
// result is NaN.
func Transport(x, a, b num.Array) num.Array {
	return transport("projection.Transport", x, a, b, quadratic)
}

// KLTransport is the projection of exp(x), x: [n m], onto the transport polytope of
// [Transport] in the Kullback–Leibler divergence,
//
//	argmin Σ Y log Y - Σ x Y = exp(x + f 1ᵀ + 1 gᵀ)
//
// which is entropic optimal transport of the cost -x with regularization 1 (Cuturi,
// "Sinkhorn distances", 2013). Elements of -Inf become 0. Rows and columns of sum 0
// are 0 and have derivative zero.
//
// Sinkhorn's iterations, on logarithms, alternate with Newton steps on the dual
// (Brauer, Clason, Lorenz & Wirth, "A Sinkhorn–Newton method for entropic optimal
// transport", 2017), so that the marginals hold to rounding even where Sinkhorn's
// iterations by themselves would take thousands. Derivative, costs and bounds are as for
// [Transport].
func KLTransport(x, a, b num.Array) num.Array {
	return transport("projection.KLTransport", x, a, b, entropic)
}

// Birkhoff is the projection of x: [n n] onto the doubly stochastic matrices: [Transport]
// with row and column sums of 1.
func Birkhoff(x num.Array) num.Array {
	ones := onesFor("projection.Birkhoff", x)
	return transport("projection.Birkhoff", x, ones, ones, quadratic)
}

// KLBirkhoff is the projection of exp(x), x: [n n], onto the doubly stochastic
// matrices in the Kullback–Leibler divergence: [KLTransport] with row and column sums of 1.
func KLBirkhoff(x num.Array) num.Array {
	ones := onesFor("projection.KLBirkhoff", x)
	return transport("projection.KLBirkhoff", x, ones, ones, entropic)
}

func onesFor(op string, x array) array {
	checkShape(op, "x", x, -1, -1)
	n := x.Shape()[0]
	checkShape(op, "x", x, n, n)
	return num.Full(x.DType(), 1, n)
}

// A divergence is the conjugate φ of the function that is minimized, its derivative,
// which is the answer, and its second derivative.
type divergence struct {
	value, first, second func(z array) array
	easy                 float64 // range of x that is solved without a detour; a choice
	entropic             bool
}

var quadratic = divergence{
	value:  func(z array) array { return num.Maximum(z, num.Const(0)).Square().Scale(0.5) },
	first:  func(z array) array { return num.Maximum(z, num.Const(0)) },
	second: func(z array) array { return z.Gt(num.Const(0)).AsType(z.DType()) },
	easy:   1,
}

var entropic = divergence{value: num.Array.Exp, first: num.Array.Exp, second: num.Array.Exp, easy: 100, entropic: true}

// potentials are the dual variables of rows and columns.
type potentials struct{ F, G array }

// plan is x + f 1ᵀ + 1 gᵀ.
func (p potentials) plan(x array) array {
	n, m := x.Shape()[0], x.Shape()[1]
	return x.Add(p.F.Reshape(n, 1)).Add(p.G.Reshape(1, m))
}

type marginals struct{ X, A, B array }

func transport(op string, x, a, b array, phi divergence) array {
	checkShape(op, "x", x, -1, -1)
	n, m := x.Shape()[0], x.Shape()[1]
	checkShape(op, "a", a, n)
	checkShape(op, "b", b, m)
	arg.SameType(op, "a", a, x.DType())
	arg.SameType(op, "b", b, x.DType())
	if n == 0 || m == 0 {
		return x
	}
	zero := x.Const(0)
	sa, sb := a.Sum(), b.Sum()
	total := sa.Add(sb).Scale(0.5)
	agree := sa.Sub(sb).Abs().Le(total.Scale(math.Sqrt(x.DType().Eps())))
	ok := agree.And(a.Ge(zero).All()).And(b.Ge(zero).All()).And(total.IsFinite()).And(x.Lt(num.Const(math.Inf(1))).All())
	// A size of 1 for the marginals. For x the quadratic problem has the same size.
	some := stop(total).Gt(zero)
	size := arg.Safe(some, num.Maximum(stop(a).Max(), stop(b).Max()))
	share := func(v, sum array) array { return v.Mul(total.Div(arg.Safe(some, sum))).Div(size) }
	a, b = share(a, sa), share(b, sb)
	x = num.Where(ok, x, zero)
	if phi.entropic {
		used := stop(a).Reshape(n, 1).Gt(zero).And(stop(b).Reshape(1, m).Gt(zero))
		x = num.Where(used, x, num.Const(math.Inf(-1)))
	} else {
		x = x.Div(size)
	}
	x = fromRowMax(x)

	residual := func(p potentials, in marginals) potentials {
		y := phi.first(p.plan(in.X))
		return potentials{y.Sum(1).Sub(in.A), y.Sum(0).Sub(in.B)}
	}
	linear := func(matvec func(array) array, r array) array {
		h := num.Vmap(matvec)(num.Eye(n + m).AsType(r.DType()))
		return laplacian(h, n, r.Const(0), matvec, r)
	}
	type found struct{ Ok array }
	p, end := num.CustomRootAux(residual, func(in marginals) (potentials, found) {
		p, ok := phi.dual(in)
		return p, found{ok}
	}, linear)(marginals{x, a, b})
	return num.Where(ok.And(end.Ok), phi.first(p.plan(x)).Mul(size), nan)
}

// fromRowMax is x less the largest finite number of each row.
func fromRowMax(x array) array {
	top := stop(x).Max(1)
	return x.Sub(num.Where(top.IsFinite(), top, num.Const(0)).Reshape(-1, 1))
}

// laplacian solves H d = r for the matrix of the Newton equations
//
//	[diag(W 1)  W; Wᵀ  diag(Wᵀ 1)]
//
// of weights W ≥ 0 on the edges of a bipartite graph. It is singular along (1, -1),
// which makes no difference to a plan and is filled, and along one such direction for
// each further component of the graph, which the ridge, and then the refinement,
// keep from mattering: r has no part in them.
func laplacian(h array, n int, ridge array, matvec func(array) array, r array) array {
	size := r.Size()
	d := num.Diag(h)
	some := d.Gt(num.Const(0))
	s := num.Where(some, num.Const(1).Div(arg.Safe(some, d).Sqrt()), num.Const(1))
	side := num.Concat(0, num.Full(r.DType(), 1, n), num.Full(r.DType(), -1, size-n))
	v := side.Div(s)
	v = v.Div(num.Norm(v))
	eps := r.DType().Eps()
	// At least what the factorization needs: more than its rounding, about ε times the size.
	ridge = num.Maximum(ridge, num.Const(max(math.Pow(eps, 0.75), 10*float64(size)*eps)))
	l := num.Cholesky(h.Mul(num.Outer(s, s)).Add(num.Eye(size).AsType(r.DType()).Mul(ridge)).Add(num.Outer(v, v)))
	solve := func(r array) array {
		r = r.Mul(s)
		r = r.Sub(v.Mul(v.Dot(r)))
		return num.SolveCholesky(l, r).Mul(s)
	}
	x := solve(r)
	if matvec != nil {
		for range 3 {
			x = x.Add(solve(r.Sub(matvec(x))))
		}
	}
	return x
}
