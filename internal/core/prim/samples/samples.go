// Package samples says how to exercise every primitive: its generic tests, and
// those of the executors, walk it.
package samples

import (
	"math/rand/v2"

	"github.com/argmin-go/argmin/internal/core/ir"
	"github.com/argmin-go/argmin/internal/core/prim"
)

// Sample says how to exercise a primitive: the shapes of its inputs and the
// interval, away from kinks and the edges of its domain, to draw them from.
type Sample struct {
	Op     ir.Op
	In     [][]int
	Lo, Hi float64
	Bool0  bool // the first input is bool
	// Gen draws the inputs itself, for a primitive whose operands have different
	// dtypes (indices) or need a property (positive definite).
	Gen func(rng *rand.Rand, d ir.DType) []*ir.Value
	Tol float64 // factor on all tolerances, 0 for 1
	// Build makes the primitive for a dtype, for one that contains programs; Op is
	// then an example of it.
	Build     func(d ir.DType) ir.Op
	NoReverse bool // it is documented to have no reverse mode
	Signs     bool // columns of results may have either sign: eigenvectors
}

// moreSamples are functions, one in each file of samples, that add theirs.
var moreSamples []func(add func(Sample))

// All are the cases of every primitive in the registry; see TestComplete.
func All() map[string][]Sample {
	m := map[string][]Sample{}
	domain := map[string][2]float64{
		"cbrt": {0.2, 2}, "acosh": {1.2, 3}, "atanh": {-0.8, 0.8}, "erfinv": {-0.8, 0.8}, "lgamma": {0.3, 4}, "digamma": {0.3, 4},
		"polygamma": {0.5, 4}, "logit": {0.1, 0.9}, "rem": {1.1, 1.9}, "atan2": {0.3, 2},
		"log": {0.2, 3}, "log1p": {-0.5, 3}, "sqrt": {0.2, 3}, "asin": {-0.8, 0.8}, "acos": {-0.8, 0.8},
		"tan": {-1, 1}, "pow": {0.3, 2}, "div": {0.5, 2}, "floor": {0.1, 0.4}, "ceil": {0.1, 0.4}, "round": {0.1, 0.4},
		"abs": {0.2, 1}, "sign": {0.2, 1},
	}
	arity := map[string]int{"select": 3}
	for _, op := range prim.Registry() {
		name := op.Name()
		if _, ok := op.(ir.Elementwise); !ok {
			continue
		}
		d, ok := domain[name]
		if !ok {
			d = [2]float64{-2, 2}
		}
		n := arity[name]
		if n == 0 {
			n = 1
			if _, err := op.Infer([]ir.Type{ir.T(ir.Float64), ir.T(ir.Float64)}); err == nil {
				n = 2
			}
			if _, err := op.Infer([]ir.Type{ir.T(ir.Int32), ir.T(ir.Int32)}); err == nil {
				n = 2
			}
			if _, err := op.Infer([]ir.Type{ir.T(ir.Bool), ir.T(ir.Bool)}); err == nil && name != "convert" {
				n = 2
			}
		}
		for _, shape := range [][]int{{}, {3}, {2, 3}, {0}, {2, 0, 3}} {
			s := Sample{Op: op, Lo: d[0], Hi: d[1], Bool0: name == "select"}
			for range n {
				s.In = append(s.In, shape)
			}
			m[name] = append(m[name], s)
		}
	}
	add := func(op ir.Op, in ...[]int) {
		m[op.Name()] = append(m[op.Name()], Sample{Op: op, In: in, Lo: -2, Hi: 2})
	}
	add(prim.BroadcastOp{Shape: []int{2, 3}, Dims: []int{1}}, []int{3})
	add(prim.BroadcastOp{Shape: []int{2, 3}}, []int{})
	add(prim.BroadcastOp{Shape: []int{0, 3}, Dims: []int{1}}, []int{3})
	add(prim.BroadcastOp{Shape: []int{4, 2, 3}, Dims: []int{0, 2}}, []int{4, 3})
	add(prim.ReshapeOp{Shape: []int{3, 2}}, []int{6})
	add(prim.ReshapeOp{Shape: []int{}}, []int{1, 1})
	add(prim.TransposeOp{Perm: []int{2, 0, 1}}, []int{2, 3, 4})
	add(prim.TransposeOp{Perm: []int{1, 0}}, []int{0, 4})
	add(prim.SliceOp{Lo: []int{1, 0}, Hi: []int{5, 3}, Step: []int{2, 1}}, []int{5, 3})
	add(prim.SliceOp{Lo: []int{2}, Hi: []int{2}, Step: []int{1}}, []int{5})
	add(prim.SliceOp{Lo: []int{0}, Hi: []int{5}, Step: []int{3}}, []int{5})
	add(prim.PadOp{Lo: []int{1, 0}, Hi: []int{0, 2}, Inner: []int{1, 0}}, []int{3, 2})
	add(prim.PadOp{Lo: []int{1}, Hi: []int{2}, Inner: []int{0}}, []int{0})
	add(prim.ConcatOp{Axis: 1}, []int{2, 1}, []int{2, 3}, []int{2, 0})
	for _, kind := range []string{"sum", "max", "min", "prod"} {
		add(prim.ReduceOp{Kind: kind, Axes: []int{0}}, []int{4, 3})
		add(prim.ReduceOp{Kind: kind, Axes: []int{1}}, []int{2, 4, 3})
		add(prim.ReduceOp{Kind: kind, Axes: []int{0, 2}}, []int{2, 4, 3})
		add(prim.ReduceOp{Kind: kind, Axes: []int{0}}, []int{5})
		add(prim.ReduceOp{Kind: kind, Axes: []int{1}}, []int{0, 3})
	}
	add(prim.ReduceOp{Kind: "sum", Axes: []int{0}}, []int{0, 3})
	add(prim.ReduceOp{Kind: "prod", Axes: []int{0}}, []int{0, 3})
	for _, kind := range []string{"and", "or"} {
		add(prim.ReduceOp{Kind: kind, Axes: []int{1}}, []int{3, 2})
		add(prim.ReduceOp{Kind: kind, Axes: []int{0}}, []int{0, 2})
	}
	add(prim.DotOp{LC: []int{1}, RC: []int{0}}, []int{2, 3}, []int{3, 4})
	add(prim.DotOp{LC: []int{0}, RC: []int{1}}, []int{3, 2}, []int{4, 3})
	add(prim.DotOp{LC: []int{1}, RC: []int{0}}, []int{2, 3}, []int{3})
	add(prim.DotOp{LC: []int{0}, RC: []int{0}}, []int{3}, []int{3})
	add(prim.DotOp{}, []int{2}, []int{3})
	add(prim.DotOp{LC: []int{1, 2}, RC: []int{2, 0}, LB: []int{0}, RB: []int{1}}, []int{2, 3, 4}, []int{4, 2, 3, 5})
	add(prim.DotOp{LC: []int{2}, RC: []int{1}, LB: []int{0}, RB: []int{0}}, []int{2, 3, 4}, []int{2, 4, 5})
	add(prim.DotOp{LC: []int{2, 1}, RC: []int{1, 0}}, []int{2, 3, 4}, []int{3, 4, 5})
	add(prim.DotOp{LC: []int{1}, RC: []int{0}}, []int{2, 0}, []int{0, 4})
	add(prim.StopOp{}, []int{3})
	mesh := ir.Mesh{{Name: "data", Size: 1}}
	add(prim.ShardOp{Sharding: ir.Sharding{Mesh: mesh, Axes: []string{"data", ""}}}, []int{4, 3})
	add(prim.ShardOp{Sharding: ir.Sharding{Mesh: mesh, Axes: []string{}}}, []int{})
	for _, f := range moreSamples {
		f(func(s Sample) { m[s.Op.Name()] = append(m[s.Op.Name()], s) })
	}

	return m
}

