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
// few vectors alone, for very many unknowns.
//
// It stops when |F| is at most FAtol + FTol |F(x0)| (status 1), after MaxFev
// evaluations (2), and when no step is found (3).
//
// La Cruz, Martínez & Raydan, "Spectral residual method without gradient information
// for solving large-scale nonlinear systems of equations", Math. Comp. 75 (2006), with
// the search of Cheng & Li, "Nonmonotone derivative-free methods for nonlinear
// equations", 2009, or the first paper's.
type DFSane struct {
	FTol       float64 `opt:"ftol"`        // relative |F| at the end; 0 means 1e-8, negative zero
	FAtol      float64 `opt:"fatol"`       // |F| at the end; 0 means 1e-300, negative zero
	MaxFev     int     `opt:"maxfev"`      // evaluations at most; 0 means 1000
	Sigma0     float64 `opt:"sigma_0"`     // the first length; 0 means 1
	SigmaEps   float64 `opt:"sigma_eps"`   // lengths are within SigmaEps and 1/SigmaEps; 0 means 1e-10
	M          int     `opt:"M"`           // values that the search compares with; 0 means 10
	LineSearch string  `opt:"line_search"` // "cruz" (the default) or "cheng"
}

// Name is "df-sane".
func (DFSane) Name() string { return "df-sane" }

func (m DFSane) root(r *run) outcome {
	if m.LineSearch != "" && m.LineSearch != "cruz" && m.LineSearch != "cheng" {
		search.Refuse("df-sane: LineSearch is %q, want cruz or cheng", m.LineSearch)
	}
	n := r.n()
	ftol, fatol := r.tolerance(m.FTol, 1e-8), option.Or(m.FAtol, 1e-300)
	maxFev, memory := m.MaxFev, m.M
	if maxFev <= 0 {
		maxFev = 1000
	}
	if memory <= 0 {
		memory = 10
	}
	sigma, least := option.Or(m.Sigma0, 1), option.Or(m.SigmaEps, 1e-10)
	x, f, next, nextF := make([]float64, n), make([]float64, n), make([]float64, n), make([]float64, n)
	copy(x, r.x0)
	r.values(x, f)
	end := func(reason status.Code, status int, message string) outcome {
		return outcome{x, f, reason, status, message}
	}
	f0 := vec.Norm2(f)
	value := f0 * f0
	if math.IsNaN(value) || math.IsInf(value, 0) {
		return end(status.NonFinite, 3, "The values at the start are not finite.")
	}
	goal := fatol + ftol*f0
	last := []float64{value}
	average, weight := value, 1.0 // Cheng & Li's
	for k := 0; ; k++ {
		if vec.Norm2(f) <= goal {
			return end(status.Converged, 1, "successful convergence")
		}
		sigma = math.Copysign(min(max(math.Abs(sigma), least), 1/least), sigma)
		if math.IsNaN(sigma) {
			sigma = 1
		}
		eta := f0 * f0 / float64((1+k)*(1+k))
		bound := average
		if m.LineSearch != "cheng" {
			bound = last[0]
			for _, v := range last {
				bound = max(bound, v)
			}
		}
		const gamma, low, high = 1e-4, 0.1, 0.5
		plus, minus := 1.0, 1.0
		var sq float64
		found := false
		for !found {
			for _, a := range []*float64{&plus, &minus} {
				sign := 1.0
				if a == &minus {
					sign = -1
				}
				for i, v := range f {
					next[i] = x[i] - sign**a*sigma*v
				}
				if r.sys.NFev >= maxFev {
					return end(status.EvaluationLimit, 2, "too many function evaluations required")
				}
				r.values(next, nextF)
				sq = vec.Dot(nextF, nextF)
				if sq <= bound+eta-gamma**a**a*value {
					found = true
					break
				}
				// The minimum of the parabola, within limits; halves where there are no numbers.
				t := *a * *a * value / (sq + (2**a-1)*value)
				if math.IsNaN(t) {
					t = high * *a
				}
				*a = min(max(t, low**a), high**a)
			}
			if plus < 1e-100 {
				return end(status.LineSearchFailed, 3, "no step along F lowers its norm")
			}
		}
		ss, sy := 0.0, 0.0
		for i := range x {
			s, y := next[i]-x[i], nextF[i]-f[i]
			ss += s * s
			sy += s * y
		}
		sigma = ss / sy
		x, next = next, x
		f, nextF = nextF, f
		value = sq
		if last = append(last, value); len(last) > memory {
			last = last[1:]
		}
		q := weight*0.85 + 1
		average = (weight*0.85*(average+eta) + value) / q
		weight = q
		r.iterated(x, f)
	}
}
