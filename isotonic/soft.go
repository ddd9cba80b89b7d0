package isotonic

import (
	"github.com/argmin-go/argmin/internal/arg"
	"github.com/argmin-go/argmin/num"
)

// Scalar is the strength of a regularization: a Go number, which takes the dtype of
// the array, or a 0-d array of that dtype, which may be traced and differentiated.
type Scalar interface{ arg.Number }

// SoftSort sorts the rows of x: [… n] softly: neighbours in the order mix if they are close.
// With ρ = (n, …, 2, 1) and P(x) the convex hull of all permutations of x it is
//
//	argmax <y, ρ> - strength ½|y|² subject to y in P(x)
//
// in [Decreasing] order, and -SoftSort(-x) in [Increasing] order (Blondel, Teboul,
// Berthet & Djolonga, "Fast differentiable sorting and ranking", 2020, section 4).
// Neighbours in the order that differ by more than 1/strength mix; below a strength
// that depends on x, and for 0, the result is sorted exactly, and for a large one
// all elements tend to the mean.
//
// Derivatives with respect to x and strength are exact. An element that is not finite
// makes its row NaN, as does a strength that is negative. n log n operations.
func SoftSort[S Scalar](x num.Array, strength S, order Order) num.Array {
	return softSort("isotonic.SoftSort", x, strength, order, project)
}

// KLSoftSort is [SoftSort] with the Kullback–Leibler divergence in place of the square. With E(y) = Σ (y log y - y),
//
//	log argmax <y, ρ> - strength E(y) subject to y in P(exp(x))
//
// in [Decreasing] order. For a large strength all elements tend to log mean exp(x).
func KLSoftSort[S Scalar](x num.Array, strength S, order Order) num.Array {
	return softSort("isotonic.KLSoftSort", x, strength, order, klProject)
}

func softSort[S Scalar](op string, x array, strength S, order Order, p projection) array {
	check(op, "x", x)
	t := arg.Scalar(op, "strength", strength, x.DType())
	sign := x.Const(1)
	if order == Increasing {
		sign = x.Const(-1)
	}
	return rows(order, func(in []array) array {
		w := in[0].Mul(sign).Sort(-1)
		b, n := w.Shape()[0], w.Shape()[1]
		rho := num.Arange(num.Int32, 1, n+1).AsType(x.DType()).BroadcastTo(b, n)
		y := p(rho, w, t).Mul(sign)
		if order == Increasing {
			y = y.Flip(-1)
		}
		return y
	}, op, x)
}

// SoftRank ranks the elements in the rows of x: [… n] softly: close elements share their
// ranks. With ρ = (n, …, 2, 1) and P(ρ) the convex hull of its permutations it is
//
//	argmax <y, -x> - strength ½|y|² subject to y in P(ρ)
//
// in [Decreasing] order, in which the largest element has rank 1, and the same for
// -x in [Increasing] order (Blondel, Teboul, Berthet & Djolonga, 2020, section 4).
// The ranks sum to Σρ. Neighbours in the order that differ by less than
// strength mix; below a strength that depends on x, and for 0, ranks are the numbers
// 1 … n, and their mean for elements that are equal; for a large one all tend to
// (n+1)/2.
//
// Derivatives with respect to x and strength are exact; for strength 0 they are
// zero. A NaN or a negative strength makes rows NaN; infinite elements come
// first or last. n log n operations.
func SoftRank[S Scalar](x num.Array, strength S, order Order) num.Array {
	return softRank("isotonic.SoftRank", x, strength, order, project)
}

// KLSoftRank is [SoftRank] with the Kullback–Leibler divergence in place of the square. With E(y) = Σ (y log y - y),
//
//	log argmax <y, -x> - strength E(y) subject to y in P(exp(ρ))
//
// in [Decreasing] order. The sum of exp(rank) is Σ exp(ρ). Ranks that sum to Σρ, as some
// implementations define them, are exp(KLPermutahedron(-x/strength, log ρ)).
func KLSoftRank[S Scalar](x num.Array, strength S, order Order) num.Array {
	return softRank("isotonic.KLSoftRank", x, strength, order, klProject)
}

func softRank[S Scalar](op string, x array, strength S, order Order, p projection) array {
	check(op, "x", x)
	order.check(op)
	t := arg.Scalar(op, "strength", strength, x.DType())
	return rows(Increasing, func(in []array) array {
		z := in[0]
		if order == Decreasing {
			z = z.Neg()
		}
		b, n := z.Shape()[0], z.Shape()[1]
		return unsorted(z, num.Arange(num.Int32, 1, n+1).AsType(x.DType()).BroadcastTo(b, n), t, p)
	}, op, x)
}

// Permutahedron is the Euclidean projection of the rows of z: [… n] onto the convex
// hull of all permutations of w, which broadcasts to the shape of z (Zeng &
// Figueiredo, "The ordered weighted l1 norm: atomic formulation, projections, and
// algorithms", 2014; Lim & Wright, "Efficient Bregman projections onto the
// permutahedron and related polytopes", 2016). Derivatives with respect to both are
// exact. An element of w that is not finite or a NaN in z makes the row NaN.
func Permutahedron(z, w num.Array) num.Array {
	return permutahedron("isotonic.Permutahedron", z, w, project)
}

