package projection_test

import (
	"math"
	"math/rand/v2"
	"testing"

	"github.com/argmin-go/argmin/internal/check/arrays"
	"github.com/argmin-go/argmin/num"
	p "github.com/argmin-go/argmin/projection"
)

// exponentialGap measures in x, where the boundary is not steep: x ≤ y log(z/y).
func exponentialGap(y []float64, _ [][]float64) float64 {
	if y[1] <= 1e-300 {
		return worst(y[0], -y[1], -y[2])
	}
	if y[2] <= 0 {
		return worst(-y[2], y[1]*math.Exp(y[0]/y[1]))
	}
	return worst(y[0] - y[1]*math.Log(y[2]/y[1]))
}

// integers are whole numbers from lo to hi: they make ties and dependent rows.
func integers(r *rand.Rand, lo, hi int, shape ...int) A {
	n := 1
	for _, s := range shape {
		n *= s
	}
	d := make([]float64, n)
	for i := range d {
		d[i] = float64(lo + r.IntN(hi-lo+1))
	}
	return num.New(d, shape...)
}

// Corners where many more inequalities meet than there are dimensions, and rows that
// are parallel but for a little.
func TestPolyhedronDegenerate(t *testing.T) {
	r := rand.New(rand.NewPCG(11, 12))
	for _, c := range []struct{ n, m, k int }{{2, 0, 8}, {3, 1, 12}, {5, 2, 30}, {8, 0, 40}} {
		f := num.Jit(func(in []A) A { return p.Polyhedron(in[0], in[1], in[2], in[3], in[4]) })
		for i := range 60 {
			in := []A{integers(r, -6, 6, c.n), integers(r, -1, 1, c.m, c.n), num.Zeros(c.m), integers(r, -1, 1, c.k, c.n), integers(r, 0, 1, c.k)}
			if i%3 == 0 {
				base := arrays.Normal(r, 1, c.k/2, c.n)
				in[3] = num.Concat(0, base, base).Add(arrays.Normal(r, math.Pow(10, -float64(2+r.IntN(13))), c.k, c.n))
				in[4] = num.Ones(c.k)
			}
			y := call(t, f, in)
			v := worst(gap(in[1].Float64s(), in[2].Float64s(), y.Float64s(), true), gap(in[3].Float64s(), in[4].Float64s(), y.Float64s(), false))
			if !(v <= 1e-12) || allNaN(y) {
				t.Fatalf("%v, sample %d: violation %g: %v", c, i, v, y)
			}
			at := append([]A{y.Add(arrays.Normal(r, 1, c.n))}, in[1:]...)
			if s := in[0].Sub(y).Mul(call(t, f, at).Sub(y)).Sum().Item(); !(s <= 1e-11) {
				t.Fatalf("%v, sample %d: <x - P(x), z - P(x)> is %g", c, i, s)
			}
		}
	}
	// Sets that may be empty: NaN, or a point of the set.
	empty := 0
	for range 100 {
		g, h := arrays.Normal(r, 1, 9, 3), arrays.Normal(r, 1, 9)
		y := p.Polyhedron(arrays.Normal(r, 3, 3), num.Zeros(0, 3), num.Zeros(0), g, h)
		if allNaN(y) {
			empty++
		} else if v := gap(g.Float64s(), h.Float64s(), y.Float64s(), false); !(v <= 1e-12) {
			t.Errorf("violation %g", v)
		}
	}
	if empty < 20 || empty > 95 {
		t.Errorf("%d of 100 sets are empty", empty)
	}
}

// Ties in costs and marginals, zero marginals, and sharp costs.
func TestTransportDegenerate(t *testing.T) {
	r := rand.New(rand.NewPCG(13, 14))
	for name, f := range map[string]func(x, a, b A) A{"Transport": p.Transport, "KLTransport": p.KLTransport} {
		for _, c := range []struct{ n, m int }{{2, 2}, {6, 6}, {12, 20}} {
			run := num.Jit(func(in []A) A { return f(in[0], in[1], in[2]) })
			grad := num.Jit(num.Grad(func(in []A) A { return f(in[0], in[1], in[2]).Mul(in[0].Cos()).Sum() }))
			for i := range 18 {
				scale := []float64{1, 100, 1e4}[i%3]
				a, b := num.Ones(c.n), num.Full(num.Float64, float64(c.n)/float64(c.m), c.m)
				if i%2 == 1 {
					a = arrays.With(integers(r, 0, 3, c.n).AddScalar(1e-9), 0, 1)
					b = level(a, integers(r, 0, 3, c.m).AddScalar(0.5))
				}
				in := []A{integers(r, -2, 2, c.n, c.m).Scale(scale), a, b}
				y := call(t, run, in)
				if v := transportGap(y.Float64s(), a.Float64s(), b.Float64s()); !(v <= 1e-13*(scale+float64(c.n))) {
					t.Errorf("%s %v, sample %d: violation %g", name, c, i, v)
				}
				g, err := grad.Call(in)
				if err != nil || g[0].IsFinite().All().Item() == 0 {
					t.Errorf("%s %v, sample %d: gradient %v, %v", name, c, i, g, err)
				}
			}
		}
	}
}

