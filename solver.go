package argmin

import (
	"context"
	"fmt"
	"iter"
	"log/slog"
	"math"

	"github.com/argmin-go/argmin/num"
	"github.com/argmin-go/argmin/tree"
)

// Status says why a solver stopped.
type Status int

// The statuses.
const (
	Running          Status = iota
	Converged               // the stopping test held
	IterationLimit          // MaxIter iterations were made without it
	LineSearchFailed        // no step along the direction lowered the value
	NonFinite               // the value or gradient became NaN or infinite
	Unbounded               // the value fell below -1/ε² of the dtype: there seems to be no minimum
	Infeasible              // no point was found that satisfies the constraints
	Failed                  // the method of another package failed otherwise
)

var statusNames = [...]string{"running", "converged", "iteration limit", "line search failed", "not finite", "unbounded", "infeasible", "failed"}

func (s Status) String() string {
	if s >= 0 && int(s) < len(statusNames) {
		return statusNames[s]
	}
	return fmt.Sprintf("Status(%d)", int(s))
}

// State is what a solver knows at the end of a run. Under num.Vmap every field
// has one entry a member.
type State struct {
	Iter   num.Array // iterations made, int32
	Error  num.Array // Euclidean norm of the optimality condition at Params
	Value  num.Array // objective at Params
	Code   num.Array // the Status, int32
	NumFun num.Array // evaluations of the objective, int32
}

// Status is the state's Code, for a state that is not batched.
func (s State) Status() Status { return Status(s.Code.Item()) }

// History is how a run went: one entry for the start and one for each iteration,
// NaN after the last.
type History struct{ Value, Error num.Array }

// Result is the answer of a solver.
type Result[P any] struct {
	Params  P // the best point found
	State   State
	History *History // nil unless the solver's options ask for it
}

// Err is nil when the solver converged, otherwise an error with the reason.
func (r Result[P]) Err() error {
	if s := r.State.Status(); s != Converged {
		return fmt.Errorf("argmin: %v after %d iterations: gradient norm %.3g, value %.9g", s, int(r.State.Iter.Item()), r.State.Error.Item(), r.State.Value.Item())
	}
	return nil
}

// settings are the options that all solvers have, with their meaning there.
type settings struct {
	maxIter int
	tol     float64
	unroll  bool
	linear  num.LinearSolver
	history bool
	logger  *slog.Logger
	noJit   bool
}

func (s settings) defaults() settings {
	if s.maxIter == 0 {
		s.maxIter = 500
	}
	if s.tol == 0 {
		s.tol = 1e-6
	}
	return s
}

// Solver minimizes an objective of parameters and data, both trees. Make one
// with [LBFGS] or another function of this package. It is safe for use by many goroutines.
type Solver[P, A any] struct {
	vg   func(P, A) (num.Array, P)
	rule rule[P, A]
	zero condition[P, A] // nil: the gradient
	settings
	run   *num.Jitted[input[P, A], Result[P]]
	first *num.Jitted[input[P, A], Step[P]]
	next  *num.Jitted[stepInput[P, A], Step[P]]
	batch *num.Jitted[stepInput[P, A], Step[P]]
}

type input[P, A any] struct {
	Init P
	Data A
}

// condition is what is zero at a solution, from the point and the gradient there.
type condition[P, A any] func(x, g P, data A) P

// newSolver makes the solver of a smooth objective. Without zero the condition of
// optimality is that the gradient is zero.
func newSolver[P, A any](f func(P, A) num.Array, r rule[P, A], zero condition[P, A], opt settings) *Solver[P, A] {
	return newSolverOf(func(p P, data A) (num.Array, P) {
		return num.ValueAndGrad(func(p P) num.Array { return f(p, data) })(p)
	}, r, zero, opt)
}

func newSolverOf[P, A any](vg func(P, A) (num.Array, P), r rule[P, A], zero condition[P, A], opt settings) *Solver[P, A] {
	opt = opt.defaults()
	return (&Solver[P, A]{vg: vg, rule: r, zero: zero, settings: opt}).jit()
}

func (s *Solver[P, A]) jit() *Solver[P, A] {
	s.run = num.Jit(func(in input[P, A]) Result[P] { return s.solve(in.Init, in.Data) })
	s.first = num.Jit(func(in input[P, A]) Step[P] { return s.start(s.problem(in.Init, in.Data)) })
	s.next = num.Jit(func(in stepInput[P, A]) Step[P] {
		return s.advance(s.problem(in.From.Result.Params, in.Data), in.From.Carry)
	}).Donate(func(in stepInput[P, A]) any { return in.From.Carry })
	s.batch = num.Jit(func(in stepInput[P, A]) Step[P] {
		p := s.problem(in.From.Result.Params, in.Data)
		c := in.From.Carry
		if _, ok := p.m.(sampling); !ok {
			c.It.Value, c.It.G = p.fg(c.It.X)
			c.It.NumFun = c.It.NumFun.Add(int32s(1))
		}
		return s.advance(p, c)
	}).Donate(func(in stepInput[P, A]) any { return in.From.Carry })
	return s
}

