package cobyla

import (
	"fmt"
	"math"
	"slices"

	"gonum.org/v1/gonum/mat"

	"github.com/argmin-go/argmin/minimize/internal/search"
	"github.com/argmin-go/argmin/minimize/internal/trqp"
	"github.com/argmin-go/argmin/minimize/internal/vec"
	"github.com/argmin-go/argmin/status"
)

// sameRadii is how many of the last radii apart the answer may be from the point at which the search stopped, and
// nearRadii how many from it a constraint or bound is active, if it is at most nearLimit times max(1, |limit|) from
// its limit: our choices.
const (
	sameRadii = 10
	nearRadii = 2
	nearLimit = 1e-3
)

// outcome is the pole, or what restoreFeasibility made of it; or the best point that violates no constraint by
// more than CAtol, where the pole does and is not better by more than 2μ times its violation. Such a point is not
// where the stopping test held: it is a success only near it.
func (s *state) outcome() search.Outcome {
	o, best := s.stop, &s.vertices[0]
	for i := range s.vertices {
		if v := &s.vertices[i]; s.merit(v) < s.merit(best) {
			best = v
		}
	}
	if s.answer != nil {
		best = s.answer
	}
	stopped := best
	if v := &s.feasible; o.SciPyStatus == 1 || !math.IsNaN(v.f) && (best.cv <= s.catol && v.f < best.f || best.cv > s.catol && v.f <= best.f+2*s.mu*best.cv) {
		best = v
	}
	o.X = slices.Clone(s.r.X0)
	for i, k := range s.free {
		o.X[k] = best.x[i] * s.unit[i]
	}
	o.Fun, o.Tol = best.f, s.catol
	end := func(reason status.Code, code int, message string) {
		if o.Status == status.Converged {
			o.Status, o.SciPyStatus, o.Message = reason, code, message
		}
	}
	if best.f >= huge {
		o.Fun = math.NaN()
	}
	switch {
	case best.f >= huge || best.hasNaN:
		end(status.NonFinite, -1, search.MsgNaN)
	case best.cv > s.catol:
		end(status.Infeasible, 4, fmt.Sprintf("Did not converge to a solution satisfying the constraints: the last point violates them by %.3g. Try another start, a larger RhoBeg or CAtol.", best.cv))
	case o.SciPyStatus == 0 && stopped.cv > s.catol && distance(best.x, stopped.x) > sameRadii*s.rho:
		end(status.Failed, 4, fmt.Sprintf("The search ended at a point that violates the constraints by %.3g, away from all points that satisfy them; "+
			"the answer is the best of these, which is not a minimum. Try another start, or bounds.", stopped.cv))
	}
	if o.Status == status.Converged && s.n > 0 {
		s.multipliers(best, &o)
	}
	return o
}

// distance is the distance of two points.
func distance(x, y []float64) float64 {
	d := 0.0
	for i, v := range x {
		d = math.Hypot(d, v-y[i])
	}
	return d
}

// multipliers sets the multipliers and the norm of the gradient of the Lagrangian by the last linear models, of
// constraints and bounds that are active at v within nearRadii times the last radius: the nonnegative ones for which
// the gradient is least.
func (s *state) multipliers(v *vertex, o *search.Outcome) {
	k := &s.model
	if !k.fit(s) {
		return
	}
	k.about(s, v)
	// The cone takes a d ≤ b.
	normals := trqp.Normals{N: s.n}
	var near []int
	for i := range s.rows {
		a := k.a[(k.hard+i)*s.n : (k.hard+i+1)*s.n]
		for _, e := range a {
			normals.Rows = append(normals.Rows, -e)
		}
		if k.b[k.hard+i] >= -min(nearRadii*s.rho*vec.Norm2(a), nearLimit*max(1, math.Abs(s.rows[i].limit))) {
			near = append(near, i)
		}
	}
	m := len(s.rows)
	for i, x := range v.x {
		lo, hi := s.limits(i)
		if hi-x <= nearRadii*s.rho {
			near = append(near, m+i)
		}
		if x-lo <= nearRadii*s.rho {
			near = append(near, m+s.n+i)
		}
	}
	o.Model = &search.Model{Slope: make([]float64, s.r.N()), Width: make([]float64, s.r.N())}
	for i, j := range s.free {
		o.Model.Slope[j], o.Model.Width[j] = k.g[i]/s.unit[i], s.rho*s.unit[i]
	}
	if c := s.r.Constraints; c != nil {
		o.Model.Constraints = mat.NewDense(c.Rows(), s.r.N(), nil)
		for l := range c.Rows() {
			for i, j := range s.free {
				o.Model.Constraints.Set(l, j, k.gc[l*s.n+i]/s.unit[i])
			}
		}
	}
	cone := trqp.NewCone(s.n)
	cone.Project(k.g, &normals, near)
	if s.r.Constraints != nil {
		o.Multipliers = make([]float64, s.r.Constraints.Rows())
	}
	if s.r.Lower != nil {
		o.BoundMultipliers = make([]float64, s.r.N())
	}
	for l, j := range cone.Active {
		switch lambda := cone.Lambda[l]; {
		case j < m:
			o.Multipliers[s.rows[j].value] += s.rows[j].sign * lambda
		case j < m+s.n:
			o.BoundMultipliers[s.free[j-m]] -= lambda / s.unit[j-m]
		default:
			o.BoundMultipliers[s.free[j-m-s.n]] += lambda / s.unit[j-m-s.n]
		}
	}
	for i, v := range cone.S {
		o.Optimality = max(o.Optimality, math.Abs(v)/s.unit[i])
	}
}
