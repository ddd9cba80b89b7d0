package lsq

import (
	"math"

	"gonum.org/v1/gonum/blas"
	"gonum.org/v1/gonum/blas/blas64"
	"gonum.org/v1/gonum/lapack/lapack64"

	"github.com/argmin-go/argmin/minimize/internal/vec"
)

// lsei is the memory of LSEI.
type lsei struct {
	ct, tau, size, y, rhs []float64 // Cᵀ and then its factors, lengths of rows of C, the solution of the equations
	pivot                 []int
	e, f                  []float64 // E Q, and f less the part of y
}

// LSEI sets x to the minimizer of |E x - f| with C x = d and G x ≥ h, and lambda and
// mu to the multipliers: Eᵀ(E x - f) = Cᵀ lambda + Gᵀ mu. Equations that depend on
// others are left out, with multiplier 0, if they do not contradict them. Statuses: the ones of
// LSI, and SingularC; without inequalities RankDeficient.
//
// Lawson & Hanson, section 20.3 and chapter 21: the equations leave a subspace, in
// whose orthonormal basis the problem is one of LSI or HFTI.
func (s *Solver) LSEI(e blas64.General, f []float64, c blas64.General, d []float64, g blas64.General, h, x, lambda, mu []float64) Status {
	n, mc, k := len(x), len(d), &s.lsei
	clear(mu)
	if mc == 0 {
		if len(h) == 0 {
			return s.unconstrained(e, f, x)
		}
		return s.LSI(e, f, g, h, x, mu)
	}
	if !vec.AllFinite(d) {
		return NonFinite
	}
	ct, ok := s.transposed(c)
	if !ok {
		return NonFinite
	}
	s.pivoted(ct, k.tau, k.pivot)
	rank := rankOf(ct, 10*vec.Eps*float64(max(n, mc)))
	k.y = vec.Grown(k.y, n)
	y := k.y[:rank]
	if !s.equations(ct, d, y) {
		return SingularC
	}
	// In the basis Q of ℝⁿ: E Q = [E₁ E₂] and G Q = [G₁ G₂], with x = Q (y, z).
	q := columnsTo(ct, min(n, mc))
	work := s.space(max(n, mc, e.Rows, g.Rows))
	lapack64.Ormqr(blas.Right, blas.NoTrans, q, k.tau, e, work, len(work))
	k.e, k.f = append(k.e[:0], e.Data[:(e.Rows-1)*e.Stride+n]...), vec.Grown(k.f, e.Rows)
	eq := blas64.General{Rows: e.Rows, Cols: n, Stride: e.Stride, Data: k.e} // E Q, which is overwritten in e
	e2, g2 := columns(e, rank), columns(g, rank)
	if rank > 0 {
		blas64.Gemv(blas.NoTrans, -1, columnsTo(e, rank), vec.Of(y), 1, vec.Of(f))
	}
	copy(k.f, f)
	z := x[rank:]
	var status Status
	if len(h) > 0 {
		s.reduce(g, h, y, q, work)
		status = s.inequalities(e2, f, g2, h, z, mu)
	} else {
		status = s.unconstrained(e2, f, z)
	}
	if status != OK && status != NearlyIncompatible {
		return status
	}
	s.multipliers(ct, eq, g, z, lambda, mu, rank)
	copy(x, y)
	lapack64.Ormqr(blas.Left, blas.NoTrans, q, k.tau, column(x), work, len(work))
	if !vec.AllFinite(x) || !vec.AllFinite(lambda) {
		return NonFinite
	}
	return status
}

// transposed is Cᵀ with rows of C scaled to length 1, which are not 0. It reports false if a
// length is not finite.
func (s *Solver) transposed(c blas64.General) (blas64.General, bool) {
	n, mc, k := c.Cols, c.Rows, &s.lsei
	k.ct, k.tau, k.size, k.pivot = vec.Grown(k.ct, n*mc), vec.Grown(k.tau, min(n, mc)), vec.Grown(k.size, mc), vec.Grown(k.pivot, mc)
	ct := vec.Matrix(n, mc, k.ct)
	for i := range mc {
		size := length(vec.Row(c, i))
		if !vec.IsFinite(size) {
			return ct, false
		}
		if size == 0 {
			size = 1
		}
		k.size[i] = size
		for j, v := range vec.Row(c, i) {
			ct.Data[j*mc+i] = v / size
		}
	}
	return ct, true
}

