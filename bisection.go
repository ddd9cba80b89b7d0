package argmin

import "github.com/argmin-go/argmin/num"

// Bisection halves each bracket: as many evaluations as the root has bits, whatever f does between the ends.
//
// The middle of ends of very different size is their geometric mean, so that brackets of any size, also from 0 to infinity, take
// some hundred. [Chandrupatla] needs fewer for all but the worst functions. An iteration costs one evaluation of f.
type Bisection struct{}

func (m Bisection) bracketed() definition {
	d := define("Bisection", bracketing{next: func(s bracketState, _ num.Array) num.Array { return s.middle() }}.rule)
	d.tol = -1 // the last bits
	return d
}
