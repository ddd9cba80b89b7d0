package projection

import (
	"math"

	"github.com/argmin-go/argmin/cone"
	"github.com/argmin-go/argmin/internal/core/ir"
	"github.com/argmin-go/argmin/num"
)

// Cones is the projection of x: [m] onto a product of cones with m rows together, whose rows follow each other in x: of each part onto its
// cone. Cones of one kind and size are projected at once.
func Cones(x num.Array, list []cone.Cone) num.Array {
	const op = "projection.Cones"
	m := cone.Rows(list)
	checkShape(op, "x", x, m)
	same := make(map[cone.Cone][]int32) // the first rows
	var kinds []cone.Cone
	at := 0
	for _, c := range list {
		key := c
		if c.Kind == cone.KindZero || c.Kind == cone.KindNonNegative {
			key.Dim = 1
			for i := range c.Dim {
				if same[key] == nil {
					kinds = append(kinds, key)
				}
				same[key] = append(same[key], int32(at+i))
			}
		} else if c.Dim > 0 {
			if same[key] == nil {
				kinds = append(kinds, key)
			}
			same[key] = append(same[key], int32(at))
		}
		at += c.Dim
	}
	if m == 0 {
		return x
	}
	place := make([]int32, m)
	var parts []array
	done := 0
	for _, c := range kinds {
		rows := make([]int32, 0, len(same[c])*c.Dim)
		for _, first := range same[c] {
			for i := range c.Dim {
				place[int(first)+i] = int32(done + len(rows))
				rows = append(rows, first+int32(i))
			}
		}
		done += len(rows)
		part := x.Take(num.New(rows, len(same[c]), c.Dim), 0)
		parts = append(parts, onEach(op, part, c).Reshape(len(rows)))
	}
	return num.Concat(0, parts...).Take(num.New(place, m), 0)
}

// onEach projects each row of x: [k n] onto a cone.
func onEach(op string, x array, c cone.Cone) array {
	switch c.Kind {
	case cone.KindZero:
		return x.Scale(0)
	case cone.KindNonNegative:
		return NonNegative(x)
	case cone.KindSecondOrder:
		return num.Vmap(SecondOrderCone)(x)
	case cone.KindPSD:
		return num.Vmap(func(v array) array { return triangle(PSDCone(matrix(v, c.Order))) })(x)
	case cone.KindExponential:
		return num.Vmap(ExponentialCone)(x)
	case cone.KindPower:
		return num.Vmap(func(v array) array { return PowerCone(v, c.Alpha) })(x)
	}
	ir.Throw(ir.Errorf(ir.ArgumentError, op, "there is no projection onto a %v", c))
	return x
}

// matrix is the symmetric matrix of a vector as [cone.PSD] has it, and triangle is the reverse.
func matrix(v array, n int) array {
	at, scale := make([]int32, n*n), make([]float64, n*n)
	k := int32(0)
	for j := range n {
		for i := j; i < n; i++ {
			at[i*n+j], at[j*n+i] = k, k
			scale[i*n+j], scale[j*n+i] = math.Sqrt(0.5), math.Sqrt(0.5)
			k++
		}
		scale[j*n+j] = 1
	}
	return v.Take(num.New(at, n, n), 0).Mul(num.New(scale, n, n).AsType(v.DType()))
}

func triangle(a array) array {
	n := a.Shape()[0]
	var at []int32
	var scale []float64
	for j := range n {
		for i := j; i < n; i++ {
			at = append(at, int32(i*n+j))
			if i == j {
				scale = append(scale, 1)
			} else {
				scale = append(scale, math.Sqrt2)
			}
		}
	}
	return a.Reshape(n*n).Take(num.New(at, len(at)), 0).Mul(num.New(scale, len(scale)).AsType(a.DType()))
}
