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

// LM is the Levenberg-Marquardt method as MINPACK has it, usually the fastest for small problems
// without bounds. It is a trust-region method whose steps solve (JᵀJ + αD²) p = -Jᵀr by a QR
// decomposition with column pivoting; D is the largest norms of the columns of the Jacobian so far,
// or 1/XScale. It takes no bounds and no loss, and needs at least as many residuals as variables. An
// iteration costs 2mn² operations for the decomposition, plus about n³ per step that it tries.
//
// It stops when the actual and the predicted relative reduction of Σ r² are at most FTol
// (SciPyStatus 2), when the radius of the region is at most XTol times the scaled length of x
// (3), when the cosine of the angle between r and any column of the Jacobian is at most
// GTol (1), and after MaxNFev evaluations (0). The tolerances must be at least 2.22e-16, or negative:
// then the test holds where rounding hides all change.
//
// Moré, "The Levenberg-Marquardt algorithm: implementation and theory", 1978: the method
// is algorithm 7.1, the parameter is found by algorithm 5.5.
type LM struct {
	Factor float64 `opt:"factor"` // the first radius relative to |D x0|, or the first radius if x0 is 0; default 100
}

// Name returns "lm".
func (LM) Name() string { return "lm" }

func (l LM) ready(r *run) (sparse bool, err error) {
	switch {
	case r.bounded:
		return false, errors.New("leastsq: method lm takes no bounds; those that do are trf, dogbox")
	case r.loss != nil:
		return false, errors.New("leastsq: method lm takes the linear loss only; those that take others are trf, dogbox")
	case r.m < r.n:
		return false, fmt.Errorf("leastsq: method lm needs at least as many residuals as variables: M is %d, x0 has %d; "+
			"trf and dogbox take fewer", r.m, r.n)
	case !(l.Factor >= 0) || math.IsInf(l.Factor, 1):
		return false, fmt.Errorf("leastsq: Factor of method lm is %g, want a positive number, or 0 for 100", l.Factor)
	}
	for _, tol := range []*float64{&r.ftol, &r.xtol, &r.gtol} {
		if *tol == 0 { // off: rounding ends the search nevertheless
			*tol = vec.Eps
		}
		if *tol < vec.Eps {
			return false, fmt.Errorf("leastsq: FTol, XTol and GTol are %g, %g and %g; method lm needs each to be at least %.3g, or negative for off",
				r.ftol, r.xtol, r.gtol, vec.Eps)
		}
	}
	return false, nil
}

// lmSearch is a search by LM. The Jacobian with its columns in another order is J P = Q R.
type lmSearch struct {
	*run
	qr    blas64.General // R is the upper triangle of the first n rows
	pivot []int          // column j of R is column pivot[j] of the Jacobian
	tau   []float64
	work  []float64
	qtf   []float64      // Qᵀr, of length m
	s     blas64.General // S, triangular, SᵀS = Pᵀ(JᵀJ + αD²)P
	norms []float64      // of the columns of the Jacobian
	diag  []float64      // D
	size  float64        // |D x|
	delta float64        // the radius of the trust region
	par   float64        // α
	p     []float64      // the step
	next  []float64      // the point last tried
	a, b  []float64      // scratch

	optimality float64 // the largest element of the gradient at the last Jacobian
}

func (l LM) leastSquares(r *run) outcome {
	s := newLM(r)
	for first := true; ; first = false {
		if !r.derived && !r.derive() {
			return notFinite(nil)
		}
		s.factorize()
		if first {
			s.begin(option.Or(l.Factor, 100))
		}
		s.optimality = vec.Norm(r.g, math.Inf(1))
		if !first {
			r.iterated(s.optimality)
		}
		if s.cosine() <= r.gtol {
			if o, ended := s.ended(1); ended {
				return o
			}
			continue
		}
		if r.opt.XScale == nil {
			for i, v := range s.norms {
				s.diag[i] = max(s.diag[i], v)
			}
		}
		if o, ended := s.iterate(first); ended {
			return o
		}
	}
}

// iterate tries steps until one is taken or the search has ended.
func (s *lmSearch) iterate(first bool) (o outcome, ended bool) {
	for accepted, status := false, 0; !accepted; {
		if s.tries >= s.maxFev {
			return endedBy(0, s.optimality, nil), true
		}
		if accepted, status = s.attempt(first); status == 0 {
			continue
		}
		if !s.derived && !s.derive() {
			return notFinite(nil), true
		}
		o, ended := s.ended(status)
		if ended {
			s.iterated(s.optimality)
		}
		return o, ended
	}
	return outcome{}, false
}

// ended is how the search has ended where the test with a code holds and the Jacobian is known. Where that is
// no minimum the search goes on, with a larger region.
func (s *lmSearch) ended(code int) (o outcome, ended bool) {
	verdict, by := s.verify(code), 1.0
	if verdict == rejected {
		if by = s.widen(); by == 0 && s.coarse() {
			by, s.delta = 1, max(s.size, 1)
		}
	}
	if verdict != optimal && by > 0 {
		s.delta *= by
		s.par, s.size = 0, s.scaled(s.x)
		return o, false
	}
	s.optimality = vec.Norm(s.g, math.Inf(1))
	if verdict == rejected {
		return s.notSmall(code, s.optimality, nil), true
	}
	return endedBy(code, s.optimality, nil), true
}

