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

// CurveModel sets y to the values of a model with the parameters p, at all of xdata at
// once: y has the length of ydata, x is xdata as [CurveFit] was given it.
type CurveModel func(p, x, y []float64)

// PointModel is the model with the value f(p, x) at a number x.
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

// RowModel is the model with the value f(p, x) at a row x of xdata, which has the rows
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

// CurveFitOptions are those of scipy.optimize.curve_fit; the zero value has its
// defaults.
type CurveFitOptions struct {
	// Sigma are the standard deviations of ydata, Covariance is their covariance matrix,
	// positive definite; at most one of them is given, without both all are 1.
	Sigma      []float64
	Covariance *mat.SymDense
	// AbsoluteSigma says that Sigma or Covariance are what they say; otherwise only the
	// ratios of their elements count, and the covariance of the parameters is scaled
	// such that the reduced χ² is 1.
	AbsoluteSigma bool
	Jac           func(p, x []float64, j *mat.Dense) // sets j, [len(ydata), len(p0)], to the derivatives of the model by the parameters; nil: finite differences
	// NaN is what to do with observations that have a NaN in xdata or ydata: "raise"
	// (the default), an error, or "omit" them: the model then gets the others only.
	NaN string
	// LeastSquares has the method (nil means LM, with bounds or a loss TRF), bounds,
	// tolerances, loss and more.
	LeastSquares Options
}

// CovarianceStatus says how far the covariance of fitted parameters can be trusted.
type CovarianceStatus int

// The statuses; where several hold, the last.
const (
	CovarianceUnknown CovarianceStatus = iota // there is no covariance: the call was refused, or the fit failed before there was a Jacobian
	CovarianceGood
	CovarianceIllConditioned // the condition number is above 1e10: some parameters are hardly determined by the data
	CovarianceAtBounds       // parameters are at bounds, where the normal approximation that it is does not hold
	CovarianceSingular       // the Jacobian has not full rank, to rounding; the elements are +Inf
	CovarianceNoFreedom      // there are no more observations than parameters, so that the scale is not known; the elements are +Inf
)

var covarianceStatuses = [...]string{"none", "good", "ill-conditioned", "parameters at bounds", "singular", "no degrees of freedom"}

func (s CovarianceStatus) String() string {
	if s >= 0 && int(s) < len(covarianceStatuses) {
		return covarianceStatuses[s]
	}
	return fmt.Sprintf("CovarianceStatus(%d)", int(s))
}

// CurveFitResult is a fitted curve.
type CurveFitResult struct {
	Params     []float64
	Covariance *mat.SymDense // of the parameters, [n, n], by the linear approximation at the optimum
	StdErr     []float64     // the square roots of its diagonal
	CovStatus  CovarianceStatus
	// Condition is the condition number of Covariance scaled to a diagonal of ones, the
	// correlations, so that it does not depend on the units of the parameters.
	Condition float64

	Residuals        []float64 // (model - ydata)/Sigma, or with a Covariance L Lᵀ, L⁻¹(model - ydata)
	ChiSquare        float64   // the sum of their squares, or with a loss twice the cost
	DegreesOfFreedom int       // observations less parameters

	LeastSquares Result // how the search ended, and its counts
}

// Err is nil where the fit converged, otherwise an error with the reason. It says
// nothing of the covariance.
func (r CurveFitResult) Err() error { return r.LeastSquares.Err() }

