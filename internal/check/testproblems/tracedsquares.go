package testproblems

import (
	"math"

	"github.com/argmin-go/argmin/num"
)

// TracedSquares has the residuals of the problems of [MGH] that are not in [Traced], by name, as functions of num.
var TracedSquares = map[string]func(x num.Array) num.Array{
	"04-brown-badly-scaled": func(x array) array {
		return num.Stack(x.At(0).AddScalar(-1e6), x.At(1).AddScalar(-2e-6), x.At(0).Mul(x.At(1)).AddScalar(-2))
	},
	"05-beale": func(x array) array {
		b := x.At(1)
		return num.Vector(1.5, 2.25, 2.625).Sub(x.At(0).Mul(num.Stack(b, b.Square(), b.Square().Mul(b)).Neg().AddScalar(1)))
	},
	"06-jennrich-sampson": func(x array) array {
		k := num.Arange(num.Float64, 1, 11)
		return k.Scale(2).AddScalar(2).Sub(k.Mul(x.At(0)).Exp()).Sub(k.Mul(x.At(1)).Exp())
	},
	"08-bard": func(x array) array {
		u := num.Arange(num.Float64, 1, 16)
		v := u.Neg().AddScalar(16)
		return num.New(bardData).Sub(x.At(0)).Sub(u.Div(v.Mul(x.At(1)).Add(num.Minimum(u, v).Mul(x.At(2)))))
	},
	"09-gaussian": func(x array) array {
		t := num.Arange(num.Float64, 0, 15).AddScalar(-7).Scale(-0.5)
		return t.Sub(x.At(2)).Square().Mul(x.At(1)).Scale(-0.5).Exp().Mul(x.At(0)).Sub(num.New(gaussianData))
	},
	"10-meyer": func(x array) array {
		t := num.Arange(num.Float64, 0, 16).Scale(5).AddScalar(50)
		y := num.Vector(34780, 28610, 23650, 19630, 16370, 13720, 11540, 9744, 8261, 7030, 6005, 5147, 4427, 3820, 3307, 2872)
		return x.At(0).Mul(x.At(1).Div(t.Add(x.At(2))).Exp()).Sub(y)
	},
	"11-gulf": func(x array) array {
		t := num.Arange(num.Float64, 1, 100).Scale(0.01)
		y := t.Log().Scale(-50).Pow(num.Const(2. / 3)).AddScalar(25)
		return y.Sub(x.At(1)).Abs().Pow(x.At(2)).Div(x.At(0)).Neg().Exp().Sub(t)
	},
	"12-box": func(x array) array {
		t := num.Arange(num.Float64, 1, 11).Scale(0.1)
		e := func(a array) array { return t.Mul(a).Neg().Exp() }
		return e(x.At(0)).Sub(e(x.At(1))).Sub(x.At(2).Mul(t.Neg().Exp().Sub(t.Scale(-10).Exp())))
	},
	"14-wood": func(x array) array {
		a, b, c, d := x.At(0), x.At(1), x.At(2), x.At(3)
		return num.Stack(b.Sub(a.Square()).Scale(10), a.Neg().AddScalar(1), d.Sub(c.Square()).Scale(math.Sqrt(90)), c.Neg().AddScalar(1),
			b.Add(d).AddScalar(-2).Scale(math.Sqrt(10)), b.Sub(d).Scale(1/math.Sqrt(10)))
	},
	"15-kowalik-osborne": func(x array) array {
		u := num.New(kowalikAt)
		return num.New(kowalikData).Sub(x.At(0).Mul(u.Square().Add(u.Mul(x.At(1)))).Div(u.Square().Add(u.Mul(x.At(2))).Add(x.At(3))))
	},
	"16-brown-dennis": func(x array) array {
		t := num.Arange(num.Float64, 1, 21).Scale(0.2)
		a := x.At(0).Add(t.Mul(x.At(1))).Sub(t.Exp())
		b := x.At(2).Add(x.At(3).Mul(t.Sin())).Sub(t.Cos())
		return a.Square().Add(b.Square())
	},
	"17-osborne1": func(x array) array {
		t := num.Arange(num.Float64, 0, len(osborne1Data)).Scale(10)
		e := func(size, rate array) array { return t.Mul(rate).Neg().Exp().Mul(size) }
		return num.New(osborne1Data).Sub(x.At(0)).Sub(e(x.At(1), x.At(3))).Sub(e(x.At(2), x.At(4)))
	},
	"18-biggs-exp6": func(x array) array {
		t := num.Arange(num.Float64, 1, 14).Scale(0.1)
		e := func(a array) array { return t.Mul(a).Neg().Exp() }
		y := t.Neg().Exp().Sub(t.Scale(-10).Exp().Scale(5)).Add(t.Scale(-4).Exp().Scale(3))
		return x.At(2).Mul(e(x.At(0))).Sub(x.At(3).Mul(e(x.At(1)))).Add(x.At(5).Mul(e(x.At(4)))).Sub(y)
	},
	"19-osborne2": func(x array) array {
		t := num.Arange(num.Float64, 0, len(osborne2Data)).Scale(0.1)
		r := num.New(osborne2Data).Sub(t.Mul(x.At(4)).Neg().Exp().Mul(x.At(0)))
		for k := 1; k <= 3; k++ {
			r = r.Sub(t.Sub(x.At(7 + k)).Square().Mul(x.At(4 + k)).Neg().Exp().Mul(x.At(k)))
		}
		return r
	},
	"20-watson6": watsonResiduals, "20-watson9": watsonResiduals, "20-watson12": watsonResiduals,
	"23-penalty-one-4": penaltyResiduals, "23-penalty-one-10": penaltyResiduals,
	"24-penalty-two-4": penaltyTwoResiduals, "24-penalty-two-10": penaltyTwoResiduals,
	"25-variably-dimensioned10": func(x array) array {
		y := x.AddScalar(-1)
		s := positions(x).Dot(y)
		return num.Concat(0, y, num.Stack(s, s.Square()))
	},
	"32-linear-full-rank10": func(x array) array {
		m, n := 20, x.Size()
		mean := x.Sum().Scale(2 / float64(m))
		return x.Pad([]int{0}, []int{m - n}).Sub(mean).AddScalar(-1)
	},
	"33-linear-rank-one10": func(x array) array {
		return num.Arange(num.Float64, 1, 21).Mul(positions(x).Dot(x)).AddScalar(-1)
	},
	"34-linear-rank-one-zeros10": func(x array) array {
		n := x.Size()
		s := positions(x).Range(1, n-1).Dot(x.Range(1, n-1))
		middle := num.Arange(num.Float64, 1, 19).Mul(s).AddScalar(-1)
		return middle.Pad([]int{1}, []int{1}).Sub(num.Ones(1).Pad([]int{0}, []int{19})).Sub(num.Ones(1).Pad([]int{19}, []int{0}))
	},
}

