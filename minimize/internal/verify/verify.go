// Package verify checks from outside of a method whether the point that it ends at is a minimum, and
// has the search go on where it is not.
//
// The tests do not depend on units: a change of those of the variables or of the function changes no
// answer. What they look at is by how much the value could still fall, compared with the value itself
// and with by how much it has fallen since the start:
//
//   - at first order by the slopes: Σ |rᵢ| dᵢ, where r is the gradient of the Lagrangian and dᵢ the size
//     of variable i, or the way to its bound if that is shorter. A convex function falls by no more
//     within these distances.
//   - at second order by Newton's method: ½ rᵀZ (ZᵀHZ)⁻¹ Zᵀr, where H is the Hessian of the Lagrangian
//     and Z a basis of the directions that the active constraints leave (Boyd & Vandenberghe, "Convex
//     Optimization", section 9.5.1, the Newton decrement; Nocedal & Wright, "Numerical Optimization",
//     2nd ed. 2006, section 18.1).
//
// Slopes that are small only against the terms of the Lagrangian's gradient are put to the proof by one evaluation
// downhill (proof.go), and variables that the value does not feel are tried far away, where a plateau ends (plateau.go).
// Derivatives are those that the method has at its end, of methods that use only values by their last models where these
// leave no doubt, or else by differences (models.go).
//
// Where derivatives are not finite, values around the point take their place (edge.go). The second order is found by the
// gradients that the search has met, mostly without an evaluation (secant.go), or by Newton's method (newton.go). A simplex
// that has collapsed is looked at more strictly (simplex.go).
//
// Only where the first leaves a doubt is the second found. Where both say that the value could fall, the
// method is started again from its end in units in which variables, function and curvature are of size
// 1, until the point stands the tests, or nothing improves any more.
package verify

import (
	"fmt"
	"math"
	"slices"

	"github.com/argmin-go/argmin/minimize/internal/search"
	"github.com/argmin-go/argmin/status"
)

// Tolerances at first order. They and the others are our choice: large enough for what the methods' own
// defaults leave, a relative decrease of 1e-9 or steps of 1e-5, and small against what a user would see.
const (
	flat       = 1e-5 // largest sum of slopes, relative to the value
	flatMove   = 1e-9 // or to the decrease since the start;
	moved      = 1e-2 // in any case the largest one relative to that
	parallel   = 1e-4 // with active constraints the largest one relative to the terms of the gradient,
	doubtful   = 1e-3 // and the same if a step downhill does not bring what the slopes promise
	noticed    = 1e-9 // a relative decrease of the value that is worth going on for
	worthwhile = 1e-4 // the same after a search that could not find a step
	restarts   = 10   // most restarts
	indulgence = 10   // by how much tolerances of a method may be missed where restarts find nothing better

	// A decrease by more than this part of the value is no measure: rounding leaves ordinary values, such as sums of
	// squares, no further from 0. What has grown like an exponential can fall by any factor.
	farthest = 1e60

	valueFlat       = 1e-4 // as flat, for methods that see only values
	valueFlatMove   = 1e-6 // as flatMove
	valueNear       = 1e-2 // as near of secondOrder, where the value is no measure
	valueRest       = 2e-3 // a relative decrease of the value that is not worth many values, where it is
	valueRestMove   = 1e-8 // no more than this part of the decrease since the start
	valueFlatActive = 1e-4 // as flatMove with active constraints, where the second order would take too many values
)

// tolerances at second order; valueTolerances are those of methods that see only values.
var (
	tolerances      = secondOrder{value: 1e-6, move: 1e-7, near: 1e-3}
	valueTolerances = secondOrder{value: 1e-4, move: 1e-6, near: 1e-1}
)

// secondOrder are tolerances of the fall by Newton's method.
type secondOrder struct {
	value float64 // relative to the value
	move  float64 // or relative to the decrease since the start, if the step
	near  float64 // changes no variable by more than this part of its size; a thousandth of that is enough by itself
}

// times are tolerances for a method whose own are made larger by a factor, that the fall is the square
// of; with the whole value any point will do.
func (s secondOrder) times(loose float64) secondOrder {
	return secondOrder{s.value * loose * loose, s.move * loose * loose, s.near * loose}
}

