package argmin_test

import (
	"math"
	"testing"

	"github.com/argmin-go/argmin"
	"github.com/argmin-go/argmin/num"
)

// The derivative of the iterations is right also for parts of the solution that the start has
// already, whose slope the other parts say nothing about.
func TestUnrolledAndersonFromPartsOfTheSolution(t *testing.T) {
	cosine := func(x, th A) A { return x.Cos().Add(th) }
	linear := func(x, th A) A { return x.Mul(num.Vector(-0.9, 0.5, 0.95)).Add(th) }
	for _, c := range []struct {
		name      string
		f         func(x, th A) A
		start, th A
		want      []float64 // of dxᵢ/dθᵢ
	}{
		{"cosine", cosine, num.Vector(0, math.Pi/2), num.Vector(0, math.Pi/2), []float64{1 / (1 + math.Sin(0.7390851332151607)), 0.5}},
		{"cosine from elsewhere", cosine, num.Vector(0.3, math.Pi/4), num.Vector(0, math.Pi/2), []float64{1 / (1 + math.Sin(0.7390851332151607)), 0.5}},
		{"linear", linear, num.Vector(5, 2, 20), num.Vector(1, 1, 1), []float64{1 / 1.9, 2, 20}},
		{"linear at the solution", linear, num.Vector(1/1.9, 2, 20), num.Vector(1, 1, 1), []float64{1 / 1.9, 2, 20}},
	} {
		for _, tol := range []float64{1e-5, 1e-8, 1e-11} {
			s := argmin.FixedPoint(c.f, argmin.AndersonAcceleration{}, argmin.Options{Unroll: true, Tol: tol, MaxIter: 100})
			r, err := s.Run(c.start, c.th)
			if err != nil || r.Err() != nil {
				t.Errorf("%s to %g: %v, %v", c.name, tol, r.State, err)
			}
			solve := func(th A) A { return s.Argmin(c.start, th) }
			for mode, jacobian := range map[string]A{"forward": num.JacobianFwd(solve)(c.th), "reverse": num.JacobianRev(solve)(c.th)} {
				want := num.FromDiag(num.New(c.want))
				if off := maxDiff(jacobian, want); !(off <= max(1e3*tol, 1e-6)) {
					t.Errorf("%s to %g, %s: off by %g: %v", c.name, tol, mode, off, jacobian)
				}
			}
			t.Logf("%s to %g: %v", c.name, tol, r.State)
		}
	}
}

// Armijo's condition below the rounding of values in float32.
func TestArmijoInSinglePrecision(t *testing.T) {
	d := randomData(60, 4)
	d = ridgeData{d.X.AsType(num.Float32), d.Y.AsType(num.Float32), d.L2.AsType(num.Float32)}
	s := argmin.Stochastic(ridge, argmin.ArmijoSGD{C1: 0.5}, argmin.Options{MaxIter: 2000})
	r, err := s.Run(num.Zeros(4).AsType(num.Float32), d)
	if err != nil || r.Err() != nil {
		t.Errorf("%v, %v", r.State, err)
	}
	t.Log(r.State)
}
