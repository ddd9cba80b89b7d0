package argmin

import (
	"log/slog"

	"github.com/argmin-go/argmin/linesearch"
	"github.com/argmin-go/argmin/num"
	"github.com/argmin-go/argmin/tree"
)

// ADMMOptions configures [ADMM]; the zero value is useful.
type ADMMOptions struct {
	MaxIter    int              // iterations at most; 0 means 500
	Tol        float64          // stop when the Euclidean norm of the condition is at most this; 0 means 1e-6
	Rho        float64          // the first penalty; 0 means 1
	FixedRho   bool             // keep it
	Relaxation float64          // between 0 and 2; 0 means 1.6
	Unroll     bool             // Argmin differentiates through the iterations instead of implicitly
	Linear     num.LinearSolver // solves the system of the implicit derivative; nil means num.DenseSolver
	History    bool             // keep the value and error of every iteration in Result.History
	Logger     *slog.Logger     // gets a record for every iteration; nil means none
	NoJit      bool             // trace the objective anew in every call, which then sees what it captures as it is
}

// Split is a solution of [ADMM]: X, its image Z = K X, and the multipliers Y of that
// equation.
type Split[P, Q any] struct {
	X    P
	Z, Y Q
}

// ADMM minimizes f(x, data) + h(K x, data) for a smooth convex f, a linear map K and an h
// that is given by its proximal operator, as in [ProximalGradient]: total variation,
// generalized lasso, consensus. It is the alternating direction method of multipliers
// (Boyd et al., "Distributed optimization and statistical learning via the alternating
// direction method of multipliers", 2011), with over-relaxation and the penalty balanced
// as in section 3.4.1. The minimization over x is by [NewtonCG] steps: one for a
// quadratic f. Start from zeros of the structure of the solution:
//
//	argmin.Split[P, Q]{X: x0, Z: k(x0, data), Y: zeros}
//
// The objective in the results is that of f alone. The condition of optimality is
// ∇f(x) + Kᵀy = 0, z = prox(z + y, 1) and K x = z.
func ADMM[P, Q, A any](f func(P, A) num.Array, k func(x P, data A) Q, prox func(z Q, data A, step num.Array) Q, opt ADMMOptions) *Solver[Split[P, Q], A] {
	if opt.Rho == 0 {
		opt.Rho = 1
	}
	if opt.Relaxation == 0 {
		opt.Relaxation = 1.6
	}
	vg := func(s Split[P, Q], data A) (num.Array, Split[P, Q]) {
		v, g := num.ValueAndGrad(func(x P) num.Array { return f(x, data) })(s.X)
		return v, Split[P, Q]{g, tree.ZerosLike(s.Z), tree.ZerosLike(s.Y)}
	}
	zero := func(s, g Split[P, Q], data A) Split[P, Q] {
		kx, pull := num.VJP(func(x P) Q { return k(x, data) }, s.X)
		one := num.Scalar(1)
		for _, z := range tree.Leaves(s.Z) {
			one = one.AsType(z.DType())
		}
		return Split[P, Q]{tree.Add(g.X, pull(s.Y)), tree.Sub(s.Z, prox(tree.Add(s.Z, s.Y), data, one)), tree.Sub(kx, s.Z)}
	}
	r := func(b binding[Split[P, Q], A]) method { return admm[P, Q, A]{opt, f, k, prox, b} }
	return newSolverOf(vg, r, zero, settings{opt.MaxIter, opt.Tol, opt.Unroll, opt.Linear, opt.History, opt.Logger, opt.NoJit})
}

type admm[P, Q, A any] struct {
	opt  ADMMOptions
	f    func(P, A) num.Array
	k    func(P, A) Q
	prox func(Q, A, num.Array) Q
	binding[Split[P, Q], A]
}

// The state is the penalty ρ.
func (m admm[P, Q, A]) init(it iterate) []num.Array {
	return []num.Array{num.Full(it.X.DType(), m.opt.Rho)}
}

func (m admm[P, Q, A]) update(f linesearch.Func, it iterate, st []num.Array) (iterate, []num.Array) {
	rho, d := st[0], it.X.DType()
	s := m.unravel(it.X)
	x0, unravelX := num.Ravel(s.X)
	z, unravelZ := num.Ravel(s.Z)
	y, _ := num.Ravel(s.Y)
	k := func(x num.Array) num.Array { kx, _ := num.Ravel(m.k(unravelX(x), m.data)); return kx }

	x, n := m.smooth(unravelX, k, x0, z, y, rho, it.Error)
	kx := k(x)
	relaxed := kx.Scale(m.opt.Relaxation).Add(z.Scale(1 - m.opt.Relaxation))
	u := y.Div(rho)
	zn, _ := num.Ravel(m.prox(unravelZ(relaxed.Add(u)), m.data, num.Full(d, 1).Div(rho)))
	yn := y.Add(relaxed.Sub(zn).Mul(rho))

	primal, dual := num.Norm(kx.Sub(zn)), num.Norm(zn.Sub(z)).Mul(rho)
	if !m.opt.FixedRho {
		up, down := primal.Gt(dual.Scale(10)), dual.Gt(primal.Scale(10))
		rho = num.Where(up, rho.Scale(2), num.Where(down, rho.Scale(0.5), rho))
	}
	it.X = m.ravel(Split[P, Q]{unravelX(x), unravelZ(zn), unravelZ(yn)})
	it.Value, it.G = f(it.X)
	it.NumFun = it.NumFun.Add(n).AddScalar(1)
	return it, []num.Array{rho}
}

// smooth minimizes f(x) + yᵀ(K x - z) + ρ/2 |K x - z|² from x0 by Newton-CG steps, to a
// tenth of the error that the whole iterate has. Its derivative is implicit, also where
// those of the iterations around it are not.
func (m admm[P, Q, A]) smooth(unravel func(num.Array) P, k func(num.Array) num.Array, x0, z, y, rho, err num.Array) (x, evaluations num.Array) {
	type terms struct{ Z, Y, Rho num.Array }
	fg := func(x num.Array, t terms) (num.Array, num.Array) {
		return num.ValueAndGrad(func(x num.Array) num.Array {
			r := k(x).Sub(t.Z)
			return m.f(unravel(x), m.data).Add(t.Y.Dot(r)).Add(r.Dot(r).Mul(t.Rho).Scale(0.5))
		})(x)
	}
	inner := newtonCG{linesearch.Backtracking(linesearch.BacktrackingOptions{})}
	gradient := func(x num.Array, t terms) num.Array { _, g := fg(x, t); return g }
	return num.CustomRootAux(gradient, func(t terms) (num.Array, num.Array) {
		at := func(x num.Array) (num.Array, num.Array) { return fg(x, t) }
		it := iterate{X: x0, Iter: int32s(0), Code: int32s(Running), NumFun: int32s(1)}
		it.Value, it.G = at(x0)
		it.Error = num.Norm(it.G)
		tol := err.Scale(0.1)
		it = num.WhileMax(20, func(it iterate) num.Array {
			return it.Error.Gt(tol).And(it.Code.Eq(int32s(Running)))
		}, func(it iterate) iterate {
			it, _ = inner.update(at, it, nil)
			it.Error = num.Norm(it.G)
			return it
		}, it)
		return it.X, it.NumFun
	}, m.opt.Linear)(terms{z, y, rho})
}
