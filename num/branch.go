package num

import (
	"fmt"
	"slices"

	"github.com/argmin-go/argmin/internal/core/ir"
	"github.com/argmin-go/argmin/internal/core/prim"
	"github.com/argmin-go/argmin/internal/core/treedef"
)

// Cond is yes(x) where pred, a bool scalar, is true, and no(x) otherwise. Only
// one of them runs. Both must return the same structure, shapes and dtypes. See [Where]
// for a choice element by element.
func Cond[T, U any](pred Array, yes, no func(T) U, x T) U {
	const what = "num.Cond"
	if p := pred.value(); p.DType != Bool || p.Rank() != 0 {
		ir.Throw(ir.Errorf(ir.ShapeError, what, "pred is %v, want a bool scalar", p.Type))
	}
	notNil(what, "yes", yes == nil)
	notNil(what, "no", no == nil)
	return choose(what, pred.AsType(Int32), []func(T) U{no, yes}, x)
}

// Switch is branches[index](x) for an integer scalar, which is moved into the range of
// the branches. Only that branch runs. All must return the same structure, shapes and
// dtypes.
func Switch[T, U any](index Array, branches []func(T) U, x T) U {
	const what = "num.Switch"
	if p := index.value(); !p.DType.IsInt() || p.Rank() != 0 {
		ir.Throw(ir.Errorf(ir.ShapeError, what, "index is %v, want an integer scalar", p.Type))
	}
	if len(branches) == 0 {
		ir.Throw(ir.Errorf(ir.ArgumentError, what, "there are no branches"))
	}
	for i, f := range branches {
		notNil(what, fmt.Sprintf("branches[%d]", i), f == nil)
	}
	return choose(what, index.AsType(Int32), branches, x)
}

func choose[T, U any](what string, index Array, branches []func(T) U, x T) U {
	xs, def := flatten(what, x)
	progs, caps := make([]*ir.Program, len(branches)), make([]values, len(branches))
	var out *treedef.Def
	for i, f := range branches {
		t := traceLater(what, ir.Perhaps, f, def, ir.TypesOf(xs))
		progs[i], caps[i] = t.prog, t.captured
		if i == 0 {
			out = t.out
		} else {
			sameCarry(what, "the result", out, t.out, progs[0].OutTypes(), t.prog.OutTypes())
		}
	}
	if index.v.Data() != nil { // the choice is known, only what was chosen is left
		k := min(max(int(index.Item()), 0), len(branches)-1)
		return unflatten[U](out, evaluate(progs[k], slices.Concat(caps[k], xs)))
	}
	consts := prim.ShareInputs(progs, caps)
	return unflatten[U](out, ir.Apply(prim.SwitchOp{Branches: progs}, slices.Concat(values{index.value()}, consts, xs)...))
}
