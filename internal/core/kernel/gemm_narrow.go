package kernel

const (
	// narrowMax is the number of columns up to which a run of X stays in the
	// second-level cache, and narrowMin the number of terms from which it is worth
	// while with more than narrowThin columns.
	narrowMax  = 512
	narrowMin  = 4
	narrowThin = 16
	// narrowStrip is how many rows of C are summed at a time when S is stored
	// transposed: four rows of it and two columns of C fit the first-level cache.
	narrowStrip = 256
	// Below narrowTall rows and from narrowLong terms on, cores share the sum
	// rather than the rows.
	narrowTall = 128
	narrowLong = 8 * gemmKC
)

// narrow is the product C = alpha*S*X + beta*C of a long operand S, rows by k,
// with one of fewer columns X, k by w. S is read where it lies: packing it costs
// more than it saves. A product with few rows is one of these with everything
// transposed.
//
// The terms of an element are added in the order of the packed product: one by
// one, in runs of gemmKC.
type narrow[T Float] struct {
	rows, w, k  int
	alpha, beta T
	s, x, c     []T
	lds, ldx    int
	sT, xT      bool // stored transposed
	rs, cs      int  // steps in c from row to row and from column to column
}

// narrow returns g as a narrow product.
func (g *gemm[T]) narrow() narrow[T] {
	q := narrow[T]{k: g.k, alpha: g.alpha, beta: g.beta, c: g.c}
	if g.n <= g.m {
		q.rows, q.s, q.lds, q.sT = g.m, g.a, g.lda, g.tA
		q.w, q.x, q.ldx, q.xT = g.n, g.b, g.ldb, g.tB
		q.rs, q.cs = g.ldc, 1
	} else {
		q.rows, q.s, q.lds, q.sT = g.n, g.b, g.ldb, !g.tB
		q.w, q.x, q.ldx, q.xT = g.m, g.a, g.lda, !g.tA
		q.rs, q.cs = 1, g.ldc
	}
	return q
}

// serial runs on the caller's goroutine, without escaping.
func (q *narrow[T]) serial() {
	s := getScratch()
	for p := 0; p < q.k; p += gemmKC {
		r := q.run(p)
		r.add(s)
	}
	s.put()
}

// byRows shares the rows of C between cores. It works on a copy, as large does.
func (q narrow[T]) byRows() {
	s := getScratch()
	defer s.put()
	unit := narrowStrip / 8
	if !q.sT {
		unit = 6
		if !q.xT {
			ld := narrowLd(q.k)
			x := view[T](s, q.w*ld)
			Parallel(q.k, grainFor(4*q.w, 8), func(lo, hi int) { q.pack(x, ld, lo, hi) })
			q.x, q.ldx, q.xT = x, ld, true
		}
	}
	Parallel(q.rows, grainFor(2*q.w*q.k, unit), func(lo, hi int) {
		s := getScratch()
		for p := 0; p < q.k; p += gemmKC {
			r := q.run(p)
			r.addRows(s, lo, hi)
		}
		s.put()
	})
}

// byRuns shares the runs of the sum between cores. Their results, up to 2¹⁹
// numbers at a time, are kept apart and added in order. It works on a copy, too.
func (q narrow[T]) byRuns() {
	lines, length, ldc := q.rows, q.w, q.rs
	if q.rs == 1 {
		lines, length, ldc = q.w, q.rows, q.cs
	}
	size := lines * length
	wave := min((1<<19)/size, (q.k+gemmKC-1)/gemmKC)
	s := getScratch()
	defer s.put()
	parts := view[T](s, wave*size)
	for p0 := 0; p0 < q.k; p0 += wave * gemmKC {
		runs := min(wave, (q.k-p0+gemmKC-1)/gemmKC)
		Parallel(runs, grainFor(2*gemmKC*size, 1), func(lo, hi int) {
			s := getScratch()
			for i := lo; i < hi; i++ {
				r := q.run(p0 + i*gemmKC)
				r.alpha, r.beta, r.c = 1, 0, parts[i*size:(i+1)*size]
				if q.rs == 1 {
					r.cs = length
				} else {
					r.rs = length
				}
				r.add(s)
			}
			s.put()
		})
		for i := range runs {
			beta := q.betaAt(p0 + i*gemmKC)
			for l := range lines {
				storeTile(q.c[l*ldc:l*ldc+length], parts[i*size+l*length:], q.alpha, beta)
			}
		}
	}
}

