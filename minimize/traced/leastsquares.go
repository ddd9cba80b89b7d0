package traced

import (
	"context"
	"errors"
	"iter"
	"math"

	"gonum.org/v1/gonum/mat"

	"github.com/argmin-go/argmin"
	"github.com/argmin-go/argmin/minimize"
	"github.com/argmin-go/argmin/minimize/leastsq"
	"github.com/argmin-go/argmin/minimize/trace"
	"github.com/argmin-go/argmin/num"
	"github.com/argmin-go/argmin/sparse"
	"github.com/argmin-go/argmin/status"
)

// LeastSquaresOptions configures [LeastSquares]; the zero value is useful.
type LeastSquaresOptions[P, D any] struct {
	Method leastsq.Method // default leastsq.TRF{}
	// Bounds gives the limits of the parameters: trees like the parameters, infinite where
	// there is no limit. Nil means no bounds at all.
	Bounds  func(data D) (lower, upper P)
	FTol    float64 // smallest relative change of the cost, as in leastsq.Options; default 1e-8
	XTol    float64 // smallest relative step, as in leastsq.Options; default 1e-8
	GTol    float64 // largest element of the scaled gradient, as in leastsq.Options; default 1e-8
	Loss    string  // "linear" (the default), "soft_l1", "huber", "cauchy" or "arctan", as in leastsq.Options
	FScale  float64 // the size of a residual that counts as large; default 1
	MaxNFev int     // most evaluations of the residuals; default 100n for n parameters
	// XScale gives the sizes of characteristic changes of the parameters, as in leastsq.Options: a tree like the
	// parameters, of positive numbers, whose leaves broadcast like bounds. Default ones, for leastsq.LM JacScale.
	XScale   func(data D) P
	JacScale bool // scales from the columns of the Jacobian, as in leastsq.Options
	// Callback is called after every iteration, as Options.Callback of leastsq with the result as a tree. minimize.ErrStop from
	// it stops the search without an error.
	Callback func(LeastSquaresResult[P]) error
	Linear   num.LinearSolver // solves the system of the implicit derivative; default see num.LinearSolver

	// Monitor specifies who sees the iterations, and the checkpoint. A checkpoint is for a
	// solver that runs once: the same file with other data is an error.
	trace.Monitor
}

// LeastSquaresSolver minimizes sums of squares of a traced function by a method of package
// leastsq; [LeastSquares] builds one. It is safe for use by many goroutines if it has no Monitor.
type LeastSquaresSolver[P, D any] struct {
	r                              func(P, D) num.Array
	opt                            LeastSquaresOptions[P, D]
	value, jac, rest, bound, scale *num.Jitted[at[P, D], num.Array]
	entries                        *num.Jitted[at[P, D], sparse.Matrix] // of the Jacobian
}

// LeastSquaresResult is the result of a search, with the parameters as a tree.
type LeastSquaresResult[P any] struct {
	leastsq.Result              // the result on the raveled parameters
	Params         P            // the best point found
	State          argmin.State // the same end of the search as the solvers of the root package report it
}

