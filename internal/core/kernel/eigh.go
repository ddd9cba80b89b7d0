package kernel

import (
	"gonum.org/v1/gonum/blas"
	glapack "gonum.org/v1/gonum/lapack"
)

// Eigh sets w to the eigenvalues of the symmetric n by n matrix a, in ascending
// order, and the columns of v to orthonormal eigenvectors: A*v = v*diag(w).
// Only the lower triangle of a is read. The sign of an eigenvector, and the
// basis where eigenvalues repeat, are whatever the method gives; they are the
// same every time. When a holds a NaN or an infinity, or the iteration doesn't
// converge, w and v are NaN and the answer is false. v may be a.
//
// LAPACK's DSYEV (reduction to tridiagonal form, then implicit QL or QR) as
// written in Go by Gonum. float32 is solved in float64 and rounded.
func Eigh[T Float](n int, a, w, v []T) (ok bool) {
	a, w, v = a[:n*n], w[:n], v[:n*n]
	if n == 0 {
		return true
	}
	lwork := (lapackBlock + 2) * n
	s := getScratch()
	defer s.put()
	buf := view[float64](s, n*n+n+lwork)
	z, d, work := buf[:n*n], buf[n*n:n*n+n], buf[n*n+n:]
	clear(z)
	for i := range n {
		load(z[i*n:], a[i*n:i*n+i+1])
	}
	if !finite(z) || !lapack.Dsyev(glapack.EVCompute, blas.Lower, n, z, n, d, work, lwork) {
		fillNaN(w, v)
		return false
	}
	store(w, d)
	store(v, z)
	return true
}
