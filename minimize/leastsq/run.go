package leastsq

import (
	"context"
	"errors"
	"fmt"
	"math"
	"slices"

	"gonum.org/v1/gonum/mat"

	"github.com/argmin-go/argmin/internal/option"
	"github.com/argmin-go/argmin/minimize/internal/registry"
	"github.com/argmin-go/argmin/minimize/internal/search"
	"github.com/argmin-go/argmin/minimize/internal/vec"
	"github.com/argmin-go/argmin/minimize/trace"
	"github.com/argmin-go/argmin/status"
)

// run is one search for a least sum of squares: the problem, what ends the search,
// and the current point, which is the best so far.
type run struct {
	search.Evaluator
	p                Problem
	opt              Options
	n, m             int
	sys              *search.System
	lower, upper     []float64 // bounds, of full length; infinite where there is none
	bounded          bool      // at least one bound is finite
	ftol, xtol, gtol float64   // tolerances; 0 turns a test off
	maxFev           int
	tries            int // evaluations by the method, which maxFev limits
	refused          int // consecutive tries that did not lead to a new point
	unsure           refusals
	loss             *loss // nil for the linear one
	nit              int

	x, fun    []float64 // the current point and its residuals
	cost      float64
	firstCost float64   // at the start
	sizeFrom  []float64 // the start
	derived   bool      // j, f and g are for x
	j         jacobian  // with rows scaled for the loss: dense or sparse
	dense     *mat.Dense
	sparse    *sparse
	f, g      []float64 // the residuals scaled for the loss, and the gradient g = Jᵀf
	trial     []float64 // the residuals of the last try
}

// newRun is a search that has not begun, if the arguments are right.
func newRun(ctx context.Context, p Problem, x0 []float64, opt Options) (*run, Method, error) {
	n, m := len(x0), p.M
	method := opt.Method
	if method == nil {
		method = TRF{}
	}
	if err := checkArguments(ctx, p, x0, opt, method); err != nil {
		return nil, nil, err
	}
	e := search.NewEvaluator(ctx)
	err := e.Differences(opt.Differences, n)
	if err != nil {
		return nil, nil, err
	}
	e.Sizes(opt.XScale)
	r := &run{Evaluator: e, p: p, opt: opt, n: n, m: m, maxFev: option.Or(opt.MaxNFev, 100*n), cost: math.NaN()}
	if err = r.tolerances(); err != nil {
		return nil, nil, err
	}
	if r.loss, err = newLoss(opt.Loss, opt.LossFunc, opt.FScale, m); err != nil {
		return nil, nil, err
	}
	if err = r.bounds(x0); err != nil {
		return nil, nil, err
	}
	sparse, err := method.ready(r)
	if err != nil {
		return nil, nil, err
	}
	r.allocate(sparse && p.Sparsity != nil && p.Jac == nil && opt.Scheme != "cs")
	return r, method, nil
}

// checkArguments reports what is wrong with the arguments of a search.
func checkArguments(ctx context.Context, p Problem, x0 []float64, opt Options, method Method) error {
	n, m := len(x0), p.M
	switch {
	case ctx == nil:
		return search.ErrNoContext
	case p.Residuals == nil:
		return errors.New("leastsq: the least-squares problem has no Residuals")
	case m <= 0:
		return fmt.Errorf("leastsq: M, the number of residuals, is %d, want at least 1", m)
	case p.Jac != nil && p.JacSparse != nil:
		return errors.New("leastsq: the least-squares problem has both Jac and JacSparse")
	case p.JacSparse != nil && p.Sparsity == nil:
		return errors.New("leastsq: JacSparse needs Sparsity, which specifies where its values belong")
	case opt.MaxNFev < 0:
		return fmt.Errorf("leastsq: MaxNFev is %d, want a positive number, or 0 for 100n", opt.MaxNFev)
	case opt.XScale != nil && len(opt.XScale) != n:
		return fmt.Errorf("leastsq: XScale has length %d, x0 has %d", len(opt.XScale), n)
	case opt.XScale != nil && opt.JacScale:
		return errors.New("leastsq: XScale and JacScale are both set")
	case opt.Scheme == "cs" && p.Complex == nil:
		return errors.New(`leastsq: Differences.Scheme "cs" needs Problem.Complex`)
	}
	if err := search.CheckStart(x0); err != nil {
		return err
	}
	if err := allPositive("XScale", opt.XScale); err != nil {
		return err
	}
	if err := registry.Check(method); err != nil {
		return err
	}
	return checkSparsity(p.Sparsity, m, n)
}

