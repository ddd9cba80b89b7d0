package minimize

import "math"

func init() { registerRoot(Krylov{}) }

// Krylov is the Newton–Krylov method: the Newton equation is solved by GMRES, whose
// products with the Jacobian are differences of F, or the Jacobian's if there is one.
// It is for very many unknowns. Statuses: 1 for a root, 2 after MaxIter iterations.
//
// Knoll & Keyes, "Jacobian-free Newton–Krylov methods", J. Comput. Phys. 193 (2004);
// Saad & Schultz, "GMRES", 1986, restarted from the directions of the last solves in
// the place of LGMRES's augmentation.
type Krylov struct {
	RootStops
	RDiff        float64 `opt:"rdiff"`         // step of the differences relative to the point; 0 means √ε
	InnerMaxIter int     `opt:"inner_maxiter"` // products before GMRES begins anew; 0 means 20
	OuterMaxIter int     `opt:"outer_maxiter"` // how often it begins anew at most; 0 means 10
}

// Name is "krylov".
func (Krylov) Name() string { return "krylov" }

func (m Krylov) root(r *rootRun) rootOutcome {
	k := &krylovJacobian{r: r, rel: setting(m.RDiff, math.Sqrt(eps)), inner: m.InnerMaxIter, outer: m.OuterMaxIter}
	if k.inner <= 0 {
		k.inner = 20
	}
	if k.outer <= 0 {
		k.outer = 10
	}
	return inexactNewton(r, m.Name(), m.RootStops, k)
}

type krylovJacobian struct {
	r            *rootRun
	rel          float64
	inner, outer int
	x, f         []float64
	near, nearF  []float64
	v            [][]float64 // the orthonormal basis
	h            [][]float64 // Hessenberg's columns, rotated
	cs, sn, e, y []float64
	w            []float64
}

func (k *krylovJacobian) start(x, f []float64) {
	n := len(x)
	k.x, k.f = append([]float64{}, x...), append([]float64{}, f...)
	k.near, k.nearF, k.w = make([]float64, n), make([]float64, n), make([]float64, n)
	m := min(k.inner, n)
	k.v, k.h = make([][]float64, m+1), make([][]float64, m)
	for i := range k.v {
		k.v[i] = make([]float64, n)
	}
	for i := range k.h {
		k.h[i] = make([]float64, m+1)
	}
	k.cs, k.sn, k.e, k.y = make([]float64, m), make([]float64, m), make([]float64, m+1), make([]float64, m)
}

// patience has no end: the Jacobian is right, and the step a descent.
func (*krylovJacobian) patience() int { return math.MaxInt }

func (k *krylovJacobian) update(x, f, _, _ []float64) {
	copy(k.x, x)
	copy(k.f, f)
}

// times sets w to the product of the Jacobian with v.
func (k *krylovJacobian) times(v, w []float64) {
	length := norm2(v)
	if length == 0 {
		clear(w)
		return
	}
	step := k.rel * max(1, norm(k.x, 0)) / max(1, norm(k.f, 0)) / length
	if step < 1e-30 || math.IsNaN(step) {
		step = k.rel / length
	}
	for i, e := range v {
		k.near[i] = k.x[i] + step*e
	}
	k.r.sys.values(k.near, k.nearF)
	for i, e := range k.nearF {
		w[i] = (e - k.f[i]) / step
	}
}

// solve is GMRES from zero.
func (k *krylovJacobian) solve(f, dx []float64, tol float64) {
	clear(dx)
	goal := tol * norm2(f)
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
		beta := norm2(k.w)
		if beta <= goal || beta == 0 || math.IsNaN(beta) {
			return
		}
		for i, v := range k.w {
			k.v[0][i] = v / beta
		}
		clear(k.e)
		k.e[0] = beta
		used := 0
		for j := range k.h {
			k.times(k.v[j], k.w)
			h := k.h[j]
			for i := range j + 1 {
				h[i] = dot(k.w, k.v[i])
				for l, v := range k.v[i] {
					k.w[l] -= h[i] * v
				}
			}
			last := norm2(k.w)
			for i := range j {
				h[i], h[i+1] = k.cs[i]*h[i]+k.sn[i]*h[i+1], k.cs[i]*h[i+1]-k.sn[i]*h[i]
			}
			d := math.Hypot(h[j], last)
			if d == 0 {
				break
			}
			k.cs[j], k.sn[j] = h[j]/d, last/d
			h[j] = d
			k.e[j], k.e[j+1] = k.cs[j]*k.e[j], -k.sn[j]*k.e[j]
			used = j + 1
			if math.Abs(k.e[j+1]) <= goal || last <= 1e-14*d {
				break
			}
			for i, v := range k.w {
				k.v[j+1][i] = v / last
			}
		}
		for i := used - 1; i >= 0; i-- {
			k.y[i] = k.e[i]
			for j := i + 1; j < used; j++ {
				k.y[i] -= k.h[j][i] * k.y[j]
			}
			k.y[i] /= k.h[i][i]
		}
		for j := range used {
			for i, v := range k.v[j] {
				dx[i] += k.y[j] * v
			}
		}
		if used == 0 {
			return
		}
	}
}
