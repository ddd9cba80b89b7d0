// Package short has products of vectors that are mostly short, for which loops are faster
// than calls of BLAS; long ones go there.
package short

import "gonum.org/v1/gonum/blas/blas64"

// Enough is up to which length loops are faster.
const Enough = 32

func vec(x []float64) blas64.Vector { return blas64.Vector{N: len(x), Inc: 1, Data: x} }

// Dot is xᵀy, with y at least as long as x.
func Dot(x, y []float64) float64 {
	y = y[:len(x)]
	if len(x) > Enough {
		return blas64.Dot(vec(x), vec(y))
	}
	s := 0.0
	for i, v := range x {
		s += v * y[i]
	}
	return s
}

// Axpy adds a x to y, which is at least as long as x.
func Axpy(a float64, x, y []float64) {
	y = y[:len(x)]
	if len(x) > Enough {
		blas64.Axpy(a, vec(x), vec(y))
		return
	}
	for i, v := range x {
		y[i] += a * v
	}
}
