package argmin

import (
	"log/slog"

	"github.com/argmin-go/argmin/linesearch"
	"github.com/argmin-go/argmin/num"
	"github.com/argmin-go/argmin/optimality"
	"github.com/argmin-go/argmin/projection"
)

// LBFGSBOptions configures [LBFGSB]; the zero value is useful.
type LBFGSBOptions struct {
	MaxIter int              // iterations at most; 0 means 500
	Tol     float64          // stop when the Euclidean norm of the condition is at most this; 0 means 1e-6
	Memory  int              // pairs of steps and changes of the gradient kept; 0 means 10
	Unroll  bool             // Argmin differentiates through the iterations instead of implicitly
	Linear  num.LinearSolver // solves the system of the implicit derivative; nil means num.DenseSolver
	History bool             // keep the value and error of every iteration in Result.History
	Logger  *slog.Logger     // gets a record for every iteration; nil means none
	NoJit   bool             // trace the objective anew in every call, which then sees what it captures as it is
}

// LBFGSB minimizes within bounds, which may depend on data and have derivatives like it:
// bounds(data) is trees like the parameters, with infinities where there is no bound. It
// is a projected quasi-Newton method: the limited-memory matrix B in its compact form
// (Byrd, Lu, Nocedal & Zhu, "A limited memory algorithm for bound constrained
// optimization", 1995) is inverted on the variables that are free, those at a bound
// that the gradient holds there stay, and the search is along the projection of that
// direction (Bertsekas, "Projected Newton methods for optimization problems with simple
// constraints", 1982). 4m²n operations an iteration beside the evaluations.
//
// The condition of optimality is x = clip(x - ∇f(x), lower, upper). A start outside of
// the bounds is moved to the nearest point within.
func LBFGSB[P, A any](f func(P, A) num.Array, bounds func(data A) (lower, upper P), opt LBFGSBOptions) *Solver[P, A] {
	if opt.Memory == 0 {
		opt.Memory = 10
	}
	r := func(b binding[P, A]) method {
		lower, upper := bounds(b.data)
		return lbfgsb{opt.Memory, opt.Unroll, b.ravel(lower), b.ravel(upper)}
	}
	zero := func(x, g P, data A) P {
		return optimality.ProjectedGradient(func(P, A) P { return g }, func(x P, data A) P {
			lower, upper := bounds(data)
			return projection.Box(x, lower, upper)
		})(x, data)
	}
	return newSolver(f, r, zero, settings{opt.MaxIter, opt.Tol, opt.Unroll, opt.Linear, opt.History, opt.Logger, opt.NoJit})
}

type lbfgsb struct {
	m            int
	unroll       bool
	lower, upper num.Array
}

func (l lbfgsb) within(x num.Array) num.Array { return projection.Box(x, l.lower, l.upper) }

// admit moves a start into the bounds.
func (l lbfgsb) admit(x num.Array) num.Array { return l.within(x) }

// The state is S and Y, one pair a row, the newest last; θ, the scale of B without
// pairs; and the number of pairs.
func (l lbfgsb) init(it iterate) []num.Array {
	d := it.X.DType()
	rows := num.Full(d, 0, l.m, it.X.Size())
	return []num.Array{rows, rows, num.Full(d, 1), int32s(0), num.Full(d, 1)}
}

func (l lbfgsb) update(f linesearch.Func, it iterate, st []num.Array) (iterate, []num.Array) {
	s, y, theta, count, last := st[0], st[1], st[2], st[3], st[4]
	d := it.X.DType()
	one, zero := num.Full(d, 1), num.Full(d, 0)
	// Held: at a bound, or so near that the gradient would carry it over, by less than
	// what the whole iterate is away from optimal.
	near := num.Minimum(it.Error, num.Full(d, 1e-3))
	held := it.X.Sub(l.lower).Le(near).And(it.G.Gt(zero)).Or(l.upper.Sub(it.X).Le(near).And(it.G.Lt(zero)))
	free := num.Where(held, zero, one)
	fg := it.G.Mul(free)
	p := l.solve(s.Mul(free), y.Mul(free), s, y, theta, count, fg)
	p = num.Where(p.Dot(fg).Gt(zero), p, fg.Div(theta))
	// What is held goes along the gradient: to its bound.
	dir := num.Where(held, it.G.Div(theta), p).Neg()
	first := num.Where(count.Eq(int32s(0)), num.Minimum(atMostOne(num.Norm(dir)), last), one)
	r := alongArc(f, it, func(step num.Array) num.Array { return l.within(it.X.Add(dir.Mul(step))) }, first, 1e-4, l.unroll)
	next := it
	next.X, next.Value, next.G, next.Code = r.X, r.Value, r.G, r.Code
	next.NumFun = it.NumFun.Add(r.N)

	ds, dy := next.X.Sub(it.X), next.G.Sub(it.G)
	sdy, ydy := ds.Dot(dy), dy.Dot(dy)
	keep := sdy.Gt(ydy.Scale(d.Eps()))
	push := func(rows, v num.Array) num.Array {
		return num.Where(keep, num.Concat(0, rows.Range(1, l.m), v.Reshape(1, v.Size())), rows)
	}
	theta = num.Where(keep, ydy.Div(num.Where(keep, sdy, one)), theta)
	return next, []num.Array{push(s, ds), push(y, dy), theta, count.Add(keep.AsType(num.Int32)), num.Maximum(r.Step, num.Full(d, d.Eps()))}
}

// solve is B⁻¹ v on the free variables, of B = θ I - W M Wᵀ with W = [Y θS] and
// M⁻¹ = [-D Lᵀ; L θSᵀS] (equations 3.2 to 3.4 of the paper), by the formula of Sherman,
// Morrison and Woodbury: B_F⁻¹ = I/θ + W_F (M⁻¹ - W_FᵀW_F/θ)⁻¹ W_Fᵀ / θ².
func (l lbfgsb) solve(fs, fy, s, y, theta, count, v num.Array) num.Array {
	d, m := v.DType(), l.m
	sy := s.MatMul(y.T())
	lower := num.Tril(sy, -1)
	// Unused pairs, which are first, get ones on the diagonal.
	unused := num.Arange(num.Int32, 0, m).Lt(int32s(m).Sub(count))
	pad := num.FromDiag(num.Where(unused, num.Full(d, 1), num.Full(d, 0)))
	top := num.Concat(1, num.FromDiag(num.Diag(sy)).Neg().Sub(pad), lower.T())
	bottom := num.Concat(1, lower, s.MatMul(s.T()).Mul(theta).Add(pad))
	minv := num.Concat(0, top, bottom)
	wt := num.Concat(0, fy, fs.Mul(theta)) // Wᵀ on the free variables
	k := minv.Sub(wt.MatMul(wt.T()).Div(theta))
	u := num.Solve(k, wt.MatMul(v))
	return v.Div(theta).Add(u.MatMul(wt).Div(theta.Square()))
}
