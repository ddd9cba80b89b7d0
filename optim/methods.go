package optim

import (
	"math"

	"github.com/argmin-go/argmin/internal/arg"
	"github.com/argmin-go/argmin/internal/option"
	"github.com/argmin-go/argmin/num"
)

// SGDOptions configures [SGD].
type SGDOptions struct {
	LearningRate Number // factor of the step; must be set
	Momentum     Number // decay of the trace; default none
	Nesterov     bool   // look ahead along the momentum
}

// SGD is stochastic gradient descent, with Polyak's or Nesterov's momentum: see [Trace].
func SGD(o SGDOptions) Transform {
	s := newSpec("SGD")
	return chain(s.name, append(s.momentum(o.Momentum, o.Nesterov), s.rate(o.LearningRate))...)
}

// SignSGD steps along the signs of gradients (Bernstein et al., "signSGD: compressed
// optimisation for non-convex problems", 2018).
func SignSGD(learningRate Number) Transform {
	s := newSpec("SignSGD")
	return chain(s.name, ScaleBySign(), s.rate(learningRate))
}

// NoisySGD is gradient descent with the noise of [AddNoise].
func NoisySGD(learningRate Number, o NoiseOptions) Transform {
	s := newSpec("NoisySGD")
	return chain(s.name, newSpec("AddNoise").as(s).noise(o), s.rate(learningRate))
}

// AMSGrad is [Adam] divided by the largest second moment so far, nu/c2, of each element
// (Reddi, Kale & Kumar, "On the convergence of Adam and beyond", 2018). State: "mu", "nu",
// "max", "count".
func AMSGrad(o AdamOptions) Transform {
	s := newSpec("AMSGrad")
	o = o.noDecay(s.op)
	p := newSpec("ScaleByAMSGrad").as(s)
	a := p.adam(o, 1e-8, 0)
	return s.method(p.build(func(p Params) vars {
		v := twoMoments(p)
		v["max"] = zerosLike(p.Leaves)
		return v
	}, func(st *step) ([]array, vars) {
		b1, b2, eps, epsRoot := st.at(a.b1), st.at(a.b2), st.at(a.eps), st.at(a.epsRoot)
		mu, hat := st.mean(b1, o.Nesterov)
		nu := st.each(func(i int, g array) array { return b2.mix(st.vars["nu"][i], g.Square()) })
		c2 := b2.correction(st.time())
		most := st.each(func(i int, g array) array { return num.Maximum(st.vars["max"][i], nu[i].Div(c2.like(g))) })
		us := st.each(func(i int, _ array) array { return ratio(hat[i], most[i], eps, epsRoot) })
		return us, vars{"mu": mu, "nu": nu, "max": most}
	}), o, nil)
}

// AdaMax is [Adam] with the largest magnitude, max(B2 · nu, |g| + Eps), in place of the
// second moment's root (Kingma & Ba, 2015, algorithm 2). State: "mu", "nu", "count".
func AdaMax(o AdamOptions) Transform {
	s := newSpec("AdaMax")
	o = o.noDecay(s.op)
	p := newSpec("ScaleByAdaMax").as(s)
	a := p.adam(o, 1e-8, 0)
	return s.method(p.build(twoMoments, func(st *step) ([]array, vars) {
		b2, eps := st.at(a.b2), st.at(a.eps)
		mu, hat := st.mean(st.at(a.b1), o.Nesterov)
		nu := st.each(func(i int, g array) array {
			return num.Maximum(st.vars["nu"][i].Mul(b2.like(g)), g.Abs().Add(eps.like(g)))
		})
		return st.each(func(i int, _ array) array { return quotient(hat[i], nu[i]) }), vars{"mu": mu, "nu": nu}
	}), o, nil)
}

