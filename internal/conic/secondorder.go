package conic

import (
	"github.com/argmin-go/argmin/cone"
	"github.com/argmin-go/argmin/num"
)

// secondOrder is cones {v₀ ≥ |v₁|}, of any sizes. J is the matrix diag(1, -1, …), and vᵀJv = v₀² - |v₁|².
type secondOrder struct {
	dims  []int
	m     int
	same  int     // the size of all cones, or 0
	seg   []int32 // [m] the cone of each row
	first []int32 // [k] the first row of each
	head  []float64
}

func newSecondOrder(list []cone.Cone) *secondOrder {
	c := &secondOrder{same: list[0].Dim}
	for i, k := range list {
		c.dims, c.first = append(c.dims, k.Dim), append(c.first, int32(c.m))
		if k.Dim != c.same {
			c.same = 0
		}
		for r := range k.Dim {
			c.seg = append(c.seg, int32(i))
			if r == 0 {
				c.head = append(c.head, 1)
			} else {
				c.head = append(c.head, 0)
			}
		}
		c.m += k.Dim
	}
	return c
}

func (c *secondOrder) rows() int          { return c.m }
func (c *secondOrder) degree() int        { return len(c.dims) }
func (c *secondOrder) central() []float64 { return c.head }

func (c *secondOrder) tied() []int {
	ids := make([]int, c.m)
	for i, s := range c.seg {
		ids[i] = int(s)
	}
	return ids
}

// entries are the triangles of all blocks.
func (c *secondOrder) entries() (row, col []int) {
	for i, n := range c.dims {
		at := int(c.first[i])
		for r := range n {
			for s := range r + 1 {
				row, col = append(row, at+r), append(col, at+s)
			}
		}
	}
	return row, col
}

// sum is the sum over the rows of each cone, [k], and spread the reverse.
func (c *secondOrder) sum(v array) array {
	if c.same > 0 {
		return v.Reshape(len(c.dims), c.same).Sum(1)
	}
	return num.SegmentSum(v, indices(c.seg), len(c.dims))
}

func (c *secondOrder) spread(v array) array {
	if c.same > 0 {
		return v.Reshape(len(c.dims), 1).BroadcastTo(len(c.dims), c.same).Reshape(c.m)
	}
	return v.Take(indices(c.seg), 0)
}

// heads are the first entries, [k]; tails is v with zeros in their places; join puts both together.
func (c *secondOrder) heads(v array) array { return v.Take(indices(c.first), 0) }

func (c *secondOrder) mask(v array) array { return num.New(c.head, c.m).AsType(v.DType()) }

func (c *secondOrder) tails(v array) array { return v.Sub(v.Mul(c.mask(v))) }

func (c *secondOrder) join(heads, tails array) array {
	return c.spread(heads).Mul(c.mask(tails)).Add(tails)
}

// size is √(vᵀJv) of vectors inside.
func (c *secondOrder) size(v array) array {
	v0, n := c.heads(v), c.sum(c.tails(v).Square()).Sqrt()
	return v0.Sub(n).Mul(v0.Add(n)).Sqrt()
}

// scale is the scaling of V, section 4: W = η(2vvᵀ - J) with H = W² = η²(2wwᵀ - J).
func (c *secondOrder) scale(s, z, _ array) scaled {
	ss, zs := c.size(s), c.size(z)
	sn, zn := s.Div(c.spread(ss)), z.Div(c.spread(zs))
	gamma := c.sum(sn.Mul(zn)).AddScalar(1).Scale(0.5).Sqrt()
	w := sn.Add(c.flip(zn)).Div(c.spread(gamma.Scale(2)))
	r := &rotated{c: c, s: s, w: w, w0: c.heads(w), eta: ss.Div(zs).Sqrt()}
	r.lambda = r.w_(z)
	return r
}

// flip is Jv.
func (c *secondOrder) flip(v array) array { return c.mask(v).Scale(2).AddScalar(-1).Mul(v) }

// rotated is second-order cones with their scaling.
type rotated struct {
	c       *secondOrder
	s, w    array
	w0, eta array // [k]
	lambda  array // W z = W⁻¹ s
}

// w_ is W v, and winv its inverse.
func (r *rotated) w_(v array) array { return r.turned(v, 1).Mul(r.c.spread(r.eta)) }

func (r *rotated) winv(v array) array { return r.turned(v, -1).Div(r.c.spread(r.eta)) }

func (r *rotated) turned(v array, sign float64) array {
	c := r.c
	v0, v1, w1 := c.heads(v), c.tails(v), c.tails(r.w)
	dot := c.sum(w1.Mul(v1))
	head := r.w0.Mul(v0).Add(dot.Scale(sign))
	along := v0.Scale(sign).Add(dot.Div(r.w0.AddScalar(1)))
	return c.join(head, v1.Add(c.spread(along).Mul(w1)))
}

func (r *rotated) times(v array) array {
	c := r.c
	dot := c.sum(r.w.Mul(v)).Scale(2)
	return c.spread(dot).Mul(r.w).Sub(c.flip(v)).Mul(c.spread(r.eta.Square()))
}

func (r *rotated) values() array {
	row, col := r.c.entries()
	i, j := indices(row), indices(col)
	sign := make([]float64, len(row)) // -J
	for k := range row {
		if row[k] == col[k] {
			sign[k] = 1 - 2*r.c.head[row[k]]
		}
	}
	outer := r.w.Take(i, 0).Mul(r.w.Take(j, 0)).Scale(2)
	eta2 := r.c.spread(r.eta.Square()).Take(i, 0)
	return outer.Add(num.New(sign, len(sign)).AsType(outer.DType())).Mul(eta2)
}

// product is the Jordan product u∘v.
func (r *rotated) product(u, v array) array {
	c := r.c
	u0, v0 := c.heads(u), c.heads(v)
	return c.join(c.sum(u.Mul(v)), c.spread(u0).Mul(c.tails(v)).Add(c.spread(v0).Mul(c.tails(u))))
}

// divide is u with λ∘u = v.
func (r *rotated) divide(v array) array {
	c := r.c
	l0, l1, v0, v1 := c.heads(r.lambda), c.tails(r.lambda), c.heads(v), c.tails(v)
	det := c.size(r.lambda).Square()
	u0 := l0.Mul(v0).Sub(c.sum(l1.Mul(v1))).Div(det)
	return c.join(u0, v1.Sub(c.spread(u0).Mul(l1)).Div(c.spread(l0)))
}

func (r *rotated) target(ds, dz, sigma array) array {
	left := r.product(r.winv(ds), r.w_(dz)).Sub(r.c.mask(ds).Mul(sigma))
	return r.s.Add(r.w_(r.divide(left)))
}

func (r *rotated) reach(ds, dz, most array, _ path) array {
	return num.Minimum(most, num.Minimum(r.step(r.winv(ds)), r.step(r.w_(dz))))
}

// step is the longest step from λ along u (V, section 8.3).
func (r *rotated) step(u array) array {
	c := r.c
	size := c.size(r.lambda)
	l := r.lambda.Div(c.spread(size))
	l0, l1, u0, u1 := c.heads(l), c.tails(l), c.heads(u), c.tails(u)
	head := l0.Mul(u0).Sub(c.sum(l1.Mul(u1)))
	tail := u1.Sub(c.spread(head.Add(u0).Div(l0.AddScalar(1))).Mul(l1))
	out := c.sum(tail.Square()).Sqrt().Sub(head).Div(size)
	return num.Const(1).Div(num.Maximum(out, num.Const(1/far))).Min()
}
