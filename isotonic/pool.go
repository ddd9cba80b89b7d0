package isotonic

import (
	"math"
	"slices"

	"github.com/argmin-go/argmin/num"
)

// Blocks of adjacent elements that share one value are found by halves: the solution
// of two neighbouring segments together is the solution of each of them, except for one block
// across the border, of the last elements on the left and the first on the right.
// Its ends are found by search, since values ascend in either half. A level of
// the tree of segments is a handful of operations on whole arrays, and there are
// log₂ n of them, where the classic algorithm takes n steps one after the other.
// Segments at the bottom of the tree have the closed form (Robertson, Wright & Dykstra,
// "Order restricted statistical inference", 1988, section 1.4)
//
//	vᵢ = min over j ≥ i of max over k ≤ i of the value of k … j as one block.

// A rule computes the value of a block from its elements. A summary is some
// arrays of the same shape, with one number for every element or block.
type rule struct {
	join func(a, b []array) []array // the summary of two blocks together
	// value is the value of a block, followed by what else the caller needs of it.
	value func(a []array) []array
	empty []float64 // the summary of nothing
}

// pool finds for each element the ascending value of its block, with as many of the
// rule's other values as x has, and where the block starts. x: [b n] are these for
// single elements, sum their summaries. Elements with a value of NaN or -Inf have the
// empty summary and stay blocks of one, the former at the end, the latter at the beginning.
// Equal neighbours are one block.
func pool(x, sum []array, r rule) (values []array, start array) {
	b, n := x[0].Shape()[0], x[0].Shape()[1]
	m := n
	if n > 16 {
		m = 8
	}
	s := r.bottom(r.segments(x, sum, m))
	for s.count() > 1 {
		s = s.pairs()
	}
	for _, v := range s.x {
		values = append(values, v.Reshape(b, -1).Index(num.All, num.To(n)))
	}
	return values, s.start.Reshape(b, -1).Index(num.All, num.To(n))
}

// segments are b rows of segments of m elements each, arrays of shape [b k m]:
// values, where blocks start within the segment, and summaries of all elements up
// to one and from one on.
type segments struct {
	r           rule
	x, pre, suf []array
	start       array
}

func (s segments) count() int { return s.start.Shape()[1] }

func each(x []array, f func(array) array) []array {
	y := make([]array, len(x))
	for i, a := range x {
		y[i] = f(a)
	}
	return y
}

// both joins arrays along the last axis.
func both(l, r []array) []array {
	y := make([]array, len(l))
	for i := range l {
		y[i] = num.Concat(-1, l[i], r[i])
	}
	return y
}

func take(x []array, at array) []array {
	return each(x, func(a array) array { return a.TakeAlong(at, -1) })
}

// segments cuts rows into segments of m elements, and pads the last one.
func (r rule) segments(x, sum []array, m int) (values, summary []array) {
	rows, n := x[0].Shape()[0], x[0].Shape()[1]
	cut := func(a []array, fill func(i int) float64) []array {
		return pad(a, (m-n%m)%m, fill, func(a array) array { return a.Reshape(rows, -1, m) })
	}
	return cut(x, nothing), cut(sum, r.nothing)
}

func nothing(int) float64 { return math.NaN() }

func (r rule) nothing(i int) float64 { return r.empty[i] }

// pad appends k numbers along axis 1, and shapes the result.
func pad(x []array, k int, fill func(i int) float64, shape func(array) array) []array {
	y := make([]array, len(x))
	for i, a := range x {
		if k > 0 {
			s := slices.Clone(a.Shape())
			s[1] = k
			a = num.Concat(1, a, num.Full(a.DType(), fill(i), s...))
		}
		y[i] = shape(a)
	}
	return y
}

// bottom solves segments by the closed form.
func (r rule) bottom(x, sum []array) segments {
	b, k, m := x[0].Shape()[0], x[0].Shape()[1], x[0].Shape()[2]
	place := num.Arange(num.Int32, 0, m)
	type column struct {
		J   array
		Sum []array
	}
	type row struct{ Value, Pre []array }
	empty := func(i int) array { return sum[i].Const(r.empty[i]) }
	none := make([]array, len(sum))
	for i := range none {
		none[i] = empty(i).BroadcastTo(b, k, m)
	}
	// From one j to the next, the blocks k … j for all k.
	columns := column{place, each(sum, func(a array) array { return a.T(2, 0, 1) })}
	suf, table := num.Scan(func(block []array, c column) ([]array, row) {
		next := make([]array, len(sum))
		for i, a := range c.Sum {
			next[i] = num.Where(place.Le(c.J), a.ExpandDims(-1), empty(i))
		}
		block = r.join(block, next)
		return block, row{r.value(block)[:len(x)], each(block, func(a array) array { return a.Index(num.Ellipsis, num.I(0)) })}
	}, none, columns)
	s := segments{r: r, suf: suf, pre: each(table.Pre, func(a array) array { return a.T(1, 2, 0) })}
	v := table.Value[0] // [j b k m]
	upper := place.Reshape(m, 1, 1, 1).Ge(place)
	v = num.Where(upper, v.CumMax(-1), num.Const(math.Inf(1))).Min(0)
	v = num.Where(x[0].IsFinite(), v, x[0])
	before := num.Concat(-1, num.Full(v.DType(), math.NaN(), b, k, 1), v.Index(num.Ellipsis, num.To(m-1)))
	s.start = num.Where(v.Eq(before), num.Int(0), place).CumMax(-1)
	s.x = []array{v}
	for _, a := range table.Value[1:] {
		a = a.T(1, 2, 0, 3).Reshape(b, k, m*m)
		s.x = append(s.x, a.TakeAlong(lasts(s.start).Mul(num.Int(m)).Add(s.start), -1))
	}
	return s
}

