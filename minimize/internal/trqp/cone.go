package trqp

import (
	"math"

	"github.com/argmin-go/argmin/minimize/internal/vec"
)

// Cone projects a vector onto the polar of a cone by the active-set method for
// nonnegative least squares (Lawson & Hanson, "Solving least squares problems", 1974,
// chapter 23): of normals aⱼ it finds multipliers that minimize |g + Σ λⱼ aⱼ|, with
// λⱼ ≥ 0 except for normals that are free. What is left, s = -g - Σ λⱼ aⱼ, is the
// projection of -g onto {s: aⱼᵀs ≤ 0, or = 0 for the free ones}.
//
// The normals of nonzero multipliers have an orthonormal basis, so that vectors can be
// projected onto the space orthogonal to all of them.
type Cone struct {
	n      int
	S      []float64 // the projection of -g
	Lambda []float64 // multipliers of Active
	Active []int     // indices of the normals in the basis, the free ones first
	q      []float64 // orthonormal basis, a vector of length n each
	r      []float64 // normals = q r, upper triangular with leading dimension n
	z      []float64
	skip   []bool
	rest   []int
}

// NewCone makes a Cone for vectors of length n.
func NewCone(n int) *Cone {
	return &Cone{n: n, S: make([]float64, n), Lambda: make([]float64, 0, n), Active: make([]int, 0, n),
		q: make([]float64, n*n), r: make([]float64, n*n), z: make([]float64, n)}
}

// Normals are the rows of a matrix followed by the normals of bounds: the rows of the identity (upper
// bounds) and of its negative (lower bounds).
type Normals struct {
	N    int       // columns
	Rows []float64 // m rows of length N
	Free int       // of the first Free rows, multipliers have any sign
}

// M is the number of rows.
func (a *Normals) M() int { return len(a.Rows) / a.N }

func (a *Normals) row(j int) []float64 { return a.Rows[j*a.N : (j+1)*a.N] }

// dot is the product of normal j with x.
func (a *Normals) dot(j int, x []float64) float64 {
	switch m := a.M(); {
	case j < m:
		return vec.DotInOrder(a.row(j), x)
	case j < m+a.N:
		return x[j-m]
	default:
		return -x[j-m-a.N]
	}
}

// norm is the length of normal j.
func (a *Normals) norm(j int) float64 {
	if j < a.M() {
		return math.Sqrt(vec.DotInOrder(a.row(j), a.row(j)))
	}
	return 1
}

// addTo adds f times normal j to x.
func (a *Normals) addTo(x []float64, f float64, j int) {
	switch m := a.M(); {
	case j < m:
		vec.Axpy(f, a.row(j), x)
	case j < m+a.N:
		x[j-m] += f
	default:
		x[j-m-a.N] -= f
	}
}

// dependent is the part of a normal outside of the span of others, relative to its length, up to which it
// counts as dependent on them: our choice.
const dependent = 1e-10

// Project projects -g; near are the indices of the normals, without the free ones,
// which are always among them.
func (c *Cone) Project(g []float64, a *Normals, near []int) {
	c.Active, c.Lambda = c.Active[:0], c.Lambda[:0]
	for i, v := range g {
		c.S[i] = -v
	}
	for j := range a.Free {
		if c.push(a, j) {
			c.Lambda = append(c.Lambda, 0)
		}
	}
	free := len(c.Active)
	c.Remove(c.S)
	if len(near) > 0 {
		c.skip = append(c.skip[:0], make([]bool, len(near))...)
		size := math.Sqrt(vec.DotInOrder(g, g))
		for range 3 * (len(near) + c.n) {
			// The normal against which the projection so far goes most.
			best, at := 1e-12*size, -1
			for i, j := range near {
				if !c.skip[i] {
					if v := a.dot(j, c.S); v > 0 {
						if v /= a.norm(j); v > best {
							best, at = v, i
						}
					}
				}
			}
			if at < 0 || len(c.Active) == c.n {
				break
			}
			c.skip[at] = true
			if !c.push(a, near[at]) {
				continue
			}
			c.Lambda = append(c.Lambda, 0)
			c.feasible(g, a, near, free)
		}
	}
	c.solve(g)
	copy(c.Lambda, c.z)
	for i, v := range g {
		c.S[i] = -v
	}
	c.Remove(c.S)
}

