package leastsq

import (
	"errors"
	"fmt"
	"math"

	"gonum.org/v1/gonum/blas"
	"gonum.org/v1/gonum/blas/blas64"
	"gonum.org/v1/gonum/lapack/lapack64"

	"github.com/argmin-go/argmin/internal/option"
	"github.com/argmin-go/argmin/minimize/internal/vec"
)

// LM is the Levenberg-Marquardt method as MINPACK has it: a trust-region method whose
// steps solve (JᵀJ + αD²) p = -Jᵀr from a QR decomposition with column pivoting, with D
// the largest norms of the columns of the Jacobian so far unless XScale is set. Mostly
// it is the fastest for small problems. It takes no bounds and no loss, and needs at least as
// many residuals as variables at least.
//
// It stops when the actual and the predicted relative reduction of Σ r² are at most FTol
// (status 2), when the radius of the region is at most XTol times the scaled length of x
// (3), when the cosine of the angle between r and any column of the Jacobian is at most
// GTol (1), and after MaxNFev evaluations (0). The tolerances must be at least 2.2e-16.
//
// Moré, "The Levenberg-Marquardt algorithm: implementation and theory", 1978: the method
// is algorithm 7.1, the parameter is found by algorithm 5.5.
type LM struct {
	Factor float64 `opt:"factor"` // the first radius is Factor |D x0|, or Factor for x0 = 0; default 100
}

// Name is "lm".
func (LM) Name() string { return "lm" }

func (l LM) ready(r *run) (sparse bool, err error) {
	switch {
	case r.bounded:
		return false, errors.New("minimize: method lm takes no bounds; those that do are trf, dogbox")
	case r.loss != nil:
		return false, errors.New("minimize: method lm takes the linear loss only; those that take others are trf, dogbox")
	case r.m < r.n:
		return false, fmt.Errorf("minimize: method lm wants as many residuals as variables at least, M is %d, x0 has %d; trf and dogbox take fewer", r.m, r.n)
	case min(r.ftol, r.xtol, r.gtol) < vec.Eps:
		return false, fmt.Errorf("minimize: FTol, XTol and GTol are %g, %g and %g; method lm wants all of them at least %.3g", r.ftol, r.xtol, r.gtol, vec.Eps)
	case !(l.Factor >= 0) || math.IsInf(l.Factor, 1):
		return false, fmt.Errorf("minimize: Factor of method lm is %g, want a positive number, or 0 for 100", l.Factor)
	}
	return false, nil
}

// lmSearch is a search by LM.
type lmSearch struct {
	*run
	qr    blas64.General
	pivot []int // column j of R is column pivot[j] of the Jacobian
	tau   []float64
	work  []float64
	qtf   []float64      // Qᵀr, of length m; R is the upper triangle of the first n rows of qr
	s     blas64.General // triangular, SᵀS = Pᵀ(JᵀJ + αD²)P
	norms []float64      // of the columns of the Jacobian
	diag  []float64      // D
	delta float64
	par   float64 // α
	p     []float64
	next  []float64
	a, b  []float64 // scratch
}

func (l LM) leastSquares(r *run) outcome {
	s := newLM(r)
	size := 0.0
	for first := true; ; first = false {
		if !r.derive() {
			return notFinite(nil)
		}
		s.factorize()
		if first {
			for i, v := range s.norms {
				s.diag[i] = v
				if v == 0 {
					s.diag[i] = 1
				}
				if r.opt.XScale != nil {
					s.diag[i] = 1 / r.opt.XScale[i]
				}
			}
			size = s.scaled(r.x)
			if s.delta = option.Or(l.Factor, 100); size > 0 {
				s.delta *= size
			}
		}
		optimality := vec.Norm(r.g, math.Inf(1))
		if !first {
			r.iterated(optimality)
		}
		if s.cosine() <= r.gtol {
			return ended(1, optimality, nil)
		}
		if r.opt.XScale == nil {
			for i, v := range s.norms {
				s.diag[i] = max(s.diag[i], v)
			}
		}
		for accepted := false; !accepted; {
			if r.tries >= r.maxFev {
				return ended(0, optimality, nil)
			}
			var status int
			accepted, status = s.attempt(first, &size)
			if status != 0 {
				if !r.derived && r.derive() {
					optimality = vec.Norm(r.g, math.Inf(1))
				}
				r.iterated(optimality)
				return ended(status, optimality, nil)
			}
		}
	}
}