// CurveFit fits the parameters of a model to data: it minimizes the sum of squares of
// (model - ydata)/Sigma from p0. xdata is for the model only; with NaN "omit" it must
// have a number or a row of numbers for every element of ydata.
//
// The covariance of the parameters is (JᵀJ)⁻¹, unless AbsoluteSigma times
// ChiSquare/DegreesOfFreedom, from the singular values of the Jacobian with columns
// scaled to length 1, so that it is as good for parameters of very different sizes.
// Where it cannot be trusted CovStatus says why.
//
// It has the errors of [Minimize]; a fit that does not converge is not an error.
func CurveFit(ctx context.Context, model CurveModel, xdata, ydata, p0 []float64, opt CurveFitOptions) (CurveFitResult, error) {
	c := &curveFit{model: model, x: xdata, y: ydata, n: len(p0), opt: opt}
	if err := c.prepare(); err != nil {
		return CurveFitResult{}, err
	}
	p := Problem{Residuals: c.residuals, M: len(c.y)}
	if opt.Jac != nil {
		p.Jac = c.jacobian
	}
	r, err := Minimize(ctx, p, p0, c.opt.LeastSquares)
	res := CurveFitResult{Params: r.X, Residuals: r.Fun, ChiSquare: 2 * r.Cost, DegreesOfFreedom: len(c.y) - len(p0), LeastSquares: r}
	if r.Jac != nil {
		c.covariance(&res)
	}
	return res, err
}

// curveFit is a fit with the data that count.
type curveFit struct {
	model CurveModel
	x, y  []float64
	n     int
	opt   CurveFitOptions
	l     blas64.Triangular // the Cholesky factor of the covariance
	whole bool              // there is l
}

func (c *curveFit) prepare() error {
	o, m := &c.opt, len(c.y)
	switch {
	case c.model == nil:
		return errors.New("minimize: CurveFit has no model")
	case m == 0:
		return errors.New("minimize: ydata is empty")
	case c.n == 0:
		return errors.New("minimize: p0 is empty")
	case o.Sigma != nil && o.Covariance != nil:
		return errors.New("minimize: Sigma and Covariance are both given")
	case o.Sigma != nil && len(o.Sigma) != m:
		return fmt.Errorf("minimize: Sigma has length %d, ydata has %d", len(o.Sigma), m)
	case o.Covariance != nil && o.Covariance.SymmetricDim() != m:
		k := o.Covariance.SymmetricDim()
		return fmt.Errorf("minimize: Covariance is %d×%d, want %d×%d as ydata has length %d", k, k, m, m, m)
	case o.NaN != "" && o.NaN != "raise" && o.NaN != "omit":
		return fmt.Errorf("minimize: NaN is %q, want raise or omit", o.NaN)
	case o.LeastSquares.Scheme != "" && o.Jac != nil:
		return errors.New("minimize: Jac and Differences.Scheme are both given")
	}
	for i, s := range o.Sigma {
		if !(s > 0) || math.IsInf(s, 0) {
			return fmt.Errorf("minimize: Sigma[%d] is %g, want a positive number", i, s)
		}
	}
	if err := c.omit(); err != nil {
		return err
	}
	if cov := c.opt.Covariance; cov != nil {
		var chol mat.Cholesky
		if !vec.AllFinite(cov.RawSymmetric().Data) || !chol.Factorize(cov) {
			return errors.New("minimize: Covariance is not positive definite")
		}
		var l mat.TriDense
		chol.LTo(&l)
		c.l, c.whole = l.RawTriangular(), true
	}
	if ls := &c.opt.LeastSquares; ls.Method == nil {
		ls.Method = LM{}
		if ls.LossFunc != nil || ls.Loss != "" && ls.Loss != "linear" {
			ls.Method = TRF{}
		}
		if b := ls.Bounds; b != nil {
			for i := range min(len(b.Lower), len(b.Upper)) {
				if !math.IsInf(b.Lower[i], -1) || !math.IsInf(b.Upper[i], 1) {
					ls.Method = TRF{}
				}
			}
		}
	}
	return nil
}

