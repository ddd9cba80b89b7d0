package minimize

import (
	"math"

	"gonum.org/v1/gonum/blas/blas64"
	"gonum.org/v1/gonum/mat"

	"github.com/argmin-go/argmin/internal/option"
	"github.com/argmin-go/argmin/minimize/internal/linesearch"
	"github.com/argmin-go/argmin/minimize/internal/search"
	"github.com/argmin-go/argmin/minimize/internal/vec"
)

// BFGS is the quasi-Newton method of Broyden, Fletcher, Goldfarb and Shanno. It keeps an n×n
// approximation of the inverse Hessian and searches along lines for the strong Wolfe
// conditions. It is for smooth functions without bounds, of up to hundreds of variables;
// [LBFGSB] is for more.
//
// It stops when the norm of the gradient is at most GTol or the step is small by XRTol (status
// 0), after MaxIter iterations (1), when no step along a line is found or the value is not
// finite, mostly because rounding or an inexact gradient hides the decrease (2), and when there
// are NaNs (3). The result has HessInv.
//
// An iteration costs about 4n² operations plus one or two evaluations of the function and the
// gradient.
//
// Nocedal & Wright, "Numerical Optimization", 2nd ed. 2006, algorithm 6.1. The line search is
// Moré & Thuente's, and where it fails algorithms 3.5 and 3.6.
type BFGS struct {
	GTol     float64       `opt:"gtol"`      // largest norm of the gradient at the end; default 1e-5
	Norm     float64       `opt:"norm"`      // order of that norm, may be infinite; default +Inf
	MaxIter  int           `opt:"maxiter"`   // most iterations; default 200n
	XRTol    float64       `opt:"xrtol"`     // stop when a step's length is at most XRTol (XRTol + |x|), Euclidean; default 0
	C1       float64       `opt:"c1"`        // sufficient decrease of the line search; default 1e-4
	C2       float64       `opt:"c2"`        // bound of the line search on the slope; default 0.9
	HessInv0 *mat.SymDense `opt:"hess_inv0"` // first approximation of the inverse Hessian, positive definite; default the identity
}

func (BFGS) Name() string { return "BFGS" }

func (BFGS) Capability() Capability { return Capability{Dense: true} }

func (m BFGS) minimize(r *search.Run) search.Outcome {
	n := r.N()
	w := linesearch.NewWolfe(r, option.Or(m.C1, 1e-4), option.Or(m.C2, 0.9)).Check("BFGS")
	w.Amin, w.Amax, w.ZoomMax = 1e-100, 1e100, 1e100 // as in SciPy
	gtol, xrtol, maxIter := r.ValueTolerance(m.GTol, 1e-5), option.Or(m.XRTol, 0), r.Iterations(m.MaxIter)
	h := m.inverse(n)
	sym := h.RawSymmetric()

	mem := make(vec.Slab, 5*n)
	x, g, d, y, hy := mem.Take(n), mem.Take(n), mem.Take(n), mem.Take(n), mem.Take(n)
	copy(x, r.X0)
	f := r.Value(x)
	r.Gradient(x, g)
	before := f + vec.Norm2(g)/2 // makes the first trial a step of length 1 or so
	gnorm, failed := vec.Norm(g, m.Norm), false
	for gnorm > gtol && r.NIter < maxIter {
		blas64.Symv(-1, sym, vec.Of(g), 0, vec.Of(d))
		if failed = !w.Search(x, d, g, f, before); failed {
			break
		}
		for i, v := range w.G {
			y[i] = v - g[i]
			d[i] *= w.A // the step from here on
		}
		before, f = f, w.F
		x, w.X = w.X, x
		g, w.G = w.G, g
		r.Iterated(x, f, g)
		gnorm = vec.Norm(g, m.Norm)
		if gnorm <= gtol || vec.Norm2(d) <= xrtol*(xrtol+vec.Norm2(x)) {
			break
		}
		if failed = math.IsNaN(f) || math.IsInf(f, 0); failed {
			break
		}
		// H - (s yᵀH + H y sᵀ)/ρ + (1 + yᵀH y/ρ) s sᵀ/ρ with ρ = sᵀy (equation 6.17),
		// which is H + s uᵀ + u sᵀ.
		rho := 1000.0 // SciPy's value for a step without change of the gradient
		if sy := vec.Dot(d, y); sy != 0 {
			rho = 1 / sy
		}
		blas64.Symv(1, sym, vec.Of(y), 0, vec.Of(hy))
		a := (1 + rho*vec.Dot(y, hy)) * rho / 2
		for i, s := range d {
			hy[i] = a*s - rho*hy[i]
		}
		blas64.Syr2(1, vec.Of(d), vec.Of(hy), sym)
	}
	o := r.Ended(x, f, g, gnorm, maxIter, failed)
	o.HessInv = h
	return o
}

// inverse is the first approximation of the inverse Hessian.
func (m BFGS) inverse(n int) *mat.SymDense {
	h := mat.NewSymDense(n, nil)
	if m.HessInv0 == nil {
		for i := range n {
			h.SetSym(i, i, 1)
		}
		return h
	}
	if k := m.HessInv0.SymmetricDim(); k != n {
		search.Refuse("BFGS: HessInv0 is %d×%d, want %d×%d", k, k, n, n)
	}
	if ok := new(mat.Cholesky).Factorize(m.HessInv0); !ok {
		search.Refuse("BFGS: HessInv0 must be positive definite")
	}
	h.CopySym(m.HessInv0)
	return h
}
