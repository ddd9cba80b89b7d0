package kkt

import "github.com/argmin-go/argmin/num"

// Dense has all entries of H and J, and eliminates the rows: it factors H + diag(a) + Jᵀ diag(w) J, of order n, which takes m n² + n³/3
// operations and loses digits where weights differ; a caller refines its solutions.
type Dense struct{ N, M int }

// Size implements [System].
func (d Dense) Size() (n, m int) { return d.N, d.M }

// HTimes implements [System].
func (d Dense) HTimes(k Matrices, x array) array { return k.H.MatMul(x) }

// JTimes implements [System].
func (d Dense) JTimes(k Matrices, x array) array { return k.J.MatMul(x) }

// TransposeTimes implements [System].
func (d Dense) TransposeTimes(k Matrices, y array) array { return y.MatMul(k.J) }

// Largest implements [System].
func (d Dense) Largest(k Matrices) (cols, rows, h array) {
	h = k.H.Abs().Max(0)
	if d.M == 0 {
		return h, num.Full(h.DType(), 0, 0), h
	}
	j := k.J.Abs()
	return num.Maximum(h, j.Max(0)), j.Max(1), h
}

// Scaled implements [System].
func (d Dense) Scaled(k Matrices, dx, e array) Matrices {
	return Matrices{k.H.Mul(num.Outer(dx, dx)), k.J.Mul(num.Outer(e, dx))}
}

// Factor implements [System].
func (d Dense) Factor(k Matrices, a, w array) Factors {
	s := k.H.Add(num.FromDiag(a))
	if d.M > 0 {
		s = s.Add(k.J.T().MatMul(k.J.Mul(w.Reshape(d.M, 1))))
	}
	return Factors{num.Cholesky(s), k.J, w}
}

// Solve implements [System].
func (d Dense) Solve(f Factors, bx, by array) (x, y array) {
	l, j, w := f[0], f[1], f[2]
	x = num.SolveCholesky(l, bx.Add(by.Mul(w).MatMul(j)))
	return x, j.MatMul(x).Sub(by).Mul(w)
}

// Definite implements [System].
func (d Dense) Definite(k Matrices, a array) array {
	return num.Cholesky(k.H.Add(num.FromDiag(a))).IsFinite().All()
}
