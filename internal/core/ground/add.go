package ground

import (
	"slices"
	"unsafe"

	"github.com/argmin-go/argmin/internal/core/ir"
	"github.com/argmin-go/argmin/internal/core/kernel"
	"github.com/argmin-go/argmin/internal/core/stablehlo"
)

// Add is x + y.
func Add(x, y *value) *value { return ir.Apply1(AddOp{}, x, y) }

// AddOp is the elementwise sum of two operands of one type.
type AddOp struct{}

func (AddOp) Name() string   { return "add" }
func (AddOp) Params() string { return "" }
func (AddOp) Infer(in []ir.Type) ([]ir.Type, error) {
	if err := CheckSame("add", in, 2); err != nil {
		return nil, err
	}
	if in[0].DType == ir.Bool {
		return nil, ir.Errorf(ir.DTypeError, "add", "operands are bool, want number")
	}
	return in[:1:1], nil
}

func (AddOp) JVP(x, y, dx values) values {
	switch {
	case !y[0].DType.IsFloat():
		return values{nil}
	case dx[0] == nil:
		return values{dx[1]}
	case dx[1] == nil:
		return values{dx[0]}
	}
	return values{Add(dx[0], dx[1])}
}

func (AddOp) Transpose(x, ct values, in []ir.Type) values {
	cx := make(values, 2)
	for i, v := range x {
		if v == nil {
			cx[i] = ct[0]
		}
	}
	return cx
}

func (o AddOp) Batch(x values, bd []int, n int) (values, []int) {
	return BatchElementwise(o, x, bd, n)
}

func addBlock[T ir.Number](o, a, b, _ ir.Buf) {
	dst, x, y := ir.As[T](o), ir.As[T](a), ir.As[T](b)
	x, y = x[:len(dst)], y[:len(dst)]
	for i := range dst {
		dst[i] = x[i] + y[i]
	}
}

func (AddOp) Block(in []ir.DType) ir.Block {
	return ir.ByNumber(in[0], Wide(kernel.AddF64, addBlock[float64], ir.Float64, ir.Float64, ir.Float64), addBlock[float32], addBlock[int64],
		Wide(kernel.AddInt32, addBlock[int32], ir.Int32, ir.Int32, ir.Int32), addBlock[uint32])
}

func addScalar[T ir.Number](o, a, b, _ unsafe.Pointer) {
	*ir.Ref[T](o) = *ir.Ref[T](a) + *ir.Ref[T](b)
}

func (AddOp) Scalar(in []ir.DType) ir.ScalarFunc {
	return ir.ByNumber(in[0], addScalar[float64], addScalar[float32], addScalar[int64], addScalar[int32], addScalar[uint32])
}

func (o AddOp) Kernel(_ ir.Compiler, in, out []ir.Type) (ir.Kernel, error) {
	return BlockKernel(o, o.Block([]ir.DType{in[0].DType}), in, out)
}

func (AddOp) StableHLO(b *stablehlo.Builder, x []stablehlo.Value, out []ir.Type) []stablehlo.Value {
	return []stablehlo.Value{b.Map("stablehlo.add", x...)}
}

func (AddOp) Operands(d ir.DType) []ir.DType { return []ir.DType{d, d} }
func (AddOp) Domain() (lo, hi float64)       { return -2, 2 }

var _ = Register(AddOp{})

// What elementwise primitives share.

// CheckSame is the shape rule of elementwise primitives: so many operands of one type.
func CheckSame(op string, in []ir.Type, n int) error {
	if len(in) != n {
		return ir.Errorf(ir.ArgumentError, op, "%d operands, want %d", len(in), n)
	}
	for _, t := range in[1:] {
		if !slices.Equal(t.Shape, in[0].Shape) {
			return ir.Errorf(ir.ShapeError, op, "operands have different shapes: %s", ir.TypeList(in))
		}
		if t.DType != in[0].DType {
			return ir.Errorf(ir.DTypeError, op, "operands have different dtypes: %s; convert one of them", ir.TypeList(in))
		}
	}
	return nil
}

// BatchElementwise is the batching rule of elementwise primitives: operands whose
// batches lie along different axes, or that have none, get theirs in front.
func BatchElementwise(op ir.Op, x values, bd []int, n int) (values, []int) {
	for _, d := range bd {
		if d == bd[0] {
			continue
		}
		front := make(values, len(x))
		for i, v := range x {
			front[i] = MoveTo(v, bd[i], 0, n)
		}
		return ir.Apply(op, front...), []int{0}
	}
	return ir.Apply(op, x...), bd[:1:1]
}

// Wide is a block by a routine of the processor for several elements at a time, as far as it goes, and by rest for the last ones; it is
// rest by itself where the processor has none.
func Wide(f kernel.Wide, rest ir.Block, out ir.DType, in ...ir.DType) ir.Block {
	if f == nil {
		return rest
	}
	unit := 8
	if out == ir.Bool && !slices.ContainsFunc(in, func(d ir.DType) bool { return d != ir.Bool }) {
		unit = 32
	}
	var size [3]int
	for i, d := range in {
		size[i] = d.Size()
	}
	return func(o, a, b, c ir.Buf) {
		n := o.N / unit * unit
		if n == 0 {
			rest(o, a, b, c)
			return
		}
		f(o.P, a.P, b.P, c.P, n)
		if m := o.N - n; m > 0 {
			x := [3]ir.Buf{a, b, c}
			for i := range in {
				x[i] = x[i].Slice(n, m, size[i])
			}
			rest(o.Slice(n, m, out.Size()), x[0], x[1], x[2])
		}
	}
}

// BlockKernel runs an elementwise block over whole buffers, in parallel when they
// are large.
func BlockKernel(op ir.Op, block ir.Block, in, out []ir.Type) (ir.Kernel, error) {
	if block == nil {
		return nil, ir.Errorf(ir.DTypeError, op.Name(), "not defined for %s", ir.TypeList(in))
	}
	n, no := out[0].Size(), out[0].DType.Size()
	var sz [3]int
	for i, t := range in {
		sz[i] = t.DType.Size()
	}
	nin := len(in)
	return func(f *ir.Frame, iv, ov []int32) {
		var b [3]ir.Buf
		for i := 0; i < nin; i++ {
			b[i] = f.Bufs[iv[i]]
		}
		o := f.Bufs[ov[0]]
		if n <= kernel.Grain {
			block(o, b[0], b[1], b[2])
			return
		}
		kernel.Parallel(n, kernel.Grain, func(lo, hi int) {
			var p [3]ir.Buf
			for i := 0; i < nin; i++ {
				p[i] = b[i].Slice(lo, hi-lo, sz[i])
			}
			block(o.Slice(lo, hi-lo, no), p[0], p[1], p[2])
		})
	}, nil
}
