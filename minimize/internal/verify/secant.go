package verify

import (
	"math"
	"slices"

	"gonum.org/v1/gonum/mat"

	"github.com/argmin-go/argmin/minimize/internal/lbfgsb"
	"github.com/argmin-go/argmin/minimize/internal/search"
	"github.com/argmin-go/argmin/minimize/internal/vec"
)

// secant finds fall and step by what the search has at hand: its own approximation H of the inverse Hessian, or the one
// that L-BFGS makes of its last steps.
//
// A step proves H where the gradient at its end, in the norm that H makes, is θ times the one before, θ < 1: more such
// steps would add up to 1/(1-θ) times it (Deuflhard, "Newton Methods for Nonlinear Problems", 2004, section 2.1), and fall
// and step are that much longer. What slopes promise that a step has not halved counts in full: there H may have seen
// nothing yet.
//
// The first step that is looked at is the last one of the search, which H does not know then and which takes no
// evaluation. Then a few steps -H g are made from its end, each of which takes one gradient and adds to what L-BFGS knows.
// It reports false where no step proves H, or the fall is not small: then another way may find less.
func (p *point) secant() bool {
	if p.jac != nil || p.r.DerivativeFree() {
		return false
	}
	if p.r.NHev > 0 && p.r.Problem.Hess != nil { // one evaluation of that shows all
		return false
	}
	end := search.Visited{X: p.x, Grad: p.g}
	pairs, last := p.pairs(end)
	switch {
	case p.r.Differenced(): // as exact as Newton's method needs, but not as the changes of many gradients
		pairs = nil
	case last.X != nil && len(p.free) > few:
		if h := p.byPairs(pairs); pairs.Len() > 0 {
			before, _ := p.newtonFall(h, last)
			fall, step := p.newtonFall(h, end)
			if s := (proof{last, end, fall, step, math.Sqrt(fall / before)}); s.theta <= lastContraction && p.proven(s) {
				return true
			}
		}
		p.addPair(pairs, last, end)
	}
	return p.tried(pairs, end)
}

// tried does it by steps from the end of the search.
func (p *point) tried(pairs *lbfgsb.Pairs, at search.Visited) bool {
	times, fallen, slope := p.own(), 0.0, p.slopes(at, nil)
	for range min(tries, (len(p.free)+1)/2) {
		if times == nil {
			if pairs == nil || pairs.Len() == 0 {
				return false
			}
			times = p.byPairs(pairs)
		}
		fall, step := p.newtonFall(times, at)
		if !(fall > 0) || math.IsInf(fall, 0) {
			return false
		}
		next := p.after(at, step)
		if !vec.AllFinite(next.Grad) {
			return false
		}
		left, _ := p.newtonFall(times, next)
		if p.proven(proof{at, next, fallen + fall, vec.Minus(next.X, p.x), math.Sqrt(left / fall)}) {
			return true
		}
		if pairs != nil {
			p.addPair(pairs, at, next)
		}
		if left := p.slopes(next, nil); left < slope {
			at, slope, fallen = next, left, fallen+fall
		}
		times = nil
	}
	return false
}

// few variables, a choice: with no more of them the last step of the search is not looked at, as steps made for the proof cost little then, and one step may
// contract by chance (Meyer's function, by CG).
const few = 5

// proof is a step that proves an approximation of the inverse Hessian.
type proof struct {
	from, to search.Visited
	fall     float64   // from the end of the search to the minimum by that approximation
	step     []float64 // the same
	theta    float64   // the contraction
}

// Our choices: the most steps that are tried, the most pairs for them, and the largest contractions, of a step that was made for the proof and of
// the last one of the search.
const tries, maxPairs, contraction, lastContraction = 8, 18, 0.8, 0.5

// beyond is the largest fall that a step proves, relative to the value; our choice.
const beyond = 10

