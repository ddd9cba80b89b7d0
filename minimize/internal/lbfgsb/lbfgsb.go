// Package lbfgsb is the engine of minimize.LBFGSB, the limited-memory BFGS method within bounds. The
// last steps and changes of the gradient make a quadratic model. An iteration follows its projected
// steepest descent to the first local minimum, the generalized Cauchy point, minimizes the model over
// the variables that are free there, and searches the line to the projection of what it finds. Without
// bounds it is L-BFGS.
//
// Read lbfgsb.go for the search; pairs.go for the model in its compact form; box.go for its minimum
// within the bounds.
//
// Byrd, Lu, Nocedal & Zhu, "A limited memory algorithm for bound constrained optimization", SIAM J. Sci.
// Comput. 16 (1995); Zhu, Byrd, Lu & Nocedal, "Algorithm 778: L-BFGS-B", ACM Trans. Math. Softw. 23
// (1997); Morales & Nocedal, "Remark on Algorithm 778", ACM Trans. Math. Softw. 38 (2011).
package lbfgsb

import (
	"math"

	"github.com/argmin-go/argmin/internal/option"
	"github.com/argmin-go/argmin/minimize/internal/linesearch"
	"github.com/argmin-go/argmin/minimize/internal/search"
	"github.com/argmin-go/argmin/minimize/internal/vec"
	"github.com/argmin-go/argmin/status"
)

// Messages with which a search ends, SciPy's where it has them.
const (
	Gradient    = "CONVERGENCE: NORM OF PROJECTED GRADIENT <= PGTOL"
	Reduction   = "CONVERGENCE: RELATIVE REDUCTION OF F <= FACTR*EPSMCH"
	Iterations  = "STOP: TOTAL NO. OF ITERATIONS REACHED LIMIT"
	Evaluations = "STOP: TOTAL NO. OF F,G EVALUATIONS EXCEEDS LIMIT"
	Abnormal    = "ABNORMAL: the line search found no step along the steepest descent"
	NonFinite   = "ABNORMAL: the function or its gradient is not finite"
	Unbounded   = "ABNORMAL: the function falls to -Inf"
)

// dense is the number of variables up to which the result has the inverse Hessian as a matrix: our
// choice.
const dense = 100

// Options are the options of minimize.LBFGSB.
type Options struct {
	MaxCor  int     // steps that the model keeps; default 10
	FTol    float64 // smallest relative decrease per iteration; default 1e7 ε
	GTol    float64 // largest element of the projected gradient at the end; default 1e-5
	MaxFun  int     // evaluations of the function at most; default 15000
	MaxIter int     // iterations at most; default 15000
	MaxLS   int     // trials per line search at most; default 20
}

// Minimize searches for a minimum.
func Minimize(r *search.Run, m Options) search.Outcome {
	if m.MaxCor < 0 || m.MaxLS < 0 {
		search.Refuse("L-BFGS-B: MaxCor and MaxLS are %d and %d, want at least 1, or 0 for the default", m.MaxCor, m.MaxLS)
	}
	ftol, gtol := r.Tolerance(m.FTol, 1e7*vec.Eps), r.ValueTolerance(m.GTol, 1e-5)
	maxFun, maxIter := option.Or(m.MaxFun, 15000), option.Or(m.MaxIter, 15000)

	s := newState(r, option.Or(m.MaxCor, 10), option.Or(m.MaxLS, 20))
	s.f = r.Value(s.x)
	r.Gradient(s.x, s.g)
	end := func(reason status.Code, status int, message string) search.Outcome {
		o := search.Outcome{X: s.x, Fun: s.f, Jac: s.g, Status: reason, SciPyStatus: status, Message: message}
		o.HessInvP = s.pairs.product
		if r.N() <= dense {
			o.HessInv = s.pairs.inverse()
		}
		return o
	}
	if !(vec.IsFinite(s.f) && vec.AllFinite(s.g)) {
		if math.IsInf(s.f, -1) {
			return end(status.Unbounded, 2, Unbounded)
		}
		return end(status.NonFinite, 2, NonFinite)
	}
	for {
		switch {
		case s.projectedGradient() <= gtol:
			return end(status.Converged, 0, Gradient)
		case r.NIter >= maxIter:
			return end(status.IterationLimit, 1, Iterations)
		case r.NFev > maxFun:
			return end(status.EvaluationLimit, 1, Evaluations)
		}
		before := s.f
		if !s.step() {
			switch {
			case s.fails == status.Unbounded:
				s.x, s.f = s.xt, s.ft
				return end(status.Unbounded, 2, Unbounded)
			case s.fails == status.NonFinite:
				return end(status.NonFinite, 2, NonFinite)
			}
			return end(status.LineSearchFailed, 2, Abnormal)
		}
		r.Iterated(s.x, s.f, s.g)
		if before-s.f <= ftol*max(math.Abs(before), math.Abs(s.f), 1) && s.projectedGradient() > gtol {
			return end(status.Converged, 0, Reduction)
		}
	}
}

