package root

import (
	"math"

	"github.com/argmin-go/argmin/internal/option"
	"github.com/argmin-go/argmin/minimize/internal/vec"
)

// Broyden1 is Broyden's first method, "good": after each step it makes the least change of the
// Jacobian that agrees with that step. It is for systems with a Jacobian that changes slowly, and
// needs no derivatives. It stores the inverse Jacobian as a multiple of the identity plus pairs
// of vectors, one pair per iteration up to MaxRank; an iteration costs one evaluation, or a few if
// a step is cut, and O(n) operations per pair.
//
// SciPyStatus is 1 for a root, 2 after MaxIter iterations, 3 for values that are not finite, 4 if
// no step was found.
//
// Broyden, "A class of methods for solving nonlinear simultaneous equations", 1965;
// Kelley, "Iterative methods for linear and nonlinear equations", 1995, chapter 7.
type Broyden1 struct {
	Stops
	Alpha   float64 `opt:"alpha,zero"` // the first Jacobian is -I/Alpha; default ½max(|x0|, 1)/|F(x0)|
	MaxRank int     `opt:"max_rank"`   // largest number of pairs; when it is reached, all are dropped; default math.MaxInt
}

// Name returns "broyden1".
func (Broyden1) Name() string { return "broyden1" }

func (m Broyden1) root(r *run) outcome {
	return inexactNewton(r, m.Name(), m.Stops, newBroyden(m.Alpha, m.MaxRank, false))
}

// Broyden2 is Broyden's second method, "bad": after each step it makes the least change of the
// inverse Jacobian that agrees with that step. On some systems it is better than [Broyden1]; its costs
// and statuses are the same.
type Broyden2 struct {
	Stops
	Alpha   float64 `opt:"alpha,zero"` // the first Jacobian is -I/Alpha; default ½max(|x0|, 1)/|F(x0)|
	MaxRank int     `opt:"max_rank"`   // largest number of pairs; when it is reached, all are dropped; default math.MaxInt
}

// Name returns "broyden2".
func (Broyden2) Name() string { return "broyden2" }

func (m Broyden2) root(r *run) outcome {
	return inexactNewton(r, m.Name(), m.Stops, newBroyden(m.Alpha, m.MaxRank, true))
}

// broyden is the inverse Jacobian G = -αI + Σ c dᵀ, over the pairs c, d.
type broyden struct {
	given float64 // α of the options
	rank  int     // largest number of pairs
	bad   bool    // the second method
	alpha float64 // α
	c, d  [][]float64
}

func newBroyden(alpha float64, maxRank int, bad bool) *broyden {
	return &broyden{given: alpha, rank: option.Or(maxRank, math.MaxInt), bad: bad}
}

func (b *broyden) start(x, f []float64) { b.alpha, b.c, b.d = firstScale(b.given, x, f), nil, nil }

// patience is from trials on the systems of internal/check/testproblems, as in the other methods.
func (b *broyden) patience() int {
	if b.bad {
		return 1
	}
	return 2
}

func (b *broyden) solve(f, dx []float64, _ float64) {
	b.times(f, dx)
	for i := range dx {
		dx[i] = -dx[i]
	}
}

// times sets g to G v.
func (b *broyden) times(v, g []float64) { b.combine(b.c, b.d, v, g) }

// transposed sets g to Gᵀ v.
func (b *broyden) transposed(v, g []float64) { b.combine(b.d, b.c, v, g) }

// combine sets g to -αv + Σ left (rightᵀ v).
func (b *broyden) combine(left, right [][]float64, v, g []float64) {
	for i, e := range v {
		g[i] = -b.alpha * e
	}
	for k, c := range left {
		a := vec.Dot(right[k], v)
		for i, e := range c {
			g[i] += a * e
		}
	}
}

// update adds (s - G y) dᵀ/dᵀy to G, after which G y = s, with d = Gᵀs for the first method and
// d = y for the second.
func (b *broyden) update(_, _, s, y []float64) {
	if b.rank == 0 {
		return
	}
	if len(b.c) >= b.rank {
		b.c, b.d = nil, nil
	}
	c, d := make([]float64, len(s)), make([]float64, len(s))
	b.times(y, c)
	for i, v := range s {
		c[i] = v - c[i]
	}
	if b.bad {
		copy(d, y)
	} else {
		b.transposed(s, d)
	}
	dy := vec.Dot(d, y)
	if dy == 0 || math.IsNaN(dy) {
		return
	}
	for i := range d {
		d[i] /= dy
	}
	b.c, b.d = append(b.c, c), append(b.d, d)
}

// DiagBroyden is Broyden's first method restricted to diagonal Jacobians, for equations that each
// depend mostly on one unknown. An iteration costs one evaluation, or a few if a step is cut, and
// O(n) operations.
//
// SciPyStatus is as for [Broyden1].
type DiagBroyden struct {
	Stops
	Alpha float64 `opt:"alpha,zero"` // the first Jacobian is -I/Alpha; default ½max(|x0|, 1)/|F(x0)|
}

// Name returns "diagbroyden".
func (DiagBroyden) Name() string { return "diagbroyden" }

func (m DiagBroyden) root(r *run) outcome {
	return inexactNewton(r, m.Name(), m.Stops, &diagonalBroyden{given: m.Alpha})
}

type diagonalBroyden struct {
	given float64   // Alpha of the options
	d     []float64 // the Jacobian is -diag(d)
}

func (b *diagonalBroyden) start(x, f []float64) {
	b.d = make([]float64, len(x))
	for i := range b.d {
		b.d[i] = 1 / firstScale(b.given, x, f)
	}
}

func (*diagonalBroyden) patience() int { return 1 }

func (b *diagonalBroyden) solve(f, dx []float64, _ float64) {
	for i, v := range f {
		dx[i] = v / b.d[i]
	}
}

// update subtracts the diagonal of (y + diag(d) s) sᵀ/sᵀs from d.
func (b *diagonalBroyden) update(_, _, s, y []float64) {
	if ss := vec.Dot(s, s); ss > 0 {
		for i, v := range s {
			b.d[i] -= (y[i] + b.d[i]*v) * v / ss
		}
	}
}
