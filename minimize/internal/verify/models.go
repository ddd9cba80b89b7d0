package verify

import (
	"math"
	"slices"

	"gonum.org/v1/gonum/mat"

	"github.com/argmin-go/argmin/minimize/internal/search"
	"github.com/argmin-go/argmin/minimize/internal/vec"
)

// products is the largest number of products with the Hessian for the conjugate gradients; our choice.
const products = 30

// conjugate finds fall and step for many variables, by conjugate gradients on the Newton equation in
// units of the variables (Nocedal & Wright, algorithm 5.2). Products with the Hessian are the problem's, or
// differences of gradients. It reports false if they do not end.
func (p *point) conjugate() bool {
	if p.jac != nil || p.r.DerivativeFree() {
		return false
	}
	n := len(p.x)
	r, d, hd, s := make([]float64, n), make([]float64, n), make([]float64, n), make([]float64, n)
	for _, i := range p.free {
		r[i] = -p.res[i] * p.size[i]
	}
	copy(d, r)
	p.fall = 0
	rr := vec.Dot(r, r)
	enough := 1e-2 * rr // a tenth of the gradient: fall is then right to some percent
	for range products {
		if !p.product(d, hd) {
			break
		}
		curve := vec.Dot(d, hd)
		if !(curve > 0) {
			break
		}
		a := rr / curve
		vec.Axpy(a, d, s)
		vec.Axpy(-a, hd, r)
		p.fall += a * rr / 2
		before := rr
		if rr = vec.Dot(r, r); rr <= enough {
			for i := range s {
				s[i] *= p.size[i]
			}
			p.measured(s)
			return true
		}
		for i, e := range r {
			d[i] = e + rr/before*d[i]
		}
	}
	p.fall = math.NaN()
	return false
}

// product sets hd to the Hessian times d, both in units of the variables. It reports false if that is not
// finite.
func (p *point) product(d, hd []float64) bool {
	n := len(p.x)
	x, step := make([]float64, n), make([]float64, n)
	for _, i := range p.free {
		step[i] = d[i] * p.size[i]
	}
	if p.r.Problem.HessP != nil {
		p.r.Product(p.x, step, x)
	} else {
		most := 0.0
		for i, e := range d {
			if step[i] != 0 {
				most = max(most, math.Abs(e))
			}
		}
		t := math.Cbrt(p.r.FuncError()) / most
		for i, e := range step {
			x[i] = p.x[i] + t*e
			if p.r.Lower != nil {
				x[i] = min(max(x[i], p.r.Lower[i]), p.r.Upper[i])
			}
		}
		g := make([]float64, n)
		p.r.Gradient(x, g)
		for i := range x {
			x[i] = (g[i] - p.g[i]) / t
		}
	}
	clear(hd)
	for _, i := range p.free {
		hd[i] = x[i] * p.size[i]
	}
	return vec.AllFinite(hd)
}

// modelled looks at the end of a method that uses only values, without evaluations: by the slopes of its last models, which
// interpolate values near the end as differences do. It is nil unless they are small, with half of the tolerances left
// for what the models do not know, and with what rounding of the values can hide. Linear models have errors that
// curvature makes; they are enough beside the gradients of active constraints.
func modelled(r *search.Run, o search.Outcome) *point {
	m := o.Model
	if m == nil || !vec.AllFinite(m.Slope) {
		return nil
	}
	p := newPoint(r, o)
	copy(p.g, m.Slope)
	p.model, p.diagonal = m, m.Curvature
	p.sizes()
	hidden := 0.0
	for i, x0 := range r.X0 {
		if m.Width[i] == 0 { // a fixed variable
			continue
		}
		hidden += 8 * r.FuncError() * math.Abs(p.f) / m.Width[i] * p.size[i]
		if r.Constraints == nil && (x0 == 0 || !p.curvatureKnown(i, m.Width[i])) {
			return nil // perhaps its size is not known, see insensitive, or it is on a plateau
		}
	}
	if !p.multipliers(o) {
		return nil
	}
	if p.jac == nil && m.Curvature == nil {
		return nil
	}
	p.measure()
	slope := p.slope + hidden
	switch {
	case p.jac != nil:
		p.trusted = slope <= max(p.allowed()/2, parallel*r.Loose()*p.terms)
	case slope <= p.unexcused()/2:
		p.trusted = true
	case slope <= p.allowed()/2 && m.Hess != nil:
		p.trusted = p.bowl()
	}
	if !p.trusted {
		return nil
	}
	return p
}

// bowl reports whether the value is small beside what it rises by in every direction over the width of the last model, so that it is nearer to a
// minimum than that, unless it goes below 0.
func (p *point) bowl() bool {
	n := len(p.free)
	h := mat.NewSymDense(n, nil)
	for k, i := range p.free {
		for l := k; l < n; l++ {
			j := p.free[l]
			h.SetSym(k, l, p.model.Hess.At(i, j)*p.model.Width[i]*p.model.Width[j])
		}
	}
	var eig mat.EigenSym
	return n > 0 && vec.AllFinite(h.RawSymmetric().Data) && eig.Factorize(h, false) && eig.Values(nil)[0]/2 >= math.Abs(p.f)
}

