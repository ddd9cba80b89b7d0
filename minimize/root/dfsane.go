package root

import (
	"math"

	"github.com/argmin-go/argmin/internal/option"
	"github.com/argmin-go/argmin/minimize/internal/search"
	"github.com/argmin-go/argmin/minimize/internal/vec"
	"github.com/argmin-go/argmin/status"
)

// DFSane is the derivative-free spectral residual method: steps along ±F of the length
// that the last step suggests, with a search that lets |F|² grow for a while. It keeps a
// few vectors only, for very many unknowns.
//
// It stops when |F| is at most FAtol + FTol |F(x0)| (status 1), after MaxFev
// evaluations (2), and when no step is found (3).
//
// La Cruz, Martínez & Raydan, "Spectral residual method without gradient information
// for solving large-scale nonlinear systems of equations", Math. Comp. 75 (2006), with
// the search of Cheng & Li, "Nonmonotone derivative-free methods for nonlinear
// equations", 2009, or the first paper's.
type DFSane struct {
	FTol       float64 `opt:"ftol"`        // relative |F| at the end; default 1e-8
	FAtol      float64 `opt:"fatol"`       // |F| at the end; default 1e-300
	MaxFev     int     `opt:"maxfev"`      // evaluations at most; default 1000
	Sigma0     float64 `opt:"sigma_0"`     // the first length; default 1
	SigmaEps   float64 `opt:"sigma_eps"`   // lengths are within SigmaEps and 1/SigmaEps; default 1e-10
	M          int     `opt:"M"`           // values that the search compares with; default 10
	LineSearch string  `opt:"line_search"` // "cruz" (the default) or "cheng"
}

// Name is "df-sane".
func (DFSane) Name() string { return "df-sane" }

// Constants of the paper: the decrease that a step must have, and within which parts of a
// step the next is.
const (
	dfsaneGamma    = 1e-4
	dfsaneLow      = 0.1
	dfsaneHigh     = 0.5
	dfsaneShortest = 1e-100 // a step that is shorter has failed
	dfsaneDecay    = 0.85   // of the weights of Cheng & Li's average, their η
)

func (m DFSane) root(r *run) outcome {
	if m.LineSearch != "" && m.LineSearch != "cruz" && m.LineSearch != "cheng" {
		search.Refuse("df-sane: LineSearch is %q, want cruz or cheng", m.LineSearch)
	}
	s := newSpectral(r, option.Or(m.MaxFev, 1000))
	f0 := vec.Norm2(s.f)
	s.value = f0 * f0
	if !vec.IsFinite(s.value) {
		return s.end(status.NonFinite, 3, "The values at the start are not finite.")
	}
	goal := option.Or(m.FAtol, 1e-300) + r.tolerance(m.FTol, 1e-8)*f0
	sigma, least := option.Or(m.Sigma0, 1), option.Or(m.SigmaEps, 1e-10)
	past := newPast(s.value, m.LineSearch == "cheng", max(option.Or(m.M, 10), 1))
	for k := 0; vec.Norm2(s.f) > goal; k++ {
		sigma = math.Copysign(min(max(math.Abs(sigma), least), 1/least), sigma)
		if math.IsNaN(sigma) {
			sigma = 1
		}
		eta := f0 * f0 / float64((1+k)*(1+k)) // by which |F|² may grow; the sum is finite
		value, failed := s.search(sigma, past.bound()+eta)
		if failed != nil {
			return *failed
		}
		sigma = s.take(value)
		past.add(value, eta)
		r.iterated(s.x, s.f)
	}
	return s.end(status.Converged, 1, "successful convergence")
}

// spectral is the state of a search by [DFSane].
type spectral struct {
	r           *run
	maxFev      int
	x, f        []float64 // the point and the values there
	value       float64   // |f|²
	next, nextF []float64 // the point last tried
}

func newSpectral(r *run, maxFev int) *spectral {
	n := r.n()
	mem := make(vec.Slab, 4*n)
	s := &spectral{r: r, maxFev: maxFev, x: mem.Take(n), f: mem.Take(n), next: mem.Take(n), nextF: mem.Take(n)}
	copy(s.x, r.x0)
	r.values(s.x, s.f)
	return s
}

// search tries steps a sigma along -f and f by turns, each time shorter, until |F|² is at
// most bound less a little. It returns |F|² there.
func (s *spectral) search(sigma, bound float64) (value float64, failed *outcome) {
	steps := [2]float64{1, -1}
	for steps[0] >= dfsaneShortest {
		for i, a := range steps {
			if s.r.sys.NFev >= s.maxFev {
				o := s.end(status.EvaluationLimit, 2, "too many function evaluations required")
				return 0, &o
			}
			for k, v := range s.f {
				s.next[k] = s.x[k] - a*sigma*v
			}
			s.r.values(s.next, s.nextF)
			value = vec.Dot(s.nextF, s.nextF)
			if value <= bound-dfsaneGamma*a*a*s.value {
				return value, nil
			}
			steps[i] = s.shorter(a, value)
		}
	}
	o := s.end(status.LineSearchFailed, 3, "no step along F lowers its norm")
	return 0, &o
}

// shorter is the step to try after a, where |F|² is value: to the minimum of the parabola,
// within limits, or half of a if there are no numbers.
func (s *spectral) shorter(a, value float64) float64 {
	size := math.Abs(a)
	t := size * size * s.value / (value + (2*size-1)*s.value)
	if math.IsNaN(t) {
		t = dfsaneHigh * size
	}
	return math.Copysign(min(max(t, dfsaneLow*size), dfsaneHigh*size), a)
}

// take moves to the point last tried, with |F|² = value, and returns the spectral length
// sᵀs / sᵀy of the step s, over which F has changed by y.
func (s *spectral) take(value float64) float64 {
	ss, sy := 0.0, 0.0
	for i, v := range s.next {
		d, y := v-s.x[i], s.nextF[i]-s.f[i]
		ss += d * d
		sy += d * y
	}
	s.x, s.next = s.next, s.x
	s.f, s.nextF = s.nextF, s.f
	s.value = value
	return ss / sy
}

func (s *spectral) end(why status.Code, code int, message string) outcome {
	return outcome{s.x, s.f, why, code, message}
}

// past is |F|² at the points so far: the last ones, and Cheng & Li's weighted average.
type past struct {
	cheng           bool // the average counts, not the last
	memory          int  // how many are kept
	last            []float64
	average, weight float64
}

func newPast(value float64, cheng bool, memory int) *past {
	return &past{cheng: cheng, memory: memory, last: []float64{value}, average: value, weight: 1}
}

// bound is the value that a step may reach.
func (p *past) bound() float64 {
	if p.cheng {
		return p.average
	}
	bound := p.last[0]
	for _, v := range p.last {
		bound = max(bound, v)
	}
	return bound
}

func (p *past) add(value, eta float64) {
	if p.last = append(p.last, value); len(p.last) > p.memory {
		p.last = p.last[1:]
	}
	weight := p.weight*dfsaneDecay + 1
	p.average = (p.weight*dfsaneDecay*(p.average+eta) + value) / weight
	p.weight = weight
}
