package slsqp

import (
	"math"
	"slices"

	"github.com/argmin-go/argmin/minimize/internal/search"
	"github.com/argmin-go/argmin/minimize/internal/vec"
)

// judge has what decides whether a point is a minimum.
type judge struct {
	*search.Scale
	feasible bool      // x0 is
	left     []float64 // scratch: the gradient of the Lagrangian
	small    float64   // the stationarity up to which a point is a minimum

	insisted  int     // how often the search has continued with B as it is since B was scaled, or a step was not short
	rescued   int     // how often B has been scaled
	rescuedAt float64 // the value then
	returned  bool    // the search has gone back to the best point
}

// Our choices.
const (
	doubtful    = 0.1  // the stationarity above which a point from which no step leads on is not a minimum
	mostRescues = 5    // how often B is scaled
	mostInsists = 5    // how often the search continues with B as it is before that
	coarse      = 1e-3 // the size of variables below which the first B is scaled for them
	firstSteps  = 10   // how many times that size the first step may be
)

// begin takes the first point. Near a minimum the value is as exact as the square of the gradient. It scales the
// first B where a variable is so small that a step along the gradient would be many times as long.
func (d *judge) begin(k *state) {
	d.Scale, d.left = search.NewScale(k.r.X0, k.f), make([]float64, k.r.N())
	d.feasible, d.small = k.viol <= k.acc, max(10*math.Sqrt(k.acc), 1e-4)
	for i, at := range k.q.free {
		size := d.Size[at]
		if k.r.Lower != nil {
			size = min(size, k.r.Upper[at]-k.r.Lower[at])
		}
		if g := math.Abs(k.g[at]); size > 0 && size < coarse && g > firstSteps*size {
			k.q.b.D[i] = g / (firstSteps * size)
		}
	}
}

// valueTol is the change of the value up to which it counts as none.
func (k *state) valueTol() float64 { return k.acc * k.judge.Tolerance(k.f) }

// relativeLength is the length of the step, of variables in their sizes where these are less than 1.
func (k *state) relativeLength() float64 {
	s := 0.0
	for i, at := range k.q.free {
		if v := k.q.s[i]; v != 0 {
			s = math.Hypot(s, v/min(1, k.judge.Size[at]))
		}
	}
	return s
}

// fullLagrangian is the gradient of the Lagrangian with the multipliers of constraints and bounds, 0 for variables
// that are fixed.
func (k *state) fullLagrangian() []float64 {
	left := k.judge.left
	copy(k.w, k.g)
	k.q.withoutConstraints(k.w, k.j)
	clear(left)
	for _, at := range k.q.free {
		left[at] = k.w[at]
	}
	for i, b := range k.q.bounds {
		left[k.q.free[b.i]] -= b.sign * k.q.nu[i]
	}
	for _, at := range k.q.free { // what rounding leaves of its terms is 0
		size := math.Abs(k.g[at])
		for i, l := range k.q.lambda {
			size = max(size, math.Abs(l*k.j.Data[k.q.rows[i].row*k.j.Stride+at]))
		}
		if math.Abs(left[at]) <= 64*vec.Eps*size {
			left[at] = 0
		}
	}
	return left
}

// stationarity is the one of the Lagrangian.
func (k *state) stationarity() float64 { return k.judge.Stationarity(k.f, k.fullLagrangian()) }

// insist reports whether to go on with B as it is from a point where the value changes little, as the gradient of
// the Lagrangian is not small: it does so mostInsists times.
func (k *state) insist() bool {
	d := &k.judge
	if d.insisted >= mostInsists || k.stationarity() <= d.limit(k) || !(k.slope < -16*vec.Eps*math.Abs(k.merit())) || d.insisted > 0 && slices.Equal(k.x, k.x0) {
		return false
	}
	d.insisted++
	return true
}

// limit is the stationarity up to which a point is a minimum: less where B does not know the curvature yet, or not the
// one along the last step, or the units are bad.
func (d *judge) limit(k *state) float64 {
	if k.fresh && d.rescued == 0 || k.damped {
		return d.small / 100
	}
	for _, at := range k.q.free { // the first B is far from the curvature along this variable
		if size := d.Size[at]; size > 1/coarse || size < coarse {
			return d.small / 10
		}
	}
	return d.small
}

// nearly reports whether the search has continued from a point that its tests on the value took for a minimum, and
// the gradient of the Lagrangian is nearly small: then a subproblem that is not solved is no failure.
func (k *state) nearly() bool {
	d := &k.judge
	return d.insisted+d.rescued > 0 && k.viol < k.acc && !k.above() && k.stationarity() <= doubtful
}

// rescale makes B a diagonal matrix for variables in their sizes, for steps in which all of them take part.
// It reports false if the last time led nowhere.
func (k *state) rescale() bool {
	d := &k.judge
	if d.rescued > 0 && !(d.rescuedAt-k.f > k.valueTol()) || d.rescued >= mostRescues {
		return false
	}
	d.rescued, d.rescuedAt, d.insisted = d.rescued+1, k.f, 0
	left, slope := k.fullLagrangian(), 0.0
	for i, v := range left {
		slope = math.Hypot(slope, v*d.Size[i])
	}
	curvature := d.Fall
	if curvature == 0 {
		curvature = math.Abs(k.f)
	}
	curvature = max(curvature, slope)
	k.q.b.Reset()
	for i, at := range k.q.free {
		if size := d.Size[at]; size > 0 && curvature > 0 {
			k.q.b.D[i] = curvature / size / size
		}
	}
	clear(k.rowsMu)
	k.fresh, k.failedSearches = true, 0
	return true
}

// above reports whether the value is above the one at x0, which is feasible.
func (k *state) above() bool { return k.judge.feasible && k.judge.Above(k.f) }

// goBack makes the best point the point from which the search continues. It reports false if it has done so
// before, or there is no better one.
func (k *state) goBack() bool {
	best := k.r.Best
	if k.judge.returned || best == nil || k.r.BestF >= k.f || slices.Equal(best, k.x) {
		return false
	}
	k.judge.returned = true
	return k.restart(slices.Clone(best)) && k.viol <= max(k.acc, search.Feasible) && vec.IsFinite(k.f) && k.rescale()
}
