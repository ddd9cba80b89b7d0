package trustconstr

import (
	"math"
	"slices"

	"github.com/argmin-go/argmin/internal/option"
	"github.com/argmin-go/argmin/minimize/internal/nullspace"
	"github.com/argmin-go/argmin/minimize/internal/vec"
)

const (
	// taken is the part of the predicted decrease of the merit function from which a step is taken
	// (Byrd, Hribar & Nocedal 1999).
	taken = 1e-8
	// toBoundary is the fraction to the boundary: a step reduces slacks, and distances from bounds, by
	// at most this part (Byrd, Hribar & Nocedal 1999).
	toBoundary = 0.995
	// maxIdle and maxIdleDifferences are how many steps whose effect is lost in rounding are taken in
	// a row, with given derivatives and with finite differences, whose errors would let them continue
	// forever. Our choice.
	maxIdle, maxIdleDifferences = 30, 3
)

// propose sets d to a step within a radius, v to its normal part, and predicted to the decrease of the
// merit function; it raises the penalty so that this is positive. It returns the norm of the constraints
// at the point.
//
// Nocedal & Wright, section 18.5; Lalee, Nocedal & Plantenga (1998); the constants are from Byrd, Hribar &
// Nocedal (1999).
func (k *state) propose(radius float64) float64 {
	const (
		normalPart  = 0.8 // of the radius, for normal steps
		penaltyPart = 0.3
	)
	p := k.at
	region := nullspace.Region{Radius: normalPart * radius, Low: -toBoundary / 2, N: k.r.N()}
	k.normal.Step(p.res, region, k.v)
	k.product(k.v, k.hd)
	for i, v := range k.grad {
		k.w[i] = v + k.hd[i]
	}
	copy(k.d, k.v)
	region.Radius, region.Low = radius, -toBoundary
	k.tangent.Step(k.product, k.w, region, k.d)

	k.product(k.d, k.hd)
	model := vec.Dot(k.grad, k.d) + vec.Dot(k.d, k.hd)/2
	size := vec.Norm2(p.res)
	k.jac.Mul(k.d, k.row)
	for i, v := range p.res {
		k.row[i] += v
	}
	k.proj.Round(k.row, vec.Norm2(k.d))
	closer := size - vec.Norm2(k.row)
	least := 0.0
	if closer > 0 {
		least = model / ((1 - penaltyPart) * closer)
	}
	k.setPenalty(least)
	k.predicted = -model + k.penalty*closer
	return size
}

// setPenalty raises the penalty to the least one with which the merit function falls along the step. It lowers one
// that is many times what this step and the multipliers call for, which is left of a step where the constraints
// had nearly no slope: otherwise the steps would have to follow the constraints to rounding. It does so a limited
// number of times, as the convergence of the method needs a penalty that stays in the end. Our choices.
func (k *state) setPenalty(least float64) {
	const tooLarge, lower, mostLowered = 1000, 10, 20
	if least > k.penalty {
		k.penalty = least
		return
	}
	enough := max(least, 2*vec.Norm2(k.y), option.Or(k.m.InitialConstrPenalty, 1)*min(1, k.scale.Value(k.at.f)))
	if k.penalty > tooLarge*enough && k.lowered < mostLowered {
		k.penalty = lower * enough
		k.lowered++
	}
}

// step makes one iteration: a step, taken if it lowers the merit function, and the
// radius for the next.
//
// Nocedal & Wright, algorithm 18.4, with the constants of Lalee, Nocedal & Plantenga (1998).
func (k *state) step() {
	const (
		good, best = 0.3, 0.9
		useful     = -3 // ratio above which SR1 learns from a refused step
	)
	p := k.at
	size := k.propose(k.radius)
	ratio := k.try(k.d, size)
	if ratio < taken && k.correct() {
		ratio = k.try(k.soc, size)
	}
	length := vec.Norm2(k.d)
	switch {
	case ratio >= best:
		k.radius = max(k.radius, 7*length)
	case ratio >= good:
		k.radius = max(k.radius, 2*length)
	case k.idle > k.maxIdle && k.lost:
		k.radius = 0.1 * min(k.radius, length)
	case ratio < taken:
		shorter := (1 - taken) / (1 - ratio) * length
		k.radius = min(max(shorter, 0.1*k.radius), 0.5*k.radius)
	}
	if ratio >= taken {
		k.refused = 0
		k.at, k.trial = k.trial, k.at
		k.scale.See(k.at.x, k.at.f)
		k.linearize(k.trial)
		k.progressed()
		return
	}
	k.refused++
	// Nocedal & Wright, algorithm 6.2; steps whose ratio is far off would only spoil it.
	if k.m.HessianUpdate == "SR1" && k.hess.approx != nil && ratio >= useful && k.differentiate(k.trial) {
		k.hess.update(p, k.trial, k.u)
	}
}

