package argmin

import (
	"context"
	"fmt"
	"iter"
	"math"

	"github.com/argmin-go/argmin/internal/kkt"
	"github.com/argmin-go/argmin/num"
	"github.com/argmin-go/argmin/optimality"
	"github.com/argmin-go/argmin/status"
	"github.com/argmin-go/argmin/tree"
)

// State is what a solver reports about a run. Under num.Vmap every field has one entry per
// member of the batch.
type State struct {
	NIter num.Array // iterations made, int32
	Error num.Array // Euclidean norm of the condition of optimality at Params, or the method's own error
	Value num.Array // objective at Params
	Code  num.Array // the status.Code, int32
	NFev  num.Array // evaluations of the objective, int32
	NJev  num.Array // evaluations of its gradient, or of the residual where an equation is solved, int32; 0 for methods that need only values

	StepSize num.Array // the last step, as a multiple of the method's direction; 0 if there was none or the method has none
	NFailed  num.Array // line searches that ended without their condition, int32
}

// Status is the state's Code, for a state that is not batched; Running if nothing ran.
func (s State) Status() status.Code {
	if s.Code == (num.Array{}) {
		return status.Running
	}
	return status.Code(s.Code.Item())
}

// String is the state in words, such as "converged after 72 iterations and 86 evaluations:
// error 6.1e-07, value 3.2e-15".
func (s State) String() string {
	if s == (State{}) {
		return "nothing ran"
	}
	for _, a := range [...]num.Array{s.NIter, s.Error, s.Value, s.Code, s.NFev} {
		if a == (num.Array{}) || a.Traced() || a.Rank() > 0 {
			return fmt.Sprintf("codes %v, iterations %v, evaluations %v: errors %v, values %v", s.Code, s.NIter, s.NFev, s.Error, s.Value)
		}
	}
	return fmt.Sprintf("%v after %v iterations and %v evaluations: error %.3g, value %.9g", s.Status(), s.NIter, s.NFev,
		s.Error.Item(), s.Value.Item())
}

// History is the course of a run: one entry for the start and one for each iteration,
// NaN after the last.
type History struct {
	Value num.Array // objective, [MaxIter + 1]
	Error num.Array // what Tol bounds, [MaxIter + 1]
}

// Result is the answer of a solver.
type Result[P any] struct {
	Params  P        // the best point found; where the solver converged, the point where the stopping test holds
	State   State    // how the run ended
	History *History // nil unless Options.History is set
	Aux     any      // what the objective returns parted its value, at Params: see WithAux; nil without
}

// Err is nil if the solver converged, otherwise an error with the reason.
func (r Result[P]) Err() error {
	if r.Success() {
		return nil
	}
	trouble := ""
	if t, ok := r.Aux.(interface{ Trouble() string }); ok {
		trouble = t.Trouble()
	}
	return fmt.Errorf("argmin: %v%s", r.State, trouble)
}

// Success reports whether the solver converged.
func (r Result[P]) Success() bool { return r.State.Status() == status.Converged }

// Solver solves one kind of problem by one method: it finds parameters for given data, both
// any trees of arrays. Make one with [Minimize] or another function for a kind of problem.
// It is safe for use by many goroutines.
type Solver[P, D any] struct {
	wrong error // about the arguments that made it
	kind  kind[P, D]
	def   definition
	opt   Options // with the defaults filled in
	// limited: Options.MaxIter was set.
	limited bool
	run     *num.Jitted[input[P, D], Result[P]]
	first   *num.Jitted[input[P, D], Step[P]]
	next    *num.Jitted[stepInput[P, D], Step[P]]
	batch   *num.Jitted[stepInput[P, D], Step[P]]
	rest    *num.Jitted[stepInput[P, D], Step[P]]
}

// kind is a kind of problem, with the user's functions.
type kind[P, D any] struct {
	name string // of the function that makes its solvers
	// missing is a function that is needed and was nil.
	missing string
	// valueAndGrad is the objective; for a fixed point, ½|x - T(x)|² and x - T(x).
	valueAndGrad func(P, D) (num.Array, P)
	// values is the objective without its gradient, for methods that need no more.
	values func(P, D) num.Array
	// condition is what is zero at a solution, from the point and the gradient there; nil
	// means the gradient.
	condition func(x, g P, data D) P
	// partial: the value is not the whole objective.
	partial bool
	// root: the condition is a system of equations, whose sum of squares the value is.
	root bool
	// constrained: the parameters must be in a set.
	constrained bool
	// underivable is why condition cannot be computed, and with it no implicit derivative.
	underivable string
	// aux is what results have in addition, or nil.
	aux func(x P, data D) any
	// complete fills in what users may leave out of a start; nil for nothing.
	complete func(x P, data D) P
	// entries is the same where each entry is solved by itself.
	entries func(x P, e entries) any
	// simple are more verdicts on an answer before it is differentiated; nil for none.
	simple func(x P, data D) []num.Verdict
	// before changes the parameters before each iteration; nil for no change.
	before func(x P, data D) P
	// guide prepares the linear system of the derivative at an answer; nil for the default solver.
	guide func(x P, data D) num.Guide[P, kkt.Active]
	// bind adds to a problem what the methods of this kind need parted Func.
	bind func(p *Problem, b binding[P, D])
	// squares is what the objective is the sum of, if it is one, and bindResidual adds it to a problem.
	squares      *squares[P, D]
	bindResidual func(p *Problem, b binding[P, D])
}

