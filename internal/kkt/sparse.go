package kkt

import (
	"slices"
	"sync"
	"weak"

	"github.com/argmin-go/argmin/internal/core/prim"
	"github.com/argmin-go/argmin/internal/core/sparse"
	"github.com/argmin-go/argmin/num"
)

// Sparse has the stored values of H, of which the pattern is symmetric, and of J. It factors the whole matrix of a step, whose ordering
// is found once.
type Sparse struct {
	patterns
	*arranged
}

// arranged is what follows from the patterns.
type arranged struct {
	of        patterns
	step, tri StepMatrix // of a step, and of H with its diagonal
	columns   array      // of the entries of H and of J

	hcols, jcols, jrows Segments
}

// lately is what was arranged last, as long as it is in use: a program and its derivative have the same patterns.
var lately struct {
	sync.Mutex
	made weak.Pointer[arranged]
}

// NewSparse is the system of matrices with these patterns.
func NewSparse(h, j *sparse.Shared) (Sparse, error) {
	lately.Lock()
	a := lately.made.Value()
	lately.Unlock()
	if a == nil || a.of.h != h || a.of.j != j {
		var err error
		if a, err = arrange(newPatterns(h, j)); err != nil {
			return Sparse{}, err
		}
		lately.Lock()
		lately.made = weak.Make(a)
		lately.Unlock()
	}
	return Sparse{a.of, a}, nil
}

func arrange(p patterns) (*arranged, error) {
	h, j := p.h, p.j
	n, m := p.Size()
	step, err := NewStepMatrix(h, j)
	if err != nil {
		return nil, err
	}
	tri, err := NewStepMatrix(h, &sparse.Shared{})
	if err != nil {
		return nil, err
	}
	return &arranged{p, step, tri, places(slices.Concat(h.Ind32(), j.Ind32())), NewSegments(h.Ind32(), n), NewSegments(j.Ind32(), n), NewSegments(j.RowOf(), m)}, nil
}

// Hessian is the pattern of H.
func (s Sparse) Hessian() *sparse.Shared { return s.h }

// Curvature implements [Entries].
func (s Sparse) Curvature(k Matrices, x array) (h, u, v array) {
	return k.H, x.Take(s.hrow, 0), x.Take(s.hcol, 0)
}

// Dual implements [Entries].
func (s Sparse) Dual(k Matrices, x, y array) Terms {
	n, _ := s.Size()
	right := num.Concat(0, x.Take(s.hrow, 0), y.Take(s.jrow, 0))
	of := k.H.Size()
	return segmented(num.Concat(0, k.H, k.J), right, s.columns, n, func(a array) array {
		return num.Maximum(s.hcols.Largest(a.Range(0, of)), s.jcols.Largest(a.Range(of, a.Size())))
	})
}

// Primal implements [Entries].
func (s Sparse) Primal(k Matrices, x array) Terms {
	_, m := s.Size()
	return segmented(k.J, x.Take(s.jcol, 0), s.jrow, m, s.jrows.Largest)
}

// segmented are terms of which each goes to one of n sums.
func segmented(left, right, at array, n int, most func(array) array) Terms {
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
	values := s.step.Values(k.H, k.J.Mul(rows.Take(s.jrow, 0)), num.Concat(0, a, e.Neg()))
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
