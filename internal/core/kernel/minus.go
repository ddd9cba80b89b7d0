package kernel

import "unsafe"

// Updates of symmetric matrices of which the upper triangle is kept, by rows: what factorizations do most. Each element is the same
// number whatever other elements are updated with it, and on however many cores.

// The tile that MinusUpper computes in registers, and the terms that it takes at a time: a panel of 12 columns stays in the
// first-level cache.
const (
	minusMR = 4
	minusNR = 12
	minusKC = 128
)

// MinusUpper subtracts LᵀW from c, [rows, cols], where l is [k, rows] and w is [k, cols], whose rows lie ldc, ldl and ldw apart. Only
// the elements on and right of the diagonal are meant; those left of it are undefined afterwards, and must not be outside of c.
func MinusUpper(rows, cols, k int, l []float64, ldl int, w []float64, ldw int, c []float64, ldc int) {
	if rows == 0 || cols == 0 || k == 0 {
		return
	}
	if !fused {
		for i := 0; i < rows; i += gemmMC {
			Gemm(true, false, min(gemmMC, rows-i), cols-i, k, -1, l[i:], ldl, w[i:], ldw, 1, c[i*ldc+i:], ldc)
		}
		return
	}
	m := minus{rows: rows, cols: cols, ldl: ldl, ldw: ldw, ldc: ldc, l: l, w: w, c: c}
	for p := 0; p < k; p += minusKC {
		m.terms(p, min(minusKC, k-p))
	}
}

// minus holds the operands of one call.
type minus struct {
	rows, cols, ldl, ldw, ldc int
	l, w, c                   []float64
}

// terms subtracts terms p to p+k of the sums.
func (m *minus) terms(p, k int) {
	s := getScratch()
	defer s.put()
	lead := roundUp(m.rows, minusMR)
	a := view[float64](s, lead*k)
	interleave(a, minusMR, m.l[p*m.ldl:], m.ldl, k, m.rows)
	panels := (m.cols + minusNR - 1) / minusNR
	// Half of the elements are left out at most.
	if work := m.rows * m.cols * k; work < ParallelWork {
		m.panels(a, p, k, 0, panels)
		return
	}
	n := *m // escapes
	Parallel(panels, grainFor(m.rows*k*minusNR, 1), func(lo, hi int) { n.panels(a, p, k, lo, hi) })
}

// panels does it for the columns of panels lo to hi, minusNR each. a are the terms of l, packed.
func (m *minus) panels(a []float64, p, k, lo, hi int) {
	s := getScratch()
	defer s.put()
	buf := view[float64](s, minusNR*k+minusMR*minusNR)
	b, edge := buf[:minusNR*k], buf[minusNR*k:]
	for j := lo * minusNR; j < min(hi*minusNR, m.cols); j += minusNR {
		cols := min(minusNR, m.cols-j)
		interleave(b, minusNR, m.w[p*m.ldw+j:], m.ldw, k, cols)
		for i := 0; i < min(m.rows, j+cols); i += minusMR {
			at, rows := i*m.ldc+j, min(minusMR, m.rows-i)
			if rows == minusMR && cols == minusNR {
				c := m.c[at : at+(minusMR-1)*m.ldc+minusNR]
				minusTileF64(unsafe.Pointer(&c[0]), 8*m.ldc, unsafe.Pointer(&a[i*k]), unsafe.Pointer(&b[0]), k)
				continue
			}
			clear(edge)
			minusTileF64(unsafe.Pointer(&edge[0]), 8*minusNR, unsafe.Pointer(&a[i*k]), unsafe.Pointer(&b[0]), k)
			for r := range rows {
				c := m.c[at+r*m.ldc:][:cols]
				for t, v := range edge[r*minusNR:][:cols] {
					c[t] += v
				}
			}
		}
	}
}

// interleave copies k rows of n numbers, ld apart, into panels of the given width, the last filled up with zeros.
func interleave(dst []float64, width int, src []float64, ld, k, n int) {
	for j := 0; j < n; j += width {
		panel := dst[j*k:][:width*k]
		w := min(width, n-j)
		if w < width {
			clear(panel)
		}
		switch {
		case width == minusMR && w == minusMR:
			for p := range k {
				*(*[minusMR]float64)(panel[p*minusMR:]) = *(*[minusMR]float64)(src[p*ld+j:])
			}
		case width == minusNR && w == minusNR:
			for p := range k {
				*(*[minusNR]float64)(panel[p*minusNR:]) = *(*[minusNR]float64)(src[p*ld+j:])
			}
		default:
			for p := range k {
				copy(panel[p*width:], src[p*ld+j:][:w])
			}
		}
	}
}

// MinusTwo subtracts c0·x from y0, and c1·x from y1.
func MinusTwo(c0, c1 float64, x, y0, y1 []float64) {
	y0, y1 = y0[:len(x)], y1[:len(x)]
	if fused && len(x) >= 4 {
		minusTwoF64(unsafe.Pointer(&y0[0]), unsafe.Pointer(&y1[0]), unsafe.Pointer(&x[0]), len(x), c0, c1)
		return
	}
	for i, v := range x {
		y0[i] -= c0 * v
		y1[i] -= c1 * v
	}
}
