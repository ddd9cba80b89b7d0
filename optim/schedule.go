package optim

import (
	"math"
	"slices"

	"github.com/argmin-go/argmin/internal/arg"
	"github.com/argmin-go/argmin/num"
)

// param is a number of a schedule as float64.
func param(op, name string, x Number, def float64, b bounds) func(step array) array {
	n := newNumber(op, name, orDefault(x, def), b)
	return func(step array) array { return n.at(step).of(num.Float64) }
}

func wantSteps(op, name string, n, least int) {
	if n < least {
		throw(op, "%s is %d, want %d or more", name, n, least)
	}
}

func number64(step array) array { return step.AsType(num.Float64) }

// filled is v in the shape of step.
func filled(v, step array) array { return v.BroadcastTo(step.Shape()...) }

// Constant is the same value at every step.
func Constant(value Number) Schedule {
	v := param("optim.Constant", "value", value, must, finite)
	return func(step array) array { return filled(v(step), step) }
}

// PolynomialOptions configures [Polynomial].
type PolynomialOptions struct {
	Init, End Number // values before and after
	Power     Number // 0 or more; default 1
	Steps     int    // length of the way between them; 0 jumps to End
	Begin     int    // steps before it begins
}

// Polynomial goes from Init to End along a power: End + (Init - End) · (1 - t)^Power, where t
// goes from 0 to 1 in Steps steps after Begin.
func Polynomial(o PolynomialOptions) Schedule {
	const op = "optim.Polynomial"
	init, end := param(op, "Init", o.Init, must, finite), param(op, "End", o.End, must, finite)
	power := param(op, "Power", o.Power, 1, nonNegative)
	wantSteps(op, "Steps", o.Steps, 0)
	wantSteps(op, "Begin", o.Begin, 0)
	linear := o.Power == nil || o.Power == 1 || o.Power == 1.0
	return func(step array) array {
		from, to := init(step), end(step)
		left := num.Const(0).Sub(clamp(number64(step).AddScalar(-float64(o.Begin)), o.Steps)).AddScalar(1)
		if !linear {
			// Only a power of 0 takes 0^0; its derivative is safe as well.
			zero := left.Eq(num.Const(0))
			left = num.Where(zero, num.Const(0), arg.Safe(zero.Not(), left).Pow(power(step)))
		}
		return to.Add(from.Sub(to).Mul(left))
	}
}

// clamp is t/n clipped to [0, 1]; for n = 0 it is 1 for t ≥ 0 and 0 before.
func clamp(t array, n int) array {
	if n == 0 {
		return num.Where(t.Ge(num.Const(0)), num.Scalar(1), num.Const(0))
	}
	return t.Scale(1/float64(n)).Clip(0, 1)
}

// Linear goes from init to end in a line of steps steps and stays there.
func Linear(init, end Number, steps int) Schedule {
	const op = "optim.Linear"
	newNumber(op, "init", init, finite)
	newNumber(op, "end", end, finite)
	wantSteps(op, "steps", steps, 0)
	return Polynomial(PolynomialOptions{Init: init, End: end, Steps: steps})
}

// ExponentialOptions configures [ExponentialDecay].
type ExponentialOptions struct {
	Init      Number // value at step Begin
	Rate      Number // factor per Steps steps
	End       Number // bound of the values, lower if Rate < 1 and upper otherwise; default none
	Steps     int    // at least 1
	Begin     int    // steps before it begins
	Staircase bool   // only whole powers
}

// ExponentialDecay decays geometrically: Init · Rate^((step - Begin)/Steps).
func ExponentialDecay(o ExponentialOptions) Schedule {
	const op = "optim.ExponentialDecay"
	init := param(op, "Init", o.Init, must, finite)
	rate := param(op, "Rate", o.Rate, must, positive)
	wantSteps(op, "Steps", o.Steps, 1)
	wantSteps(op, "Begin", o.Begin, 0)
	var end func(array) array
	if o.End != nil {
		end = param(op, "End", o.End, must, finite)
	}
	return func(step array) array {
		t := num.Maximum(number64(step).AddScalar(-float64(o.Begin)), num.Const(0)).Scale(1 / float64(o.Steps))
		if o.Staircase {
			t = t.Floor()
		}
		r := rate(step)
		v := init(step).Mul(r.Pow(t))
		if end != nil {
			e := end(step)
			v = num.Where(r.Lt(num.Const(1)), num.Maximum(v, e), num.Minimum(v, e))
		}
		return v
	}
}

// CosineOptions configures [Cosine].
type CosineOptions struct {
	Init     Number // value at step 0
	Steps    int    // length of the decay, at least 1
	Alpha    Number // last value as a share of Init; default 0
	Exponent Number // above 0; default 1
}

// Cosine falls along half a cosine wave from Init to Alpha · Init in Steps steps:
// Init · (Alpha + (1 - Alpha) · (½ + ½ cos(π·step/Steps))^Exponent) (Loshchilov & Hutter, "SGDR: Stochastic gradient
// descent with warm restarts", 2017).
func Cosine(o CosineOptions) Schedule {
	const op = "optim.Cosine"
	init, alpha := param(op, "Init", o.Init, must, finite), param(op, "Alpha", o.Alpha, 0, finite)
	wantSteps(op, "Steps", o.Steps, 1)
	return cosine(init, alpha, exponent(op, o.Exponent), o.Steps)
}

// exponent is the option Exponent; nil if it is 1.
func exponent(op string, x Number) func(array) array {
	if x == nil || x == 1 || x == 1.0 {
		return nil
	}
	return param(op, "Exponent", x, 1, positive)
}

