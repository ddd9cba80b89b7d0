package kkt

import "github.com/argmin-go/argmin/num"

// Equilibrate makes the columns of [H Jᵀ; J 0] about as large as 1, by rounds of Ruiz, "A scaling algorithm to equilibrate both rows and columns norms in
// matrices", 2001: it gives diag(d) H diag(d) and diag(e) J diag(d), with d and e.
func Equilibrate(p Products, k Matrices, rounds int) (scaled Matrices, d, e array) {
	n, m := p.Size()
	t := k.H.DType()
	unit := func(size array) array {
		some := size.Gt(num.Const(0)).And(size.IsFinite())
		u := num.Const(1).Div(num.Where(some, size, num.Const(1)).Sqrt())
		return num.Clip(u, num.Const(1e-4), num.Const(1e4)) // one round changes no more, as OSQP
	}
	type units struct {
		K    Matrices
		D, E array
	}
	s := num.ForLoop(0, rounds, func(_ array, s units) units {
		cols, rows, _ := p.Largest(s.K)
		u, v := unit(cols), unit(rows)
		return units{p.Scaled(s.K, u, v), s.D.Mul(u), s.E.Mul(v)}
	}, units{k, num.Full(t, 1, n), num.Full(t, 1, m)})
	return s.K, s.D, s.E
}
