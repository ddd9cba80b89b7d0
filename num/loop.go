package num

import (
	"slices"

	"github.com/argmin-go/argmin/internal/ir"
	"github.com/argmin-go/argmin/internal/prim"
	"github.com/argmin-go/argmin/internal/treedef"
)

// While repeats x = body(x) as long as cond(x) is true, starting from init. The
// shapes and dtypes of x must stay the same. It has a forward-mode derivative;
// in reverse mode use [CustomRoot].
func While[T any](cond func(T) Array, body func(T) T, init T) T {
	const what = "num.While"
	xs, def := flatten(what, init)
	types := typesOf(xs)
	c := trace(what+": condition", cond, def, types)
	if t := c.prog.OutTypes()[0]; t.DType != Bool || t.Rank() != 0 {
		ir.Throw(ir.Errorf(ir.ShapeError, what, "the condition returned %v, want a bool scalar", t))
	}
	b := trace(what+": body", body, def, types)
	sameCarry(what, def, b.out, types, b.prog.OutTypes())
	op := prim.WhileOp{Cond: c.prog, Body: b.prog, NCond: len(c.captured), NBody: len(b.captured)}
	return unflatten[T](def, ir.ApplyHere(op, slices.Concat(c.captured, b.captured, xs)...))
}

// sameCarry checks that a body returns what it was given.
func sameCarry(what string, want, got *treedef.Def, wt, gt []ir.Type) {
	if err := treedef.Compare(want, got, "the body's result"); err != nil {
		ir.Throw(&Error{Kind: ir.ArgumentError, Op: what, Msg: "the body changed the structure of the carry: " + err.Error(), Err: err})
	}
	for i := range wt {
		if !wt[i].Equal(gt[i]) {
			ir.Throw(ir.Errorf(ir.ShapeError, what, "the body changed carry%s from %v to %v", want.Paths()[i], wt[i], gt[i]))
		}
	}
}