// proven reports whether a step contracts and the fall is small; then it sets fall and step.
func (p *point) proven(s proof) bool {
	if !(s.theta <= contraction) {
		return false
	}
	tol, unseen, fallen := p.tolerances(), p.slopes(s.to, s.from.Grad), p.fallen()
	if p.slopes(s.to, nil) > p.allowed() && unseen > min(max(tol.value*math.Abs(p.f), tol.move*fallen), moved*fallen) {
		return false
	}
	more := 1 / (1 - s.theta)
	fall := s.fall * max(2, more*more)
	if fall > beyond*math.Abs(p.f) { // below 0 by more than it is above: the steps may have seen steep directions only
		return false
	}
	vec.Scale(more, s.step)
	p.measured(s.step)
	local := max(p.local, tol.near)
	// What is unseen promises a part of the value, and it is not known how far away, unless most of the value is gone after the step.
	if unseen > math.Abs(p.f)/10 && (slices.Equal(s.to.X, p.x) || !(math.Abs(p.r.Value(s.to.X)) <= math.Abs(p.f)/10)) {
		local = math.Inf(1)
	}
	if !p.small(fall, p.step, p.local) || !p.small(fall+unseen, max(p.step, tol.near), local) {
		return false
	}
	p.fall = fall + unseen
	return true
}

// own is the product with the method's approximation of the inverse Hessian; nil: it has none. The one that L-BFGS-B
// shows is SciPy's, which starts with the identity and so has no size.
func (p *point) own() func(v, to []float64) {
	if p.o.HessInv == nil || p.o.HessInvP != nil {
		return nil
	}
	return func(v, to []float64) {
		mat.NewVecDense(len(to), to).MulVec(p.o.HessInv, mat.NewVecDense(len(v), v))
	}
}

// newtonFall is gᵀHg/2 and the step -H g of the free variables.
func (p *point) newtonFall(times func(v, to []float64), at search.Visited) (fall float64, step []float64) {
	g, d := p.held(at.Grad), make([]float64, len(at.X))
	times(g, d)
	step = p.held(d)
	fall = max(0, vec.Dot(g, step)/2)
	vec.Scale(-1, step)
	return fall, step
}

// after is the end of a step within the bounds, and the gradient there.
func (p *point) after(at search.Visited, step []float64) search.Visited {
	next := search.Visited{X: slices.Clone(at.X), Grad: make([]float64, len(at.X))}
	for i, d := range step {
		next.X[i] += d
		if p.r.Lower != nil {
			next.X[i] = min(max(next.X[i], p.r.Lower[i]), p.r.Upper[i])
		}
	}
	p.r.Gradient(next.X, next.Grad)
	return next
}

// held is v with 0 for the variables that bounds hold.
func (p *point) held(v []float64) []float64 {
	out := make([]float64, len(v))
	for _, i := range p.free {
		out[i] = v[i]
	}
	return out
}

// slopes is by how much the value could fall from a point at first order; with the gradient at another point only along
// variables whose slope is more than half of the one there.
func (p *point) slopes(at search.Visited, than []float64) float64 {
	sum := 0.0
	for i, v := range at.Grad {
		if than == nil || math.Abs(v) > math.Abs(than[i])/2 {
			sum += math.Abs(v) * p.roomAt(i, at.X[i], v)
		}
	}
	return sum
}

// pairs are the last steps of the search, in units of the sizes of the free variables, with the changes of the gradient,
// but for the one that led to the end, and where that one began.
func (p *point) pairs(end search.Visited) (pairs *lbfgsb.Pairs, last search.Visited) {
	pairs = lbfgsb.NewPairs(len(p.free), maxPairs)
	for _, v := range p.r.Visits() {
		if slices.Equal(v.X, end.X) {
			break
		}
		if last.X != nil {
			p.addPair(pairs, last, v)
		}
		last = v
	}
	return pairs, last
}

// addPair adds the step between two points.
func (p *point) addPair(pairs *lbfgsb.Pairs, from, to search.Visited) {
	s, y := make([]float64, len(p.free)), make([]float64, len(p.free))
	for k, i := range p.free {
		s[k], y[k] = (to.X[i]-from.X[i])/p.size[i], (to.Grad[i]-from.Grad[i])*p.size[i]
	}
	pairs.Add(s, y)
}

// byPairs is the product with the inverse Hessian that pairs make.
func (p *point) byPairs(pairs *lbfgsb.Pairs) func(v, to []float64) {
	g, d := make([]float64, len(p.free)), make([]float64, len(p.free))
	return func(v, to []float64) {
		for k, i := range p.free {
			g[k] = v[i] * p.size[i]
		}
		pairs.Newton(g, d)
		clear(to)
		for k, i := range p.free {
			to[i] = -d[k] * p.size[i]
		}
	}
}
