package cpu_test

import (
	"context"
	"math"
	"math/rand/v2"
	"testing"

	"github.com/argmin-go/argmin/internal/core/ad"
	"github.com/argmin-go/argmin/internal/core/cpu"
	"github.com/argmin-go/argmin/internal/core/ir"
	"github.com/argmin-go/argmin/internal/core/prim"
)

// randomBody makes new carries of the types of the old ones, by n random primitives on these and on constants.
func randomBody(rng *rand.Rand, n int, consts, carry []*ir.Value) []*ir.Value {
	pool := append(append([]*ir.Value{}, consts...), carry...)
	pick := func() *ir.Value { return pool[rng.IntN(len(pool))] }
	like := func(t ir.Type) *ir.Value {
		for range 12 {
			if w := pick(); w.Type.Equal(t) {
				return w
			}
		}
		return ir.Full(t, float64(rng.IntN(3)))
	}
	scalar := func() *ir.Value {
		v := pick()
		if v.Rank() == 0 {
			return v
		}
		return prim.Norm(v, prim.AllAxes(v.Rank())...)
	}
	for range n {
		v := pick()
		t := v.Type
		switch rng.IntN(16) {
		case 0:
			v = prim.Add(v, like(t))
		case 1:
			v = prim.Mul(prim.Sin(v), like(t))
		case 2:
			v = prim.Select(prim.Lt(v, like(t)), like(t), prim.Sqrt(prim.Abs(v)))
		case 3: // a guard: one branch is needed nowhere else
			s := scalar()
			long := prim.Div(prim.Exp(prim.Sin(s)), prim.Add(prim.Abs(scalar()), ir.Full(s.Type, 1)))
			long = prim.Mul(prim.Sqrt(long), prim.Select(prim.Lt(scalar(), s), prim.Exp(prim.Neg(long)), prim.Mul(long, long)))
			short := scalar()
			if rng.IntN(2) == 0 {
				long, short = short, long
			}
			v = prim.Select(prim.Lt(scalar(), scalar()), long, short)
		case 4:
			v = prim.Broadcast(scalar(), t.Shape, nil)
		case 5:
			v = prim.Add(v, prim.Broadcast(scalar(), t.Shape, nil))
		case 6:
			if t.Rank() == 2 {
				k := rng.IntN(2)
				v = prim.DotGeneral(v, v, []int{k}, []int{k}, nil, nil)
			}
		case 7:
			if t.Rank() == 2 {
				k := rng.IntN(2)
				v = prim.DotGeneral(v, ir.Full(ir.T(ir.Float64, t.Shape[k]), 0.3), []int{k}, []int{0}, nil, nil)
			}
		case 8:
			if t.Rank() == 1 {
				v = prim.DotGeneral(v, like(t), []int{0}, []int{0}, nil, nil)
			}
		case 9, 10: // a row or a column written in place
			if t.Rank() == 2 {
				size := []int{1, t.Shape[1]}
				if rng.IntN(2) == 0 {
					size = []int{t.Shape[0], 1}
				}
				at := prim.Convert(prim.Abs(prim.Mul(scalar(), ir.Scalar(ir.Float64, 3))), ir.Int32)
				start := prim.Concat(0, prim.Reshape(at, []int{1}), prim.Reshape(at, []int{1}))
				box := prim.DynamicSlice(v, start, size)
				v = prim.DynamicUpdateSlice(v, prim.Sin(prim.Add(box, ir.Full(box.Type, 1))), start)
			}
		case 11:
			if t.Rank() > 0 {
				v = prim.ReduceSum(v, rng.IntN(t.Rank()))
			}
		case 12:
			if t.Rank() == 2 {
				v = prim.Reshape(prim.Transpose(v, []int{1, 0}), t.Shape)
			}
		case 13:
			if t.Rank() == 1 && t.Shape[0] > 1 {
				v = prim.Concat(0, prim.Slice(v, []int{1}, t.Shape, []int{1}), prim.Slice(v, []int{0}, []int{1}, []int{1}))
			}
		case 14: // a loop within
			v = halved(v, scalar())
		case 15:
			v = prim.Max(v, prim.Neg(like(t)))
		}
		pool = append(pool, v)
	}
	next := make([]*ir.Value, len(carry))
	for i, c := range carry {
		next[i] = c
		for _, v := range pool[len(consts)+len(carry):] {
			if v.Type.Equal(c.Type) && rng.IntN(3) > 0 {
				next[i] = v
			}
		}
	}
	return next
}

