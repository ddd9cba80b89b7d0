package argmin

import (
	"math"

	"github.com/argmin-go/argmin/num"
	"github.com/argmin-go/argmin/status"
)

// bracketState is the state of the methods for [Bracketed]: for each entry, two points with values of opposite
// signs and the last point before them.
type bracketState struct {
	A, B, C    num.Array // A is the last point, C the one that it or B replaced
	FA, FB, FC num.Array // f there
	Size       num.Array // the larger magnitude of the first ends, without infinite ones
	Least      num.Array // the smaller magnitude of f at the first ends, if it is finite, or 0
	Wide       num.Array // the larger magnitude of f at the ends, if finite, when they were last half the digits apart
	Codes      num.Array // a status.Code for each entry, int32
	Open       num.Array // whether the values at the ends must be computed, a bool
}

// bracketing is a method that chooses the next points. nearest is how near to an end these may be, relative to the
// distance of the ends.
type bracketing func(s bracketState, nearest num.Array) num.Array

// rule is that of a method.
func (next bracketing) rule(p *Problem) Rule[bracketState] {
	d := p.start.DType()
	tol := math.Max(p.Options.Tol, 4*d.Eps())
	return Rule[bracketState]{
		Start: func(x num.Array) num.Array {
			first := num.Where(p.Lower.Lt(x).And(x.Lt(p.Upper)), x, middle(p.Lower, p.Upper))
			return num.Where(x.IsFinite().And(first.IsFinite()), first, x)
		},
		Init: func(it Iterate) bracketState {
			zero := it.X.Scale(0)
			return bracketState{A: p.Lower, B: p.Upper, C: p.Upper, FA: zero, FB: zero, FC: zero, Size: num.Maximum(endSize(p.Lower), endSize(p.Upper)),
				Least: zero, Wide: zero, Codes: num.Full(num.Int32, float64(status.Running), it.X.Size()), Open: num.Full(num.Bool, 1)}
		},
		Error: func(it Iterate) num.Array { // finite if the start is
			return num.Where(it.X.IsFinite().All(), it.X.Const(1), num.Const(math.NaN()))
		},
		Update: func(it Iterate, s bracketState) (Iterate, bracketState) {
			type pair struct {
				It Iterate
				S  bracketState
			}
			opened := num.Cond(s.Open, func(a pair) pair { it, s := opened(p, a.It, a.S); return pair{it, s} }, func(a pair) pair { return a }, pair{it, s})
			it, s = opened.It, opened.S
			s, width := s.absorb(it.X, it.Grad, tol)
			running := s.Codes.Eq(code(status.Running))
			left := num.Where(running, width, num.Const(0))
			x := num.Where(running, next(s, num.Const(tol/2).Div(num.Maximum(width, num.Const(d.Tiny())))), s.best())
			after := p.At(it, x)
			after.Error = largest(left)
			after.Code = worst(s.Codes)
			return after, s
		},
		entries: func(it Iterate, s bracketState) entries {
			bad := s.Codes.Eq(code(status.Infeasible)).Or(s.best().IsFinite().Not())
			x := num.Where(bad, num.Const(math.NaN()), s.best())
			return entries{num.Where(s.Open, it.X, x), s.Codes, num.Minimum(s.A, s.B), num.Maximum(s.A, s.B)}
		},
		reopen: func(s bracketState) bracketState {
			s.Open = num.Full(num.Bool, 1)
			return s
		},
	}
}

// best is the end with the smaller value.
func (s bracketState) best() num.Array { return num.Where(s.FA.Abs().Le(s.FB.Abs()), s.A, s.B) }

