package conic

import (
	"math/rand"
	"slices"

	"github.com/argmin-go/argmin/cone"
	"github.com/argmin-go/argmin/num"
	"github.com/argmin-go/argmin/projection"
	"github.com/argmin-go/argmin/sparse"
)

// Data is a cone program as data that can be differentiated.
type Data struct{ Q, C, A, B num.Array }

// SparseData is a cone program with sparse matrices.
type SparseData struct {
	Q, A sparse.Matrix
	C, B num.Array
}

// Random is a program of n variables with a solution by its construction: s and y are the parts of a random vector in the cones and
// in the dual ones, and b and c follow from them. Q, of half of the rank, has the weight quad. With interior, s and y are inside of the
// cones: there are strictly feasible points, and as a rule one solution at which everything has derivatives.
func Random(seed int64, n int, quad float64, cones []cone.Cone, interior bool) Data {
	r := normal{rand.New(rand.NewSource(seed))}
	m := cone.Rows(cones)
	a, x, v := r.array(m, n), r.array(n), r.array(m)
	s := projection.Cones(v, cones)
	y := s.Sub(v)
	if interior {
		w := r.array(m)
		s, y = s.Add(projection.Cones(Central(cones), cones)), projection.Cones(w, cones).Sub(w).Add(Central(cones))
	}
	f := r.array(n/2, n)
	q := f.T().MatMul(f).Scale(quad)
	return Data{Q: q, A: a, B: a.MatMul(x).Add(s), C: q.MatMul(x).Add(y.MatMul(a)).Neg()}
}

// RandomSparse is [Random] with a diagonal Q, zero in half of its places, and a few entries in each row of A, near each other.
func RandomSparse(seed int64, n, inRow int, quad float64, cones []cone.Cone) SparseData {
	r := normal{rand.New(rand.NewSource(seed))}
	m := cone.Rows(cones)
	var row, col []int
	for i := range m {
		at := []int{i % n}
		for range inRow - 1 {
			at = append(at, (i%n+r.Intn(10))%n)
		}
		slices.Sort(at)
		for _, j := range slices.Compact(at) {
			row, col = append(row, i), append(col, j)
		}
	}
	a := sparse.FromCOO(m, n, row, col, r.array(len(row)))
	diagonal, all := make([]float64, n), make([]int, n)
	for i := range diagonal {
		diagonal[i], all[i] = quad*float64(i%2), i
	}
	q := sparse.FromCOO(n, n, all, all, num.New(diagonal, n))
	x, v, w := r.array(n), r.array(m), r.array(m)
	s := projection.Cones(v, cones).Add(projection.Cones(Central(cones), cones))
	y := projection.Cones(w, cones).Sub(w).Add(Central(cones))
	return SparseData{Q: q, A: a, B: a.MatMul(x).Add(s), C: q.MatMul(x).Add(a.TMatMul(y)).Neg()}
}

// normal makes normally distributed numbers.
type normal struct{ *rand.Rand }

func (r normal) array(shape ...int) num.Array {
	size := 1
	for _, k := range shape {
		size *= k
	}
	v := make([]float64, size)
	for i := range v {
		v[i] = r.NormFloat64()
	}
	return num.New(v, shape...)
}

// Central is a point inside of each cone and of its dual cone, 0 in the rows of equations.
func Central(cones []cone.Cone) num.Array {
	var v []float64
	for _, c := range cones {
		switch c.Kind {
		case cone.KindZero:
			v = append(v, make([]float64, c.Dim)...)
		case cone.KindNonNegative:
			v = append(v, slices.Repeat([]float64{1}, c.Dim)...)
		case cone.KindSecondOrder:
			v = append(append(v, 1), make([]float64, c.Dim-1)...)
		case cone.KindPSD:
			v = append(v, cone.Vector(num.Eye(c.Order)).Float64s()...)
		case cone.KindExponential:
			v = append(v, -1, 1, 1)
		case cone.KindPower:
			v = append(v, 1, 1, 0)
		}
	}
	return num.New(v, len(v))
}
