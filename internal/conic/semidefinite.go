package conic

import (
	"math"

	"github.com/argmin-go/argmin/cone"
	"github.com/argmin-go/argmin/num"
)

// semidefinite is k cones of symmetric positive semidefinite matrices of order n.
type semidefinite struct{ n, k int }

func (c semidefinite) size() int   { return c.n * (c.n + 1) / 2 } // of one cone
func (c semidefinite) rows() int   { return c.k * c.size() }
func (c semidefinite) degree() int { return c.k * c.n }

func (c semidefinite) central() []float64 {
	var v []float64
	for range c.k {
		for _, p := range cone.Pairs(c.n) {
			v = append(v, 0)
			if p[0] == p[1] {
				v[len(v)-1] = 1
			}
		}
	}
	return v
}

func (semidefinite) extra() int { return 0 }

func (c semidefinite) tied() []int {
	ids := make([]int, c.rows())
	for i := range ids {
		ids[i] = i / c.size()
	}
	return ids
}

// entries are the triangles of all blocks.
func (c semidefinite) entries() (row, col []int) {
	for b := range c.k {
		at := b * c.size()
		for r := range c.size() {
			for s := range r + 1 {
				row, col = append(row, at+r), append(col, at+s)
			}
		}
	}
	return row, col
}

// matrices are those of rows, [k, n, n], and vector the reverse.
func (c semidefinite) matrices(v array) array { return cone.Matrix(v.Reshape(c.k, c.size()), c.n) }

func (c semidefinite) vector(a array) array { return cone.Vector(a).Reshape(c.rows()) }

// scale is the scaling of V, section 4: RᵀZR = R⁻¹SR⁻ᵀ = Λ, a diagonal matrix, by a singular value decomposition of the product of Cholesky factors,
// and H V = RRᵀ V RRᵀ.
func (c semidefinite) scale(s, z, _ array) scaled {
	ls, lz := num.Cholesky(c.matrices(s)), num.Cholesky(c.matrices(z))
	u, lambda, vt := num.SVD(lz.MatT().MatMul(ls))
	root := num.Const(1).Div(lambda.Sqrt())
	r := congruence{c: c, s: s, lambda: lambda}
	r.r = ls.MatMul(vt.MatT()).Mul(root.ExpandDims(1))
	r.inverse = u.MatT().MatMul(lz.MatT()).Mul(root.ExpandDims(2))
	return r
}

// congruence is semidefinite cones with their scaling.
type congruence struct {
	c          semidefinite
	s          array
	r, inverse array // R and R⁻¹, [k, n, n]
	lambda     array // [k, n]
}

func between(a, x, b array) array { return a.MatMul(x).MatMul(b) }

func (r congruence) times(v array) array {
	m := r.r.MatMul(r.r.MatT())
	return r.c.vector(between(m, r.c.matrices(v), m))
}

func (r congruence) half(v array, trans bool) array {
	if trans {
		return r.c.vector(between(r.inverse.MatT(), r.c.matrices(v), r.inverse))
	}
	return r.c.vector(r.slacks(v))
}

// values are, for rows of the entries (i, j) and columns of (k, l), MᵢₖMⱼₗ + MᵢₗMⱼₖ for M = RRᵀ, times √½ for each of the two pairs that
// is on the diagonal.
func (r congruence) values() array {
	n := r.c.n
	pairs := cone.Pairs(n)
	var at [4][]int32
	var factor []float64
	for a, p := range pairs {
		for _, q := range pairs[:a+1] {
			for t, e := range [4]int{p[0]*n + q[0], p[1]*n + q[1], p[0]*n + q[1], p[1]*n + q[0]} {
				at[t] = append(at[t], int32(e))
			}
			f := 1.0
			if p[0] == p[1] {
				f *= math.Sqrt(0.5)
			}
			if q[0] == q[1] {
				f *= math.Sqrt(0.5)
			}
			factor = append(factor, f)
		}
	}
	m := r.r.MatMul(r.r.MatT()).Reshape(r.c.k, n*n)
	take := func(t int) array { return m.Take(num.New(at[t], len(at[t])), 1) }
	v := take(0).Mul(take(1)).Add(take(2).Mul(take(3))).Mul(num.New(factor, len(factor)).AsType(m.DType()))
	return v.Reshape(v.Size())
}

// slacks and multipliers are steps in the scaled coordinates, in which the point is Λ.
func (r congruence) slacks(ds array) array {
	return between(r.inverse, r.c.matrices(ds), r.inverse.MatT())
}

func (r congruence) multipliers(dz array) array { return between(r.r.MatT(), r.c.matrices(dz), r.r) }

func (r congruence) target(ds, dz, sigma array) array {
	x, y := r.slacks(ds), r.multipliers(dz)
	both := x.MatMul(y)
	left := both.Add(both.MatT()).Scale(0.5).Sub(num.Eye(r.c.n).AsType(ds.DType()).Mul(sigma))
	// The solution U of (ΛU + UΛ)/2 = left.
	u := left.Scale(2).Div(r.lambda.ExpandDims(1).Add(r.lambda.ExpandDims(2)))
	return r.s.Add(r.c.vector(between(r.r, u, r.r.MatT())))
}

func (r congruence) reach(ds, dz, most array, _ path) array {
	root := num.Const(1).Div(r.lambda.Sqrt())
	step := func(u array) array {
		down := num.EigvalsH(u.Mul(root.ExpandDims(1)).Mul(root.ExpandDims(2))).Min().Neg()
		return num.Const(1).Div(num.Maximum(down, num.Const(1/far)))
	}
	return num.Minimum(most, num.Minimum(step(r.slacks(ds)), step(r.multipliers(dz))))
}
