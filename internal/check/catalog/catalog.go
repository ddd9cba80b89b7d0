// Package catalog is the solvers of argmin and problems for them, as one table that the
// generic tests of every executor walk.
package catalog

import (
	"cmp"
	"context"
	"iter"
	"reflect"
	"strings"

	"github.com/argmin-go/argmin"
	"github.com/argmin-go/argmin/num"
	"github.com/argmin-go/argmin/status"
)

type array = num.Array

// Options are those that the solvers share.
type Options struct {
	Tol     float64 // default what the entry reaches in the dtype
	MaxIter int     // default what the entry needs
	Unroll  bool
	NoJit   bool
	DType   num.DType // of the parameters and of theta; default float64
	Start   []float64 // nil means the problem's
	// Seen, if set, is called in the trace of the objective with the point at which it is evaluated.
	Seen func(x array)
	// SeenGradient, if set, is called with the point of each evaluation of the objective's gradient.
	SeenGradient func(x array)
}

// Entry is a solver on a problem, whose parameters are found from theta.
type Entry struct {
	Name    string // Solver/problem
	Solver  string
	Kind    string // of problem, as its method is called in the root package: smooth, bounded, …
	Method  string // the type of the method, such as LBFGS
	Problem *Problem
	// Flat and Tree make the same solver on one vector and on a tree of the same numbers.
	Flat, Tree func(o Options) Instance
	Traits
}

// Traits are what the generic tests must know of a solver.
type Traits struct {
	MaxIter   int     // enough iterations for Tol; default 500
	Tol       float64 // that it reaches in float64; default 1e-10
	Tol32     float64 // in float32; default 1e-4
	Accuracy  float64 // of the answer at Tol; default 1e-8
	NoUnroll  bool    // it has no option Unroll, or no useful derivative by it
	OwnError  bool    // its error is another one than the norm of the condition
	Sampling  bool    // its value is that before its last step
	Stable    bool    // unrolling it is accurate on stiff problems too
	Slow      bool    // to compile on XLA, where one problem is enough
	NoStart   bool    // the start of a problem cannot be chosen freely: it must be in a set
	Unrolling float64 // how near the unrolled derivative comes; default 1e-6
}

// Instance is a solver whose parameters' type is forgotten: they are given and taken as
// one vector.
type Instance interface {
	Run(ctx context.Context, theta array) (argmin.Result[array], error)
	Argmin(theta array) array
	ArgminState(theta array) (array, argmin.State)
	Steps(ctx context.Context, theta array) iter.Seq2[argmin.Result[array], error]
	// ByHand makes the iterations with Init and Update.
	ByHand(theta array) (argmin.Result[array], error)
	RunIterator(ctx context.Context, thetas iter.Seq[array]) (argmin.Result[array], error)
	// Optimality is the norm of the condition at the answer of the last run.
	Optimality(theta array) array
}

type instance[P any] struct {
	*argmin.Solver[P, array]
	start P
	flat  func(P) array
	last  *P // the answer of the last run
}

func (s instance[P]) erase(r argmin.Result[P]) argmin.Result[array] {
	*s.last = r.Params
	return argmin.Result[array]{Params: s.flat(r.Params), State: r.State, History: r.History}
}

func (s instance[P]) Run(ctx context.Context, theta array) (argmin.Result[array], error) {
	r, err := s.RunContext(ctx, s.start, theta)
	return s.erase(r), err
}

func (s instance[P]) Argmin(theta array) array { return s.flat(s.Solver.Argmin(s.start, theta)) }

func (s instance[P]) ArgminState(theta array) (array, argmin.State) {
	p, st := s.Solver.ArgminState(s.start, theta)
	return s.flat(p), st
}

func (s instance[P]) Steps(ctx context.Context, theta array) iter.Seq2[argmin.Result[array], error] {
	return func(yield func(argmin.Result[array], error) bool) {
		for r, err := range s.Solver.Steps(ctx, s.start, theta) {
			if !yield(s.erase(r), err) {
				return
			}
		}
	}
}

func (s instance[P]) ByHand(theta array) (argmin.Result[array], error) {
	step, err := s.Init(s.start, theta)
	for err == nil && step.Result.State.Status() == status.Running {
		step, err = s.Update(step, theta)
	}
	return s.erase(step.Result), err
}

func (s instance[P]) RunIterator(ctx context.Context, thetas iter.Seq[array]) (argmin.Result[array], error) {
	r, err := s.Solver.RunIterator(ctx, s.start, thetas)
	return s.erase(r), err
}

func (s instance[P]) Optimality(theta array) array {
	return s.L2OptimalityError(*s.last, theta)
}

