package testproblems

import (
	"math"

	"github.com/argmin-go/argmin/num"
)

// Traced has the systems of [Systems] by name as functions of num, and "35-chebyquad8", which has no root.
var Traced = map[string]func(x num.Array) num.Array{
	"01-rosenbrock": rosenbrockEquations, "21-rosenbrock10": rosenbrockEquations,
	"02-freudenstein-roth": func(x array) array {
		a, b := x.At(0), x.At(1)
		return num.Stack(b.Neg().AddScalar(5).Mul(b).AddScalar(-2).Mul(b).Add(a).AddScalar(-13),
			b.AddScalar(1).Mul(b).AddScalar(-14).Mul(b).Add(a).AddScalar(-29))
	},
	"03-powell-badly-scaled": func(x array) array {
		e := x.Neg().Exp()
		return num.Stack(x.At(0).Mul(x.At(1)).Scale(1e4).AddScalar(-1), e.At(0).Add(e.At(1)).AddScalar(-1.0001))
	},
	"07-helical-valley": func(x array) array {
		a, b, c := x.At(0), x.At(1), x.At(2)
		theta := b.Div(a).Atan().Scale(1 / (2 * math.Pi))
		theta = num.Where(a.Lt(num.Const(0)), theta.AddScalar(0.5), theta)
		r := a.Square().Add(b.Square()).Sqrt()
		return num.Stack(c.Sub(theta.Scale(10)).Scale(10), r.AddScalar(-1).Scale(10), c)
	},
	"13-powell-singular": singularEquations, "22-powell-singular12": singularEquations,
	"14-wood-gradient": func(x array) array {
		a, b, c, d := x.At(0), x.At(1), x.At(2), x.At(3)
		u, v := b.Sub(a.Square()), d.Sub(c.Square())
		both := b.Add(d).AddScalar(-2).Scale(10)
		return num.Stack(a.Mul(u).Scale(-200).Add(a).AddScalar(-1), u.Scale(100).Add(both).Add(b.Sub(d).Scale(0.1)),
			c.Mul(v).Scale(-180).Add(c).AddScalar(-1), v.Scale(90).Add(both).Sub(b.Sub(d).Scale(0.1)))
	},
	"20-watson6-gradient": num.Grad(watsonValue), "20-watson9-gradient": num.Grad(watsonValue),
	"25-variably-dimensioned10-gradient": func(x array) array {
		k, y := positions(x), x.AddScalar(-1)
		s := k.Dot(y)
		return y.Add(k.Mul(s.Mul(s.Square().Scale(2).AddScalar(1))))
	},
	"26-trigonometric10": func(x array) array {
		n := float64(x.Size())
		c := x.Cos()
		return positions(x).Mul(c.Neg().AddScalar(1)).Sub(x.Sin()).Add(c.Sum().Neg().AddScalar(n))
	},
	"27-brown-almost-linear10": func(x array) array {
		n := x.Size()
		linear := x.Add(x.Sum()).AddScalar(-float64(n + 1))
		return num.Concat(0, linear.Range(0, n-1), x.Prod().AddScalar(-1).Reshape(1))
	},
	"28-discrete-boundary-value10": func(x array) array {
		n := x.Size()
		h := 1 / float64(n+1)
		u := x.Add(positions(x).Scale(h)).AddScalar(1)
		return x.Scale(2).Sub(before(x)).Sub(after(x)).Add(u.Square().Mul(u).Scale(h * h / 2))
	},
	"29-discrete-integral10": func(x array) array {
		h := 1 / float64(x.Size()+1)
		t := positions(x).Scale(h)
		u := x.Add(t).AddScalar(1)
		cube := u.Square().Mul(u)
		up, down := t.Mul(cube), t.Neg().AddScalar(1).Mul(cube)
		low := up.CumSum(0)
		high := down.Sum().Sub(down.CumSum(0))
		return x.Add(t.Neg().AddScalar(1).Mul(low).Add(t.Mul(high)).Scale(h / 2))
	},
	"30-broyden-tridiagonal10": BroydenTridiagonal,
	"31-broyden-banded10": func(x array) array {
		n := x.Size()
		y := x.Mul(x.AddScalar(1))
		r := x.Mul(x.Square().Scale(5).AddScalar(2)).AddScalar(1)
		wide := y.Pad([]int{5}, []int{1})
		for j := -5; j <= 1; j++ {
			if j != 0 {
				r = r.Sub(wide.Range(5+j, 5+j+n))
			}
		}
		return r
	},
	"35-chebyquad5": chebyquadEquations, "35-chebyquad6": chebyquadEquations, "35-chebyquad7": chebyquadEquations,
	"35-chebyquad8": chebyquadEquations, "35-chebyquad9": chebyquadEquations,
	"scipy-cosine": func(x array) array { return x.Add(x.Cos().Scale(2)) },
	"scipy-two": func(x array) array {
		a, b := x.At(0), x.At(1)
		return num.Stack(a.Mul(b.Cos()).AddScalar(-4), a.Mul(b).Sub(b).AddScalar(-5))
	},
	"scipy-cubic": func(x array) array {
		d := x.At(0).Sub(x.At(1))
		c := d.Square().Mul(d).Scale(0.5)
		return num.Stack(x.At(0).Add(c).AddScalar(-1), x.At(1).Sub(c))
	},
	"scipy-cosines": func(x array) array { return x.Cos().Add(x.Flip()).Sub(positions(x)) },
	"scipy-laplace8": func(x array) array {
		const n = 8
		u := x.Reshape(n, n)
		wide := u.Pad([]int{1, 0}, []int{1, 0})                                                               // zeros above and below
		tall := num.Concat(1, u.Scale(0).Index(num.All, num.Span(0, 1)), u, num.Ones(n, 1).AsType(x.DType())) // 0 left, 1 right
		around := wide.Range(0, n).Add(wide.Range(2, n+2)).Add(tall.Index(num.All, num.Span(0, n))).Add(tall.Index(num.All, num.Span(2, n+2)))
		bend := around.Sub(u.Scale(4)).Scale((n + 1) * (n + 1))
		return bend.Add(u.Cosh().Mean().Square().Scale(5)).Reshape(n * n)
	},
}

