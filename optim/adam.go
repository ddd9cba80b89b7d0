package optim

import (
	"github.com/argmin-go/argmin/internal/arg"
	"github.com/argmin-go/argmin/num"
)

// AdamOptions configures [Adam] and its relatives. Only LearningRate must be set.
type AdamOptions struct {
	LearningRate Number // factor of the step; must be set
	B1           Number // decay of the mean of gradients; default 0.9
	B2           Number // decay of the mean of their squares; default 0.999
	Eps          Number // added to the root; default 1e-8
	EpsRoot      Number // added below the root; default 0
	Nesterov     bool   // look one step ahead, as NAdam does
	WeightDecay  Number // only of LAMB, Lion and the methods whose names end in W, which have different defaults
	Mask         Mask   // leaves with weight decay; default all
}

type adam struct{ b1, b2, eps, epsRoot number }

// adam checks the options, with a method's defaults of Eps and EpsRoot.
func (s *spec) adam(o AdamOptions, eps, epsRoot float64) adam {
	s.timed = true
	return adam{
		b1: s.number("B1", o.B1, 0.9, decay), b2: s.number("B2", o.B2, 0.999, decay),
		eps: s.number("Eps", o.Eps, eps, nonNegative), epsRoot: s.number("EpsRoot", o.EpsRoot, epsRoot, nonNegative),
	}
}

// noDecay checks that the options of weight decay are not set.
func (o AdamOptions) noDecay(op string) AdamOptions {
	if o.WeightDecay != nil || o.Mask != nil {
		throw(op, "WeightDecay or Mask is set, and has no meaning here")
	}
	return o
}

func (o AdamOptions) piece(op string) AdamOptions {
	noRate(op, o.LearningRate)
	return o.noDecay(op)
}

func twoMoments(p Params) vars {
	return vars{"mu": zerosLike(p.Leaves), "nu": zerosLike(p.Leaves)}
}

// mean is the next mean of gradients, and the mean corrected for its zero start, one step
// ahead with nesterov.
func (s *step) mean(b1 scalar, nesterov bool) (mu, hat []array) {
	mu = s.each(func(i int, g array) array { return b1.mix(s.vars["mu"][i], g) })
	if !nesterov {
		return mu, divide(mu, b1.correction(s.time()))
	}
	ahead, now := b1.correction(increment(s.time())), b1.correction(s.time())
	return mu, s.each(func(i int, g array) array {
		return mu[i].Div(ahead.like(g)).Mul(b1.like(g)).Add(g.Div(now.like(g)).Mul(b1.rest().like(g)))
	})
}

// ratio is m / (√(v + epsRoot) + eps).
func ratio(m, v array, eps, epsRoot scalar) array {
	if !epsRoot.fixed() || epsRoot.c != 0 {
		v = v.Add(epsRoot.like(v))
	}
	return quotient(m, root(v).Add(eps.like(v)))
}

// quotient is m / n, and zero where both are.
func quotient(m, n array) array {
	both := m.Eq(num.Const(0)).And(n.Eq(num.Const(0)))
	return num.Where(both, num.Const(0), m.Div(arg.Safe(both.Not(), n)))
}

// Adam is the method of Kingma & Ba ("Adam: a method for stochastic optimization",
// 2015): with the averages mu = B1 · mu + (1 - B1) · g and nu = B2 · nu + (1 - B2) · g²
// and their weights' sums c1 = 1 - B1^t and c2 = 1 - B2^t, the update is
// -LearningRate · (mu/c1) / (√(nu/c2 + EpsRoot) + Eps). State: "mu", "nu", "count".
func Adam(o AdamOptions) Transform { return adamLike("Adam", o.noDecay("optim.Adam"), nil) }

// ScaleByAdam is [Adam] without its learning rate.
func ScaleByAdam(o AdamOptions) Transform {
	return newSpec("ScaleByAdam").byAdam(o.piece("optim.ScaleByAdam"), 1e-8)
}

// AdamW is [Adam] with decoupled weight decay: WeightDecay · parameter is added to the
// direction before the learning rate, 1e-4 by default (Loshchilov & Hutter, "Decoupled
// weight decay regularization", 2019).
func AdamW(o AdamOptions) Transform { return adamLike("AdamW", o, 1e-4) }

// NAdam is [Adam] with Nesterov's momentum (Dozat, "Incorporating Nesterov momentum
// into Adam", 2016): mu/c1 is replaced by B1 · mu/(1 - B1^(t+1)) + (1 - B1) · g/c1.
func NAdam(o AdamOptions) Transform {
	o.Nesterov = true
	return adamLike("NAdam", o.noDecay("optim.NAdam"), nil)
}

// NAdamW is [NAdam] with the weight decay of [AdamW].
func NAdamW(o AdamOptions) Transform {
	o.Nesterov = true
	return adamLike("NAdamW", o, 1e-4)
}

// adamLike is Adam with weight decay by default decay; without it if that is nil.
func adamLike(name string, o AdamOptions, decay Number) Transform {
	s := newSpec(name)
	return s.method(newSpec("ScaleByAdam").as(s).byAdam(o, 1e-8), o, decay)
}

// as makes errors name the method that a piece is part of.
func (s *spec) as(method *spec) *spec {
	s.op = method.op
	return s
}

// method puts a direction, weight decay and the learning rate together.
func (s *spec) method(direction Transform, o AdamOptions, decay Number) Transform {
	ts := []Transform{direction}
	if decay != nil {
		ts = append(ts, s.weightDecay(o.WeightDecay, decay.(float64), o.Mask)...)
	}
	return chain(s.name, append(ts, s.rate(o.LearningRate))...)
}

func (s *spec) byAdam(o AdamOptions, eps float64) Transform {
	a := s.adam(o, eps, 0)
	return s.build(twoMoments, func(st *step) ([]array, vars) {
		b1, b2, eps, epsRoot := st.at(a.b1), st.at(a.b2), st.at(a.eps), st.at(a.epsRoot)
		mu, hat := st.mean(b1, o.Nesterov)
		nu := st.each(func(i int, g array) array { return b2.mix(st.vars["nu"][i], g.Square()) })
		c2 := b2.correction(st.time())
		us := st.each(func(i int, g array) array { return ratio(hat[i], nu[i].Div(c2.like(g)), eps, epsRoot) })
		return us, vars{"mu": mu, "nu": nu}
	})
}
