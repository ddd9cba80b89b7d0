package nullspace

import (
	"math"

	"github.com/argmin-go/argmin/minimize/internal/vec"
)

// Region is the ball of steps around 0 whose elements of the slacks are at least Low, so that slacks stay
// positive.
type Region struct {
	Radius float64 // of the ball
	Low    float64 // negative
	N      int     // the first element of the slacks
}

// Has reports whether a step is within.
func (r Region) Has(d []float64) bool { return vec.Norm2(d) <= r.Radius && r.inBox(d) }

// inBox reports whether the elements of the slacks are within.
func (r Region) inBox(d []float64) bool {
	for _, v := range d[r.N:] {
		if v < r.Low {
			return false
		}
	}
	return true
}

// Interval is the interval of t for which d + t p is within; ok is false if it is empty.
func (r Region) Interval(d, p []float64) (from, to float64, ok bool) {
	// |d|² + 2t dᵀp + t²|p|² = Radius²
	a := vec.Dot(p, p)
	if a == 0 {
		return 0, 0, false
	}
	b, c := vec.Dot(d, p), (vec.Norm2(d)-r.Radius)*(vec.Norm2(d)+r.Radius)
	q := b*b - a*c
	if !(q >= 0) {
		return 0, 0, false
	}
	// The root of larger size first, the other from their product c/a.
	u := -(b + math.Copysign(math.Sqrt(q), b))
	from, to = u/a, u/a
	if u != 0 {
		to = c / u
	}
	from, to = min(from, to), max(from, to)
	for i, v := range p[r.N:] {
		t := (r.Low - d[r.N+i]) / v
		switch {
		case v > 0:
			from = max(from, t)
		case v < 0:
			to = min(to, t)
		case d[r.N+i] < r.Low:
			return 0, 0, false
		}
	}
	return from, to, from <= to
}