// AdaBelief is [Adam] with the second moment of g - mu instead of g, plus EpsRoot at every
// update; Eps and EpsRoot are 1e-16 by default (Zhuang et al., "AdaBelief
// optimizer: adapting stepsizes by the belief in observed gradients", 2020).
func AdaBelief(o AdamOptions) Transform {
	s := newSpec("AdaBelief")
	o = o.noDecay(s.op)
	p := newSpec("ScaleByBelief").as(s)
	a := p.adam(o, 1e-16, 1e-16)
	return s.method(p.build(twoMoments, func(st *step) ([]array, vars) {
		b1, b2, eps, epsRoot := st.at(a.b1), st.at(a.b2), st.at(a.eps), st.at(a.epsRoot)
		mu, hat := st.mean(b1, o.Nesterov)
		nu := st.each(func(i int, g array) array {
			return b2.mix(st.vars["nu"][i], g.Sub(mu[i]).Square()).Add(epsRoot.like(g))
		})
		c2 := b2.correction(st.time())
		us := st.each(func(i int, g array) array { return ratio(hat[i], nu[i].Div(c2.like(g)), eps, scalar{}) })
		return us, vars{"mu": mu, "nu": nu}
	}), o, nil)
}

// Yogi is [Adam] whose second moment moves by (1 - B2) g² with the sign of its difference
// from g²; Eps is 1e-3 by default, and both moments begin with 1e-6 (Zaheer et al.,
// "Adaptive methods for nonconvex optimization", 2018).
func Yogi(o AdamOptions) Transform {
	s := newSpec("Yogi")
	o = o.noDecay(s.op)
	p := newSpec("ScaleByYogi").as(s)
	a := p.adam(o, 1e-3, 0)
	return s.method(p.build(func(p Params) vars {
		return vars{"mu": fullLike(p.Leaves, 1e-6), "nu": fullLike(p.Leaves, 1e-6)}
	}, func(st *step) ([]array, vars) {
		b2, eps, epsRoot := st.at(a.b2), st.at(a.eps), st.at(a.epsRoot)
		mu, hat := st.mean(st.at(a.b1), o.Nesterov)
		nu := st.each(func(i int, g array) array {
			v, sq := st.vars["nu"][i], g.Square()
			return v.Sub(v.Sub(sq).Sign().Mul(sq).Mul(b2.rest().like(g)))
		})
		c2 := b2.correction(st.time())
		us := st.each(func(i int, g array) array { return ratio(hat[i], nu[i].Div(c2.like(g)), eps, epsRoot) })
		return us, vars{"mu": mu, "nu": nu}
	}), o, nil)
}

// RAdam is [Adam] with the variance of its early steps rectified: they are steps of
// plain momentum while the estimated length of the average is below 5 (Liu et al., "On the
// variance of the adaptive learning rate and beyond", 2020).
func RAdam(o AdamOptions) Transform {
	s := newSpec("RAdam")
	o = o.noDecay(s.op)
	p := newSpec("ScaleByRAdam").as(s)
	a := p.adam(o, 1e-8, 0)
	return s.method(p.build(twoMoments, func(st *step) ([]array, vars) {
		b1, b2, eps, epsRoot := st.at(a.b1), st.at(a.b2), st.at(a.eps), st.at(a.epsRoot)
		mu, hat := st.mean(b1, o.Nesterov)
		nu := st.each(func(i int, g array) array { return b2.mix(st.vars["nu"][i], g.Square()) })
		c2 := b2.correction(st.time())
		d := num.Float64
		t, one := st.time().AsType(d), num.Scalar(1)
		longest := num.Const(2).Div(b2.rest().of(d)).Sub(one)
		rho := longest.Sub(t.Scale(2).Mul(one.Sub(c2.of(d))).Div(c2.of(d)))
		enough := rho.Ge(num.Const(5))
		r := rho.AddScalar(-4).Mul(rho.AddScalar(-2)).Mul(longest).Div(longest.AddScalar(-4).Mul(longest.AddScalar(-2)).Mul(rho))
		factor := scalar{a: root(num.Where(enough, r, one))}
		us := st.each(func(i int, g array) array {
			full := ratio(hat[i], nu[i].Div(c2.like(g)), eps, epsRoot).Mul(factor.like(g))
			return num.Where(enough, full, hat[i])
		})
		return us, vars{"mu": mu, "nu": nu}
	}), o, nil)
}

