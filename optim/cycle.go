package optim

import (
	"maps"
	"math"
	"slices"

	"github.com/argmin-go/argmin/internal/option"
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

// PiecewiseConstant is constant between the steps of scales: init, multiplied by the factors
// of all steps so far.
func PiecewiseConstant(init Number, scales map[int]Number) Schedule {
	const op = "optim.PiecewiseConstant"
	v, p := param(op, "init", init, must, finite), newPieces(op, scales)
	return func(step array) array {
		y := filled(v(step), step)
		for i, b := range p.at {
			y = num.Where(number64(step).Ge(num.Const(float64(b))), y.Mul(p.factors[i](step)), y)
		}
		return y
	}
}

// PiecewiseLinear interpolates linearly between the steps of scales: it has init at step 0,
// and at each step of scales the previous value times its factor.
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
			y = num.Where(t.Ge(num.Const(float64(last))), v.Add(next.Sub(v).Mul(f(part))), y)
			v, last = next, b
		}
		return y
	}
}

// OneCycleOptions configures [LinearOneCycle] and [CosineOneCycle].
type OneCycleOptions struct {
	Peak   Number  // the largest value
	Steps  int     // steps of the whole cycle, at least 1
	Rise   float64 // share of the steps before the peak, in (0, 1); default 0.3
	Fall   float64 // share of the steps before the last phase of LinearOneCycle, from Rise to 1; default 0.85
	Div    Number  // Peak over the first value; default 25
	EndDiv Number  // the first value over the last one; default 1e4
}

func (o *OneCycleOptions) read(op string) (peak, div, end func(array) array) {
	o.Rise, o.Fall = option.Or(o.Rise, 0.3), option.Or(o.Fall, 0.85)
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

func one(array) array { return num.Scalar(1) }

// LinearOneCycle rises in a line from Peak/Div to Peak in the first Rise of all steps,
// falls back until Fall of them, and then falls to 1/EndDiv of its first value (Smith &
// Topin, "Super-convergence: very fast training of neural networks using large
// learning rates", 2018).
func LinearOneCycle(o OneCycleOptions) Schedule {
	peak, div, end := o.read("optim.LinearOneCycle")
	n := float64(o.Steps)
	p := pieces{[]int{int(o.Rise * n), int(o.Fall * n), o.Steps}, []func(array) array{div, over(one, div), over(one, end)}}
	return between(over(peak, div), p, func(t array) array { return t })
}

// CosineOneCycle is [LinearOneCycle] along half waves of a cosine and without the last
// phase: from the peak it falls to Peak/(Div·EndDiv).
func CosineOneCycle(o OneCycleOptions) Schedule {
	peak, div, end := o.read("optim.CosineOneCycle")
	total := func(step array) array { return div(step).Mul(end(step)) }
	p := pieces{[]int{int(o.Rise * float64(o.Steps)), o.Steps}, []func(array) array{div, over(one, total)}}
	return between(over(peak, div), p, halfWave)
}
