package traced

import (
	"context"
	"errors"
	"fmt"
	"math"

	"gonum.org/v1/gonum/mat"

	"github.com/argmin-go/argmin"
	"github.com/argmin-go/argmin/minimize"
	"github.com/argmin-go/argmin/minimize/leastsq"
	"github.com/argmin-go/argmin/num"
)

// LeastSquaresOptions configures [LeastSquares]; the zero value is useful.
type LeastSquaresOptions[P, A any] struct {
	Method leastsq.Method // nil means minimize.TRF{}
	// Bounds are trees like the parameters, with infinities where there is none; nil: none.
	Bounds           func(data A) (lower, upper P)
	FTol, XTol, GTol float64          // as in minimize.LeastSquaresOptions
	Loss             string           // "linear" (the default), "soft_l1", "huber", "cauchy" or "arctan"
	FScale           float64          // the size of a residual that is large; default 1
	MaxNFev          int              // evaluations of the residuals at most; 0: the method's default
	Linear           num.LinearSolver // solves the system of the implicit derivative; nil means num.DenseSolver
}

// LeastSquaresSolver minimizes sums of squares by a method of package minimize. It is
// safe for use by many goroutines.
type LeastSquaresSolver[P, A any] struct {
	r                       func(P, A) num.Array
	opt                     LeastSquaresOptions[P, A]
	value, jac, rest, bound *num.Jitted[at[P, A], num.Array]
}

// LeastSquaresResult is that of package minimize, with the parameters as a tree.
type LeastSquaresResult[P any] struct {
	leastsq.Result   // of the raveled parameters
	Params         P // the best point found
	State          argmin.State
}

// LeastSquares minimizes ½ Σ ρ(r²) over the residuals r(params, data), an array of any
// shape, by a method of SciPy's least_squares. The Jacobian is automatic, and the
// answer's derivative is implicit, with the whole Hessian of the cost, not its
// Gauss–Newton part: from ∇ = 0, with bounds from x = clip(x - ∇).
func LeastSquares[P, A any](residuals func(params P, data A) num.Array, opt LeastSquaresOptions[P, A]) *LeastSquaresSolver[P, A] {
	s := &LeastSquaresSolver[P, A]{r: residuals, opt: opt}
	raveled := func(in at[P, A]) func(num.Array) num.Array {
		_, unravel := num.Ravel(in.Like)
		return func(x num.Array) num.Array {
			r := residuals(unravel(x), in.Data)
			return r.Reshape(r.Size())
		}
	}
	s.value = num.Jit(func(in at[P, A]) num.Array { return raveled(in)(in.X) })
	s.jac = num.Jit(func(in at[P, A]) num.Array { return num.JacobianFwd(raveled(in))(in.X) })
	s.rest = num.Jit(func(in at[P, A]) num.Array {
		_, unravel := num.Ravel(in.Like)
		flat, _ := num.Ravel(s.Optimality(unravel(in.X), in.Data))
		return num.Norm(flat)
	})
	s.bound = num.Jit(func(in at[P, A]) num.Array {
		return num.Stack(raveledBounds(opt.Bounds, in.Data))
	})
	return s
}

// cost is ½ Σ C²ρ(r²/C²); see [minimize.LeastSquaresOptions.Loss].
func (s *LeastSquaresSolver[P, A]) cost(x P, data A) num.Array {
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
		large := z.Gt(num.Full(z.DType(), 1))
		safe := num.Where(large, z, num.Full(z.DType(), 1))
		rho = num.Where(large, safe.Sqrt().Scale(2).AddScalar(-1), z)
	case "cauchy":
		rho = z.Log1p()
	case "arctan":
		rho = num.Atan2(z, num.Full(z.DType(), 1))
	default:
		rho = z
	}
	return rho.Sum().Scale(c * c / 2)
}

// Optimality is what is zero at a solution; see [LeastSquares].
func (s *LeastSquaresSolver[P, A]) Optimality(params P, data A) P {
	x, unravel := num.Ravel(params)
	g := num.Grad(func(x num.Array) num.Array { return s.cost(unravel(x), data) })(x)
	return unravel(reduced(x, g, s.opt.Bounds, data))
}

// Run minimizes from init. A result that did not converge is no error: see
// [minimize.LeastSquaresResult.Err].
func (s *LeastSquaresSolver[P, A]) Run(init P, data A) (LeastSquaresResult[P], error) {
	return s.RunContext(context.Background(), init, data)
}

// RunContext is Run that ends early when ctx does, with the best point so far and the
// context's error.
func (s *LeastSquaresSolver[P, A]) RunContext(ctx context.Context, init P, data A) (res LeastSquaresResult[P], err error) {
	res.Params, res.State = init, failed()
	if s.r == nil {
		return res, errors.New("traced: the residuals are nil")
	}
	h, x0, err := newHost(ctx, init, data)
	if err != nil {
		return res, err
	}
	o := s.opt
	opt := leastsq.Options{Method: o.Method, FTol: o.FTol, XTol: o.XTol, GTol: o.GTol, Loss: o.Loss, FScale: o.FScale, MaxNFev: o.MaxNFev}
	m := 0
	if err = minimize.Guard(func() {
		m = evaluated(h, s.value, x0).Size()
		if o.Bounds != nil {
			b := evaluated(h, s.bound, x0).Float64s()
			if len(b) != 2*len(x0) {
				minimize.Abort(fmt.Errorf("traced: bounds have %d elements, the parameters %d", len(b)/2, len(x0)))
			}
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
	r, err := leastsq.Minimize(ctx, p, x0, opt)
	if r.X == nil {
		return res, err
	}
	res.Result, res.Params = r, h.unravel(h.array(r.X))
	residual := math.NaN()
	if err == nil {
		err = minimize.Guard(func() { residual = evaluated(h, s.rest, r.X).Item() })
	}
	res.State = stateOf(r.Status, r.NIter, r.NFev, r.Cost, residual)
	return res, err
}

// Argmin is the minimizer as a differentiable value, by implicit differentiation. Its
// derivative with respect to init is zero. Arrays that the residuals capture may not be
// traced: give them as data. That a search did not converge is told by
// [LeastSquaresSolver.ArgminState] alone.
func (s *LeastSquaresSolver[P, A]) Argmin(init P, data A) P {
	x, _ := s.ArgminState(init, data)
	return x
}

// ArgminState is [LeastSquaresSolver.Argmin] with the state of the solve, which has no
// derivative.
func (s *LeastSquaresSolver[P, A]) ArgminState(init P, data A) (P, argmin.State) {
	return differentiable(s.Optimality, func(init P, data A) (P, argmin.State, error) {
		r, err := s.Run(init, data)
		return r.Params, r.State, err
	}, init, data, s.opt.Linear)
}
