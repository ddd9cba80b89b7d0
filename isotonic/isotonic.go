package isotonic

import (
	"math"

	"github.com/argmin-go/argmin/internal/core/ir"
	"github.com/argmin-go/argmin/num"
)

// Order is the direction of a sorted sequence.
type Order int

// The orders.
const (
	Increasing Order = iota
	Decreasing
)

// L2 is the isotonic regression of the rows of y: [… n], the nearest increasing numbers,
//
//	argmin ½ Σ (vᵢ - yᵢ)² subject to v₁ ≤ v₂ ≤ … ≤ vₙ,
//
// or ≥ for [Decreasing] (Ayer, Brunk, Ewing, Reid & Silverman, "An empirical
// distribution function for sampling with incomplete information", 1955; Best &
// Chakravarti, "Active set algorithms for isotonic regression", 1990). Neighbours that
// are not in order get their mean; its derivative is the mean over such a block.
//
// For bounds on the values clip the answer to them.
func L2(y num.Array, order Order) num.Array {
	const op = "isotonic.L2"
	check(op, "y", y)
	return rows(order, func(in []array) array {
		return l2(in[0], num.Full(y.DType(), 1, in[0].Shape()...))
	}, op, y)
}

// WeightedL2 is [L2] with weights w: [… n], which broadcast to the shape of y,
//
//	argmin ½ Σ wᵢ (vᵢ - yᵢ)²:
//
// blocks get their weighted mean v, with derivatives wᵢ/Σw in yᵢ and (yᵢ - v)/Σw in
// wᵢ. A row in which a weight is not positive and finite is NaN.
func WeightedL2(y, w num.Array, order Order) num.Array {
	const op = "isotonic.WeightedL2"
	check(op, "y", y)
	w = matching(op, "w", w, "y", y)
	return rows(order, func(in []array) array {
		v := l2(in[0], in[1])
		return num.Where(row(in[1].Gt(num.Const(0)).And(in[1].IsFinite())), v, nan)
	}, op, y, w)
}

// KL is the isotonic regression of s: [… n] and w, which broadcasts to its shape, in
// the Kullback–Leibler divergence,
//
//	argmin Σ exp(sᵢ - vᵢ) + exp(wᵢ) vᵢ subject to v₁ ≤ v₂ ≤ … ≤ vₙ,
//
// or ≥ for [Decreasing] (Blondel, Teboul, Berthet & Djolonga, "Fast differentiable
// sorting and ranking", 2020, section 5, whose order is decreasing). An element that is a
// block by itself has the value sᵢ - wᵢ, and the elements of a larger block have
// log Σ exp(s) - log Σ exp(w), whose derivatives are softmax(s) and -softmax(w) in
// the block. Sums do not overflow.
func KL(s, w num.Array, order Order) num.Array {
	const op = "isotonic.KL"
	check(op, "s", s)
	w = matching(op, "w", w, "s", s)
	return rows(order, func(in []array) array { return kl(in[0], in[1]) }, op, s, w)
}

// check reports an order that is neither.
func (o Order) check(op string) {
	if o != Increasing && o != Decreasing {
		ir.Throw(ir.Errorf(ir.ArgumentError, op, "order is %d, want Increasing or Decreasing", o))
	}
}

// rows applies f, for ascending values, to arrays as matrices of rows.
func rows(order Order, f func([]array) array, op string, x ...array) array {
	order.check(op)
	shape := x[0].Shape()
	if x[0].Size() == 0 {
		return x[0]
	}
	turn := func(a array) array {
		if order == Decreasing {
			return a.Flip(-1)
		}
		return a
	}
	n := shape[len(shape)-1]
	in := each(x, func(a array) array { return turn(a.Reshape(-1, n)) })
	return turn(f(in)).Reshape(shape...)
}

// infinite finds the elements whose value an infinite element decides: -Inf for all before
// a -Inf, +Inf for all after a +Inf. The other elements are solved without them.
func infinite(v array) (low, high array) {
	low = v.Eq(num.Const(math.Inf(-1))).Flip(-1).AsType(num.Int32).CumMax(-1).Flip(-1)
	high = v.Eq(num.Const(math.Inf(1))).AsType(num.Int32).CumMax(-1)
	return low.Gt(num.Int(0)), high.Gt(num.Int(0))
}

