package kernel

import "math"

// Acos returns the arc cosine of x, also to rounding near 1, where math.Acos is a difference.
func Acos(x float64) float64 {
	if x > 0.5 {
		return 2 * math.Asin(math.Sqrt(0.5*(1-x)))
	}
	return math.Acos(x)
}

// Sech2 returns 1/cosh(x)², also where the cosine overflows.
func Sech2(x float64) float64 {
	e := math.Exp(-2 * math.Abs(x))
	return 4 * e / ((1 + e) * (1 + e))
}

// Pow returns x to the power y. It is math.Pow but for subnormal x, of which math.Pow takes a
// logarithm that is wrong, see [Log].
func Pow(x, y float64) float64 {
	if x < 0x1p-1022 && x > 0 && math.Abs(y) < 2 {
		whole := math.RoundToEven(math.Abs(y))
		p := math.Pow(x, whole) * math.Exp((math.Abs(y)-whole)*Log(x))
		if y < 0 {
			return 1 / p
		}
		return p
	}
	return math.Pow(x, y)
}

// Atan2 returns the angle of the point (x, y) with the sign of y, which math.Atan2 loses where
// y/x underflows.
func Atan2(y, x float64) float64 { return math.Copysign(math.Atan2(y, x), y) }
