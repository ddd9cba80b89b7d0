package argmin

import (
	"log/slog"

	"github.com/argmin-go/argmin/linesearch"
	"github.com/argmin-go/argmin/num"
)

// PolyakSGDOptions configures [PolyakSGD]; the zero value is useful.
type PolyakSGDOptions struct {
	MaxIter     int              // iterations at most; 0 means 500
	Tol         float64          // stop when the gradient's Euclidean norm is at most this; 0 means 1e-6
	MaxStepSize float64          // 0 means 1
	MinValue    float64          // a lower bound of the objective on any batch
	Scale       float64          // of the step (the paper's 1/c); 0 means 1
	Momentum    float64          // share of the last step that is made again
	Unroll      bool             // Argmin differentiates through the iterations instead of implicitly
	Linear      num.LinearSolver // solves the system of the implicit derivative; nil means num.DenseSolver
	History     bool             // keep the value and error of every iteration in Result.History
	Logger      *slog.Logger     // gets a record for every iteration; nil means none
	NoJit       bool             // trace the objective anew in every call, which then sees what it captures as it is
}

// PolyakSGD is gradient descent with Polyak's step (f - MinValue) / |g|², at most
// MaxStepSize, for objectives whose batches can all be fitted at once (Loizou et al.,
// "Stochastic Polyak step-size for SGD: an adaptive learning rate for fast
// convergence", 2021). It is meant for [Solver.RunIterator] and [Solver.Update] with a
// batch each: an iteration evaluates the objective once, and the value and error of a
// state are those before its last step.
func PolyakSGD[P, A any](f func(P, A) num.Array, opt PolyakSGDOptions) *Solver[P, A] {
	if opt.MaxStepSize == 0 {
		opt.MaxStepSize = 1
	}
	if opt.Scale == 0 {
		opt.Scale = 1
	}
	set := settings{opt.MaxIter, opt.Tol, opt.Unroll, opt.Linear, opt.History, opt.Logger, opt.NoJit}.defaults()
	step := func(f linesearch.Func, it iterate, last num.Array) (num.Array, num.Array) {
		d := last.DType()
		gg := it.G.Dot(it.G)
		s := it.Value.AddScalar(-opt.MinValue).Scale(opt.Scale).Div(num.Where(gg.Gt(num.Full(d, 0)), gg, num.Full(d, 1)))
		return num.Maximum(num.Minimum(s, num.Full(d, opt.MaxStepSize)), num.Full(d, 0)), int32s(0)
	}
	return newSolver(f, always[P, A](sgd{step, opt.MaxStepSize, opt.Momentum, set.tol}), nil, set)
}

// ArmijoSGDOptions configures [ArmijoSGD]; the zero value is useful.
type ArmijoSGDOptions struct {
	MaxIter     int              // iterations at most; 0 means 500
	Tol         float64          // stop when the gradient's Euclidean norm is at most this; 0 means 1e-6
	MaxStepSize float64          // 0 means 1
	C1          float64          // sufficient decrease; 0 means 0.1
	Decrease    float64          // factor of the step after a rejected trial; 0 means 0.8
	Increase    float64          // factor of the step before an iteration; 0 means 1.5
	Momentum    float64          // share of the last step that is made again
	Unroll      bool             // Argmin differentiates through the iterations instead of implicitly
	Linear      num.LinearSolver // solves the system of the implicit derivative; nil means num.DenseSolver
	History     bool             // keep the value and error of every iteration in Result.History
	Logger      *slog.Logger     // gets a record for every iteration; nil means none
	NoJit       bool             // trace the objective anew in every call, which then sees what it captures as it is
}

// ArmijoSGD is gradient descent with a backtracking line search on the batch at hand
// (Vaswani et al., "Painless stochastic gradient: interpolation, line-search, and
// convergence rates", 2019). Like [PolyakSGD] it is meant for batches; the evaluations
// of the search come on top. A search that ends without its condition, after 30 trials,
// takes its last step.
func ArmijoSGD[P, A any](f func(P, A) num.Array, opt ArmijoSGDOptions) *Solver[P, A] {
	for v, def := range map[*float64]float64{&opt.MaxStepSize: 1, &opt.C1: 0.1, &opt.Decrease: 0.8, &opt.Increase: 1.5} {
		if *v == 0 {
			*v = def
		}
	}
	set := settings{opt.MaxIter, opt.Tol, opt.Unroll, opt.Linear, opt.History, opt.Logger, opt.NoJit}.defaults()
	step := func(f linesearch.Func, it iterate, last num.Array) (num.Array, num.Array) {
		first := num.Minimum(last.Scale(opt.Increase), num.Full(last.DType(), opt.MaxStepSize))
		slope := it.G.Dot(it.G)
		type state struct{ Step, Next, N, OK num.Array }
		end := num.WhileMax(30, func(s state) num.Array { return s.OK.Not() }, func(s state) state {
			v, _ := f(it.X.Sub(it.G.Mul(s.Next)))
			ok := v.Le(it.Value.Sub(slope.Mul(s.Next).Scale(opt.C1)))
			return state{s.Next, s.Next.Scale(opt.Decrease), s.N.AddScalar(1), ok}
		}, state{first, first, int32s(0), num.Full(num.Bool, 0)})
		return end.Step.StopGradient(), end.N
	}
	return newSolver(f, always[P, A](sgd{step, opt.MaxStepSize, opt.Momentum, set.tol}), nil, set)
}

// sgd steps along the gradient of the batch at hand.
type sgd struct {
	step     func(f linesearch.Func, it iterate, last num.Array) (step, evaluations num.Array)
	first    float64
	momentum float64
	tol      float64
}

func (sgd) start(it iterate) num.Array { return num.Norm(it.G) }
func (sgd) samples()                   {}

// The state is the last step's size and, with momentum, the last step.
func (m sgd) init(it iterate) []num.Array {
	st := []num.Array{num.Full(it.X.DType(), m.first)}
	if m.momentum != 0 {
		st = append(st, it.X.Scale(0))
	}
	return st
}

func (m sgd) update(f linesearch.Func, it iterate, st []num.Array) (iterate, []num.Array) {
	it = it.sample(f)
	size, n := m.step(f, it, st[0])
	it.NumFun = it.NumFun.Add(n)
	step := it.G.Mul(size).Neg()
	next := []num.Array{size}
	if m.momentum != 0 {
		step = step.Add(st[1].Scale(m.momentum))
		next = append(next, step)
	}
	return it.unlessDone(m.tol, it.X.Add(step)), next
}

// sampling is implemented by methods for batches: update evaluates the objective where
// the iterate is, on the batch at hand, and the value and error are those before a step.
type sampling interface{ samples() }

// sample evaluates where an iterate is.
func (it iterate) sample(f linesearch.Func) iterate {
	it.Value, it.G = f(it.X)
	it.NumFun = it.NumFun.AddScalar(1)
	it.Error = num.Norm(it.G)
	return it
}

// unlessDone moves an iterate to x, unless the error that it has is small enough or
// numbers were lost: then the point that has this error and value is the answer.
func (it iterate) unlessDone(tol float64, x num.Array) iterate {
	done := it.Error.Le(num.Full(it.X.DType(), tol)).Or(x.IsFinite().All().Not())
	it.X = num.Where(done, it.X, x)
	return it
}
