package lbfgsb

import (
	"math"

	"github.com/argmin-go/argmin/minimize/internal/vec"
)

// box minimizes the model within the bounds. It keeps matrices of the free variables from one iteration
// to the next, as few variables change.
type box struct {
	n            int
	lower, upper []float64
	boxed        bool // all variables have both bounds

	t    []float64 // where the projected path meets the bound of a variable
	heap []int     // variables by t, the least first
	d    []float64 // the path's direction, later other vectors of this length

	free   []bool // the variables for which the matrices below are
	inside []int  // the same as a list
	rows   int    // the pairs for which they are
	moved  []int  // variables that became free or bound
	list   []int  // scratch for lists of variables
	// With Z the free variables and A the others: YᵀZZᵀY, L - SᵀZZᵀY and SᵀAAᵀS, each
	// max×max, symmetric ones on and below the diagonal.
	yy, ly, ss []float64
	inner      saddle

	c, pd, w, v []float64 // of length 2 max
	y, s        []float64 // of length max
}

func newBox(n int, lower, upper []float64) *box {
	b := &box{n: n, lower: lower, upper: upper, boxed: true, t: make([]float64, n), heap: make([]int, 0, n), d: make([]float64, n), free: make([]bool, n), inside: make([]int, 0, n), list: make([]int, 0, n)}
	for i := range n {
		if math.IsInf(lower[i], -1) || math.IsInf(upper[i], 1) {
			b.boxed = false
		}
	}
	return b
}

// reserve allocates memory for up to most pairs.
func (b *box) reserve(most int) {
	mem := make(vec.Slab, 3*most*most+10*most)
	b.yy, b.ly, b.ss = mem.Take(most*most), mem.Take(most*most), mem.Take(most*most)
	b.c, b.pd, b.w, b.v = mem.Take(2*most), mem.Take(2*most), mem.Take(2*most), mem.Take(2*most)
	b.y, b.s = mem.Take(most), mem.Take(most)
	b.inner = newSaddle(most)
}

// within is v, or the bound of variable i nearest to it.
func (b *box) within(i int, v float64) float64 {
	if v < b.lower[i] {
		return b.lower[i]
	}
	if v > b.upper[i] {
		return b.upper[i]
	}
	return v
}

// maxStep is the longest step along d within the bounds, at most the given one.
func (b *box) maxStep(x, d []float64, most float64) float64 {
	for i, v := range d {
		if v < 0 {
			most = min(most, (b.lower[i]-x[i])/v)
		} else if v > 0 {
			most = min(most, (b.upper[i]-x[i])/v)
		}
	}
	return max(most, 1) // x + d is within the bounds, up to rounding
}

// minimizeModel sets z to a minimizer of the model in the bounds, nearly, for the
// gradient g at x. It reports false where rounding spoils the model.
func (b *box) minimizeModel(p *pairs, x, g, z []float64) bool {
	if !p.factor() {
		return false
	}
	b.cauchy(p, x, g, z)
	if p.k == 0 {
		b.rows = 0
		return true
	}
	return !b.track(p, z) || b.subspace(p, x, g, z)
}

// cauchy sets z to the first local minimizer of the model along the path P(x - t g),
// and c to Wᵀ(z - x) (Byrd, Lu, Nocedal & Zhu, algorithm CP).
func (b *box) cauchy(p *pairs, x, g, z []float64) {
	d, c, pd, w, v := b.d, b.c[:2*p.k], b.pd[:2*p.k], b.w[:2*p.k], b.v[:2*p.k]
	slope, moving := b.breakpoints(x, g, z)
	p.products(d, b.few(d), pd)
	clear(c)
	copy(v, pd)
	p.middle.solve(v)
	curve := -p.theta*slope - vec.DotInPairs(pd, v)
	least := vec.Eps * curve
	now, step := 0.0, 0.0
	for moving > 0 {
		step = -slope / curve
		if len(b.heap) == 0 || now+step < b.t[b.heap[0]] {
			break
		}
		i := b.pop()
		moving--
		step = b.t[i] - now
		now = b.t[i]
		gi := g[i]
		if d[i] > 0 {
			z[i] = b.upper[i]
		} else {
			z[i] = b.lower[i]
		}
		d[i] = 0
		vec.Axpy(step, pd, c)
		p.row(i, w)
		copy(v, w)
		p.middle.solve(v)
		slope += step*curve + gi*gi + p.theta*gi*(z[i]-x[i]) - gi*vec.DotInPairs(v, c)
		curve += -p.theta*gi*gi - 2*gi*vec.DotInPairs(v, pd) - gi*gi*vec.DotInPairs(v, w)
		curve = max(curve, least)
		vec.Axpy(gi, w, pd)
		step = 0
	}
	step = max(step, 0)
	vec.Axpy(step, pd, c)
	for i, v := range d {
		if v != 0 {
			z[i] = b.within(i, x[i]+(now+step)*v)
		}
	}
}