// Lion steps along the sign of B1 · mu + (1 - B1) · g, where mu is the average of gradients
// with decay B2. By default B1 is 0.9, B2 0.99 and WeightDecay 1e-3; setting Eps, EpsRoot or
// Nesterov is an error (Chen et al., "Symbolic discovery of optimization algorithms",
// 2023). State: "mu".
func Lion(o AdamOptions) Transform {
	s := newSpec("Lion")
	if o.Eps != nil || o.EpsRoot != nil || o.Nesterov {
		throw(s.op, "Eps, EpsRoot or Nesterov is set, and has no meaning here")
	}
	p := newSpec("ScaleByLion").as(s)
	n1, n2 := p.number("B1", o.B1, 0.9, decay), p.number("B2", o.B2, 0.99, decay)
	return s.method(p.build(func(p Params) vars { return vars{"mu": zerosLike(p.Leaves)} }, func(st *step) ([]array, vars) {
		b1, b2 := st.at(n1), st.at(n2)
		us := st.each(func(i int, g array) array { return b1.mix(st.vars["mu"][i], g).Sign() })
		mu := st.each(func(i int, g array) array { return b2.mix(st.vars["mu"][i], g) })
		return us, vars{"mu": mu}
	}), o, 1e-3)
}

// LAMB is [Adam] with Eps 1e-6 by default, weight decay (default 0), and every leaf's
// update scaled to the norm of the parameter (You et al., "Large batch optimization for
// deep learning", 2020).
func LAMB(o AdamOptions) Transform {
	s := newSpec("LAMB")
	ts := []Transform{newSpec("ScaleByAdam").as(s).byAdam(o, 1e-6)}
	ts = append(ts, s.weightDecay(o.WeightDecay, 0, o.Mask)...)
	return chain(s.name, append(ts, ScaleByTrustRatio(TrustRatioOptions{}), s.rate(o.LearningRate))...)
}

// LARSOptions configures [LARS].
type LARSOptions struct {
	LearningRate Number // factor of the step; must be set
	WeightDecay  Number // default 0
	Coefficient  Number // coefficient of the trust ratio; default 0.001
	Eps          Number // default 0
	Momentum     Number // default 0.9
	Nesterov     bool   // look ahead along the momentum
	Mask         Mask   // leaves with weight decay and trust ratio; default all
}

// LARS scales the gradient of every leaf, with weight decay, to the norm of the parameter,
// and adds momentum to the steps (You, Gitman & Ginsburg, "Large batch training of
// convolutional networks", 2017).
func LARS(o LARSOptions) Transform {
	s := newSpec("LARS")
	ratio := TrustRatioOptions{Coefficient: orDefault(o.Coefficient, 0.001), Eps: o.Eps}
	ts := s.weightDecay(o.WeightDecay, 0, o.Mask)
	ts = append(ts, maskedIf(newSpec("ScaleByTrustRatio").as(s).trustRatio(ratio), o.Mask), s.rate(o.LearningRate))
	return chain(s.name, append(ts, s.momentum(orDefault(o.Momentum, 0.9), o.Nesterov)...)...)
}

// AdagradOptions configures [Adagrad].
type AdagradOptions struct {
	LearningRate Number // factor of the step; must be set
	Initial      Number // initial value of the sums; default 0.1
	Eps          Number // default 1e-7
}

