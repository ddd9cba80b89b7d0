package num_test

import (
	"errors"
	"math"
	"slices"
	"testing"

	"github.com/argmin-go/argmin/num"
)

func matrixOf(n int, x ...float64) A { return num.New(x, n, n) }

// The functions and their identities on a matrix without special structure.
func TestMatrixFunctions(t *testing.T) {
	a, s := randn(1, 5, 5), spd(2, 5)
	w, v := num.Eigh(s)
	near(t, "Expm of a symmetric matrix", num.Expm(s.Scale(0.1)), v.Mul(w.Scale(0.1).Exp()).MatMul(v.T()), 1e-13)
	near(t, "Expm(A) Expm(-A) = I", num.Expm(a).MatMul(num.Expm(a.Neg())), num.Eye(5), 1e-11)
	near(t, "Expm of a large matrix", num.Expm(matrixOf(2, 0, 100*math.Pi, -100*math.Pi, 0)), num.Eye(2), 1e-12)
	near(t, "Expm of a nilpotent matrix", num.Expm(matrixOf(2, 0, 1e6, 0, 0)), matrixOf(2, 1, 1e6, 0, 1), 1e-15)
	near(t, "Sqrtm² = A", num.Sqrtm(s).MatMul(num.Sqrtm(s)), s, 1e-13)
	near(t, "Expm(Logm(A)) = A", num.Expm(num.Logm(s)), s, 1e-12)
	near(t, "Funm", num.Funm(s, func(w A) A { return w.Square() }), s.MatMul(s), 1e-12)
	near(t, "a batch", num.Sqrtm(num.Stack(s, num.Eye(5))).At(1), num.Eye(5), 1e-15)
	near(t, "float32", num.Logm(s.AsType(num.Float32)).AsType(num.Float64), num.Logm(s), 1e-4)
	near(t, "Fréchet derivative", derivative(num.Expm, a, s), difference(num.Expm, a, s), 1e-6)
	near(t, "derivative of the square root", derivative(num.Sqrtm, s, num.Eye(5)), num.Inv(num.Sqrtm(s)).Scale(0.5), 1e-12)
}

// A polar decomposition, of all shapes, with its derivatives where singular values are equal.
func TestPolar(t *testing.T) {
	factor := func(a A) A { u, _ := num.Polar(a); return u }
	for _, s := range [][2]int{{4, 4}, {5, 3}, {3, 5}, {1, 3}} {
		a, da := randn(3, s[:]...), randn(4, s[:]...)
		u, p := num.Polar(a)
		near(t, "U P", u.MatMul(p), a, 1e-13)
		if k := min(s[0], s[1]); s[0] >= s[1] {
			near(t, "UᵀU", u.T().MatMul(u), num.Eye(k), 1e-14)
		} else {
			near(t, "UUᵀ", u.MatMul(u.T()), num.Eye(k), 1e-14)
		}
		near(t, "derivative", derivative(factor, a, da), difference(factor, a, da), 1e-7)
	}
	rotation := matrixOf(3, 0, -1, 0, 1, 0, 0, 0, 0, 1).Scale(2)
	along := func(a A) A { return derivative(factor, a, randn(5, 3, 3)) }
	near(t, "derivative at a rotation", along(rotation), difference(factor, rotation, randn(5, 3, 3)), 1e-7)
	near(t, "second derivative", derivative(along, rotation, randn(6, 3, 3)), difference(along, rotation, randn(6, 3, 3)), 1e-7)
	near(t, "a batch", num.Vmap(factor)(num.Stack(rotation, num.Eye(3))).At(1), num.Eye(3), 1e-15)
	near(t, "a batch of matrices", factor(num.Stack(rotation, num.Eye(3))).At(1), num.Eye(3), 1e-15)
}

func derivative(f func(A) A, x, dx A) A { _, d := num.JVP(f, x, dx); return d }

func difference(f func(A) A, x, dx A) A {
	const h = 1e-5
	return f(x.Add(dx.Scale(h))).Sub(f(x.Sub(dx.Scale(h)))).Scale(1 / (2 * h))
}

