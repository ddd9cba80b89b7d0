package nist

import (
	"math"

	"github.com/argmin-go/argmin/num"
)

type array = num.Array

// curves are the models for arrays.
var curves = func() map[string]func(b, x []array) array {
	type model = func(b, x []array) array
	of := func(f func(b []array, x array) array) model { return func(b, x []array) array { return f(b, x[0]) } }
	decay := func(a, rate, x array) array { return a.Mul(rate.Mul(x).Neg().Exp()) }
	bell := func(a, center, width, x array) array { return a.Mul(x.Sub(center).Div(width).Square().Neg().Exp()) }
	saturating := of(func(b []array, x array) array { return b[0].Sub(decay(b[0], b[1], x)) })
	chwirut := of(func(b []array, x array) array { return decay(x.Const(1), b[0], x).Div(b[1].Add(b[2].Mul(x))) })
	lanczos := of(func(b []array, x array) array {
		return decay(b[0], b[1], x).Add(decay(b[2], b[3], x)).Add(decay(b[4], b[5], x))
	})
	gauss := of(func(b []array, x array) array {
		return decay(b[0], b[1], x).Add(bell(b[2], b[3], b[4], x)).Add(bell(b[5], b[6], b[7], x))
	})
	cubic := of(func(b []array, x array) array {
		top := b[0].Add(x.Mul(b[1].Add(x.Mul(b[2].Add(x.Mul(b[3]))))))
		return top.Div(x.Mul(b[4].Add(x.Mul(b[5].Add(x.Mul(b[6]))))).AddScalar(1))
	})
	logistic := func(b []array, x array) array { return b[1].Sub(b[2].Mul(x)).Exp().AddScalar(1) }
	return map[string]model{
		"Misra1a": saturating,
		"BoxBOD":  saturating,
		"Misra1b": of(func(b []array, x array) array {
			return b[0].Sub(b[0].Div(b[1].Mul(x).Scale(0.5).AddScalar(1).Square()))
		}),
		"Misra1c": of(func(b []array, x array) array {
			return b[0].Sub(b[0].Mul(b[1].Mul(x).Scale(2).AddScalar(1).Rsqrt()))
		}),
		"Misra1d": of(func(b []array, x array) array { z := b[1].Mul(x); return b[0].Mul(z).Div(z.AddScalar(1)) }),
		"DanWood": of(func(b []array, x array) array { return b[0].Mul(x.Pow(b[1])) }),
		"ENSO": of(func(b []array, x array) array {
			w := x.Scale(2 * math.Pi)
			wave := func(c, s, z array) array { return c.Mul(z.Cos()).Add(s.Mul(z.Sin())) }
			return b[0].Add(wave(b[1], b[2], w.Scale(1./12))).Add(wave(b[4], b[5], w.Div(b[3]))).Add(wave(b[7], b[8], w.Div(b[6])))
		}),
		"Eckerle4": of(func(b []array, x array) array {
			return b[0].Div(b[1]).Mul(x.Sub(b[2]).Div(b[1]).Square().Scale(-0.5).Exp())
		}),
		"Chwirut1": chwirut, "Chwirut2": chwirut,
		"Lanczos1": lanczos, "Lanczos2": lanczos, "Lanczos3": lanczos,
		"Gauss1": gauss, "Gauss2": gauss, "Gauss3": gauss,
		"Hahn1": cubic, "Thurber": cubic,
		"Kirby2": of(func(b []array, x array) array {
			return b[0].Add(x.Mul(b[1].Add(x.Mul(b[2])))).Div(x.Mul(b[3].Add(x.Mul(b[4]))).AddScalar(1))
		}),
		"MGH09": of(func(b []array, x array) array {
			return b[0].Mul(x).Mul(x.Add(b[1])).Div(x.Mul(x.Add(b[2])).Add(b[3]))
		}),
		"MGH10":  of(func(b []array, x array) array { return b[0].Mul(b[1].Div(x.Add(b[2])).Exp()) }),
		"MGH17":  of(func(b []array, x array) array { return b[0].Add(decay(b[1], b[3], x)).Add(decay(b[2], b[4], x)) }),
		"Nelson": func(b, x []array) array { return b[0].Sub(x[0].Mul(decay(b[1], b[2], x[1]))) },
		"Rat42":  of(func(b []array, x array) array { return b[0].Div(logistic(b, x)) }),
		"Rat43":  of(func(b []array, x array) array { return b[0].Div(logistic(b, x).Pow(b[3].Const(1).Div(b[3]))) }),
		"Roszman1": of(func(b []array, x array) array {
			return b[0].Sub(b[1].Mul(x)).Sub(b[2].Div(x.Sub(b[3])).Atan().Scale(1 / math.Pi))
		}),
		"Bennett5": of(func(b []array, x array) array { return b[0].Mul(b[1].Add(x).Pow(b[2].Const(-1).Div(b[2]))) }),
	}
}()
