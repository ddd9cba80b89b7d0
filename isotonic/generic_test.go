package isotonic_test

import (
	"math"
	"math/rand/v2"
	"slices"
	"strings"
	"testing"

	"github.com/argmin-go/argmin/internal/check/arrays"
	"github.com/argmin-go/argmin/internal/check/docs"
	"github.com/argmin-go/argmin/num"
)

// Every exported function of the package must be in the table.
func TestTableIsComplete(t *testing.T) {
	var names []string
	for _, e := range table() {
		names = append(names, e.name)
	}
	missing, unknown, err := docs.Compare(".", names)
	if err != nil || len(missing)+len(unknown) > 0 {
		t.Errorf("not in the table: %v; only in the table: %v; %v", missing, unknown, err)
	}
}

func each(t *testing.T, f func(t *testing.T, e entry)) {
	for _, e := range table() {
		t.Run(e.name, func(t *testing.T) { f(t, e) })
	}
}

func call[T, U any](t *testing.T, f *num.Jitted[T, U], x T) U {
	t.Helper()
	y, err := f.Call(x)
	if err != nil {
		t.Fatal(err)
	}
	return y
}

// All sizes of the bottom of the tree of segments, and rows of several segments.
func TestValuesOfEverySize(t *testing.T) {
	sizes := []int{1, 2, 5, 15, 16, 17, 24, 33, 65, 300}
	worst := map[string]float64{}
	each(t, func(t *testing.T, e entry) {
		f := num.Jit(e.f)
		for _, n := range sizes {
			for seed := range uint64(3) {
				in := e.in(seed, n)
				if seed == 1 { // nearly in order
					in[0] = in[0].Scale(0.3).Add(num.Arange(num.Float64, 0, n))
				}
				if seed == 2 { // long blocks
					in[0] = in[0].Sub(num.Arange(num.Float64, 0, n).Scale(0.3))
				}
				y := call(t, f, in)
				d := arrays.Off(y, num.New(e.want(numbers(in)), n))
				worst["reference"] = max(worst["reference"], d)
				if !(d <= 1e-12) {
					t.Errorf("n = %d, seed %d: off by %g", n, seed, d)
				}
				if e.gap == nil || seed == 2 && strings.HasPrefix(e.name, "KL") { // whose exponentials are too far apart
					continue
				}
				g := e.gap(y.Float64s(), numbers(in))
				worst["gap"] = max(worst["gap"], g)
				if !(g <= 1e-12) {
					t.Errorf("n = %d, seed %d: not optimal, by %g", n, seed, g)
				}
			}
		}
	})
	t.Log(worst)
}

// differences are central differences of f in every element of every array.
func differences(t *testing.T, f *num.Jitted[[]A, A], in []A, h float64) []A {
	var jac []A
	for k, a := range in {
		var cols []A
		for i := range a.Size() {
			var y [2]A
			for j, step := range []float64{h, -h} {
				d := a.Float64s()
				d[i] += step
				moved := slices.Clone(in)
				moved[k] = num.New(d).Reshape(a.Shape()...)
				y[j] = call(t, f, moved)
			}
			cols = append(cols, y[0].Sub(y[1]).Scale(0.5/h))
		}
		m := num.Stack(cols...).Reshape(a.Size(), -1).T()
		jac = append(jac, m.Reshape(slices.Concat(cols[0].Shape(), a.Shape())...))
	}
	return jac
}

func TestJacobian(t *testing.T) {
	worst := map[string]float64{}
	each(t, func(t *testing.T, e entry) {
		f := num.Jit(e.f)
		fwd, rev := num.Jit(num.JacobianFwd(e.f)), num.Jit(num.JacobianRev(e.f))
		for seed := range uint64(6) {
			in := e.in(seed, []int{7, 18}[seed%2])
			a, b := call(t, fwd, in), call(t, rev, in)
			c := differences(t, f, in, 1e-6)
			for k := range in {
				d1, d2 := arrays.Off(b[k], a[k]), arrays.Off(a[k], c[k])
				worst["modes"], worst["differences"] = max(worst["modes"], d1), max(worst["differences"], d2)
				if !(d1 <= 1e-12) {
					t.Errorf("seed %d, argument %d: modes differ by %g", seed, k, d1)
				}
				if !(d2 <= 1e-8) {
					t.Errorf("seed %d, argument %d: off by %g", seed, k, d2)
				}
			}
		}
	})
	t.Log(worst)
}

