package prox

import (
	"github.com/argmin-go/argmin/internal/arg"
	"github.com/argmin-go/argmin/num"
	"github.com/argmin-go/argmin/projection"
)

// TotalVariation is the operator of the total variation, strength · Σ|xᵢ₊₁ - xᵢ| along the
// last axis: it replaces a signal by a near one with few jumps. It is exact, by the direct
// algorithm of Condat, "A direct algorithm for 1-D total variation denoising", 2013, in
// about n steps for most signals and n² at worst. The answer is constant on segments, and
// its derivative is the derivative of their means.
func TotalVariation[S projection.Scalar](x num.Array, strength S, step num.Array) num.Array {
	const op = "prox.TotalVariation"
	arg.Rank(op, "x", x, 1)
	n := x.Shape()[x.Rank()-1]
	if x.Size() == 0 || n == 1 {
		return x
	}
	t := each(op, x.Const(1), strength, step, func(_, t num.Array) num.Array { return t })
	// For t = 0 it is the identity: equal neighbours are no segment.
	idle := t.Eq(num.Const(0))
	moving := num.Where(idle, x.StopGradient(), x).Reshape(x.Size()/n, n)
	rows := num.Vmap(func(row num.Array) num.Array { return denoise(row, t) })(moving).Reshape(x.Shape()...)
	return rows.Add(num.Where(idle, x, num.Const(0)).Sub(num.Where(idle, x, num.Const(0)).StopGradient()))
}

// denoise is the operator on one signal: means over segments, raised or lowered by t at
// each end that a jump leaves.
func denoise(y, t num.Array) num.Array {
	n := y.Size()
	jumps := segments(y.StopGradient(), t.StopGradient()) // of the last sample of a segment: the sign of the jump after it
	ends := jumps.Abs()
	id := ends.CumSum(0).Sub(ends).AsType(num.Int32)
	total := func(v num.Array) num.Array { return num.Full(y.DType(), 0, n).PutAdd(id, v, 0) }
	// Up at the end raises a segment's mean, up before its start lowers it.
	before := num.Concat(0, y.Const(0).Reshape(1), jumps.Range(0, n-1))
	sum := total(y.Add(jumps.Sub(before).Mul(t)))
	count := num.Maximum(total(num.Full(y.DType(), 1, n)), num.Const(1))
	return sum.Div(count).Take(id, 0)
}

// segments runs the algorithm and returns 1 or -1 at the last sample before a jump, up or
// down, and 0 elsewhere. The names are from the paper: k is the current sample, k0 the segment's first, kl and
// ku the last ones where a jump down or up may be, lo and hi the bounds of the segment's
// value, and ul and uu the bounds of the dual variable.
func segments(y, t num.Array) num.Array {
	type state struct{ K, K0, KL, KU, Lo, Hi, UL, UU, Jumps, Done num.Array }
	n, d := y.Size(), y.DType()
	at := func(i num.Array) num.Array { return y.DynamicSlice([]num.Array{i}, 1).Reshape() }
	last := num.Int(n - 1)
	first := at(num.Int(0))
	init := state{
		K: num.Int(0), K0: num.Int(0), KL: num.Int(0), KU: num.Int(0),
		Lo: first.Sub(t), Hi: first.Add(t), UL: t, UU: t.Neg(),
		Jumps: num.Full(d, 0, n), Done: num.Full(num.Bool, 0),
	}
	pick := func(c num.Array, a, b state) state {
		w := func(a, b num.Array) num.Array { return num.Where(c, a, b) }
		return state{
			K: w(a.K, b.K), K0: w(a.K0, b.K0), KL: w(a.KL, b.KL), KU: w(a.KU, b.KU),
			Lo: w(a.Lo, b.Lo), Hi: w(a.Hi, b.Hi), UL: w(a.UL, b.UL), UU: w(a.UU, b.UU),
			Jumps: b.Jumps, Done: w(a.Done, b.Done),
		}
	}
	end := num.While(func(s state) num.Array { return s.Done.Not() }, func(s state) state {
		inside := s.K.Lt(last)
		next := at(num.Minimum(s.K.AddScalar(1), last))
		down := num.Where(inside, next.Add(s.UL).Lt(s.Lo.Sub(t)), s.UL.Lt(num.Const(0)))
		up := num.Where(inside, next.Add(s.UU).Gt(s.Hi.Add(t)), s.UU.Gt(num.Const(0))).And(down.Not())
		// A jump ends the segment where it may be, and the next one starts behind it.
		from := num.Minimum(num.Where(down, s.KL, s.KU).AddScalar(1), last)
		v := at(from)
		fresh := state{
			K: from, K0: from, KL: from, KU: from,
			Lo: num.Where(down, v, v.Sub(t.Scale(2))), Hi: num.Where(down, v.Add(t.Scale(2)), v), UL: t, UU: t.Neg(),
			Jumps: s.Jumps, Done: s.Done,
		}
		// At the end of the signal only the bound that gave way starts again.
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
		more := state{
			K: k, K0: s.K0, KL: num.Where(low, k, s.KL), KU: num.Where(high, k, s.KU),
			Lo: num.Where(low, s.Lo.Add(ul.Sub(t).Div(length)), s.Lo), Hi: num.Where(high, s.Hi.Add(uu.Add(t).Div(length)), s.Hi),
			UL: num.Where(low, t, ul), UU: num.Where(high, t.Neg(), uu),
			Jumps: s.Jumps, Done: s.Done,
		}
		stop := s
		stop.Done = num.Full(num.Bool, 1)
		r := pick(down.Or(up), jump, pick(inside, more, stop))
		place := num.Where(down, s.KL, s.KU)
		sign := num.Where(down, num.Const(-1), num.Where(up, y.Const(1), num.Const(0)))
		sign = num.Where(down.Or(up), sign, s.Jumps.DynamicSlice([]num.Array{place}, 1).Reshape())
		r.Jumps = s.Jumps.DynamicUpdateSlice(sign.Reshape(1), []num.Array{place})
		// NaN compares with nothing: the signal is then one segment.
		return r
	}, init)
	return end.Jumps
}
