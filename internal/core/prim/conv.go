package prim

import (
	"fmt"
	"slices"
	"strings"

	"github.com/argmin-go/argmin/internal/core/deps"
	"github.com/argmin-go/argmin/internal/core/ir"
	"github.com/argmin-go/argmin/internal/core/kernel"
	"github.com/argmin-go/argmin/internal/core/stablehlo"
)

// ConvOp is the convolution, without flipping, of an input [batch, features,
// spatial…] with a kernel [output features, features, spatial…]: every slice has
// one entry a spatial axis. Padding may be negative, which crops.
type ConvOp struct {
	Strides, PadLo, PadHi, LHSDilation, RHSDilation []int
}

func (ConvOp) Work() ir.Work { return ir.Costly }
func (ConvOp) Name() string  { return "conv" }
func (c ConvOp) Params() string {
	return fmt.Sprint(c.Strides, c.PadLo, c.PadHi, c.LHSDilation, c.RHSDilation)
}

func (c ConvOp) dims() kernel.ConvDims {
	return kernel.ConvDims{Strides: c.Strides, PadLo: c.PadLo, PadHi: c.PadHi, LHSDilation: c.LHSDilation, RHSDilation: c.RHSDilation}
}

func (c ConvOp) Infer(in []ir.Type) ([]ir.Type, error) {
	if len(in) != 2 || in[0].DType != in[1].DType || !in[0].DType.IsFloat() || in[0].Rank() != in[1].Rank() ||
		in[0].Rank() != 2+len(c.Strides) || in[0].Shape[1] != in[1].Shape[1] {
		return nil, ir.Errorf(ir.ShapeError, "conv",
			"operands are %s, want an input [batch, features, spatial…] and a kernel [output features, features, "+
				"spatial…] of one floating-point type with %d spatial axes",
			ir.TypeList(in), len(c.Strides))
	}
	for i, n := range in[1].Shape[2:] {
		if n < 1 || in[0].Shape[2+i] < 1 || c.Strides[i] < 1 || c.LHSDilation[i] < 1 || c.RHSDilation[i] < 1 {
			return nil, ir.Errorf(ir.ShapeError, "conv",
				"spatial axis %d has input size %d, kernel size %d, stride %d and dilations %d and %d: all must be at least 1", i,
				in[0].Shape[2+i], n, c.Strides[i], c.LHSDilation[i], c.RHSDilation[i])
		}
	}
	return []ir.Type{in[0].WithShape(c.dims().OutShape(in[0].Shape, in[1].Shape))}, nil
}

func (c ConvOp) JVP(x, y, dx values) values {
	var a, b *value
	if dx[0] != nil {
		a = ir.Apply1(c, dx[0], x[1])
	}
	if dx[1] != nil {
		b = ir.Apply1(c, x[0], dx[1])
	}
	return values{sum(a, b)}
}

func dilated(n, d int) int { return max(0, (n-1)*d+1) }

// The cotangent of the input is a convolution of the spread-out cotangent with
// the flipped kernel; the transpose of the kernel is one of the input with the cotangent,
// where batch and features change places.
func (c ConvOp) Transpose(x, ct values, in []ir.Type) values {
	lhs, rhs, out := in[0].Shape, in[1].Shape, ct[0].Shape
	r := len(c.Strides)
	if ir.SizeOf(out) == 0 {
		z := values{ir.Full(in[0], 0), nil}
		if x[1] == nil {
			z = values{nil, ir.Full(in[1], 0)}
		}
		return z
	}
	lo, hi := make([]int, r), make([]int, r)
	swap := append([]int{1, 0}, span(2, r)...)
	if x[0] == nil {
		for i := range r {
			taps := dilated(rhs[2+i], c.RHSDilation[i])
			lo[i] = taps - 1 - c.PadLo[i]
			hi[i] = dilated(lhs[2+i], c.LHSDilation[i]) + taps - 1 - dilated(out[2+i], c.Strides[i]) - lo[i]
		}
		back := ConvOp{c.LHSDilation, lo, hi, c.Strides, c.RHSDilation}
		return values{ir.Apply1(back, ct[0], Transpose(Reverse(x[1], span(2, r)), swap)), nil}
	}
	for i := range r {
		lo[i] = c.PadLo[i]
		hi[i] = (rhs[2+i]-1)*c.RHSDilation[i] + dilated(out[2+i], c.Strides[i]) - dilated(lhs[2+i], c.LHSDilation[i]) - lo[i]
	}
	back := ConvOp{c.RHSDilation, lo, hi, c.LHSDilation, c.Strides}
	return values{nil, Transpose(ir.Apply1(back, Transpose(x[0], swap), Transpose(ct[0], swap)), swap)}
}

