package argmin

import (
	"context"
	"fmt"
	"iter"
	"math"

	"github.com/argmin-go/argmin/num"
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
)

var statusNames = [...]string{"running", "converged", "iteration limit", "line search failed", "not finite"}

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

// Result is the answer of a solver.
type Result[P any] struct {
	Params P // the best point found
	State  State
}

// Err is nil when the solver converged, otherwise an error with the reason.
func (r Result[P]) Err() error {
	if s := r.State.Status(); s != Converged {
		return fmt.Errorf("argmin: %v after %d iterations: gradient norm %.3g, value %.9g", s, int(r.State.Iter.Item()), r.State.Error.Item(), r.State.Value.Item())
	}
	return nil
}

// method is what a solver adds to the common loop: a state of its own and one
// update from an iterate to the next.
type method interface {
	// init makes the method's state at x of n numbers.
	init(it iterate) []num.Array
	// update makes one iteration.
	update(f func(num.Array) (num.Array, num.Array), it iterate, st []num.Array) (iterate, []num.Array)
}

// iterate is the common part of every solver's state, on the raveled parameters.
type iterate struct {
	X, G, Value, Error, Iter, Code, NumFun num.Array
}

// Solver minimizes an objective of parameters and data, both trees. Make one
// with [GradientDescent] or [LBFGS]. It is safe for use by many goroutines.
type Solver[P, A any] struct {
	f       func(P, A) num.Array
	m       method
	maxIter int
	tol     float64
	unroll  bool
	run     *num.Jitted[input[P, A], Result[P]]
	first   *num.Jitted[input[P, A], stepped[P]]
	next    *num.Jitted[stepInput[P, A], stepped[P]]
}

type input[P, A any] struct {
	Init P
	Data A
}

func newSolver[P, A any](f func(P, A) num.Array, m method, maxIter int, tol float64, unroll bool) *Solver[P, A] {
	if maxIter == 0 {
		maxIter = 500
	}
	if tol == 0 {
		tol = 1e-6
	}
	s := &Solver[P, A]{f: f, m: m, maxIter: maxIter, tol: tol, unroll: unroll}
	s.run = num.Jit(func(in input[P, A]) Result[P] { return s.solve(in.Init, in.Data) })
	s.first = num.Jit(func(in input[P, A]) stepped[P] { return s.start(s.problem(in.Init, in.Data)) })
	s.next = num.Jit(func(in stepInput[P, A]) stepped[P] {
		return s.advance(s.problem(in.From.Result.Params, in.Data), in.From.Carry)
	})
	return s
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
	r, err := s.run.CallContext(ctx, input[P, A]{init, data})
	if err != nil {
		return r, fmt.Errorf("argmin: %w", err)
	}
	return r, nil
}

// Argmin is the minimizer as a differentiable value: the derivative with respect
// to data, and to arrays that the objective captures, is implicit, from the
// stationarity of the objective. That with respect to init is zero.
func (s *Solver[P, A]) Argmin(init P, data A) P { return s.solve(init, data).Params }

// ArgminState is [Solver.Argmin] with the state of the solve, which has no derivative.
func (s *Solver[P, A]) ArgminState(init P, data A) (P, State) {
	r := s.solve(init, data)
	return r.Params, r.State
}

// Optimality is the condition that holds at a minimum: the gradient of the
// objective with respect to the parameters.
func (s *Solver[P, A]) Optimality(params P, data A) P {
	return num.Grad(func(p P) num.Array { return s.f(p, data) })(params)
}

func (s *Solver[P, A]) solve(init P, data A) Result[P] {
	f := num.Traced(func(in input[P, A]) num.Array { return s.f(in.Init, in.Data) }, input[P, A]{init, data})
	grad := func(x P, data A) P {
		return num.Grad(func(p P) num.Array { return f(input[P, A]{p, data}) })(x)
	}
	if s.unroll {
		return s.iterate(f, init, data)
	}
	x, st := num.CustomRootAux(grad, func(data A) (P, State) {
		r := s.iterate(f, init, data)
		return r.Params, r.State
	}, nil)(data)
	return Result[P]{x, st}
}

type carry struct {
	It iterate
	St []num.Array
}

// problem is the objective on raveled parameters, traced once.
type problem[P any] struct {
	x0      num.Array
	unravel func(num.Array) P
	fg      func(num.Array) (num.Array, num.Array)
}

func (s *Solver[P, A]) problem(init P, data A) problem[P] {
	return newProblem(func(p P) num.Array { return s.f(p, data) }, init)
}

func newProblem[P any](f func(P) num.Array, init P) problem[P] {
	x0, unravel := num.Ravel(init)
	vg := num.Traced(func(x num.Array) [2]num.Array {
		v, g := num.ValueAndGrad(func(x num.Array) num.Array { return f(unravel(x)) })(x)
		return [2]num.Array{v, g}
	}, x0)
	return problem[P]{x0, unravel, func(x num.Array) (num.Array, num.Array) { r := vg(x); return r[0], r[1] }}
}

