package argmin

import "github.com/argmin-go/argmin/num"

// LBFGSOptions configures [LBFGS]; the zero value is useful.
type LBFGSOptions struct {
	MaxIter int     // iterations at most; 0 means 500
	Tol     float64 // stop when the gradient's Euclidean norm is at most this; 0 means 1e-6
	History int     // pairs kept; 0 means 10
	Unroll  bool    // Argmin differentiates through the iterations (forward mode) instead of implicitly
}

// LBFGS is the limited-memory BFGS method with a backtracking line search (Liu &
// Nocedal, "On the limited memory BFGS method for large scale optimization",
// 1989; two-loop recursion: Nocedal & Wright, "Numerical Optimization",
// algorithm 7.4). Pairs without positive curvature are not kept.
func LBFGS[P, A any](f func(P, A) num.Array, opt LBFGSOptions) *Solver[P, A] {
	m := opt.History
	if m == 0 {
		m = 10
	}
	return newSolver(f, lbfgs{m}, opt.MaxIter, opt.Tol, opt.Unroll)
}

type lbfgs struct{ m int }

// The state is S and Y, one pair a row with the newest last, their 1/yᵀs (zero
// for a row not yet used), and γ, the scale of the first inverse Hessian.
func (l lbfgs) init(it iterate) []num.Array {
	d, n := it.X.DType(), it.X.Size()
	return []num.Array{num.Full(d, 0, l.m, n), num.Full(d, 0, l.m, n), num.Full(d, 0, l.m), num.Full(d, 0)}
}

func (l lbfgs) update(f func(num.Array) (num.Array, num.Array), it iterate, st []num.Array) (iterate, []num.Array) {
	s, y, rho, gamma := st[0], st[1], st[2], st[3]
	zero, one := num.Full(it.X.DType(), 0), num.Full(it.X.DType(), 1)
	fresh := gamma.Eq(zero) // no pair yet: a first step of length at most 1
	q := it.G
	alpha := make([]num.Array, l.m)
	for i := l.m - 1; i >= 0; i-- {
		alpha[i] = rho.At(i).Mul(s.At(i).Dot(q))
		q = q.Sub(y.At(i).Mul(alpha[i]))
	}
	q = q.Mul(num.Where(fresh, num.Min(one, one.Div(num.Max(it.Error, num.Full(it.X.DType(), machineTiny)))), gamma))
	for i := range l.m {
		beta := rho.At(i).Mul(y.At(i).Dot(q))
		q = q.Add(s.At(i).Mul(alpha[i].Sub(beta)))
	}
	next, _, _ := backtrack(f, it, q.Neg(), one)
	ds, dy := next.X.Sub(it.X), next.G.Sub(it.G)
	sy, yy := ds.Dot(dy), dy.Dot(dy)
	keep := sy.Gt(yy.Scale(it.X.DType().Eps()))
	push := func(m, row num.Array) num.Array {
		return num.Where(keep, num.Concat(0, m.Range(1, l.m), row.Reshape(append([]int{1}, row.Shape()...)...)), m)
	}
	safe := num.Where(keep, sy, one)
	return next, []num.Array{push(s, ds), push(y, dy), push(rho, one.Div(safe)),
		num.Where(keep, sy.Div(num.Where(keep, yy, one)), gamma)}
}
