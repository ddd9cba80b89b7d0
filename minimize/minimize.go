package minimize

import (
	"context"
	"slices"
)

// Minimize minimizes p from x0. It ends early when ctx does, with the best point so
// far and the context's error. A search that does not converge is not an error: see
// [Result.Err]. The same call gives the same bits.
func Minimize(ctx context.Context, p Problem, x0 []float64, opt Options) (Result, error) {
	r, m, err := prepare(ctx, p, x0, opt)
	if err != nil {
		return Result{}, err
	}
	return do(&r.evaluator,
		func() Result { return newResult(r, r.finish(m.minimize(r))) },
		func(reason Reason, cause error) Result { return newResult(r, r.interrupted(reason, cause)) },
		func(res Result) (TracePoint, Reason) {
			return TracePoint{NIter: res.NIter, NFev: res.NFev, Fun: res.Fun, GradNorm: gradNorm(res.Jac), MaxCV: res.MaxCV}, res.Reason
		})
}

// newResult is the public form of an outcome.
func newResult(r *run, o outcome) Result {
	return Result{
		X: o.x, Fun: o.f, Jac: o.jac, Hess: o.hess, HessInv: o.hessInv, HessInvP: o.hessInvP,
		Success: o.reason == Converged, Reason: o.reason, Status: o.status, Message: o.message,
		NIter: r.nit, NFev: r.nfev, NJev: r.njev, NHev: r.nhev, NReplay: r.journal.replays(),
		MaxCV: o.maxCV, Multipliers: o.multipliers, BoundMultipliers: o.boundMultipliers, Optimality: o.optimality,
		TrustRadius: o.trustRadius, Barrier: o.barrier, Simplex: o.simplex, SimplexFun: o.simplexFun, Directions: o.directions,
	}
}

// callback calls f as a search calls its callback.
func callback(r *run, f func(Result) error) func(x []float64, v float64, g []float64, maxCV float64) error {
	if f == nil {
		return nil
	}
	return func(x []float64, v float64, g []float64, maxCV float64) error {
		return f(Result{X: slices.Clone(x), Fun: v, Jac: slices.Clone(g), NIter: r.nit, NFev: r.nfev, NJev: r.njev, NHev: r.nhev, MaxCV: maxCV})
	}
}
