package kernel

import "math"

// hurwitzSeries holds B(2k)/(2k)!, k = 1, 2, ..., of the Euler-Maclaurin
// formula.
var hurwitzSeries = [...]float64{
	1.0 / 12, -1.0 / 720, 1.0 / 30240, -1.0 / 1209600, 2.0876756987868099e-8,
	-5.2841901386874932e-10, 1.3382536530684679e-11, -3.3896802963225829e-13,
	8.5860620562778446e-15, -2.1748686985580619e-16,
}

// Trigamma returns the derivative of [Digamma] at x: Polygamma(1, x).
func Trigamma(x float64) float64 { return Polygamma(1, x) }

// Polygamma returns the n-th derivative of [Digamma] at x, for an integer
// n >= 0; any other n gives NaN. At the poles 0, -1, -2, ... it is +Inf for odd
// n, where both sides agree, and NaN for even n. At +Inf it is 0 for n > 0.
//
// It is (-1)^(n+1) n! times the Hurwitz zeta function at n+1 (M. Abramowitz and
// I. Stegun, Handbook of Mathematical Functions, 6.4.10), summed by the
// Euler-Maclaurin formula (NIST DLMF 25.11.5). Left of 0 the terms left and
// right of 0 are summed apart.
func Polygamma(n int, x float64) float64 {
	switch {
	case n < 0 || math.IsNaN(x) || math.IsInf(x, -1):
		return math.NaN()
	case n == 0:
		return Digamma(x)
	case x <= 0 && x == math.Floor(x):
		if n%2 == 1 {
			return math.Inf(1)
		}
		return math.NaN()
	case math.IsInf(x, 1):
		x = 0
		if n%2 == 0 {
			x = math.Copysign(0, -1)
		}
		return x
	}
	sign := 1.0
	if n%2 == 0 {
		sign = -1
	}
	if x > 0 {
		return sign * factorialZeta(n, x)
	}
	// x = f-m with 0 < f < 1: the terms are (f+k)^-(n+1) for k >= 0, and
	// (f-j)^-(n+1) for j from 1 to m. g is 1-f, and both keep their distance
	// to the nearest pole exact.
	f := x - math.Round(x)
	g := 1 - f
	if f < 0 {
		f, g = 1+f, -f
	}
	return sign*factorialZeta(n, f) + factorialZeta(n, g) - factorialZeta(n, 1-x)
}

// factorialZeta returns n! times the sum over k >= 0 of (q+k)^-(n+1), for
// q > 0.
func factorialZeta(n int, q float64) float64 {
	s := float64(n + 1)
	// q^-s is taken out of the sum, so that only the result can overflow.
	sum, k := 0.0, 0.0
	for large := 10 + s/2; q+k < large; k++ {
		t := math.Pow(q/(q+k), s)
		sum += t
		if t < 0x1p-60*sum {
			return scaleZeta(n, q, sum)
		}
	}
	a := q + k
	w, c := a*a, s/a
	tail := 0.0
	for j, b := range hurwitzSeries {
		t := b * c
		tail += t
		if math.Abs(t) < 0x1p-60*(a/s) {
			break
		}
		i := s + 2*float64(j)
		c *= (i + 1) * (i + 2) / w
	}
	sum += math.Pow(q/a, s) * (a/float64(n) + 0.5 + tail)
	return scaleZeta(n, q, sum)
}

// scaleZeta returns n! * q^-(n+1) * sum.
func scaleZeta(n int, q, sum float64) float64 {
	f := 1.0
	for i := 2; i <= min(n, 171); i++ {
		f *= float64(i)
	}
	if n < 8 { // also where the power overflows or underflows, and the result does not
		v := f * (sum / q)
		for range n {
			v /= q
		}
		return v
	}
	p := math.Pow(q, -float64(n+1))
	if v := f * p * sum; !math.IsInf(f, 0) && p > 0x1p-1000 && !math.IsInf(v, 0) && v == v {
		return v
	}
	g, _ := math.Lgamma(float64(n + 1))
	return math.Exp(g - float64(n+1)*math.Log(q) + math.Log(sum))
}
