package implicit_test

import (
	"errors"
	"fmt"
	"math"
	"testing"

	"github.com/argmin-go/argmin/implicit"
	"github.com/argmin-go/argmin/linsolve"
	"github.com/argmin-go/argmin/num"
)

type A = num.Array

type params struct{ W, B A }

type data struct{ X, Y, L2 A }

func problem() data {
	n, p := 20, 3
	x := num.Arange(num.Float64, 0, n*p).Scale(1.7).Sin().Reshape(n, p)
	return data{x, x.MatMul(num.Vector(1, -2, 3)).Add(num.Arange(num.Float64, 0, n).Cos()), num.Scalar(0.7)}
}

func loss(w params, d data) A {
	r := d.X.MatMul(w.W).Add(w.B).Sub(d.Y)
	return r.Square().Sum().Add(d.L2.Mul(w.W.Square().Sum().Add(w.B.Square())))
}

func gradient(w params, d data) params {
	return num.Grad(func(w params) A { return loss(w, d) })(w)
}

// exact is the minimum by the normal equations.
func exact(d data) params {
	x := num.Concat(1, d.X, num.Ones(d.X.Shape()[0], 1))
	w := num.Solve(x.T().MatMul(x).Add(num.Eye(4).Mul(d.L2)), x.T().MatMul(d.Y))
	return params{w.Range(0, 3), w.At(3)}
}

// host is the same in plain Go: Gauss–Seidel on the normal equations.
func host(d data) (params, error) {
	x, y, l2 := d.X.Float64s(), d.Y.Float64s(), d.L2.Item()
	if math.IsNaN(l2) {
		return params{}, errors.New("l2 is NaN")
	}
	n := len(y)
	row := func(i, j int) float64 {
		if j == 3 {
			return 1
		}
		return x[i*3+j]
	}
	w := make([]float64, 4)
	for range 4000 {
		for j := range w {
			s, q := 0.0, l2
			for i := range n {
				r := y[i]
				for k := range w {
					if k != j {
						r -= w[k] * row(i, k)
					}
				}
				s += r * row(i, j)
				q += row(i, j) * row(i, j)
			}
			w[j] = s / q
		}
	}
	return params{num.Vector(w[:3]...), num.Scalar(w[3])}, nil
}

func near(t *testing.T, what string, got, want A, tol float64) {
	t.Helper()
	g, w := got.Float64s(), want.Float64s()
	for i := range w {
		if !(math.Abs(g[i]-w[i]) <= tol*(1+math.Abs(w[i]))) {
			t.Fatalf("%s: element %d is %v, want %v", what, i, g[i], w[i])
		}
	}
}

func TestSolvers(t *testing.T) {
	d := problem()
	like := params{num.Zeros(3), num.Scalar(0)}
	step := func(w params, d data) params { // a gradient step: its fixed points are the minima
		g := gradient(w, d)
		return params{w.W.Sub(g.W.Scale(0.01)), w.B.Sub(g.B.Scale(0.01))}
	}
	jac := func(solve func(data) params) func(A) params {
		return func(l2 A) params {
			y := num.JacobianFwdTree(func(l2 A) params { return solve(data{d.X, d.Y, l2}) })(l2)
			return params{y[0], y[1]}
		}
	}
	want := jac(exact)(d.L2)
	for name, linear := range map[string]num.LinearSolver{
		"dense": nil, "CG": linsolve.CG(linsolve.Options{}), "NormalCG": linsolve.NormalCG(linsolve.Options{}), "BiCGSTAB": linsolve.BiCGSTAB(linsolve.Options{}),
	} {
		for what, solve := range map[string]func(data) params{
			"root":             num.CustomRoot(gradient, exact, linear),
			"host root":        implicit.HostRoot(gradient, host, like, linear),
			"host fixed point": implicit.HostFixedPoint(step, host, like, linear),
			"fixed point":      num.CustomFixedPoint(step, exact, linear),
		} {
			got := jac(solve)(d.L2)
			near(t, name+" "+what+" W", got.W, want.W, 1e-9)
			near(t, name+" "+what+" B", got.B, want.B, 1e-9)
			g := num.Grad(func(l2 A) A { w := solve(data{d.X, d.Y, l2}); return w.W.Sum().Add(w.B) })(d.L2)
			near(t, name+" "+what+" reverse", g, want.W.Sum().Add(want.B), 1e-9)
		}
		w := exact(d)
		zero := data{num.Zeros(20, 3), num.Zeros(20), num.Scalar(1)}
		dw := implicit.RootJVP(gradient, w, d, zero, linear)
		near(t, name+" RootJVP", dw.W, want.W, 1e-9)
		dd := implicit.RootVJP(gradient, w, d, params{num.Ones(3), num.Scalar(1)}, linear)
		near(t, name+" RootVJP", dd.L2, want.W.Sum().Add(want.B), 1e-9)
		// The derivative with respect to the whole data set.
		full := num.Grad(func(y A) A { w := exact(data{d.X, y, d.L2}); return w.W.Sum().Add(w.B) })(d.Y)
		near(t, name+" RootVJP of the data", dd.Y, full, 1e-9)
	}
}

