package root

import (
	"math"

	"github.com/argmin-go/argmin/internal/option"
	"github.com/argmin-go/argmin/minimize/internal/search"
	"github.com/argmin-go/argmin/minimize/internal/vec"
	"github.com/argmin-go/argmin/status"
)

// DFSane is the derivative-free spectral residual method (DF-SANE), for very many unknowns and
// an F that is cheap to evaluate. It steps along -F or F, by a length that the last step
// suggests, and accepts steps by a search that lets |F|² grow for a while. It stores a few
// vectors of length n; an iteration costs one evaluation, or a few where a step is refused.
//
// It stops when |F| is at most FAtol + FTol |F(x0)| (SciPyStatus 1), after MaxFev evaluations
// (2), and when no step is found (3). |·| is the Euclidean norm.
//
// La Cruz, Martínez & Raydan, "Spectral residual method without gradient information for solving
// large-scale nonlinear systems of equations", Math. Comp. 75 (2006), algorithm DF-SANE.
// With LineSearch "cheng" the value that steps are compared with is from Cheng & Li,
// "Nonmonotone derivative-free methods for nonlinear equations", IMA J. Numer. Anal. 29 (2009).
type DFSane struct {
	FTol       float64 `opt:"ftol"`        // bound of |F| at the end, relative to |F(x0)|; default 1e-8
	FAtol      float64 `opt:"fatol"`       // bound of |F| at the end, in addition; default 1e-300
	MaxFev     int     `opt:"maxfev"`      // largest number of evaluations; default 1000
	Sigma0     float64 `opt:"sigma_0"`     // the first spectral coefficient: the first step is -Sigma0 F; default 1
	SigmaEps   float64 `opt:"sigma_eps"`   // spectral coefficients lie between SigmaEps and 1/SigmaEps; default 1e-10
	M          int     `opt:"M"`           // number of past |F|² that a step is compared with, at least 1; default 10
	LineSearch string  `opt:"line_search"` // "cruz" (the default): against the largest of the last M |F|²; "cheng": against a mean of all
}

// Name returns "df-sane".
func (DFSane) Name() string { return "df-sane" }

// Constants of the search, named as in the paper where it has them. Their values are from
// the paper's experiments, which SciPy has too.
const (
	dfsaneGamma    = 1e-4   // γ: a step must lower f by γα²f(x) below the bound
	dfsaneTauMin   = 0.1    // τmin and τmax: the next α is between these parts of the last
	dfsaneTauMax   = 0.5    //
	dfsaneShortest = 1e-100 // the search fails when α is shorter; the paper has no limit
	dfsaneDecay    = 0.85   // η of Cheng & Li: by how much each iteration lowers the weight of the past
)

// root is algorithm DF-SANE. In the paper's words f(x) is |F(x)|², σ the spectral coefficient,
// and η of iteration k is what f may grow by.
func (m DFSane) root(r *run) outcome {
	if m.LineSearch != "" && m.LineSearch != "cruz" && m.LineSearch != "cheng" {
		search.Refuse("df-sane: LineSearch is %q, want cruz or cheng", m.LineSearch)
	}
	s := newSpectral(r, option.Or(m.MaxFev, 1000))
	f0 := vec.Norm2(s.residual)
	s.f = f0 * f0
	if !vec.IsFinite(s.f) {
		return s.end(status.NonFinite, 3, "The values at the start are not finite.")
	}
	goal := option.Or(m.FAtol, 1e-300) + r.tolerance(m.FTol, 1e-8)*f0
	sigmaMin := option.Or(m.SigmaEps, 1e-10)
	sigma := option.Or(m.Sigma0, 1)
	past := newPast(s.f, m.LineSearch == "cheng", max(option.Or(m.M, 10), 1))
	for k := 0; ; k++ {
		if size := vec.Norm2(s.residual); size <= goal {
			if r.isRoot(s.x, s.residual) {
				return s.end(status.Converged, 1, "successful convergence")
			}
			goal = size / 10 // a choice: ask again at values this small
		}
		sigma = bounded(sigma, sigmaMin)
		eta := f0 * f0 / float64((1+k)*(1+k)) // Σ η is finite
		f, failed := s.search(sigma, past.bound()+eta)
		if failed != nil {
			return *failed
		}
		sigma = s.take(f)
		past.add(f, eta)
		r.iterated(s.x, s.residual)
	}
}

