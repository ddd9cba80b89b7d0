package sparse

import (
	"math"

	"github.com/argmin-go/argmin/internal/core/kernel"
)

// negligible is the size up to which elements of the factors become 0. The matrix is scaled, so that
// they are far below rounding errors; but products of two of them would be subnormal numbers, with which
// the processor is many times slower. Where a solution decays across a grid there are many.
const negligible = 0x1p-500

// scaleFactor multiplies x by v.
func scaleFactor(v float64, x []float64) {
	for i, e := range x {
		if e *= v; math.Abs(e) <= negligible {
			e = 0
		}
		x[i] = e
	}
}

// apply brings the columns from to to end up to date with the pivots from base on.
func (n *front) apply(base, to, end int) {
	if to >= end || base == n.p {
		return
	}
	w := n.rowsOfD(base, n.p, to)
	minusProduct(n.a[to*n.ld+to:], n.ld, end-to, n.ld-to, n.p-base, n.a[base*n.ld+to:], n.ld, w)
}

// updateDepth is how many pivots the rest of a front is updated with at a time.
const updateDepth = 128

// reduceRest updates the rest of the front, the matrix for the parent, with all pivots.
func (n *front) reduceRest() {
	for base := 0; n.r > 0 && base < n.p; {
		to := min(base+updateDepth, n.p)
		if to < n.p && n.d[2*to-1] != 0 { // between the two columns of a pivot
			to++
		}
		w := n.rowsOfD(base, to, n.k)
		minusProduct(n.cb, n.r, n.r, n.r, to-base, n.a[base*n.ld+n.k:], n.ld, w)
		base = to
	}
}

// rowsOfD is rows p to end of D·Lᵀ, from column from on, one after the other.
func (n *front) rowsOfD(p, end, from int) []float64 {
	m := n.ld - from
	n.w.w = grown(n.w.w, (end-p)*m)
	out := n.w.w
	for at := 0; p < end; p, at = p+1, at+m {
		x, y := n.a[p*n.ld+from:(p+1)*n.ld], out[at:at+m]
		d, e := n.d[2*p], n.d[2*p+1]
		if e == 0 {
			for i, v := range x {
				y[i] = d * v
			}
			continue
		}
		x1, y1, d1 := n.a[(p+1)*n.ld+from:(p+2)*n.ld], out[at+m:at+2*m], n.d[2*p+2]
		for i, v := range x {
			u := x1[i]
			y[i], y1[i] = d*v+e*u, e*v+d1*u
		}
		p, at = p+1, at+m
	}
	return out
}

// Up to plainRows rows and columns plain loops are faster than the kernels; blocks of updateRows rows are what kernel.Gemm is fastest with.
const (
	plainRows  = 24
	updateRows = 64
)

// minusProduct subtracts from c, of which only the elements on and right of the diagonal are
// there, the product of the transpose of l, [k, rows], and w, [k, cols].
func minusProduct(c []float64, ldc, rows, cols, k int, l []float64, ldl int, w []float64) {
	if cols <= plainRows || k < 4 {
		for i := range rows {
			minusCombination(c[i*ldc+i:i*ldc+cols], k, l[i:], ldl, w[i:], cols)
		}
		return
	}
	kernel.MinusUpper(rows, cols, k, l, ldl, w, cols, c, ldc)
}

// minusFullProduct subtracts from c, all of whose elements are there, the product of the
// transpose of l, [k, rows], and w, [k, cols], rows ldw apart. Few rows at a time are what
// kernel.Gemm is fastest with.
func minusFullProduct(c []float64, ldc, rows, cols, k int, l []float64, ldl int, w []float64, ldw int) {
	for i := 0; i < rows; i += updateRows {
		kernel.Gemm(true, false, min(updateRows, rows-i), cols, k, -1, l[i:], ldl, w, ldw, 1, c[i*ldc:], ldc)
	}
}

// minusCombination subtracts from y the sum of k rows of w, ldw apart, by coefficients ldl apart.
func minusCombination(y []float64, k int, l []float64, ldl int, w []float64, ldw int) {
	p := 0
	for ; p+4 <= k; p += 4 {
		a, b, c, d := l[p*ldl], l[(p+1)*ldl], l[(p+2)*ldl], l[(p+3)*ldl]
		w0, w1, w2, w3 := w[p*ldw:][:len(y)], w[(p+1)*ldw:][:len(y)], w[(p+2)*ldw:][:len(y)], w[(p+3)*ldw:][:len(y)]
		for i, v := range w0 {
			y[i] -= a*v + b*w1[i] + c*w2[i] + d*w3[i]
		}
	}
	for ; p < k; p++ {
		a := l[p*ldl]
		for i, v := range w[p*ldw:][:len(y)] {
			y[i] -= a * v
		}
	}
}
