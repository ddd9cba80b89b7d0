package optim

import (
	"github.com/argmin-go/argmin/internal/arg"
	"github.com/argmin-go/argmin/num"
)

// Scale multiplies updates by a number.
func Scale(factor Number) Transform {
	s := newSpec("Scale")
	f := s.number("factor", factor, must, finite)
	return s.scale(f, 1)
}

// ScaleBySchedule multiplies updates by the value of a schedule.
func ScaleBySchedule(factor Schedule) Transform {
	s := newSpec("ScaleBySchedule")
	return s.scale(s.number("factor", factor, must, finite), 1)
}

// ScaleByLearningRate multiplies updates by minus a number: the last step of a
// method that goes downhill.
func ScaleByLearningRate(rate Number) Transform {
	s := newSpec("ScaleByLearningRate")
	return s.scale(s.number("rate", rate, must, nonNegative), -1)
}

func (s *spec) scale(f number, sign float64) Transform {
	return s.stateless(func(st *step) []array {
		x := st.at(f)
		if x.fixed() {
			x.c *= sign
		} else if sign < 0 {
			x.a = x.a.Neg()
		}
		return st.each(func(_ int, g array) array { return g.Mul(x.like(g)) })
	})
}

// rate ends a method: it checks the option LearningRate of spec s.
func (s *spec) rate(x Number) Transform {
	n := newNumber(s.op, "LearningRate", x, nonNegative)
	r := newSpec("ScaleByLearningRate")
	r.timed = n.sched != nil
	return r.scale(n, -1)
}

// noRate checks that LearningRate is not set where it has no meaning.
func noRate(op string, x Number) {
	if x != nil {
		throw(op, "LearningRate is set, and has no meaning here; use ScaleByLearningRate")
	}
}

// AddDecayedWeights adds decay times the parameters to the updates, only of the leaves that
// mask selects if it is not nil. Before a rule it is the gradient of the penalty
// ½ decay |x|², after a rule it is decoupled weight decay.
func AddDecayedWeights(decay Number, mask Mask) Transform {
	s := newSpec("AddDecayedWeights")
	n := s.number("decay", decay, must, finite)
	return maskedIf(s.weights(n), mask)
}

func (s *spec) weights(n number) Transform {
	return s.stateless(func(st *step) []array {
		d := st.at(n)
		return st.each(func(i int, g array) array { return g.Add(st.Params.Leaves[i].Mul(d.like(g))) })
	})
}

// weightDecay is the option WeightDecay of spec s; no transformation if it is zero.
func (s *spec) weightDecay(x Number, def float64, mask Mask) []Transform {
	x = orDefault(x, def)
	n := newNumber(s.op, "WeightDecay", x, nonNegative)
	if x == 0 || x == 0.0 {
		return nil
	}
	r := newSpec("AddDecayedWeights")
	r.timed = n.sched != nil
	return []Transform{maskedIf(r.weights(n), mask)}
}

// Trace is momentum: updates are t = g + decay · t, or with Nesterov g + decay · t for the
// new t.
// State: "trace".
func Trace(decayRate Number, nesterov bool) Transform {
	s := newSpec("Trace")
	return s.trace(s.number("decay", decayRate, must, decay), nesterov)
}

func (s *spec) trace(n number, nesterov bool) Transform {
	return s.build(
		func(p Params) vars { return vars{"trace": zerosLike(p.Leaves)} },
		func(st *step) ([]array, vars) {
			d := st.at(n)
			add := func(t []array) []array {
				return st.each(func(i int, g array) array { return g.Add(t[i].Mul(d.like(g))) })
			}
			t := add(st.vars["trace"])
			us := t
			if nesterov {
				us = add(t)
			}
			return us, vars{"trace": t}
		})
}

// momentum is the option Momentum of spec s; no transformation if it is nil.
func (s *spec) momentum(x Number, nesterov bool) []Transform {
	if x == nil {
		if nesterov {
			throw(s.op, "Nesterov is set without Momentum")
		}
		return nil
	}
	n := newNumber(s.op, "Momentum", x, decay)
	r := newSpec("Trace")
	r.timed = n.sched != nil
	return []Transform{r.trace(n, nesterov)}
}

// EMA is the exponential moving average of updates, decay · m + (1 - decay) · g, and
// with debias it is divided by 1 - decay^t, the sum of its weights. State: "ema".
func EMA(decayRate Number, debias bool) Transform {
	s := newSpec("EMA")
	n := s.number("decay", decayRate, must, decay)
	s.timed = s.timed || debias
	return s.build(
		func(p Params) vars { return vars{"ema": zerosLike(p.Leaves)} },
		func(st *step) ([]array, vars) {
			d := st.at(n)
			m := st.each(func(i int, g array) array { return d.mix(st.vars["ema"][i], g) })
			us := m
			if debias {
				us = divide(m, d.correction(st.time()))
			}
			return us, vars{"ema": m}
		})
}

func divide(xs []array, c scalar) []array {
	return each(len(xs), func(i int) array { return xs[i].Div(c.like(xs[i])) })
}

// Centralize subtracts from every leaf of two axes or more its mean over all axes but the
// first (Yong, Huang, Hua & Zhang, "Gradient centralization", 2020).
func Centralize() Transform {
	return newSpec("Centralize").perLeaf(func(_ *step, _ int, g array) array {
		if g.Rank() < 2 || g.Size() == 0 {
			return g
		}
		return g.Sub(keep(g.Mean(axesFrom(1, g.Rank())...), g.Rank(), axesFrom(1, g.Rank())))
	})
}

