package kernel

import "math"

// Expit returns the logistic function 1/(1+exp(-x)), without overflow and
// without losing the small values left of 0.
func Expit(x float64) float64 {
	if x < 0 {
		e := math.Exp(x)
		return e / (1 + e)
	}
	return 1 / (1 + math.Exp(-x))
}

// Logit returns log(p/(1-p)), the inverse of [Expit]: -Inf at 0, +Inf at 1, and
// NaN outside [0, 1].
func Logit(p float64) float64 {
	switch {
	case p < 0.25:
		return Log(p) - math.Log1p(-p)
	case p <= 0.75:
		return 2 * math.Atanh(2*p-1) // 2p-1 is exact, and so is what is near 0
	}
	return math.Log(p / (1 - p))
}

// Log1pExp returns log(1+exp(x)), known as softplus, without overflow. The
// cuts are from M. Mächler, "Accurately computing log(1-exp(-|a|))" (2012),
// equation 10.
func Log1pExp(x float64) float64 {
	switch {
	case x <= -37:
		return math.Exp(x)
	case x <= 18:
		return math.Log1p(math.Exp(x))
	case x <= 33.3:
		return x + math.Exp(-x)
	}
	return x
}
