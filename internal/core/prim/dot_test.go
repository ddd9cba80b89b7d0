package prim_test

import (
	"slices"
	"testing"

	"github.com/argmin-go/argmin/internal/core/ir"
	"github.com/argmin-go/argmin/internal/core/prim"
)

// TestDotTransposeInPlace: the cotangents of a matrix product, batched or not,
// are products themselves; nothing is to be permuted afterwards.
func TestDotTransposeInPlace(t *testing.T) {
	for _, c := range []struct {
		op   prim.DotOp
		x, y []int
	}{
		{prim.DotOp{LC: []int{1}, RC: []int{0}}, []int{7, 6}, []int{6, 2}},
		{prim.DotOp{LC: []int{0}, RC: []int{0}}, []int{6, 7}, []int{6, 2}},
		{prim.DotOp{LC: []int{1}, RC: []int{1}}, []int{7, 6}, []int{2, 6}},
		{prim.DotOp{LC: []int{2}, RC: []int{1}, LB: []int{0}, RB: []int{0}}, []int{3, 7, 6}, []int{3, 6, 2}},
	} {
		in := []ir.Type{{DType: ir.Float64, Shape: c.x}, {DType: ir.Float64, Shape: c.y}}
		out, err := c.op.Infer(in)
		if err != nil {
			t.Fatal(err)
		}
		for side := range 2 {
			b := ir.NewBuilder("test")
			x := make([]*ir.Value, 2)
			x[1-side] = b.Input(in[1-side])
			p := b.FinishClosed(c.op.Transpose(x, b.Inputs(out), in)[side : side+1])
			if len(p.Eqns) != 1 || p.Eqns[0].Op.Name() != "dot_general" || !slices.Equal(p.Types[p.Out[0]].Shape, in[side].Shape) {
				t.Errorf("%v, side %d: %v", c.op, side, p)
			}
		}
	}
}
