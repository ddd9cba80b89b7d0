package kkt

import "github.com/argmin-go/argmin/num"

// even is how far from 1 the factors of a round may be if it is the last one: each later round changes half as much, and methods take powers of two.
const even = 0.1

// Equilibrate makes the columns of [H Jᵀ; J 0] about as large as 1, by at most so many rounds of Ruiz, "A scaling algorithm to equilibrate both rows and
// columns norms in matrices", 2001: it gives diag(d) H diag(d) and diag(e) J diag(d), with d and e.
func Equilibrate(p Products, k Matrices, rounds int) (scaled Matrices, d, e array) {
	n, m := p.Size()
	t := k.H.DType()
	unit := func(size array) array {
		some := size.Gt(num.Const(0)).And(size.IsFinite())
		u := num.Const(1).Div(num.Where(some, size, num.Const(1)).Sqrt())
		return num.Clip(u, num.Const(1e-4), num.Const(1e4)) // one round changes no more, as OSQP
	}
	type units struct {
		K          Matrices
		D, E       array
		Off, Count array
	}
	s := num.While(func(s units) array {
		return s.Off.Gt(num.Const(even)).And(s.Count.Lt(num.Int(rounds)))
	}, func(s units) units {
		cols, rows, _ := p.Largest(s.K)
		u, v := unit(cols), unit(rows)
		off := num.Concat(0, u, v, num.Full(t, 1, 1)).AddScalar(-1).Abs().Max()
		return units{p.Scaled(s.K, u, v), s.D.Mul(u), s.E.Mul(v), off, s.Count.AddScalar(1)}
	}, units{k, num.Full(t, 1, n), num.Full(t, 1, m), num.Full(t, 1), num.Int(0)})
	return s.K, s.D, s.E
}
