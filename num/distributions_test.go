package num_test

import (
	"math"
	"testing"

	"github.com/argmin-go/argmin/num"
)

// Samples have the distribution function that they should: Kolmogorov's distance of 20000 numbers
// from it is below 1.95/√n with probability 0.999, and the keys are fixed.
func TestDistributions(t *testing.T) {
	const n = 20000
	key := num.NewKey(3)
	gamma := func(a float64) func(x A) A {
		return func(x A) A { return num.GammaInc(num.Const(a), x) }
	}
	ndtr := A.Ndtr
	clipped := func(lo, hi float64) func(x A) A {
		a, b := num.Scalar(lo).Ndtr(), num.Scalar(hi).Ndtr()
		return func(x A) A { return x.Ndtr().Sub(a).Div(b.Sub(a)) }
	}
	for name, c := range map[string]struct {
		x   A
		cdf func(x A) A
	}{
		"UniformIn":            {num.UniformIn(key, num.Float64, -1, 3, n), func(x A) A { return x.AddScalar(1).Scale(0.25) }},
		"Laplace":              {num.Laplace(key, num.Float64, n), func(x A) A { return x.Sign().Mul(x.Abs().Neg().Expm1()).Scale(-0.5).AddScalar(0.5) }},
		"Cauchy":               {num.Cauchy(key, num.Float64, n), func(x A) A { return x.Atan().Scale(1 / math.Pi).AddScalar(0.5) }},
		"Logistic":             {num.Logistic(key, num.Float64, n), A.Expit},
		"TruncatedNormal":      {num.TruncatedNormal(key, num.Float64, -1, 2, n), clipped(-1, 2)},
		"TruncatedNormal/tail": {num.TruncatedNormal(key, num.Float64, 8, math.Inf(1), n).Neg(), clipped(math.Inf(-1), -8)},
		"RandGamma/0.1":        {num.RandGamma(key, num.Scalar(0.1), n), gamma(0.1)},
		"RandGamma/1":          {num.RandGamma(key, num.Scalar(1), n), gamma(1)},
		"RandGamma/30":         {num.RandGamma(key, num.Scalar(30), n), gamma(30)},
		"RandBeta": {num.RandBeta(key, num.Scalar(0.3), num.Scalar(2), n), func(x A) A {
			return num.BetaInc(num.Const(0.3), num.Const(2), x)
		}},
		"Dirichlet": {num.Dirichlet(key, num.Vector(0.5, 1, 2), n).Index(num.All, num.I(1)), func(x A) A {
			return num.BetaInc(num.Const(1), num.Const(2.5), x)
		}},
		"Ball": {num.KeepDims(num.Norm, num.Ball(key, num.Float64, 3, n), -1).Reshape(-1), func(x A) A { return x.Square().Mul(x) }},
		"MultivariateNormal": {num.MultivariateNormal(key, num.Vector(1, 2), num.New([]float64{4, 1, 1, 9}, 2, 2), n).Sum(-1), func(x A) A {
			return ndtr(x.AddScalar(-3).Scale(1 / math.Sqrt(15)))
		}},
		"Orthogonal": {num.Vmap(func(k A) A { return num.Orthogonal(k, num.Float64, 2).At(0, 0) })(num.Split(key, 2000)), func(x A) A {
			return x.Acos().Scale(-1 / math.Pi).AddScalar(1)
		}},
	} {
		m := float64(c.x.Size())
		p := c.cdf(c.x.Sort(0))
		steps := num.Linspace(0, 1, int(m)+1)
		if d := num.Maximum(p.Sub(steps.Range(0, int(m))).Abs(), p.Sub(steps.Range(1, int(m)+1)).Abs()).Max().Item(); !(d < 1.95/math.Sqrt(m)) {
			t.Errorf("%s: the distribution function is off by %.3f", name, d)
		}
	}
}

