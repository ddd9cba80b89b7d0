package argmin_test

import (
	"testing"

	"github.com/argmin-go/argmin"
	"github.com/argmin-go/argmin/num"
	"github.com/argmin-go/argmin/status"
)

// Gradients whose squares overflow are numbers all the same.
func TestGradientsWhoseSquaresOverflow(t *testing.T) {
	for name, c := range map[string]struct {
		d           num.DType
		scale, from float64
	}{"float32": {num.Float32, 1, 1e19}, "float64": {num.Float64, 1e100, 1e60}, "float64, steep": {num.Float64, 1e200, 1e50}} {
		f := func(x A, _ struct{}) A { return x.Square().Sum().Scale(c.scale) }
		for method, s := range everySmooth(c.d, f, argmin.Options{}) {
			r, err := s.Run(num.Vector(c.from, -c.from).AsType(c.d), struct{}{})
			if err != nil || r.State.Status() == status.NonFinite || r.Success() && r.Params.Abs().Max().Item() > 1e-3*c.from {
				t.Errorf("%s, %s: %v at %v, %v", name, method, r.State, r.Params, err)
			}
			t.Logf("%s, %s: %v", name, method, r.State)
		}
	}
}