// opened has the values at the ends, and judges them. Where data changed so that the ends have the same sign, the
// problem's own are taken.
func opened(p *Problem, it Iterate, s bracketState) (Iterate, bracketState) {
	s.FA, s.FB = p.residual(s.A), p.residual(s.B)
	same := func(s bracketState) num.Array { return s.FA.Sign().Mul(s.FB.Sign()).Le(num.Const(0)).Not() }
	moved := same(s).And(s.A.Ne(p.Lower).Or(s.B.Ne(p.Upper))).Any()
	it.NFev = it.NFev.Add(num.Int(2)).Add(moved.AsType(num.Int32).Mul(num.Int(2)))
	s = num.Cond(moved, func(s bracketState) bracketState {
		again := same(s)
		fa, fb := p.residual(p.Lower), p.residual(p.Upper)
		s.A, s.B, s.FA, s.FB = num.Where(again, p.Lower, s.A), num.Where(again, p.Upper, s.B), num.Where(again, fa, s.FA), num.Where(again, fb, s.FB)
		return s
	}, func(s bracketState) bracketState { return s }, s)
	a, b := s.FA.Abs(), s.FB.Abs()
	// Of two roots the lower end, of a NaN none.
	s.B, s.FB = num.Where(s.FA.Eq(num.Const(0)), s.A, s.B), num.Where(s.FA.Eq(num.Const(0)), s.FA, s.FB)
	first := s.A.Eq(p.Lower).And(s.B.Eq(p.Upper))
	s.C, s.FC, s.Open = num.Where(first, s.B, s.C), num.Where(first, s.FB, s.FC), num.Full(num.Bool, 0)
	least := num.Minimum(num.Where(a.IsFinite(), a, b), num.Where(b.IsFinite(), b, a))
	s.Least = num.Where(first, num.Where(least.IsFinite(), least, num.Const(0)), s.Least)
	s.Wide = num.Where(first, num.Where(a.IsFinite().And(b.IsFinite()), num.Maximum(a, b), num.Const(0)), s.Wide)
	nan := s.FA.IsNaN().Or(s.FB.IsNaN()).Or(p.Lower.IsNaN()).Or(p.Upper.IsNaN())
	zero := s.FA.Eq(num.Const(0)).Or(s.FB.Eq(num.Const(0)))
	codes := num.Where(zero, code(status.Converged), num.Where(same(s), code(status.Infeasible), code(status.Running)))
	codes = num.Where(p.Lower.Gt(p.Upper), code(status.Infeasible), codes)
	s.Codes = num.Where(nan, code(status.NonFinite), codes)
	// An end where f is NaN is not an answer.
	s.A, s.B = num.Where(nan, num.Const(math.NaN()), s.A), num.Where(nan, num.Const(math.NaN()), s.B)
	return it, s
}

// absorb takes a point with its value for the end whose sign it has, ends the entries that are found, and returns the
// relative distances of the ends.
func (s bracketState) absorb(x, f num.Array, tol float64) (bracketState, num.Array) {
	const small, half = 1e-8, 0.5 // of f, where the sign changes for it to vanish there: choices
	running := s.Codes.Eq(code(status.Running))
	nan := running.And(f.IsNaN())
	take := running.And(nan.Not())
	same := f.Sign().Eq(s.FA.Sign())
	keep := func(was, is num.Array) num.Array { return num.Where(take, is, was) }
	a, fa, b, fb := s.A, s.FA, s.B, s.FB
	s.C, s.FC = keep(s.C, num.Where(same, a, b)), keep(s.FC, num.Where(same, fa, fb))
	s.B, s.FB = keep(b, num.Where(same, b, a)), keep(fb, num.Where(same, fb, fa))
	s.A, s.FA = keep(a, x), keep(fa, f)

	eps := x.DType().Eps()
	scale := num.Maximum(num.Maximum(s.best().Abs(), s.Size.Scale(eps)), num.Const(x.DType().Tiny()))
	width := s.A.Div(scale).Sub(s.B.Div(scale)).Abs()
	values := num.Maximum(s.FA.Abs(), s.FB.Abs())
	s.Wide = num.Where(take.And(values.IsFinite()).And(width.Gt(num.Const(math.Sqrt(tol)))), values, s.Wide)
	zero := s.FA.Eq(num.Const(0))
	least := num.Minimum(s.FA.Abs(), s.FB.Abs())
	vanishes := zero.Or(least.Le(s.Least.Scale(small))).Or(values.Le(s.Wide.Scale(half)))
	found := take.And(zero.Or(width.Le(num.Const(tol))))
	end := num.Where(vanishes, code(status.Converged), code(status.Stalled))
	s.Codes = num.Where(nan, code(status.NonFinite), num.Where(found, end, s.Codes))
	return s, width
}

// worst is the code of a run whose entries have the given ones: Running as long as one of them is.
func worst(codes num.Array) num.Array {
	c := code(status.Converged)
	for _, s := range []status.Code{status.Stalled, status.NonFinite, status.Infeasible, status.Running} {
		c = num.Where(codes.Eq(code(s)).Any(), code(s), c)
	}
	return c
}

// middle is the middle of two points: between points of very different size their geometric mean, from zero to a
// huge one its root, so that a bracket of any size takes some hundred halvings.
func middle(a, b num.Array) num.Array {
	const lopsided, huge = 1e3, 1e19 // choices: the first is ten halvings, the second where a root saves them
	one, zero := num.Const(1), num.Const(0)
	m := a.Scale(0.5).Add(b.Scale(0.5))
	large, low := num.Maximum(a.Abs(), b.Abs()), num.Minimum(a.Abs(), b.Abs())
	sign := num.Where(a.Abs().Gt(b.Abs()), a.Sign(), b.Sign())
	together := a.Sign().Mul(b.Sign()).Gt(zero)
	geometric := sign.Mul(large.Sqrt()).Mul(low.Sqrt())
	m = num.Where(together.And(large.Div(num.Where(low.Gt(zero), low, one)).Gt(num.Const(lopsided))).And(low.Gt(zero)), geometric, m)
	return num.Where(together.Not().And(large.Gt(num.Const(huge))).And(large.Scale(1/lopsided).Gt(low)), sign.Mul(large.Sqrt()), m)
}
