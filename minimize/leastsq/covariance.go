package leastsq

import (
	"math"
	"slices"

	"gonum.org/v1/gonum/mat"
)

// illConditioned is the condition number of the correlations above which some parameters are hardly
// determined. Rounding changes the covariance by this number times the precision, 2e-6.
const illConditioned = 1e10

// covariance sets the covariance of the parameters and its status. noise is whether the Jacobian is.
func (c *curveFit) covariance(res *CurveFitResult, noise bool) {
	n := c.n
	res.Covariance, res.StdErr, res.Condition = mat.NewSymDense(n, nil), make([]float64, n), math.Inf(1)
	gram, scale := c.inverseGram(res)
	if gram == nil {
		res.unknown(CovarianceSingular)
		return
	}
	variance := 1.0
	if !c.opt.AbsoluteSigma {
		if res.DegreesOfFreedom <= 0 {
			res.unknown(CovarianceNoFreedom)
			return
		}
		variance = res.ChiSquare / float64(res.DegreesOfFreedom)
	}
	for i := range n {
		for j := range i + 1 {
			res.Covariance.SetSym(i, j, variance*scale[i]*scale[j]*gram.At(i, j))
		}
		res.StdErr[i] = math.Sqrt(res.Covariance.At(i, i))
	}
	res.Condition = conditionOfCorrelations(gram)
	switch {
	case !res.LeastSquares.Success:
		res.CovStatus = CovarianceNotConverged
	case noise:
		res.CovStatus = CovarianceNoise
	case slices.ContainsFunc(res.LeastSquares.ActiveMask, func(a int) bool { return a != 0 }):
		res.CovStatus = CovarianceAtBounds
	case res.Condition > illConditioned:
		res.CovStatus = CovarianceIllConditioned
	default:
		res.CovStatus = CovarianceGood
	}
}

// unknown sets all elements to +Inf.
func (r *CurveFitResult) unknown(s CovarianceStatus) {
	r.CovStatus = s
	for i := range r.StdErr {
		r.StdErr[i] = math.Inf(1)
		for j := range i + 1 {
			r.Covariance.SetSym(i, j, math.Inf(1))
		}
	}
}

// inverseGram is (AᵀA)⁻¹ = V S⁻² Vᵀ, where A = U S Vᵀ is the Jacobian with its columns times scale,
// which makes their length 1. It is nil if A does not have full rank.
func (c *curveFit) inverseGram(res *CurveFitResult) (gram *mat.SymDense, scale []float64) {
	n, jac := c.n, res.LeastSquares.Jac
	all, scale := make([]int, n), make([]float64, n)
	dense{jac}.columnNorms(scale)
	for i, v := range scale {
		if all[i] = i; v == 0 {
			return nil, nil
		}
		scale[i] = 1 / v
	}
	d := newSVD(len(c.y), n)
	if !d.factorize(jac, all, scale, nil, res.Residuals) || !d.fullRank() {
		return nil, nil
	}
	for k, s := range d.s[:d.k] {
		row := d.vt.Data[k*n : (k+1)*n]
		for i := range row {
			row[i] /= s
		}
	}
	gram = mat.NewSymDense(n, nil)
	for i := range n {
		for j := range i + 1 {
			v := 0.0
			for k := range d.k {
				v += d.vt.Data[k*n+i] * d.vt.Data[k*n+j]
			}
			gram.SetSym(i, j, v)
		}
	}
	return gram, scale
}

// conditionOfCorrelations is the condition number of a covariance that is scaled, in place, to a
// diagonal of ones.
func conditionOfCorrelations(cov *mat.SymDense) float64 {
	n := cov.SymmetricDim()
	scale := make([]float64, n)
	for i := range n {
		scale[i] = 1 / math.Sqrt(cov.At(i, i))
	}
	for i := range n {
		for j := range i + 1 {
			cov.SetSym(i, j, scale[i]*scale[j]*cov.At(i, j))
		}
	}
	var e mat.EigenSym
	if !e.Factorize(cov, false) {
		return math.Inf(1)
	}
	v := e.Values(nil) // ascending
	if !(v[0] > 0) {
		return math.Inf(1)
	}
	return v[n-1] / v[0]
}
