package num

import (
	"slices"

	"github.com/argmin-go/argmin/internal/core/ir"
	"github.com/argmin-go/argmin/internal/core/prim"
)

// CustomJVP gives f a custom derivative: rule takes an argument and its tangent
// and returns f's value and its tangent, which must be linear in the given
// tangent. Reverse mode is its transpose. The rule is not differentiated with
// respect to arrays that f or rule capture: that is an error.
func CustomJVP[T, U any](f func(T) U, rule func(x, dx T) (U, U)) func(T) U {
	const what = "num.CustomJVP"
	type pair struct{ X, DX T }
	return func(x T) U {
		notNil(what, "f", f == nil)
		notNil(what, "rule", rule == nil)
		xs, def := flatten(what, x)
		p := trace(what, f, def, ir.TypesOf(xs))
		twice, pdef := flatten(what, pair{x, x})
		r := traceLater(what+": rule", ir.Perhaps, func(z pair) U { _, dy := rule(z.X, z.DX); return dy }, pdef, ir.TypesOf(twice))
		sameCarry(what, "the tangent", p.out, r.out, p.prog.OutTypes(), r.prog.OutTypes())
		progs := []*ir.Program{p.prog, r.prog}
		consts := prim.ShareInputs(progs, []values{p.captured, r.captured})
		op := prim.CustomJVPOp{Primal: progs[0], Rule: progs[1], NConst: len(consts)}
		return unflatten[U](p.out, ir.Apply(op, slices.Concat(consts, xs)...))
	}
}

// CustomVJP gives f a custom reverse-mode derivative: forward returns f's value
// and whatever backward needs; backward takes that and the cotangent of the value
// and returns the cotangent of the argument. Forward mode works as well if
// backward is linear in the cotangent. Derivatives with respect to arrays that
// the functions capture are an error.
func CustomVJP[T, U, R any](f func(T) U, forward func(T) (U, R), backward func(res R, ct U) T) func(T) U {
	const what = "num.CustomVJP"
	type result struct {
		Y U
		R R
	}
	type back struct {
		R R
		C U
	}
	return func(x T) U {
		notNil(what, "f", f == nil)
		notNil(what, "forward", forward == nil)
		notNil(what, "backward", backward == nil)
		xs, def := flatten(what, x)
		p := traceLater(what, ir.Perhaps, f, def, ir.TypesOf(xs)) // a derivative runs forward instead
		fw := traceLater(what+": forward", ir.Perhaps, func(x T) result { y, r := forward(x); return result{y, r} }, def, ir.TypesOf(xs))
		z := unflatten[result](fw.out, zerosOf(fw.prog.OutTypes()))
		ys, ydef := flatten(what, z.Y)
		sameCarry(what, "the value of forward", p.out, ydef, p.prog.OutTypes(), ir.TypesOf(ys))
		bs, bdef := flatten(what, back{z.R, z.Y})
		bw := traceLater(what+": backward", ir.Perhaps, func(b back) T { return backward(b.R, b.C) }, bdef, ir.TypesOf(bs))
		sameCarry(what, "the cotangent of the argument", def, bw.out, ir.TypesOf(xs), bw.prog.OutTypes())
		progs := []*ir.Program{p.prog, fw.prog, bw.prog}
		consts := prim.ShareInputs(progs, []values{p.captured, fw.captured, bw.captured})
		op := prim.CustomVJPOp{Primal: progs[0], Forward: progs[1], Backward: progs[2], NConst: len(consts)}
		return unflatten[U](p.out, ir.Apply(op, slices.Concat(consts, xs)...))
	}
}

// Checkpoint is f whose reverse-mode derivative keeps only the argument and
// computes everything else again: less memory for one more evaluation.
func Checkpoint[T, U any](f func(T) U) func(T) U {
	const what = "num.Checkpoint"
	return func(x T) U {
		notNil(what, "f", f == nil)
		xs, def := flatten(what, x)
		t := traceLater(what, ir.Often, f, def, ir.TypesOf(xs))
		return unflatten[U](t.out, ir.Apply(prim.CheckpointOp{Prog: t.prog}, slices.Concat(t.captured, xs)...))
	}
}

// StopGradient is a, with derivative zero.
func (a Array) StopGradient() Array { return wrap(prim.StopGradient(a.value())) }
