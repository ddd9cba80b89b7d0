package prim_test

import (
	"context"
	"fmt"
	"math"
	"math/rand/v2"
	"slices"
	"testing"

	"github.com/argmin-go/argmin/internal/core/ad"
	"github.com/argmin-go/argmin/internal/core/batch"
	"github.com/argmin-go/argmin/internal/core/cpu"
	"github.com/argmin-go/argmin/internal/core/ir"
	"github.com/argmin-go/argmin/internal/core/prim"
	"github.com/argmin-go/argmin/internal/core/prim/samples"
)

// TestEveryPrimitiveHasSamples fails when a registered primitive has no samples.
func TestEveryPrimitiveHasSamples(t *testing.T) {
	s := samples.All()
	for _, op := range prim.Registry() {
		if len(s[op.Name()]) == 0 {
			t.Errorf("primitive %s has no samples", op.Name())
		}
	}
}

// TestRegistry checks that the registry is in order, whatever the order in which
// files are initialized, and has no example twice.
func TestRegistry(t *testing.T) {
	last := ""
	for _, op := range prim.Registry() {
		key := op.Name() + " " + op.Params()
		if key <= last {
			t.Errorf("%s comes after %s", key, last)
		}
		last = key
	}
	if len(prim.Registry()) < 80 {
		t.Errorf("only %d primitives are registered", len(prim.Registry()))
	}
}

func numbers(v *ir.Value) []float64 {
	out := make([]float64, v.Size())
	for i := range out {
		out[i] = v.Data().Buf().At(v.DType, i)
	}
	return out
}

func axpy(x []*ir.Value, h float64, dx []*ir.Value) []*ir.Value {
	out := slices.Clone(x)
	for i, d := range dx {
		if d != nil {
			out[i] = prim.Add(x[i], prim.Mul(ir.Full(d.Type, h), d))
		}
	}
	return out
}

func dot(x, y []*ir.Value) float64 {
	s := 0.0
	for i := range x {
		if x[i] != nil && y[i] != nil {
			a, b := numbers(x[i]), numbers(y[i])
			for j := range a {
				s += a[j] * b[j]
			}
		}
	}
	return s
}

func same(t testing.TB, what string, got, want []*ir.Value, tol float64) {
	t.Helper()
	for i := range want {
		if !got[i].Type.Equal(want[i].Type) {
			t.Fatalf("%s: output %d is %v, want %v", what, i, got[i].Type, want[i].Type)
		}
		g, w := numbers(got[i]), numbers(want[i])
		for j := range w {
			if !(math.Abs(g[j]-w[j]) <= tol*(1+math.Abs(w[j]))) && !(math.IsNaN(g[j]) && math.IsNaN(w[j])) {
				t.Fatalf("%s: output %d[%d] is %v, want %v", what, i, j, g[j], w[j])
			}
		}
	}
}

func TestPrimitives(t *testing.T) {
	for name, ss := range samples.All() {
		for k, s := range ss {
			for _, d := range []ir.DType{ir.Float64, ir.Float32} {
				t.Run(fmt.Sprintf("%s/%d/%v", name, k, d), func(t *testing.T) {
					rng := rand.New(rand.NewPCG(uint64(k), 7))
					s := s
					if s.Build != nil {
						s.Op = s.Build(d)
					}
					x := s.Draw(rng, d, s.Lo, s.Hi)
					p := ad.Closed(name, ir.TypesOf(x), func(x []*ir.Value) []*ir.Value { return ir.Apply(s.Op, x...) })
					if err := p.Verify(); err != nil {
						t.Fatal(err)
					}
					checkKernel(t, p, x)
					checkPlan(t, p, x, s)
					checkDerivative(t, p, x, s, rng, d, name == "stop_gradient", 1)
					draw := func() []*ir.Value { return s.Draw(rng, d, s.Lo, s.Hi) }
					checkBatch(t, p, x, s, draw, rng, d)
					q, xq := batched(p, x, draw)
					if err := q.Verify(); err != nil {
						t.Fatal(err)
					}
					checkPlan(t, q, xq, s)
					checkDerivative(t, q, xq, s, rng, d, name == "stop_gradient", 0)
					if len(x) < 3 {
						checkBatch(t, q, xq, s, func() []*ir.Value { _, x := batched(p, x, draw); return x }, rng, d)
					}
				})
			}
		}
	}
}