// LeastSquares builds a solver that minimizes ½ Σ ρ(r²) by a method of package leastsq. The
// residuals r = residuals(params, data) are an array of any shape; ρ is the loss. The Jacobian
// is automatic: for more than 200 parameters, where at most a quarter of its entries can be other than zero whatever the parameters and the data are,
// the method gets these entries, so that leastsq.TRF and leastsq.Dogbox keep it sparse and step by LSMR, as SciPy's do with jac_sparsity;
// TRSolver "exact" gives them a dense one. The answer has an implicit derivative, with the whole Hessian of the cost and
// not only its Gauss–Newton part: from ∇ = 0, with bounds from x = clip(x - ∇).
func LeastSquares[P, D any](residuals func(params P, data D) num.Array, opt LeastSquaresOptions[P, D]) *LeastSquaresSolver[P, D] {
	s := &LeastSquaresSolver[P, D]{r: residuals, opt: opt}
	raveled := func(in at[P, D]) func(num.Array) num.Array {
		_, unravel := num.Ravel(in.Like)
		return func(x num.Array) num.Array {
			r := residuals(unravel(x), in.Data)
			return r.Reshape(r.Size())
		}
	}
	s.value = num.Jit(func(in at[P, D]) num.Array { return raveled(in)(in.X) })
	s.jac = num.Jit(func(in at[P, D]) num.Array { return num.JacobianFwd(raveled(in))(in.X) })
	s.entries = num.Jit(func(in at[P, D]) sparse.Matrix {
		return sparse.Jacobian(raveled(in), sparse.DerivativeOptions{})(in.X)
	})
	s.rest = num.Jit(func(in at[P, D]) num.Array {
		_, unravel := num.Ravel(in.Like)
		return s.L2OptimalityError(unravel(in.X), in.Data)
	})
	s.scale = num.Jit(func(in at[P, D]) num.Array {
		_, unravel := num.Ravel(in.Like)
		return limit("scale", opt.XScale(in.Data), unravel(in.X))
	})
	s.bound = num.Jit(func(in at[P, D]) num.Array {
		_, unravel := num.Ravel(in.Like)
		return num.Stack(limits(opt.Bounds, unravel(in.X), in.Data))
	})
	return s
}

// cost is ½ Σ C²ρ(r²/C²); see [leastsq.Options.Loss].
func (s *LeastSquaresSolver[P, D]) cost(x P, data D) num.Array {
	c := s.opt.FScale
	if c == 0 {
		c = 1
	}
	z := s.r(x, data).Square().Scale(1 / (c * c))
	var rho num.Array
	switch s.opt.Loss {
	case "soft_l1":
		rho = z.AddScalar(1).Sqrt().AddScalar(-1).Scale(2)
	case "huber":
		large := z.Gt(num.Const(1))
		safe := num.Where(large, z, num.Const(1))
		rho = num.Where(large, safe.Sqrt().Scale(2).AddScalar(-1), z)
	case "cauchy":
		rho = z.Log1p()
	case "arctan":
		rho = num.Atan2(z, num.Const(1))
	default:
		rho = z
	}
	return rho.Sum().Scale(c * c / 2)
}

// Optimality is the residual of the condition that a solution satisfies: it is zero there. See
// [LeastSquares] for the condition.
func (s *LeastSquaresSolver[P, D]) Optimality(params P, data D) P {
	x, unravel := num.Ravel(params)
	g := num.Grad(func(x num.Array) num.Array { return s.cost(unravel(x), data) })(x)
	return unravel(reduced(params, x, g, s.opt.Bounds, data))
}

// L2OptimalityError is the Euclidean norm of [LeastSquaresSolver.Optimality].
func (s *LeastSquaresSolver[P, D]) L2OptimalityError(params P, data D) num.Array {
	flat, _ := num.Ravel(s.Optimality(params, data))
	return num.Norm(flat)
}

// Run minimizes from init. A search that does not converge is not an error: see
// [leastsq.Result.Err].
func (s *LeastSquaresSolver[P, D]) Run(init P, data D) (LeastSquaresResult[P], error) {
	return s.RunContext(context.Background(), init, data)
}

// RunContext is [LeastSquaresSolver.Run] with a context: when ctx ends it stops, with the best
// point so far and the context's error.
func (s *LeastSquaresSolver[P, D]) RunContext(ctx context.Context, init P, data D) (LeastSquaresResult[P], error) {
	return s.run(ctx, init, data, nil)
}

// Steps minimizes from init and yields the result after every iteration and, complete, at the end.
// It ends when the search stops, when ctx ends (with its error) or when the loop is left.
func (s *LeastSquaresSolver[P, D]) Steps(ctx context.Context, init P, data D) iter.Seq2[LeastSquaresResult[P], error] {
	return steps(func(callback func(LeastSquaresResult[P]) error) (LeastSquaresResult[P], error) {
		return s.run(ctx, init, data, callback)
	})
}

