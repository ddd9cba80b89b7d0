package conic

import (
	"math"

	"github.com/argmin-go/argmin/num"
)

// balance brings the magnitudes of A, b and c near each other in the logarithm, where those of b or of c are far apart: largest entries, by which rows and
// columns are equilibrated otherwise, say nothing of a variable that is 1e30 in a program whose other numbers are 1. Each row and column is divided by the
// geometric mean of its entries, b being one column more and c one row more, again and again (Curtis & Reid, "On the automatic scaling of
// matrices for Gaussian elimination", 1972, by alternation). Rows go with the automorphisms of their cones: see [cones.balanced].
func (s *scaledProgram) balance() {
	d := s.c.DType()
	s.d, s.e = num.Full(d, 1, s.n), num.Full(d, 1, s.m)
	l := s.layout
	s.lean = l.newLean(d)
	there, logs := s.a.logarithms()
	bThere, bLogs := logarithm(s.b)
	cThere, cLogs := logarithm(s.c)
	apart := func(there, logs array) array {
		if there.Size() == 0 {
			return logs.Const(0)
		}
		none := there.Eq(num.Const(0))
		return num.Where(none, num.Const(math.Inf(-1)), logs).Max().Sub(num.Where(none, num.Const(math.Inf(1)), logs).Min())
	}
	far := num.Maximum(apart(bThere, bLogs), apart(cThere, cLogs)).Gt(num.Const(math.Log(uneasy)))
	type factors struct{ D, E, B, C, N array }
	mean := func(sum, count array) array { return sum.Neg().Div(num.Maximum(count, num.Const(1))) }
	inRow, inColumn := there.times(num.Full(d, 1, s.n)).Add(bThere), there.trans(num.Full(d, 1, s.m)).Add(cThere)
	rowLogs, columnLogs := logs.times(num.Full(d, 1, s.n)).Add(bLogs), logs.trans(num.Full(d, 1, s.m)).Add(cLogs)
	f := num.While(func(f factors) array { return far.And(f.N.Lt(num.Int(balancings))) }, func(f factors) factors {
		e := mean(rowLogs.Add(there.times(f.D)).Add(bThere.Mul(f.B)), inRow)
		e = l.each(e, func(_ int, g group) array { return g.balanced(e.Range(g.lo, g.hi), inRow.Range(g.lo, g.hi)) })
		x := mean(columnLogs.Add(there.trans(e)).Add(cThere.Mul(f.C)), inColumn)
		return factors{x, e, mean(bLogs.Add(bThere.Mul(e)).Sum(), bThere.Sum()), mean(cLogs.Add(cThere.Mul(x)).Sum(), cThere.Sum()), f.N.AddScalar(1)}
	}, factors{s.d.Scale(0), s.e.Scale(0), num.Full(d, 0), num.Full(d, 0), num.Int(0)})
	bounded := func(v array) array { return num.Clip(v, num.Const(-mostBalance), num.Const(mostBalance)) }
	e := bounded(f.E)
	s.d, s.e = bounded(f.D).Exp(), e.Exp()
	s.lean.t = s.lean.of(e)
	s.a = s.lean.matrix(s.a.scaled(s.e, s.d))
	s.b, s.c = s.lean.more(s.b.Mul(s.e)), s.c.Mul(s.d)
	if s.q != nil {
		s.q = s.q.scaled(s.d, s.d)
	}
}

const (
	uneasy      = 1e4 // between the largest and the smallest magnitude of b or of c: a choice
	balancings  = 30  // rounds, of which each takes half of what is off in small programs
	mostBalance = 150 // of logarithms: factors that multiply to finite numbers
)

// logarithm is 1 where v is not 0, and the logarithms of its magnitudes there.
func logarithm(v array) (there, logs array) {
	some := v.Ne(num.Const(0)).And(v.IsFinite())
	return some.AsType(v.DType()), num.Where(some, v.Abs(), num.Const(1)).Log()
}

// lean is a linear map of rows that takes each exponential cone to itself: x → x + ty of its rows (x, y, z), which with z → e^t z of the rows' factors
// changes nothing of y exp(x/y) ≤ z.
type lean struct {
	of   func(logs array) array // the t of the first rows, by the logarithms of the rows' factors
	to   array                  // for each row the one that is added to it times t, and the reverse
	from array
	t    array
	any  bool
	rows []int32 // the first rows, and their second ones
}