// positions is 1, 2, …, as many as x has entries.
func positions(x array) array { return num.Arange(x.DType(), 1, x.Size()+1) }

// before and after are x moved by one entry, with a zero.
func before(x array) array { return x.Pad([]int{1}, []int{0}).Range(0, x.Size()) }
func after(x array) array  { return x.Pad([]int{0}, []int{1}).Range(1, x.Size()+1) }

// BroydenTridiagonal is Broyden's tridiagonal system of any size, problem 30 of Moré, Garbow & Hillstrom; its
// start is -1.
func BroydenTridiagonal(x num.Array) num.Array {
	return x.Scale(-2).AddScalar(3).Mul(x).Sub(before(x)).Sub(after(x).Scale(2)).AddScalar(1)
}

func rosenbrockEquations(x array) array {
	n := x.Size() / 2
	a, b := x.Reshape(n, 2).Take(num.Int(0), 1), x.Reshape(n, 2).Take(num.Int(1), 1)
	return num.Stack(b.Sub(a.Square()).Scale(10), a.Neg().AddScalar(1)).T().Reshape(2 * n)
}

func singularEquations(x array) array {
	n := x.Size() / 4
	y := x.Reshape(n, 4).T()
	a, b, c, d := y.At(0), y.At(1), y.At(2), y.At(3)
	return num.Stack(a.Add(b.Scale(10)), c.Sub(d).Scale(math.Sqrt(5)), b.Sub(c.Scale(2)).Square(),
		a.Sub(d).Square().Scale(math.Sqrt(10))).T().Reshape(4 * n)
}

// watsonValue is half the sum of squares of Watson's function.
func watsonValue(x array) array {
	n := x.Size()
	t := make([]float64, 29*n)
	dt := make([]float64, 29*n)
	for i := range 29 {
		for j := range n {
			t[i*n+j] = math.Pow(float64(i+1)/29, float64(j))
			if j > 0 {
				dt[i*n+j] = float64(j) * math.Pow(float64(i+1)/29, float64(j-1))
			}
		}
	}
	s := num.New(t, 29, n).AsType(x.DType()).MatMul(x)
	ds := num.New(dt, 29, n).AsType(x.DType()).MatMul(x)
	r := ds.Sub(s.Square()).AddScalar(-1)
	last := x.At(1).Sub(x.At(0).Square()).AddScalar(-1)
	return r.Dot(r).Add(x.At(0).Square()).Add(last.Square()).Scale(0.5)
}

// chebyquadEquations are the means of shifted Chebyshev polynomials less their integrals.
func chebyquadEquations(x array) array {
	y := x.Scale(2).AddScalar(-1)
	last, p := num.OnesLike(y), y
	rows := make([]array, x.Size())
	for i := range rows {
		mean := p.Mean()
		if k := float64(i + 1); i%2 == 1 {
			mean = mean.AddScalar(1 / (k*k - 1))
		}
		rows[i] = mean
		last, p = p, y.Mul(p).Scale(2).Sub(last)
	}
	return num.Stack(rows...)
}