func penaltyResiduals(x array) array {
	return num.Concat(0, x.AddScalar(-1).Scale(math.Sqrt(1e-5)), x.Dot(x).AddScalar(-0.25).Reshape(1))
}

func penaltyTwoResiduals(x array) array {
	n := x.Size()
	k := num.Arange(num.Float64, 1, n+1).Scale(0.1).Exp()
	e, first := x.Scale(0.1).Exp(), func(v array) array { return v.Range(0, n-1) }
	y := k.Range(1, n).Add(first(k))
	a := math.Sqrt(1e-5)
	s := num.Arange(num.Float64, 0, n).Neg().AddScalar(float64(n)).Dot(x.Square()).AddScalar(-1)
	return num.Concat(0, x.Range(0, 1).AddScalar(-0.2), e.Range(1, n).Add(first(e)).Sub(y).Scale(a), e.Range(1, n).AddScalar(-math.Exp(-0.1)).Scale(a), s.Reshape(1))
}

func watsonResiduals(x array) array {
	n := x.Size()
	t, dt := make([]float64, 29*n), make([]float64, 29*n)
	for i := range 29 {
		for j := range n {
			t[i*n+j] = math.Pow(float64(i+1)/29, float64(j))
			if j > 0 {
				dt[i*n+j] = float64(j) * math.Pow(float64(i+1)/29, float64(j-1))
			}
		}
	}
	s := num.New(t, 29, n).MatMul(x)
	r := num.New(dt, 29, n).MatMul(x).Sub(s.Square()).AddScalar(-1)
	return num.Concat(0, r, num.Stack(x.At(0), x.At(1).Sub(x.At(0).Square()).AddScalar(-1)))
}

// Squares is the residuals of a problem of [MGH] as a function of num, or nil.
func (p *Problem) Squares() func(x num.Array) num.Array {
	if f := TracedSquares[p.Name]; f != nil {
		return f
	}
	if p.squares.r == nil {
		return nil
	}
	return Traced[p.Name]
}
