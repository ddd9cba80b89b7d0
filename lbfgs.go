package argmin

import (
	"github.com/argmin-go/argmin/internal/option"
	"github.com/argmin-go/argmin/linesearch"
	"github.com/argmin-go/argmin/num"
)

// LBFGS is the limited-memory BFGS method, the first choice for smooth problems of any
// size (Liu & Nocedal, "On the limited memory BFGS method for large scale optimization",
// 1989).
//
// It computes the directions of the two-loop recursion (Nocedal & Wright, "Numerical
// Optimization", algorithm 7.4) in compact form. Pairs without positive curvature are not kept. With a
// memory of m an iteration takes about 8mn operations in addition to the evaluations of its
// line search.
type LBFGS struct {
	Memory     int               // pairs of steps and changes of the gradient kept; default 10
	LineSearch linesearch.Search // default linesearch.Zoom
	NoScaling  bool              // begin with the identity instead of γ I, the scale of the last pair
	StepControl
}

func (l LBFGS) ranges() []option.Range {
	return append(l.stepRanges(), memoryRange(l.Memory))
}

func (l LBFGS) smooth() definition { return define("LBFGS", l.rule) }

// lbfgsState is the memory of m pairs, one per row, written in turn. Unused rows are zero.
type lbfgsState struct {
	S, Y  num.Array // [m, n] steps, and changes of the gradient
	RInv  num.Array // [m, m] inverse of R, the upper triangle of S Yᵀ in the order of time
	D, YY num.Array // [m] diagonal of S Yᵀ; [m, m] Y Yᵀ
	Gamma num.Array // γ, the scale of the first inverse Hessian; 0 while there is no pair
	Count num.Array // pairs so far, int32
	First num.Array // the first step to try
}

func (l LBFGS) rule(p *Problem) Rule[lbfgsState] {
	memory := option.Or(l.Memory, 10)
	search := searchOr(l.LineSearch, linesearch.Zoom(linesearch.ZoomOptions{}))
	return Rule[lbfgsState]{
		Init: func(it Iterate) lbfgsState {
			d, m, n := it.X.DType(), memory, it.X.Size()
			rows, square := num.Full(d, 0, m, n), num.Full(d, 0, m, m)
			return lbfgsState{rows, rows, square, num.Full(d, 0, m), square, it.X.Const(0), num.Int(0), it.X.Const(1)}
		},
		Update: func(it Iterate, st lbfgsState) (Iterate, lbfgsState) {
			fresh := st.Gamma.Eq(num.Const(0)) // no pair yet: a first step of length at most 1
			d := num.Where(fresh, it.Grad.Mul(atMostOne(num.Norm(it.Grad))), st.direction(it.Grad)).Neg()
			next, r := l.search(p, it, search, d, st.First, it.StepSize)
			pairs := st.Count
			st = st.remember(next.X.Sub(it.X), next.Grad.Sub(it.Grad))
			if l.NoScaling {
				st.Gamma = num.Where(st.Gamma.Gt(num.Const(0)), num.Const(1), st.Gamma)
			}
			st.First = growing(st.Count.Gt(pairs), r.Step)
			// Without R⁻¹ the pairs have no effect, now or later.
			next, forget := l.restarted(next, fresh)
			st.RInv, st.Gamma = num.Where(forget, num.Const(0), st.RInv), num.Where(forget, num.Const(0), st.Gamma)
			return next, st
		},
	}
}

// direction is H g for the compact form of H (Byrd, Nocedal & Schnabel, "Representations of
// quasi-Newton matrices and their use in limited memory methods", 1994, theorem 2.2), which
// is a few products of matrices where the two-loop recursion is many of vectors:
//
//	H = γ I + [S' γY'] [R⁻ᵀ(D + γYYᵀ)R⁻¹  -R⁻ᵀ; -R⁻¹  0] [S; γY]
func (st lbfgsState) direction(g num.Array) num.Array {
	u := st.RInv.MatMul(st.S.MatMul(g))
	v := st.D.Mul(u).Add(st.YY.MatMul(u).Sub(st.Y.MatMul(g)).Mul(st.Gamma))
	return g.Sub(u.MatMul(st.Y)).Mul(st.Gamma).Add(v.MatMul(st.RInv).MatMul(st.S))
}

// remember puts the pair (ds, dy) in the place of the oldest one, if its curvature is
// positive. R⁻¹ is kept in the order of the rows: a new pair adds the column [-R⁻¹r; 1]/ρ,
// where [r; ρ] = S y, and what the oldest pair leaves behind without its row and column is
// the inverse of what it leaves of R.
func (st lbfgsState) remember(ds, dy num.Array) lbfgsState {
	m, n := st.S.Shape()[0], st.S.Shape()[1]
	zero, one := num.Int(0), num.Const(1)
	sdy, ydy := ds.Dot(dy), dy.Dot(dy)
	keep := curved(ds, dy)
	at := st.Count.Rem(num.Int(m)) // the oldest pair, which is the next to go
	// put writes x where a new pair has its place, unless it is not kept.
	put := func(a, x num.Array, shape []int, at ...num.Array) (num.Array, num.Array) {
		x = num.Where(keep, x.Reshape(shape...), a.DynamicSlice(at, shape...))
		return a.DynamicUpdateSlice(x, at), x
	}
	next := st
	next.S, _ = put(st.S, ds, []int{1, n}, at, zero)
	var kept num.Array
	next.Y, kept = put(st.Y, dy, []int{1, n}, at, zero)
	here := num.Arange(num.Int32, 0, m).Eq(at)
	rho := one.Div(num.Where(keep, sdy, one))
	r := num.Where(here, num.Const(0), next.S.MatMul(dy)) // without what was in the pair's place
	last := num.Where(here, rho, st.RInv.MatMul(r).Mul(rho).Neg())
	next.RInv, _ = put(st.RInv, num.Full(ds.DType(), 0, m), []int{1, m}, at, zero)
	next.RInv, _ = put(next.RInv, last, []int{m, 1}, zero, at)
	next.D = num.Where(keep.And(here), sdy, st.D)
	yd := next.Y.MatMul(kept.Reshape(n))
	next.YY = st.YY.DynamicUpdateSlice(yd.Reshape(m, 1), []num.Array{zero, at})
	next.YY = next.YY.DynamicUpdateSlice(yd.Reshape(1, m), []num.Array{at, zero})
	next.Gamma = num.Where(keep, sdy.Div(num.Where(keep, ydy, one)), st.Gamma)
	next.Count = st.Count.Add(keep.AsType(num.Int32))
	return next
}
