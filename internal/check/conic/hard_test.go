package conic_test

import (
	"math"
	"math/rand"
	"slices"
	"testing"

	"github.com/argmin-go/argmin"
	"github.com/argmin-go/argmin/cone"
	"github.com/argmin-go/argmin/num"
	"github.com/argmin-go/argmin/status"
)

// edgeCase is a small program at the edge of what has a solution, and the ends that are honest. NaN for the value: no claim about it.
type edgeCase struct {
	c, a, b []float64
	cones   []cone.Cone
	ends    []status.Code
	value   float64
}

const (
	converged, infeasible, unbounded, stalled = status.Converged, status.Infeasible, status.Unbounded, status.Stalled
	root2                                     = math.Sqrt2
)

func ends(c ...status.Code) []status.Code { return c }

var edgeCases = map[string]edgeCase{
	// [[x, 1], [1, 0]] is positive semidefinite for no x, but nearly for large ones.
	"weakly infeasible, semidefinite": {[]float64{1}, []float64{-1, 0, 0}, []float64{0, root2, 0}, []cone.Cone{cone.PSD(2)}, ends(infeasible, stalled), math.NaN()},
	// x ≥ √(x² + 1).
	"weakly infeasible, second-order": {[]float64{0}, []float64{-1, -1, 0}, []float64{0, 0, 1}, []cone.Cone{cone.SecondOrder(3)}, ends(infeasible, stalled), math.NaN()},
	// √x · √0 ≥ 1.
	"weakly infeasible, power": {[]float64{0}, []float64{-1, 0, 0}, []float64{0, 0, 1}, []cone.Cone{cone.Power(0.5)}, ends(infeasible, stalled), math.NaN()},
	"exp(x) ≤ -1":              {[]float64{0}, []float64{-1, 0, 0}, []float64{0, 1, -1}, []cone.Cone{cone.Exponential()}, ends(infeasible), math.NaN()},
	"√(xy) ≥ 2 for x + y ≤ 1": {[]float64{0, 0}, []float64{-1, 0, 0, -1, 0, 0, 1, 1}, []float64{0, 0, 2, 1},
		[]cone.Cone{cone.Power(0.5), cone.NonNegative(1)}, ends(infeasible), math.NaN()},
	"exponential and semidefinite cones that contradict each other": {[]float64{0, 0}, []float64{-1, 0, 0, 0, 0, -1, 0, 1, 1, 0, 0, 0, 0, 0}, []float64{0, 1, 0, -0.5, 0, 0, 0},
		[]cone.Cone{cone.Exponential(), cone.NonNegative(1), cone.PSD(2)}, ends(infeasible), math.NaN()},
	"x^0.3 y^0.7 without end": {[]float64{0, 0, -1}, []float64{-1, 0, 0, 0, -1, 0, 0, 0, -1}, []float64{0, 0, 0}, []cone.Cone{cone.Power(0.3)}, ends(unbounded), math.NaN()},
	// It grows without end, but along no line.
	"max log x": {[]float64{-1, 0}, []float64{-1, 0, 0, 0, 0, -1}, []float64{0, 1, 0}, []cone.Cone{cone.Exponential()}, ends(stalled, unbounded), math.NaN()},
	// Least values that are not attained.
	"min exp x": {[]float64{0, 1}, []float64{-1, 0, 0, 0, 0, -1}, []float64{0, 1, 0}, []cone.Cone{cone.Exponential()}, ends(converged, stalled), 0},
	"min 1/x":   {[]float64{0, 1}, []float64{-1, 0, 0, -1, 0, 0}, []float64{0, 0, 1}, []cone.Cone{cone.Power(0.5)}, ends(converged, stalled), 0},
	"min x for xy ≥ 1": {[]float64{1, 0}, []float64{-1, 0, 0, 0, 0, -1}, []float64{0, root2, 0},
		[]cone.Cone{cone.PSD(2)}, ends(converged, stalled), 0},
	// Without a strictly feasible point. The first has the least value 0 and the largest bound -1.
	"gap between the program and its dual": {[]float64{1, 0}, []float64{0, 0, -root2, 0, 0, 0, 0, -1, 0, 0, -1, 0}, []float64{0, 0, 0, 0, 0, 1},
		[]cone.Cone{cone.PSD(3)}, ends(converged, stalled), 0},
	"x ≤ t ≤ 0": {[]float64{0, -1}, []float64{-1, 0, 0, -1, 1, 0}, []float64{0, 0, 0}, []cone.Cone{cone.SecondOrder(2), cone.NonNegative(1)}, ends(converged), 0},
	"multiplier that is not attained": {[]float64{-1, 0}, []float64{0, 0, -root2, 0, 0, -1, 0, 1}, []float64{0, 0, 0, 1},
		[]cone.Cone{cone.PSD(2), cone.NonNegative(1)}, ends(converged, stalled), 0},
	"ball that touches a half-space": {[]float64{1, 1}, []float64{0, 0, -1, 0, 0, -1, 1, 0}, []float64{1, 0, 0, -1},
		[]cone.Cone{cone.SecondOrder(3), cone.NonNegative(1)}, ends(converged, stalled), -1},
	"ball that misses a half-space by 1e-6": {[]float64{1, 1}, []float64{0, 0, -1, 0, 0, -1, 1, 0}, []float64{1, 0, 0, -1 - 1e-6},
		[]cone.Cone{cone.SecondOrder(3), cone.NonNegative(1)}, ends(infeasible), math.NaN()},
	"equations that differ by 1e-6": {[]float64{1, 2}, []float64{1, 1, 1, 1, -1, 0, 0, -1}, []float64{1, 1 + 1e-6, 0, 0}, []cone.Cone{cone.Zero(2), cone.NonNegative(2)}, ends(infeasible), math.NaN()},
	"an equation three times":       {[]float64{1, 2}, []float64{1, 1, 1, 1, 2, 2, -1, 0, 0, -1}, []float64{1, 1, 2, 0, 0}, []cone.Cone{cone.Zero(3), cone.NonNegative(2)}, ends(converged), 1},
	"empty cones":                   {[]float64{1}, []float64{-1}, []float64{-3}, []cone.Cone{cone.Zero(0), cone.NonNegative(0), cone.PSD(0), cone.PSD(1)}, ends(converged), 3},
	"rows of zeros in cones of each kind": {[]float64{1}, []float64{-1, 0, 0, 0, 0, 0, 0, 0, 0}, []float64{-3, 0, 1, 2, 0, 1, -1, 1, 1},
		[]cone.Cone{cone.NonNegative(1), cone.Zero(1), cone.SecondOrder(1), cone.PSD(2), cone.Exponential()}, ends(converged), 3},
	"0 = 1":     {[]float64{1}, []float64{-1, 0}, []float64{-3, 1}, []cone.Cone{cone.NonNegative(1), cone.Zero(1)}, ends(infeasible), math.NaN()},
	"1 ≥ |2|":   {[]float64{1}, []float64{-1, 0, 0}, []float64{-3, 1, 2}, []cone.Cone{cone.NonNegative(1), cone.SecondOrder(2)}, ends(infeasible), math.NaN()},
	"0 ≤ 1, 0x": {[]float64{0}, []float64{0}, []float64{1}, []cone.Cone{cone.NonNegative(1)}, ends(converged), 0},
}