// halved is x, halved as long as it is larger than 1 somewhere, with a sum of squares along the way.
func halved(x, s *ir.Value) *ir.Value {
	types := []ir.Type{s.Type, x.Type}
	most := func(z []*ir.Value) *ir.Value {
		return prim.ReduceMax(prim.Reshape(prim.Abs(z[1]), []int{z[1].Size()}), 0)
	}
	cond := ad.Closed("cond", types, func(z []*ir.Value) []*ir.Value {
		return []*ir.Value{prim.And(prim.Lt(ir.Scalar(ir.Float64, 1), most(z)), prim.Lt(z[0], ir.Scalar(ir.Float64, 1e9)))}
	})
	body := ad.Closed("body", types, func(z []*ir.Value) []*ir.Value {
		return []*ir.Value{prim.Add(z[0], prim.Mul(most(z), most(z))), prim.Mul(z[1], ir.Full(z[1].Type, 0.5))}
	})
	return ir.Apply(prim.WhileOp{Cond: cond, Body: body}, s, x)[1]
}

// TestLoopsAgainstTheirSteps compares loops, whose bodies are written out where they are small, with their primitives run one by one.
func TestLoopsAgainstTheirSteps(t *testing.T) {
	shapes := [][]int{{}, {}, {4}, {13}, {2, 2}, {3, 5}, {10, 7}, {9, 9}, {40}, {1}}
	for seed := range uint64(400) {
		rng := rand.New(rand.NewPCG(seed, 3))
		var x []*ir.Value
		types := []ir.Type{}
		for range 6 {
			s := shapes[rng.IntN(len(shapes))]
			b := ir.NewBuf(ir.Float64, ir.SizeOf(s))
			for i := range b.N {
				b.Set(ir.Float64, i, rng.Float64()*2-1)
			}
			x = append(x, ir.Const(ir.NewData(ir.T(ir.Float64, s...), b)))
			types = append(types, x[len(x)-1].Type)
		}
		consts, n, steps := 2, 4+int(seed%30), 4
		state := *rand.NewPCG(seed, 4)
		run := func(z []*ir.Value) []*ir.Value {
			s := state
			return randomBody(rand.New(&s), n, z[:consts], z[consts:])
		}
		want := x[consts:]
		for range steps {
			want = run(append(append([]*ir.Value{}, x[:consts]...), want...))
		}
		counter := ir.T(ir.Int32)
		all := append([]ir.Type{counter}, types[consts:]...)
		cond := ad.Closed("cond", all, func(z []*ir.Value) []*ir.Value {
			return []*ir.Value{prim.Lt(z[0], ir.Scalar(ir.Int32, float64(steps)))}
		})
		body := ad.Closed("body", append(append([]ir.Type{}, types[:consts]...), all...), func(z []*ir.Value) []*ir.Value {
			next := run(append(append([]*ir.Value{}, z[:consts]...), z[consts+1:]...))
			return append([]*ir.Value{prim.Add(z[consts], ir.Scalar(ir.Int32, 1))}, next...)
		})
		loops := map[string]*ir.Program{
			"while": ad.Closed("loop", types, func(z []*ir.Value) []*ir.Value {
				in := append(append([]*ir.Value{}, z[:consts]...), ir.Scalar(ir.Int32, 0))
				return ir.Apply(prim.WhileOp{Cond: cond, Body: body, NBody: consts}, append(in, z[consts:]...)...)[1:]
			}),
			"scan": ad.Closed("loop", types, func(z []*ir.Value) []*ir.Value {
				step := ad.Closed("step", types, run)
				return ir.Apply(prim.ScanOp{Body: step, NConst: consts, NCarry: len(types) - consts, Len: steps}, z...)
			}),
		}
		for name, p := range loops {
			for range 2 { // the second run finds what the first one has left
				got, err := cpu.Run(context.Background(), p, data(x))
				if err != nil {
					t.Fatal(err)
				}
				for i, w := range want {
					for j := range w.Size() {
						a, b := got[i].Buf().At(ir.Float64, j), w.Data().Buf().At(ir.Float64, j)
						if !(math.Abs(a-b) <= 1e-12*(1+math.Abs(b))) && !(math.IsNaN(a) && math.IsNaN(b)) && a != b {
							t.Fatalf("seed %d, %s: carry %d[%d] is %v, step by step %v\n%v", seed, name, i, j, a, b, body)
						}
					}
				}
			}
		}
	}
}