// state is the state of a search.
type state struct {
	r     *search.Run
	maxLS int
	pairs *pairs
	box   *box // nil: no variable has a bound

	x, g []float64 // where the search is
	f    float64
	d    []float64 // the direction
	z    []float64 // x + d if there are bounds

	// The point last tried.
	xt, gt []float64
	ft     float64
	phi    func(a float64) (f, g float64)
	fails  status.Code // why the last line search found no step
}

func newState(r *search.Run, maxCor, maxLS int) *state {
	n := r.N()
	mem := make(vec.Slab, 6*n)
	s := &state{r: r, maxLS: maxLS, x: mem.Take(n), g: mem.Take(n), d: mem.Take(n), z: mem.Take(n), xt: mem.Take(n), gt: mem.Take(n)}
	copy(s.x, r.X0)
	for i := range r.Lower {
		if !math.IsInf(r.Lower[i], -1) || !math.IsInf(r.Upper[i], 1) {
			s.box = newBox(n, r.Lower, r.Upper)
			break
		}
	}
	s.pairs = newPairs(n, maxCor, s.box)
	s.phi = s.along
	return s
}

// projectedGradient is the largest element of P(x - g) - x.
func (s *state) projectedGradient() float64 {
	if s.box == nil {
		return vec.Norm(s.g, 0)
	}
	size := 0.0
	for i, v := range s.g {
		if v < 0 {
			if least := s.x[i] - s.box.upper[i]; least > v {
				v = least
			}
		} else if most := s.x[i] - s.box.lower[i]; most < v {
			v = most
		}
		if v = math.Abs(v); v > size || v != v {
			size = v
		}
	}
	return size
}

// step moves to a better point. Where the model's direction leads to none it drops the pairs, which
// makes the direction the steepest descent.
func (s *state) step() bool {
	for {
		found := s.direction()
		if found {
			if a, ok := s.line(); ok {
				s.move(a)
				return true
			}
		} else {
			s.fails = status.LineSearchFailed
		}
		if s.pairs.k == 0 || s.fails == status.Unbounded {
			return false
		}
		s.pairs.forget()
	}
}

// direction sets d, and z if there are bounds. It reports false where rounding spoils
// the model.
func (s *state) direction() bool {
	if s.box == nil {
		s.pairs.newton(s.g, s.d)
		return true
	}
	if !s.box.minimizeModel(s.pairs, s.x, s.g, s.z) {
		return false
	}
	for i, v := range s.z {
		s.d[i] = v - s.x[i]
	}
	return true
}

// Constants of the line search, as in Algorithm 778.
const (
	decrease  = 1e-3 // part of the slope by which a step must descend
	slopeLeft = 0.9  // the slope at the end relative to the first one
	interval  = 0.1  // relative width of the interval at which the search stops
	longest   = 1e10 // step
)

// line searches x + a d for sufficient decrease and a small slope.
func (s *state) line() (a float64, ok bool) {
	slope := vec.Dot(s.g, s.d)
	if !(slope < 0) {
		s.fails = status.LineSearchFailed
		return 0, false
	}
	first, top := 1.0, longest
	if s.box != nil {
		top = s.box.maxStep(s.x, s.d, top)
	}
	if s.r.NIter == 0 { // the scale is unknown
		if s.box != nil {
			top = 1
		}
		if s.box == nil || !s.box.boxed {
			first = min(1/vec.Norm2(s.d), top)
		}
	}
	a, _, s.fails = linesearch.Descend(s.phi, s.f, slope, first, decrease, slopeLeft, interval, top, s.maxLS)
	return a, s.fails == status.Converged
}

// along is the function and its slope a step away.
func (s *state) along(a float64) (f, g float64) {
	switch {
	case s.box == nil:
		for i, v := range s.x {
			s.xt[i] = v + a*s.d[i]
		}
	case a == 1:
		copy(s.xt, s.z)
	default:
		for i, v := range s.x {
			s.xt[i] = s.box.within(i, v+a*s.d[i])
		}
	}
	s.ft = s.r.Value(s.xt)
	s.r.Gradient(s.xt, s.gt)
	return s.ft, vec.Dot(s.gt, s.d)
}

// move makes the point tried last, a step a away, the next, and keeps the pair.
func (s *state) move(a float64) {
	step, change := s.d, s.pairs.spare()
	vec.Scale(a, step)
	for i, v := range s.gt {
		change[i] = v - s.g[i]
	}
	s.pairs.add(step, change)
	s.x, s.xt = s.xt, s.x
	s.g, s.gt = s.gt, s.g
	s.f = s.ft
}
