package projection

import (
	"github.com/argmin-go/argmin/cone"
	"github.com/argmin-go/argmin/internal/core/ir"
	"github.com/argmin-go/argmin/num"
)

// Cones is the projection of x: [m] onto a product of cones with m rows together, whose rows follow each other in x: of each part onto its
// cone. Cones of one kind and size are projected at once. A NaN gives NaN in the part of its cone.
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
		return num.Vmap(func(v array) array { return cone.Vector(PSDCone(cone.Matrix(v, c.Order))) })(x)
	case cone.KindExponential:
		return num.Vmap(ExponentialCone)(x)
	case cone.KindPower:
		return num.Vmap(func(v array) array { return PowerCone(v, c.Alpha) })(x)
	}
	ir.Throw(ir.Errorf(ir.ArgumentError, op, "there is no projection onto a %v", c))
	return x
}
