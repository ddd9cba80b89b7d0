package argmin

import (
	"context"
	"errors"
	"fmt"
	"math"
	"reflect"
	"strings"

	"github.com/argmin-go/argmin/internal/core/ir"
	"github.com/argmin-go/argmin/internal/core/treedef"
	"github.com/argmin-go/argmin/internal/option"
	"github.com/argmin-go/argmin/num"
	"github.com/argmin-go/argmin/tree"
)

// This file has the checks of what users give: functions, options, and what their functions
// return. Constructors return no error, so what is wrong with their arguments is an error of
// every call of the solver.

// wrong is an error about the arguments of a constructor.
func wrong(op, format string, args ...any) error {
	return ir.Errorf(ir.ArgumentError, "argmin."+op, format, args...)
}

// check is the error of every call of a solver that was made wrongly.
func (s *Solver[P, D]) check() error {
	switch {
	case s.wrong != nil:
		return s.wrong
	case s.run == nil:
		return wrong("Solver", "the solver is zero; make one with Minimize or another function for a kind of problem")
	case s.kind.valueAndGrad == nil:
		return wrong(s.kind.name, "f is nil")
	}
	return nil
}

// ended is the error of a context that ended, or that is nil.
func ended(ctx context.Context) error {
	switch {
	case ctx == nil:
		return errors.New("argmin: the context is nil")
	case ctx.Err() != nil:
		return fmt.Errorf("argmin: %w", context.Cause(ctx))
	}
	return nil
}

// failed is the error of a call, which names the package once.
func failed(err error) error {
	if strings.HasPrefix(err.Error(), "argmin.") {
		return err
	}
	return fmt.Errorf("argmin: %w", err)
}

func (s *Solver[P, D]) mustCheck() {
	if err := s.check(); err != nil {
		ir.Throw(err)
	}
}

// defined is the definition of a method, unless its options cannot be meant.
func defined[M any](m M, define func(M) definition) definition {
	if option.Nil(m) {
		return definition{wrong: fmt.Sprintf("the method is a nil %T", m)}
	}
	d := define(m)
	v := reflect.Indirect(reflect.ValueOf(m))
	if v.Kind() != reflect.Struct {
		return d
	}
	if name := option.NaN(m); name != "" {
		d.wrong = fmt.Sprintf("%s.%s is NaN", v.Type().Name(), name)
		return d
	}
	if r, ok := any(m).(ranged); ok && d.wrong == "" {
		for _, r := range r.ranges() {
			if d.wrong = r.Wrong(v.Type().Name()); d.wrong != "" {
				break
			}
		}
	}
	return d
}

// ranged is a method whose numbers must be in ranges.
type ranged interface{ ranges() []option.Range }

// memoryRange is of the number of pairs that a method keeps: they have matrices of its square, of
// up to eight gigabytes each.
func memoryRange(memory int) option.Range {
	return option.AtLeast("Memory", float64(memory), 1).AtMost(1 << 15)
}

// mostHistory is the largest MaxIter whose history is kept: two arrays of half a gigabyte.
const mostHistory = 1 << 26

// wrongOptions is what makes options unusable, with the defaults filled in.
func wrongOptions(opt Options) string {
	switch {
	case math.IsNaN(opt.Tol):
		return "Options.Tol is NaN"
	case opt.History && opt.MaxIter > mostHistory:
		return fmt.Sprintf("Options.History keeps MaxIter + 1 entries and MaxIter is %d; set at most %d", opt.MaxIter, mostHistory)
	}
	return ""
}

// checkParams refuses parameters that no method can change.
func checkParams[P any](op string, params P) {
	leaves := tree.Leaves(params)
	if len(leaves) == 0 {
		throwf(op, "the parameters, of type %T, have no arrays", params)
	}
	for i, x := range leaves {
		if d := x.DType(); !d.IsFloat() || d != leaves[0].DType() {
			ir.Throw(ir.Errorf(ir.DTypeError, "argmin."+op, "the parameters%s are %s, want one floating-point type for all", tree.Paths(params)[i], d))
		}
	}
}

