package linesearch

import (
	"fmt"
	"math"

	"github.com/argmin-go/argmin/internal/arg"
	"github.com/argmin-go/argmin/internal/core/ir"
	"github.com/argmin-go/argmin/internal/option"
	"github.com/argmin-go/argmin/num"
)

type array = num.Array

// Func is an objective on raveled vectors: its value, a scalar, and its gradient.
type Func func(x num.Array) (value, grad num.Array)

// Start is where a search begins.
type Start struct {
	X     num.Array // the point, [n]
	Value num.Array // objective at X, a scalar
	Grad  num.Array // gradient at X, [n]
	Dir   num.Array // direction of the search, [n]
	Step  num.Array // the first step to try, a scalar
	// MaxStep is the longest step to try, a scalar, such as the distance to a bound; the zero
	// Array means that there is no limit.
	MaxStep num.Array
}

// Code is how a search ended.
type Code int

// The codes.
const (
	Found       Code = iota // the conditions hold at the step
	NotDescent              // the direction does not descend: its slope is not negative
	TrialsLimit             // MaxIter trials were made without success
	Unbounded               // the value fell with every longer step, up to 1/ε times the first one
)

// String is the code in words.
func (c Code) String() string {
	switch c {
	case Found:
		return "found"
	case NotDescent:
		return "not a descent direction"
	case TrialsLimit:
		return "limit of trials"
	case Unbounded:
		return "unbounded"
	}
	return fmt.Sprintf("Code(%d)", int(c))
}

// Result is the answer of a search. Unless it is [Result.OK] it is the best point known,
// which is the start (step 0) if no trial was better.
type Result struct {
	Step  num.Array // the step, a scalar
	X     num.Array // the point that it leads to, [n]
	Value num.Array // objective at X
	Grad  num.Array // gradient at X
	NFev  num.Array // evaluations made, int32
	Code  num.Array // the Code, int32
}

// OK reports whether the conditions of the search hold at the step: a bool array, true
// where Code is [Found].
func (r Result) OK() num.Array { return r.Code.Eq(num.Int(Found)) }

// Search looks for a step; made by [Backtracking], [Zoom] or [HagerZhang].
type Search func(f Func, s Start) Result

// point is a trial: step, point, value, gradient and slope along the direction.
type point struct{ T, X, V, G, S array }

type state struct {
	Best, Hi point // Hi is the end of the bracket, without X and G
	T, N, OK array
}

// searcher has what all searches share for one start.
type searcher struct {
	f                     Func
	s                     Start
	slope, slack, descent array
	most                  array // the longest step
}

// rounding is how many ε of a value may be rounding. The error of a sum of n terms of one
// sign grows like √n ε, so that 64 covers some four thousand of them. It is a choice, not
// a bound.
const rounding = 64

// refuse reports the first option that is not in its range.
func refuse(op string, ranges ...option.Range) {
	for _, r := range ranges {
		if wrong := r.Wrong(""); wrong != "" {
			ir.Throw(ir.Errorf(ir.ArgumentError, "linesearch."+op, "%s", wrong))
		}
	}
}

// newSearcher prepares a search whose steps are at most most (0: no limit) and Start.MaxStep.
func newSearcher(f Func, s Start, most float64) searcher {
	slope := s.Grad.Dot(s.Dir)
	slack := s.Value.Abs().Scale(rounding * s.X.DType().Eps())
	h := searcher{f: f, s: s, slope: slope, slack: slack, descent: slope.Lt(num.Const(0))}
	h.most = slope.Const(math.Inf(1))
	if most > 0 {
		h.most = slope.Const(most)
	}
	if s.MaxStep != (num.Array{}) {
		h.most = num.Minimum(h.most, s.MaxStep)
	}
	return h
}

// first is the first step to try.
func (h searcher) first() array { return num.Minimum(h.s.Step, h.most) }

// border is the step to try after one at hi that had no numbers, where lo is the longest step
// that had some, 0 if none. Eight trials in a row without numbers mean that their scale is
// wrong, not that a wall is near: from then on the exponent is halved instead of the step, first
// down, then between lo and hi.
func border(lo, hi, trials array) array {
	lo, hi = lo.StopGradient(), hi.StopGradient() // hi may be infinite, which no derivative survives
	k := num.Minimum(num.Maximum(trials.AddScalar(-7), num.Const(0)), num.Const(7)).AsType(lo.DType())
	down := hi.Mul(k.Scale(math.Ln2).Exp().Scale(-math.Ln2).Exp())
	some := lo.Gt(num.Const(0)).And(hi.Gt(lo))
	between := arg.Safe(some, lo).Sqrt().Mul(arg.Safe(some, hi).Sqrt())
	middle := lo.Add(hi).Scale(0.5)
	return num.Where(some.Not(), down, num.Where(hi.Gt(lo.Scale(4)), between, middle))
}

func (h searcher) at(t array) point {
	x := h.s.X.Add(h.s.Dir.Mul(t))
	v, g := h.f(x)
	return point{t, x, v, g, g.Dot(h.s.Dir)}
}

func (h searcher) origin() point {
	return point{h.slope.Const(0), h.s.X, h.s.Value, h.s.Grad, h.slope}
}

// level reports whether rounding cannot distinguish the value of p from the first one.
func (h searcher) level(p point) array {
	return p.V.Sub(h.s.Value).Abs().Le(h.slack)
}

// gentle is the approximate Wolfe condition on the slope, with δ = c1 but at least 0.1,
// Hager and Zhang's value; it stands for sufficient decrease where the value is level.
func (h searcher) gentle(p point, c1 float64) array {
	return p.S.Le(h.slope.Scale(2*max(c1, 0.1) - 1))
}

// result is the answer at the end of a search; expanding reports that its last trial was still
// to be followed by a longer one.
func (h searcher) result(st state, expanding array) Result {
	far := expanding.And(st.Best.T.Scale(h.slope.DType().Eps()).Ge(h.first())).And(st.Best.V.Lt(h.s.Value.Sub(h.slack)))
	limit := num.Where(far, num.Int(Unbounded), num.Int(TrialsLimit))
	code := num.Where(st.OK, num.Int(Found), num.Where(h.descent, limit, num.Int(NotDescent)))
	return Result{st.Best.T, st.Best.X, st.Best.V, st.Best.G, st.N, code}
}

// loop makes trials until one is accepted or the limit is reached; none where the
// direction does not descend.
func (h searcher) loop(limit int, init state, body func(state) state) Result {
	end := num.WhileMax(limit, func(s state) array { return s.OK.Not().And(h.descent) }, body, init)
	return h.result(end, end.Hi.T.IsFinite().Not())
}

func pick(c array, a, b point) point {
	w := func(a, b array) array { return num.Where(c, a, b) }
	return point{w(a.T, b.T), w(a.X, b.X), w(a.V, b.V), w(a.G, b.G), w(a.S, b.S)}
}