// Outcome is the outcome of a method that has ended with o: Converged where the point is a minimum as far
// as the derivatives tell. goOn runs the method from another start; nil: it cannot be run again. A search that
// has failed goes on too, but unless it succeeds then, it has failed as it says.
func Outcome(r *search.Run, o search.Outcome, goOn func(*search.Run) search.Outcome) search.Outcome {
	if o.Asked || o.Status != status.Converged && o.Status != status.LineSearchFailed {
		return o
	}
	if first, feasible := r.Start(); r.Constraints == nil && r.BestF < o.Fun && (r.DerivativeFree() || feasible && first < o.Fun) {
		o.X, o.Fun, o.Jac = slices.Clone(r.Best), r.BestF, nil // never above the start
	}
	p := look(r, o, false)
	if p == nil {
		return o
	}
	stands := p.stands()
	if !stands && p.unmoved {
		p = look(r, o, true)
		stands = p.stands()
	}
	if stands && (goOn == nil || !p.plateau()) {
		return p.converged(o)
	}
	if goOn == nil || p.edge && !p.alive {
		if o.Status == status.Converged {
			return p.refused(o)
		}
		return o
	}
	end := p.goOn(o, goOn)
	if o.Status == status.LineSearchFailed && end.Status != status.Converged {
		return o
	}
	return end
}

// goOn starts a method again from the end o, which is no minimum, as long as that helps.
func (p *point) goOn(o search.Outcome, method func(*search.Run) search.Outcome) search.Outcome {
	proven := false // that there are lower points
	for range restarts {
		from := p.lower()
		if proven = from != nil; !proven {
			from = o.X
		}
		p.r.Sizes(p.size) // of differences
		next := p.r.In(p.units(), from, method)
		if next.Asked {
			return next
		}
		if !(next.Fun <= o.Fun) {
			break
		}
		q := look(p.r, next, true)
		switch {
		case q == nil:
			return next
		case q.stands() && !q.plateau():
			return q.converged(next)
		}
		least, failed := noticed, next.Status == status.LineSearchFailed
		if failed {
			least = worthwhile
		}
		better := q.f < p.f-least*math.Abs(p.f)
		if !failed && next.Status != status.Converged { // at a limit
			if better {
				return next
			}
			break
		}
		if o, p = next, q; !better {
			break
		}
	}
	switch {
	case proven || p.above() || p.edge || p.collapsed():
	case p.r.DerivativeFree() && !p.edge && p.falls(indulgence*p.allowed()):
	case p.r.DerivativeFree(): // a kink, perhaps: another search by values finds nothing better
		if p.poll(); p.stands() {
			return p.converged(o)
		}
	case p.nearly():
		return p.converged(o)
	}
	return p.refused(o)
}

// converged is o as a success.
func (p *point) converged(o search.Outcome) search.Outcome {
	if p.r.DerivativeFree() && p.r.Constraints == nil && p.r.BestF < o.Fun {
		o.X, o.Fun = slices.Clone(p.r.Best), p.r.BestF // by the differences
	}
	if o.Optimality == 0 {
		o.Optimality = p.optimality
	}
	if o.Status != status.Converged {
		o.Status, o.SciPyStatus = status.Converged, 0
		o.Message = search.MsgSuccess + " The value can fall by no more than the tolerances allow."
	}
	return o
}

// refused is o as no success.
func (p *point) refused(o search.Outcome) search.Outcome {
	o.Status, o.SciPyStatus, o.Message = status.Stalled, max(o.SciPyStatus, 1), p.why()
	if p.edge && !p.alive {
		o.Status = status.NonFinite
	}
	if o.Optimality == 0 {
		o.Optimality = p.optimality
	}
	return o
}

// why says what is not small.
func (p *point) why() string {
	if p.above() {
		return fmt.Sprintf("The search ended at the value %.6g, above that at its start, %.6g.", p.r.ToUser(p.f), p.r.ToUser(p.first))
	}
	switch {
	case p.edge && !p.alive:
		return "No value beside the last point is finite, so that nothing says that it is a minimum."
	case p.edge:
		return fmt.Sprintf("The search ended at the value %.6g, where some values beside it are not finite, and others are lower, such as %.6g: it found no way along that edge.",
			p.r.ToUser(p.f), p.r.ToUser(p.lowestF))
	case p.lowest != nil:
		return fmt.Sprintf("The search ended on a plateau, at the value %.6g: far from there, where variables have other sizes, the value is %.6g.",
			p.r.ToUser(p.f), p.r.ToUser(p.lowestF))
	}
	what := "gradient"
	switch {
	case p.jac != nil:
		what = "gradient of the Lagrangian"
	case p.r.Lower != nil:
		what = "projected gradient"
	}
	by := p.slope
	if !math.IsNaN(p.fall) {
		by = min(p.fall, p.slope)
	}
	return fmt.Sprintf("The steps have become too short, and the %s is not small: it promises that the value %.6g can fall by about %.2g, most along x[%d]. "+
		"A kink of the function there, or an inexact gradient, could be the reason; if not, another method or Options.Scale may help.", what, p.r.ToUser(p.f), p.r.ToUser(by), p.worst)
}
