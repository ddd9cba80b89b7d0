package samples

import (
	"math/rand/v2"

	"github.com/argmin-go/argmin/internal/core/ir"
	"github.com/argmin-go/argmin/internal/core/prim"
)

// indices draws int32 indices below n, some of them out of range.
func indices(rng *rand.Rand, n int, shape []int) *ir.Value {
	b := ir.NewBuf(ir.Int32, ir.SizeOf(shape))
	for i := range b.N {
		ir.As[int32](b)[i] = int32(rng.IntN(n+2) - 1)
	}
	return ir.Const(ir.NewData(ir.Type{DType: ir.Int32, Shape: shape}, b))
}

// drawn is a list of samples that draw their inputs themselves.
func drawn(add func(Sample)) func(op ir.Op, gen func(rng *rand.Rand, d ir.DType) []*ir.Value) {
	return func(op ir.Op, gen func(rng *rand.Rand, d ir.DType) []*ir.Value) { add(Sample{Op: op, Gen: gen}) }
}

func slicing(add func(Sample)) {
	with := drawn(add)
	for _, c := range []struct{ x, size []int }{{[]int{5}, []int{2}}, {[]int{4, 3, 2}, []int{2, 3, 1}},
		{[]int{3, 4}, []int{3, 4}}, {[]int{3, 2}, []int{0, 2}}, {nil, nil}} {
		with(prim.DynamicSliceOp{Size: c.size}, func(rng *rand.Rand, d ir.DType) []*ir.Value {
			return vals{Uniform(rng, d, c.x, -2, 2), indices(rng, 4, []int{len(c.x)})}
		})
		with(prim.DynamicUpdateSliceOp{}, func(rng *rand.Rand, d ir.DType) []*ir.Value {
			return vals{Uniform(rng, d, c.x, -2, 2), Uniform(rng, d, c.size, -2, 2), indices(rng, 4, []int{len(c.x)})}
		})
	}
	add(Sample{Op: prim.ReverseOp{Axes: []int{0, 2}}, In: [][]int{{2, 3, 4}}, Lo: -1, Hi: 1})
	add(Sample{Op: prim.ReverseOp{Axes: []int{0}}, In: [][]int{{0, 3}}, Lo: -1, Hi: 1})
}

func gathering(add func(Sample)) {
	with := drawn(add)
	for _, c := range []struct {
		x, idx, u  []int
		axis, lead int
	}{
		{[]int{4}, []int{3}, []int{3}, 0, 0},
		{[]int{2, 4, 3}, []int{2, 2}, []int{2, 2, 2, 3}, 1, 0},
		{[]int{4, 3}, nil, []int{3}, 0, 0},
		{[]int{2, 3, 4}, []int{2, 5}, []int{2, 3, 5}, 2, 1},
		{[]int{2, 4}, []int{2, 0}, []int{2, 0}, 1, 1},
		{[]int{0, 4}, []int{2}, []int{0, 2}, 1, 0},
	} {
		n := c.x[c.axis]
		with(prim.GatherOp{Axis: c.axis, Lead: c.lead}, func(rng *rand.Rand, d ir.DType) []*ir.Value {
			return vals{Uniform(rng, d, c.x, -2, 2), indices(rng, n, c.idx)}
		})
		for _, sum := range []bool{false, true} {
			with(prim.ScatterOp{Axis: c.axis, Lead: c.lead, Add: sum}, func(rng *rand.Rand, d ir.DType) []*ir.Value {
				return vals{Uniform(rng, d, c.x, -2, 2), indices(rng, n, c.idx), Uniform(rng, d, c.u, -2, 2)}
			})
		}
	}
}

func sorting(add func(Sample)) {
	for _, shape := range [][]int{{5}, {2, 3}, {3, 0}, {0, 2}} {
		add(Sample{Op: prim.ArgsortOp{}, In: [][]int{shape}, Lo: -2, Hi: 2})
	}
	for _, least := range []bool{false, true} {
		for axis := range 3 {
			add(Sample{Op: prim.ArgOp{Axis: axis, Min: least}, In: [][]int{{2, 4, 3}}, Lo: -2, Hi: 2})
		}
	}
}

func running(add func(Sample)) {
	for _, reverse := range []bool{false, true} {
		for _, join := range []prim.Join{prim.JoinSum, prim.JoinProd, prim.JoinMax, prim.JoinMin} {
			for axis := range 2 {
				add(Sample{Op: prim.CumOp{Join: join, Axis: axis, Reverse: reverse}, In: [][]int{{4, 3}}, Lo: -2, Hi: 2})
			}
			add(Sample{Op: prim.CumOp{Join: join, Axis: 0, Reverse: reverse}, In: [][]int{{0, 2}}, Lo: -2, Hi: 2})
			add(Sample{Op: prim.CumOp{Join: join, Axis: 1, Reverse: reverse}, In: [][]int{{2, 1}}, Lo: -2, Hi: 2})
		}
	}
}

func random(add func(Sample)) {
	with := drawn(add)
	for _, op := range []prim.RandomBitsOp{{Shape: []int{3, 2}}, {Shape: []int{3, 2}, Pairs: true}, {}} {
		with(op, func(rng *rand.Rand, d ir.DType) []*ir.Value {
			return vals{ir.Const(ir.NewData(ir.T(ir.Uint32, 2), ir.Of([]uint32{rng.Uint32(), rng.Uint32()}))),
				ir.Scalar(ir.Uint32, float64(rng.IntN(2)))}
		})
	}
}

func convolutions(add func(Sample)) {
	conv := func(op prim.ConvOp, lhs, rhs []int) {
		add(Sample{Op: op, In: [][]int{lhs, rhs}, Lo: -1, Hi: 1, Tol: 10})
	}
	conv(prim.ConvOp{Strides: []int{1}, PadLo: []int{0}, PadHi: []int{0}, LHSDilation: []int{1}, RHSDilation: []int{1}},
		[]int{2, 3, 6}, []int{4, 3, 3})
	conv(prim.ConvOp{Strides: []int{2}, PadLo: []int{2}, PadHi: []int{1}, LHSDilation: []int{1}, RHSDilation: []int{2}},
		[]int{1, 2, 7}, []int{2, 2, 2})
	conv(prim.ConvOp{Strides: []int{2, 1}, PadLo: []int{1, 0}, PadHi: []int{0, -1}, LHSDilation: []int{2, 1},
		RHSDilation: []int{1, 2}}, []int{2, 1, 4, 5}, []int{3, 1, 3, 2})
	conv(prim.ConvOp{Strides: []int{1}, PadLo: []int{0}, PadHi: []int{0}, LHSDilation: []int{1}, RHSDilation: []int{1}},
		[]int{0, 2, 4}, []int{3, 2, 2})
}
