package search

import (
	"math"
	"slices"
)

// Scale has the sizes of the values and of the variables that a search has met, so that its tests do not depend
// on their units.
type Scale struct {
	Size []float64 // of the variables: the largest |x| and |x - x0| so far
	Fall float64   // by how much the value changes, where early changes count less and less

	x0     []float64
	f0, at float64 // the first value, and the last one
}

// Constants of the size of the values: forget is what remains of a change after every further point, least is the part
// of the whole fall that the size has at least, as minima of 0 have no size themselves, and ordinary is the size of values that have changed by 1 or more, for which tolerances are absolute. Our choices.
const (
	forget   = 0.8
	least    = 1e-6
	ordinary = 0.1
)

// NewScale is for a search from x0, where the value is f.
func NewScale(x0 []float64, f float64) *Scale {
	s := &Scale{x0: slices.Clone(x0), Size: make([]float64, len(x0)), f0: f, at: f}
	s.See(x0, f)
	return s
}

// See takes the next point of the search and the value there.
func (s *Scale) See(x []float64, f float64) {
	s.Fall = max(forget*s.Fall, math.Abs(s.at-f))
	s.at = f
	for i, v := range x {
		s.Size[i] = max(s.Size[i], math.Abs(v), math.Abs(v-s.x0[i]))
	}
}

// Value is the size of the values, where the last one is f: of the value itself and of its changes.
func (s *Scale) Value(f float64) float64 {
	all := math.Abs(s.f0 - f)
	u := max(math.Abs(f), s.Fall, min(least*all, ordinary))
	if max(u, all) >= 1 {
		u = max(u, ordinary)
	}
	return u
}

// Tolerance is the part of a tolerance for values of size 1 that holds for these: 1 for values of ordinary size,
// and where all values so far are 0.
func (s *Scale) Tolerance(f float64) float64 {
	v := s.Value(f)
	if v == 0 {
		return 1
	}
	return min(1, max(v/ordinary, 1e-60)) // products of it with tolerances do not underflow
}

// Stationarity is by how much a function with the gradient g would change to first order if every variable moved
// by its size, relative to the size of the values, of which f is the last. 0 is a stationary point.
func (s *Scale) Stationarity(f float64, g []float64) float64 {
	change := 0.0
	for i, v := range g {
		change += math.Abs(v) * s.Size[i]
	}
	if change == 0 {
		return 0
	}
	return change / s.Value(f)
}

// Units are the sizes as powers of two, 1 for a variable that is and was 0.
func (s *Scale) Units() []float64 {
	units := make([]float64, len(s.Size))
	for i, size := range s.Size {
		if units[i] = 1; size > 0 {
			units[i] = math.Ldexp(1, math.Ilogb(size))
		}
	}
	return units
}

// First is the first value.
func (s *Scale) First() float64 { return s.f0 }

// Above reports whether the value f is above the one at the start.
func (s *Scale) Above(f float64) bool {
	return f-s.f0 > 1e-8*max(math.Abs(f), math.Abs(s.f0)) // more than rounding
}
