package num

import (
	"slices"

	"github.com/argmin-go/argmin/internal/core/ad"
	"github.com/argmin-go/argmin/internal/core/ir"
)

// Grad is the gradient of a scalar function: a function that returns a tree like its
// argument. Leaves that are not floating-point have gradient zero.
func Grad[T any](f func(T) Array) func(T) T {
	g := valueAndGrad("num.Grad", f)
	return func(x T) T {
		_, d := g(x)
		return d
	}
}

// ValueAndGrad is a scalar function's value and gradient in one call, which costs no more than [Grad].
func ValueAndGrad[T any](f func(T) Array) func(T) (Array, T) {
	return valueAndGrad("num.ValueAndGrad", f)
}

func valueAndGrad[T any](what string, f func(T) Array) func(T) (Array, T) {
	g := valueAndGradAux(what, func(x T) (Array, []Array) { return f(x), nil })
	return func(x T) (Array, T) {
		y, _, d := g(x)
		return y, d
	}
}

// ValueAndGradAux is [ValueAndGrad] of a function that returns something in addition to
// its value, which is passed through and not differentiated.
func ValueAndGradAux[T, A any](f func(T) (Array, A)) func(T) (Array, A, T) {
	return valueAndGradAux("num.ValueAndGradAux", f)
}

type withAux[A any] struct {
	Y   Array
	Aux A
}

func valueAndGradAux[T, A any](what string, f func(T) (Array, A)) func(T) (Array, A, T) {
	return func(x T) (Array, A, T) {
		xs, def := flatten(what, x)
		t := trace(what, func(x T) withAux[A] {
			y, aux := f(x)
			return withAux[A]{y, aux}
		}, def, typesOf(xs))
		checkScalar(what, t.prog.OutTypes()[0])
		out := vjp(t, what, xs, nil, true)
		m := len(t.prog.Out)
		r := unflatten[withAux[A]](t.out, out[:m])
		return r.Y, r.Aux, unflatten[T](def, out[m:])
	}
}

// vjp traces, linearizes and transposes in one staged program.
func vjp(t traced, what string, x, ct values, seedOne bool) values {
	nc := len(t.captured)
	return t.stage(what, slices.Concat(x, ct), func(in values) values {
		active := make([]bool, nc+len(x))
		for i := range x {
			active[nc+i] = true
		}
		y, lin := ad.Linearize(t.prog, in[:nc+len(x)], active)
		cts := in[nc+len(x):]
		if seedOne {
			cts = make(values, len(y))
			cts[0] = ir.Full(y[0].Type, 1)
		}
		cx := lin.Transpose(cts, nc+len(x))[nc:]
		return append(y, ad.Zeros(cx, typesOf(x))...)
	})
}

func checkScalar(what string, t ir.Type) {
	if t.Rank() != 0 || !t.DType.IsFloat() {
		ir.Throw(ir.Errorf(ir.ShapeError, what, "the function returned shape %s %s, want a floating-point scalar (use Sum or Mean, or num.JacobianRev)", ir.ShapeString(t.Shape), t.DType))
	}
}

// HVP is the product of the Hessian of a scalar function at x with v, a tree like x, without the Hessian itself.
func HVP[T any](f func(T) Array, x, v T) T {
	_, hv := JVP(Grad(f), x, v)
	return hv
}