func cosine(init, alpha, power func(array) array, steps int) Schedule {
	return func(step array) array {
		c := clamp(number64(step), steps).Scale(math.Pi).Cos().Scale(0.5).AddScalar(0.5)
		if power != nil {
			zero := c.Eq(num.Const(0))
			c = num.Where(zero, num.Const(0), arg.Safe(zero.Not(), c).Pow(power(step)))
		}
		a := alpha(step)
		return init(step).Mul(a.Add(c.Mul(a.Neg().AddScalar(1))))
	}
}

// WarmupConstant goes from init to peak in steps steps and stays there.
func WarmupConstant(init, peak Number, steps int) Schedule {
	const op = "optim.WarmupConstant"
	newNumber(op, "init", init, finite)
	newNumber(op, "peak", peak, finite)
	wantSteps(op, "steps", steps, 0)
	return Linear(init, peak, steps)
}

// WarmupCosineOptions configures [WarmupCosine].
type WarmupCosineOptions struct {
	Init     Number // value at step 0; default 0
	Peak     Number // value after Warmup steps
	End      Number // value after Steps steps; default 0
	Warmup   int    // steps of the way up
	Steps    int    // steps of the whole schedule, more than Warmup
	Exponent Number // as in [CosineOptions]
}

// WarmupCosine goes in a line from Init to Peak in Warmup steps, then falls to End as
// [Cosine] does, which it reaches after Steps steps in all.
func WarmupCosine(o WarmupCosineOptions) Schedule {
	const op = "optim.WarmupCosine"
	peak, end := param(op, "Peak", o.Peak, must, finite), param(op, "End", o.End, 0, finite)
	init := param(op, "Init", o.Init, 0, finite)
	wantSteps(op, "Warmup", o.Warmup, 0)
	wantSteps(op, "Steps", o.Steps, o.Warmup+1)
	zero := func(array) array { return num.Scalar(0) }
	down := cosine(one, zero, exponent(op, o.Exponent), o.Steps-o.Warmup)
	return func(step array) array {
		// Not by the share End/Peak, as Peak may be zero.
		p, e := peak(step), end(step)
		up := init(step).Add(p.Sub(init(step)).Mul(clamp(number64(step), o.Warmup)))
		falling := e.Add(p.Sub(e).Mul(down(step.Sub(num.Const(float64(o.Warmup))))))
		return num.Where(number64(step).Lt(num.Const(float64(o.Warmup))), up, falling)
	}
}

// WarmupExponential goes in a line from init to o.Init in warmup steps and follows
// [ExponentialDecay] from there, which counts its steps from the end of the warmup.
func WarmupExponential(init Number, warmup int, o ExponentialOptions) Schedule {
	const op = "optim.WarmupExponential"
	newNumber(op, "init", init, finite)
	wantSteps(op, "warmup", warmup, 0)
	after := ExponentialDecay(o)
	return Join([]Schedule{Linear(init, o.Init, warmup), after}, []int{warmup})
}

// InverseSqrt goes in a line from 0 to peak in warmup steps, then falls like
// 1/√step: peak · min(step/warmup, √(warmup/step)) (Vaswani et al., "Attention is
// all you need", 2017, equation 3, where steps count from 1). warmup is at least 1.
func InverseSqrt(peak Number, warmup int) Schedule {
	const op = "optim.InverseSqrt"
	p := param(op, "peak", peak, must, finite)
	wantSteps(op, "warmup", warmup, 1)
	return func(step array) array {
		t := number64(step).Scale(1 / float64(warmup))
		return p(step).Mul(num.Where(t.Lt(num.Const(1)), t, num.Const(1).Div(num.Maximum(t, num.Const(1)).Sqrt())))
	}
}

// Join follows schedules[0] before step boundaries[0], then schedules[1] and so on,
// where each schedule counts its steps from its boundary. There is one boundary less than
// there are schedules, in ascending order.
func Join(schedules []Schedule, boundaries []int) Schedule {
	const op = "optim.Join"
	if len(schedules) == 0 || slices.ContainsFunc(schedules, func(s Schedule) bool { return s == nil }) {
		throw(op, "schedules has %d elements or a nil one, want at least one and none of them nil", len(schedules))
	}
	if len(boundaries) != len(schedules)-1 || !slices.IsSorted(boundaries) {
		throw(op, "boundaries are %v, want %d in ascending order", boundaries, len(schedules)-1)
	}
	schedules, boundaries = slices.Clone(schedules), slices.Clone(boundaries)
	return func(step array) array {
		v := schedules[0](step).AsType(num.Float64)
		for i, b := range boundaries {
			at := step.Const(float64(b))
			v = num.Where(step.Lt(at), v, schedules[i+1](step.Sub(at)).AsType(num.Float64))
		}
		return v
	}
}

// SGDR restarts the learning rate: it joins cycles of [WarmupCosine], each as long as its
// Steps (Loshchilov &
// Hutter, "SGDR: Stochastic gradient descent with warm restarts", 2017).
func SGDR(cycles []WarmupCosineOptions) Schedule {
	if len(cycles) == 0 {
		throw("optim.SGDR", "cycles is empty")
	}
	var all []Schedule
	var ends []int
	n := 0
	for _, c := range cycles {
		all = append(all, WarmupCosine(c))
		n += c.Steps
		ends = append(ends, n)
	}
	return Join(all, ends[:len(ends)-1])
}