// Counts occur as often as they should: Pearson's statistic of 20000 numbers.
func TestCounts(t *testing.T) {
	const n = 20000
	key := num.NewKey(4)
	pearson := func(name string, counts A, p []float64) {
		t.Helper()
		chi := 0.0
		for i, c := range counts.Float64s() {
			chi += (c - n*p[i]) * (c - n*p[i]) / (n * p[i])
		}
		if k := float64(len(p) - 1); chi > k+4.5*math.Sqrt(2*k)+5 {
			t.Errorf("%s: Pearson's statistic is %.1f for %v", name, chi, counts)
		}
	}
	for _, lam := range []float64{0.5, 3, 12, 60} {
		lo := int(max(0, lam-3*math.Sqrt(lam)))
		hi := int(lam + 3*math.Sqrt(lam) + 1)
		p := make([]float64, hi-lo+1) // the last one: all others
		p[hi-lo] = 1
		for k := range hi - lo {
			l, _ := math.Lgamma(float64(lo + k + 1))
			p[k] = math.Exp(float64(lo+k)*math.Log(lam) - lam - l)
			p[hi-lo] -= p[k]
		}
		x := num.Poisson(key, num.Scalar(lam), n)
		shifted := x.Sub(num.Int(lo))
		in := shifted.Ge(num.Int(0)).And(shifted.Lt(num.Int(hi - lo)))
		pearson("Poisson", num.Where(in, shifted, num.Int(hi-lo)).Bincount(hi-lo+1), p)
	}
	if x := num.Poisson(key, num.Vector(0, -1, math.NaN())); x.String() != "[0 -1 -1]" {
		t.Errorf("Poisson of 0, -1 and NaN is %v", x)
	}
	p := num.Vector(1, 0, 2, 1)
	x := num.Arange(num.Int32, 0, 4)
	got := num.Choice(key, x, n, num.ChoiceOptions{P: p})
	if got.Eq(num.Const(1)).Any().Float64s()[0] != 0 {
		t.Error("Choice drew what has probability 0")
	}
	pearson("Choice", num.Choice(key, x, n, num.ChoiceOptions{P: num.Vector(1, 1, 2, 1)}).Bincount(4), []float64{0.2, 0.2, 0.4, 0.2})
	pearson("Choice, uniform", num.Choice(key, x, n, num.ChoiceOptions{}).Bincount(4), []float64{0.25, 0.25, 0.25, 0.25})
	first := num.Vmap(func(k A) A { return num.Choice(k, x, 2, num.ChoiceOptions{Distinct: true, P: p.AddScalar(0.5)}) })(num.Split(key, n))
	pearson("Choice, distinct", first.Index(num.All, num.I(0)).Bincount(4), []float64{0.25, 1.0 / 12, 5.0 / 12, 0.25})
	if first.Index(num.All, num.I(0)).Eq(first.Index(num.All, num.I(1))).Any().Float64s()[0] != 0 {
		t.Error("Choice drew something twice")
	}
	pearson("Rademacher", num.Rademacher(key, num.Int32, n).Add(num.Int(1)).Div(num.Int(2)).Bincount(2), []float64{0.5, 0.5})
}

// The derivative of a gamma sample is the one of the quantile, and the mean of it is 1.
// Along the derivative the quantile stays.
func TestRandGammaGrad(t *testing.T) {
	const h = 1e-5
	for _, a := range []float64{0.3, 1, 5, 50} {
		for _, part := range []float64{0.2, 1, 1.7} {
			a, x := num.Scalar(a), num.Scalar(part*a)
			g := num.RandGammaGrad(a, x)
			at := func(h float64) float64 { return num.GammaInc(a.AddScalar(h), x.Add(g.Scale(h))).Item() }
			if slope := (at(h) - at(-h)) / (2 * h); math.Abs(slope) > 1e-8 {
				t.Errorf("shape %v, at %v: the quantile changes by %g", a, x, slope)
			}
		}
	}
}

func TestRandGammaDerivative(t *testing.T) {
	key := num.NewKey(5)
	for _, a := range []float64{0.2, 1.5, 40} {
		mean := func(a A) A { return num.RandGamma(key, a, 4000).Mean() }
		if d := num.Grad(mean)(num.Scalar(a)).Item(); math.Abs(d-1) > 0.15 {
			t.Errorf("the derivative of the mean of shape %g is %.3f, want about 1", a, d)
		}
		_, d := num.JVP(mean, num.Scalar(a), num.Scalar(1))
		near(t, "both modes", num.Grad(mean)(num.Scalar(a)), d, 1e-12)
	}
	a, h := num.Scalar(3), 1e-4
	x, dx := num.JVP(func(a A) A { return num.RandGamma(key, a) }, a, num.Scalar(1))
	at := num.GammaInc(a, x)
	off := num.GammaInc(a.AddScalar(h), x.Add(dx.Scale(h))).Sub(at).Item()
	if math.Abs(off) > 1e-7 {
		t.Errorf("along the derivative the quantile changes by %g", off)
	}
	// The second derivative follows the quantile, too: x + h dx + h² d²x / 2 keeps it to the third order.
	slope := func(a A) A { return num.Grad(func(a A) A { return num.RandGamma(key, a) })(a) }
	second, h2 := num.Grad(slope)(a), 1e-3
	for _, h := range []float64{h2, -h2} {
		moved := x.Add(dx.Scale(h)).Add(second.Scale(h * h / 2))
		if off := num.GammaInc(a.AddScalar(h), moved).Sub(at).Item(); math.Abs(off) > 1e-9 {
			t.Errorf("along the second derivative the quantile changes by %g", off)
		}
	}
}