// begin sets D, |D x| and the first radius.
func (s *lmSearch) begin(factor float64) {
	for i, v := range s.norms {
		s.diag[i] = v
		if v == 0 {
			s.diag[i] = 1
		}
		if s.opt.XScale != nil {
			s.diag[i] = 1 / s.opt.XScale[i]
		}
	}
	s.size = s.scaled(s.x)
	if s.delta = factor; s.size > 0 {
		s.delta *= s.size
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

// factorize decomposes the Jacobian and sets qtf.
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

// r is an element of R.
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

// lmStep is what was found at a step. Reductions are relative to |r|².
type lmStep struct {
	length    float64 // |D p|
	actual    float64 // the reduction of |r|², or -1 if |r| is ten times as long
	predicted float64 // the reduction by the linear model, |J p|² + 2α|D p|²
	slope     float64 // the derivative of |r|² along p by the model, -(|J p|² + α|D p|²)
	ratio     float64 // actual/predicted
	far       bool    // |r| is ten times as long, or not finite
}

// attempt tries a step. It reports whether the step was taken, and the status if a test of the
// end holds.
func (s *lmSearch) attempt(first bool) (accepted bool, status int) {
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
	t := s.judge(cost, length)
	s.resize(t)
	if accepted = t.ratio >= 1e-4; accepted { // MINPACK's
		s.accept(s.next, cost)
		s.size = s.scaled(s.x)
	}
	f := math.Abs(t.actual) <= s.ftol && t.predicted <= s.ftol && t.ratio/2 <= 1
	x := s.delta <= s.xtol*s.size
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

// judge compares the step last tried, whose cost is infinite where it is not finite, with the
// model.
func (s *lmSearch) judge(cost, length float64) lmStep {
	t := lmStep{length: length, actual: -1}
	before, after := vec.Norm2(s.fun), math.Inf(1)
	if !math.IsInf(cost, 1) {
		after = vec.Norm2(s.trial)
	}
	if t.far = after/10 >= before; after/10 < before {
		t.actual = 1 - (after/before)*(after/before)
	}
	clear(s.b) // R Pᵀp
	for j, l := range s.pivot {
		for i := range j + 1 {
			s.b[i] += s.r(i, j) * s.p[l]
		}
	}
	jp, dp := vec.Norm2(s.b)/before, math.Sqrt(s.par)*length/before
	t.predicted, t.slope = jp*jp+2*dp*dp, -(jp*jp + dp*dp)
	if t.predicted != 0 {
		t.ratio = t.actual / t.predicted
	}
	return t
}

// resize sets the radius for the next step, and α in proportion (algorithm 7.1, steps d and e,
// with MINPACK's numbers).
func (s *lmSearch) resize(t lmStep) {
	switch {
	case t.ratio <= 0.25:
		by := 0.5
		if t.actual < 0 {
			by = 0.5 * t.slope / (t.slope + 0.5*t.actual)
		}
		if t.far || by < 0.1 {
			by = 0.1
		}
		s.delta = by * min(s.delta, 10*t.length)
		s.par /= by
	case s.par == 0 || t.ratio >= 0.75:
		s.delta = 2 * t.length
		s.par /= 2
	}
}

// parameter finds α and sets p, with (JᵀJ + αD²) p = Jᵀr, such that |D p| is delta to
// 10%, or α is 0 and |D p| at most 1.1 delta (algorithm 5.5, with MINPACK's numbers).
func (s *lmSearch) parameter() {
	full := s.gaussNewton()
	length := s.scaled(s.p)
	over := length - s.delta
	if over <= 0.1*s.delta {
		s.par = 0
		return
	}
	// Bounds of α: φ(0)/φ′(0) for φ(α) = |D p(α)| - delta, and |D⁻¹Jᵀr|/delta.
	lower := 0.0
	if full {
		lower = over / s.delta / s.curvature(s.qr, length)
	}
	gradient := s.scaledGradient()
	upper := gradient / s.delta
	const dwarf = 0x1p-1022 // the smallest normal number
	if upper == 0 {
		upper = dwarf / min(s.delta, 0.1)
	}
	s.par = min(max(s.par, lower), upper)
	if s.par == 0 {
		s.par = gradient / length
	}
	const iterations = 10 // usually two are enough
	for it := 1; ; it++ {
		if s.par == 0 {
			s.par = max(dwarf, 0.001*upper)
		}
		s.damped()
		length = s.scaled(s.p)
		last := over
		over = length - s.delta
		if math.Abs(over) <= 0.1*s.delta || lower == 0 && over <= last && last < 0 || it == iterations {
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

// gaussNewton sets p to the Gauss-Newton step J p = r, of the variables up to where R is singular
// and 0 for the others. It reports whether R has full rank.
func (s *lmSearch) gaussNewton() (full bool) {
	copy(s.b, s.qtf[:s.n])
	full = s.backSubstitute(s.qr.Data)
	s.unpivot(s.b)
	return full
}

// backSubstitute solves T x = b, in b, for a triangle T, up to its first zero on the diagonal, with
// 0 for the rest. It reports whether T has no such zero.
func (s *lmSearch) backSubstitute(t []float64) (full bool) {
	n, rank := s.n, 0
	for rank < n && t[rank*n+rank] != 0 {
		rank++
	}
	clear(s.b[rank:])
	if rank > 0 {
		blas64.Trsv(blas.NoTrans, blas64.Triangular{Uplo: blas.Upper, Diag: blas.NonUnit, N: rank, Stride: n, Data: t}, vec.Of(s.b[:rank]))
	}
	return rank == n
}

// scaledGradient is |D⁻¹Jᵀr|, with Jᵀr from R.
func (s *lmSearch) scaledGradient() float64 {
	for j, l := range s.pivot {
		sum := 0.0
		for i := range j + 1 {
			sum += s.r(i, j) * s.qtf[i]
		}
		s.b[j] = sum / s.diag[l]
	}
	return vec.Norm2(s.b)
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

// damped sets S and p for the current α: the rows √α D below R are eliminated by
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
	s.backSubstitute(t)
	s.unpivot(s.b)
}
