package prim

import (
	"slices"

	"github.com/argmin-go/argmin/internal/core/ir"
	"github.com/argmin-go/argmin/internal/core/kernel"
	"github.com/argmin-go/argmin/internal/core/stablehlo"
)

// ReduceOp reduces axes, given in increasing order, by Kind: "sum", "prod",
// "max", "min", and for bool "and", "or".
type ReduceOp struct {
	Kind string
	Axes []int
}

func (r ReduceOp) Name() string   { return "reduce_" + r.Kind }
func (r ReduceOp) Params() string { return ints(r.Axes) }

func (r ReduceOp) Infer(in []ir.Type) ([]ir.Type, error) {
	if len(in) != 1 {
		return nil, ir.Errorf(ir.ArgumentError, r.Name(), "%d operands, want 1", len(in))
	}
	if logic := r.Kind == "and" || r.Kind == "or"; logic != (in[0].DType == ir.Bool) {
		return nil, ir.Errorf(ir.DTypeError, r.Name(), "operand is %s: sum, prod, max and min want a number, and and or want bool", in[0].DType)
	}
	for i, a := range r.Axes {
		if a < 0 || a >= in[0].Rank() || i > 0 && a <= r.Axes[i-1] {
			return nil, ir.Errorf(ir.ShapeError, r.Name(), "axes %v do not fit shape %s", r.Axes, ir.ShapeString(in[0].Shape))
		}
		if in[0].Shape[a] == 0 && (r.Kind == "max" || r.Kind == "min") {
			return nil, ir.Errorf(ir.ShapeError, r.Name(), "axis %d of shape %s is empty and a %s of nothing has no value", a, ir.ShapeString(in[0].Shape), r.Kind)
		}
	}
	var shape []int
	for i, n := range in[0].Shape {
		if !slices.Contains(r.Axes, i) {
			shape = append(shape, n)
		}
	}
	return []ir.Type{in[0].WithShape(shape)}, nil
}

// kept are the axes that stay.
func (r ReduceOp) kept(rank int) []int {
	var k []int
	for i := range rank {
		if !slices.Contains(r.Axes, i) {
			k = append(k, i)
		}
	}
	return k
}

func (r ReduceOp) JVP(x, y, dx values) values {
	switch r.Kind {
	case "sum":
		return ir.Apply(r, dx...)
	case "prod":
		return values{r.prodTangent(x[0], dx[0])}
	case "and", "or":
		return values{nil}
	}
	// Ties share the derivative equally.
	back := func(v *value) *value { return Broadcast(v, x[0].Shape, r.kept(x[0].Rank())) }
	hit := Select(Eq(x[0], back(y[0])), like(x[0], 1), like(x[0], 0))
	share := Div(hit, back(ReduceSum(hit, r.Axes...)))
	return values{ReduceSum(Mul(dx[0], share), r.Axes...)}
}

// prodTangent adds up each tangent times the product of all other elements,
// those before it and those after it, so that zeros do no harm.
func (r ReduceOp) prodTangent(x, dx *value) *value {
	kept := r.kept(x.Rank())
	flat := func(v *value) *value { // the reduced axes become the first one
		v = Transpose(v, slices.Concat(r.Axes, kept))
		return Reshape(v, append([]int{ir.SizeOf(v.Shape[:len(r.Axes)])}, v.Shape[len(r.Axes):]...))
	}
	v := flat(x)
	if v.Shape[0] == 0 {
		return ir.Full(ir.Type{DType: v.DType, Shape: v.Shape[1:]}, 0)
	}
	before := shift(Cum("prod", v, 0, false), 1, false)
	after := shift(Cum("prod", v, 0, true), 1, true)
	return ReduceSum(Mul(flat(dx), Mul(before, after)), 0)
}

func (r ReduceOp) Transpose(x, ct values, in []ir.Type) values {
	return values{Broadcast(ct[0], in[0].Shape, r.kept(in[0].Rank()))}
}

func (r ReduceOp) Batch(x values, bd []int, n int) (values, []int) {
	axes := make([]int, len(r.Axes))
	out := bd[0]
	for i, a := range r.Axes {
		axes[i] = a
		if a >= bd[0] {
			axes[i]++
		} else {
			out--
		}
	}
	return values{ir.Apply1(ReduceOp{r.Kind, axes}, x[0])}, []int{out}
}

// View: the reduced axes have one element.
func (r ReduceOp) View(in, out ir.Type) (int, bool) {
	return 0, in.Size() == out.Size() && in.Size() > 0
}

func (r ReduceOp) Kernel(_ ir.Compiler, in, out []ir.Type) (ir.Kernel, error) {
	switch in[0].DType {
	case ir.Bool:
		return reduceRuns(r, in[0], func(x []bool) bool {
			for _, v := range x {
				if v != (r.Kind == "and") {
					return v
				}
			}
			return r.Kind == "and"
		}), nil
	case ir.Float64:
		return reduceFloat[float64](r, in[0]), nil
	case ir.Float32:
		return reduceFloat[float32](r, in[0]), nil
	case ir.Int64:
		return reduceKernel(r, in[0], sumInt[int64]), nil
	case ir.Int32:
		return reduceKernel(r, in[0], sumInt[int32]), nil
	}
	return reduceKernel(r, in[0], sumInt[uint32]), nil
}

