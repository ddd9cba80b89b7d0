package verify

import (
	"math"
	"slices"

	"gonum.org/v1/gonum/mat"

	"github.com/argmin-go/argmin/minimize/internal/vec"
)

// A plateau has no slopes, as a minimum has none: exponentials that have underflown are the usual one. They
// differ in what happens far away, so that is tried, for variables that the value does not feel: those which have had no
// slope for some iterations, though they had one before, or neither slope nor curvature. Constants are our choice.
const (
	unfelt       = 1e-5 // a change of the value for a change of a variable by its whole size, relative to the value;
	unfeltCurved = 1e-4 // where that is known with the curvature
	nudge        = 0.1  // of the sizes, for a look at the slopes there
	felt         = 1e-4 // the same as unfelt after that
	longest      = 20   // most factors in one direction while the value falls
)

// plateau looks for a lower point where variables that the value does not feel are as at the start, or several times
// smaller or larger. It costs evaluations only if there are such variables.
func (p *point) plateau() bool {
	gone := flatMove // all but this part of the value
	if p.r.DerivativeFree() {
		gone = valueFlatMove
	}
	// A value that has not changed since the start is one of a constant, as far as is known.
	if p.r.Constraints != nil || p.edge || p.lowest != nil || p.f == p.first || math.Abs(p.f) <= gone*p.fallen() {
		return p.lowest != nil
	}
	some := p.unfelt()
	if len(some) == 0 {
		return false
	}
	if p.far(some) {
		for _, by := range []float64{1, 1e-1, 1e-2} {
			if x, f := p.changed(p.x, some, func(i int) float64 { return by * p.r.X0[i] }); p.keep(x, f, some) {
				return true
			}
		}
	}
	for _, by := range []float64{1e-1, 1e-2, 1e-3, 10} {
		f, x := p.f, p.x
		for range longest { // as long as the value falls
			y, v := p.changed(x, some, func(i int) float64 { return x[i] * by })
			if !(v < f-10*p.r.FuncError()*math.Abs(f)) {
				break
			}
			f, x = v, y
		}
		if p.keep(x, f, some) {
			return true
		}
	}
	return false
}

// far reports whether one of some variables is ten times as large as it was at the start, or has another sign.
func (p *point) far(some []int) bool {
	return slices.ContainsFunc(some, func(i int) bool { return !(p.x[i]/p.r.X0[i] > 0 && p.x[i]/p.r.X0[i] < 10) })
}

// keep takes x for a lower point if the value there, f, is lower by what is worth going on for.
func (p *point) keep(x []float64, f float64, some []int) bool {
	if !(f < p.f-worthwhile*math.Abs(p.f)) {
		return false
	}
	p.lowest, p.lowestF = x, f
	for _, i := range some {
		if x[i] != 0 {
			p.size[i] = math.Abs(x[i])
		}
	}
	return true
}

// changed is x with some variables changed, within the bounds, and the value there; nil and +Inf if that is x.
func (p *point) changed(x []float64, some []int, to func(i int) float64) ([]float64, float64) {
	y := slices.Clone(x)
	for _, i := range some {
		y[i] = to(i)
		if p.r.Lower != nil {
			y[i] = min(max(y[i], p.r.Lower[i]), p.r.Upper[i])
		}
	}
	if slices.Equal(x, y) || !vec.AllFinite(y) {
		return nil, math.Inf(1)
	}
	return y, p.r.Value(y)
}

// unfelt are the variables that the value does not feel. One that began at 0 has no size to be multiplied; see insensitive.
func (p *point) unfelt() []int {
	value := math.Abs(p.f)
	recent, ever := p.r.Slopes()
	var some []int
	for i, x := range p.x {
		if x == 0 || p.r.X0[i] == 0 || p.r.Lower != nil && p.r.Lower[i] == p.r.Upper[i] {
			continue
		}
		change, most := p.change(i), unfelt
		switch {
		case p.diagonal != nil:
			most = unfeltCurved
		case recent == nil || !ever[i]:
			continue
		}
		for _, g := range recent {
			change = max(change, math.Abs(g[i])*p.size[i])
		}
		if change <= most*value {
			some = append(some, i)
		}
	}
	if len(some) == 0 || p.diagonal != nil {
		return some
	}
	if p.r.Problem.Hess != nil {
		h := mat.NewSymDense(len(p.x), nil)
		p.r.Hessian(p.x, h)
		return slices.DeleteFunc(some, func(i int) bool {
			return !(math.Abs(h.At(i, i))*p.size[i]*p.size[i]/2 <= unfeltCurved*value)
		})
	}
	// Slopes may vanish together at a minimum, but not beside it.
	x, g := slices.Clone(p.x), make([]float64, len(p.x))
	for _, i := range some {
		x[i] -= nudge * x[i]
		if p.r.Lower != nil {
			x[i] = min(max(x[i], p.r.Lower[i]), p.r.Upper[i])
		}
	}
	p.r.Gradient(x, g)
	return slices.DeleteFunc(some, func(i int) bool { return !(math.Abs(g[i])*p.size[i] <= felt*value) })
}
