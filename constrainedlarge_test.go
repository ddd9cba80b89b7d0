package argmin_test

import (
	"math"
	"testing"

	"github.com/argmin-go/argmin"
	"github.com/argmin-go/argmin/num"
)

// With Hessians from gradients and 10⁵ variables nothing has n² numbers: the approximation has limited memory, and a step factors a matrix
// of the order of the number of constraints, here two, or a sparse one.
func TestConstrainedQuasiNewtonOfMany(t *testing.T) {
	inf := num.Scalar(math.Inf(1))
	for _, c := range []struct {
		name string
		n    int
		rows func(x, _ A) any
		lo   A
	}{
		{"two constraints", 100_000, func(x, _ A) any { return num.Stack(x.Mean(), x.Square().Mean().Neg()) }, num.Vector(0.5, -1)},
		{"a constraint for every two neighbors", 1000, func(x, _ A) any { return x.Range(1, 1000).Add(x.Range(0, 999)) }, num.Scalar(0.5)},
	} {
		goal := num.Arange(num.Float64, 0, c.n).Sin()
		f := func(x, _ A) A {
			d := x.Sub(goal)
			return d.Square().Scale(0.5).Add(d.Square().Square().Scale(0.1)).Sum().Add(x.Range(1, c.n).Sub(x.Range(0, c.n-1)).Square().Sum().Scale(0.05))
		}
		p := constraints{Between: c.rows, Limits: limitsOf(c.lo, inf), Bounds: boundsOf(num.Scalar(-0.3), inf)}
		s := argmin.Constrained(f, p, argmin.InteriorPoint{QuasiNewton: true}, argmin.Options{Tol: 1e-6})
		r, err := s.Run(kkt{X: num.Zeros(c.n)}, num.Scalar(0))
		if err != nil || r.Err() != nil {
			t.Errorf("%s: %v, %v", c.name, r.State, err)
			continue
		}
		if off := r.Aux.(argmin.ConstraintReport).Violation.Item(); off > 1e-6 {
			t.Errorf("%s: violation %g", c.name, off)
		}
		if e := s.L2OptimalityError(r.Params, num.Scalar(0)).Item(); e > 1e-6*float64(c.n) {
			t.Errorf("%s: the condition of optimality is %g", c.name, e)
		}
		t.Logf("%s: %v", c.name, r.State)
	}
}
