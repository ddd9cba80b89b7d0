package nullspace

import (
	"math"

	"gonum.org/v1/gonum/blas"
	"gonum.org/v1/gonum/blas/blas64"
	"gonum.org/v1/gonum/lapack"
	"gonum.org/v1/gonum/lapack/lapack64"

	"github.com/argmin-go/argmin/minimize/internal/vec"
)

// Projection solves
//
//	w + Jᵀy = r
//	J w     = q
//
// for a Jacobian J: with q = 0, w is the projection of r onto the null space of J and
// y are least-squares multipliers; with r = 0, w is the shortest solution of J w = q.
// Where rows of J depend on each other the equations hold in the sense of least
// squares, with the shortest y.
//
// The slacks of bounds are eliminated, which leaves a diagonal. Where there are more inequalities than
// variables, slacks of inequalities that are not small are eliminated too, which leaves a matrix of moderate
// condition. The rows that stay are factorized by QR with column pivoting, or where they are dependent by
// singular values.
//
// Gould, Hribar & Nocedal (2001).
type Projection struct {
	J   *Jacobian // the matrix
	SVD bool      // use singular values always, never QR

	rank int
	kept []int     // rows that were not eliminated
	diag []float64 // roots of the diagonal of M = I + Σ aᵢaᵢᵀ/sᵢ² over those eliminated
	chol []float64 // the lower Cholesky factor of M, where it is not diagonal
	full bool      // M is not diagonal

	// The columns of C = [L⁻¹Aᵀ; S] over the rows that stay, of length 1, are
	// orthogonal (q) times triangular (tri) permuted, or u Σ vᵀ.
	scale   []float64
	c, q    blas64.General
	small   []int // rows of c that are small
	tri     []float64
	pivot   []int
	sigma   []float64
	vt      blas64.General
	rho, t  []float64
	h       []float64
	kappa   []float64 // ρ at the small rows
	tau     []float64
	v, z    []float64
	work    []float64
	size    []float64 // lengths of the rows of J
	residue []float64
	dw, dy  []float64
	again   []float64
}

// NewProjection is a projection for j, whose numbers may be set later, before Factor.
func NewProjection(j *Jacobian) *Projection {
	n, m := j.A.Cols, j.Rows()
	return &Projection{
		J: j, diag: make([]float64, n), h: make([]float64, n),
		size: make([]float64, m), residue: make([]float64, m), dw: make([]float64, j.Cols()), dy: make([]float64, m),
	}
}

// Factor computes the factors. It must be called whenever the numbers of J have changed.
func (p *Projection) Factor() {
	j := p.J
	n, k := j.A.Cols, j.A.Rows
	for i := range p.diag {
		p.diag[i] = 1
	}
	in := k - j.Eq
	for b, i := range j.Var {
		s := j.Slack[in+b]
		p.diag[i] += 1 / (s * s)
	}
	p.kept, p.full = p.kept[:0], false
	for i := range k {
		a, s := vec.Norm2(vec.Row(j.A, i)), 0.0
		if i >= j.Eq {
			s = j.Slack[i-j.Eq]
		}
		if p.size[i] = math.Hypot(a, s); p.size[i] == 0 {
			p.size[i] = 1
		}
		if k > n && i >= j.Eq && s >= smallSlack*a {
			p.full = true
		} else {
			p.kept = append(p.kept, i)
		}
	}
	for b, s := range j.Slack[in:] {
		p.size[k+b] = math.Hypot(1, s)
	}
	if p.full {
		p.cholesky()
	} else {
		for i, d := range p.diag {
			p.diag[i] = math.Sqrt(d)
		}
	}
	p.columns()
	if p.SVD || !p.triangular() {
		p.singular()
	}
}

// Constants of the elimination, our choices.
const (
	// smallSlack is the slack of an inequality, relative to its row of A, below which it stays.
	smallSlack = 0.01
	// smallRow is the length of a row of C, whose columns have length 1, below which the rounding of
	// the orthogonal factor is corrected.
	smallRow = 0.01
)

