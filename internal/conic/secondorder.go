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
	wide  bool // see [lowRank]
}

func newSecondOrder(list []cone.Cone, wide bool) *secondOrder {
	c := &secondOrder{same: list[0].Dim, wide: wide}
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

func (c *secondOrder) extra() int {
	if c.wide {
		return 2 * len(c.dims)
	}
	return 0
}

// entries are the triangles of all blocks; for those that are wide, the diagonal, the rows of p and q, and their diagonal.
func (c *secondOrder) entries() (row, col []int) {
	if c.wide {
		for side := range 2 {
			for i, s := range c.seg {
				row, col = append(row, c.m+2*int(s)+side), append(col, i)
			}
		}
		for i := range c.m + c.extra() {
			row, col = append(row, i), append(col, i)
		}
		return row, col
	}
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

// H is η²(2wwᵀ - J) = η²(D + uuᵀ - vvᵀ) for D = diag(d, 1, …), u = (u₀, u₁w₁) and v = (0, v₁w₁), where d is chosen so that D is
// positive and nothing cancels (Domahidi, Chu & Boyd, "ECOS: An SOCP solver for embedded systems", 2013).
func (r *rotated) lowRank() lowRank {
	c := r.c
	size := r.w0.Square().Scale(2).AddScalar(-1) // |w|²
	d := num.Const(0.5).Div(size)
	u0 := size.Sub(d).Sqrt()
	u1, v1 := r.w0.Scale(2).Div(u0), d.AddScalar(1).Scale(2).Div(size.Sub(d)).Sqrt()
	w1, eta2 := c.tails(r.w), r.eta.Square()
	return lowRank{
		c: c, diag: c.join(d, c.tails(w1.Scale(0).AddScalar(1))).Mul(c.spread(eta2)), up: eta2, down: eta2,
		p: c.join(u0, c.spread(u1).Mul(w1)), q: c.spread(v1).Mul(w1),
	}
}

func (r *rotated) values() array { return r.lowRank().values() }

func (r *rotated) half(v array, _ bool) array { return r.winv(v) }

func (r *rotated) times(v array) array {
	c := r.c
	dot := c.sum(r.w.Mul(v)).Scale(2)
	return c.spread(dot).Mul(r.w).Sub(c.flip(v)).Mul(c.spread(r.eta.Square()))
}

// lowRank is, for each second-order cone, diag + up ppᵀ - down qqᵀ with up and down ≥ 0.
//
// In a sparse matrix with -H, that is the diagonal with two more variables, up·pᵀz and down·qᵀz divided by up and down: their rows are
// -up pᵀ with up on the diagonal, and -down qᵀ with -down on it.
type lowRank struct {
	c          *secondOrder
	diag, p, q array // [m]
	up, down   array // [k]
}

func (b lowRank) times(v array) array {
	c := b.c
	along := func(p, h array) array { return c.spread(c.sum(p.Mul(v)).Mul(h)).Mul(p) }
	return b.diag.Mul(v).Add(along(b.p, b.up)).Sub(along(b.q, b.down))
}

func (b lowRank) values() array {
	c := b.c
	if c.wide {
		up, down := c.spread(b.up), c.spread(b.down)
		// Without a part, its variable is 0.
		own := num.Stack(positive(b.up).Neg(), positive(b.down)).T().Reshape(2 * len(c.dims))
		return num.Concat(0, up.Mul(b.p), down.Mul(b.q), b.diag, own)
	}
	row, col := c.entries()
	i, j := indices(row), indices(col)
	same := make([]float64, len(row))
	for k := range row {
		if row[k] == col[k] {
			same[k] = 1
		}
	}
	at := func(h array) array { return c.spread(h).Take(i, 0) }
	outer := func(p array) array { return p.Take(i, 0).Mul(p.Take(j, 0)) }
	v := b.diag.Take(i, 0).Mul(num.New(same, len(same)).AsType(b.p.DType()))
	return v.Add(at(b.up).Mul(outer(b.p))).Sub(at(b.down).Mul(outer(b.q)))
}

// product is the Jordan product u∘v.
func (c *secondOrder) product(u, v array) array {
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
	left := r.c.product(r.winv(ds), r.w_(dz)).Sub(r.c.mask(ds).Mul(sigma))
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
