package trustconstr

import (
	"gonum.org/v1/gonum/blas/blas64"
	"gonum.org/v1/gonum/mat"

	"github.com/argmin-go/argmin/minimize/internal/search"
	"github.com/argmin-go/argmin/minimize/internal/vec"
)

// lagrangeHessian is the Hessian of the Lagrangian f + Σ uᵢcᵢ: the sum of the Hessians that are given, and
// a quasi-Newton approximation of the sum of the others.
type lagrangeHessian struct {
	r      *search.Run
	given  *mat.SymDense // the sum of those given; nil: none is
	part   *mat.SymDense // one of them
	approx *quasiHessian // nil: all are given
	rest   []bool        // the rows of the constraints that approx includes
	fixed  []bool        // the variables that do not move; nil: none
	unit   []float64     // of the variables; approx and the products are of variables in them
	s, y   []float64     // the last step, and the change of the gradient
	d      []float64     // scratch
}

func newLagrangeHessian(q *form, how QuasiNewton) *lagrangeHessian {
	r, n := q.r, q.r.N()
	h := &lagrangeHessian{r: r, fixed: q.fixed, unit: q.unit, s: make([]float64, n), y: make([]float64, n), d: make([]float64, n)}
	needs := r.Problem.Hess == nil && r.Problem.HessP == nil
	gives := r.Problem.Hess != nil
	if r.Constraints != nil {
		for _, c := range r.Constraints.List {
			left := c.A == nil && c.Hess == nil
			needs, gives = needs || left, gives || c.Hess != nil
			for range c.Lower {
				h.rest = append(h.rest, left)
			}
		}
	}
	if gives {
		h.given, h.part = mat.NewSymDense(n, nil), mat.NewSymDense(n, nil)
	}
	if needs {
		h.approx = how.start(n)
	}
	return h
}

// at evaluates the given Hessians at x, with the multipliers u.
func (h *lagrangeHessian) at(x, u []float64) {
	if h.given == nil {
		return
	}
	h.given.Zero()
	if h.r.Problem.Hess != nil {
		h.r.Hessian(x, h.given)
	}
	if h.r.Constraints == nil {
		return
	}
	from := 0
	for i, c := range h.r.Constraints.List {
		to := from + len(c.Lower)
		if c.Hess != nil {
			h.r.Constraints.Hessian(i, x, u[from:to], h.part)
			h.given.AddSym(h.given, h.part)
		}
		from = to
	}
}

// update updates the approximation by the change of derivatives from p to q, with the
// multipliers u.
func (h *lagrangeHessian) update(p, q *point, u []float64) {
	if h.approx == nil {
		return
	}
	for i, v := range q.x {
		h.s[i] = v - p.x[i]
	}
	clear(h.y)
	if h.r.Problem.Hess == nil && h.r.Problem.HessP == nil {
		for i, v := range q.g {
			h.y[i] = v - p.g[i]
		}
	}
	for k, rest := range h.rest {
		if rest && u[k] != 0 {
			vec.Axpy(u[k], q.j.RawRowView(k), h.y)
			vec.Axpy(-u[k], p.j.RawRowView(k), h.y)
		}
	}
	for i, u := range h.unit {
		h.s[i] /= u
		h.y[i] *= u
	}
	h.approx.update(h.s, h.y)
}

// reset restarts the approximation.
func (h *lagrangeHessian) reset() {
	if h.approx != nil {
		h.approx.begin()
	}
}

// product sets hd to the Hessian times d, at x. Variables that do not move have none.
func (h *lagrangeHessian) product(x, d, hd []float64) {
	for i, u := range h.unit {
		h.d[i] = u * d[i]
	}
	if h.r.Problem.Hess == nil && h.r.Problem.HessP != nil {
		h.r.Product(x, h.d, hd)
	} else {
		clear(hd)
	}
	if h.given != nil {
		blas64.Symv(1, h.given.RawSymmetric(), vec.Of(h.d), 1, vec.Of(hd))
	}
	for i, u := range h.unit {
		hd[i] *= u
	}
	if h.approx != nil {
		blas64.Symv(1, h.approx.b.RawSymmetric(), vec.Of(d), 1, vec.Of(hd))
	}
	for i, is := range h.fixed {
		if is {
			hd[i] = 0
		}
	}
}

// finite reports whether the given Hessians are finite.
func (h *lagrangeHessian) finite() bool {
	return h.given == nil || vec.AllFinite(h.given.RawSymmetric().Data)
}
