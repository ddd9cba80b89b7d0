package num_test

import (
	"errors"
	"math"
	"strings"
	"testing"

	"github.com/argmin-go/argmin/num"
)

type A = num.Array

func near(t *testing.T, what string, got, want A, tol float64) {
	t.Helper()
	g, w := got.Float64s(), want.Float64s()
	if len(g) != len(w) {
		t.Fatalf("%s: shape %v, want %v", what, got.Shape(), want.Shape())
	}
	for i := range g {
		if !(math.Abs(g[i]-w[i]) <= tol*(1+math.Abs(w[i]))) {
			t.Fatalf("%s: element %d is %v, want %v", what, i, g[i], w[i])
		}
	}
}

func rosen(x A) A {
	a := x.Range(1, x.Size()).Sub(x.Range(0, -1).Square())
	return a.Square().Scale(100).Sum().Add(x.Range(0, -1).AddScalar(-1).Square().Sum())
}

func TestGradients(t *testing.T) {
	x := num.Vector(-1.2, 1, 0.5, 2)
	g := num.Grad(rosen)(x)
	for i := range 4 {
		h := 1e-6
		d := make([]float64, 4)
		d[i] = h
		fd := (rosen(x.Add(num.New(d))).Item() - rosen(x.Sub(num.New(d))).Item()) / (2 * h)
		if math.Abs(fd-g.At(i).Item()) > 1e-5*(1+math.Abs(fd)) {
			t.Errorf("gradient %d is %v, finite difference %v", i, g.At(i).Item(), fd)
		}
	}
	f := func(x A) A { return x.Sin().Mul(x.Range(0, 1)).Add(x.Neg().Exp()) }
	near(t, "JacobianFwd == JacobianRev", num.JacobianFwd(f)(x), num.JacobianRev(f)(x), 1e-14)
	h := num.Hessian(rosen)(x)
	near(t, "Hessian symmetric", h, h.T(), 1e-14)
	near(t, "HVP", num.HVP(rosen, x, x), h.MatMul(x), 1e-13)
}

func TestThirdDerivative(t *testing.T) {
	f := func(x A) A { return x.Mul(x).Mul(x).Mul(x).Mul(x) }
	near(t, "(x⁵)‴", num.Grad(num.Grad(num.Grad(f)))(num.Scalar(2)), num.Scalar(60*4), 1e-14)
}

func TestVmap(t *testing.T) {
	xs := num.New([]float64{1, 2, 3, 4, 5, 6}, 2, 3)
	g := num.Vmap(num.Grad(rosen))(xs)
	near(t, "Vmap(Grad)", g, num.Stack(num.Grad(rosen)(xs.At(0)), num.Grad(rosen)(xs.At(1))), 1e-14)
	s := func(xs A) A { return num.Vmap(rosen)(xs).Sum() }
	near(t, "Grad(Vmap)", num.Grad(s)(xs), g, 1e-14)
	// Captured values are shared and differentiated.
	w := num.Vector(1, 2, 3)
	outer := func(w A) A { return num.Vmap(func(x A) A { return x.Dot(w) })(xs).Square().Sum() }
	want := xs.T().MatMul(xs.MatMul(w)).Scale(2)
	near(t, "captured", num.Grad(outer)(w), want, 1e-14)
}

// sqrtLoop is Newton's iteration for the square root, until it stops changing.
func sqrtLoop(a A) A {
	type carry struct{ X, Old, N A }
	return num.While(func(c carry) A { return c.X.Sub(c.Old).Abs().Gt(num.Scalar(1e-15).Mul(c.X)) },
		func(c carry) carry {
			return carry{c.X.Add(a.Div(c.X)).Scale(0.5), c.X, c.N.AddScalar(1)}
		}, carry{a, num.Scalar(0), num.Scalar(0)}).X
}

func TestWhile(t *testing.T) {
	near(t, "while", sqrtLoop(num.Scalar(2)), num.Scalar(math.Sqrt2), 1e-15)
	_, d := num.JVP(sqrtLoop, num.Scalar(2), num.Scalar(1))
	near(t, "forward through while", d, num.Scalar(0.5/math.Sqrt2), 1e-12)
	xs := num.Vector(2, 3, 1e6)
	near(t, "vmap of while", num.Vmap(sqrtLoop)(xs), xs.Sqrt(), 1e-15)
	_, err := num.Try(func() A { return num.Grad(sqrtLoop)(num.Scalar(2)) })
	if !errors.Is(err, num.ErrRule) || !strings.Contains(err.Error(), "CustomRoot") {
		t.Errorf("reverse through while: %v", err)
	}
}

