// Package arrays draws arrays for tests and compares them.
package arrays

import (
	"math"
	"math/rand/v2"
	"slices"

	"github.com/argmin-go/argmin/num"
)

// Normal is an array of normal numbers, with mean 0 and standard deviation scale.
func Normal(rng *rand.Rand, scale float64, shape ...int) num.Array {
	n := 1
	for _, s := range shape {
		n *= s
	}
	x := make([]float64, n)
	for i := range x {
		x[i] = scale * rng.NormFloat64()
	}
	return num.New(x).Reshape(shape...)
}

// MaxAbs is the largest absolute value, 0 for an empty array.
func MaxAbs(x num.Array) float64 {
	if x.Size() == 0 {
		return 0
	}
	return x.Abs().Max().Item()
}

// Off is the largest difference of x from y, relative where the numbers are large:
// max|x - y| / (1 + max|y|). It is NaN if either has one, and +Inf for different shapes.
func Off(x, y num.Array) float64 {
	if !slices.Equal(x.Shape(), y.Shape()) {
		return math.Inf(1)
	}
	return MaxAbs(x.Sub(y)) / (1 + MaxAbs(y))
}

// With is a with element i, in row-major order, replaced.
func With(a num.Array, i int, v float64) num.Array {
	x := a.Float64s()
	x[i] = v
	return num.New(x).Reshape(a.Shape()...)
}

// Count is the number of elements for which is reports true.
func Count(x num.Array, is func(float64) bool) (n int) {
	for _, v := range x.Float64s() {
		if is(v) {
			n++
		}
	}
	return n
}
