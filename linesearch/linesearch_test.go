package linesearch_test

import (
	"fmt"
	"math"
	"testing"

	"github.com/argmin-go/argmin/linesearch"
	"github.com/argmin-go/argmin/num"
)

type A = num.Array

func objective(f func(A) A) linesearch.Func {
	return func(x A) (A, A) { return num.ValueAndGrad(func(x A) A { return f(x).Sum() })(x) }
}

// along starts at 0 on the line with direction dir.
func along(f linesearch.Func, dir, step float64) linesearch.Start {
	x := num.Vector(0)
	v, g := f(x)
	return linesearch.Start{X: x, Value: v, Grad: g, Dir: num.Vector(dir), Step: num.Scalar(step)}
}

// yanai is function 4 to 6 of Moré & Thuente, "Line search algorithms with
// guaranteed sufficient decrease", 1994.
func yanai(b1, b2 float64) func(A) A {
	g := func(b float64) float64 { return math.Sqrt(1+b*b) - b }
	return func(x A) A {
		y := x.Neg().AddScalar(1).Square().AddScalar(b2 * b2).Sqrt().Scale(g(b1))
		return y.Add(x.Square().AddScalar(b1 * b1).Sqrt().Scale(g(b2)))
	}
}

var functions = map[string]func(A) A{
	"1": func(x A) A { return x.Neg().Div(x.Square().AddScalar(2)) },
	"2": func(x A) A {
		y := x.AddScalar(0.004)
		y2 := y.Square()
		return y2.Square().Mul(y).Sub(y2.Square().Scale(2))
	},
	"3": func(x A) A { // φ₀(x) + 2(1-β)/(lπ) sin(lπx/2), β = 0.01, l = 39
		const b, l = 0.01, 39
		one := num.Full(num.Float64, 1)
		d := x.Sub(one)
		phi := num.Where(d.Le(one.Scale(-b)), one.Sub(x), num.Where(d.Ge(one.Scale(b)), d, d.Square().Scale(0.5/b).AddScalar(0.5*b)))
		return phi.Add(x.Scale(l * math.Pi / 2).Sin().Scale(2 * (1 - b) / (l * math.Pi)))
	},
	"4": yanai(0.001, 0.001), "5": yanai(0.01, 0.001), "6": yanai(0.001, 0.01),
}

func TestMoreThuente(t *testing.T) {
	for name, f := range functions {
		fg := objective(f)
		for _, step := range []float64{1e-3, 1e-1, 1e1, 1e3} {
			s := along(fg, 1, step)
			s0 := s.Grad.Item()
			r := linesearch.Zoom(linesearch.ZoomOptions{C2: 0.1})(fg, s)
			v, sl, at := r.Value.Item(), r.Grad.Item(), r.Step.Item()
			if !(r.OK().Item() == 1 && v <= s.Value.Item()+1e-4*at*s0 && math.Abs(sl) <= 0.1*math.Abs(s0)) {
				t.Errorf("Zoom, function %s from %g: step %g value %g slope %g after %g trials", name, step, at, v, sl, r.NFev.Item())
			}
			r = linesearch.HagerZhang(linesearch.HagerZhangOptions{})(fg, s)
			v, sl, at = r.Value.Item(), r.Grad.Item(), r.Step.Item()
			wolfe := v <= s.Value.Item()+0.1*at*s0
			approx := sl <= -0.8*s0 && v <= s.Value.Item()+1e-6*math.Abs(s.Value.Item())
			if !(r.OK().Item() == 1 && sl >= 0.9*s0 && (wolfe || approx)) {
				t.Errorf("HagerZhang, function %s from %g: step %g value %g slope %g after %g trials", name, step, at, v, sl, r.NFev.Item())
			}
			t.Logf("function %s from %g: HagerZhang %v trials", name, step, r.NFev)
			r = linesearch.Backtracking(linesearch.BacktrackingOptions{})(fg, s)
			if v := r.Value.Item(); !(r.OK().Item() == 1 && v <= s.Value.Item()+1e-4*r.Step.Item()*s0) {
				t.Errorf("Backtracking, function %s from %g: step %g value %g", name, step, r.Step.Item(), v)
			}
		}
	}
}