// prepared is the solver itself, whose traces are kept, or without Jit one that
// has none yet.
func (s *Solver[P, A]) prepared() *Solver[P, A] {
	if !s.noJit {
		return s
	}
	return (&Solver[P, A]{vg: s.vg, rule: s.rule, zero: s.zero, settings: s.settings}).jit()
}

// WithGradient is the solver with another way to get the objective's value and
// gradient, such as one that shares work between them or is known in closed form.
// Implicit derivatives differentiate the gradient that it returns.
func (s *Solver[P, A]) WithGradient(valueAndGrad func(P, A) (num.Array, P)) *Solver[P, A] {
	return (&Solver[P, A]{vg: valueAndGrad, rule: s.rule, zero: s.zero, settings: s.settings}).jit()
}

// WithOptimality is the solver with another condition that is zero at its solutions, from
// the point and the objective's gradient there. Implicit derivatives are those of its root,
// and a solver that stops by the norm of its condition (all but ProximalGradient,
// ProjectedGradient, FrankWolfe, NelderMead and those of batches) now stops by that one's.
//
// The conditions of a problem differ in how much they leave unseen: that of entropic mirror
// descent is x·gap at an entry x whose multiplier is gap, and so is nearly met by an x that
// is far from zero where the gap is small, while x - P(x - ∇f(x)) is x itself there.
func (s *Solver[P, A]) WithOptimality(zero func(x, g P, data A) P) *Solver[P, A] {
	return (&Solver[P, A]{vg: s.vg, rule: s.rule, zero: zero, settings: s.settings}).jit()
}

// DropAux makes an objective of a function that returns something besides its
// value. To have that at a minimum, call the function there.
func DropAux[P, A, X any](f func(P, A) (num.Array, X)) func(P, A) num.Array {
	return func(p P, data A) num.Array {
		v, _ := f(p, data)
		return v
	}
}

// Run minimizes from init. The objective is traced once for every structure,
// shape and dtype of its arguments. A result that did not converge is no error:
// see [Result.Err].
func (s *Solver[P, A]) Run(init P, data A) (Result[P], error) {
	return s.RunContext(context.Background(), init, data)
}

// RunContext is Run that stops between iterations when ctx ends, with the best
// point so far and the context's error.
func (s *Solver[P, A]) RunContext(ctx context.Context, init P, data A) (Result[P], error) {
	if ctx.Err() != nil {
		return s.untouched(init), fmt.Errorf("argmin: %w", context.Cause(ctx))
	}
	r, err := s.prepared().run.CallContext(ctx, input[P, A]{init, data})
	if err != nil {
		return r, fmt.Errorf("argmin: %w", err)
	}
	return r, nil
}

// untouched is the result before anything was computed.
func (s *Solver[P, A]) untouched(init P) Result[P] {
	nan := num.Scalar(math.NaN())
	return Result[P]{Params: init, State: State{Iter: int32s(0), Error: nan, Value: nan, Code: int32s(Running), NumFun: int32s(0)}}
}

// Argmin is the minimizer as a differentiable value: the derivative with respect
// to data, and to arrays that the objective captures, is implicit, from the
// stationarity of the objective. That with respect to init is zero. With the
// option Unroll it is the derivative of the iterations, of both modes.
func (s *Solver[P, A]) Argmin(init P, data A) P { return s.solve(init, data).Params }

// ArgminState is [Solver.Argmin] with the state of the solve, which has no derivative.
func (s *Solver[P, A]) ArgminState(init P, data A) (P, State) {
	r := s.solve(init, data)
	return r.Params, r.State
}

// Optimality is what is zero at a solution: the gradient of the objective with
// respect to the parameters, unless the solver says otherwise.
func (s *Solver[P, A]) Optimality(params P, data A) P {
	_, g := s.vg(params, data)
	return s.condition(params, g, data)
}

// condition is what is zero at a solution.
func (s *Solver[P, A]) condition(params, g P, data A) P {
	if s.zero == nil {
		return g
	}
	return s.zero(params, g, data)
}

// L2OptimalityError is the Euclidean norm of [Solver.Optimality], what Tol bounds.
func (s *Solver[P, A]) L2OptimalityError(params P, data A) num.Array {
	return tree.Norm(s.Optimality(params, data))
}

