package scalar

import (
	"context"
	"math"
	"testing"
)

// Roots are found in units of any size, and a success has a small value.
func TestRootInAnyUnits(t *testing.T) {
	for _, unit := range []float64{1e-16, 1e-10, 1e-5, 1, 1e5, 1e10} {
		for name, f := range map[string]func(x float64) float64{
			"sigmoid": func(x float64) float64 { return 1/(1+math.Exp(-(x/unit-1.4142))) - .5 },
			"cubic":   func(x float64) float64 { x /= unit; return x*x*x + x - 1.4142*(1.4142*1.4142+1) },
			"none":    func(x float64) float64 { x /= unit; return x*x*x*x - x*x + 1 }, // a report of scipy's newton
		} {
			for _, o := range []RootOptions{
				{X0: new(2 * unit)}, {X0: new(.1 * unit)}, {X0: new(2 * unit), X1: new(1.9 * unit)}, {X0: new(.001 * unit), X1: new(.0011 * unit)},
				{Bracket: []float64{.5 * unit, 3 * unit}}, {Method: Bisect{}, Bracket: []float64{.5 * unit, 3 * unit}},
				{Method: TOMS748{}, Bracket: []float64{0, 3 * unit}}, {Method: Ridder{}, Bracket: []float64{0, 3 * unit}},
			} {
				if name == "none" && o.Bracket != nil {
					continue
				}
				r, err := Root(context.Background(), f, o)
				if err != nil {
					t.Fatal(err)
				}
				if r.Success && (name == "none" || math.Abs(r.X/unit-1.4142) > 1e-4) {
					t.Errorf("%s in units of %g, %+v: %+v, where the value is %g", name, unit, o, r, f(r.X))
				}
				if !r.Success && name != "none" && (o.Bracket != nil || *o.X0 == 2*unit && o.X1 == nil) {
					t.Errorf("%s in units of %g, %+v: %+v", name, unit, o, r)
				}
			}
		}
	}
	// 0 is a root as others, whatever the units.
	for _, unit := range []float64{1e-12, 1, 1e12} {
		r, err := Root(context.Background(), func(x float64) float64 { return math.Sinh(x / unit) }, RootOptions{X0: new(unit)})
		if err != nil || !r.Success || math.Abs(r.X) > 1e-4*unit {
			t.Errorf("0 in units of %g: %+v, %v", unit, r, err)
		}
	}
}

// Bounds that are near to each other, or too far, and answers beside errors.
func TestIntervals(t *testing.T) {
	ctx := context.Background()
	for _, unit := range []float64{1e-15, 1e-5, 1} {
		r, err := Minimize(ctx, func(x float64) float64 { x = x/unit - .3; return x * x }, Options{Bounds: []float64{1e-5 * unit, unit}})
		if err != nil || !r.Success || math.Abs(r.X/unit-.3) > 1e-3 {
			t.Errorf("in units of %g: %+v, %v", unit, r, err)
		}
	}
	far := []float64{-math.MaxFloat64, math.MaxFloat64}
	if r, err := Minimize(ctx, math.Abs, Options{Bounds: far}); err == nil || !math.IsNaN(r.X) {
		t.Errorf("%+v", r)
	}
	if r, err := Minimize(ctx, math.Abs, Options{Bracket: far}); err == nil || !math.IsNaN(r.X) {
		t.Errorf("%+v", r)
	}
	for _, b := range [][]float64{far, {1, 2}} {
		if r, err := Root(ctx, func(x float64) float64 { return x }, RootOptions{Bracket: b}); err == nil || !math.IsNaN(r.X) {
			t.Errorf("%v: %+v", b, r)
		}
	}
}
