package leastsq

import (
	"context"
	"errors"
	"fmt"
	"math"
	"slices"

	"gonum.org/v1/gonum/blas"
	"gonum.org/v1/gonum/blas/blas64"
	"gonum.org/v1/gonum/mat"

	"github.com/argmin-go/argmin/minimize/internal/search"
	"github.com/argmin-go/argmin/minimize/internal/vec"
)

// CurveModel is a model for [CurveFit]: it sets y to the values with the parameters p, at all of
// xdata at once. y has the length of ydata, and x is the xdata that CurveFit got.
type CurveModel func(p, x, y []float64)

// PointModel returns the model with the value f(p, x) at each number x of xdata.
func PointModel(f func(p []float64, x float64) float64) CurveModel {
	return func(p, x, y []float64) {
		if len(x) != len(y) {
			search.Refuse("PointModel has %d numbers in xdata for %d in ydata", len(x), len(y))
		}
		for i := range y {
			y[i] = f(p, x[i])
		}
	}
}

// RowModel returns the model with the value f(p, x) at each row x of xdata, which has the rows
// of all observations one after the other.
func RowModel(f func(p, x []float64) float64) CurveModel {
	return func(p, x, y []float64) {
		k := len(x) / len(y)
		if len(x) != k*len(y) {
			search.Refuse("RowModel has %d numbers in xdata, want a multiple of the %d in ydata", len(x), len(y))
		}
		for i := range y {
			y[i] = f(p, x[i*k:(i+1)*k])
		}
	}
}

// CurveFitOptions are the options of [CurveFit], as in scipy.optimize.curve_fit; the zero value is
// useful.
type CurveFitOptions struct {
	Sigma      []float64     // standard deviations of ydata, in its units, one for all or one for each; default ones
	Covariance *mat.SymDense // covariance matrix of ydata, positive definite, instead of Sigma
	// AbsoluteSigma uses Sigma or Covariance as they are. Otherwise only the
	// ratios of their elements count, and the covariance of the parameters is scaled
	// such that the reduced χ² is 1.
	AbsoluteSigma bool
	// Jac sets j, [len(ydata), len(p0)], to the derivatives of the model with respect to the
	// parameters; default finite differences.
	Jac func(p, x []float64, j *mat.Dense)
	// NaN selects what to do with observations that have a NaN in xdata or ydata: "raise"
	// returns an error, and "omit" leaves them out, so that the model gets only the others; default
	// "raise".
	NaN string
	// LeastSquares has the method (default LM, with bounds or a loss TRF), bounds,
	// tolerances, loss and more.
	LeastSquares Options
}

// CovarianceStatus reports how far the covariance of fitted parameters can be trusted.
type CovarianceStatus int

// The statuses; if several hold, the last.
const (
	CovarianceUnknown        CovarianceStatus = iota // the call was refused, or the fit failed before there was a Jacobian
	CovarianceGood                                   // nothing is wrong
	CovarianceIllConditioned                         // the condition number is above 1e10: some parameters are hardly determined by the data
	CovarianceAtBounds                               // parameters are at bounds, where the covariance, a normal approximation, does not hold
	CovarianceNoise                                  // the differences that the Jacobian is made of are noise: with other steps they are others
	CovarianceNotConverged                           // the fit did not converge, so that this is not its optimum
	CovarianceSingular                               // the Jacobian does not have full rank, to rounding; the elements are +Inf
	CovarianceNoFreedom                              // not more observations than parameters, so that the scale is not known: all +Inf
)

var covarianceStatuses = [...]string{"none", "good", "ill-conditioned", "parameters at bounds", "differences are noise", "not converged", "singular", "no degrees of freedom"}

// String returns the status in words, such as "good".
func (s CovarianceStatus) String() string {
	if s >= 0 && int(s) < len(covarianceStatuses) {
		return covarianceStatuses[s]
	}
	return fmt.Sprintf("CovarianceStatus(%d)", int(s))
}

