package traced

import (
	"context"
	"math"

	"gonum.org/v1/gonum/mat"

	"github.com/argmin-go/argmin/minimize"
	"github.com/argmin-go/argmin/num"
	"github.com/argmin-go/argmin/sparse"
	"github.com/argmin-go/argmin/status"
)

type valueAndGrad struct{ Value, Grad num.Array }

// programs are the functions that a method calls, each traced when it is first needed.
type programs[P, D any] struct {
	value             *num.Jitted[at[P, D], num.Array]
	vg                *num.Jitted[at[P, D], valueAndGrad]
	hess, hvp         *num.Jitted[at[P, D], num.Array]
	bounds            *num.Jitted[at[P, D], [2]num.Array]
	cons              *num.Jitted[at[P, D], [3]num.Array] // with their limits
	consJac, consHess *num.Jitted[at[P, D], num.Array]
	residual          *num.Jitted[at[P, D], num.Array]     // V is the multipliers
	entries           *num.Jitted[at[P, D], sparse.Matrix] // of the Hessian
}

func (s *Solver[P, D]) compile() programs[P, D] {
	// f of the raveled point, given the rest.
	on := func(in at[P, D], f func(P) num.Array) func(num.Array) num.Array {
		_, unravel := num.Ravel(in.Like)
		return func(x num.Array) num.Array { return f(unravel(x)) }
	}
	objective := func(in at[P, D]) func(num.Array) num.Array {
		return on(in, func(p P) num.Array { return s.f(p, in.Data) })
	}
	cons := func(in at[P, D]) func(num.Array) num.Array {
		return on(in, func(p P) num.Array { c, _, _ := s.constraints(p, in.Data); return c })
	}
	return programs[P, D]{
		value: num.Jit(func(in at[P, D]) num.Array { return objective(in)(in.X) }),
		vg: num.Jit(func(in at[P, D]) valueAndGrad {
			v, g := num.ValueAndGrad(objective(in))(in.X)
			return valueAndGrad{v, g}
		}),
		hess: num.Jit(func(in at[P, D]) num.Array { return num.Hessian(objective(in))(in.X) }),
		hvp:  num.Jit(func(in at[P, D]) num.Array { return num.HVP(objective(in), in.X, in.V) }),
		entries: num.Jit(func(in at[P, D]) sparse.Matrix {
			return sparse.Hessian(objective(in), sparse.DerivativeOptions{})(in.X)
		}),
		bounds: num.Jit(func(in at[P, D]) [2]num.Array {
			_, unravel := num.Ravel(in.Like)
			l, u := limits(s.opt.Bounds, unravel(in.X), in.Data)
			return [2]num.Array{l, u}
		}),
		cons: num.Jit(func(in at[P, D]) [3]num.Array {
			_, unravel := num.Ravel(in.Like)
			c, l, u := s.constraints(unravel(in.X), in.Data)
			return [3]num.Array{c, l, u}
		}),
		consJac: num.Jit(func(in at[P, D]) num.Array { return num.JacobianRev(cons(in))(in.X) }),
		consHess: num.Jit(func(in at[P, D]) num.Array {
			return num.Hessian(func(x num.Array) num.Array { return cons(in)(x).Dot(in.V) })(in.X)
		}),
		residual: num.Jit(func(in at[P, D]) num.Array {
			_, unravel := num.Ravel(in.Like)
			return s.L2OptimalityError(Point[P]{unravel(in.X), in.V}, in.Data)
		}),
	}
}

// solve is one run.
type solve[P, D any] struct {
	*Solver[P, D]
	*host[P, D]
}

