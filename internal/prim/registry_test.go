package prim_test

import (
	"context"
	"fmt"
	"math"
	"math/rand/v2"
	"slices"
	"testing"

	"github.com/argmin-go/argmin/internal/ad"
	"github.com/argmin-go/argmin/internal/batch"
	"github.com/argmin-go/argmin/internal/cpu"
	"github.com/argmin-go/argmin/internal/ir"
	"github.com/argmin-go/argmin/internal/prim"
)

// sample says how to exercise a primitive: the shapes of its inputs and the
// interval, away from kinks and the edges of its domain, to draw them from.
type sample struct {
	op     ir.Op
	in     [][]int
	lo, hi float64
	bool0  bool // the first input is bool
	// gen draws the inputs itself, for a primitive whose operands have different
	// dtypes (indices) or need a property (positive definite).
	gen func(rng *rand.Rand, d ir.DType) []*ir.Value
	tol float64 // factor on all tolerances, 0 for 1
	// build makes the primitive for a dtype, for one that contains programs; op is
	// then an example of it.
	build     func(d ir.DType) ir.Op
	noReverse bool // it is documented to have no reverse mode
}

// moreSamples are functions, one in each file of samples, that add theirs.
var moreSamples []func(add func(sample))

// samples are the cases of every primitive in the registry; see TestComplete.
func samples() map[string][]sample {
	m := map[string][]sample{}
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
			s := sample{op: op, lo: d[0], hi: d[1], bool0: name == "select"}
			for range n {
				s.in = append(s.in, shape)
			}
			m[name] = append(m[name], s)
		}
	}
	add := func(op ir.Op, in ...[]int) {
		m[op.Name()] = append(m[op.Name()], sample{op: op, in: in, lo: -2, hi: 2})
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
	add(prim.DotOp{LC: []int{1}, RC: []int{0}}, []int{2, 0}, []int{0, 4})
	add(prim.StopOp{}, []int{3})
	for _, f := range moreSamples {
		f(func(s sample) { m[s.op.Name()] = append(m[s.op.Name()], s) })
	}

	return m
}

// TestComplete fails when a registered primitive has no samples.
func TestComplete(t *testing.T) {
	s := samples()
	for _, op := range prim.Registry() {
		if len(s[op.Name()]) == 0 {
			t.Errorf("primitive %s has no samples", op.Name())
		}
	}
}