// run minimizes and calls callback, if it is not nil, after every iteration.
func (s *LeastSquaresSolver[P, D]) run(ctx context.Context, init P, data D,
	callback func(LeastSquaresResult[P]) error) (res LeastSquaresResult[P], err error) {
	res.Params, res.State, res.Status = init, failed(), status.Failed
	if s.r == nil {
		return res, errors.New("traced: the residuals are nil")
	}
	h, x0, err := newHost(ctx, init, data)
	if err != nil {
		return res, err
	}
	o := s.opt
	opt := leastsq.Options{Method: o.Method, FTol: o.FTol, XTol: o.XTol, GTol: o.GTol, Loss: o.Loss, FScale: o.FScale,
		MaxNFev: o.MaxNFev, JacScale: o.JacScale, Monitor: o.Monitor}
	m := 0
	if err = minimize.Guard(func() {
		m = evaluated(h, s.value, x0).Size()
		if o.XScale != nil {
			opt.XScale = evaluated(h, s.scale, x0).Float64s()
		}
		if o.Bounds != nil {
			b := evaluated(h, s.bound, x0).Float64s()
			opt.Bounds = &leastsq.Bounds{Lower: b[:len(x0)], Upper: b[len(x0):]}
		}
	}); err != nil {
		return res, err
	}
	p := leastsq.Problem{M: m,
		Residuals: func(x, r []float64) { copy(r, evaluated(h, s.value, x).Float64s()) },
		Jac: func(x []float64, j *mat.Dense) {
			j.Copy(mat.NewDense(m, len(x), evaluated(h, s.jac, x).Float64s()))
		},
	}
	s.sparseJacobian(h, &p, x0)
	result := func(r leastsq.Result) LeastSquaresResult[P] {
		return LeastSquaresResult[P]{r, h.unravel(h.array(r.X)), stateOf(r.Status, r.NIter, r.NFev, r.NJev, r.Cost, math.NaN())}
	}
	if callback == nil {
		callback = o.Callback
	}
	if callback != nil {
		opt.Callback = func(r leastsq.Result) error { return callback(result(r)) }
	}
	r, err := leastsq.Minimize(ctx, p, x0, opt)
	if r.X == nil {
		return res, err
	}
	res = result(r)
	if err == nil {
		err = minimize.Guard(func() { res.State.Error = num.Scalar(evaluated(h, s.rest, r.X).Item()) })
		if err != nil { // the answer's condition cannot be evaluated
			res.Success, res.Status, res.Message, res.State.Code = false, status.Failed, err.Error(), num.Int(int(status.Failed))
		}
	}
	return res, err
}

// cosine is the largest cosine of the angle between the residuals and a column of the Jacobian of a variable that is not at
// a bound; NaN without a Jacobian.
func cosine(r leastsq.Result) (largest float64) {
	if r.Jac == nil {
		return math.NaN()
	}
	for i, g := range r.Grad {
		if n := mat.Norm(r.Jac.ColView(i), 2); r.ActiveMask[i] == 0 && g != 0 {
			largest = max(largest, math.Abs(g)/n/math.Sqrt(2*r.Cost))
		}
	}
	return largest
}

// Argmin is the minimizer as a differentiable value, by implicit differentiation. Its
// derivative with respect to init is zero. Arrays that the residuals capture may not be
// traced: give them as data. Only [LeastSquaresSolver.ArgminState] reports whether the search
// converged; but to ask for a derivative of an answer that is no minimum is an error
// (errors.Is(err, num.ErrNumeric)).
func (s *LeastSquaresSolver[P, D]) Argmin(init P, data D) P {
	x, _ := s.ArgminState(init, data)
	return x
}

// ArgminState is [LeastSquaresSolver.Argmin] with the state of the solve, which has no
// derivative.
func (s *LeastSquaresSolver[P, D]) ArgminState(init P, data D) (P, argmin.State) {
	return differentiable(s.Optimality, noFit, func(init P, data D) (P, argmin.State, rest, error) {
		r, err := s.Run(init, data)
		c := cosine(r.Result)
		return r.Params, r.State, restOf(r.Success || c <= smallRest, c), err
	}, init, data, s.opt.Linear)
}