// allPositive reports an element of v that is not a positive number.
func allPositive(name string, v []float64) error {
	for i, e := range v {
		if !(e > 0) || math.IsInf(e, 0) {
			return fmt.Errorf("leastsq: %s[%d] is %g, want a positive number", name, i, e)
		}
	}
	return nil
}

// checkSparsity reports what is wrong with the variables of m residuals.
func checkSparsity(sparsity [][]int, m, n int) error {
	if err := search.CheckSparsity("the least-squares problem", sparsity, m, n); err != nil {
		return err
	}
	for i, vars := range sparsity {
		seen := slices.Sorted(slices.Values(vars))
		if len(slices.Compact(seen)) < len(vars) {
			return fmt.Errorf("leastsq: Sparsity[%d] names a variable twice", i)
		}
	}
	return nil
}

// tolerances sets the tolerances. At least one test must be on.
func (r *run) tolerances() error {
	for _, t := range []struct {
		name string
		v    float64
		to   *float64
	}{{"FTol", r.opt.FTol, &r.ftol}, {"XTol", r.opt.XTol, &r.xtol}, {"GTol", r.opt.GTol, &r.gtol}} {
		if math.IsNaN(t.v) || math.IsInf(t.v, 0) {
			return fmt.Errorf("leastsq: %s is %g, want a positive number, 0 for 1e-8, or a negative one for none", t.name, t.v)
		}
		*t.to = option.Or(t.v, 1e-8)
	}
	r.floors()
	if max(r.ftol, r.xtol, r.gtol) < vec.Eps {
		return fmt.Errorf("leastsq: FTol, XTol and GTol are all off or below %.3g: no test could end the search", vec.Eps)
	}
	return nil
}

// floors makes tolerances no less than the error of values: smaller changes are noise.
func (r *run) floors() {
	for _, t := range []*float64{&r.ftol, &r.xtol, &r.gtol} {
		if *t > 0 && r.FuncError() > vec.Eps {
			*t = max(*t, r.FuncError())
		}
	}
}

// bounds sets the bounds and the first point, which is within.
func (r *run) bounds(x0 []float64) (err error) {
	if b := r.opt.Bounds; b == nil || b.Lower == nil && b.Upper == nil {
		r.x, r.lower, r.upper = slices.Clone(x0), slices.Repeat([]float64{math.Inf(-1)}, r.n), slices.Repeat([]float64{math.Inf(1)}, r.n)
		return nil
	}
	if r.lower, r.upper, r.x, err = search.Box(x0, r.opt.Bounds.Lower, r.opt.Bounds.Upper); err != nil {
		return err
	}
	for i, lo := range r.lower {
		r.bounded = r.bounded || !math.IsInf(lo, -1) || !math.IsInf(r.upper[i], 1)
	}
	return nil
}

// allocate makes room for the residuals and the Jacobian, which is sparse or dense.
func (r *run) allocate(sparse bool) {
	mem := make(vec.Slab, 3*r.m+r.n)
	r.fun, r.f, r.trial, r.g = mem.Take(r.m), mem.Take(r.m), mem.Take(r.m), mem.Take(r.n)
	for i := range r.fun {
		r.fun[i] = math.NaN() // until they are known
	}
	var lower, upper []float64
	if r.bounded {
		lower, upper = r.lower, r.upper
	}
	if sparse { // a system without room for a dense Jacobian
		r.sparse = newSparse(r.p.Sparsity)
		r.j = r.sparse
		r.sys = search.NewSparseSystem(&r.Evaluator, r.n, r.m, r.p.Residuals, lower, upper, r.p.Sparsity)
		return
	}
	jac := r.p.Jac
	if r.p.JacSparse != nil {
		jac = spread(r.p)
	}
	r.dense = mat.NewDense(r.m, r.n, nil)
	r.j = dense{r.dense}
	r.sys = search.NewSystem(&r.Evaluator, r.n, r.m, r.p.Residuals, jac, lower, upper, r.p.Sparsity)
	if r.opt.Scheme == "cs" {
		r.sys.Complex = r.p.Complex
	}
}

// spread is JacSparse for a method that keeps a dense Jacobian.
func spread(p Problem) func(x []float64, j *mat.Dense) {
	s := newSparse(p.Sparsity)
	return func(x []float64, j *mat.Dense) {
		p.JacSparse(x, s.values)
		for i, columns := range s.columns {
			for k, c := range columns {
				j.Set(i, c, s.values[i][k])
			}
		}
	}
}

