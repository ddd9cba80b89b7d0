package minimize

import (
	"fmt"
	"math"

	"gonum.org/v1/gonum/blas/blas64"
)

// setting is an option: v, or where it is zero the default d; negative stands for zero.
func setting(v, d float64) float64 {
	if v == 0 {
		return d
	}
	return max(v, 0)
}

// tolerance is a setting that opt.Tol sets.
func (r *run) tolerance(v, d float64) float64 {
	if r.tol != 0 {
		d = r.tol
	}
	return setting(v, d)
}

// iterations is the limit of iterations: v, 200 for every variable where it is zero,
// none where it is negative.
func (r *run) iterations(v int) int {
	if v == 0 {
		return 200 * r.n()
	}
	return max(v, 0)
}

// Messages of the methods with line searches or trust regions.
const (
	msgSuccess   = "Optimization terminated successfully."
	msgMaxIter   = "Maximum number of iterations has been exceeded."
	msgPrecision = "Desired error not necessarily achieved due to precision loss."
	msgNaN       = "NaN result encountered."
)

// ended is how a line-search method that stopped at x ended; failed: a search of the
// line found no step.
func (r *run) ended(x []float64, f float64, g []float64, norm float64, maxIter int, failed bool) outcome {
	o := outcome{x: x, f: f, jac: g}
	switch {
	case failed && f < lowest:
		o.reason, o.status, o.message = Unbounded, 2, fmt.Sprintf("The function falls without end, to %.3g.", f)
	case failed && !isNumber(f):
		o.reason, o.status, o.message = NonFinite, 2, "The function is not finite."
	case failed:
		o.reason, o.status, o.message = LineSearchFailed, 2, msgPrecision
	case r.nit >= maxIter:
		o.reason, o.status, o.message = IterationLimit, 1, msgMaxIter
	case math.IsNaN(norm) || math.IsNaN(f) || hasNaN(x):
		o.reason, o.status, o.message = NonFinite, 3, msgNaN
	default:
		o.reason, o.message = Converged, msgSuccess
	}
	return o
}

// lowest is a value below which a search that finds no step has found no minimum either.
const lowest = -1e100

func hasNaN(x []float64) bool {
	for _, v := range x {
		if math.IsNaN(v) {
			return true
		}
	}
	return false
}

func vec(x []float64) blas64.Vector { return blas64.Vector{N: len(x), Inc: 1, Data: x} }

func dot(x, y []float64) float64 { return blas64.Dot(vec(x), vec(y)) }

func norm2(x []float64) float64 { return blas64.Nrm2(vec(x)) }

// norm is the p-norm; p may be infinite, and 0 stands for +Inf.
func norm(x []float64, p float64) float64 {
	s := 0.0
	switch {
	case p == 0 || math.IsInf(p, 1):
		for _, v := range x {
			if v = math.Abs(v); v > s || v != v { // max takes twice as long
				s = v
			}
		}
		return s
	case math.IsInf(p, -1):
		s = math.Inf(1)
		for _, v := range x {
			s = min(s, math.Abs(v))
		}
		return s
	case p == 2:
		return norm2(x)
	}
	for _, v := range x {
		s += math.Pow(math.Abs(v), p)
	}
	return math.Pow(s, 1/p)
}

// needGradient refuses a problem without a gradient.
func (r *run) needGradient(method string) {
	if r.p.Grad == nil && r.p.FuncGrad == nil {
		refuse("%s needs the gradient (Problem.Grad or FuncGrad)", method)
	}
}

// rotate moves the first vector to the end.
func rotate(v [][]float64) {
	first := v[0]
	copy(v, v[1:])
	v[len(v)-1] = first
}

// finiteAll reports whether a value and a gradient are finite.
func finiteAll(f float64, g []float64) bool {
	s := f - f
	for _, v := range g {
		s += v - v
	}
	return s == 0
}