// At equal eigenvalues derivatives of both orders are those of a neighbourhood.
func TestMatrixFunctionsAtEqualEigenvalues(t *testing.T) {
	flip := matrixOf(2, 0, 1, 1, 0)
	trace := func(f func(A) A) func(A) A { return func(x A) A { return num.Trace(f(x)) } }
	exp := func(x A) A { return num.Funm(x, num.Array.Exp) }
	for name, f := range map[string]func(A) A{"Expm": num.Expm, "Funm": exp} {
		near(t, name+": (tr exp)'' at I", num.HVP(trace(f), num.Eye(2), flip), flip.Scale(math.E), 1e-14)
		near(t, name+": exp' at I", derivative(f, num.Eye(2), flip), flip.Scale(math.E), 1e-14)
		near(t, name+": (tr exp)'' at 0", num.HVP(trace(f), num.Zeros(2, 2), flip), flip, 1e-14)
	}
	near(t, "sqrt' at 4I", derivative(num.Sqrtm, num.Eye(2).Scale(4), flip), flip.Scale(0.25), 1e-15)
	target := matrixOf(2, 1, .5, .5, 2)
	loss := func(x A) A { return num.Sqrtm(x).Sub(target).Square().Sum() }
	near(t, "∇|√A - T|² at I", num.Grad(loss)(num.Eye(2)), num.Eye(2).Sub(target), 1e-15)
	near(t, "log'' at I is -(EF + FE)/2", num.HVP(func(x A) A { return num.Logm(x).Mul(flip).Sum() }, num.Eye(2), flip), num.Eye(2).Neg(), 1e-13)
	// |√A - T|² near I + tE for E² = I: √ is 1 + tE/2 - t²/8, so the second derivative along E is
	// 2 <E/2, E/2> - 2 <I - T, I/4>.
	want := 2*0.5 - 2*(0-1)*0.25
	near(t, "second derivative of |√A - T|²", num.HVP(loss, num.Eye(2), flip).Mul(flip).Sum(), num.Scalar(want), 1e-13)

	// Nearly equal and very different eigenvalues at once.
	for _, gap := range []float64{0, 1e-15, 1e-9, 1e-5, 1e-3, 0.02, 0.3} {
		x := num.FromDiag(num.Vector(1, 1+gap, 1e4))
		e := num.Ones(3, 3)
		d := num.Diag(x).Sqrt()
		sums := d.Reshape(3, 1).Add(d.Reshape(1, 3))
		near(t, "sqrt' near I", derivative(num.Sqrtm, x, e), e.Div(sums), 1e-12)
	}
}

// Derivatives through vectors of equal eigenvalues do not exist, and are NaN instead of a wrong number;
// functions of the values only, and directions that do not turn the vectors, are right.
func TestDerivativesOfEqualValuesAreLoud(t *testing.T) {
	nan := func(what string, x A) {
		t.Helper()
		if !slices.ContainsFunc(x.Float64s(), math.IsNaN) {
			t.Errorf("%s is %v, want NaN", what, x)
		}
	}
	through := func(x A) A { w, v := num.Eigh(x); return v.Mul(w.Sqrt()).MatMul(v.T()) }
	flip := matrixOf(2, 0, 1, 1, 0)
	nan("√ by Eigh", derivative(through, num.Eye(2), flip))
	diagonal := num.FromDiag(num.Vector(1, 3))
	near(t, "√ by Eigh along the diagonal", derivative(through, num.Eye(2), diagonal), diagonal.Scale(0.5), 1e-15)
	// The vector of a simple eigenvalue beside equal ones has its derivative.
	simple := func(x A) A { _, v := num.Eigh(x); u := v.T().At(2); return num.Outer(u, u) }
	d := num.FromDiag(num.Vector(1, 1, 4))
	want := num.New([]float64{0, 0, 1, 0, 0, 1, 1, 1, 0}, 3, 3).Scale(1. / 3)
	near(t, "a simple eigenvalue", derivative(simple, d, num.Ones(3, 3)), want, 1e-15)
	near(t, "a simple eigenvalue, reverse", num.Grad(func(x A) A { return simple(x).Mul(num.Ones(3, 3)).Sum() })(d), want, 1e-15)
	values := func(x A) A { w, _ := num.Eigh(x); return w.Square().Sum() }
	near(t, "Σw²", num.Grad(values)(num.Eye(2)), num.Eye(2).Scale(2), 1e-15)
	nan("(Σw²)''", num.HVP(values, num.Eye(2), flip))

	product := func(x A) A { u, s, vt := num.SVD(x); return u.Mul(s).MatMul(vt) }
	full := randn(3, 3, 3)
	nan("U S Vᵀ", derivative(product, num.FromDiag(num.Vector(1, 1, 2)), full))
	nan("U S Vᵀ at two zero values", derivative(product, num.FromDiag(num.Vector(3, 0, 0)), full))
	near(t, "U S Vᵀ of any size", derivative(product, num.FromDiag(num.Vector(1e-200, 2e-200, 3e-200)), full.Scale(1e-200)), full.Scale(1e-200), 1e-213)
	near(t, "U S Vᵀ at one zero value", derivative(product, num.FromDiag(num.Vector(3, 1, 0)), full), full, 1e-14)
	near(t, "Σs", num.Grad(func(x A) A { _, s, _ := num.SVD(x); return s.Sum() })(num.Eye(2)), num.Eye(2), 1e-15)
}

func TestFunmErrors(t *testing.T) {
	_, err := num.Try(func() A { return num.Funm(num.Eye(2), func(w A) A { return num.Stack(w, w) }) })
	if !errors.Is(err, num.ErrShape) {
		t.Errorf("two results: %v", err)
	}
	_, err = num.Try(func() A {
		return num.Grad(func(p A) A { return num.Funm(num.Eye(2), func(w A) A { return w.Pow(p) }).Sum() })(num.Scalar(2))
	})
	if !errors.Is(err, num.ErrRule) {
		t.Errorf("a traced parameter: %v", err)
	}
	_, err = num.Try(func() A { return num.Expm(num.Zeros(2, 3)) })
	if !errors.Is(err, num.ErrShape) {
		t.Errorf("not square: %v", err)
	}
}