// The derivative of a directional derivative, against its central difference.
func TestSecondDerivative(t *testing.T) {
	var worst float64
	each(t, func(t *testing.T, e entry) {
		for seed := range uint64(2) {
			in := e.in(seed, 9)
			r := rand.New(rand.NewPCG(seed, 9))
			var v []A
			for _, a := range in {
				v = append(v, arrays.Normal(r, 1, a.Size()).Reshape(a.Shape()...))
			}
			first := func(in []A) A {
				_, dy := num.JVP(e.f, in, v)
				return dy
			}
			move := func(h float64) []A {
				var out []A
				for k := range in {
					out = append(out, in[k].Add(v[k].Scale(h)))
				}
				return out
			}
			_, got := num.JVP(first, in, v)
			want := first(move(1e-5)).Sub(first(move(-1e-5))).Scale(0.5e5)
			d := arrays.Off(got, want)
			worst = max(worst, d)
			if !(d <= 1e-8) {
				t.Errorf("off by %g: %v, want %v", d, got, want)
			}
			ct := arrays.Normal(r, 1, got.Size())
			g := num.Grad(func(in []A) A { return first(in).Mul(ct).Sum() })(in)
			s := 0.0
			for k := range g {
				s += g[k].Mul(v[k]).Sum().Item()
			}
			if want := got.Mul(ct).Sum().Item(); !(math.Abs(s-want) <= 1e-11*(1+math.Abs(want))) {
				t.Errorf("reverse over forward gives %g, forward over forward %g", s, want)
			}
		}
	})
	t.Log(worst)
}

func TestBatchAndJit(t *testing.T) {
	each(t, func(t *testing.T, e entry) {
		const n = 19
		var members [][]A
		for seed := range uint64(3) {
			members = append(members, e.in(seed, n))
		}
		batch := make([]A, len(members[0]))
		for k := range batch {
			batch[k] = num.Stack(members[0][k], members[1][k], members[2][k])
		}
		grad := num.Grad(func(in []A) A { return e.f(in).Mul(num.Arange(num.Float64, 0, n).Sin()).Sum() })
		ys, gs := num.Vmap(e.f)(batch), num.Vmap(grad)(batch)
		f := num.Jit(e.f)
		for i, in := range members {
			y := e.f(in)
			if d := arrays.Off(ys.At(i), y); d != 0 {
				t.Errorf("member %d differs by %g", i, d)
			}
			if d := arrays.Off(call(t, f, in), y); !(d <= 1e-15) {
				t.Errorf("Jit differs by %g", d)
			}
			for k, g := range grad(in) {
				if d := arrays.Off(gs[k].At(i), g); !(d <= 1e-14) {
					t.Errorf("member %d: gradient %d differs by %g", i, k, d)
				}
			}
		}
	})
}

// A row of an array of higher rank is what it is by itself.
func TestRowsAreIndependent(t *testing.T) {
	each(t, func(t *testing.T, e entry) {
		const n = 20
		in := e.in(1, n)
		cube, rows := slices.Clone(in), [][]A{}
		for k, a := range in {
			if a.Rank() == 0 {
				continue
			}
			var all []A
			for seed := range uint64(6) {
				all = append(all, e.in(seed, n)[k])
			}
			cube[k] = num.Stack(all...).Reshape(2, 3, n)
			rows = append(rows, all)
		}
		ys := e.f(cube)
		for m := range 6 {
			one := slices.Clone(in)
			for k := range rows {
				one[k] = rows[k][m]
			}
			if d := arrays.Off(ys.At(m/3, m%3), e.f(one)); d != 0 {
				t.Errorf("row %d differs by %g", m, d)
			}
		}
	})
}

func TestFloat32(t *testing.T) {
	worst := map[string]float64{}
	each(t, func(t *testing.T, e entry) {
		f, jac := num.Jit(e.f), num.Jit(num.JacobianRev(e.f))
		for seed := range uint64(3) {
			in, in32 := e.in(seed, 21), e.in(seed, 21)
			for k := range in {
				in32[k] = in[k].AsType(num.Float32)
				in[k] = in32[k].AsType(num.Float64)
			}
			y32, y := call(t, f, in32), call(t, f, in)
			if y32.DType() != num.Float32 {
				t.Fatalf("result is %v", y32.DType())
			}
			d := arrays.Off(y32.AsType(num.Float64), y)
			g32, g := call(t, jac, in32), call(t, jac, in)
			dg := 0.0
			for k := range g {
				dg = max(dg, arrays.Off(g32[k].AsType(num.Float64), g[k]))
			}
			worst["result"], worst["derivative"] = max(worst["result"], d), max(worst["derivative"], dg)
			if !(d <= 1e-5 && dg <= 1e-5) {
				t.Errorf("seed %d: result off by %g, derivative by %g", seed, d, dg)
			}
		}
	})
	t.Log(worst)
}
