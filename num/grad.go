package num

import (
	"github.com/argmin-go/argmin/internal/core/ad"
	"github.com/argmin-go/argmin/internal/core/ir"
)

// Grad is the gradient of a scalar function: a function that returns a tree like its
// argument. Leaves that are not floating-point have gradient zero.
//
//go:noinline so that a traced gradient is named num.Grad, whatever the compiler would inline
func Grad[T any](f func(T) Array) func(T) T {
	return func(x T) T {
		_, g := gradient("num.Grad", f, x)
		return g
	}
}

// ValueAndGrad is a scalar function's value and gradient in one call, which costs no more
// than [Grad].
func ValueAndGrad[T any](f func(T) Array) func(T) (Array, T) {
	return func(x T) (Array, T) { return gradient("num.ValueAndGrad", f, x) }
}

// GradFirst is the gradient of a scalar function of two arguments with respect to the first one, the
// parameters of a loss for instance, at given data. A function of more arguments takes them as
// structs.
func GradFirst[A, B any](f func(A, B) Array) func(A, B) A {
	return func(a A, b B) A {
		_, g := gradient("num.GradFirst", func(a A) Array { return f(a, b) }, a)
		return g
	}
}

// GradSecond is [GradFirst] with respect to the second argument.
func GradSecond[A, B any](f func(A, B) Array) func(A, B) B {
	return func(a A, b B) B {
		_, g := gradient("num.GradSecond", func(b B) Array { return f(a, b) }, b)
		return g
	}
}

// ValueAndGradAux is [ValueAndGrad] of a function that returns something in addition to
// its value, which is passed through and not differentiated.
func ValueAndGradAux[T, A any](f func(T) (Array, A)) func(T) (Array, A, T) {
	type result struct {
		Y   Array
		Aux A
	}
	return func(x T) (Array, A, T) {
		r, g := gradient("num.ValueAndGradAux", func(x T) result {
			y, aux := f(x)
			return result{y, aux}
		}, x)
		return r.Y, r.Aux, g
	}
}

// gradient evaluates f, and the gradient of the first leaf of its result, in one staged
// program: trace, linearize, transpose.
func gradient[T, U any](what string, f func(T) U, x T) (U, T) {
	xs, def := flatten(what, x)
	t := trace(what, f, def, ir.TypesOf(xs))
	checkScalar(what, t.prog.OutTypes()[0])
	nc := len(t.captured)
	out := t.stage(what, xs, func(in values) values {
		active := make([]bool, len(in))
		for i := range xs {
			active[nc+i] = true
		}
		y, lin := ad.Linearize(t.prog, in, active)
		ct := make(values, len(y))
		ct[0] = ir.Full(y[0].Type, 1)
		cx := lin.Transpose(ct, len(in))[nc:]
		return append(y, ad.Zeros(cx, ir.TypesOf(xs))...)
	})
	ny := len(t.prog.Out)
	return unflatten[U](t.out, out[:ny]), unflatten[T](def, out[ny:])
}

func checkScalar(what string, t ir.Type) {
	if t.Rank() != 0 || !t.DType.IsFloat() {
		ir.Throw(ir.Errorf(ir.ShapeError, what,
			"the function returned shape %s %s, want a floating-point scalar (use Sum or Mean, or num.JacobianRev)",
			ir.ShapeString(t.Shape), t.DType))
	}
}

// HVP is the product of the Hessian of a scalar function at x with v, a tree like x, without the Hessian itself.
func HVP[T any](f func(T) Array, x, v T) T {
	_, hv := JVP(Grad(f), x, v)
	return hv
}
