package conic

import (
	"github.com/argmin-go/argmin/cone"
	"github.com/argmin-go/argmin/num"
)

// Program is the data of a cone program with n variables and m rows.
type Program struct {
	Q     Matrix // nil for none
	C     array  // [n]
	A     Matrix // nil for no rows
	B     array  // [m]
	Cones []cone.Cone
}

// scaledProgram is a program with its rows in the layout's order and in units in which its numbers are about 1: for the variables
// D x̂ β, the slacks E⁻¹ L⁻¹ ŝ β and the multipliers E Lᵀ ẑ δ of the program itself, where L is [lean].
type scaledProgram struct {
	layout      layout
	q           Matrix // nil for none
	a           Matrix
	c, b        array
	d, e        array // the diagonals D and E
	lean        lean
	beta, delta array
	n, m        int
	sparse      bool // whether matrices of steps are
}

// passes is how often rows and columns are divided by the root of their largest entry (Ruiz, "A scaling algorithm to equilibrate
// both rows and columns norms in matrices", 2001) at most; GC and OSQP take ten. They end where the largest entries are between 1/even and even, which
// is as good: each pass takes the root of what is off.
const (
	passes = 10
	even   = 1.25
)

// extreme bounds the factors of a pass, for rows that are nearly zero, as OSQP's.
const extreme = 1e4

func newScaledProgram(p Program) scaledProgram {
	s := scaledProgram{q: p.Q, a: p.A, n: p.C.Size(), m: p.B.Size()}
	s.sparse = p.sparse()
	s.layout = newLayout(p.Cones, s.sparse)
	dt := p.C.DType()
	if s.a == nil {
		s.a = Dense{num.Full(dt, 0, 0, s.n)}
	}
	if !s.sparse {
		s.a, s.q = dense(s.a), dense(s.q)
	}
	if a, ok := s.a.(Sparse); ok {
		s.a = a.prepared()
	}
	if q, ok := s.q.(Sparse); ok {
		s.q = q.prepared()
	}
	if s.layout.order != nil {
		s.a = s.a.arranged(s.layout.order, s.layout.place)
	}
	s.b, s.c = s.layout.arranged(p.B), p.C
	s.balance()
	tie := s.layout.tie()
	type scales struct{ D, E, N, Off array }
	ds := num.While(func(x scales) array { return x.Off.And(x.N.Lt(num.Int(passes))) }, func(x scales) scales {
		a := s.a.scaled(x.E, x.D)
		rows, cols := a.rowMax(), a.colMax()
		if s.q != nil {
			own := s.q.scaled(x.D, x.D).colMax()
			// Costs have a unit of their own.
			cols = num.Maximum(cols, own.Div(positive(largest(own))).Mul(largest(cols)))
		}
		rows = tie(rows)
		off := uneven(rows).Or(uneven(cols))
		return scales{x.D.Div(root(cols)), x.E.Div(root(rows)), x.N.AddScalar(1), off}
	}, scales{num.Full(dt, 1, s.n), num.Full(dt, 1, s.m), num.Int(0), num.Full(num.Bool, 1)})
	s.a = s.a.scaled(ds.E, ds.D)
	s.b, s.c = s.b.Mul(ds.E), s.c.Mul(ds.D)
	s.d, s.e = s.d.Mul(ds.D), s.e.Mul(ds.E)
	s.beta = positive(largest(s.b))
	s.b = s.b.Div(s.beta)
	s.delta = largest(s.c)
	if s.q != nil {
		s.q = s.q.scaled(ds.D, ds.D)
		cols := s.q.colMax()
		s.delta = num.Maximum(s.delta, largest(cols).Mul(s.beta))
		s.delta = positive(s.delta)
		s.q = s.q.scaled(num.Full(dt, 1, s.n).Mul(s.beta.Div(s.delta)), num.Full(dt, 1, s.n))
	}
	s.delta = positive(s.delta)
	s.c = s.c.Div(s.delta)
	return s
}

// alwaysDense is the order up to which a dense matrix of a step is factored in less than a millisecond.
const alwaysDense = 100

// sparse reports whether three quarters of the entries of the matrix of a step are zero.
func (p Program) sparse() bool {
	order := p.C.Size() + p.B.Size()
	if order <= alwaysDense {
		return false
	}
	entries := order
	if p.Q != nil {
		entries += p.Q.nnz() / 2
	}
	if p.A != nil {
		entries += p.A.nnz()
	}
	for _, c := range p.Cones {
		switch {
		case c.Kind == cone.KindSecondOrder && c.Dim > narrow:
			entries += 2 * c.Dim
		case c.Kind != cone.KindZero && c.Kind != cone.KindNonNegative:
			entries += c.Dim * (c.Dim - 1) / 2
		}
	}
	return entries <= order*(order+1)/8
}

// root is the root of magnitudes, 1 for zeros.
func root(v array) array {
	return num.Minimum(num.Maximum(positive(v).Sqrt(), num.Const(1/extreme)), num.Const(extreme))
}

// uneven reports whether one of the magnitudes is neither 0 nor about 1.
func uneven(v array) array {
	return v.Gt(num.Const(even)).Or(v.Gt(num.Const(0)).And(v.Lt(num.Const(1 / even)))).Any()
}

// positive is v, or 1 where it is 0.
func positive(v array) array { return num.Where(v.Gt(num.Const(0)), v, num.Const(1)) }

// largest is the largest magnitude; 0 of nothing.
func largest(v array) array {
	if v.Size() == 0 {
		return v.Const(0)
	}
	return v.Abs().Max()
}

// quad is Qx, 0 if there is no Q.
func (s scaledProgram) quad(x array) array {
	if s.q == nil {
		return x.Scale(0)
	}
	return s.q.times(x)
}
