package linesearch

import (
	"fmt"
	"math"

	"github.com/argmin-go/argmin/internal/core/ir"
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
}

// Code is how a search ended.
type Code int

// The codes.
const (
	Found       Code = iota // the conditions hold at the step
	NotDescent              // the direction does not descend: its slope is not negative
	TrialsLimit             // MaxIter trials were made without success
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
	Best, Hi point // only Zoom uses Hi, without X and G
	T, N, OK array
}

// searcher has what all searches share for one start.
type searcher struct {
	f                     Func
	s                     Start
	slope, slack, descent array
}

// rounding is how many ε of a value may be rounding. The error of a sum of n terms of one
// sign grows like √n ε, so that 64 covers some four thousand of them. It is a choice, not
// a bound.
const rounding = 64

// notNaN refuses an option that is NaN.
func notNaN(op, name string, v float64) {
	if math.IsNaN(v) {
		ir.Throw(ir.Errorf(ir.ArgumentError, "linesearch."+op, "%s is NaN", name))
	}
}

func newSearcher(f Func, s Start) searcher {
	slope := s.Grad.Dot(s.Dir)
	slack := s.Value.Abs().Scale(rounding * s.X.DType().Eps())
	return searcher{f, s, slope, slack, slope.Lt(num.Const(0))}
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

func (h searcher) result(st state) Result {
	code := num.Where(st.OK, num.Int(Found), num.Where(h.descent, num.Int(TrialsLimit), num.Int(NotDescent)))
	return Result{st.Best.T, st.Best.X, st.Best.V, st.Best.G, st.N, code}
}

// loop makes trials until one is accepted or the limit is reached; none where the
// direction does not descend.
func (h searcher) loop(limit int, init state, body func(state) state) Result {
	return h.result(num.WhileMax(limit, func(s state) array { return s.OK.Not().And(h.descent) }, body, init))
}

func pick(c array, a, b point) point {
	w := func(a, b array) array { return num.Where(c, a, b) }
	return point{w(a.T, b.T), w(a.X, b.X), w(a.V, b.V), w(a.G, b.G), w(a.S, b.S)}
}
