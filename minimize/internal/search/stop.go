package search

import (
	"errors"
	"fmt"
	"io"
	"runtime"
	"runtime/debug"
	"strings"

	"github.com/argmin-go/argmin/minimize/trace"
	"github.com/argmin-go/argmin/status"
)

// Do runs a search, find, and returns its result. If the search is ended from outside, by the
// context, a callback, a panic or an error in its options, the result is what interrupted makes of
// the reason and the cause, and the error is the cause, unless a callback stopped it by [ErrStop].
// summary gives the monitor the end of the search. Do closes the journal.
func Do[R any](e *Evaluator, find func() R, interrupted func(reason status.Code, cause error) R, summary func(R) (trace.Point, status.Code)) (res R, err error) {
	defer func() {
		if v := recover(); v != nil {
			cause := Recovered(v)
			reason := e.endedBy(cause)
			if res = interrupted(reason, cause); reason != status.Stopped {
				err = &packageError{"minimize: " + cause.Error(), cause}
			}
		}
		e.monitor.done(summary(res))
		err = e.journal.close(err)
	}()
	return find(), nil
}

// stopped ends a search from within an evaluation or a callback.
type stopped struct{ err error }

func (s stopped) Error() string { return s.err.Error() }

// Abort ends the search from within a function of the problem, with an error that wraps
// err. It does not return.
func Abort(err error) {
	if err == nil {
		err = errors.New("aborted by a function of the problem")
	}
	panic(stopped{err})
}

// AskedToStop reports whether the recovered value v means that a callback stopped the search by
// [ErrStop]. A method that has more to report than its best point may recover it and return an
// outcome; it must panic with any other value again.
func AskedToStop(v any) bool {
	s, ok := v.(stopped)
	return ok && errors.Is(s.err, ErrStop)
}

// Guard calls f as a search calls the functions of a problem: it returns the error of [Abort] or
// of a panic if f ended by one.
func Guard(f func()) (err error) {
	defer func() {
		if v := recover(); v != nil {
			cause := Recovered(v)
			err = &packageError{"minimize: " + cause.Error(), cause}
		}
	}()
	f()
	return nil
}

// Refuse ends a search whose options are wrong. It does not return.
func Refuse(format string, args ...any) { panic(stopped{fmt.Errorf(format, args...)}) }

// ErrNoContext is the error of a search that is given nil for its context.
var ErrNoContext = errors.New("minimize: the context is nil")

// endedBy is the reason of a search that was ended from outside by an error.
func (e *Evaluator) endedBy(cause error) status.Code {
	switch {
	case errors.Is(cause, ErrStop):
		return status.Stopped
	case e.ctx.Err() != nil && errors.Is(cause, e.ctx.Err()):
		return status.Cancelled
	}
	return status.Failed
}

// Recovered makes an error of what a search panicked with. Its text is one line; with the format %+v it has the stack.
func Recovered(v any) error {
	switch v := v.(type) {
	case stopped:
		return v.err
	case *panicError: // of another goroutine
		return v
	}
	cause, _ := v.(error)
	who := panicked()
	text := fmt.Sprintf("%s: %v", who, v)
	if who == ownPanic {
		text += " (the format %+v of this error has the stack)"
	}
	return &panicError{strings.Join(strings.Fields(text), " "), cause, debug.Stack()}
}

// panicError is a panic that was recovered.
type panicError struct {
	text  string
	cause error // nil if the panic was not with an error
	stack []byte
}

func (p *panicError) Error() string                 { return p.text }
func (p *panicError) Unwrap() error                 { return p.cause }
func (p *panicError) Format(f fmt.State, verb rune) { format(p, f, verb) }

// format writes an error, and with %+v the stack of the panic that it is about.
func format(err error, f fmt.State, verb rune) {
	if verb == 'q' {
		fmt.Fprintf(f, "%q", err.Error())
		return
	}
	io.WriteString(f, err.Error())
	if p := (*panicError)(nil); verb == 'v' && f.Flag('+') && errors.As(err, &p) {
		fmt.Fprintf(f, "\n%s", p.stack)
	}
}

// ownPanic is what is said of a panic in minimize itself.
const ownPanic = "internal error, please report it: panic"

// panicked reports whose panic is being recovered: what minimize called, or itself.
func panicked() string {
	const function = "panic in a function of the problem"
	pc := make([]uintptr, 256)
	frames := runtime.CallersFrames(pc[:runtime.Callers(3, pc)])
	who, foreign := "", false
	for more := true; more; {
		var f runtime.Frame
		f, more = frames.Next()
		name, own := ownFunction(f.Function)
		own = own && !strings.HasSuffix(f.File, "_test.go")
		switch {
		case f.Function == "runtime.gopanic": // what was before it recovers, and may panic again
			who, foreign = "", false
		case who != "":
		case own && !foreign:
			who = ownPanic
		case own && strings.Contains(name, "callback"):
			who = "panic in the callback"
		case own:
			who = function
		case !strings.HasPrefix(f.Function, "runtime.") && !strings.HasPrefix(f.Function, "gonum.org/"):
			foreign = true
		}
	}
	if who == "" {
		return function
	}
	return who
}

// ownFunction reports whether a function is one of minimize and the packages that search
// with it, and its name in its package.
func ownFunction(function string) (name string, own bool) {
	rest, own := strings.CutPrefix(function, "github.com/argmin-go/argmin/minimize")
	if !own {
		return function, false
	}
	at := strings.LastIndexByte(rest, '/') + 1
	pkg, name, _ := strings.Cut(rest[at:], ".")
	switch {
	case rest[:at] == "/internal/", pkg == "", pkg == "root", pkg == "leastsq", pkg == "scalar":
		return name, true
	}
	return name, false
}

// ErrStop is returned by a callback to stop the search without an error.
var ErrStop = errors.New("minimize: stopped by the callback")
