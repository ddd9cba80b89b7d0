package minimize

import (
	"math"

	"github.com/argmin-go/argmin/internal/option"
	"github.com/argmin-go/argmin/minimize/internal/linesearch"
	"github.com/argmin-go/argmin/minimize/internal/search"
	"github.com/argmin-go/argmin/minimize/internal/vec"
)

// CG is the nonlinear conjugate gradient method of Polak and Ribière, whose β is not negative
// (PR+), with a line search for the strong Wolfe conditions. It keeps only a few vectors, so that
// it is for smooth functions of very many variables without bounds.
//
// It starts again from the steepest descent when two successive gradients are far from
// orthogonal; gradients of a quadratic function are orthogonal. A step is taken only if the next
// direction descends by at least a hundredth of the squared gradient, without which the method
// may stall, or if it ends the search.
//
// It stops when the norm of the gradient is at most GTol (status 0), after MaxIter iterations (1),
// when no step along a line is found, mostly because rounding or an inexact gradient hides the
// decrease (2), and when there are NaNs (3).
//
// Nocedal & Wright, "Numerical Optimization", 2nd ed. 2006, section 5.2: algorithm 5.4 with
// equation 5.45 and Powell's restart, equation 5.52. The condition of descent is from Gilbert &
// Nocedal, "Global convergence properties of conjugate gradient methods for optimization", SIAM J.
// Optim. 2 (1992).
type CG struct {
	GTol    float64 `opt:"gtol"`    // largest norm of the gradient at the end; default 1e-5
	Norm    float64 `opt:"norm"`    // order of that norm, may be infinite; default +Inf
	MaxIter int     `opt:"maxiter"` // most iterations; default 200n
	C1      float64 `opt:"c1"`      // sufficient decrease of the line search; default 1e-4
	C2      float64 `opt:"c2"`      // bound of the line search on the slope; default 0.4
}

func (CG) Name() string { return "CG" }

func (CG) Capability() Capability { return Capability{} }

func (m CG) minimize(r *search.Run) search.Outcome {
	const descent = 0.01 // of the squared gradient, SciPy's
	const parallel = 0.1 // Nocedal & Wright's ν of equation 5.52
	n := r.N()
	w := linesearch.NewWolfe(r, option.Or(m.C1, 1e-4), option.Or(m.C2, 0.4)).Check("CG")
	w.Amin, w.Amax, w.ZoomMax = 1e-100, 1e100, 1e100 // as in SciPy
	gtol, maxIter := r.ValueTolerance(m.GTol, 1e-5), r.Iterations(m.MaxIter)

	mem := make(vec.Slab, 4*n)
	x, g, d, next := mem.Take(n), mem.Take(n), mem.Take(n), mem.Take(n)
	copy(x, r.X0)
	f := r.Value(x)
	r.Gradient(x, g)
	for i, v := range g {
		d[i] = -v
	}
	before := f + vec.Norm2(g)/2 // makes the first trial a step of length 1 or so
	gnorm, failed := vec.Norm(g, m.Norm), false
	step := func() { // sets next and gnorm for the point in w
		beta, gg := 0.0, vec.Dot(w.G, w.G)
		if cross := vec.Dot(w.G, g); math.Abs(cross) < parallel*gg {
			beta = max(0, (gg-cross)/vec.Dot(g, g))
		}
		for i, v := range w.G {
			next[i] = beta*d[i] - v
		}
		gnorm = vec.Norm(w.G, m.Norm)
	}
	w.Accept = func() bool {
		step()
		return gnorm <= gtol || vec.Dot(next, w.G) <= -descent*vec.Dot(w.G, w.G)
	}
	for gnorm > gtol && r.NIter < maxIter {
		if failed = !w.Search(x, d, g, f, before); failed {
			break
		}
		step() // also where the last point was taken without accept
		before, f = f, w.F
		x, w.X = w.X, x
		g, w.G = w.G, g
		d, next = next, d
		r.Iterated(x, f, g)
	}
	return r.Ended(x, f, g, gnorm, maxIter, failed)
}
