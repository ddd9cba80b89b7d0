package convex

import "math"

// sum adds numbers and products with twice the digits of a float64, so that what is left of terms that cancel does not depend on their order
// (Ogita, Rump & Oishi, "Accurate sum and dot product", SIAM J. Sci. Comput. 26, 2005).
type sum struct{ high, low float64 }

func (s *sum) add(v float64) {
	t := s.high + v
	z := t - s.high
	s.low += (s.high - (t - z)) + (v - z)
	s.high = t
}

func (s *sum) product(a, b float64) {
	p := a * b
	s.add(p)
	s.low += math.FMA(a, b, -p)
}

// scaled adds c times another sum.
func (s *sum) scaled(c float64, of sum) {
	s.product(c, of.high)
	s.product(c, of.low)
}

// less is the value of s - v, where v may be infinite.
func (s sum) less(v float64) float64 {
	if math.IsInf(v, 0) {
		return s.value() - v
	}
	s.add(-v)
	return s.value()
}

func (s sum) value() float64 { return s.high + s.low }
