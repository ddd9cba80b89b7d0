package root

import (
	"math"
	"slices"

	"github.com/argmin-go/argmin/internal/option"
	"github.com/argmin-go/argmin/minimize/internal/vec"
)

// Krylov is the Newton–Krylov method: the Newton equation is solved by LGMRES, whose
// products with the Jacobian are differences of F. It is for very many unknowns. Statuses:
// 1 for a root, 2 after MaxIter iterations.
//
// Knoll & Keyes, "Jacobian-free Newton–Krylov methods", J. Comput. Phys. 193 (2004);
// Baker, Jessup & Manteuffel, "A technique for accelerating the convergence of restarted
// GMRES", SIAM J. Matrix Anal. Appl. 26 (2005), whose augmentation goes on from one Newton
// equation to the next.
type Krylov struct {
	Stops
	RDiff        float64 `opt:"rdiff"`         // step of the differences relative to the point; default √ε
	InnerMaxIter int     `opt:"inner_maxiter"` // Krylov's directions before LGMRES restarts; default 20
	OuterMaxIter int     `opt:"outer_maxiter"` // cycles of LGMRES at most; default 1
	OuterK       int     `opt:"outer_k"`       // solutions kept as further directions; default 10
}

// Name is "krylov".
func (Krylov) Name() string { return "krylov" }

func (m Krylov) root(r *run) outcome {
	k := &krylovJacobian{r: r, rel: option.Or(m.RDiff, math.Sqrt(vec.Eps)), inner: max(option.Or(m.InnerMaxIter, 20), 1),
		outer: max(m.OuterMaxIter, 1), keep: option.Or(m.OuterK, 10)}
	return inexactNewton(r, m.Name(), m.Stops, k)
}

type krylovJacobian struct {
	r            *run
	rel          float64
	inner, outer int
	keep         int // of last
	x, f         []float64
	near, nearF  []float64
	w            []float64
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

// times sets w to the product of the Jacobian with v.
func (k *krylovJacobian) times(v, w []float64) {
	length := vec.Norm2(v)
	if length == 0 {
		clear(w)
		return
	}
	step := k.rel * max(1, vec.Norm(k.x, 0)) / max(1, vec.Norm(k.f, 0)) / length
	if step < 1e-30 || math.IsNaN(step) {
		step = k.rel / length
	}
	for i, e := range v {
		k.near[i] = k.x[i] + step*e
	}
	k.r.sys.Values(k.near, k.nearF)
	for i, e := range k.nearF {
		w[i] = (e - k.f[i]) / step
	}
}

// solve is LGMRES from zero.
func (k *krylovJacobian) solve(f, dx []float64, tol float64) {
	clear(dx)
	goal := tol * vec.Norm2(f)
	for cycle := range k.outer {
		if cycle == 0 {
			for i, v := range f {
				k.w[i] = -v
			}
		} else {
			k.times(dx, k.w)
			for i, v := range f {
				k.w[i] = -v - k.w[i]
			}
		}
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
		k.last = k.last[:min(len(k.last), max(k.keep, 0))]
	}
}

// cycle is the step that makes the residual w, of length beta, least: a combination of
// Krylov's directions and then of the last solutions, as few as it takes to make it goal.
func (k *krylovJacobian) cycle(beta, goal float64) []float64 {
	n := len(k.x)
	var z, h [][]float64              // the directions, and Hessenberg's columns, rotated
	var cs, sn []float64              // the rotations
	v := [][]float64{unit(k.w, beta)} // orthonormal: J z is in their span
	e := []float64{beta}
	most := min(n, len(k.last)+k.inner)
	for tried := 0; len(z) < most && tried < most; tried++ {
		d := v[len(v)-1]
		if tried >= k.inner {
			d = k.last[tried-k.inner]
		}
		k.times(d, k.w)
		size := vec.Norm2(k.w)
		column := make([]float64, len(v)+1)
		for i, u := range v {
			column[i] = vec.Dot(k.w, u)
			for l, c := range u {
				k.w[l] -= column[i] * c
			}
		}
		rest := vec.Norm2(k.w)
		j := len(z)
		for i := range j {
			column[i], column[i+1] = cs[i]*column[i]+sn[i]*column[i+1], cs[i]*column[i+1]-sn[i]*column[i]
		}
		r := math.Hypot(column[j], rest)
		if !(r > 1e-14*size) {
			continue // nothing new
		}
		cs, sn = append(cs, column[j]/r), append(sn, rest/r)
		column[j] = r
		z, h = append(z, d), append(h, column)
		e = append(e, -sn[j]*e[j])
		e[j] *= cs[j]
		if math.Abs(e[j+1]) <= goal || rest <= 1e-14*size {
			break
		}
		v = append(v, unit(k.w, rest))
	}
	step := make([]float64, n)
	for i := len(z) - 1; i >= 0; i-- {
		for j := i + 1; j < len(z); j++ {
			e[i] -= h[j][i] * e[j]
		}
		e[i] /= h[i][i]
		for l, c := range z[i] {
			step[l] += e[i] * c
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
