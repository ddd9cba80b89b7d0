package optim_test

import (
	"math"
	"testing"

	"github.com/argmin-go/argmin/num"
	"github.com/argmin-go/argmin/optim"
)

// Every schedule that the reference has no numbers for is what its formula gives at each step.
func TestSchedulesByFormula(t *testing.T) {
	line := func(a, b, from, to float64) func(float64) float64 {
		return func(s float64) float64 { return a + (b-a)*min(max((s-from)/(to-from), 0), 1) }
	}
	wave := func(a, b, from, to float64) func(float64) float64 {
		at := line(0, 1, from, to)
		return func(s float64) float64 { return a + (b-a)*(1-math.Cos(math.Pi*at(s)))/2 }
	}
	then := func(f func(float64) float64, at float64, g func(float64) float64) func(float64) float64 {
		return func(s float64) float64 {
			if s < at {
				return f(s)
			}
			return g(s)
		}
	}
	cycles := []optim.WarmupCosineOptions{{Peak: 1, Warmup: 1, Steps: 3}, {Init: 0.1, Peak: 0.5, End: 0.2, Warmup: 2, Steps: 5}}
	for name, c := range map[string]struct {
		schedule optim.Schedule
		want     func(step float64) float64
	}{
		"Constant":       {optim.Constant(0.3), func(float64) float64 { return 0.3 }},
		"WarmupConstant": {optim.WarmupConstant(0.1, 0.5, 4), line(0.1, 0.5, 0, 4)},
		"WarmupExponential": {optim.WarmupExponential(0.1, 2, optim.ExponentialOptions{Init: 0.5, Steps: 2, Rate: 0.5}),
			then(line(0.1, 0.5, 0, 2), 2, func(s float64) float64 { return 0.5 * math.Pow(0.5, (s-2)/2) })},
		"InverseSqrt": {optim.InverseSqrt(0.4, 3), func(s float64) float64 { return 0.4 * min(s/3, math.Sqrt(3/s)) }},
		"Polynomial": {optim.Polynomial(optim.PolynomialOptions{Init: 1, End: 0.2, Power: 2, Steps: 4, Begin: 2}),
			func(s float64) float64 { return 0.2 + 0.8*math.Pow(1-line(0, 1, 2, 6)(s), 2) }},
		"PiecewiseLinear": {optim.PiecewiseLinear(1, map[int]N{2: 0.5, 6: 0.1}), then(line(1, 0.5, 0, 2), 2, line(0.5, 0.05, 2, 6))},
		"PiecewiseCosine": {optim.PiecewiseCosine(1, map[int]N{2: 0.5, 6: 0.1}), then(wave(1, 0.5, 0, 2), 2, wave(0.5, 0.05, 2, 6))},
		"LinearOneCycle": {optim.LinearOneCycle(optim.OneCycleOptions{Peak: 1, Steps: 10, Rise: 0.2, Fall: 0.6, Div: 4, EndDiv: 10}),
			then(line(0.25, 1, 0, 2), 2, then(line(1, 0.25, 2, 6), 6, line(0.25, 0.025, 6, 10)))},
		"CosineOneCycle": {optim.CosineOneCycle(optim.OneCycleOptions{Peak: 1, Steps: 10, Rise: 0.2, Div: 4, EndDiv: 10}),
			then(wave(0.25, 1, 0, 2), 2, wave(1, 0.025, 2, 10))},
		"Join": {optim.Join([]optim.Schedule{optim.Constant(1), optim.Linear(0, 1, 4)}, []int{3}),
			then(func(float64) float64 { return 1 }, 3, line(0, 1, 3, 7))},
		"SGDR": {optim.SGDR(cycles), then(then(line(0, 1, 0, 1), 1, wave(1, 0, 1, 3)), 3,
			then(line(0.1, 0.5, 3, 5), 5, wave(0.5, 0.2, 5, 8)))},
	} {
		got := c.schedule(num.Arange(num.Int32, 0, 12)).Float64s()
		for s, v := range got {
			if want := c.want(float64(s)); math.Abs(v-want) > 1e-14 {
				t.Errorf("%s: %g at step %d, want %g", name, v, s, want)
			}
		}
		if v := c.schedule(num.Int(5)); v.Rank() != 0 || v.Item() != got[5] {
			t.Errorf("%s: %v at step 5, and %g among others", name, v, got[5])
		}
	}
}

