package prim

import (
	"slices"

	"github.com/argmin-go/argmin/internal/core/deps"
	"github.com/argmin-go/argmin/internal/core/ground"
	"github.com/argmin-go/argmin/internal/core/ir"
	"github.com/argmin-go/argmin/internal/core/kernel"
	"github.com/argmin-go/argmin/internal/core/stablehlo"
)

// NormOp is the Euclidean norm along axes, given in increasing order, without overflow or
// underflow of the squares.
type NormOp struct {
	nonlinear
	Axes []int
}

// Norm is the Euclidean norm along the given axes.
func Norm(x *value, axes ...int) *value {
	return ir.Apply1(NormOp{Axes: slices.Sorted(slices.Values(axes))}, x)
}

func (NormOp) Name() string     { return "norm" }
func (o NormOp) Params() string { return ints(o.Axes) }

// Describe implements [ir.Describer].
func (o NormOp) Describe() (string, []string) { return ir.ListParam("axes", o.Axes), nil }

func (o NormOp) Infer(in []ir.Type) ([]ir.Type, error) {
	if err := ground.CheckSame("norm", in, 1); err != nil {
		return nil, err
	}
	if !in[0].DType.IsFloat() {
		return nil, ir.Errorf(ir.DTypeError, "norm", "operand is %s, want float", in[0].DType)
	}
	t, err := ground.Reduced("norm", o.Axes, in[0])
	return []ir.Type{t}, err
}

// d|x| = Σ x dx/|x|. At 0 it is 0, a subgradient, whose own derivative is NaN along every
// direction, as that of x/|x| grows beyond all bounds around 0.
func (o NormOp) JVP(x, y, dx values) values {
	back := Broadcast(y[0], x[0].Shape, ground.Kept(o.Axes, x[0].Rank()))
	return values{ReduceSum(Mul(dx[0], overGap(x[0], back)), o.Axes...)}
}

func (o NormOp) Batch(x values, bd []int, n int) (values, []int) {
	axes, out := ground.BatchAxes(o.Axes, bd[0])
	return ir.Apply(NormOp{Axes: axes}, x...), []int{out}
}

// Depend implements [deps.Depender].
func (o NormOp) Depend(t *deps.Table, x []deps.Array, out []ir.Type) [][]deps.Set {
	return [][]deps.Set{t.Along(x[0], o.Axes)}
}

func (o NormOp) Kernel(_ ir.Compiler, in, out []ir.Type) (ir.Kernel, error) {
	return byFloat(in[0].DType, ground.ReduceRuns(o.Axes, in[0], kernel.Norm[float64]), ground.ReduceRuns(o.Axes, in[0], kernel.Norm[float32]))
}

// StableHLO divides by the largest element.
func (o NormOp) StableHLO(b *stablehlo.Builder, x []stablehlo.Value, out []ir.Type) []stablehlo.Value {
	return expand(b, x, func(z values) values {
		if z[0].Size() == 0 {
			return values{ir.Full(out[0], 0)}
		}
		m := ReduceMax(Abs(z[0]), o.Axes...)
		zero := like(m, 0)
		m = Select(And(IsFinite(m), Gt(m, zero)), m, like(m, 1))
		u := Div(z[0], Broadcast(m, z[0].Shape, ground.Kept(o.Axes, z[0].Rank())))
		return values{Mul(m, Sqrt(ReduceSum(Mul(u, u), o.Axes...)))}
	})
}

var _ = register(NormOp{Axes: []int{0}})