// multipliers sets lambda from R lambda = (Qᵀ(Eᵀ(E x - f) - Gᵀ mu))[:rank], with e and g the
// matrices times Q, and f less E₁ y in the memory of LSEI.
func (s *Solver) multipliers(ct, e, g blas64.General, z, lambda, mu []float64, rank int) {
	k := &s.lsei
	clear(lambda)
	if rank == 0 {
		return
	}
	vec.Scale(-1, k.f)
	if rank < e.Cols {
		blas64.Gemv(blas.NoTrans, 1, columns(e, rank), vec.Of(z), 1, vec.Of(k.f))
	}
	k.rhs = vec.Grown(k.rhs, rank)
	blas64.Gemv(blas.Trans, 1, columnsTo(e, rank), vec.Of(k.f), 0, vec.Of(k.rhs))
	if len(mu) > 0 {
		blas64.Gemv(blas.Trans, -1, columnsTo(g, rank), vec.Of(mu), 1, vec.Of(k.rhs))
	}
	blas64.Trsv(blas.NoTrans, blas64.Triangular{N: rank, Stride: ct.Stride, Data: ct.Data, Uplo: blas.Upper, Diag: blas.NonUnit}, vec.Of(k.rhs))
	for i, v := range k.rhs {
		lambda[k.pivot[i]] = v / k.size[k.pivot[i]]
	}
}

// unconstrained sets x to the only minimizer of |E x - f|.
func (s *Solver) unconstrained(e blas64.General, f, x []float64) Status {
	if rank, _ := s.HFTI(e, f, x, 0); rank < len(x) {
		return RankDeficient
	}
	if !vec.AllFinite(x) {
		return NonFinite
	}
	return OK
}

// equations sets y to the solution of the first equations, which are independent: Rᵀ y
// = d. It reports false when the others contradict it.
func (s *Solver) equations(ct blas64.General, d, y []float64) bool {
	k, rank := &s.lsei, len(y)
	scaled := func(i int) float64 { return d[k.pivot[i]] / k.size[k.pivot[i]] }
	// residual of equation i, and what rounding may make of it.
	residual := func(i int) (float64, float64) {
		v, size := scaled(i), math.Abs(scaled(i))
		for l := range min(i, rank) {
			t := ct.Data[l*ct.Stride+i] * y[l]
			v -= t
			size += math.Abs(t)
		}
		return v, rounding*size + s.Tol/k.size[k.pivot[i]]
	}
	for i := range y {
		v, _ := residual(i)
		y[i] = v / ct.Data[i*ct.Stride+i]
	}
	contradiction := false
	for i := rank; i < len(d); i++ {
		if v, enough := residual(i); !(math.Abs(v) <= enough) {
			contradiction = true
		}
	}
	if !contradiction || !s.Project || rank == 0 {
		return !contradiction
	}
	rt := vec.Matrix(len(d), rank, make([]float64, len(d)*rank))
	b := make([]float64, len(d))
	for i := range b {
		b[i] = scaled(i)
		for l := range min(i+1, rank) {
			rt.Data[i*rank+l] = ct.Data[l*ct.Stride+i]
		}
	}
	s.HFTI(rt, b, y, 0)
	return true
}

// reduce turns G and h into the inequalities in the subspace that the equations leave: G Q, and h less the
// part of y. Rows that the equations determine become 0.
func (s *Solver) reduce(g blas64.General, h, y []float64, q blas64.General, work []float64) {
	k, n, rank := &s.lsei, g.Cols, len(y)
	s.ldp.size, s.ldp.terms = vec.Grown(s.ldp.size, g.Rows), vec.Grown(s.ldp.terms, g.Rows)
	size, terms := s.ldp.size, s.ldp.terms
	long := length(y)
	for i, v := range h {
		size[i] = length(vec.Row(g, i))
		terms[i] = math.Abs(v) + size[i]*long
	}
	lapack64.Ormqr(blas.Right, blas.NoTrans, q, k.tau, g, work, len(work))
	for i := range h {
		r := vec.Row(g, i)
		h[i] -= dot(r[:rank], y)
		if rank == n || length(r[rank:]) <= 10*vec.Eps*float64(n)*size[i] {
			clear(r[rank:])
			if h[i] <= rounding*terms[i] {
				h[i] = min(h[i], 0)
			}
		}
	}
}
