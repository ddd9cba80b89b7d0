package projection

import (
	"math"

	"github.com/argmin-go/argmin/internal/arg"
	"github.com/argmin-go/argmin/num"
)

// Hyperplane is the projection onto a hyperplane {aᵀy = b},
//
//	P(x) = x - a (aᵀx - b)/|a|²
//
// where x and a are trees of the same structure. For a = 0 it is x if b = 0, else NaN.
func Hyperplane[T any, S Scalar](x, a T, b S) T {
	return alongNormal("projection.Hyperplane", x, a, b, func(r array) array { return r })
}

// Halfspace is the projection onto a halfspace {aᵀy ≤ b},
//
//	P(x) = x - a max(aᵀx - b, 0)/|a|²
//
// where x and a are trees of the same structure. For a = 0 it is x if b ≥ 0, else NaN.
// The derivative at the boundary is the mean of the derivatives on its two sides.
func Halfspace[T any, S Scalar](x, a T, b S) T {
	return alongNormal("projection.Halfspace", x, a, b, func(r array) array { return num.Maximum(r, num.Const(0)) })
}

// alongNormal takes excess(aᵀx - b) from aᵀx by a step along a. Both sides of the
// equation are scaled to a largest element of 1 first.
func alongNormal[T any, S Scalar](op string, x, a T, b S, excess func(array) array) T {
	leavesLike(op, "a", x, a)
	return raveled(x, func(x array) array {
		a, _ := num.Ravel(a)
		arg.SameType(op, "a", a, x.DType())
		checkShape(op, "a", a, x.Size())
		b := arg.Scalar(op, "b", b, x.DType())
		zero := x.Const(0)
		m := stop(a.Abs().Max())
		some := m.Ne(zero)
		m = arg.Safe(some, m)
		a, b = a.Div(m), b.Div(m)
		over := excess(a.Dot(x).Sub(b))
		square := arg.Safe(some, a.Dot(a))
		y := x.Sub(a.Mul(over.Div(square)))
		y = y.Sub(stop(a.Mul(excess(a.Dot(y).Sub(b)).Div(square)))) // what rounding left of a large x
		return num.Where(some.Or(over.Eq(zero)), y, nan)
	})
}

// AffineSet is the projection of x: [n] onto the solutions of the equations A y = b, for
// a: [m n] and b: [m],
//
//	P(x) = x - A⁺(A x - b)
//
// with the pseudoinverse of A by its singular value decomposition. Equations may
// depend on one another, down to singular values of max(m, n) ε relative to the
// largest; if they contradict each other by more than √ε, or if x is so large that rounding
// leaves an error of more than that in them, the result is NaN. The derivative with respect
// to x is I - A⁺A; the derivative with respect to A exists where the equations are
// independent. m² n operations for m ≤ n.
func AffineSet(x, a, b num.Array) num.Array {
	const op = "projection.AffineSet"
	checkEquations(op, x, "a", a, "b", b)
	return affine(x, a, b)
}

func checkEquations(op string, x array, aName string, a array, bName string, b array) {
	checkShape(op, "x", x, -1)
	checkShape(op, aName, a, -1, x.Size())
	checkShape(op, bName, b, a.Shape()[0])
	arg.SameType(op, aName, a, x.DType())
	arg.SameType(op, bName, b, x.DType())
}

// affine is x - Aᵀλ with A Aᵀ λ = A x - b. The system of λ is differentiated as one
// with the map A Aᵀ, so that the decomposition needs no derivative.
func affine(x, a, b array) array {
	m, n := a.Shape()[0], a.Shape()[1]
	if m == 0 || n == 0 {
		return x
	}
	// Rows of one size, so that small equations count like large ones.
	size := rowSize(stop(a))
	a, b = a.Div(size.Reshape(m, 1)), b.Div(size)
	u, s, _ := num.SVD(stop(a))
	kept := s.Gt(s.Max().Scale(float64(max(m, n)) * x.DType().Eps()))
	inv := num.Where(kept, num.Const(1).Div(arg.Safe(kept, s.Square())), num.Const(0))
	pinv := func(r array) array { return u.MatMul(u.T().MatMul(r).Mul(inv)) }
	solve := func(matvec func(array) array, r array) array {
		l := pinv(r)
		return l.Add(pinv(r.Sub(matvec(l))))
	}
	r := a.MatMul(x).Sub(b)
	lambda := num.CustomLinearSolve(func(l array) array { return a.MatMul(a.T().MatMul(l)) }, r, solve, true)
	y := x.Sub(a.T().MatMul(lambda))
	y = closer(stop(a), stop(b), pinv, stop(y)).Add(shadow(y))

	b = stop(b)
	against := b.Sub(u.MatMul(num.Where(kept, u.T().MatMul(b), num.Const(0)))) // what no y can give
	ok := num.Norm(against).Le(num.Norm(b).Scale(math.Sqrt(x.DType().Eps())))
	residual := stop(a.MatMul(y)).Sub(b).Abs()
	return num.Where(ok.And(residual.Le(roundingOf(y, b, math.Sqrt(x.DType().Eps()))).All()), y, nan)
}

// closer projects y repeatedly onto {A y = b}, until the error that the rounding of a
// large x has left is gone: each time reduces it by a factor of about ε.
func closer(a, b array, pinv func(array) array, y array) array {
	type state struct{ Y, R, N array }
	of := func(y array) array { return a.MatMul(y).Sub(b) }
	// Quadratic convergence needs a few steps; 25 are a backstop.
	return num.While(func(s state) array {
		left := s.R.Abs().Gt(roundingOf(s.Y, b, s.Y.DType().Eps())).Any()
		return left.And(s.N.Lt(num.Const(25)))
	}, func(s state) state {
		y := s.Y.Sub(a.T().MatMul(pinv(s.R)))
		return state{y, of(y), s.N.AddScalar(1)}
	}, state{y, of(y), num.Int(0)}).Y
}

// roundingOf is the size of the numbers in the equations A y = b, times eps. It is
// not less than the size where numbers lose digits, about ε⁻² times the smallest.
func roundingOf(y, b array, eps float64) array {
	least := 1e-290
	if y.DType() == num.Float32 {
		least = 1e-30
	}
	return num.Norm(stop(y)).Add(b.Abs()).Scale(eps).AddScalar(least)
}

// rowSize is the largest absolute value in each row, 1 for rows of zeros.
func rowSize(a array) array {
	size := a.Abs().Max(1)
	return arg.Safe(size.Ne(num.Const(0)), size)
}
