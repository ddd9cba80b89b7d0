// Package traced has the methods of package minimize for functions written with
// package num, over any tree of arrays: all derivatives are automatic, and the answer
// has derivatives too, implicit ones, with respect to the data, the bounds and the
// constraints.
//
//	solver := traced.Minimize(loss, traced.Options[num.Array, Data]{Method: minimize.TrustExact{}})
//	r, err := solver.Run(x0, data)
//	jac := num.JacobianRev(func(l2 num.Array) num.Array { return solver.Argmin(x0, Data{X, Y, l2}) })(l2)
//
// The solvers of the root package are written with num themselves, and run whole on
// any backend; these run on the host, which calls the traced functions.
package traced

import (
	"context"
	"errors"
	"fmt"
	"iter"

	"github.com/argmin-go/argmin"
	"github.com/argmin-go/argmin/minimize"
	"github.com/argmin-go/argmin/num"
	"github.com/argmin-go/argmin/tree"
)

// Options configures [Minimize]; the zero value is useful.
type Options[P, A any] struct {
	Method minimize.Method // nil: BFGS, with bounds L-BFGS-B, with constraints SLSQP
	// Bounds are trees like the parameters, with infinities where there is none; nil: none.
	Bounds      func(data A) (lower, upper P)
	Constraints []Constraint[P, A]
	Tol         float64          // sets the method's own tolerances; 0: its defaults
	Linear      num.LinearSolver // solves the system of the implicit derivative; nil means num.DenseSolver
	// More are the options of package minimize that have no field here: monitors,
	// a checkpoint. Its Method, Tol and finite differences are not used; Bounds,
	// Constraints or a Callback in it are an error.
	More minimize.Options
}

// Constraint is lower ≤ Func(x, data) ≤ upper, elementwise; where the limits are equal
// it is an equation.
type Constraint[P, A any] struct {
	Func   func(x P, data A) num.Array
	Limits func(data A) (lower, upper num.Array) // broadcast to the shape of Func's value
}

// Solver minimizes by a method of package minimize. It is safe for use by many
// goroutines.
type Solver[P, A any] struct {
	f    func(P, A) num.Array
	opt  Options[P, A]
	prog programs[P, A]
}

// Result is that of package minimize, with the parameters as a tree.
type Result[P any] struct {
	minimize.Result   // of the raveled parameters
	Params          P // the best point found
	State           argmin.State
}

// Minimize minimizes f(params, data) by a method of SciPy's. f is traced once for
// every derivative that the method uses and every structure, shape and dtype of its
// arguments. Parameters are float64 or float32; the method works in float64.
//
// The derivative of the answer is that of the conditions of Karush, Kuhn and Tucker,
// in the form x = clip(x - ∇L, bounds) and c = clip(c + λ, limits), with L = f + λᵀc
// (Blondel et al., "Efficient and modular implicit differentiation", 2022, section 2.2;
// Facchinei & Pang, "Finite-dimensional variational inequalities", 2003, section 1.5).
// The multipliers λ are those of least squares on the constraints that are active.
func Minimize[P, A any](f func(P, A) num.Array, opt Options[P, A]) *Solver[P, A] {
	s := &Solver[P, A]{f: f, opt: opt}
	s.prog = s.compile()
	return s
}

// check reports what is wrong with the solver.
func (s *Solver[P, A]) check() error {
	switch more := s.opt.More; {
	case s.f == nil:
		return errors.New("the function is nil")
	case more.Bounds != nil:
		return errors.New("field Options.More has Bounds; give Options.Bounds")
	case more.Constraints != nil:
		return errors.New("field Options.More has Constraints; give Options.Constraints")
	case more.Callback != nil:
		return errors.New("field Options.More has a Callback; use Solver.Steps")
	}
	for i, c := range s.opt.Constraints {
		if c.Func == nil || c.Limits == nil {
			return fmt.Errorf("constraint %d wants both Func and Limits", i)
		}
	}
	return nil
}

// Run minimizes from init. A result that did not converge is no error: see
// [minimize.Result.Err].
func (s *Solver[P, A]) Run(init P, data A) (Result[P], error) {
	return s.RunContext(context.Background(), init, data)
}

// RunContext is Run that ends early when ctx does, with the best point so far and the
// context's error.
func (s *Solver[P, A]) RunContext(ctx context.Context, init P, data A) (Result[P], error) {
	r, _, err := s.run(ctx, init, data, nil)
	return r, err
}