// breakpoints sets where the path P(x - t g) meets the bounds, its direction d and z = x. It returns the slope
// along the path and how many variables move.
func (b *box) breakpoints(x, g, z []float64) (slope float64, moving int) {
	b.heap = b.heap[:0]
	for i, gi := range g {
		t := math.Inf(1)
		switch {
		case gi < 0:
			t = (x[i] - b.upper[i]) / gi
		case gi > 0:
			t = (x[i] - b.lower[i]) / gi
		}
		z[i], b.d[i], b.t[i] = x[i], 0, t
		if t <= 0 || gi == 0 {
			continue
		}
		b.d[i] = -gi
		moving++
		slope -= gi * gi
		if !math.IsInf(t, 1) {
			b.heap = append(b.heap, i)
		}
	}
	b.heapify()
	return slope, moving
}

// sparse is how many times faster a loop over all variables is than one over a list, as measured.
const sparse = 3

// few lists the elements of v that are not 0 if they are so few that loops over the list are faster than
// loops over all; else it is nil. The list is valid until the next call.
func (b *box) few(v []float64) []int {
	b.list = b.list[:0]
	most := b.n / sparse
	for i, v := range v {
		if v != 0 {
			if len(b.list) == most {
				return nil
			}
			b.list = append(b.list, i)
		}
	}
	return b.list
}

// heapify orders the heap.
func (b *box) heapify() {
	for i := len(b.heap)/2 - 1; i >= 0; i-- {
		b.sift(i)
	}
}

// pop takes the first variable from the heap.
func (b *box) pop() int {
	first, last := b.heap[0], len(b.heap)-1
	b.heap[0] = b.heap[last]
	b.heap = b.heap[:last]
	b.sift(0)
	return first
}

func (b *box) sift(i int) {
	h := b.heap
	for {
		k := 2*i + 1
		if k >= len(h) {
			return
		}
		if k+1 < len(h) && b.before(h[k+1], h[k]) {
			k++
		}
		if !b.before(h[k], h[i]) {
			return
		}
		h[i], h[k] = h[k], h[i]
		i = k
	}
}

// before is the order of the path, with ties by index.
func (b *box) before(i, j int) bool {
	return b.t[i] < b.t[j] || b.t[i] == b.t[j] && i < j
}

// shift drops the oldest pair.
func (b *box) shift() {
	m := b.inner.m
	for _, a := range [][]float64{b.yy, b.ly, b.ss} {
		shift(a, m)
	}
	b.rows = max(b.rows-1, 0)
}

// track brings the matrices of the free variables up to date: those within the bounds
// at z. It reports whether there are any. A variable that moves costs max² operations, and a
// new pair max n.
func (b *box) track(p *pairs, z []float64) bool {
	b.moved, b.inside = b.moved[:0], b.inside[:0]
	for i, v := range z {
		free := v > b.lower[i] && v < b.upper[i]
		if free {
			b.inside = append(b.inside, i)
		}
		if free != b.free[i] {
			b.free[i] = free
			b.moved = append(b.moved, i)
		}
	}
	if len(b.moved) > b.n/4 {
		b.rows = 0 // from scratch is cheaper
	}
	if b.rows > 0 {
		k, m := b.rows, b.inner.m
		for _, i := range b.moved {
			sign := -1.0
			if b.free[i] {
				sign = 1
			}
			for j := range k {
				b.y[j], b.s[j] = p.y[j][i], p.s[j][i]
			}
			for q := range k {
				yq, sq := sign*b.y[q], sign*b.s[q]
				yy, ly, ss := b.yy[q*m:q*m+k], b.ly[q*m:q*m+k], b.ss[q*m:q*m+k]
				for j, yj := range b.y[:q+1] {
					yy[j] += yq * yj
					ss[j] -= sq * b.s[j]
				}
				for j, yj := range b.y[:k] {
					ly[j] -= sq * yj
				}
			}
		}
	}
	for ; b.rows < p.k; b.rows++ {
		b.append(p, b.rows)
	}
	return len(b.inside) > 0
}

