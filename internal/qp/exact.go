package qp

import (
	"math"

	"github.com/argmin-go/argmin/internal/kkt"
	"github.com/argmin-go/argmin/num"
)

// twice are numbers with twice the digits of their type: high + low (T. J. Dekker, "A floating-point technique for extending the available precision",
// Numer. Math. 18, 1971).
type twice struct{ high, low array }

// plus is a + b without an error (Knuth, "The art of computer programming", volume 2, section 4.2.2).
func plus(a, b array) twice {
	s := a.Add(b)
	z := s.Sub(a)
	return twice{s, a.Sub(s.Sub(z)).Add(b.Sub(z))}
}

// product is ab without an error.
func product(a, b array) twice {
	digits := 1 - math.Log2(a.DType().Eps())
	factor := math.Exp2(math.Ceil(digits/2)) + 1
	split := func(a array) (high, low array) {
		c := a.Scale(factor)
		high = c.Sub(c.Sub(a))
		return high, a.Sub(high)
	}
	p := a.Mul(b)
	ah, al := split(a)
	bh, bl := split(b)
	return twice{p, al.Mul(bl).Sub(p.Sub(ah.Mul(bh)).Sub(al.Mul(bh)).Sub(ah.Mul(bl)))}
}

// times is a times numbers of twice the digits.
func (t twice) times(a array) twice {
	p := product(a, t.high)
	return twice{p.high, p.low.Add(a.Mul(t.low))}
}

// sum is the sum of all elements, by pairs.
func (t twice) sum() array {
	for t.high.Size() > 1 {
		n := t.high.Size()
		half := (n + 1) / 2
		if n%2 == 1 {
			t.high, t.low = t.high.Pad([]int{0}, []int{1}), t.low.Pad([]int{0}, []int{1})
		}
		s := plus(t.high.Range(0, half), t.high.Range(half, 2*half))
		t = twice{s.high, s.low.Add(t.low.Range(0, half)).Add(t.low.Range(half, 2*half))}
	}
	return t.high.Add(t.low).Reshape()
}

// reached are the limits that the multipliers t pull at, 0 where none does.
func (m Method) reached(t array) array {
	at := num.Where(positive(t), m.high, m.low)
	return num.Where(t.Ne(num.Const(0)).And(at.IsFinite()), at, num.Const(0))
}

// gap is the duality gap of a point, with twice the digits: its terms may be so large that their rounding is more than the tolerance.
func (m Method) gap(p Point) array {
	h, u, v := m.System.(kkt.Entries).Curvature(m.K, p.X)
	t := num.Concat(0, p.W, p.Y)
	parts := []twice{product(u, v).times(h), product(m.C, p.X), product(m.reached(t), t)}
	var high, low []array
	for _, part := range parts {
		high, low = append(high, part.high), append(low, part.low)
	}
	return twice{num.Concat(0, high...), num.Concat(0, low...)}.sum()
}

// added is what sums of products are with more numbers: those of more than half of the digits are added without an error, and what they leave
// (S. M. Rump, T. Ogita & S. Oishi, "Accurate floating-point summation", SIAM J. Sci. Comput. 31, 2008, of which this is one step).
func added(p kkt.Terms, more ...array) array {
	t := product(p.Left, p.Right)
	size := num.Full(t.high.DType(), 0, more[0].Size())
	if t.high.Size() > 0 {
		size = num.Maximum(p.Most(t.high.Abs()), size)
	}
	for _, v := range more {
		size = num.Maximum(size, v.Abs())
	}
	// With this unit, 2¹⁵ terms have sums that are exact.
	unit := binary(num.Maximum(size, num.Const(1e-30))).Scale(math.Exp2(17))
	cut := func(v, unit array) (high, low array) {
		high = v.Add(unit).Sub(unit)
		return high, v.Sub(high)
	}
	high, low := cut(t.high, p.Spread(unit))
	s := twice{p.Sum(high), p.Sum(low).Add(p.Sum(t.low))}
	for _, v := range more {
		h, l := cut(v, unit)
		s = twice{s.high.Add(h), s.low.Add(l)}
	}
	return s.high.Add(s.low)
}

// left are the largest primal and dual residuals, with twice the digits.
func (m Method) left(p Point) (primal, dual array) {
	dual = largest(added(m.System.(kkt.Entries).Dual(m.K, p.X, p.Y), m.C, p.W))
	over := func(limit array) array {
		on := limit.IsFinite()
		return num.Where(on, added(m.System.(kkt.Entries).Primal(m.K, p.X), num.Where(on, limit, num.Const(0)).Neg()), num.Const(0))
	}
	rows := num.Const(0)
	if _, n := m.System.Size(); n > 0 {
		rows = largest(num.Maximum(num.Maximum(over(m.tail(m.high)), over(m.tail(m.low)).Neg()), num.Const(0)))
	}
	bounds := num.Maximum(m.head(m.low).Sub(p.X), p.X.Sub(m.head(m.high)))
	return num.Maximum(rows, largest(num.Maximum(bounds, num.Const(0)))), dual
}

// closed is a state with a last change of one multiplier, which ends what rounding leaves of the gap. It is the one of the limit that is farthest from
// zero, in units of its row, so that the dual residual changes least, among those that are so small that their last digit does not matter.
func (m Method) closed(st State) State {
	p := m.Point(st)
	t := num.Concat(0, p.W, p.Y)
	_, rows, _ := m.System.Largest(m.K)
	at := m.reached(t)
	fine := t.Mul(at).Abs().Le(num.Const(m.Tol / (4 * at.DType().Eps())))
	some := positive(num.Concat(0, num.Full(at.DType(), 1, m.n), rows))
	far := at.Abs().Div(num.Concat(0, num.Full(at.DType(), 1, m.n), num.Where(positive(rows), rows, num.Const(1))))
	far = num.Where(fine.And(some), far, num.Const(0))
	best := far.ArgMax(0).OneHot(far.Size(), far.DType())
	by := m.gap(p).Neg().Div(num.Where(positive(far), at, num.Const(1)))
	st.T = m.signed(st.T.Add(num.Where(positive(far.Mul(best)), by.Mul(m.cost).Div(m.rows), num.Const(0))))
	return st
}
