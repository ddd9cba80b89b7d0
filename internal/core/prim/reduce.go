package prim

import (
	"slices"

	"github.com/argmin-go/argmin/internal/core/deps"
	"github.com/argmin-go/argmin/internal/core/ground"
	"github.com/argmin-go/argmin/internal/core/ir"
	"github.com/argmin-go/argmin/internal/core/stablehlo"
)

// Join selects how a reduction or a running one joins two elements.
type Join uint8

// The ways to join elements.
const (
	JoinSum Join = iota
	JoinProd
	JoinMax
	JoinMin
	JoinAnd // of bool
	JoinOr  // of bool
)

var joinNames = [...]string{"sum", "prod", "max", "min", "and", "or"}

func (j Join) String() string { return joinNames[j] }

// logical reports whether the join is one of truth values.
func (j Join) logical() bool { return j == JoinAnd || j == JoinOr }

// ReduceProd multiplies along the given axes (none: nothing).
func ReduceProd(x *value, axes ...int) *value { return reduce(JoinProd, x, axes) }

// ReduceMax is the largest element along the given axes (none: nothing).
func ReduceMax(x *value, axes ...int) *value { return reduce(JoinMax, x, axes) }

// ReduceMin is the smallest element along the given axes (none: nothing).
func ReduceMin(x *value, axes ...int) *value { return reduce(JoinMin, x, axes) }

// ReduceAnd reports along the given axes whether all elements are true.
func ReduceAnd(x *value, axes ...int) *value { return reduce(JoinAnd, x, axes) }

// ReduceOr reports along the given axes whether any element is true.
func ReduceOr(x *value, axes ...int) *value { return reduce(JoinOr, x, axes) }

func reduce(j Join, x *value, axes []int) *value {
	if len(axes) == 0 {
		return x
	}
	return ir.Apply1(ReduceOp{j, slices.Sorted(slices.Values(axes))}, x)
}

// ReduceOp reduces along axes, given in increasing order, by any [Join] but the
// sum, which is [ground.SumOp].
type ReduceOp struct {
	Join Join
	Axes []int
}

func (r ReduceOp) Name() string   { return "reduce_" + r.Join.String() }
func (r ReduceOp) Params() string { return ints(r.Axes) }

func (r ReduceOp) Infer(in []ir.Type) ([]ir.Type, error) {
	if len(in) != 1 {
		return nil, ir.Errorf(ir.ArgumentError, r.Name(), "%d operands, want 1", len(in))
	}
	if r.Join.logical() != (in[0].DType == ir.Bool) {
		return nil, ir.Errorf(ir.DTypeError, r.Name(), "operand is %s: prod, max and min need numbers, and and or need bool", in[0].DType)
	}
	t, err := ground.Reduced(r.Name(), r.Axes, in[0])
	if err != nil {
		return nil, err
	}
	for _, a := range r.Axes {
		if in[0].Shape[a] == 0 && (r.Join == JoinMax || r.Join == JoinMin) {
			return nil, ir.Errorf(ir.ShapeError, r.Name(), "axis %d of shape %s is empty and a %v of nothing has no value", a,
				ir.ShapeString(in[0].Shape), r.Join)
		}
	}
	return []ir.Type{t}, nil
}

func (r ReduceOp) JVP(x, y, dx values) values {
	switch {
	case r.Join == JoinProd:
		return values{r.prodTangent(x[0], dx[0])}
	case r.Join.logical():
		return values{nil}
	}
	// Ties share the derivative equally.
	back := func(v *value) *value { return Broadcast(v, x[0].Shape, ground.Kept(r.Axes, x[0].Rank())) }
	hit := Select(Eq(x[0], back(y[0])), like(x[0], 1), like(x[0], 0))
	share := Div(hit, back(ReduceSum(hit, r.Axes...)))
	return values{ReduceSum(Mul(dx[0], share), r.Axes...)}
}

// prodTangent adds up each tangent times the product of all other elements,
// those before it and those after it, so that zeros do no harm.
func (r ReduceOp) prodTangent(x, dx *value) *value {
	kept := ground.Kept(r.Axes, x.Rank())
	flat := func(v *value) *value { // the reduced axes become the first one
		v = Transpose(v, slices.Concat(r.Axes, kept))
		return Reshape(v, append([]int{ir.SizeOf(v.Shape[:len(r.Axes)])}, v.Shape[len(r.Axes):]...))
	}
	v := flat(x)
	if v.Shape[0] == 0 {
		return ir.Full(ir.Type{DType: v.DType, Shape: v.Shape[1:]}, 0)
	}
	before := shift(Cum(JoinProd, v, 0, false), 1, false)
	after := shift(Cum(JoinProd, v, 0, true), 1, true)
	return ReduceSum(Mul(flat(dx), Mul(before, after)), 0)
}

