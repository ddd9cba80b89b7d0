package cone

import (
	"math"

	"github.com/argmin-go/argmin/num"
)

// Matrix is the symmetric n×n matrix of rows v of a [PSD] cone: [n(n+1)/2] gives [n, n], under any axes before. [Vector] is its inverse.
func Matrix(v num.Array, n int) num.Array {
	at, scale := make([]int32, n*n), make([]float64, n*n)
	for k, p := range Pairs(n) {
		i, j := p[0], p[1]
		at[i*n+j], at[j*n+i] = int32(k), int32(k)
		scale[i*n+j], scale[j*n+i] = math.Sqrt(0.5), math.Sqrt(0.5)
		if i == j {
			scale[i*n+j] = 1
		}
	}
	return v.Take(num.New(at, n, n), v.Rank()-1).Mul(num.New(scale, n, n).AsType(v.DType()))
}

// Vector is the rows of a [PSD] cone for a symmetric matrix a, of which only the lower triangle counts: [n, n] gives [n(n+1)/2], under any
// axes before. Linear terms in a symmetric matrix of variables become rows by it: trace(CX) is Vector(C)·Vector(X).
func Vector(a num.Array) num.Array {
	s := a.Shape()
	n := s[len(s)-1]
	var at []int32
	var scale []float64
	for _, p := range Pairs(n) {
		at = append(at, int32(p[0]*n+p[1]))
		if p[0] == p[1] {
			scale = append(scale, 1)
		} else {
			scale = append(scale, math.Sqrt2)
		}
	}
	flat := a.Reshape(append(append([]int(nil), s[:len(s)-2]...), n*n)...)
	return flat.Take(num.New(at, len(at)), len(s)-2).Mul(num.New(scale, len(scale)).AsType(a.DType()))
}

// Pairs are the places (row, column) in the lower triangle of the rows of a [PSD] cone of order n.
func Pairs(n int) [][2]int {
	p := make([][2]int, 0, n*(n+1)/2)
	for j := range n {
		for i := j; i < n; i++ {
			p = append(p, [2]int{i, j})
		}
	}
	return p
}
