package linesearch

import "github.com/argmin-go/argmin/num"

// HagerZhangOptions configures [HagerZhang]; the zero value is useful. The names
// are those of the paper.
type HagerZhangOptions struct {
	Delta   float64 // sufficient decrease; 0 means 0.1
	Sigma   float64 // curvature; 0 means 0.9
	Epsilon float64 // rise of the value, relative to it, taken for rounding; 0 means 1e-6
	Theta   float64 // where an interval is cut; 0 means 0.5
	Gamma   float64 // an iteration that shrinks the interval less is followed by a bisection; 0 means 0.66
	Rho     float64 // growth of the step until it brackets a minimum; 0 means 5
	MaxIter int     // trials at most; 0 means 50
}

// What the next trial of a Hager–Zhang search is.
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
// no longer tell points apart.
func HagerZhang(opt HagerZhangOptions) Search {
	orDefault(&opt.Delta, 0.1)
	orDefault(&opt.Sigma, 0.9)
	orDefault(&opt.Epsilon, 1e-6)
	orDefault(&opt.Theta, 0.5)
	orDefault(&opt.Gamma, 0.66)
	orDefault(&opt.Rho, 5)
	if opt.MaxIter == 0 {
		opt.MaxIter = 50
	}
	return func(f Func, s Start) Result {
		h := newSearcher(f, s)
		o := h.origin()
		ceiling := s.Value.Add(s.Value.Abs().Scale(opt.Epsilon))
		init := hzState{o, o.T, o.S, o.T, o.S, o.T, o.S, o.T, s.Step, int32s(expand), int32s(0), num.Full(num.Bool, 0)}
		end := num.WhileMax(opt.MaxIter, func(st hzState) array { return st.OK.Not().And(h.descent) }, func(st hzState) hzState {
			p := h.at(st.T)
			finite := p.V.IsFinite().And(p.S.IsFinite())
			steep := p.S.Ge(h.slope.Scale(opt.Sigma))
			wolfe := p.V.Le(s.Value.Add(h.slope.Mul(p.T).Scale(opt.Delta)))
			approx := p.S.Le(h.slope.Scale(2*opt.Delta - 1)).And(p.V.Le(ceiling))
			ok := steep.And(wolfe.Or(approx)).And(finite)
			return h.advance(opt, st, p, finite, finite.And(p.V.Le(ceiling)), ok)
		}, init)
		return h.result(state{Best: end.Best, N: end.N, OK: end.OK})
	}
}

// advance is the update of the interval by a trial p (the paper's U0–U3) and the
// choice of the next trial (S1–S4, L1–L3). low: p's value is not too high.
func (h searcher) advance(opt HagerZhangOptions, st hzState, p point, finite, low, ok array) hzState {
	dt := h.slope.DType()
	zero := num.Full(dt, 0)
	is := func(k int) array { return st.Next.Eq(int32s(k)) }
	up := finite.And(p.S.Ge(zero)) // a minimum lies before p
	left := up.Not().And(low)      // it lies behind p
	high := up.Or(left).Not()      // p is over a hill, or not finite
	next := st
	next.N = st.N.Add(int32s(1))
	next.OK = ok
	next.Best = pick(ok.Or(low.And(p.V.Lt(st.Best.V))), p, st.Best)
	next.OldT, next.OldS = num.Where(left, st.A, st.B), num.Where(left, st.SA, st.SB)
	next.A, next.SA = num.Where(left, p.T, st.A), num.Where(left, p.S, st.SA)
	next.B, next.SB = num.Where(left, st.B, p.T), num.Where(left, st.SB, p.S)
	width := next.B.Sub(next.A)
	// After a bracket is there, iterations: secant, perhaps a second one, perhaps
	// the middle.
	done := is(secant2).Or(is(middle))
	slow := width.Gt(st.Width.Scale(opt.Gamma)).And(is(middle).Not())
	kind := num.Where(is(secant1), int32s(secant2), num.Where(done.And(slow), int32s(middle), int32s(secant1)))
	kind = num.Where(is(expand).And(left), int32s(expand), num.Where(high, int32s(bisect), kind))
	next.Next = kind
	begins := kind.Eq(int32s(secant1))
	next.Width = num.Where(begins, width, st.Width)
	second := kind.Eq(int32s(secant2))
	c1, s1 := num.Where(second, next.OldT, next.A), num.Where(second, next.OldS, next.SA)
	c2, s2 := num.Where(second.And(left), next.A, next.B), num.Where(second.And(left), next.SA, next.SB)
	ds := s2.Sub(s1)
	secant := ds.IsFinite().And(ds.Ne(zero))
	t := c1.Mul(s2).Sub(c2.Mul(s1)).Div(num.Where(secant, ds, num.Full(dt, 1)))
	inside := secant.And(t.Gt(next.A)).And(t.Lt(next.B))
	cut := next.A.Add(width.Scale(opt.Theta))
	t = num.Where(inside.And(kind.Ne(int32s(bisect))).And(kind.Ne(int32s(middle))), t, cut)
	next.T = num.Where(kind.Eq(int32s(expand)), p.T.Scale(opt.Rho), t)
	return next
}