func (r ReduceOp) StableHLO(b *stablehlo.Builder, x []stablehlo.Value, out []ir.Type) []stablehlo.Value {
	scalar := ir.T(x[0].DType)
	op, init := "add", 0.0
	switch r.Kind {
	case "max":
		return []stablehlo.Value{b.Reduce("stablehlo.maximum", x[0], b.Lowest(x[0].DType), r.Axes)}
	case "min":
		return []stablehlo.Value{b.Reduce("stablehlo.minimum", x[0], b.Highest(x[0].DType), r.Axes)}
	case "prod":
		op, init = "multiply", 1
	case "and":
		op, init = "and", 1
	case "or":
		op = "or"
	}
	return []stablehlo.Value{b.Reduce("stablehlo."+op, x[0], b.Full(scalar, init), r.Axes)}
}

func reduceFloat[T ir.Float](r ReduceOp, in ir.Type) ir.Kernel {
	return reduceKernel(r, in, kernel.Sum[T])
}

func sumInt[T ir.Number](x []T) T {
	var s T
	for _, v := range x {
		s += v
	}
	return s
}

// reduceKernel brings the reduced axes to the end, if they are not there, and
// reduces contiguous runs.
func reduceKernel[T ir.Number](r ReduceOp, in ir.Type, sum func([]T) T) ir.Kernel {
	run := sum
	switch r.Kind {
	case "max":
		run = func(x []T) T { return extremum(x, func(a, b T) T { return max(a, b) }) }
	case "min":
		run = func(x []T) T { return extremum(x, func(a, b T) T { return min(a, b) }) }
	case "prod":
		run = func(x []T) T {
			p := T(1)
			for _, v := range x {
				p *= v
			}
			return p
		}
	}
	if k := r.sumOfRows(in); k > 0 {
		// Leading axes: add up rows.
		rows := ir.SizeOf(in.Shape[k:])
		n := ir.SizeOf(in.Shape[:k])
		return func(f *ir.Frame, iv, ov []int32) {
			x, y := ir.As[T](f.Bufs[iv[0]]), ir.As[T](f.Bufs[ov[0]])
			clear(y)
			for i := range n {
				row := x[i*rows : (i+1)*rows]
				for j, v := range row {
					y[j] += v
				}
			}
		}
	}
	return reduceRuns(r, in, run)
}

// sumOfRows is the number of leading axes that are summed, if it is those alone.
func (r ReduceOp) sumOfRows(in ir.Type) int {
	k := len(r.Axes)
	if r.Kind != "sum" || k == in.Rank() || k == 0 || r.Axes[k-1] != k-1 {
		return 0
	}
	return k
}

func reduceRuns[T ir.Elem](r ReduceOp, in ir.Type, run func([]T) T) ir.Kernel {
	kept := r.kept(in.Rank())
	perm := append(kept, r.Axes...)
	n := 1
	for _, a := range r.Axes {
		n *= in.Shape[a]
	}
	rows := ir.SizeOf(in.Shape) / max(n, 1)
	if n == 0 {
		rows = 1
		for _, a := range kept {
			rows *= in.Shape[a]
		}
	}
	shape := slices.Clone(in.Shape)
	if slices.IsSorted(perm) {
		return func(f *ir.Frame, iv, ov []int32) {
			x, y := ir.As[T](f.Bufs[iv[0]]), ir.As[T](f.Bufs[ov[0]])
			if rows*n <= grain {
				for i := range rows {
					y[i] = run(x[i*n : (i+1)*n])
				}
				return
			}
			kernel.Parallel(rows, max(1, grain/max(n, 1)), func(lo, hi int) {
				for i := lo; i < hi; i++ {
					y[i] = run(x[i*n : (i+1)*n])
				}
			})
		}
	}
	return func(f *ir.Frame, iv, ov []int32) {
		x, y := ir.As[T](f.Bufs[iv[0]]), ir.As[T](f.Bufs[ov[0]])
		t := make([]T, len(x))
		kernel.Permute(t, x, shape, perm)
		for i := range rows {
			y[i] = run(t[i*n : (i+1)*n])
		}
	}
}

func extremum[T ir.Number](x []T, f func(a, b T) T) T {
	m := x[0]
	for _, v := range x[1:] {
		m = f(m, v)
	}
	return m
}

// ReduceSum, ReduceMax and ReduceMin reduce the given axes (none: nothing).
func ReduceSum(x *value, axes ...int) *value { return reduce("sum", x, axes) }
func ReduceMax(x *value, axes ...int) *value { return reduce("max", x, axes) }
func ReduceMin(x *value, axes ...int) *value { return reduce("min", x, axes) }

// ReduceProd, ReduceAnd and ReduceOr likewise.
func ReduceProd(x *value, axes ...int) *value { return reduce("prod", x, axes) }
func ReduceAnd(x *value, axes ...int) *value  { return reduce("and", x, axes) }
func ReduceOr(x *value, axes ...int) *value   { return reduce("or", x, axes) }

func reduce(kind string, x *value, axes []int) *value {
	if len(axes) == 0 {
		return x
	}
	axes = slices.Clone(axes)
	slices.Sort(axes)
	return ir.Apply1(ReduceOp{kind, axes}, x)
}

// AllAxes are the axes 0 … rank-1.
func AllAxes(rank int) []int {
	a := make([]int, rank)
	for i := range a {
		a[i] = i
	}
	return a
}

func init() {
	register(ReduceOp{"sum", []int{0}}, ReduceOp{"max", []int{0}}, ReduceOp{"min", []int{0}},
		ReduceOp{"prod", []int{0}}, ReduceOp{"and", []int{0}}, ReduceOp{"or", []int{0}})
}
