package linesearch

import (
	"fmt"
	"math"

	"github.com/argmin-go/argmin/num"
)

type array = num.Array

// Func is an objective on raveled vectors: its value, a scalar, and its gradient.
type Func func(x num.Array) (value, grad num.Array)

// Start is where a search begins: X with its Value and Grad, the direction Dir
// and the first step to try, a scalar.
type Start struct{ X, Value, Grad, Dir, Step num.Array }

// Code says how a search ended.
type Code int

// The codes.
const (
	Found       Code = iota // the conditions hold at the step
	NotDescent              // the direction does not descend: its slope is not negative
	TrialsLimit             // MaxIter trials were made without success
)

func (c Code) String() string {
	switch c {
	case Found:
		return "found"
	case NotDescent:
		return "not a descent direction"
	case TrialsLimit:
		return "limit of trials"
	}
	return fmt.Sprintf("Code(%d)", int(c))
}

// Result is the answer of a search. Where OK is false it is the best point known,
// which is the start (step 0) if no trial was better.
type Result struct {
	Step, X, Value, Grad num.Array
	NumFun               num.Array // evaluations made, int32
	OK                   num.Array // the conditions hold, bool
	Code                 num.Array // the Code, int32
}

// Search looks for a step; made by [Backtracking], [Zoom] or [HagerZhang].
type Search func(f Func, s Start) Result

// point is a trial: step, point, value, gradient and slope along the direction.
type point struct{ T, X, V, G, S array }

type state struct {
	Best, Hi point // Hi is used by Zoom alone, without X and G
	T, N, OK array
}

// searcher has what all searches share for one start.
type searcher struct {
	f                     Func
	s                     Start
	slope, slack, descent array
}

func newSearcher(f Func, s Start) searcher {
	slope := s.Grad.Dot(s.Dir)
	slack := s.Value.Abs().Scale(64 * s.X.DType().Eps())
	return searcher{f, s, slope, slack, slope.Lt(num.Full(slope.DType(), 0))}
}

func (h searcher) at(t array) point {
	x := h.s.X.Add(h.s.Dir.Mul(t))
	v, g := h.f(x)
	return point{t, x, v, g, g.Dot(h.s.Dir)}
}

func (h searcher) origin() point {
	return point{num.Full(h.slope.DType(), 0), h.s.X, h.s.Value, h.s.Grad, h.slope}
}

// level reports whether rounding cannot tell the value of p from the first one.
func (h searcher) level(p point) array {
	return p.V.Sub(h.s.Value).Abs().Le(h.slack)
}

// gentle is the approximate Wolfe condition on the slope, with δ = c1 but at least 0.1;
// it stands for sufficient decrease where the value is level.
func (h searcher) gentle(p point, c1 float64) array {
	return p.S.Le(h.slope.Scale(2*max(c1, 0.1) - 1))
}

func (h searcher) result(st state) Result {
	code := num.Where(st.OK, int32s(Found), num.Where(h.descent, int32s(TrialsLimit), int32s(NotDescent)))
	return Result{st.Best.T, st.Best.X, st.Best.V, st.Best.G, st.N, st.OK, code}
}

// loop makes trials until one is accepted or max are made; none where the
// direction does not descend.
func (h searcher) loop(max int, init state, body func(state) state) Result {
	return h.result(num.WhileMax(max, func(s state) array { return s.OK.Not().And(h.descent) }, body, init))
}

func pick(c array, a, b point) point {
	return point{num.Where(c, a.T, b.T), num.Where(c, a.X, b.X), num.Where(c, a.V, b.V), num.Where(c, a.G, b.G), num.Where(c, a.S, b.S)}
}

func int32s[T ~int](x T) array { return num.Full(num.Int32, float64(x)) }

// Condition is what [Backtracking] asks of a step.
type Condition int

// The conditions (Nocedal & Wright, "Numerical Optimization", section 3.1).
const (
	Armijo      Condition = iota // sufficient decrease
	Wolfe                        // and the slope has risen to C2 times the first
	StrongWolfe                  // and its magnitude has fallen to C2 times the first
	Goldstein                    // decrease between C1 and 1 - C1 times the linear one
)

// BacktrackingOptions configures [Backtracking]; the zero value is useful.
type BacktrackingOptions struct {
	Condition Condition
	C1        float64 // sufficient decrease; 0 means 1e-4
	C2        float64 // curvature; 0 means 0.9
	Decrease  float64 // factor of the step after a rejected trial; 0 means 0.5
	MaxIter   int     // trials at most; 0 means 40
}

