package lsq

import (
	"math"

	"gonum.org/v1/gonum/blas"
	"gonum.org/v1/gonum/blas/blas64"
	"gonum.org/v1/gonum/lapack/lapack64"

	"github.com/argmin-go/argmin/minimize/internal/vec"
)

// hfti is the memory of HFTI.
type hfti struct {
	tau, rows, z []float64
	pivot        []int
}

// HFTI sets x to the shortest of the minimizers of |A x - b|, of length n, and returns
// the rank of the m×n matrix A and the least |A x - b|. Columns that differ from
// combinations of others by no more than tol times the largest column count as
// dependent; default rounding.
//
// Lawson & Hanson, algorithm HFTI (14.9): a QR factorization with column pivoting, and
// where the rank is less than n another from the right.
func (s *Solver) HFTI(a blas64.General, b, x []float64, tol float64) (rank int, residual float64) {
	m, n, k := a.Rows, a.Cols, &s.hftiMemory
	clear(x)
	if m == 0 || n == 0 {
		return 0, length(b)
	}
	most := min(m, n)
	k.tau, k.pivot, k.z = vec.Grown(k.tau, most), vec.Grown(k.pivot, n), vec.Grown(k.z, n)
	s.pivoted(a, k.tau, k.pivot)
	work := s.space(max(m, n))
	lapack64.Ormqr(blas.Left, blas.Trans, columnsTo(a, most), k.tau, column(b), work, len(work))
	if tol == 0 {
		tol = vec.Eps * float64(max(m, n))
	}
	rank = rankOf(a, tol)
	residual = length(b[rank:])
	if rank == 0 {
		return rank, residual
	}
	z := k.z
	clear(z[rank:])
	copy(z, b[:rank])
	if rank == n {
		blas64.Trsv(blas.NoTrans, blas64.Triangular{N: n, Stride: a.Stride, Data: a.Data, Uplo: blas.Upper, Diag: blas.NonUnit}, vec.Of(z))
	} else {
		// The first rows are L Q; the shortest z with L Q z = b is Qᵀ L⁻¹ b.
		k.rows = vec.Grown(k.rows, rank*n)
		l := vec.Matrix(rank, n, k.rows)
		for i := range rank {
			clear(vec.Row(l, i)[:i])
			copy(vec.Row(l, i)[i:], vec.Row(a, i)[i:])
		}
		lapack64.Gelqf(l, k.tau[:rank], work, len(work))
		blas64.Trsv(blas.NoTrans, blas64.Triangular{N: rank, Stride: n, Data: l.Data, Uplo: blas.Lower, Diag: blas.NonUnit}, vec.Of(z[:rank]))
		lapack64.Ormlq(blas.Left, blas.Trans, l, k.tau[:rank], column(z), work, len(work))
	}
	for i, p := range k.pivot {
		x[p] = z[i]
	}
	return rank, residual
}

// pivoted overwrites a with its QR factorization with column pivoting.
func (s *Solver) pivoted(a blas64.General, tau []float64, pivot []int) {
	for i := range pivot {
		pivot[i] = -1
	}
	work := s.space(max(a.Rows, a.Cols))
	lapack64.Geqp3(a, pivot, tau, work, len(work))
}

// rankOf is the rank of a factorization with column pivoting.
func rankOf(a blas64.General, tol float64) int {
	rank := 0
	for i := range min(a.Rows, a.Cols) {
		d := math.Abs(a.Data[i*a.Stride+i])
		if !(d > tol*math.Abs(a.Data[0])) {
			break
		}
		rank++
	}
	return rank
}

// columnsTo is the first k columns of a.
func columnsTo(a blas64.General, k int) blas64.General {
	a.Cols = k
	return a
}
