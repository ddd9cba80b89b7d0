package convex

import (
	"math"
	"slices"

	"gonum.org/v1/gonum/mat"

	"github.com/argmin-go/argmin/num"
)

// row is a function with all that the generic tests need: the table below has one for each.
type row struct {
	f      func(x []Expr) Expr
	define func(x [][]float64) []float64 // the same on plain numbers
	shapes [][]int                       // of the arguments; default a vector of 4 numbers
	lo     float64                       // arguments are taken from between lo, by default -2, and 2
	// posdef are arguments that are to be positive definite matrices.
	posdef []int
	// outside are arguments where the function is not defined.
	outside [][]float64
}

func each(f func(x float64) float64) func([][]float64) []float64 {
	return func(x [][]float64) []float64 {
		var y []float64
		for _, v := range x[0] {
			y = append(y, f(v))
		}
		return y
	}
}

func each2(f func(x, y float64) float64) func([][]float64) []float64 {
	return func(x [][]float64) []float64 {
		var y []float64
		for i, v := range x[0] {
			y = append(y, f(v, x[1][i]))
		}
		return y
	}
}

func fold(start float64, f func(sum, x float64) float64, end func(float64) float64) func([][]float64) []float64 {
	return func(x [][]float64) []float64 {
		sum := start
		for _, v := range x[0] {
			sum = f(sum, v)
		}
		return []float64{end(sum)}
	}
}

func same(x float64) float64 { return x }

func one(f func(x Expr) Expr) func([]Expr) Expr { return func(x []Expr) Expr { return f(x[0]) } }

func two(f func(x, y any) Expr) func([]Expr) Expr {
	return func(x []Expr) Expr { return f(x[0], x[1]) }
}

// spectrum are the eigenvalues of the symmetric part of a 3×3 matrix.
func spectrum(a []float64) []float64 {
	m := mat.NewDense(3, 3, a)
	sym := mat.NewSymDense(3, nil)
	for i := range 3 {
		for j := range i + 1 {
			sym.SetSym(i, j, (m.At(i, j)+m.At(j, i))/2)
		}
	}
	var e mat.EigenSym
	if !e.Factorize(sym, false) {
		panic("no eigenvalues")
	}
	return e.Values(nil)
}

// singular are the singular values of a 2×3 matrix.
func singular(a []float64) []float64 {
	var s mat.SVD
	if !s.Factorize(mat.NewDense(2, 3, a), mat.SVDNone) {
		panic("no singular values")
	}
	return s.Values(nil)
}

var (
	square3 = [][]int{{3, 3}}
	pair    = [][]int{{4}, {4}}
	form    = []float64{2, -0.5, 0, -0.5, 1, 0.3, 0, 0.3, 1.5}
)

func quadratic(p []float64) func(x [][]float64) []float64 {
	return func(x [][]float64) []float64 {
		sum := 0.0
		for i, v := range x[0] {
			for j, w := range x[0] {
				sum += v * p[i*len(x[0])+j] * w
			}
		}
		return []float64{sum}
	}
}

func logistic1(x float64) float64 { return math.Log1p(math.Exp(x)) }