// Adagrad divides by the root of the sum of all squares (Duchi, Hazan & Singer, "Adaptive
// subgradient methods for online learning and stochastic optimization", 2011). Where the
// sum is zero so is the update. State: "sum".
func Adagrad(o AdagradOptions) Transform {
	s := newSpec("Adagrad")
	p := newSpec("ScaleByRSS").as(s)
	initial, eps := newNumber(s.op, "Initial", orDefault(o.Initial, 0.1), nonNegative), p.number("Eps", o.Eps, 1e-7, nonNegative)
	return chain(s.name, p.build(func(p Params) vars {
		start := initial.at(num.Int(0))
		return vars{"sum": each(len(p.Leaves), func(i int) array {
			return start.like(p.Leaves[i]).BroadcastTo(p.Leaves[i].Shape()...)
		})}
	}, func(st *step) ([]array, vars) {
		e := st.at(eps)
		sum := st.each(func(i int, g array) array { return st.vars["sum"][i].Add(g.Square()) })
		us := st.each(func(i int, g array) array {
			some := sum[i].Gt(num.Const(0))
			return num.Where(some, g.Div(root(arg.Safe(some, sum[i]).Add(e.like(g)))), num.Const(0))
		})
		return us, vars{"sum": sum}
	}), s.rate(o.LearningRate))
}

// RMSPropOptions configures [RMSProp].
type RMSPropOptions struct {
	LearningRate Number // factor of the step; must be set
	Decay        Number // decay of the averages; default 0.9
	Eps          Number // added below the root; default 1e-8
	Centered     bool   // divide by the deviation from the mean
	Momentum     Number // momentum of the steps; default none
	Nesterov     bool   // look ahead along the momentum
}

// RMSProp divides by the root of the average square (Tieleman & Hinton, "Lecture 6.5",
// 2012), or of the variance. State: "nu", and "mu" if centered.
func RMSProp(o RMSPropOptions) Transform {
	s := newSpec("RMSProp")
	p := newSpec("ScaleByRMS").as(s)
	rate, eps := p.number("Decay", o.Decay, 0.9, decay), p.number("Eps", o.Eps, 1e-8, nonNegative)
	direction := p.build(func(p Params) vars {
		v := vars{"nu": zerosLike(p.Leaves)}
		if o.Centered {
			v["mu"] = zerosLike(p.Leaves)
		}
		return v
	}, func(st *step) ([]array, vars) {
		b, e := st.at(rate), st.at(eps)
		next := vars{"nu": st.each(func(i int, g array) array { return b.mix(st.vars["nu"][i], g.Square()) })}
		below := next["nu"]
		if o.Centered {
			mu := st.each(func(i int, g array) array { return b.mix(st.vars["mu"][i], g) })
			next["mu"] = mu
			below = st.each(func(i int, _ array) array { return next["nu"][i].Sub(mu[i].Square()) })
		}
		return st.each(func(i int, g array) array { return quotient(g, root(below[i].Add(e.like(g)))) }), next
	})
	ts := []Transform{direction, s.rate(o.LearningRate)}
	return chain(s.name, append(ts, s.momentum(o.Momentum, o.Nesterov)...)...)
}

// AdadeltaOptions configures [Adadelta].
type AdadeltaOptions struct {
	LearningRate Number // factor of the step; must be set
	Rho          Number // decay of the averages; default 0.9
	Eps          Number // default 1e-6
	WeightDecay  Number // default 0
	Mask         Mask   // leaves with weight decay; default all
}

// Adadelta multiplies by the ratio of the root mean squares of updates and of gradients
// (Zeiler, "ADADELTA: an adaptive learning rate method", 2012). State: "gradients",
// "updates".
func Adadelta(o AdadeltaOptions) Transform {
	s := newSpec("Adadelta")
	p := newSpec("ScaleByAdadelta").as(s)
	rho, eps := p.number("Rho", o.Rho, 0.9, decay), p.number("Eps", o.Eps, 1e-6, positive)
	direction := p.build(func(p Params) vars {
		return vars{"gradients": zerosLike(p.Leaves), "updates": zerosLike(p.Leaves)}
	}, func(st *step) ([]array, vars) {
		b, e := st.at(rho), st.at(eps)
		gs := st.each(func(i int, g array) array { return b.mix(st.vars["gradients"][i], g.Square()) })
		us := st.each(func(i int, g array) array {
			return root(st.vars["updates"][i].Add(e.like(g))).Div(root(gs[i].Add(e.like(g)))).Mul(g)
		})
		return us, vars{"gradients": gs, "updates": st.each(func(i int, _ array) array { return b.mix(st.vars["updates"][i], us[i].Square()) })}
	})
	ts := append(s.weightDecay(o.WeightDecay, 0, o.Mask), direction)
	return chain(s.name, append(ts, s.rate(o.LearningRate))...)
}