// Many elements, ties and bounds at infinity in a box section; large simplices.
func TestLargeSets(t *testing.T) {
	r := rand.New(rand.NewPCG(15, 16))
	const n = 20000
	x := arrays.Normal(r, 1, n)
	for _, scale := range []float64{1, n} {
		if d := p.Simplex(x, scale).Sum().Item()/scale - 1; math.Abs(d) > 1e-12 {
			t.Errorf("simplex of scale %g: sum off by %g", scale, d)
		}
		if d := arrays.Off(p.BoxSection(x, num.Zeros(n), num.Full(num.Float64, inf, n), num.Ones(n), scale), p.Simplex(x, scale)); d > 1e-12 {
			t.Errorf("box section off by %g", d)
		}
	}
	for i := range 200 {
		x, l, w := integers(r, -3, 3, 6), integers(r, -2, 2, 6), integers(r, -2, 2, 6)
		u := l.Add(integers(r, 0, 3, 6))
		c := w.Dot(l.Add(u.Sub(l).Mul(integers(r, 0, 2, 6).Scale(0.5))))
		if i%2 == 0 {
			l, u = arrays.With(l, r.IntN(6), -inf), arrays.With(u, r.IntN(6), inf)
		}
		y := p.BoxSection(x, l, u, w, c)
		in := num.Maximum(l.Sub(y), y.Sub(u)).Max().Item()
		if d := worst(in, math.Abs(w.Dot(y).Sub(c).Item())); !(d <= 1e-13) || allNaN(y) {
			t.Errorf("box section %v %v %v %v %v: %v", x, l, u, w, c, y)
		}
	}
	for _, s := range []float64{1e-200, 1, 1e200} { // the size of a normal does not matter
		a := arrays.Normal(r, s, 5)
		x := num.Linspace(-1, 2, 5)
		unit := a.Scale(1 / s)
		near(t, "hyperplane", p.Hyperplane(x, a, 0.3*s), p.Hyperplane(x, unit, 0.3), 1e-14)
		near(t, "affine set", p.AffineSet(x, a.Reshape(1, 5), num.Vector(0.3*s)), p.Hyperplane(x, unit, 0.3), 1e-14)
		w := p.BoxSection(x, num.Ones(5).Neg(), num.Ones(5), a, 0.1*s)
		near(t, "box section", w, p.BoxSection(x, num.Ones(5).Neg(), num.Ones(5), unit, 0.1), 1e-13)
	}
}

// Cones, whose projections have the size of the point: any magnitudes, and Moreau's
// decomposition, x - P(x) orthogonal to P(x).
func TestConesAnySize(t *testing.T) {
	r := rand.New(rand.NewPCG(17, 18))
	var xs []A
	for range 3000 {
		d := make([]float64, 3)
		for j := range d {
			if r.IntN(8) > 0 {
				d[j] = r.NormFloat64() * math.Pow(10, 12*r.Float64()-6)
			}
		}
		xs = append(xs, num.New(d))
	}
	x := num.Stack(xs...)
	for name, f := range map[string]func(A) A{
		"ExponentialCone": p.ExponentialCone, "SecondOrderCone": p.SecondOrderCone, "PowerCone": func(x A) A { return p.PowerCone(x, 0.1) },
	} {
		y := num.Vmap(f)(x)
		size := num.Norm(x, 1).AddScalar(1e-300)
		if d := y.Div(size.Reshape(-1, 1)).Mul(x.Sub(y).Div(size.Reshape(-1, 1))).Sum(1).Abs().Max().Item(); !(d <= 1e-14) {
			t.Errorf("%s: not orthogonal by %g", name, d)
		}
		if name != "ExponentialCone" {
			continue
		}
		for i := range xs {
			if g := exponentialGap(y.At(i).Float64s(), nil); !(g <= 1e-14*size.At(i).Item()) {
				t.Errorf("%s: %v violates the set by %g", name, xs[i], g)
			}
		}
	}
}