// Draw makes inputs, those of a floating-point type between lo and hi.
func (s Sample) Draw(rng *rand.Rand, d ir.DType, lo, hi float64) []*ir.Value {
	if s.Gen != nil {
		return s.Gen(rng, d)
	}
	out := make([]*ir.Value, len(s.In))
	for i, shape := range s.In {
		dt := d
		if s.Bool0 && i == 0 {
			dt = ir.Bool
		}
		if _, err := s.Op.Infer(s.Types(d)); err != nil {
			dt = ir.Bool // a connective
			if _, err := s.Op.Infer([]ir.Type{ir.T(dt, shape...), ir.T(dt, shape...)}); err != nil && len(s.In) == 2 {
				dt = ir.Int32 // of bits
			}
		}
		b := ir.NewBuf(dt, ir.SizeOf(shape))
		for j := range b.N {
			x := lo + (hi-lo)*rng.Float64()
			if dt == ir.Bool {
				x = float64(rng.IntN(2))
			}
			if dt == ir.Int32 {
				x = float64(rng.IntN(100))
			}
			b.Slice(j, 1, dt.Size()).Fill(dt, x)
		}
		out[i] = ir.Const(ir.NewData(ir.Type{DType: dt, Shape: shape}, b))
	}
	return out
}

// Types are the types of the inputs, unless Gen makes them.
func (s Sample) Types(d ir.DType) []ir.Type {
	ts := make([]ir.Type, len(s.In))
	for i, shape := range s.In {
		ts[i] = ir.Type{DType: d, Shape: shape}
	}
	if s.Bool0 {
		ts[0].DType = ir.Bool
	}
	return ts
}

// Uniform draws an array of numbers between lo and hi.
func Uniform(rng *rand.Rand, d ir.DType, shape []int, lo, hi float64) *ir.Value {
	b := ir.NewBuf(d, ir.SizeOf(shape))
	for j := range b.N {
		b.Slice(j, 1, d.Size()).Fill(d, lo+(hi-lo)*rng.Float64())
	}
	return ir.Const(ir.NewData(ir.Type{DType: d, Shape: shape}, b))
}

// Scale is the factor on all tolerances.
func (s Sample) Scale() float64 {
	if s.Tol == 0 {
		return 1
	}
	return s.Tol
}