// PolyakSGD steps by (value - MinValue)/|g|² along the gradient, at most MaxStep, times
// scale (Loizou et al., "Stochastic Polyak step-size for SGD", 2021). [Update] must be
// given the value.
func PolyakSGD(maxStep, minValue, scale Number) Transform {
	s := newSpec("PolyakSGD")
	most := s.number("maxStep", maxStep, 1, limit)
	least, factor := s.number("minValue", minValue, 0, finite), s.number("scale", scale, 1, nonNegative)
	return s.stateless(func(st *step) []array {
		if st.Value == (array{}) {
			throw(s.op, "the objective's value was not given to Update")
		}
		n := norm(st.Updates...)
		d := n.DType()
		some := n.Gt(num.Const(0))
		gap := st.Value.AsType(d).Sub(st.at(least).of(d))
		length := num.Minimum(num.Where(some, gap.Div(arg.Safe(some, n)).Div(arg.Safe(some, n)), num.Const(0)), st.at(most).of(d))
		size := scalar{a: length.Mul(st.at(factor).of(d))}
		return st.each(func(_ int, g array) array { return g.Mul(size.like(g)).Neg() })
	})
}

// ParamsEMA follows the parameters with an exponential moving average, decay · m +
// (1 - decay) · (parameter + update), and passes updates through; put it last. The average
// begins with the parameters. State: "average", which [State.Find] finds.
func ParamsEMA(decayRate Number) Transform {
	s := newSpec("ParamsEMA")
	n := s.number("decay", decayRate, must, decay)
	return s.build(func(p Params) vars {
		return vars{"average": each(len(p.Leaves), func(i int) array { return p.Leaves[i] })}
	},
		func(st *step) ([]array, vars) {
			b := st.at(n)
			return st.Updates, vars{"average": st.each(func(i int, g array) array {
				return b.mix(st.vars["average"][i], st.Params.Leaves[i].Add(g))
			})}
		})
}

// MuonOptions configures [Muon].
type MuonOptions struct {
	LearningRate Number // factor of the step; must be set
	Momentum     Number // default 0.95
	Nesterov     bool   // look ahead along the momentum
	Steps        int    // steps of Newton and Schulz; default 5
}

// Muon makes the momentum of every matrix orthogonal, by steps of Newton and Schulz with
// the coefficients (3.4445, -4.7750, 2.0315), and scales it by √max(1, rows/columns)
// (Jordan et al., "Muon: an optimizer for hidden layers in neural networks", 2024). Leaves
// that are not matrices are an error: use [Masked] or [MultiTransform] with [Matrices].
func Muon(o MuonOptions) Transform {
	s := newSpec("Muon")
	o.Steps = option.Or(o.Steps, 5)
	momentum := s.momentum(orDefault(o.Momentum, 0.95), o.Nesterov)
	orthogonal := newSpec("Orthogonalize").perLeaf(func(_ *step, _ int, g array) array {
		if g.Rank() != 2 {
			throw(s.op, "a leaf has %d axes, want a matrix", g.Rank())
		}
		rows, columns := g.Shape()[0], g.Shape()[1]
		if g.Size() == 0 {
			return g
		}
		x := g
		if rows > columns {
			x = x.T()
		}
		x = x.Div(norm(x).Add(num.Const(1e-8)))
		for range o.Steps {
			a := x.MatMul(x.T())
			x = x.Scale(3.4445).Add(a.Scale(-4.7750).Add(a.MatMul(a).Scale(2.0315)).MatMul(x))
		}
		if rows > columns {
			x = x.T()
		}
		return x.Scale(math.Sqrt(math.Max(1, float64(rows)/float64(columns))))
	})
	return chain(s.name, append(momentum, orthogonal, s.rate(o.LearningRate))...)
}