// even makes the number of segments even by an empty one.
func (s segments) even() segments {
	if s.count()%2 == 0 {
		return s
	}
	same := func(a array) array { return a }
	s.x = pad(s.x, 1, nothing, same)
	s.pre, s.suf = pad(s.pre, 1, s.r.nothing, same), pad(s.suf, 1, s.r.nothing, same)
	s.start = pad([]array{s.start}, 1, func(int) float64 { return 0 }, same)[0]
	return s
}

// side is the left (0) or the right (1) segments of the pairs.
func (s segments) side(i int) segments {
	shape := s.start.Shape()
	half := func(a array) array {
		return a.Reshape(shape[0], shape[1]/2, 2, shape[2]).Index(num.All, num.All, num.I(i))
	}
	return segments{r: s.r, x: each(s.x, half), pre: each(s.pre, half), suf: each(s.suf, half), start: half(s.start)}
}

// pairs joins neighbouring segments.
func (s segments) pairs() segments {
	s = s.even()
	l, r := s.side(0), s.side(1)
	m := l.start.Shape()[2]
	p, q := ends(l, r)
	merged := s.r.value(s.r.join(take(l.suf, p), take(r.pre, q.Sub(num.Int(1)))))
	at := num.Arange(num.Int32, 0, m)
	tail, head := at.Ge(p), at.Lt(q)
	y := segments{r: s.r, start: num.Concat(-1, num.Where(tail, p, l.start), num.Where(head, p, r.start.Add(num.Int(m))))}
	for i := range l.x {
		y.x = append(y.x, num.Concat(-1, num.Where(tail, merged[i], l.x[i]), num.Where(head, merged[i], r.x[i])))
	}
	last := []num.Index{num.Ellipsis, num.Span(m-1, m)}
	whole := func(a array) array { return a.Index(last...) }
	y.pre = both(l.pre, s.r.join(each(l.pre, whole), r.pre))
	y.suf = both(s.r.join(l.suf, each(r.pre, whole)), r.suf)
	return y
}

// ends finds the block across the border, of elements from p on in l and up to q, not
// included, in r. If there is none p is m and q is 0.
//
// For a threshold t that is a value in l let B be the elements of its block and
// later ones in l, and the elements of r that are not above t. The value of B is at most t if and
// only if t is not below the value of the block across the border, and so the block
// with value t is a part of it. Once p is known, blocks of r join as long as
// they are not above the value so far.
func ends(l, r segments) (p, q array) {
	m := l.start.Shape()[2]
	p = search(m, l.start, func(at array) array {
		t := l.x[0].TakeAlong(at, -1)
		n := notAbove(r.x[0], t)
		sum := l.r.join(take(l.suf, l.start.TakeAlong(at, -1)), take(r.pre, num.Maximum(n.Sub(num.Int(1)), num.Int(0))))
		return n.Gt(num.Int(0)).And(l.r.value(sum)[0].Le(t))
	})
	found := p.Lt(num.Int(m))
	left := take(l.suf, p)
	q = search(m, l.start, func(at array) array {
		first := r.start.TakeAlong(at, -1)
		sum := l.r.join(left, take(r.pre, num.Maximum(first.Sub(num.Int(1)), num.Int(0))))
		in := r.x[0].TakeAlong(at, -1).Le(l.r.value(sum)[0]).Or(first.Eq(num.Int(0)))
		return found.And(in).Not()
	})
	return p, q
}

// search counts for each segment how many of the m positions there are before
// the first one where stop, which is false and then true, is true: 16 positions at once.
func search(m int, like array, stop func(at array) array) array {
	first, rounds := 1, 1
	for ; first*16 < m; first *= 16 {
		rounds++
	}
	round := func(stride, from array) array {
		at := from.Add(num.Arange(num.Int32, 1, min(16, m)+1).Mul(stride).Sub(num.Int(1)))
		on := at.Lt(num.Int(m)).And(stop(at).Not())
		return from.Add(on.AsType(num.Int32).Sum(-1).ExpandDims(-1).Mul(stride))
	}
	from := num.Full(num.Int32, 0, like.Shape()[0], like.Shape()[1], 1)
	if rounds == 1 {
		return round(num.Int(1), from)
	}
	return num.ForLoop(0, rounds, func(i, from array) array {
		return round(num.Int(first).ShiftRight(i.Mul(num.Int(4))), from)
	}, from)
}

// notAbove counts how many of the ascending x: [b k m] are not above t: [b k j].
func notAbove(x, t array) array {
	m := x.Shape()[2]
	steps := 1
	for 1<<steps <= m {
		steps++
	}
	return num.ForLoop(0, steps, func(i, n array) array {
		next := n.Add(num.Int(m).ShiftRight(i))
		in := next.Le(num.Int(m)).And(x.TakeAlong(next.Sub(num.Int(1)), -1).Le(t))
		return num.Where(in, next, n)
	}, num.Full(num.Int32, 0, t.Shape()...))
}