// feasible moves the multipliers to the least-squares solution for the active normals,
// dropping those that would turn negative, and sets S.
func (c *Cone) feasible(g []float64, a *Normals, near []int, free int) {
	for {
		c.solve(g)
		t, drop := 1.0, -1
		for i := free; i < len(c.Active); i++ {
			if c.z[i] <= 0 {
				if u := c.Lambda[i] / (c.Lambda[i] - c.z[i]); drop < 0 || u < t {
					t, drop = min(u, 1), i
				}
			}
		}
		if drop < 0 {
			copy(c.Lambda, c.z)
			break
		}
		if !(t >= 0) { // 0/0
			t = 0
		}
		for i := range c.Lambda {
			c.Lambda[i] += t * (c.z[i] - c.Lambda[i])
		}
		gone := c.Active[drop]
		added := c.Active[len(c.Active)-1]
		c.pull(a, drop)
		if gone == added { // it would come back at once
			c.solve(g)
			copy(c.Lambda, c.z)
			break
		}
		for i, j := range near {
			if j == gone {
				c.skip[i] = false
			}
		}
	}
	for i, v := range g {
		c.S[i] = -v
	}
	c.Remove(c.S)
}

// solve sets z to the least-squares multipliers of the active normals: r z = -qᵀg.
func (c *Cone) solve(g []float64) {
	k := len(c.Active)
	for i := range k {
		c.z[i] = -vec.DotInOrder(c.basis(i), g)
	}
	for i := k - 1; i >= 0; i-- {
		v := c.z[i]
		for j := i + 1; j < k; j++ {
			v -= c.r[i*c.n+j] * c.z[j]
		}
		c.z[i] = v / c.r[i*c.n+i]
	}
}

// basis is the i-th vector of the orthonormal basis.
func (c *Cone) basis(i int) []float64 { return c.q[i*c.n : (i+1)*c.n] }

// push adds normal j to the basis. It reports false if it depends on the normals there.
func (c *Cone) push(a *Normals, j int) bool {
	k := len(c.Active)
	if k == c.n {
		return false
	}
	v := c.basis(k)
	clear(v)
	a.addTo(v, 1, j)
	size := math.Sqrt(vec.DotInOrder(v, v))
	for i := range k {
		c.r[i*c.n+k] = 0
	}
	for range 2 { // Gram-Schmidt, twice is enough
		for i := range k {
			d := vec.DotInOrder(c.basis(i), v)
			c.r[i*c.n+k] += d
			vec.Axpy(-d, c.basis(i), v)
		}
	}
	left := math.Sqrt(vec.DotInOrder(v, v))
	if !(left > dependent*size) {
		return false
	}
	c.r[k*c.n+k] = left
	vec.Scale(1/left, v)
	c.Active = append(c.Active, j)
	return true
}

// pull removes the i-th active normal; the ones after it are added again.
func (c *Cone) pull(a *Normals, i int) {
	c.rest = append(c.rest[:0], c.Active[i+1:]...)
	lambda := c.Lambda[i+1:]
	c.Active, c.Lambda = c.Active[:i], c.Lambda[:i]
	for k, j := range c.rest {
		if c.push(a, j) {
			c.Lambda = append(c.Lambda, lambda[k]) // never past what is still to be read
		}
	}
}

// Remove subtracts from x its part in the span of the active normals.
func (c *Cone) Remove(x []float64) {
	for range 2 {
		for i := range c.Active {
			vec.Axpy(-vec.DotInOrder(c.basis(i), x), c.basis(i), x)
		}
	}
}