// betaAt is the factor of C when the run of terms from p on is added.
func (q *narrow[T]) betaAt(p int) T {
	if p > 0 {
		return 1
	}
	return q.beta
}

// run is the part of q that adds the run of terms from p on.
func (q *narrow[T]) run(p int) narrow[T] {
	r := *q
	r.k, r.beta = min(gemmKC, q.k-p), q.betaAt(p)
	ps, px := p, p
	if q.sT {
		ps *= q.lds
	}
	if !q.xT {
		px *= q.ldx
	}
	r.s, r.x = q.s[ps:], q.x[px:]
	return r
}

// pack copies terms lo to hi of X to columns ld apart.
func (q *narrow[T]) pack(dst []T, ld, lo, hi int) {
	p := lo
	for ; p+4 <= hi; p += 4 {
		x := q.x[p*q.ldx:]
		r0, r1, r2, r3 := x[:q.w], x[q.ldx:][:q.w], x[2*q.ldx:][:q.w], x[3*q.ldx:][:q.w]
		for j, v := range r0 {
			*(*[4]T)(dst[j*ld+p:]) = [4]T{v, r1[j], r2[j], r3[j]}
		}
	}
	for ; p < hi; p++ {
		for j, v := range q.x[p*q.ldx:][:q.w] {
			dst[j*ld+p] = v
		}
	}
}

// narrowLd is the distance of packed columns of length k: an odd multiple of
// eight, since those a power of two apart share few sets of the cache.
func narrowLd(k int) int { return roundUp(k, 8) | 8 }

// add runs q, of one run of terms.
func (q *narrow[T]) add(s *scratch) {
	if !q.sT && !q.xT {
		ld := narrowLd(q.k)
		x := view[T](s, q.w*ld)
		q.pack(x, ld, 0, q.k)
		q.x, q.ldx, q.xT = x, ld, true
	}
	q.addRows(s, 0, q.rows)
}

// addRows is add for rows lo to hi, once X is in columns if S is in rows.
func (q *narrow[T]) addRows(s *scratch, lo, hi int) {
	if q.sT {
		for i := lo; i < hi; i += narrowStrip {
			q.strip(s, i, min(narrowStrip, hi-i))
		}
		return
	}
	for i := lo; i < hi; i += 6 {
		n := min(6, hi-i)
		q.pairs(i, min(3, n))
		if n > 3 {
			q.pairs(i+3, n-3)
		}
		if q.w%2 != 0 {
			q.last(i, n)
		}
	}
}

// row returns row i of S, or the last one before end.
func (q *narrow[T]) row(i, end int) []T { return q.s[min(i, end-1)*q.lds:][:q.k] }

// pairs adds n rows from row i on, at most three, two columns at a time.
func (q *narrow[T]) pairs(i, n int) {
	r0, r1, r2 := q.row(i, i+n), q.row(i+1, i+n), q.row(i+2, i+n)
	for j := 0; j+1 < q.w; j += 2 {
		t := dot3x2(r0, r1, r2, q.x[j*q.ldx:][:q.k], q.x[(j+1)*q.ldx:][:q.k])
		for h := range n {
			q.store(i+h, j, t[2*h])
			q.store(i+h, j+1, t[2*h+1])
		}
	}
}

// last adds the last column of n rows from row i on, at most six.
func (q *narrow[T]) last(i, n int) {
	j, end := q.w-1, i+n
	t := dot6(q.row(i, end), q.row(i+1, end), q.row(i+2, end), q.row(i+3, end), q.row(i+4, end), q.row(i+5, end), q.x[j*q.ldx:][:q.k])
	for h := range n {
		q.store(i+h, j, t[h])
	}
}

// store adds a sum to the element of C at (i, j).
func (q *narrow[T]) store(i, j int, sum T) {
	at := i*q.rs + j*q.cs
	sum *= q.alpha
	if q.beta != 0 {
		sum += q.beta * q.c[at]
	}
	q.c[at] = sum
}

