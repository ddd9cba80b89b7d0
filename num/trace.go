package num

import (
	"context"
	"fmt"
	"slices"

	"github.com/argmin-go/argmin/internal/core/ad"
	"github.com/argmin-go/argmin/internal/core/cpu"
	"github.com/argmin-go/argmin/internal/core/ir"
	"github.com/argmin-go/argmin/internal/core/treedef"
)

type values = []*ir.Value

// flatten takes a tree apart; what names the caller in errors.
func flatten(what string, x any) (values, *treedef.Def) {
	leaves, def, err := treedef.Flatten[Array](x)
	if err != nil {
		ir.Throw(&Error{Kind: ir.ArgumentError, Op: what, Msg: err.Error(), Err: err})
	}
	vs := make(values, len(leaves))
	for i, a := range leaves {
		if a.v == nil {
			ir.Throw(ir.Errorf(ir.ArgumentError, what,
				"leaf %s of the tree is the zero Array; make one with num.New, num.Scalar or num.Zeros", def.Paths()[i]))
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

func zerosOf(ts []ir.Type) values {
	vs := make(values, len(ts))
	for i, t := range ts {
		vs[i] = ir.Full(t, 0)
	}
	return vs
}

// traced is a user's function as a program.
type traced struct {
	in       *treedef.Def // of the argument, if it was kept
	prog     *ir.Program
	captured values
	out      *treedef.Def
	options  ir.RunOptions
}

// trace runs f once on traced arrays. A panic of f that is not an *Error is
// reported as one, with the line where it happened.
func trace[T, U any](what string, f func(T) U, def *treedef.Def, types []ir.Type) (t traced) {
	notNil(what, "the function", f == nil)
	t.prog, t.captured = ad.Trace(what, types, body(what, f, def, &t.out))
	return t
}

// traceLater is [trace] of a function that runs later, as often as runs says: what it computes
// from captured arrays alone is part of it too.
func traceLater[T, U any](what string, runs ir.Runs, f func(T) U, def *treedef.Def, types []ir.Type) (t traced) {
	t.prog, t.captured = ad.Staged(what, runs, types, body(what, f, def, &t.out))
	return t
}

// body is f on the leaves of trees; it leaves the structure of the result in out.
func body[T, U any](what string, f func(T) U, def *treedef.Def, out **treedef.Def) func(x values) values {
	return func(x values) values {
		y := guard(what, func() U { return f(unflatten[T](def, x)) })
		vs, d := flatten(what+": result of the function", y)
		*out = d
		return vs
	}
}

// notNil refuses a function that is nil.
func notNil(what, name string, isNil bool) {
	if isNil {
		ir.Throw(ir.Errorf(ir.ArgumentError, what, "%s is nil", name))
	}
}

// stage runs f, which interprets the program, on the captured values followed by x.
func (t traced) stage(what string, x values, f func(in values) values) values {
	return stage(what, slices.Concat(t.captured, x), f)
}

// stage evaluates f on values. If all are concrete it is first recorded as one
// program, which the executor plans as a whole.
func stage(what string, x values, f func(x values) values) values {
	if ir.Staged() {
		return f(x)
	}
	for _, v := range x {
		if v.Traced() {
			return f(x)
		}
	}
	p, captured := ad.Trace(what, ir.TypesOf(x), f)
	return evaluate(p, slices.Concat(captured, x))
}

// evaluate runs a program on the default executor, or records it in the trace that one of
// its inputs belongs to.
func evaluate(p *ir.Program, in values) values {
	data, ok := concrete(in)
	if !ok {
		return ir.Inline(p, in)
	}
	out, err := cpu.Run(context.Background(), p, data)
	if err != nil {
		ir.Throw(err)
	}
	return constants(out)
}

// concrete is the arrays of values, none of which may be traced: else ok is false, as in a
// function that is traced to run later.
func concrete(vs values) (data []*ir.Data, ok bool) {
	if ir.Staged() {
		return nil, false
	}
	data = make([]*ir.Data, len(vs))
	for i, v := range vs {
		if v.Traced() {
			return nil, false
		}
		data[i] = v.Data()
	}
	return data, true
}

// constants is the values of arrays.
func constants(data []*ir.Data) values {
	vs := make(values, len(data))
	for i, d := range data {
		vs[i] = ir.Const(d)
	}
	return vs
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

// sameCarry checks that functions return what they must.
func sameCarry(what, name string, want, got *treedef.Def, wt, gt []ir.Type) {
	if err := treedef.Compare(want, got, name); err != nil {
		ir.Throw(&Error{Kind: ir.ArgumentError, Op: what, Msg: "the structure of " + name + " changed: " + err.Error(), Err: err})
	}
	for i := range wt {
		if !wt[i].Equal(gt[i]) {
			ir.Throw(ir.Errorf(ir.ShapeError, what, "%s%s changed from %v to %v", name, want.Paths()[i], wt[i], gt[i]))
		}
	}
}

// TraceOnce runs f once, on traced arrays of the types of x, and returns a function
// that repeats what it did without calling it again.
func TraceOnce[T, U any](f func(T) U, x T) func(T) U {
	const what = "num.TraceOnce"
	xs, def := flatten(what, x)
	notNil(what, "the function", f == nil)
	t := traceLater(what, ir.Later, f, def, ir.TypesOf(xs))
	return func(y T) U {
		ys, ydef := flatten(what, y)
		sameTree(what, "the example", "the argument", def, ydef, xs, ys)
		return unflatten[U](t.out, evaluate(t.prog, slices.Concat(t.captured, ys)))
	}
}
