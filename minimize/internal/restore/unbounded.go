package restore

import (
	"math"

	"gonum.org/v1/gonum/blas/blas64"

	"github.com/argmin-go/argmin/minimize/internal/search"
	"github.com/argmin-go/argmin/minimize/internal/vec"
)

// UnboundedTest decides when an objective counts as one without a lower bound: where the constraints
// hold and the value is below Floor, which is -1e30 times max(1, |f|) with the value f at the start.
// The number is our choice: far beyond any minimum of use, and squares of it do not overflow.
type UnboundedTest struct {
	Floor float64 // the value below which it does
	// After patience iterations with low values, of which the last is less than twice the
	// first, it is time to look for values below the floor far away, and again after
	// twice as many iterations.
	since, patience int
	first           float64
}

// NewUnboundedTest is for a search whose first value is f.
func NewUnboundedTest(f float64) UnboundedTest {
	u := UnboundedTest{Floor: -1e30, patience: 20}
	if vec.IsFinite(f) {
		u.Floor *= max(1, math.Abs(f))
	}
	return u
}

// Due reports, once per iteration, whether it is time to look for such values by [UnboundedTest.Beyond].
func (u *UnboundedTest) Due(f float64) bool {
	const low = 1e-26 // the part of the floor below which values are low: -1e4 max(1, |f|)
	if !(f < u.Floor*low) {
		u.since = 0
		return false
	}
	if u.since++; u.since == 1 {
		u.first = f
	}
	if u.since < u.patience {
		return false
	}
	u.since = 0
	u.patience *= 2
	return f < 2*u.first
}

// Beyond seeks a value below the floor far along the way from the start to x, where the
// gradient is g: at one point, where the value would be ten times the floor if it fell on
// as it does at x, moved to where the constraints hold. It returns the point, nil if there
// is none.
func (u *UnboundedTest) Beyond(r *search.Run, x, g []float64, tol float64, allowed func(x, c []float64) bool) ([]float64, float64) {
	y := make([]float64, len(x))
	slope := 0.0
	for i, v := range x {
		y[i] = v - r.X0[i]
		slope += g[i] * y[i]
	}
	if !(slope < 0) {
		return nil, 0
	}
	t := 10 * u.Floor / slope
	for i, v := range x {
		if y[i] = v + t*y[i]; r.Lower != nil {
			y[i] = min(max(y[i], r.Lower[i]), r.Upper[i])
		}
	}
	if !vec.AllFinite(y) {
		return nil, 0
	}
	if r.Constraints != nil {
		s := newRestoration(r.Constraints, tol, allowed)
		s.far = true
		if s.from(y) != Point {
			return nil, 0
		}
		y = s.x
	}
	if f := r.Value(y); f < u.Floor {
		return y, f
	}
	return nil, 0
}

// Nearly reports whether the rows c at x, with the Jacobian j, violate their limits by no
// more than tol or 1e-12 of the terms |∂c/∂xⱼ xⱼ| they are made of: far away rounding
// leaves no less.
func Nearly(k *search.Constraints, x, c []float64, j blas64.General, tol float64) bool {
	const rounding = 1e-12
	for i, c := range c {
		size := 0.0
		for e, v := range x {
			size += math.Abs(j.Data[i*j.Stride+e] * v)
		}
		if !(max(c-k.Upper[i], k.Lower[i]-c) <= max(tol, rounding*size)) {
			return false
		}
	}
	return true
}
