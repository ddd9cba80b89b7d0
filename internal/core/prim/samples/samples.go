// Package samples describes operands for every primitive: the generic tests of the
// primitives and of the executors walk it.
package samples

import (
	"math/rand/v2"
	"slices"

	"github.com/argmin-go/argmin/internal/core/ground"
	"github.com/argmin-go/argmin/internal/core/ir"
	"github.com/argmin-go/argmin/internal/core/prim"
)

// Sample is a case to test a primitive with: the shapes of its inputs and the
// interval, away from kinks and the edges of its domain, to draw them from.
type Sample struct {
	Op     ir.Op
	In     [][]int
	Lo, Hi float64
	// DType is the element type of the inputs, if it is not the one of the test.
	DType ir.DType
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

// All are the cases of every primitive in the registry; see TestEveryPrimitiveHasSamples.
func All() map[string][]Sample {
	m := map[string][]Sample{}
	add := func(s Sample) { m[s.Op.Name()] = append(m[s.Op.Name()], s) }
	for _, list := range []func(add func(Sample)){
		elementwise, shapes, reductions, products, identities,
		loops, branches, custom, solves, callbacks,
		slicing, gathering, sorting, running, random, convolutions,
		factorizations, triangular, matrixFunctions,
		sparseProducts, sparseSolves, sparseSquares,
	} {
		list(add)
	}
	return m
}

// elementwise are the primitives that describe their operands themselves.
func elementwise(add func(Sample)) {
	for _, op := range prim.Registry() {
		d, ok := op.(prim.Drawn)
		if !ok {
			continue
		}
		lo, hi := d.Domain()
		for _, shape := range [][]int{{}, {3}, {2, 3}, {0}, {2, 0, 3}} {
			add(Sample{Op: op, In: slices.Repeat([][]int{shape}, len(d.Operands(ir.Float64))), Lo: lo, Hi: hi})
		}
	}
}

// between is a list of samples with numbers between -2 and 2.
func between(add func(Sample)) func(op ir.Op, in ...[]int) {
	return func(op ir.Op, in ...[]int) { add(Sample{Op: op, In: in, Lo: -2, Hi: 2}) }
}

func shapes(list func(Sample)) {
	add := between(list)
	add(ground.BroadcastOp{Shape: []int{2, 3}, Dims: []int{1}}, []int{3})
	add(ground.BroadcastOp{Shape: []int{2, 3}}, []int{})
	add(ground.BroadcastOp{Shape: []int{0, 3}, Dims: []int{1}}, []int{3})
	add(ground.BroadcastOp{Shape: []int{4, 2, 3}, Dims: []int{0, 2}}, []int{4, 3})
	add(ground.ReshapeOp{Shape: []int{3, 2}}, []int{6})
	add(ground.ReshapeOp{Shape: []int{}}, []int{1, 1})
	add(ground.TransposeOp{Perm: []int{2, 0, 1}}, []int{2, 3, 4})
	add(ground.TransposeOp{Perm: []int{1, 0}}, []int{0, 4})
	add(prim.SliceOp{Lo: []int{1, 0}, Hi: []int{5, 3}, Step: []int{2, 1}}, []int{5, 3})
	add(prim.SliceOp{Lo: []int{2}, Hi: []int{2}, Step: []int{1}}, []int{5})
	add(prim.SliceOp{Lo: []int{0}, Hi: []int{5}, Step: []int{3}}, []int{5})
	add(prim.PadOp{Lo: []int{1, 0}, Hi: []int{0, 2}, Inner: []int{1, 0}}, []int{3, 2})
	add(prim.PadOp{Lo: []int{1}, Hi: []int{2}, Inner: []int{0}}, []int{0})
	add(prim.ConcatOp{Axis: 1}, []int{2, 1}, []int{2, 3}, []int{2, 0})
}

func reductions(list func(Sample)) {
	add := between(list)
	for _, reduce := range []func(axes ...int) ir.Op{
		func(axes ...int) ir.Op { return ground.SumOp{Axes: axes} },
		func(axes ...int) ir.Op { return prim.ReduceOp{Join: prim.JoinMax, Axes: axes} },
		func(axes ...int) ir.Op { return prim.ReduceOp{Join: prim.JoinMin, Axes: axes} },
		func(axes ...int) ir.Op { return prim.ReduceOp{Join: prim.JoinProd, Axes: axes} },
		func(axes ...int) ir.Op { return prim.NormOp{Axes: axes} },
	} {
		add(reduce(0), []int{4, 3})
		add(reduce(1), []int{2, 4, 3})
		add(reduce(0, 2), []int{2, 4, 3})
		add(reduce(0), []int{5})
		add(reduce(1), []int{0, 3})
	}
	add(ground.SumOp{Axes: []int{0}}, []int{0, 3})
	add(prim.ReduceOp{Join: prim.JoinProd, Axes: []int{0}}, []int{0, 3})
	for _, join := range []prim.Join{prim.JoinAnd, prim.JoinOr} {
		list(Sample{Op: prim.ReduceOp{Join: join, Axes: []int{1}}, In: [][]int{{3, 2}}, DType: ir.Bool})
		list(Sample{Op: prim.ReduceOp{Join: join, Axes: []int{0}}, In: [][]int{{0, 2}}, DType: ir.Bool})
	}
}

func products(list func(Sample)) {
	add := between(list)
	add(prim.DotOp{LC: []int{1}, RC: []int{0}}, []int{2, 3}, []int{3, 4})
	add(prim.DotOp{LC: []int{0}, RC: []int{1}}, []int{3, 2}, []int{4, 3})
	add(prim.DotOp{LC: []int{1}, RC: []int{0}}, []int{2, 3}, []int{3})
	add(prim.DotOp{LC: []int{0}, RC: []int{0}}, []int{3}, []int{3})
	add(prim.DotOp{}, []int{2}, []int{3})
	add(prim.DotOp{LC: []int{1, 2}, RC: []int{2, 0}, LB: []int{0}, RB: []int{1}}, []int{2, 3, 4}, []int{4, 2, 3, 5})
	add(prim.DotOp{LC: []int{2}, RC: []int{1}, LB: []int{0}, RB: []int{0}}, []int{2, 3, 4}, []int{2, 4, 5})
	add(prim.DotOp{LC: []int{2, 1}, RC: []int{1, 0}}, []int{2, 3, 4}, []int{3, 4, 5})
	add(prim.DotOp{LC: []int{1}, RC: []int{0}}, []int{2, 0}, []int{0, 4})
}

func identities(list func(Sample)) {
	add := between(list)
	add(prim.StopOp{}, []int{3})
	mesh := ir.Mesh{{Name: "data", Size: 1}}
	add(prim.ShardOp{Sharding: ir.Sharding{Mesh: mesh, Axes: []string{"data", ""}}}, []int{4, 3})
	add(prim.ShardOp{Sharding: ir.Sharding{Mesh: mesh, Axes: []string{}}}, []int{})
}

// Draw makes inputs, between lo and hi if of a floating-point type.
func (s Sample) Draw(rng *rand.Rand, d ir.DType, lo, hi float64) []*ir.Value {
	if s.Gen != nil {
		return s.Gen(rng, d)
	}
	if s.DType != ir.Invalid {
		d = s.DType
	}
	dtypes := slices.Repeat([]ir.DType{d}, len(s.In))
	if op, ok := s.Op.(prim.Drawn); ok {
		dtypes = op.Operands(d)
	}
	out := make([]*ir.Value, len(s.In))
	for i, shape := range s.In {
		out[i] = draw(rng, dtypes[i], shape, lo, hi)
	}
	return out
}

func draw(rng *rand.Rand, d ir.DType, shape []int, lo, hi float64) *ir.Value {
	b := ir.NewBuf(d, ir.SizeOf(shape))
	for j := range b.N {
		x := lo + (hi-lo)*rng.Float64()
		switch d {
		case ir.Bool:
			x = float64(rng.IntN(2))
		case ir.Int32:
			x = float64(rng.IntN(100))
		}
		b.Set(d, j, x)
	}
	return ir.Const(ir.NewData(ir.Type{DType: d, Shape: shape}, b))
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
