package optim

import (
	"github.com/argmin-go/argmin/internal/arg"
	"github.com/argmin-go/argmin/num"
)

// ScheduleFreeOptions configures [ScheduleFree].
type ScheduleFreeOptions struct {
	LearningRate Number // the learning rate of the base, which weights the average; must be given
	B1           Number // weight of the average in the point of the gradients; default 0.9
	Power        Number // power of the learning rate in the weights; default 2
}

// ScheduleFree averages the iterates z of a base method, such as [SGD] without momentum,
// instead of following a schedule: gradients are taken at y = (1 - B1) z + B1 x, where x is
// the average, the answer of the training (Defazio et al., "The road less scheduled", 2024).
// The parameters are y; [EvalParams] gives x. State: "z", "sum", "most", "b1", "count".
func ScheduleFree(base Transform, o ScheduleFreeOptions) Transform {
	s := newSpec("ScheduleFree")
	base.check(s.op)
	s.timed = true
	rate := newNumber(s.op, "LearningRate", o.LearningRate, nonNegative)
	b1, power := s.number("B1", o.B1, 0.9, decay), s.number("Power", o.Power, 2, nonNegative)
	inner := s.build(func(p Params) vars {
		z := each(len(p.Leaves), func(i int) array { return p.Leaves[i] })
		return vars{"z": z, "sum": {num.Scalar(0)}, "most": {num.Scalar(0)}, "b1": {b1.at(num.Int(0)).of(num.Float64)}}
	}, func(st *step) ([]array, vars) {
		b := st.at(b1)
		most := num.Maximum(st.vars["most"][0], st.at(rate).of(num.Float64))
		weight := most.Pow(st.at(power).of(num.Float64))
		sum := st.vars["sum"][0].Add(weight)
		some := sum.Gt(num.Const(0))
		c := scalar{a: num.Where(some, weight.Div(arg.Safe(some, sum)), num.Const(0))}
		z := st.each(func(i int, u array) array { return st.vars["z"][i].Add(u) })
		us := st.each(func(i int, u array) array {
			y := st.Params.Leaves[i]
			x := average(y, st.vars["z"][i], b)
			x = c.mix(z[i], x)
			return b.mix(x, z[i]).Sub(y)
		})
		return us, vars{"z": z, "sum": {sum}, "most": {most}, "b1": {b.of(num.Float64)}}
	})
	return chain("ScheduleFreeChain", base, inner)
}

// average is x of y = b x + (1 - b) z.
func average(y, z array, b scalar) array { return y.Sub(z.Mul(b.rest().like(y))).Div(b.like(y)) }

// ScheduleFreeSGD is [ScheduleFree] of gradient descent.
func ScheduleFreeSGD(o ScheduleFreeOptions) Transform {
	return ScheduleFree(SGD(SGDOptions{LearningRate: o.LearningRate}), o)
}

// ScheduleFreeAdamW is [ScheduleFree] of Adam without momentum and with decoupled weight
// decay (default 0); B1 is the weight of the average.
func ScheduleFreeAdamW(o AdamOptions) Transform {
	s := newSpec("ScheduleFreeAdamW")
	inner := o
	inner.B1 = 0
	base := s.method(newSpec("ScaleByAdam").as(s).byAdam(inner, 1e-8), inner, 0.0)
	return ScheduleFree(base, ScheduleFreeOptions{LearningRate: o.LearningRate, B1: o.B1})
}

// EvalParams is the answer of a training with [ScheduleFree]: the average of the parameters.
func EvalParams[P any](s State, params P) P {
	const op = "optim.EvalParams"
	st, ok := s.find("ScheduleFree")
	if !ok {
		throw(op, "the state has no part of ScheduleFree")
	}
	leaves, def := flatten(op, params)
	z, b := st.Vars["z"], scalar{a: st.Vars["b1"][0]}
	out := make([]array, len(leaves))
	for i, y := range leaves {
		if out[i] = y; y.DType().IsFloat() {
			out[i], z = average(y, z[0], b), z[1:]
		}
	}
	return unflatten[P](op, def, out)
}
