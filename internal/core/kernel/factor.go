package kernel

import "math"

// load copies src into dst, in float64.
func load[T Float](dst []float64, src []T) {
	dst = dst[:len(src)]
	for i, v := range src {
		dst[i] = float64(v)
	}
}

// store copies src into dst, rounding to the type of dst.
func store[T Float](dst []T, src []float64) {
	dst = dst[:len(src)]
	for i, v := range src {
		dst[i] = T(v)
	}
}

// fillNaN sets every element to NaN.
func fillNaN[T Float](x ...[]T) {
	for _, s := range x {
		for i := range s {
			s[i] = T(math.NaN())
		}
	}
}

// finite reports whether x holds neither NaN nor infinity.
func finite[T Float](x []T) bool {
	var s T
	for _, v := range x {
		s += v * 0
	}
	return s == 0
}

// toUnit multiplies x by a power of two that brings its largest element to about 1, and
// returns the exponent to undo it with [math.Ldexp]; 0 if its size is far from overflow and
// underflow of a product of three, as it almost always is.
func toUnit(x []float64) int {
	largest := 0.0
	for _, v := range x {
		largest = max(largest, math.Abs(v))
	}
	if largest == 0 || largest > 0x1p-300 && largest < 0x1p300 {
		return 0
	}
	_, e := math.Frexp(largest)
	for i, v := range x {
		x[i] = math.Ldexp(v, -e)
	}
	return e
}

// fromUnit undoes [toUnit].
func fromUnit(x []float64, e int) {
	if e != 0 {
		for i, v := range x {
			x[i] = math.Ldexp(v, e)
		}
	}
}
