// Package tnc is the engine of minimize.TNC, the truncated Newton method within bounds. An iteration
// fixes the variables at a bound whose descent leads out of it, solves the Newton equation of the others
// roughly by preconditioned conjugate gradients, with products of the Hessian that may be differences of
// gradients, and searches along the solution up to the first bound.
//
// Read tnc.go for the search and direction.go for the conjugate gradients.
//
// Nash, "Newton-type minimization via the Lanczos method", SIAM J. Numer. Anal. 21 (1984), and "A survey
// of truncated-Newton methods", J. Comput. Appl. Math. 124 (2000); the others are cited where they are
// used.
package tnc

import (
	"math"
	"slices"

	"github.com/argmin-go/argmin/internal/option"
	"github.com/argmin-go/argmin/minimize/internal/linesearch"
	"github.com/argmin-go/argmin/minimize/internal/search"
	"github.com/argmin-go/argmin/minimize/internal/vec"
	"github.com/argmin-go/argmin/status"
)

// The ways in which a search ends, SciPy's return codes: indices of Messages.
const (
	LocalMinimum = iota
	FConverged
	XConverged
	MaxFun
	LineSearch
	Constant
	NoProgress
)

// Messages are SciPy's messages of the return codes.
var Messages = [...]string{
	"Local minimum reached (|pg| ~= 0)",
	"Converged (|f_n-f_(n-1)| ~= 0)",
	"Converged (|x_n-x_(n-1)| ~= 0)",
	"Max. number of function evaluations reached",
	"Linear search failed",
	"All lower bounds are equal to the upper bounds",
	"Unable to progress",
}

// Options are the options of minimize.TNC.
type Options struct {
	Scale    []float64 // units of the variables; nil: the width of two bounds, or else 1 + |x0|
	Offset   []float64 // where the variables are small, for the step of differences; nil: the middle of two bounds, or else x0
	MaxCGIt  int       // products with the Hessian per iteration at most; default min(50, n/2), at least 1
	Eta      float64   // slope at the end of a line search relative to its start; default 0.25
	StepMax  float64   // longest first step, scaled; default 10
	Accuracy float64   // step of differences relative to the variables; default √ε, of values of few digits their ε
	MinFev   float64   // estimate of the least value
	FTol     float64   // change of f at the end, absolute; default √ε
	XTol     float64   // length of the last step, scaled; default √ε
	GTol     float64   // length of the scaled projected gradient at the end; default 1e-2 √Accuracy
	Rescale  float64   // decades of the gradient's length beyond which f is rescaled; default 1.3
	MaxFun   int       // evaluations of the gradient at most; default max(100, 10n)
}

// Minimize searches for a minimum by the truncated Newton method.
func Minimize(r *search.Run, m Options) search.Outcome {
	n := r.N()
	s := newState(r, m)
	xtol := r.Tolerance(m.XTol, math.Sqrt(vec.Eps))
	s.ftol = r.ValueTolerance(m.FTol, math.Sqrt(vec.Eps))
	gtol := r.ValueTolerance(m.GTol, 1e-2*math.Sqrt(s.accuracy))
	s.maxFun = int(option.Or(float64(m.MaxFun), float64(max(100, 10*n))))

	end := func(reason status.Code, status int, more string) search.Outcome {
		return search.Outcome{X: s.x, Fun: s.f, Jac: s.g, Status: reason, SciPyStatus: status, Message: Messages[status] + more}
	}
	s.f = r.Value(s.x)
	r.Gradient(s.x, s.g)
	if r.Lower != nil && slices.Equal(r.Lower, r.Upper) {
		return end(status.Converged, Constant, "")
	}
	if !(vec.IsFinite(s.f) && vec.AllFinite(s.g)) {
		if math.IsInf(s.f, -1) {
			return end(status.Unbounded, NoProgress, ": the function is -Inf")
		}
		return end(status.NonFinite, NoProgress, ": the function or its gradient is not finite")
	}
	for {
		s.project()
		switch {
		case s.size() <= gtol:
			return end(status.Converged, LocalMinimum, "")
		case r.NJev >= s.maxFun:
			return end(status.EvaluationLimit, MaxFun, "")
		}
		before := s.f
		switch why := s.step(); why {
		case status.Converged:
		case status.Unbounded:
			s.x, s.f = s.xt, s.ft
			return end(status.Unbounded, NoProgress, ": the function falls to -Inf")
		case status.NonFinite:
			return end(status.NonFinite, NoProgress, ": the function or its gradient is not finite")
		default:
			if 0 < s.predicted && s.predicted <= max(s.ftol/100, s.negligible()) {
				return end(status.Converged, FConverged, "")
			}
			return end(status.LineSearchFailed, LineSearch, "")
		}
		r.Iterated(s.x, s.f, s.g)
		switch {
		case s.short:
		case before-s.f <= s.ftol:
			return end(status.Converged, FConverged, "")
		case s.moved <= xtol:
			return end(status.Converged, XConverged, "")
		}
	}
}

