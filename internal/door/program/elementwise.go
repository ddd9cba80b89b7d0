package program

import (
	"math"

	"github.com/argmin-go/argmin/num"
)

// one is the rule of a function of one array.
func one(f func(num.Array) num.Array) rule {
	return func(c *call) []num.Array { return []num.Array{f(c.arguments(1)[0])} }
}

// two is the rule of a function of two arrays.
func two(f func(a, b num.Array) num.Array) rule {
	return func(c *call) []num.Array { x := c.arguments(2); return []num.Array{f(x[0], x[1])} }
}

// same is the rule of operations that change nothing here, such as a choice of device.
func same(c *call) []num.Array { return c.x }

var _ = add(map[string]rule{
	"abs": one(abs), "absolute": one(num.Array.Abs), "neg": one(num.Array.Neg), "sign": one(num.Array.Sign), "square": one(num.Array.Square),
	"exp": one(num.Array.Exp), "exp2": one(num.Array.Exp2), "expm1": one(num.Array.Expm1),
	"log": one(num.Array.Log), "log1p": one(num.Array.Log1p), "log2": one(num.Array.Log2), "log10": one(num.Array.Log10),
	"sqrt": one(num.Array.Sqrt), "rsqrt": one(num.Array.Rsqrt), "cbrt": one(num.Array.Cbrt),
	"sin": one(num.Array.Sin), "cos": one(num.Array.Cos), "tan": one(num.Array.Tan),
	"asin": one(num.Array.Asin), "acos": one(num.Array.Acos), "atan": one(num.Array.Atan),
	"sinh": one(num.Array.Sinh), "cosh": one(num.Array.Cosh), "tanh": one(num.Array.Tanh),
	"asinh": one(num.Array.Asinh), "acosh": one(num.Array.Acosh), "atanh": one(num.Array.Atanh),
	"logistic": one(num.Array.Expit), "erf": one(num.Array.Erf), "erfc": one(num.Array.Erfc), "erf_inv": one(num.Array.Erfinv),
	"lgamma": one(num.Array.Lgamma), "digamma": one(num.Array.Digamma),
	"bessel_i0e": one(num.Array.I0e), "bessel_i1e": one(num.Array.I1e),
	"floor": one(num.Array.Floor), "ceil": one(num.Array.Ceil), "trunc": one(num.Array.Trunc),
	"is_finite": one(num.Array.IsFinite), "isnan": one(num.Array.IsNaN), "not": one(not),
	"softplus": one(num.Array.Softplus), "logit": one(num.Array.Logit),
	"relu":          one(func(x num.Array) num.Array { return num.Where(x.Le(x.Const(0)), x.Const(0), x) }),
	"stop_gradient": one(num.Array.StopGradient),

	"add": two(num.Array.Add), "add_any": two(num.Array.Add), "sub": two(num.Array.Sub), "mul": two(num.Array.Mul), "div": two(num.Array.Div),
	"rem": two(num.Array.Rem), "max": two(num.Maximum), "min": two(num.Minimum), "pow": two(power), "atan2": two(num.Atan2),
	"eq": two(num.Array.Eq), "ne": two(num.Array.Ne), "lt": two(num.Array.Lt), "le": two(num.Array.Le), "gt": two(num.Array.Gt), "ge": two(num.Array.Ge),
	"lt_to": two(before), "le_to": two(func(a, b num.Array) num.Array { return before(b, a).Not() }),
	"eq_to": two(func(a, b num.Array) num.Array { return before(a, b).Or(before(b, a)).Not() }),
	"and":   two(num.Array.And), "or": two(num.Array.Or), "xor": two(num.Array.Xor),
	"shift_left": two(num.Array.ShiftLeft), "shift_right_arithmetic": two(shiftArithmetic), "shift_right_logical": two(num.Array.ShiftRight),
	"igamma": two(num.GammaInc), "igammac": two(num.GammaIncC), "zeta": two(num.Zeta),
	"logaddexp": two(num.LogAddExp), "xlogy": two(num.Xlogy), "hypot": two(num.Hypot),
	"copysign": two(num.CopySign), "mod": two(num.Array.Mod),

	"copy": same, "copy_p": same, "device_put": same, "sharding_constraint": same, "optimization_barrier": same, "pvary": same, "reduce_precision": same,

	"regularized_incomplete_beta": func(c *call) []num.Array {
		x := c.arguments(3)
		return []num.Array{num.BetaInc(x[0], x[1], x[2])}
	},
	"integer_pow": func(c *call) []num.Array {
		return []num.Array{integerPower(c.arguments(1)[0], params[struct{ Y int }](c).Y)}
	},
	"round": func(c *call) []num.Array {
		x := c.arguments(1)[0]
		if params[struct {
			Method int `json:"rounding_method"`
		}](c).Method == 1 { // halves to even numbers
			return []num.Array{x.Round()}
		}
		t := x.Trunc() // halves away from zero
		return []num.Array{num.Where(x.Sub(t).Abs().Ge(num.Const(0.5)), t.Add(x.Sign()), t)}
	},
	"polygamma": func(c *call) []num.Array {
		x := c.arguments(2)
		if x[0].Traced() {
			throw("the order of polygamma is traced, want a literal")
		}
		return []num.Array{x[1].Polygamma(int(x[0].Float64s()[0]))}
	},
	"clamp": func(c *call) []num.Array {
		x := c.arguments(3)
		return []num.Array{clamp(x[0], x[1], x[2])}
	},
	"select_n": func(c *call) []num.Array {
		x := c.arguments(2)
		return []num.Array{choose(x[0], x[1:])}
	},
	"where": func(c *call) []num.Array {
		x := c.arguments(3)
		return []num.Array{num.Where(x[0], x[1], x[2])}
	},
	"convert_element_type": func(c *call) []num.Array {
		p := params[struct {
			DType string `json:"new_dtype"`
		}](c)
		return []num.Array{c.arguments(1)[0].AsType(dtypeOf(p.DType))}
	},
})

