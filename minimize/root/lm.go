package root

import (
	"errors"

	"github.com/argmin-go/argmin/internal/option"
	"github.com/argmin-go/argmin/minimize/internal/search"
	"github.com/argmin-go/argmin/minimize/internal/vec"
	"github.com/argmin-go/argmin/minimize/leastsq"
	"github.com/argmin-go/argmin/status"
)

// LM minimizes |F|² by the Levenberg–Marquardt method, see [LM]. It ends where that
// does; that is a root if |F| is at most 1e-6, or 1e-8 of that at the start, else a local
// minimum of |F|², which SciPy's root reports as a success and this method does not.
//
// SciPyStatus is as for [leastsq.Minimize], or 5 for a minimum that is not a root.
type LM struct {
	FTol    float64 `opt:"ftol"`    // relative decrease of |F|² at the end; default 1.49012e-8
	XTol    float64 `opt:"xtol"`    // relative change of x at the end; default 1.49012e-8
	GTol    float64 `opt:"gtol"`    // largest cosine between F and a column of the Jacobian at the end; default the precision
	MaxIter int     `opt:"maxiter"` // evaluations at most; default 100(n+1), or 200(n+1) without a Jacobian
	Factor  float64 `opt:"factor"`  // the first step is at most so long, relative to the scaled point; default 100
}

// Name is "lm".
func (LM) Name() string { return "lm" }

func (m LM) root(r *run) outcome {
	const tol = 1.49012e-8
	n := r.n()
	x, f := append([]float64{}, r.x0...), make([]float64, n)
	r.values(x, f)
	f0 := vec.Norm2(f)
	limit := 200 * (n + 1)
	if r.p.Jac != nil {
		limit = 100 * (n + 1)
	}
	limit = max(option.Or(m.MaxIter, limit), 1) // the first point is evaluated always
	opt := leastsq.Options{Method: leastsq.LM{Factor: m.Factor}, FTol: r.tolerance(m.FTol, tol), XTol: r.tolerance(m.XTol, tol), GTol: max(m.GTol, vec.Eps), MaxNFev: limit,
		Callback: func(res leastsq.Result) error {
			r.iterated(res.X, res.Fun)
			return nil
		}}
	res, err := leastsq.Minimize(r.Context(), leastsq.Problem{M: n, Residuals: r.values, Jac: r.sys.Jacobian}, r.x0, opt)
	if err != nil {
		// The search was ended from within the functions or the callback: end this one too.
		search.Abort(errors.Unwrap(err))
	}
	o := outcome{res.X, res.Fun, res.Status, res.SciPyStatus, res.Message}
	if res.Success {
		o.status = 1
		if size := vec.Norm2(res.Fun); size > max(1e-6, 1e-8*f0) {
			o.reason, o.status, o.message = status.Failed, 5, "The iteration converged to a minimum of |F|² that is not a root."
		}
	}
	return o
}
