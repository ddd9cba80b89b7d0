package krylov

// LSMR solves least-squares problems by the bidiagonalization of Golub & Kahan: among the x of a growing space the one whose residual of the
// normal equations, Aᵀ(b - A x) - ridge·x, is the shortest (Fong & Saunders, "LSMR: An iterative algorithm for sparse least-squares problems", 2011,
// algorithm 2 and section 5.2 for a ridge). In exact arithmetic it is MINRES on the normal equations, without their
// products: both residuals fall in every iteration. It ends when that residual is at most enough.
func LSMR[A Array[A]](s System[A], ridge, enough A) A {
	unit := func(v A) (A, A) {
		size := Norm(v)
		return v.Div(s.safe(size)), size
	}
	hypot := func(a, b A) A { return a.Mul(a).Add(b.Mul(b)).Sqrt() }
	root := ridge.Sqrt()
	one := enough.Const(1)
	u, beta := unit(s.B)
	v, alpha := unit(s.Trans(u))
	zero := v.Mul(v.Const(0))
	const (
		x, us, vs, h, hb = 0, 1, 2, 3, 4 // x, u, v, h and h̄
		al, alb, zeb, rh = 5, 6, 7, 8    // α, ᾱ, ζ̄ and ρ
		rhb, cb, sb, n   = 9, 10, 11, 12 // ρ̄, c̄, s̄ and the count
	)
	more := func(c []A) A { return c[zeb].Abs().Gt(enough).And(c[n].Lt(c[n].Const(float64(s.MaxIter)))) }
	end := s.While(more, func(c []A) []A {
		u, beta := unit(s.Map(c[vs]).Sub(c[us].Mul(c[al])))
		v, alpha := unit(s.Trans(u).Sub(c[vs].Mul(beta)))
		damped := hypot(c[alb], root) // α̂, which rotates the ridge into ᾱ
		rho := hypot(damped, beta)
		cos, sin := s.ratio(damped, rho), s.ratio(beta, rho)
		theta, albar := sin.Mul(alpha), cos.Mul(alpha)
		thetab := c[sb].Mul(rho)
		part := c[cb].Mul(rho)
		rhobar := hypot(part, theta)
		cbar, sbar := s.ratio(part, rhobar), s.ratio(theta, rhobar)
		zeta, zetabar := cbar.Mul(c[zeb]), sbar.Mul(c[zeb]).Neg()
		hbar := c[h].Sub(c[hb].Mul(s.ratio(thetab.Mul(rho), c[rh].Mul(c[rhb]))))
		return []A{
			c[x].Add(hbar.Mul(s.ratio(zeta, rho.Mul(rhobar)))), u, v, v.Sub(c[h].Mul(s.ratio(theta, rho))), hbar,
			alpha, albar, zetabar, rho,
			rhobar, cbar, sbar, c[n].Add(one),
		}
	}, []A{zero, u, v, v, zero, alpha, alpha, alpha.Mul(beta), one, one, one, one.Const(0), one.Const(0)})
	return end[x]
}
