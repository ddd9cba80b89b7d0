package minimize

import (
	"context"
	"math"
	"slices"

	"github.com/argmin-go/argmin/minimize/internal/search"
	"github.com/argmin-go/argmin/minimize/internal/verify"
	"github.com/argmin-go/argmin/minimize/trace"
	"github.com/argmin-go/argmin/status"
)

// Minimize finds a local minimum of p near x0, within bounds and with constraints if they are
// given. When ctx ends the search stops, with the best point so far and the context's error. A
// search that does not converge is not an error: see [Result.Err]. The same call gives the same
// bits.
func Minimize(ctx context.Context, p Problem, x0 []float64, opt Options) (Result, error) {
	r, m, err := prepare(ctx, p, x0, opt)
	if err != nil {
		return Result{X: slices.Clone(x0), Fun: math.NaN(), Status: status.Failed, SciPyStatus: -1, Message: err.Error()}, err
	}
	return search.Do(&r.Evaluator,
		func() Result { return newResult(r, r.Finish(run(r, m, opt))) },
		func(reason status.Code, cause error) Result { return newResult(r, r.Interrupted(reason, cause)) },
		func(res Result) (trace.Point, status.Code) {
			return trace.Point{NIter: res.NIter, NFev: res.NFev, Fun: res.Fun, GradNorm: search.GradNorm(res.Jac), MaxCV: res.MaxCV}, res.Status
		})
}

// run runs a method, and has its end checked, from which it goes on if it is no minimum. A [Custom] method
// is not run again.
func run(r *search.Run, m Method, opt Options) search.Outcome {
	_, custom := m.(Custom)
	if custom { // which compares values with its own
		r.PlainValues()
	}
	var o search.Outcome
	if opt.Scale == nil {
		o = m.minimize(r)
	} else {
		o = r.In(search.NewUnits(opt.Scale, 1), r.X0, m.minimize)
	}
	if opt.NoVerification {
		return o
	}
	var goOn func(*search.Run) search.Outcome
	if !custom {
		goOn = again(m).minimize
	}
	return verify.Outcome(r, o, goOn)
}

// newResult is the public form of an outcome.
func newResult(r *search.Run, o search.Outcome) Result {
	return Result{
		X: o.X, Fun: o.Fun, Jac: o.Jac, Hess: o.Hess, HessInv: o.HessInv, HessInvP: o.HessInvP,
		Success: o.Status == status.Converged, Status: o.Status, SciPyStatus: o.SciPyStatus, Message: o.Message,
		NIter: r.NIter, NFev: r.NFev, NJev: r.NJev, NHev: r.NHev, NReplay: r.NReplay(),
		MaxCV: o.MaxCV, Multipliers: o.Multipliers, BoundMultipliers: o.BoundMultipliers, Optimality: o.Optimality,
		TrustRadius: o.TrustRadius, Barrier: o.Barrier, Simplex: o.Simplex, SimplexFun: o.SimplexFun, Directions: o.Directions,
	}
}

// callback calls f as a search calls its callback.
func callback(r *search.Run, f func(Result) error) func(x []float64, v float64, g []float64, maxCV float64) error {
	if f == nil {
		return nil
	}
	return func(x []float64, v float64, g []float64, maxCV float64) error {
		return f(Result{X: slices.Clone(x), Fun: v, Jac: slices.Clone(g), NIter: r.NIter, NFev: r.NFev, NJev: r.NJev, NHev: r.NHev, MaxCV: maxCV})
	}
}
