package argmin

import (
	"math"

	"github.com/argmin-go/argmin/internal/option"
	"github.com/argmin-go/argmin/num"
	"github.com/argmin-go/argmin/tree"
)

// BracketGrowth configures [FindBracket]; the zero value is useful.
type BracketGrowth struct {
	Factor  float64 // by which the distance of an end from the guess grows in each step; default 2
	MaxIter int     // most steps; default 1100, more than there are powers of two
}

// FindBracket makes brackets for [Bracketed] from guesses that need not have a change of sign:
//
//	solver := argmin.Bracketed(f, argmin.FindBracket(f, guess, nil, argmin.BracketGrowth{}), nil, argmin.Options{})
//
// Both ends of each entry's interval (lower, upper) = guess(data), of positive width, move away from it until f changes its sign
// between the last two positions of an end. limits gives the ends beyond which f must not be evaluated, nil for none; towards a
// limit the distance from it shrinks by the factor. Where no change of sign is found the last interval is returned, which Bracketed
// then reports as infeasible. Each step costs two evaluations of f, for all entries in one loop.
func FindBracket[P, D any](f func(x P, data D) P, guess, limits func(data D) (lower, upper P), opt BracketGrowth) func(data D) (lower, upper P) {
	if f == nil || guess == nil {
		throwf("FindBracket", "f or guess is nil")
	}
	factor, steps := option.Or(opt.Factor, 2), option.Or(opt.MaxIter, 1100)
	if !(factor > 1) {
		throwf("FindBracket", "BracketGrowth.Factor is %v, want more than 1", factor)
	}
	return func(data D) (lower, upper P) {
		data = tree.Map(num.Array.StopGradient, data)
		lo, hi := guess(data)
		hi = checkLike("FindBracket", "upper", hi, "lower", lo)
		a, unravel := num.Ravel(lo)
		b, _ := num.Ravel(hi)
		values := func(x num.Array) num.Array {
			v, _ := num.Ravel(checkLike("FindBracket", "the result of f", f(unravel(x), data), "the guess", lo))
			return v
		}
		first, last := a.Const(math.Inf(-1)).BroadcastTo(a.Size()), a.Const(math.Inf(1)).BroadcastTo(a.Size())
		if limits != nil {
			l, u := limits(data)
			first, _ = num.Ravel(checkBound("FindBracket", "the lower limit", l, lo, -1))
			last, _ = num.Ravel(checkBound("FindBracket", "the upper limit", u, lo, 1))
		}
		a, b = grow(values, num.Maximum(a, first), num.Minimum(b, last), first, last, factor, steps)
		return unravel(a), unravel(b)
	}
}

// growth is the state of the search: for each entry the positions of its two ends, those before, and the values there.
type growth struct {
	A, A0, B, B0     num.Array
	FA, FA0, FB, FB0 num.Array
	Power            num.Array // the distance of an end from the guess, in widths of that
	N                num.Array // steps made, int32
}

// changes reports whether two values have different signs, or one is zero; a NaN has none.
func changes(f, g num.Array) num.Array { return f.Sign().Mul(g.Sign()).Le(num.Const(0)) }

// found reports for each entry whether there is a change of sign.
func (s growth) found() num.Array {
	return changes(s.FA, s.FA0).Or(changes(s.FB, s.FB0)).Or(changes(s.FA0, s.FB0))
}

func grow(f func(num.Array) num.Array, a, b, first, last num.Array, factor float64, steps int) (lower, upper num.Array) {
	width := b.Sub(a)
	// An end moves away from the guess, or towards its limit, as long as it can and f has values there.
	moves := func(s growth) (left, right num.Array) {
		open := s.found().Not()
		return open.And(s.A.Gt(first)).And(s.FA.IsNaN().Not()), open.And(s.B.Lt(last)).And(s.FB.IsNaN().Not())
	}
	moved := func(from, limit, far, power num.Array) num.Array {
		near := limit.Add(from.Sub(limit).Div(power.AddScalar(1)))
		return num.Where(limit.IsFinite(), near, far)
	}
	fa, fb := f(a), f(b)
	end := num.While(func(s growth) num.Array {
		left, right := moves(s)
		return left.Or(right).Any().And(s.N.Lt(num.Int(steps)))
	}, func(s growth) growth {
		left, right := moves(s)
		reach := width.Mul(s.Power)
		na, nb := moved(a, first, a.Sub(reach), s.Power), moved(b, last, b.Add(reach), s.Power)
		na, nb = num.Where(left, na, s.A), num.Where(right, nb, s.B)
		return growth{
			A: na, A0: num.Where(left, s.A, s.A0), FA: num.Where(left, f(na), s.FA), FA0: num.Where(left, s.FA, s.FA0),
			B: nb, B0: num.Where(right, s.B, s.B0), FB: num.Where(right, f(nb), s.FB), FB0: num.Where(right, s.FB, s.FB0),
			Power: s.Power.Scale(factor), N: s.N.AddScalar(1),
		}
	}, growth{A: a, A0: a, B: b, B0: b, FA: fa, FA0: fa, FB: fb, FB0: fb, Power: a.Const(factor - 1), N: num.Int(0)})
	left, right := changes(end.FA, end.FA0), changes(end.FB, end.FB0)
	inside := changes(end.FA0, end.FB0)
	lower = num.Where(inside, end.A0, num.Where(left, end.A, num.Where(right, end.B0, end.A)))
	upper = num.Where(inside, end.B0, num.Where(left, end.A0, end.B))
	return lower, upper
}