// eliminated calls do with every eliminated row of A.
func (p *Projection) eliminated(do func(i int, s float64)) {
	if !p.full {
		return
	}
	at := 0
	for i := range p.J.A.Rows {
		if at < len(p.kept) && p.kept[at] == i {
			at++
			continue
		}
		do(i, p.J.Slack[i-p.J.Eq])
	}
}

// cholesky factorizes M.
func (p *Projection) cholesky() {
	n := p.J.A.Cols
	p.chol = vec.Grown(p.chol, n*n)
	clear(p.chol)
	m := blas64.Symmetric{Uplo: blas.Lower, N: n, Stride: n, Data: p.chol}
	for i, d := range p.diag {
		p.chol[i*n+i] = d
	}
	p.eliminated(func(i int, s float64) {
		blas64.Syr(1/(s*s), vec.Of(vec.Row(p.J.A, i)), m)
	})
	lapack64.Potrf(m) // positive definite: no less than I
}

// triangle is the Cholesky factor as BLAS takes it.
func (p *Projection) triangle() blas64.Triangular {
	n := p.J.A.Cols
	return blas64.Triangular{Uplo: blas.Lower, Diag: blas.NonUnit, N: n, Stride: n, Data: p.chol}
}

// forward sets x to L⁻¹x, with M = LLᵀ.
func (p *Projection) forward(x []float64) { p.root(blas.NoTrans, x) }

// backward sets x to L⁻ᵀx.
func (p *Projection) backward(x []float64) { p.root(blas.Trans, x) }

// root divides x by L, which is diagonal or a triangle, or by its transpose.
func (p *Projection) root(t blas.Transpose, x []float64) {
	if p.full {
		blas64.Trsv(t, p.triangle(), vec.Of(x))
		return
	}
	for i, d := range p.diag {
		x[i] /= d
	}
}

// columns sets c and scale.
func (p *Projection) columns() {
	j, n, k := p.J, p.J.A.Cols, len(p.kept)
	slacks := 0
	for _, i := range p.kept {
		if i >= j.Eq {
			slacks++
		}
	}
	rows := n + slacks
	p.c = matrix(p.c, rows, k)
	clear(p.c.Data)
	p.scale, p.rho, p.t = vec.Grown(p.scale, k), vec.Grown(p.rho, rows), vec.Grown(p.t, k)
	p.v, p.z = vec.Grown(p.v, k), vec.Grown(p.z, k)
	at := n
	for col, i := range p.kept {
		copy(p.h, vec.Row(j.A, i))
		p.forward(p.h)
		size, s := vec.Norm2(p.h), 0.0
		if i >= j.Eq {
			s = j.Slack[i-j.Eq]
			size = math.Hypot(size, s)
		}
		if size == 0 {
			size = 1
		}
		p.scale[col] = size
		for r, v := range p.h {
			p.c.Data[r*p.c.Stride+col] = v / size
		}
		if i >= j.Eq {
			p.c.Data[at*p.c.Stride+col] = s / size
			at++
		}
	}
	p.small = p.small[:0]
	for r := range rows {
		if k > 0 && vec.Norm2(vec.Row(p.c, r)) < smallRow {
			p.small = append(p.small, r)
		}
	}
}

// dependent is the size of an element of the factors, relative to the largest, up to which rows count as
// dependent: rounding, with a margin.
func (p *Projection) dependent() float64 {
	return 8 * vec.Eps * float64(max(p.c.Rows, p.c.Cols))
}

