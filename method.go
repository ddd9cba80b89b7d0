package argmin

import (
	"cmp"
	"fmt"

	"github.com/argmin-go/argmin/internal/core/ir"
	"github.com/argmin-go/argmin/internal/core/treedef"
	"github.com/argmin-go/argmin/linesearch"
	"github.com/argmin-go/argmin/num"
	"github.com/argmin-go/argmin/status"
)

// Iterate is where a solver stands between two iterations. Methods see the parameters
// raveled: all leaves of the tree end to end in one vector.
type Iterate struct {
	X     num.Array // the point, of shape [n]
	Grad  num.Array // gradient of the objective at X, [n]; for a fixed point, X - T(X)
	Value num.Array // objective at X
	Error num.Array // what Options.Tol bounds: the Euclidean norm of the condition of optimality
	NIter num.Array // iterations made, int32
	Code  num.Array // a status.Code, int32; a method that cannot go on sets another than Running
	NFev  num.Array // evaluations of the objective, int32
	NVal  num.Array // those among them that took no gradient, int32

	StepSize num.Array // the last step, as a multiple of the method's direction; 0 before the first one
	NFailed  num.Array // line searches that ended without their condition, int32
}

// Rule is one method on one problem: how to make its state and how to make an iteration.
// S is the state that it keeps from one iteration to the next: any tree of arrays, whose
// structure, shapes and dtypes stay the same.
//
// Both functions are traced: they run once, on arrays whose numbers are not known yet, and
// what they compute is then repeated in every iteration. Use num.Where and num.Cond for
// decisions.
type Rule[S any] struct {
	// Init makes the state before the first iteration.
	Init func(it Iterate) S
	// Update makes one iteration: it sets X, Grad, Value and NFev of the next iterate,
	// most easily by [Problem.At] or [Problem.Search], and Code if it cannot go on. NIter is
	// counted and Error computed by the solver.
	Update func(it Iterate, s S) (Iterate, S)

	// The rest is for methods that differ from most.

	// Error replaces the norm of the condition of optimality as what Tol bounds. It gives
	// the error of the first iterate; Update sets the error of the others.
	Error func(it Iterate) num.Array
	// Start moves a start to where the method can begin, such as into a set.
	Start func(x num.Array) num.Array
	// Evaluates declares that Update itself evaluates the objective at the iterate that it is
	// given, on the current data. Value and Error are then from before its step.
	Evaluates bool

	// evaluate, in place of Init, Error and Problem.At, is for a state that keeps what it has found of the problem: it evaluates the
	// iterate's point, sets everything that Update would, and makes the state right for the problem's data, which may be others
	// than those before. The state is zero where a run begins.
	evaluate func(it Iterate, s S) (Iterate, S)

	// steady declares that Update, if it Evaluates, depends on nothing but the iterate and the state's
	// last step: it has no schedule that may wait.
	steady bool
	// judges declares that Update itself sets Converged, where more than Error has to be small.
	judges bool
	// proves declares that the method's own proof is what Unbounded stands on: a value alone, however low, is none.
	proves bool
	// patient declares that the method itself judges whether it is stuck: iterations whose changes do not show may come before others.
	patient bool
	// renews declares that the state cannot be used on other data: where the data changed, it is made again at the iterate.
	renews bool
	// entries, if set, makes the Code of Update and evaluate final: no other test stops the run. It gives the answer.
	entries func(it Iterate, s S) entries
}

// entries is the answer of a method that solves each entry by itself, with how that ended.
type entries struct{ X, Codes, Lower, Upper num.Array }

// Problem is a problem as methods see it: its functions, on raveled parameters. Func is
// always there, the other functions if the kind of problem has them.
type Problem struct {
	Func        linesearch.Func                      // value and gradient
	Optimality  func(x, grad num.Array) num.Array    // what is zero at a solution
	Project     func(x num.Array) num.Array          // nearest point of the set: Bounded, OnSet
	Prox        func(x, step num.Array) num.Array    // proximal operator: Composite, Separable
	Oracle      func(g num.Array) num.Array          // point s of the set with the least <g, s>: OnSet
	Mirror      func(x, g, size num.Array) num.Array // mirror step: OnSet
	Lower       num.Array                            // bounds: Bounded
	Upper       num.Array                            // as Lower
	Separable   *SeparableTerms                      // Separable
	Split       *SplitTerms                          // Split
	Residual    *ResidualTerms                       // LeastSquares, BoundedLeastSquares
	Constrained *ConstrainedTerms                    // Constrained
	Quadratic   *QuadraticTerms                      // Quadratic
	Conic       *ConicTerms                          // Conic
	Options     Options                              // with the defaults filled in

	// Params makes a vector the tree of the user's parameters.
	Params func(x num.Array) any
	// Ravel makes such a tree a vector.
	Ravel func(params any) num.Array

	start      num.Array  // where the run begins, before Rule.Start
	infeasible *num.Array // whether no point is feasible; nil if there is always one
}

