package cobyqa

import (
	"math"

	"gonum.org/v1/gonum/blas"
	"gonum.org/v1/gonum/blas/blas64"
	"gonum.org/v1/gonum/lapack/lapack64"

	"github.com/argmin-go/argmin/minimize/internal/vec"
)

// points are the points at which quadratic models interpolate, and the inverse H
// of the matrix of the equations for the quadratic with the Hessian of least Frobenius
// norm that has given values there,
//
//	( A  Xᵀ ) ( λ )   ( values )
//	( X  0  ) ( p ) = (   0    ),   A = ½ ((yᵢᵀyⱼ)²),  X = (1 … 1; y₁ … y),
//
// with p the constant and the gradient at the base and Σ λⱼ yⱼ yⱼᵀ the Hessian (Powell,
// "Least Frobenius norm updating of quadratic models that satisfy interpolation
// conditions", 2004, section 2). Column k of H has the k-th Lagrange function.
type points struct {
	n, npt, order int
	base          []float64
	at            [][]float64 // the points
	y             [][]float64 // the points less the base
	h             blas64.General
	age           int // changes since H was computed from scratch

	w, hw  []float64 // see lagrange
	ydot   []float64 // yⱼᵀx
	beta   float64
	column []float64
	hess   []float64 // of a combination of Lagrange functions
	grad   []float64

	inverse struct { // memory of invert
		a, x, q, aq, m, b, c blas64.General
		tau, work            []float64
	}
}

func newPoints(n int) *points {
	npt := 2*n + 1
	order := npt + n + 1
	s := &points{n: n, npt: npt, order: order, base: make([]float64, n)}
	s.h = zeros(order, order)
	for range npt {
		s.at, s.y = append(s.at, make([]float64, n)), append(s.y, make([]float64, n))
	}
	s.w, s.hw, s.ydot, s.column = make([]float64, order), make([]float64, order), make([]float64, npt), make([]float64, order)
	s.hess, s.grad = make([]float64, n*n), make([]float64, n)
	w := &s.inverse
	w.a, w.x, w.q, w.b = zeros(npt, npt), zeros(npt, n+1), zeros(npt, npt), zeros(npt, npt)
	w.aq, w.m, w.c = zeros(npt, n), zeros(n, n), zeros(npt, n+1)
	w.tau, w.work = make([]float64, n+1), make([]float64, 64*npt)
	return s
}

// zeros is a matrix of zeros.
func zeros(rows, cols int) blas64.General { return vec.Matrix(rows, cols, make([]float64, rows*cols)) }

// rebase makes x the base.
func (s *points) rebase(x []float64) {
	copy(s.base, x)
	for k, p := range s.at {
		for i, v := range p {
			s.y[k][i] = v - x[i]
		}
	}
}

