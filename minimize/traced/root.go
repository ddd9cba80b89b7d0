package traced

import (
	"context"
	"errors"
	"fmt"
	"iter"
	"math"

	"gonum.org/v1/gonum/mat"

	"github.com/argmin-go/argmin"
	"github.com/argmin-go/argmin/minimize"
	"github.com/argmin-go/argmin/minimize/root"
	"github.com/argmin-go/argmin/minimize/trace"
	"github.com/argmin-go/argmin/num"
	"github.com/argmin-go/argmin/status"
	"github.com/argmin-go/argmin/tree"
)

// RootOptions configures [Root]; the zero value is useful.
type RootOptions struct {
	Method root.Method      // default root.Hybr{}
	Tol    float64          // sets the method's own tolerance if that is 0; default none
	Linear num.LinearSolver // solves the system of the implicit derivative; default see num.LinearSolver

	// Monitor specifies who sees the iterations, and the checkpoint. A checkpoint is for a
	// solver that runs once: the same file with other data is an error.
	trace.Monitor
}

// RootSolver finds roots of a traced function by a method of package root; [Root] builds one.
// It is safe for use by many goroutines if it has no Monitor.
type RootSolver[P, D any] struct {
	f          func(P, D) P
	opt        RootOptions
	value, jac *num.Jitted[at[P, D], num.Array]
}

// RootResult is the result of a search, with the unknowns as a tree.
type RootResult[P any] struct {
	root.Result              // the result on the raveled unknowns
	Params      P            // the point with the least |F| found
	State       argmin.State // the same end of the search as the solvers of the root package report it
}

// Root builds a solver of equations f(x, data) = 0 by a method of package root. f maps a tree
// to one of the same structure. The Jacobian is automatic, and the solution has an implicit
// derivative.
func Root[P, D any](f func(x P, data D) P, opt RootOptions) *RootSolver[P, D] {
	raveled := func(in at[P, D]) func(num.Array) num.Array {
		_, unravel := num.Ravel(in.Like)
		return func(x num.Array) num.Array { y, _ := num.Ravel(f(unravel(x), in.Data)); return y }
	}
	return &RootSolver[P, D]{f: f, opt: opt,
		value: num.Jit(func(in at[P, D]) num.Array { return raveled(in)(in.X) }),
		jac:   num.Jit(func(in at[P, D]) num.Array { return num.JacobianFwd(raveled(in))(in.X) })}
}

// Run finds a root near init. A search that does not converge is not an error: see
// [root.Result.Err].
func (s *RootSolver[P, D]) Run(init P, data D) (RootResult[P], error) {
	return s.RunContext(context.Background(), init, data)
}

// RunContext is [RootSolver.Run] with a context: when ctx ends it stops, with the best point so
// far and the context's error.
func (s *RootSolver[P, D]) RunContext(ctx context.Context, init P, data D) (RootResult[P], error) {
	r, _, err := s.run(ctx, init, data, nil)
	return r, err
}

// Steps finds a root near init and yields the result after every iteration and, complete, at the
// end. It ends when the search stops, when ctx ends (with its error) or when the loop is left.
func (s *RootSolver[P, D]) Steps(ctx context.Context, init P, data D) iter.Seq2[RootResult[P], error] {
	return steps(func(callback func(RootResult[P]) error) (RootResult[P], error) {
		r, _, err := s.run(ctx, init, data, callback)
		return r, err
	})
}

// run finds a root and calls callback, if it is not nil, after every iteration. first is |F| at init.
func (s *RootSolver[P, D]) run(ctx context.Context, init P, data D, callback func(RootResult[P]) error) (res RootResult[P], first float64, err error) {
	res.Params, res.State, res.Status = init, failed(), status.Failed
	first = math.NaN()
	if s.f == nil {
		return res, first, errors.New("traced: the function is nil")
	}
	h, x0, err := newHost(ctx, init, data)
	if err != nil {
		return res, first, err
	}
	p := root.Problem{
		Func: func(x, f []float64) {
			v := evaluated(h, s.value, x).Float64s()
			if len(v) != len(x) {
				minimize.Abort(fmt.Errorf("traced: the function has %d values for %d unknowns, want the same number", len(v), len(x)))
			}
			if copy(f, v); math.IsNaN(first) {
				first = norm(f)
			}
		},
		Jac: func(x []float64, j *mat.Dense) {
			j.Copy(mat.NewDense(len(x), len(x), evaluated(h, s.jac, x).Float64s()))
		},
	}
	result := func(r root.Result) RootResult[P] {
		size := norm(r.Fun)
		return RootResult[P]{r, h.unravel(h.array(r.X)), stateOf(r.Status, r.NIter, r.NFev, r.NJev, size*size/2, size)}
	}
	opt := root.Options{Method: s.opt.Method, Tol: s.opt.Tol, Monitor: s.opt.Monitor}
	if callback != nil {
		opt.Callback = func(r root.Result) error { return callback(result(r)) }
	}
	r, err := root.Find(ctx, p, x0, opt)
	if r.X == nil {
		return res, first, err
	}
	return result(r), first, err
}

func norm(v []float64) float64 {
	s := 0.0
	for _, e := range v {
		s = math.Hypot(s, e)
	}
	return s
}

// Solution is the root as a differentiable value, by implicit differentiation. Its
// derivative with respect to init is zero. Arrays that f captures may not be traced:
// give them as data. Only [RootSolver.SolutionState] reports whether the search converged; but to ask for a
// derivative of an answer that is no root is an error (errors.Is(err, num.ErrNumeric)). Argmin and ArgminState of the other solvers are
// the same for minima.
func (s *RootSolver[P, D]) Solution(init P, data D) P {
	x, _ := s.SolutionState(init, data)
	return x
}

// SolutionState is [RootSolver.Solution] with the state of the solve, which has no
// derivative.
func (s *RootSolver[P, D]) SolutionState(init P, data D) (P, argmin.State) {
	return differentiable(s.f, noRoot, func(init P, data D) (P, argmin.State, rest, error) {
		r, first, err := s.run(context.Background(), init, data, nil)
		left := 0.0
		if n := norm(r.Fun); n > 0 {
			left = n / first
		}
		const small = 1e-8 // with which a point counts as a root although the search did not converge: a choice
		return r.Params, r.State, restOf(r.Success || left <= small, left), err
	}, init, data, s.opt.Linear)
}

// Argmin is [RootSolver.Solution] by the name that all other solvers have for their answer.
func (s *RootSolver[P, D]) Argmin(init P, data D) P { return s.Solution(init, data) }

// ArgminState is [RootSolver.SolutionState] by the name that all other solvers have.
func (s *RootSolver[P, D]) ArgminState(init P, data D) (P, argmin.State) {
	return s.SolutionState(init, data)
}

// Optimality is f, which is zero at a root.
func (s *RootSolver[P, D]) Optimality(x P, data D) P { return s.f(x, data) }

// L2OptimalityError is the Euclidean norm of [RootSolver.Optimality].
func (s *RootSolver[P, D]) L2OptimalityError(x P, data D) num.Array { return tree.Norm(s.f(x, data)) }
