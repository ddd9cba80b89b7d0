package optim

import (
	"maps"
	"math"
	"slices"

	"github.com/argmin-go/argmin/num"
)

// pieces are the boundaries of a schedule in order, with the factors there.
type pieces struct {
	at      []int
	factors []func(step array) array
}

func newPieces(op string, scales map[int]Number) pieces {
	var p pieces
	p.at = slices.Sorted(maps.Keys(scales))
	for _, b := range p.at {
		wantSteps(op, "a step of scales", b, 0)
		p.factors = append(p.factors, param(op, "a factor of scales", scales[b], must, nonNegative))
	}
	return p
}

// PiecewiseConstant is init, multiplied by the factors at all steps of scales up to
// this one.
func PiecewiseConstant(init Number, scales map[int]Number) Schedule {
	const op = "optim.PiecewiseConstant"
	v, p := param(op, "init", init, must, finite), newPieces(op, scales)
	return func(step array) array {
		y := filled(v(step), step)
		for i, b := range p.at {
			y = num.Where(number64(step).Ge(f64(float64(b))), y.Mul(p.factors[i](step)), y)
		}
		return y
	}
}

// PiecewiseLinear has init at step 0, at each step of scales the value before times
// the factor there, and goes in a line between them.
func PiecewiseLinear(init Number, scales map[int]Number) Schedule {
	const op = "optim.PiecewiseLinear"
	return between(param(op, "init", init, must, finite), newPieces(op, scales), func(t array) array { return t })
}

// PiecewiseCosine is [PiecewiseLinear] with half waves of a cosine instead of lines.
func PiecewiseCosine(init Number, scales map[int]Number) Schedule {
	const op = "optim.PiecewiseCosine"
	return between(param(op, "init", init, must, finite), newPieces(op, scales), halfWave)
}

func halfWave(t array) array { return t.Scale(math.Pi).Cos().Neg().AddScalar(1).Scale(0.5) }

// between goes along f, from 0 at 0 to 1 at 1, from one value to the next.
func between(init func(array) array, p pieces, f func(array) array) Schedule {
	return func(step array) array {
		t := number64(step)
		v, last := init(step), 0
		y := filled(v, step)
		for i, b := range p.at {
			next := v.Mul(p.factors[i](step))
			part := clamp(t.AddScalar(-float64(last)), b-last)
			y = num.Where(t.Ge(f64(float64(last))), v.Add(next.Sub(v).Mul(f(part))), y)
			v, last = next, b
		}
		return y
	}
}

// OneCycleOptions configures [LinearOneCycle] and [CosineOneCycle].
type OneCycleOptions struct {
	Peak   Number  // the largest value
	Steps  int     // steps of the whole cycle, at least 1
	Rise   float64 // part of them before the peak; 0 means 0.3
	Fall   float64 // linear: part of them before the last phase; 0 means 0.85
	Div    Number  // Peak over the first value; nil means 25
	EndDiv Number  // the first value over the last one; nil means 1e4
}

func (o *OneCycleOptions) read(op string) (peak, div, end func(array) array) {
	if o.Rise == 0 {
		o.Rise = 0.3
	}
	if o.Fall == 0 {
		o.Fall = 0.85
	}
	if !(o.Rise > 0 && o.Rise < 1) {
		throw(op, "Rise is %v, want a number in (0, 1)", o.Rise)
	}
	if !(o.Fall >= o.Rise && o.Fall <= 1) {
		throw(op, "Fall is %v, want a number between Rise, %v, and 1", o.Fall, o.Rise)
	}
	wantSteps(op, "Steps", o.Steps, 1)
	return param(op, "Peak", o.Peak, must, finite), param(op, "Div", o.Div, 25, positive), param(op, "EndDiv", o.EndDiv, 1e4, positive)
}

func over(a, b func(array) array) func(array) array {
	return func(step array) array { return a(step).Div(b(step)) }
}

func one(array) array { return f64(1) }

// LinearOneCycle rises in a line from Peak/Div to Peak in the first Rise of all steps,
// falls back by Fall of them, and goes on to 1/EndDiv of its first value (Smith &
// Topin, "Super-convergence: very fast training of neural networks using large
// learning rates", 2018).
func LinearOneCycle(o OneCycleOptions) Schedule {
	peak, div, end := o.read("optim.LinearOneCycle")
	n := float64(o.Steps)
	p := pieces{[]int{int(o.Rise * n), int(o.Fall * n), o.Steps}, []func(array) array{div, over(one, div), over(one, end)}}
	return between(over(peak, div), p, func(t array) array { return t })
}

// CosineOneCycle is [LinearOneCycle] along half waves of a cosine and without the last
// phase: from the peak it falls to Peak/(Div·EndDiv) at once.
func CosineOneCycle(o OneCycleOptions) Schedule {
	peak, div, end := o.read("optim.CosineOneCycle")
	total := func(step array) array { return div(step).Mul(end(step)) }
	p := pieces{[]int{int(o.Rise * float64(o.Steps)), o.Steps}, []func(array) array{div, over(one, total)}}
	return between(over(peak, div), p, halfWave)
}
