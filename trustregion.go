package argmin

import (
	"log/slog"

	"github.com/argmin-go/argmin/linesearch"
	"github.com/argmin-go/argmin/num"
)

// TrustRegionOptions configures [TrustRegion]; the zero value is useful.
type TrustRegionOptions struct {
	MaxIter   int              // iterations at most; 0 means 500
	Tol       float64          // stop when the gradient's Euclidean norm is at most this; 0 means 1e-6
	Radius    float64          // of the first region; 0 means 1
	MaxRadius float64          // 0 means 1000
	Unroll    bool             // Argmin differentiates through the iterations instead of implicitly
	Linear    num.LinearSolver // solves the system of the implicit derivative; nil means num.DenseSolver
	History   bool             // keep the value and error of every iteration in Result.History
	Logger    *slog.Logger     // gets a record for every iteration; nil means none
	NoJit     bool             // trace the objective anew in every call, which then sees what it captures as it is
}

// TrustRegion is the Newton-CG method within a trust region: conjugate gradients on
// the quadratic model, which end at its boundary or at negative curvature (Steihaug,
// 1983; Nocedal & Wright, "Numerical Optimization", algorithms 4.1 and 7.2). It needs
// products with the Hessian alone, which forward mode through the gradient gives,
// and no line search.
func TrustRegion[P, A any](f func(P, A) num.Array, opt TrustRegionOptions) *Solver[P, A] {
	if opt.Radius == 0 {
		opt.Radius = 1
	}
	if opt.MaxRadius == 0 {
		opt.MaxRadius = 1000
	}
	return newSolver(f, always[P, A](trustRegion{opt.Radius, opt.MaxRadius}), nil, settings{opt.MaxIter, opt.Tol, opt.Unroll, opt.Linear, opt.History, opt.Logger, opt.NoJit})
}

type trustRegion struct{ radius, most float64 }

// The state is the radius.
func (m trustRegion) init(it iterate) []num.Array {
	return []num.Array{num.Full(it.X.DType(), m.radius)}
}

func (m trustRegion) update(f linesearch.Func, it iterate, st []num.Array) (iterate, []num.Array) {
	d, radius := it.X.DType(), st[0]
	full := func(v float64) num.Array { return num.Full(d, v) }
	apply := hessp(f, it.X)
	// Superlinear convergence: the residual is to fall like |g|^1.5.
	p, hp, edge := steihaug(apply, it.G, it.Error.Mul(num.Minimum(full(0.5), it.Error.Sqrt())), true, radius)
	promise := it.G.Dot(p).Add(p.Dot(hp).Scale(0.5)).Neg()
	x := it.X.Add(p)
	v, g := f(x)
	gain := it.Value.Sub(v)
	// Where rounding hides the decrease, the model is taken at its word.
	slack := it.Value.Abs().Scale(10 * d.Eps())
	ratio := gain.Add(slack).Div(num.Maximum(promise.Add(slack), full(minPositive(d))))
	ok := v.IsFinite().And(g.IsFinite().All())
	good := ok.And(ratio.Gt(full(0.1)))
	shrink := ok.Not().Or(ratio.Lt(full(0.25)))
	grow := ok.And(ratio.Gt(full(0.75))).And(edge)
	norm := num.Norm(p)
	r := num.Where(shrink, num.Minimum(radius, norm).Scale(0.25), num.Where(grow, num.Minimum(radius.Scale(2), full(m.most)), radius))
	next := it
	next.X, next.Value, next.G = num.Where(good, x, it.X), num.Where(good, v, it.Value), num.Where(good, g, it.G)
	next.NumFun = it.NumFun.AddScalar(1)
	stuck := good.Not().And(norm.Le(num.Norm(it.X).AddScalar(1).Scale(d.Eps())))
	next.Code = num.Where(stuck, int32s(LineSearchFailed), int32s(Running))
	return next, []num.Array{r}
}

func minPositive(d num.DType) float64 {
	if d == num.Float32 {
		return 0x1p-126
	}
	return 0x1p-1022
}

// steihaug minimizes gᵀp + pᵀHp/2 in the ball of a radius, if bounded, until the
// residual is at most tol or 2n steps were made. It also gives H p and whether p is on
// the boundary. Without bound it ends before negative curvature.
func steihaug(apply func(num.Array) num.Array, g, tol num.Array, bounded bool, radius num.Array) (p, hp, edge num.Array) {
	d := g.DType()
	zero, one := num.Full(d, 0), num.Full(d, 1)
	type state struct{ P, HP, R, D, RR, Done, Edge num.Array }
	no := num.Full(num.Bool, 0)
	start := state{g.Scale(0), g.Scale(0), g, g.Neg(), g.Dot(g), no, no}
	end := num.WhileMax(2*g.Size()+10, func(s state) num.Array {
		return s.Done.Not().And(s.RR.Sqrt().Gt(tol))
	}, func(s state) state {
		hd := apply(s.D)
		curve := s.D.Dot(hd)
		bent := curve.Gt(zero).Not()
		alpha := s.RR.Div(num.Where(bent, one, curve))
		out, tau := bent, zero
		if bounded {
			out = bent.Or(num.Norm(s.P.Add(s.D.Mul(alpha))).Ge(radius))
			// To the boundary: the positive root of |p + τ d| = radius.
			a, b, c := s.D.Dot(s.D), s.P.Dot(s.D), radius.Square().Sub(s.P.Dot(s.P))
			tau = num.Maximum(c, zero).Div(b.Add(num.Maximum(b.Square().Add(a.Mul(c)), zero).Sqrt()))
		}
		step := num.Where(out, tau, alpha)
		r := s.R.Add(hd.Mul(step))
		rr := r.Dot(r)
		return state{s.P.Add(s.D.Mul(step)), s.HP.Add(hd.Mul(step)), r, s.D.Mul(rr.Div(s.RR)).Sub(r), rr, out, out}
	}, start)
	return end.P, end.HP, end.Edge
}