var searches = map[string]linesearch.Search{
	"Zoom":         linesearch.Zoom(linesearch.ZoomOptions{}),
	"Backtracking": linesearch.Backtracking(linesearch.BacktrackingOptions{}),
	"HagerZhang":   linesearch.HagerZhang(linesearch.HagerZhangOptions{}),
}

// Every condition of Backtracking holds where a search reports success.
func TestConditions(t *testing.T) {
	f := objective(func(x A) A { return x.AddScalar(-1).Square().Scale(3).Add(x.Scale(3).Sin()) })
	for _, cond := range []linesearch.Condition{linesearch.Armijo, linesearch.Wolfe, linesearch.StrongWolfe, linesearch.Goldstein} {
		for _, step := range []float64{0.7, 3, 20} {
			s := along(f, 1, step)
			r := linesearch.Backtracking(linesearch.BacktrackingOptions{Condition: cond, C1: 0.1, Decrease: 0.8})(f, s)
			v0, s0, v, sl, at := s.Value.Item(), s.Grad.Item(), r.Value.Item(), r.Grad.Item(), r.Step.Item()
			ok := v <= v0+0.1*at*s0
			switch cond {
			case linesearch.Wolfe:
				ok = ok && sl >= 0.9*s0
			case linesearch.StrongWolfe:
				ok = ok && math.Abs(sl) <= -0.9*s0
			case linesearch.Goldstein:
				ok = ok && v >= v0+0.9*at*s0
			}
			if r.OK().Item() != 1 || !ok {
				t.Errorf("condition %d from %g: step %g, value %g, slope %g, OK %v", cond, step, at, v, sl, r.OK())
			}
		}
	}
}

func TestHardCases(t *testing.T) {
	square := objective(func(x A) A { return x.AddScalar(-1).Square() })
	wall := objective(func(x A) A { return x.Neg().AddScalar(1).Log().Neg().Sub(x.Scale(3)) }) // NaN past 1
	// The step must shrink below a thousandth of the first before there are numbers.
	cliff := objective(func(x A) A { return x.Neg().AddScalar(1e-3).Log().Scale(-1e-4).Sub(x) })
	for name, search := range searches {
		if r := search(cliff, along(cliff, 1, 1)); name != "Backtracking" && (r.OK().Item() != 1 || !(r.Step.Item() < 1e-3)) {
			t.Errorf("%s: cliff: %v", name, r)
		}
		if r := search(square, along(square, 1, 1)); r.OK().Item() != 1 || r.NFev.Item() != 1 {
			t.Errorf("%s: exact first step took %v evaluations", name, r.NFev)
		}
		if r := search(wall, along(wall, 1, 50)); r.OK().Item() != 1 || !(r.Value.Item() < 0) {
			t.Errorf("%s: NaN region: step %v value %v", name, r.Step, r.Value)
		}
		for _, dir := range []float64{-1, 0} { // ascent and flat
			r := search(square, along(square, dir, 1))
			if r.OK().Item() != 0 || linesearch.Code(r.Code.Item()) != linesearch.NotDescent || r.Step.Item() != 0 || r.NFev.Item() != 0 {
				t.Errorf("%s: direction %g: %v", name, dir, r)
			}
		}
		run := func(step A) A {
			s := along(square, 1, 1)
			s.Step = step
			return search(square, s).Step
		}
		steps := num.Vector(1e-3, 0.1, 1, 10, 1e3)
		got := num.Vmap(run)(steps).Float64s()
		for i, g := range got {
			if w := run(steps.At(i)).Item(); g != w {
				t.Errorf("%s: Vmap gives %g, the loop %g", name, g, w)
			}
		}
	}
}