func TestBatchOfHostSolves(t *testing.T) {
	d := problem()
	solve := implicit.HostRoot(gradient, host, params{num.Zeros(3), num.Scalar(0)}, nil)
	f := func(l2 A) A { return solve(data{d.X, d.Y, l2}).W }
	l2s := num.Vector(0.1, 1, 10)
	j := num.Vmap(num.JacobianRev(f))(l2s)
	for i := range 3 {
		near(t, "member", j.At(i), num.JacobianFwd(func(l2 A) A { return exact(data{d.X, d.Y, l2}).W })(l2s.At(i)), 1e-9)
	}
}

func TestFailures(t *testing.T) {
	d := problem()
	solve := implicit.HostRoot(gradient, host, params{num.Zeros(3), num.Scalar(0)}, nil)
	_, err := num.Jit(func(l2 A) params { return solve(data{d.X, d.Y, l2}) }).Call(num.Scalar(math.NaN()))
	if !errors.Is(err, num.ErrUser) {
		t.Errorf("error of a host solver: %v", err)
	}
	// Equations that contradict each other as soon as a changes: no derivative.
	contradiction := num.CustomRoot(func(x, a A) A { return num.Stack(x.Sum().Sub(a), x.Sum().Add(a)) },
		func(a A) A { return num.Stack(a, a).Scale(0) }, nil)
	for name, jac := range map[string]func(A) A{"reverse": num.JacobianRev(contradiction), "forward": num.JacobianFwd(contradiction)} {
		_, err = num.Try(func() A { return jac(num.Scalar(0)) })
		if !errors.Is(err, num.ErrNumeric) {
			t.Errorf("singular system without a solution, %s: %v", name, err)
		}
	}
	// Also along a cotangent for which the transposed system has a solution.
	_, err = num.Try(func() A { return num.Grad(func(a A) A { return contradiction(a).Sum() })(num.Scalar(0)) })
	if !errors.Is(err, num.ErrNumeric) {
		t.Errorf("singular system without a solution, gradient of the sum: %v", err)
	}
}

// With equal columns and no regularization the minimum is a line: the derivative is the one of
// smallest norm, in both modes.
func TestSingular(t *testing.T) {
	flat := num.CustomRoot(func(x, a A) A { return num.Stack(x.Sum().Sub(a), x.Sum().Sub(a)) },
		func(a A) A { return num.Stack(a, a).Scale(0.5) }, nil)
	near(t, "reverse", num.JacobianRev(flat)(num.Scalar(1)), num.Vector(0.5, 0.5), 1e-14)
	near(t, "forward", num.JacobianFwd(flat)(num.Scalar(1)), num.Vector(0.5, 0.5), 1e-14)
	near(t, "sum", num.Grad(func(a A) A { return flat(a).Sum() })(num.Scalar(1)), num.Scalar(1), 1e-14)
	near(t, "difference", num.Grad(func(a A) A { x := flat(a); return x.At(0).Sub(x.At(1)) })(num.Scalar(1)), num.Scalar(0), 1e-14)
}

// The positive root of x² + x = a, found by plain Go code.
func ExampleHostRoot() {
	root := implicit.HostRoot(
		func(x, a num.Array) num.Array { return x.Square().Add(x).Sub(a) },
		func(a num.Array) (num.Array, error) { return num.Scalar((math.Sqrt(1+4*a.Item()) - 1) / 2), nil },
		num.Scalar(0), nil)
	a := num.Scalar(6)
	fmt.Println(root(a), num.Grad(root)(a), num.Grad(num.Grad(root))(a))
	// Output: 2 0.2 -0.016
}

// The derivative of √a at a root that is already known.
func ExampleRootVJP() {
	f := func(x, a num.Array) num.Array { return x.Square().Sub(a) }
	fmt.Println(implicit.RootVJP(f, num.Scalar(3), num.Scalar(9), num.Scalar(1), nil))
	// Output: 0.166667
}
