package sparse

import (
	"errors"
	"math"

	"github.com/argmin-go/argmin/internal/core/kernel"
)

// ErrSingular reports that a system has no solution: its matrix is singular, and the right
// side is not in its range.
var ErrSingular = errors.New("the matrix is singular, and the right side is not in its range")

// Solve sets x to the solution of A·x = b, for one or more right sides of n numbers, one after
// another; x may be b. The first answer is refined until its backward error is as small as
// rounding errors, or a correction no longer halves it (R. Skeel, "Iterative refinement implies numerical stability
// for Gaussian elimination", Math. Comp. 35, 1980). The result is the largest backward error:
// x solves a system with entries of the matrix and of the right side that differ by this part
// of theirs (M. Arioli, J. Demmel and I. Duff, "Solving sparse linear systems with sparse
// backward error", SIAM J. Matrix Anal. Appl. 10, 1989).
//
// With a singular matrix, x is one of the solutions, if b is in the range: the solution with zeros
// for the columns that [LDL.Inertia] counts as zero. Otherwise the error is [ErrSingular].
// A solution too large for float64 is [ErrOverflow].
func (f *LDL) Solve(b, x []float64) (backward float64, err error) { return f.solve(b, x, 0) }

// solve is Solve to a backward error of enough, if that is more than Options.Enough.
func (f *LDL) solve(b, x []float64, enough float64) (backward float64, err error) {
	n := f.sym.n
	if err := checkSides(b, x, n); err != nil {
		return 0, err
	}
	if n == 0 {
		return 0, nil
	}
	w := f.sym.workspace()
	defer f.sym.spaces.Put(w)
	w.solve = grown(w.solve, 5*n)
	for i := 0; i < len(b); i += n {
		e := f.refined(b[i:i+n], x[i:i+n], w, max(f.opt.Enough, enough))
		if f.zero > 0 && !f.opt.Regular && !(e <= math.Sqrt(epsilon)) {
			return e, ErrSingular
		}
		if notFinite(x[i:i+n]) >= 0 {
			return e, ErrOverflow
		}
		backward = max(backward, e)
	}
	return backward, nil
}

// refined solves for one right side, to a backward error of enough.
func (f *LDL) refined(b, x []float64, w *workspace, enough float64) float64 {
	r := newRefined(w.solve, f.sym.n)
	for i, v := range b {
		r.b[i] = v * f.scale[i]
	}
	e := r.solve(func(y []float64) { f.direct(y, w) }, func() { f.residual(r) }, enough)
	for i, v := range r.y {
		x[i] = v * f.scale[i]
	}
	return e
}

// residual finds b - A·y, all scaled.
func (f *LDL) residual(r refined) {
	p, upper := f.sym.pattern, f.sym.upper
	y, rest, bound := r.y, r.rest, r.bound
	copy(rest, r.b)
	for i, v := range r.b {
		bound[i] = math.Abs(v)
	}
	for i, yi := range y {
		sum, size := 0., 0.
		for k := p.Ptr[i]; k < p.Ptr[i+1]; k++ {
			j, v := p.Ind[k], f.values[k]
			if j > i && !upper {
				break
			}
			t := v * y[j]
			sum += t
			size += math.Abs(t)
			if i != j {
				t = v * yi
				rest[j] -= t
				bound[j] += math.Abs(t)
			}
		}
		rest[i] -= sum
		bound[i] += size
	}
}

// direct solves with the factors only, scaled, in place.
func (f *LDL) direct(x []float64, w *workspace) {
	w.y = grown(w.y, len(x))
	y := w.y
	for k, i := range f.sym.perm {
		y[k] = x[i]
	}
	for x := range f.nodes {
		f.forward(x, y, w)
	}
	for x := len(f.nodes) - 1; x >= 0; x-- {
		f.backward(x, y, w)
	}
	for k, i := range f.sym.perm {
		x[i] = y[k]
	}
}

// local copies the elements of y in the rows of node x.
func (f *LDL) local(x int, y []float64, w *workspace) (z []float64, pivots, delayed, rows []int32) {
	n := &f.nodes[x]
	pivots, delayed, rows = f.pivots[n.begin:n.begin+n.done], n.delayed, f.sym.nodeRows(x)
	w.w = grown(w.w, n.width)
	z = w.w
	for k, i := range pivots {
		z[k] = y[i]
	}
	rest := z[n.done:]
	for k, i := range delayed {
		rest[k] = y[i]
	}
	rest = rest[len(delayed):]
	for k, i := range rows {
		rest[k] = y[i]
	}
	return z, pivots, delayed, rows
}

