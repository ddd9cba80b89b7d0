package perturb_test

import (
	"math"
	"testing"

	"github.com/argmin-go/argmin/internal/check/arrays"
	"github.com/argmin-go/argmin/num"
	"github.com/argmin-go/argmin/perturb"
)

// Numbers of jaxopt 0.8.5 (jaxopt.perturbations, jax 0.10.2) for PRNGKey(7), which is
// the same key and the same noise.
func TestJAXopt(t *testing.T) {
	type numbers struct {
		argmax        A
		plain, center []float64 // Jacobians; only their first rows differ
		max, fun      float64
		ofReLU        A
	}
	rest := []float64{-0.6343476152807472, 0.2851029205954163, 0.20052160911335784, 0.08328997856282169,
		0.14235010146271976, -0.22876226871634858, 0.18987670082420388, -0.051123388982627825, -0.2876392085464171,
		0.15089434121829226, 0.11934930833439344, 0.3392613346512605}
	restN := []float64{-0.2981724896176104, 0.23775513020114575, 0.08041248985019041, -0.08439254764870789,
		0.0676829974282842, 0.11305192181640243, 0.2980702554500398, -0.036302198757276645, -0.5437270867806989,
		0.17845972980525046, 0.0726377200689672, 0.5905541526592047}
	with := func(first []float64, rest []float64) []float64 { return append(append([]float64{}, first...), rest...) }
	for noise, want := range map[string]numbers{
		"gumbel": {
			argmax: num.Vector(0.5, 0.2, 0.1, 0.2),
			plain:  with([]float64{0.7034184847899139, -0.22640533698593673, 0.10329959532418649, -0.21819160701840565}, rest),
			center: with([]float64{0.7796367223644446, -0.20723499309736, -0.5097476182719552, -0.3714279242314544}, rest),
			max:    1.2529639165813924,
			fun:    2.1075778577016933,
			ofReLU: num.Vector(0.29252588041573674, 0.9208915267701416, 1.5801570859727516, 0.8606271925799489),
		},
		"normal": {
			argmax: num.Vector(0.55, 0.15, 0.05, 0.25),
			plain:  with([]float64{0.975209511479336, -0.46641203788002694, 0.06833084571479522, -0.48605484653091946}, restN),
			center: with([]float64{0.774216578970025, -0.5292667818227986, -0.45112046536919737, -0.4698594062532202}, restN),
			max:    0.7578972624474316,
			fun:    1.1822248715432677,
			ofReLU: num.Vector(0.5945056074479758, 0.588944082319246, 1.0503719488799697, 0.44672903897933613),
		},
	} {
		o := perturb.Options{Samples: 20, Sigma: 0.5, Noise: noises[noise]}
		c := o
		c.Baseline = perturb.Center
		at := func(f func(x, key A) A) func(A) A { return func(x A) A { return f(x, key(7)) } }
		argmax := at(perturb.Argmax(oneHot, o))
		near(t, "argmax", argmax(x0), want.argmax, 1e-15)
		near(t, "Jacobian", num.JacobianRev(argmax)(x0), num.New(want.plain, 4, 4), 1e-14)
		near(t, "Jacobian with baseline", num.JacobianRev(at(perturb.Argmax(oneHot, c)))(x0), num.New(want.center, 4, 4), 1e-14)
		maximum := at(perturb.Max(oneHot, o))
		near(t, "max", maximum(x0), num.Scalar(want.max), 1e-15)
		near(t, "gradient of max", num.Grad(maximum)(x0), want.argmax, 1e-15)
		fun := at(perturb.Fun(relu, c))
		near(t, "fun", fun(x0), num.Scalar(want.fun), 1e-15)
		near(t, "gradient of fun", num.Grad(fun)(x0), want.ofReLU, 1e-14)
	}
}

// repeated are means and standard errors of an estimate over many keys.
func repeated(f func(key A) A, n int) (mean, err A) {
	ys := num.Vmap(f)(num.Split(key(11), n))
	return ys.Mean(0), ys.Std(0).Scale(1 / math.Sqrt(float64(n-1)))
}

// unbiased checks that estimates are within 5 standard errors, which one of the 500 numbers in all would
// exceed by chance with a probability of less than 1e-3, and the errors below a bound.
func unbiased(t *testing.T, what string, f func(key A) A, want A, bound float64) {
	t.Helper()
	mean, err := repeated(f, 200)
	d := mean.Sub(want).Abs().Sub(err.Scale(5)).Max().Item()
	if !(d <= 0) {
		t.Errorf("%s: %v, want %v, standard errors %v", what, mean, want, err)
	}
	if e := arrays.MaxAbs(err); !(e <= bound) {
		t.Errorf("%s: standard error %g, want at most %g", what, e, bound)
	}
}

