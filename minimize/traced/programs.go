package traced

import (
	"context"
	"math"

	"gonum.org/v1/gonum/mat"

	"github.com/argmin-go/argmin"
	"github.com/argmin-go/argmin/minimize"
	"github.com/argmin-go/argmin/num"
)

// at is a raveled point of parameters like Like; V is a vector that goes with it.
type at[P, A any] struct {
	X, V num.Array
	Like P
	Data A
}

type valueAndGrad struct{ Value, Grad num.Array }

// programs are the functions that a method calls, each traced when it is first needed.
type programs[P, A any] struct {
	value             *num.Jitted[at[P, A], num.Array]
	vg                *num.Jitted[at[P, A], valueAndGrad]
	hess, hvp         *num.Jitted[at[P, A], num.Array]
	bounds            *num.Jitted[at[P, A], [2]num.Array]
	cons              *num.Jitted[at[P, A], [3]num.Array] // with their limits
	consJac, consHess *num.Jitted[at[P, A], num.Array]
	residual          *num.Jitted[at[P, A], num.Array] // V is the multipliers
}

func (s *Solver[P, A]) compile() programs[P, A] {
	// f of the raveled point, given the rest.
	on := func(in at[P, A], f func(P) num.Array) func(num.Array) num.Array {
		_, unravel := num.Ravel(in.Like)
		return func(x num.Array) num.Array { return f(unravel(x)) }
	}
	objective := func(in at[P, A]) func(num.Array) num.Array {
		return on(in, func(p P) num.Array { return s.f(p, in.Data) })
	}
	cons := func(in at[P, A]) func(num.Array) num.Array {
		return on(in, func(p P) num.Array { c, _, _ := s.constraints(p, in.Data); return c })
	}
	return programs[P, A]{
		value: num.Jit(func(in at[P, A]) num.Array { return objective(in)(in.X) }),
		vg: num.Jit(func(in at[P, A]) valueAndGrad {
			v, g := num.ValueAndGrad(objective(in))(in.X)
			return valueAndGrad{v, g}
		}),
		hess:   num.Jit(func(in at[P, A]) num.Array { return num.Hessian(objective(in))(in.X) }),
		hvp:    num.Jit(func(in at[P, A]) num.Array { return num.HVP(objective(in), in.X, in.V) }),
		bounds: num.Jit(func(in at[P, A]) [2]num.Array { l, u := s.bounds(in.Data); return [2]num.Array{l, u} }),
		cons: num.Jit(func(in at[P, A]) [3]num.Array {
			_, unravel := num.Ravel(in.Like)
			c, l, u := s.constraints(unravel(in.X), in.Data)
			return [3]num.Array{c, l, u}
		}),
		consJac: num.Jit(func(in at[P, A]) num.Array { return num.JacobianRev(cons(in))(in.X) }),
		consHess: num.Jit(func(in at[P, A]) num.Array {
			return num.Hessian(func(x num.Array) num.Array { return cons(in)(x).Dot(in.V) })(in.X)
		}),
		residual: num.Jit(func(in at[P, A]) num.Array {
			_, unravel := num.Ravel(in.Like)
			return s.L2OptimalityError(Point[P]{unravel(in.X), in.V}, in.Data)
		}),
	}
}

// solve is one run: the programs at points of slices.
type solve[P, A any] struct {
	*Solver[P, A]
	ctx  context.Context
	like P
	data A
	d    num.DType
}

func called[P, A, T any](s *solve[P, A], j *num.Jitted[at[P, A], T], x, v []float64) T {
	r, err := j.CallContext(s.ctx, at[P, A]{s.array(x), s.array(v), s.like, s.data})
	if err != nil {
		minimize.Abort(wrapped(err))
	}
	return r
}

// array is a copy of x in the dtype of the parameters.
func (s *solve[P, A]) array(x []float64) num.Array {
	a := num.New(append([]float64{}, x...), len(x))
	if s.d != num.Float64 {
		a = a.AsType(s.d)
	}
	return a
}

