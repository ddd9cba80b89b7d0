package argmin

import (
	"log/slog"
	"math"

	"github.com/argmin-go/argmin/linesearch"
	"github.com/argmin-go/argmin/num"
)

// LBFGSOptions configures [LBFGS]; the zero value is useful.
type LBFGSOptions struct {
	MaxIter    int               // iterations at most; 0 means 500
	Tol        float64           // stop when the gradient's Euclidean norm is at most this; 0 means 1e-6
	Memory     int               // pairs of steps and changes of the gradient kept; 0 means 10
	LineSearch linesearch.Search // nil means linesearch.Zoom
	Unroll     bool              // Argmin differentiates through the iterations instead of implicitly
	Linear     num.LinearSolver  // solves the system of the implicit derivative; nil means num.DenseSolver
	History    bool              // keep the value and error of every iteration in Result.History
	Logger     *slog.Logger      // gets a record for every iteration; nil means none
	NoJit      bool              // trace the objective anew in every call, which then sees what it captures as it is
}

// LBFGS is the limited-memory BFGS method (Liu & Nocedal, "On the limited memory
// BFGS method for large scale optimization", 1989; the directions are those of the
// two-loop recursion: Nocedal & Wright, "Numerical Optimization", algorithm 7.4). Pairs without positive
// curvature are not kept.
func LBFGS[P, A any](f func(P, A) num.Array, opt LBFGSOptions) *Solver[P, A] {
	m := opt.Memory
	if m == 0 {
		m = 10
	}
	search := chosen(opt.LineSearch, linesearch.Zoom(linesearch.ZoomOptions{}))
	return newSolver(f, always[P, A](lbfgs{m, search}), nil, settings{opt.MaxIter, opt.Tol, opt.Unroll, opt.Linear, opt.History, opt.Logger, opt.NoJit})
}

type lbfgs struct {
	m      int
	search linesearch.Search
}

// The state is S and Y, one pair a row, written in turn; R⁻¹ of the compact form
// below; D, the products of the rows of S and Y; Y Yᵀ; γ, the scale of the first
// inverse Hessian, zero while there is no pair; and the number of pairs so far.
func (l lbfgs) init(it iterate) []num.Array {
	d, n := it.X.DType(), it.X.Size()
	rows, square := num.Full(d, 0, l.m, n), num.Full(d, 0, l.m, l.m)
	return []num.Array{rows, rows, square, num.Full(d, 0, l.m), square, num.Full(d, 0), int32s(0)}
}

// update goes along -H g with the compact form of H (Byrd, Nocedal & Schnabel,
// "Representations of quasi-Newton matrices and their use in limited memory
// methods", 1994, theorem 2.2), which is a few products of matrices where the
// two-loop recursion is many of vectors:
//
//	H = γ I + [S' γY'] [R⁻ᵀ(D + γYYᵀ)R⁻¹  -R⁻ᵀ; -R⁻¹  0] [S; γY]
//
// R is the upper triangle of S Yᵀ in the order of time. Its inverse is kept in the
// order of the rows: a new pair adds the column [-R⁻¹r; 1]/ρ, where [r; ρ] = S y, and
// what the oldest pair leaves behind without its row and column is the inverse of
// what it leaves of R. Unused rows are zero.
func (l lbfgs) update(f linesearch.Func, it iterate, st []num.Array) (iterate, []num.Array) {
	s, y, rinv, diag, yy, gamma, count := st[0], st[1], st[2], st[3], st[4], st[5], st[6]
	dt := it.X.DType()
	one, tiny := num.Full(dt, 1), num.Full(dt, math.SmallestNonzeroFloat32)
	u := rinv.MatMul(s.MatMul(it.G))
	v := diag.Mul(u).Add(yy.MatMul(u).Sub(y.MatMul(it.G)).Mul(gamma))
	h := it.G.Sub(u.MatMul(y)).Mul(gamma).Add(v.MatMul(rinv).MatMul(s))
	fresh := gamma.Eq(num.Full(dt, 0)) // no pair yet: a first step of length at most 1
	d := num.Where(fresh, it.G.Mul(num.Minimum(one, one.Div(num.Maximum(it.Error, tiny)))), h)

	next, _ := it.along(l.search, f, d.Neg(), one)
	ds, dy := next.X.Sub(it.X), next.G.Sub(it.G)
	sdy, ydy := ds.Dot(dy), dy.Dot(dy)
	keep := sdy.Gt(ydy.Scale(dt.Eps()))
	at := count.Rem(int32s(l.m)) // the oldest pair, which is the next to go
	n, m, zero := it.X.Size(), l.m, int32s(0)
	// put writes x where a new pair has its place, unless it is not kept.
	put := func(a, x num.Array, shape []int, at ...num.Array) (num.Array, num.Array) {
		x = num.Where(keep, x.Reshape(shape...), a.DynamicSlice(at, shape...))
		return a.DynamicUpdateSlice(x, at), x
	}
	s, _ = put(s, ds, []int{1, n}, at, zero)
	y, kept := put(y, dy, []int{1, n}, at, zero)
	here := num.Arange(num.Int32, 0, m).Eq(at)
	rho := one.Div(num.Where(keep, sdy, one))
	r := num.Where(here, num.Full(dt, 0), s.MatMul(dy)) // without what was in the pair's place
	last := num.Where(here, rho, rinv.MatMul(r).Mul(rho).Neg())
	rinv, _ = put(rinv, num.Full(dt, 0, m), []int{1, m}, at, zero)
	rinv, _ = put(rinv, last, []int{m, 1}, zero, at)
	diag = num.Where(keep.And(here), sdy, diag)
	yd := y.MatMul(kept.Reshape(n))
	yy = yy.DynamicUpdateSlice(yd.Reshape(m, 1), []num.Array{zero, at})
	yy = yy.DynamicUpdateSlice(yd.Reshape(1, m), []num.Array{at, zero})
	gamma = num.Where(keep, sdy.Div(num.Where(keep, ydy, one)), gamma)
	// Without R⁻¹ the pairs have no effect, now or later.
	next, forget := next.orAnew(fresh)
	rinv, gamma = num.Where(forget, num.Full(dt, 0), rinv), num.Where(forget, num.Full(dt, 0), gamma)
	return next, []num.Array{s, y, rinv, diag, yy, gamma, count.Add(keep.AsType(num.Int32))}
}
