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