// checkValue refuses what cannot be the value of an objective.
func checkValue(op string, v num.Array, d num.DType) num.Array {
	switch {
	case v == (num.Array{}):
		throwf(op, "the objective returned the zero Array")
	case v.Rank() > 0:
		ir.Throw(ir.Errorf(ir.ShapeError, "argmin."+op, "the objective returned %s, want a scalar (use Sum or Mean)", typeOf(v)))
	case v.DType() != d:
		ir.Throw(ir.Errorf(ir.DTypeError, "argmin."+op, "the objective returned %s, want %s as the parameters; convert it with AsType", v.DType(), d))
	}
	return v
}

// checkLike refuses a tree that has not the structure, shapes and dtypes of another one.
func checkLike[T any](op, name string, got T, of string, like T) T {
	checkStructure(op, name, got, like)
	want := tree.Leaves(like)
	for i, x := range tree.Leaves(got) {
		if typeOf(x) != typeOf(want[i]) {
			throwMismatch(op, name+tree.Paths(got)[i], x, of, want[i])
		}
	}
	return got
}

// checkBound makes bounds of the shapes of the parameters from bounds that broadcast to them. A
// zero Array, or a zero tree, is where there is none: the bound is infinite with the sign of none.
func checkBound[P any](op, name string, bound, params P, none int) P {
	if reflect.ValueOf(&bound).Elem().IsZero() { // a nil map or slice as well
		return tree.Map(func(x num.Array) num.Array { return num.Full(x.DType(), math.Inf(none), x.Shape()...) }, params)
	}
	sameStructure(op, name, bound, params)
	xs, i := tree.Leaves(params), -1
	return tree.Map(func(b num.Array) num.Array {
		i++
		x := xs[i]
		if b == (num.Array{}) {
			return num.Full(x.DType(), math.Inf(none), x.Shape()...)
		}
		if typeOf(b) == typeOf(x) {
			return b
		}
		if b.DType() != x.DType() && b.Rank() > 0 {
			throwMismatch(op, name+tree.Paths(bound)[i], b, "the parameters", x)
		}
		wide, err := num.Try(func() num.Array { return num.Where(num.Full(num.Bool, 1, x.Shape()...), b, x.Scale(0)) })
		if err != nil || typeOf(wide) != typeOf(x) {
			throwMismatch(op, name+tree.Paths(bound)[i], b, "the parameters", x)
		}
		return wide
	}, bound)
}

func checkStructure[T any](op, name string, got, like T) {
	leaves, paths := sameStructure(op, name, got, like)
	for i, x := range leaves {
		if x == (num.Array{}) {
			throwf(op, "%s%s is the zero Array", name, paths[i])
		}
	}
}

// sameStructure refuses a tree that is not built like another one, whatever its arrays; it
// returns them with their paths.
func sameStructure[T any](op, name string, got, like T) (leaves []num.Array, paths []string) {
	_, want, err := treedef.Flatten[num.Array](like)
	if err != nil {
		throwf(op, "%v", err)
	}
	leaves, def, err := treedef.Flatten[num.Array](got)
	if err == nil {
		err = treedef.Compare(want, def, name)
	}
	if err != nil {
		throwf(op, "%s: %v", name, err)
	}
	return leaves, def.Paths()
}

func throwMismatch(op, name string, x num.Array, of string, want num.Array) {
	kind := ir.ShapeError
	if x.DType() != want.DType() {
		kind = ir.DTypeError
	}
	ir.Throw(ir.Errorf(kind, "argmin."+op, "%s is %s, want %s as %s", name, typeOf(x), typeOf(want), of))
}

// typeOf is the dtype and shape of an array, such as "float64 [3]".
func typeOf(x num.Array) string { return x.DType().String() + " " + ir.ShapeString(x.Shape()) }

// checkIterate refuses an iterate that a method's Update cannot have meant.
func checkIterate(op string, from, next Iterate, ownError, derivativeFree bool) {
	if !ownError {
		next.Error = from.Error // not the method's
	}
	next.NIter = from.NIter
	checkLike(op, "Update: Iterate", next, "before", from)
	if next.X == from.X {
		return
	}
	if next.Value == from.Value {
		throwf(op, "Update changed Iterate.X but not Value: use Problem.At or Problem.Search")
	}
	if next.Error == from.Error && ownError {
		throwf(op, "Update changed Iterate.X but not Error, which is the method's own: Rule.Error is set")
	}
	if next.Grad == from.Grad && !ownError && !derivativeFree {
		throwf(op, "Update changed Iterate.X but not Grad: use Problem.At or Problem.Search")
	}
}