// Steps minimizes from init and yields the result after every iteration and at the
// end, where it is complete. It ends when the solver stops, when ctx ends (with its
// error) or when the loop is left.
func (s *Solver[P, A]) Steps(ctx context.Context, init P, data A) iter.Seq2[Result[P], error] {
	return func(yield func(Result[P], error) bool) {
		left := false
		r, _, err := s.run(ctx, init, data, func(r Result[P]) error {
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
// derivative with respect to init is zero. Arrays that f or the constraints capture
// may not be traced: give them as data. That a search did not converge is told by
// [Solver.ArgminState] alone.
//
// Where a constraint that holds with equality follows from others, such as one that is
// given twice, the derivative leaves it out: it is right for changes of the data under
// which the constraint still follows. For others, such as of one of two limits that
// must be the same, there is none.
func (s *Solver[P, A]) Argmin(init P, data A) P {
	x, _ := s.ArgminState(init, data)
	return x
}

// ArgminState is [Solver.Argmin] with the state of the solve, which has no derivative.
func (s *Solver[P, A]) ArgminState(init P, data A) (P, argmin.State) {
	if err := s.check(); err != nil {
		panic(wrapped(err))
	}
	type answer struct {
		found[Point[P]]
		Dependent num.Array
	}
	rows := s.rows(init, data)
	like := answer{found[Point[P]]{Point[P]{init, num.Full(dtype(init), 0, rows)}, likeState()}, num.Full(num.Bool, 0, rows)}
	a := ran(func(init P, data A) (answer, error) {
		r, m, err := s.run(context.Background(), init, data, nil)
		return answer{found[Point[P]]{Point[P]{r.Params, m.lambda}, r.State}, m.dependent}, err
	}, like, init, data)
	zero := func(at Point[P], data A) Point[P] {
		z := s.Optimality(at, data)
		if rows > 0 { // what follows from other constraints leaves its multiplier as it is
			z.Multipliers = num.Where(a.Dependent, at.Multipliers, z.Multipliers)
		}
		return z
	}
	return num.CustomRoot(zero, func(A) Point[P] { return a.X }, s.opt.Linear)(data).X, a.State
}

// Point is a solution with the multipliers of the constraints, one below the other.
type Point[P any] struct {
	X           P
	Multipliers num.Array // empty without constraints
}

// Optimality is what is zero at a solution; see [Minimize].
func (s *Solver[P, A]) Optimality(at Point[P], data A) Point[P] {
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
	zero := Point[P]{unravel(reduced(x, num.Grad(lagrangian)(x), s.opt.Bounds, data)), at.Multipliers}
	if len(s.opt.Constraints) > 0 {
		c, lower, upper := s.constraints(at.X, data)
		zero.Multipliers = c.Sub(clip(c.Add(at.Multipliers), lower, upper))
	}
	return zero
}

func clip(x, lower, upper num.Array) num.Array { return num.Minimum(num.Maximum(x, lower), upper) }

// L2OptimalityError is the Euclidean norm of [Solver.Optimality].
func (s *Solver[P, A]) L2OptimalityError(at Point[P], data A) num.Array {
	return tree.Norm(s.Optimality(at, data))
}

// raveledBounds are the bounds of trees end to end.
func raveledBounds[P, A any](bounds func(data A) (lower, upper P), data A) (lower, upper num.Array) {
	l, u := bounds(data)
	lower, _ = num.Ravel(l)
	upper, _ = num.Ravel(u)
	return lower, upper
}

// reduced is x - clip(x - g), which is zero where the bounds hold back what a gradient g
// leads to; without bounds it is g.
func reduced[P, A any](x, g num.Array, bounds func(data A) (lower, upper P), data A) num.Array {
	if bounds == nil {
		return g
	}
	lower, upper := raveledBounds(bounds, data)
	return x.Sub(clip(x.Sub(g), lower, upper))
}

// constraints are the values of all constraints and their limits, one below the other.
func (s *Solver[P, A]) constraints(x P, data A) (c, lower, upper num.Array) {
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
func (s *Solver[P, A]) rows(x P, data A) int {
	if len(s.opt.Constraints) == 0 {
		return 0
	}
	c, _, _ := s.constraints(x, data)
	return c.Size()
}

func dtype(x any) num.DType {
	flat, _ := num.Ravel(x)
	return flat.DType()
}

func wrapped(err error) error {
	if err != nil {
		return fmt.Errorf("traced: %w", err)
	}
	return nil
}
