package prox

import (
	"github.com/argmin-go/argmin/internal/arg"
	"github.com/argmin-go/argmin/num"
	"github.com/argmin-go/argmin/projection"
)

// TotalVariation is the operator of strength · Σ|xᵢ₊₁ - xᵢ| along the last axis: what is
// nearest to x among signals of few jumps. It is exact, by the direct algorithm of Condat,
// "A direct algorithm for 1-D total variation denoising", 2013, about n steps for most
// signals and n² at worst. The answer is constant on segments, and the derivative is that
// of their means.
func TotalVariation[S projection.Scalar](x array, strength S, step array) array {
	const op = "prox.TotalVariation"
	arg.Rank(op, "x", x, 1)
	n := x.Shape()[x.Rank()-1]
	if x.Size() == 0 || n == 1 {
		return x
	}
	t := each(op, x.Const(1), strength, step, func(_, t array) array { return t })
	rows := num.Vmap(func(row array) array { return denoise(row, t) })(x.Reshape(x.Size()/n, n))
	return rows.Reshape(x.Shape()...)
}

// denoise is the operator on one signal: means over segments, raised or lowered by t at
// each end that a jump leaves.
func denoise(y, t array) array {
	n := y.Size()
	jumps := segments(y.StopGradient(), t.StopGradient()) // of the last sample of a segment: the sign of the jump after it
	ends := jumps.Abs()
	id := ends.CumSum(0).Sub(ends).AsType(num.Int32)
	total := func(v array) array { return num.Full(y.DType(), 0, n).PutAdd(id, v, 0) }
	// Up at the end raises a segment's mean, up before its start lowers it.
	before := num.Concat(0, y.Const(0).Reshape(1), jumps.Range(0, n-1))
	sum := total(y.Add(jumps.Sub(before).Mul(t)))
	count := num.Maximum(total(num.Full(y.DType(), 1, n)), num.Const(1))
	return sum.Div(count).Take(id, 0)
}

// segments runs the algorithm: 1 or -1 at the last sample before a jump, 0 elsewhere. The
// names are those of the paper: k is the sample looked at, k0 the segment's first, kl and
// ku the last ones where a jump down or up may be, lo and hi the bounds of the segment's
// value, and ul and uu those of the dual variable.
func segments(y, t array) array {
	type state struct{ K, K0, KL, KU, Lo, Hi, UL, UU, Jumps, Done array }
	n, d := y.Size(), y.DType()
	whole := func(v int) array { return num.Int(v) }
	at := func(i array) array { return y.DynamicSlice([]array{i}, 1).Reshape() }
	last := whole(n - 1)
	first := at(whole(0))
	init := state{whole(0), whole(0), whole(0), whole(0), first.Sub(t), first.Add(t), t, t.Neg(), num.Full(d, 0, n), num.Full(num.Bool, 0)}
	pick := func(c array, a, b state) state {
		w := func(a, b array) array { return num.Where(c, a, b) }
		return state{w(a.K, b.K), w(a.K0, b.K0), w(a.KL, b.KL), w(a.KU, b.KU), w(a.Lo, b.Lo), w(a.Hi, b.Hi), w(a.UL, b.UL), w(a.UU, b.UU), b.Jumps, w(a.Done, b.Done)}
	}
	end := num.While(func(s state) array { return s.Done.Not() }, func(s state) state {
		inside := s.K.Lt(last)
		next := at(num.Minimum(s.K.AddScalar(1), last))
		down := num.Where(inside, next.Add(s.UL).Lt(s.Lo.Sub(t)), s.UL.Lt(num.Const(0)))
		up := num.Where(inside, next.Add(s.UU).Gt(s.Hi.Add(t)), s.UU.Gt(num.Const(0))).And(down.Not())
		// A jump ends the segment where it may be, and the next one starts behind it.
		from := num.Minimum(num.Where(down, s.KL, s.KU).AddScalar(1), last)
		v := at(from)
		fresh := state{from, from, from, from, num.Where(down, v, v.Sub(t.Scale(2))), num.Where(down, v.Add(t.Scale(2)), v), t, t.Neg(), s.Jumps, s.Done}
		// At the end of the signal only the bound that gave way starts anew.
		tail := fresh
		tail.KL, tail.KU = num.Where(down, from, s.KL), num.Where(down, s.KU, from)
		tail.Lo, tail.Hi = num.Where(down, v, s.Lo), num.Where(down, s.Hi, v)
		tail.UL, tail.UU = num.Where(down, t, v.Sub(t).Sub(s.Lo)), num.Where(down, v.Add(t).Sub(s.Hi), t.Neg())
		jump := pick(inside, fresh, tail)
		// Otherwise the segment takes one more sample, or ends with the signal.
		k := num.Minimum(s.K.AddScalar(1), last)
		ul, uu := s.UL.Add(next).Sub(s.Lo), s.UU.Add(next).Sub(s.Hi)
		length := k.Sub(s.K0).AddScalar(1).AsType(d)
		low, high := ul.Ge(t), uu.Le(t.Neg())
		more := state{k, s.K0, num.Where(low, k, s.KL), num.Where(high, k, s.KU),
			num.Where(low, s.Lo.Add(ul.Sub(t).Div(length)), s.Lo), num.Where(high, s.Hi.Add(uu.Add(t).Div(length)), s.Hi),
			num.Where(low, t, ul), num.Where(high, t.Neg(), uu), s.Jumps, s.Done}
		stop := s
		stop.Done = num.Full(num.Bool, 1)
		r := pick(down.Or(up), jump, pick(inside, more, stop))
		place := num.Where(down, s.KL, s.KU)
		sign := num.Where(down, num.Const(-1), num.Where(up, y.Const(1), num.Const(0)))
		sign = num.Where(down.Or(up), sign, s.Jumps.DynamicSlice([]array{place}, 1).Reshape())
		r.Jumps = s.Jumps.DynamicUpdateSlice(sign.Reshape(1), []array{place})
		// NaN compares with nothing: the signal is then one segment.
		return r
	}, init)
	return end.Jumps
}
