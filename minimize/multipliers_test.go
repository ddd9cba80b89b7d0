package minimize

import (
	"context"
	"math"
	"testing"

	"gonum.org/v1/gonum/mat"
)

// TestMultipliers checks the multipliers of every method for constraints, and Optimality, at the answer of a problem
// whose multipliers are known: min x² + y² + z², x + y ≥ 1, z + xy ≤ 10, 2 ≤ z ≤ 3 has the answer (½, ½, 2) and the
// multipliers 1, 0 and 4, in units of the variables and the value, too.
func TestMultipliers(t *testing.T) {
	inf := math.Inf(1)
	for _, m := range withCapability(t, func(c Capability) bool { return c.Constraints }) {
		for _, unit := range []float64{1, 1e-4, 1e5} {
			const value = 1e3
			tol := 1e-4
			if m.Capability().DerivativeFree {
				tol = 2e-2
			}
			f := func(x []float64) float64 {
				s := 0.0
				for _, v := range x {
					s += v * v / unit / unit
				}
				return value * s
			}
			grad := func(x, g []float64) {
				for i, v := range x {
					g[i] = 2 * value * v / unit / unit
				}
			}
			r, err := Minimize(context.Background(), Problem{Func: f, Grad: grad}, []float64{3 * unit, unit, 2.5 * unit}, Options{
				Method: m,
				Bounds: &Bounds{[]float64{-inf, -inf, 2 * unit}, []float64{inf, inf, 3 * unit}},
				Constraints: []Constraint{{A: mat.NewDense(1, 3, []float64{1 / unit, 1 / unit, 0}), Lower: []float64{1}},
					{Func: func(x, c []float64) { c[0] = x[2]/unit + x[0]*x[1]/unit/unit }, Upper: []float64{10}}},
			})
			if err != nil || !r.Success || len(r.Multipliers) != 2 || len(r.BoundMultipliers) != 3 {
				t.Errorf("%s, unit %g: %v (%s), multipliers %v and %v, %v", m.Name(), unit, r.Status, r.Message, r.Multipliers, r.BoundMultipliers, err)
				continue
			}
			for i, want := range []float64{1, 0} {
				if v := r.Multipliers[i] / value; math.Abs(v-want) > tol {
					t.Errorf("%s, unit %g: multiplier %d is %g, want %g", m.Name(), unit, i, v, want)
				}
			}
			for i, want := range []float64{0, 0, 4} {
				if v := r.BoundMultipliers[i] * unit / value; math.Abs(v-want) > tol {
					t.Errorf("%s, unit %g: multiplier of the bounds of variable %d is %g, want %g", m.Name(), unit, i, v, want)
				}
			}
			if o := r.Optimality * unit / value; o > tol {
				t.Errorf("%s, unit %g: optimality %g", m.Name(), unit, o)
			}
		}
	}
}
