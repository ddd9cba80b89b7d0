package search

import (
	"math"
	"slices"

	"gonum.org/v1/gonum/mat"

	"github.com/argmin-go/argmin/minimize/internal/vec"
)

// Hessian sets h to the Hessian at x: the given one, or by n products with HessP, or by differences
// of gradients, in n evaluations of them.
func (r *Run) Hessian(x []float64, h *mat.SymDense) {
	r.needUnit(x)
	r.NHev++
	switch {
	case r.Problem.Hess != nil:
		raw := h.RawSymmetric()
		r.Ask(KindHess, x, raw.Data, func() {
			r.Problem.Hess(r.copied(x), h)
			r.slopesInUnit(raw.Data)
		})
	case r.Problem.HessP != nil:
		n := r.N()
		e, c := make([]float64, n), make([]float64, n)
		full := mat.NewDense(n, n, nil)
		for i := range n {
			e[i] = 1
			r.hessianTimes(x, e, c)
			e[i] = 0
			full.SetCol(i, c)
		}
		symmetric(h, full)
	default:
		symmetric(h, r.differencedHessian(x))
	}
}

// differencedHessian is the Hessian at x by differences of gradients within the bounds, not quite
// symmetric. Columns of variables that cannot move are taken from the others' rows; the elements for
// two such variables are 0.
func (r *Run) differencedHessian(x []float64) *mat.Dense {
	n := r.N()
	y, g0, g1 := slices.Clone(x), make([]float64, n), make([]float64, n)
	r.Gradient(x, g0)
	full := mat.NewDense(n, n, nil)
	d := differencing{sizes: r.diff.sizes, err: r.diff.err}
	if r.Differenced() {
		d.err = math.Sqrt(max(d.err, vec.Eps)) // as gradients have half of the digits
	}
	var fixed []int
	for i, v := range x {
		lo, hi := math.Inf(-1), math.Inf(1)
		if r.Lower != nil {
			lo, hi = r.Lower[i], r.Upper[i]
		}
		s := d.within(d.length(i, v), v, lo, hi).h1
		if s == 0 {
			fixed = append(fixed, i)
			continue
		}
		y[i] = v + s
		r.Gradient(y, g1)
		y[i] = v
		for j := range g1 {
			g1[j] = (g1[j] - g0[j]) / s
		}
		full.SetCol(i, g1)
	}
	for _, i := range fixed {
		for j := range n {
			full.Set(j, i, full.At(i, j))
		}
	}
	return full
}

// symmetric sets h to the symmetric part of full.
func symmetric(h *mat.SymDense, full *mat.Dense) {
	n := h.SymmetricDim()
	for i := range n {
		for j := i; j < n; j++ {
			h.SetSym(i, j, (full.At(i, j)+full.At(j, i))/2)
		}
	}
}

// hessianTimes sets hp to HessP at x times p.
func (r *Run) hessianTimes(x, p, hp []float64) {
	r.needUnit(x)
	if r.journal == nil {
		r.Check()
		r.Problem.HessP(r.copied(x), r.copied(p), hp)
		r.slopesInUnit(hp)
		return
	}
	r.Ask(kindHessP, append(slices.Clone(x), p...), hp, func() {
		r.Problem.HessP(r.copied(x), r.copied(p), hp)
		r.slopesInUnit(hp)
	})
}

// Product sets hp to the Hessian at x times p.
func (r *Run) Product(x, p, hp []float64) {
	if r.Problem.HessP != nil {
		r.NHev++
		r.hessianTimes(x, p, hp)
		return
	}
	h := mat.NewSymDense(r.N(), nil)
	r.Hessian(x, h)
	mat.NewVecDense(len(hp), hp).MulVec(h, mat.NewVecDense(len(p), p))
}
