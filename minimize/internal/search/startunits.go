package search

import (
	"math"
	"slices"
)

// Sizes of variables for which methods take 1, and the part of the largest variable below which one counts as 0:
// our choices.
const (
	smallUnit = 0.05
	largeUnit = 1e3
	hugeUnit  = 1e12 // above which sizes are not taken for such: rounding would hide variables of size 1
	zero      = 1e-15
)

// StartUnits are sizes of the variables, by the start and the bounds, for methods whose first steps have the same length
// in all variables: 1 for one of ordinary size, nil if all are.
func (r *Run) StartUnits() []float64 {
	units, plain, largest := make([]float64, r.N()), true, 0.0
	for _, x := range r.X0 {
		largest = max(largest, math.Abs(x))
	}
	for i, x := range r.X0 {
		size, width := math.Abs(x), math.Inf(1)
		if r.Lower != nil {
			width = r.Upper[i] - r.Lower[i]
		}
		switch {
		case width == 0: // fixed
			size = 1
		case width < 1: // the start may be at 0 or far from it
			size = width / 2
		case size <= zero*largest || size < smallUnit && !math.IsInf(width, 1):
			size = 1
		default:
			size = min(size, width)
		}
		units[i] = 1
		if size > hugeUnit {
			continue
		}
		if size < smallUnit || size > largeUnit {
			units[i] = math.Ldexp(1, math.Ilogb(size)) // exact, so that scaling does not round
			plain = false
		}
	}
	if plain {
		return nil
	}
	return slices.Clip(units)
}

// SmallSteps has the steps of differences follow the units of variables that are small; the size of the others is at
// least 1, as without it.
func (r *Run) SmallSteps() {
	units := r.StartUnits()
	if units == nil {
		return
	}
	for i, u := range units {
		units[i] = min(u, 1)
	}
	r.Sizes(units)
}