func (l layout) newLean(d num.DType) lean {
	var n lean
	to, from, last, first := make([]int32, l.m), make([]int32, l.m), make([]int32, l.m), make([]float64, l.m)
	for i := range l.m {
		to[i], from[i], last[i] = int32(i), int32(i), int32(i)
	}
	for _, g := range l.groups {
		c, ok := g.cones.(nonsymmetric)
		if !ok {
			continue
		}
		if _, ok := c.barrier.(exponential); !ok {
			continue
		}
		n.any = true
		for i := g.lo; i < g.hi; i += 3 {
			to[i], from[i+1], last[i], first[i] = int32(i+1), int32(i), int32(i+2), 1
			n.rows = append(n.rows, int32(i))
		}
	}
	if !n.any {
		n.of = func(logs array) array { return logs.Scale(0) }
		return n
	}
	n.to, n.from = indices(to), indices(from)
	mask, third := num.New(first, l.m).AsType(d), indices(last)
	n.of = func(logs array) array { return logs.Take(third, 0).Sub(logs.Take(n.to, 0)).Mul(mask) }
	return n
}

// more is Lv, less L⁻¹v, and trans Lᵀv with a sign 1, L⁻ᵀv with -1.
func (n lean) more(v array) array {
	if !n.any {
		return v
	}
	return v.Add(n.t.Mul(v.Take(n.to, 0)))
}

func (n lean) less(v array) array {
	if !n.any {
		return v
	}
	return v.Sub(n.t.Mul(v.Take(n.to, 0)))
}

func (n lean) trans(v array, sign float64) array {
	if !n.any {
		return v
	}
	// Of a row that is not a second one, what is taken is its own t, which is 0, or that of a first row, which does not go to itself.
	return v.Add(n.t.Mul(v).Take(n.from, 0).Mul(n.second()).Scale(sign))
}

// second is 1 for the rows that are added to others.
func (n lean) second() array {
	v := make([]float64, n.t.Size())
	for _, i := range n.rows {
		v[i+1] = 1
	}
	return num.New(v, len(v)).AsType(n.t.DType())
}

// matrix is LA.
func (n lean) matrix(a Matrix) Matrix {
	if !n.any {
		return a
	}
	return a.leaned(n)
}

func (zeros) balanced(logs, _ array) array       { return logs }
func (nonNegative) balanced(logs, _ array) array { return logs }

func (c *secondOrder) balanced(logs, count array) array { return averaged(c.tied(), logs, count) }
func (c semidefinite) balanced(logs, count array) array { return averaged(c.tied(), logs, count) }

func (c nonsymmetric) balanced(logs, count array) array {
	return c.vector(c.apart(c.triple(logs), c.triple(count)))
}

// averaged is the mean for all rows of a cone.
func averaged(tied []int, logs, count array) array {
	to, k := indices(tied), tied[len(tied)-1]+1
	sum, n := num.SegmentSum(logs.Mul(count), to, k), num.SegmentSum(count, to, k)
	return sum.Div(num.Maximum(n, num.Const(1))).Take(to, 0)
}

// common is the mean of some of three logarithms by their counts.
func common(logs, count triple, of ...int) array {
	sum, n := logs[0].Scale(0), logs[0].Scale(0)
	for _, i := range of {
		sum, n = sum.Add(logs[i].Mul(count[i])), n.Add(count[i])
	}
	return sum.Div(num.Maximum(n, num.Const(1)))
}

// apart has one factor for the first two rows and one for the third.
func (exponential) apart(logs, count triple) triple {
	first := common(logs, count, 0, 1)
	third := num.Where(count[2].Gt(num.Const(0)), logs[2], first)
	return triple{first, first, third}
}

// apart has a factor for each of the first two rows, which give that of the third one.
func (c power) apart(logs, count triple) triple {
	all := common(logs, count, 0, 1, 2)
	x, y := num.Where(count[0].Gt(num.Const(0)), logs[0], all), num.Where(count[1].Gt(num.Const(0)), logs[1], all)
	a, b := c.exponents(x.DType())
	return triple{x, y, a.Mul(x).Add(b.Mul(y))}
}
