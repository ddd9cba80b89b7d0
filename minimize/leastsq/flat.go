package leastsq

import (
	"math"
	"slices"

	"gonum.org/v1/gonum/mat"

	"github.com/argmin-go/argmin/minimize/internal/vec"
)

// Where the Jacobian vanishes at the minimum and the residuals do not, as with the one residual x² + 1, the angle between
// them says nothing. Whether such a point is a minimum is asked of the cost as of any other function: by how much Newton's
// method promises that it still falls, with the Hessian by differences of values. Constants are our choice.
const (
	flatMost = 16   // variables, as it takes half the square of their number of values
	flatFall = 1e-6 // relative to the cost
	flatStep = 1e-3 // of Newton's method, relative to the sizes
	felt     = 1e-6 // the least curvature over the sizes, relative to the cost: a plateau has less
)

// flat reports whether the cost falls by no more than flatFall of itself.
func (r *run) flat() bool {
	var free []int
	for i, g := range r.g {
		if r.lower[i] < r.upper[i] && !(r.x[i] == r.lower[i] && g > 0) && !(r.x[i] == r.upper[i] && g < 0) {
			free = append(free, i)
		}
	}
	n := len(free)
	if n == 0 || n > flatMost || r.sparse != nil || r.tries+n*(n+3)/2 > r.maxFev {
		return false
	}
	size := make([]float64, n)
	for k, i := range free {
		size[k] = max(math.Abs(r.x[i]), math.Abs(r.x[i]-r.sizeFrom[i]))
		if size[k] == 0 {
			return false
		}
	}
	h, ok := r.costHessian(free, size)
	var eig mat.EigenSym
	if !ok || !eig.Factorize(h, true) {
		return false
	}
	var v mat.Dense
	eig.VectorsTo(&v)
	fall, step := 0.0, 0.0
	for k, w := range eig.Values(nil) {
		if !(w >= felt*r.cost) {
			return false
		}
		c := 0.0
		for l, i := range free {
			c += v.At(l, k) * r.g[i] * size[l]
		}
		fall, step = fall+c*c/(2*w), math.Hypot(step, c/w)
	}
	return fall <= flatFall*r.cost && step <= flatStep
}

// costHessian is the Hessian of the cost by differences, in units of the sizes of the free variables. It reports whether all values are finite.
func (r *run) costHessian(free []int, size []float64) (h *mat.SymDense, ok bool) {
	n, t := len(free), math.Sqrt(math.Sqrt(max(r.FuncError(), vec.Eps)))
	refused, trial := r.refused, slices.Clone(r.trial)
	defer func() { r.refused = refused; copy(r.trial, trial) }()
	at := func(k int, a float64, l int, b float64) float64 {
		x := slices.Clone(r.x)
		x[free[k]] += a * size[k]
		x[free[l]] += b * size[l]
		return r.try(x)
	}
	h = mat.NewSymDense(n, nil)
	step, ahead, back := make([]float64, n), make([]float64, n), make([]float64, n)
	for k, i := range free {
		step[k] = t
		lo, hi := r.lower[i]-r.x[i] > -t*size[k], r.upper[i]-r.x[i] < t*size[k]
		switch {
		case lo && hi:
			return nil, false
		case lo || hi: // on one side
			if hi {
				step[k] = -t
			}
			ahead[k], back[k] = at(k, step[k], k, 0), at(k, 2*step[k], k, 0)
			h.SetSym(k, k, ((back[k]-ahead[k])-(ahead[k]-r.cost))/(t*t))
		default:
			ahead[k], back[k] = at(k, t, k, 0), at(k, -t, k, 0)
			h.SetSym(k, k, ((ahead[k]-r.cost)-(r.cost-back[k]))/(t*t))
		}
	}
	for k := range n {
		for l := range k {
			both := at(k, step[k], l, step[l])
			h.SetSym(k, l, ((both-ahead[k])-(ahead[l]-r.cost))/(step[k]*step[l]))
		}
	}
	for k := range n {
		for l := range n {
			if !vec.IsFinite(h.At(k, l)) {
				return nil, false
			}
		}
	}
	return h, true
}
