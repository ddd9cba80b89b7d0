package linesearch_test

import (
	"fmt"
	"math"
	"testing"

	"github.com/argmin-go/argmin/linesearch"
	"github.com/argmin-go/argmin/num"
	"github.com/argmin-go/argmin/projection"
)

// arc is what a trial along the projected gradient finds.
type arc struct{ X, Value A }

// projected is the trial of a step from x along the projection of x - step·g onto the
// simplex. It counts every third trial twice, to see that counts add up.
func projected(f func(A) A, x A) func(step A) linesearch.Trial[arc] {
	v0, g := num.ValueAndGrad(f)(x)
	return func(step A) linesearch.Trial[arc] {
		y := projection.Simplex(x.Sub(g.Mul(step)), 1)
		v := f(y)
		dy := y.Sub(x)
		bound := v0.Add(g.Dot(dy)).Add(dy.Dot(dy).Div(step.Scale(2)))
		return linesearch.Trial[arc]{
			Found: arc{y, v},
			Next:  step.Scale(0.3),
			NFev:  num.Where(step.Lt(num.Const(0.1)), num.Int(2), num.Int(1)),
			OK:    v.Le(bound).And(v.IsFinite()),
		}
	}
}

// Curve against the loop that it stands for, to the last bit: steps, points, counts and
// derivatives, one by one and in a batch.
func TestCurve(t *testing.T) {
	c := num.Vector(3, -1, 0.5)
	f := func(x A) A { return x.Sub(c).Square().Mul(num.Vector(1, 10, 100)).Sum() }
	x := num.Vector(0.2, 0.3, 0.5)
	search := func(first A) linesearch.Trial[arc] {
		return linesearch.Curve(0, arc{x, f(x)}, first, projected(f, x))
	}
	for _, first := range []float64{1e-4, 1e-2, 1, 1e6, math.Inf(1)} {
		try := projected(f, x)
		step, count, trials := num.Scalar(first), 0.0, 1
		want := try(step)
		count = want.NFev.Item()
		for ; want.OK.Item() == 0 && trials < 60; trials++ {
			step = want.Next
			want = try(step)
			count += want.NFev.Item()
		}
		got := search(num.Scalar(first))
		if !same(got.Found.X, want.Found.X) || !same(got.Found.Value, want.Found.Value) || !same(got.Step, step) ||
			got.NFev.Item() != count || got.OK.Item() != want.OK.Item() {
			t.Errorf("from %g: got %+v, want %+v at step %v with %g evaluations", first, got, want, step, count)
		}
		if math.IsInf(first, 1) && (trials != 60 || got.OK.Item() != 0) {
			t.Errorf("a search that cannot succeed made %d trials", trials)
		}
	}
	firsts := num.Vector(1e-4, 1e-2, 1, 1e6)
	batch := num.Vmap(search)(firsts)
	for i := range 4 {
		if one := search(firsts.At(i)); !same(batch.Found.X.At(i), one.Found.X) || !same(batch.NFev.At(i), one.NFev) {
			t.Errorf("member %d of a batch: %v, want %v", i, batch.Found.X.At(i), one.Found.X)
		}
	}
	// The step is the first one times a constant, so its derivative is that constant.
	for _, first := range []float64{1e-4, 1} {
		step := func(first A) A { return search(first).Step }
		want := step(num.Scalar(first)).Item() / first
		if d := num.Grad(step)(num.Scalar(first)).Item(); math.Abs(d-want) > 1e-15 {
			t.Errorf("the derivative of the step is %v, want %v", d, want)
		}
	}
}

func same(a, b A) bool {
	x, y := a.Float64s(), b.Float64s()
	for i := range x {
		if math.Float64bits(x[i]) != math.Float64bits(y[i]) {
			return false
		}
	}
	return len(x) == len(y)
}

// A step of the projected gradient method on the simplex, halved until the value falls.
func ExampleCurve() {
	f := func(x num.Array) num.Array { return x.Sub(num.Vector(0.7, 0.3)).Square().Sum().Scale(4) }
	x := num.Vector(0, 1)
	value, g := num.ValueAndGrad(f)(x)
	type found struct{ X, Value num.Array }
	r := linesearch.Curve(0, found{x, value}, num.Scalar(1), func(step num.Array) linesearch.Trial[found] {
		y := projection.Simplex(x.Sub(g.Mul(step)), 1)
		v := f(y)
		return linesearch.Trial[found]{Found: found{y, v}, Next: step.Scale(0.5), NFev: num.Int(1), OK: v.Lt(value.Scale(0.5))}
	})
	fmt.Println(r.Found.X, r.Step, r.NFev)
	// Output: [1 0] 1 1
}