func (s *Solver[P, A]) solve(init P, data A) Result[P] {
	type both struct {
		V num.Array
		G P
	}
	vg := num.TraceOnce(func(in input[P, A]) both { v, g := s.vg(in.Init, in.Data); return both{v, g} }, input[P, A]{init, data})
	if s.unroll {
		return s.iterate(func(x P, data A) (num.Array, P) { y := vg(input[P, A]{x, data}); return y.V, y.G }, init, data)
	}
	optimality := func(x P, data A) P { return s.condition(x, vg(input[P, A]{x, data}).G, data) }
	type rest struct {
		State   State
		History *History
	}
	x, r := num.CustomRootAux(optimality, func(data A) (P, rest) {
		r := s.iterate(func(x P, data A) (num.Array, P) { y := vg(input[P, A]{x, data}); return y.V, y.G }, init, data)
		return r.Params, rest{r.State, r.History}
	}, s.linear)(data)
	return Result[P]{x, r.State, r.History}
}

// Init is the step before the first iteration from init.
func (s *Solver[P, A]) Init(init P, data A) (Step[P], error) {
	st, err := s.prepared().first.CallContext(context.Background(), input[P, A]{init, data})
	if err != nil {
		return st, fmt.Errorf("argmin: %w", err)
	}
	return st, nil
}

// Update makes one iteration. data may differ from that of the step before: the
// objective is evaluated anew where the step stands, so that an update costs one
// evaluation more than those of [Solver.Run] and [Solver.Steps]. A step that has
// stopped is given back as it is. On a backend with devices, the step's storage
// becomes that of the new one: a step can be updated once.
func (s *Solver[P, A]) Update(step Step[P], data A) (Step[P], error) {
	if step.Result.State.Status() != Running {
		return step, nil
	}
	st, err := s.prepared().batch.CallContext(context.Background(), stepInput[P, A]{step, data})
	if err != nil {
		return step, fmt.Errorf("argmin: %w", err)
	}
	return st, nil
}

// Steps minimizes from init one update at a time: it yields the state before the
// first update and after each one, and ends when the solver stops, when ctx ends
// (with its error) or when the loop is left. The sequence may be used again; it
// starts from init each time.
func (s *Solver[P, A]) Steps(ctx context.Context, init P, data A) iter.Seq2[Result[P], error] {
	return func(yield func(Result[P], error) bool) {
		if ctx.Err() != nil {
			yield(s.untouched(init), fmt.Errorf("argmin: %w", context.Cause(ctx)))
			return
		}
		s := s.prepared()
		st, err := s.first.CallContext(ctx, input[P, A]{init, data})
		for err == nil && yield(st.Result, nil) {
			if st.Result.State.Status() != Running {
				return
			}
			last := st
			if st, err = s.next.CallContext(ctx, stepInput[P, A]{last, data}); err != nil {
				yield(last.Result, fmt.Errorf("argmin: %w", err))
				return
			}
		}
		if err != nil {
			yield(st.Result, fmt.Errorf("argmin: %w", err))
		}
	}
}

// RunIterator makes one update for each element of batches, such as mini-batches
// of data, which must all have the same structure, shapes and dtypes. It ends with
// the sequence, when the stopping test holds on a batch, or when ctx ends, with
// the context's error. At the end of the sequence the status is Running.
//
// The next batch is made in another goroutine while an update is computed, so that
// loading costs no time of its own: the sequence is at most two batches ahead of the
// updates, and is left before RunIterator returns. A panic in it is one of RunIterator.
func (s *Solver[P, A]) RunIterator(ctx context.Context, init P, batches iter.Seq[A]) (Result[P], error) {
	s = s.prepared()
	var st Step[P]
	begun := false
	for data := range ahead(batches) {
		if ctx.Err() != nil {
			if !begun {
				return s.untouched(init), fmt.Errorf("argmin: %w", context.Cause(ctx))
			}
			return st.Result, fmt.Errorf("argmin: %w", context.Cause(ctx))
		}
		last := st
		var err error
		if !begun {
			if last, err = s.first.CallContext(ctx, input[P, A]{init, data}); err != nil {
				return s.untouched(init), fmt.Errorf("argmin: %w", err)
			}
			begun, st = true, last
			if st.Result.State.Status() != Running {
				return st.Result, nil
			}
			st, err = s.next.CallContext(ctx, stepInput[P, A]{last, data})
		} else {
			st, err = s.batch.CallContext(ctx, stepInput[P, A]{last, data})
		}
		if err != nil {
			return last.Result, fmt.Errorf("argmin: %w", err)
		}
		if st.Result.State.Status() != Running {
			return st.Result, nil
		}
	}
	if !begun {
		return s.untouched(init), nil
	}
	return st.Result, nil
}
