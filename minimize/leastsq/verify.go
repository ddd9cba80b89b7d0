package leastsq

import (
	"math"

	"github.com/argmin-go/argmin/minimize/internal/vec"
)

// The stopping tests of the methods say that a step or the change of the cost over it is small, which may be so
// because the trust region has cut the step, or that the gradient is small in its units, which may be any.
// Whether the point is a minimum is asked here, once for all methods: the gradient must be small compared with
// the products that it is the sum of, or the residuals compared with theirs. Where neither is small the search
// goes on with a larger region, and if that does not help it is not a success.

const (
	// smallCosine is the largest cosine of a right answer: measured are up to 2e-4 at right answers, and 9e-4 to 1 at
	// false successes of public reports of bugs.
	smallCosine = 1e-3
	// smallResidual is how many times the machine precision residuals may be, compared with their terms, that count
	// as zero, and coarseResidual how many times a larger error that the options declare: choices.
	smallResidual, coarseResidual = 1e3, 10
)

// differenced reports whether the Jacobian is by differences of values.
func (r *run) differenced() bool {
	return r.p.Jac == nil && r.p.JacSparse == nil && r.sys.Complex == nil
}

// coarse has differences and tests take values for exact to float32 only, as an unknown program may compute
// them, and finds the Jacobian again. It reports whether they did not, and nothing in the options speaks against it.
func (r *run) coarse() bool {
	if !r.differenced() || !r.Coarser(0x1p-23) {
		return false
	}
	r.floors()
	r.sys.Forget()
	r.derived = false
	return r.tries < r.maxFev && r.derive()
}

// refusals counts the times that a stopping test held at points that are not stationary.
type refusals struct {
	cost float64 // at the last refusal
	n    int     // consecutive ones without a decrease of the cost
}

// widen is called where a stopping test holds at a point that is not stationary: it returns the factor by which
// to enlarge the region, or 0 if that has been tried. Factors grow from 10 to 1e16, since the region may be too
// small by any number of digits; as long as the cost falls they begin again.
func (r *run) widen() (by float64) {
	const most, falls, steps = 5, 0.99, 8 // choices
	w := &r.unsure
	stuck := r.refused >= steps // so many steps were refused that the region was no obstacle
	if w.n > 0 && !(r.cost < falls*w.cost) && (stuck || w.n == most) {
		return 0
	}
	if w.n > 0 && r.cost < falls*w.cost || w.n == most {
		w.n = 0
	}
	w.n++
	w.cost = r.cost
	return math.Pow(10, math.Pow(2, float64(w.n-1)))
}

// verdict is what verify finds.
type verdict int

const (
	optimal  verdict = iota // the point is a minimum, as far as derivatives show
	moved                   // it is not, and the current point is a better one now, with its Jacobian
	rejected                // it is not
)

// verify judges the current point, where the Jacobian is known and the test with a code holds.
func (r *run) verify(code int) verdict {
	if r.zero() {
		return optimal
	}
	limit := smallCosine
	if r.differenced() { // differences have half of the digits
		limit = max(limit, 10*math.Sqrt(max(r.opt.FuncError, vec.Eps)))
	}
	small := r.cosine() <= limit
	if small && !r.sys.Confirmed(r.sys.Unchanged()) && r.coarse() {
		return moved
	}
	// Near a minimum of 0 with a singular Jacobian the cost falls for ever.
	const solved = 1e-10 // of the first cost: a choice
	switch {
	case small && code == 1 && r.cost <= solved*r.firstCost:
		return optimal
	case r.improve():
		return moved
	case small, r.flat():
		return optimal
	}
	return rejected
}

// room is how far variable i may go along the negative gradient.
func (r *run) room(i int) float64 {
	if r.g[i] > 0 {
		return max(r.x[i]-r.lower[i], 0)
	}
	return max(r.upper[i]-r.x[i], 0)
}