// append sets row and column q of the matrices.
func (b *box) append(p *pairs, q int) {
	m := b.inner.m
	part := b.d // of a vector, the rest of it zero
	only := func(v []float64, free bool) {
		for i, f := range b.free {
			part[i] = 0
			if f == free {
				part[i] = v[i]
			}
		}
	}
	both := func(j int, in []int) (y, s float64) {
		if in != nil {
			return dots(p.y[j], p.s[j], part, in)
		}
		return p.dot(p.y[j], part), p.dot(p.s[j], part)
	}
	only(p.y[q], true)
	in := b.few(part)
	for j := range q + 1 {
		yy, sy := both(j, in)
		b.yy[q*m+j] = yy
		b.ly[j*m+q] = -sy // on and above the diagonal L is 0
	}
	only(p.s[q], false) // mostly 0, of variables that stay at a bound
	in = b.few(part)
	for j := range q + 1 {
		ys, ss := both(j, in)
		b.ss[q*m+j] = ss
		if j < q {
			b.ly[q*m+j] = ys // L is over both
		}
	}
}

// subspace minimizes the model over the variables free at z, the generalized Cauchy
// point, and moves z there, projected onto the bounds (Byrd, Lu, Nocedal & Zhu, section
// 5.1; Morales & Nocedal). It needs c of cauchy.
//
// With r the reduced gradient, it is -(I/θ + ZᵀW K⁻¹WᵀZ/θ²) r with K = M⁻¹ - WᵀZZᵀW/θ,
// the Sherman-Morrison-Woodbury formula for the inverse of ZᵀBZ:
//
//	K = | -D - YᵀZZᵀY/θ  (L - SᵀZZᵀY)ᵀ |
//	    |  L - SᵀZZᵀY     θ SᵀAAᵀS     |
func (b *box) subspace(p *pairs, x, g, z []float64) bool {
	k, m, t := p.k, b.inner.m, &b.inner
	for q := range k {
		row := q * m
		for j := range q + 1 {
			t.a[row+j] = b.yy[row+j] / p.theta
			t.c[row+j] = b.ss[row+j] * p.theta
		}
		t.a[row+q] += p.sy[q]
		copy(t.b[row:row+k], b.ly[row:row+k])
	}
	if !t.factor(k) {
		return false
	}
	r, c, v := b.d, b.c[:2*k], b.v[:2*k]
	p.middle.solve(c)
	for i, gi := range g {
		r[i] = -gi - p.theta*(z[i]-x[i])
	}
	in := b.inside
	if len(in) > b.n/sparse {
		in = nil
	}
	p.addCombination(1, c, r, in)
	for i, f := range b.free {
		if !f {
			r[i] = 0
		}
	}
	p.products(r, in, v)
	t.solve(v)
	vec.Scale(1/p.theta, r)
	p.addCombination(1/(p.theta*p.theta), v, r, in) // r is the step now, on free variables

	descent := 0.0
	for i, f := range b.free {
		if f {
			descent += g[i] * (b.within(i, z[i]+r[i]) - x[i])
		} else {
			descent += g[i] * (z[i] - x[i])
		}
	}
	a := 1.0
	if !(descent < 0) { // the projection bends it too far: shorten it instead
		for i, f := range b.free {
			if f && r[i] < 0 {
				a = min(a, (b.lower[i]-z[i])/r[i])
			} else if f && r[i] > 0 {
				a = min(a, (b.upper[i]-z[i])/r[i])
			}
		}
	}
	for i, f := range b.free {
		if f {
			z[i] = b.within(i, z[i]+a*r[i])
		}
	}
	return true
}
