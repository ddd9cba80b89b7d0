package kkt

import (
	"slices"

	"github.com/argmin-go/argmin/internal/core/prim"
	"github.com/argmin-go/argmin/internal/core/sparse"
	"github.com/argmin-go/argmin/num"
)

// Sparse has the stored values of H, of which the pattern is symmetric, and of J. It factors the whole matrix of a step, whose ordering
// is found once.
type Sparse struct {
	patterns
	step, tri StepMatrix // of a step, and of H with its diagonal

	hcols, jcols, jrows Segments
}

// NewSparse is the system of matrices with these patterns.
func NewSparse(h, j *sparse.Shared) (Sparse, error) {
	s := Sparse{patterns: patterns{h, j}}
	n, m := j.Cols, j.Rows
	var err error
	if s.step, err = NewStepMatrix(h, j); err != nil {
		return s, err
	}
	if s.tri, err = NewStepMatrix(h, &sparse.Shared{}); err != nil {
		return s, err
	}
	s.hcols, s.jcols, s.jrows = NewSegments(h.Ind32(), n), NewSegments(j.Ind32(), n), NewSegments(j.RowOf(), m)
	return s, nil
}

// Hessian is the pattern of H.
func (s Sparse) Hessian() *sparse.Shared { return s.h }

// Curvature implements [Entries].
func (s Sparse) Curvature(k Matrices, x array) (h, u, v array) {
	return k.H, x.Take(places(s.h.RowOf()), 0), x.Take(places(s.h.Ind32()), 0)
}

// Dual implements [Entries].
func (s Sparse) Dual(k Matrices, x, y array) Terms {
	n, _ := s.Size()
	right := num.Concat(0, x.Take(places(s.h.RowOf()), 0), y.Take(places(s.j.RowOf()), 0))
	of := k.H.Size()
	return segmented(num.Concat(0, k.H, k.J), right, slices.Concat(s.h.Ind32(), s.j.Ind32()), n, func(a array) array {
		return num.Maximum(s.hcols.Largest(a.Range(0, of)), s.jcols.Largest(a.Range(of, a.Size())))
	})
}

// Primal implements [Entries].
func (s Sparse) Primal(k Matrices, x array) Terms {
	_, m := s.Size()
	return segmented(k.J, x.Take(places(s.j.Ind32()), 0), s.j.RowOf(), m, s.jrows.Largest)
}

// segmented are terms of which each goes to one of n sums.
func segmented(left, right array, to []int32, n int, most func(array) array) Terms {
	at := places(to)
	return Terms{left, right, func(a array) array { return num.SegmentSum(a, at, n) }, most, func(v array) array { return v.Take(at, 0) }}
}

// Largest implements [Products].
func (s Sparse) Largest(k Matrices) (cols, rows, h array) {
	j := k.J.Abs()
	h = s.hcols.Largest(k.H.Abs())
	return num.Maximum(h, s.jcols.Largest(j)), s.jrows.Largest(j), h
}

// Factor implements [System]. The factors are the numbers of the matrix: its factorization is kept where it is
// made, and found again by them.
func (s Sparse) Factor(k Matrices, a, w array) Factors {
	on := w.Gt(num.Const(0))
	rows := on.AsType(w.DType())
	e := num.Const(1).Div(num.Where(on, w, num.Const(1)))
	values := s.step.Values(k.H, k.J.Mul(rows.Take(places(s.j.RowOf()), 0)), num.Concat(0, a, e.Neg()))
	return Factors{values, rows}
}

// Solve implements [System].
func (s Sparse) Solve(f Factors, bx, by array) (x, y array) {
	return s.solve(f, bx, by, prim.SparseSolveOp{})
}

// SolveRough implements [Rough].
func (s Sparse) SolveRough(f Factors, bx, by array) (x, y array) {
	return s.solve(f, bx, by, prim.SparseSolveOp{Half: true})
}

// SolveOften is Solve to twelve digits at least, for a part of its time where many systems have the same factors.
func (s Sparse) SolveOften(f Factors, bx, by array) (x, y array) {
	return s.solve(f, bx, by, prim.SparseSolveOp{Rough: true})
}

func (s Sparse) solve(f Factors, bx, by array, op prim.SparseSolveOp) (x, y array) {
	n, m := s.Size()
	op.A, op.Symmetric, op.Regular = s.step.Pattern, true, true
	b := num.Concat(0, bx, by.Mul(f[1])).Reshape(n+m, 1)
	u := num.Primitive(op, f[0], b)[0].Reshape(n + m)
	return u.Range(0, n), u.Range(n, n+m)
}

// Steepest implements [System].
func (s Sparse) Steepest() float64 { return 1e13 }

// Definite implements [System].
func (s Sparse) Definite(k Matrices, a array) array {
	n, _ := s.Size()
	values := s.tri.Values(k.H, num.Full(a.DType(), 0, 0), a)
	return num.Primitive(prim.SparseInertiaOp{A: s.tri.Pattern}, values)[0].At(0).Ge(num.Full(a.DType(), float64(n)))
}