// Every transformation that is used as part of a chain only is what its formula gives.
func TestPiecesByFormula(t *testing.T) {
	nan := math.NaN()
	p, g := num.Vector(1, 0.2, 3), num.Vector(0.5, -2, 1)
	adam := optim.Adam(optim.AdamOptions{LearningRate: 1})
	direction, _ := optim.Update(adam, g, optim.Init(adam, p), p)
	for name, c := range map[string]struct {
		piece optim.Transform
		g     A
		want  A
	}{
		"Identity":              {optim.Identity(), g, g},
		"SetToZero":             {optim.SetToZero(), g, g.Scale(0)},
		"Freeze":                {optim.Freeze(func(string, []int) bool { return true }), g, g.Scale(0)},
		"Freeze nothing":        {optim.Freeze(func(string, []int) bool { return false }), g, g},
		"ScaleBySchedule":       {optim.ScaleBySchedule(optim.Constant(-3)), g, g.Scale(-3)},
		"AddDecayedWeights":     {optim.AddDecayedWeights(0.1, nil), g, g.Add(p.Scale(0.1))},
		"ZeroNaNs":              {optim.ZeroNaNs(), num.Vector(1, nan, 2), num.Vector(1, 0, 2)},
		"KeepNonNegative":       {optim.KeepNonNegative(), g, num.Vector(0.5, -0.2, 1)},
		"NormalizeByUpdateNorm": {optim.NormalizeByUpdateNorm(2, nil), g, g.Scale(2 / (math.Sqrt(5.25) + 1e-6))},
		"ScaleByAdam":           {optim.ScaleByAdam(optim.AdamOptions{}), g, direction.Neg()},
	} {
		u, _ := optim.Update(c.piece, c.g, optim.Init(c.piece, p), p)
		if d := u.Sub(c.want).Abs().Max().Item(); !(d <= 1e-15) {
			t.Errorf("%s: %v, want %v", name, u, c.want)
		}
	}
}

// The variance of the noise is Eta at the first update and falls as t^-Gamma; the noise of
// two updates and of two leaves differs, and comes from the key.
func TestAddNoiseVariance(t *testing.T) {
	const n = 20000
	o := optim.NoiseOptions{Eta: 4, Gamma: 2, Key: num.NewKey(7)}
	noise := optim.AddNoise(o)
	zero := []A{num.Zeros(n), num.Zeros(n)}
	state := optim.Init(noise, zero)
	var before []A
	for k := 1.; k <= 3; k++ {
		u, next := optim.Update(noise, zero, state, zero)
		if again, _ := optim.Update(noise, zero, state, zero); again[0].Sub(u[0]).Abs().Max().Item() != 0 {
			t.Error("two updates from one state differ")
		}
		state = next
		want := 4 / (k * k)
		// Five standard deviations of an estimate of a variance: 5·√(2/n).
		if v := u[0].Square().Mean().Item(); math.Abs(v/want-1) > 5*math.Sqrt(2./n) {
			t.Errorf("update %g: the variance is %g, want %g", k, v, want)
		}
		for i, other := range append(before, u[1]) {
			if c := u[0].Dot(other).Item() / num.Norm(u[0]).Item() / num.Norm(other).Item(); math.Abs(c) > 5/math.Sqrt(n) {
				t.Errorf("update %g: the correlation with noise %d is %g", k, i, c)
			}
		}
		before = append(before, u[0])
	}
}

// The parameters of a tree are its leaves of floating point, with their paths.
func TestParamsOf(t *testing.T) {
	type layer struct {
		W    A
		Step A
	}
	p := optim.ParamsOf([]layer{{num.Vector(1, 2), num.Int(3)}})
	if len(p.Leaves) != 1 || len(p.Paths) != 1 || p.Paths[0] != "[0].W" || p.Leaves[0].At(1).Item() != 2 {
		t.Errorf("the parameters are %v at %q", p.Leaves, p.Paths)
	}
}
