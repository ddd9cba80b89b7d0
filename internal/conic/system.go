package conic

import (
	"github.com/argmin-go/argmin/internal/core/ir"
	"github.com/argmin-go/argmin/internal/core/prim"
	"github.com/argmin-go/argmin/internal/core/sparse"
	"github.com/argmin-go/argmin/num"
)

// system is the linear systems of a program's steps,
//
//	[ Q   Aᵀ ] [dx]   [u]
//	[ A  -H  ] [dz] = [v]
//
// whose matrix is factored with a little more on its diagonal, εI and -εI, and whose solutions are refined for the one without.
type system struct {
	p       scaledProgram
	order   int   // with the extra variables of H
	numbers array // of Q, of A and of the diagonal
	// fixed is the dense matrix without H, [order²], of which only the lower triangle counts; kkt is the pattern of the sparse one.
	fixed array
	kkt   *sparse.Shared
	slot  array // where the entries of H, or all numbers of the sparse matrix, go
}

const (
	// regular is ε, as in GC. The matrix is quasi-definite with it, also where rows depend on each other.
	regular = 1e-12
	// refinements is how often solutions are refined. Each step multiplies what ε changed by less than 1, in the norm of the matrix, and
	// mostly by some ε.
	refinements = 2
	// mostDense is the largest order of a dense matrix of a step, of two gigabytes.
	mostDense = 1 << 14
)

func newSystem(p scaledProgram) system {
	s := system{p: p, order: p.n + p.m + p.layout.extra()}
	row, col := s.places()
	d := p.c.DType()
	parts := []array{p.a.values(), num.Full(d, regular, p.n), num.Full(d, -regular, p.m), num.Full(d, 0, p.layout.extra())}
	if p.q != nil {
		parts = append([]array{p.q.values()}, parts...)
	}
	s.numbers = num.Concat(0, parts...)
	if p.sparse {
		// Of Q both triangles are in the list, and the upper one is left out.
		for k := range row {
			if row[k] < col[k] {
				row[k], col[k] = col[k], row[k]
			}
		}
		var slot []int32
		s.kkt, slot = fromCOO(s.order, s.order, row, col)
		s.slot = num.New(slot, len(slot))
		s.numbers = s.numbers.Mul(s.halves(d))
		return s
	}
	if s.order > mostDense {
		ir.Throw(ir.Errorf(ir.ArgumentError, "argmin.HomogeneousEmbedding", "the matrix of a step has %d rows, for %d variables and %d rows, "+
			"and is not sparse enough to be factored", s.order, p.n, p.m))
	}
	at := make([]int32, len(row))
	for k := range row {
		at[k] = int32(row[k]*s.order + col[k])
	}
	known := s.numbers.Size()
	s.fixed = num.SegmentSum(s.numbers, num.New(at[:known], known), s.order*s.order)
	s.slot = num.New(at[known:], len(at)-known)
	return s
}

// halves is ½ for the numbers of Q off its diagonal, which come twice, and 1 for the others.
func (s system) halves(d num.DType) array {
	v := repeated(s.numbers.Size(), 1)
	if s.p.q != nil {
		row, col := s.p.q.entries()
		for k := range row {
			if row[k] != col[k] {
				v[k] = 0.5
			}
		}
	}
	return num.New(v, len(v)).AsType(d)
}

// places are those of the numbers, and then those of H.
func (s system) places() (row, col []int) {
	n, m := s.p.n, s.p.m
	if s.p.q != nil {
		row, col = s.p.q.entries()
	}
	r, c := s.p.a.entries()
	for k := range r {
		row, col = append(row, n+r[k]), append(col, c[k])
	}
	for i := range s.order {
		row, col = append(row, i), append(col, i)
	}
	extra := n + m
	for _, g := range s.p.layout.groups {
		r, c := g.entries()
		at := func(i int) int {
			if i < g.rows() {
				return n + g.lo + i
			}
			return extra + i - g.rows()
		}
		for k := range r {
			row, col = append(row, at(r[k])), append(col, at(c[k]))
		}
		extra += g.extra()
	}
	return row, col
}

// factored is the matrix of a step with its factors.
type factored struct {
	s             system
	h             blocks
	l, d, e, perm array
	unit          array
	values        array // of the sparse matrix, by which its factors are found
}

func (s system) factor(h blocks) factored {
	minus := h.values(s.p.c).Neg()
	if s.p.sparse {
		return factored{s: s, h: h, values: num.SegmentSum(num.Concat(0, s.numbers, minus), s.slot, s.kkt.NNZ())}
	}
	a := s.fixed.PutAdd(s.slot, minus, 0).Reshape(s.order, s.order)
	// Rows and columns are divided by the root of their entry on the diagonal, which is the largest one of definite blocks.
	size := num.Maximum(num.Diag(a).Abs().Sqrt(), num.Const(1e-4))
	unit := num.Const(1).Div(size)
	f := num.Primitive(prim.LDLOp{}, a.Mul(num.Outer(unit, unit)))
	return factored{s: s, h: h, l: f[0], d: f[1], e: f[2], perm: f[3], unit: unit}
}

func (f factored) once(b array) array {
	if !f.s.p.sparse {
		return num.SolveLDL(f.l, f.d, f.e, f.perm, b.Mul(f.unit)).Mul(f.unit)
	}
	size := b.Size()
	b = num.Concat(0, b, num.Full(b.DType(), 0, f.s.order-size)).Reshape(f.s.order, 1)
	x := num.Primitive(prim.SparseSolveOp{A: f.s.kkt, Symmetric: true}, f.values, b)[0]
	return x.Reshape(f.s.order).Range(0, size)
}

// solve is the solution for right-hand sides u and v.
func (f factored) solve(u, v array) (x, z array) {
	b := num.Concat(0, u, v)
	y := f.once(b)
	for range refinements {
		y = y.Add(f.once(b.Sub(f.apply(y))))
	}
	n := u.Size()
	return y.Range(0, n), y.Range(n, b.Size())
}

// apply is the product with the matrix that has nothing added.
func (f factored) apply(y array) array {
	p := f.s.p
	x, z := y.Range(0, p.n), y.Range(p.n, p.n+p.m)
	return num.Concat(0, p.quad(x).Add(p.a.trans(z)), p.a.times(x).Sub(f.h.times(z)))
}