// KLPermutahedron is the logarithm of the projection of exp(z), z: [… n], in the
// Kullback–Leibler divergence onto the convex hull of all permutations of exp(w),
//
//	log argmax <y, z> - Σ (y log y - y) subject to y in P(exp(w));
//
// everything else is as for [Permutahedron].
func KLPermutahedron(z, w num.Array) num.Array {
	return permutahedron("isotonic.KLPermutahedron", z, w, klProject)
}

func permutahedron(op string, z, w array, p projection) array {
	check(op, "z", z)
	w = matching(op, "w", w, "z", z)
	return rows(Increasing, func(in []array) array {
		return unsorted(in[0], in[1].Sort(-1), z.Const(1), p)
	}, op, z, w)
}

// unsorted applies a projection, of ascending rows, to z in any order.
func unsorted(z, w, t array, p projection) array {
	at := stop(z).Argsort(-1)
	y := p(z.TakeAlong(at, -1), w, t)
	b, n := z.Shape()[0], z.Shape()[1]
	at = at.Add(num.Arange(num.Int32, 0, b).Mul(num.Int(n)).Reshape(b, 1)).Reshape(-1)
	return num.Full(z.DType(), 0, b*n).Put(at, y.Reshape(-1), 0).Reshape(b, n)
}

// A projection is argmax <y, s> - t Ψ(y) in the permutahedron of w for matrices of
// ascending rows.
//
// With the isotonic regression v of s/t and w, the answer is s/t - v (Blondel et al.,
// proposition 3). Blocks are found with all multiplied by t, which may be 0. The
// difference is taken within a block, so that a block of one element is w to the last digit.
type projection func(s, w, t array) array

func project(s, w, t array) array {
	v := s.Sub(t.Mul(w))
	_, b := solve(v, []array{v, num.Full(v.DType(), 1, v.Shape()...)}, nil, means())
	b = apart(b, s, w)
	one := num.Full(s.DType(), 1, s.Shape()...)
	base, lift := stop(b.last(s)), b.last(stop(w))
	ds := num.Where(b.finite, s.Sub(base), num.Const(0))
	y := ds.Sub(b.mean(ds, one)).Div(positive(t)).Add(lift).Add(b.mean(w.Sub(lift), one))
	return num.Where(valid(s, w, t), y, nan)
}

func klProject(s, w, t array) array {
	_, b := solve(s.Sub(t.Mul(w)), entropies(s, w), nil, divergence(stop(t)))
	b = apart(b, s, w)
	base, lift := stop(b.last(s)), b.last(stop(w))
	ds := num.Where(b.finite, s.Sub(base), num.Const(0)).Div(positive(t))
	y := ds.Sub(b.sum(ds.Exp()).Log()).Add(lift).Add(b.sum(w.Sub(lift).Exp()).Log())
	return num.Where(valid(s, w, t), y, nan)
}

// positive is t where it is not 0 and its inverse is finite, and otherwise a number to divide
// by: for t = 0 only zeros are divided by it.
func positive(t array) array {
	return num.Where(t.Eq(num.Const(0)), num.Const(1), num.Maximum(t, num.Const(t.DType().Tiny())))
}

// apart takes blocks apart in which all of s and all of w are equal. Moving s or w does
// not join them, as both are sorted: other ties are kinks, these are not.
func apart(b blocks, s, w array) blocks {
	s, w = stop(s), stop(w)
	one := b.lead(s).Eq(b.last(s)).And(b.lead(w).Eq(b.last(w)))
	return newBlocks(num.Where(one, num.Arange(num.Int32, 0, s.Shape()[1]), b.first), b.finite)
}

func valid(s, w, t array) array {
	ok := row(s.Eq(s)).And(row(w.IsFinite()))
	return ok.And(t.Ge(num.Const(0)).And(t.IsFinite()))
}

// SortedL1 is the proximity operator of the sorted ℓ1 norm (SLOPE, OWL) for the rows
// of x: [… n] and weights that broadcast to its shape and are not negative,
//
//	argmin ½|y - x|² + Σ λᵢ |y|₍ᵢ₎,
//
// where |y|₍ᵢ₎ are the absolute values and λ the weights, both in decreasing order
// (Bogdan, van den Berg, Sabatti, Su & Candès, "SLOPE – adaptive variable selection via
// convex optimization", 2015, algorithm 3). Equal weights give the soft threshold.
func SortedL1(x, weights num.Array) num.Array {
	const op = "isotonic.SortedL1"
	check(op, "x", x)
	weights = matching(op, "weights", weights, "x", x)
	return rows(Increasing, func(in []array) array {
		lambda := in[1].Sort(-1)
		shrink := func(s, w, t array) array { // what the projection onto the dual ball leaves
			y := num.Maximum(s.Sub(project(s, w, t)), num.Const(0))
			return num.Where(row(w.Ge(num.Const(0))), y, nan)
		}
		return unsorted(in[0].Abs(), lambda, x.Const(1), shrink).Mul(in[0].Sign())
	}, op, x, weights)
}
