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

// Polar is the polar decomposition A = U P of an [m, n] matrix: U, [m, n], is the nearest matrix whose columns (rows, for m < n)
// are orthonormal, and P, [n, n], is symmetric positive semidefinite (Higham, "Computing the polar decomposition, with applications", 1986).
// Derivatives of all orders are exact also where singular values are equal, as for a rotation; where A has
// not full rank U is not unique and its derivatives are infinite or NaN. The time is that of the
// singular value decomposition, and for a derivative that of [Funm]'s for a matrix of twice as many rows.
func Polar(a Array) (u, p Array) {
	matrix("num.Polar", a, false)
	switch m, n := a.Shape()[a.Rank()-2], a.Shape()[a.Rank()-1]; {
	case m < n:
		t, _ := Polar(a.MatT())
		u = t.MatT()
	case m > n: // A = Q R, and U is Q times the factor of R
		q, r := QR(a)
		u = q.MatMul(orthogonal(r))
	default:
		u = orthogonal(a)
	}
	return u, symmetric(u.MatT().MatMul(a))
}

// orthogonal is U Vᵀ for a square matrix U Σ Vᵀ.
func orthogonal(a Array) Array {
	return CustomJVP(func(a Array) Array {
		u, _, vt := SVD(a)
		return u.MatMul(vt)
	}, func(a, da Array) (Array, Array) {
		return JVP(func(a Array) Array {
			// The sign of the symmetric matrix (0 A; Aᵀ 0), whose eigenvalues are the singular values with both signs.
			n, axis := a.Shape()[a.Rank()-1], a.Rank()-1
			zero := a.Scale(0)
			wide := Concat(axis-1, Concat(axis, zero, a), Concat(axis, a.MatT(), zero))
			return Funm(wide, Array.Sign).Index(Ellipsis, To(n), From(n))
		}, a, da)
	})(a)
}
