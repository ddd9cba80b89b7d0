package kernel

import glapack "gonum.org/v1/gonum/lapack"

// SVD factors the m by n matrix a as U*diag(s)*Vᵀ, with the k = min(m, n)
// singular values s in descending order. u is m by k and vt is k by n, or when
// full u is m by m and vt is n by n. The columns of u and the rows of vt are
// orthonormal; signs are whatever the method gives, the same every time. When a
// holds a NaN or an infinity, or the iteration doesn't converge, u, s and vt
// are NaN and the answer is false.
//
// LAPACK's DGESVD (reduction to bidiagonal form, then implicit QR) as written
// in Go by Gonum. float32 is solved in float64 and rounded.
func SVD[T Float](m, n int, a, u, s, vt []T, full bool) (ok bool) {
	k := min(m, n)
	uc, vr := k, k // columns of U, rows of Vᵀ
	job := glapack.SVDJob(glapack.SVDStore)
	if full {
		uc, vr, job = m, n, glapack.SVDAll
	}
	a, u, s, vt = a[:m*n], u[:m*uc], s[:k], vt[:vr*n]
	if !finite(a) {
		fillNaN(u, s, vt)
		return false
	}
	if k == 0 {
		for _, x := range []struct {
			x []T
			n int
		}{{u, uc}, {vt, vr}} {
			clear(x.x)
			for i := range x.n {
				x.x[i*x.n+i] = 1
			}
		}
		return true
	}
	sc, sw := getScratch(), getScratch()
	defer sc.put()
	defer sw.put()
	buf := view[float64](sc, m*n+len(u)+len(s)+len(vt))
	cut := func(n int) []float64 {
		x := buf[:n]
		buf = buf[n:]
		return x
	}
	w, us, ss, vs := cut(m*n), cut(len(u)), cut(len(s)), cut(len(vt))
	var query [1]float64
	lapack.Dgesvd(job, job, m, n, w, n, ss, us, uc, vs, n, query[:], -1)
	work := view[float64](sw, int(query[0]))
	load(w, a)
	if !lapack.Dgesvd(job, job, m, n, w, n, ss, us, uc, vs, n, work, len(work)) {
		fillNaN(u, s, vt)
		return false
	}
	store(u, us)
	store(s, ss)
	store(vt, vs)
	return true
}
