package trustconstr

import (
	"fmt"
	"math"
	"slices"

	"github.com/argmin-go/argmin/minimize/internal/search"
	"github.com/argmin-go/argmin/minimize/internal/vec"
)

// Constants of the search for a start where what must hold does so strictly: our choices.
const (
	outside     = 1e-8  // a violation up to this part of max(1, |limit|) counts as being on the limit
	leastMargin = 1e-10 // the least distance from limits that is tried, as that part
	sweeps      = 100   // over the constraints, for each distance
)

// inside moves x, within the bounds, to a point near it where the constraints that must hold and the bounds do so
// strictly. Such a constraint may hold with equality at x: a start that comes from another solution does that. It
// reports what is wrong with x if there is no such point.
func (k *state) inside(x []float64) error {
	if !slices.ContainsFunc(k.in[:k.rows], func(e side) bool { return e.feasible }) {
		k.interior(x, boundMargin)
		return nil
	}
	p := k.trial
	strict := func(margin float64) (ok bool) {
		ok = true
		for i, e := range k.in[:k.rows] {
			ok = ok && (!e.feasible || p.k[len(k.eq)+i] < -margin*k.width(e))
		}
		return ok
	}
	evaluate := func(x []float64) {
		if k.r.Constraints != nil {
			k.r.Constraints.Values(x, p.c)
		}
		k.values(x, p.c, p.k)
	}
	evaluate(x)
	for i, e := range k.in[:k.rows] {
		if v := p.k[len(k.eq)+i]; e.feasible && !(v <= outside*max(1, math.Abs(e.limit))) {
			return fmt.Errorf("x0 violates a constraint with KeepFeasible by %g, of value %d of the constraints; it must hold there", v, e.at)
		}
	}
	copy(p.x, x)
	k.interior(p.x, boundMargin)
	if evaluate(p.x); strict(0) {
		copy(x, p.x)
		return nil
	}
	for margin := boundMargin; margin >= leastMargin; margin /= 10 {
		copy(p.x, x)
		for range sweeps {
			k.interior(p.x, margin)
			if evaluate(p.x); !vec.AllFinite(p.k) {
				break
			}
			if strict(margin / 2) {
				copy(x, p.x)
				return nil
			}
			k.project(p, margin)
		}
	}
	return fmt.Errorf("no point was found near x0, which was moved to %v, where the bounds and the constraints with KeepFeasible hold strictly: "+
		"trust-constr needs one, as it goes through the interior", p.x)
}

// width is the unit of distances from the limit of a constraint: max(1, |limit|), or the distance to the other limit
// if that is less.
func (k *state) width(e side) float64 {
	c := k.r.Constraints
	return min(max(1, math.Abs(e.limit)), c.Upper[e.at]-c.Lower[e.at])
}

// project moves p.x onto the constraints that must hold, one after the other as they are linearized there, where
// they do not hold by a margin (Kaczmarz' method).
func (k *state) project(p *point, margin float64) {
	k.r.Constraints.Jacobian(p.x, p.j)
	step := make([]float64, len(p.x))
	for i, e := range k.in[:k.rows] {
		if !e.feasible {
			continue
		}
		row, size, value := p.j.RawRowView(e.at), 0.0, p.k[len(k.eq)+i]
		for l, v := range row {
			if k.fixed != nil && k.fixed[l] {
				continue
			}
			size += v * v * k.unit[l] * k.unit[l]
			value += e.sign * v * step[l]
		}
		if over := value + margin*k.width(e); over > 0 && size > 0 {
			for l, v := range row {
				if k.fixed == nil || !k.fixed[l] {
					step[l] -= e.sign * over / size * v * k.unit[l] * k.unit[l]
				}
			}
		}
	}
	vec.Axpy(1, step, p.x)
}

// begin evaluates at the start of the search. It reports false where something is not finite.
func (k *state) begin() bool {
	p := k.at
	copy(p.x, k.r.X0)
	if err := k.inside(p.x); err != nil {
		search.Refuse("trust-constr: %w", err)
	}
	if !k.evaluate(p, true) {
		return false
	}
	k.startScale(p)
	return k.startBarrier()
}
