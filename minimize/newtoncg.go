package minimize

import (
	"math"

	"gonum.org/v1/gonum/blas/blas64"
	"gonum.org/v1/gonum/mat"

	"github.com/argmin-go/argmin/internal/option"
	"github.com/argmin-go/argmin/minimize/internal/linesearch"
	"github.com/argmin-go/argmin/minimize/internal/search"
	"github.com/argmin-go/argmin/minimize/internal/vec"
	"github.com/argmin-go/argmin/status"
)

// NewtonCG is the truncated Newton method with a line search: it solves the Newton equation roughly,
// by conjugate gradients. It needs the gradient. It uses the Hessian (Problem.Hess) or its products
// with vectors (Problem.HessP); without both, products are differences of gradients. For functions
// whose Hessian is indefinite the trust-region methods are better.
//
// The conjugate gradients end at a residual of min(½, √|g|)|g| in the 1-norm, or at a direction of
// negative curvature, along which the step then goes too. The search stops when the step is at most
// XTol per variable on average (status 0), after MaxIter iterations (1), when no step along a line
// is found (2), and when the equation is not solved in 20n products or there are NaNs (3). A small
// step counts only if the residual was at most |g|/10; after a small step with a larger one, all
// equations are solved so accurately.
//
// Nocedal & Wright, "Numerical Optimization", 2nd ed. 2006, algorithm 7.1. That algorithm leaves out
// the direction of negative curvature after the first step of the conjugate gradients, and so may
// linger at saddle points (Wood's function has one). Here the direction is taken, with the length
// that the absolute value of its curvature would give.
type NewtonCG struct {
	XTol    float64 `opt:"xtol"`    // largest step per variable at the end, on average; default 1e-5
	MaxIter int     `opt:"maxiter"` // most iterations; default 200n
	C1      float64 `opt:"c1"`      // sufficient decrease of the line search; default 1e-4
	C2      float64 `opt:"c2"`      // bound of the line search on the slope; default 0.9
	Eps     float64 `opt:"eps"`     // step of the differences of gradients; default 1.49e-8, the root of the machine precision
}

func (NewtonCG) Name() string { return "Newton-CG" }

func (NewtonCG) Capability() Capability { return Capability{} }

const msgNotDefinite = "CG iterations didn't converge. The Hessian is not positive definite."

// newtonLoose is the largest residual relative to the gradient with which a small step counts as
// convergence. It is not in SciPy, which stops after any small step.
const newtonLoose = 0.1

// hidden is the decrease that a step promises, relative to the value, which the rounding of values hides.
const hidden = 4 * vec.Eps

func (m NewtonCG) minimize(r *search.Run) search.Outcome {
	r.NeedGradient("Newton-CG")
	n := r.N()
	w := linesearch.NewWolfe(r, option.Or(m.C1, 1e-4), option.Or(m.C2, 0.9)).Check("Newton-CG")
	w.Amin, w.Amax, w.ZoomMax = 1e-8, 50, math.Inf(1) // as in SciPy
	xtol, maxIter := float64(n)*r.Tolerance(m.XTol, 1e-5), r.Iterations(m.MaxIter)
	c := &newtonEquation{r: r, eps: option.Or(m.Eps, math.Sqrt(vec.Eps)), most: 0.5}
	if r.Problem.Hess != nil {
		c.h = mat.NewSymDense(n, nil)
	}
	mem := make(vec.Slab, 7*n)
	x, g := mem.Take(n), mem.Take(n)
	c.p, c.res, c.d, c.hd, c.near = mem.Take(n), mem.Take(n), mem.Take(n), mem.Take(n), mem.Take(n)
	copy(x, r.X0)
	f, before := r.Value(x), math.NaN()
	r.Gradient(x, g)
	end := func(reason status.Code, scipy int, message string) search.Outcome {
		return search.Outcome{X: x, Fun: f, Jac: g, Status: reason, SciPyStatus: scipy, Message: message}
	}
	if !(vec.IsFinite(f) && vec.AllFinite(g)) {
		return end(status.NonFinite, 3, search.MsgNaN)
	}
	update := math.Inf(1)
	for update > xtol || c.rough() {
		if r.NIter >= maxIter {
			return end(status.IterationLimit, 1, "Warning: "+search.MsgMaxIter)
		}
		small := update <= xtol // after a rough solution
		if !c.solve(x, g) {
			if small {
				break
			}
			if c.wild() {
				return end(status.NonFinite, 3, "The Hessian or its product is not finite.")
			}
			return end(status.Failed, 3, "Warning: "+msgNotDefinite)
		}
		tiny := small || c.forcing <= newtonLoose && blas64.Asum(vec.Of(c.p)) <= xtol
		if tiny && -vec.Dot(g, c.p) <= hidden*math.Abs(f) {
			break // without evaluations
		}
		if !w.Search(x, c.p, g, f, before) {
			if tiny {
				break // rounding hides the decrease of so small a step
			}
			return end(status.LineSearchFailed, 2, "Warning: "+search.MsgPrecision)
		}
		update = w.A * blas64.Asum(vec.Of(c.p))
		before, f = f, w.F
		x, w.X = w.X, x
		g, w.G = w.G, g
		r.Iterated(x, f, g)
	}
	if math.IsNaN(f) || math.IsInf(f, 1) || math.IsNaN(update) {
		return end(status.NonFinite, 3, search.MsgNaN)
	}
	return end(status.Converged, 0, search.MsgSuccess)
}

