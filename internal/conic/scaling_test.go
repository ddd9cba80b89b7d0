package conic

import (
	"testing"

	"github.com/argmin-go/argmin/cone"
	"github.com/argmin-go/argmin/num"
	"github.com/argmin-go/argmin/projection"
)

func off(a, b array) float64 {
	return a.Sub(b).Abs().Max().Item() / (1 + b.Abs().Max().Item())
}

// points are random ones inside of the cones and of their dual cones.
func points(l layout, seed uint64) (s, z array) {
	v, w := num.Normal(num.NewKey(seed), num.Float64, l.m), num.Normal(num.NewKey(seed+100), num.Float64, l.m)
	inside := l.central(num.Float64)
	return projection.Cones(v, l.cones).Add(inside.Scale(0.3)), projection.Cones(w, l.cones).Sub(w).Add(inside.Scale(0.3))
}

// The central points are on the central path, the two gradients of the barriers that are not symmetric are inverse, and a scaling takes z to s.
func TestScalings(t *testing.T) {
	lists := map[string][]cone.Cone{
		"nonnegative":  {cone.NonNegative(4)},
		"second-order": {cone.SecondOrder(3), cone.SecondOrder(3)},
		"of any sizes": {cone.SecondOrder(4), cone.SecondOrder(1), cone.SecondOrder(2)},
		"semidefinite": {cone.PSD(3), cone.PSD(3)},
		"exponential":  {cone.Exponential(), cone.Exponential()},
		"power":        {cone.Power(0.2), cone.Power(0.5), cone.Power(0.93)},
	}
	for name, list := range lists {
		l := newLayout(list, false)
		for seed := range uint64(10) {
			s, z := points(l, seed)
			sc := l.scale(s, z, num.Scalar(1))
			if d := off(sc.times(z), s); !(d <= 1e-10) {
				t.Errorf("%s: H z is off s by %g", name, d)
			}
			// The matrix by its entries.
			row, col := l.groups[0].entries()
			h := num.Zeros(l.m*l.m).PutAdd(num.New(places(row, col, l.m), len(row)), sc.values(s), 0).Reshape(l.m, l.m)
			h = h.Add(h.T()).Sub(num.FromDiag(num.Diag(h)))
			v := num.Normal(num.NewKey(seed+7), num.Float64, l.m)
			if d := off(h.MatMul(v), sc.times(v)); !(d <= 1e-10) {
				t.Errorf("%s: H v by its entries is off by %g", name, d)
			}
			c, ok := l.groups[0].cones.(nonsymmetric)
			if !ok {
				continue
			}
			at := c.triple(s)
			if d := off(c.vector(c.dual(c.primal(at).neg())), s.Neg()); !(d <= 1e-10) {
				t.Errorf("%s: the gradients are not inverse, by %g", name, d)
			}
			shadow := c.dual(c.triple(z)).neg()
			if d := off(sc.times(c.vector(c.primal(at).neg())), c.vector(shadow)); !(d <= 1e-8) {
				t.Errorf("%s: the second secant equation is off by %g", name, d)
			}
		}
		inside := l.central(num.Float64)
		if c, ok := l.groups[0].cones.(nonsymmetric); ok {
			if d := off(c.vector(c.dual(c.triple(inside))), inside.Neg()); !(d <= 1e-14) {
				t.Errorf("%s: the central point is off by %g", name, d)
			}
		}
	}
}

func places(row, col []int, n int) []int32 {
	at := make([]int32, len(row))
	for k := range row {
		at[k] = int32(row[k]*n + col[k])
	}
	return at
}

// Second-order cones with extra variables are the same systems.
func TestWideCones(t *testing.T) {
	list := []cone.Cone{cone.SecondOrder(6), cone.SecondOrder(9)}
	dense, wide := newLayout(list, false), newLayout(list, true)
	if wide.extra() != 4 || dense.extra() != 0 {
		t.Fatalf("%d and %d extra variables, want 4 and 0", wide.extra(), dense.extra())
	}
	s, z := points(dense, 1)
	m := dense.m
	of := func(l layout, b block) array {
		n := m + l.extra()
		row, col := l.groups[0].entries()
		v := b.values()
		h := num.Zeros(n*n).PutAdd(num.New(places(row, col, n), len(row)), v.Neg(), 0).Reshape(n, n)
		return h.Add(h.T()).Sub(num.FromDiag(num.Diag(h)))
	}
	for name, blocks := range map[string][2]block{
		"scaling": {dense.scale(s, z, num.Scalar(1)).parts[0], wide.scale(s, z, num.Scalar(1)).parts[0]},
		"edge":    {dense.groups[0].edge(s.Sub(z)), wide.groups[0].edge(s.Sub(z))},
	} {
		b := num.Normal(num.NewKey(3), num.Float64, m)
		x := num.Solve(of(dense, blocks[0]), b)
		y := num.Solve(of(wide, blocks[1]), num.Concat(0, b, num.Zeros(4))).Range(0, m)
		if d := off(y, x); !(d <= 1e-4) { // of condition numbers up to 1e12
			t.Errorf("%s: off by %g", name, d)
		}
	}
}