// cosine is the largest cosine of the angle between the residuals and a column of the Jacobian, MINPACK's
// scale-free measure of the gradient: its square is the part of the cost that a step along that variable
// alone takes away. It is less for a variable that has not the room for such a step before a bound.
func (r *run) cosine() (largest float64) {
	norms, size := r.columnNorms(), math.Sqrt(2*r.cost)
	if size == 0 {
		return 0
	}
	for i, g := range r.g {
		if g == 0 || r.lower[i] == r.upper[i] {
			continue
		}
		c := math.Abs(g) / norms[i] / size
		largest = max(largest, min(c, math.Sqrt(2*math.Abs(g)*r.room(i))/size))
	}
	return largest
}

// columnNorms are the norms of the columns of the Jacobian, its rows weighted as in the gradient of the cost
// with a loss.
func (r *run) columnNorms() []float64 {
	norms := make([]float64, r.n)
	if r.loss == nil {
		r.j.columnNorms(norms)
		return norms
	}
	rows, weights := r.loss.weights(r.fun) // j has rows times other weights
	r.j.visit(func(i, k int, v float64) { norms[k] = math.Hypot(norms[k], v/rows[i]*weights[i]) })
	return norms
}

// zero reports whether the residuals are small compared with their terms, to first order the changes when each
// variable changes by its size.
func (r *run) zero() bool {
	terms := make([]float64, r.m)
	r.j.visit(func(i, k int, v float64) { terms[i] += math.Abs(v * r.x[k]) })
	if r.loss != nil {
		rows, _ := r.loss.weights(r.fun)
		for i, w := range rows {
			terms[i] /= w
		}
	}
	tol := smallResidual * vec.Eps
	if e := r.opt.FuncError; e > vec.Eps {
		tol = max(tol, coarseResidual*e)
	}
	return vec.Norm2(r.fun) <= tol*vec.Norm2(terms)
}

// improve tries the whole Gauss-Newton step of the free variables, shortened to stay within the bounds, if the
// model promises much of it. It reports whether the cost fell, and moves there if so. A cosine is small for
// each single column also where columns are nearly parallel and the residuals lie between them.
func (r *run) improve() bool {
	const much, part, accuracy = 1e-3, 0.1, 1e-13 // of the cost, of the promise, of singular values: choices
	if r.sparse != nil || r.tries >= r.maxFev {
		return false
	}
	step, promise := r.gaussNewton(accuracy)
	if !(promise > much*r.cost) {
		return false
	}
	if t := boundStep(r.x, step, r.lower, r.upper); t < 1 {
		for i := range step {
			step[i] *= 0.9 * t
		}
	}
	for i, v := range r.x {
		if next := v + step[i]; next > r.lower[i] && next < r.upper[i] {
			v = next
		}
		step[i] = v
	}
	refused := r.refused
	cost := r.try(step)
	r.refused = refused
	if !(r.cost-cost > part*promise) {
		return false
	}
	r.accept(step, cost)
	return r.derive()
}

// gaussNewton returns the Gauss-Newton step of the free variables, zero for others, and by how much it reduces
// the cost if the residuals are linear. Singular values that are smaller relative to the largest count as zero.
func (r *run) gaussNewton(accuracy float64) (step []float64, promise float64) {
	step = make([]float64, r.n)
	norms := make([]float64, r.n)
	r.j.columnNorms(norms)
	var free []int
	scale := make([]float64, r.n)
	for i, g := range r.g {
		if norms[i] > 0 && r.lower[i] < r.upper[i] && 2*math.Abs(g)*r.room(i) >= (g/norms[i])*(g/norms[i]) {
			free, scale[i] = append(free, i), 1/norms[i]
		}
	}
	d := newSVD(r.m, len(free))
	if len(free) == 0 || !d.factorize(r.dense, free, scale, nil, r.f) {
		return step, 0
	}
	for k, s := range d.s[:d.k] {
		if s <= accuracy*d.s[0] {
			continue
		}
		promise += d.ub[k] * d.ub[k] / 2
		for l, i := range free {
			step[i] -= d.vt.Data[k*len(free)+l] * d.ub[k] / s * scale[i]
		}
	}
	return step, promise
}
