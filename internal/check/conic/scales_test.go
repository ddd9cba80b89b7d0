package conic_test

import (
	"fmt"
	"math"
	"slices"
	"testing"

	"github.com/argmin-go/argmin"
	"github.com/argmin-go/argmin/cone"
	"github.com/argmin-go/argmin/num"
	"github.com/argmin-go/argmin/status"
)

// scaleCase is a program with a number u in it, and its solution; NaN for a variable that is free within limits.
type scaleCase struct {
	c, a, b []float64
	cones   []cone.Cone
	x       []float64
}

func scaleCases(u float64) map[string]scaleCase {
	exp, nn, nan := cone.Exponential(), cone.NonNegative, math.NaN()
	return map[string]scaleCase{
		"max x, exp x ≤ u":            {[]float64{-1}, []float64{-1, 0, 0}, []float64{0, 1, u}, []cone.Cone{exp}, []float64{math.Log(u)}},
		"max x, exp x ≤ u, x ≤ 1e30":  {[]float64{-1}, []float64{-1, 0, 0, 1}, []float64{0, 1, u, 1e30}, []cone.Cone{exp, nn(1)}, []float64{math.Log(u)}},
		"max x, exp x ≤ v, v ≤ u":     {[]float64{-1, 0}, []float64{-1, 0, 0, 0, 0, -1, 0, 1}, []float64{0, 1, 0, u}, []cone.Cone{exp, nn(1)}, []float64{math.Log(u), u}},
		"max x, exp x ≤ 7, y ≤ u":     {[]float64{-1, 0}, []float64{-1, 0, 0, 0, 0, 0, 0, 1}, []float64{0, 1, 7, u}, []cone.Cone{exp, nn(1)}, []float64{math.Log(7), nan}},
		"min x, x ≥ 1, y ≤ u":         {[]float64{1, 0}, []float64{-1, 0, 0, 1}, []float64{-1, u}, []cone.Cone{nn(2)}, []float64{1, nan}},
		"min x - y, x ≥ 1, y ≤ u":     {[]float64{1, -1}, []float64{-1, 0, 0, 1}, []float64{-1, u}, []cone.Cone{nn(2)}, []float64{1, u}},
		"min x + uy, x ≥ 1, y ≥ 1":    {[]float64{1, u}, []float64{-1, 0, 0, -1}, []float64{-1, -1}, []cone.Cone{nn(2)}, []float64{1, 1}},
		"min x + y, x ≥ 1, 0 ≤ y ≤ u": {[]float64{1, 1}, []float64{-1, 0, 0, 1, 0, -1}, []float64{-1, u, 0}, []cone.Cone{nn(3)}, []float64{1, 0}},
		"min x, x = 3, y = u":         {[]float64{1, 0}, []float64{1, 0, 0, 1}, []float64{3, u}, []cone.Cone{cone.Zero(2)}, []float64{3, u}},
		"max x, x ≤ √(uy), y ≤ 1":     {[]float64{-1, 0}, []float64{0, 0, 0, -1, -1, 0, 0, 1}, []float64{u, 0, 0, 1}, []cone.Cone{cone.Power(0.5), nn(1)}, []float64{math.Sqrt(u), 1}},
		"max x, [u x; x 1] ⪰ 0":       {[]float64{-1}, []float64{0, -math.Sqrt2, 0}, []float64{u, 0, 1}, []cone.Cone{cone.PSD(2)}, []float64{math.Sqrt(u)}},
		"max x, |(x, 3u)| ≤ 5u":       {[]float64{-1}, []float64{0, -1, 0}, []float64{5 * u, 0, 3 * u}, []cone.Cone{cone.SecondOrder(3)}, []float64{4 * u}},
		"max x, |x| ≤ 1, |y| ≤ u":     {[]float64{-1, 0}, []float64{0, 0, -1, 0, 0, 0, 0, -1}, []float64{1, 0, u, 0}, []cone.Cone{cone.SecondOrder(2), cone.SecondOrder(2)}, []float64{1, nan}},
		"max x + y, |x| ≤ 1, |y| ≤ u": {[]float64{-1, -1}, []float64{0, 0, -1, 0, 0, 0, 0, -1}, []float64{1, 0, u, 0}, []cone.Cone{cone.SecondOrder(2), cone.SecondOrder(2)}, []float64{1, u}},
		"find x, exp x ≤ 0 and y ≤ u": {[]float64{0, 0}, []float64{-1, 0, 0, 0, 0, 0, 0, 1}, []float64{0, 1, 0, u}, []cone.Cone{exp, nn(1)}, []float64{math.Inf(-1), nan}},
		"find x, 0·√y ≥ x ≥ 1, y ≤ u": {[]float64{0, 0}, []float64{0, 0, 0, -1, -1, 0, -1, 0, 0, 1}, []float64{0, 0, 0, -1, u}, []cone.Cone{cone.Power(0.5), nn(2)}, []float64{nan, math.Inf(1)}},
	}
}

// Numbers that are far apart in one program: no success at a point whose entries are off, whatever their size, and solutions where the numbers are within 10¹² of
// each other. Where nothing is in the cones but what is near them in the limit, no run may succeed.
func TestNumbersFarApart(t *testing.T) {
	sizes := []float64{1e-30, 1e-12, 1e-6, 1, 1e6, 1e12, 1e30}
	if testing.Short() {
		sizes = []float64{1e-30, 1e6, 1e30}
	}
	for _, u := range sizes {
		for name, p := range scaleCases(u) {
			n, m := len(p.c), len(p.b)
			d := coneData{Q: num.Zeros(n, n), C: num.New(p.c, n), A: num.New(p.a, m, n), B: num.New(p.b, m)}
			r, err := conicOf(p.cones, argmin.Options{}).Run(argmin.ConePoint{}, d)
			if err != nil {
				t.Fatal(err)
			}
			name := fmt.Sprintf("%s for u = %g", name, u)
			attained := !slices.ContainsFunc(p.x, func(x float64) bool { return math.IsInf(x, 0) })
			if r.State.Status() != status.Converged {
				if attained && (u >= 1e-6 && u <= 1e12 || name == "max x, exp x ≤ u for u = 1e+30" || name == "max x, exp x ≤ u for u = 1e-30") {
					t.Errorf("%s: %v at %v, want %v", name, r.State, r.Params.X, p.x)
				}
				continue
			}
			for j, want := range p.x {
				if x := r.Params.X.At(j).Item(); !math.IsNaN(want) && !(math.Abs(x-want) <= 1e-6*math.Abs(want)+1e-7) {
					t.Errorf("%s: %v at %v, want %v", name, r.State, r.Params.X, p.x)
				}
			}
		}
	}
}
