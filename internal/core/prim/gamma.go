package prim

import (
	"math"

	"github.com/argmin-go/argmin/internal/core/ir"
)

// Gamma is the gamma function of x.
func Gamma(x *value) *value { return ir.Apply1(Unary[gammaFn]{}, x) }

type gammaFn struct{ realFn }

func (gammaFn) name() string              { return "gamma" }
func (gammaFn) diff(x, y *value) *value   { return Mul(y, Digamma(x)) }
func (gammaFn) block(d ir.DType) ir.Block { return realBlock(d, math.Gamma) }
func (gammaFn) hlo() string               { return "" }

// For x ≥ ½, Γ(x+10) over the ten factors between, by Stirling's formula, whose power is taken
// in two halves so that it does not overflow; below, Euler's reflection.
func (gammaFn) expand(x *value) *value {
	one, zero := like(x, 1), like(x, 0)
	low := Lt(x, like(x, 0.5))
	z := Select(low, Sub(one, x), x)
	big := Gt(z, like(x, 10))
	factors, y := one, z
	for range 10 {
		factors, y = Mul(factors, Select(big, one, y)), Select(big, y, Add(y, one))
	}
	u := Div(one, y)
	v := Mul(u, u)
	s := like(x, 43867.0/244188)
	for _, c := range []float64{-3617.0 / 122400, 1.0 / 156, -691.0 / 360360, 1.0 / 1188, -1.0 / 1680, 1.0 / 1260, -1.0 / 360, 1.0 / 12} {
		s = Add(Mul(s, v), like(x, c))
	}
	half := Pow(y, Sub(Mul(y, like(x, 0.5)), like(x, 0.25)))
	g := Div(Mul(Mul(Mul(half, Exp(Sub(Mul(u, s), y))), half), like(x, math.Sqrt(2*math.Pi))), factors)
	r := Sub(x, Mul(like(x, 2), Round(Mul(x, like(x, 0.5)))))
	fold := Select(Gt(Abs(r), like(x, 0.5)), Sub(Select(Gt(r, zero), one, like(x, -1)), r), r)
	sine := Sin(Mul(fold, like(x, math.Pi)))
	reflected := Select(Eq(Floor(x), x), Select(Eq(x, zero), Div(one, x), like(x, math.NaN())), Div(like(x, math.Pi), Mul(sine, g)))
	return Select(low, reflected, g)
}
func (gammaFn) domain() (lo, hi float64) { return 0.3, 4 }

var _ = register(Unary[gammaFn]{})
