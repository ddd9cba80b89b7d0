package argmin

import (
	"github.com/argmin-go/argmin/internal/core/ir"
	"github.com/argmin-go/argmin/num"
	"github.com/argmin-go/argmin/tree"
)

// Separated eliminates the parameters in which a model is linear: for a sum Σ cₖ φₖ(x) it returns the residuals of the best
// coefficients c as a function of only x, for [LeastSquares], and those coefficients:
//
//	residual, coefficients := argmin.Separated(basis, target)
//	solver := argmin.LeastSquares(residual, nil, argmin.Options{})
//	x := solver.Argmin(start, data)
//	c := coefficients(x, data)
//
// basis has the functions φ at all observations, in columns: an m×k matrix; target has the m observations, of the same dtype. The fit needs no
// start for c, fewer iterations, and meets fewer wrong minima than one of all parameters. Where columns are dependent, c is the shortest.
//
// This is variable projection (Golub & Pereyra, "The differentiation of pseudo-inverses and nonlinear least squares problems whose variables
// separate", 1973), with the whole derivative, of which Kaufman's approximation (1975) leaves out a part. An evaluation costs
// that of basis, a QR decomposition, 4mk², and singular values, about 20k³. For the standard errors of all parameters call [Statistics] for the whole
// model at its fit.
func Separated[P, D any](basis func(x P, data D) num.Array, target func(data D) num.Array) (residual, coefficients func(x P, data D) num.Array) {
	const op = "Separated"
	parts := func(x P, data D) (c, r num.Array) {
		if basis == nil || target == nil {
			throwf(op, "basis or target is nil")
		}
		a, y := basis(x, data), target(data)
		for i, v := range [...]num.Array{a, y} {
			if v == (num.Array{}) || v.DType() != tree.DType(x) {
				throwf(op, "%s returned %s, want %s as the parameters", [...]string{"basis", "target"}[i], describe(v), tree.DType(x))
			}
		}
		if a.Rank() != 2 || y.Rank() != 1 || a.Shape()[0] != y.Size() {
			ir.Throw(ir.Errorf(ir.ShapeError, "argmin."+op, "basis returned %s and target %s, want a matrix and a vector with as many numbers as it has rows",
				typeOf(a), typeOf(y)))
		}
		return projected(a, y)
	}
	return func(x P, data D) num.Array { _, r := parts(x, data); return r }, func(x P, data D) num.Array { c, _ := parts(x, data); return c }
}

func describe(x num.Array) string {
	if x == (num.Array{}) {
		return "the zero Array"
	}
	return typeOf(x)
}

// projected is the shortest c, in units of the norms of columns, of those with the least |A c - y|, and A c - y.
func projected(a, y num.Array) (c, r num.Array) {
	// The units do not change the answer, so they have no derivative.
	d := positive(num.Norm(a.StopGradient(), 0))
	a = a.Div(d)
	inverse := inverseGram(a, 3)
	solve := func(y num.Array) num.Array { return inverse.MatMul(y.MatMul(a)) }
	c = solve(y)
	c = c.Add(solve(y.Sub(a.MatMul(c)))) // as accurate as by an orthogonal decomposition
	return c.Div(d), a.MatMul(c).Sub(y)
}
