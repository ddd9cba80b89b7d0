package argmin_test

import (
	"testing"

	"github.com/argmin-go/argmin"
	"github.com/argmin-go/argmin/num"
	"github.com/argmin-go/argmin/status"
)

// In float32 the default tolerance can be below the rounding of the gradient. Runs then stop where
// nothing changes any more, with a status that says so, and at the right answer.
func TestRunsStopAtRounding(t *testing.T) {
	for _, scale := range []float64{1, 30, 1000} {
		d := randomData(60, 4)
		w, _ := exact(ridgeData{d.X.Scale(scale), d.Y, d.L2})
		data := ridgeData{d.X.Scale(scale).AsType(num.Float32), d.Y.Scale(1).AsType(num.Float32), d.L2.AsType(num.Float32)}
		f := func(w A, d ridgeData) A { return ridge(w, d) }
		methods := map[string]*argmin.Solver[A, ridgeData]{
			"LBFGS": argmin.Minimize(f, argmin.LBFGS{}, argmin.Options{}), "BFGS": argmin.Minimize(f, argmin.BFGS{}, argmin.Options{}),
			"NonlinearCG": argmin.Minimize(f, argmin.NonlinearCG{}, argmin.Options{}), "Newton": argmin.Minimize(f, argmin.Newton{}, argmin.Options{}),
			"NewtonCG": argmin.Minimize(f, argmin.NewtonCG{}, argmin.Options{}), "TrustRegion": argmin.Minimize(f, argmin.TrustRegion{}, argmin.Options{}),
			"GradientDescent": argmin.Minimize(f, argmin.GradientDescent{}, argmin.Options{}),
			"plain":           argmin.Minimize(f, argmin.GradientDescent{NoAcceleration: true}, argmin.Options{}),
			"LBFGSB": argmin.Bounded(f, func(ridgeData) (A, A) {
				return num.Full(num.Float32, -100), num.Full(num.Float32, 100)
			}, nil, argmin.Options{}),
			"ProximalGradient": argmin.Composite(f, func(x A, _ ridgeData, _ A) A { return x }, nil, argmin.Options{}),
			"ArmijoSGD":        argmin.Stochastic(f, argmin.ArmijoSGD{C1: 0.5}, argmin.Options{}),
		}
		for name, s := range methods {
			r, err := s.Run(num.Zeros(4).AsType(num.Float32), data)
			c := r.State.Status()
			if err != nil || c != status.Converged && c != status.Stalled || relative(r.Params.AsType(num.Float64), w) > 2e-4 {
				t.Errorf("×%g, %s: %v at %v for %v, %v", scale, name, r.State, r.Params, w, err)
			}
			t.Logf("×%g, %s: %v", scale, name, r.State)
		}
	}
}