// triangular computes the factors of QR. It reports false when the rows are dependent.
func (p *Projection) triangular() bool {
	k := p.c.Cols
	if p.rank = k; k == 0 {
		return true
	}
	if k > p.c.Rows {
		return false
	}
	p.q = matrix(p.q, p.c.Rows, k)
	copy(p.q.Data, p.c.Data)
	p.tau = vec.Grown(p.tau, k)
	if len(p.pivot) != k {
		p.pivot = make([]int, k)
	}
	for i := range p.pivot {
		p.pivot[i] = -1
	}
	p.workspace(func(work []float64, lwork int) { lapack64.Geqp3(p.q, p.pivot, p.tau, work, lwork) })
	p.tri = vec.Grown(p.tri, k*k)
	for i := range k {
		copy(p.tri[i*k+i:(i+1)*k], p.q.Data[i*p.q.Stride+i:i*p.q.Stride+k])
	}
	if math.Abs(p.tri[k*k-1]) <= p.dependent()*math.Abs(p.tri[0]) {
		return false
	}
	p.workspace(func(work []float64, lwork int) { lapack64.Orgqr(p.q, p.tau, work, lwork) })
	p.sigma = p.sigma[:0]
	return true
}

// singular computes the factors of the singular value decomposition.
func (p *Projection) singular() {
	rows, k := p.c.Rows, p.c.Cols
	l := min(rows, k)
	if p.rank = l; l == 0 {
		return
	}
	p.q, p.vt = matrix(p.q, rows, l), matrix(p.vt, l, k)
	p.sigma = vec.Grown(p.sigma, l)
	a := matrix(blas64.General{}, rows, k)
	copy(a.Data, p.c.Data)
	p.workspace(func(work []float64, lwork int) {
		lapack64.Gesvd(lapack.SVDStore, lapack.SVDStore, a, p.q, p.vt, p.sigma, work, lwork)
	})
	for p.rank > 0 && p.sigma[p.rank-1] <= p.dependent()*p.sigma[0] {
		p.rank--
	}
}

// workspace calls a routine of LAPACK with as much memory as it asks for.
func (p *Projection) workspace(call func(work []float64, lwork int)) {
	var ask [1]float64
	call(ask[:], -1)
	p.work = vec.Grown(p.work, int(ask[0]))
	call(p.work, len(p.work))
}

// Solve sets w and y; r or q may be nil for zeros. At most two steps of refinement make J w - q small relative
// to J and w. They do not change y, which they could only spoil where rows of J are nearly dependent.
func (p *Projection) Solve(r, q, w, y []float64) {
	p.solve(r, q, w, y)
	for range 2 {
		p.J.Mul(w, p.residue)
		worst, size := 0.0, vec.Norm2(w)
		for i, v := range p.residue {
			if q != nil {
				v = q[i] - v
			} else {
				v = -v
			}
			p.residue[i] = v
			worst = max(worst, math.Abs(v)/p.size[i])
		}
		if worst <= 4*vec.Eps*size || p.rank < len(p.kept) && q != nil || !vec.AllFinite(w) {
			return
		}
		p.again = append(p.again[:0], p.residue...)
		p.solve(nil, p.again, p.dw, p.dy)
		for i, v := range p.dw {
			w[i] += v
		}
	}
}

// Round sets the elements of c to 0 that are only rounding of the product of J with a vector of the given
// length.
func (p *Projection) Round(c []float64, length float64) {
	for i, v := range c {
		if math.Abs(v) <= 16*vec.Eps*p.size[i]*length {
			c[i] = 0
		}
	}
}

