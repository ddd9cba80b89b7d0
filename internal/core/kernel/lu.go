package kernel

import "math"

// luBlock is the number of columns up to which LU eliminates one at a time.
const luBlock = 16

// LU factors the m by n matrix a as A[perm] = L*U with partial pivoting: lu
// holds U on and above the diagonal and the unit lower triangular L below it.
// Row i was exchanged with row piv[i] at step i, for i < min(m, n); perm, of
// length m, is the outcome of those exchanges: row i of L*U is row perm[i] of
// A. A singular matrix leaves a zero on the diagonal of U. When a holds a NaN
// or an infinity, lu is all NaN and no row moves. lu may be a.
//
// S. Toledo, "Locality of reference in LU decomposition with partial
// pivoting", SIAM J. Matrix Anal. Appl. 18 (1997): halve the columns, factor
// the left half, update, factor the right half. float32 is factored in float64
// and rounded.
func LU[T Float](m, n int, a, lu []T, piv, perm []int32) {
	a, lu, piv, perm = a[:m*n], lu[:m*n], piv[:min(m, n)], perm[:m]
	for i := range perm {
		perm[i] = int32(i)
	}
	if !finite(a) {
		for i := range piv {
			piv[i] = int32(i)
		}
		fillNaN(lu)
		return
	}
	s := getScratch()
	defer s.put()
	w := view[float64](s, m*n)
	load(w, a)
	e := toUnit(w)
	luPanel(m, n, w, n, piv)
	for i := range m {
		fromUnit(w[i*n+min(i, n):(i+1)*n], e) // U; L has no size
	}
	store(lu, w)
	for i, p := range piv {
		perm[i], perm[p] = perm[p], perm[i]
	}
}

// luPanel factors the m by n matrix w in place; piv counts from its first row.
func luPanel(m, n int, w []float64, ld int, piv []int32) {
	k := len(piv) // min(m, n)
	if k <= luBlock {
		luColumns(m, n, w, ld, piv)
		return
	}
	h := roundUp(k/2, gemmNR)
	luPanel(m, h, w, ld, piv[:h])
	w12, w21, w22 := w[h:], w[h*ld:], w[h*ld+h:]
	luSwap(n-h, w12, ld, piv[:h])
	t := triangle[float64]{a: w, ld: ld, lower: true, unit: true}
	t.left(0, h, n-h, w12, ld)
	Gemm(false, false, m-h, n-h, h, -1, w21, ld, w12, ld, 1, w22, ld)
	luPanel(m-h, n-h, w22, ld, piv[h:])
	luSwap(h, w21, ld, piv[h:])
	for i := h; i < k; i++ {
		piv[i] += int32(h)
	}
}

// luSwap exchanges the first n elements of row i and row piv[i], in order.
func luSwap(n int, w []float64, ld int, piv []int32) {
	for i, p := range piv {
		if int(p) == i {
			continue
		}
		x, y := w[i*ld:i*ld+n], w[int(p)*ld:][:n]
		for j, v := range x {
			x[j], y[j] = y[j], v
		}
	}
}

func luColumns(m, n int, w []float64, ld int, piv []int32) {
	for j := range piv {
		p, best := j, -1.0
		for i := j; i < m; i++ {
			if v := math.Abs(w[i*ld+j]); v > best {
				p, best = i, v
			}
		}
		piv[j] = int32(p)
		luSwap(n, w[j*ld:], ld, []int32{int32(p - j)})
		if best == 0 {
			continue
		}
		top := w[j*ld : j*ld+n]
		for i := j + 1; i < m; i++ {
			row := w[i*ld : i*ld+n]
			row[j] /= top[j]
			axpyRun(-row[j], top[j+1:], row[j+1:])
		}
	}
}
