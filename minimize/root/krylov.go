package root

import (
	"math"
	"slices"

	"github.com/argmin-go/argmin/internal/option"
	"github.com/argmin-go/argmin/minimize/internal/vec"
)

// Krylov is the Newton–Krylov method, for very many unknowns, such as the values of a discretized
// function: it solves each Newton equation approximately by LGMRES, for which products with the
// Jacobian are differences of F, so that no Jacobian is formed. An iteration costs one evaluation
// per inner iteration plus one for the step. It stores InnerMaxIter + OuterK vectors of length n.
//
// SciPyStatus is as for [Broyden1]. There is no preconditioner.
//
// Knoll & Keyes, "Jacobian-free Newton–Krylov methods", J. Comput. Phys. 193 (2004);
// Baker, Jessup & Manteuffel, "A technique for accelerating the convergence of restarted
// GMRES", SIAM J. Matrix Anal. Appl. 26 (2005). The solutions that augment the space are kept from
// one Newton equation to the next.
type Krylov struct {
	Stops
	RDiff        float64 `opt:"rdiff"`         // step of the differences relative to the point; default √FuncError of the options, 1.49e-8
	InnerMaxIter int     `opt:"inner_maxiter"` // number of Krylov directions before LGMRES restarts, at least 1; default 20
	OuterMaxIter int     `opt:"outer_maxiter"` // largest number of cycles of LGMRES, at least 1; default 1
	OuterK       int     `opt:"outer_k"`       // number of past solutions that are further directions; default 10
}

// Name returns "krylov".
func (Krylov) Name() string { return "krylov" }

func (m Krylov) root(r *run) outcome {
	k := &krylovJacobian{r: r, rel: option.Or(m.RDiff, math.Sqrt(r.FuncError())), inner: max(option.Or(m.InnerMaxIter, 20), 1),
		outer: max(option.Or(m.OuterMaxIter, 1), 1), keep: option.Or(m.OuterK, 10)}
	return inexactNewton(r, m.Name(), m.Stops, k)
}

// krylovJacobian is the Jacobian J of [Krylov], by differences.
type krylovJacobian struct {
	r            *run
	rel          float64     // RDiff
	inner, outer int         // InnerMaxIter and OuterMaxIter
	keep         int         // OuterK
	x, f         []float64   // the point and F there
	near, nearF  []float64   // a point near it and F there
	w            []float64   // the residual -F - J dx, and products with J
	last         [][]float64 // the last solutions, of length 1, the newest first
}

func (k *krylovJacobian) start(x, f []float64) {
	n := len(x)
	k.x, k.f = append([]float64{}, x...), append([]float64{}, f...)
	k.near, k.nearF, k.w = make([]float64, n), make([]float64, n), make([]float64, n)
}

// patience has no end: the Jacobian is right, and the step a descent.
func (*krylovJacobian) patience() int { return math.MaxInt }

func (k *krylovJacobian) update(x, f, _, _ []float64) {
	copy(k.x, x)
	copy(k.f, f)
}

// times sets w to J v ≈ (F(x + h v) - F(x))/h, with h as in SciPy.
func (k *krylovJacobian) times(v, w []float64) {
	length := vec.Norm2(v)
	if length == 0 {
		clear(w)
		return
	}
	h := k.rel * max(1, vec.Norm(k.x, 0)) / max(1, vec.Norm(k.f, 0)) / length
	if h < 1e-30 || math.IsNaN(h) { // F is huge: such a step would not change x
		h = k.rel / length
	}
	for i, e := range v {
		k.near[i] = k.x[i] + h*e
	}
	k.r.sys.Values(k.near, k.nearF)
	for i, e := range k.nearF {
		w[i] = (e - k.f[i]) / h
	}
}

// solve is LGMRES for J dx = -F, from dx = 0.
func (k *krylovJacobian) solve(f, dx []float64, tol float64) {
	clear(dx)
	goal := tol * vec.Norm2(f)
	for cycle := range k.outer {
		k.residual(f, dx, cycle == 0)
		beta := vec.Norm2(k.w)
		if beta <= goal || beta == 0 || math.IsNaN(beta) {
			return
		}
		step := k.cycle(beta, goal)
		size := vec.Norm2(step)
		if size == 0 || math.IsNaN(size) {
			return
		}
		for i, v := range step {
			dx[i] += v
			step[i] = v / size
		}
		k.last = slices.Insert(k.last, 0, step)
		k.last = k.last[:min(len(k.last), k.keep)]
	}
}

