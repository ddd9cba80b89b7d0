package prim

import (
	"github.com/argmin-go/argmin/internal/core/ground"
	"github.com/argmin-go/argmin/internal/core/ir"
	"github.com/argmin-go/argmin/internal/core/stablehlo"
)

// BitcastOp gives the bits of each element as an element of another type of the same size.
type BitcastOp struct{ To ir.DType }

func (BitcastOp) Name() string     { return "bitcast" }
func (b BitcastOp) Params() string { return b.To.String() }

func (b BitcastOp) Infer(in []ir.Type) ([]ir.Type, error) {
	if len(in) != 1 {
		return nil, ir.Errorf(ir.ArgumentError, "bitcast", "%d operands, want 1", len(in))
	}
	if d := in[0].DType; d == ir.Bool || b.To == ir.Bool || d.Size() != b.To.Size() {
		return nil, ir.Errorf(ir.DTypeError, "bitcast", "%s as %s, want numbers of the same size", d, b.To)
	}
	return []ir.Type{{DType: b.To, Shape: in[0].Shape}}, nil
}

// JVP is none: bits jump.
func (BitcastOp) JVP(x, y, dx values) values { return values{nil} }

func (b BitcastOp) Transpose(x, ct values, in []ir.Type) values { return values{nil} }

func (b BitcastOp) Batch(x values, bd []int, n int) (values, []int) {
	return ir.Apply(b, x...), bd
}

func bitcastBlock[T ir.Number](o, a, _, _ ir.Buf) { copy(ir.As[T](o), ir.As[T](a)) }

func (b BitcastOp) Block(in []ir.DType) ir.Block {
	if b.To.Size() == 8 {
		return bitcastBlock[int64]
	}
	return bitcastBlock[int32]
}

func (b BitcastOp) Operands(d ir.DType) []ir.DType {
	if d.Size() != b.To.Size() {
		d = ir.Float64
	}
	return []ir.DType{d}
}
func (BitcastOp) Domain() (lo, hi float64) { return -2, 2 }

func (b BitcastOp) Kernel(_ ir.Compiler, in, out []ir.Type) (ir.Kernel, error) {
	return ground.BlockKernel(b, b.Block([]ir.DType{in[0].DType}), in, out)
}

func (b BitcastOp) StableHLO(sb *stablehlo.Builder, x []stablehlo.Value, out []ir.Type) []stablehlo.Value {
	return []stablehlo.Value{sb.Bitcast(x[0], b.To)}
}

func (BitcastOp) Describe() (string, []string) { return "", nil }

var _ = register(BitcastOp{To: ir.Int64})
