package minimize

import (
	"context"
	"math"
	"slices"
	"testing"

	"gonum.org/v1/gonum/mat"

	"github.com/argmin-go/argmin/status"
)

// TestNilLimitOfConstraint gives every method for constraints one that has only one of the two
// limits, nonlinear with its Hessian and linear: the answers are those with an infinite limit.
func TestNilLimitOfConstraint(t *testing.T) {
	disk := Constraint{
		Func: func(x, c []float64) { c[0] = x[0]*x[0] + x[1]*x[1] },
		Hess: func(x, v []float64, h *mat.SymDense) {
			h.Zero()
			h.SetSym(0, 0, 2*v[0])
			h.SetSym(1, 1, 2*v[0])
		},
	}
	p := Problem{Func: func(x []float64) float64 { return -x[0] - 2*x[1] }}
	for _, m := range withCapability(t, func(c Capability) bool { return c.Constraints }) {
		solve := func(below, above []float64) Result {
			nonlinear := disk
			nonlinear.Lower, nonlinear.Upper = below, []float64{1}
			linear := Constraint{A: mat.NewDense(1, 2, []float64{1, -1}), Lower: []float64{0}, Upper: above} // x₀ ≥ x₁
			r, err := Minimize(context.Background(), p, []float64{0.1, 0.2}, Options{Method: m, Constraints: []Constraint{nonlinear, linear}})
			if err != nil {
				t.Fatal(m.Name(), err)
			}
			return r
		}
		got, want := solve(nil, nil), solve([]float64{math.Inf(-1)}, []float64{math.Inf(1)})
		if got.Status != status.Converged || !slices.Equal(got.X, want.X) || got.NFev != want.NFev || math.Abs(got.X[0]-math.Sqrt2/2) > 1e-4 {
			t.Errorf("%s: %v, %v, %s; with infinite limits %v", m.Name(), got.X, got.Status, got.Message, want.X)
		}
	}
}
