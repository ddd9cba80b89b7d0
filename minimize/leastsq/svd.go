package leastsq

import (
	"math"

	"gonum.org/v1/gonum/blas"
	"gonum.org/v1/gonum/blas/blas64"
	"gonum.org/v1/gonum/lapack"
	"gonum.org/v1/gonum/lapack/lapack64"
	"gonum.org/v1/gonum/mat"

	"github.com/argmin-go/argmin/minimize/internal/vec"
)

// svd is the singular value decomposition A = U S Vᵀ of a Jacobian with scaled
// columns, and Uᵀb of a right-hand side. Tall matrices are reduced to R of their QR
// decomposition first.
type svd struct {
	a         blas64.General // A, later its QR decomposition
	b         []float64      // the right-hand side, later Qᵀb
	k         int            // the number of singular values
	u, vt     blas64.General // U and Vᵀ
	s, ub     []float64      // S and Uᵀb, of length k
	s2, suf   []float64      // S² and S Uᵀb, both over the square of the largest singular value
	small     blas64.General // R
	tau, work []float64      // for LAPACK
	w         []float64      // scratch
}

// newSVD makes room for matrices of up to rows rows and n columns.
func newSVD(rows, n int) *svd {
	k := min(rows, n)
	d := &svd{b: make([]float64, rows), s: make([]float64, k), ub: make([]float64, k), s2: make([]float64, k),
		suf: make([]float64, k), w: make([]float64, k), tau: make([]float64, k)}
	d.a.Data, d.vt.Data, d.u.Data, d.small.Data = make([]float64, rows*n), make([]float64, k*n), make([]float64, k*k), make([]float64, n*n)
	return d
}

// scratch is room for LAPACK of at least n numbers.
func (d *svd) scratch(n int) []float64 {
	if len(d.work) < n {
		d.work = make([]float64, n)
	}
	return d.work
}

// factorize decomposes the matrix of the given columns of j, column i times scale[i],
// and below them one row for every column with diag[i] > 0, which has √diag[i] in that
// column. The right-hand side is f and zeros. It reports false when the iteration for
// the singular values does not converge. scale and diag may be nil.
func (d *svd) factorize(j *mat.Dense, columns []int, scale, diag, f []float64) bool {
	d.assemble(j, columns, scale, diag, f)
	n := d.a.Cols
	a := d.a
	if d.a.Rows > n {
		a = d.reduce()
	}
	d.vt = blas64.General{Rows: d.k, Cols: n, Stride: n, Data: d.vt.Data[:d.k*n]}
	d.u = blas64.General{Rows: d.k, Cols: d.k, Stride: d.k, Data: d.u.Data[:d.k*d.k]}
	var size [1]float64
	lapack64.Gesvd(lapack.SVDStore, lapack.SVDStore, a, d.u, d.vt, d.s[:d.k], size[:], -1)
	work := d.scratch(int(size[0]))
	if !lapack64.Gesvd(lapack.SVDStore, lapack.SVDStore, a, d.u, d.vt, d.s[:d.k], work, len(work)) {
		return false
	}
	blas64.Gemv(blas.Trans, 1, d.u, vec.Of(d.b[:d.k]), 0, vec.Of(d.ub[:d.k]))
	unit := max(d.s[0], 0x1p-1022) // so that squares do not overflow; the smallest normal number for A = 0
	for i, s := range d.s[:d.k] {
		s /= unit
		d.s2[i], d.suf[i] = s*s, s*(d.ub[i]/unit)
	}
	return true
}

// assemble sets a and b, and k to the number of singular values.
func (d *svd) assemble(j *mat.Dense, columns []int, scale, diag, f []float64) {
	m, n := len(f), len(columns)
	rows := m
	if diag != nil {
		for _, i := range columns {
			if diag[i] > 0 {
				rows++
			}
		}
	}
	d.k = min(rows, n)
	d.a = blas64.General{Rows: rows, Cols: n, Stride: n, Data: d.a.Data[:rows*n]}
	d.b = d.b[:rows]
	copy(d.b, f)
	clear(d.b[m:])
	for r := range m {
		from, to := j.RawRowView(r), d.a.Data[r*n:]
		for k, i := range columns {
			to[k] = from[i]
			if scale != nil {
				to[k] *= scale[i]
			}
		}
	}
	if rows == m {
		return
	}
	clear(d.a.Data[m*n:])
	at := m * n
	for k, i := range columns {
		if diag[i] > 0 {
			d.a.Data[at+k] = math.Sqrt(diag[i])
			at += n
		}
	}
}

