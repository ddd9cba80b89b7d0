package num

import (
	"fmt"

	"github.com/argmin-go/argmin/internal/core/ir"
	"github.com/argmin-go/argmin/internal/core/prim"
	"github.com/argmin-go/argmin/internal/core/treedef"
)

// Callback calls f, a Go function of numbers, inside transformations: its
// argument holds concrete arrays. Its result must have the structure, shapes and
// dtypes of like. f must be a pure function; it may be called any number of
// times, but never twice at once. An error of f ends the run and is returned with
// errors.Is(err, ErrUser); a panic too.
//
// It has no derivative: wrap it in [CustomVJP], [CustomJVP] or
// [CustomRoot].
func Callback[T, U any](f func(T) (U, error), like U, x T) U {
	const what = "num.Callback"
	notNil(what, "f", f == nil)
	ls, ldef := flatten(what+": like", like)
	xs, def := flatten(what, x)
	op := &prim.CallbackOp{What: what, Func: funcName(f), Out: ir.TypesOf(ls), F: func(in []*ir.Data) ([]*ir.Data, error) {
		var out values
		err := call(what, in, def, func(x T) error {
			y, err := f(x)
			if err != nil {
				return err
			}
			ys, ydef := flatten(what+": result of the function", y)
			sameCarry(what, "the result", ldef, ydef, ir.TypesOf(ls), ir.TypesOf(ys))
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
	notNil(what, "f", f == nil)
	xs, def := flatten(what, x)
	ir.Apply(prim.ObserveOp{CallbackOp: &prim.CallbackOp{What: what, Func: funcName(f), F: func(in []*ir.Data) ([]*ir.Data, error) {
		return nil, call(what, in, def, f)
	}}}, xs...)
}

// call runs a function of the user on numbers and reports its failure as an *Error.
func call[T any](what string, in []*ir.Data, def *treedef.Def, f func(T) error) error {
	var failure, err error
	ir.Unstaged(func() { // its numbers are numbers, whatever is traced around the run
		failure, err = Try(func() error {
			return guard(what, func() error { return f(unflatten[T](def, constants(in))) })
		})
	})
	if failure != nil {
		return &Error{Kind: ir.UserError, Op: what, Msg: fmt.Sprintf("the function failed: %v", failure), Err: failure}
	}
	return err
}
