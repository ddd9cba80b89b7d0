package lsq

import (
	"math"

	"gonum.org/v1/gonum/blas"
	"gonum.org/v1/gonum/blas/blas64"
	"gonum.org/v1/gonum/lapack/lapack64"

	"github.com/argmin-go/argmin/minimize/internal/vec"
)

// ldp is the memory of LDP.
type ldp struct {
	size    []float64 // of the rows
	rows    []int     // those that are not zero
	a, b, u []float64 // of the dual problem
	terms   []float64 // sizes of the terms whose difference each h is
}

// LDP sets x to the shortest vector with G x ≥ h, and mu to the multipliers of the
// rows: x = Gᵀ mu, mu ≥ 0, and mu is 0 where a row is not active. With status
// NearlyIncompatible x is a solution too. Other statuses: OK, Incompatible (mu is then
// a proof: Gᵀ mu = 0 and hᵀ mu > 0), IterationLimit, NonFinite.
//
// Lawson & Hanson, algorithm LDP (23.27): with u ≥ 0 the weights for which
// [Gᵀ; hᵀ] u is nearest to (0, 1), and r the distance, x is Gᵀ u / r².
func (s *Solver) LDP(g blas64.General, h, x, mu []float64) Status {
	s.ldp.terms = vec.Grown(s.ldp.terms, len(h))
	for i, v := range h {
		s.ldp.terms[i] = math.Abs(v)
	}
	return s.leastDistance(g, h, x, mu, 0)
}

// leastDistance is LDP with the terms set, except for the product of a row with a vector of length long.
func (s *Solver) leastDistance(g blas64.General, h, x, mu []float64, long float64) Status {
	n, k := len(x), &s.ldp
	k.size, k.rows = vec.Grown(k.size, len(h)), k.rows[:0]
	clear(x)
	clear(mu)
	scale, far := 0.0, 0.0 // how far away the farthest row is, and the size of the terms of that
	for i, v := range h {
		size := 0.0
		if n > 0 {
			size = length(vec.Row(g, i))
		}
		k.size[i] = size
		switch {
		case math.IsNaN(v) || math.IsNaN(size) || math.IsInf(size, 0) || math.IsInf(v, 1):
			return NonFinite
		case size > 0:
			scale, far = max(scale, v/size), max(far, k.terms[i]/size+long)
			k.rows = append(k.rows, i)
		case v > s.Tol:
			mu[i] = 1
			return Incompatible
		}
	}
	if scale == 0 {
		return OK
	}
	r, total, status := s.dual(g, h, mu, scale, 0)
	if status == OK && r <= 4*vec.Eps*float64(n+1)*total && total*rounding*max(far, scale) > scale {
		// No point violates all rows by less than 1/total of scale, which is rounding.
		r, total, status = s.dual(g, h, mu, scale, 2/total)
	}
	switch {
	case status != OK:
		return status
	case r <= 4*vec.Eps*float64(n+1)*total:
		return Incompatible
	}
	vec.Scale(scale/r/r, mu)
	blas64.Gemv(blas.Trans, 1, g, vec.Of(mu), 0, vec.Of(x))
	if !vec.AllFinite(x) {
		return NonFinite
	}
	s.correct(g, h, x, mu)
	if r < nearly {
		return NearlyIncompatible
	}
	return OK
}

// dual sets mu to the weights of rows of length 1 and with h in units of scale, less
// the slack, and returns the distance and one more than the sum of weights.
func (s *Solver) dual(g blas64.General, h, mu []float64, scale, slack float64) (r, total float64, status Status) {
	k, n := &s.ldp, g.Cols
	m := n + 1
	k.a, k.b, k.u = vec.Grown(k.a, m*len(k.rows)), vec.Grown(k.b, m), vec.Grown(k.u, len(k.rows))
	for j, i := range k.rows {
		c := k.a[j*m : (j+1)*m]
		for l, v := range vec.Row(g, i) {
			c[l] = v / k.size[i]
		}
		c[n] = h[i]/k.size[i]/scale - slack
	}
	clear(k.b)
	k.b[n] = 1
	r, status = s.NNLS(k.a, m, k.b, k.u)
	total = 1
	for j, i := range k.rows {
		mu[i] = k.u[j] / k.size[i]
		total += k.u[j]
	}
	return r, total, status
}

