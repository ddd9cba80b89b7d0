package kernel

import "gonum.org/v1/gonum/lapack/gonum"

// lapackBlock is the block size the workspaces of LAPACK's routines are sized
// for; with less they work unblocked.
const lapackBlock = 32

var lapack gonum.Implementation

// QR factors the m by n matrix a as Q*R, by Householder reflections. With
// k = min(m, n), q is m by k and r is k by n, or when full q is m by m and r is
// m by n. The columns of q are orthonormal, r is zero below its diagonal, and
// the signs are LAPACK's: the diagonal of r is often negative. When a holds a
// NaN or an infinity, so do all of q and r NaN.
//
// LAPACK's DGEQRF and DORGQR as written in Go by Gonum. float32 is factored in
// float64 and rounded.
func QR[T Float](m, n int, a, q, r []T, full bool) {
	k := min(m, n)
	cols := k // of Q
	if full {
		cols = m
	}
	a, q, r = a[:m*n], q[:m*cols], r[:cols*n]
	if !finite(a) {
		fillNaN(q, r)
		return
	}
	clear(r)
	if k == 0 {
		clear(q)
		for i := range cols {
			q[i*cols+i] = 1
		}
		return
	}
	// The reflectors lie in the first k columns of w, which is wide enough for
	// all of Q and all of A.
	ld := max(n, cols)
	lwork := lapackBlock * ld
	s := getScratch()
	defer s.put()
	buf := view[float64](s, m*ld+k+lwork)
	w, tau, work := buf[:m*ld], buf[m*ld:m*ld+k], buf[m*ld+k:]
	clear(w)
	for i := range m {
		load(w[i*ld:], a[i*n:(i+1)*n])
	}
	e := toUnit(w)
	lapack.Dgeqrf(m, n, w, ld, tau, work, lwork)
	for i := range k {
		fromUnit(w[i*ld+i:i*ld+n], e)
		store(r[i*n+i:], w[i*ld+i:i*ld+n])
	}
	lapack.Dorgqr(m, cols, k, w, ld, tau, work, lwork)
	for i := range m {
		store(q[i*cols:], w[i*ld:i*ld+cols])
	}
}
