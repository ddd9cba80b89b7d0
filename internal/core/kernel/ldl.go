package kernel

import "math"

// pivotRatio is how large a diagonal element must be, relative to the largest one beside the diagonal, to be a pivot of
// order one: it makes the growth of elements per column the same for both orders (Bunch & Parlett, 1971).
var pivotRatio = (1 + math.Sqrt(17)) / 8

// LDL factors the symmetric a, n by n, of which it reads the lower triangle: row and column perm[i] of it are row and column i of
// L D Lᵀ, where l is unit lower triangular and D has d on its diagonal and e[i] at (i, i+1) and (i+1, i). A block of order two, where e is
// not zero, has one eigenvalue of each sign. l may be a.
//
// Complete pivoting (Bunch & Parlett, "Direct methods for solving symmetric indefinite systems of linear equations", SIAM J.
// Numer. Anal. 8, 1971), whose search is part of the update before. float32 is factored in float64 and rounded.
func LDL[T Float](n int, a, l, d, e []T, perm []int32) {
	a, l, d, e, perm = a[:n*n], l[:n*n], d[:n], e[:n], perm[:n]
	s := getScratch()
	defer s.put()
	all := view[float64](s, n*n+2*n)
	w, columns := all[:n*n], all[n*n:]
	for i := range n {
		load(w[i*n:], a[i*n:i*n+i+1])
		perm[i] = int32(i)
	}
	ldl(n, w, columns, perm, func(k int, dk, ek float64) { d[k], e[k] = T(dk), T(ek) })
	for i := range n {
		store(l[i*n:], w[i*n:i*n+i])
		l[i*n+i] = 1
		clear(l[i*n+i+1 : (i+1)*n])
	}
	for k := range n - 1 { // what is between the two of a block belongs to D
		if e[k] != 0 {
			l[(k+1)*n+k] = 0
		}
	}
}

// largestOf is where the diagonal and the rest of the lower triangle, from row and column k on, are largest: the first of equal ones by
// rows.
func largestOf(n int, w []float64, k int) (p, r, c int, diag, off float64) {
	p, r, c, diag, off = k, k, k, -1, -1
	for i := k; i < n; i++ {
		row := w[i*n : i*n+i+1]
		if v := math.Abs(row[i]); v > diag {
			p, diag = i, v
		}
		for j, v := range row[k:i] {
			if v = math.Abs(v); v > off {
				r, c, off = i, k+j, v
			}
		}
	}
	return p, r, c, diag, off
}

// ldl factors the lower triangle of w in place; set gets D.
func ldl(n int, w, columns []float64, perm []int32, set func(k int, d, e float64)) {
	for k := 0; k < n; {
		p, r, c, diag, off := largestOf(n, w, k)
		if diag >= pivotRatio*off || k == n-1 || !(off > 0) {
			exchange(n, w, perm, k, p)
			pivot := w[k*n+k]
			set(k, pivot, 0)
			if pivot != 0 {
				eliminate(n, w, columns[:n], k, pivot)
			}
			k++
			continue
		}
		exchange(n, w, perm, k, c)
		exchange(n, w, perm, k+1, r)
		d1, d2, e := w[k*n+k], w[(k+1)*n+k+1], w[(k+1)*n+k]
		set(k, d1, e)
		set(k+1, d2, 0)
		eliminateTwo(n, w, columns[:n], columns[n:], k, d1, d2, e)
		k += 2
	}
}

// exchange makes rows and columns k ≤ p of the lower triangle change places.
func exchange(n int, w []float64, perm []int32, k, p int) {
	if k == p {
		return
	}
	perm[k], perm[p] = perm[p], perm[k]
	rk, rp := w[k*n:k*n+k], w[p*n:p*n+k]
	for j := range rk {
		rk[j], rp[j] = rp[j], rk[j]
	}
	w[k*n+k], w[p*n+p] = w[p*n+p], w[k*n+k]
	for i := k + 1; i < p; i++ {
		w[i*n+k], w[p*n+i] = w[p*n+i], w[i*n+k]
	}
	for i := p + 1; i < n; i++ {
		w[i*n+k], w[i*n+p] = w[i*n+p], w[i*n+k]
	}
}

// eliminate takes column k times its transpose over the pivot from what is below and right of it, and makes the column one of L; u is scratch.
func eliminate(n int, w, u []float64, k int, pivot float64) {
	for i := k + 1; i < n; i++ {
		u[i] = w[i*n+k]
		l := u[i] / pivot
		w[i*n+k] = l
		if l == 0 {
			continue
		}
		row := w[i*n+k+1 : i*n+i+1]
		for j, v := range u[k+1 : i+1] {
			row[j] -= l * v
		}
	}
}

// eliminateTwo is eliminate for a block of order two.
func eliminateTwo(n int, w, u, v []float64, k int, d1, d2, e float64) {
	// The inverse in units of e, which is the largest element.
	a, b := d1/e, d2/e
	det := e * (a*b - 1)
	for i := k + 2; i < n; i++ {
		u[i], v[i] = w[i*n+k], w[i*n+k+1]
		x, y := (b*u[i]-v[i])/det, (a*v[i]-u[i])/det
		w[i*n+k], w[i*n+k+1] = x, y
		if x == 0 && y == 0 {
			continue
		}
		row, us, vs := w[i*n+k+2:i*n+i+1], u[k+2:i+1], v[k+2:i+1]
		for j := range row {
			row[j] -= x*us[j] + y*vs[j]
		}
	}
}