// axesFrom are the axes lo … rank-1.
func axesFrom(lo, rank int) []int {
	var axes []int
	for i := lo; i < rank; i++ {
		axes = append(axes, i)
	}
	return axes
}

// keep puts the axes of a reduction back with size 1.
func keep(x array, rank int, axes []int) array {
	shape := make([]int, rank)
	j := 0
	for i := range shape {
		shape[i] = 1
		reduced := false
		for _, a := range axes {
			reduced = reduced || a == i
		}
		if !reduced {
			shape[i] = x.Shape()[j]
			j++
		}
	}
	return x.Reshape(shape...)
}

// ScaleBySign replaces updates by their signs.
func ScaleBySign() Transform {
	return newSpec("ScaleBySign").perLeaf(func(_ *step, _ int, g array) array { return g.Sign() })
}

// TrustRatioOptions configures [ScaleByTrustRatio].
type TrustRatioOptions struct {
	MinNorm     Number // lower bound of both norms; default 0
	Coefficient Number // factor of the ratio; default 1
	Eps         Number // added to the norm of the update; default 0
}

// ScaleByTrustRatio multiplies the update of every leaf by
// Coefficient · |parameter| / (|update| + Eps), or by 1 if one of the norms is zero
// (You, Gitman & Ginsburg, "Large batch training of convolutional networks", 2017).
func ScaleByTrustRatio(o TrustRatioOptions) Transform {
	return newSpec("ScaleByTrustRatio").trustRatio(o)
}

func (s *spec) trustRatio(o TrustRatioOptions) Transform {
	least := s.number("MinNorm", o.MinNorm, 0, nonNegative)
	coef, eps := s.number("Coefficient", o.Coefficient, 1, nonNegative), s.number("Eps", o.Eps, 0, nonNegative)
	return s.stateless(func(st *step) []array {
		lo, c, e := st.at(least), st.at(coef), st.at(eps)
		return st.each(func(i int, g array) array {
			d := g.DType()
			pn, gn := num.Maximum(norm(st.Params.Leaves[i]), lo.of(d)), num.Maximum(norm(g), lo.of(d))
			ok := pn.Ne(num.Const(0)).And(gn.Ne(num.Const(0)))
			r := c.of(d).Mul(pn).Div(arg.Safe(ok, gn.Add(e.of(d))))
			return g.Mul(num.Where(ok, r, num.Const(1)))
		})
	})
}

// ScaleByParamRMS multiplies the update of every leaf by the root mean square of the
// parameter, or by floor if it is larger; the default of floor is 1e-3.
func ScaleByParamRMS(floor Number) Transform {
	s := newSpec("ScaleByParamRMS")
	n := s.number("floor", floor, 1e-3, nonNegative)
	return s.stateless(func(st *step) []array {
		lo := st.at(n)
		return st.each(func(i int, g array) array { return g.Mul(num.Maximum(rms(st.Params.Leaves[i]), lo.like(g))) })
	})
}

// ZeroNaNs sets NaN in updates to zero.
func ZeroNaNs() Transform {
	return newSpec("ZeroNaNs").perLeaf(func(_ *step, _ int, g array) array { return num.Where(g.Eq(g), g, num.Const(0)) })
}

// KeepNonNegative keeps parameters from falling below zero: updates are at least minus the
// parameter.
func KeepNonNegative() Transform {
	return newSpec("KeepNonNegative").perLeaf(func(st *step, i int, g array) array {
		p := st.Params.Leaves[i]
		return num.Where(p.Add(g).Lt(num.Const(0)), p.Neg(), g)
	})
}

// NoiseOptions configures [AddNoise].
type NoiseOptions struct {
	Eta   Number    // variance at the first update; default 0.01
	Gamma Number    // exponent of its decay; default 0.55
	Key   num.Array // made by num.NewKey; default num.NewKey(0)
}

// AddNoise adds normal noise of variance Eta/t^Gamma, t = 1, 2, … (Neelakantan et al.,
// "Adding gradient noise improves learning for very deep networks", 2015). State:
// "key".
func AddNoise(o NoiseOptions) Transform { return newSpec("AddNoise").noise(o) }

func (s *spec) noise(o NoiseOptions) Transform {
	eta, gamma := s.number("Eta", o.Eta, 0.01, nonNegative), s.number("Gamma", o.Gamma, 0.55, finite)
	s.timed = true
	if o.Key == (array{}) {
		o.Key = num.NewKey(0)
	}
	if o.Key.DType() != num.Uint32 || o.Key.Rank() != 1 || o.Key.Size() != 2 {
		throw(s.op, "Key is %v, want one made by num.NewKey or num.Split", o.Key)
	}
	return s.build(
		func(Params) vars { return vars{"key": {o.Key}} },
		func(st *step) ([]array, vars) {
			keys := num.Split(st.vars["key"][0], 2)
			t := st.time().AsType(num.Float64)
			dev := scalar{a: root(st.at(eta).of(num.Float64).Div(t.Pow(st.at(gamma).of(num.Float64))))}
			leafKeys := num.Split(keys.At(1), max(len(st.Updates), 1))
			us := st.each(func(i int, g array) array {
				z := num.Normal(leafKeys.At(i), g.DType(), g.Shape()...)
				return g.Add(z.Mul(dev.like(g)))
			})
			return us, vars{"key": {keys.At(0)}}
		})
}