// At is the iterate after it, at x: its value and gradient cost one evaluation.
func (p *Problem) At(it Iterate, x num.Array) Iterate {
	it.X = x
	it.Value, it.Grad = p.Func(x)
	it.NFev = it.NFev.Add(num.Const(1))
	return it
}

// evaluated is the iterate at its own point, with the error that own gives or, if it is nil, the norm of the condition.
func (p *Problem) evaluated(method string, it Iterate, own func(it Iterate) num.Array) Iterate {
	it = p.At(it, it.X)
	if own == nil {
		it.Error = num.Norm(p.Optimality(it.X, it.Grad))
		return it
	}
	it.Error = own(it)
	checkLike(method, "the result of Error", it.Error, "the value", it.Value)
	return it
}

// beginning is an iterate at x before anything is evaluated.
func beginning(x num.Array) Iterate {
	zero := x.Const(0)
	return Iterate{X: x, Grad: x.Scale(0), Value: zero, Error: zero, NIter: num.Int(0), Code: code(status.Running), NFev: num.Int(0),
		NVal: num.Int(0), StepSize: zero, NFailed: num.Int(0)}
}

// Search is the iterate that a line search finds from it along dir, trying the step size
// step first. A search that ends without its condition still counts as progress if it
// lowered the value; otherwise the iterate's Code becomes LineSearchFailed, or Stalled where
// rounding hides what was to be found. It becomes Unbounded where the value fell as far as the
// search could see.
func (p *Problem) Search(it Iterate, search linesearch.Search, dir, step num.Array) (Iterate, linesearch.Result) {
	return it.along(p.Func, search, dir, step)
}

func (it Iterate) along(f linesearch.Func, search linesearch.Search, dir, step num.Array) (Iterate, linesearch.Result) {
	r := search(f, linesearch.Start{X: it.X, Value: it.Value, Grad: it.Grad, Dir: dir, Step: step})
	next := it
	next.X, next.Value, next.Grad = r.X, r.Value, r.Grad
	next.NFev = it.NFev.Add(r.NFev)
	next.StepSize, next.NFailed = r.Step, it.NFailed.Add(r.OK().Not().AsType(num.Int32))
	// A failure means nothing where rounding hides the decrease that the step promised, or the step.
	tiny := largest(dir).Mul(step).Le(largest(it.X).Scale(16 * it.X.DType().Eps()))
	hidden := it.Grad.Dot(dir).Mul(step).Neg().Le(noise(it.Value, it.Value)).Or(tiny)
	failure := num.Where(hidden, code(status.Stalled), code(status.LineSearchFailed))
	next.Code = num.Where(r.Code.Eq(num.Int(linesearch.Unbounded)), code(status.Unbounded), failure)
	next.Code = num.Where(r.OK().Or(r.Value.Lt(it.Value)).And(next.Code.Ne(code(status.Unbounded))), code(status.Running), next.Code)
	return next, r
}

// restarted lets a method with a memory continue after a failed search: it reports that the
// method must forget, so that the next search is along the gradient. If this one was along
// the gradient already (plain), the failure stays.
func (it Iterate) restarted(plain num.Array) (_ Iterate, forget num.Array) {
	failed := it.Code.Eq(code(status.LineSearchFailed)).Or(it.Code.Eq(code(status.Stalled)))
	forget = failed.And(plain.Not())
	it.Code = num.Where(forget, code(status.Running), it.Code)
	return it, forget
}

func code(c status.Code) num.Array { return num.Int(c) }

// Custom is a method of your own, for a problem of any kind:
//
//	solver := argmin.Minimize(loss, argmin.Custom[num.Array]{Name: "HeavyBall", Rule: heavyBall}, argmin.Options{})
//
// The methods of this package are written in the same way. The example has a whole method.
type Custom[S any] struct {
	Name string // for messages
	// Rule makes the method's rule for a problem. It runs once for each time that the
	// solver is traced.
	Rule func(p *Problem) Rule[S]
	// DerivativeFree declares that the method needs only values: gradients are not computed
	// and are zero in its iterates. It then has to set its own Error.
	DerivativeFree bool
}

func (c Custom[S]) define() definition {
	d := define(cmp.Or(c.Name, "Custom"), c.Rule)
	d.derivativeFree, d.leaves = c.DerivativeFree, true
	return d
}

func (c Custom[S]) smooth() definition      { return c.define() }
func (c Custom[S]) bounded() definition     { return c.define() }
func (c Custom[S]) composite() definition   { return c.define() }
func (c Custom[S]) separable() definition   { return c.define() }
func (c Custom[S]) onSet() definition       { return c.define() }
func (c Custom[S]) split() definition       { return c.define() }
func (c Custom[S]) fixedPoint() definition  { return c.define() }
func (c Custom[S]) stochastic() definition  { return c.define() }
func (c Custom[S]) constrained() definition { return c.define() }
func (c Custom[S]) quadratic() definition   { return c.define() }
func (c Custom[S]) root() definition        { return c.define() }
func (c Custom[S]) bracketed() definition   { return c.define() }
func (c Custom[S]) conic() definition       { return c.define() }

