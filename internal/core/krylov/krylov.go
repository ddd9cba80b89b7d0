// Package krylov has the iterative methods for linear systems A x = b that need only products
// with A. They are written for any array language: package num, whose default solver they
// are, stands above this package, and package linsolve gives them options.
//
// Every method starts from zero, so that for a singular system with a solution the answer of
// [CG], [MINRES] and [CGLS] has the smallest norm of all solutions: it is a combination of
// vectors of the range of A or of Aᵀ.
package krylov

// Array is an array of the language, by the methods of it that are needed.
type Array[A any] interface {
	Add(A) A
	Sub(A) A
	Mul(A) A
	Div(A) A
	Neg() A
	Abs() A
	Sqrt() A
	Dot(A) A
	Max(axes ...int) A
	Gt(A) A
	Le(A) A
	Lt(A) A
	And(A) A
	Not() A
	IsFinite() A
	Const(float64) A // a scalar of the array's dtype
}

// Language is what an array language has besides the methods of its arrays.
type Language[A Array[A]] struct {
	While func(more func(s []A) A, step func(s []A) []A, init []A) []A
	Where func(ok, x, y A) A
}

// System is the system A x = b with the limits of its solution.
type System[A Array[A]] struct {
	Language[A]
	Map     func(A) A // the product with A
	Trans   func(A) A // the product with Aᵀ, for CGLS
	Precond func(A) A // approximates A⁻¹; nil for none
	B       A         // the right-hand side
	Limit   A         // the norm of the residual to reach
	MaxIter int       // the most iterations
}

// Norm is the Euclidean norm of a vector whose squares neither overflow nor vanish, as in a
// system that [Scaled] made.
func Norm[A Array[A]](x A) A { return x.Dot(x).Sqrt() }

// safe is x, or 1 where x is 0.
func (l Language[A]) safe(x A) A { return l.Where(x.Abs().Gt(x.Const(0)), x, x.Const(1)) }

// ratio is x/y, and 0 where y is 0: a direction that a method cannot use is not taken.
func (l Language[A]) ratio(x, y A) A {
	return l.Where(y.Abs().Gt(y.Const(0)), x.Div(l.safe(y)), x.Const(0))
}

// Scaled solves a system whose numbers may be of any size: solve sees a right-hand side of
// largest element 1 and a map that takes it to a vector of largest element 1, so that no
// square under- or overflows. The scales are the system's own, also for each member of a batch.
func Scaled[A Array[A]](s System[A], solve func(System[A]) A) A {
	b := s.safe(s.B.Abs().Max())
	unit := s.B.Div(b)
	a := s.safe(s.Map(unit).Abs().Max())
	t := s
	t.B = unit
	t.Map = func(x A) A { return s.Map(x).Div(a) }
	if s.Trans != nil {
		t.Trans = func(x A) A { return s.Trans(x).Div(a) }
	}
	if s.Precond != nil {
		t.Precond = func(x A) A { return s.Precond(x).Mul(a) }
	}
	return solve(t).Mul(b).Div(a)
}

// Refined improves x, with the residual r, by answers of a method for the residual, as long as
// each halves it: so rounding in the recurrences of the method does not limit x. The last one
// is kept if it lowers the norm of the residual by the factor gain. Nothing happens unless run,
// a bool, is true. The limit of iterations is for each call of the method.
func Refined[A Array[A]](s System[A], method func(System[A]) A, gain float64, x, r, run A) (nx, nr A) {
	c := s.While(func(c []A) A { return c[2].And(Norm(c[1]).Gt(s.Limit)) }, func(c []A) []A {
		t := s
		t.B = c[1]
		nx := c[0].Add(method(t))
		nr := s.B.Sub(s.Map(nx))
		before, after := Norm(c[1]), Norm(nr)
		keep := after.Lt(before.Mul(before.Const(gain)))
		return []A{s.Where(keep, nx, c[0]), s.Where(keep, nr, c[1]), after.Le(before.Mul(before.Const(0.5)))}
	}, []A{x, r, run})
	return c[0], c[1]
}

func (s System[A]) zero() A { return s.B.Mul(s.B.Const(0)) }

func (s System[A]) precondition(r A) A {
	if s.Precond == nil {
		return r
	}
	return s.Precond(r)
}

// left reports whether a residual is above the limit after n iterations.
func (s System[A]) left(residual, n A) A {
	return residual.Gt(s.Limit).And(n.Lt(n.Const(float64(s.MaxIter))))
}

