package search

import (
	"context"
	"errors"
	"fmt"
	"runtime"
	"runtime/debug"
	"slices"
	"strings"

	"github.com/argmin-go/argmin/minimize/finite"
	"github.com/argmin-go/argmin/minimize/trace"
	"github.com/argmin-go/argmin/status"
)

// Evaluator calls the functions of a problem for a search. It ends the search when the
// context does, and keeps what the functions answered in a journal if there is one.
type Evaluator struct {
	ctx     context.Context
	journal *journal // nil: there is no checkpoint
	monitor *monitor // nil: nobody looks on
	diff    differencing
	asked   askedKinds
	slab    []float64 // for copies of points
}

// NewEvaluator is an evaluator without checkpoint and monitor, with differences of two
// points.
func NewEvaluator(ctx context.Context) Evaluator { return Evaluator{ctx: ctx} }

// Context is the context of the search.
func (e *Evaluator) Context() context.Context { return e.ctx }

// Differences sets how the missing derivatives with respect to n variables are found.
func (e *Evaluator) Differences(d finite.Differences, n int) (err error) {
	e.diff, err = newDifferencing(d, n)
	return err
}

// Watch has every iteration shown to the monitor. what names the search in records.
func (e *Evaluator) Watch(what string, m trace.Monitor) { e.monitor = newMonitor(what, m) }

// Record shows an iteration that ended at x.
func (e *Evaluator) Record(p trace.Point, x []float64) {
	if e.monitor != nil {
		e.monitor.iterated(p, x)
	}
}

// Resume opens the checkpoint of the search with a fingerprint, from which it takes answers
// of the functions first, or creates it.
func (e *Evaluator) Resume(path string, fingerprint uint64) (err error) {
	e.journal, err = openJournal(path, fingerprint)
	return err
}

// NReplay is the number of answers that came from the checkpoint.
func (e *Evaluator) NReplay() int { return e.journal.replays() }

// copied is a copy of x for a function to keep. Those of a few variables are cut from one
// allocation.
func (e *Evaluator) copied(x []float64) []float64 {
	n := len(x)
	if len(e.slab) < n {
		e.slab = make([]float64, max(n, min(64*n, 4096)))
	}
	c := e.slab[:n:n]
	e.slab = e.slab[n:]
	copy(c, x)
	return c
}

// askedKinds are the kinds of questions that have been asked: the first of every kind is
// asked also if a journal has its answer, in case that is of another function.
type askedKinds [128]bool

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

// AskedToStop reports whether v, which was recovered, is that a callback stopped the search.
func AskedToStop(v any) bool {
	s, ok := v.(stopped)
	return ok && errors.Is(s.err, ErrStop)
}

// Guard calls f as a search calls the functions of a problem: it returns the error that
// f ended with by abort or a panic, if it did.
func Guard(f func()) (err error) {
	defer func() {
		if v := recover(); v != nil {
			err = fmt.Errorf("minimize: %w", Recovered(v))
		}
	}()
	f()
	return nil
}

// Refuse ends a search whose options are wrong.
func Refuse(format string, args ...any) { panic(stopped{fmt.Errorf(format, args...)}) }

var ErrNoContext = errors.New("minimize: the context is nil")

// Check ends the search if its context has ended.
func (e *Evaluator) Check() {
	if err := e.ctx.Err(); err != nil {
		if cause := context.Cause(e.ctx); cause != err {
			err = fmt.Errorf("%w: %w", err, cause)
		}
		panic(stopped{err})
	}
}

// Ask has compute set out to what a function answers at x, or takes it from the
// journal. kind distinguishes functions.
func (e *Evaluator) Ask(kind byte, x, out []float64, compute func()) {
	e.askOf(&e.asked, kind, x, out, compute)
}

// askOf is ask of one of several functions, of which asked knows what was asked.
func (e *Evaluator) askOf(asked *askedKinds, kind byte, x, out []float64, compute func()) {
	e.Check()
	if e.journal == nil {
		compute()
		return
	}
	first := !asked[kind] && kind != kindDiff // differences are of a function that is asked too
	asked[kind] = true
	if !e.journal.replay(kind, x, out) {
		compute()
		e.journal.record(kind, x, out)
		return
	}
	if !first {
		return
	}
	kept := slices.Clone(out)
	compute()
	e.journal.compare(kind, kept, out)
	copy(out, kept)
}

// askDifferences has jacobian set out to finite differences at x of a function. Its values go
// to the journal one by one, but where several goroutines evaluate it, whose order is another
// the next time.
func (e *Evaluator) askDifferences(asked *askedKinds, x, out []float64, f func(x, y []float64), jacobian func(f func(x, y []float64))) {
	value := func(x, y []float64) {
		e.Check()
		f(slices.Clone(x), y)
	}
	switch {
	case e.journal == nil:
		jacobian(value)
	case e.diff.workers > 1:
		e.askOf(asked, kindDiff, x, out, func() { jacobian(value) })
	default:
		jacobian(func(x, y []float64) { e.askOf(asked, kindDiff, x, y, func() { value(x, y) }) })
	}
}

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

// Recovered makes an error of what a search panicked with.
func Recovered(v any) error {
	switch v := v.(type) {
	case stopped:
		return v.err
	case error:
		return fmt.Errorf("%s: %w\n%s", panicked(), v, debug.Stack())
	default:
		return fmt.Errorf("%s: %v\n%s", panicked(), v, debug.Stack())
	}
}

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
			who = "internal error, please report it: panic"
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

// ErrStop is returned by a callback that has seen enough.
var ErrStop = errors.New("minimize: stopped by the callback")
