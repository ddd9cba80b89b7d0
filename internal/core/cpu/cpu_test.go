package cpu_test

import (
	"context"
	"fmt"
	"math"
	"math/rand/v2"
	"sync"
	"testing"

	"github.com/argmin-go/argmin/internal/core/ad"
	"github.com/argmin-go/argmin/internal/core/cpu"
	"github.com/argmin-go/argmin/internal/core/ir"
	"github.com/argmin-go/argmin/internal/core/prim"
)

// random applies n random primitives to inputs and gives some of the results.
// Every choice comes only from rng, so that a run is repeatable.
func random(rng *rand.Rand, n int, x []*ir.Value) []*ir.Value {
	pool := append([]*ir.Value{}, x...)
	pick := func() *ir.Value { return pool[rng.IntN(len(pool))] }
	// like finds a value of the type of v, v itself at worst.
	like := func(v *ir.Value) *ir.Value {
		for range 8 {
			if w := pick(); w.Type.Equal(v.Type) {
				return w
			}
		}
		return v
	}
	for range n {
		v := pick()
		switch rng.IntN(14) {
		case 0:
			v = prim.Add(v, like(v))
		case 1:
			v = prim.Mul(v, like(v))
		case 2:
			v = prim.Sin(v)
		case 3:
			v = prim.Max(v, like(v))
		case 4:
			v = prim.Select(prim.Lt(v, like(v)), like(v), like(v))
		case 5:
			v = prim.Mul(v, ir.Full(v.Type, 0.5))
		case 6:
			v = prim.ReduceSum(v, prim.AllAxes(v.Rank())...)
		case 7:
			if v.Rank() > 0 {
				v = prim.ReduceSum(v, rng.IntN(v.Rank()))
			}
		case 8:
			v = prim.Reshape(v, []int{v.Size()})
		case 9:
			if v.Rank() > 0 && v.Shape[0] > 1 {
				lo, hi, step := make([]int, v.Rank()), append([]int{}, v.Shape...), make([]int, v.Rank())
				for i := range step {
					step[i] = 1
				}
				lo[0] = rng.IntN(v.Shape[0])
				step[0] = 1 + rng.IntN(2)
				v = prim.Slice(v, lo, hi, step)
			}
		case 10:
			if v.Size() == 1 {
				w := pick()
				v = prim.Broadcast(prim.Reshape(v, nil), w.Shape, nil)
			}
		case 11:
			if v.Rank() == 2 {
				v = prim.Transpose(v, []int{1, 0})
			}
		case 12:
			if v.Rank() > 0 && v.Size() < 5000 {
				v = prim.Concat(0, v, like(v))
			}
		case 13:
			if v.Rank() == 1 {
				v = prim.DotGeneral(v, like(v), []int{0}, []int{0}, nil, nil)
			}
		}
		pool = append(pool, v)
	}
	outs := []*ir.Value{pool[len(pool)-1]}
	for range 4 {
		outs = append(outs, pick())
	}
	return outs
}

func inputs(rng *rand.Rand, d ir.DType) []*ir.Value {
	var x []*ir.Value
	shapes := [][]int{{}, {7}, {3, 7}, {0}, {1, 7}, {1300}}
	for _, s := range shapes {
		b := ir.NewBuf(d, ir.SizeOf(s))
		for i := range b.N {
			b.Set(d, i, rng.Float64()*2-1)
		}
		x = append(x, ir.Const(ir.NewData(ir.Type{DType: d, Shape: s}, b)))
	}
	return x
}

func data(x []*ir.Value) []*ir.Data {
	d := make([]*ir.Data, len(x))
	for i, v := range x {
		d[i] = v.Data()
	}
	return d
}

// checkProgram compares a plan with the primitives run one by one.
func checkProgram(t *testing.T, seed uint64, n int, d ir.DType) {
	rng := rand.New(rand.NewPCG(seed, 1))
	x := inputs(rng, d)
	types := make([]ir.Type, len(x))
	for i, v := range x {
		types[i] = v.Type
	}
	state := *rand.NewPCG(seed, 2)
	s1, s2 := state, state
	want := random(rand.New(&s1), n, x)
	p := ad.Closed("random", types, func(x []*ir.Value) []*ir.Value { return random(rand.New(&s2), n, x) })
	got, err := cpu.Run(context.Background(), p, data(x))
	if err != nil {
		t.Fatal(err)
	}
	tol := 1e-12
	if d == ir.Float32 {
		tol = 1e-4
	}
	for i, w := range want {
		for j := range w.Size() {
			a, b := got[i].Buf().At(d, j), w.Data().Buf().At(d, j)
			if !(math.Abs(a-b) <= tol*(1+math.Abs(b))) && !(math.IsNaN(a) && math.IsNaN(b)) && !(math.Abs(b) > 1e30) {
				t.Fatalf("seed %d, %v: output %d[%d] is %v, one by one %v\n%v", seed, d, i, j, a, b, p)
			}
		}
	}
}

