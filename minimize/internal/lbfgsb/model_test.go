package lbfgsb

import (
	"math"
	"math/rand/v2"
	"slices"
	"testing"

	"gonum.org/v1/gonum/mat"

	"github.com/argmin-go/argmin/minimize/internal/vec"
)

var infinite = math.Inf(1)

// randomModel is a model with k random pairs in a box of n variables and its Hessian by
// k dense BFGS updates of θI.
func randomModel(rng *rand.Rand, n, k int) (p *pairs, b *box, hess *mat.SymDense, lower, upper []float64) {
	lower, upper = make([]float64, n), make([]float64, n)
	for i := range n {
		lower[i], upper[i] = -rng.Float64(), rng.Float64()
		switch rng.IntN(6) {
		case 0:
			lower[i] = -infinite
		case 1:
			upper[i] = infinite
		case 2:
			lower[i], upper[i] = 0, 0
		}
	}
	b = newBox(n, lower, upper)
	p = newPairs(n, k, b)
	root := mat.NewDense(n, n, nil) // of the Hessian of the function that the pairs are from
	for i := range n {
		for j := range n {
			root.Set(i, j, rng.NormFloat64()+3*float64(1-min(1, max(i-j, j-i))))
		}
	}
	var true_ mat.SymDense
	true_.SymOuterK(1, root)
	pair := func() {
		s, y := make([]float64, n), p.spare()
		for i := range s {
			s[i] = rng.NormFloat64()
		}
		mat.NewVecDense(n, y).MulVec(&true_, mat.NewVecDense(n, s))
		p.add(s, y)
	}
	z := make([]float64, n)
	for range k + 3 { // the first three are forgotten
		pair()
		if p.k > 0 && rng.IntN(2) == 0 { // some free variables or other
			for i := range z {
				z[i] = b.within(i, rng.NormFloat64())
			}
			b.track(p, z)
		}
	}
	hess = mat.NewSymDense(n, nil)
	for i := range n {
		hess.SetSym(i, i, p.theta)
	}
	for j := range p.k {
		s, y := mat.NewVecDense(n, p.s[j]), mat.NewVecDense(n, p.y[j])
		var bs mat.VecDense
		bs.MulVec(hess, s)
		hess.SymRankOne(hess, -1/mat.Dot(s, &bs), &bs)
		hess.SymRankOne(hess, 1/mat.Dot(s, y), y)
	}
	return p, b, hess, lower, upper
}

// model is gᵀd + dᵀB d/2.
func modelValue(hess *mat.SymDense, g, x, z []float64) float64 {
	d := make([]float64, len(x))
	for i := range d {
		d[i] = z[i] - x[i]
	}
	v := mat.NewVecDense(len(d), d)
	return vec.Dot(g, d) + mat.Inner(v, hess, v)/2
}