func TestCustomRoot(t *testing.T) {
	root := num.CustomRoot(func(x, a A) A { return x.Mul(x).Sub(a) }, sqrtLoop, nil)
	near(t, "root", root(num.Scalar(2)), num.Scalar(math.Sqrt2), 1e-15)
	near(t, "Grad", num.Grad(root)(num.Scalar(2)), num.Scalar(0.5/math.Sqrt2), 1e-14)
	near(t, "Grad twice", num.Grad(num.Grad(root))(num.Scalar(2)), num.Scalar(-0.25*math.Pow(2, -1.5)), 1e-13)
	xs := num.Vector(2, 3, 1e4)
	sum := func(xs A) A { return num.Vmap(root)(xs).Sum() }
	near(t, "Grad(Vmap(CustomRoot))", num.Grad(sum)(xs), num.Scalar(0.5).Div(xs.Sqrt()), 1e-13)
	// A singular system is an error, never zeros.
	bad := num.CustomRoot(func(x, a A) A { return x.Mul(num.Zeros()).Add(a) }, func(a A) A { return a }, nil)
	if _, err := num.Try(func() A { return num.Grad(bad)(num.Scalar(2)) }); !errors.Is(err, num.ErrNumeric) {
		t.Errorf("singular system: %v", err)
	}
}

func TestTraceCount(t *testing.T) {
	count := 0
	j := num.Jit(func(x A) A { count++; return rosen(x) })
	for i := range 3 {
		if _, err := j.Call(num.Vector(float64(i), 2)); err != nil {
			t.Fatal(err)
		}
	}
	if count != 1 {
		t.Errorf("traced %d times, want 1", count)
	}
	if _, err := j.Call(num.Vector(1, 2, 3)); err != nil || count != 2 {
		t.Errorf("a new shape: %d traces, %v", count, err)
	}
}

func TestErrors(t *testing.T) {
	for _, c := range []struct {
		name, want string
		kind       error
		f          func() A
	}{
		{"broadcast", "shapes [[3] [2]] do not broadcast", num.ErrShape, func() A { return num.Zeros(3).Add(num.Zeros(2)) }},
		{"dtype", "operands are float64 and float32", num.ErrDType, func() A { return num.Zeros(3).Add(num.Full(num.Float32, 1, 3)) }},
		{"matmul", "3 columns and 2 rows", num.ErrShape, func() A { return num.Zeros(2, 3).MatMul(num.Zeros(2)) }},
		{"vector objective", "want a floating-point scalar", num.ErrShape, func() A { return num.Grad(func(x A) A { return x })(num.Zeros(2)) }},
		{"panic", "index out of range", num.ErrUser, func() A {
			return num.Grad(func(x A) A { var s []int; _ = s[x.Rank()]; return x.Sum() })(num.Zeros(2))
		}},
		{"zero array", "the zero Array", num.ErrArgument, func() A { return num.Grad(func(x A) A { return x })(A{}) }},
		{"leak", "after it had returned", num.ErrTrace, func() A {
			var leaked A
			num.Grad(func(x A) A { leaked = x; return x.Sum() })(num.Zeros(2))
			return leaked.Add(num.Zeros(2))
		}},
	} {
		t.Run(c.name, func(t *testing.T) {
			_, err := num.Try(c.f)
			if err == nil || !errors.Is(err, c.kind) || !strings.Contains(err.Error(), c.want) {
				t.Fatalf("got %v, want %q", err, c.want)
			}
			if !strings.Contains(err.Error(), "num_test.go:") {
				t.Errorf("no source line in %v", err)
			}
		})
	}
}

func TestArguments(t *testing.T) {
	near(t, "mean of integers", num.Arange(num.Int64, 0, 4).Mean(), num.Scalar(1.5), 0)
	near(t, "variance of integers", num.Arange(num.Int32, 0, 4).Var(), num.Scalar(1.25), 0)
	for want, f := range map[string]func() A{
		"num.Full: shape [-1]":         func() A { return num.Zeros(-1) },
		"num.New: shape [-1 -2]":       func() A { return num.New([]float64{1, 2}, -1, -2) },
		"num.Stack: there are no":      func() A { return num.Stack() },
		"num.Concat: there are no":     func() A { return num.Concat(0) },
		"use num.Stack":                func() A { return num.Concat(0, num.Scalar(1)) },
		"num.Range: 2:9 is out":        func() A { return num.Zeros(6).Range(2, 9) },
		"num.At: index 7 is out":       func() A { return num.Zeros(6).At(7) },
		"num.At: 2 indices for":        func() A { return num.Zeros(6).At(1, 1) },
		"do not fill shape [4 -1]":     func() A { return num.Zeros(6).Reshape(4, -1) },
		"is not a permutation":         func() A { return num.Zeros(2, 3).T(0, 0) },
		"want two vectors of the same": func() A { return num.Zeros(2).Dot(num.Zeros(3)) },
		"axis 2 is out of range":       func() A { return num.Zeros(2, 3).Sum(2) },
		"float64 and float32":          func() A { return num.Zeros(2).Add(num.Full(num.Float32, 0, 2)) },
		"[2 3]":                        func() A { return num.Zeros(2, 3).Add(num.Zeros(2)) },
		"num.While: the condition":     func() A { return num.While(func(x A) A { return x }, func(x A) A { return x }, num.Scalar(1)) },
	} {
		if _, err := num.Try(f); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("want %q, got %v", want, err)
		}
	}
}