// curvatureKnown reports whether a curvature of a model of values at some distance is more than what their rounding makes,
// or would be small over the size of variable i even then.
func (p *point) curvatureKnown(i int, width float64) bool {
	if p.diagonal == nil {
		return true
	}
	noise := 4 * p.r.FuncError() * math.Abs(p.f) / (width * width)
	return math.Abs(p.diagonal[i]) > 10*noise || noise*p.size[i]*p.size[i] <= unfeltCurved*math.Abs(p.f)
}

// central sets g to central differences of values, near a bound to the parabola on one side, and diagonal
// to second differences (Nocedal & Wright, section 8.1). Gradients of two points have only half of the
// digits, which is too few to judge by. It reports false if a value is not finite.
func (p *point) central() bool {
	n := len(p.x)
	p.steps, p.ahead, p.diagonal = make([]float64, n), make([]float64, n), make([]float64, n)
	for i, v := range p.x {
		t := math.Sqrt(math.Sqrt(p.r.FuncError())) * p.size[i]
		lo, hi := math.Inf(-1), math.Inf(1)
		if p.r.Lower != nil {
			lo, hi = p.r.Lower[i], p.r.Upper[i]
			t = min(t, (hi-lo)/2)
		}
		if t = v + t - v; t == 0 {
			continue
		}
		var one, two float64
		switch {
		case v-t >= lo && v+t <= hi:
			one, two = p.moved(i, t), p.moved(i, -t)
			p.g[i], p.diagonal[i] = (one-two)/(2*t), ((one-p.f)-(p.f-two))/(t*t)
		case v == lo && p.rises(i, t) || v == hi && p.rises(i, -t): // the bound holds it
			continue
		default:
			if v+2*t > hi {
				t = -t
			}
			one, two = p.moved(i, t), p.moved(i, 2*t)
			p.g[i], p.diagonal[i] = (4*one-two-3*p.f)/(2*t), ((two-one)-(one-p.f))/(t*t)
		}
		if !vec.IsFinite(one) || !vec.IsFinite(two) {
			return false
		}
		p.steps[i], p.ahead[i] = t, one
	}
	return true
}

// refine takes differences again where their steps were so long that the value, which may be small by now, changed by more than a hundredth of
// itself by curvature alone: it may have changed by more than that by what is not a parabola.
func (p *point) refine() {
	if p.jac != nil {
		return
	}
	for _, i := range p.free {
		curved, t := math.Abs(p.diagonal[i]), math.Abs(p.steps[i])
		short := max(math.Sqrt(straight*math.Abs(p.f)/curved), math.Cbrt(p.r.FuncError())*p.localSize(i))
		v := p.x[i]
		if short = v + short - v; !(short > 0 && short < t/2) || p.r.Lower != nil && (v-short < p.r.Lower[i] || v+short > p.r.Upper[i]) {
			continue
		}
		one, two := p.moved(i, short), p.moved(i, -short)
		if !vec.IsFinite(one) || !vec.IsFinite(two) {
			continue
		}
		p.g[i], p.diagonal[i] = (one-two)/(2*short), ((one-p.f)-(p.f-two))/(short*short)
		p.res[i], p.steps[i], p.ahead[i] = p.g[i], short, one
	}
	p.hold()
}

// straight is the most that curvature may change the value over a difference, relative to it; our choice.
const straight = 1e-2

// rises reports whether the value rises where variable i is changed by t, and sets the slope and the value there.
func (p *point) rises(i int, t float64) bool {
	p.steps[i], p.ahead[i] = t, p.moved(i, t)
	p.g[i] = (p.ahead[i] - p.f) / t
	return p.ahead[i] > p.f && vec.IsFinite(p.ahead[i])
}

// moved is the value where variable i is changed by t.
func (p *point) moved(i int, t float64) float64 {
	x := slices.Clone(p.x)
	x[i] += t
	return p.r.Value(x)
}

// crossed sets h to the Hessian for the free variables by differences of values, of which central has
// found the diagonal.
func (p *point) crossed(h *mat.SymDense) {
	x := slices.Clone(p.x)
	for k, i := range p.free {
		h.SetSym(k, k, p.diagonal[i])
		for l := k + 1; l < len(p.free); l++ {
			j := p.free[l]
			if p.steps[i] == 0 || p.steps[j] == 0 {
				continue
			}
			x[i], x[j] = p.x[i]+p.steps[i], p.x[j]+p.steps[j]
			both := p.r.Value(x)
			x[i], x[j] = p.x[i], p.x[j]
			h.SetSym(k, l, ((both-p.ahead[i])-(p.ahead[j]-p.f))/(p.steps[i]*p.steps[j]))
		}
	}
}
