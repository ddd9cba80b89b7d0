package argmin

import (
	"math"

	"github.com/argmin-go/argmin/num"
	"github.com/argmin-go/argmin/status"
)

// bracketState is the state of the methods for [Bracketed]: for each entry, two points with values of opposite
// signs and, for methods that interpolate, the last point before them.
type bracketState struct {
	A, B, C    num.Array // A is the last point, C the one that it or B replaced; C may be empty
	FA, FB, FC num.Array // f there
	Floor      num.Array // the least size of a root, for widths relative to it: ε times the larger of the first ends
	Least      num.Array // the smaller magnitude of f at the first ends, if it is finite, or 0
	Wide       num.Array // the larger magnitude of f at the ends when they were last half the digits apart
	Codes      num.Array // a status.Code for each entry, int32
	Vast       num.Array // whether any of the first brackets has a huge end or ends of very different size, a bool
}

// bracketing is a method that chooses the next points.
type bracketing struct {
	// next has them; nearest is how near to an end these may be, relative to the distance of the ends.
	next         func(s bracketState, nearest num.Array) num.Array
	interpolates bool // needs C
}

// rule is that of a method.
func (m bracketing) rule(p *Problem) Rule[bracketState] {
	d := p.start.DType()
	tol := math.Max(p.Options.Tol, 4*d.Eps())
	return Rule[bracketState]{
		Start: func(x num.Array) num.Array {
			first := num.Where(p.Lower.Lt(x).And(x.Lt(p.Upper)), x, middle(p.Lower, p.Upper))
			return num.Where(x.IsFinite().And(first.IsFinite()), first, x)
		},
		evaluate: func(it Iterate, s bracketState) (Iterate, bracketState) {
			if s.A == (num.Array{}) {
				s = m.first(p, it.X)
			}
			// The error is finite if the start is.
			it.Error = num.Where(it.X.IsFinite().All(), it.X.Const(1), num.Const(math.NaN()))
			it, s = opened(p, p.At(it, it.X), s)
			it.Code = worst(s.Codes)
			return it, s
		},
		Update: func(it Iterate, s bracketState) (Iterate, bracketState) {
			s, width := s.absorb(it.X, it.Grad, tol)
			running := s.Codes.Eq(code(status.Running))
			after := p.At(it, num.Where(running, m.next(s, num.Const(tol/2).Div(width)), s.A))
			after.Error = largest(num.Where(running, width, num.Const(0)))
			after.Code = worst(s.Codes)
			return after, s
		},
		entries: func(it Iterate, s bracketState) entries {
			bad := s.Codes.Eq(code(status.Infeasible)).Or(s.best().IsFinite().Not())
			x := num.Where(bad, num.Const(math.NaN()), s.best())
			return entries{x, s.Codes, num.Minimum(s.A, s.B), num.Maximum(s.A, s.B)}
		},
	}
}

// first is the state before anything is evaluated.
func (m bracketing) first(p *Problem, x num.Array) bracketState {
	zero, c, d := x.Scale(0), x, x.DType()
	if !m.interpolates {
		c = x.Range(0, 0)
	}
	size := num.Maximum(endSize(p.Lower), endSize(p.Upper)).Scale(d.Eps())
	huge := num.Maximum(largest(p.Lower), largest(p.Upper)).Gt(num.Const(hugeEnd))
	return bracketState{A: p.Lower, B: p.Upper, C: c, FA: zero, FB: zero, FC: c, Floor: num.Maximum(size, num.Const(d.Tiny())),
		Least: zero, Wide: zero, Codes: num.Full(num.Int32, float64(status.Running), x.Size()), Vast: lopsided(p.Lower, p.Upper).Any().Or(huge)}
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
	if s.C.Size() > 0 {
		s.C, s.FC = num.Where(first, s.B, s.C), num.Where(first, s.FB, s.FC)
	}
	least := num.Minimum(num.Where(a.IsFinite(), a, b), num.Where(b.IsFinite(), b, a))
	s.Least = num.Where(first, num.Where(least.IsFinite(), least, num.Const(0)), s.Least)
	s.Wide = num.Where(first, num.Maximum(a, b), s.Wide)
	nan := s.FA.IsNaN().Or(s.FB.IsNaN()).Or(p.Lower.IsNaN()).Or(p.Upper.IsNaN()).Or(it.X.IsFinite().Not())
	zero := s.FA.Eq(num.Const(0)).Or(s.FB.Eq(num.Const(0)))
	codes := num.Where(zero, code(status.Converged), num.Where(same(s), code(status.Infeasible), code(status.Running)))
	codes = num.Where(p.Lower.Gt(p.Upper), code(status.Infeasible), codes)
	s.Codes = num.Where(nan, code(status.NonFinite), codes)
	// An end where f is NaN is not an answer.
	s.A, s.B = num.Where(nan, num.Const(math.NaN()), s.A), num.Where(nan, num.Const(math.NaN()), s.B)
	running := s.Codes.Eq(code(status.Running))
	it.X, it.Grad = num.Where(running, it.X, s.A), num.Where(running, it.Grad, s.FA)
	return it, s
}

