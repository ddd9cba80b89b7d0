package kernel

import "math"

// Norm returns the Euclidean norm of x. Squares that overflow or underflow are those of x
// divided by its largest element. float32 is squared in float64, where they do neither.
func Norm[T Float](x []T) T {
	if y, ok := any(x).([]float32); ok {
		s := 0.0
		for _, v := range y {
			s += float64(v) * float64(v)
		}
		return T(math.Sqrt(s))
	}
	s := float64(Dot(x, x))
	// Below the sum has lost digits to squares that underflow, and above it has overflowed.
	if s > 0x1p-900 && !math.IsInf(s, 0) || math.IsNaN(s) {
		return T(math.Sqrt(s))
	}
	largest := T(0)
	for _, v := range x {
		largest = max(largest, v, -v)
	}
	if largest == 0 || math.IsInf(float64(largest), 0) {
		return largest
	}
	s = 0
	for _, v := range x {
		u := float64(v) / float64(largest)
		s += u * u
	}
	return T(math.Sqrt(s) * float64(largest))
}