// strip adds n rows from row i on when S is transposed: combinations of rows of
// n elements, four at a time.
func (q *narrow[T]) strip(s *scratch, i, n int) {
	t := view[T](s, n*q.w)
	clear(t)
	dp, dj := q.ldx, 1
	if q.xT {
		dp, dj = 1, q.ldx
	}
	p := 0
	for ; p+4 <= q.k; p += 4 {
		r := q.s[p*q.lds+i:]
		r0, r1, r2, r3 := r[:n], r[q.lds:][:n], r[2*q.lds:][:n], r[3*q.lds:][:n]
		j := 0
		for ; j+1 < q.w; j += 2 {
			x, y := q.x[p*dp+j*dj:], q.x[p*dp+(j+1)*dj:]
			axpy4x2(&[8]T{x[0], x[dp], x[2*dp], x[3*dp], y[0], y[dp], y[2*dp], y[3*dp]}, r0, r1, r2, r3, t[j*n:][:n], t[(j+1)*n:][:n])
		}
		if j < q.w {
			x := q.x[p*dp+j*dj:]
			axpy4(x[0], x[dp], x[2*dp], x[3*dp], r0, r1, r2, r3, t[j*n:][:n])
		}
	}
	for ; p < q.k; p++ {
		for j := range q.w {
			axpyRun(q.x[p*dp+j*dj], q.s[p*q.lds+i:][:n], t[j*n:][:n])
		}
	}
	if q.rs == 1 {
		for j := range q.w {
			storeTile(q.c[j*q.cs+i:][:n], t[j*n:], q.alpha, q.beta)
		}
		return
	}
	for h := range n {
		for j := range q.w {
			q.store(i+h, j, t[j*n+h])
		}
	}
}

// dot3x2 returns the dot products of three rows with two columns. Six sums, six
// products and what they are made of are what fits in sixteen registers.
func dot3x2[T Float](r0, r1, r2, x0, x1 []T) [6]T {
	r1, r2, x0, x1 = r1[:len(r0)], r2[:len(r0)], x0[:len(r0)], x1[:len(r0)]
	var s00, s01, s10, s11, s20, s21 T
	for p, a := range r0 {
		u, v := x0[p], x1[p]
		s00 += a * u
		s01 += a * v
		a = r1[p]
		s10 += a * u
		s11 += a * v
		a = r2[p]
		s20 += a * u
		s21 += a * v
	}
	return [6]T{s00, s01, s10, s11, s20, s21}
}

// dot6 returns the dot products of six rows with x.
func dot6[T Float](r0, r1, r2, r3, r4, r5, x []T) [6]T {
	r0, r1, r2, r3, r4, r5 = r0[:len(x)], r1[:len(x)], r2[:len(x)], r3[:len(x)], r4[:len(x)], r5[:len(x)]
	var s0, s1, s2, s3, s4, s5 T
	for p, u := range x {
		s0 += r0[p] * u
		s1 += r1[p] * u
		s2 += r2[p] * u
		s3 += r3[p] * u
		s4 += r4[p] * u
		s5 += r5[p] * u
	}
	return [6]T{s0, s1, s2, s3, s4, s5}
}

// axpy4x2 adds two combinations of four rows.
func axpy4x2[T Float](x *[8]T, r0, r1, r2, r3, t0, t1 []T) {
	r0, r1, r2, r3, t1 = r0[:len(t0)], r1[:len(t0)], r2[:len(t0)], r3[:len(t0)], t1[:len(t0)]
	x0, x1, x2, x3, y0, y1, y2, y3 := x[0], x[1], x[2], x[3], x[4], x[5], x[6], x[7]
	for i := range t0 {
		a0, a1, a2, a3 := r0[i], r1[i], r2[i], r3[i]
		t0[i] = t0[i] + a0*x0 + a1*x1 + a2*x2 + a3*x3
		t1[i] = t1[i] + a0*y0 + a1*y1 + a2*y2 + a3*y3
	}
}

// axpy4 adds one combination of four rows.
func axpy4[T Float](x0, x1, x2, x3 T, r0, r1, r2, r3, t []T) {
	r0, r1, r2, r3 = r0[:len(t)], r1[:len(t)], r2[:len(t)], r3[:len(t)]
	for i := range t {
		t[i] = t[i] + r0[i]*x0 + r1[i]*x1 + r2[i]*x2 + r3[i]*x3
	}
}
