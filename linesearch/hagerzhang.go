package linesearch

import (
	"github.com/argmin-go/argmin/internal/arg"
	"github.com/argmin-go/argmin/internal/option"
	"github.com/argmin-go/argmin/num"
)

// HagerZhangOptions configures [HagerZhang]; the zero value is useful. The names and
// defaults are the paper's.
type HagerZhangOptions struct {
	Delta   float64 // sufficient decrease; default 0.1
	Sigma   float64 // curvature; default 0.9
	Epsilon float64 // a rise of the value, relative to it, that is attributed to rounding; default 1e-6
	Theta   float64 // where an interval is cut, as a share of its width; default 0.5
	Gamma   float64 // a bisection follows an iteration that leaves more than this share of the interval; default 0.66
	Rho     float64 // growth of the step until it brackets a minimum; default 5
	MaxIter int     // maximum number of trials; default 50

	MaxStepSize float64 // the longest step; default no limit
}

// The kinds of trials of a Hager–Zhang search.
const (
	expand  = iota // a longer step, as no minimum is bracketed yet
	bisect         // the interval cut, as its value is too high at the end
	secant1        // the secant of the slopes at the ends
	secant2        // the second one, with the end that was replaced
	middle         // the middle, as the secants gained too little
)

type hzState struct {
	Best           point
	A, SA, B, SB   array // the interval and the slopes at its ends
	OldT, OldS     array // the end that the last update replaced
	Width          array // of the interval at the beginning of the iteration
	T, Next, N, OK array
}

// HagerZhang finds a step with the Wolfe or the approximate Wolfe conditions by
// the double secant method (Hager & Zhang, "A new conjugate gradient method with
// guaranteed descent and an efficient line search", 2005, section 4). The
// approximate conditions can be met to the last digit of a gradient, where values
// no longer distinguish points.
func HagerZhang(opt HagerZhangOptions) Search {
	ranges := []option.Range{option.Share("Delta", opt.Delta), option.Share("Sigma", opt.Sigma), option.AtLeast("Epsilon", max(opt.Epsilon, 0), 0),
		option.Between("Theta", opt.Theta, 0, 1), option.Between("Gamma", opt.Gamma, 0, 1), option.AtLeast("Rho", opt.Rho, 1),
		option.Positive("MaxStepSize", opt.MaxStepSize)}
	opt.Delta = option.Or(opt.Delta, 0.1)
	opt.Sigma = option.Or(opt.Sigma, 0.9)
	opt.Epsilon = option.Or(opt.Epsilon, 1e-6)
	opt.Theta = option.Or(opt.Theta, 0.5)
	opt.Gamma = option.Or(opt.Gamma, 0.66)
	opt.Rho = option.Or(opt.Rho, 5)
	opt.MaxIter = option.Or(opt.MaxIter, 50)
	return func(f Func, s Start) Result {
		refuse("HagerZhang", ranges...)
		h := newSearcher(f, s, option.Or(opt.MaxStepSize, 0))
		o := h.origin()
		ceiling := s.Value.Add(s.Value.Abs().Scale(opt.Epsilon))
		init := hzState{
			Best: o, A: o.T, SA: o.S, B: o.T, SB: o.S, OldT: o.T, OldS: o.S, Width: o.T,
			T: h.first(), Next: num.Int(expand), N: num.Int(0), OK: num.Full(num.Bool, 0),
		}
		end := num.WhileMax(opt.MaxIter, func(st hzState) array { return st.OK.Not().And(h.descent) }, func(st hzState) hzState {
			p := h.at(st.T)
			finite := p.V.IsFinite().And(p.S.IsFinite())
			steep := p.S.Ge(h.slope.Scale(opt.Sigma))
			wolfe := p.V.Le(s.Value.Add(h.slope.Mul(p.T).Scale(opt.Delta)))
			approx := p.S.Le(h.slope.Scale(2*opt.Delta - 1)).And(p.V.Le(ceiling))
			// The longest step is as good as a steeper one, if the slope still falls there.
			steep = steep.Or(p.T.Ge(h.most).And(p.S.Lt(num.Const(0))))
			ok := steep.And(wolfe.Or(approx)).And(finite)
			return h.advance(opt, st, p, finite, finite.And(p.V.Le(ceiling)), ok)
		}, init)
		return h.result(state{Best: end.Best, N: end.N, OK: end.OK}, end.Next.Eq(num.Int(expand)))
	}
}

// advance is the update of the interval by a trial p (the paper's U0–U3) and the
// choice of the next trial (S1–S4, L1–L3). low: p's value is not too high.
func (h searcher) advance(opt HagerZhangOptions, st hzState, p point, finite, low, ok array) hzState {
	is := func(k int) array { return st.Next.Eq(num.Int(k)) }
	up := finite.And(p.S.Ge(num.Const(0))) // a minimum lies before p
	left := up.Not().And(low)              // it lies behind p
	high := up.Or(left).Not()              // p is over a hill, or not finite
	next := st
	next.N = st.N.AddScalar(1)
	next.OK = ok
	next.Best = pick(ok.Or(low.And(p.V.Lt(st.Best.V))), p, st.Best)
	next.OldT, next.OldS = num.Where(left, st.A, st.B), num.Where(left, st.SA, st.SB)
	next.A, next.SA = num.Where(left, p.T, st.A), num.Where(left, p.S, st.SA)
	next.B, next.SB = num.Where(left, st.B, p.T), num.Where(left, st.SB, p.S)
	width := next.B.Sub(next.A)
	// Once there is a bracket an iteration is a secant, perhaps a second one, perhaps
	// the middle.
	done := is(secant2).Or(is(middle))
	slow := width.Gt(st.Width.Scale(opt.Gamma)).And(is(middle).Not())
	kind := num.Where(is(secant1), num.Int(secant2), num.Where(done.And(slow), num.Int(middle), num.Int(secant1)))
	kind = num.Where(is(expand).And(left), num.Int(expand), num.Where(high, num.Int(bisect), kind))
	next.Next = kind
	begins := kind.Eq(num.Int(secant1))
	next.Width = num.Where(begins, width, st.Width)
	second := kind.Eq(num.Int(secant2))
	c1, s1 := num.Where(second, next.OldT, next.A), num.Where(second, next.OldS, next.SA)
	c2, s2 := num.Where(second.And(left), next.A, next.B), num.Where(second.And(left), next.SA, next.SB)
	ds := s2.Sub(s1)
	secant := ds.IsFinite().And(ds.Ne(num.Const(0)))
	t := c1.Mul(s2).Sub(c2.Mul(s1)).Div(arg.Safe(secant, ds))
	inside := secant.And(t.Gt(next.A)).And(t.Lt(next.B))
	cut := next.A.Add(width.Scale(opt.Theta))
	t = num.Where(inside.And(kind.Ne(num.Int(bisect))).And(kind.Ne(num.Int(middle))), t, cut)
	t = num.Where(finite, t, border(next.A, next.B, next.N))
	next.T = num.Where(kind.Eq(num.Int(expand)), num.Minimum(p.T.Scale(opt.Rho), h.most), t)
	return next
}