// binding is a problem's data, and the way from raveled parameters to the user's.
type binding[P, D any] struct {
	data   D
	params func(num.Array) P
}

// ravel lays parameters, or what has their structure, end to end.
func (binding[P, D]) ravel(x P) num.Array {
	flat, _ := num.Ravel(x)
	return flat
}

// objective is the kind of problem of a smooth function.
func objective[P, D any](name string, f func(P, D) num.Array) kind[P, D] {
	if f == nil {
		return kind[P, D]{name: name} // WithGradient may replace it
	}
	checked := func(p P, data D) num.Array { return checkValue(name, f(p, data), tree.DType(p)) }
	return kind[P, D]{name: name, values: checked, valueAndGrad: func(p P, data D) (num.Array, P) {
		return num.ValueAndGrad(func(p P) num.Array { return checked(p, data) })(p)
	}}
}

func (k *kind[P, D]) refuseNil(name string, isNil bool) {
	if isNil && k.missing == "" {
		k.missing = name
	}
}

type input[P, D any] struct {
	Init P
	Data D
}

func newSolver[P, D any](k kind[P, D], d definition, opt Options) *Solver[P, D] {
	if d.derivativeFree && k.values != nil {
		f := k.values
		k.valueAndGrad = func(x P, data D) (num.Array, P) { return f(x, data), tree.ZerosLike(x) }
		stationary, condition := optimality.Stationary(f), k.condition
		k.condition = func(x, _ P, data D) P {
			g := stationary(x, data)
			if condition == nil {
				return g
			}
			return condition(x, g, data)
		}
	}
	s := &Solver[P, D]{kind: k, def: d, opt: opt.with(d), limited: opt.MaxIter != 0}
	for _, what := range []string{d.wrong, wrongOptions(s.opt), d.unrolled(opt)} {
		if what != "" && s.wrong == nil {
			s.wrong = wrong(k.name, "%s", what)
		}
	}
	if k.missing != "" {
		s.wrong = wrong(k.name, "%s is nil", k.missing)
	}
	return s.jit()
}

// jit is a copy of the solver that has no traces yet.
func (s *Solver[P, D]) jit() *Solver[P, D] {
	fresh := *s
	s = &fresh
	s.run = num.Jit(func(in input[P, D]) Result[P] { return s.solve(in.Init, in.Data) })
	s.first = num.Jit(func(in input[P, D]) Step[P] {
		init := s.completed(in.Init, in.Data)
		return s.start(s.newProblem(s.kind.valueAndGrad, init, in.Data))
	})
	carried := func(in stepInput[P, D]) any { return in.From.Carry }
	problemOf := func(in stepInput[P, D]) problem[P] {
		return s.newProblem(s.kind.valueAndGrad, in.From.Result.Params, in.Data)
	}
	s.next = num.Jit(func(in stepInput[P, D]) Step[P] {
		p := problemOf(in)
		return p.step(s.advance(p, in.From.Carry))
	}).Donate(carried)
	s.batch = num.Jit(func(in stepInput[P, D]) Step[P] {
		p := problemOf(in)
		return p.step(s.advanceOn(p, in.From, in.Fresh))
	}).Donate(carried)
	s.rest = num.Jit(func(in stepInput[P, D]) Step[P] { return s.resume(problemOf(in), in.From) }).Donate(carried)
	return s
}

// prepared is the solver itself, which keeps its traces, or with NoJit a copy without any.
// The error is what is wrong with the arguments that made the solver.
func (s *Solver[P, D]) prepared() (*Solver[P, D], error) {
	if err := s.check(); err != nil {
		return nil, failed(err)
	}
	if !s.opt.NoJit {
		return s, nil
	}
	return s.jit(), nil
}