// invert computes H from scratch, in the space of λ with X λ = 0 and the one orthogonal to it. It reports
// false if the points do not determine the quadratic. The blocks are
//
//	H = ( Ω Ξᵀ ),  Ω = Q₂ (Q₂ᵀA Q₂)⁻¹ Q₂ᵀ,  Ξ = R⁻¹Q₁ᵀ (I - A Ω),  Υ = -R⁻¹Q₁ᵀ A Ξᵀ,
//	    ( Ξ Υ  )
//
// with Xᵀ = (Q₁ Q₂) (R; 0).
func (s *points) invert() bool {
	unit, ok := s.equations()
	if !ok {
		return false
	}
	n, npt, w := s.n, s.npt, &s.inverse
	a, x, q := w.a, w.x, w.q
	lapack64.Geqrf(x, w.tau, w.work, len(w.work))
	for i := range npt {
		copy(vec.Row(q, i)[:n+1], vec.Row(x, i))
	}
	lapack64.Orgqr(q, w.tau, w.work, len(w.work))
	r := blas64.Triangular{N: n + 1, Stride: n + 1, Data: x.Data, Uplo: blas.Upper, Diag: blas.NonUnit}
	for i := range n + 1 {
		if math.Abs(x.Data[i*(n+1)+i]) < independent {
			return false
		}
	}
	q1 := blas64.General{Rows: npt, Cols: n + 1, Stride: npt, Data: q.Data}
	q2 := blas64.General{Rows: npt, Cols: n, Stride: npt, Data: q.Data[n+1:]}
	omega := blas64.General{Rows: npt, Cols: npt, Stride: s.order, Data: s.h.Data}
	if !s.invertHessians(q2, omega) {
		return false
	}
	b := w.b
	clear(b.Data)
	for i := range npt {
		b.Data[i*npt+i] = 1
	}
	blas64.Gemm(blas.NoTrans, blas.NoTrans, -1, a, omega, 1, b)
	xi := blas64.General{Rows: n + 1, Cols: npt, Stride: s.order, Data: s.h.Data[npt*s.order:]}
	blas64.Gemm(blas.Trans, blas.NoTrans, 1, q1, b, 0, xi)
	blas64.Trsm(blas.Left, blas.NoTrans, 1, r, xi)
	blas64.Gemm(blas.NoTrans, blas.Trans, -1, a, xi, 0, w.c)
	up := blas64.General{Rows: n + 1, Cols: n + 1, Stride: s.order, Data: s.h.Data[npt*s.order+npt:]}
	blas64.Gemm(blas.Trans, blas.NoTrans, 1, q1, w.c, 0, up)
	blas64.Trsm(blas.Left, blas.NoTrans, 1, r, up)
	s.scale(unit)
	s.age = 0
	return true
}

// independent is the least element of the diagonal of R, of points of size 1, for which they determine
// the linear part: our choice.
const independent = 1e-13

// equations sets A and Xᵀ for the points divided by a unit, in which they are of size 1, for the sake of
// rounding. It reports false if there is no such unit.
func (s *points) equations() (unit float64, ok bool) {
	for _, y := range s.y {
		unit = max(unit, vec.Norm2(y))
	}
	if !(unit > 0) || math.IsInf(unit, 0) {
		return unit, false
	}
	a, x, npt := s.inverse.a, s.inverse.x, s.npt
	for i, y := range s.y {
		for j := range i + 1 {
			v := vec.Dot(y, s.y[j]) / (unit * unit)
			a.Data[i*npt+j] = v * v / 2
			a.Data[j*npt+i] = v * v / 2
		}
		row := vec.Row(x, i)
		row[0] = 1
		for k, v := range y {
			row[1+k] = v / unit
		}
	}
	return unit, true
}

// invertHessians sets Ω. It reports false if the points do not determine the Hessian.
func (s *points) invertHessians(q2, omega blas64.General) bool {
	w, n := &s.inverse, s.n
	blas64.Gemm(blas.NoTrans, blas.NoTrans, 1, w.a, q2, 0, w.aq)
	blas64.Gemm(blas.Trans, blas.NoTrans, 1, q2, w.aq, 0, w.m)
	chol, ok := lapack64.Potrf(blas64.Symmetric{N: n, Stride: n, Data: w.m.Data, Uplo: blas.Upper})
	if !ok {
		return false
	}
	z := w.aq // Ω = Z Zᵀ
	for i := range s.npt {
		copy(vec.Row(z, i), vec.Row(q2, i))
	}
	blas64.Trsm(blas.Right, blas.NoTrans, 1, chol, z)
	blas64.Gemm(blas.NoTrans, blas.Trans, 1, z, z, 0, omega)
	return true
}

// scale turns H for the points divided by unit into H for the points.
func (s *points) scale(unit float64) {
	f := func(i int) float64 {
		switch {
		case i < s.npt:
			return 1 / (unit * unit)
		case i == s.npt:
			return unit * unit
		}
		return unit
	}
	for i := s.npt; i < s.order; i++ {
		for j := range s.npt {
			s.h.Data[j*s.order+i] = s.h.Data[i*s.order+j]
		}
	}
	for i := range s.order {
		for j := range s.order {
			s.h.Data[i*s.order+j] *= f(i) * f(j)
		}
	}
}