func newLM(r *run) *lmSearch {
	m, n := r.m, r.n
	mem := make(vec.Slab, m*n+m+n*n+8*n)
	s := &lmSearch{run: r, pivot: make([]int, n)}
	s.qr = blas64.General{Rows: m, Cols: n, Stride: n, Data: mem.Take(m * n)}
	s.qtf, s.s = mem.Take(m), blas64.General{Rows: n, Cols: n, Stride: n, Data: mem.Take(n * n)}
	s.tau, s.norms, s.diag, s.p, s.next, s.a, s.b = mem.Take(n), mem.Take(n), mem.Take(n), mem.Take(n), mem.Take(n), mem.Take(n), mem.Take(n)
	return s
}

// factorize decomposes the Jacobian.
func (s *lmSearch) factorize() {
	s.j.columnNorms(s.norms)
	copy(s.qr.Data, s.dense.RawMatrix().Data)
	copy(s.qtf, s.fun)
	for i := range s.pivot {
		s.pivot[i] = -1 // free to be moved
	}
	q := blas64.General{Rows: s.m, Cols: 1, Stride: 1, Data: s.qtf}
	if s.work == nil {
		var s1, s2 [1]float64
		lapack64.Geqp3(s.qr, s.pivot, s.tau, s1[:], -1)
		lapack64.Ormqr(blas.Left, blas.Trans, s.qr, s.tau, q, s2[:], -1)
		s.work = make([]float64, int(max(s1[0], s2[0])))
	}
	lapack64.Geqp3(s.qr, s.pivot, s.tau, s.work, len(s.work))
	lapack64.Ormqr(blas.Left, blas.Trans, s.qr, s.tau, q, s.work, len(s.work))
}

// r is the element of R.
func (s *lmSearch) r(i, j int) float64 { return s.qr.Data[i*s.n+j] }

// scaled is |D v|.
func (s *lmSearch) scaled(v []float64) float64 {
	for i, v := range v {
		s.a[i] = s.diag[i] * v
	}
	return vec.Norm2(s.a)
}

// cosine is the largest cosine between the residuals and a column of the Jacobian.
func (s *lmSearch) cosine() float64 {
	size, c := vec.Norm2(s.fun), 0.0
	if size == 0 {
		return 0
	}
	for j, l := range s.pivot {
		if s.norms[l] != 0 {
			sum := 0.0
			for i := range j + 1 {
				sum += s.r(i, j) * (s.qtf[i] / size)
			}
			c = max(c, math.Abs(sum/s.norms[l]))
		}
	}
	return c
}

// attempt tries a step. size is |D x|. It reports whether the step was taken, and the
// status if a test of the end holds.
func (s *lmSearch) attempt(first bool, size *float64) (accepted bool, status int) {
	s.parameter()
	for i, v := range s.p {
		s.p[i] = -v
		s.next[i] = s.x[i] - v
	}
	length := s.scaled(s.p)
	if first {
		s.delta = min(s.delta, length)
	}
	cost := s.try(s.next)
	before, after := vec.Norm2(s.fun), math.Inf(1)
	if !math.IsInf(cost, 1) {
		after = vec.Norm2(s.trial)
	}
	actual := -1.0
	if after/10 < before {
		actual = 1 - (after/before)*(after/before)
	}
	// The model predicts |J p|² + 2α|D p|², relative to |r|².
	clear(s.b)
	for j, l := range s.pivot {
		for i := range j + 1 {
			s.b[i] += s.r(i, j) * s.p[l]
		}
	}
	t1, t2 := vec.Norm2(s.b)/before, math.Sqrt(s.par)*length/before
	predicted, slope := t1*t1+2*t2*t2, -(t1*t1 + t2*t2)
	ratio := 0.0
	if predicted != 0 {
		ratio = actual / predicted
	}
	switch {
	case ratio <= 0.25:
		by := 0.5
		if actual < 0 {
			by = 0.5 * slope / (slope + 0.5*actual)
		}
		if after/10 >= before || by < 0.1 {
			by = 0.1
		}
		s.delta = by * min(s.delta, 10*length)
		s.par /= by
	case s.par == 0 || ratio >= 0.75:
		s.delta = 2 * length
		s.par /= 2
	}
	if accepted = ratio >= 1e-4; accepted {
		s.accept(s.next, cost)
		*size = s.scaled(s.x)
	}
	f := math.Abs(actual) <= s.ftol && predicted <= s.ftol && ratio/2 <= 1
	x := s.delta <= s.xtol**size
	switch {
	case f && x:
		status = 4
	case f:
		status = 2
	case x:
		status = 3
	}
	return accepted, status
}