func (s *solve[P, A]) problem(n int) minimize.Problem {
	p := minimize.Problem{
		Func: func(x []float64) float64 { return called(s, s.prog.value, x, nil).Item() },
		// One evaluation of both is not much more than one of the value.
		FuncGrad: func(x, g []float64) float64 {
			r := called(s, s.prog.vg, x, nil)
			copy(g, r.Grad.Float64s())
			return r.Value.Item()
		},
		HessP: func(x, v, hv []float64) { copy(hv, called(s, s.prog.hvp, x, v).Float64s()) },
	}
	if k, ok := s.opt.Method.(interface{ Capability() minimize.Capability }); n <= dense || ok && k.Capability().FullHess {
		p.Hess = func(x []float64, h *mat.SymDense) { symmetric(h, called(s, s.prog.hess, x, nil)) }
	}
	return p
}

// dense is the number of variables up to which methods get whole Hessians.
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
func (s *solve[P, A]) constraint(x0 []float64) minimize.Constraint {
	at := called(s, s.prog.cons, x0, nil)
	return minimize.Constraint{
		Func: func(x, c []float64) { copy(c, called(s, s.prog.cons, x, nil)[0].Float64s()) },
		Jac: func(x []float64, j *mat.Dense) {
			m, n := j.Dims()
			j.Copy(mat.NewDense(m, n, called(s, s.prog.consJac, x, nil).Float64s()))
		},
		Hess:  func(x, v []float64, h *mat.SymDense) { symmetric(h, called(s, s.prog.consHess, x, v)) },
		Lower: at[1].Float64s(), Upper: at[2].Float64s(),
	}
}

// run minimizes and answers the multipliers too.
func (s *Solver[P, A]) run(ctx context.Context, init P, data A, callback func(Result[P]) error) (res Result[P], lambda num.Array, err error) {
	var x0 []float64
	var unravel func(num.Array) P
	r := &solve[P, A]{Solver: s, ctx: ctx, like: init, data: data}
	res.Params = init
	opt := s.opt.More
	opt.Method, opt.Tol, opt.Bounds, opt.Constraints, opt.Callback = s.opt.Method, s.opt.Tol, nil, nil, nil
	_, err = num.Try(func() struct{} {
		flat, un := num.Ravel(init)
		unravel, r.d, x0 = un, flat.DType(), flat.Float64s()
		return struct{}{}
	})
	if err != nil {
		return res, lambda, wrapped(err)
	}
	err = minimize.Guard(func() {
		if s.opt.Bounds != nil {
			b := called(r, s.prog.bounds, x0, nil)
			opt.Bounds = &minimize.Bounds{Lower: b[0].Float64s(), Upper: b[1].Float64s()}
		}
		if len(s.opt.Constraints) > 0 {
			opt.Constraints = []minimize.Constraint{r.constraint(x0)}
		}
	})
	if err != nil {
		return res, lambda, err
	}
	result := func(m minimize.Result) Result[P] {
		return Result[P]{Result: m, Params: unravel(r.array(m.X)), State: state(m, math.NaN())}
	}
	if callback != nil {
		opt.Callback = func(m minimize.Result) error { return callback(result(m)) }
	}
	m, err := minimize.Minimize(ctx, r.problem(len(x0)), x0, opt)
	if m.X == nil {
		return res, lambda, err
	}
	res = result(m)
	if err != nil {
		return res, lambda, err
	}
	err = minimize.Guard(func() {
		l := r.multipliers(m.X, opt)
		lambda = r.array(l)
		res.State = state(m, called(r, s.prog.residual, m.X, l).Item())
	})
	return res, lambda, err
}

// state is a result in the terms of the root package.
func state(m minimize.Result, residual float64) argmin.State {
	code := map[minimize.Reason]argmin.Status{
		minimize.Unfinished: argmin.Running, minimize.Converged: argmin.Converged, minimize.IterationLimit: argmin.IterationLimit,
		minimize.EvaluationLimit: argmin.IterationLimit, minimize.LineSearchFailed: argmin.LineSearchFailed, minimize.NonFinite: argmin.NonFinite,
		minimize.Unbounded: argmin.Unbounded, minimize.Infeasible: argmin.Infeasible,
	}
	c, ok := code[m.Reason]
	if !ok {
		c = argmin.Failed
	}
	count := func(n int) num.Array { return num.Full(num.Int32, float64(n)) }
	return argmin.State{Iter: count(m.NIter), Error: num.Scalar(residual), Value: num.Scalar(m.Fun), Code: count(int(c)), NumFun: count(m.NFev)}
}
