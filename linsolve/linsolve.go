package linsolve

import "github.com/argmin-go/argmin/num"

// Options of the iterative solvers; the zero value is useful.
type Options struct {
	Tol     float64                   // relative residual |b - A x| / |b| to reach; 0 means 100 ε of the dtype
	MaxIter int                       // iterations at most; 0 means 10 n, and at least 100
	Ridge   float64                   // added to the diagonal of A
	Precond func(num.Array) num.Array // approximates A⁻¹; nil means none
}

type array = num.Array

func (o Options) complete(b array) Options {
	if o.Tol == 0 {
		o.Tol = 100 * b.DType().Eps()
	}
	if o.MaxIter == 0 {
		o.MaxIter = max(100, 10*b.Size())
	}
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

// check lets x through if its true residual is near the tolerance.
func (o Options) check(name string, matvec func(array) array, x, b array) array {
	r := b.Sub(matvec(x))
	norm := b.Dot(b).Sqrt()
	one := b.Const(1)
	rel := r.Dot(r).Sqrt().Div(num.Where(norm.Gt(num.Const(0)), norm, one))
	ok := rel.Le(num.Const(10*o.Tol))
	return num.Check(x, ok, rel, "linsolve."+name+": not solved to the tolerance: relative residual")
}

// CG is the method of conjugate gradients, for symmetric positive definite maps
// (Hestenes & Stiefel, "Methods of conjugate gradients for solving linear
// systems", 1952; with a preconditioner: Saad, "Iterative Methods for Sparse
// Linear Systems", algorithm 9.1). One application of the map an iteration.
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
	d := b.DType()
	limit := scale.Dot(scale).Scale(o.Tol * o.Tol)
	z := m(b)
	init := state{num.Full(d, 0, b.Size()), b, z, b.Dot(z), num.Int(0)}
	return num.While(func(s state) array {
		return s.R.Dot(s.R).Gt(limit).And(s.N.Lt(num.Int(o.MaxIter)))
	}, func(s state) state {
		ap := a(s.P)
		alpha := s.RZ.Div(s.P.Dot(ap))
		r := s.R.Sub(ap.Mul(alpha))
		z := m(r)
		rz := r.Dot(z)
		return state{s.X.Add(s.P.Mul(alpha)), r, z.Add(s.P.Mul(rz.Div(s.RZ))), rz, s.N.Add(num.Const(1))}
	}, init).X
}

// BiCGSTAB is the stabilized bi-conjugate gradient method, for any map (van der
// Vorst, 1992; Saad, algorithm 7.7). Two applications of the map an iteration.
func BiCGSTAB(opt Options) num.LinearSolver {
	return func(matvec func(array) array, b array) array {
		o := opt.complete(b)
		a := o.ridged(matvec)
		type state struct{ X, R, P, Rho, N array }
		d := b.DType()
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
			zero, one := num.Full(d, 0), num.Full(d, 1)
			omega := num.Where(tt.Gt(zero), t.Dot(mid).Div(num.Where(tt.Gt(zero), tt, one)), zero)
			r := mid.Sub(t.Mul(omega))
			rho := shadow.Dot(r)
			beta := rho.Div(s.Rho).Mul(alpha.Div(num.Where(omega.Eq(zero), one, omega)))
			return state{s.X.Add(ph.Mul(alpha)).Add(mh.Mul(omega)), r, r.Add(s.P.Sub(v.Mul(omega)).Mul(beta)), rho, s.N.Add(num.Const(1))}
		}, state{num.Full(d, 0, b.Size()), b, b, b.Dot(b), num.Int(0)}).X
		return o.check("BiCGSTAB", a, x, b)
	}
}
