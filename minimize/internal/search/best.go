package search

import (
	"math"
	"slices"
)

// Feasible is the violation of a constraint up to which a point counts as feasible, if the method
// does not set another; our choice.
const Feasible = 1e-6

// note remembers the point of the cache if it is the best so far; with constraints only if these
// were evaluated there too.
func (r *Run) note() {
	r.sawNaN = r.sawNaN || math.IsNaN(r.atF)
	if !r.start.hasF && slices.Equal(r.at, r.X0) {
		r.start.hasF, r.start.f = true, r.atF
	}
	if r.Constraints != nil {
		if cv, ok := r.Constraints.known(r.at); ok {
			r.keep(r.at, r.atF, cv)
		}
		return
	}
	if r.Best == nil || r.atF < r.BestF || math.IsNaN(r.BestF) {
		r.Best, r.BestF = append(r.Best[:0], r.at...), r.atF
	}
}

// NoteFeasible keeps x, where the value is f, if it is the best point so far. It returns the
// violation of constraints there, which it evaluates unless x is the best point already.
func (r *Run) NoteFeasible(x []float64, f float64) float64 {
	if r.Best != nil && r.BestF == f && slices.Equal(r.Best, x) {
		return r.bestCV // without an evaluation of the constraints
	}
	cv := r.Constraints.violation(x)
	r.keep(x, f, cv)
	return cv
}

// keep remembers x if it is the best so far: it has the least violation, or among the points with
// no more violation than Feasible the least value.
func (r *Run) keep(x []float64, f, cv float64) {
	if !r.start.hasCV && slices.Equal(x, r.X0) {
		r.start.hasCV, r.start.cv = true, cv
	}
	if r.Best != nil {
		a, b := max(cv-Feasible, 0), max(r.bestCV-Feasible, 0)
		if a > b || a == b && !(f < r.BestF || math.IsNaN(r.BestF)) {
			return
		}
	}
	r.Best, r.BestF, r.bestCV = append(r.Best[:0], x...), f, cv
}
