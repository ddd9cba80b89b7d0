package ir

import (
	"slices"
	"sync"
	"sync/atomic"

	"github.com/argmin-go/argmin/internal/core/goid"
)

// A primitive such as a branch or a loop runs a function later: perhaps never, perhaps often. The
// function is traced now, and what it applies to arrays from outside of it alone must not run
// now either. So while it is traced, its builder takes what its goroutine applies, except what
// belongs to a builder made since.

// Runs is how often a function runs that is being traced.
type Runs int

const (
	// Later is when the trace runs. Its builder takes operations that call functions of the
	// user's or can fail, so that they do so in every run.
	Later Runs = iota
	// Often is in every iteration of a loop. The builder takes all operations on traced arrays,
	// and those on concrete ones that are not cheap.
	Often
	// Perhaps is never or once, as for a branch. The builder takes all operations but those on
	// concrete arrays of a few numbers.
	Perhaps
)

// Work is what it takes to run an operation elsewhere than where the program has it.
type Work int

const (
	// Cheap operations cannot fail and take a time like the sizes of their operands and results.
	Cheap Work = iota
	// Costly ones may take long: they may run less often than the program has them, but not
	// where it would not run them at all.
	Costly
	// Fallible ones may end the run with an error.
	Fallible
	// Pinned ones call a function of the user's, as often as the program has them.
	Pinned
)

// Worker is implemented by primitives that are not [Cheap].
type Worker interface {
	Op
	Work() Work
}

// WorkOf is the work of a primitive. Those that contain programs are at least [Costly].
func WorkOf(op Op) Work {
	w := Cheap
	if o, ok := op.(Worker); ok {
		w = o.Work()
	}
	if o, ok := op.(Programs); ok {
		w = max(w, Costly)
		for _, p := range o.Programs() {
			for i := range p.Eqns {
				w = max(w, WorkOf(p.Eqns[i].Op))
			}
		}
	}
	return w
}

// stage is a function whose trace takes what its goroutine applies.
type stage struct {
	b      *Builder
	runs   Runs
	sealed bool  // stages around it take nothing
	site   *Site // of all that is recorded while it is the innermost one, or within it; nil for the line of each
	outer  *stage
}

// small is how many numbers an operation on concrete arrays may read or write to be computed
// while a function is traced that might never run: constants, such as products of num.Const.
const small = 64

// takes reports whether the stage records an operation on values from outside of it.
func (s *stage) takes(op Op, in []*Value, out []Type, concrete bool) bool {
	if s.b == nil {
		return false
	}
	switch {
	case s.runs == Later:
		return WorkOf(op) > Costly
	case !concrete:
		return true
	case WorkOf(op) > Cheap:
		return true
	}
	if s.runs == Often {
		return false
	}
	for _, v := range in {
		if v.Size() > small {
			return true
		}
	}
	return slices.ContainsFunc(out, func(t Type) bool { return t.Size() > small })
}

var stages struct {
	n  atomic.Int32 // how many goroutines have a stage
	mu sync.RWMutex
	of map[uintptr]*stage // the innermost one of each goroutine
}

// current is this goroutine's innermost stage, nil for none.
func current() *stage {
	if stages.n.Load() == 0 {
		return nil
	}
	id := goid.ID()
	stages.mu.RLock()
	defer stages.mu.RUnlock()
	return stages.of[id]
}

// Stage traces f, which runs so often later: see [Runs].
func (b *Builder) Stage(runs Runs, f func()) { within(&stage{b: b, runs: runs}, f) }

// Seal is [Builder.Stage] for a function of the library's that reads nothing traced.
func (b *Builder) Seal(f func()) { within(&stage{b: b, runs: Often, sealed: true}, f) }

// Unstaged runs f as if nothing were traced: a function of the user's that is called by a
// running program.
func Unstaged(f func()) {
	if current() == nil {
		f()
		return
	}
	within(&stage{sealed: true}, f)
}

// OneLine runs f, a function of the library's that calls none of the user's: all that it records has the line of the call, which is then looked for
// once. To find the lines of a long method takes as much time as to trace it.
func OneLine(f func()) { within(&stage{site: Here()}, f) }

// line is where an equation is recorded; it is called by apply, and that by Apply or its like.
func line() *Site {
	if s := current(); s != nil && s.site != nil {
		return s.site
	}
	return here(5)
}

// Staged reports whether this goroutine is tracing a function for a branch, a loop or another
// primitive.
func Staged() bool {
	for s := current(); s != nil && (s.b != nil || !s.sealed); s = s.outer {
		if s.b != nil && s.runs > Later {
			return true
		}
	}
	return false
}

func within(s *stage, f func()) {
	id := goid.ID()
	stages.mu.Lock()
	s.outer = stages.of[id]
	if s.outer == nil {
		stages.n.Add(1)
	} else if s.site == nil && !(s.sealed && s.b == nil) {
		s.site = s.outer.site
	}
	if stages.of == nil {
		stages.of = map[uintptr]*stage{}
	}
	stages.of[id] = s
	stages.mu.Unlock()
	defer func() {
		stages.mu.Lock()
		if s.outer == nil {
			stages.n.Add(-1)
			delete(stages.of, id)
		} else {
			stages.of[id] = s.outer
		}
		stages.mu.Unlock()
	}()
	f()
}

// recorder is the builder that an operation on these values belongs to, nil if it runs at once.
func recorder(op Op, in []*Value, out []Type) *Builder {
	b := innermost(in)
	for s := current(); s != nil; s = s.outer {
		if b != nil && s.b != nil && b.id >= s.b.id {
			break
		}
		if s.takes(op, in, out, b == nil) {
			return s.b
		}
		if s.sealed {
			break
		}
	}
	return b
}

// known is how the numbers of a value are found that a stage recorded although they could be
// computed at once, for a function that looks at them or keeps them for later.
type known struct {
	once sync.Once
	op   Op
	in   []*Value
	out  []Type
	res  []*Value
	i    int // of the result
	all  *known
}

// knownResults are the numbers of what an operation gives, nil if an operand has none.
func knownResults(op Op, in []*Value, out []Type) []*known {
	for _, v := range in {
		if v.data == nil && v.known == nil {
			return nil
		}
	}
	all := &known{op: op, in: slices.Clone(in), out: out}
	ks := make([]*known, len(out))
	for i := range out {
		ks[i] = &known{i: i, all: all}
	}
	return ks
}

func (k *known) numbers() *Data {
	a := k.all
	a.once.Do(func() {
		in := make([]*Value, len(a.in))
		for i, v := range a.in {
			in[i] = Const(v.Numbers())
		}
		a.res = applyConcrete(a.op, in, a.out)
	})
	return a.res[k.i].data
}

// Numbers are the numbers of a value where they can be known: those of a concrete one, and of
// one that was computed from concrete ones in a function that is being traced. Otherwise nil.
func (v *Value) Numbers() *Data {
	if v.data == nil && v.known != nil {
		return v.known.numbers()
	}
	return v.data
}

// settled is the value by its numbers, if its trace has ended and they are known.
func (v *Value) settled() *Value {
	if v.b != nil && v.b.closed && v.known != nil {
		return Const(v.known.numbers())
	}
	return v
}