// decrease is the part of the slope by which a step must descend (Armijo; the usual value, Nocedal &
// Wright, "Numerical Optimization", section 3.1).
const decrease = 1e-4

// state is the state of a search. Directions and gradients are scaled: x changes by
// scale times a direction, and gs is scale times the gradient times unit.
type state struct {
	r        *search.Run
	maxFun   int
	maxCGIt  int
	eta      float64
	stepMax  float64
	accuracy float64
	minFev   float64
	rescale  float64
	ftol     float64

	lower, upper  []float64 // nil without bounds
	scale, offset []float64
	unit          float64 // the factor of the function

	x, g      []float64
	f         float64
	gs        []float64 // the scaled gradient
	fixed     []bool    // at a bound whose descent leads out of it
	p         []float64 // the direction
	slope     float64   // along p, without the factor of the function
	top       float64   // the step at which the line meets the first bound
	nearest   int       // the variable of that bound
	predicted float64   // decrease along the Newton step, to first order
	short     bool      // the last step was ended by a bound, by StepMax or for lack of a better one
	moved     float64   // length of the last step, scaled

	// The point last tried.
	xt, gt []float64
	ft     float64
	phi    func(a float64) (f, g float64)

	cg conjugate
}

func newState(r *search.Run, m Options) *state {
	n := r.N()
	s := &state{r: r, lower: r.Lower, upper: r.Upper, unit: 1, fixed: make([]bool, n),
		eta: m.Eta, stepMax: m.StepMax, accuracy: m.Accuracy, minFev: m.MinFev, rescale: option.Or(m.Rescale, 1.3)}
	s.maxCGIt = int(option.Or(float64(m.MaxCGIt), float64(max(1, min(50, n/2)))))
	if s.eta == 0 || s.eta > 1 {
		s.eta = 0.25
	}
	s.eta = max(s.eta, 0)
	if s.stepMax <= 0 {
		s.stepMax = 10
	}
	if s.accuracy <= vec.Eps {
		s.accuracy = math.Sqrt(r.FuncError()) // of gradients with few digits, shorter steps see the rounding alone
	}
	mem := make(vec.Slab, 8*n)
	s.x, s.g, s.gs, s.p, s.xt, s.gt, s.scale, s.offset = mem.Take(n), mem.Take(n), mem.Take(n), mem.Take(n), mem.Take(n), mem.Take(n), mem.Take(n), mem.Take(n)
	copy(s.x, r.X0)
	copy(s.offset, r.X0)
	for i, v := range s.x {
		s.scale[i] = 1 + math.Abs(v)
		if s.lower != nil && !math.IsInf(s.upper[i]-s.lower[i], 1) && s.lower[i] < s.upper[i] {
			s.scale[i] = s.upper[i] - s.lower[i]
			s.offset[i] = s.lower[i] + s.scale[i]/2
		}
	}
	given := func(what string, v, to []float64) {
		if v == nil {
			return
		}
		if len(v) != n {
			search.Refuse("TNC: %s has length %d, x0 has %d", what, len(v), n)
		}
		copy(to, v)
	}
	given("Scale", m.Scale, s.scale)
	given("Offset", m.Offset, s.offset)
	for i, v := range s.scale {
		if !(v > 0) || math.IsInf(v, 1) {
			search.Refuse("TNC: Scale[%d] is %g, want a positive number", i, v)
		}
	}
	s.cg = newConjugate(s)
	s.phi = s.along
	return s
}

// project finds which variables are fixed (Bertsekas, "Projected Newton methods for optimization
// problems with simple constraints", SIAM J. Control Optim. 20 (1982)), and scales the gradient.
func (s *state) project() {
	for i, v := range s.g {
		s.gs[i] = s.unit * s.scale[i] * v
		s.fixed[i] = s.lower != nil && (s.x[i] <= s.lower[i] && v >= 0 || s.x[i] >= s.upper[i] && v <= 0)
	}
	size := s.size() * s.unit
	if size > 0 && vec.IsFinite(size) && math.Abs(math.Log10(size)) > s.rescale {
		s.unit /= size
		vec.Scale(1/size, s.gs)
		s.cg.rescale(1 / size)
	}
}

