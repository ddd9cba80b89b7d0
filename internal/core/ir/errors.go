package ir

import (
	"errors"
	"fmt"
	"runtime"
	"strconv"
	"strings"
)

// Kind sorts errors by what the caller did or met.
type Kind uint8

// The kinds of errors.
const (
	ShapeError    Kind = iota + 1 // operands whose shapes do not fit
	DTypeError                    // operands whose element types do not fit
	ArgumentError                 // any other unusable argument
	RuleError                     // a derivative or batching rule that does not exist
	TraceError                    // a traced value used where it cannot be
	UserError                     // a panic or error in the user's own function
	NumericError                  // a check failed while the program ran
	BackendError                  // an executor cannot run the program
)

var kindNames = [...]string{"", "shape", "dtype", "argument", "rule", "trace", "user function", "numeric", "backend"}

func (k Kind) String() string { return kindNames[k] }

// Error is the one error type of the language: what was being done (Op), what
// is wrong (Msg), and the user's source line (Loc).
type Error struct {
	Kind Kind
	Op   string // operation or function, such as "num.MatMul"
	Msg  string
	Loc  string // "file.go:12", empty when unknown
	Err  error  // the cause, when there is one
}

func (e *Error) Error() string {
	s := e.Msg
	if e.Op != "" {
		s = e.Op + ": " + s
	}
	if e.Loc != "" {
		s += " (at " + e.Loc + ")"
	}
	return s
}

func (e *Error) Unwrap() error { return e.Err }

// Is makes errors.Is(err, &Error{Kind: k}) match any error of that kind.
func (e *Error) Is(target error) bool {
	t, ok := target.(*Error)
	return ok && t.Kind == e.Kind && t.Op == "" && t.Msg == ""
}

// Errorf makes an Error without a location.
func Errorf(k Kind, op, format string, args ...any) *Error {
	return &Error{Kind: k, Op: op, Msg: fmt.Sprintf(format, args...)}
}

// CheckError is the error of a check that failed, with the number that it measured. A message that
// does not name what it is about, before a colon, is one of num.Check.
func CheckError(msg string, measure float64) *Error {
	op := "num.Check"
	if strings.Contains(msg, ": ") {
		op = ""
	}
	return Errorf(NumericError, op, "%s: %.3g", msg, measure)
}

// Throw panics with err; the entry points of the library recover only an *Error.
// If err is an *Error without location, the user's line is added.
func Throw(err error) {
	var e *Error
	if !errors.As(err, &e) {
		e = &Error{Kind: ArgumentError, Msg: err.Error(), Err: err}
	}
	if e.Loc == "" {
		c := *e
		c.Loc = Here().String()
		e = &c
	}
	panic(e)
}

// Site is a place in the user's program, recorded cheaply and resolved when printed.
// It holds the innermost 24 frames of the stack: their number is most of what recording
// an equation costs, and too few would lose the user's line under the library's frames.
type Site struct{ pcs [24]uintptr }

// Here is the caller's stack.
func Here() *Site { return here(3) }

// here is the stack without its innermost frames, of which runtime.Callers and here
// are the first two.
func here(skip int) *Site {
	s := new(Site)
	runtime.Callers(skip, s.pcs[:])
	return s
}

const modulePath = "github.com/argmin-go/argmin"

// root is the directory of the module's files, as frames name them.
var root = func() string {
	_, file, _, _ := runtime.Caller(0)
	return strings.TrimSuffix(file, "internal/core/ir/errors.go")
}()

// inLibrary reports whether a frame belongs to the library itself rather than to
// a user of it: a package of the module that is neither a test nor a program.
func inLibrary(f runtime.Frame) bool {
	if strings.HasPrefix(f.Function, "runtime.") || strings.HasPrefix(f.Function, "reflect.") {
		return true
	}
	// The closure of a generic function that was inlined has the name of the function around
	// it, which is the user's, and the library's file.
	if !strings.HasPrefix(f.Function, modulePath) && (root == "" || !strings.HasPrefix(f.File, root)) {
		return false
	}
	file := strings.TrimPrefix(f.File, root)
	program := strings.HasPrefix(file, "examples/") || strings.HasPrefix(file, "bench/") || strings.Contains(file, "/cmd/")
	return !program && !strings.HasSuffix(file, "_test.go")
}

// String is the innermost line outside the library, as "file.go:12".
func (s *Site) String() string {
	if s == nil {
		return ""
	}
	n := 0
	for n < len(s.pcs) && s.pcs[n] != 0 {
		n++
	}
	frames := runtime.CallersFrames(s.pcs[:n])
	for {
		f, more := frames.Next()
		if f.File != "" && !inLibrary(f) {
			file := f.File
			if i := strings.LastIndexByte(file, '/'); i >= 0 {
				file = file[i+1:]
			}
			return file + ":" + strconv.Itoa(f.Line)
		}
		if !more {
			return ""
		}
	}
}