// CurveFitResult is a fitted curve: the parameters with their errors.
type CurveFitResult struct {
	Params     []float64        // the parameters
	Covariance *mat.SymDense    // the covariance of the parameters, [n, n], by the linear approximation at the optimum
	StdErr     []float64        // the standard errors of the parameters, square roots of the diagonal of Covariance
	CovStatus  CovarianceStatus // whether Covariance and StdErr can be trusted
	// Condition is the condition number of the correlations, Covariance scaled to a diagonal of
	// ones, so that it does not depend on the units of the parameters.
	Condition float64

	Residuals        []float64 // (model - ydata)/Sigma, or with a Covariance L Lᵀ, L⁻¹(model - ydata)
	ChiSquare        float64   // χ², the sum of the squares of Residuals, or with a loss twice the cost
	DegreesOfFreedom int       // observations minus parameters

	LeastSquares Result // how the search ended, and its counts
}

// Err returns nil if the fit converged, otherwise an error with the reason. It does not look at
// the covariance.
func (r CurveFitResult) Err() error { return r.LeastSquares.Err() }

// CurveFit fits the parameters of a model to data: it minimizes the sum of squares of
// (model - ydata)/Sigma from p0. Only the model reads xdata; with NaN "omit" it must
// have a number or a row of numbers for every element of ydata.
//
// The covariance of the parameters is (JᵀJ)⁻¹, times ChiSquare/DegreesOfFreedom unless
// AbsoluteSigma is set. It is from the singular values of the Jacobian J with columns
// scaled to length 1, so that it is as exact for parameters of very different sizes.
// If it cannot be trusted CovStatus reports why.
//
// It returns the same errors as [Minimize]; a fit that does not converge is not an error. It is
// scipy.optimize.curve_fit.
func CurveFit(ctx context.Context, model CurveModel, xdata, ydata, p0 []float64, opt CurveFitOptions) (CurveFitResult, error) {
	c := &curveFit{model: model, x: xdata, y: ydata, n: len(p0), opt: opt}
	if err := c.prepare(); err != nil {
		res, err := refused(p0, err)
		return CurveFitResult{LeastSquares: res}, err
	}
	p := Problem{Residuals: c.residuals, M: len(c.y)}
	if opt.Jac != nil {
		p.Jac = c.jacobian
	}
	r, noise, err := solve(ctx, p, p0, c.opt.LeastSquares, true)
	res := CurveFitResult{Params: r.X, Residuals: r.Fun, ChiSquare: 2 * r.Cost, DegreesOfFreedom: len(c.y) - len(p0), LeastSquares: r}
	if r.Jac != nil {
		c.covariance(&res, noise)
	}
	return res, err
}

// curveFit is a fit to the data that count.
type curveFit struct {
	model CurveModel
	x, y  []float64
	n     int // number of parameters
	opt   CurveFitOptions
	l     blas64.Triangular // the Cholesky factor of the covariance
	whole bool              // there is a covariance
}

// prepare checks the arguments, leaves out data and picks the method.
func (c *curveFit) prepare() error {
	if err := c.check(); err != nil {
		return err
	}
	if err := c.omit(); err != nil {
		return err
	}
	if len(c.opt.Sigma) == 1 {
		c.opt.Sigma = slices.Repeat(c.opt.Sigma, len(c.y))
	}
	if cov := c.opt.Covariance; cov != nil {
		var chol mat.Cholesky
		if !vec.AllFinite(cov.RawSymmetric().Data) || !chol.Factorize(cov) {
			return errors.New("leastsq: Covariance is not positive definite")
		}
		var l mat.TriDense
		chol.LTo(&l)
		c.l, c.whole = l.RawTriangular(), true
	}
	if o := &c.opt.LeastSquares; o.Method == nil {
		o.Method = LM{}
		if o.LossFunc != nil || o.Loss != "" && o.Loss != "linear" || o.Bounds.finite() {
			o.Method = TRF{}
		}
	}
	return nil
}

