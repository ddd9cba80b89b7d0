package kernel

// Gemv computes y = alpha*A*x + beta*y, or y = alpha*Aᵀ*x + beta*y when trans,
// for a of m rows and n columns with rows lda apart. A beta of 0 overwrites y,
// whatever it held; an alpha of 0 leaves a and x unread.
func Gemv[T Float](trans bool, m, n int, alpha T, a []T, lda int, x []T, beta T, y []T) {
	rows, cols := m, n
	if trans {
		rows, cols = n, m
	}
	if rows == 0 {
		return
	}
	if cols == 0 || alpha == 0 {
		scaleOut(beta, y[:rows])
		return
	}
	if 2*m*n >= ParallelWork {
		gemvParallel(trans, m, n, alpha, a, lda, x, beta, y)
		return
	}
	if trans {
		gemvT(m, 0, n, alpha, a, lda, x, beta, y)
		return
	}
	gemvN(0, m, n, alpha, a, lda, x, beta, y)
}

func gemvParallel[T Float](trans bool, m, n int, alpha T, a []T, lda int, x []T, beta T, y []T) {
	switch {
	case !trans:
		Parallel(m, grainFor(2*n, 4), func(lo, hi int) { gemvN(lo, hi, n, alpha, a, lda, x, beta, y) })
	case n >= gemvWide:
		Parallel(n, grainFor(2*m, 64), func(lo, hi int) { gemvT(m, lo, hi, alpha, a, lda, x, beta, y) })
	default:
		gemvTall(m, n, alpha, a, lda, x, beta, y)
	}
}

// gemvWide is the number of columns from which a transposed product is shared
// between cores by columns; a narrower one is shared by rows.
const gemvWide = 512

// gemvTall is the transposed product of a tall narrow matrix: blocks of rows,
// of a size that depends only on n, each give a partial result, and the
// partial results are added in order.
func gemvTall[T Float](m, n int, alpha T, a []T, lda int, x []T, beta T, y []T) {
	rows := grainFor(2*n, 4)
	blocks := (m + rows - 1) / rows
	s := getScratch()
	defer s.put()
	parts := view[T](s, blocks*n)
	Parallel(blocks, 1, func(lo, hi int) {
		for b := lo; b < hi; b++ {
			r := b * rows
			gemvT(min(rows, m-r), 0, n, alpha, a[r*lda:], lda, x[r:], 0, parts[b*n:(b+1)*n])
		}
	})
	scaleOut(beta, y[:n])
	for b := range blocks {
		axpyRun(1, parts[b*n:(b+1)*n], y)
	}
}

// gemvLong is the row length from which rows are summed pairwise, for accuracy.
const gemvLong = 8 * sumBlock

// gemvN computes rows lo to hi of y = alpha*A*x + beta*y. Four rows share each
// load of x and each is summed in order, which keeps four independent sums
// running.
func gemvN[T Float](lo, hi, n int, alpha T, a []T, lda int, x []T, beta T, y []T) {
	x = x[:n]
	for i := lo; i < hi; i += 4 {
		i1, i2, i3 := min(i+1, hi-1), min(i+2, hi-1), min(i+3, hi-1)
		r0, r1, r2, r3 := a[i*lda:][:n], a[i1*lda:][:n], a[i2*lda:][:n], a[i3*lda:][:n]
		var s0, s1, s2, s3 T
		if n < gemvLong {
			s0, s1, s2, s3 = dot4(r0, r1, r2, r3, x)
		} else {
			s0, s1, s2, s3 = dotTree(r0, x), dotTree(r1, x), dotTree(r2, x), dotTree(r3, x)
		}
		s0, s1, s2, s3 = alpha*s0, alpha*s1, alpha*s2, alpha*s3
		if beta != 0 {
			s0, s1, s2, s3 = s0+beta*y[i], s1+beta*y[i1], s2+beta*y[i2], s3+beta*y[i3]
		}
		// Backwards, so that the copies of a last row agree.
		y[i3], y[i2], y[i1], y[i] = s3, s2, s1, s0
	}
}

// dot4 returns the dot products of four rows with x.
func dot4[T Float](r0, r1, r2, r3, x []T) (s0, s1, s2, s3 T) {
	r0, r1, r2, r3 = r0[:len(x)], r1[:len(x)], r2[:len(x)], r3[:len(x)]
	for j, u := range x {
		s0 += r0[j] * u
		s1 += r1[j] * u
		s2 += r2[j] * u
		s3 += r3[j] * u
	}
	return s0, s1, s2, s3
}

// gemvT computes columns lo to hi of y = alpha*Aᵀ*x + beta*y, four rows of A
// at a time.
func gemvT[T Float](m, lo, hi int, alpha T, a []T, lda int, x []T, beta T, y []T) {
	y = y[lo:hi]
	scaleOut(beta, y)
	i := 0
	for ; i+4 <= m; i += 4 {
		x0, x1, x2, x3 := alpha*x[i], alpha*x[i+1], alpha*x[i+2], alpha*x[i+3]
		r0 := a[i*lda:][lo:hi]
		r1 := a[(i+1)*lda:][lo:hi]
		r2 := a[(i+2)*lda:][lo:hi]
		r3 := a[(i+3)*lda:][lo:hi]
		r0, r1, r2, r3 = r0[:len(y)], r1[:len(y)], r2[:len(y)], r3[:len(y)]
		for j := range y {
			y[j] += (x0*r0[j] + x1*r1[j]) + (x2*r2[j] + x3*r3[j])
		}
	}
	for ; i < m; i++ {
		axpyRun(alpha*x[i], a[i*lda:][lo:hi], y)
	}
}