func (c Custom[S]) leastSquares() definition        { return c.define() }
func (c Custom[S]) boundedLeastSquares() definition { return c.define() }

// definition is a method as solvers keep it, whatever its state.
type definition struct {
	name           string
	wrong          string // why the method cannot be used
	rule           func(p *Problem) rule
	derivativeFree bool
	leaves         bool    // its iterates may leave the set of a problem with constraints
	noUnroll       bool    // its iterations have no useful derivative
	maxIter        int     // the default of Options.MaxIter, if not 500
	tol            float64 // the default of Options.Tol, if not 1e-6
}

// unrolled is why iterations cannot be differentiated, where options ask for it.
func (d definition) unrolled(opt Options) string {
	if !opt.Unroll || !d.noUnroll {
		return ""
	}
	return fmt.Sprintf("Options.Unroll is set, and the iterations of %s have no useful derivative; leave it out: the implicit one is exact", d.name)
}

// rule is a [Rule] whose state is flattened.
type rule struct {
	begin    func(x num.Array) (Iterate, []num.Array)                // of a run
	evaluate func(it Iterate, st []num.Array) (Iterate, []num.Array) // at the iterate's point, on data that may be others
	update   func(it Iterate, st []num.Array) (Iterate, []num.Array)
	init     func(it Iterate) []num.Array // nil for a state that keeps the problem
	error    func(it Iterate) num.Array
	start    func(x num.Array) num.Array
	entries  func(it Iterate, st []num.Array) entries // nil for most

	evaluates, keeps, derivativeFree, steady, judges, proves, renews, patient bool
}

// ownError reports whether the method's own error is what Options.Tol bounds.
func (r rule) ownError() bool { return r.error != nil || r.keeps }

func define[S any](name string, r func(p *Problem) Rule[S]) definition {
	return definition{name: name, rule: func(p *Problem) rule {
		if r == nil {
			throwf(name, "the method has no Rule")
		}
		return flattened(name, p, r(p))
	}}
}

// flattened is the one place where states become lists of arrays and back.
func flattened[S any](name string, p *Problem, r Rule[S]) rule {
	keeps := r.evaluate != nil
	if r.Init == nil && !keeps || r.Update == nil {
		throwf(name, "the method's Rule has no Init or no Update")
	}
	evaluate, begin := r.evaluate, r.evaluate
	if !keeps {
		evaluate = func(it Iterate, s S) (Iterate, S) { return p.evaluated(name, it, r.Error), s }
		begin = func(it Iterate, s S) (Iterate, S) { it, _ = evaluate(it, s); return it, r.Init(it) }
	}
	var def *treedef.Def
	flat := func(s S) []num.Array {
		leaves, d, err := treedef.Flatten[num.Array](s)
		if err != nil {
			throwf(name, "the method's state %T is not a tree of arrays: %v", s, err)
		}
		if def != nil {
			if err := treedef.Compare(def, d, "state"); err != nil {
				throwf(name, "Update changed the structure of the method's state: %v", err)
			}
		}
		def = d
		return leaves
	}
	// state is a flattened state as the rule's. A trace that begins between two iterations learns
	// the structure from a first state.
	state := func(it Iterate, st []num.Array) S {
		if def == nil && keeps {
			num.TraceOnce(func(x num.Array) []num.Array { _, s := begin(beginning(x), *new(S)); return flat(s) }, it.X)
		} else if def == nil {
			flat(r.Init(it))
		}
		s, err := treedef.UnflattenTo[S](def, st)
		if err != nil {
			throwf(name, "the step is from a solver with another method: %v", err)
		}
		return s
	}
	with := func(step func(it Iterate, s S) (Iterate, S)) func(it Iterate, st []num.Array) (Iterate, []num.Array) {
		return func(it Iterate, st []num.Array) (Iterate, []num.Array) {
			next, s := step(it, state(it, st))
			return next, flat(s)
		}
	}
	out := rule{evaluate: with(evaluate), update: with(r.Update), error: r.Error, start: r.Start,
		evaluates: r.Evaluates, keeps: keeps, steady: r.steady, judges: r.judges, proves: r.proves, renews: r.renews, patient: r.patient}
	out.begin = func(x num.Array) (Iterate, []num.Array) { it, s := begin(beginning(x), *new(S)); return it, flat(s) }
	if r.entries != nil {
		out.entries = func(it Iterate, st []num.Array) entries { return r.entries(it, state(it, st)) }
	}
	if !keeps {
		out.init = func(it Iterate) []num.Array { return flat(r.Init(it)) }
	}
	return out
}

// stateless is the rule of a method that keeps nothing between iterations.
func stateless(update func(it Iterate) Iterate) Rule[struct{}] {
	return Rule[struct{}]{
		Init:   func(Iterate) struct{} { return struct{}{} },
		Update: func(it Iterate, s struct{}) (Iterate, struct{}) { return update(it), s },
	}
}

// throwf panics with an error about arguments, which the entry points return.
func throwf(op, format string, args ...any) {
	ir.Throw(ir.Errorf(ir.ArgumentError, "argmin."+op, format, args...))
}
