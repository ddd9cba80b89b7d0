package door

import (
	"context"
	"fmt"

	"gonum.org/v1/gonum/mat"

	"github.com/argmin-go/argmin/minimize/leastsq"
	"github.com/argmin-go/argmin/num"
)

// leastSquaresOptions are the options of the kinds "least_squares" and "curve_fit".
type leastSquaresOptions struct {
	methodOptions
	differences
	FTol     Float   `json:"ftol"`
	XTol     Float   `json:"xtol"`
	GTol     Float   `json:"gtol"`
	JacScale bool    `json:"jac_scale"`
	Loss     string  `json:"loss"`
	FScale   float64 `json:"f_scale"`
	MaxNFev  int     `json:"max_nfev"`
	M        int     `json:"m"` // the number of residuals
}

// leastSquares are the options that both kinds share. Arrays: lower, upper, x_scale, rel_step, abs_step. Functions: loss
// (z → ρ, ρ′, ρ″, each of length m), callback (x, residuals, [nit, nfev, cost, optimality] →).
func (r *request) leastSquares(o leastSquaresOptions) (opt leastsq.Options, err error) {
	m, err := method(o.methodOptions, leastsq.MethodByName)
	if err != nil {
		return opt, err
	}
	opt = leastsq.Options{Method: m, FTol: float64(o.FTol), XTol: float64(o.XTol), GTol: float64(o.GTol), XScale: r.vector("x_scale"),
		JacScale: o.JacScale, Loss: o.Loss, FScale: o.FScale, MaxNFev: o.MaxNFev, Differences: o.of(r)}
	opt.Checkpoint = o.Checkpoint
	if lower, upper := r.vector("lower"), r.vector("upper"); lower != nil || upper != nil {
		opt.Bounds = &leastsq.Bounds{Lower: lower, Upper: upper}
	}
	if f := r.function("loss"); f != nil {
		opt.LossFunc = func(z, rho, d1, d2 []float64) { f.call([][]float64{z}, [][]float64{rho, d1, d2}) }
	}
	if f := r.function("callback"); f != nil {
		opt.Callback = func(q leastsq.Result) error {
			return f([][]float64{q.X, q.Fun, {float64(q.NIter), float64(q.NFev), q.Cost, q.Optimality}}, nil)
		}
	}
	return opt, nil
}

// solveLeastSquares is leastsq.Minimize. Arrays: x0, those of [request.leastSquares] and [request.sparsity]. Functions: fun (n → m), complex (n, n → m, m),
// jac (n → m·n), or with a sparsity jac_sparse (n → its elements), and those of leastSquares.
func solveLeastSquares(ctx context.Context, r *request) (Result, error) {
	var o leastSquaresOptions
	if err := r.options(&o); err != nil {
		return Result{}, err
	}
	opt, err := r.leastSquares(o)
	if err != nil {
		return Result{}, err
	}
	x0 := r.vector("x0")
	p := leastsq.Problem{M: o.M}
	if p.Sparsity, err = r.sparsity(); err != nil {
		return Result{}, err
	}
	if f := r.function("fun"); f != nil {
		p.Residuals = func(x, v []float64) { f.call([][]float64{x}, [][]float64{v}) }
	}
	if f := r.function("jac"); f != nil {
		p.Jac = func(x []float64, j *mat.Dense) { f.matrix([][]float64{x}, j) }
	}
	if f := r.function("complex"); f != nil {
		p.Complex = func(z, v []complex128) { copy(v, f.complex(z, len(v))) }
	}
	if f := r.function("jac_sparse"); f != nil {
		p.JacSparse = func(x []float64, values [][]float64) {
			elements := make([]float64, count(values))
			f.call([][]float64{x}, [][]float64{elements})
			for _, row := range values {
				elements = elements[copy(row, elements):]
			}
		}
	}
	if err := r.unknown(); err != nil {
		return Result{}, err
	}
	q, err := leastsq.Minimize(ctx, p, x0, opt)
	return squares(q), err
}

// count is the number of elements of the rows.
func count(rows [][]float64) (n int) {
	for _, row := range rows {
		n += len(row)
	}
	return n
}