// check reports what is wrong with the arguments.
func (c *curveFit) check() error {
	o, m := &c.opt, len(c.y)
	switch {
	case c.model == nil:
		return errors.New("leastsq: CurveFit has no model")
	case m == 0:
		return errors.New("leastsq: ydata is empty")
	case c.n == 0:
		return errors.New("leastsq: p0 is empty")
	case o.Sigma != nil && o.Covariance != nil:
		return errors.New("leastsq: Sigma and Covariance are both given")
	case o.Sigma != nil && len(o.Sigma) != m && len(o.Sigma) != 1:
		return fmt.Errorf("leastsq: Sigma has length %d, want 1 or the length of ydata, %d", len(o.Sigma), m)
	case o.Covariance != nil && o.Covariance.SymmetricDim() != m:
		k := o.Covariance.SymmetricDim()
		return fmt.Errorf("leastsq: Covariance is %d×%d, want %d×%d as ydata has length %d", k, k, m, m, m)
	case o.NaN != "" && o.NaN != "raise" && o.NaN != "omit":
		return fmt.Errorf("leastsq: NaN is %q, want raise or omit", o.NaN)
	case o.LeastSquares.Scheme != "" && o.Jac != nil:
		return errors.New("leastsq: Jac and Differences.Scheme are both given")
	}
	return allPositive("Sigma", o.Sigma)
}

// finite reports whether at least one bound is not infinite.
func (b *Bounds) finite() bool {
	return b != nil && (slices.ContainsFunc(b.Lower, func(v float64) bool { return !math.IsInf(v, -1) }) ||
		slices.ContainsFunc(b.Upper, func(v float64) bool { return !math.IsInf(v, 1) }))
}

// omit leaves out observations with NaNs, or returns an error with the place of one. Infinite
// numbers are always an error.
func (c *curveFit) omit() error {
	m, k := len(c.y), len(c.x)/len(c.y)
	omit := c.opt.NaN == "omit"
	if omit && len(c.x) != k*m {
		return fmt.Errorf("leastsq: xdata has length %d, want a multiple of the length %d of ydata for NaN \"omit\"", len(c.x), m)
	}
	out := make([]bool, m)
	for _, d := range []struct {
		name string
		v    []float64
		per  int
	}{{"ydata", c.y, 1}, {"xdata", c.x, k}} {
		for i, v := range d.v {
			switch {
			case math.IsNaN(v) && !omit:
				return fmt.Errorf("leastsq: %s[%d] is NaN, want a finite number; NaN: \"omit\" leaves such observations out", d.name, i)
			case math.IsInf(v, 0):
				return fmt.Errorf("leastsq: %s[%d] is %g, want a finite number", d.name, i, v)
			case math.IsNaN(v):
				out[i/d.per] = true
			}
		}
	}
	var kept []int
	for i, o := range out {
		if !o {
			kept = append(kept, i)
		}
	}
	switch len(kept) {
	case m:
		return nil
	case 0:
		return errors.New("leastsq: all observations have a NaN")
	}
	c.keep(kept, k)
	return nil
}

// keep reduces the data to some observations, each with k numbers in xdata.
func (c *curveFit) keep(kept []int, k int) {
	var x, y, sigma []float64
	for _, i := range kept {
		x, y = append(x, c.x[i*k:(i+1)*k]...), append(y, c.y[i])
		if len(c.opt.Sigma) > 1 {
			sigma = append(sigma, c.opt.Sigma[i])
		}
	}
	if cov := c.opt.Covariance; cov != nil {
		part := mat.NewSymDense(len(kept), nil)
		for a, i := range kept {
			for b, j := range kept[:a+1] {
				part.SetSym(a, b, cov.At(i, j))
			}
		}
		c.opt.Covariance = part
	}
	c.x, c.y = x, y
	if sigma != nil {
		c.opt.Sigma = sigma
	}
}

// residuals sets r to the weighted residuals.
func (c *curveFit) residuals(p, r []float64) {
	c.model(p, c.x, r)
	for i, y := range c.y {
		r[i] -= y
	}
	switch {
	case c.whole:
		blas64.Trsv(blas.NoTrans, c.l, vec.Of(r))
	case c.opt.Sigma != nil:
		for i, s := range c.opt.Sigma {
			r[i] /= s
		}
	}
}

// jacobian sets j to the derivatives of the weighted residuals.
func (c *curveFit) jacobian(p []float64, j *mat.Dense) {
	c.opt.Jac(p, c.x, j)
	switch {
	case c.whole:
		blas64.Trsm(blas.Left, blas.NoTrans, 1, c.l, j.RawMatrix())
	case c.opt.Sigma != nil:
		for i, s := range c.opt.Sigma {
			row := j.RawRowView(i)
			for k := range row {
				row[k] /= s
			}
		}
	}
}
