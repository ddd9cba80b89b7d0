package catalog

import (
	"math"

	"github.com/argmin-go/argmin/num"
	"github.com/argmin-go/argmin/projection"
)

// Problem is: minimize Value(x, θ) + h(x, θ), where h is given by Prox and may be the
// indicator of a set.
type Problem struct {
	Name  string
	Theta []float64
	Start []float64
	Value func(x, theta array) array
	// Equations is F of a problem that is a system F = 0; Value is then ½|F|².
	Equations func(x, theta array) array
	Prox      func(x, theta, step array) array // nil: no h
	// Residuals are what Value is half the square sum of, or nil.
	Residuals func(x, theta array) array
	// Solution and Jacobian are the answer and its derivative, by a formula, or, for
	// Solution, by the reference program in testdata.
	Solution func(theta array) array
	Jacobian func(theta array) array // [len(x), len(theta)]
	// Stiffness is how much the answer loses of the accuracy of the condition; default 1.
	Stiffness float64
}

const rows, cols = 12, 6

// design is the matrix and targets of the regressions, the same as in reference.py.
func design(d num.DType) (x, y array) {
	xs, ys := make([]float64, rows*cols), make([]float64, rows)
	for i := range rows {
		for j := range cols {
			xs[i*cols+j] = math.Sin(1 + 3.7*float64(i) + 1.3*float64(j) + 0.11*float64(i*j))
			ys[i] += xs[i*cols+j] * float64(j%3-1)
		}
		ys[i] += 0.3 * math.Cos(2.1*float64(i))
	}
	return num.New(xs, rows, cols).AsType(d), num.New(ys).AsType(d)
}

func deviations(x, _ array) array {
	a, y := design(x.DType())
	return a.MatMul(x).Sub(y)
}

func square(x, th array) array { return halfSquares(deviations)(x, th) }

func halfSquares(r func(x, th array) array) func(x, th array) array {
	return func(x, th array) array { v := r(x, th); return v.Dot(v).Scale(0.5) }
}

// Ridge has a closed form: (AᵀA + θ₀I) x = Aᵀy + θ₁ 1.
var Ridge = &Problem{
	Name: "ridge", Theta: []float64{0.5, 0.2}, Start: make([]float64, cols),
	Value: func(x, th array) array {
		return square(x, th).Add(x.Dot(x).Mul(th.At(0)).Scale(0.5)).Sub(x.Sum().Mul(th.At(1)))
	},
	Solution: ridgeSolution,
	Jacobian: func(th array) array {
		a, _ := design(th.DType())
		h := a.T().MatMul(a).Add(num.Eye(cols).AsType(th.DType()).Mul(th.At(0)))
		return num.Stack(num.Solve(h, ridgeSolution(th).Neg()), num.Solve(h, num.Full(th.DType(), 1, cols))).T()
	},
}

func ridgeSolution(th array) array {
	a, y := design(th.DType())
	h := a.T().MatMul(a).Add(num.Eye(cols).AsType(th.DType()).Mul(th.At(0)))
	return num.Solve(h, a.T().MatMul(y).Add(th.At(1)))
}

// RidgeSquares is Ridge as a sum of squares, which adds a constant.
var RidgeSquares = &Problem{
	Name: "ridge", Theta: Ridge.Theta, Start: Ridge.Start, Value: halfSquares(ridgeResiduals), Residuals: ridgeResiduals,
	Solution: ridgeSolution, Jacobian: Ridge.Jacobian,
}

func ridgeResiduals(x, th array) array {
	root := th.At(0).Sqrt()
	return num.Concat(0, deviations(x, th), x.Mul(root).Sub(th.At(1).Div(root)))
}

// Parabola has the residuals x² - θ and x, which have no common zero: x = √(θ - ½).
var Parabola = &Problem{
	Name: "parabola", Theta: []float64{2, 3, 5, 4}, Start: []float64{3, 1, 2, 0.5},
	Value: halfSquares(parabolaResiduals), Residuals: parabolaResiduals,
	Solution: func(th array) array { return th.AddScalar(-0.5).Sqrt() },
	Jacobian: func(th array) array { return num.FromDiag(th.AddScalar(-0.5).Rsqrt().Scale(0.5)) },
}

func parabolaResiduals(x, th array) array { return num.Concat(0, x.Square().Sub(th), x) }

