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
	h, u, v := m.System.Curvature(m.K, p.X)
	t := num.Concat(0, p.W, p.Y)
	parts := []twice{product(u, v).times(h), product(m.C, p.X), product(m.reached(t), t)}
	var high, low []array
	for _, part := range parts {
		high, low = append(high, part.high), append(low, part.low)
	}
	return twice{num.Concat(0, high...), num.Concat(0, low...)}.sum()
}

// rounding is how much of the residuals the rounding of their sums may hide, mostly: that of their largest sum of magnitudes.
func (m Method) rounding(p Point) (primal, dual array) {
	k := kkt.Matrices{H: m.K.H.Abs(), J: m.K.J.Abs()}
	x, y := p.X.Abs(), p.Y.Abs()
	terms := m.System.HTimes(k, x).Add(m.C.Abs()).Add(p.W.Abs()).Add(m.System.TransposeTimes(k, y))
	unit := m.C.DType().Eps() / 2
	return largest(m.System.JTimes(k, x)).Scale(unit), largest(terms).Scale(unit)
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