// Programs at the edge: weakly infeasible ones, least values that are not attained, no strictly feasible point, empty cones, rows of zeros. Each end is an
// honest one, and proofs hold.
func TestEdges(t *testing.T) {
	for name, p := range edgeCases {
		t.Run(name, func(t *testing.T) {
			n, m := len(p.c), len(p.b)
			d := coneData{Q: num.Zeros(n, n), C: num.New(p.c, n), A: num.New(p.a, m, n), B: num.New(p.b, m)}
			r, err := conicOf(p.cones, argmin.Options{}).Run(argmin.ConePoint{}, d)
			if err != nil {
				t.Fatal(err)
			}
			end := r.State.Status()
			if !slices.Contains(p.ends, end) {
				t.Fatalf("%v, want one of %v", r.State, p.ends)
			}
			switch v := r.State.Value.Item(); {
			case end == infeasible:
				verifyInfeasible(t, d, p.cones, r.Params.Y)
			case end == unbounded:
				verifyUnbounded(t, d, p.cones, r.Params.X)
			case end == converged && !(math.Abs(v-p.value) <= 1e-6):
				t.Errorf("the value is %g, want %g: %v", v, p.value, r.State)
			}
		})
	}
}

// Rows, variables, right-hand sides and costs in units that differ by factors up to 10¹² change neither the status nor the solution.
func TestUnits(t *testing.T) {
	const n, magnitude = 8, 6
	for name, cones := range lists {
		solver := conicOf(cones, argmin.Options{})
		for seed := range int64(4) {
			d := randomCone(seed, n, float64(seed%2), cones, true)
			plain, err := solver.Run(argmin.ConePoint{}, d)
			if err != nil {
				t.Fatal(err)
			}
			r := rand.New(rand.NewSource(seed))
			unit := func() float64 { return math.Pow(10, magnitude*(2*r.Float64()-1)) }
			var rows, cols []float64
			for _, c := range cones {
				u := unit()
				for range c.Dim {
					if c.Kind == cone.KindZero || c.Kind == cone.KindNonNegative {
						u = unit()
					}
					rows = append(rows, u)
				}
			}
			for range n {
				cols = append(cols, unit())
			}
			e, x := num.New(rows, len(rows)), num.New(cols, n)
			beta, delta := unit(), unit()
			other := coneData{Q: d.Q.Mul(num.Outer(x, x)).Scale(delta / beta), C: d.C.Mul(x).Scale(delta), A: d.A.Mul(num.Outer(e, x)), B: d.B.Mul(e).Scale(beta)}
			got, err := solver.Run(argmin.ConePoint{}, other)
			if err != nil {
				t.Fatal(err)
			}
			if !got.Success() {
				t.Errorf("%s, seed %d: %v", name, seed, got.State)
				continue
			}
			near(t, name, got.Params.X.Mul(x).Scale(1/beta), plain.Params.X, 1e-11)
		}
	}
}