// wild reports whether the last product or the residual is not finite.
func (c *newtonEquation) wild() bool { return !vec.AllFinite(c.hd) || !vec.AllFinite(c.res) }

// newtonEquation solves B p = -g, with B the Hessian.
type newtonEquation struct {
	r     *search.Run
	h     *mat.SymDense // nil: products with B are HessP's or differences
	eps   float64
	p     []float64 // the solution
	res   []float64 // B p + g
	d, hd []float64 // a direction and its product with B
	near  []float64 // a point near x

	most    float64 // the largest residual of a solution relative to g
	forcing float64 // the residual of the last solution relative to g
}

// rough reports whether the last solution is so rough that a small step means little; the next
// solutions are then more accurate.
func (c *newtonEquation) rough() bool {
	if c.forcing <= newtonLoose {
		return false
	}
	c.most = newtonLoose
	return true
}

// solve sets p by conjugate gradients from 0. It reports false when they do not
// converge.
func (c *newtonEquation) solve(x, g []float64) bool {
	if c.h != nil {
		c.r.Hessian(x, c.h)
	}
	size := blas64.Asum(vec.Of(g))
	c.forcing = min(c.most, math.Sqrt(size))
	enough := c.forcing * size
	for i, v := range g {
		c.p[i], c.res[i], c.d[i] = 0, v, -v
	}
	rr := vec.Dot(g, g)
	for k := range 20 * len(g) {
		if blas64.Asum(vec.Of(c.res)) <= enough {
			return true
		}
		c.product(x, g)
		curve := vec.Dot(c.d, c.hd)
		if k == 0 && curve >= 0 && curve <= 3*vec.Eps*rr { // flat along -g
			copy(c.p, c.d)
			return true
		}
		if k > 0 && curve >= 0 && curve <= 3*vec.Eps {
			return true
		}
		if curve < 0 {
			blas64.Axpy(-rr/curve, vec.Of(c.d), vec.Of(c.p)) // descends, as gᵀd < 0
			return true
		}
		a := rr / curve
		blas64.Axpy(a, vec.Of(c.d), vec.Of(c.p))
		blas64.Axpy(a, vec.Of(c.hd), vec.Of(c.res))
		before := rr
		rr = vec.Dot(c.res, c.res)
		for i, v := range c.res {
			c.d[i] = rr/before*c.d[i] - v
		}
	}
	return false
}

// product sets hd to B d.
func (c *newtonEquation) product(x, g []float64) {
	switch {
	case c.h != nil:
		blas64.Symv(1, c.h.RawSymmetric(), vec.Of(c.d), 0, vec.Of(c.hd))
	case c.r.Problem.HessP != nil:
		c.r.Product(x, c.d, c.hd)
	default:
		for i, v := range x {
			c.near[i] = v + c.eps*c.d[i]
		}
		c.r.Gradient(c.near, c.hd)
		for i, v := range g {
			c.hd[i] = (c.hd[i] - v) / c.eps
		}
	}
}
