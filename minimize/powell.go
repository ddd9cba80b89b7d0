package minimize

import (
	"math"
	"slices"

	"gonum.org/v1/gonum/mat"

	"github.com/argmin-go/argmin/minimize/internal/linemin"
	"github.com/argmin-go/argmin/minimize/internal/search"
	"github.com/argmin-go/argmin/minimize/internal/vec"
	"github.com/argmin-go/argmin/status"
)

// Powell is Powell's method of conjugate directions, which needs only values. It is for smooth
// functions of few variables.
//
// It minimizes along one direction after the other. When an iteration has gone through all, the
// direction of the largest decrease is replaced by the direction of the whole iteration, if this is
// likely to keep the directions independent. Along a line it brackets a minimum downhill and finds
// it by Brent's method to a hundred times XTol, as [scalar.Bracket] and [scalar.Brent] do. Within
// bounds it evaluates no point outside. A bound towards which the function falls is tried itself, so
// that active bounds are met exactly; and where the search would end at a bound with directions
// other than the first ones, it starts once more with the first ones.
//
// It stops when an iteration lowers the value by at most a fraction FTol of it (status 0), after
// MaxFev evaluations (1), after MaxIter iterations (2), and when the value is not finite (3). NaN
// counts as +Inf. If only one of the two limits is set there is no other; if none is, both are
// 1000n. The result has Directions.
//
// Powell, "An efficient method for finding the minimum of a function of several variables without
// calculating derivatives", Computer J. 7 (1964), with the choice of the direction to replace of
// Press, Teukolsky, Vetterling & Flannery, "Numerical Recipes", section 10.5 (10.7 of the third
// edition).
type Powell struct {
	XTol    float64     `opt:"xtol"`    // relative error of x at the end; default 1e-4
	FTol    float64     `opt:"ftol"`    // relative decrease of the value at the end; default 1e-4
	MaxIter int         `opt:"maxiter"` // most iterations; default 1000n or no limit
	MaxFev  int         `opt:"maxfev"`  // most evaluations; default 1000n or no limit
	Direc   [][]float64 `opt:"direc"`   // the first n directions; default the axes. The search stays in their span
}

func (Powell) Name() string { return "Powell" }

func (Powell) Capability() Capability {
	return Capability{Bounds: true, DerivativeFree: true, Dense: true}
}

func (m Powell) minimize(r *search.Run) search.Outcome {
	n := r.N()
	maxIter, maxFev := searchLimits(m.MaxIter, m.MaxFev, 1000*n)
	xtol, ftol := r.Tolerance(m.XTol, 1e-4), r.Tolerance(m.FTol, 1e-4)
	s := &powellSearch{r: r, xtol: xtol, maxFev: maxFev, x: slices.Clone(r.X0), point: make([]float64, n)}
	s.value = s.at
	direc, first := m.directions(n), m.directions(n)
	step, from := make([]float64, n), slices.Clone(r.X0)
	end := func(reason status.Code, scipy int, message string) search.Outcome {
		return search.Outcome{X: s.x, Fun: s.f, Status: reason, SciPyStatus: scipy, Message: message, Directions: direc, Asked: !spans(first)}
	}
	if maxFev <= 0 {
		s.f = math.NaN()
		return end(status.EvaluationLimit, 1, search.MsgMaxFev)
	}
	s.f = s.evaluate(s.x)
	if maxIter <= 0 {
		return end(status.IterationLimit, 2, search.MsgMaxIter)
	}
	replaced := false
	for {
		before, drop, dropped := s.f, 0.0, 0
		for i, d := range direc {
			f := s.f
			copy(step, d)
			s.line(step)
			if s.out {
				return end(status.EvaluationLimit, 1, search.MsgMaxFev)
			}
			if math.IsInf(s.f, -1) || s.endless {
				return end(status.Unbounded, 3, "The function falls without end.")
			}
			if f-s.f > drop {
				drop, dropped = f-s.f, i
			}
		}
		r.Iterated(s.x, s.f, nil)
		if math.IsInf(s.f, 1) {
			return end(status.NonFinite, 3, search.MsgNaN)
		}
		// 1e-20, SciPy's, is for a minimum of 0.
		small := !math.IsInf(before, 1) && 2*(before-s.f) <= ftol*(math.Abs(before)+math.Abs(s.f))+1e-20
		if small && !(replaced && s.onBound()) {
			return end(status.Converged, 0, search.MsgSuccess)
		}
		if r.NIter >= maxIter {
			return end(status.IterationLimit, 2, search.MsgMaxIter)
		}
		if small { // the directions may all lead out
			for i, d := range first {
				copy(direc[i], d)
			}
			replaced = false
			continue
		}
		// The direction of the whole iteration, with the line after the one before, and a
		// point as far beyond.
		for i, v := range s.x {
			step[i] = v - from[i]
		}
		copy(from, s.x)
		s.along(step)
		beyond := s.at(min(1, s.hi))
		if s.out {
			return end(status.EvaluationLimit, 1, search.MsgMaxFev)
		}
		if beyond < before {
			a, b := before-s.f-drop, before-beyond
			if 2*(before+beyond-2*s.f)*a*a < drop*b*b {
				s.line(step)
				if vec.Norm(step, 0) > 0 {
					last := len(direc) - 1
					copy(direc[dropped], direc[last])
					copy(direc[last], step)
					replaced = true
				}
			}
		}
	}
}

