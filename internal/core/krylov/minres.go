package krylov

import "math"

// MINRES minimizes the residual over the Krylov space of a symmetric map, definite or not
// (Paige & Saunders, "Solution of sparse indefinite systems of linear equations", 1975): a
// Lanczos process gives a tridiagonal matrix, column by column, whose QR factorization by
// reflections gives the iterates. One product per iteration, and five vectors.
//
// It also ends where the residual has no part in the range of the map, so that the iterate is
// a least-squares solution, and where the map turns out not to be symmetric, which shows in the
// products of successive Lanczos vectors. eps is the rounding of the dtype.
func MINRES[A Array[A]](s System[A], eps float64) A {
	const (
		x      = iota
		v      // the Lanczos vector of this step
		before // and of the step before
		w1     // the direction of the step before
		w2     // and of the step before that
		beta   // couples v and before
		cos    // the reflection of the step before
		sin
		bar  // what it makes of beta, above the diagonal
		far  // what the reflection before that made of beta, two above the diagonal
		phi  // the norm of the residual
		size // the largest column so far, at most |A|
		n
		more // 1 until there is nothing to gain
	)
	num := s.Limit.Const
	zero := num(0)
	hypot := func(x, y A) A { return x.Mul(x).Add(y.Mul(y)).Sqrt() }
	// Products of symmetric maps may lose half of the digits by rounding before they count as
	// not symmetric.
	symmetry, range0 := num(math.Sqrt(eps)), num(10*eps)
	norm := Norm(s.B)
	return s.While(func(c []A) A { return s.left(c[phi], c[n]).And(c[more].Gt(zero)) }, func(c []A) []A {
		p := s.Map(c[v])
		couple := c[before].Dot(p) // beta again, if the map is symmetric
		p = p.Sub(c[before].Mul(c[beta]))
		alpha := c[v].Dot(p)
		p = p.Sub(c[v].Mul(alpha))
		next := Norm(p)
		column := hypot(hypot(alpha, next), c[beta])
		most := s.Where(column.Gt(c[size]), column, c[size])
		symmetric := couple.Sub(c[beta]).Abs().Le(most.Mul(symmetry))

		above := c[cos].Mul(c[bar]).Add(c[sin].Mul(alpha))
		diag := c[sin].Mul(c[bar]).Sub(c[cos].Mul(alpha))
		nextBar := c[cos].Mul(next).Neg()
		// |A r| / |r| of the step before, and so how much of its residual is in the range.
		useful := hypot(diag, nextBar).Gt(most.Mul(range0)).And(symmetric)
		gamma := hypot(diag, next)
		nc, ns := s.ratio(diag, gamma), s.ratio(next, gamma)

		w := c[v].Sub(c[w1].Mul(above)).Sub(c[w2].Mul(c[far])).Div(s.safe(gamma))
		step := s.Where(useful, nc.Mul(c[phi]), zero)
		rest := s.Where(useful, ns.Mul(c[phi]), c[phi])
		return []A{c[x].Add(w.Mul(step)), p.Div(s.safe(next)), c[v], w, c[w1], next, nc, ns, nextBar, c[sin].Mul(next), rest,
			most, c[n].Add(num(1)), s.Where(useful, num(1), zero)}
	}, []A{s.zero(), s.B.Div(s.safe(norm)), s.zero(), s.zero(), s.zero(), zero, num(-1), zero, zero, zero, norm, zero, zero, num(1)})[x]
}