var table = map[string]row{
	"Abs":      {f: one(Abs), define: each(math.Abs)},
	"Pos":      {f: one(Pos), define: each(func(x float64) float64 { return max(x, 0) })},
	"Square":   {f: one(Square), define: each(func(x float64) float64 { return x * x })},
	"Sqrt":     {f: one(Sqrt), define: each(math.Sqrt), lo: 0.1, outside: [][]float64{{1, -1, 1, 1}}},
	"InvPos":   {f: one(InvPos), define: each(func(x float64) float64 { return 1 / x }), lo: 0.2, outside: [][]float64{{1, -1, 1, 1}}},
	"Exp":      {f: one(Exp), define: each(math.Exp)},
	"Log":      {f: one(Log), define: each(math.Log), lo: 0.1, outside: [][]float64{{1, -1, 1, 1}}},
	"Log1p":    {f: one(Log1p), define: each(math.Log1p), lo: -0.8, outside: [][]float64{{1, -2, 1, 1}}},
	"Logistic": {f: one(Logistic), define: each(logistic1)},
	"Entr":     {f: one(Entr), define: each(func(x float64) float64 { return -x * math.Log(x) }), lo: 0.1, outside: [][]float64{{1, -1, 1, 1}}},
	"Entropy": {f: one(Entropy), define: fold(0, func(s, x float64) float64 { return s - x*math.Log(x) }, same), lo: 0.1,
		outside: [][]float64{{1, -1, 1, 1}}},
	"Huber": {f: one(func(x Expr) Expr { return Huber(x, 0.8) }), define: each(func(x float64) float64 {
		if a := math.Abs(x); a > 0.8 {
			return 1.6*a - 0.64
		}
		return x * x
	})},
	"Power 3": {f: one(func(x Expr) Expr { return Power(x, 3) }), define: each(func(x float64) float64 { return x * x * x }), lo: 0.1,
		outside: [][]float64{{1, -1, 1, 1}}},
	"Power 4":    {f: one(func(x Expr) Expr { return Power(x, 4) }), define: each(func(x float64) float64 { return x * x * x * x })},
	"Power 1.5":  {f: one(func(x Expr) Expr { return Power(x, 1.5) }), define: each(func(x float64) float64 { return math.Pow(x, 1.5) }), lo: 0.1},
	"Power 0.3":  {f: one(func(x Expr) Expr { return Power(x, 0.3) }), define: each(func(x float64) float64 { return math.Pow(x, 0.3) }), lo: 0.1, outside: [][]float64{{1, -1, 1, 1}}},
	"Power -1.5": {f: one(func(x Expr) Expr { return Power(x, -1.5) }), define: each(func(x float64) float64 { return math.Pow(x, -1.5) }), lo: 0.3, outside: [][]float64{{1, -1, 1, 1}}},
	"Power":      {f: one(func(x Expr) Expr { return Power(x, 2) }), define: each(func(x float64) float64 { return x * x })},

	"Maximum":  {f: func(x []Expr) Expr { return Maximum(x[0], x[1], 0.5) }, define: each2(func(x, y float64) float64 { return max(x, y, 0.5) }), shapes: pair},
	"Minimum":  {f: func(x []Expr) Expr { return Minimum(x[0], x[1], 0.5) }, define: each2(func(x, y float64) float64 { return min(x, y, 0.5) }), shapes: pair},
	"RelEntr":  {f: two(RelEntr), define: each2(func(x, y float64) float64 { return x * math.Log(x/y) }), shapes: pair, lo: 0.1},
	"KLDiv":    {f: two(KLDiv), define: each2(func(x, y float64) float64 { return x*math.Log(x/y) - x + y }), shapes: pair, lo: 0.1},
	"PairNorm": {f: two(PairNorm), define: each2(math.Hypot), shapes: pair},

	"Norm1":      {f: one(Norm1), define: fold(0, func(s, x float64) float64 { return s + math.Abs(x) }, same), shapes: [][]int{{2, 3}}},
	"Norm2":      {f: one(Norm2), define: fold(0, func(s, x float64) float64 { return s + x*x }, math.Sqrt), shapes: [][]int{{2, 3}}},
	"NormInf":    {f: one(NormInf), define: fold(0, func(s, x float64) float64 { return max(s, math.Abs(x)) }, same)},
	"Norm":       {f: one(func(x Expr) Expr { return Norm(x, 3) }), define: fold(0, func(s, x float64) float64 { return s + math.Pow(math.Abs(x), 3) }, math.Cbrt)},
	"SumSquares": {f: one(SumSquares), define: fold(0, func(s, x float64) float64 { return s + x*x }, same)},
	"QuadOverLin": {f: func(x []Expr) Expr { return QuadOverLin(x[0], x[1]) }, shapes: [][]int{{4}, {}}, lo: 0.2, define: func(x [][]float64) []float64 {
		return []float64{quadratic([]float64{1, 0, 0, 0, 0, 1, 0, 0, 0, 0, 1, 0, 0, 0, 0, 1})(x)[0] / x[1][0]}
	}},
	"QuadForm": {f: one(func(x Expr) Expr { return QuadForm(x, num.New(form, 3, 3)) }), define: quadratic(form), shapes: [][]int{{3}}},
	"QuadForm concave": {f: one(func(x Expr) Expr { return QuadForm(x, num.New(form, 3, 3).Neg()) }), shapes: [][]int{{3}},
		define: func(x [][]float64) []float64 { return []float64{-quadratic(form)(x)[0]} }},
	"Max": {f: one(Max), define: fold(math.Inf(-1), math.Max, same)},
	"Min": {f: one(Min), define: fold(math.Inf(1), math.Min, same)},
	"SumLargest": {f: one(func(x Expr) Expr { return SumLargest(x, 2) }), define: func(x [][]float64) []float64 {
		s := slices.Sorted(slices.Values(x[0]))
		return []float64{s[2] + s[3]}
	}},
	"SumSmallest": {f: one(func(x Expr) Expr { return SumSmallest(x, 2) }), define: func(x [][]float64) []float64 {
		s := slices.Sorted(slices.Values(x[0]))
		return []float64{s[0] + s[1]}
	}},
	"TotalVariation": {f: one(TotalVariation), define: func(x [][]float64) []float64 {
		v := x[0]
		return []float64{math.Abs(v[1]-v[0]) + math.Abs(v[2]-v[1]) + math.Abs(v[3]-v[2])}
	}},
	"TotalVariation of a matrix": {f: one(TotalVariation), shapes: [][]int{{2, 3}}, define: func(x [][]float64) []float64 {
		v := x[0]
		return []float64{math.Hypot(v[1]-v[0], v[3]-v[0]) + math.Hypot(v[2]-v[1], v[4]-v[1])}
	}},
	"LogSumExp": {f: one(LogSumExp), define: fold(0, func(s, x float64) float64 { return s + math.Exp(x) }, math.Log), shapes: [][]int{{2, 3}}},
	"GeoMean": {f: one(GeoMean), define: fold(1, func(s, x float64) float64 { return s * x }, func(s float64) float64 { return math.Pow(s, 0.25) }), lo: 0.2,
		outside: [][]float64{{1, -1, 1, 1}}},
	"LambdaMax": {f: one(LambdaMax), shapes: square3, define: func(x [][]float64) []float64 { return spectrum(x[0])[2:] }},
	"LambdaMin": {f: one(LambdaMin), shapes: square3, define: func(x [][]float64) []float64 { return spectrum(x[0])[:1] }},
	"LogDet": {f: one(LogDet), shapes: square3, posdef: []int{0}, outside: [][]float64{{1, 0, 0, 0, -1, 0, 0, 0, 1}}, define: func(x [][]float64) []float64 {
		w := spectrum(x[0])
		return []float64{math.Log(w[0] * w[1] * w[2])}
	}},
	"SigmaMax": {f: one(SigmaMax), shapes: [][]int{{2, 3}}, define: func(x [][]float64) []float64 { return singular(x[0])[:1] }},
	"NuclearNorm": {f: one(NuclearNorm), shapes: [][]int{{2, 3}}, define: func(x [][]float64) []float64 {
		s := singular(x[0])
		return []float64{s[0] + s[1]}
	}},
	"MatrixFrac": {f: two(MatrixFrac), shapes: [][]int{{3}, {3, 3}}, posdef: []int{1}, define: func(x [][]float64) []float64 {
		var y mat.VecDense
		b := mat.NewVecDense(3, x[0])
		if err := y.SolveVec(mat.NewDense(3, 3, x[1]), b); err != nil {
			panic(err)
		}
		return []float64{mat.Dot(b, &y)}
	}},
	"TraceInv": {f: one(TraceInv), shapes: square3, posdef: []int{0}, outside: [][]float64{{1, 0, 0, 0, -1, 0, 0, 0, 1}}, define: func(x [][]float64) []float64 {
		w := spectrum(x[0])
		return []float64{1/w[0] + 1/w[1] + 1/w[2]}
	}},
	"LambdaSumLargest": {f: one(func(x Expr) Expr { return LambdaSumLargest(x, 2) }), shapes: square3, define: func(x [][]float64) []float64 {
		w := spectrum(x[0])
		return []float64{w[1] + w[2]}
	}},
	"LambdaSumSmallest": {f: one(func(x Expr) Expr { return LambdaSumSmallest(x, 2) }), shapes: square3, define: func(x [][]float64) []float64 {
		w := spectrum(x[0])
		return []float64{w[0] + w[1]}
	}},

	"NegPart":  {f: one(NegPart), define: each(func(x float64) float64 { return max(-x, 0) })},
	"Range":    {f: one(Range), define: func(x [][]float64) []float64 { return []float64{slices.Max(x[0]) - slices.Min(x[0])} }},
	"Std":      {f: one(Std), define: func(x [][]float64) []float64 { return []float64{math.Sqrt(variance(x[0]))} }},
	"Variance": {f: one(Variance), define: func(x [][]float64) []float64 { return []float64{variance(x[0])} }},
	"MixedNorm": {f: one(func(x Expr) Expr { return MixedNorm(x, 2, 1) }), shapes: [][]int{{2, 3}}, define: func(x [][]float64) []float64 {
		v := x[0]
		return []float64{math.Hypot(math.Hypot(v[0], v[1]), v[2]) + math.Hypot(math.Hypot(v[3], v[4]), v[5])}
	}},
	"InvProd": {f: one(InvProd), define: fold(1, func(s, x float64) float64 { return s / x }, same), lo: 0.5, outside: [][]float64{{1, -1, 1, 1}}},
	"HarmonicMean": {f: one(HarmonicMean), define: fold(0, func(s, x float64) float64 { return s + 1/x }, func(s float64) float64 { return 4 / s }), lo: 0.2,
		outside: [][]float64{{1, -1, 1, 1}}},
	"XExp": {f: one(XExp), define: each(func(x float64) float64 { return x * math.Exp(x) }), lo: 0.1, outside: [][]float64{{1, -1, 1, 1}}},
	"CVaR": {f: one(func(x Expr) Expr { return CVaR(x, 0.6) }), define: func(x [][]float64) []float64 { // 1.6 of 4 elements
		s := slices.Sorted(slices.Values(x[0]))
		return []float64{(s[3] + 0.6*s[2]) / 1.6}
	}},
}

func variance(x []float64) float64 {
	var sum, squares float64
	for _, v := range x {
		sum += v
		squares += v * v
	}
	n := float64(len(x))
	return squares/n - sum*sum/n/n
}
