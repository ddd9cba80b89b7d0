package projection

import (
	"math"
	"math/bits"

	"github.com/argmin-go/argmin/internal/arg"
	"github.com/argmin-go/argmin/num"
)

// BoxSection is the projection of x onto the part of a box that a hyperplane cuts out,
// {lower ≤ y ≤ upper, wᵀy = c}, for vectors of n numbers and a scalar c:
//
//	P(x) = clip(x + τ w, lower, upper) with τ such that wᵀP(x) = c
//
// Bounds may be infinite or equal and w may have any signs. The result is NaN where an
// upper bound is below its lower bound, where no point within the bounds has wᵀy = c, and
// where x is so large that rounding leaves a relative error above √ε in wᵀy = c.
//
// wᵀP is a piecewise linear, increasing function of τ. The piece with the root is
// found by bisection over its sorted corners, as for the continuous quadratic
// knapsack problem (Brucker, "An O(n) algorithm for quadratic knapsack problems",
// 1984; Kiwiel, "Breakpoint searching algorithms for the continuous quadratic
// knapsack problem", 2008), and given the piece the root and its derivative
// follow from a linear equation. n log n operations.
func BoxSection[S Scalar](x, lower, upper, w num.Array, c S) num.Array {
	const op = "projection.BoxSection"
	checkPoint(op, x)
	for i, v := range []array{lower, upper, w} {
		name := []string{"lower", "upper", "w"}[i]
		checkShape(op, name, v, x.Size())
		arg.SameType(op, name, v, x.DType())
	}
	target := arg.Scalar(op, "c", c, x.DType())
	zero, inf := x.Const(0), x.Const(math.Inf(1))
	moves := stop(w).Ne(zero)
	size := arg.Safe(moves.Any(), stop(w).Abs().Max())
	w, target = w.Div(size), target.Div(size)

	// Element i moves for first[i] ≤ τ ≤ last[i].
	at := func(bound array) array { return stop(bound.Sub(x)).Div(arg.Safe(moves, stop(w))) }
	first, last := num.Minimum(at(lower), at(upper)), num.Maximum(at(lower), at(upper))
	first, last = num.Where(moves, first, inf), num.Where(moves, last, inf)
	corners := num.Concat(0, inf.Neg().Reshape(1), first, last, inf.Reshape(1)).Sort(0)
	sum := func(tau array) array { // wᵀ clip(x + τ w), without Inf - Inf or 0 · Inf
		y := stop(x).Add(num.Where(moves, stop(w).Mul(tau), zero))
		y = num.Minimum(num.Maximum(y, stop(lower)), stop(upper))
		return num.Where(moves, stop(w).Mul(y), zero).Sum()
	}
	// The last corner where the sum is at most c, and the next one.
	type bracket struct{ Lo, Hi array }
	n := corners.Size()
	b := num.ForLoop(0, bits.Len(uint(n)), func(_ array, b bracket) bracket {
		mid := b.Lo.Add(b.Hi).Div(num.Const(2))
		below := sum(corners.Take(mid, 0)).Le(stop(target))
		return bracket{num.Where(below, mid, b.Lo), num.Where(below, b.Hi, mid)}
	}, bracket{num.Int(0), num.Int(n - 1)})
	lo, hi := corners.Take(b.Lo, 0), corners.Take(b.Hi, 0)
	free := moves.And(first.Le(lo)).And(last.Ge(hi))

	// Σ_free w (x + τ w) + Σ_fixed w y = c
	up, ended := stop(w).Gt(zero), last.Le(lo) // at the bound in the direction of w
	fixed := num.Where(up.Eq(ended), upper, lower)
	fixed = num.Where(moves, fixed, num.Minimum(num.Maximum(x, lower), upper))
	held := w.Mul(num.Where(free.Or(moves.Not()), zero, fixed)).Sum()
	wf := num.Where(free, w, zero)
	tau := target.Sub(held).Sub(wf.Mul(num.Where(free, x, zero)).Sum()).Div(arg.Safe(free.Any(), wf.Square().Sum()))
	here := lower.Le(x).And(x.Le(upper)).All().And(sum(zero).Eq(stop(target)))
	tau = num.Where(here, shadow(tau), tau)
	y := num.Where(free, num.Minimum(num.Maximum(x.Add(wf.Mul(tau)), lower), upper), fixed)

	// The set is not empty, and y in it; c may be off by the rounding of a sum.
	terms := num.Where(moves, stop(w.Mul(y)), zero)
	scale := num.Maximum(stop(target).Abs(), terms.Abs().Sum())
	slack := scale.Scale(4 * float64(x.Size()) * x.DType().Eps())
	ok := sum(inf.Neg()).Sub(slack).Le(target).And(sum(inf).Add(slack).Ge(target))
	ok = ok.And(lower.Le(upper).All()).And(target.IsFinite())
	return num.Where(ok.And(terms.Sum().Sub(stop(target)).Abs().Le(scale.Scale(math.Sqrt(x.DType().Eps())))), y, nan)
}
