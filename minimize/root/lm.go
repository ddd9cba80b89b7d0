package root

import (
	"errors"

	"github.com/argmin-go/argmin/internal/option"
	"github.com/argmin-go/argmin/minimize/finite"
	"github.com/argmin-go/argmin/minimize/internal/search"
	"github.com/argmin-go/argmin/minimize/internal/vec"
	"github.com/argmin-go/argmin/minimize/leastsq"
	"github.com/argmin-go/argmin/status"
)

// LM minimizes |F|² by the Levenberg–Marquardt method, [leastsq.LM], for small systems on which
// [Hybr] fails or whose Jacobian is singular at the root. An iteration costs a Jacobian, one or more
// evaluations, and a QR factorization, 4n³/3 operations.
//
// It stops where leastsq.LM does, and where |F| is zero to rounding. If F is not small there, see [Result], it
// is a local minimum of |F|², which SciPy's root reports as a success and this method does not. SciPyStatus is 1 for a root, 5 for a minimum that is not a root, and 0 after MaxIter
// evaluations.
type LM struct {
	FTol    float64 `opt:"ftol"`    // bound of the relative decrease of |F|² at the end, at least the precision, 2.22e-16; default 1.49012e-8
	XTol    float64 `opt:"xtol"`    // bound of the relative change of x at the end, at least the precision; default 1.49012e-8
	GTol    float64 `opt:"gtol"`    // cosine of the angle between F and any column of the Jacobian at the end; default ε
	MaxIter int     `opt:"maxiter"` // most evaluations, not counting differences; default 100(n+1) with a Jacobian, else 200(n+1)
	Factor  float64 `opt:"factor"`  // largest length of the first step, relative to the scaled point, positive; default 100
}

// Name returns "lm".
func (LM) Name() string { return "lm" }

func (m LM) root(r *run) outcome { return m.from(r, r.x0) }

// from is root from a start x.
func (m LM) from(r *run, x []float64) outcome {
	p := leastsq.Problem{M: r.n(), Residuals: r.values, Jac: r.sys.Jacobian}
	// At a root where the Jacobian is singular the steps halve for ever: none of the tests holds.
	zero := false
	opt := m.options(r)
	opt.Callback = func(res leastsq.Result) error {
		r.iterated(res.X, res.Fun)
		if zero = r.zeroAt(res.X, res.Fun); zero {
			return search.ErrStop
		}
		return nil
	}
	res, err := leastsq.Minimize(r.Context(), p, x, opt)
	if err != nil { // the options were refused, or the search was ended from within F or the callback: end this one too
		search.Abort(cause(err))
	}
	r.jac = res.Jac
	o := outcome{res.X, res.Fun, res.Status, res.SciPyStatus, res.Message}
	switch {
	case zero:
		o.reason, o.status, o.message = status.Converged, 1, zeroMessage
	case res.Success && r.isRoot(res.X, res.Fun):
		o.status = 1
	case res.Success && r.coarse():
		return m.from(r, res.X)
	case res.Success:
		return r.noRoot(res.X, res.Fun, 5)
	}
	return o
}

// options are the options for package leastsq. At least one evaluation is allowed.
func (m LM) options(r *run) leastsq.Options {
	const tol = 1.49012e-8 // SciPy's digits of √ε
	limit := 200 * (r.n() + 1)
	if r.p.Jac != nil {
		limit = 100 * (r.n() + 1)
	}
	return leastsq.Options{
		Method:      leastsq.LM{Factor: m.Factor},
		FTol:        max(r.tolerance(m.FTol, tol), vec.Eps),
		XTol:        max(r.tolerance(m.XTol, tol), vec.Eps),
		GTol:        max(m.GTol, vec.Eps),
		MaxNFev:     max(option.Or(m.MaxIter, limit), 1),
		Differences: finite.Differences{FuncError: r.opt.FuncError},
	}
}

// cause is the error that ended a search of package leastsq, without the name of that package if
// it came from a function of the problem.
func cause(err error) error {
	if inner := errors.Unwrap(err); inner != nil {
		return inner
	}
	return err
}
