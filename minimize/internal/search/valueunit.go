package search

import (
	"math"
	"slices"
)

// tiny is minus the exponent of 2 below which a first value is no ordinary one: 1e-60. Methods multiply several values or slopes,
// and differences of values are smaller than these by 1e16 and more. Our choice.
const tiny = 200

// In a search whose first value is tiny all values are divided by a power of two near that, and so are derivatives, so
// that products and differences of them do not underflow; what is shown to the user is multiplied by it again. Others are
// left as they are: a huge first value is often no value but a penalty, and says nothing of the size of those to come.

// PlainValues leaves values as they are.
func (r *Run) PlainValues() { r.unit = 1 }

// inUnit is the value f of the problem in the unit of the search, which the first value sets that is not 0.
func (r *Run) inUnit(f float64) float64 {
	switch {
	case r.unit == 1:
		return f
	case r.unit == 0 && f != 0:
		r.unit = 1
		if _, e := math.Frexp(f); e < -tiny {
			r.unit = math.Ldexp(1, e-1)
		}
	case r.unit == 0:
		return f
	}
	return f / r.unit
}

// slopesInUnit is inUnit for derivatives g.
func (r *Run) slopesInUnit(g []float64) {
	if r.unit == 0 || r.unit == 1 {
		return
	}
	for i, v := range g {
		g[i] = v / r.unit
	}
}

// needUnit has the unit be known before a derivative at x is found.
func (r *Run) needUnit(x []float64) {
	if r.unit == 0 {
		if r.Problem.FuncGrad == nil {
			r.Value(x)
		}
		if r.unit == 0 && r.Problem.FuncGrad == nil {
			r.unit = 1
		}
	}
}

// ToUser is the value f of the search in the problem's unit.
func (r *Run) ToUser(f float64) float64 {
	switch {
	case r.outer != nil:
		return r.outer.ToUser(r.units.outValue(f))
	case r.unit == 0:
		return f
	}
	return f * r.unit
}

// InUnits is a value of the problem in the units of this search.
func (r *Run) InUnits(f float64) float64 {
	if r.outer != nil {
		return r.units.inValue(r.outer.InUnits(f))
	}
	r.needUnit(r.X0)
	return r.inUnit(f)
}

// toUser is an outcome in the problem's unit.
func (r *Run) toUser(o Outcome) Outcome {
	if r.unit == 0 || r.unit == 1 {
		return o
	}
	optimality := o.Optimality * r.unit
	u := &Units{diag: slices.Repeat([]float64{1}, len(o.X)), value: r.unit}
	o = u.outcome(o)
	o.Optimality = optimality
	return o
}
