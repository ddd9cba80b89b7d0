package num

import (
	"runtime/debug"
	"strings"

	"github.com/argmin-go/argmin/internal/core/ir"
	"github.com/argmin-go/argmin/internal/core/prim"
)

// Error is the one error type of the language; see the package documentation. Its field
// Op names the operation, Msg is what is wrong, Loc is the line of the program
// ("file.go:12", empty when unknown), and Err is the cause, when there is one.
type Error = ir.Error

// The kinds of errors, for errors.Is(err, num.ErrShape).
var (
	ErrShape    = &Error{Kind: ir.ShapeError}    // operands whose shapes do not fit
	ErrDType    = &Error{Kind: ir.DTypeError}    // operands whose element types do not fit
	ErrArgument = &Error{Kind: ir.ArgumentError} // any other unusable argument
	ErrRule     = &Error{Kind: ir.RuleError}     // a derivative or batching rule that does not exist
	ErrTrace    = &Error{Kind: ir.TraceError}    // a traced value used where it cannot be
	ErrUser     = &Error{Kind: ir.UserError}     // a panic or an error of the user's own function
	ErrNumeric  = &Error{Kind: ir.NumericError}  // a check failed while the program ran
	ErrBackend  = &Error{Kind: ir.BackendError}  // a backend cannot run the program
)

// Try calls f and returns the [*Error] that an operation in it panicked with. Any other
// panic goes on.
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

// Check passes x through where ok, a bool scalar, is true. Where it is not, the
// result is NaN, and the run reports msg followed by the number measure as an
// error (errors.Is(err, ErrNumeric)).
func Check(x, ok, measure Array, msg string) Array {
	return wrap(prim.Check(x.value(), ok.value(), measure.value(), msg))
}