func TestPlansAgainstPrimitives(t *testing.T) {
	for seed := range uint64(300) {
		for _, d := range []ir.DType{ir.Float64, ir.Float32} {
			checkProgram(t, seed, 5+int(seed%40), d)
		}
	}
}

func FuzzPlans(f *testing.F) {
	f.Add(uint64(1), uint8(20))
	f.Fuzz(func(t *testing.T, seed uint64, n uint8) { checkProgram(t, seed, int(n), ir.Float64) })
}

// checkDerivatives compares the two modes on a random program by <ct, J dx> =
// <Jᵀ ct, dx>, with the derivative programs run as plans.
func checkDerivatives(t *testing.T, seed uint64, n int) {
	rng := rand.New(rand.NewPCG(seed, 1))
	x, dx := inputs(rng, ir.Float64), inputs(rng, ir.Float64)
	types, active := make([]ir.Type, len(x)), make([]bool, len(x))
	for i, v := range x {
		types[i], active[i] = v.Type, true
	}
	state := *rand.NewPCG(seed, 2)
	p := ad.Closed("random", types, func(x []*ir.Value) []*ir.Value { return random(rand.New(&state), n, x) })
	force := make([]bool, len(p.Out))
	for i := range force {
		force[i] = true
	}
	jvp, _ := ad.JVPProgram(p, active, force)
	fwd, err := cpu.Run(context.Background(), jvp, data(append(append([]*ir.Value{}, x...), dx...)))
	if err != nil {
		t.Fatal(err)
	}
	var ct []*ir.Value
	for _, o := range p.OutTypes() {
		ct = append(ct, ir.Full(o, rng.Float64()))
	}
	vjp := ad.Closed("vjp", append(append([]ir.Type{}, types...), p.OutTypes()...), func(z []*ir.Value) []*ir.Value {
		_, lin := ad.Linearize(p, z[:len(x)], active)
		return ad.Zeros(lin.Transpose(z[len(x):], len(x)), types)
	})
	if err := vjp.Verify(); err != nil {
		t.Fatal(err)
	}
	back, err := cpu.Run(context.Background(), vjp, data(append(append([]*ir.Value{}, x...), ct...)))
	if err != nil {
		t.Fatal(err)
	}
	a, b, scale := 0.0, 0.0, 1.0
	for i, c := range ct {
		for j := range c.Size() {
			v := c.Data().Buf().At(ir.Float64, j) * fwd[len(ct)+i].Buf().At(ir.Float64, j)
			a += v
			scale += math.Abs(v)
		}
	}
	for i, v := range dx {
		for j := range v.Size() {
			w := v.Data().Buf().At(ir.Float64, j) * back[i].Buf().At(ir.Float64, j)
			b += w
			scale += math.Abs(w)
		}
	}
	if scale < 1e30 && !(math.Abs(a-b) <= 1e-11*scale) {
		t.Fatalf("seed %d: <ct, J dx> = %v, <Jᵀ ct, dx> = %v\n%v", seed, a, b, p)
	}
}

func TestDerivativesOfRandomPrograms(t *testing.T) {
	for seed := range uint64(200) {
		checkDerivatives(t, seed, 5+int(seed%40))
	}
}

func FuzzDerivatives(f *testing.F) {
	f.Add(uint64(1), uint8(20))
	f.Fuzz(func(t *testing.T, seed uint64, n uint8) { checkDerivatives(t, seed, int(n%60)) })
}

