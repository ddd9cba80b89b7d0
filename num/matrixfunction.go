package num

import (
	"slices"

	"github.com/argmin-go/argmin/internal/core/ad"
	"github.com/argmin-go/argmin/internal/core/ir"
	"github.com/argmin-go/argmin/internal/core/prim"
)

// Expm is the exponential Σ Aᵏ/k! of a square matrix, not of its elements (see [Array.Exp]): by scaling and squaring with a Padé approximant (Higham,
// "The scaling and squaring method for the matrix exponential revisited", 2005). Derivatives of
// all orders are exact, for symmetric matrices also at equal eigenvalues; the one of order k is an
// exponential of a matrix k + 1 times as large. About 10 products of matrices, and more for a large norm.
func Expm(a Array) Array {
	matrix("num.Expm", a, true)
	return apply(prim.MatrixFunctionOp{Func: prim.Expm}, a.v)
}

var (
	sqrtm = spectral("num.Sqrtm", prim.Sqrt)
	logm  = spectral("num.Logm", prim.Log)
)

func spectral(what string, f func(*ir.Value) *ir.Value) *prim.Spectral {
	return &prim.Spectral{Scalar: func(d DType) *ir.Program {
		return ad.Closed(what, []ir.Type{ir.T(d)}, func(x values) values { return values{f(x[0])} })
	}}
}

// Sqrtm is the square root of the symmetric matrix (A + Aᵀ)/2, the symmetric positive semidefinite
// matrix whose product with itself it is: [Funm] of the square root. It is NaN where an eigenvalue is negative.
// Derivatives are infinite or NaN where the matrix is singular.
func Sqrtm(a Array) Array {
	matrix("num.Sqrtm", a, true)
	return apply(prim.MatrixFunctionOp{Func: sqrtm}, a.v)
}

// Logm is the logarithm of the symmetric positive definite matrix (A + Aᵀ)/2, the symmetric
// matrix of which it is the exponential: [Funm] of the logarithm. It is NaN where an eigenvalue is negative,
// and infinite or NaN where one is 0.
func Logm(a Array) Array {
	matrix("num.Logm", a, true)
	return apply(prim.MatrixFunctionOp{Func: logm}, a.v)
}

// Funm is the matrix function V diag(f(w)) Vᵀ of the symmetric matrix (A + Aᵀ)/2 = V diag(w) Vᵀ. f is traced
// on one eigenvalue, a 0-d array, and must not use arrays from outside that are traced.
//
// The derivatives are those of Daleckii and Krein (1965) by divided differences of f, and so are
// exact to rounding also where eigenvalues are equal, as for the identity, in contrast to derivatives through [Eigh]
// (Higham, "Functions of Matrices", 2008, chapter 3). At a kink of f they are what f's own derivative is
// there. A derivative of order k takes about 16ᵏ evaluations of f for each of n^(k+1) tuples of eigenvalues.
func Funm(a Array, f func(w Array) Array) Array {
	const what = "num.Funm"
	matrix(what, a, true)
	_, def := flatten(what, a)
	number := ir.T(a.DType())
	t := trace(what, f, def, []ir.Type{number})
	if out := t.prog.OutTypes(); len(out) != 1 || !out[0].Equal(number) {
		ir.Throw(ir.Errorf(ir.ShapeError, what, "the function of a number of type %v gives %s, want the same type", number, ir.TypeList(out)))
	}
	if slices.ContainsFunc(t.captured, (*ir.Value).Traced) {
		ir.Throw(ir.Errorf(ir.RuleError, what, "the function uses a traced array from outside, for which it has no derivative; "+
			"a power p is Expm(p·Logm(A)), and a parameter may scale A or the result"))
	}
	captured := t.captured
	scalar := func(DType) *ir.Program {
		return ad.Closed(what, []ir.Type{number}, func(x values) values { return ir.Inline(t.prog, slices.Concat(captured, x)) })
	}
	return apply(prim.MatrixFunctionOp{Func: &prim.Spectral{Scalar: scalar}}, a.v)
}
