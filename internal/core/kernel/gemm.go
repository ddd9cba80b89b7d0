package kernel

// Blocking of Gemm, in elements: packed columns of B (gemmNC) and packed terms
// of the sum (gemmKC) are sized for the second-level cache and rows of A
// (gemmMC) for half of it; one panel of B stays in the first-level cache.
const (
	gemmMR = 2
	gemmNR = 4
	gemmMC = 64
	gemmKC = 256
	gemmNC = 512
)

// Gemm computes C = alpha*op(A)*op(B) + beta*C, where op transposes when its
// flag is set, op(A) is m by k, op(B) is k by n and C is m by n. Rows of a, b
// and c lie lda, ldb and ldc apart. A beta of 0 overwrites c, whatever it held;
// an alpha of 0 leaves a and b unread. A zero in one operand doesn't hide a NaN
// in the other, as it does in the reference BLAS. c must not overlap a or b.
//
// The terms of one element are added in order, in runs of 256, by one of two
// methods. A C of at most 512 columns or rows is computed from the operands
// where they lie; see narrow. A larger one is computed as K. Goto and R. van de
// Geijn do, "Anatomy of high-performance matrix multiplication", ACM TOMS 34
// (2008): pack panels of both operands, and multiply them in a register tile of
// 2 by 4. Products with a vector are left to [Gemv].
func Gemm[T Float](tA, tB bool, m, n, k int, alpha T, a []T, lda int, b []T, ldb int, beta T, c []T, ldc int) {
	switch {
	case m == 0 || n == 0:
		return
	case k == 0 || alpha == 0:
		for i := range m {
			scaleOut(beta, c[i*ldc:i*ldc+n])
		}
		return
	case n == 1 && (tB || ldb == 1) && (m == 1 || ldc == 1):
		if tA {
			Gemv(true, k, m, alpha, a, lda, b, beta, c)
		} else {
			Gemv(false, m, k, alpha, a, lda, b, beta, c)
		}
		return
	case m == 1 && (!tA || lda == 1):
		if tB {
			Gemv(false, n, k, alpha, b, ldb, a, beta, c)
		} else {
			Gemv(true, k, n, alpha, b, ldb, a, beta, c)
		}
		return
	}
	if !tA && n*k <= gemmTiny && (k < 8 || m*n*k < gemmTinyWork) {
		if tB {
			gemmTinyNT(m, n, k, alpha, a, lda, b, ldb, beta, c, ldc)
		} else {
			gemmTinyNN(m, n, k, alpha, a, lda, b, ldb, beta, c, ldc)
		}
		return
	}
	g := gemm[T]{tA: tA, tB: tB, m: m, n: n, k: k, alpha: alpha, a: a, lda: lda, b: b, ldb: ldb, beta: beta, c: c, ldc: ldc}
	alone := float64(m)*float64(n)*float64(k) < ParallelWork/2
	if w := min(m, n); w <= narrowMax && (k >= narrowMin || w <= narrowThin) {
		q := g.narrow()
		switch {
		case alone:
			q.serial()
		case q.rows < narrowTall && k >= narrowLong:
			q.byRuns()
		default:
			q.byRows()
		}
		return
	}
	if alone && n <= 2*gemmNC {
		g.small()
		return
	}
	g.large()
}

// gemm holds the operands of one call.
type gemm[T Float] struct {
	tA, tB        bool
	m, n, k       int
	alpha, beta   T
	a, b, c       []T
	lda, ldb, ldc int
}

// small runs on the caller's goroutine, without escaping.
func (g *gemm[T]) small() {
	sa, sb := getScratch(), getScratch()
	for p := 0; p < g.k; p += gemmKC {
		kc := min(gemmKC, g.k-p)
		pb := view[T](sb, roundUp(g.n, gemmNR)*kc)
		g.packB(pb, p, kc, 0, g.n)
		for i := 0; i < g.m; i += gemmMC {
			g.block(sa, pb, p, kc, i, min(gemmMC, g.m-i), 0, g.n)
		}
	}
	sa.put()
	sb.put()
}