// lsi is the memory of LSI.
type lsi struct {
	tau, y, h           []float64
	rows, right, change []float64 // for correct
}

// LSI sets x to the minimizer of |E x - f| with G x ≥ h, and mu to the multipliers of
// the rows: Eᵀ(E x - f) = Gᵀ mu. E has full column rank. Statuses: the ones of LDP, and
// SingularE.
//
// Lawson & Hanson, section 23.5: with E = Q R it is a least-distance problem in
// R x - Qᵀf. A triangular E is taken as it is.
func (s *Solver) LSI(e blas64.General, f []float64, g blas64.General, h, x, mu []float64) Status {
	s.ldp.terms = vec.Grown(s.ldp.terms, len(h))
	for i, v := range h {
		s.ldp.terms[i] = math.Abs(v)
	}
	return s.inequalities(e, f, g, h, x, mu)
}

// inequalities is LSI with the terms set.
func (s *Solver) inequalities(e blas64.General, f []float64, g blas64.General, h, x, mu []float64) Status {
	n, k := len(x), &s.lsi
	if e.Rows < n {
		return SingularE
	}
	if n > 0 && !triangular(e) {
		k.tau = vec.Grown(k.tau, n)
		work := s.space(max(n, e.Rows))
		lapack64.Geqrf(e, k.tau, work, len(work))
		lapack64.Ormqr(blas.Left, blas.Trans, e, k.tau, column(f), work, len(work))
	}
	for i := range n {
		size := 0.0
		for l := range i + 1 {
			size += math.Abs(e.Data[l*e.Stride+i])
		}
		if d := math.Abs(e.Data[i*e.Stride+i]); math.IsNaN(size) || math.IsInf(size, 0) {
			return NonFinite
		} else if d <= vec.Eps*size {
			return SingularE
		}
	}
	f = f[:n]
	k.h = append(k.h[:0], h...)
	r := blas64.Triangular{N: n, Stride: max(e.Stride, 1), Data: e.Data, Uplo: blas.Upper, Diag: blas.NonUnit}
	if n > 0 && g.Rows > 0 {
		blas64.Trsm(blas.Right, blas.NoTrans, 1, r, g)
		blas64.Gemv(blas.NoTrans, -1, g, vec.Of(f), 1, vec.Of(h))
	}
	k.y = vec.Grown(k.y, n)
	status := s.leastDistance(g, h, k.y, mu, length(f))
	if status != OK && status != NearlyIncompatible {
		return status
	}
	for i, v := range f {
		x[i] = v + k.y[i]
	}
	s.correct(g, k.h, x, mu)
	if n > 0 {
		blas64.Trsv(blas.NoTrans, r, vec.Of(x))
	}
	if !vec.AllFinite(x) {
		return NonFinite
	}
	return status
}

// correct makes x satisfy the active rows, by the shortest change, where cancellation has moved it off by
// more than 1e-12 of its length: weights of nearly opposite rows lose digits, and so does a distance that is
// long compared with x.
func (s *Solver) correct(g blas64.General, h, x, mu []float64) {
	k := &s.lsi
	active, off, size := 0, 0.0, length(x)
	for i, v := range mu {
		if v > 0 {
			active++
			off = max(off, math.Abs(h[i]-dot(vec.Row(g, i), x))/s.ldp.size[i])
		}
	}
	if !(off > rounding*size) {
		return
	}
	k.rows, k.right, k.change = vec.Grown(k.rows, active*len(x)), vec.Grown(k.right, active), vec.Grown(k.change, len(x))
	a := vec.Matrix(active, len(x), k.rows)
	active = 0
	for i, v := range mu {
		if v > 0 {
			for l, v := range vec.Row(g, i) {
				vec.Row(a, active)[l] = v / s.ldp.size[i]
			}
			k.right[active] = (h[i] - dot(vec.Row(g, i), x)) / s.ldp.size[i]
			active++
		}
	}
	s.HFTI(a, k.right, k.change, rounding)
	vec.Axpy(1, k.change, x)
}

// triangular reports whether what is below the diagonal is 0.
func triangular(a blas64.General) bool {
	for i := range a.Rows {
		for _, v := range vec.Row(a, i)[:min(i, a.Cols)] {
			if v != 0 {
				return false
			}
		}
	}
	return true
}