// WithGradient returns the solver with another way to compute the objective's value and
// gradient, such as one that shares work between them or uses a closed form. Implicit
// derivatives differentiate the gradient that it returns.
func (s *Solver[P, D]) WithGradient(valueAndGrad func(P, D) (num.Array, P)) *Solver[P, D] {
	other := *s
	if valueAndGrad == nil {
		other.wrong = wrong("WithGradient", "valueAndGrad is nil")
		return other.jit()
	}
	other.kind.valueAndGrad = func(x P, data D) (num.Array, P) {
		v, g := valueAndGrad(x, data)
		return checkValue("WithGradient", v, tree.DType(x)), checkLike("WithGradient", "the gradient", g, "the parameters", x)
	}
	return other.jit()
}

// WithOptimality returns the solver with another condition that is zero at its solutions, a
// function of the point and the objective's gradient there. Implicit derivatives are
// derivatives of its root, and methods whose error is the norm of the condition (all but FrankWolfe,
// NelderMead, ProximalGradient, ProjectedGradient and the stochastic ones) stop by it.
//
// Conditions of one problem differ in what they can see. The condition of entropic mirror
// descent is x·gap at an entry x with the multiplier gap: it is nearly met by an x far from
// zero where the gap is small, while x - P(x - ∇f(x)) is x itself there.
func (s *Solver[P, D]) WithOptimality(condition func(x, g P, data D) P) *Solver[P, D] {
	other := *s
	if condition == nil {
		other.wrong = wrong("WithOptimality", "condition is nil")
		return other.jit()
	}
	other.kind.underivable = ""
	other.kind.condition = func(x, g P, data D) P {
		return checkLike("WithOptimality", "the condition", condition(x, g, data), "the parameters", x)
	}
	return other.jit()
}

// Run minimizes from init. The objective is traced once for every structure,
// shape and dtype of its arguments. A result that did not converge is not an
// error here: see [Result.Err].
func (s *Solver[P, D]) Run(init P, data D) (Result[P], error) {
	return s.RunContext(context.Background(), init, data)
}

// RunContext is Run that stops between iterations when ctx ends, with the best
// point so far, the status Cancelled and the context's error.
func (s *Solver[P, D]) RunContext(ctx context.Context, init P, data D) (Result[P], error) {
	if err := ended(ctx); err != nil {
		return interrupted(ctx, untouched(init)), err
	}
	s, err := s.prepared()
	if err != nil {
		return interrupted(ctx, untouched(init)), err
	}
	r, err := s.run.CallContext(ctx, input[P, D]{init, data})
	if err != nil {
		if r.State.Code == (num.Array{}) || ctx.Err() != nil && atStart(r.State) { // nothing ran, or not to its end
			r = untouched(init)
		}
		return interrupted(ctx, r), failed(err)
	}
	return r, nil
}

// untouched is the result before anything was computed.
func untouched[P any](init P) Result[P] {
	nan := num.Scalar(math.NaN())
	return Result[P]{Params: init, State: State{NIter: num.Int(0), Error: nan, Value: nan, Code: code(status.Running), NFev: num.Int(0), NJev: num.Int(0),
		StepSize: num.Scalar(0), NFailed: num.Int(0)}}
}

// atStart reports whether a state is the first one and says that numbers are not finite, or what follows from it: those of a factorization that
// was stopped are not.
func atStart(s State) bool {
	if s.Code.Rank() > 0 || s.NIter.Item() > 0 {
		return false
	}
	c := s.Status()
	return c == status.NonFinite || c == status.NotConvex
}

// interrupted is the result of a run that an error ended: Cancelled if the context did, or
// else Failed.
func interrupted[P any](ctx context.Context, r Result[P]) Result[P] {
	if c := r.State.Code; c == (num.Array{}) || c.Rank() > 0 || r.State.Status() != status.Running {
		return r
	}
	r.State.Code = code(status.Failed)
	if ctx != nil && ctx.Err() != nil {
		r.State.Code = code(status.Cancelled)
	}
	return r
}

// Argmin is the minimizer as a differentiable value: the derivative with respect
// to data, and to arrays that the objective captures, is implicit, from the
// condition of optimality. The derivative with respect to init is zero. The derivative of a run that
// did not converge and ended far from a solution is an error (errors.Is(err, num.ErrNumeric)), unless
// Options.AllowUnconverged is set. With the option
// Unroll it is the derivative of the iterations, in both modes.
func (s *Solver[P, D]) Argmin(init P, data D) P { return s.solve(init, data).Params }

// ArgminState is [Solver.Argmin] with the state of the solve, which has no derivative.
func (s *Solver[P, D]) ArgminState(init P, data D) (P, State) {
	r := s.solve(init, data)
	return r.Params, r.State
}

// Optimality evaluates the condition that is zero at a solution: the gradient of the
// objective with respect to the parameters, unless the kind of problem or
// [Solver.WithOptimality] gives another.
func (s *Solver[P, D]) Optimality(params P, data D) P {
	s.mustCheck()
	params = s.completed(params, data)
	_, g := s.kind.valueAndGrad(params, data)
	return s.condition(params, g, data)
}

