package argmin

import (
	"github.com/argmin-go/argmin/num"
	"github.com/argmin-go/argmin/sparse"
	"github.com/argmin-go/argmin/tree"
)

// QPOf is the [QP] of a quadratic function f and of constraints that are affine in x, as [Constrained] has them, for [Quadratic]: its variables
// are the elements of x end to end, its equations those of Equal, and low ≤ Gx ≤ h is Between within Limits. x is a point of the
// right structure; what its numbers are does not matter.
//
// The matrices are the derivatives of f and the constraints at zero: those of up to a hundred variables dense, larger ones sparse, with the entries that
// the functions can have. A function that is not quadratic, or not affine, is replaced by its expansion at zero, without a word.
func QPOf[P, D any](f func(x P, data D) num.Array, c Constraints[P, D], x P) func(data D) QP {
	zero, params := num.Ravel(tree.ZerosLike(x))
	n, d := zero.Size(), zero.DType()
	// affine is the matrix of a function and its value at zero.
	affine := func(g func(num.Array) num.Array) (Matrix, num.Array) {
		if n <= alwaysDense {
			v, along := num.Linearize(g, zero)
			return num.Vmap(along)(num.Eye(n).AsType(d)).T(), v
		}
		v, j := sparse.ValueAndJacobian(g, sparse.DerivativeOptions{})(zero)
		return j, v
	}
	return func(data D) QP {
		value := func(x num.Array) num.Array { return checkValue("QPOf", f(params(x), data), d) }
		v, slope := num.ValueAndGrad(value)(zero)
		q := QP{C: slope, Constant: v}
		if n <= alwaysDense {
			q.Q = num.Hessian(value)(zero)
		} else {
			q.Q = sparse.Hessian(value, sparse.DerivativeOptions{})(zero)
		}
		if c.Equal != nil {
			a, b := affine(func(x num.Array) num.Array { g, _ := c.values(params(x), data); return flatten(g, d) })
			q.A, q.B = a, b.Neg()
		}
		_, h := c.values(params(zero), data)
		lo, hi, lower, upper := c.limits(params(zero), h, data)
		if c.Between != nil {
			g, at := affine(func(x num.Array) num.Array { _, h := c.values(params(x), data); return flatten(h, d) })
			q.G, q.Low, q.H = g, flatten(lo, d).Sub(at), flatten(hi, d).Sub(at)
		}
		if c.Bounds != nil {
			q.Lower, q.Upper = flatten(lower, d), flatten(upper, d)
		}
		return q
	}
}