// directions are the first directions.
func (m Powell) directions(n int) [][]float64 {
	d := make([][]float64, n)
	if m.Direc == nil {
		for i := range d {
			d[i] = make([]float64, n)
			d[i][i] = 1
		}
		return d
	}
	if len(m.Direc) != n {
		search.Refuse("Powell: Direc has %d directions, want %d", len(m.Direc), n)
	}
	for i, v := range m.Direc {
		checkRow("Powell", "Direc", "direction", i, v, n)
		d[i] = slices.Clone(v)
	}
	return d
}

// spans reports whether directions span the whole space.
func spans(d [][]float64) bool {
	a := mat.NewDense(len(d), len(d), nil)
	for i, v := range d {
		a.SetRow(i, v)
		if s := vec.Norm2(v); s > 0 {
			vec.Scale(1/s, a.RawRowView(i))
		}
	}
	return mat.Cond(a, 2) < 1/vec.Eps
}

// powellSearch minimizes along lines.
type powellSearch struct {
	r       *search.Run
	xtol    float64
	maxFev  int
	out     bool // no evaluations are left
	endless bool // the function falls without end along a line

	x []float64 // the point, and the value there
	f float64

	// The line x + t d for lo ≤ t ≤ hi, at whose ends a variable meets a bound.
	d          []float64
	lo, hi     float64
	atLo, atHi int // which variable; -1: none
	point      []float64
	value      func(t float64) float64 // at
}

// evaluate is the value at a point: +Inf where it is NaN or no evaluations are left.
func (s *powellSearch) evaluate(x []float64) float64 {
	if s.out = s.out || s.r.NFev >= s.maxFev; s.out {
		return math.Inf(1)
	}
	f := s.r.Value(x)
	if math.IsNaN(f) {
		f = math.Inf(1)
	}
	return f
}

// along makes d the direction of the line.
func (s *powellSearch) along(d []float64) {
	s.d, s.lo, s.hi, s.atLo, s.atHi = d, math.Inf(-1), math.Inf(1), -1, -1
	for i, l := range s.r.Lower {
		if d[i] == 0 {
			continue
		}
		lo, hi := (l-s.x[i])/d[i], (s.r.Upper[i]-s.x[i])/d[i]
		if d[i] < 0 {
			lo, hi = hi, lo
		}
		if lo > s.lo {
			s.lo, s.atLo = lo, i
		}
		if hi < s.hi {
			s.hi, s.atHi = hi, i
		}
	}
}

