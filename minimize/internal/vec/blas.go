package vec

import "gonum.org/v1/gonum/blas/blas64"

// Short is the length up to which loops are faster than calls of BLAS, about as measured
// on amd64.
const Short = 32

// Of is x as BLAS takes it.
func Of(x []float64) blas64.Vector { return blas64.Vector{N: len(x), Inc: 1, Data: x} }

// Matrix is a matrix as BLAS takes it, with its elements in data row by row.
func Matrix(rows, cols int, data []float64) blas64.General {
	return blas64.General{Rows: rows, Cols: cols, Stride: max(cols, 1), Data: data}
}

// Row is row i of a.
func Row(a blas64.General, i int) []float64 { return a.Data[i*a.Stride : i*a.Stride+a.Cols] }

// There are four products xᵀy. They add in different orders, so that their last bits differ;
// each engine keeps the order that its results were recorded with.

// Dot is xᵀy, by BLAS.
func Dot(x, y []float64) float64 { return blas64.Dot(Of(x), Of(y)) }

// ShortDot is xᵀy for vectors that are mostly short: [DotInOrder] up to length [Short], then
// [Dot]. y is at least as long as x.
func ShortDot(x, y []float64) float64 {
	if len(x) > Short {
		return Dot(x, y[:len(x)])
	}
	return DotInOrder(x, y)
}

// DotInOrder is xᵀy, added from the first element to the last. y is at least as long as x.
func DotInOrder(x, y []float64) float64 {
	y = y[:len(x)]
	s := 0.0
	for i, v := range x {
		s += v * y[i]
	}
	return s
}

// DotInPairs is xᵀy as two sums, of the elements of even and of odd index, which the processor
// adds at the same time. y is at least as long as x.
func DotInPairs(x, y []float64) float64 {
	y = y[:len(x)]
	s, t := 0.0, 0.0
	for ; len(x) >= 2; x, y = x[2:], y[2:] {
		s += x[0] * y[0]
		t += x[1] * y[1]
	}
	if len(x) > 0 {
		s += x[0] * y[0]
	}
	return s + t
}

// Axpy adds a x to y, which is at least as long as x.
func Axpy(a float64, x, y []float64) {
	y = y[:len(x)]
	if len(x) > Short {
		blas64.Axpy(a, Of(x), Of(y))
		return
	}
	for i, v := range x {
		y[i] += a * v
	}
}

// Scale multiplies x by a.
func Scale(a float64, x []float64) { blas64.Scal(a, Of(x)) }