// size is the length of the scaled gradient of the free variables, without the factor of the function.
// It overwrites p.
func (s *state) size() float64 {
	for i, v := range s.gs {
		s.p[i] = 0
		if !s.fixed[i] {
			s.p[i] = v
		}
	}
	return vec.Norm2(s.p) / s.unit // does not overflow in between
}

// step moves to a better point: along the Newton direction, or where that leads to none along the
// steepest descent.
func (s *state) step() status.Code {
	s.cg.solve()
	why := s.line()
	s.predicted = -s.slope
	if why == status.Converged || why == status.Unbounded || 0 < s.predicted && s.predicted <= s.negligible() {
		return why
	}
	s.cg.forget()
	for i, v := range s.gs {
		s.p[i] = 0
		if !s.fixed[i] {
			s.p[i] = -v
		}
	}
	return s.line()
}

// negligible is the largest decrease that is both within FTol and within rounding.
func (s *state) negligible() float64 { return min(s.ftol, vec.Eps*math.Abs(s.f)) }

// line moves along p: to the projection of x + p if that is beyond a bound and low enough, or else by
// a line search up to the nearest bound and StepMax.
func (s *state) line() status.Code {
	s.slope = 0
	size := 0.0
	s.top = math.Inf(1)
	for i, v := range s.p {
		if v == 0 {
			continue
		}
		toBound := math.Inf(1)
		if s.lower != nil && v < 0 {
			toBound = (s.lower[i] - s.x[i]) / (s.scale[i] * v)
		} else if s.lower != nil {
			toBound = (s.upper[i] - s.x[i]) / (s.scale[i] * v)
		}
		if toBound <= 0 { // at a bound, with the descent within it
			s.p[i] = 0
			continue
		}
		if toBound < s.top {
			s.top, s.nearest = toBound, i
		}
		size += v * v
		s.slope += s.gs[i] * v / s.unit
	}
	size = math.Sqrt(size)
	if !(-s.slope > s.negligible()) || !vec.IsFinite(size) {
		return status.LineSearchFailed
	}
	long := s.stepMax / size
	s.short = true
	if s.top < min(1, long) && s.projectedStep(min(1, long)) {
		s.move()
		return status.Converged
	}
	atMost := min(s.top, long)
	first := min(1, atMost)
	if a := -2 * math.Abs(s.f-s.minFev) / s.slope; a > 0 && a < first {
		first = a
	}
	a, small, why := linesearch.Descend(s.phi, s.f, s.slope, first, decrease, s.eta, 1e-10, atMost, 30)
	if why != status.Converged {
		return why
	}
	s.short = !small
	if a == long {
		s.stepMax *= 10
	}
	s.move()
	return status.Converged
}

// projectedStep tries the projection of x + a p, where several bounds may hold at once, and
// reports whether the function is low enough there (Bertsekas, equation 12).
func (s *state) projectedStep(a float64) bool {
	f, _ := s.along(a)
	change := 0.0
	for i, v := range s.xt {
		change += s.g[i] * (v - s.x[i])
	}
	return f <= s.f+decrease*change && vec.IsFinite(f) && vec.AllFinite(s.gt)
}

// move goes to the point last tried.
func (s *state) move() {
	s.moved = s.cg.keep()
	s.x, s.xt = s.xt, s.x
	s.g, s.gt = s.gt, s.g
	s.f = s.ft
}

// along is the function and its slope a step away.
func (s *state) along(a float64) (f, g float64) {
	for i, v := range s.p {
		s.xt[i] = s.x[i] + a*s.scale[i]*v
	}
	s.clip(s.xt)
	if i := s.nearest; a == s.top { // exactly
		if s.p[i] < 0 {
			s.xt[i] = s.lower[i]
		} else {
			s.xt[i] = s.upper[i]
		}
	}
	s.ft = s.r.Value(s.xt)
	s.r.Gradient(s.xt, s.gt)
	for i, v := range s.p {
		g += s.gt[i] * s.scale[i] * v
	}
	return s.ft, g
}

// clip moves x into the bounds.
func (s *state) clip(x []float64) {
	for i := range s.lower {
		x[i] = min(max(x[i], s.lower[i]), s.upper[i])
	}
}
