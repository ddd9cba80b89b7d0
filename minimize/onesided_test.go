package minimize

import (
	"context"
	"math"
	"slices"
	"testing"

	"gonum.org/v1/gonum/mat"

	"github.com/argmin-go/argmin/status"
)

// TestNilLimitOfConstraint gives every method for constraints two that have only one of the two limits, in both
// orders, with the other one nil or infinite, a nonlinear one with its Hessian and a linear one, each from below and
// from above: the answers are the same.
func TestNilLimitOfConstraint(t *testing.T) {
	inf := math.Inf(1)
	disk := func(sign float64) Constraint { // sign·(x² + y²)
		return Constraint{
			Func: func(x, c []float64) { c[0] = sign * (x[0]*x[0] + x[1]*x[1]) },
			Hess: func(x, v []float64, h *mat.SymDense) {
				h.Zero()
				h.SetSym(0, 0, 2*sign*v[0])
				h.SetSym(1, 1, 2*sign*v[0])
			},
		}
	}
	line := func(sign float64) Constraint { return Constraint{A: mat.NewDense(1, 2, []float64{sign, -sign})} } // x₀ - x₁
	p := Problem{Func: func(x []float64) float64 { return -x[0] - 2*x[1] }}
	for _, m := range withCapability(t, func(c Capability) bool { return c.Constraints }) {
		for _, below := range []bool{false, true} { // the disk is below its limit, or above by its sign; the line the other way
			for _, first := range []bool{false, true} {
				solve := func(none bool) Result {
					var low, high []float64
					if !none {
						low, high = []float64{-inf}, []float64{inf}
					}
					a, b := disk(1), line(1)
					a.Lower, a.Upper, b.Lower, b.Upper = low, []float64{1}, []float64{0}, high
					if below {
						a, b = disk(-1), line(-1)
						a.Lower, a.Upper, b.Lower, b.Upper = []float64{-1}, high, low, []float64{0}
					}
					list := []Constraint{a, b}
					if first {
						slices.Reverse(list)
					}
					r, err := Minimize(context.Background(), p, []float64{0.1, 0.2}, Options{Method: m, Constraints: list})
					if err != nil {
						t.Fatal(m.Name(), err)
					}
					return r
				}
				got, want := solve(true), solve(false)
				if got.Status != status.Converged || !slices.Equal(got.X, want.X) || got.NFev != want.NFev || math.Abs(got.X[0]-math.Sqrt2/2) > 1e-4 {
					t.Errorf("%s: %v, %v, %s; with infinite limits %v", m.Name(), got.X, got.Status, got.Message, want.X)
				}
			}
		}
	}
}
