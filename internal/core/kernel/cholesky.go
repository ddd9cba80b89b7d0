package kernel

import "math"

// choleskyBlock is the order up to which Cholesky works a row at a time.
const choleskyBlock = 48

// Cholesky sets l, n by n, to the lower triangular factor of the symmetric
// positive definite a, so that L*Lᵀ = A, with zeros above the diagonal. Only
// the lower triangle of a is read. When a isn't positive definite, or holds a
// NaN there, l is all NaN and the answer is false. l may be a.
//
// Row-oriented Cholesky (G. Golub and C. Van Loan, Matrix Computations, 4th
// ed., section 4.2) inside recursive halving. float32 is factored in float64
// and rounded.
func Cholesky[T Float](n int, a, l []T) (ok bool) {
	a, l = a[:n*n], l[:n*n]
	s := getScratch()
	defer s.put()
	w := view[float64](s, n*n)
	for i := range n {
		load(w[i*n:], a[i*n:i*n+i+1])
	}
	if !cholesky(n, w, n) {
		fillNaN(l)
		return false
	}
	for i := range n {
		store(l[i*n:], w[i*n:i*n+i+1])
		clear(l[i*n+i+1 : (i+1)*n])
	}
	return true
}

// cholesky factors the lower triangle of w in place, and uses the upper one as
// it likes.
func cholesky(n int, w []float64, ld int) bool {
	if n <= choleskyBlock {
		return choleskyRows(n, w, ld)
	}
	h := roundUp(n/2, gemmNR)
	w21, w22 := w[h*ld:], w[h*ld+h:]
	if !cholesky(h, w, ld) {
		return false
	}
	t := triangle[float64]{a: w, ld: ld, lower: true, trans: true}
	t.right(0, h, n-h, w21, ld)
	symmetricUpdate(n-h, h, w21, w22, ld)
	return cholesky(n-h, w22, ld)
}

// symmetricUpdate subtracts X*Xᵀ, for x of n rows and k columns, from the lower
// triangle of c.
func symmetricUpdate(n, k int, x, c []float64, ld int) {
	if n <= 2*choleskyBlock {
		Gemm(false, true, n, n, k, -1, x, ld, x, ld, 1, c, ld)
		return
	}
	h := roundUp(n/2, gemmNR)
	symmetricUpdate(h, k, x, c, ld)
	Gemm(false, true, n-h, h, k, -1, x[h*ld:], ld, x, ld, 1, c[h*ld:], ld)
	symmetricUpdate(n-h, k, x[h*ld:], c[h*ld+h:], ld)
}

// choleskyRows factors four rows at a time: their entries left of the diagonal
// block share each row above, and then the block's own rows follow one by one.
func choleskyRows(n int, w []float64, ld int) bool {
	i := 0
	for ; i+4 <= n; i += 4 {
		r0, r1, r2, r3 := w[i*ld:][:i], w[(i+1)*ld:][:i], w[(i+2)*ld:][:i], w[(i+3)*ld:][:i]
		substitute4(r0, r1, r2, r3, w, ld)
		for k := i; k < i+4; k++ {
			if !choleskyRow(k, i, w, ld) {
				return false
			}
		}
	}
	for ; i < n; i++ {
		if !choleskyRow(i, 0, w, ld) {
			return false
		}
	}
	return true
}

// choleskyRow finishes row i, whose entries before column j0 are known.
func choleskyRow(i, j0 int, w []float64, ld int) bool {
	row := w[i*ld : i*ld+i+1]
	for j := j0; j < i; j++ {
		other := w[j*ld : j*ld+j+1]
		row[j] = (row[j] - dotRun(other[:j], row)) / other[j]
	}
	d := row[i] - dotRun(row[:i], row)
	if !(d > 0) || math.IsInf(d, 1) {
		return false
	}
	row[i] = math.Sqrt(d)
	return true
}

// substitute4 solves L*x = r, for the lower triangular l, for four right-hand
// sides in place.
func substitute4[T Float](r0, r1, r2, r3, l []T, ld int) {
	n := len(r0)
	r1, r2, r3 = r1[:n], r2[:n], r3[:n]
	for j := range n {
		row := l[j*ld : j*ld+j+1]
		s0, s1, s2, s3 := dot4(r0, r1, r2, r3, row[:j])
		d := row[j]
		r0[j], r1[j], r2[j], r3[j] = (r0[j]-s0)/d, (r1[j]-s1)/d, (r2[j]-s2)/d, (r3[j]-s3)/d
	}
}
