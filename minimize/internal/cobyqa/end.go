package cobyqa

import (
	"math"

	"gonum.org/v1/gonum/mat"

	"github.com/argmin-go/argmin/minimize/internal/search"
	"github.com/argmin-go/argmin/minimize/internal/vec"
	"github.com/argmin-go/argmin/status"
)

// nearRadii is how many of the last radii from it a constraint or bound is active at the end, if it is at most
// nearLimit times max(1, |limit|) from its limit: our choices.
const (
	nearRadii = 10
	nearLimit = 1e-3
)

// nearRadius is the radius of the search from an x0 that is better than the end, from which it does not go to bounds;
// our choice.
const nearRadius = 1e-3

// above reports whether a success is above the value at x0, f0, where that is feasible. It evaluates there only if the
// search did not begin there but at a bound near it.
func (s *state) above(o search.Outcome) (f0 float64, above bool) {
	if o.Status != status.Converged || o.SciPyStatus != 0 || !s.moved {
		return 0, false
	}
	f0 = s.r.Value(s.r.X0)
	if k := s.r.Constraints; k != nil {
		k.Values(s.r.X0, s.all)
		if search.BoundViolation(s.all, k.Lower, k.Upper) > s.feas {
			return 0, false
		}
	}
	return f0, o.Fun > f0+1e-8*max(math.Abs(f0), math.Abs(o.Fun))
}

// outcome is how the search ended, with the multipliers of the last models after a success.
func (s *state) outcome() search.Outcome {
	o := s.problem.outcome()
	if o.Status == status.Converged && s.models != nil {
		s.setMultipliers(&o)
	}
	return o
}

// setMultipliers sets the multipliers and the norm of the gradient of the Lagrangian by the last models, at their
// best point: the nonnegative ones of what is active for which the gradient is least.
func (s *state) setMultipliers(o *search.Outcome) {
	w := s.steps
	s.linearize()
	m := len(w.source)
	w.near = w.near[:0]
	for j := w.v.A.Free; j < m; j++ {
		limit := 0.0
		if i := w.source[j]; i >= 0 {
			limit = s.rows[i].upper
		} else {
			limit = s.rows[^i].lower
		}
		if w.v.C[j] >= -min(nearRadii*s.rho*vec.Norm2(w.v.A.Rows[j*s.n:(j+1)*s.n]), nearLimit*max(1, math.Abs(limit))) {
			w.near = append(w.near, j)
		}
	}
	for i := range s.n {
		if w.v.Upper[i] <= nearRadii*s.rho {
			w.near = append(w.near, m+i)
		}
		if w.v.Lower[i] >= -nearRadii*s.rho {
			w.near = append(w.near, m+s.n+i)
		}
	}
	k, q := s.r.N(), &s.quad[0]
	o.Model = &search.Model{Slope: make([]float64, k), Width: make([]float64, k), Curvature: make([]float64, k), Hess: mat.NewSymDense(k, nil)}
	for i, k := range s.free {
		u := s.unit[i]
		o.Model.Slope[k], o.Model.Width[k], o.Model.Curvature[k] = w.g[i]/u, s.rho*u, q.b[i*s.n+i]/(u*u)
		for j, l := range s.free[:i+1] {
			o.Model.Hess.SetSym(l, k, q.b[i*s.n+j]/(u*s.unit[j]))
		}
	}
	if c := s.r.Constraints; c != nil {
		o.Model.Constraints = mat.NewDense(c.Rows(), s.r.N(), nil)
		g := make([]float64, s.n)
		for j, row := range s.rows {
			s.quad[j+1].gradientAt(s.y[s.opt], g)
			for i, k := range s.free {
				o.Model.Constraints.Set(row.index, k, g[i]/s.unit[i])
			}
		}
	}
	w.cone.Project(w.g, &w.v.A, w.near)
	if s.r.Constraints != nil {
		o.Multipliers = make([]float64, s.r.Constraints.Rows())
	}
	if s.r.Lower != nil {
		o.BoundMultipliers = make([]float64, s.r.N())
	}
	for k, j := range w.cone.Active {
		switch l := w.cone.Lambda[k]; {
		case j < m && w.source[j] >= 0:
			o.Multipliers[s.rows[w.source[j]].index] -= l
		case j < m:
			o.Multipliers[s.rows[^w.source[j]].index] += l
		case j < m+s.n:
			o.BoundMultipliers[s.free[j-m]] -= l / s.unit[j-m]
		default:
			o.BoundMultipliers[s.free[j-m-s.n]] += l / s.unit[j-m-s.n]
		}
	}
	for i, v := range w.cone.S {
		o.Optimality = max(o.Optimality, math.Abs(v)/s.unit[i])
	}
}