func (p problem[P]) result(it iterate) Result[P] {
	return Result[P]{p.unravel(it.X), State{it.Iter, it.Error, it.Value, it.Code, it.NumFun}}
}

// stepped is a solver between two iterations.
type stepped[P any] struct {
	Result Result[P]
	Carry  carry
}

type stepInput[P, A any] struct {
	From stepped[P]
	Data A
}

func (s *Solver[P, A]) start(p problem[P]) stepped[P] {
	v, g := p.fg(p.x0)
	it := s.judge(iterate{X: p.x0, G: g, Value: v, Iter: int32s(0), Code: int32s(Running), NumFun: int32s(1)})
	return stepped[P]{p.result(it), carry{it, s.m.init(it)}}
}

func (s *Solver[P, A]) advance(p problem[P], c carry) stepped[P] {
	it, st := s.m.update(p.fg, c.It, c.St)
	it.Iter = c.It.Iter.Add(int32s(1))
	it = s.judge(it)
	return stepped[P]{p.result(it), carry{it, st}}
}

// iterate is the loop of a whole run.
func (s *Solver[P, A]) iterate(f func(input[P, A]) num.Array, init P, data A) Result[P] {
	p := newProblem(func(p P) num.Array { return f(input[P, A]{p, data}) }, init)
	end := num.While(func(c carry) num.Array { return c.It.Code.Eq(int32s(Running)) },
		func(c carry) carry { return s.advance(p, c).Carry },
		s.start(p).Carry)
	return p.result(end.It)
}

// Steps minimizes from init one update at a time: it yields the state before the
// first update and after each one, and ends when the solver stops, when ctx ends
// (with its error) or when the loop is left. The sequence may be used again; it
// starts from init each time.
func (s *Solver[P, A]) Steps(ctx context.Context, init P, data A) iter.Seq2[Result[P], error] {
	return func(yield func(Result[P], error) bool) {
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

func int32s[T ~int](x T) num.Array { return num.Full(num.Int32, float64(x)) }

// judge applies the stopping tests that all solvers share.
func (s *Solver[P, A]) judge(it iterate) iterate {
	tol := num.Full(it.X.DType(), s.tol)
	it.Error = it.G.Dot(it.G).Sqrt()
	code := num.Where(it.Iter.Ge(int32s(s.maxIter)), int32s(IterationLimit), int32s(Running))
	code = num.Where(it.Code.Eq(int32s(Running)), code, it.Code)
	code = num.Where(it.Error.Le(tol), int32s(Converged), code)
	it.Code = num.Where(num.IsFinite(it.Error).And(num.IsFinite(it.Value)), code, int32s(NonFinite))
	return it
}

// backtrack halves the step from a first one until the value has decreased
// enough (Armijo's condition, Nocedal & Wright, "Numerical Optimization",
// algorithm 3.1), up to rounding of the value. ok is false if no step did.
func backtrack(f func(num.Array) (num.Array, num.Array), it iterate, d, step num.Array) (next iterate, used, ok num.Array) {
	type trial struct{ X, V, G, Step, N, OK num.Array }
	dt := it.X.DType()
	slope := it.G.Dot(d)
	slack := it.Value.Abs().Scale(4 * dt.Eps())
	try := func(step, n num.Array) trial {
		x := it.X.Add(d.Mul(step))
		v, g := f(x)
		armijo := v.Le(it.Value.Add(slope.Mul(step).Scale(1e-4)))
		flat := v.Le(it.Value.Add(slack)).And(g.Dot(d).Le(slope.Scale(2*0.1 - 1)))
		significant := slope.Mul(step).Neg().Gt(slack.Scale(1000))
		ok := armijo.And(significant).Or(flat)
		return trial{x, v, g, step, n, ok}
	}
	first := trial{it.X, it.Value, it.G, step.Scale(2), int32s(0), num.Full(num.Bool, 0)}
	t := num.While(func(t trial) num.Array { return t.OK.Not().And(t.N.Lt(int32s(maxBacktracks))) },
		func(t trial) trial { return try(t.Step.Scale(0.5), t.N.Add(int32s(1))) }, first)
	next = it
	next.X = num.Where(t.OK, t.X, it.X)
	next.G = num.Where(t.OK, t.G, it.G)
	next.Value = num.Where(t.OK, t.V, it.Value)
	next.NumFun = it.NumFun.Add(t.N)
	next.Code = num.Where(t.OK, int32s(Running), int32s(LineSearchFailed))
	return next, t.Step, t.OK
}

const maxBacktracks = 40

var machineTiny = math.SmallestNonzeroFloat32
