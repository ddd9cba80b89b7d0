package verify

import (
	"math"
	"slices"

	"github.com/argmin-go/argmin/minimize/internal/search"
)

// allowed is by how much the value may still fall at first order.
func (p *point) allowed() float64 {
	flat, flatMove := flat, flatMove
	if p.r.DerivativeFree() {
		flat, flatMove = valueFlat, valueFlatMove
		if p.jac != nil {
			flatMove = valueFlatActive
		}
	}
	fallen := p.fallen()
	return min(max(flat*math.Abs(p.f), flatMove*fallen), moved*fallen)
}

// unexcused is the same by the value alone.
func (p *point) unexcused() float64 {
	flat := flat
	if p.r.DerivativeFree() {
		flat = valueFlat
	}
	return min(flat*math.Abs(p.f), moved*p.fallen())
}

// smallest, a choice, is the least size of a variable where a search ends, relative to how far it has come.
const smallest = 1e-4

// fewValues, a choice: with no more variables methods that use only values find the whole Hessian where the value is no measure.
const fewValues = 10

// falls proves by one evaluation that the Lagrangian can fall by more than tol: along its negative gradient, in
// units of the sizes of the variables, it goes as far as the slope promises twice that, and looks whether half of
// it comes true. For a parabola that is so just where its minimum along the line is lower by tol or more; at a kink
// it does not come true.
func (p *point) falls(tol float64) bool {
	squares, longest := 0.0, math.Inf(1)
	for _, i := range p.free {
		d := p.res[i] * p.size[i]
		squares += d * d
		longest = min(longest, p.room[i]/math.Abs(d*p.size[i]))
	}
	t := 2 * tol / squares
	if !(t > 0) || t > longest {
		return false
	}
	x := slices.Clone(p.x)
	for _, i := range p.free {
		x[i] -= t * p.res[i] * p.size[i] * p.size[i]
	}
	fall := p.f - p.r.Value(x)
	if k := p.r.Constraints; k != nil {
		c := make([]float64, k.Rows())
		k.Values(x, c)
		active := slices.Clone(c)
		for l, i := range p.rows {
			fall += p.lambda[l] * (c[i] - p.c[i])
			active[i] = p.c[i]
		}
		if search.BoundViolation(active, k.Lower, k.Upper) > max(p.o.Tol, search.Feasible) {
			return false // another constraint is in the way
		}
	}
	return fall >= tol
}
