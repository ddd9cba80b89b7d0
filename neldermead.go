package argmin

import (
	"log/slog"
	"math"

	"github.com/argmin-go/argmin/linesearch"
	"github.com/argmin-go/argmin/num"
	"github.com/argmin-go/argmin/optimality"
	"github.com/argmin-go/argmin/tree"
)

// NelderMeadOptions configures [NelderMead]; the zero value is useful.
type NelderMeadOptions struct {
	MaxIter  int              // iterations at most; 0 means 5000
	Tol      float64          // stop when no vertex and no value is farther from the best than this; 0 means 1e-4
	Adaptive bool             // coefficients that depend on the number of parameters (Gao & Han, 2012)
	Linear   num.LinearSolver // solves the system of the implicit derivative; nil means num.DenseSolver
	History  bool             // keep the value and error of every iteration in Result.History
	Logger   *slog.Logger     // gets a record for every iteration; nil means none
	NoJit    bool             // trace the objective anew in every call, which then sees what it captures as it is
}

// NelderMead is the simplex method that needs values alone (Nelder & Mead, "A simplex
// method for function minimization", 1965; Lagarias et al., "Convergence properties of
// the Nelder–Mead simplex method in low dimensions", 1998). The first simplex has the
// start and, for every parameter, the start with that parameter larger by 5% of its
// magnitude, or by 0.05 if that is more. One or two evaluations an iteration; n more
// where the simplex shrinks.
//
// The error of a state is the largest distance of a vertex or value from the best. The
// implicit derivative takes the objective for smooth: it needs the gradient, as accurate
// as the answer is.
func NelderMead[P, A any](f func(P, A) num.Array, opt NelderMeadOptions) *Solver[P, A] {
	if opt.MaxIter == 0 {
		opt.MaxIter = 5000
	}
	if opt.Tol == 0 {
		opt.Tol = 1e-4
	}
	vg := func(x P, data A) (num.Array, P) { return f(x, data), tree.ZerosLike(x) }
	zero := func(x, _ P, data A) P { return optimality.Stationary(f)(x, data) }
	return newSolverOf(vg, always[P, A](nelderMead{opt.Adaptive}), zero, settings{opt.MaxIter, opt.Tol, false, opt.Linear, opt.History, opt.Logger, opt.NoJit})
}

type nelderMead struct{ adaptive bool }

// start is as large as an error can be: nothing is known before the first iteration.
func (nelderMead) start(it iterate) num.Array { return num.Full(it.X.DType(), math.MaxFloat32) }

// The state is the vertices, one a row, and their values, sorted; without values
// before the first iteration, which finds them.
func (nelderMead) init(it iterate) []num.Array {
	d, n := it.X.DType(), it.X.Size()
	grow := num.Maximum(it.X.Abs(), num.Full(d, 1)).Scale(0.05)
	vertices := num.Concat(0, num.Full(d, 0, 1, n), num.FromDiag(grow)).Add(it.X)
	return []num.Array{vertices, num.Full(d, math.NaN(), n+1)}
}

// simplex is vertices, one a row, their values, and the evaluations made.
type simplex struct{ X, V, N num.Array }

func (s simplex) sorted() simplex {
	order := s.V.Argsort(0)
	return simplex{s.X.Take(order, 0), s.V.Take(order, 0), s.N}
}

func (m nelderMead) update(f linesearch.Func, it iterate, st []num.Array) (iterate, []num.Array) {
	d, n := it.X.DType(), it.X.Size()
	full := func(v float64) num.Array { return num.Full(d, v) }
	rho, chi, psi, sigma := 1.0, 2.0, 0.5, 0.5
	if dim := float64(max(n, 2)); m.adaptive {
		chi, psi, sigma = 1+2/dim, 0.75-1/(2*dim), 1-1/dim
	}
	at := func(x num.Array) num.Array { // NaN counts as infinite
		v, _ := f(x)
		return num.Where(v.Eq(v), v, full(math.Inf(1)))
	}
	s := num.Cond(it.Iter.Eq(int32s(0)), func(s simplex) simplex {
		return simplex{s.X, num.Concat(0, it.Value.Reshape(1), num.Vmap(at)(s.X.Range(1, n+1))), int32s(n)}
	}, func(s simplex) simplex { return s }, simplex{st[0], st[1], int32s(0)})
	s = s.sorted()

	best, good, worst := s.V.At(0), s.V.At(n-1), s.V.At(n)
	center := s.X.Range(0, n).Mean(0)
	away := center.Sub(s.X.At(n))
	point := func(c num.Array) num.Array { return center.Add(away.Mul(c)) }
	vr := at(point(full(rho)))
	// A second point farther out, or between, or within.
	expand := vr.Lt(best)
	accept := expand.Not().And(vr.Lt(good))
	outside := vr.Lt(worst)
	c := num.Where(expand, full(rho*chi), num.Where(outside, full(rho*psi), full(-psi)))
	type trial struct{ C, V, N num.Array }
	second := num.Cond(accept, func(c num.Array) trial { return trial{full(rho), vr, int32s(0)} },
		func(c num.Array) trial { return trial{c, at(point(c)), int32s(1)} }, c)
	useSecond := num.Where(expand, second.V.Lt(vr), num.Where(outside, second.V.Le(vr), second.V.Lt(worst)))
	shrink := accept.Or(expand).Or(useSecond).Not()
	c, v := num.Where(useSecond, second.C, full(rho)), num.Where(useSecond, second.V, vr)
	n1 := s.N.Add(second.N).AddScalar(1)
	s = num.Cond(shrink, func(s simplex) simplex {
		first := s.X.Range(0, 1)
		x := first.Add(s.X.Range(1, n+1).Sub(first).Scale(sigma))
		return simplex{num.Concat(0, first, x), num.Concat(0, s.V.Range(0, 1), num.Vmap(at)(x)), n1.AddScalar(float64(n))}
	}, func(s simplex) simplex {
		return simplex{num.Concat(0, s.X.Range(0, n), point(c).Reshape(1, n)), num.Concat(0, s.V.Range(0, n), v.Reshape(1)), n1}
	}, s)
	s = s.sorted()
	next := it
	next.X, next.Value, next.NumFun = s.X.At(0), s.V.At(0), it.NumFun.Add(s.N)
	next.Error = num.Maximum(s.X.Sub(next.X).Abs().Max(), s.V.Sub(next.Value).Abs().Max())
	// Vertices without values are no failure as long as the best one has one.
	next.Error = num.Where(next.Error.IsFinite(), next.Error, full(math.MaxFloat32))
	return next, []num.Array{s.X, s.V}
}
