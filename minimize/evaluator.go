package minimize

import (
	"context"
	"errors"
	"fmt"
	"math"
	"runtime/debug"
	"slices"
)

// evaluator is how searches of this package call the functions of a problem: it ends
// the search when the context does, and keeps what they answered in a journal if
// there is one.
type evaluator struct {
	ctx     context.Context
	journal *journal
	diff    differencing
}

// stopped ends a search from within an evaluation or a callback.
type stopped struct{ err error }

// Abort ends the search from within a function of the problem, with an error: that of
// [Minimize] wraps err. It does not return.
func Abort(err error) { panic(stopped{err}) }

// Guard calls f as a search calls the functions of a problem: it returns the error that
// f ended with by [Abort] or a panic, if it did.
func Guard(f func()) (err error) {
	defer func() {
		if v := recover(); v != nil {
			err = fmt.Errorf("minimize: %w", recovered(v))
		}
	}()
	f()
	return nil
}

// refuse ends a search whose options are wrong.
func refuse(format string, args ...any) { panic(stopped{fmt.Errorf(format, args...)}) }

var errNoContext = errors.New("minimize: the context is nil")

// check ends the search if its context has ended.
func (e *evaluator) check() {
	if e.ctx.Err() != nil {
		panic(stopped{context.Cause(e.ctx)})
	}
}

// ask has compute set out to what a function answers at x, or takes it from the
// journal. kind tells functions apart.
func (e *evaluator) ask(kind byte, x, out []float64, compute func()) {
	e.askChecked(kind, x, out, compute, e.journal != nil && e.journal.replayed == 0)
}

// askChecked is ask that, if check, calls the function although the journal has its
// answer, lest that is of another function.
func (e *evaluator) askChecked(kind byte, x, out []float64, compute func(), check bool) {
	e.check()
	if e.journal == nil {
		compute()
		return
	}
	if !e.journal.replay(kind, x, out) {
		compute()
		e.journal.record(kind, x, out)
		return
	}
	if !check {
		return
	}
	kept := slices.Clone(out)
	compute()
	for i, v := range kept {
		if d := math.Abs(out[i] - v); d > 1e-9*math.Abs(v) || math.IsNaN(v) != math.IsNaN(out[i]) {
			refuse("checkpoint %s is of other functions: the first value was %g and is now %g", e.journal.path, v, out[i])
		}
	}
	copy(out, kept)
}

// endedBy is the reason of a search that was ended from outside by an error.
func (e *evaluator) endedBy(cause error) Reason {
	switch {
	case errors.Is(cause, ErrStop):
		return Stopped
	case e.ctx.Err() != nil && errors.Is(cause, context.Cause(e.ctx)):
		return Cancelled
	}
	return Failed
}

// recovered makes an error of what a search panicked with.
func recovered(v any) error {
	switch v := v.(type) {
	case stopped:
		return v.err
	case error:
		return fmt.Errorf("panic in a function of the problem: %w\n%s", v, debug.Stack())
	default:
		return fmt.Errorf("panic in a function of the problem: %v\n%s", v, debug.Stack())
	}
}

// ErrStop is returned by a callback that has seen enough.
var ErrStop = errors.New("minimize: stopped by the callback")
