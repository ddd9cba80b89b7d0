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
	Delta       float64 // added to |g|², so that steps stay bounded near minima of batches; 0 unless set
	Momentum    float64 // share of the last step that is made again; 0 unless set
}

func (m PolyakSGD) ranges() []option.Range {
	return []option.Range{option.Positive("MaxStepSize", m.MaxStepSize), option.Positive("Scale", m.Scale), option.Share("Momentum", m.Momentum)}
}

func (m PolyakSGD) stochastic() definition {
	most, scale := option.Or(m.MaxStepSize, 1), option.Or(m.Scale, 1)
	return define("PolyakSGD", func(p *Problem) Rule[sgdState] {
		return sgd(p, most, option.Or(m.Momentum, 0), func(it Iterate, last num.Array) (size, evaluations, values num.Array) {
			gg := it.Grad.Dot(it.Grad).AddScalar(option.Or(m.Delta, 0))
			s := it.Value.AddScalar(-m.MinValue).Scale(scale).Div(num.Where(gg.Gt(num.Const(0)), gg, num.Const(1)))
			return num.Maximum(num.Minimum(s, num.Const(most)), num.Const(0)), num.Int(0), num.Int(0)
		})
	})
}

// StepReset selects how [ArmijoSGD] begins its searches (algorithms 2 and 3 of its paper's appendix).
type StepReset int

// The ways to begin.
const (
	ResetIncrease     StepReset = iota // from the last step times Increase
	ResetConservative                  // from the last step: steps never grow
	ResetGoldstein                     // as ResetConservative, and a step that lowers the value by nearly all that its slope promises grows by Increase
)

// ArmijoSGD is stochastic gradient descent with a backtracking line search on the batch at
// hand (Vaswani et al., "Painless stochastic gradient: interpolation, line-search, and
// convergence rates", 2019).
//
// An iteration takes one evaluation, plus one value for each trial of the search. A search
// that ends without its condition takes its last step.
type ArmijoSGD struct {
	MaxStepSize float64   // default 1
	C1          float64   // sufficient decrease; default 0.1
	Decrease    float64   // factor of the step after a rejected trial; default 0.8
	Increase    float64   // factor of the step before an iteration; default 1.5
	Reset       StepReset // how a search begins; default ResetIncrease
	MaxTrials   int       // most trials of a search; default 30
	Momentum    float64   // share of the last step that is made again; 0 unless set
}

func (m ArmijoSGD) ranges() []option.Range {
	return []option.Range{option.Positive("MaxStepSize", m.MaxStepSize), option.Share("C1", m.C1), option.Between("Decrease", m.Decrease, 0, 1),
		option.AtLeast("Increase", m.Increase, 1), option.Share("Momentum", m.Momentum), option.AtLeast("MaxTrials", float64(m.MaxTrials), 1),
		option.AtLeast("Reset", float64(m.Reset), 0).AtMost(float64(ResetGoldstein))}
}

func (m ArmijoSGD) stochastic() definition {
	most := option.Or(m.MaxStepSize, 1)
	return define("ArmijoSGD", func(p *Problem) Rule[sgdState] {
		return sgd(p, most, option.Or(m.Momentum, 0), func(it Iterate, last num.Array) (size, evaluations, values num.Array) {
			if m.Reset == ResetIncrease {
				last = num.Minimum(last.Scale(option.Or(m.Increase, 1.5)), num.Const(most))
			}
			return m.search(p, it, last, most)
		})
	})
}

func (m ArmijoSGD) search(p *Problem, it Iterate, first num.Array, most float64) (step, evaluations, values num.Array) {
	c1, decrease := option.Or(m.C1, 0.1), option.Or(m.Decrease, 0.8)
	slope := it.Grad.Dot(it.Grad)
	type state struct{ Step, Next, N, NVal, OK, Value num.Array }
	type verdict struct{ OK, N num.Array }
	end := num.WhileMax(option.Or(m.MaxTrials, 30), func(s state) num.Array { return s.OK.Not() }, func(s state) state {
		x := it.X.Sub(it.Grad.Mul(s.Next))
		v, _ := p.Func(x)
		promise := slope.Mul(s.Next).Scale(c1)
		noise := noise(v, it.Value)
		// Where rounding hides the decrease, the slope at the new point decides, as in package linesearch.
		ok := num.Cond(promise.Le(noise).And(v.Sub(it.Value).Abs().Le(noise)), func(x num.Array) verdict {
			_, g := p.Func(x)
			return verdict{g.Dot(it.Grad).Ge(slope.Scale(2*max(c1, 0.1) - 1)), num.Int(2)}
		}, func(num.Array) verdict { return verdict{v.Le(it.Value.Sub(promise)), num.Int(1)} }, x)
		return state{s.Next, s.Next.Scale(decrease), s.N.Add(ok.N), s.NVal.AddScalar(1), ok.OK, v}
	}, state{first, first, num.Int(0), num.Int(0), num.Full(num.Bool, 0), it.Value})
	if m.Reset == ResetGoldstein {
		// Goldstein's condition: not more than 1 - c1 of what the slope promises (Nocedal & Wright, section 3.1).
		short := end.OK.And(end.Value.Lt(it.Value.Sub(slope.Mul(end.Step).Scale(1 - c1))))
		grown := num.Minimum(end.Step.Scale(option.Or(m.Increase, 1.5)), num.Const(most))
		end.Step = num.Where(short, grown, end.Step)
	}
	return end.Step.StopGradient(), end.N, end.NVal
}

type sgdState struct {
	Size num.Array   // of the last step
	Last []num.Array // with momentum: the last step, [n]
}

// sgd steps along the gradient of the batch at hand, by the size that step finds from the
// last one.
func sgd(p *Problem, first, momentum float64, step func(it Iterate, last num.Array) (size, evaluations, values num.Array)) Rule[sgdState] {
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
			size, n, values := step(it, st.Size)
			it.NFev, it.NVal, it.StepSize = it.NFev.Add(n), it.NVal.Add(values), size
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