// solve pools the rows of v, and gives the values, the rule's other values, and the blocks.
func solve(v array, sum []array, extra []array, r rule) (values []array, b blocks) {
	v, sum, extra = stop(v), each(sum, stop), each(extra, stop)
	low, high := infinite(v)
	alone := low.Or(high)
	x := append([]array{num.Where(low, num.Const(math.Inf(-1)), num.Where(high, num.Const(math.NaN()), v))}, extra...)
	s := make([]array, len(sum))
	for i, a := range sum {
		s[i] = num.Where(alone, num.Const(r.empty[i]), a)
	}
	values, start := pool(x, s, r)
	ends := num.Where(low, num.Const(math.Inf(-1)), num.Where(high, num.Const(math.Inf(1)), values[0]))
	ok := row(v.Eq(v)).And(row(low.And(high).Not()))
	values[0] = num.Where(ok, ends.CumMax(-1), nan) // in order to the last digit
	n := v.Shape()[1]
	above := high.AsType(num.Int32).Sum(-1).ExpandDims(-1)
	start = num.Where(low, num.Int(0), num.Where(high, num.Int(n).Sub(above), start))
	return values, newBlocks(start, alone.Not())
}

// l2 is the increasing regression of matrices of rows.
func l2(y, w array) array {
	w = w.Div(stop(w.Max(-1).ExpandDims(-1))) // so that no sum of them overflows
	x, b := solve(y, []array{y, w}, nil, means())
	return x[0].Add(shadow(b.mean(num.Where(b.finite, y.Sub(x[0]), num.Const(0)), w)))
}

// means is the rule of least squares: a summary is a mean and a weight.
func means() rule {
	return rule{
		join: func(a, b []array) []array {
			w := a[1].Add(b[1])
			part := b[1].Div(num.Where(w.Eq(num.Const(0)), num.Const(1), w))
			return []array{a[0].Add(b[0].Sub(a[0]).Mul(part)), w} // the mean of equals is exact
		},
		value: func(a []array) []array { return a[:1] },
		empty: []float64{0, 0},
	}
}

// kl is the increasing regression of matrices of rows.
func kl(s, w array) array {
	one := s.Const(1)
	x, b := solve(s.Sub(w), entropies(s, w), []array{s, w}, divergence(one))
	zero := s.Const(0)
	up := num.Where(b.finite, s.Sub(x[1]), zero) // at most 0, as x[1] is the largest
	down := num.Where(b.finite, w.Sub(x[2]), zero)
	return x[0].Add(shadow(b.sum(up.Exp()).Log().Sub(b.sum(down.Exp()).Log())))
}

// divergence is the rule of KL for values scaled by a temperature t,
// v = t log Σ exp(s/t) - t log Σ exp(w). A summary is for s and for w the largest element
// and the sum of exponentials relative to it; the other values are those largest ones.
func divergence(t array) rule {
	cold := num.Maximum(t, num.Const(t.DType().Tiny()))
	add := func(m, r, n, q, t array) (array, array) {
		d := m.Sub(n)
		e := d.Abs().Neg().Div(t).Exp()
		first := d.Ge(num.Const(0))
		return num.Maximum(m, n), num.Where(first, r.Add(q.Mul(e)), q.Add(r.Mul(e)))
	}
	return rule{
		join: func(a, b []array) []array {
			ms, rs := add(a[0], a[1], b[0], b[1], cold)
			mw, rw := add(a[2], a[3], b[2], b[3], t.Const(1))
			return []array{ms, rs, mw, rw}
		},
		value: func(a []array) []array {
			return []array{a[0].Sub(t.Mul(a[2])).Add(t.Mul(a[1].Log().Sub(a[3].Log()))), a[0], a[2]}
		},
		empty: []float64{-huge(t), 0, -huge(t), 0},
	}
}

// entropies are the summaries of single elements.
func entropies(s, w array) []array {
	one := num.Full(s.DType(), 1, s.Shape()...)
	return []array{s, one, w, one}
}
