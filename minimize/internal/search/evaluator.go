package search

import (
	"context"
	"fmt"
	"slices"

	"github.com/argmin-go/argmin/minimize/finite"
	"github.com/argmin-go/argmin/minimize/internal/vec"
	"github.com/argmin-go/argmin/minimize/trace"
)

// Evaluator calls the functions of a problem for a search of any kind. It ends the search when the
// context does, and keeps what the functions returned in a journal if there is one.
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

// Sizes has the steps of differences follow the sizes of the variables: |x|, or sizes where that is not
// nil and larger. Without a call of it |x| counts as at least 1.
func (e *Evaluator) Sizes(sizes []float64) { e.diff.sizes, e.diff.relative = sizes, true }

// FuncError is the relative error of the values of the functions, at least the machine precision.
func (e *Evaluator) FuncError() float64 { return max(e.diff.err, vec.Eps) }

// Coarser has the relative error of values be err from now on. It reports whether it was less, and the options
// say nothing about it or the steps.
func (e *Evaluator) Coarser(err float64) bool {
	if e.diff.err > vec.Eps || e.diff.given() || err <= e.FuncError() {
		return false
	}
	e.diff.err = err
	return true
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

// askedKinds are the kinds of questions that have been asked. The first of every kind is asked even
// if a journal has its answer, to compare: the journal may be of another function.
type askedKinds [128]bool

// Check ends the search if its context has ended.
func (e *Evaluator) Check() {
	if err := e.ctx.Err(); err != nil {
		if cause := context.Cause(e.ctx); cause != err {
			err = fmt.Errorf("%w: %w", err, cause)
		}
		panic(stopped{err})
	}
}

// Ask has compute set out to what a function returns at x, or takes it from the journal. kind
// distinguishes functions: KindF and so on.
func (e *Evaluator) Ask(kind byte, x, out []float64, compute func()) {
	e.askOf(&e.asked, kind, x, out, compute)
}

// askOf is Ask for one of several functions, whose questions so far are in asked.
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

// askDifferences has jacobian set out to finite differences of f at x. The values of f go to the
// journal one by one, except where several goroutines evaluate it, as their order may differ the
// next time: then the derivative does.
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
