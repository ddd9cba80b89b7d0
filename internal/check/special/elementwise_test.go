package special

import "github.com/argmin-go/argmin/num"

func one(f func(num.Array) num.Array) function {
	return func(x []num.Array) num.Array { return f(x[0]) }
}

func two(f func(a, b num.Array) num.Array) function {
	return func(x []num.Array) num.Array { return f(x[0], x[1]) }
}

// elementwise are the functions of testdata/elementwise.py.
var elementwise = map[string]function{
	"Abs": one(num.Array.Abs), "Acos": one(num.Array.Acos), "Acosh": one(num.Array.Acosh), "Add": two(num.Array.Add),
	"AddScalar": one(func(x num.Array) num.Array { return x.AddScalar(0.25) }),
	"Asin":      one(num.Array.Asin), "Asinh": one(num.Array.Asinh), "Atan": one(num.Array.Atan), "Atan2": two(num.Atan2),
	"Atanh": one(num.Array.Atanh), "Cbrt": one(num.Array.Cbrt), "Ceil": one(num.Array.Ceil),
	"Clip": one(func(x num.Array) num.Array { return x.Clip(-1, 1) }),
	"Cos":  one(num.Array.Cos), "Cosh": one(num.Array.Cosh), "Digamma": one(num.Array.Digamma), "Div": two(num.Array.Div),
	"Erf": one(num.Array.Erf), "Erfc": one(num.Array.Erfc), "Erfinv": one(num.Array.Erfinv), "Exp": one(num.Array.Exp),
	"Expit": one(num.Array.Expit), "Expm1": one(num.Array.Expm1), "Floor": one(num.Array.Floor), "Lgamma": one(num.Array.Lgamma),
	"Log": one(num.Array.Log), "Log1p": one(num.Array.Log1p), "LogExpit": one(num.Array.LogExpit), "Logit": one(num.Array.Logit),
	"LogNdtr": one(num.Array.LogNdtr), "Maximum": two(num.Maximum), "Minimum": two(num.Minimum), "Mul": two(num.Array.Mul),
	"Neg": one(num.Array.Neg), "Polygamma/1": one(func(x num.Array) num.Array { return x.Polygamma(1) }), "Pow": two(num.Array.Pow),
	"Rem": two(num.Array.Rem), "Round": one(num.Array.Round), "Scale": one(func(x num.Array) num.Array { return x.Scale(0.25) }),
	"Sign": one(num.Array.Sign), "Sin": one(num.Array.Sin), "Sinh": one(num.Array.Sinh), "Softplus": one(num.Array.Softplus),
	"Sqrt": one(num.Array.Sqrt), "Square": one(num.Array.Square), "Sub": two(num.Array.Sub), "Tan": one(num.Array.Tan),
	"Tanh": one(num.Array.Tanh),
}
