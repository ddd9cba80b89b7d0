package search

import "slices"

// Slopes are the gradients at the ends of the last iterations, of methods that use them, and which variables ever had a
// slope; nil: there have been too few iterations, or there are too many variables.
func (r *Run) Slopes() (recent [][]float64, ever []bool) {
	if len(r.slopes) < 2 || r.sloped == nil {
		return nil, nil
	}
	return r.slopes, r.sloped
}

// keptSlopes is how many gradients are kept, where there are no more than slopesOf variables.
const keptSlopes, slopesOf = 3, 256

// noteSloped notes which elements of the gradient at the point of the cache are not 0.
func (r *Run) noteSloped() {
	if r.N() > slopesOf {
		return
	}
	if r.sloped == nil {
		r.sloped = make([]bool, r.N())
	}
	for i, v := range r.atG {
		r.sloped[i] = r.sloped[i] || v != 0
	}
}

// keepSlopes keeps a gradient.
func (r *Run) keepSlopes(g []float64) {
	switch {
	case g == nil || len(g) > slopesOf:
	case len(r.slopes) < keptSlopes:
		r.slopes = append(r.slopes, slices.Clone(g))
	default:
		copy(r.slopes[r.NIter%keptSlopes], g)
	}
}
