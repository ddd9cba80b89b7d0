package nist

import (
	"math"
	"math/cmplx"
)

// power is NaN for a negative base.
func power(a, e complex128) complex128 {
	if real(a) < 0 {
		return cmplx.NaN()
	}
	return cmplx.Pow(a, e)
}

// arctan is the arctangent of a number with a tiny imaginary part, which cmplx.Atan
// rounds away.
func arctan(a complex128) complex128 {
	return complex(math.Atan(real(a)), imag(a)/(1+real(a)*real(a)))
}

func square(a complex128) complex128 { return a * a }

// models are the models; x has one element, for Nelson two.
var models = func() map[string]func(b []complex128, x []float64) complex128 {
	type model = func(b []complex128, x []float64) complex128
	exp := cmplx.Exp
	of := func(f func(b []complex128, x complex128) complex128) model {
		return func(b []complex128, x []float64) complex128 { return f(b, complex(x[0], 0)) }
	}
	saturating := of(func(b []complex128, x complex128) complex128 { return b[0] * (1 - exp(-b[1]*x)) })
	chwirut := of(func(b []complex128, x complex128) complex128 { return exp(-b[0]*x) / (b[1] + b[2]*x) })
	lanczos := of(func(b []complex128, x complex128) complex128 {
		return b[0]*exp(-b[1]*x) + b[2]*exp(-b[3]*x) + b[4]*exp(-b[5]*x)
	})
	gauss := of(func(b []complex128, x complex128) complex128 {
		return b[0]*exp(-b[1]*x) + b[2]*exp(-square((x-b[3])/b[4])) + b[5]*exp(-square((x-b[6])/b[7]))
	})
	cubic := of(func(b []complex128, x complex128) complex128 {
		return (b[0] + x*(b[1]+x*(b[2]+x*b[3]))) / (1 + x*(b[4]+x*(b[5]+x*b[6])))
	})
	return map[string]model{
		"Misra1a": saturating,
		"BoxBOD":  saturating,
		"Misra1b": of(func(b []complex128, x complex128) complex128 { return b[0] * (1 - 1/square(1+b[1]*x/2)) }),
		"Misra1c": of(func(b []complex128, x complex128) complex128 { return b[0] * (1 - power(1+2*b[1]*x, -.5)) }),
		"Misra1d": of(func(b []complex128, x complex128) complex128 { return b[0] * b[1] * x / (1 + b[1]*x) }),
		"DanWood": of(func(b []complex128, x complex128) complex128 { return b[0] * power(x, b[1]) }),
		"ENSO": of(func(b []complex128, x complex128) complex128 {
			w := 2 * math.Pi * x
			return b[0] + b[1]*cmplx.Cos(w/12) + b[2]*cmplx.Sin(w/12) +
				b[4]*cmplx.Cos(w/b[3]) + b[5]*cmplx.Sin(w/b[3]) + b[7]*cmplx.Cos(w/b[6]) + b[8]*cmplx.Sin(w/b[6])
		}),
		"Eckerle4": of(func(b []complex128, x complex128) complex128 {
			return b[0] / b[1] * exp(-.5*square((x-b[2])/b[1]))
		}),
		"Chwirut1": chwirut, "Chwirut2": chwirut,
		"Lanczos1": lanczos, "Lanczos2": lanczos, "Lanczos3": lanczos,
		"Gauss1": gauss, "Gauss2": gauss, "Gauss3": gauss,
		"Hahn1": cubic, "Thurber": cubic,
		"Kirby2": of(func(b []complex128, x complex128) complex128 {
			return (b[0] + x*(b[1]+x*b[2])) / (1 + x*(b[3]+x*b[4]))
		}),
		"MGH09": of(func(b []complex128, x complex128) complex128 { return b[0] * x * (x + b[1]) / (x*(x+b[2]) + b[3]) }),
		"MGH10": of(func(b []complex128, x complex128) complex128 { return b[0] * exp(b[1]/(x+b[2])) }),
		"MGH17": of(func(b []complex128, x complex128) complex128 { return b[0] + b[1]*exp(-x*b[3]) + b[2]*exp(-x*b[4]) }),
		"Nelson": func(b []complex128, x []float64) complex128 {
			return b[0] - b[1]*complex(x[0], 0)*exp(-b[2]*complex(x[1], 0))
		},
		"Rat42": of(func(b []complex128, x complex128) complex128 { return b[0] / (1 + exp(b[1]-b[2]*x)) }),
		"Rat43": of(func(b []complex128, x complex128) complex128 { return b[0] / power(1+exp(b[1]-b[2]*x), 1/b[3]) }),
		"Roszman1": of(func(b []complex128, x complex128) complex128 {
			return b[0] - b[1]*x - arctan(b[2]/(x-b[3]))/math.Pi
		}),
		"Bennett5": of(func(b []complex128, x complex128) complex128 { return b[0] * power(b[1]+x, -1/b[2]) }),
	}
}()