// A batch of inputs is a larger batch, one of kernels more output features.
func (c ConvOp) Batch(x values, bd []int, n int) (values, []int) {
	if bd[0] >= 0 && bd[1] >= 0 {
		return Lanes(c, x, bd, n)
	}
	k := 0
	if bd[1] >= 0 {
		k = 1
	}
	v := MoveTo(x[k], bd[k], 0, n)
	m := v.Shape[1]
	args := slices.Clone(x)
	args[k] = Reshape(v, append([]int{n * m}, v.Shape[2:]...))
	y := ir.Apply1(c, args...)
	return values{Reshape(y, slices.Concat(y.Shape[:k], []int{n, m}, y.Shape[k+1:]))}, []int{k}
}

func (c ConvOp) Kernel(_ ir.Compiler, in, out []ir.Type) (ir.Kernel, error) {
	if in[0].DType == ir.Float64 {
		return convKernel[float64](c, in), nil
	}
	return convKernel[float32](c, in), nil
}

func (c ConvOp) StableHLO(b *stablehlo.Builder, x []stablehlo.Value, out []ir.Type) []stablehlo.Value {
	if out[0].Size() == 0 {
		return []stablehlo.Value{b.Full(out[0], 0)}
	}
	r := len(c.Strides)
	space := strings.Trim(stablehlo.Ints(span(0, r)), "[]")
	if r > 0 {
		space = ", " + space
	}
	pad := make([]string, r)
	for i := range pad {
		pad[i] = stablehlo.Ints([]int{c.PadLo[i], c.PadHi[i]})
	}
	padding := fmt.Sprintf("dense<[%s]> : tensor<%dx2xi64>", strings.Join(pad, ", "), r)
	if r == 0 {
		padding = "dense<> : tensor<0x2xi64>"
	}
	attrs := fmt.Sprintf("dimension_numbers = #stablehlo.conv<[b, f%s]x[o, i%s]->[b, f%s]>, window_strides = %s, "+
		"padding = %s, lhs_dilation = %s, rhs_dilation = %s, batch_group_count = 1 : i64, feature_group_count = 1 : i64, ",
		space, space, space, stablehlo.Array(c.Strides), padding, stablehlo.Array(c.LHSDilation), stablehlo.Array(c.RHSDilation))
	return b.Op("stablehlo.convolution", attrs+fullPrecision, x, out[0])
}

var _ = register(ConvOp{})

func (c ConvOp) lockstep(x values, bd []int, n int) (values, []int) { return oneByOne(c, x, bd, n) }

// Depend implements [deps.Depender].
func (c ConvOp) Depend(t *deps.Table, x []deps.Array, out []ir.Type) [][]deps.Set {
	lhs, rhs, y := x[0].Shape, x[1].Shape, out[0].Shape
	places := c.taps(lhs[2:], rhs[2:], y[2:])
	inputs, taps := ir.SizeOf(lhs[2:]), ir.SizeOf(rhs[2:])
	features, zero := lhs[1], x[1].Zero()
	sets := make([]deps.Set, 0, out[0].Size())
	var buf []deps.Set
	for b := range y[0] {
		for f := range y[1] {
			for _, place := range places {
				buf = buf[:0]
				for ch := range features {
					for _, p := range place {
						w := (f*features+ch)*taps + p.tap
						if x[0].Sets != nil && (zero == nil || !zero(w)) {
							buf = append(buf, x[0].Sets[(b*features+ch)*inputs+p.in])
						}
						if x[1].Sets != nil {
							buf = append(buf, x[1].Sets[w])
						}
					}
				}
				sets = append(sets, t.Join(buf))
			}
		}
	}
	return [][]deps.Set{sets}
}

