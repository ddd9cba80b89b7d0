package sparse

import (
	"errors"
	"fmt"
	"math"
)

// refinements is how many corrections a solution gets at most. Each halves the error at least,
// or is the last.
const refinements = 5

// epsilon is the distance of 1 to the next number.
const epsilon = 0x1p-52

// refined is a solution in refinement: four vectors of n numbers.
type refined struct{ y, b, rest, bound, kept []float64 }

// newRefined is one in the given memory, of 5·n numbers.
func newRefined(memory []float64, n int) refined {
	return refined{memory[:n], memory[n : 2*n], memory[2*n : 3*n], memory[3*n : 4*n], memory[4*n : 5*n]}
}

// solve sets y to the solution for b; direct solves in place with the factors only, and residual
// sets rest to what y leaves of b, and bound to the sum of the sizes of its terms. It returns
// the backward error.
func (r refined) solve(direct func(x []float64), residual func(), enough float64) float64 {
	copy(r.y, r.b)
	direct(r.y)
	last := math.Inf(1)
	for step := 0; ; step++ {
		residual()
		e := backwardError(r.y, r.b, r.rest, r.bound)
		switch {
		case step > 0 && !(e < last): // the last correction made it worse
			copy(r.y, r.kept)
			return last
		case e <= enough || !(e <= last/2) || step == refinements:
			return e
		}
		last = e
		copy(r.kept, r.y)
		direct(r.rest)
		for k, v := range r.rest {
			r.y[k] += v
		}
	}
}

// backwardError is the largest part of a row's terms that its residual makes up, for a matrix
// whose largest entries are about 1.
func backwardError(y, b, rest, bound []float64) float64 {
	largest := maxAbs(y)
	worst := 0.
	for k, r := range rest {
		r = math.Abs(r)
		// Where all terms are far below the others of the matrix, so is the row's error: it is
		// compared with them (Arioli, Demmel and Duff, section 3).
		den := bound[k]
		if small := float64(len(y)) * 1000 * epsilon * (largest + math.Abs(b[k])); den <= small {
			den += largest
		}
		if r != 0 {
			e := r / den
			if e != e {
				return e
			}
			worst = max(worst, e)
		}
	}
	return worst
}

// checkSides is the error of right sides b and solutions x of systems of order n.
func checkSides(b, x []float64, n int) error {
	if len(b) != len(x) || n == 0 && len(b) > 0 || n > 0 && len(b)%n != 0 {
		return fmt.Errorf("the right sides have length %d and the solutions %d, want a multiple of %d for both", len(b), len(x), n)
	}
	if k := notFinite(b); k >= 0 {
		return fmt.Errorf("element %d of the right side is %v", k, b[k])
	}
	return nil
}

// notFinite is the first place of x with a NaN or an infinity, or -1.
func notFinite(x []float64) int {
	for k, v := range x {
		if v-v != 0 {
			return k
		}
	}
	return -1
}

// ErrOverflow reports a system whose solution has numbers too large for float64.
var ErrOverflow = errors.New("the solution of the linear system overflows")
