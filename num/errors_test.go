package num_test

import (
	"context"
	"errors"
	"strings"
	"testing"

	"github.com/argmin-go/argmin/num"
)

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
			if !strings.Contains(err.Error(), "errors_test.go:") {
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

// Arguments that cannot be meant are errors, and neither numbers that wrap around nor panics.
func TestArgumentsThatCannotBeMeant(t *testing.T) {
	v, i := num.Vector(1, 2, 3), num.Full(num.Int32, 3)
	var none context.Context
	_, unravel := num.Ravel([]A{v, v})
	for want, f := range map[string]func() any{
		"num.Grad: the function is nil":               func() any { return num.Grad[A](nil)(v) },
		"num.Vmap: the function is nil":               func() any { return num.Vmap[A, A](nil)(v) },
		"num.While: cond is nil":                      func() any { return num.While(nil, nil, v) },
		"num.Full: shape [1073741824 1073741824 1024": func() any { return num.Zeros(1<<30, 1<<30, 1<<10) },
		"num.Linspace: shape [-1] has a negative":     func() any { return num.Linspace(0, 1, -1) },
		"num.Arange: the constant 2 does not fit":     func() any { return num.Arange(num.Bool, 0, 3) },
		"num.Add: the constant 1e+18 does not fit":    func() any { return i.Add(num.Const(1e18)) },
		"the constant 0.5 does not fit":               func() any { return i.Scale(0.5) },
		"the constant -1 does not fit":                func() any { return num.Full(num.Uint32, 1).Const(-1) },
		"a vector of shape [7] for a tree of 6":       func() any { return unravel(num.Zeros(7)) },
		"a vector of shape [2 3] for a tree of 6":     func() any { return unravel(num.Zeros(2, 3)) },
	} {
		if _, err := num.Try(f); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("error %v, want one with %q", err, want)
		}
	}
	if _, err := num.Jit(func(x A) A { return x }).CallContext(none, v); !errors.Is(err, num.ErrArgument) {
		t.Errorf("a nil context: %v", err)
	}
	// The largest numbers that fit do.
	for d, x := range map[num.DType]float64{num.Int32: -1 << 31, num.Uint32: 1<<32 - 1, num.Int64: -1 << 63, num.Bool: 1} {
		if got := num.Full(d, 0).Const(x).Item(); got != x {
			t.Errorf("%v: %g, want %g", d, got, x)
		}
	}
}
