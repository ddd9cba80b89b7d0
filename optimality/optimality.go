// Package optimality has the conditions that solutions of optimization problems
// satisfy, as functions that are zero at a solution. With [num.CustomRoot] each of them
// makes any solver of its problem differentiable. The catalogue follows Blondel et al.,
// "Efficient and modular implicit differentiation", 2022, section 2.2 and table 1; a
// condition F that they state as a fixed point T is F(x) = x - T(x).
//
// Conditions are functions of the solution x and of data, both trees, and have
// derivatives with respect to both.
package optimality

import (
	"math"

	"github.com/argmin-go/argmin/num"
	"github.com/argmin-go/argmin/tree"
)

// Stationary is the condition of a minimum without constraints: the gradient ∇f(x, data).
func Stationary[P, D any](f func(x P, data D) num.Array) func(P, D) P {
	return func(x P, data D) P {
		return num.Grad(func(x P) num.Array { return f(x, data) })(x)
	}
}

// ProximalGradient is the condition of a minimum of f + h, x - prox(x - ∇f(x), 1), from the
// gradient of f and the proximal operator of h.
func ProximalGradient[P, D any](grad func(x P, data D) P, prox func(x P, data D, step num.Array) P) func(P, D) P {
	return func(x P, data D) P {
		g := grad(x, data)
		return tree.Sub(x, prox(tree.Sub(x, g), data, one(g)))
	}
}

// ProjectedGradient is the condition of a minimum of f in a set, x - projection(x - ∇f(x)),
// from the gradient of f and the projection onto the set.
func ProjectedGradient[P, D any](grad func(x P, data D) P, projection func(x P, data D) P) func(P, D) P {
	return ProximalGradient(grad, func(x P, data D, _ num.Array) P { return projection(x, data) })
}

// one is 1 in the dtype of a tree's arrays.
func one[T any](x T) num.Array { return num.Full(tree.DType(x), 1) }

// BlockProximalGradient is [ProximalGradient] for an h that is a sum over blocks, with a
// different step for each block: steps has the structure of x, or one number per block
// along its first axes, and prox is applied with it. It has the same zeros as
// ProximalGradient, but is better conditioned where the curvatures of the blocks differ.
func BlockProximalGradient[P, D any](grad func(x P, data D) P, prox func(x P, data D, steps P) P, steps func(data D) P) func(P, D) P {
	return func(x P, data D) P {
		s := steps(data)
		return tree.Sub(x, prox(tree.Sub(x, tree.Mul(s, grad(x, data))), data, s))
	}
}

// MirrorDescent is the condition of a minimum of f in a set,
// x - argmin_y <∇f(x), y> + D(y, x), from the gradient of f and the mirror step, where D is
// the Bregman divergence of the step (Beck & Teboulle, "Mirror descent and
// nonlinear projected subgradient methods for convex optimization", 2003).
func MirrorDescent[P, D any](grad func(x P, data D) P, step func(x, g P, size num.Array, data D) P) func(P, D) P {
	return func(x P, data D) P {
		g := grad(x, data)
		return tree.Sub(x, step(x, g, one(g), data))
	}
}

// Bregman makes the mirror step of a function φ, argmin_y size·<g, y> + D(y, x) over a set
// for the divergence D of φ. It is projection(mapping(x) - size·g), where mapping is ∇φ and
// projection(z) is argmin_y φ(y) - <z, y> over the set; without a set the projection is
// (∇φ)⁻¹.
func Bregman[P, D any](mapping func(x P) P, projection func(z P, data D) P) func(x, g P, size num.Array, data D) P {
	return func(x, g P, size num.Array, data D) P {
		return projection(tree.AddScaled(mapping(x), size.Neg(), g), data)
	}
}

// Entropic is the mirror step on probability simplices, also known as exponentiated
// gradient: y ∝ x exp(-size·g), the step of the Kullback–Leibler divergence, with one
// simplex along the last axis of every array (Kivinen & Warmuth, "Exponentiated gradient versus
// gradient descent for linear predictors", 1997). Its derivative is regular at zeros.
func Entropic[P, D any](x, g P, size num.Array, _ D) P {
	gs := tree.Leaves(g)
	i := -1
	return tree.Map(func(x num.Array) num.Array {
		i++
		z, last := gs[i].Mul(size).Neg(), x.Rank()-1
		// Shifted so that the largest factor of an element that is not zero is one.
		most := num.Where(x.Gt(num.Const(0)), z, num.Const(math.Inf(-1))).Max(-1)
		z = z.Sub(most.ExpandDims(last).StopGradient())
		y := x.Mul(num.Where(z.Gt(num.Const(0)), num.Const(0), z).Exp())
		return y.Div(y.Sum(-1).ExpandDims(last))
	}, x)
}

// Newton is the condition of a root F(x) = 0 as a Newton step, ∂F(x)⁻¹ F(x). It has the same
// zeros as F, and a derivative of one there. F maps a tree to a tree of the same structure.
// The system is dense: n products with ∂F and n³ operations.
func Newton[P, D any](root func(x P, data D) P) func(P, D) P {
	return func(x P, data D) P {
		flat, unravel := num.Ravel(x)
		f := func(flat num.Array) num.Array {
			y, _ := num.Ravel(root(unravel(flat), data))
			return y
		}
		y, push := num.Linearize(f, flat)
		columns := num.Vmap(push)(num.Eye(flat.Size()).AsType(flat.DType()))
		return unravel(num.Solve(columns.T(), y))
	}
}
