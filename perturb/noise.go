package perturb

import (
	"github.com/argmin-go/argmin/num"
)

// Noise is a distribution of independent numbers.
type Noise struct {
	// Sample draws an array of such numbers, as [num.Normal] does.
	Sample func(key num.Array, d num.DType, shape ...int) num.Array
	// LogDensity is the logarithm of the density of each element, up to a constant.
	// The density must be positive and smooth everywhere, as derivatives use the gradient of
	// its logarithm.
	LogDensity func(z num.Array) num.Array
}

// Gumbel is the standard Gumbel distribution, with the distribution function exp(-exp(-z)), mean 0.5772 and variance π²/6.
// With it the argmax over the simplex is softmax(x/σ), and the maximum is
// σ log Σ exp(x/σ) + 0.5772 σ (Gumbel, 1954).
var Gumbel = Noise{
	Sample:     num.Gumbel,
	LogDensity: func(z num.Array) num.Array { return z.Neg().Sub(z.Neg().Exp()) },
}

// Normal is the standard normal distribution.
var Normal = Noise{
	Sample:     num.Normal,
	LogDensity: func(z num.Array) num.Array { return z.Square().Scale(-0.5) },
}