// Backtracking shortens the step until the condition holds (Nocedal & Wright,
// algorithm 3.1). It never lengthens the step, so that the conditions other than
// Armijo may fail where the first step is too short; [Zoom] does not.
func Backtracking(opt BacktrackingOptions) Search {
	orDefault(&opt.C1, 1e-4)
	orDefault(&opt.C2, 0.9)
	orDefault(&opt.Decrease, 0.5)
	if opt.MaxIter == 0 {
		opt.MaxIter = 40
	}
	return func(f Func, s Start) Result {
		h := newSearcher(f, s)
		o := h.origin()
		return h.loop(opt.MaxIter, state{o, point{o.T, o.T, o.V, o.T, o.S}, s.Step, int32s(0), num.Full(num.Bool, 0)}, func(st state) state {
			p := h.at(st.T)
			linear := h.slope.Mul(p.T)
			ok := p.V.Le(s.Value.Add(linear.Scale(opt.C1)))
			switch opt.Condition {
			case Wolfe:
				ok = ok.And(p.S.Ge(h.slope.Scale(opt.C2)))
			case StrongWolfe:
				ok = ok.And(p.S.Abs().Le(h.slope.Scale(-opt.C2)))
			case Goldstein:
				ok = ok.And(p.V.Ge(s.Value.Add(linear.Scale(1 - opt.C1))))
			}
			// A decrease below rounding says nothing: there the slope decides.
			ok = num.Where(h.level(p), h.gentle(p, opt.C1), ok).And(p.V.IsFinite()).And(p.S.IsFinite())
			better := ok.Or(p.V.Lt(st.Best.V).And(p.V.IsFinite()))
			return state{pick(better, p, st.Best), st.Hi, st.T.Scale(opt.Decrease), st.N.Add(int32s(1)), ok}
		})
	}
}

// ZoomOptions configures [Zoom]; the zero value is useful.
type ZoomOptions struct {
	C1      float64 // sufficient decrease; 0 means 1e-4
	C2      float64 // curvature; 0 means 0.9
	MaxIter int     // trials at most; 0 means 40
}

// Zoom finds a step with the strong Wolfe conditions by bracketing, then
// shrinking the bracket with cubic interpolation (Nocedal & Wright, algorithms
// 3.5 and 3.6). Each trial is one evaluation; a first step that satisfies the
// conditions is the only one.
func Zoom(opt ZoomOptions) Search {
	orDefault(&opt.C1, 1e-4)
	orDefault(&opt.C2, 0.9)
	if opt.MaxIter == 0 {
		opt.MaxIter = 40
	}
	return func(f Func, s Start) Result {
		h := newSearcher(f, s)
		o := h.origin()
		dt := h.slope.DType()
		zero, inf := num.Full(dt, 0), num.Full(dt, math.Inf(1))
		// Both phases are one loop: no bracket yet means that Hi is at infinity.
		init := state{o, point{inf, zero, inf, zero, zero}, s.Step, int32s(0), num.Full(num.Bool, 0)}
		return h.loop(opt.MaxIter, init, func(st state) state {
			p, lo := h.at(st.T), st.Best
			finite := p.V.IsFinite().And(p.S.IsFinite())
			line := s.Value.Add(h.slope.Mul(p.T).Scale(opt.C1))
			curved := p.S.Abs().Le(h.slope.Scale(-opt.C2))
			ok := curved.And(p.V.Le(line).Or(h.level(p).And(h.gentle(p, opt.C1)))).And(finite)
			good := p.V.Le(line.Add(h.slack)).And(p.V.Le(lo.V.Add(h.slack))).And(finite)
			flip := p.S.Mul(num.Where(st.Hi.T.Gt(lo.T), num.Full(dt, 1), num.Full(dt, -1))).Ge(zero)
			hi := func(old, lo, p array) array { return num.Where(good, num.Where(flip, lo, old), p) }
			st.Hi = point{hi(st.Hi.T, lo.T, p.T), zero, hi(st.Hi.V, lo.V, p.V), zero, hi(st.Hi.S, lo.S, p.S)}
			st.Best = pick(ok.Or(good), p, lo)
			st.T = num.Where(st.Hi.T.IsFinite(), interpolate(st.Best, st.Hi), p.T.Scale(4))
			st.N, st.OK = st.N.Add(int32s(1)), ok
			return st
		})
	}
}

// interpolate is the minimizer of the cubic through a and b (Nocedal & Wright,
// equation 3.59), kept off the ends of the interval; its middle where there is none.
// Where a quotient or root does not exist another one is computed, so that no NaN
// gets into derivatives.
func interpolate(a, b point) array {
	one, zero := num.Full(a.T.DType(), 1), num.Full(a.T.DType(), 0)
	safe := func(ok, x array) array { return num.Where(ok, x, one) }
	far := b.T.IsFinite().And(b.T.Ne(a.T))
	w := safe(far, b.T.Sub(a.T))
	known := far.And(b.V.IsFinite()).And(b.S.IsFinite()) // false for an end without numbers
	bs := safe(known, b.S)
	d1 := a.S.Add(bs).Sub(safe(known, b.V.Sub(a.V)).Div(w).Scale(3))
	disc := d1.Square().Sub(a.S.Mul(bs))
	real := disc.Gt(zero)
	root := safe(real, disc).Sqrt().Mul(w.Sign())
	den := bs.Sub(a.S).Add(root.Scale(2))
	usable := known.And(real).And(den.Ne(zero))
	r := one.Sub(bs.Add(root).Sub(d1).Div(safe(usable, den)))
	r = num.Where(usable, r, one.Scale(0.5))
	return a.T.Add(w.Mul(num.Minimum(num.Maximum(r, one.Scale(0.1)), one.Scale(0.9))))
}

func orDefault(x *float64, d float64) {
	if *x == 0 {
		*x = d
	}
}