// residual sets w to -F - J dx.
func (k *krylovJacobian) residual(f, dx []float64, zero bool) {
	if zero { // dx is 0
		for i, v := range f {
			k.w[i] = -v
		}
		return
	}
	k.times(dx, k.w)
	for i, v := range f {
		k.w[i] = -v - k.w[i]
	}
}

// cycle is one cycle of LGMRES: it returns the step s that makes |w - J s| least, with w of
// length beta, over the span of Krylov's directions and then of the last solutions, as few of them
// as are needed to make that goal.
func (k *krylovJacobian) cycle(beta, goal float64) []float64 {
	a := arnoldi{v: [][]float64{unit(k.w, beta)}, e: []float64{beta}}
	most := min(len(k.x), len(k.last)+k.inner)
	for tried := 0; len(a.z) < most && tried < most; tried++ {
		d := a.v[len(a.v)-1]
		if tried >= k.inner {
			d = k.last[tried-k.inner]
		}
		k.times(d, k.w)
		if a.add(d, k.w, goal) {
			break
		}
	}
	return a.step(len(k.x))
}

// arnoldi is the decomposition J z = v h of flexible GMRES, where h is made triangular by plane
// rotations as it grows (Saad, "Iterative methods for sparse linear systems", 2nd ed. 2003,
// sections 6.5.3 and 9.4).
type arnoldi struct {
	z      [][]float64 // the directions
	v      [][]float64 // an orthonormal basis, one more than directions
	h      [][]float64 // the columns of h, rotated
	cs, sn []float64   // the rotations
	e      []float64   // the right-hand side beta e₁, rotated; the last element is the residual
}

// negligible is a length, relative to the vector it remained from, that is only rounding:
// some fifty times the machine precision. It is a choice.
const negligible = 1e-14

// add adds a direction d with the product w = J d, which it overwrites. It reports whether the
// residual is goal, or no direction can make it less.
func (a *arnoldi) add(d, w []float64, goal float64) (done bool) {
	size := vec.Norm2(w)
	column := make([]float64, len(a.v)+1)
	for i, u := range a.v {
		column[i] = vec.Dot(w, u)
		for l, c := range u {
			w[l] -= column[i] * c
		}
	}
	rest := vec.Norm2(w)
	j := len(a.z)
	for i := range j {
		column[i], column[i+1] = a.cs[i]*column[i]+a.sn[i]*column[i+1], a.cs[i]*column[i+1]-a.sn[i]*column[i]
	}
	r := math.Hypot(column[j], rest)
	if !(r > negligible*size) {
		return false // d adds nothing new
	}
	a.cs, a.sn = append(a.cs, column[j]/r), append(a.sn, rest/r)
	column[j] = r
	a.z, a.h = append(a.z, d), append(a.h, column)
	a.e = append(a.e, -a.sn[j]*a.e[j])
	a.e[j] *= a.cs[j]
	if math.Abs(a.e[j+1]) <= goal || rest <= negligible*size {
		return true
	}
	a.v = append(a.v, unit(w, rest))
	return false
}

// step solves the triangular system for the weights of the directions, and returns the sum of
// these, of length n. It overwrites e.
func (a *arnoldi) step(n int) []float64 {
	step := make([]float64, n)
	for i := len(a.z) - 1; i >= 0; i-- {
		for j := i + 1; j < len(a.z); j++ {
			a.e[i] -= a.h[j][i] * a.e[j]
		}
		a.e[i] /= a.h[i][i]
		for l, c := range a.z[i] {
			step[l] += a.e[i] * c
		}
	}
	return step
}

// unit is v / length.
func unit(v []float64, length float64) []float64 {
	u := make([]float64, len(v))
	for i, e := range v {
		u[i] = e / length
	}
	return u
}