// not is the opposite of booleans, and all bits of integers turned.
func not(a num.Array) num.Array {
	if a.DType() == num.Bool {
		return a.Not()
	}
	ones := -1.0
	if a.DType() == num.Uint32 {
		ones = math.MaxUint32
	}
	return a.Xor(a.Const(ones))
}

// power is aᵇ, where b may be of integers.
func power(a, b num.Array) num.Array { return a.Pow(b.AsType(a.DType())) }

// abs is |x| with lax's derivative at 0, which is 1.
func abs(x num.Array) num.Array { return num.Where(x.Ge(x.Const(0)), x, x.Neg()) }

// before is a < b in an order of all numbers, in which NaN is the last.
func before(a, b num.Array) num.Array {
	if !a.DType().IsFloat() {
		return a.Lt(b)
	}
	return a.Lt(b).Or(b.IsNaN().And(a.IsNaN().Not()))
}

// shiftArithmetic shifts the sign in from the left.
func shiftArithmetic(a, b num.Array) num.Array {
	if a.DType() == num.Uint32 {
		return a.ShiftRight(b)
	}
	return num.Where(a.Lt(a.Const(0)), not(not(a).ShiftRight(b)), a.ShiftRight(b))
}

// integerPower is aⁿ by squaring, whose derivative is right at zero and at negative numbers.
func integerPower(a num.Array, n int) num.Array {
	if n < 0 {
		return a.Const(1).Div(integerPower(a, -n))
	}
	var y num.Array
	for first := true; n > 0; n >>= 1 {
		if n&1 == 1 && first {
			y, first = a, false
		} else if n&1 == 1 {
			y = y.Mul(a)
		}
		if n > 1 {
			a = a.Square()
		}
	}
	if y == (num.Array{}) {
		return num.OnesLike(a)
	}
	return y
}

// clamp is x moved between lo and hi. Where it is at one of them it has no derivative, as in lax.
func clamp(lo, x, hi num.Array) num.Array {
	inside := x.Gt(lo).And(x.Lt(hi))
	return num.Where(inside, x, num.Where(x.Lt(lo), lo, num.Where(x.Gt(hi), hi, x.StopGradient())))
}

// choose takes each element from the case of its number, or from the second one where which is true.
func choose(which num.Array, cases []num.Array) num.Array {
	if which.DType() == num.Bool {
		if len(cases) == 1 {
			return cases[0]
		}
		return num.Where(which, cases[1], cases[0])
	}
	y := cases[0]
	for i, a := range cases[1:] {
		y = num.Where(which.Eq(which.Const(float64(i+1))), a, y)
	}
	return y
}