// parts is parameters that are not a vector.
type parts struct {
	Head array
	Tail map[string]array
	Note string // static
}

// kit is a problem in the terms of parameters of type P.
type kit[P any] struct {
	p            *Problem
	make         func(array) P
	flat         func(P) array
	seen         func(x array)
	seenGradient func(x array)
}

func flatKit(p *Problem) kit[array] {
	id := func(x array) array { return x }
	return kit[array]{p, id, id, func(array) {}, nil}
}

func treeKit(p *Problem) kit[parts] {
	n := len(p.Start)
	h, m := n/3, n-n/4
	return kit[parts]{p, func(x array) parts {
		return parts{x.Range(0, h), map[string]array{"b": x.Range(h, m), "a": x.Range(m, n).Reshape(n-m, 1)}, "parts"}
	}, func(x parts) array {
		a := x.Tail["a"]
		return num.Concat(0, x.Head, x.Tail["b"], a.Reshape(a.Size()))
	}, func(array) {}, nil}
}

func (k kit[P]) objective(x P, theta array) array {
	k.seen(k.flat(x))
	return k.p.Value(sloped(k.flat(x), k.seenGradient), theta)
}

func (k kit[P]) residuals(x P, theta array) []array {
	k.seen(k.flat(x))
	r := k.p.Residuals(sloped(k.flat(x), k.seenGradient), theta)
	return []array{r.Range(0, 2), r.Range(2, r.Size())}
}

// watched is the kit whose evaluations are seen.
func (k kit[P]) watched(o Options) kit[P] {
	if o.Seen != nil {
		k.seen = o.Seen
	}
	k.seenGradient = o.SeenGradient
	return k
}

// sloped is x; where its derivative is computed, seen is called. A gradient that is not used calls
// nothing: the call is a factor of it.
func sloped(x array, seen func(x array)) array {
	if seen == nil {
		return x
	}
	return num.CustomJVP(func(x array) array { return x }, func(x, dx array) (array, array) {
		one := num.Callback(func(x array) (array, error) { seen(x); return num.Scalar(1), nil }, num.Scalar(1), x.StopGradient())
		return x, dx.Mul(one.AsType(dx.DType()))
	})(x)
}

func (k kit[P]) prox(x P, theta, step array) P { return k.make(k.p.Prox(k.flat(x), theta, step)) }

func (k kit[P]) project(x P, theta array) P {
	return k.make(k.p.Prox(k.flat(x), theta, num.Full(theta.DType(), 1)))
}

func (k kit[P]) start(o Options) P {
	s := o.Start
	if s == nil {
		s = k.p.Start
	}
	return k.make(num.New(s).AsType(o.DType))
}

func (k kit[P]) instance(s *argmin.Solver[P, array], o Options) Instance {
	return instance[P]{s, k.start(o), k.flat, new(P)}
}

// with fills what options leave to the entry.
func (t Traits) with(o Options) Options {
	if o.DType == num.DType(0) {
		o.DType = num.Float64
	}
	if o.Tol == 0 {
		o.Tol = t.Tol
		if o.DType == num.Float32 {
			o.Tol = t.Tol32
		}
	}
	if o.MaxIter == 0 {
		o.MaxIter = t.MaxIter
	}
	return o
}

func (t Traits) filled() Traits {
	t.Tol, t.Tol32 = cmp.Or(t.Tol, 1e-10), cmp.Or(t.Tol32, 1e-4)
	t.Accuracy, t.Unrolling = cmp.Or(t.Accuracy, 1e-8), cmp.Or(t.Unrolling, 1e-6)
	t.MaxIter = cmp.Or(t.MaxIter, 500)
	return t
}

func entry(name string, p *Problem, t Traits, s solver) Entry {
	t = t.filled()
	e := Entry{Name: name + "/" + p.Name, Solver: name, Kind: s.kind, Method: s.method, Problem: p, Traits: t}
	e.Flat = func(o Options) Instance { return s.flat(flatKit(p).watched(o), t.with(o)) }
	if s.tree != nil {
		e.Tree = func(o Options) Instance { return s.tree(treeKit(p).watched(o), t.with(o)) }
	}
	return e
}

// shared are the options as the solvers take them.
func (o Options) shared() argmin.Options {
	return argmin.Options{MaxIter: o.MaxIter, Tol: o.Tol, Unroll: o.Unroll, NoJit: o.NoJit}
}

// methodName is the name of a method's type.
func methodName(m any) string {
	name, _, _ := strings.Cut(reflect.TypeOf(m).Name(), "[")
	return name
}

// ThetaOf is the problem's theta in a dtype.
func (p *Problem) ThetaOf(d num.DType) array { return num.New(p.Theta).AsType(d) }