// lagrange sets hw to H w for the point x = point opt + d, whose first elements are the
// values of the Lagrange functions there, and beta, with which the denominator of an
// exchange of point t for x is H(t, t) β + hw(t)² (Powell, "The NEWUOA software", 2006,
// equation 4.12, with differences to point opt for the sake of rounding).
func (s *points) lagrange(opt int, d []float64) {
	o := s.y[opt]
	for j, y := range s.y {
		yd, yo := vec.Dot(y, d), vec.Dot(y, o)
		s.ydot[j] = yd + yo
		s.w[j] = yd * (yd/2 + yo)
	}
	s.w[s.npt] = 0
	copy(s.w[s.npt+1:], d)
	blas64.Gemv(blas.NoTrans, 1, s.h, vec.Of(s.w), 0, vec.Of(s.hw))
	oo, od, dd := vec.Dot(o, o), vec.Dot(o, d), vec.Dot(d, d)
	s.beta = od*od + 2*od*dd + oo*dd + dd*dd/2 - vec.Dot(s.w, s.hw)
	s.hw[opt]++
}

// denominator is the denominator of the exchange of point t for the point of the last call of
// lagrange.
func (s *points) denominator(t int) float64 {
	return max(s.h.Data[t*s.order+t], 0)*max(s.beta, 0) + s.hw[t]*s.hw[t]
}

// exchange puts x, the point of the last call of lagrange, in the place of point t (Powell 2006,
// equation 4.11). It reports false if H would have to be computed from scratch and cannot.
func (s *points) exchange(t int, x []float64) bool {
	alpha, beta, tau := s.h.Data[t*s.order+t], s.beta, s.hw[t]
	sigma := alpha*beta + tau*tau
	copy(s.at[t], x)
	for i, v := range x {
		s.y[t][i] = v - s.base[i]
	}
	if s.age++; !(sigma > tau*tau/2) || alpha < 0 || s.age > maxAge {
		return s.invert()
	}
	e := s.hw // e_t - H w
	for i := range e {
		e[i] = -e[i]
	}
	e[t]++
	blas64.Copy(blas64.Vector{N: s.order, Inc: s.order, Data: s.h.Data[t:]}, vec.Of(s.column))
	h := s.column
	for i := range s.order {
		ei, hi := (alpha*e[i]+tau*h[i])/sigma, (tau*e[i]-beta*h[i])/sigma
		row := s.h.Data[i*s.order : (i+1)*s.order]
		for j, ej := range e {
			row[j] += ei*ej + hi*h[j]
		}
	}
	return true
}

// function sets grad to the gradient of the k-th Lagrange function at the base and hess
// to its Hessian, and returns its constant.
func (s *points) function(k int) float64 {
	row := s.h.Data[k*s.order : (k+1)*s.order]
	s.combine(row)
	return row[s.npt]
}

// combine is function for multipliers and a gradient in coefficients.
func (s *points) combine(coefficients []float64) {
	copy(s.grad, coefficients[s.npt+1:])
	clear(s.hess)
	n := s.n
	for j, y := range s.y {
		l := coefficients[j]
		if l == 0 {
			continue
		}
		for i, v := range y {
			v *= l
			row := s.hess[i*n : i*n+i+1]
			for k := range row {
				row[k] += v * y[k]
			}
		}
	}
	for i := range n {
		for k := range i {
			s.hess[k*n+i] = s.hess[i*n+k]
		}
	}
}

// gradient sets g to the gradient at point opt of the interpolant with the Hessian of
// least Frobenius norm of the values.
func (s *points) gradient(opt int, values []float64, g []float64) {
	clear(s.column)
	o := s.y[opt]
	shift := values[opt]
	for j, v := range values {
		vec.Axpy(v-shift, s.h.Data[j*s.order:(j+1)*s.order], s.column)
	}
	copy(g, s.column[s.npt+1:])
	for j, y := range s.y {
		vec.Axpy(s.column[j]*vec.Dot(y, o), y, g)
	}
}
