package interior

import (
	"math"
	"testing"

	"github.com/argmin-go/argmin/num"
)

// elastic makes a violation a difference of two positive numbers, with μ/p + μ/n = 2ρ, also where they differ by many orders.
func TestElastic(t *testing.T) {
	for _, mu := range []float64{1, 1e-3, 1e-9} {
		for _, r := range []float64{0, 1e-12, -1e-12, 1e-3, -1e-3, 1, -1, 1e6, -1e6} {
			v := num.Vector(r)
			p, n := elastic(v, num.Scalar(mu)).Item(), elastic(v.Neg(), num.Scalar(mu)).Item()
			if !(p > 0) || !(n > 0) || math.Abs(p-n-r) > 1e-14*(p+n) || math.Abs(mu/p+mu/n-2*rho) > 1e-10*rho {
				t.Errorf("μ %g, r %g: p %g, n %g", mu, r, p, n)
			}
		}
	}
}

// inside moves points off their limits, by no more than a share of the way to the other limit, and leaves fixed ones on theirs.
func TestInside(t *testing.T) {
	inf := math.Inf(1)
	none := num.Zeros(0)
	p := Problem{Low: none, High: none, Lower: num.Vector(0, 0, -inf, 2, 100), Upper: num.Vector(1, inf, inf, 2, inf)}
	l := newLimits(p, none)
	got := l.inside(num.Vector(-5, 0, -7, 9, 100), 0.01)
	if want := num.Vector(0.01, 0.01, -7, 2, 101); num.AllClose(got, want, 0, 1e-15).Item() == 0 {
		t.Errorf("%v, want %v", got, want)
	}
}

// A filter accepts what is better than every pair in one of the two, and forgets the oldest pair when it is full.
func TestFilter(t *testing.T) {
	f := newFilter(num.Float64)
	yes := num.Full(num.Bool, 1)
	ok := func(theta, phi float64) bool { return f.accepts(num.Scalar(theta), num.Scalar(phi)).Item() != 0 }
	if !ok(1, 1) {
		t.Error("an empty filter refuses")
	}
	f = f.with(num.Scalar(1), num.Scalar(5), yes).with(num.Scalar(3), num.Scalar(2), yes)
	for _, c := range []struct {
		theta, phi float64
		want       bool
	}{{0.5, 9, true}, {2, 4, true}, {2, 6, false}, {4, 1, true}, {4, 3, false}, {1, 5, false}} {
		if ok(c.theta, c.phi) != c.want {
			t.Errorf("(%g, %g) accepted: %v", c.theta, c.phi, !c.want)
		}
	}
	f = f.with(num.Scalar(0), num.Scalar(0), num.Full(num.Bool, 0)) // not really
	if !ok(2, 4) {
		t.Error("a pair that was not to be kept counts")
	}
	for range filterSize {
		f = f.with(num.Scalar(9), num.Scalar(9), yes)
	}
	if !ok(4, 3) {
		t.Error("the oldest pairs are still there")
	}
}

// The signs of a matrix do not depend on the units of its rows and columns, and zeros are found in any.
func TestSigns(t *testing.T) {
	a := num.Vector(1, 0.5, 1, 0.5, 2, -1, 1, -1, 0).Reshape(3, 3)
	flat := num.Vector(1, 0, 1, 0, 0, 0, 1, 0, 0).Reshape(3, 3)
	for _, unit := range []array{num.Vector(1, 1, 1), num.Vector(1e-9, 1, 1e6), num.Vector(1e8, 1e-7, 1e-4)} {
		units := num.Outer(unit, unit)
		if _, in := factored(a.Mul(units)); in.Negative.Item() != 1 || in.Singular.Item() != 0 {
			t.Errorf("units %v: %v negative, singular %v; want 1, false", unit, in.Negative, in.Singular)
		}
		if _, in := factored(flat.Mul(units)); in.Singular.Item() != 1 {
			t.Errorf("units %v: a singular matrix is not seen", unit)
		}
	}
}

// A matrix with an approximation of limited memory gives the steps of the same matrix with all of its entries, by either base.
func TestLimited(t *testing.T) {
	const n, m = 7, 2
	key := num.NewKey(3)
	draw := func(i int, shape ...int) array { return num.Normal(num.FoldIn(key, num.Int(i)), num.Float64, shape...) }
	q := newSecant(draw(0, n), true, true)
	curve := draw(1, n, n)
	curve = curve.T().MatMul(curve)
	for i := range memory + 3 {
		x := draw(10+i, n)
		q = q.remembered(x, curve.MatMul(x))
		q.X, q.G, q.Any = x, curve.MatMul(x), num.Full(num.Bool, 1)
	}
	h := q.matrix(num.Scalar(1))
	b := num.Vmap(func(v array) array { return Limited{}.HessianTimes(h, v) })(num.Eye(n).AsType(num.Float64))
	step, change := q.S.Range(0, 1).Reshape(n), q.Y.Range(0, 1).Reshape(n)
	if off := b.MatMul(step).Sub(change).Abs().Max().Item(); off > 1e-9 {
		t.Errorf("the approximation is off by %g along the last step", off)
	}
	j := draw(2, m, n)
	k := KKT{H: Matrix{b}, J: Matrix{j}, Keep: num.Vector(1, 1, 0, 1, 1, 1, 1), Rows: num.Vector(1, 2), A: draw(3, n).Square(), E: num.Vector(0.5, 0)}
	d := Dense{M: m}
	want, in := d.Factor(k)
	k.H = h
	for name, base := range map[string]Limited{"dense": {d, 5}, "short": {Short{d}, 7}} {
		f, signs := base.Factor(k)
		rhs := draw(4, n+m)
		if off := base.Solve(f, rhs).Sub(d.Solve(want, rhs)).Abs().Max().Item(); off > 1e-9 || signs.Negative.Item() != in.Negative.Item() {
			t.Errorf("%s: the step is off by %g; %v negative eigenvalues, want %v", name, off, signs.Negative, in.Negative)
		}
	}
}