// squares is the result of a search of package leastsq, by SciPy's names. A sparse Jacobian is in "jac_sparse", its elements
// in order.
func squares(q leastsq.Result) Result {
	res := Result{
		Info: map[string]any{"success": q.Success, "status": q.SciPyStatus, "reason": q.Status.String(), "message": q.Message,
			"nit": q.NIter, "nfev": q.NFev, "njev": q.NJev, "nfev_diff": q.NFevDiff, "nreplay": q.NReplay, "active_mask": q.ActiveMask},
		Arrays: map[string]num.Array{"cost": num.Scalar(q.Cost), "optimality": num.Scalar(q.Optimality)},
	}
	res.vectors(map[string][]float64{"x": q.X, "fun": q.Fun, "grad": q.Grad})
	if q.Jac != nil {
		m, n := q.Jac.Dims()
		res.Arrays["jac"] = num.New(mat.DenseCopyOf(q.Jac).RawMatrix().Data, m, n)
	}
	var elements []float64
	for _, row := range q.JacSparse {
		elements = append(elements, row...)
	}
	res.vectors(map[string][]float64{"jac_sparse": elements})
	return res
}

// sparsity lists for every row of a Jacobian the columns that are not zero, from the arrays indptr and indices, as SciPy's compressed
// sparse rows have them; nil without these arrays.
func (r *request) sparsity() ([][]int, error) {
	indptr, indices := r.vector("indptr"), r.vector("indices")
	if indptr == nil {
		return nil, nil
	}
	rows := make([][]int, len(indptr)-1)
	for i := range rows {
		lo, hi := int(indptr[i]), int(indptr[i+1])
		if lo < 0 || hi < lo || hi > len(indices) {
			return nil, fmt.Errorf("indptr[%d:%d] is %d, %d for %d indices", i, i+2, lo, hi, len(indices))
		}
		rows[i] = make([]int, hi-lo)
		for k, v := range indices[lo:hi] {
			rows[i][k] = int(v)
		}
	}
	return rows, nil
}

// solveCurveFit is leastsq.CurveFit. Arrays: x0, ydata, sigma, covariance, and those of [request.leastSquares]. Functions: fun (n → m), the
// model at all of the data, jac (n → m·n), and those of leastSquares.
func solveCurveFit(ctx context.Context, r *request) (Result, error) {
	var o struct {
		leastSquaresOptions
		AbsoluteSigma bool `json:"absolute_sigma"`
	}
	if err := r.options(&o); err != nil {
		return Result{}, err
	}
	opt, err := r.leastSquares(o.leastSquaresOptions)
	if err != nil {
		return Result{}, err
	}
	fit := leastsq.CurveFitOptions{Sigma: r.vector("sigma"), AbsoluteSigma: o.AbsoluteSigma, LeastSquares: opt}
	if c := r.vector("covariance"); c != nil {
		shape := r.Arrays["covariance"].Shape()
		if len(shape) != 2 || shape[0] != shape[1] {
			return Result{}, fmt.Errorf("covariance has shape %v, want a square matrix", shape)
		}
		fit.Covariance = mat.NewSymDense(shape[0], c)
	}
	var model leastsq.CurveModel
	if f := r.function("fun"); f != nil {
		model = func(p, _, y []float64) { f.call([][]float64{p}, [][]float64{y}) }
	}
	if f := r.function("jac"); f != nil {
		fit.Jac = func(p, _ []float64, j *mat.Dense) { f.matrix([][]float64{p}, j) }
	}
	x0, y := r.vector("x0"), r.vector("ydata")
	if err := r.unknown(); err != nil {
		return Result{}, err
	}
	q, err := leastsq.CurveFit(ctx, model, nil, y, x0, fit)
	res := squares(q.LeastSquares)
	res.Info["covariance_status"] = q.CovStatus.String()
	res.Arrays["condition"], res.Arrays["chi_square"] = num.Scalar(q.Condition), num.Scalar(q.ChiSquare)
	res.vectors(map[string][]float64{"stderr": q.StdErr})
	if c := q.Covariance; c != nil {
		n := c.SymmetricDim()
		res.Arrays["covariance"] = num.New(mat.DenseCopyOf(c).RawMatrix().Data, n, n)
	}
	return res, err
}
