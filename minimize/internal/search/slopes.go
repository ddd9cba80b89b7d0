package search

import (
	"math"
	"slices"
)

// keptSteps is how many of the last iterations are kept, and keptNumbers for how many numbers of them there is
// place; our choice.
const keptSteps, keptNumbers = 11, 1 << 17

// Visited is the end of an iteration: a point and the gradient there.
type Visited struct{ X, Grad []float64 }

// Visits are the ends of the last iterations of a method that uses gradients, the last one last; nil where there are too
// many variables to keep them.
func (r *Run) Visits() []Visited { return r.visits }

// Slopes are the gradients at the ends of the last three iterations, of methods that use them, and which variables ever
// had a slope; nil: there have been too few iterations, or there are too many variables.
func (r *Run) Slopes() (recent [][]float64, ever []bool) {
	if len(r.visits) < 2 || r.sloped == nil {
		return nil, nil
	}
	for _, v := range r.visits[max(0, len(r.visits)-3):] {
		recent = append(recent, v.Grad)
	}
	return recent, r.sloped
}

// Reach is how large variable i has been at the end of an iteration.
func (r *Run) Reach(i int) float64 {
	if r.reach == nil {
		return 0
	}
	return r.reach[i]
}

// fewToKeep reports whether there are so few variables that iterations are kept.
func (r *Run) fewToKeep() bool { return 2*keptSteps*r.N() <= keptNumbers }

// noteSloped notes which elements of the gradient at the point of the cache are not 0.
func (r *Run) noteSloped() {
	if !r.fewToKeep() {
		return
	}
	if r.sloped == nil {
		r.sloped = make([]bool, r.N())
	}
	for i, v := range r.atG {
		r.sloped[i] = r.sloped[i] || v != 0
	}
}

// visit keeps the end of an iteration.
func (r *Run) visit(x, g []float64) {
	if r.reach == nil {
		r.reach = make([]float64, len(x))
	}
	for i, v := range x {
		r.reach[i] = max(r.reach[i], math.Abs(v))
	}
	switch {
	case g == nil || !r.fewToKeep():
	case len(r.visits) < keptSteps:
		r.visits = append(r.visits, Visited{slices.Clone(x), slices.Clone(g)})
	default: // in the place of the oldest
		oldest := r.visits[0]
		copy(r.visits, r.visits[1:])
		copy(oldest.X, x)
		copy(oldest.Grad, g)
		r.visits[keptSteps-1] = oldest
	}
}
