package argmin

import (
	"github.com/argmin-go/argmin/internal/option"
	"github.com/argmin-go/argmin/num"
)

// PolyakSGD is stochastic gradient descent with Polyak's step (f - MinValue) / |g|², at most
// MaxStepSize: for objectives whose batches can all be fitted at once (Loizou et al.,
// "Stochastic Polyak step-size for SGD: an adaptive learning rate for fast convergence",
// 2021). An iteration takes one evaluation.
type PolyakSGD struct {
	MaxStepSize float64 // default 1
	MinValue    float64 // a lower bound of the objective on any batch; 0 unless set
	Scale       float64 // of the step, 1/c in the paper; default 1
	Momentum    float64 // share of the last step that is made again; 0 unless set
}

func (m PolyakSGD) ranges() []option.Range {
	return []option.Range{option.Positive("MaxStepSize", m.MaxStepSize), option.Positive("Scale", m.Scale), option.Share("Momentum", m.Momentum)}
}

func (m PolyakSGD) stochastic() definition {
	most, scale := option.Or(m.MaxStepSize, 1), option.Or(m.Scale, 1)
	return define("PolyakSGD", func(p *Problem) Rule[sgdState] {
		return sgd(p, most, option.Or(m.Momentum, 0), func(it Iterate, last num.Array) (num.Array, num.Array) {
			gg := it.Grad.Dot(it.Grad)
			s := it.Value.AddScalar(-m.MinValue).Scale(scale).Div(num.Where(gg.Gt(num.Const(0)), gg, num.Const(1)))
			return num.Maximum(num.Minimum(s, num.Const(most)), num.Const(0)), num.Int(0)
		})
	})
}

// ArmijoSGD is stochastic gradient descent with a backtracking line search on the batch at
// hand (Vaswani et al., "Painless stochastic gradient: interpolation, line-search, and
// convergence rates", 2019).
//
// An iteration takes one evaluation, plus one value for each trial of the search. A search
// that ends without its condition, after 30 trials, takes its last step.
type ArmijoSGD struct {
	MaxStepSize float64 // default 1
	C1          float64 // sufficient decrease; default 0.1
	Decrease    float64 // factor of the step after a rejected trial; default 0.8
	Increase    float64 // factor of the step before an iteration; default 1.5
	Momentum    float64 // share of the last step that is made again; 0 unless set
}

func (m ArmijoSGD) ranges() []option.Range {
	return []option.Range{option.Positive("MaxStepSize", m.MaxStepSize), option.Share("C1", m.C1), option.Between("Decrease", m.Decrease, 0, 1),
		option.AtLeast("Increase", m.Increase, 1), option.Share("Momentum", m.Momentum)}
}

func (m ArmijoSGD) stochastic() definition {
	most := option.Or(m.MaxStepSize, 1)
	return define("ArmijoSGD", func(p *Problem) Rule[sgdState] {
		return sgd(p, most, option.Or(m.Momentum, 0), func(it Iterate, last num.Array) (num.Array, num.Array) {
			return m.search(p, it, num.Minimum(last.Scale(option.Or(m.Increase, 1.5)), num.Const(most)))
		})
	})
}

func (m ArmijoSGD) search(p *Problem, it Iterate, first num.Array) (step, evaluations num.Array) {
	c1, decrease := option.Or(m.C1, 0.1), option.Or(m.Decrease, 0.8)
	slope := it.Grad.Dot(it.Grad)
	type state struct{ Step, Next, N, OK num.Array }
	type verdict struct{ OK, N num.Array }
	end := num.WhileMax(30, func(s state) num.Array { return s.OK.Not() }, func(s state) state {
		x := it.X.Sub(it.Grad.Mul(s.Next))
		v, _ := p.Func(x)
		promise := slope.Mul(s.Next).Scale(c1)
		noise := noise(v, it.Value)
		// Where rounding hides the decrease, the slope at the new point decides, as in package linesearch.
		ok := num.Cond(promise.Le(noise).And(v.Sub(it.Value).Abs().Le(noise)), func(x num.Array) verdict {
			_, g := p.Func(x)
			return verdict{g.Dot(it.Grad).Ge(slope.Scale(2*max(c1, 0.1) - 1)), num.Int(2)}
		}, func(num.Array) verdict { return verdict{v.Le(it.Value.Sub(promise)), num.Int(1)} }, x)
		return state{s.Next, s.Next.Scale(decrease), s.N.Add(ok.N), ok.OK}
	}, state{first, first, num.Int(0), num.Full(num.Bool, 0)})
	return end.Step.StopGradient(), end.N
}

type sgdState struct {
	Size num.Array   // of the last step
	Last []num.Array // with momentum: the last step, [n]
}

// sgd steps along the gradient of the batch at hand, by the size that step finds from the
// last one.
func sgd(p *Problem, first, momentum float64, step func(it Iterate, last num.Array) (size, evaluations num.Array)) Rule[sgdState] {
	return Rule[sgdState]{
		Error: gradientNorm, Evaluates: true, steady: true,
		Init: func(it Iterate) sgdState {
			st := sgdState{Size: it.X.Const(first)}
			if momentum != 0 {
				st.Last = []num.Array{it.X.Scale(0)}
			}
			return st
		},
		Update: func(it Iterate, st sgdState) (Iterate, sgdState) {
			it = p.sample(it)
			size, n := step(it, st.Size)
			it.NFev, it.StepSize = it.NFev.Add(n), size
			move := it.Grad.Mul(size).Neg()
			next := sgdState{Size: size}
			if momentum != 0 {
				move = move.Add(st.Last[0].Scale(momentum))
				next.Last = []num.Array{move}
			}
			return p.step(it, it.X.Add(move)), next
		},
	}
}