// TestModel compares the compact model with dense matrices: the Newton direction,
// the Cauchy point found by walking all segments of the path, and the minimizer over the
// free variables.
func TestModel(t *testing.T) {
	rng := rand.New(rand.NewPCG(7, 8))
	subspaces, bent := 0, 0
	for trial := range 300 {
		n, k := 1+rng.IntN(12), 1+rng.IntN(5)
		p, b, hess, lower, upper := randomModel(rng, n, k)
		x, g, z, d := make([]float64, n), make([]float64, n), make([]float64, n), make([]float64, n)
		for i := range n {
			x[i] = b.within(i, rng.NormFloat64())
			g[i] = 5 * rng.NormFloat64()
		}

		p.newton(g, d)
		var back mat.VecDense
		back.MulVec(hess, mat.NewVecDense(n, d))
		for i, v := range g {
			if math.Abs(back.AtVec(i)+v) > 1e-7*(1+vec.Norm2(g)) {
				t.Fatalf("trial %d: B d = %v, want -g = %v", trial, back.RawVector().Data, g)
			}
		}

		if !p.factor() {
			t.Fatalf("trial %d: the middle matrix is not definite", trial)
		}
		b.cauchy(p, x, g, z)
		want := densePath(hess, g, x, lower, upper)
		for i := range z {
			if math.Abs(z[i]-want[i]) > 1e-8*(1+math.Abs(want[i])) {
				t.Fatalf("trial %d: Cauchy point %v, want %v", trial, z, want)
			}
		}
		c := make([]float64, 2*p.k)
		for i := range z {
			d[i] = z[i] - x[i]
		}
		p.products(d, nil, c)
		for j, v := range c {
			if math.Abs(b.c[j]-v) > 1e-7*(1+vec.Norm2(c)) {
				t.Fatalf("trial %d: Wᵀ(z - x) is %v, want %v", trial, b.c[:2*p.k], c)
			}
		}

		cauchy := slices.Clone(z)
		if !b.track(p, z) {
			continue
		}
		if !b.subspace(p, x, g, z) {
			t.Fatalf("trial %d: the inner matrix is not definite", trial)
		}
		var free []int
		for i, v := range cauchy {
			if v > lower[i] && v < upper[i] {
				free = append(free, i)
			} else if z[i] != v {
				t.Fatalf("trial %d: variable %d at its bound has moved", trial, i)
			}
		}
		inner, r := mat.NewSymDense(len(free), nil), mat.NewVecDense(len(free), nil)
		for a, i := range free {
			s := g[i]
			for j := range n {
				s += hess.At(i, j) * (cauchy[j] - x[j])
			}
			r.SetVec(a, -s)
			for bb, j := range free {
				inner.SetSym(a, bb, hess.At(i, j))
			}
		}
		var step mat.VecDense
		if err := step.SolveVec(inner, r); err != nil {
			t.Fatal(err)
		}
		projected := slices.Clone(cauchy)
		within := true
		for a, i := range free {
			v := cauchy[i] + step.AtVec(a)
			projected[i] = b.within(i, v)
			within = within && projected[i] == v
		}
		for i := range d {
			d[i] = projected[i] - x[i]
		}
		if vec.Dot(d, g) >= 0 {
			bent++
			if v := modelValue(hess, g, x, z); v > modelValue(hess, g, x, cauchy)+1e-9 {
				t.Errorf("trial %d: the model is %g at the answer, less at the Cauchy point", trial, v)
			}
			continue
		}
		subspaces++
		for i := range z {
			if math.Abs(z[i]-projected[i]) > 1e-6*(1+math.Abs(projected[i])) {
				t.Fatalf("trial %d: subspace minimizer %v, want %v (within the box: %v)", trial, z, projected, within)
			}
		}
	}
	if subspaces < 100 {
		t.Errorf("%d subspace minimizations were compared (%d fell back), want at least 100", subspaces, bent)
	}
}

// densePath is the first local minimizer of the model along P(x - t g), segment by segment.
func densePath(hess *mat.SymDense, g, x, lower, upper []float64) []float64 {
	n := len(x)
	times := []float64{0}
	limit := make([]float64, n)
	for i, v := range g {
		limit[i] = infinite
		if v > 0 {
			limit[i] = (x[i] - lower[i]) / v
		} else if v < 0 {
			limit[i] = (x[i] - upper[i]) / v
		}
		if limit[i] > 0 && limit[i] < infinite {
			times = append(times, limit[i])
		}
	}
	slices.Sort(times)
	times = append(times, infinite)
	at := func(t float64) []float64 {
		z := make([]float64, n)
		for i := range z {
			z[i] = min(max(x[i]-min(t, limit[i])*g[i], lower[i]), upper[i])
			if math.IsInf(limit[i], 1) {
				z[i] = x[i] - t*g[i]
			}
		}
		return z
	}
	for j, t := range times[:len(times)-1] {
		z, d := at(t), make([]float64, n)
		moving := false
		for i, v := range g {
			if limit[i] > t && v != 0 {
				d[i], moving = -v, true
			}
		}
		if !moving {
			return z
		}
		dv, zv := mat.NewVecDense(n, d), make([]float64, n)
		for i := range zv {
			zv[i] = z[i] - x[i]
		}
		slope := vec.Dot(g, d) + mat.Inner(mat.NewVecDense(n, zv), hess, dv)
		if slope >= 0 {
			return z
		}
		if step := -slope / mat.Inner(dv, hess, dv); t+step < times[j+1] {
			return at(t + step)
		}
	}
	panic("unreachable: the last segment is infinite or stands still")
}
