package lsq

import (
	"math"
	"slices"

	"gonum.org/v1/gonum/blas/blas64"

	"github.com/argmin-go/argmin/minimize/internal/vec"
)

// nnls is one run of NNLS, and its memory.
type nnls struct {
	a       []float64 // A by columns; the columns of the passive set become a triangle
	b, x    []float64
	m, n    int
	order   []int // of the columns: first the np of the passive set, last those that are rejected
	np      int
	reject  int       // the columns at the end of order that cannot enter now
	left    int       // steps until the limit
	noise   float64   // rounding of elements of b
	z       []float64 // a reflection, or the solution for the passive set
	lengths []float64 // of the columns
}

// NNLS sets x to the minimizer of |A x - b| with x ≥ 0. A is m×n by columns, column j
// in a[j*m:(j+1)*m]. It returns the least |A x - b|. x is exactly 0 where it is not
// positive. Columns may depend on each other. Statuses: OK, IterationLimit.
//
// Lawson & Hanson, algorithm NNLS (23.10): the variables that are positive form the passive
// set, which changes by one at a time, with a QR factorization of its columns.
func (s *Solver) NNLS(a []float64, m int, b, x []float64) (float64, Status) {
	k := &s.nnls
	k.start(a, m, b, x)
	status := OK
	for k.np < min(m, k.n) {
		j := k.enter()
		if j < 0 {
			break
		}
		if !k.settle(j) {
			status = IterationLimit
			break
		}
	}
	return length(b[k.np:]), status
}

func (k *nnls) start(a []float64, m int, b, x []float64) {
	k.a, k.m, k.n, k.b, k.x = a, m, len(x), b, x
	k.order, k.z, k.lengths = vec.Grown(k.order, k.n), vec.Grown(k.z, m), vec.Grown(k.lengths, k.n)
	for j := range k.n {
		k.order[j], k.lengths[j] = j, length(k.column(j))
	}
	clear(x)
	k.noise = vec.Eps * length(b)
	k.np, k.reject, k.left = 0, 0, 3*max(k.n, m)
}

func (k *nnls) column(j int) []float64 { return k.a[j*k.m : (j+1)*k.m] }

// enter takes the column most along the residual into the passive set, of those that do not
// depend on it and whose coefficient would be positive. It returns the column, or -1 for none.
func (k *nnls) enter() int {
	for {
		best, most := -1, 0.0
		for i := k.np; i < k.n-k.reject; i++ {
			j := k.order[i]
			w := dot(k.column(j)[k.np:], k.b[k.np:])
			if w > k.noise*k.lengths[j] && w > most {
				best, most = i, w
			}
		}
		if best < 0 {
			return -1
		}
		j := k.order[best]
		if k.reflect(k.column(j), k.b, k.np) {
			k.order[best], k.order[k.np] = k.order[k.np], j
			k.append(j)
			return j
		}
		last := k.n - k.reject - 1
		k.order[best], k.order[last] = k.order[last], j
		k.reject++
	}
}

// append reflects b and the columns behind j, so that j is the last of the triangle.
func (k *nnls) append(j int) {
	v := k.column(j)
	k.apply(v, k.np, k.b)
	for _, i := range k.order[k.np+1:] {
		k.apply(v, k.np, k.column(i))
	}
	clear(v[k.np+1:])
	v[k.np] = k.z[k.np]
	k.np++
	k.reject = 0
}

// settle moves x to the least squares for the passive set, out of which those go that would be
// negative there; j entered last. It reports false at the limit.
func (k *nnls) settle(j int) bool {
	for {
		if k.left--; k.left < 0 {
			return false
		}
		k.solve()
		first := k.advance()
		if first < 0 {
			for i, j := range k.order[:k.np] {
				k.x[j] = k.z[i]
			}
			return true
		}
		k.x[k.order[first]] = 0
		back := k.x[j] == 0 // rounding: the column just taken goes back
		for i := k.np - 1; i >= 0; i-- {
			if k.x[k.order[i]] <= 0 {
				k.x[k.order[i]] = 0
				k.remove(i)
			}
		}
		if back {
			at := slices.Index(k.order, j)
			k.order[at], k.order[k.n-1] = k.order[k.n-1], j
			k.reject = 1
		}
	}
}

// advance moves x towards z as far as all variables stay positive. It returns which is the first
// to become 0, by its place in order; -1 if none does.
func (k *nnls) advance() int {
	step, first := 1.0, -1
	for i := range k.np {
		if j := k.order[i]; k.z[i] <= 0 {
			t := 0.0
			if k.x[j] > 0 {
				t = k.x[j] / (k.x[j] - k.z[i])
			}
			if first < 0 || t < step {
				step, first = t, i
			}
		}
	}
	for i := range k.np {
		j := k.order[i]
		k.x[j] += step * (k.z[i] - k.x[j])
	}
	return first
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

// solve sets z[:np] to the solution for the passive set.
func (k *nnls) solve() {
	copy(k.z[:k.np], k.b)
	for l := k.np - 1; l >= 0; l-- {
		c := k.column(k.order[l])[:l+1]
		k.z[l] /= c[l]
		vec.Axpy(-k.z[l], c[:l], k.z[:l])
	}
}

// remove takes the i-th column out of the passive set and its triangle, by rotations.
func (k *nnls) remove(i int) {
	out := k.order[i]
	for l := i + 1; l < k.np; l++ {
		c := k.column(k.order[l])
		cs, sn, r, _ := blas64.Rotg(c[l-1], c[l])
		for j := range k.n {
			if y := k.column(j); j != k.order[l] {
				y[l-1], y[l] = cs*y[l-1]+sn*y[l], cs*y[l]-sn*y[l-1]
			}
		}
		c[l-1], c[l] = r, 0
		k.b[l-1], k.b[l] = cs*k.b[l-1]+sn*k.b[l], cs*k.b[l]-sn*k.b[l-1]
		k.order[l-1] = k.order[l]
	}
	k.np--
	k.order[k.np] = out
}