// omit takes out observations with NaNs, or says where one is. Infinite numbers are
// always an error.
func (c *curveFit) omit() error {
	m, k := len(c.y), len(c.x)/len(c.y)
	omit := c.opt.NaN == "omit"
	if omit && len(c.x) != k*m {
		return fmt.Errorf("minimize: xdata has length %d, want a multiple of the length %d of ydata for NaN \"omit\"", len(c.x), m)
	}
	out := make([]bool, m)
	for _, d := range []struct {
		name string
		v    []float64
		per  int
	}{{"ydata", c.y, 1}, {"xdata", c.x, k}} {
		for i, v := range d.v {
			switch {
			case math.IsInf(v, 0) || math.IsNaN(v) && !omit:
				return fmt.Errorf("minimize: %s[%d] is %g", d.name, i, v)
			case math.IsNaN(v):
				out[i/d.per] = true
			}
		}
	}
	if !slices.Contains(out, true) {
		return nil
	}
	var x, y, sigma []float64
	var kept []int
	for i, o := range out {
		if o {
			continue
		}
		kept = append(kept, i)
		x, y = append(x, c.x[i*k:(i+1)*k]...), append(y, c.y[i])
		if c.opt.Sigma != nil {
			sigma = append(sigma, c.opt.Sigma[i])
		}
	}
	if len(kept) == 0 {
		return errors.New("minimize: all observations have a NaN")
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
	c.x, c.y, c.opt.Sigma = x, y, sigma
	return nil
}

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

// covariance sets the covariance of the parameters and what there is to say of it.
func (c *curveFit) covariance(res *CurveFitResult) {
	n, jac := c.n, res.LeastSquares.Jac
	res.Covariance, res.StdErr, res.Condition = mat.NewSymDense(n, nil), make([]float64, n), math.Inf(1)
	unknown := func(s CovarianceStatus) {
		res.CovStatus = s
		for i := range n {
			res.StdErr[i] = math.Inf(1)
			for j := range i + 1 {
				res.Covariance.SetSym(i, j, math.Inf(1))
			}
		}
	}
	all, scale := make([]int, n), make([]float64, n)
	dense{jac}.columnNorms(scale)
	for i, v := range scale {
		if all[i] = i; v == 0 {
			unknown(CovarianceSingular)
			return
		}
		scale[i] = 1 / v
	}
	d := newSVD(len(c.y), n)
	if !d.factorize(jac, all, scale, nil, res.Residuals) || !d.fullRank() {
		unknown(CovarianceSingular)
		return
	}
	variance := 1.0
	if !c.opt.AbsoluteSigma {
		if res.DegreesOfFreedom <= 0 {
			unknown(CovarianceNoFreedom)
			return
		}
		variance = res.ChiSquare / float64(res.DegreesOfFreedom)
	}
	// V S⁻² Vᵀ, and in the coordinates of the parameters.
	for k, s := range d.s[:d.k] {
		row := d.vt.Data[k*n : (k+1)*n]
		for i := range row {
			row[i] /= s
		}
	}
	correlation := mat.NewSymDense(n, nil)
	for i := range n {
		for j := range i + 1 {
			v := 0.0
			for k := range d.k {
				v += d.vt.Data[k*n+i] * d.vt.Data[k*n+j]
			}
			correlation.SetSym(i, j, v)
			res.Covariance.SetSym(i, j, variance*scale[i]*scale[j]*v)
		}
		res.StdErr[i] = math.Sqrt(res.Covariance.At(i, i))
	}
	for i := range n {
		scale[i] = 1 / math.Sqrt(correlation.At(i, i))
	}
	for i := range n {
		for j := range i + 1 {
			correlation.SetSym(i, j, scale[i]*scale[j]*correlation.At(i, j))
		}
	}
	var e mat.EigenSym
	if e.Factorize(correlation, false) {
		v := e.Values(nil)
		if res.Condition = v[n-1] / v[0]; !(v[0] > 0) {
			res.Condition = math.Inf(1)
		}
	}
	switch {
	case slices.ContainsFunc(res.LeastSquares.ActiveMask, func(a int) bool { return a != 0 }):
		res.CovStatus = CovarianceAtBounds
	case res.Condition > 1e10:
		res.CovStatus = CovarianceIllConditioned
	default:
		res.CovStatus = CovarianceGood
	}
}