func ExampleZoom() {
	f := func(x num.Array) num.Array { return x.Square().Sum() }
	fg := func(x num.Array) (num.Array, num.Array) { return num.ValueAndGrad(f)(x) }
	x := num.Vector(1, 2)
	v, g := fg(x)
	r := linesearch.Zoom(linesearch.ZoomOptions{})(fg, linesearch.Start{X: x, Value: v, Grad: g, Dir: g.Neg(), Step: num.Scalar(0.5)})
	fmt.Println(r.Step, r.X, r.NFev)
	// Output: 0.5 [0 0] 1
}

// TestRounding starts so near a minimum with a large value that no decrease shows.
func TestRounding(t *testing.T) {
	f := objective(func(x A) A { return x.AddScalar(-1e-9).Square().AddScalar(5) })
	for name, search := range searches {
		s := along(f, 2e-9, 0.5)
		r := search(f, s)
		if r.OK().Item() != 1 || math.Abs(r.Grad.Item()) > 1e-15 {
			t.Errorf("%s: %v", name, r)
		}
	}
}

func TestDerivatives(t *testing.T) {
	for name, search := range searches {
		// One exact Newton step from 0 on (x-a)² lands at a: the derivative is 1.
		run := func(a A) A {
			fg := objective(func(x A) A { return x.Sub(a).Square() })
			x := num.Vector(0)
			v, g := fg(x)
			return search(fg, linesearch.Start{X: x, Value: v, Grad: g, Dir: g.Scale(-0.5), Step: num.Scalar(1)}).X.Sum()
		}
		if d := num.Grad(run)(num.Scalar(3)); math.Abs(d.Item()-1) > 1e-12 {
			t.Errorf("%s: reverse derivative %v, want 1", name, d)
		}
		if _, d := num.JVP(run, num.Scalar(3), num.Scalar(1)); math.Abs(d.Item()-1) > 1e-12 {
			t.Errorf("%s: derivative %v, want 1", name, d)
		}
	}
}

func TestFloat32(t *testing.T) {
	f := objective(func(x A) A { return x.AddScalar(-1).Square() })
	for name, search := range searches {
		x := num.Full(num.Float32, 0, 1)
		v, g := f(x)
		r := search(f, linesearch.Start{X: x, Value: v, Grad: g, Dir: g.Neg(), Step: num.Full(num.Float32, 1e2)})
		if r.OK().Item() != 1 || r.X.DType() != num.Float32 || !(r.Value.Item() < 1) {
			t.Errorf("%s: %v", name, r)
		}
	}
}

func ExampleBacktracking() {
	f := func(x num.Array) (num.Array, num.Array) {
		return num.ValueAndGrad(func(x num.Array) num.Array { return x.Square().Sum() })(x)
	}
	x := num.Vector(1, 2)
	v, g := f(x)
	search := linesearch.Backtracking(linesearch.BacktrackingOptions{Condition: linesearch.StrongWolfe})
	r := search(f, linesearch.Start{X: x, Value: v, Grad: g, Dir: g.Neg(), Step: num.Scalar(4)})
	fmt.Println(r.Step, r.NFev, linesearch.Code(r.Code.Item()))
	// Output: 0.5 4 found
}

func ExampleHagerZhang() {
	f := func(x num.Array) (num.Array, num.Array) {
		return num.ValueAndGrad(func(x num.Array) num.Array { return x.Sub(x.Log()).Sum() })(x)
	}
	x := num.Vector(0.1) // the minimum is at 1, and there are no values below 0
	v, g := f(x)
	search := linesearch.HagerZhang(linesearch.HagerZhangOptions{})
	r := search(f, linesearch.Start{X: x, Value: v, Grad: g, Dir: g.Neg(), Step: num.Scalar(0.01)})
	fmt.Println(r.OK(), r.Value.Item() < v.Item())
	// Output: true true
}
