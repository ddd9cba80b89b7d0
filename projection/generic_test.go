package projection_test

import (
	"math"
	"math/rand/v2"
	"slices"
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

func call(t *testing.T, f *num.Jitted[[]A, A], in []A) A {
	t.Helper()
	y, err := f.Call(in)
	if err != nil {
		t.Fatal(err)
	}
	return y
}

// The result is in the set, nearer to x than other points of it, its own projection,
// and moves no further than x.
func TestProjection(t *testing.T) {
	worst := map[string]float64{}
	each(t, func(t *testing.T, e entry) {
		f := num.Jit(e.f)
		note := func(what string, x, tol float64) {
			t.Helper()
			worst[what] = math.Max(worst[what], x)
			if !(x <= tol) {
				t.Errorf("%s: %g, want at most %g", what, x, tol)
			}
		}
		for seed := range uint64(30) {
			scale := []float64{0.3, 1, 5}[seed%3]
			in := e.sample(seed, scale)
			x, y := in[0], call(t, f, in)
			at := func(x A) A { return call(t, f, append([]A{x}, in[1:]...)) }
			note("violation", e.gap(y, in), 1e-12*(1+scale))
			r := rand.New(rand.NewPCG(seed, 8))
			away := x.Sub(y)
			if e.kind == entropic {
				away = x.Sub(y.Log())
				note("projection of the projection", arrays.Off(at(y.Log()), y), 1e-12)
			} else {
				note("projection of the projection", arrays.Off(at(y), y), 1e-12)
			}
			var zs []A
			for range 8 {
				far, near := at(arrays.Normal(r, 2*scale, e.shape...)), at(y.Add(arrays.Normal(r, 0.02, e.shape...)))
				zs = append(zs, far, near)
				if e.kind != nonconvex {
					zs = append(zs, far.Scale(0.7).Add(near.Scale(0.3)))
				}
			}
			if e.kind == cone {
				zs = append(zs, y.Scale(2), y.Scale(0))
			}
			for _, z := range zs {
				if g := e.gap(z, in); g > 1e-12*(1+3*scale) {
					t.Fatalf("point of the set violates it by %g", g)
				}
				if e.kind == nonconvex {
					note("further than another point by", num.Norm(x.Sub(y)).Sub(num.Norm(x.Sub(z))).Item(), 1e-12)
					continue
				}
				note("<x - P(x), z - P(x)>", away.Mul(z.Sub(y)).Sum().Item(), 1e-11*(1+scale)*(1+scale))
			}
			if e.kind == convex || e.kind == cone {
				for range 3 {
					other := x.Add(arrays.Normal(r, 0.5, e.shape...))
					grown := num.Norm(at(other).Sub(y)).Sub(num.Norm(other.Sub(x))).Item()
					note("expansion", grown, 1e-12*(1+scale))
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
				moved := append([]A{}, in...)
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
		for seed := range uint64(12) {
			in := e.sample(seed, []float64{0.5, 1, 2}[seed%3])
			a, err := fwd.Call(in)
			if err != nil {
				t.Fatal(err)
			}
			b, err := rev.Call(in)
			if err != nil {
				t.Fatal(err)
			}
			c := differences(t, f, in, 1e-6)
			for k := range in {
				d1, d2 := arrays.Off(b[k], a[k]), arrays.Off(a[k], c[k])
				worst["modes"], worst["differences"] = math.Max(worst["modes"], d1), math.Max(worst["differences"], d2)
				if !(d1 <= 1e-11) {
					t.Errorf("seed %d, argument %d: modes differ by %g", seed, k, d1)
				}
				if !(d2 <= 1e-6) {
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
		for seed := range uint64(3) {
			in := e.sample(seed, 1)
			r := rand.New(rand.NewPCG(seed, 9))
			var v []A
			for _, a := range in {
				v = append(v, arrays.Normal(r, 1, a.Shape()...))
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
			worst = math.Max(worst, d)
			if !(d <= 1e-6) {
				t.Errorf("off by %g: %v, want %v", d, got, want)
			}
			ct := arrays.Normal(r, 1, got.Shape()...)
			g := num.Grad(func(in []A) A { return first(in).Mul(ct).Sum() })(in)
			s := 0.0
			for k := range g {
				s += g[k].Mul(v[k]).Sum().Item()
			}
			if want := got.Mul(ct).Sum().Item(); !(math.Abs(s-want) <= 1e-9*(1+math.Abs(want))) {
				t.Errorf("reverse over forward gives %g, forward over forward %g", s, want)
			}
		}
	})
	t.Log(worst)
}

func TestBatchAndJit(t *testing.T) {
	each(t, func(t *testing.T, e entry) {
		var members [][]A
		for seed := range uint64(3) {
			members = append(members, e.sample(seed, 1+2*float64(seed)))
		}
		batch := make([]A, len(members[0]))
		for k := range batch {
			batch[k] = num.Stack(members[0][k], members[1][k], members[2][k])
		}
		grad := num.Grad(func(in []A) A {
			y := e.f(in)
			return y.Mul(num.Arange(num.Float64, 0, y.Size()).Sin().Reshape(y.Shape()...)).Sum()
		})
		ys, gs := num.Vmap(e.f)(batch), num.Vmap(grad)(batch)
		f := num.Jit(e.f)
		for i, in := range members {
			y := e.f(in)
			if d := arrays.Off(ys.At(i), y); !(d <= 1e-13) {
				t.Errorf("member %d differs by %g", i, d)
			}
			if d := arrays.Off(call(t, f, in), y); !(d <= 1e-14) {
				t.Errorf("Jit differs by %g", d)
			}
			for k, g := range grad(in) {
				if d := arrays.Off(gs[k].At(i), g); !(d <= 1e-11) {
					t.Errorf("member %d: gradient %d differs by %g", i, k, d)
				}
			}
		}
	})
}

func TestFloat32(t *testing.T) {
	worst := map[string]float64{}
	each(t, func(t *testing.T, e entry) {
		f := num.Jit(e.f)
		for seed := range uint64(12) {
			in, in32 := e.sample(seed, 1), e.sample(seed, 1)
			for k := range in {
				in32[k] = in[k].AsType(num.Float32)
				in[k] = in32[k].AsType(num.Float64)
			}
			y32, y := call(t, f, in32), call(t, f, in)
			if y32.DType() != num.Float32 {
				t.Fatalf("result is %v", y32.DType())
			}
			y32 = y32.AsType(num.Float64)
			v, d := e.gap(y32, in), arrays.Off(y32, y)
			g32, g := num.JacobianRev(e.f)(in32), num.JacobianRev(e.f)(in)
			dg := 0.0
			for k := range g {
				dg = math.Max(dg, arrays.Off(g32[k].AsType(num.Float64), g[k]))
			}
			worst["violation"], worst["result"], worst["derivative"] = math.Max(worst["violation"], v),
				math.Max(worst["result"], d), math.Max(worst["derivative"], dg)
			if !(v <= 1e-5 && d <= 1e-5 && dg <= 1e-3) {
				t.Errorf("seed %d: violation %g, result off by %g, derivative by %g", seed, v, d, dg)
			}
		}
	})
	t.Log(worst)
}