// batched is the program over a batch of two of all its inputs, and such inputs.
func batched(p *ir.Program, x []*ir.Value, draw func() []*ir.Value) (*ir.Program, []*ir.Value) {
	y := draw()
	in := make([]*ir.Value, len(x))
	for i, v := range x {
		one := slices.Insert(slices.Clone(v.Shape), 0, 1)
		in[i] = prim.Concat(0, prim.Reshape(v, one), prim.Reshape(y[i], one))
	}
	return ad.Closed(p.Name, ir.TypesOf(in), func(z []*ir.Value) []*ir.Value {
		y, bd := batch.Interpret(p, z, make([]int, len(z)), 2)
		for i := range y {
			y[i] = prim.MoveTo(y[i], bd[i], 0, 2)
		}
		return y
	}), in
}

// checkPlan compares the compiled program with the primitives run one by one.
func checkPlan(t testing.TB, p *ir.Program, x []*ir.Value, s samples.Sample) {
	t.Helper()
	in := make([]*ir.Data, len(x))
	for i, v := range x {
		in[i] = v.Data()
	}
	out, err := cpu.Run(context.Background(), p, in)
	if err != nil {
		t.Fatal(err)
	}
	got := make([]*ir.Value, len(out))
	for i, d := range out {
		got[i] = ir.Const(d)
	}
	same(t, "plan against primitives", got, ir.Inline(p, x), 1e-6*s.Scale())
}

// checkKernel runs the program twice: inputs must stay as they are, and the
// results must be the same bits.
func checkKernel(t testing.TB, p *ir.Program, x []*ir.Value) {
	t.Helper()
	before := make([][]float64, len(x))
	for i, v := range x {
		before[i] = numbers(v)
	}
	y := ir.Inline(p, x)
	for i, v := range x {
		for j, n := range numbers(v) {
			if math.Float64bits(n) != math.Float64bits(before[i][j]) {
				t.Fatalf("the kernel wrote its input %d", i)
			}
		}
	}
	same(t, "second run", ir.Inline(p, x), y, 0)
}

// checkDerivative compares the tangent with a central difference along a random
// direction, and the cotangent with the tangent by <ct, J dx> = <Jᵀ ct, dx>. It
// does so again, order times, for the program of each mode, so that every rule is
// composed with both.
func checkDerivative(t testing.TB, p *ir.Program, x []*ir.Value, s samples.Sample, rng *rand.Rand, d ir.DType, stopped bool, order int) {
	t.Helper()
	active := make([]bool, len(x))
	some := false
	dx := make([]*ir.Value, len(x))
	for i, v := range x {
		dx[i] = samples.Uniform(rng, v.DType, v.Shape, -1, 1)
		active[i] = v.DType.IsFloat()
		some = some || active[i]
		if !active[i] {
			dx[i] = nil
		}
	}
	y, dy := ad.JVP(p, x, dx)
	force, differentiable := make([]bool, len(y)), false
	for i, v := range y {
		force[i] = v.DType.IsFloat()
		if some && force[i] && !stopped {
			differentiable = true
		} else if dy[i] != nil {
			t.Fatal("a tangent where there is none")
		}
	}
	if !differentiable {
		return
	}
	for i, v := range y {
		if dy[i] == nil && force[i] {
			dy[i] = ir.Full(v.Type, 0)
		}
	}
	single := func(v *ir.Value) bool { return v.DType == ir.Float32 }
	if !slices.ContainsFunc(x, single) && !slices.ContainsFunc(y, single) {
		const h = 1e-6
		lo, hi := ir.Inline(p, axpy(x, -h, dx)), ir.Inline(p, axpy(x, h, dx))
		fd := make([]*ir.Value, len(y))
		for i := range y {
			if !force[i] {
				dy[i], fd[i] = y[i], y[i]
				continue
			}
			fd[i] = prim.Mul(prim.Sub(hi[i], lo[i]), ir.Full(y[i].Type, 1/(2*h)))
		}
		same(t, "tangent against finite difference", dy, fd, 2e-7*s.Scale())
	}
	if order > 0 {
		q, _ := ad.JVPProgram(p, active, force)
		if err := q.Verify(); err != nil {
			t.Fatal(err)
		}
		checkDerivative(t, q, append(slices.Clone(x), compact(dx)...), s, rng, d, false, order-1)
	}
	if s.NoReverse {
		return
	}
	_, lin := ad.Linearize(p, x, active)
	ct := make([]*ir.Value, len(y))
	for i, v := range y {
		if !force[i] {
			dy[i] = nil
			continue
		}
		ct[i] = samples.Uniform(rng, v.DType, v.Shape, -1, 1)
	}
	cx := lin.Transpose(ct, len(x))
	a, b := dot(ct, dy), dot(cx, dx)
	tol := 1e-12
	if slices.ContainsFunc(x, single) || slices.ContainsFunc(y, single) {
		tol = 2e-5
	}
	if math.Abs(a-b) > tol*s.Scale()*(1+math.Abs(a)) {
		t.Fatalf("<ct, J dx> = %v, <Jᵀ ct, dx> = %v", a, b)
	}
	for i, v := range cx {
		if v != nil && !v.Type.Equal(x[i].Type) {
			t.Fatalf("cotangent %d is %v, want %v", i, v.Type, x[i].Type)
		}
	}
	if order > 0 {
		in := append(slices.Clone(x), compact(ct)...)
		r := ad.Closed("vjp", ir.TypesOf(in), func(z []*ir.Value) []*ir.Value {
			_, lin := ad.Linearize(p, z[:len(x)], active)
			cts, k := slices.Clone(ct), len(x)
			for i, v := range cts {
				if v != nil {
					cts[i] = z[k]
					k++
				}
			}
			cx := ad.Zeros(lin.Transpose(cts, len(x)), ir.TypesOf(x))
			for i, a := range active {
				if !a {
					cx[i] = nil
				}
			}
			return compact(cx)
		})
		if err := r.Verify(); err != nil {
			t.Fatal(err)
		}
		checkDerivative(t, r, in, s, rng, d, false, order-1)
	}
}

