package kernel

// triangularBlock is the order up to which a triangular system is solved
// directly; a larger one is halved, which leaves most of the work to Gemm.
const triangularBlock = 32

// TriangularSolve overwrites b, m by n, with the solution X of op(A)*X = B, or
// of X*op(A) = B when not left, where op transposes when trans. a is square, of
// order m (left) or n, and only its lower (or upper) triangle is read; unit
// specifies that its diagonal is all ones, and then that isn't read either. A zero
// on the diagonal divides: the answer holds infinities or NaN.
//
// Row-oriented substitution inside the recursive halving of E. Elmroth,
// F. Gustavson, I. Jonsson and B. Kågström, "Recursive blocked algorithms and
// hybrid data structures for dense matrix library software", SIAM Review 46
// (2004), section 2.2. float32 is solved in float32.
func TriangularSolve[T Float](left, lower, trans, unit bool, m, n int, a, b []T) {
	if m == 0 || n == 0 {
		return
	}
	order := n
	if left {
		order = m
	}
	t := triangle[T]{a: a, ld: order, lower: lower, trans: trans, unit: unit}
	switch {
	case !left:
		t.right(0, order, m, b, n)
	case n == 1:
		t.vector(0, order, b)
	default:
		t.left(0, order, n, b, n)
	}
}

// triangle is op of a triangular matrix.
type triangle[T Float] struct {
	a                  []T
	ld                 int
	lower, trans, unit bool
}

// forward reports whether op(A) is lower triangular, so that the unknowns of
// op(A)*x = b come from the first to the last.
func (t *triangle[T]) forward() bool { return t.lower != t.trans }

// offDiagonal returns the stored block that joins unknowns lo to mid with mid
// to hi: rows mid to hi and columns lo to mid of a lower triangle, and the
// mirror of an upper one's.
func (t *triangle[T]) offDiagonal(lo, mid int) []T {
	if t.lower {
		return t.a[mid*t.ld+lo:]
	}
	return t.a[lo*t.ld+mid:]
}

// left solves for rows lo to hi of the n columns of b, whose row lo is b[0:n].
func (t *triangle[T]) left(lo, hi, n int, b []T, ldb int) {
	if hi-lo <= triangularBlock {
		t.leftRows(lo, hi, n, b, ldb)
		return
	}
	mid := lo + roundUp((hi-lo)/2, gemmNR)
	off, b2 := t.offDiagonal(lo, mid), b[(mid-lo)*ldb:]
	if t.forward() {
		t.left(lo, mid, n, b, ldb)
		Gemm(t.trans, false, hi-mid, n, mid-lo, -1, off, t.ld, b, ldb, 1, b2, ldb)
		t.left(mid, hi, n, b2, ldb)
		return
	}
	t.left(mid, hi, n, b2, ldb)
	Gemm(t.trans, false, mid-lo, n, hi-mid, -1, off, t.ld, b2, ldb, 1, b, ldb)
	t.left(lo, mid, n, b, ldb)
}

// leftRows is left by substitution, a row of b at a time.
func (t *triangle[T]) leftRows(lo, hi, n int, b []T, ldb int) {
	var coef [triangularBlock]T
	for s := range hi - lo {
		i, j0, j1 := lo+s, lo, lo+s
		if !t.forward() {
			i, j0, j1 = hi-1-s, hi-s, hi
		}
		row := b[(i-lo)*ldb:][:n]
		if t.trans {
			for j := j0; j < j1; j++ {
				coef[j-j0] = t.a[j*t.ld+i]
			}
		} else {
			copy(coef[:], t.a[i*t.ld+j0:i*t.ld+j1])
		}
		gemvT(j1-j0, 0, n, -1, b[(j0-lo)*ldb:], ldb, coef[:], 1, row)
		if !t.unit {
			d := t.a[i*t.ld+i]
			for j := range row {
				row[j] /= d
			}
		}
	}
}

// right solves X*op(A) = B for columns lo to hi of the m rows of b, whose
// column lo starts at b[0].
func (t *triangle[T]) right(lo, hi, m int, b []T, ldb int) {
	if hi-lo <= triangularBlock {
		// x*op(A) = b is op(A)ᵀ*xᵀ = bᵀ, for each row of b.
		f := triangle[T]{a: t.a, ld: t.ld, lower: t.lower, trans: !t.trans, unit: t.unit}
		i := 0
		if t.lower && t.trans && !t.unit {
			n, l := hi-lo, t.a[lo*t.ld+lo:]
			for ; i+4 <= m; i += 4 {
				substitute4(b[i*ldb:][:n], b[(i+1)*ldb:][:n], b[(i+2)*ldb:][:n], b[(i+3)*ldb:][:n], l, t.ld)
			}
		}
		for ; i < m; i++ {
			f.vector(lo, hi, b[i*ldb:])
		}
		return
	}
	mid := lo + roundUp((hi-lo)/2, gemmNR)
	off, b2 := t.offDiagonal(lo, mid), b[mid-lo:]
	if t.forward() {
		t.right(mid, hi, m, b2, ldb)
		Gemm(false, t.trans, m, mid-lo, hi-mid, -1, b2, ldb, off, t.ld, 1, b, ldb)
		t.right(lo, mid, m, b, ldb)
		return
	}
	t.right(lo, mid, m, b, ldb)
	Gemm(false, t.trans, m, hi-mid, mid-lo, -1, b, ldb, off, t.ld, 1, b2, ldb)
	t.right(mid, hi, m, b2, ldb)
}

// vector solves op(A)*x = b for unknowns lo to hi of one right-hand side, x
// and b in x[0:hi-lo]. A stored row of A is used as a whole, either to sum what
// is known into one unknown or to take one known out of the rest.
func (t *triangle[T]) vector(lo, hi int, x []T) {
	n := hi - lo
	x = x[:n]
	for s := range n {
		i := s
		if !t.forward() {
			i = n - 1 - s
		}
		row := t.a[(lo+i)*t.ld+lo:][:n]
		j0, j1 := i+1, n // the stored part of the row
		if t.lower {
			j0, j1 = 0, i
		}
		if !t.trans {
			x[i] -= dotTree(row[j0:j1], x[j0:j1])
		}
		if !t.unit {
			x[i] /= row[i]
		}
		if t.trans {
			axpyRun(-x[i], row[j0:j1], x[j0:j1])
		}
	}
}
