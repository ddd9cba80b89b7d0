package argmin

import (
	"log/slog"

	"github.com/argmin-go/argmin/linesearch"
	"github.com/argmin-go/argmin/num"
)

// GradientDescentOptions configures [GradientDescent]; the zero value is useful.
type GradientDescentOptions struct {
	MaxIter    int               // iterations at most; 0 means 500
	Tol        float64           // stop when the gradient's Euclidean norm is at most this; 0 means 1e-6
	StepSize   float64           // a fixed step; 0 means a line search
	LineSearch linesearch.Search // nil means linesearch.Backtracking, with C1 = 1/2 if accelerated
	Accelerate bool              // Nesterov's momentum
	Unroll     bool              // Argmin differentiates through the iterations instead of implicitly
	Linear     num.LinearSolver  // solves the system of the implicit derivative; nil means num.DenseSolver
	History    bool              // keep the value and error of every iteration in Result.History
	Logger     *slog.Logger      // gets a record for every iteration; nil means none
	NoJit      bool              // trace the objective anew in every call, which then sees what it captures as it is
}

// GradientDescent follows the negative gradient, by a fixed step or by a line
// search whose first step is twice the last one. With Accelerate it extrapolates
// from the last two points (Nesterov, "A method of solving a convex programming
// problem with convergence rate O(1/k²)", 1983) and forgets its momentum where
// that leads uphill (O'Donoghue & Candès, "Adaptive restart for accelerated
// gradient schemes", 2015).
func GradientDescent[P, A any](f func(P, A) num.Array, opt GradientDescentOptions) *Solver[P, A] {
	var o linesearch.BacktrackingOptions
	if opt.Accelerate {
		o.C1 = 0.5 // momentum needs steps of at most the inverse of the curvature
	}
	m := gradientDescent{opt.StepSize, chosen(opt.LineSearch, linesearch.Backtracking(o)), opt.Accelerate}
	return newSolver(f, always[P, A](m), nil, settings{opt.MaxIter, opt.Tol, opt.Unroll, opt.Linear, opt.History, opt.Logger, opt.NoJit})
}

type gradientDescent struct {
	step       float64
	search     linesearch.Search
	accelerate bool
}

// The state is the last step and, with momentum, the point to go from and the
// momentum's counter t.
func (m gradientDescent) init(it iterate) []num.Array {
	d := it.X.DType()
	st := []num.Array{num.Full(d, 0.5)}
	if m.accelerate {
		st = append(st, it.X, num.Full(d, 1))
	}
	return st
}

func (m gradientDescent) update(f linesearch.Func, it iterate, st []num.Array) (iterate, []num.Array) {
	if !m.accelerate {
		next, step := m.move(f, it, st[0])
		return next, []num.Array{step}
	}
	y, t := st[1], st[2]
	from := it
	from.X = y
	from.Value, from.G = f(y)
	from.NumFun = it.NumFun.Add(int32s(1))
	next, step := m.move(f, from, st[0])
	dx := next.X.Sub(it.X)
	uphill := from.G.Dot(dx).Gt(num.Full(t.DType(), 0)).Or(next.Value.Gt(it.Value))
	tn := t.Square().Scale(4).AddScalar(1).Sqrt().AddScalar(1).Scale(0.5)
	beta := num.Where(uphill, num.Full(t.DType(), 0), t.AddScalar(-1).Div(tn))
	tn = num.Where(uphill, num.Full(t.DType(), 1), tn)
	return next, []num.Array{step, next.X.Add(dx.Mul(beta)), tn}
}

// move goes from an iterate along its negative gradient.
func (m gradientDescent) move(f linesearch.Func, it iterate, last num.Array) (iterate, num.Array) {
	if m.step == 0 {
		next, r := it.along(m.search, f, it.G.Neg(), last.Scale(2))
		// A search that failed says nothing about the next step.
		return next, num.Where(r.Step.Gt(num.Full(last.DType(), 0)), r.Step, last)
	}
	it.X = it.X.Sub(it.G.Scale(m.step))
	it.Value, it.G = f(it.X)
	it.NumFun = it.NumFun.Add(int32s(1))
	return it, last
}
