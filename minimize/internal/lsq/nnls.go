package lsq

import (
	"math"
	"slices"

	"gonum.org/v1/gonum/blas/blas64"

	"github.com/argmin-go/argmin/minimize/internal/vec"
)

// nnls is the memory of NNLS.
type nnls struct {
	order []int // of the columns: first those of the passive set, as they are in the triangle
	z     []float64
	size  []float64 // of the columns
}

// NNLS sets x to the minimizer of |A x - b| with x ≥ 0. A is m×n by columns, column j
// in a[j*m:(j+1)*m]. It returns the least |A x - b|. x is exactly 0 where it is not
// positive. Columns may depend on each other. Statuses: OK, IterationLimit.
//
// Lawson & Hanson, algorithm NNLS (23.10): the variables that are positive form a set
// that changes by one at a time, with a QR factorization of their columns.
func (s *Solver) NNLS(a []float64, m int, b, x []float64) (float64, Status) {
	n, k := len(x), &s.nnls
	k.order, k.z, k.size = vec.Grown(k.order, n), vec.Grown(k.z, m), vec.Grown(k.size, n)
	column := func(j int) []float64 { return a[j*m : (j+1)*m] }
	for j := range n {
		k.order[j], k.size[j] = j, length(column(j))
	}
	clear(x)
	noise := vec.Eps * length(b) // of elements of b
	np := 0                      // the number of positive variables
	left := 3 * max(n, m)
	rejected := 0 // the columns at the end of order that are out of the question now
	for np < min(n, m) {
		// The column most along the residual.
		best, bestW := -1, 0.0
		for i := np; i < n-rejected; i++ {
			j := k.order[i]
			w := dot(column(j)[np:], b[np:])
			if w > noise*k.size[j] && w > bestW {
				best, bestW = i, w
			}
		}
		if best < 0 {
			break
		}
		j := k.order[best]
		if !k.reflect(column(j), b, np) {
			last := n - rejected - 1
			k.order[best], k.order[last] = k.order[last], j
			rejected++
			continue
		}
		k.order[best], k.order[np] = k.order[np], j
		k.apply(column(j), np, b)
		for _, i := range k.order[np+1:] {
			k.apply(column(j), np, column(i))
		}
		clear(column(j)[np+1:])
		column(j)[np] = k.z[np]
		np++
		rejected = 0
		for {
			if left--; left < 0 {
				return length(b[np:]), IterationLimit
			}
			k.solve(a, m, b, np)
			// As far as all variables stay positive.
			step, first := 1.0, -1
			for i := range np {
				if j := k.order[i]; k.z[i] <= 0 {
					t := 0.0
					if x[j] > 0 {
						t = x[j] / (x[j] - k.z[i])
					}
					if first < 0 || t < step {
						step, first = t, i
					}
				}
			}
			for i := range np {
				j := k.order[i]
				x[j] += step * (k.z[i] - x[j])
			}
			if first < 0 {
				for i, j := range k.order[:np] {
					x[j] = k.z[i]
				}
				break
			}
			x[k.order[first]] = 0
			back := x[j] == 0 // rounding: the column just taken goes back
			for i := np - 1; i >= 0; i-- {
				if x[k.order[i]] <= 0 {
					x[k.order[i]] = 0
					k.remove(a, m, b, i, np)
					np--
				}
			}
			if back {
				at := slices.Index(k.order, j)
				k.order[at], k.order[n-1] = k.order[n-1], j
				rejected = 1
			}
		}
	}
	return length(b[np:]), OK
}

// reflect makes z[p:] what the reflection needs that turns v[p:] into its first
// direction: z[p] is the new diagonal element, and v[p+1:] with the scaled first
// element describe it. It reports whether v is independent of the columns before, and
// its coefficient would be positive.
func (k *nnls) reflect(v, b []float64, p int) bool {
	before, size := length(v[:p]), length(v[p:])
	if !(size > 100*vec.Eps*before) || size == 0 {
		return false
	}
	d := -math.Copysign(size, v[p])
	// The first element of the reflected b.
	c := dot(v[p:], b[p:]) / d
	k.z[p] = d
	return c/d > 0
}

// apply reflects y[p:] by the vector v[p:] - d e with d = z[p]. Reflecting y = v
// itself must come last.
func (k *nnls) apply(v []float64, p int, y []float64) {
	d := k.z[p]
	head := v[p] - d
	t := (dot(v[p+1:], y[p+1:]) + head*y[p]) / (d * head)
	y[p] += t * head
	vec.Axpy(t, v[p+1:], y[p+1:])
}

// solve sets z[:np] to the solution for the positive variables.
func (k *nnls) solve(a []float64, m int, b []float64, np int) {
	copy(k.z[:np], b)
	for l := np - 1; l >= 0; l-- {
		c := a[k.order[l]*m : k.order[l]*m+l+1]
		k.z[l] /= c[l]
		vec.Axpy(-k.z[l], c[:l], k.z[:l])
	}
}

// remove takes the i-th of np columns out of the triangle, by rotations.
func (k *nnls) remove(a []float64, m int, b []float64, i, np int) {
	out := k.order[i]
	for l := i + 1; l < np; l++ {
		c := a[k.order[l]*m : (k.order[l]+1)*m]
		cs, sn, r, _ := blas64.Rotg(c[l-1], c[l])
		for j := range len(k.size) {
			if y := a[j*m : (j+1)*m]; j != k.order[l] {
				y[l-1], y[l] = cs*y[l-1]+sn*y[l], cs*y[l]-sn*y[l-1]
			}
		}
		c[l-1], c[l] = r, 0
		b[l-1], b[l] = cs*b[l-1]+sn*b[l], cs*b[l]-sn*b[l-1]
		k.order[l-1] = k.order[l]
	}
	k.order[np-1] = out
}