// progressed counts the steps since the last one that lowered the merit function by
// more than its rounding, or one that halved the residual of the optimality conditions.
func (k *state) progressed() {
	e := max(k.inUnits, k.complementarity(), vec.Norm(k.at.res, 0))
	switch {
	case !(e > k.least/2):
		k.idle, k.least = 0, e
	case k.lost:
		k.idle++
	default:
		k.idle = 0
	}
}

// product sets hd to the Hessian of the barrier problem's Lagrangian times d.
func (k *state) product(d, hd []float64) {
	n := k.r.N()
	k.hess.product(k.at.x, d[:n], hd[:n])
	for i, v := range k.sigma {
		hd[n+i] = v * d[n+i]
	}
}

// try evaluates the trial point a step away, and its derivatives if it is to be taken. It returns the ratio
// of the decrease of the merit function to the predicted one; size is the norm of the constraints at the
// point.
func (k *state) try(d []float64, size float64) float64 {
	p, q, n := k.at, k.trial, k.r.N()
	for i, v := range p.x {
		q.x[i] = v + k.unit[i]*d[i]
	}
	for i, v := range p.s {
		q.s[i] = v + v*d[n+i]
	}
	k.clip(q.x, p.s)
	if !k.evaluate(q, false) {
		copy(q.res, q.k)
		for i, v := range q.s {
			q.res[len(k.eq)+i] += v
		}
		return math.Inf(-1)
	}
	k.setSlacks(q)
	if slices.Equal(p.x, q.x) && slices.Equal(p.s, q.s) {
		k.hess.reset() // the model gives no step that is more than rounding
		return math.Inf(-1)
	}
	// Rounding of the values must not decide (Conn, Gould & Toint, section 17.4.2).
	noise := 10 * vec.Eps * max(1, math.Abs(p.phi), math.Abs(q.phi))
	lower := p.phi - q.phi + k.penalty*(size-vec.Norm2(q.res))
	ratio := (lower + noise) / (k.predicted + noise)
	k.lost = lower <= noise
	if math.IsNaN(ratio) || !(k.predicted > 0) || k.lost && k.idle > k.maxIdle || ratio >= taken && !k.differentiate(q) {
		return math.Inf(-1)
	}
	return ratio
}

// correct sets soc to the step with a second-order correction, towards the constraints
// at the trial point, where a refused step is mostly tangential or left the inequalities
// that must hold. It reports false where there is none.
func (k *state) correct() bool {
	const small = 0.8
	q, n := k.trial, k.r.N()
	for i, d := range k.d {
		k.w[i] = d - k.v[i]
	}
	if len(q.res) == 0 || !q.outside && (math.IsNaN(q.f) || math.IsInf(q.f, 0) || vec.Norm2(k.v) > small*vec.Norm2(k.w)) {
		return false
	}
	for i, v := range q.res {
		k.row[i] = -v
	}
	k.proj.Solve(nil, k.row, k.w, k.rowY)
	t := 1.0
	for i, w := range k.w[n:] {
		if w < 0 {
			t = min(t, (-toBoundary-k.d[n+i])/w)
		}
	}
	copy(k.soc, k.d)
	if t = max(t, 0); t != 0 { // 0 times an infinite step is no step
		vec.Axpy(t, k.w, k.soc)
	}
	return true
}
