package argmin_test

import (
	"testing"

	"github.com/argmin-go/argmin"
	"github.com/argmin-go/argmin/num"
)

// The derivatives of answers by every method for equations, sums of squares and constraints are those of closed forms: in both modes, in a
// batch, and nested twice.
func TestDerivativesOfEveryMethod(t *testing.T) {
	opt := argmin.Options{Tol: 1e-12}
	th := num.Vector(2, 0.6)
	two := num.Vector(1, 1)
	check := func(name string, answer, want func(th A) A) {
		t.Run(name, func(t *testing.T) {
			w, jac := want(th), jacobianFwd(want, th)
			off := func(what string, got, want A, tol float64) {
				if d := relative(got, want); !(d <= tol) {
					t.Errorf("%s off by %g: %v, want %v", what, d, got, want)
				}
			}
			off("the answer", answer(th), w, 1e-8)
			off("forward", jacobianFwd(answer, th), jac, 1e-9)
			off("reverse", jacobianRev(answer, th), jac, 1e-9)
			ths := num.Stack(th, th.Scale(1.1), th.Scale(0.9))
			batch := num.Vmap(func(th A) A { return jacobianRev(answer, th) })(ths)
			for i := range 3 {
				off("in a batch", batch.At(i), jacobianFwd(want, ths.At(i)), 1e-9)
			}
			weights := num.Arange(num.Float64, 1, w.Size()+1).Sin()
			scalar := func(f func(A) A) func(A) A { return func(th A) A { return f(th).Dot(weights) } }
			off("nested twice", jacobianFwd(num.Grad(scalar(answer)), th), num.Hessian(scalar(want))(th), 1e-8)
		})
	}
	first := func(th A) A { return num.Stack(th.At(0).Sqrt(), th.At(1).Div(th.At(0).Sqrt())) }
	system := func(x, th A) A { return num.Stack(x.At(0).Square().Sub(th.At(0)), x.Prod().Sub(th.At(1))) }
	for name, m := range rootMethods {
		s := argmin.Root(system, m, opt)
		check("Root/"+name, func(th A) A { return s.Argmin(two, th) }, first)
	}
	for name, m := range bracketMethods {
		s := argmin.Bracketed(func(x, th A) A { return x.Square().Sub(th) }, func(th A) (A, A) { return num.Scalar(0), num.Scalar(7) }, m, argmin.Options{})
		check("Bracketed/"+name, func(th A) A { return s.Argmin(two, th) }, func(th A) A { return th.Sqrt() })
	}
	// Residuals that do not vanish: p₀² is the mean of θ₀ and 2θ₀, p₀p₁ of θ₁ and 3θ₁.
	squares := func(p, th A) A {
		a, b := p.At(0).Square(), p.Prod()
		return num.Stack(a.Sub(th.At(0)), a.Sub(th.At(0).Scale(2)), b.Sub(th.At(1)), b.Sub(th.At(1).Scale(3)))
	}
	fit := func(th A) A { a := th.At(0).Scale(1.5).Sqrt(); return num.Stack(a, th.At(1).Scale(2).Div(a)) }
	for name, s := range squaresSolvers(squares, opt) {
		check("LeastSquares/"+name, func(th A) A { return s.Argmin(two, th) }, fit)
	}
	// One bound that is active and moves with θ.
	bounded := argmin.BoundedLeastSquares(squares, func(th A) (A, A) { return num.Scalar(0), num.Stack(th.At(0).Scale(0.75), th.At(0).Const(9)) }, nil, opt)
	check("BoundedLeastSquares/TrustRegionReflective", func(th A) A { return bounded.Argmin(two, th) }, func(th A) A {
		a := th.At(0).Scale(0.75)
		return num.Stack(a, th.At(1).Scale(2).Div(a))
	})
	// The nearest point to (θ₀, 0) of the line x₁ = θ₁x₀, with a limit that moves and is active: x₀ ≤ θ₀/2.
	f := func(x, th A) A { return x.At(0).Sub(th.At(0)).Square().Add(x.At(1).Square()) }
	c := constraints{Equal: func(x, th A) any { return x.At(1).Sub(th.At(1).Mul(x.At(0))) }, Between: func(x, th A) any { return x.At(0).Square() },
		Limits: func(th A) (any, any) { return th.At(0).Scale(0), th.At(0).Scale(0.5).Square() }}
	closed := func(th A) A {
		u, k := th.At(0).Scale(0.5), th.At(1)
		y := u.Mul(k).Scale(-2) // of 2x₁ + y = 0
		// 2(x₀ - θ₀) - y θ₁ + 2 x₀ z = 0
		z := th.At(0).Sub(u).Scale(2).Add(y.Mul(k)).Div(u.Scale(2))
		return num.Stack(u, u.Mul(k), y, z)
	}
	methods := map[string]argmin.ConstrainedMethod{"InteriorPoint": argmin.InteriorPoint{}}
	for name, m := range otherConstrainedMethods {
		methods[name] = m
	}
	for name, m := range methods {
		s := argmin.Constrained(f, c, m, argmin.Options{Tol: 1e-11})
		check("Constrained/"+name, func(th A) A { return flatKKT(s.Argmin(kkt{X: two}, th)) }, closed)
	}
}
