package kernel

import "math"

// The positive root of digamma, in two parts.
const (
	digammaRoot   = 1.4616321449683622
	digammaRootLo = 9.549995429965697e-17
)

// digammaSeries holds the coefficients B(2k)/(2k), k = 1, 2, ..., of the
// asymptotic series of digamma in powers of 1/x².
var digammaSeries = [...]float64{
	1.0 / 12, -1.0 / 120, 1.0 / 252, -1.0 / 240, 1.0 / 132, -691.0 / 32760, 1.0 / 12, -3617.0 / 8160,
}

// digammaLarge is where the asymptotic series is good to rounding.
const digammaLarge = 10

// Digamma returns the logarithmic derivative of the gamma function at x. It is
// NaN at its poles 0, -1, -2, ... and at -Inf.
//
// For x of 10 or more it sums the asymptotic series, M. Abramowitz and
// I. Stegun, Handbook of Mathematical Functions, 6.3.18. Below, it takes the
// recurrence 6.3.6 and the series for the difference to the positive root, term
// by term, so that the error is relative throughout x > 0, the root included.
// A negative x is reflected by 6.3.7; its error is absolute around the
// negative roots.
func Digamma(x float64) float64 {
	switch {
	case math.IsNaN(x) || math.IsInf(x, -1) || x <= 0 && x == math.Floor(x):
		return math.NaN()
	case x < 0:
		return Digamma(1-x) - math.Pi*cotPi(x)
	case x < 1e-18:
		return -1/x + Digamma(1)
	case x < digammaLarge:
		return digammaFromRoot(x)
	}
	u := 1 / x
	v := u * u
	p := 0.0
	for i := len(digammaSeries) - 1; i >= 0; i-- {
		p = p*v + digammaSeries[i]
	}
	return math.Log(x) - (0.5*u + p*v)
}

// digammaFromRoot returns Digamma(x)-Digamma(r), r being the positive root, for
// 0 < x < 10. With y = x+10 and z = r+10,
//
//	psi(x)-psi(r) = (psi(y)-psi(z)) + sum over k<10 of 1/(r+k) - 1/(x+k)
//
// and every difference is written with its factor d = x-r taken out. That of
// the series at 1/y² and 1/z² is a divided difference, which q collects next to
// Horner's p.
func digammaFromRoot(x float64) float64 {
	const n, r = 10, digammaRoot
	d := (x - r) - digammaRootLo
	sum := 0.0
	for k := float64(n - 1); k >= 0; k-- {
		sum += 1 / ((x + k) * (r + k))
	}
	y, z := x+n, r+float64(n)
	u, v := 1/(y*y), 1/(z*z)
	p, q := 0.0, 0.0
	for i := len(digammaSeries) - 1; i >= 0; i-- {
		q = q*v + p
		p = p*u + digammaSeries[i]
	}
	// The series is p(u)*u; its divided difference is p(u) + v*q.
	return d*(sum+0.5/(y*z)+(y+z)*u*v*(p+v*q)) + math.Log1p(d/z)
}

// cotPi returns the cotangent of pi*x.
func cotPi(x float64) float64 {
	r := x - math.Round(x)
	if math.Abs(r) <= 0.25 {
		return 1 / math.Tan(math.Pi*r)
	}
	return math.Tan(math.Pi * (math.Copysign(0.5, r) - r))
}
