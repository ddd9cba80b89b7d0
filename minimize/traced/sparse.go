package traced

import (
	"gonum.org/v1/gonum/mat"

	"github.com/argmin-go/argmin/minimize/leastsq"
	"github.com/argmin-go/argmin/num"
	"github.com/argmin-go/argmin/sparse"
)

// byEntries is a derivative of a function of more than [dense] variables by its entries, if at most a quarter of them can be other than zero;
// ok is false if not, or if the function has so many that they are not counted.
func byEntries[P, D any](h *host[P, D], j *num.Jitted[at[P, D], sparse.Matrix], x []float64) (a sparse.Matrix, ok bool) {
	if len(x) <= dense {
		return a, false
	}
	a, err := j.CallContext(h.ctx, at[P, D]{h.array(x), h.array(nil), h.like, h.data})
	if err != nil { // the dense derivative reports what is wrong, if anything is
		return a, false
	}
	m, n := a.Dims()
	return a, 4*a.NNZ() <= m*n
}

// setSymmetric sets h to a sparse Hessian.
func setSymmetric(h *mat.SymDense, a sparse.Matrix) {
	h.Zero()
	v, p := a.Values.Float64s(), a.Pattern()
	for i := range p.Rows() {
		for k := p.Ptr()[i]; k < p.Ptr()[i+1]; k++ {
			if j := p.Ind()[k]; j >= i {
				h.SetSym(i, j, v[k])
			}
		}
	}
}

// sparseJacobian gives the problem the entries of the Jacobian in place of all of it, where x0 has more than a few variables and residuals
// have few of them.
func (s *LeastSquaresSolver[P, D]) sparseJacobian(h *host[P, D], p *leastsq.Problem, x0 []float64) {
	first, ok := byEntries(h, s.entries, x0)
	if !ok {
		return
	}
	pattern := first.Pattern()
	for i := range pattern.Rows() {
		p.Sparsity = append(p.Sparsity, pattern.Row(i))
	}
	p.Jac = nil
	p.JacSparse = func(x []float64, values [][]float64) {
		v := evaluated(h, s.entries, x).Values.Float64s()
		for i := range values {
			copy(values[i], v[pattern.Ptr()[i]:])
		}
	}
}

// hessian sets h to the Hessian at x: where it is large and sparse by few products.
func (s *solve[P, D]) hessian() func(x []float64, h *mat.SymDense) {
	full := false // once it has been seen to be
	return func(x []float64, h *mat.SymDense) {
		if !full {
			if a, ok := byEntries(s.host, s.prog.entries, x); ok {
				setSymmetric(h, a)
				return
			}
			full = true
		}
		symmetric(h, evaluated(s.host, s.prog.hess, x))
	}
}
