package slsqp

import (
	"math"
	"slices"

	"github.com/argmin-go/argmin/minimize/internal/search"
	"github.com/argmin-go/argmin/minimize/internal/vec"
)

// judge has what decides whether a point is a minimum: the sizes of the values and of the variables, so
// that the answer does not depend on their units.
type judge struct {
	f0       float64   // the first value
	fall     float64   // by how much the value has fallen, where early steps count less and less
	before   float64   // the value at the last call of measure
	feasible bool      // x0 is
	size     []float64 // of the variables: the largest |x| and |x - x0| so far
	left     []float64 // scratch: the gradient of the Lagrangian
	small    float64   // the stationarity up to which a point is a minimum

	insisted  int     // how often the search has continued with B as it is since B was scaled
	rescued   int     // how often B has been scaled
	rescuedAt float64 // the value then
	returned  bool    // the search has gone back to the best point
}

// doubtful is the stationarity above which a point from which no step leads on is not a minimum; mostRescues is
// how often B is scaled; coarse is the size of the variables below which the first B is, and firstSteps how many
// times their size the first step may be: our choices.
const (
	doubtful    = 0.1
	mostRescues = 5
	mostInsists = 5
	coarse      = 1e-3
	firstSteps  = 10
	forget      = 0.8
)

// newJudge is for a search to a precision acc of the value: near a minimum the value is as exact as the square
// of the gradient.
func newJudge(size, left []float64, acc float64) judge {
	return judge{size: size, left: left, small: max(10*math.Sqrt(acc), 1e-4)}
}

// begin takes the first point, and scales the first B where a variable is so small that a step along the
// gradient would be many times as long.
func (d *judge) begin(k *state) {
	d.f0, d.before, d.feasible = k.f, k.f, k.viol <= k.acc
	k.measure()
	for i, at := range k.q.free {
		size := d.size[at]
		if k.r.Lower != nil {
			size = min(size, k.r.Upper[at]-k.r.Lower[at])
		}
		if g := math.Abs(k.g[at]); size > 0 && size < coarse && g > firstSteps*size {
			k.q.b.D[i] = g / (firstSteps * size)
		}
	}
}

// measure takes the sizes of the variables at the point.
func (k *state) measure() {
	d := &k.judge
	d.fall = max(forget*d.fall, math.Abs(d.before-k.f))
	d.before = k.f
	for i, v := range k.x {
		k.judge.size[i] = max(k.judge.size[i], math.Abs(v), math.Abs(v-k.r.X0[i]))
	}
}

// unit is the size of the values: of the value itself and of its fall, at least 1 where the value has fallen by 1
// or more, as FTol is absolute for values of that size.
func (k *state) unit() float64 {
	u := max(math.Abs(k.f), k.judge.fall)
	if max(u, math.Abs(k.judge.f0-k.f)) >= 1 {
		u = max(u, 0.1)
	}
	return u
}

// valueTol is the change of the value up to which it counts as none.
func (k *state) valueTol() float64 { return k.acc * min(1, 10*k.unit()) }

// relativeLength is the length of the step, of variables in their sizes where these are less than 1.
func (k *state) relativeLength() float64 {
	s := 0.0
	for i, at := range k.q.free {
		if v := k.q.s[i]; v != 0 {
			s = math.Hypot(s, v/min(1, k.judge.size[at]))
		}
	}
	return s
}

// fullLagrangian sets left to the gradient of the Lagrangian with the multipliers of constraints and bounds.
func (k *state) fullLagrangian() []float64 {
	left := k.judge.left
	copy(left, k.g)
	k.q.withoutConstraints(left, k.j)
	for i, b := range k.q.bounds {
		left[k.q.free[b.i]] -= b.sign * k.q.nu[i]
	}
	return left
}

// optimality is the largest element of the gradient of the Lagrangian.
func (k *state) optimality() float64 {
	left, most := k.fullLagrangian(), 0.0
	for _, at := range k.q.free {
		most = max(most, math.Abs(left[at]))
	}
	return most
}

// stationarity is by how much the Lagrangian would change to first order if every variable moved by its size,
// relative to the size of the values.
func (k *state) stationarity() float64 {
	left, change := k.fullLagrangian(), 0.0
	for _, at := range k.q.free {
		change += math.Abs(left[at]) * k.judge.size[at]
	}
	if change == 0 {
		return 0
	}
	return change / k.unit()
}

// insist reports whether to go on with B as it is from a point where the value changes little, as the gradient of
// the Lagrangian is not small: it does so mostInsists times.
func (k *state) insist() bool {
	d := &k.judge
	if d.insisted >= mostInsists || k.stationarity() <= d.limit(k) || !(k.slope < -16*vec.Eps*math.Abs(k.merit())) {
		return false
	}
	d.insisted++
	return true
}

// limit is the stationarity up to which a point is a minimum: less where B does not know any curvature yet.
func (d *judge) limit(k *state) float64 {
	if k.fresh && d.rescued == 0 {
		return d.small / 100
	}
	return d.small
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
	for _, at := range k.q.free {
		slope = math.Hypot(slope, left[at]*d.size[at])
	}
	curvature := d.fall
	if curvature == 0 {
		curvature = math.Abs(k.f)
	}
	curvature = max(curvature, slope)
	k.q.b.Reset()
	for i, at := range k.q.free {
		if size := d.size[at]; size > 0 && curvature > 0 {
			k.q.b.D[i] = curvature / size / size
		}
	}
	clear(k.rowsMu)
	k.fresh, k.failedSearches = true, 0
	return true
}

// above reports whether the value is above the one at x0, which is feasible.
func (k *state) above() bool {
	return k.judge.feasible && k.f-k.judge.f0 > 1e-8*max(math.Abs(k.f), math.Abs(k.judge.f0))
}

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
