package kernel

import "math"

// Erfinv returns the inverse of the error function: infinite at -1 and 1, NaN
// outside.
func Erfinv(x float64) float64 { return math.Erfinv(x) }

// Lgamma returns the logarithm of the absolute value of the gamma function:
// +Inf at the poles 0, -1, -2, ... and at both infinities.
func Lgamma(x float64) float64 {
	if math.IsInf(x, -1) {
		return math.Inf(1)
	}
	if math.Abs(x) < 0x1p-1000 {
		return -Log(math.Abs(x)) // math.Lgamma's logarithm of subnormal numbers is wrong
	}
	v, _ := math.Lgamma(x)
	return v
}

// LogNdtr returns the logarithm of the standard normal distribution function,
// accurate in both tails. Far left it sums the asymptotic series,
// M. Abramowitz and I. Stegun, Handbook of Mathematical Functions, 26.2.12.
func LogNdtr(x float64) float64 {
	switch {
	case x > 0:
		return math.Log1p(-normalTail(x))
	case x > -20 || math.IsNaN(x):
		return math.Log(normalTail(-x))
	}
	const logSqrt2Pi = 0.91893853320467274178
	v := 1 / (x * x)
	s := 0.0
	for k := 15.0; k >= 1; k -= 2 {
		s = -k * v * (1 + s)
	}
	return -0.5*x*x - math.Log(-x) - logSqrt2Pi + math.Log1p(s)
}

// normalTail returns the probability right of x, half of erfc(t) at
// t = x/sqrt(2). The rounding of t, which the tail magnifies x² times, is made
// good by a step along the tangent of erfc.
func normalTail(x float64) float64 {
	const sqrt2Lo = -9.667293313452913e-17 // what math.Sqrt2 lacks, rounded
	t := x / math.Sqrt2
	d := (math.FMA(-t, math.Sqrt2, x) - t*sqrt2Lo) / math.Sqrt2
	v := math.Erfc(t)
	if math.Abs(x) < 40 {
		v -= d * (2 / math.SqrtPi) * math.Exp(-t*t)
	}
	return 0.5 * v
}

// NormalHazard returns φ(x)/Φ(x) for the standard normal distribution, the derivative of
// [LogNdtr].
func NormalHazard(x float64) float64 {
	if x < -3 {
		return NormalGap(x) - x
	}
	const sqrt2Pi = 2.50662827463100050242
	return math.Exp(-0.5*x*x) / (sqrt2Pi * normalTail(-x))
}

// NormalGap returns x + [NormalHazard](x), which is about 1/|x| for x far left. There it is
// the continued fraction 1/(t + 2/(t + 3/(t + …))) at t = -x, which is Laplace's for Mills'
// ratio (M. Abramowitz and I. Stegun, Handbook of Mathematical Functions, 26.2.14) without
// its first term.
func NormalGap(x float64) float64 {
	if !(x < -3) {
		return x + NormalHazard(x)
	}
	t := -x
	f := t
	for k := GapTerms; k >= 2; k-- {
		f = t + float64(k)/f
	}
	return 1 / f
}

// GapTerms is how many terms of the continued fraction of [NormalGap] give it to rounding at
// -3, where it needs the most, measured.
const GapTerms = 60
