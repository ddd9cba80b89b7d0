package verify

import (
	"math"
	"slices"
)

// sizes sets the sizes of the variables: |x|, or how far they have come.
func (p *point) sizes() {
	r := p.r
	for i, v := range p.x {
		if r.Scale != nil {
			p.size[i] = r.Scale[i]
			continue
		}
		if p.size[i] = max(math.Abs(v), math.Abs(v-r.X0[i])); p.size[i] == 0 { // the step by which the value would change by itself
			p.size[i] = math.Abs(p.f / p.g[i])
		}
		if !(p.size[i] > 0) || math.IsInf(p.size[i], 0) {
			p.size[i] = 1
		}
	}
}

// findUnmoved looks for variables that rounding has moved from 0, where their minimum is, by symmetry perhaps: they have no size. With probe they get one.
func (p *point) findUnmoved(probe bool) {
	r := p.r
	if r.Scale != nil || r.Constraints != nil || r.DerivativeFree() || r.Differenced() {
		return
	}
	for i, v := range p.x {
		if v == 0 || r.X0[i] != 0 || math.Abs(v*p.g[i]) > unmoved*math.Abs(p.f) {
			continue
		}
		p.unmoved = true
		if !probe {
			continue
		}
		if size := p.probe(i); size > 0 {
			p.size[i], p.unsized[i] = size, true
		}
	}
}

// unmoved is how little the value changes, relative to itself, with a variable that has been moved from 0 by rounding only; our choice: the change is
// of the second order, the square of rounding and more.
const unmoved = 1e-24

// insensitive looks for variables whose differences were taken without knowing a size: they start at 0, and the value
// does not seem to depend on them. It reports whether it has found their sizes by longer steps.
func (p *point) insensitive() (found bool) {
	r := p.r
	if !r.Differenced() || r.Constraints != nil || r.Scale != nil {
		return false
	}
	for i := range p.x {
		if r.X0[i] != 0 || math.Abs(p.g[i])*p.size[i] > 1e-6*math.Abs(p.f) {
			continue
		}
		if size := p.probe(i); size > p.size[i] {
			p.size[i], p.unsized[i], found = size, true, true
		}
	}
	return found
}

// change is by how much the value changes with variable i over its size, by what is known.
func (p *point) change(i int) float64 {
	c := math.Abs(p.g[i]) * p.size[i]
	if p.diagonal != nil {
		c += math.Abs(p.diagonal[i]) * p.size[i] * p.size[i] / 2
	}
	return c
}

// probe is the shortest of some steps from the size of a variable that changes the value by more than a millionth; 0 if
// none does.
func (p *point) probe(i int) float64 {
	x := slices.Clone(p.x)
	_, e := math.Frexp(min(p.size[i], math.Sqrt(p.r.FuncError())))
	if p.x[i] != 0 {
		_, e = math.Frexp(p.size[i])
	}
	for ; e <= 70; e += 16 { // powers of 2, up to 1e21
		t := math.Ldexp(1, e)
		if p.r.Lower != nil && p.x[i]+t > p.r.Upper[i] {
			break
		}
		x[i] = p.x[i] + t
		if f := p.r.Value(x); math.Abs(f-p.f) > 1e-6*math.Abs(p.f) || math.IsNaN(f) {
			return t
		}
	}
	return 0
}
