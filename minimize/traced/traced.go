// Package traced has the methods of package minimize for functions written with package num,
// over any tree of arrays. All derivatives are automatic, and the answer can be
// differentiated too, with respect to the data, the bounds and the constraints.
//
// As in the root package a call builds a solver, which then runs on any data:
//
//	solver := traced.Minimize(loss, traced.Options[num.Array, Data]{Method: minimize.TrustExact{}})
//	r, err := solver.Run(x0, data)
//	jac := num.JacobianRev(func(l2 num.Array) num.Array { return solver.Argmin(x0, Data{X, Y, l2}) })(l2)
//
// [Root] and [LeastSquares] do the same for the methods of packages root and leastsq.
//
// The solvers of the root package are written with num themselves, so that a whole solver runs
// on any backend. Here the method runs on the host and calls traced functions.
package traced

import (
	"context"
	"errors"
	"fmt"
	"iter"

	"github.com/argmin-go/argmin"
	"github.com/argmin-go/argmin/minimize"
	"github.com/argmin-go/argmin/minimize/trace"
	"github.com/argmin-go/argmin/num"
	"github.com/argmin-go/argmin/tree"
)

// Options configures [Minimize]; the zero value is useful.
type Options[P, D any] struct {
	Method minimize.Method // default BFGS{}; within bounds LBFGSB{}, with constraints SLSQP{}
	// Bounds gives the limits of the parameters: trees like the parameters, infinite where
	// there is no limit. A leaf broadcasts to the shape of the parameters' leaf. Nil means no bounds at all.
	Bounds      func(data D) (lower, upper P)
	Constraints []Constraint[P, D] // all of them hold at a solution
	Tol         float64            // sets the method's own tolerances that are 0; default none
	Linear      num.LinearSolver   // solves the system of the implicit derivative; default num.DenseSolver

	// Monitor specifies who sees the iterations, and the checkpoint. A checkpoint is for a
	// solver that runs once: the same file with other data is an error.
	trace.Monitor
}

// Constraint is a condition on the solution: lower ≤ Func(x, data) ≤ upper, elementwise. Where
// the limits are equal it is an equation.
type Constraint[P, D any] struct {
	Func   func(x P, data D) num.Array           // values of any shape
	Limits func(data D) (lower, upper num.Array) // broadcast to the shape of Func's value
}

// Solver minimizes a traced function by a method of package minimize; [Minimize] builds one.
// It is safe for use by many goroutines if it has no Monitor.
type Solver[P, D any] struct {
	f    func(P, D) num.Array
	opt  Options[P, D]
	prog programs[P, D]
}

// Result is the result of a search, with the parameters as a tree.
type Result[P any] struct {
	minimize.Result              // the result on the raveled parameters
	Params          P            // the best point found
	State           argmin.State // the same end of the search as the solvers of the root package report it
}

// Minimize builds a solver that minimizes f(params, data) by a method of package minimize. f is
// traced once for every derivative that the method uses and every structure, shape and dtype of
// its arguments. Parameters are float64 or float32; the method works in float64.
//
// The derivative of the answer follows from the conditions of Karush, Kuhn and Tucker, in the
// form x = clip(x - ∇L, bounds) and c = clip(c + λ, limits), with L = f + λᵀc (Blondel et al.,
// "Efficient and modular implicit differentiation", 2022, section 2.2; Facchinei & Pang,
// "Finite-dimensional variational inequalities", 2003, section 1.5). The multipliers λ are the
// least-squares solution over the active constraints.
func Minimize[P, D any](f func(P, D) num.Array, opt Options[P, D]) *Solver[P, D] {
	s := &Solver[P, D]{f: f, opt: opt}
	s.prog = s.compile()
	return s
}

// check reports what is wrong with the solver.
func (s *Solver[P, D]) check() error {
	if s.f == nil {
		return errors.New("the function is nil")
	}
	for i, c := range s.opt.Constraints {
		if c.Func == nil || c.Limits == nil {
			return fmt.Errorf("constraint %d must have both Func and Limits", i)
		}
	}
	return nil
}

// Run minimizes from init. A search that does not converge is not an error: see
// [minimize.Result.Err].
func (s *Solver[P, D]) Run(init P, data D) (Result[P], error) {
	return s.RunContext(context.Background(), init, data)
}

// RunContext is [Solver.Run] with a context: when ctx ends it stops, with the best point so far
// and the context's error.
func (s *Solver[P, D]) RunContext(ctx context.Context, init P, data D) (Result[P], error) {
	r, _, err := s.run(ctx, init, data, nil)
	return r, err
}

// Steps minimizes from init and yields the result after every iteration and, complete, at the end.
// It ends when the search stops, when ctx ends (with its error) or when the loop is left.
func (s *Solver[P, D]) Steps(ctx context.Context, init P, data D) iter.Seq2[Result[P], error] {
	return steps(func(callback func(Result[P]) error) (Result[P], error) {
		r, _, err := s.run(ctx, init, data, callback)
		return r, err
	})
}

