package kernel

import "math"

// Log returns the natural logarithm of x. It is math.Log but for subnormal x,
// where the assembly behind math.Log on amd64 is wrong by several per cent.
func Log(x float64) float64 {
	if x < 0x1p-1022 && x > 0 {
		return math.Log(x*0x1p54) - 54*math.Ln2
	}
	return math.Log(x)
}
