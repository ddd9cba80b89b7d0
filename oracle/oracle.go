// Package oracle has linear minimization oracles of bounded convex sets: the point of a set
// that goes farthest against a gradient g,
//
//	argmin_s <g, s> subject to s in the set,
//
// for the Frank–Wolfe method. Each gives an extreme point of the set; among equally good
// ones the first. Their derivative with respect to g is zero unless stated otherwise, and
// their derivative with respect to the size of the set is exact.
package oracle

import (
	"github.com/argmin-go/argmin/internal/arg"
	"github.com/argmin-go/argmin/num"
	"github.com/argmin-go/argmin/projection"
	"github.com/argmin-go/argmin/tree"
)

// Simplex is the oracle of the simplex {s ≥ 0, Σs = scale}, one along the last axis of g:
// scale where g is smallest and 0 elsewhere.
func Simplex[S projection.Scalar](g num.Array, scale S) num.Array {
	return oneHot(g.ArgMin(-1), g).Mul(size(scale, g))
}

// L1Ball is the oracle of the ℓ1 ball {Σ|s| ≤ radius} for a tree taken as one vector: ±radius
// where |g| is largest and 0 elsewhere.
func L1Ball[T any, S projection.Scalar](g T, radius S) T {
	flat, unravel := num.Ravel(g)
	if flat.Size() == 0 {
		return g
	}
	hot := oneHot(flat.Abs().ArgMax(-1), flat)
	return unravel(hot.Mul(flat.Sign().StopGradient()).Neg().Mul(size(radius, flat)))
}

// L2Ball is the oracle of the Euclidean ball {|s| ≤ radius} for a tree taken as one vector:
// -radius · g/|g|. It is smooth in g, and its derivative is exact except at zero, where it is
// zero.
func L2Ball[T any, S projection.Scalar](g T, radius S) T {
	flat, unravel := num.Ravel(g)
	n := num.Norm(flat)
	zero := n.Eq(num.Const(0))
	return unravel(flat.Div(num.Where(zero, num.Const(1), n)).Neg().Mul(size(radius, flat)))
}

// Box is the oracle of the box {lower ≤ s ≤ upper}: lower where g ≥ 0, upper elsewhere. The
// bounds are trees like g.
func Box[T any](g, lower, upper T) T {
	ls, us := tree.Leaves(lower), tree.Leaves(upper)
	i := -1
	return tree.Map(func(g num.Array) num.Array {
		i++
		return num.Where(g.Ge(num.Const(0)), ls[i], us[i])
	}, g)
}

// NuclearBall is the oracle of the matrices whose singular values sum to at most radius:
// -radius u₁v₁ᵀ, from the singular vectors of g's largest singular value.
func NuclearBall[S projection.Scalar](g num.Array, radius S) num.Array {
	u, _, vt := num.SVD(g.StopGradient())
	first := num.Outer(u.T().At(0), vt.At(0))
	return first.Neg().Mul(size(radius, g))
}

// oneHot is 1 at an index along the last axis of an array like x.
func oneHot(index, x num.Array) num.Array {
	last := x.Shape()[x.Rank()-1]
	hot := num.Arange(num.Int32, 0, last).Eq(index.AsType(num.Int32).ExpandDims(-1))
	return num.Where(hot, x.Const(1), num.Const(0))
}

func size[S projection.Scalar](s S, like num.Array) num.Array {
	return arg.Scalar("oracle", "the size", s, like.DType())
}