// parameter finds α and sets p, with (JᵀJ + αD²) p = Jᵀr, such that |D p| is delta to
// 10%, or α is 0 and |D p| at most 1.1 delta (algorithm 5.5).
func (s *lmSearch) parameter() {
	n := s.n
	// The Gauss-Newton step, of the variables up to where R is singular.
	rank := 0
	for rank < n && s.r(rank, rank) != 0 {
		rank++
	}
	copy(s.b, s.qtf[:n])
	clear(s.b[rank:])
	if rank > 0 {
		lead := blas64.Triangular{Uplo: blas.Upper, Diag: blas.NonUnit, N: rank, Stride: n, Data: s.qr.Data}
		blas64.Trsv(blas.NoTrans, lead, vec.Of(s.b[:rank]))
	}
	s.unpivot(s.b)
	length := s.scaled(s.p)
	over := length - s.delta
	if over <= 0.1*s.delta {
		s.par = 0
		return
	}
	// Bounds of α.
	lower := 0.0
	if rank == n {
		lower = over / s.delta / s.curvature(s.qr, length)
	}
	for j, l := range s.pivot {
		sum := 0.0
		for i := range j + 1 {
			sum += s.r(i, j) * s.qtf[i]
		}
		s.b[j] = sum / s.diag[l]
	}
	gradient := vec.Norm2(s.b)
	upper := gradient / s.delta
	const dwarf = 0x1p-1022
	if upper == 0 {
		upper = dwarf / min(s.delta, 0.1)
	}
	s.par = min(max(s.par, lower), upper)
	if s.par == 0 {
		s.par = gradient / length
	}
	for it := 1; ; it++ {
		if s.par == 0 {
			s.par = max(dwarf, 0.001*upper)
		}
		s.damped()
		length = s.scaled(s.p)
		last := over
		over = length - s.delta
		if math.Abs(over) <= 0.1*s.delta || lower == 0 && over <= last && last < 0 || it == 10 {
			return
		}
		step := over / s.delta / s.curvature(s.s, length)
		if over > 0 {
			lower = max(lower, s.par)
		} else {
			upper = min(upper, s.par)
		}
		s.par = max(lower, s.par+step)
	}
}

// curvature is |T⁻ᵀ Pᵀ D²p|²/|D p|² for a triangle T, R or S.
func (s *lmSearch) curvature(t blas64.General, length float64) float64 {
	for j, l := range s.pivot {
		s.b[j] = s.diag[l] * (s.diag[l] * s.p[l] / length)
	}
	blas64.Trsv(blas.Trans, blas64.Triangular{Uplo: blas.Upper, Diag: blas.NonUnit, N: s.n, Stride: s.n, Data: t.Data}, vec.Of(s.b))
	return vec.Dot(s.b, s.b)
}

// unpivot sets p to v in the order of the variables.
func (s *lmSearch) unpivot(v []float64) {
	for j, l := range s.pivot {
		s.p[l] = v[j]
	}
}

// damped sets s and p for the current α: the rows √α D below R are turned into it by
// plane rotations (section 3).
func (s *lmSearch) damped() {
	n := s.n
	t, root := s.s.Data, math.Sqrt(s.par)
	for i := range n {
		copy(t[i*n+i:(i+1)*n], s.qr.Data[i*n+i:(i+1)*n])
	}
	copy(s.b, s.qtf[:n])
	row := s.a
	for j, l := range s.pivot {
		clear(row[j:])
		row[j] = root * s.diag[l]
		rhs := 0.0
		for k := j; k < n; k++ {
			if row[k] == 0 {
				continue
			}
			h := math.Hypot(t[k*n+k], row[k])
			c, sn := t[k*n+k]/h, row[k]/h
			for i := k; i < n; i++ {
				t[k*n+i], row[i] = c*t[k*n+i]+sn*row[i], c*row[i]-sn*t[k*n+i]
			}
			row[k] = 0
			s.b[k], rhs = c*s.b[k]+sn*rhs, c*rhs-sn*s.b[k]
		}
	}
	rank := 0
	for rank < n && t[rank*n+rank] != 0 {
		rank++
	}
	clear(s.b[rank:])
	if rank > 0 {
		blas64.Trsv(blas.NoTrans, blas64.Triangular{Uplo: blas.Upper, Diag: blas.NonUnit, N: rank, Stride: n, Data: t}, vec.Of(s.b[:rank]))
	}
	s.unpivot(s.b)
}