// Large arrays run in parallel; the sum has the same bits on any number of cores.
func TestLargeGroups(t *testing.T) {
	const n = 1<<17 + 37
	b := ir.NewBuf(ir.Float64, n)
	x := ir.As[float64](b)
	want := 0.0
	for i := range x {
		x[i] = math.Sin(float64(i))
		want += x[i]*x[i] + 2
	}
	v := ir.NewData(ir.T(ir.Float64, n), b)
	p := ad.Closed("large", []ir.Type{v.Type}, func(x []*ir.Value) []*ir.Value {
		y := prim.Add(prim.Mul(x[0], x[0]), ir.Full(x[0].Type, 2))
		return []*ir.Value{prim.ReduceSum(y, 0), y}
	})
	var first float64
	for k := range 5 {
		out, err := cpu.Run(context.Background(), p, []*ir.Data{v})
		if err != nil {
			t.Fatal(err)
		}
		s := out[0].Buf().At(ir.Float64, 0)
		if k == 0 {
			first = s
		}
		if s != first || math.Abs(s-want) > 1e-9*want {
			t.Fatalf("sum %v, first %v, want %v", s, first, want)
		}
		for i, y := range ir.As[float64](out[1].Buf()) {
			if y != x[i]*x[i]+2 {
				t.Fatalf("element %d is %v", i, y)
			}
		}
	}
}

// Carries that are passed through, swapped or both must survive donation.
func TestLoopCarries(t *testing.T) {
	i32, vec := ir.T(ir.Int32), ir.T(ir.Float64, 3)
	types := []ir.Type{i32, vec, vec, vec}
	cond := ad.Closed("cond", types, func(x []*ir.Value) []*ir.Value {
		return []*ir.Value{prim.Lt(x[0], ir.Scalar(ir.Int32, 5))}
	})
	body := ad.Closed("body", types, func(x []*ir.Value) []*ir.Value {
		return []*ir.Value{prim.Add(x[0], ir.Scalar(ir.Int32, 1)), x[2], prim.Add(x[1], x[3]), x[3]}
	})
	w := prim.WhileOp{Cond: cond, Body: body}
	vecs := func(a float64) *ir.Value { return ir.Full(vec, a) }
	out := ir.Apply(w, ir.Scalar(ir.Int32, 0), vecs(1), vecs(10), vecs(100))
	want := []float64{5, 210, 301, 100} // a, b = b, a+100 five times
	a, b := 1.0, 10.0
	for range 5 {
		a, b = b, a+100
	}
	want[1], want[2] = a, b
	for i, v := range out {
		if got := v.Data().Buf().At(v.DType, 0); got != want[i] {
			t.Errorf("carry %d is %v, want %v", i, got, want[i])
		}
	}
}

func TestCancelled(t *testing.T) {
	vec := ir.T(ir.Float64)
	forever := ad.Closed("loop", []ir.Type{vec}, func(x []*ir.Value) []*ir.Value {
		cond := ad.Closed("cond", []ir.Type{vec}, func(x []*ir.Value) []*ir.Value {
			return []*ir.Value{prim.Le(x[0], x[0])}
		})
		body := ad.Closed("body", []ir.Type{vec}, func(x []*ir.Value) []*ir.Value {
			return []*ir.Value{prim.Add(x[0], ir.Scalar(ir.Float64, 1))}
		})
		return ir.Apply(prim.WhileOp{Cond: cond, Body: body}, x...)
	})
	ctx, cancel := context.WithCancel(context.Background())
	done := make(chan error)
	go func() {
		_, err := cpu.Run(ctx, forever, []*ir.Data{ir.Splat(vec, 0)})
		done <- err
	}()
	cancel()
	if err := <-done; err != context.Canceled {
		t.Errorf("got %v", err)
	}
}

func TestManyGoroutines(t *testing.T) {
	vec := ir.T(ir.Float64, 100)
	p := ad.Closed("f", []ir.Type{vec}, func(x []*ir.Value) []*ir.Value {
		return []*ir.Value{prim.ReduceSum(prim.Mul(x[0], prim.Sin(x[0])), 0)}
	})
	var wg sync.WaitGroup
	for g := range 8 {
		wg.Go(func() {
			want := 100 * float64(g) * math.Sin(float64(g))
			for range 100 {
				out, err := cpu.Run(context.Background(), p, []*ir.Data{ir.Splat(vec, float64(g))})
				if got := out[0].Buf().At(ir.Float64, 0); err != nil || math.Abs(got-want) > 1e-9 {
					panic(fmt.Sprint(got, want, err))
				}
			}
		})
	}
	wg.Wait()
}