// The Gumbel trick: argmax over the simplex is softmax(x/σ), the maximum its log-sum-exp.
func TestSoftmax(t *testing.T) {
	const sigma = 0.7
	o := perturb.Options{Samples: 500, Sigma: sigma}
	soft := func(x A) A { return x.Scale(1 / sigma).Softmax() }
	// One estimate of many samples: its error is that of a Bernoulli variable.
	many := perturb.Argmax(oneHot, perturb.Options{Samples: 100000, Sigma: sigma})
	want := soft(x0)
	z := many(x0, key(3)).Sub(want).Div(want.Mul(num.Scalar(1).Sub(want)).Scale(1e-5).Sqrt())
	if m := arrays.MaxAbs(z); !(m < 4) {
		t.Errorf("argmax is off by %g standard deviations", m)
	}
	for b, bound := range map[perturb.Baseline]float64{perturb.None: 0.02, perturb.Center: 0.02, perturb.Others: 0.02} {
		o.Baseline = b
		argmax := perturb.Argmax(oneHot, o)
		unbiased(t, "argmax", func(k A) A { return argmax(x0, k) }, soft(x0), 0.002)
		unbiased(t, "Jacobian", func(k A) A { return num.JacobianRev(func(x A) A { return argmax(x, k) })(x0) }, num.JacobianRev(soft)(x0), bound)
		unbiased(t, "second", func(k A) A {
			return num.JacobianFwd(num.JacobianFwd(func(x A) A { return argmax(x, k) }))(x0)
		}, num.JacobianFwd(num.JacobianFwd(soft))(x0), 0.06)
		maximum := perturb.Max(oneHot, o)
		lse := func(x A) A { return x.Scale(1 / sigma).LogSumExp().AddScalar(0.5772156649015329).Scale(sigma) }
		unbiased(t, "max", func(k A) A { return maximum(x0, k) }, lse(x0), 0.005)
		unbiased(t, "gradient of max", func(k A) A { return num.Grad(func(x A) A { return maximum(x, k) })(x0) }, soft(x0), 0.002)
		unbiased(t, "Hessian of max", func(k A) A { return num.Hessian(func(x A) A { return maximum(x, k) })(x0) }, num.Hessian(lse)(x0), 0.02)
	}
}

// A quadratic and a jump with Gaussian noise, for which all is known.
func TestNormal(t *testing.T) {
	a := num.New([]float64{2, 1, 0, 0, 1, 3, -1, 0, 0, -1, 1, 0.5, 0, 0, 0.5, 1}, 4, 4)
	square := func(x A) A { return x.Dot(a.MatMul(x)).Scale(0.5) }
	step := func(x A) A { return x.Sum().Gt(num.Scalar(0)).AsType(num.Float64) }
	const sigma = 0.5
	smooth := func(x A) A { // the sum has a standard deviation of 2σ
		return x.Sum().Scale(1 / (2 * sigma * math.Sqrt2)).Erf().Scale(0.5).AddScalar(0.5)
	}
	for _, b := range []perturb.Baseline{perturb.None, perturb.Center, perturb.Others} {
		o := perturb.Options{Samples: 500, Sigma: sigma, Noise: perturb.Normal, Baseline: b}
		for name, c := range map[string]struct{ f, want func(x A) A }{
			"square": {square, func(x A) A { return square(x).Add(num.Trace(a).Scale(sigma * sigma / 2)) }},
			"step":   {step, smooth},
		} {
			f := perturb.Fun(c.f, o)
			unbiased(t, name, func(k A) A { return f(x0, k) }, c.want(x0), 0.01)
			unbiased(t, name+": gradient", func(k A) A { return num.Grad(func(x A) A { return f(x, k) })(x0) }, num.Grad(c.want)(x0), 0.02)
			unbiased(t, name+": Hessian", func(k A) A { return num.Hessian(func(x A) A { return f(x, k) })(x0) }, num.Hessian(c.want)(x0), 0.06)
		}
	}
}

// Baselines take variance away: most where the function is far from zero.
func TestVariance(t *testing.T) {
	lifted := func(x A) A { return relu(x).AddScalar(10) }
	spread := func(f func(x A) A, noise perturb.Noise, b perturb.Baseline) float64 {
		g := perturb.Fun(f, perturb.Options{Samples: 100, Sigma: 0.5, Noise: noise, Baseline: b})
		_, err := repeated(func(k A) A { return num.Grad(func(x A) A { return g(x, k) })(x0) }, 200)
		return err.Square().Sum().Item()
	}
	for name, c := range map[string]struct {
		f              func(A) A
		noise          perturb.Noise
		center, others float64 // at most this part of the variance is left
	}{
		"relu normal":   {relu, perturb.Normal, 0.75, 0.6},
		"relu gumbel":   {relu, perturb.Gumbel, 0.65, 0.35},
		"lifted normal": {lifted, perturb.Normal, 0.01, 0.01},
		"lifted gumbel": {lifted, perturb.Gumbel, 0.02, 0.01},
	} {
		v := spread(c.f, c.noise, perturb.None)
		center, others := spread(c.f, c.noise, perturb.Center)/v, spread(c.f, c.noise, perturb.Others)/v
		t.Logf("%s: %.3g with f(x), %.3g with the mean of the others", name, center, others)
		if !(center <= c.center && others <= c.others) {
			t.Errorf("%s: %g and %g of the variance is left, want at most %g and %g", name, center, others, c.center, c.others)
		}
	}
}
