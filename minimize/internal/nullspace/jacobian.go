// Package nullspace has the two steps of the trust-region method of Byrd and Omojokun for equations, which
// trustconstr uses: a normal step towards the linearized equations by a dogleg, and a tangential step in the
// null space of their Jacobian by projected conjugate gradients.
//
// It is dense linear algebra for Jacobians of equations and of inequalities with slacks; the slacks and the
// bounds of variables cost no more than their number. Read jacobian.go for the structure of the matrix;
// projection.go for its factors, on which both steps rest; region.go, normal.go and tangential.go for the steps.
//
// Nocedal & Wright, "Numerical Optimization", 2nd ed. 2006, section 18.5; Gould, Hribar & Nocedal, "On the
// solution of equality constrained quadratic programming problems arising in optimization", SIAM J. Sci.
// Comput. 23 (2001); Byrd, Hribar & Nocedal, "An interior point algorithm for large-scale nonlinear programming",
// SIAM J. Optim. 9 (1999).
package nullspace

import (
	"math"

	"gonum.org/v1/gonum/blas"
	"gonum.org/v1/gonum/blas/blas64"

	"github.com/argmin-go/argmin/minimize/internal/vec"
)

// Jacobian is the Jacobian of equations c(x) = 0, of inequalities c(x) + s = 0, and of bounds ±x + s = 0, in
// this order of rows, with the slacks scaled by themselves:
//
//	⎡ A  0 ⎤
//	⎢ A  S ⎥
//	⎣ ±I S ⎦
//
// Its columns belong to x, then to the slacks.
type Jacobian struct {
	A     blas64.General // [equations and inequalities, variables]
	Eq    int            // rows of A that are equations
	Var   []int          // the variable of every bound
	Sign  []float64      // the sign of x in it
	Slack []float64      // positive, of the inequalities and bounds
	sums  []float64      // scratch of Size
}

// NewJacobian is a Jacobian of eq equations, in inequalities and bounds in n variables, with the signs of the
// variables in the bounds; its numbers are 0.
func NewJacobian(n, eq, in int, variables []int, sign []float64) *Jacobian {
	k := eq + in
	return &Jacobian{
		A:  vec.Matrix(k, n, make([]float64, k*n)),
		Eq: eq, Var: variables, Sign: sign, Slack: make([]float64, in+len(variables)), sums: make([]float64, n),
	}
}

// Rows is the number of rows.
func (j *Jacobian) Rows() int { return j.A.Rows + len(j.Var) }

// Cols is the number of columns.
func (j *Jacobian) Cols() int { return j.A.Cols + len(j.Slack) }

// Mul sets c to the product with w.
func (j *Jacobian) Mul(w, c []float64) {
	n, k := j.A.Cols, j.A.Rows
	if k > 0 {
		blas64.Gemv(blas.NoTrans, 1, j.A, vec.Of(w[:n]), 0, vec.Of(c[:k]))
	}
	for b, i := range j.Var {
		c[k+b] = j.Sign[b] * w[i]
	}
	for i, s := range j.Slack {
		c[j.Eq+i] += s * w[n+i]
	}
}

// MulTrans sets w to the product of the transpose with y.
func (j *Jacobian) MulTrans(y, w []float64) {
	n, k := j.A.Cols, j.A.Rows
	clear(w[:n])
	if k > 0 {
		blas64.Gemv(blas.Trans, 1, j.A, vec.Of(y[:k]), 0, vec.Of(w[:n]))
	}
	for b, i := range j.Var {
		w[i] += j.Sign[b] * y[k+b]
	}
	for i, s := range j.Slack {
		w[n+i] = s * y[j.Eq+i]
	}
}

// Size is the largest sum of |Aᵢⱼyᵢ| over the rows of equations and inequalities, and of
// bounds, for any variable j: the product of the transpose with y without cancellation.
func (j *Jacobian) Size(y []float64) float64 {
	size, k := 0.0, j.A.Rows
	clear(j.sums)
	for i := range k {
		for l, a := range vec.Row(j.A, i) {
			j.sums[l] += math.Abs(a * y[i])
		}
	}
	for b, i := range j.Var {
		j.sums[i] += math.Abs(y[k+b])
	}
	for _, s := range j.sums {
		size = max(size, s)
	}
	return size
}