// plainly sets x to the solution of A x = b with the factors only, and reports whether it is finite.
func (f *LDL) plainly(b, x []float64) bool {
	w := f.sym.workspace()
	defer f.sym.spaces.Put(w)
	for i, v := range b {
		x[i] = v * f.scale[i]
	}
	f.direct(x, w)
	for i := range x {
		x[i] *= f.scale[i]
	}
	return notFinite(x) < 0
}

// straight reports whether a node's columns are few, and where they come as they are ordered: nothing needs to be copied.
func (f *LDL) straight(n *factored) bool {
	return n.done <= mostStraight && (f.opt.Ordered || f.opt.Definite)
}

// mostStraight is for how many columns to copy elements takes longer than to find them in their places, measured.
const mostStraight = 8

// forward solves with the columns of L of node x.
func (f *LDL) forward(x int, y []float64, w *workspace) {
	n := &f.nodes[x]
	if f.straight(n) {
		n.down(y, f.sym.nodeRows(x))
		return
	}
	z, pivots, delayed, rows := f.local(x, y, w)
	for p := range n.done {
		// Within a pivot of order 2 the element of L is 0.
		kernel.Axpy(-z[p], n.a[p*n.width+p+1:(p+1)*n.width], z[p+1:])
	}
	for k, i := range pivots {
		y[i] = z[k]
	}
	rest := z[n.done:]
	for k, i := range delayed {
		y[i] = rest[k]
	}
	rest = rest[len(delayed):]
	for k, i := range rows {
		y[i] = rest[k]
	}
}

// down is forward in place, for a node with these rows.
func (n *factored) down(y []float64, rows []int32) {
	z := y[n.begin : n.begin+n.done]
	for p, v := range z {
		for q, l := range n.a[p*n.width+p+1 : p*n.width+n.done] {
			z[p+1+q] -= v * l
		}
	}
	p := 0
	for ; p+2 <= n.done; p += 2 {
		u, v := z[p], z[p+1]
		a, b := n.below(p, len(rows)), n.below(p+1, len(rows))
		for k, i := range rows {
			y[i] -= u*a[k] + v*b[k]
		}
	}
	if p < n.done {
		v, a := z[p], n.below(p, len(rows))
		for k, i := range rows {
			y[i] -= v * a[k]
		}
	}
}

// below is column p of L in the r rows below the node's own.
func (n *factored) below(p, r int) []float64 { return n.a[p*n.width+n.done:][:r] }

// backward solves with D and the columns of Lᵀ of node x.
func (f *LDL) backward(x int, y []float64, w *workspace) {
	n := &f.nodes[x]
	if f.straight(n) {
		n.up(y, f.sym.nodeRows(x))
		return
	}
	z, pivots, _, _ := f.local(x, y, w)
	for p := 0; p < n.done; p++ {
		row := n.a[p*n.width+p:]
		if p+1 < n.done && row[n.width] != 0 {
			e, u, v := row[n.width], z[p], z[p+1]
			z[p], z[p+1] = row[0]*u+e*v, e*u+row[n.width+1]*v
			p++
			continue
		}
		z[p] *= row[0]
	}
	for p := n.done - 1; p >= 0; p-- {
		z[p] -= kernel.Dot(n.a[p*n.width+p+1:(p+1)*n.width], z[p+1:])
		y[pivots[p]] = z[p]
	}
}

// up is backward in place, for a node with these rows. Its pivots are of order 1.
func (n *factored) up(y []float64, rows []int32) {
	z := y[n.begin : n.begin+n.done]
	for p := range z {
		z[p] *= n.a[p*n.width+p]
	}
	p := 0
	for ; p+2 <= n.done; p += 2 {
		u, v := 0., 0.
		a, b := n.below(p, len(rows)), n.below(p+1, len(rows))
		for k, i := range rows {
			u += a[k] * y[i]
			v += b[k] * y[i]
		}
		z[p] -= u
		z[p+1] -= v
	}
	if p < n.done {
		v, a := 0., n.below(p, len(rows))
		for k, i := range rows {
			v += a[k] * y[i]
		}
		z[p] -= v
	}
	for p := n.done - 2; p >= 0; p-- {
		v := z[p]
		for q, l := range n.a[p*n.width+p+1 : p*n.width+n.done] {
			v -= l * z[p+1+q]
		}
		z[p] = v
	}
}