func (s sample) draw(rng *rand.Rand, d ir.DType, lo, hi float64) []*ir.Value {
	if s.gen != nil {
		return s.gen(rng, d)
	}
	out := make([]*ir.Value, len(s.in))
	for i, shape := range s.in {
		dt := d
		if s.bool0 && i == 0 {
			dt = ir.Bool
		}
		if _, err := s.op.Infer(s.types(d)); err != nil {
			dt = ir.Bool // a connective
			if _, err := s.op.Infer([]ir.Type{ir.T(dt, shape...), ir.T(dt, shape...)}); err != nil && len(s.in) == 2 {
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

func (s sample) types(d ir.DType) []ir.Type {
	ts := make([]ir.Type, len(s.in))
	for i, shape := range s.in {
		ts[i] = ir.Type{DType: d, Shape: shape}
	}
	if s.bool0 {
		ts[0].DType = ir.Bool
	}
	return ts
}

// uniform draws an array of numbers between lo and hi.
func uniform(rng *rand.Rand, d ir.DType, shape []int, lo, hi float64) *ir.Value {
	b := ir.NewBuf(d, ir.SizeOf(shape))
	for j := range b.N {
		b.Slice(j, 1, d.Size()).Fill(d, lo+(hi-lo)*rng.Float64())
	}
	return ir.Const(ir.NewData(ir.Type{DType: d, Shape: shape}, b))
}

func (s sample) scale() float64 {
	if s.tol == 0 {
		return 1
	}
	return s.tol
}

func numbers(v *ir.Value) []float64 {
	out := make([]float64, v.Size())
	for i := range out {
		out[i] = v.Data().Buf().At(v.DType, i)
	}
	return out
}

func typesOf(vs []*ir.Value) []ir.Type {
	ts := make([]ir.Type, len(vs))
	for i, v := range vs {
		ts[i] = v.Type
	}
	return ts
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
	for name, ss := range samples() {
		for k, s := range ss {
			for _, d := range []ir.DType{ir.Float64, ir.Float32} {
				t.Run(fmt.Sprintf("%s/%d/%v", name, k, d), func(t *testing.T) {
					rng := rand.New(rand.NewPCG(uint64(k), 7))
					s := s
					if s.build != nil {
						s.op = s.build(d)
					}
					x := s.draw(rng, d, s.lo, s.hi)
					p := ad.Closed(name, typesOf(x), func(x []*ir.Value) []*ir.Value { return ir.Apply(s.op, x...) })
					if err := p.Verify(); err != nil {
						t.Fatal(err)
					}
					checkKernel(t, p, x)
					checkPlan(t, p, x, s)
					checkDerivative(t, p, x, s, rng, d, name == "stop_gradient", 1)
					draw := func() []*ir.Value { return s.draw(rng, d, s.lo, s.hi) }
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
	return ad.Closed(p.Name, typesOf(in), func(z []*ir.Value) []*ir.Value {
		y, bd := batch.Interpret(p, z, make([]int, len(z)), 2)
		for i := range y {
			y[i] = prim.MoveTo(y[i], bd[i], 0, 2)
		}
		return y
	}), in
}

// checkPlan compares the compiled program with the primitives run one by one.
func checkPlan(t testing.TB, p *ir.Program, x []*ir.Value, s sample) {
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
	same(t, "plan against primitives", got, ir.Inline(p, x), 1e-6*s.scale())
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
func checkDerivative(t testing.TB, p *ir.Program, x []*ir.Value, s sample, rng *rand.Rand, d ir.DType, stopped bool, order int) {
	t.Helper()
	active := make([]bool, len(x))
	any := false
	dx := make([]*ir.Value, len(x))
	for i, v := range x {
		dx[i] = uniform(rng, v.DType, v.Shape, -1, 1)
		active[i] = v.DType.IsFloat()
		any = any || active[i]
		if !active[i] {
			dx[i] = nil
		}
	}
	y, dy := ad.JVP(p, x, dx)
	force, differentiable := make([]bool, len(y)), false
	for i, v := range y {
		force[i] = v.DType.IsFloat()
		if any && force[i] && !stopped {
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
		same(t, "tangent against finite difference", dy, fd, 2e-7*s.scale())
	}
	if order > 0 {
		q, _ := ad.JVPProgram(p, active, force)
		if err := q.Verify(); err != nil {
			t.Fatal(err)
		}
		checkDerivative(t, q, append(slices.Clone(x), compact(dx)...), s, rng, d, false, order-1)
	}
	if s.noReverse {
		return
	}
	_, lin := ad.Linearize(p, x, active)
	ct := make([]*ir.Value, len(y))
	for i, v := range y {
		if !force[i] {
			dy[i] = nil
			continue
		}
		ct[i] = uniform(rng, v.DType, v.Shape, -1, 1)
	}
	cx := lin.Transpose(ct, len(x))
	a, b := dot(ct, dy), dot(cx, dx)
	tol := 1e-12
	if slices.ContainsFunc(x, single) || slices.ContainsFunc(y, single) {
		tol = 2e-5
	}
	if math.Abs(a-b) > tol*s.scale()*(1+math.Abs(a)) {
		t.Fatalf("<ct, J dx> = %v, <Jᵀ ct, dx> = %v", a, b)
	}
	for i, v := range cx {
		if v != nil && !v.Type.Equal(x[i].Type) {
			t.Fatalf("cotangent %d is %v, want %v", i, v.Type, x[i].Type)
		}
	}
	if order > 0 {
		in := append(slices.Clone(x), compact(ct)...)
		r := ad.Closed("vjp", typesOf(in), func(z []*ir.Value) []*ir.Value {
			_, lin := ad.Linearize(p, z[:len(x)], active)
			cts, k := slices.Clone(ct), len(x)
			for i, v := range cts {
				if v != nil {
					cts[i] = z[k]
					k++
				}
			}
			cx := ad.Zeros(lin.Transpose(cts, len(x)), typesOf(x))
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
func checkBatch(t testing.TB, p *ir.Program, x []*ir.Value, s sample, draw func() []*ir.Value, rng *rand.Rand, d ir.DType) {
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
					same(t, fmt.Sprintf("batch of %d, inputs %b along %v, member %d", n, mask, bd, m), []*ir.Value{got}, []*ir.Value{want}, tol*s.scale())
				}
			}
		}
	}
}