// bounded is σ with σmin ≤ |σ| ≤ 1/σmin and the same sign (step 1); 1 in place of NaN.
func bounded(sigma, sigmaMin float64) float64 {
	if math.IsNaN(sigma) {
		return 1
	}
	return math.Copysign(min(max(math.Abs(sigma), sigmaMin), 1/sigmaMin), sigma)
}

// spectral is the state of a search by [DFSane].
type spectral struct {
	r                  *run
	maxFev             int
	x, residual        []float64 // the point and F there
	f                  float64   // |F|²
	next, nextResidual []float64 // the point last tried and F there
}

// newSpectral evaluates F at the start.
func newSpectral(r *run, maxFev int) *spectral {
	n := r.n()
	mem := make(vec.Slab, 4*n)
	s := &spectral{r: r, maxFev: maxFev, x: mem.Take(n), residual: mem.Take(n), next: mem.Take(n), nextResidual: mem.Take(n)}
	copy(s.x, r.x0)
	r.values(s.x, s.residual)
	return s
}

// search is step 2: with d = -σF it tries x + α₊d and x - α₋d in turn, with shorter and shorter
// steps, until f there is at most bound - γα²f(x). It returns this f.
func (s *spectral) search(sigma, bound float64) (f float64, failed *outcome) {
	signs := [2]float64{1, -1}
	alphas := [2]float64{1, 1} // α₊, α₋
	for alphas[0] >= dfsaneShortest {
		for i, alpha := range alphas {
			if s.r.sys.NFev >= s.maxFev {
				o := s.end(status.EvaluationLimit, 2, "too many function evaluations required")
				return 0, &o
			}
			step := signs[i] * alpha * sigma
			for k, v := range s.residual {
				s.next[k] = s.x[k] - step*v
			}
			s.r.values(s.next, s.nextResidual)
			f = vec.Dot(s.nextResidual, s.nextResidual)
			if f <= bound-dfsaneGamma*alpha*alpha*s.f {
				return f, nil
			}
			alphas[i] = s.shorter(alpha, f)
		}
	}
	o := s.end(status.LineSearchFailed, 3, "no step along F lowers its norm")
	return 0, &o
}

// shorter returns the α to try after one that reached f. The parabola in α with the value f(x)
// and the slope -2f(x) at 0, and the value f at α, has its minimum at α²f(x)/(f + (2α-1)f(x));
// the next α is this minimum, kept between τmin α and τmax α. Where it is not a number, α is
// multiplied by τmax.
func (s *spectral) shorter(alpha, f float64) float64 {
	next := alpha * alpha * s.f / (f + (2*alpha-1)*s.f)
	if math.IsNaN(next) {
		next = dfsaneTauMax * alpha
	}
	return min(max(next, dfsaneTauMin*alpha), dfsaneTauMax*alpha)
}

// take moves to the point last tried, where |F|² is f. It returns the spectral coefficient of
// this step, sᵀs/sᵀy, with s the change of x and y the change of F.
func (s *spectral) take(f float64) (sigma float64) {
	ss, sy := 0.0, 0.0
	for i, v := range s.next {
		d, y := v-s.x[i], s.nextResidual[i]-s.residual[i]
		ss += d * d
		sy += d * y
	}
	s.x, s.next = s.next, s.x
	s.residual, s.nextResidual = s.nextResidual, s.residual
	s.f = f
	return ss / sy
}

func (s *spectral) end(why status.Code, code int, message string) outcome {
	return outcome{s.x, s.residual, why, code, message}
}

// past has |F|² at the points so far: the last M of them, and Cheng & Li's weighted average C,
// which is updated by Q⁺ = ηQ + 1 and C⁺ = (ηQ(C + ηₖ) + f)/Q⁺ (after Zhang & Hager).
type past struct {
	cheng  bool // steps are compared with the average, not with the largest
	memory int  // M
	last   []float64
	c, q   float64 // the average and its weight
}

func newPast(f float64, cheng bool, memory int) *past {
	return &past{cheng: cheng, memory: memory, last: []float64{f}, c: f, q: 1}
}

// bound is the f that a step is compared with.
func (p *past) bound() float64 {
	if p.cheng {
		return p.c
	}
	bound := p.last[0]
	for _, f := range p.last {
		bound = max(bound, f)
	}
	return bound
}

func (p *past) add(f, eta float64) {
	if p.last = append(p.last, f); len(p.last) > p.memory {
		p.last = p.last[1:]
	}
	q := p.q*dfsaneDecay + 1
	p.c = (p.q*dfsaneDecay*(p.c+eta) + f) / q
	p.q = q
}