// tap is one product in a convolution: an element of the input and one of the kernel.
type tap struct{ in, tap int }

// taps are the products that each element of the result adds up, for arrays of spatial axes.
func (c ConvOp) taps(lhs, rhs, out []int) [][]tap {
	places := [][]tap{{{}}}
	for a := range out {
		var next [][]tap
		for _, place := range places {
			for o := range out[a] {
				var here []tap
				for k := range rhs[a] {
					i := o*c.Strides[a] - c.PadLo[a] + k*c.RHSDilation[a]
					if i < 0 || i%c.LHSDilation[a] != 0 || i/c.LHSDilation[a] >= lhs[a] {
						continue
					}
					for _, p := range place {
						here = append(here, tap{p.in*lhs[a] + i/c.LHSDilation[a], p.tap*rhs[a] + k})
					}
				}
				next = append(next, here)
			}
		}
		places = next
	}
	return places
}

func convKernel[T ir.Float](c ConvOp, in []ir.Type) ir.Kernel {
	l, r := slices.Clone(in[0].Shape), slices.Clone(in[1].Shape)
	dims := c.dims()
	return func(f *ir.Frame, iv, ov []int32) {
		kernel.Conv(ir.As[T](f.Bufs[ov[0]]), ir.As[T](f.Bufs[iv[0]]), l, ir.As[T](f.Bufs[iv[1]]), r, dims)
	}
}

// ReverseOp turns the order of the elements along Axes round.
type ReverseOp struct{ Axes []int }

func (ReverseOp) Name() string     { return "reverse" }
func (r ReverseOp) Params() string { return ints(r.Axes) }
func (r ReverseOp) Infer(in []ir.Type) ([]ir.Type, error) {
	for _, a := range r.Axes {
		if len(in) != 1 || a < 0 || a >= in[0].Rank() {
			return nil, ir.Errorf(ir.ShapeError, "reverse", "axes %v do not fit %s", r.Axes, ir.TypeList(in))
		}
	}
	return in, nil
}
func (r ReverseOp) JVP(x, y, dx values) values                  { return ir.Apply(r, dx...) }
func (r ReverseOp) Transpose(x, ct values, in []ir.Type) values { return ir.Apply(r, ct...) }
func (r ReverseOp) Batch(x values, bd []int, n int) (values, []int) {
	axes := slices.Clone(r.Axes)
	for i := range axes {
		axes[i]++
	}
	return ir.Apply(ReverseOp{axes}, MoveTo(x[0], bd[0], 0, n)), []int{0}
}

// Moves implements [deps.Mover].
func (ReverseOp) Moves() {}

func (r ReverseOp) Kernel(_ ir.Compiler, in, out []ir.Type) (ir.Kernel, error) {
	st, off := ir.Strides(in[0].Shape), 0
	for _, a := range r.Axes {
		if n := in[0].Shape[a]; n > 0 {
			off += (n - 1) * st[a]
			st[a] = -st[a]
		}
	}
	return stridedKernel(in[0].DType, in[0].Shape, ir.Strides(in[0].Shape), 0, st, off, false), nil
}

func (r ReverseOp) StableHLO(b *stablehlo.Builder, x []stablehlo.Value, out []ir.Type) []stablehlo.Value {
	return b.Op("stablehlo.reverse", "dimensions = "+stablehlo.Array(r.Axes), x, out[0])
}

var _ = register(ReverseOp{})

// Reverse turns the order of the elements along some axes round.
func Reverse(x *value, axes []int) *value {
	if len(axes) == 0 {
		return x
	}
	return ir.Apply1(ReverseOp{axes}, x)
}
