package linsolve

import (
	"github.com/argmin-go/argmin/internal/arg"
	"github.com/argmin-go/argmin/internal/option"
	"github.com/argmin-go/argmin/num"
)

// Options of the iterative solvers; the zero value is useful.
type Options struct {
	Tol     float64                   // relative residual |b - A x| / |b| to reach; default 100 ε of the dtype
	MaxIter int                       // maximum number of iterations; default 10 n, and at least 100
	Ridge   float64                   // added to the diagonal of A
	Precond func(num.Array) num.Array // approximates A⁻¹; default none
}

type array = num.Array

func (o Options) complete(b array) Options {
	o.Tol = option.Or(o.Tol, 100*b.DType().Eps())
	o.MaxIter = option.Or(o.MaxIter, max(100, 10*b.Size()))
	if o.Precond == nil {
		o.Precond = func(r array) array { return r }
	}
	return o
}

// ridged is A + Ridge·I.
func (o Options) ridged(matvec func(array) array) func(array) array {
	if o.Ridge == 0 {
		return matvec
	}
	return func(x array) array { return matvec(x).Add(x.Scale(o.Ridge)) }
}

// check lets x through if its true residual is near the tolerance: within ten times of
// it, as the residual that a method updates drifts from the true one by rounding.
func (o Options) check(name string, matvec func(array) array, x, b array) array {
	r := b.Sub(matvec(x))
	norm := b.Dot(b).Sqrt()
	rel := r.Dot(r).Sqrt().Div(arg.Safe(norm.Gt(num.Const(0)), norm))
	ok := rel.Le(num.Const(10 * o.Tol))
	return num.Check(x, ok, rel, "linsolve."+name+": not solved to the tolerance: relative residual")
}

// CG is the method of conjugate gradients, for symmetric positive definite maps
// (Hestenes & Stiefel, "Methods of conjugate gradients for solving linear
// systems", 1952; with a preconditioner: Saad, "Iterative Methods for Sparse
// Linear Systems", algorithm 9.1). One application of the map per iteration.
func CG(opt Options) num.LinearSolver {
	return func(matvec func(array) array, b array) array {
		o := opt.complete(b)
		a := o.ridged(matvec)
		return o.check("CG", a, o.cg(a, o.Precond, b, b), b)
	}
}

// NormalCG is conjugate gradients on the normal equations Aᵀ A x = Aᵀ b, for any
// nonsingular map; the condition number is squared.
func NormalCG(opt Options) num.LinearSolver {
	return func(matvec func(array) array, b array) array {
		o := opt.complete(b)
		a := o.ridged(matvec)
		transposed := func(y array) array {
			_, vjp := num.VJP(a, num.Full(b.DType(), 0, b.Size()))
			return vjp(y)
		}
		tb := transposed(b)
		x := o.cg(func(x array) array { return transposed(a(x)) }, o.Precond, tb, tb)
		return o.check("NormalCG", a, x, b)
	}
}

// cg iterates from zero until the residual is below the tolerance relative to scale.
func (o Options) cg(a, m func(array) array, b, scale array) array {
	type state struct{ X, R, P, RZ, N array }
	limit := scale.Dot(scale).Scale(o.Tol * o.Tol)
	z := m(b)
	init := state{num.Full(b.DType(), 0, b.Size()), b, z, b.Dot(z), num.Int(0)}
	return num.While(func(s state) array {
		return s.R.Dot(s.R).Gt(limit).And(s.N.Lt(num.Int(o.MaxIter)))
	}, func(s state) state {
		ap := a(s.P)
		alpha := s.RZ.Div(s.P.Dot(ap))
		r := s.R.Sub(ap.Mul(alpha))
		z := m(r)
		rz := r.Dot(z)
		return state{s.X.Add(s.P.Mul(alpha)), r, z.Add(s.P.Mul(rz.Div(s.RZ))), rz, s.N.AddScalar(1)}
	}, init).X
}

// BiCGSTAB is the stabilized bi-conjugate gradient method, for any map (van der
// Vorst, 1992; Saad, algorithm 7.7). Two applications of the map per iteration.
func BiCGSTAB(opt Options) num.LinearSolver {
	return func(matvec func(array) array, b array) array {
		o := opt.complete(b)
		a := o.ridged(matvec)
		type state struct{ X, R, P, Rho, N array }
		limit := b.Dot(b).Scale(o.Tol * o.Tol)
		shadow := b
		x := num.While(func(s state) array {
			return s.R.Dot(s.R).Gt(limit).And(s.N.Lt(num.Int(o.MaxIter)))
		}, func(s state) state {
			ph := o.Precond(s.P)
			v := a(ph)
			alpha := s.Rho.Div(shadow.Dot(v))
			mid := s.R.Sub(v.Mul(alpha))
			mh := o.Precond(mid)
			t := a(mh)
			tt := t.Dot(t)
			some := tt.Gt(num.Const(0))
			omega := num.Where(some, t.Dot(mid).Div(arg.Safe(some, tt)), num.Const(0))
			r := mid.Sub(t.Mul(omega))
			rho := shadow.Dot(r)
			beta := rho.Div(s.Rho).Mul(alpha.Div(num.Where(omega.Eq(num.Const(0)), num.Const(1), omega)))
			x := s.X.Add(ph.Mul(alpha)).Add(mh.Mul(omega))
			return state{x, r, r.Add(s.P.Sub(v.Mul(omega)).Mul(beta)), rho, s.N.AddScalar(1)}
		}, state{num.Full(b.DType(), 0, b.Size()), b, b, b.Dot(b), num.Int(0)}).X
		return o.check("BiCGSTAB", a, x, b)
	}
}