func (s *solve[P, D]) problem(n int) minimize.Problem {
	p := minimize.Problem{
		Func: func(x []float64) float64 { return evaluated(s.host, s.prog.value, x).Item() },
		// One evaluation of both is not much more than one of the value.
		FuncGrad: func(x, g []float64) float64 {
			r := evaluated(s.host, s.prog.vg, x)
			copy(g, r.Grad.Float64s())
			return r.Value.Item()
		},
		HessP: func(x, v, hv []float64) { copy(hv, called(s.host, s.prog.hvp, x, v).Float64s()) },
	}
	if m := s.opt.Method; n <= dense || m != nil && m.Capability().FullHess {
		p.Hess = s.hessian()
	}
	return p
}

// dense is the number of variables up to which methods get whole Hessians, which take as many
// products as there are variables, and up to which derivatives are dense. It is a choice, not measured.
const dense = 200

func symmetric(h *mat.SymDense, a num.Array) {
	v, n := a.Float64s(), h.SymmetricDim()
	for i := range n {
		for j := i; j < n; j++ {
			h.SetSym(i, j, (v[i*n+j]+v[j*n+i])/2)
		}
	}
}

// constraint is all constraints as one.
func (s *solve[P, D]) constraint(x0 []float64) minimize.Constraint {
	at := evaluated(s.host, s.prog.cons, x0)
	return minimize.Constraint{
		Func: func(x, c []float64) { copy(c, evaluated(s.host, s.prog.cons, x)[0].Float64s()) },
		Jac: func(x []float64, j *mat.Dense) {
			m, n := j.Dims()
			j.Copy(mat.NewDense(m, n, evaluated(s.host, s.prog.consJac, x).Float64s()))
		},
		Hess:  func(x, v []float64, h *mat.SymDense) { symmetric(h, called(s.host, s.prog.consHess, x, v)) },
		Lower: at[1].Float64s(), Upper: at[2].Float64s(),
	}
}

// run minimizes and returns the multipliers too.
func (s *Solver[P, D]) run(ctx context.Context, init P, data D, callback func(Result[P]) error) (res Result[P], at multipliers, err error) {
	res.Params, res.State, res.Status = init, failed(), status.Failed
	if err := s.check(); err != nil {
		return res, at, wrapped(err)
	}
	h, x0, err := newHost(ctx, init, data)
	if err != nil {
		return res, at, err
	}
	r := &solve[P, D]{s, h}
	opt := minimize.Options{Method: s.opt.Method, Tol: s.opt.Tol, Monitor: s.opt.Monitor}
	err = minimize.Guard(func() {
		if s.opt.Bounds != nil {
			b := evaluated(h, s.prog.bounds, x0)
			opt.Bounds = &minimize.Bounds{Lower: b[0].Float64s(), Upper: b[1].Float64s()}
		}
		if len(s.opt.Constraints) > 0 {
			opt.Constraints = []minimize.Constraint{r.constraint(x0)}
		}
	})
	if err != nil {
		return res, at, err
	}
	result := func(m minimize.Result) Result[P] {
		return Result[P]{Result: m, Params: h.unravel(h.array(m.X)), State: stateOf(m.Status, m.NIter, m.NFev, m.NJev, m.Fun, math.NaN())}
	}
	if callback != nil {
		opt.Callback = func(m minimize.Result) error { return callback(result(m)) }
	}
	m, err := minimize.Minimize(ctx, r.problem(len(x0)), x0, opt)
	if m.X == nil {
		return res, at, err
	}
	res = result(m)
	if err != nil {
		return res, at, err
	}
	err = minimize.Guard(func() {
		l := r.multipliers(m.X, opt)
		d := r.dependent(m.X, l, opt)
		at = multipliers{h.array(l), num.New(d, len(d)), r.stationarity(m, x0, l, opt)}
		res.State.Error = num.Scalar(called(h, s.prog.residual, m.X, l).Item())
	})
	if err != nil {
		res.failed(err)
	}
	return res, at, err
}

// failed makes an answer whose conditions cannot be evaluated a failure.
func (r *Result[P]) failed(err error) {
	r.Success, r.Status, r.Message, r.State.Code = false, status.Failed, err.Error(), num.Int(int(status.Failed))
}
