// Package optimality has the conditions that solutions of optimization problems
// satisfy, as functions that are zero there. With [implicit.CustomRoot] each makes a
// solver differentiable, whichever it is; the conditions that are fixed points say so
// and go with [implicit.CustomFixedPoint] as T(x) = x - F(x). They are those of the
// catalogue of Blondel et al., "Efficient and modular implicit differentiation", 2022,
// section 2.2 and table 1.
//
// Conditions are functions of the solution x and of data, both trees, and have
// derivatives with respect to both.
//
// [implicit.CustomRoot]: https://pkg.go.dev/github.com/argmin-go/argmin/implicit#CustomRoot
// [implicit.CustomFixedPoint]: https://pkg.go.dev/github.com/argmin-go/argmin/implicit#CustomFixedPoint
package optimality

import (
	"math"

	"github.com/argmin-go/argmin/num"
	"github.com/argmin-go/argmin/tree"
)

// Stationary is ∇f(x, data): zero at a minimum without constraints.
func Stationary[P, A any](f func(x P, data A) num.Array) func(P, A) P {
	return func(x P, data A) P {
		return num.Grad(func(x P) num.Array { return f(x, data) })(x)
	}
}

// ProximalGradient is x - prox(x - ∇f(x), 1): zero at a minimum of f + h, where prox
// is the proximal operator of h, from the gradient of f.
func ProximalGradient[P, A any](grad func(x P, data A) P, prox func(x P, data A, step num.Array) P) func(P, A) P {
	return func(x P, data A) P {
		g := grad(x, data)
		return tree.Sub(x, prox(tree.Sub(x, g), data, one(g)))
	}
}

// ProjectedGradient is x - projection(x - ∇f(x)): zero at a minimum of f in a set, from
// the gradient of f.
func ProjectedGradient[P, A any](grad func(x P, data A) P, projection func(x P, data A) P) func(P, A) P {
	return ProximalGradient(grad, func(x P, data A, _ num.Array) P { return projection(x, data) })
}

// one is 1 in the dtype of a tree's arrays.
func one[T any](x T) num.Array {
	for _, leaf := range tree.Leaves(x) {
		return leaf.Const(1)
	}
	return num.Scalar(1)
}

// BlockProximalGradient is [ProximalGradient] for an h that is a sum over blocks, each
// with a step of its own: steps has the structure of x, or one number a block along its
// first axes, and prox is applied with it. Zero where ProximalGradient is, but better
// conditioned where the curvatures of the blocks differ.
func BlockProximalGradient[P, A any](grad func(x P, data A) P, prox func(x P, data A, steps P) P, steps func(data A) P) func(P, A) P {
	return func(x P, data A) P {
		s := steps(data)
		return tree.Sub(x, prox(tree.Sub(x, tree.Mul(s, grad(x, data))), data, s))
	}
}

// MirrorDescent is x - argmin_y <∇f(x), y> + D(y, x): zero at a minimum of f in a set,
// where D is the Bregman divergence of the step (Beck & Teboulle, "Mirror descent and
// nonlinear projected subgradient methods for convex optimization", 2003).
func MirrorDescent[P, A any](grad func(x P, data A) P, step func(x, g P, size num.Array, data A) P) func(P, A) P {
	return func(x P, data A) P {
		g := grad(x, data)
		return tree.Sub(x, step(x, g, one(g), data))
	}
}

// Bregman is the step argmin_y size·<g, y> + D(y, x) over a set for the divergence D of
// a function φ: projection(mapping(x) - size·g), where mapping is ∇φ and projection(z)
// is argmin_y φ(y) - <z, y> over the set. Without a set it is (∇φ)⁻¹.
func Bregman[P, A any](mapping func(x P) P, projection func(z P, data A) P) func(x, g P, size num.Array, data A) P {
	return func(x, g P, size num.Array, data A) P {
		return projection(tree.AddScaled(mapping(x), size.Neg(), g), data)
	}
}

// Entropic is the step of [MirrorDescent] on probability simplices, one along the last
// axis of every array, with the Kullback–Leibler divergence: y ∝ x exp(-size·g), also
// known as exponentiated gradient (Kivinen & Warmuth, "Exponentiated gradient versus
// gradient descent for linear predictors", 1997). Its derivative is regular at zeros.
func Entropic[P, A any](x, g P, size num.Array, _ A) P {
	gs := tree.Leaves(g)
	i := -1
	return tree.Map(func(x num.Array) num.Array {
		i++
		z, last := gs[i].Mul(size).Neg(), x.Rank()-1
		// Shifted so that the largest factor of what is not zero is one.
		most := num.Where(x.Gt(num.Const(0)), z, num.Const(math.Inf(-1))).Max(-1)
		z = z.Sub(most.ExpandDims(last).StopGradient())
		y := x.Mul(num.Where(z.Gt(num.Const(0)), num.Const(0), z).Exp())
		return y.Div(y.Sum(-1).ExpandDims(last))
	}, x)
}

// Newton is ∂F(x)⁻¹ F(x) for a root F: zero where F is. F maps a tree to one of the
// same structure. Dense: n products with ∂F and n³ operations.
func Newton[P, A any](root func(x P, data A) P) func(P, A) P {
	return func(x P, data A) P {
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