func (r ReduceOp) Transpose(x, ct values, in []ir.Type) values {
	return nonlinear{}.Transpose(x, ct, in)
}

func (r ReduceOp) Batch(x values, bd []int, n int) (values, []int) {
	axes, out := ground.BatchAxes(r.Axes, bd[0])
	return ir.Apply(ReduceOp{r.Join, axes}, x...), []int{out}
}

// Depend implements [deps.Depender].
func (r ReduceOp) Depend(t *deps.Table, x []deps.Array, out []ir.Type) [][]deps.Set {
	return [][]deps.Set{t.Along(x[0], r.Axes)}
}

// View: the reduced axes have one element.
func (r ReduceOp) View(in, out ir.Type) (int, bool) {
	return 0, in.Size() == out.Size() && in.Size() > 0
}

func (r ReduceOp) Kernel(_ ir.Compiler, in, out []ir.Type) (ir.Kernel, error) {
	switch in[0].DType {
	case ir.Bool:
		all := r.Join == JoinAnd
		return ground.ReduceRuns(r.Axes, in[0], func(x []bool) bool { return slices.Contains(x, !all) != all }), nil
	case ir.Float64:
		return reduceKernel[float64](r, in[0]), nil
	case ir.Float32:
		return reduceKernel[float32](r, in[0]), nil
	case ir.Int64:
		return reduceKernel[int64](r, in[0]), nil
	case ir.Int32:
		return reduceKernel[int32](r, in[0]), nil
	}
	return reduceKernel[uint32](r, in[0]), nil
}

func (r ReduceOp) StableHLO(b *stablehlo.Builder, x []stablehlo.Value, out []ir.Type) []stablehlo.Value {
	d := x[0].DType
	var op string
	var start stablehlo.Value
	switch r.Join {
	case JoinMax:
		op, start = "stablehlo.maximum", b.Lowest(d)
	case JoinMin:
		op, start = "stablehlo.minimum", b.Highest(d)
	case JoinProd:
		op, start = "stablehlo.multiply", b.Full(ir.T(d), 1)
	case JoinAnd:
		op, start = "stablehlo.and", b.Full(ir.T(d), 1)
	default:
		op, start = "stablehlo.or", b.Full(ir.T(d), 0)
	}
	return []stablehlo.Value{b.Reduce(op, x[0], start, r.Axes)}
}

var (
	_ = register(ReduceOp{JoinProd, []int{0}})
	_ = register(ReduceOp{JoinMax, []int{0}})
	_ = register(ReduceOp{JoinMin, []int{0}})
	_ = register(ReduceOp{JoinAnd, []int{0}})
	_ = register(ReduceOp{JoinOr, []int{0}})
)

func reduceKernel[T ir.Number](r ReduceOp, in ir.Type) ir.Kernel {
	switch r.Join {
	case JoinMax:
		return ground.ReduceRows(r.Axes, in, most[T], func(y, row []T) {
			for i, v := range row {
				y[i] = max(y[i], v)
			}
		})
	case JoinMin:
		return ground.ReduceRows(r.Axes, in, least[T], func(y, row []T) {
			for i, v := range row {
				y[i] = min(y[i], v)
			}
		})
	}
	return ground.ReduceRuns(r.Axes, in, func(x []T) T {
		p := T(1)
		for _, v := range x {
			p *= v
		}
		return p
	})
}

// most is the largest element. It takes four at a time, as each comparison waits for the one before.
func most[T ir.Number](x []T) T {
	m := x[0]
	if len(x) >= 4 {
		a, b, c, d := x[0], x[1], x[2], x[3]
		for x = x[4:]; len(x) >= 4; x = x[4:] {
			a, b, c, d = max(a, x[0]), max(b, x[1]), max(c, x[2]), max(d, x[3])
		}
		m = max(max(a, b), max(c, d))
	}
	for _, v := range x {
		m = max(m, v)
	}
	return m
}

// least is the smallest element.
func least[T ir.Number](x []T) T {
	m := x[0]
	if len(x) >= 4 {
		a, b, c, d := x[0], x[1], x[2], x[3]
		for x = x[4:]; len(x) >= 4; x = x[4:] {
			a, b, c, d = min(a, x[0]), min(b, x[1]), min(c, x[2]), min(d, x[3])
		}
		m = min(min(a, b), min(c, d))
	}
	for _, v := range x {
		m = min(m, v)
	}
	return m
}

// AllAxes are the axes 0 … rank-1.
func AllAxes(rank int) []int { return span(0, rank) }
