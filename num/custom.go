package num

import (
	"fmt"
	"slices"

	"github.com/argmin-go/argmin/internal/core/ir"
	"github.com/argmin-go/argmin/internal/core/prim"
	"github.com/argmin-go/argmin/internal/core/treedef"
)

// CustomJVP gives f another derivative: rule takes an argument and its tangent
// and returns f's value and the tangent of it, which must be linear in the given
// tangent. Reverse mode is its transpose. The rule is not differentiated with
// respect to arrays that f or rule capture: that is an error.
func CustomJVP[T, U any](f func(T) U, rule func(x, dx T) (U, U)) func(T) U {
	const what = "num.CustomJVP"
	type pair struct{ X, DX T }
	return func(x T) U {
		xs, def := flatten(what, x)
		p := trace(what, f, def, typesOf(xs))
		twice, pdef := flatten(what, pair{x, x})
		r := trace(what+": rule", func(z pair) U { _, dy := rule(z.X, z.DX); return dy }, pdef, typesOf(twice))
		sameCarry(what, "the tangent", p.out, r.out, p.prog.OutTypes(), r.prog.OutTypes())
		progs := []*ir.Program{p.prog, r.prog}
		consts := prim.ShareInputs(progs, []values{p.captured, r.captured})
		op := prim.CustomJVPOp{Primal: progs[0], Rule: progs[1], NConst: len(consts)}
		return unflatten[U](p.out, ir.Apply(op, slices.Concat(consts, xs)...))
	}
}

// CustomVJP gives f another reverse-mode derivative: forward returns f's value
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
		xs, def := flatten(what, x)
		p := trace(what, f, def, typesOf(xs))
		fw := trace(what+": forward", func(x T) result { y, r := forward(x); return result{y, r} }, def, typesOf(xs))
		z := unflatten[result](fw.out, zerosOf(fw.prog.OutTypes()))
		ys, ydef := flatten(what, z.Y)
		sameCarry(what, "the value of forward", p.out, ydef, p.prog.OutTypes(), typesOf(ys))
		bs, bdef := flatten(what, back{z.R, z.Y})
		bw := trace(what+": backward", func(b back) T { return backward(b.R, b.C) }, bdef, typesOf(bs))
		sameCarry(what, "the cotangent of the argument", def, bw.out, typesOf(xs), bw.prog.OutTypes())
		progs := []*ir.Program{p.prog, fw.prog, bw.prog}
		consts := prim.ShareInputs(progs, []values{p.captured, fw.captured, bw.captured})
		op := prim.CustomVJPOp{Primal: progs[0], Forward: progs[1], Backward: progs[2], NConst: len(consts)}
		return unflatten[U](p.out, ir.Apply(op, slices.Concat(consts, xs)...))
	}
}

// Checkpoint is f whose reverse-mode derivative keeps the argument alone and
// computes everything else again: less memory for one more evaluation.
func Checkpoint[T, U any](f func(T) U) func(T) U {
	const what = "num.Checkpoint"
	return func(x T) U {
		xs, def := flatten(what, x)
		t := trace(what, f, def, typesOf(xs))
		return unflatten[U](t.out, ir.Apply(prim.CheckpointOp{Prog: t.prog}, slices.Concat(t.captured, xs)...))
	}
}

// Callback calls f, a Go function of numbers, inside transformations: its
// argument holds concrete arrays. Its result must have the structure, shapes and
// dtypes of like. f must be a pure function; it may be called any number of
// times, but never twice at once. An error of f ends the run and is returned with
// errors.Is(err, ErrUser); a panic too.
//
// It has no derivative of its own: wrap it in [CustomVJP], [CustomJVP] or
// [CustomRoot].
func Callback[T, U any](f func(T) (U, error), like U, x T) U {
	const what = "num.Callback"
	ls, ldef := flatten(what+": like", like)
	xs, def := flatten(what, x)
	op := &prim.CallbackOp{What: what, Func: funcName(f), Out: typesOf(ls), F: func(in []*ir.Data) ([]*ir.Data, error) {
		var out values
		err := call(what, in, def, func(x T) error {
			y, err := f(x)
			if err != nil {
				return err
			}
			ys, ydef := flatten(what+": result of the function", y)
			sameCarry(what, "the result", ldef, ydef, typesOf(ls), typesOf(ys))
			out = ys
			return nil
		})
		if err != nil {
			return nil, err
		}
		data := make([]*ir.Data, len(out))
		for i, v := range out {
			data[i] = v.Data()
		}
		return data, nil
	}}
	return unflatten[U](ldef, ir.Apply(op, xs...))
}

// Observe calls f with the numbers of x whenever the program passes here: for
// logging, progress and tests. An error of f ends the run and is returned.
func Observe[T any](f func(T) error, x T) {
	const what = "num.Observe"
	xs, def := flatten(what, x)
	ir.Apply(prim.ObserveOp{CallbackOp: &prim.CallbackOp{What: what, Func: funcName(f), F: func(in []*ir.Data) ([]*ir.Data, error) {
		return nil, call(what, in, def, f)
	}}}, xs...)
}

// call runs a function of the user on numbers and reports its failure as an *Error.
func call[T any](what string, in []*ir.Data, def *treedef.Def, f func(T) error) (err error) {
	defer func() {
		if r := recover(); r != nil {
			e, ok := r.(*Error)
			if !ok {
				panic(r)
			}
			err = e
		}
	}()
	vs := make(values, len(in))
	for i, d := range in {
		vs[i] = ir.Const(d)
	}
	ferr := guard(what, func() error { return f(unflatten[T](def, vs)) })
	if ferr != nil {
		return &Error{Kind: ir.UserError, Op: what, Msg: fmt.Sprintf("the function failed: %v", ferr), Err: ferr}
	}
	return nil
}
