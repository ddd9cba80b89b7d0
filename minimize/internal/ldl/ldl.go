// Package ldl keeps the factors L D Lᵀ of a symmetric positive definite matrix, L unit lower triangular and D
// diagonal, while the matrix changes by matrices of rank one: the BFGS matrix of SLSQP. An update costs some N²
// operations where a factorization would cost N³/3. The papers are at [Factor.Update].
package ldl

import (
	"math"

	"gonum.org/v1/gonum/blas"
	"gonum.org/v1/gonum/blas/blas64"

	"github.com/argmin-go/argmin/minimize/internal/vec"
)

// Factor is L D Lᵀ of order N.
type Factor struct {
	N int       // the order
	D []float64 // the diagonal of D
	U []float64 // Lᵀ by rows, N×N; what is below the diagonal is not used

	w, t []float64 // scratch
}

// New is the factor of the identity.
func New(n int) *Factor {
	mem := make(vec.Slab, n*n+3*n+1)
	f := &Factor{N: n, D: mem.Take(n), w: mem.Take(n), t: mem.Take(n + 1), U: mem.Take(n * n)}
	f.Reset()
	return f
}

// Reset makes it the factor of the identity.
func (f *Factor) Reset() {
	clear(f.U)
	for i := range f.D {
		f.D[i], f.U[i*f.N+i] = 1, 1
	}
}

// row is the part of the i-th row of Lᵀ right of the diagonal.
func (f *Factor) row(i int) []float64 { return f.U[i*f.N+i+1 : (i+1)*f.N] }

// upper is Lᵀ as BLAS takes it.
func (f *Factor) upper() blas64.Triangular {
	return blas64.Triangular{N: f.N, Stride: f.N, Data: f.U, Uplo: blas.Upper, Diag: blas.Unit}
}

// Update adds σ z zᵀ, which overwrites z. A negative σ should leave the matrix
// definite; where by rounding it does not, the matrix becomes a nearly singular one. It costs N² operations for a positive σ and 2N² for a negative one.
//
// Fletcher & Powell, "On the modification of LDLᵀ factorizations", Mathematics of
// Computation 28, 1974, the composite t-method; Gill, Golub, Murray & Saunders,
// "Methods for modifying matrix factorizations", the same volume, method C1, for
// positive σ.
func (f *Factor) Update(sigma float64, z []float64) {
	if sigma == 0 {
		return
	}
	n, t, w := f.N, f.t, f.w
	// t[i] is 1/σ plus the sum of vₖ²/dₖ, k < i, with v the solution of L v = z. It keeps
	// its sign as long as the matrix stays definite.
	t[0] = 1 / sigma
	if sigma < 0 {
		copy(w, z)
		f.Forward(w)
		for i, v := range w {
			t[i+1] = t[i] + v*v/f.D[i]
		}
		if t[n] >= 0 {
			t[n] = vec.Eps / sigma
		}
		for i := n - 1; i >= 0; i-- {
			t[i] = t[i+1] - w[i]*w[i]/f.D[i]
		}
	}
	for i := range n {
		v := z[i]
		if sigma < 0 {
			v = w[i]
		} else {
			t[i+1] = t[i] + v*v/f.D[i]
		}
		a := t[i+1] / t[i]
		b := v / f.D[i] / t[i+1]
		f.D[i] *= a
		row := f.row(i)
		rest := z[i+1:][:len(row)]
		if a <= 4 {
			for j, u := range row {
				r := rest[j] - v*u
				rest[j], row[j] = r, u+b*r
			}
			continue
		}
		// The same with less cancellation where the diagonal grows.
		for j, u := range row {
			row[j] = u/a + b*rest[j]
			rest[j] -= v * u
		}
	}
}

// Forward solves L y = b in place of b.
func (f *Factor) Forward(b []float64) {
	for i, v := range b {
		if v == 0 {
			continue
		}
		vec.Axpy(-v, f.row(i), b[i+1:])
	}
}

// Solve solves L D Lᵀ x = b in place of b.
func (f *Factor) Solve(b []float64) {
	f.Forward(b)
	for i, d := range f.D {
		b[i] /= d
	}
	blas64.Trsv(blas.NoTrans, f.upper(), vec.Of(b))
}

// Mul sets y to L D Lᵀ x.
func (f *Factor) Mul(y, x []float64) {
	clear(y)
	for i, d := range f.D {
		row := f.row(i)
		s := d * (x[i] + vec.ShortDot(row, x[i+1:]))
		y[i] += s
		vec.Axpy(s, row, y[i+1:])
	}
}

// Root sets the upper triangle of r to √D Lᵀ, whose product with its transpose from
// the left is the matrix, and the rest of the first N columns and rows to 0.
func (f *Factor) Root(r blas64.General) {
	for i, d := range f.D {
		to, s := r.Data[i*r.Stride:i*r.Stride+f.N], math.Sqrt(d)
		clear(to[:i])
		to[i] = s
		for j, u := range f.row(i) {
			to[i+1+j] = s * u
		}
	}
}
