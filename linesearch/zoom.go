package linesearch

import (
	"math"

	"github.com/argmin-go/argmin/internal/arg"
	"github.com/argmin-go/argmin/internal/option"
	"github.com/argmin-go/argmin/num"
)

// ZoomOptions configures [Zoom]; the zero value is useful.
type ZoomOptions struct {
	C1      float64 // sufficient decrease; default 1e-4
	C2      float64 // curvature; default 0.9
	MaxIter int     // maximum number of trials; default 40

	MaxStepSize float64 // the longest step; default no limit
}

// growth is the factor of the step while no minimum is bracketed: the largest
// extrapolation of Moré & Thuente, "Line search algorithms with guaranteed sufficient
// decrease", 1994.
const growth = 4

// margin keeps trials off the ends of the bracket, as a share of its width, so that
// every trial shrinks it: a tenth, as in SciPy's search.
const margin = 0.1

// Zoom finds a step with the strong Wolfe conditions by bracketing, then
// shrinking the bracket with cubic interpolation (Nocedal & Wright, algorithms
// 3.5 and 3.6). Each trial is one evaluation; a first step that satisfies the
// conditions is the only one.
func Zoom(opt ZoomOptions) Search {
	ranges := []option.Range{option.Share("C1", opt.C1), option.AtLeast("C2", max(opt.C2, 0), 0), option.Positive("MaxStepSize", opt.MaxStepSize)}
	opt.C1 = option.Or(opt.C1, 1e-4)
	opt.C2 = option.Or(opt.C2, 0.9)
	opt.MaxIter = option.Or(opt.MaxIter, 40)
	return func(f Func, s Start) Result {
		refuse("Zoom", ranges...)
		h := newSearcher(f, s, option.Or(opt.MaxStepSize, 0))
		o := h.origin()
		zero, inf := h.slope.Const(0), h.slope.Const(math.Inf(1))
		// Both phases are one loop: no bracket yet means that Hi is at infinity.
		init := state{o, point{inf, zero, inf, zero, zero}, h.first(), num.Int(0), num.Full(num.Bool, 0)}
		return h.loop(opt.MaxIter, init, func(st state) state {
			p, lo := h.at(st.T), st.Best
			finite := p.V.IsFinite().And(p.S.IsFinite())
			line := s.Value.Add(h.slope.Mul(p.T).Scale(opt.C1))
			curved := p.S.Abs().Le(h.slope.Scale(-opt.C2))
			// The longest step is as good as a curved one, if the slope still falls there.
			curved = curved.Or(p.T.Ge(h.most).And(p.S.Lt(zero)))
			ok := curved.And(p.V.Le(line).Or(h.level(p).And(h.gentle(p, opt.C1)))).And(finite)
			good := p.V.Le(line.Add(h.slack)).And(p.V.Le(lo.V.Add(h.slack))).And(finite)
			flip := p.S.Mul(num.Where(st.Hi.T.Gt(lo.T), zero.Const(1), num.Const(-1))).Ge(zero)
			hi := func(old, lo, p array) array { return num.Where(good, num.Where(flip, lo, old), p) }
			st.Hi = point{hi(st.Hi.T, lo.T, p.T), zero, hi(st.Hi.V, lo.V, p.V), zero, hi(st.Hi.S, lo.S, p.S)}
			st.Best = pick(ok.Or(good), p, lo)
			st.N, st.OK = st.N.AddScalar(1), ok
			within := num.Where(st.Hi.V.IsFinite(), interpolate(st.Best, st.Hi), border(st.Best.T, st.Hi.T, st.N))
			next := num.Where(st.Hi.T.IsFinite(), within, num.Minimum(p.T.Scale(growth), h.most))
			st.T = num.Where(ok, p.T, next) // most searches end here, and executors may then leave out what next takes
			return st
		})
	}
}

// interpolate is the minimizer of the cubic through a and b (Nocedal & Wright,
// equation 3.59), kept off the ends of the interval; its middle where there is none.
// Where a quotient or root does not exist another one is computed, so that no NaN
// gets into derivatives.
func interpolate(a, b point) array {
	one := a.T.Const(1)
	far := b.T.IsFinite().And(b.T.Ne(a.T))
	w := arg.Safe(far, b.T.Sub(a.T))
	known := far.And(b.V.IsFinite()).And(b.S.IsFinite()) // false for an end without numbers
	bs := arg.Safe(known, b.S)
	d1 := a.S.Add(bs).Sub(arg.Safe(known, b.V.Sub(a.V)).Div(w).Scale(3))
	disc := d1.Square().Sub(a.S.Mul(bs))
	root := arg.Safe(disc.Gt(num.Const(0)), disc).Sqrt()
	// Squares of slopes may overflow where the slopes do not.
	most := num.Maximum(d1.Abs(), num.Maximum(a.S.Abs(), bs.Abs()))
	most = arg.Safe(disc.IsFinite().Not(), most)
	small := d1.Div(most).Square().Sub(a.S.Div(most).Mul(bs.Div(most)))
	root = num.Where(disc.IsFinite(), root, arg.Safe(small.Gt(num.Const(0)), small).Sqrt().Mul(most))
	positive := num.Where(disc.IsFinite(), disc, small).Gt(num.Const(0))
	root = root.Mul(w.Sign())
	den := bs.Sub(a.S).Add(root.Scale(2))
	usable := known.And(positive).And(den.Ne(num.Const(0)))
	r := one.Sub(bs.Add(root).Sub(d1).Div(arg.Safe(usable, den)))
	r = num.Where(usable, r, one.Scale(0.5))
	return a.T.Add(w.Mul(num.Minimum(num.Maximum(r, one.Scale(margin)), one.Scale(1-margin))))
}
