package num

import (
	"context"
	"fmt"
	"runtime/debug"
	"slices"
	"strings"

	"github.com/argmin-go/argmin/internal/core/ad"
	"github.com/argmin-go/argmin/internal/core/cpu"
	"github.com/argmin-go/argmin/internal/core/ir"
	"github.com/argmin-go/argmin/internal/core/treedef"
)

type values = []*ir.Value

// flatten takes a tree apart; what names it in errors.
func flatten(what string, x any) (values, *treedef.Def) {
	leaves, def, err := treedef.Flatten[Array](x)
	if err != nil {
		ir.Throw(&Error{Kind: ir.ArgumentError, Op: what, Msg: err.Error(), Err: err})
	}
	vs := make(values, len(leaves))
	for i, a := range leaves {
		if a.v == nil {
			ir.Throw(ir.Errorf(ir.ArgumentError, what, "leaf %s of the tree is the zero Array; make one with num.New, num.Scalar or num.Zeros", def.Paths()[i]))
		}
		vs[i] = a.v
	}
	return vs, def
}

func unflatten[T any](def *treedef.Def, vs values) T {
	leaves := make([]Array, len(vs))
	for i, v := range vs {
		leaves[i] = wrap(v)
	}
	x, err := treedef.UnflattenTo[T](def, leaves)
	if err != nil {
		ir.Throw(&Error{Kind: ir.ArgumentError, Op: "num", Msg: err.Error(), Err: err})
	}
	return x
}

func typesOf(vs values) []ir.Type {
	ts := make([]ir.Type, len(vs))
	for i, v := range vs {
		ts[i] = v.Type
	}
	return ts
}

// traced is a user's function as a program.
type traced struct {
	prog     *ir.Program
	captured values
	out      *treedef.Def
	options  ir.RunOptions
}

// trace runs f once on traced arrays. A panic of f that is not an *Error is
// reported as one, with the line where it happened.
func trace[T, U any](what string, f func(T) U, def *treedef.Def, types []ir.Type) traced {
	var t traced
	t.prog, t.captured = ad.Trace(what, types, func(x values) values {
		y := guard(what, func() U { return f(unflatten[T](def, x)) })
		vs, d := flatten(what+": result of the function", y)
		t.out = d
		return vs
	})
	return t
}

// guard turns panics of user code into *Error.
func guard[U any](what string, f func() U) (u U) {
	defer func() {
		if r := recover(); r != nil {
			if e, ok := r.(*Error); ok {
				panic(e)
			}
			e := ir.Errorf(ir.UserError, what, "panic in the function: %v", r)
			if err, ok := r.(error); ok {
				e.Err = err
			}
			e.Loc = panicLine(string(debug.Stack()))
			panic(e)
		}
	}()
	return f()
}

// panicLine is the first line after the panic itself in a stack dump.
func panicLine(stack string) string {
	_, rest, ok := strings.Cut(stack, "\npanic(")
	for ok && rest != "" {
		var line string
		line, rest, _ = strings.Cut(rest, "\n")
		s := strings.TrimSpace(line)
		if !strings.Contains(s, ".go:") || strings.Contains(s, "/runtime/") {
			continue
		}
		s, _, _ = strings.Cut(s, " ")
		return s[strings.LastIndexByte(s, '/')+1:]
	}
	return ""
}

// stage evaluates f on values. If all are concrete it is first recorded as one
// program, which the executor plans as a whole.
func stage(what string, x values, f func(x values) values) values {
	for _, v := range x {
		if v.Traced() {
			return f(x)
		}
	}
	p, captured := ad.Trace(what, typesOf(x), f)
	return evaluate(p, slices.Concat(captured, x))
}

// evaluate runs a program where its inputs live.
func evaluate(p *ir.Program, in values) values {
	data := make([]*ir.Data, len(in))
	for i, v := range in {
		if v.Traced() {
			return ir.Inline(p, in)
		}
		data[i] = v.Data()
	}
	out, err := cpu.Run(context.Background(), p, data)
	if err != nil {
		ir.Throw(err)
	}
	vs := make(values, len(out))
	for i, d := range out {
		vs[i] = ir.Const(d)
	}
	return vs
}

// call runs f(prog, captured+x) for a freshly traced function.
func (t traced) stage(what string, x values, f func(in values) values) values {
	return stage(what, slices.Concat(t.captured, x), f)
}

// Try calls f and returns the *Error that an operation in it panicked with.
func Try[T any](f func() T) (x T, err error) {
	defer func() {
		if r := recover(); r != nil {
			e, ok := r.(*Error)
			if !ok {
				panic(r)
			}
			err = e
		}
	}()
	return f(), nil
}

// JVP is f(x) and its derivative at x along dx (forward mode). dx must have the
// structure, shapes and dtypes of x.
func JVP[T, U any](f func(T) U, x, dx T) (U, U) {
	const what = "num.JVP"
	xs, def := flatten(what, x)
	dxs, ddef := flatten(what, dx)
	sameTree(what, "x", "dx", def, ddef, xs, dxs)
	t := trace(what, f, def, typesOf(xs))
	nc, n := len(t.captured), len(xs)
	out := t.stage(what, slices.Concat(xs, dxs), func(in values) values {
		tan := make(values, nc+n)
		for i, v := range in[nc+n:] {
			if v.DType.IsFloat() {
				tan[nc+i] = v
			}
		}
		y, dy := ad.JVP(t.prog, in[:nc+n], tan)
		return append(y, ad.Zeros(dy, t.prog.OutTypes())...)
	})
	m := len(out) / 2
	return unflatten[U](t.out, out[:m]), unflatten[U](t.out, out[m:])
}

// sameTree checks that two trees have the same structure, shapes and dtypes.
func sameTree(what, nx, ny string, dx, dy *treedef.Def, x, y values) {
	if err := treedef.Compare(dx, dy, ny); err != nil {
		ir.Throw(&Error{Kind: ir.ArgumentError, Op: what, Msg: fmt.Sprintf("%s must have the structure of %s: %v", ny, nx, err), Err: err})
	}
	for i := range x {
		if !x[i].Type.Equal(y[i].Type) {
			ir.Throw(ir.Errorf(ir.ShapeError, what, "%s%s is %v, but %s is %v", ny, dx.Paths()[i], y[i].Type, nx, x[i].Type))
		}
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

// Grad is the gradient of a scalar function: a tree like its argument. Leaves
// that are not floating-point have gradient zero.
func Grad[T any](f func(T) Array) func(T) T {
	g := valueAndGrad("num.Grad", f)
	return func(x T) T {
		_, d := g(x)
		return d
	}
}

// ValueAndGrad is a scalar function's value and gradient.
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

// ValueAndGradAux is [ValueAndGrad] of a function that returns something besides
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

func checkScalar(what string, t ir.Type) {
	if t.Rank() != 0 || !t.DType.IsFloat() {
		ir.Throw(ir.Errorf(ir.ShapeError, what, "the function returned shape %s %s, want a floating-point scalar (use Sum or Mean, or num.JacobianRev)", ir.ShapeString(t.Shape), t.DType))
	}
}
