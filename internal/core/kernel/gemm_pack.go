package kernel

// packA copies terms p to p+kc of rows i0 to i0+mc of op(A) into panels of
// gemmMR interleaved rows, the last one filled up with zeros.
func (g *gemm[T]) packA(dst []T, p, kc, i0, mc int) {
	for i := 0; i < mc; i += gemmMR {
		panel := dst[i*kc : (i+gemmMR)*kc]
		r := min(gemmMR, mc-i)
		if g.tA {
			packAcross(panel, gemmMR, g.a[p*g.lda+i0+i:], g.lda, kc, r)
		} else {
			packAlong(panel, gemmMR, g.a[(i0+i)*g.lda+p:], g.lda, kc, r)
		}
	}
}

// packB copies terms p to p+kc of columns j0 to j0+nc of op(B) into panels of
// gemmNR interleaved columns, the last one filled up with zeros.
func (g *gemm[T]) packB(dst []T, p, kc, j0, nc int) {
	for j := 0; j < nc; j += gemmNR {
		panel := dst[j*kc : (j+gemmNR)*kc]
		r := min(gemmNR, nc-j)
		if g.tB {
			packAlong(panel, gemmNR, g.b[(j0+j)*g.ldb+p:], g.ldb, kc, r)
		} else {
			packAcross(panel, gemmNR, g.b[p*g.ldb+j0+j:], g.ldb, kc, r)
		}
	}
}

// packAlong interleaves r rows of src, kc elements of each, into groups of w.
func packAlong[T Float](dst []T, w int, src []T, ld, kc, r int) {
	if r < w {
		clear(dst)
	}
	for i := range r {
		row, d := src[i*ld:i*ld+kc], dst[i:]
		for _, v := range row {
			d[0] = v
			if len(d) <= w {
				break
			}
			d = d[w:]
		}
	}
}

// packAcross copies the first r elements of kc rows of src into groups of w.
func packAcross[T Float](dst []T, w int, src []T, ld, kc, r int) {
	switch {
	case w == 4 && r == 4:
		for p := range kc {
			*(*[4]T)(dst[4*p:]) = *(*[4]T)(src[p*ld:])
		}
	case w == 2 && r == 2:
		for p := range kc {
			*(*[2]T)(dst[2*p:]) = *(*[2]T)(src[p*ld:])
		}
	default:
		clear(dst)
		for p := range kc {
			copy(dst[p*w:], src[p*ld:p*ld+r])
		}
	}
}
