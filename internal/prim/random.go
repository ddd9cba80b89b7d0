package prim

import (
	"slices"

	"github.com/argmin-go/argmin/internal/ir"
	"github.com/argmin-go/argmin/internal/kernel"
)

// RandomBitsOp makes random uint32 words of a shape from a key, two uint32 words,
// by the counter-based generator Threefry-2x32 (Salmon, Moraes, Dror & Shaw,
// "Parallel random numbers: as easy as 1, 2, 3", 2011).
type RandomBitsOp struct {
	noDerivative
	Shape []int
}

func (RandomBitsOp) Name() string     { return "random_bits" }
func (r RandomBitsOp) Params() string { return ints(r.Shape) }
func (r RandomBitsOp) Infer(in []ir.Type) ([]ir.Type, error) {
	if len(in) != 1 || in[0].DType != ir.Uint32 || !slices.Equal(in[0].Shape, []int{2}) {
		return nil, ir.Errorf(ir.ShapeError, "random_bits", "the key is %s, want uint32 of shape [2]", typeList(in))
	}
	return []ir.Type{{DType: ir.Uint32, Shape: r.Shape}}, nil
}
func (r RandomBitsOp) Batch(x values, bd []int, n int) (values, []int) { return Lanes(r, x, bd, n) }
func (r RandomBitsOp) Kernel(_ ir.Compiler, in, out []ir.Type) (ir.Kernel, error) {
	return func(f *ir.Frame, iv, ov []int32) {
		kernel.ThreefryFill([2]uint32(ir.As[uint32](f.Bufs[iv[0]])), ir.As[uint32](f.Bufs[ov[0]]))
	}, nil
}

func init() { register(RandomBitsOp{}) }
