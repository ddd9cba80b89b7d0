package kkt

import (
	"github.com/argmin-go/argmin/internal/core/prim"
	"github.com/argmin-go/argmin/num"
)

// Dense has all entries of H and J, and eliminates the rows: it factors H + diag(a) + Jᵀ diag(w) J, of order n, which takes m n² + n³/3
// operations and loses digits where weights differ; a caller refines its solutions.
type Dense struct{ N, M int }

// Size implements [Products].
func (d Dense) Size() (n, m int) { return d.N, d.M }

// HTimes implements [Products].
func (d Dense) HTimes(k Matrices, x array) array { return k.H.MatMul(x) }

// JTimes implements [Products].
func (d Dense) JTimes(k Matrices, x array) array { return k.J.MatMul(x) }

// TransposeTimes implements [Products].
func (d Dense) TransposeTimes(k Matrices, y array) array { return y.MatMul(k.J) }

// Curvature implements [Entries].
func (d Dense) Curvature(k Matrices, x array) (h, u, v array) {
	one := num.Full(x.DType(), 1, d.N)
	return k.H.Reshape(-1), num.Outer(x, one).Reshape(-1), num.Outer(one, x).Reshape(-1)
}

// Dual implements [Entries].
func (d Dense) Dual(k Matrices, x, y array) Terms {
	return columns(num.Concat(0, k.H, k.J), num.Concat(0, x, y))
}

// Primal implements [Entries].
func (d Dense) Primal(k Matrices, x array) Terms { return columns(k.J.T(), x) }

// columns are the terms of Aᵀx.
func columns(a, x array) Terms {
	return Terms{a, num.Outer(x, num.Full(x.DType(), 1, a.Shape()[1])),
		func(a array) array { return a.Sum(0) }, func(a array) array { return a.Max(0) },
		func(v array) array { return v.BroadcastTo(a.Shape()...) }}
}

// Largest implements [Products].
func (d Dense) Largest(k Matrices) (cols, rows, h array) {
	h = k.H.Abs().Max(0)
	if d.M == 0 {
		return h, num.Full(h.DType(), 0, 0), h
	}
	j := k.J.Abs()
	return num.Maximum(h, j.Max(0)), j.Max(1), h
}

// Sums implements [Products].
func (d Dense) Sums(k Matrices) (cols, rows array) {
	h := k.H.Abs().Sum(0)
	if d.M == 0 {
		return h, num.Full(h.DType(), 0, 0)
	}
	j := k.J.Abs()
	return h.Add(j.Sum(0)), j.Sum(1)
}

// Scaled implements [Products].
func (d Dense) Scaled(k Matrices, dx, e array) Matrices {
	return Matrices{H: k.H.Mul(num.Outer(dx, dx)), J: k.J.Mul(num.Outer(e, dx))}
}

// Factor implements [System].
func (d Dense) Factor(k Matrices, a, w array) Factors {
	s := k.H
	if d.M > 0 {
		s = s.Add(k.J.T().MatMul(k.J.Mul(w.Reshape(d.M, 1))))
	}
	// As much as rounding may have taken from the diagonal, so that the matrix stays definite.
	lost := num.Diag(s).Add(a).Scale(float64(d.N+d.M) * a.DType().Eps())
	return Factors{cholesky(s.Add(num.FromDiag(a.Add(lost)))), k.H, k.J, a, w}
}

// cholesky is the factor of a matrix that is symmetric but for rounding.
func cholesky(s array) array { return num.Primitive(prim.CholeskyOp{}, s)[0] }

// Solve implements [System].
func (d Dense) Solve(f Factors, bx, by array) (x, y array) {
	h, j, a, w := f[1], f[2], f[3], f[4]
	on := w.Gt(num.Const(0))
	by = num.Where(on, by, num.Const(0))
	e := num.Const(1).Div(num.Where(on, w, num.Const(1)))
	x, y = d.SolveRough(f, bx, by)
	for range refinements {
		dx, dy := d.SolveRough(f, bx.Sub(h.MatMul(x)).Sub(a.Mul(x)).Sub(y.MatMul(j)), by.Sub(j.MatMul(x)).Add(e.Mul(y)))
		x, y = x.Add(dx), y.Add(dy)
	}
	return x, y
}

// SolveRough implements [Rough].
func (d Dense) SolveRough(f Factors, bx, by array) (x, y array) {
	l, j, w := f[0], f[2], f[4]
	by = num.Where(w.Gt(num.Const(0)), by, num.Const(0))
	x = num.SolveCholesky(l, bx.Add(by.Mul(w).MatMul(j)))
	return x, j.MatMul(x).Sub(by).Mul(w)
}

// refinements is how often a solution is corrected.
const refinements = 2

// Steepest implements [System]: about the root of rounding, as rows are eliminated.
func (d Dense) Steepest() float64 { return 1e8 }

// Definite implements [System].
func (d Dense) Definite(k Matrices, a array) array {
	return num.Cholesky(k.H.Add(num.FromDiag(a))).IsFinite().All()
}