// reduce makes b the leading part of Qᵀb and returns R.
func (d *svd) reduce() blas64.General {
	n := d.a.Cols
	var s1, s2 [1]float64
	b := blas64.General{Rows: d.a.Rows, Cols: 1, Stride: 1, Data: d.b}
	lapack64.Geqrf(d.a, d.tau[:n], s1[:], -1)
	lapack64.Ormqr(blas.Left, blas.Trans, d.a, d.tau[:n], b, s2[:], -1)
	work := d.scratch(int(max(s1[0], s2[0])))
	lapack64.Geqrf(d.a, d.tau[:n], work, len(work))
	lapack64.Ormqr(blas.Left, blas.Trans, d.a, d.tau[:n], b, work, len(work))
	r := blas64.General{Rows: n, Cols: n, Stride: n, Data: d.small.Data[:n*n]}
	clear(r.Data)
	for i := range n {
		copy(r.Data[i*n+i:(i+1)*n], d.a.Data[i*n+i:(i+1)*n])
	}
	return r
}

// fullRank reports whether no singular value is zero to rounding.
func (d *svd) fullRank() bool {
	return d.a.Rows >= d.a.Cols && d.s[d.k-1] > vec.Eps*float64(d.a.Rows)*d.s[0]
}

// leastNorm sets p to the solution of least length of min |A p + b|.
func (d *svd) leastNorm(p []float64) {
	zero := vec.Eps * d.s[0]
	for i, s := range d.s[:d.k] {
		d.w[i] = 0
		if s > zero {
			d.w[i] = -d.ub[i] / s
		}
	}
	blas64.Gemv(blas.Trans, 1, d.vt, vec.Of(d.w[:d.k]), 0, vec.Of(p))
}

// region sets p to the minimizer of |A p + b| with |p| ≤ delta, to 1% of delta, and
// returns its multiplier α, which satisfies (AᵀA + αI) p = -Aᵀb; the given one is where
// the search starts.
//
// It is the root-finding of Moré, "The Levenberg-Marquardt algorithm: implementation
// and theory", 1978, algorithm 5.5, with the singular value decomposition in place of
// QR.
func (d *svd) region(delta, alpha float64, p []float64) float64 {
	full := d.fullRank()
	if full {
		d.leastNorm(p)
		if vec.Norm2(p) <= delta {
			return 0
		}
	}
	upper, lower := vec.Norm2(d.suf[:d.k])/delta, 0.0
	if upper == 0 {
		clear(p)
		return 0
	}
	unit := d.s[0] * d.s[0] // of α here
	alpha /= unit
	if full {
		phi, slope := d.phi(0, delta)
		lower = -phi / slope
	}
	// The numbers from here on are SciPy's, after Moré, "The Levenberg-Marquardt algorithm:
	// implementation and theory", 1978, algorithm 5.5.
	middle := func() float64 { return max(0.001*upper, math.Sqrt(lower*upper)) }
	if !full && !(alpha > 0) {
		alpha = middle()
	}
	for range 10 {
		if !(alpha >= lower && alpha <= upper) {
			alpha = middle()
		}
		phi, slope := d.phi(alpha, delta)
		if phi < 0 {
			upper = alpha
		}
		ratio := phi / slope
		lower = max(lower, alpha-ratio)
		alpha -= (phi + delta) * ratio / delta
		if math.Abs(phi) < 0.01*delta {
			break
		}
	}
	d.damped(alpha, delta, p)
	return alpha * unit
}

// damped sets p to the direction of p(α), with the length delta, so that it does not leave the
// region.
func (d *svd) damped(alpha, delta float64, p []float64) {
	for i, v := range d.suf[:d.k] {
		d.w[i] = 0
		if v != 0 {
			d.w[i] = -v / (d.s2[i] + alpha)
		}
	}
	blas64.Gemv(blas.Trans, 1, d.vt, vec.Of(d.w[:d.k]), 0, vec.Of(p))
	if size := vec.Norm2(p); size > 0 {
		blas64.Scal(delta/size, vec.Of(p))
	}
}

// phi is |p(α)| - delta and its derivative.
func (d *svd) phi(alpha, delta float64) (phi, slope float64) {
	for i, v := range d.suf[:d.k] {
		d.w[i] = 0
		if v != 0 {
			den := d.s2[i] + alpha
			d.w[i] = v / den
			slope -= d.w[i] * d.w[i] / den
		}
	}
	size := vec.Norm2(d.w[:d.k])
	return size - delta, slope / size
}