// completed is a start that has everything.
func (s *Solver[P, D]) completed(init P, data D) P {
	if s.kind.complete != nil {
		init = s.kind.complete(init, data)
	}
	checkParams(s.kind.name, init)
	return init
}

func (s *Solver[P, D]) condition(params, g P, data D) P {
	if s.kind.condition == nil {
		return g
	}
	return s.kind.condition(params, g, data)
}

// L2OptimalityError is the Euclidean norm of [Solver.Optimality], what Tol bounds.
func (s *Solver[P, D]) L2OptimalityError(params P, data D) num.Array {
	return tree.Norm(s.Optimality(params, data))
}

func (s *Solver[P, D]) solve(init P, data D) Result[P] {
	s.mustCheck()
	init = s.completed(init, data)
	type both struct {
		V num.Array
		G P
	}
	traced := num.TraceOnce(func(in input[P, D]) both {
		v, g := s.kind.valueAndGrad(in.Init, in.Data)
		return both{v, g}
	}, input[P, D]{init, data})
	vg := func(x P, data D) (num.Array, P) { y := traced(input[P, D]{x, data}); return y.V, y.G }
	if s.opt.Unroll {
		return s.iterate(vg, init, data)
	}
	if s.kind.underivable != "" {
		return s.underivable(vg, init, data)
	}
	condition := func(x P, data D) P { _, g := vg(x, data); return s.condition(x, g, data) }
	type rest struct {
		State   State
		History *History
		Aux     any
	}
	check := func(x P, r rest, data D) []num.Verdict { return s.verdicts(condition, x, init, data, r.State) }
	if s.opt.AllowUnconverged {
		check = nil
	}
	var guide func(x P, _ rest, data D) num.Guide[P, kkt.Active]
	if s.kind.guide != nil {
		guide = func(x P, _ rest, data D) num.Guide[P, kkt.Active] { return s.kind.guide(x, data) }
	}
	x, r := num.CustomRootGuided(condition, func(data D) (P, rest) {
		r := s.iterate(vg, init, data)
		return r.Params, rest{r.State, r.History, r.Aux}
	}, check, guide, s.opt.Linear)(data)
	return Result[P]{x, r.State, r.History, r.Aux}
}

// underivable is the result of a problem without a condition of optimality: a derivative of
// its parameters is an error where it is computed.
func (s *Solver[P, D]) underivable(vg func(P, D) (num.Array, P), init P, data D) Result[P] {
	r := s.iterate(vg, tree.Map(num.Array.StopGradient, init), tree.Map(num.Array.StopGradient, data))
	type answer struct {
		X    P
		Data D // so that there is a derivative to refuse
	}
	r.Params = num.CustomJVP(func(a answer) P { return a.X }, func(a, da answer) (P, P) {
		return a.X, tree.Map(func(d num.Array) num.Array {
			return num.Check(d, num.Full(num.Bool, 0), num.Scalar(math.NaN()), s.kind.underivable)
		}, da.X)
	})(answer{r.Params, data})
	return r
}

// Init returns the step before the first iteration, at init.
func (s *Solver[P, D]) Init(init P, data D) (Step[P], error) {
	s, err := s.prepared()
	if err != nil {
		return Step[P]{}, err
	}
	st, err := s.first.CallContext(context.Background(), input[P, D]{init, data})
	if err != nil {
		return st, failed(err)
	}
	return st, nil
}

// Steps minimizes from init one update at a time: it yields the state before the
// first update and after each one, and ends when the solver stops, when ctx ends
// (with its error) or when the loop is left. The sequence may be used again; it
// starts from init each time.
func (s *Solver[P, D]) Steps(ctx context.Context, init P, data D) iter.Seq2[Result[P], error] {
	return func(yield func(Result[P], error) bool) {
		if err := ended(ctx); err != nil {
			yield(interrupted(ctx, untouched(init)), err)
			return
		}
		s, err := s.prepared()
		if err != nil {
			yield(interrupted(ctx, untouched(init)), err)
			return
		}
		st, err := s.first.CallContext(ctx, input[P, D]{init, data})
		for err == nil && yield(st.Result, nil) {
			if st.Result.State.Status() != status.Running {
				return
			}
			last := st
			if st, err = s.next.CallContext(ctx, stepInput[P, D]{From: last, Data: data}); err != nil {
				yield(interrupted(ctx, last.Result), failed(err))
				return
			}
		}
		if err != nil { // of the first step
			yield(interrupted(ctx, untouched(init)), failed(err))
		}
	}
}