// steps yields what run, a search, calls its callback with, and its result.
func steps[R any](run func(callback func(R) error) (R, error)) iter.Seq2[R, error] {
	return func(yield func(R, error) bool) {
		left := false
		r, err := run(func(r R) error {
			if left = !yield(r, nil); left {
				return minimize.ErrStop
			}
			return nil
		})
		if !left {
			yield(r, err)
		}
	}
}

// Argmin is the minimizer as a differentiable value, by implicit differentiation. Its
// derivative with respect to init is zero. Arrays that f or the constraints capture may not be
// traced: give them as data. Only [Solver.ArgminState] reports whether the search converged; but to ask for a derivative of an
// answer at which the gradient of the Lagrangian is not small compared with its terms is an error
// (errors.Is(err, num.ErrNumeric)).
//
// A constraint that holds with equality and follows from others, such as one that is given
// twice, is left out of the derivative. The derivative is then right for changes of the data
// under which the constraint still follows; for other changes, such as of one of two limits
// that must be equal, the answer has no derivative.
func (s *Solver[P, D]) Argmin(init P, data D) P {
	x, _ := s.ArgminState(init, data)
	return x
}

// ArgminState is [Solver.Argmin] with the state of the solve, which has no derivative.
func (s *Solver[P, D]) ArgminState(init P, data D) (P, argmin.State) {
	if err := s.check(); err != nil {
		panic(wrapped(err))
	}
	type answer struct {
		found[Point[P]]
		Dependent num.Array
		Rest      rest
	}
	rows := s.rows(init, data)
	like := answer{found[Point[P]]{Point[P]{init, num.Full(tree.DType(init), 0, rows)}, likeState()}, num.Full(num.Bool, 0, rows), restOf(false, 0)}
	a := ran(func(init P, data D) (answer, error) {
		r, m, err := s.run(context.Background(), init, data, nil)
		return answer{found[Point[P]]{Point[P]{r.Params, m.lambda}, r.State}, m.dependent, m.rest}, err
	}, like, init, data)
	zero := func(at Point[P], data D) Point[P] {
		z := s.Optimality(at, data)
		if rows > 0 { // what follows from other constraints leaves its multiplier as it is
			z.Multipliers = num.Where(a.Dependent, at.Multipliers, z.Multipliers)
		}
		return checked(a.Rest, noMinimum, z)
	}
	return num.CustomRoot(zero, func(D) Point[P] { return a.X }, s.opt.Linear)(data).X, a.State
}

// Point is a solution together with the multipliers of its constraints.
type Point[P any] struct {
	X           P         // the parameters
	Multipliers num.Array // one for each value of the constraints, in their order; empty without constraints
}

// Optimality is the residual of the conditions that a solution satisfies: it is zero there. See
// [Minimize] for the conditions.
func (s *Solver[P, D]) Optimality(at Point[P], data D) Point[P] {
	x, unravel := num.Ravel(at.X)
	lagrangian := func(x num.Array) num.Array {
		p := unravel(x)
		v := s.f(p, data)
		if len(s.opt.Constraints) > 0 {
			c, _, _ := s.constraints(p, data)
			v = v.Add(c.Dot(at.Multipliers))
		}
		return v
	}
	zero := Point[P]{unravel(reduced(at.X, x, num.Grad(lagrangian)(x), s.opt.Bounds, data)), at.Multipliers}
	if len(s.opt.Constraints) > 0 {
		c, lower, upper := s.constraints(at.X, data)
		zero.Multipliers = c.Sub(clip(c.Add(at.Multipliers), lower, upper))
	}
	return zero
}

// L2OptimalityError is the Euclidean norm of [Solver.Optimality].
func (s *Solver[P, D]) L2OptimalityError(at Point[P], data D) num.Array {
	return tree.Norm(s.Optimality(at, data))
}

// constraints are the values of all constraints and their limits, in the order of the constraints.
func (s *Solver[P, D]) constraints(x P, data D) (c, lower, upper num.Array) {
	var cs, ls, us []num.Array
	for _, k := range s.opt.Constraints {
		v := k.Func(x, data)
		l, u := k.Limits(data)
		shape := v.Shape()
		cs = append(cs, v.Reshape(v.Size()))
		ls = append(ls, l.BroadcastTo(shape...).Reshape(v.Size()))
		us = append(us, u.BroadcastTo(shape...).Reshape(v.Size()))
	}
	return num.Concat(0, cs...), num.Concat(0, ls...), num.Concat(0, us...)
}

// rows is the number of values of all constraints.
func (s *Solver[P, D]) rows(x P, data D) int {
	if len(s.opt.Constraints) == 0 {
		return 0
	}
	c, _, _ := s.constraints(x, data)
	return c.Size()
}

func wrapped(err error) error {
	if err != nil {
		return fmt.Errorf("traced: %w", err)
	}
	return nil
}