// to sets point to the point of the line at t.
func (s *powellSearch) to(t float64) {
	for i, v := range s.x {
		s.point[i] = v + t*s.d[i]
	}
	for i, l := range s.r.Lower {
		s.point[i] = min(max(s.point[i], l), s.r.Upper[i])
	}
	// At its ends a variable meets its bound, in spite of rounding.
	if i := s.atHi; t == s.hi && i >= 0 {
		s.point[i] = s.r.Upper[i]
		if s.d[i] < 0 {
			s.point[i] = s.r.Lower[i]
		}
	}
	if i := s.atLo; t == s.lo && i >= 0 {
		s.point[i] = s.r.Lower[i]
		if s.d[i] < 0 {
			s.point[i] = s.r.Upper[i]
		}
	}
}

// at is the value of the line at t, +Inf outside of the bounds.
func (s *powellSearch) at(t float64) float64 {
	if t < s.lo || t > s.hi {
		return math.Inf(1)
	}
	s.to(t)
	if math.IsInf(vec.Norm(s.point, 0), 1) { // only a function that falls so far leads there
		s.endless = true
		return math.Inf(1)
	}
	return s.evaluate(s.point)
}

// line moves x to a minimum along d, and sets d to the step made.
func (s *powellSearch) line(d []float64) {
	s.along(d)
	t, f := 0.0, s.f
	if vec.Norm(d, 0) > 0 && (s.lo < 0 || s.hi > 0) {
		t, f = s.minimum()
	}
	if t == 0 || !(f < s.f) {
		clear(d)
		return
	}
	s.to(t)
	s.x, s.point = s.point, s.x
	s.f = f
	for i := range d {
		d[i] *= t
	}
}

// minimum finds one along the line.
func (s *powellSearch) minimum() (t, f float64) {
	b := linemin.Bracket{XA: 0, FA: s.f, XB: 1, FB: s.at(1)}
	if reason, _ := b.Search(s.value, linemin.GrowLimit, linemin.MaxIter); reason != status.Converged {
		s.endless = s.endless || reason == status.Unbounded || reason == status.IterationLimit
		return b.XB, b.FB
	}
	if b.XA > b.XC {
		b.XA, b.XC, b.FA, b.FC = b.XC, b.XA, b.FC, b.FA
	}
	// What lies outside of the bounds gives way to them. A bound with a value below is
	// the minimum, unless the function falls from there inwards.
	if b.XA < s.lo {
		if b.XA, b.FA = s.lo, b.FB; b.XB != s.lo {
			b.FA = s.at(s.lo)
		}
	}
	if b.XC > s.hi {
		if b.XC, b.FC = s.hi, b.FB; b.XB != s.hi {
			b.FC = s.at(s.hi)
		}
	}
	if b.FA > b.FC {
		b.XA, b.XC, b.FA, b.FC = b.XC, b.XA, b.FC, b.FA
	}
	if b.FA <= b.FB && (b.XA == s.lo || b.XA == s.hi) {
		if b.XB != b.XA {
			b.XC, b.FC = b.XB, b.FB
		}
		b.XB = b.XA + max(s.xtol, math.Sqrt(vec.Eps))*(b.XC-b.XA)
		if b.FB = s.at(b.XB); !(b.FB < b.FA) {
			return b.XA, b.FA
		}
	}
	// Rel, MaxIter and the digits of the golden section are SciPy's.
	l := linemin.Brent{Rel: 100 * s.xtol, Abs: linemin.AbsTol, Golden: 0.3819660, MaxIter: 500, Nit: new(int)}
	t, f, _ = l.Between(s.value, b)
	return t, f
}

// onBound reports whether a variable is on a bound.
func (s *powellSearch) onBound() bool {
	for i, l := range s.r.Lower {
		if l < s.r.Upper[i] && (s.x[i] == l || s.x[i] == s.r.Upper[i]) {
			return true
		}
	}
	return false
}
