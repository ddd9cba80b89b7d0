package convex

import (
	"math"

	"github.com/argmin-go/argmin/mps"
)

// Claim is what a solver says of a problem.
type Claim string

// The claims.
const (
	Solved     Claim = "solved"
	Infeasible Claim = "infeasible" // no point satisfies the constraints
	Unbounded  Claim = "unbounded"  // values fall without end along a ray
	Failed     Claim = "failed"     // none of these
)

// Answer is what a solver gives.
type Answer struct {
	Claim   Claim
	X       []float64 // the solution, or the ray of an unbounded problem
	Y       []float64 // multipliers of the rows, ≥ 0 at upper limits and ≤ 0 at lower ones, or the proof of infeasibility
	Seconds float64   // of CPU, with all preparation
	Message string    // in the solver's words
}

// Residuals are the absolute errors of a point, as the set of Maros and Mészáros is measured: infinity norms.
type Residuals struct {
	Primal float64 // of max(Ax - u, l - Ax, 0)
	Dual   float64 // of Px + q + Aᵀy, where y of a sign whose limit is infinite counts as 0
	Gap    float64 // |xᵀPx + qᵀx + Σ u y⁺ - Σ l y⁻|
	Value  float64 // ½ xᵀPx + qᵀx + r
}

// None are the residuals where there is no point.
var None = Residuals{math.NaN(), math.NaN(), math.NaN(), math.NaN()}

// Worst is the largest of the three errors, NaN if one is.
func (r Residuals) Worst() float64 { return max(r.Primal, r.Dual, r.Gap) }

// times is A x.
func times(a mps.Matrix, x []float64) []sum {
	to := make([]sum, a.Rows)
	for j, v := range x {
		ind, values := a.Column(j)
		for k, i := range ind {
			to[i].product(values[k], v)
		}
	}
	return to
}

// pulled is Aᵀ y.
func pulled(a mps.Matrix, y []float64) []sum {
	to := make([]sum, a.Cols)
	for j := range to {
		ind, values := a.Column(j)
		for k, i := range ind {
			to[j].product(values[k], y[i])
		}
	}
	return to
}

// dot is aᵀb.
func dot(a, b []float64) (s sum) {
	for i, v := range a {
		s.product(v, b[i])
	}
	return s
}

// rounded are the values of sums.
func rounded(v []sum) []float64 {
	to := make([]float64, len(v))
	for i, s := range v {
		to[i] = s.value()
	}
	return to
}

// largest is the infinity norm, NaN if an element is.
func largest(v []float64) float64 {
	m := 0.0
	for _, e := range v {
		if m = max(m, math.Abs(e)); math.IsNaN(m) {
			return m
		}
	}
	return m
}

// signed is y with 0 where its sign has no limit.
func (p *Problem) signed(y []float64) []float64 {
	to := make([]float64, len(y))
	for i, v := range y {
		if v > 0 && !math.IsInf(p.U[i], 1) || v < 0 && !math.IsInf(p.L[i], -1) || math.IsNaN(v) {
			to[i] = v
		}
	}
	return to
}

// support is Σ u y⁺ - Σ l y⁻, the largest yᵀ(Ax) within the limits, for signed y.
func (p *Problem) support(y []float64) (s sum) {
	for i, v := range y {
		switch {
		case v > 0:
			s.product(p.U[i], v)
		case v < 0:
			s.product(p.L[i], v)
		case math.IsNaN(v):
			return sum{v, v}
		}
	}
	return s
}

// Residuals measures x and the multipliers y; NaN if their lengths do not fit. It has twice the digits of x and y, so that it measures them and
// not its own rounding.
func (p *Problem) Residuals(x, y []float64) Residuals {
	n, m := p.Size()
	if len(x) != n || len(y) != m {
		return None
	}
	ax, px, y := times(p.A, x), times(p.P, x), p.signed(y)
	violation := make([]float64, m)
	for i, v := range ax {
		violation[i] = max(v.less(p.U[i]), -v.less(p.L[i]), 0)
	}
	dual := pulled(p.A, y)
	for j := range dual {
		dual[j].scaled(1, px[j])
		dual[j].add(p.Q[j])
	}
	var xpx sum
	for j, v := range px {
		xpx.scaled(x[j], v)
	}
	gap, value := xpx, dot(p.Q, x)
	gap.scaled(1, value)
	gap.scaled(1, p.support(y))
	value.scaled(0.5, xpx)
	value.add(p.R)
	return Residuals{largest(violation), largest(rounded(dual)), math.Abs(gap.value()), value.value()}
}

// Farkas is how well y proves that there is no feasible point: ‖Aᵀy‖∞ / -(Σ u y⁺ - Σ l y⁻), y of a sign without a limit set to 0. A
// feasible x has yᵀAx at most the sum in brackets, so its elements would have to add up, in size, to 1/Farkas or more. +Inf if y proves
// nothing. The multipliers of bounds may be completed so that Aᵀy is zero where there is a bound, if that proves more.
func (p *Problem) Farkas(y []float64) float64 {
	n, m := p.Size()
	if len(y) != m {
		return math.Inf(1)
	}
	y = p.signed(y)
	rest := rounded(pulled(p.A, y))
	given := proof(largest(rest), p.support(y).value())
	if !p.Boxed() {
		return given
	}
	for j := range n {
		y[m-n+j] -= rest[j]
	}
	y = p.signed(y)
	return min(given, proof(largest(rounded(pulled(p.A, y))), p.support(y).value()))
}

// Ray is how well the direction d proves that values fall without end: the larger one of ‖Pd‖∞ and of how far A d leaves the directions
// along which limits never end, over -qᵀd. Multipliers of a solution would have to add up, in size, to 1/Ray or more. +Inf if d
// proves nothing.
func (p *Problem) Ray(d []float64) float64 {
	n, _ := p.Size()
	if len(d) != n {
		return math.Inf(1)
	}
	worst := largest(rounded(times(p.P, d)))
	for i, v := range rounded(times(p.A, d)) {
		if !math.IsInf(p.U[i], 1) {
			worst = max(worst, v)
		}
		if !math.IsInf(p.L[i], -1) {
			worst = max(worst, -v)
		}
	}
	return proof(worst, dot(p.Q, d).value())
}

// proof is how large an error is for a value that should be below 0.
func proof(fault, value float64) float64 {
	if !(value < 0) || math.IsNaN(fault) || math.IsInf(value, 0) {
		return math.Inf(1)
	}
	return fault / -value
}