// large shares the blocks of C between cores. All terms of one element are
// added by one of them, in order. It works on a copy, which the closures make
// escape; the caller keeps its own on the stack.
func (g gemm[T]) large() {
	sb := getScratch()
	defer sb.put()
	// Narrow blocks when there are few rows, so that all cores have some.
	nt := gemmNC
	if g.m <= gemmMC {
		nt = gemmNC / 8
	}
	for j := 0; j < g.n; j += gemmNC {
		nc := min(gemmNC, g.n-j)
		cols := (nc + nt - 1) / nt
		tiles := (g.m + gemmMC - 1) / gemmMC * cols
		for p := 0; p < g.k; p += gemmKC {
			kc := min(gemmKC, g.k-p)
			pb := view[T](sb, roundUp(nc, gemmNR)*kc)
			Parallel(nc, grainFor(4*kc, gemmNR), func(lo, hi int) {
				g.packB(pb[lo*kc:], p, kc, j+lo, hi-lo)
			})
			Parallel(tiles, 1, func(lo, hi int) {
				sa := getScratch()
				for t := lo; t < hi; t++ {
					i, jt := t/cols*gemmMC, t%cols*nt
					g.block(sa, pb[jt*kc:], p, kc, i, min(gemmMC, g.m-i), j+jt, min(nt, nc-jt))
				}
				sa.put()
			})
		}
	}
}

// block adds terms p to p+kc of the mc by nc block of C at (i0, j0), given the
// packed columns pb.
func (g *gemm[T]) block(sa *scratch, pb []T, p, kc, i0, mc, j0, nc int) {
	pa := view[T](sa, roundUp(mc, gemmMR)*kc)
	g.packA(pa, p, kc, i0, mc)
	beta := g.beta
	if p > 0 {
		beta = 1
	}
	var t [gemmMR * gemmNR]T
	for j := 0; j < nc; j += gemmNR {
		bp := pb[j*kc : (j+gemmNR)*kc]
		for i := 0; i < mc; i += gemmMR {
			gemmTile(pa[i*kc:(i+gemmMR)*kc], bp, &t)
			rows, cols := min(gemmMR, mc-i), min(gemmNR, nc-j)
			for r := range rows {
				at := (i0+i+r)*g.ldc + j0 + j
				storeTile(g.c[at:at+cols], t[r*gemmNR:], g.alpha, beta)
			}
		}
	}
}

// storeTile sets c = alpha*t + beta*c over one row of a tile.
func storeTile[T Float](c, t []T, alpha, beta T) {
	t = t[:len(c)]
	switch beta {
	case 0:
		for i, v := range t {
			c[i] = alpha * v
		}
	case 1:
		for i, v := range t {
			c[i] += alpha * v
		}
	default:
		for i, v := range t {
			c[i] = alpha*v + beta*c[i]
		}
	}
}

// gemmTile multiplies a packed panel of A (gemmMR interleaved rows) by a packed
// panel of B (gemmNR interleaved columns). Eight running sums, two elements of
// A and a product at a time are what fits in sixteen registers.
func gemmTile[T Float](a, b []T, t *[gemmMR * gemmNR]T) {
	var c00, c01, c02, c03, c10, c11, c12, c13 T
	for len(a) >= 4 && len(b) >= 8 {
		a0, a1 := a[0], a[1]
		b0, b1, b2, b3 := b[0], b[1], b[2], b[3]
		c00 += a0 * b0
		c01 += a0 * b1
		c02 += a0 * b2
		c03 += a0 * b3
		c10 += a1 * b0
		c11 += a1 * b1
		c12 += a1 * b2
		c13 += a1 * b3
		a0, a1 = a[2], a[3]
		b0, b1, b2, b3 = b[4], b[5], b[6], b[7]
		c00 += a0 * b0
		c01 += a0 * b1
		c02 += a0 * b2
		c03 += a0 * b3
		c10 += a1 * b0
		c11 += a1 * b1
		c12 += a1 * b2
		c13 += a1 * b3
		a, b = a[4:], b[8:]
	}
	if len(a) >= 2 && len(b) >= 4 {
		a0, a1 := a[0], a[1]
		c00 += a0 * b[0]
		c01 += a0 * b[1]
		c02 += a0 * b[2]
		c03 += a0 * b[3]
		c10 += a1 * b[0]
		c11 += a1 * b[1]
		c12 += a1 * b[2]
		c13 += a1 * b[3]
	}
	*t = [gemmMR * gemmNR]T{c00, c01, c02, c03, c10, c11, c12, c13}
}

func roundUp(n, unit int) int { return (n + unit - 1) / unit * unit }