// absorb takes a point with its value for the end whose sign it has, ends the entries that are found, and returns the
// relative distances of the ends. Entries that have ended are given A again, which changes nothing.
func (s bracketState) absorb(x, f num.Array, tol float64) (bracketState, num.Array) {
	zero := num.Const(0)
	same := f.Gt(zero).Eq(s.FA.Gt(zero))
	if s.C.Size() > 0 {
		s.C, s.FC = num.Where(same, s.A, s.B), num.Where(same, s.FA, s.FB)
	}
	s.B, s.FB = num.Where(same, s.B, s.A), num.Where(same, s.FB, s.FA)
	s.A, s.FA = x, f
	width := x.Sub(s.B).Abs().Div(num.Maximum(x.Abs(), s.Floor))
	values := num.Maximum(f.Abs(), s.FB.Abs())
	running := s.Codes.Eq(code(status.Running))
	s.Wide = num.Where(running.And(width.Gt(num.Const(math.Sqrt(tol)))), values, s.Wide)
	ended := running.And(width.Gt(num.Const(tol)).And(f.Ne(zero)).Not().Or(f.IsNaN()))
	s.Codes = num.Cond(ended.Any(), func(s bracketState) num.Array {
		return num.Where(ended, s.ends(), s.Codes)
	}, func(s bracketState) num.Array { return s.Codes }, s)
	return s, width
}

// ends are the codes of entries whose brackets are as small as they can be: whether f vanishes where its sign
// changes.
func (s bracketState) ends() num.Array {
	const small, half = 1e-8, 0.5 // choices
	a, b := s.FA.Abs(), s.FB.Abs()
	shrinks := num.Maximum(a, b).Le(s.Wide.Scale(half)).And(s.Wide.IsFinite())
	vanishes := a.Eq(num.Const(0)).Or(num.Minimum(a, b).Le(s.Least.Scale(small))).Or(shrinks)
	c := num.Where(vanishes, code(status.Converged), code(status.Stalled))
	return num.Where(s.FA.IsNaN(), code(status.NonFinite), c)
}

// worst is the code of a run whose entries have the given ones: Running as long as one of them is.
func worst(codes num.Array) num.Array {
	c := code(status.Converged)
	for _, s := range []status.Code{status.Stalled, status.NonFinite, status.Infeasible, status.Running} {
		c = num.Where(codes.Eq(code(s)).Any(), code(s), c)
	}
	return c
}

// Ends are of very different size if one is a thousand times the other, ten halvings, or one is below zero or at it and
// the other beyond 1e19, where a root saves many: both are choices.
const lopsidedEnds, hugeEnd = 1e3, 1e19

// lopsided reports whether the middle of two ends is not their mean.
func lopsided(a, b num.Array) num.Array {
	large, low := num.Maximum(a.Abs(), b.Abs()), num.Minimum(a.Abs(), b.Abs())
	together := a.Sign().Mul(b.Sign()).Gt(num.Const(0))
	return large.Scale(1 / lopsidedEnds).Gt(low).And(together.Or(large.Gt(num.Const(hugeEnd))))
}

// middle is the middle of two points: between points of very different size their geometric mean, from zero to a
// huge one its root, so that a bracket of any size takes some hundred halvings.
func middle(a, b num.Array) num.Array {
	large, low := num.Maximum(a.Abs(), b.Abs()), num.Minimum(a.Abs(), b.Abs())
	sign := num.Where(a.Abs().Gt(b.Abs()), a.Sign(), b.Sign())
	together := a.Sign().Mul(b.Sign()).Gt(num.Const(0))
	geometric := sign.Mul(large.Sqrt()).Mul(num.Where(together, low.Sqrt(), num.Const(1)))
	return num.Where(lopsided(a, b), geometric, mean(a, b))
}

// mean does not overflow.
func mean(a, b num.Array) num.Array { return a.Scale(0.5).Add(b.Scale(0.5)) }

// middle is that of the ends, or their mean if no first bracket was vast.
func (s bracketState) middle() num.Array {
	return num.Cond(s.Vast, func(e [2]num.Array) num.Array { return middle(e[0], e[1]) },
		func(e [2]num.Array) num.Array { return mean(e[0], e[1]) }, [2]num.Array{s.A, s.B})
}