// Logistic is logistic regression with a ridge; its labels are the signs of y.
var Logistic = &Problem{
	Name: "logistic", Theta: []float64{0.3}, Start: make([]float64, cols),
	Value: func(x, th array) array {
		a, y := design(x.DType())
		z := a.MatMul(x).Mul(y.Sign())
		return z.LogExpit().Sum().Neg().Add(x.Dot(x).Mul(th.At(0)).Scale(0.5))
	},
	Solution: reference("logistic"),
	// H dx = -x dθ at the solution (Newton's system).
	Jacobian: func(th array) array {
		a, y := design(th.DType())
		x := reference("logistic")(th)
		p := a.MatMul(x).Mul(y.Sign()).Expit()
		w := p.Mul(p.Neg().AddScalar(1))
		h := a.T().MatMul(a.Mul(w.Reshape(rows, 1))).Add(num.Eye(cols).AsType(th.DType()).Mul(th.At(0)))
		return num.Solve(h, x.Neg()).Reshape(cols, 1)
	},
}

// Rosenbrock is the chained function with its minimum moved to θ, θ², θ⁴, ….
var Rosenbrock = &Problem{
	Name: "rosenbrock", Stiffness: 100, Theta: []float64{1.1}, Start: []float64{-1.2, 1, -0.5, 0.8},
	Value: halfSquares(rosenbrockResiduals), Residuals: rosenbrockResiduals,
	Solution: func(th array) array {
		t := th.At(0)
		return num.Stack(t, t.Square(), t.Square().Square(), t.Square().Square().Square())
	},
	Jacobian: func(th array) array {
		t := th.At(0)
		t3 := t.Square().Mul(t)
		return num.Stack(t.Scale(0).AddScalar(1), t.Scale(2), t3.Scale(4), t3.Square().Mul(t).Scale(8)).Reshape(4, 1)
	},
}

func rosenbrockResiduals(x, th array) array {
	n := x.Size()
	a, b := x.Range(1, n).Sub(x.Range(0, n-1).Square()), x.Range(0, 1).Sub(th.At(0))
	return num.Concat(0, a.Scale(math.Sqrt(20)), b.Scale(math.Sqrt2))
}

// Wall has its minimum at x = θ - 1.3 and no numbers from x = -1.3 down, where the first
// steps of most solvers lead.
var Wall = &Problem{
	Name: "wall", Theta: []float64{0.3, 1, 2, 5}, Start: []float64{8, 8, 8, 8},
	Value: func(x, th array) array {
		u := x.AddScalar(1.3)
		return u.Sub(th.Mul(u.Log())).Sum()
	},
	Solution: func(th array) array { return th.AddScalar(-1.3) },
	Jacobian: func(th array) array { return num.Eye(4).AsType(th.DType()) },
}

// Lasso is ½|Ax - y|² + θ₀|x|₁.
var Lasso = &Problem{
	Name: "lasso", Theta: []float64{1.5}, Start: make([]float64, cols),
	Value: square,
	Prox: func(x, th, step array) array {
		return x.Sign().Mul(num.Maximum(x.Abs().Sub(th.At(0).Mul(step)), num.Const(0)))
	},
	Solution: reference("lasso"),
	// On the support S, with signs s: A_SᵀA_S dx = -s dθ; zero elsewhere.
	Jacobian: func(th array) array {
		a, _ := design(th.DType())
		x := reference("lasso")(th)
		on := x.Sign().Abs()
		h := a.T().MatMul(a).Mul(num.Outer(on, on)).Add(num.FromDiag(on.Neg().AddScalar(1)))
		return num.Solve(h, x.Sign().Neg()).Reshape(cols, 1)
	},
}

// Simplex is ½|Ax - y|² over the simplex of scale θ₀.
var Simplex = &Problem{
	Name: "simplex", Theta: []float64{1.25}, Start: []float64{0.25, 0.25, 0.25, 0.25, 0.125, 0.125},
	Value:    square,
	Prox:     func(x, th, _ array) array { return projection.Simplex(x, th.At(0)) },
	Solution: reference("simplex"),
	Jacobian: func(th array) array {
		return onSupport(reference("simplex")(th), num.Full(th.DType(), 0, cols), num.Full(th.DType(), 1))
	},
}

// Probability is ½|Ax - θ₀y|² over the probability simplex.
var Probability = &Problem{
	Name: "probability", Theta: []float64{1.25}, Start: []float64{0.2, 0.2, 0.2, 0.2, 0.1, 0.1},
	Value: func(x, th array) array {
		a, y := design(x.DType())
		r := a.MatMul(x).Sub(y.Mul(th.At(0)))
		return r.Dot(r).Scale(0.5)
	},
	Prox:     func(x, _, _ array) array { return projection.Simplex(x, 1) },
	Solution: reference("probability"),
	Jacobian: func(th array) array {
		a, y := design(th.DType())
		return onSupport(reference("probability")(th), y.MatMul(a), num.Full(th.DType(), 0))
	},
}

