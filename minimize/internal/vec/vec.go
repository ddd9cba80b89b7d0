// Package vec has the arithmetic of short vectors that the searches of minimize share.
package vec

import (
	"math"

	"gonum.org/v1/gonum/blas/blas64"
)

// Eps is the precision of float64: the distance from 1 to the next number.
const Eps = 0x1p-52

// Of is x as BLAS takes it.
func Of(x []float64) blas64.Vector { return blas64.Vector{N: len(x), Inc: 1, Data: x} }

// Dot is xᵀy, by BLAS.
func Dot(x, y []float64) float64 { return blas64.Dot(Of(x), Of(y)) }

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

// Grown is s if it has length n, else a new slice of that length.
func Grown(s []float64, n int) []float64 {
	if len(s) != n {
		return make([]float64, n)
	}
	return s
}

// Short is the length up to which loops are faster than calls of BLAS.
const Short = 32

// ShortDot is xᵀy for vectors that are mostly short, with y at least as long as x. It adds
// in another order than [Dot], so the last bits differ.
func ShortDot(x, y []float64) float64 {
	y = y[:len(x)]
	if len(x) > Short {
		return blas64.Dot(Of(x), Of(y))
	}
	s := 0.0
	for i, v := range x {
		s += v * y[i]
	}
	return s
}

// ShortAxpy adds a x to y, which is at least as long as x, for vectors that are mostly short.
func ShortAxpy(a float64, x, y []float64) {
	y = y[:len(x)]
	if len(x) > Short {
		blas64.Axpy(a, Of(x), Of(y))
		return
	}
	for i, v := range x {
		y[i] += a * v
	}
}

// Slab is one allocation that several vectors are cut from.
type Slab []float64

// Take cuts the next n numbers, which are zero.
func (s *Slab) Take(n int) []float64 {
	v := (*s)[:n:n]
	*s = (*s)[n:]
	return v
}
