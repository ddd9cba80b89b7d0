package conic_test

import (
	"math"
	"testing"

	"github.com/argmin-go/argmin"
	"github.com/argmin-go/argmin/cone"
	"github.com/argmin-go/argmin/num"
	"github.com/argmin-go/argmin/tree"
)

// The minimum of (x - a)²/2 over x ≥ 0 has a kink at a = 0. With the barrier -μ log x it is (a + √(a² + 4μ))/2, whose slope there is ½.
func TestSmoothing(t *testing.T) {
	const mu = 1e-2
	solver := argmin.Conic(func(a num.Array) argmin.ConeProgram {
		return argmin.ConeProgram{Q: num.Eye(1), C: a.Neg().Reshape(1), A: num.Eye(1).Neg(), B: num.Zeros(1), Cones: []cone.Cone{cone.NonNegative(1)}}
	}, argmin.HomogeneousEmbedding{Smoothing: mu}, argmin.Options{})
	for _, a := range []float64{-1, -0.01, 0, 0.01, 1} {
		r, err := solver.Run(argmin.ConePoint{}, num.Scalar(a))
		if err != nil || !r.Success() {
			t.Fatal(a, err, r.State)
		}
		root := math.Sqrt(a*a + 4*mu)
		near(t, "x", r.Params.X, num.Vector((a+root)/2), 1e-7)
		slope := num.Grad(func(a num.Array) num.Array { return solver.Argmin(argmin.ConePoint{}, a).X.Sum() })(num.Scalar(a))
		near(t, "dx/da", slope, num.Scalar((1+a/root)/2), 1e-6)
	}
}

// Smoothed solutions of programs with all kinds of cones have derivatives that agree with differences, also where the solution is degenerate.
func TestSmoothedDerivatives(t *testing.T) {
	for name, cones := range lists {
		solver := argmin.Conic(func(d coneData) argmin.ConeProgram {
			return argmin.ConeProgram{Q: d.Q, C: d.C, A: d.A, B: d.B, Cones: cones}
		}, argmin.HomogeneousEmbedding{Smoothing: 1e-2}, argmin.Options{Tol: 1e-10})
		d, e := randomCone(1, 6, 1, cones, true), randomCone(2, 6, 1, cones, true)
		e.Q = d.Q
		point := func(h float64) argmin.ConePoint {
			at := tree.AddScaled(d, num.Scalar(h), e)
			at.Q = d.Q
			r, err := solver.Run(argmin.ConePoint{}, at)
			if err != nil || !r.Success() {
				t.Fatal(name, err, r.State)
			}
			return r.Params
		}
		const h = 1e-4
		near, wide := tree.Sub(point(h), point(-h)), tree.Sub(point(2*h), point(-2*h))
		want := tree.Scale(num.Scalar(1/(12*h)), tree.Sub(tree.Scale(num.Scalar(8), near), wide))
		e.Q = e.Q.Scale(0)
		_, got := num.JVP(func(d coneData) argmin.ConePoint { return solver.Argmin(argmin.ConePoint{}, d) }, d, e)
		if off := tree.Norm(tree.Sub(got, want)).Item() / (1 + tree.Norm(want).Item()); !(off <= 1e-6) {
			t.Errorf("%s: the derivative is off by %g", name, off)
		}
	}
}