// CG is the method of conjugate gradients, for symmetric positive definite maps (Hestenes &
// Stiefel, "Methods of conjugate gradients for solving linear systems", 1952; with a
// preconditioner: Saad, "Iterative Methods for Sparse Linear Systems", 2nd edition, algorithm
// 9.1).
func CG[A Array[A]](s System[A]) A {
	const x, r, p, rz, n = 0, 1, 2, 3, 4
	z := s.precondition(s.B)
	return s.While(func(c []A) A { return s.left(Norm(c[r]), c[n]) }, func(c []A) []A {
		ap := s.Map(c[p])
		alpha := c[rz].Div(c[p].Dot(ap))
		res := c[r].Sub(ap.Mul(alpha))
		z := s.precondition(res)
		next := res.Dot(z)
		return []A{c[x].Add(c[p].Mul(alpha)), res, z.Add(c[p].Mul(next.Div(c[rz]))), next, c[n].Add(c[n].Const(1))}
	}, []A{s.zero(), s.B, z, s.B.Dot(z), s.Limit.Const(0)})[x]
}

// ScaledNormal is [Scaled] for the normal equations (AᵀA + ridge·I) x = Aᵀ b: of the map it is
// Aᵀ b whose largest element becomes 1. solve gets the scaled ridge as well; the preconditioner approximates
// the inverse of AᵀA + ridge·I.
func ScaledNormal[A Array[A]](s System[A], ridge A, solve func(s System[A], ridge A) A) A {
	b := s.safe(s.B.Abs().Max())
	unit := s.B.Div(b)
	a := s.safe(s.Trans(unit).Abs().Max())
	t := s
	t.B = unit
	t.Map = func(x A) A { return s.Map(x).Div(a) }
	t.Trans = func(x A) A { return s.Trans(x).Div(a) }
	if s.Precond != nil {
		t.Precond = func(x A) A { return s.Precond(x).Mul(a).Mul(a) }
	}
	return solve(t, ridge.Div(a).Div(a)).Mul(b).Div(a)
}

// CGLS is the method of conjugate gradients on the normal equations (AᵀA + ridge·I) x = Aᵀ b
// in the form that keeps the residual of the system itself (Björck, "Numerical Methods for
// Least Squares Problems", 1996, algorithm 7.4.1). It ends when the residual of the normal
// equations is at most limit times |Aᵀ b|.
func CGLS[A Array[A]](s System[A], ridge A, limit float64) A {
	const x, r, p, g, gz, n = 0, 1, 2, 3, 4, 5 // g is Aᵀ r - ridge·x
	first := s.Trans(s.B)
	enough := Norm(first).Mul(ridge.Const(limit))
	z := s.precondition(first)
	return s.While(func(c []A) A { return Norm(c[g]).Gt(enough).And(c[n].Lt(c[n].Const(float64(s.MaxIter)))) }, func(c []A) []A {
		q := s.Map(c[p])
		alpha := s.ratio(c[gz], q.Dot(q).Add(c[p].Dot(c[p]).Mul(ridge)))
		nx, nr := c[x].Add(c[p].Mul(alpha)), c[r].Sub(q.Mul(alpha))
		grad := s.Trans(nr).Sub(nx.Mul(ridge))
		z := s.precondition(grad)
		next := grad.Dot(z)
		return []A{nx, nr, z.Add(c[p].Mul(s.ratio(next, c[gz]))), grad, next, c[n].Add(c[n].Const(1))}
	}, []A{s.zero(), s.B, z, first, first.Dot(z), enough.Const(0)})[x]
}

// BiCGSTAB is the stabilized bi-conjugate gradient method, for any map (van der Vorst, 1992;
// Saad, algorithm 7.7). Two products per iteration. Where it breaks down the result is not
// finite or has a large residual.
func BiCGSTAB[A Array[A]](s System[A]) A {
	const x, r, p, rho, n = 0, 1, 2, 3, 4
	return s.While(func(c []A) A { return s.left(Norm(c[r]), c[n]) }, func(c []A) []A {
		ph := s.precondition(c[p])
		v := s.Map(ph)
		alpha := c[rho].Div(s.B.Dot(v))
		mid := c[r].Sub(v.Mul(alpha))
		mh := s.precondition(mid)
		t := s.Map(mh)
		omega := s.ratio(t.Dot(mid), t.Dot(t))
		res := mid.Sub(t.Mul(omega))
		next := s.B.Dot(res)
		beta := next.Div(c[rho]).Mul(alpha.Div(s.safe(omega)))
		return []A{c[x].Add(ph.Mul(alpha)).Add(mh.Mul(omega)), res, res.Add(c[p].Sub(v.Mul(omega)).Mul(beta)), next,
			c[n].Add(c[n].Const(1))}
	}, []A{s.zero(), s.B, s.B, s.B.Dot(s.B), s.Limit.Const(0)})[x]
}