// onSupport is how the least squares on a simplex answer to a change of the right-hand
// side of their equations and of the simplex's scale: on the support of x,
// AᵀA dx + dμ 1 = right and Σ dx = scale; elsewhere zero.
func onSupport(x, right, scale array) array {
	a, _ := design(x.DType())
	on := x.Sign()
	h := a.T().MatMul(a).Mul(num.Outer(on, on)).Add(num.FromDiag(on.Neg().AddScalar(1)))
	top := num.Concat(1, h, on.Reshape(cols, 1))
	bottom := num.Concat(0, on, num.Full(x.DType(), 0, 1)).Reshape(1, cols+1)
	z := num.Solve(num.Concat(0, top, bottom), num.Concat(0, right.Mul(on), scale.Reshape(1)))
	return z.Range(0, cols).Reshape(cols, 1)
}

// Boxed is ½|Ax - y|² in the box -θ₀ ≤ x ≤ θ₁.
var Boxed = &Problem{
	Name: "box", Theta: []float64{1.2, 0.9}, Start: make([]float64, cols),
	Value: square, Residuals: deviations,
	Prox: func(x, th, _ array) array {
		return projection.Box(x, th.At(0).Neg().BroadcastTo(cols), th.At(1).BroadcastTo(cols))
	},
	Solution: reference("box"),
	// What is free answers to what is held: H_FF dx_F = -H_FB dx_B.
	Jacobian: func(th array) array {
		a, _ := design(th.DType())
		x := reference("box")(th)
		one := num.Full(th.DType(), 1, cols)
		low, high := num.Where(x.Le(th.At(0).Neg()), one, one.Scale(0)), num.Where(x.Ge(th.At(1)), one, one.Scale(0))
		free := one.Sub(low).Sub(high)
		h := a.T().MatMul(a)
		k := h.Mul(num.Outer(free, free)).Add(num.FromDiag(free.Neg().AddScalar(1)))
		held := num.Stack(low.Neg(), high).T()
		return held.Add(num.Solve(k, h.MatMul(held).Mul(free.Reshape(cols, 1)).Neg()))
	},
}

// Ball is ½|Ax - y|² in the l2 ball of radius θ₀, where its minimum is on the boundary.
var Ball = &Problem{
	Name: "ball", Theta: []float64{0.8}, Start: make([]float64, cols),
	Value:    square,
	Prox:     func(x, th, _ array) array { return projection.L2Ball(x, th.At(0)) },
	Solution: reference("ball"),
}

// withoutConstant is a problem of least squares whose objective is ½xᵀAᵀAx - yᵀAx, without ½yᵀy.
func withoutConstant(p *Problem) *Problem {
	other := *p
	other.Value = func(x, _ array) array {
		a, y := design(x.DType())
		z := a.MatMul(x)
		return z.Scale(0.5).Sub(y).Dot(z)
	}
	return &other
}

// Fused is ½|Ax - y|² + θ₀ Σ|xᵢ₊₁ - xᵢ|; it has no prox.
var Fused = &Problem{
	Name: "fused", Theta: []float64{2.5}, Start: make([]float64, cols),
	Value:    square,
	Solution: reference("fused"),
}

// Cosine is the fixed point x = cos(x θ), elementwise, of a map that contracts.
var Cosine = &Problem{
	Name: "cosine", Theta: []float64{0.7, 0.8, 0.9, 0.4}, Start: []float64{1, 1, 1, 1},
	Value:     halfSquares(cosines),
	Equations: cosines, Residuals: cosines,
	Solution: reference("cosine"),
	// dx (1 + θ sin(xθ)) = -x sin(xθ) dθ.
	Jacobian: func(th array) array {
		x := reference("cosine")(th)
		s := x.Mul(th).Sin()
		return num.FromDiag(x.Mul(s).Neg().Div(th.Mul(s).AddScalar(1)))
	},
}

func cosines(x, th array) array { return x.Sub(x.Mul(th).Cos()) }

// Valley is Rosenbrock's function as equations, with the same root θ, θ², θ⁴, ….
var Valley = &Problem{
	Name: "valley", Stiffness: 100, Theta: []float64{1.1}, Start: []float64{-1.2, 1, -0.5, 0.8},
	Value:     halfSquares(valley),
	Equations: valley,
	Solution:  Rosenbrock.Solution,
	Jacobian:  Rosenbrock.Jacobian,
}

func valley(x, th array) array {
	n := x.Size()
	a := x.Range(1, n).Sub(x.Range(0, n-1).Square()).Scale(3)
	return num.Concat(0, a, x.Range(0, 1).Sub(th.At(0)))
}