// compact is what is not nil.
func compact(vs []*ir.Value) []*ir.Value {
	var out []*ir.Value
	for _, v := range vs {
		if v != nil {
			out = append(out, v)
		}
	}
	return out
}

// checkBatch compares the batched program with a loop over its members, for
// every choice of batched inputs and batch axes, and sizes 0, 1 and 3.
func checkBatch(t testing.TB, p *ir.Program, x []*ir.Value, s samples.Sample, draw func() []*ir.Value, rng *rand.Rand, d ir.DType) {
	for _, n := range []int{0, 1, 3} {
		for mask := 1; mask < 1<<len(x); mask++ {
			members := make([][]*ir.Value, n)
			for m := range members {
				members[m] = slices.Clone(x)
				fresh := draw()
				for i := range x {
					if mask>>i&1 == 1 {
						members[m][i] = fresh[i]
					}
				}
			}
			args, bd := slices.Clone(x), make([]int, len(x))
			for i, v := range x {
				bd[i] = -1
				if mask>>i&1 == 1 {
					bd[i] = rng.IntN(v.Rank() + 1)
					parts := make([]*ir.Value, n)
					for m := range parts {
						parts[m] = prim.Reshape(members[m][i], slices.Insert(slices.Clone(v.Shape), 0, 1))
					}
					stacked := ir.Const(ir.NewData(ir.Type{DType: v.DType, Shape: slices.Insert(slices.Clone(v.Shape), 0, 0)}, ir.NewBuf(v.DType, 0)))
					if n > 0 {
						stacked = prim.Concat(0, parts...)
					}
					args[i] = prim.MoveTo(stacked, 0, bd[i], n)
				}
			}
			y, ybd := batch.Interpret(p, args, bd, n)
			for o := range y {
				y[o] = prim.MoveTo(y[o], ybd[o], 0, n)
			}
			for m, in := range members {
				for o, want := range ir.Inline(p, in) {
					if got := y[o].Shape; len(got) == 0 || got[0] != n || !slices.Equal(got[1:], want.Shape) {
						t.Fatalf("batch of %d, inputs %b along %v: output %d has shape %v, want %v for each member", n, mask, bd, o, got, want.Shape)
					}
					lo, hi, step := make([]int, y[o].Rank()), slices.Clone(y[o].Shape), make([]int, y[o].Rank())
					for i := range step {
						step[i] = 1
					}
					lo[0], hi[0] = m, m+1
					got := prim.Reshape(prim.Slice(y[o], lo, hi, step), want.Shape)
					tol := 1e-13
					if d == ir.Float32 {
						tol = 1e-5
					}
					same(t, fmt.Sprintf("batch of %d, inputs %b along %v, member %d", n, mask, bd, m), []*ir.Value{got}, []*ir.Value{want}, tol*s.Scale())
				}
			}
		}
	}
}
