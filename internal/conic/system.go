package conic

import (
	"github.com/argmin-go/argmin/internal/core/prim"
	"github.com/argmin-go/argmin/internal/core/sparse"
	"github.com/argmin-go/argmin/num"
	"github.com/argmin-go/argmin/tree"
)

// system is the linear systems of a program's steps,
//
//	[ Q   Aᵀ ] [dx]   [u]
//	[ A  -H  ] [dz] = [v]
//
// whose matrix is factored with a little more on its diagonal, and whose solutions are refined for the one without.
type system interface {
	factor(h blocks) solver
}

// solver is the factors of a matrix, which give solutions up to what was added.
type solver interface {
	once(u, v array) (x, z array)
}

const (
	// regular is what is added, ε, as in GC. The matrix is quasi-definite with it, also where rows depend on each other.
	regular = 1e-12
	// ofSparse is ε for sparse matrices, whose pivots come in an order that has little fill, whatever their size: with less of it, rows that nearly depend on
	// each other leave solutions with fewer digits than refinement gives back.
	ofSparse = 1e-10
	// refinements is how often solutions are refined. Each step multiplies what ε changed by less than 1, in the norm of the matrix, and
	// mostly by some ε.
	refinements = 2
	// Those of sparse matrices are at most mostRefinements, and end where they leave the part exact of the right-hand sides. GC takes 10 and 1e-13.
	mostRefinements, exact = 10, 1e-13
)

func newSystem(p scaledProgram) system {
	if p.sparse {
		return newEntries(p)
	}
	return newReduced(p)
}

// factored is the matrix of a step with its factors.
type factored struct {
	p scaledProgram
	h blocks
	solver
}

// solve is the solution for right-hand sides u and v.
func (f factored) solve(u, v array) (x, z array) {
	x, z = f.once(u, v)
	if f.p.sparse {
		return f.refined(u, v, x, z)
	}
	for range refinements {
		dx, dz := f.once(f.rest(u, v, x, z))
		x, z = x.Add(dx), z.Add(dz)
	}
	return x, z
}

// rest is what a solution leaves of the right-hand sides.
func (f factored) rest(u, v, x, z array) (ru, rv array) {
	return u.Sub(f.p.quad(x)).Sub(f.p.a.trans(z)), v.Sub(f.p.a.times(x)).Add(f.h.times(z))
}

// refined corrects a solution until it leaves as little as rounding of the right-hand sides, or a correction does not take away half of the rest.
func (f factored) refined(u, v, x, z array) (nx, nz array) {
	type answer struct{ X, Z, U, V, Error, N, Done array }
	enough := num.Maximum(largest(u), largest(v)).Scale(exact)
	at := func(x, z, n array) answer {
		ru, rv := f.rest(u, v, x, z)
		e := num.Maximum(largest(ru), largest(rv))
		return answer{x, z, ru, rv, e, n, e.Le(enough)}
	}
	end := num.While(func(a answer) array { return a.Done.Not() }, func(a answer) answer {
		dx, dz := f.once(a.U, a.V)
		next := at(a.X.Add(dx), a.Z.Add(dz), a.N.AddScalar(1))
		better := next.Error.Lt(a.Error)
		next.Done = next.Done.Or(next.Error.Le(a.Error.Scale(0.5)).Not()).Or(next.N.Ge(num.Int(mostRefinements)))
		a.Done = next.Done
		return tree.MapAll(func(v ...array) array { return num.Where(better, v[0], v[1]) }, next, a)
	}, at(x, z, num.Int(0)))
	return end.X, end.Z
}

// entries is the systems with sparse matrices, whose factors are found by their entries.
type entries struct {
	p       scaledProgram
	order   int   // with the extra variables of H
	numbers array // of Q, of A and of the diagonal
	kkt     *sparse.Shared
	slot    array // where the numbers and those of H go
}

func newEntries(p scaledProgram) entries {
	s := entries{p: p, order: p.n + p.m + p.layout.extra()}
	row, col := s.places()
	d := p.c.DType()
	parts := []array{p.a.values(), num.Full(d, ofSparse, p.n), num.Full(d, -ofSparse, p.m), num.Full(d, 0, p.layout.extra())}
	if p.q != nil {
		parts = append([]array{p.q.values()}, parts...)
	}
	s.numbers = num.Concat(0, parts...)
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

// halves is ½ for the numbers of Q off its diagonal, which come twice, and 1 for the others.
func (s entries) halves(d num.DType) array {
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
func (s entries) places() (row, col []int) {
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

// entryFactors is the numbers of a matrix: its factorization is kept where it is made, and found again by them.
type entryFactors struct {
	s      entries
	values array
}

func (s entries) factor(h blocks) solver {
	return entryFactors{s, num.SegmentSum(num.Concat(0, s.numbers, h.values(s.p.c).Neg()), s.slot, s.kkt.NNZ())}
}

func (f entryFactors) once(u, v array) (x, z array) {
	n, size := u.Size(), u.Size()+v.Size()
	b := num.Concat(0, u, v, num.Full(u.DType(), 0, f.s.order-size)).Reshape(f.s.order, 1)
	y := num.Primitive(prim.SparseSolveOp{A: f.s.kkt, Symmetric: true, Regular: true, Rough: true}, f.values, b)[0].Reshape(f.s.order)
	return y.Range(0, n), y.Range(n, size)
}
