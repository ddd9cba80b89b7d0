package optim

import (
	"github.com/argmin-go/argmin/internal/option"
	"github.com/argmin-go/argmin/num"
)

// AdafactorOptions configures [Adafactor].
type AdafactorOptions struct {
	LearningRate Number // relative to the parameters, unless NoParamScale is set; default 1
	MinSize      int    // leaves whose last two axes have at least this size are factored; default 128
	DecayRate    Number // the decay of update t is 1 - t^-DecayRate; default 0.8
	Clip         Number // maximum root mean square of a leaf's update; default 1
	NoParamScale bool   // do not multiply steps by the root mean square of the parameter
	Momentum     Number // decay of the average of the steps; default none
	WeightDecay  Number // added to the steps, not multiplied by the learning rate; default 0
	Mask         Mask   // leaves with weight decay; default all
	Eps          Number // added to squares; default 1e-30
}

// Adafactor divides by the root of the average square, which for a matrix is approximated by
// the product of the averages of its rows and columns over the average of all elements: it
// keeps n + m numbers for n×m (Shazeer &
// Stern, "Adafactor: adaptive learning rates with sublinear memory cost", 2018). State:
// "row", "column" and "nu", of which a leaf uses the first two or the last; "count".
func Adafactor(o AdafactorOptions) Transform {
	s := newSpec("Adafactor")
	o.MinSize = option.Or(o.MinSize, 128)
	p := newSpec("ScaleByFactoredRMS").as(s)
	p.timed = true
	power, eps := p.number("DecayRate", o.DecayRate, 0.8, nonNegative), p.number("Eps", o.Eps, 1e-30, nonNegative)
	factored := func(x array) bool {
		r := x.Rank()
		return r >= 2 && x.Size() > 0 && min(x.Shape()[r-1], x.Shape()[r-2]) >= o.MinSize
	}
	// A leaf's moments: averages over the last axis and over the one before, or none.
	moments := func(p Params, f func(array) array) []array {
		return each(len(p.Leaves), func(i int) array {
			x := f(p.Leaves[i])
			return num.Full(x.DType(), 0, x.Shape()...)
		})
	}
	none := func(x array) array { return x.Const(0) }
	direction := p.build(func(p Params) vars {
		pick := func(yes, no func(array) array) func(array) array {
			return func(x array) array {
				if factored(x) {
					return yes(x)
				}
				return no(x)
			}
		}
		return vars{
			"row":    moments(p, pick(func(x array) array { return x.Mean(-1) }, none)),
			"column": moments(p, pick(func(x array) array { return x.Mean(-2) }, none)),
			"nu":     moments(p, pick(none, func(x array) array { return x })),
		}
	}, func(st *step) ([]array, vars) {
		t := st.time().AsType(num.Float64)
		b := scalar{a: t.Pow(st.at(power).of(num.Float64).Neg()).Neg().AddScalar(1)}
		e := st.at(eps)
		n := len(st.Updates)
		us, row, column, nu := make([]array, n), make([]array, n), make([]array, n), make([]array, n)
		for i, g := range st.Updates {
			row[i], column[i], nu[i] = st.vars["row"][i], st.vars["column"][i], st.vars["nu"][i]
			sq := g.Square().Add(e.like(g))
			if !factored(g) {
				nu[i] = b.mix(nu[i], sq)
				us[i] = quotient(g, root(nu[i]))
				continue
			}
			row[i], column[i] = b.mix(row[i], sq.Mean(-1)), b.mix(column[i], sq.Mean(-2))
			r := root(quotient(row[i], row[i].Mean(-1).ExpandDims(-1)))
			us[i] = quotient(quotient(g, r.ExpandDims(-1)), root(column[i]).ExpandDims(-2))
		}
		return us, vars{"row": row, "column": column, "nu": nu}
	})
	clip := newSpec("ClipByBlockRMS").as(s)
	ts := []Transform{direction, clip.blockRMS(clip.number("Clip", o.Clip, 1, positive))}
	if o.LearningRate != nil {
		n := newNumber(s.op, "LearningRate", o.LearningRate, nonNegative)
		r := newSpec("Scale")
		r.timed = n.sched != nil
		ts = append(ts, r.scale(n, 1))
	}
	if !o.NoParamScale {
		ts = append(ts, ScaleByParamRMS(nil))
	}
	if o.Momentum != nil {
		ts = append(ts, EMA(o.Momentum, false))
	}
	ts = append(ts, s.weightDecay(o.WeightDecay, 0, o.Mask)...)
	return chain(s.name, append(ts, Scale(-1))...)
}
