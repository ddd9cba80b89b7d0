package argmin

import (
	"log/slog"

	"github.com/argmin-go/argmin/linesearch"
	"github.com/argmin-go/argmin/num"
)

// AndersonOptions configures [AndersonAcceleration] and [Anderson]; the zero value is
// useful.
type AndersonOptions struct {
	MaxIter int              // iterations at most; 0 means 500
	Tol     float64          // stop when the Euclidean norm of x - T(x) is at most this; 0 means 1e-6
	Memory  int              // steps kept; 0 means 5
	Mixing  float64          // share of the combined images in the next point, the rest being the combined points; 0 means 1
	Ridge   float64          // weight on the coefficients, relative to the size of the system; 0 means 1e-10 (1e-5 in float32)
	Unroll  bool             // Argmin differentiates through the iterations instead of implicitly
	Linear  num.LinearSolver // solves the system of the implicit derivative; nil means num.DenseSolver
	History bool             // keep the value and error of every iteration in Result.History
	Logger  *slog.Logger     // gets a record for every iteration; nil means none
	NoJit   bool             // trace the map anew in every call, which then sees what it captures as it is
}

func (o AndersonOptions) mixer() mixer {
	if o.Memory == 0 {
		o.Memory = 5
	}
	if o.Mixing == 0 {
		o.Mixing = 1
	}
	return mixer{o.Memory, o.Mixing, o.Ridge}
}

// AndersonAcceleration finds a fixed point of T(x, data) from the last images: the next
// point is the combination of them whose displacements x - T(x), combined alike, are
// smallest (Anderson, "Iterative procedures for nonlinear integral equations", 1965;
// Walker & Ni, "Anderson acceleration for fixed-point iterations", 2011, in the
// unconstrained form of differences). The value in the results is ½|x - T(x)|².
func AndersonAcceleration[P, A any](t func(x P, data A) P, opt AndersonOptions) *Solver[P, A] {
	return newSolverOf(displacement(t), always[P, A](anderson{opt.mixer()}), nil, settings{opt.MaxIter, opt.Tol, opt.Unroll, opt.Linear, opt.History, opt.Logger, opt.NoJit})
}

// mixer keeps the last differences of points and displacements.
type mixer struct {
	m             int
	mixing, ridge float64
}

// The state is the differences of points and of displacements, a pair a row, written
// in turn; the last point and displacement; and the number of points seen.
func (a mixer) init(x num.Array) []num.Array {
	rows := num.Full(x.DType(), 0, a.m, x.Size())
	return []num.Array{rows, rows, x, x.Scale(0), int32s(0)}
}

// next is the point to go to from x with displacement r = x - T(x).
func (a mixer) next(x, r num.Array, st []num.Array) (num.Array, []num.Array) {
	dx, dr, lastX, lastR, count := st[0], st[1], st[2], st[3], st[4]
	d, n := x.DType(), x.Size()
	some := count.Gt(int32s(0))
	at := []num.Array{num.Maximum(count.AddScalar(-1), int32s(0)).Rem(int32s(a.m)), int32s(0)}
	put := func(rows, v num.Array) num.Array {
		v = num.Where(some, v, v.Scale(0))
		return rows.DynamicUpdateSlice(v.Reshape(1, n), at)
	}
	dx, dr = put(dx, x.Sub(lastX)), put(dr, r.Sub(lastR))
	// min |r - drᵀγ|² + ridge |γ|², a system of the memory's size.
	ridge := a.ridge
	if ridge == 0 {
		ridge = 1e-10
		if d == num.Float32 {
			ridge = 1e-5
		}
	}
	gram := dr.MatMul(dr.T())
	size := num.Trace(gram).Scale(ridge)
	size = num.Where(size.Gt(num.Full(d, 0)), size, num.Full(d, 1))
	gamma := num.Solve(gram.Add(num.Eye(a.m).AsType(d).Mul(size)), dr.MatMul(r))
	gamma = num.Where(gamma.IsFinite().All(), gamma, gamma.Scale(0))
	to := x.Sub(gamma.MatMul(dx)).Sub(r.Sub(gamma.MatMul(dr)).Scale(a.mixing))
	to = num.Where(to.IsFinite().All(), to, x.Sub(r))
	return to, []num.Array{dx, dr, x, r, count.AddScalar(1)}
}

type anderson struct{ mixer }

func (a anderson) init(it iterate) []num.Array { return a.mixer.init(it.X) }

func (a anderson) update(f linesearch.Func, it iterate, st []num.Array) (iterate, []num.Array) {
	to, st := a.mixer.next(it.X, it.G, st)
	it.X = to
	it.Value, it.G = f(to)
	it.NumFun = it.NumFun.AddScalar(1)
	return it, st
}

// Anderson is a solver whose iterations are accelerated: what one update makes of the
// parameters is taken for a map whose fixed point is looked for as in
// [AndersonAcceleration]. Where the value is the whole objective, a combination that
// raises it is left for the update alone. It suits first-order methods with a fixed step; methods with a memory of their
// own, such as momentum or quasi-Newton pairs, gain little. The solver's own options
// hold; of opt those of the mixing.
func Anderson[P, A any](s *Solver[P, A], opt AndersonOptions) *Solver[P, A] {
	r := func(b binding[P, A]) method { return wrapped{s.rule(b), opt.mixer()} }
	return (&Solver[P, A]{vg: s.vg, rule: r, zero: s.zero, settings: s.settings}).jit()
}

type wrapped struct {
	inner method
	mixer mixer
}

func (w wrapped) init(it iterate) []num.Array {
	return append(w.mixer.init(it.X), w.inner.init(it)...)
}

func (w wrapped) update(f linesearch.Func, it iterate, st []num.Array) (iterate, []num.Array) {
	const own = 5
	next, inner := w.inner.update(f, it, st[own:])
	to, mixed := w.mixer.next(it.X, it.X.Sub(next.X), st[:own])
	if _, ok := w.inner.(measured); ok {
		// The value is not all of the objective, nor G that of the last point.
		next.X = to
		next.Value, next.G = f(to)
	} else {
		v, g := f(to)
		better := v.Le(next.Value).And(g.IsFinite().All())
		next.X, next.Value, next.G = num.Where(better, to, next.X), num.Where(better, v, next.Value), num.Where(better, g, next.G)
	}
	next.NumFun = next.NumFun.AddScalar(1)
	return next, append(mixed, inner...)
}