// solve is Solve without refinement.
func (p *Projection) solve(r, q, w, y []float64) {
	j, n, k := p.J, p.J.A.Cols, p.J.A.Rows
	in := k - j.Eq
	at := func(v []float64, i int) float64 {
		if v == nil {
			return 0
		}
		return v[i]
	}
	// Without the slacks: M w + Aᵀy = h over the rows that stay.
	x := w[:n]
	if r == nil {
		clear(x)
	} else {
		copy(x, r[:n])
	}
	for b, i := range j.Var {
		s := j.Slack[in+b]
		x[i] -= j.Sign[b] * (at(r, n+in+b) - at(q, k+b)/s) / s
	}
	p.eliminated(func(i int, s float64) {
		vec.Axpy(-(at(r, n+i-j.Eq)-at(q, i)/s)/s, vec.Row(j.A, i), x)
	})
	p.forward(x)
	copy(p.rho, x)
	row := n
	for _, i := range p.kept {
		if i >= j.Eq {
			p.rho[row] = at(r, n+i-j.Eq)
			row++
		}
	}
	p.inner(q, y)
	copy(x, p.rho[:n])
	p.backward(x)
	row = n
	for _, i := range p.kept {
		if i >= j.Eq {
			w[n+i-j.Eq] = p.rho[row]
			row++
		}
	}
	back := func(i int, s, ax float64) {
		slack := n + i - j.Eq
		w[slack] = (at(q, i) - ax) / s
		y[i] = (at(r, slack) - w[slack]) / s
	}
	p.eliminated(func(i int, s float64) { back(i, s, vec.Dot(vec.Row(j.A, i), x)) })
	for b, i := range j.Var {
		back(k+b, j.Slack[in+b], j.Sign[b]*x[i])
	}
}

// inner solves ω + C y = ρ, Cᵀω = q for the rows that stay; ω replaces ρ.
func (p *Projection) inner(q, y []float64) {
	k, rank := len(p.kept), p.rank
	z := p.z[:k]
	p.kappa = p.kappa[:0]
	for _, r := range p.small {
		p.kappa = append(p.kappa, p.rho[r])
	}
	if rank == 0 {
		clear(z)
	} else {
		p.factors(q, z)
	}
	// The orthogonal factor has rounding relative to its largest rows, which is too
	// much for small ones.
	for i, r := range p.small {
		p.rho[r] = p.kappa[i] - vec.Dot(vec.Row(p.c, r), z)
	}
	for col, i := range p.kept {
		y[i] = z[col] / p.scale[col]
	}
}

// factors is inner by the factors of C, with z the y of its columns.
func (p *Projection) factors(q, z []float64) {
	k, rank := len(p.kept), p.rank
	Q := p.q
	Q.Cols = rank
	t := p.t[:rank]
	blas64.Gemv(blas.Trans, 1, Q, vec.Of(p.rho), 0, vec.Of(t)) // Qᵀρ
	if len(p.sigma) > 0 {
		vt := p.vt
		vt.Rows = rank
		if q != nil {
			for col, i := range p.kept {
				z[col] = q[i] / p.scale[col]
			}
			v := p.v[:rank]
			blas64.Gemv(blas.NoTrans, 1, vt, vec.Of(z), 0, vec.Of(v))
			for l := range t {
				t[l] -= v[l] / p.sigma[l]
			}
		}
		blas64.Gemv(blas.NoTrans, -1, Q, vec.Of(t), 1, vec.Of(p.rho))
		for l := range t {
			t[l] /= p.sigma[l]
		}
		blas64.Gemv(blas.Trans, 1, vt, vec.Of(t), 0, vec.Of(z))
		return
	}
	tri := blas64.Triangular{Uplo: blas.Upper, Diag: blas.NonUnit, N: k, Stride: k, Data: p.tri}
	if q != nil {
		for l, col := range p.pivot {
			p.v[l] = q[p.kept[col]] / p.scale[col]
		}
		blas64.Trsv(blas.Trans, tri, vec.Of(p.v[:k]))
		for l := range t {
			t[l] -= p.v[l]
		}
	}
	blas64.Gemv(blas.NoTrans, -1, Q, vec.Of(t), 1, vec.Of(p.rho))
	blas64.Trsv(blas.NoTrans, tri, vec.Of(t))
	for l, col := range p.pivot {
		z[col] = t[l]
	}
}

// matrix is one of rows × cols in the memory of a.
func matrix(a blas64.General, rows, cols int) blas64.General {
	return vec.Matrix(rows, cols, vec.Grown(a.Data, rows*cols))
}