// start evaluates the residuals at the first point and reports whether they and their
// cost are finite.
func (r *run) start() bool {
	r.tries++
	r.sys.Values(r.x, r.fun)
	r.cost = r.loss.cost(r.fun)
	r.firstCost, r.sizeFrom = r.cost, slices.Clone(r.x)
	return vec.AllFinite(r.fun) && !math.IsNaN(r.cost) && !math.IsInf(r.cost, 0)
}

func (r *run) nfev() int { return r.sys.NFev - r.sys.NFevDiff }

// try sets trial to the residuals at x. The cost is infinite where one of them or the
// cost is not finite.
func (r *run) try(x []float64) (cost float64) {
	r.tries++
	r.refused++
	r.sys.Values(x, r.trial)
	if !vec.AllFinite(r.trial) {
		return math.Inf(1)
	}
	if cost = r.loss.cost(r.trial); math.IsNaN(cost) {
		return math.Inf(1)
	}
	return cost
}

// accept makes the point last tried the current one.
func (r *run) accept(x []float64, cost float64) {
	copy(r.x, x)
	r.fun, r.trial = r.trial, r.fun
	r.cost, r.derived, r.refused = cost, false, 0
}

// derive finds the Jacobian and the gradient at the current point and reports whether
// they are finite.
func (r *run) derive() bool {
	if r.sparse != nil {
		r.sys.SparseJacobian(r.x, r.p.JacSparse, r.sparse.data, r.sparse.values)
	} else {
		r.sys.Jacobian(r.x, r.dense)
	}
	if !r.j.finite() {
		return false
	}
	r.loss.scale(r.fun, r.f, r.j)
	r.j.mulT(r.f, r.g)
	r.derived = vec.AllFinite(r.g)
	return r.derived
}

// repeated makes iterations until a test of the end holds or no evaluations are left. A test that holds where
// the point is no minimum has the scales follow the Jacobian, or the region grow, and the search go on. begin
// prepares one at the current point and returns the optimality there, iterate makes it and
// returns the status if a test holds, active reports which bounds are active, and delta is the radius of
// the region.
func (r *run) repeated(begin func() float64, iterate func(optimality float64) int, active func() []int, s *scaling, delta *float64) outcome {
	for status, begun := 0, false; ; begun = true {
		optimality := begin()
		if begun {
			r.iterated(optimality)
		}
		if optimality < r.gtol {
			status = 1
		}
		if status > 0 {
			verdict, by := r.verify(status), 0.0
			switch {
			case verdict == moved:
				by = 1
			case verdict == rejected && s.follow(r):
				by, *delta = 1, s.first(r.x)
			case verdict == rejected:
				if by = r.widen(); by == 0 && r.coarse() {
					by, *delta = 1, s.first(r.x)
				}
				if by == 0 {
					return r.notSmall(status, optimality, active())
				}
			}
			if by > 0 { // go on
				*delta *= by
				status, optimality = 0, begin()
			}
		}
		if status != 0 || r.tries >= r.maxFev {
			return endedBy(status, optimality, active())
		}
		status = iterate(optimality)
		if !r.derived {
			if !r.derive() {
				return notFinite(active())
			}
			s.update(r.j)
		}
	}
}

// iterated ends an iteration: it counts, shows it to the monitor and calls the callback.
func (r *run) iterated(optimality float64) {
	r.nit++
	r.Record(trace.Point{NIter: r.nit, NFev: r.nfev(), Fun: r.cost, GradNorm: optimality}, r.x)
	if r.opt.Callback == nil {
		return
	}
	if err := r.callback(optimality); err != nil {
		search.Abort(err)
	}
}

// callback calls the user's callback.
func (r *run) callback(optimality float64) error { return r.opt.Callback(r.current(optimality)) }

// current is the result at the current point, without the Jacobian.
func (r *run) current(optimality float64) Result {
	res := Result{X: slices.Clone(r.x), Cost: r.cost, Fun: slices.Clone(r.fun), Optimality: optimality,
		NIter: r.nit, NFev: r.nfev(), NJev: r.sys.NJev, NFevDiff: r.sys.NFevDiff, NReplay: r.NReplay()}
	if r.derived {
		res.Grad = slices.Clone(r.g)
	}
	return res
}

// interrupted is the result of a search that was ended from outside.
func (r *run) interrupted(reason status.Code, cause error) Result {
	o := outcome{status: -1, reason: reason, message: cause.Error(), optimality: math.NaN()}
	if r.derived {
		o.optimality = vec.Norm(r.g, math.Inf(1))
	}
	if reason == status.Stopped {
		o.status, o.message = -2, "Stopped because `callback` function raised `StopIteration` or returned `True`"
	}
	return r.result(o)
}
