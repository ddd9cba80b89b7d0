package conic

import (
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
	p     scaledProgram
	order int
	// The dense matrix without H, [order²], of which only the lower triangle counts; or the pattern of the sparse one.
	fixed array
	kkt   *sparse.Shared
	slot  array // where the entries of H, or all numbers of the sparse matrix, go
}

const (
	// regular is ε, as in GC. The matrix is quasi-definite with it, also where rows depend on each other.
	regular = 1e-8
	// refinements is how often solutions are refined: two are enough where ε is small beside the matrix.
	refinements = 2
)

func newSystem(p scaledProgram) system {
	s := system{p: p, order: p.n + p.m}
	row, col := s.places()
	at := make([]int32, len(row))
	for k := range row {
		at[k] = int32(row[k]*s.order + col[k])
	}
	numbers := s.numbers()
	known := numbers.Size()
	s.fixed = num.SegmentSum(numbers, num.New(at[:known], known), s.order*s.order)
	s.slot = num.New(at[known:], len(at)-known)
	return s
}

// places are those of Q, A and the diagonal, and then those of H.
func (s system) places() (row, col []int) {
	if s.p.q != nil {
		row, col = s.p.q.entries()
	}
	r, c := s.p.a.entries()
	for k := range r {
		row, col = append(row, s.p.n+r[k]), append(col, c[k])
	}
	for i := range s.order {
		row, col = append(row, i), append(col, i)
	}
	for _, g := range s.p.layout.groups {
		r, c := g.entries()
		for k := range r {
			row, col = append(row, s.p.n+g.lo+r[k]), append(col, s.p.n+g.lo+c[k])
		}
	}
	return row, col
}

// numbers are those of Q, A and the diagonal.
func (s system) numbers() array {
	var all []array
	if s.p.q != nil {
		all = append(all, s.p.q.values())
	}
	d := s.p.c.DType()
	all = append(all, s.p.a.values(), num.Full(d, regular, s.p.n), num.Full(d, -regular, s.p.m))
	return num.Concat(0, all...)
}

// factored is the matrix of a step with its factors.
type factored struct {
	s             system
	h             blocks
	l, d, e, perm array
	unit          array
}

func (s system) factor(h blocks) factored {
	a := s.fixed.PutAdd(s.slot, h.values(s.p.c).Neg(), 0).Reshape(s.order, s.order)
	// Rows and columns are divided by the root of their largest entries on and left of the diagonal.
	size := num.Diag(a).Abs().Sqrt()
	size = num.Maximum(size, num.Const(1e-4))
	unit := num.Const(1).Div(size)
	f := num.Primitive(prim.LDLOp{}, a.Mul(num.Outer(unit, unit)))
	return factored{s: s, h: h, l: f[0], d: f[1], e: f[2], perm: f[3], unit: unit}
}

// solve is the solution for right-hand sides u and v.
func (f factored) solve(u, v array) (x, z array) {
	n := f.s.p.n
	once := func(b array) array { return num.SolveLDL(f.l, f.d, f.e, f.perm, b.Mul(f.unit)).Mul(f.unit) }
	b := num.Concat(0, u, v)
	y := once(b)
	left := b.Sub(f.apply(y))
	for range refinements {
		next := y.Add(once(left))
		r := b.Sub(f.apply(next))
		better := largest(r).Lt(largest(left))
		y, left = num.Where(better, next, y), num.Where(better, r, left)
	}
	return y.Range(0, n), y.Range(n, f.s.order)
}

// apply is the product with the matrix that has nothing added.
func (f factored) apply(y array) array {
	p := f.s.p
	x, z := y.Range(0, p.n), y.Range(p.n, f.s.order)
	return num.Concat(0, p.quad(x).Add(p.a.trans(z)), p.a.times(x).Sub(f.h.times(z)))
}
