// Package vec has the arithmetic of vectors and matrices on slices that the searches of minimize
// share: norms and tests for finite numbers (vec.go), products and sums (blas.go), and memory
// (memory.go).
package vec

import (
	"math"

	"gonum.org/v1/gonum/blas/blas64"
)

// Eps is the precision of float64: the distance from 1 to the next number.
const Eps = 0x1p-52

// Norm2 is the Euclidean length of x, without overflow.
func Norm2(x []float64) float64 { return blas64.Nrm2(Of(x)) }

// Norm is the p-norm; p may be infinite, and 0 stands for +Inf.
func Norm(x []float64, p float64) float64 {
	s := 0.0
	switch {
	case p == 0 || math.IsInf(p, 1):
		for _, v := range x {
			if v = math.Abs(v); v > s || v != v { // max takes twice as long
				s = v
			}
		}
		return s
	case math.IsInf(p, -1):
		s = math.Inf(1)
		for _, v := range x {
			s = min(s, math.Abs(v))
		}
		return s
	case p == 2:
		return Norm2(x)
	}
	for _, v := range x {
		s += math.Pow(math.Abs(v), p)
	}
	return math.Pow(s, 1/p)
}

// IsFinite reports whether v is finite.
func IsFinite(v float64) bool { return v-v == 0 }

// AllFinite reports whether x has neither NaN nor an infinity.
func AllFinite(x []float64) bool {
	s := 0.0
	for _, v := range x {
		s += v - v
	}
	return s == 0
}

// HasNaN reports whether x has a NaN.
func HasNaN(x []float64) bool {
	for _, v := range x {
		if math.IsNaN(v) {
			return true
		}
	}
	return false
}

// Rotate moves the first vector to the end.
func Rotate(v [][]float64) {
	first := v[0]
	copy(v, v[1:])
	v[len(v)-1] = first
}

// Minus is a new vector x - y.
func Minus(x, y []float64) []float64 {
	d := make([]float64, len(x))
	for i, v := range x {
		d[i] = v - y[i]
	}
	return d
}
