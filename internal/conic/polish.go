package conic

import (
	"github.com/argmin-go/argmin/cone"
	"github.com/argmin-go/argmin/num"
	"github.com/argmin-go/argmin/projection"
	"github.com/argmin-go/argmin/tree"
)

// polished is what a point becomes by Newton's method on the conditions of optimality in the form
//
//	Qx + c + Aᵀ(Π(v) - v) = 0,  Ax + Π(v) = b
//
// for v = s - z and the projection Π onto the cones (Busseti, Moursi & Boyd, "Solution refinement at regular points of conic problems",
// 2019): where the cones are curved, the central path comes near the solution only as the root of its weight, and these steps
// take away what is left. s = Π(v) and z = Π(v) - v are then in their cones and orthogonal, up to rounding. For the derivative D of Π at v, a step has the
// same matrix as one of the path, with H = D(I - D)⁻¹, where eigenvalues of D and I - D that are zero count as edge.
type polished struct{ X, V, Fx, Fv, S, Error, N, Done array }

const (
	edge        = 1e-6 // of eigenvalues between 0 and 1: large enough for sparse factors of matrices with 1/edge and edge in them
	mostPolish  = 10   // steps; the first ones square the error, and all of them take away about edge of it
	polishShare = 0.5  // of the error that a step may leave
	finest      = 8    // times the distance of numbers as large as the point: an error that no step makes smaller
)

// Polish is a state at the solution that st is near, if it finds one whose residuals are within the tolerance, and else st.
func (m Method) Polish(st State) State {
	over := num.Const(1).Div(st.Tau)
	first := m.polished(st.X.Mul(over), st.S.Sub(st.Z).Mul(over))
	end := num.While(func(p polished) array { return p.Done.Not() }, func(p polished) polished {
		h := blocks{layout: m.p.layout}
		for _, g := range m.p.layout.groups {
			h.parts = append(h.parts, g.edge(p.V.Range(g.lo, g.hi)))
		}
		dx, dz := factored{m.p, h, m.sys.factor(h)}.solve(p.Fx.Neg(), p.Fv.Neg())
		next := m.polished(p.X.Add(dx), p.V.Sub(p.Fv).Sub(m.p.a.times(dx)).Sub(dz))
		better := next.Error.Le(p.Error.Scale(polishShare))
		next.N = p.N.AddScalar(1)
		p.N, p.Done = next.N, better.Not().Or(next.Done).Or(next.N.Ge(num.Int(mostPolish)))
		next.Done = p.Done
		return tree.MapAll(func(v ...array) array { return num.Where(better, v[0], v[1]) }, next, p)
	}, first)
	one := num.FullLike(st.Tau, 1)
	next := State{X: end.X, S: end.S, Z: end.S.Sub(end.V), Tau: one, Kappa: one.Scale(0), Waits: st.Waits}
	return pick(m.Norms(next).Le(num.Const(m.tol)), next, st)
}

// polished is a point with what is to be zero there, Fx and Fv. It is done where that is rounding only.
func (m Method) polished(x, v array) polished {
	p := m.p
	s := projection.Cones(v, p.layout.cones)
	at := polished{X: x, V: v, S: s, N: num.Int(0)}
	at.Fx = p.quad(x).Add(p.c).Add(p.a.trans(s.Sub(v)))
	at.Fv = p.a.times(x).Add(s).Sub(p.b)
	at.Error = num.Maximum(largest(at.Fx), largest(at.Fv))
	size := num.Maximum(num.Const(1), num.Maximum(largest(x), largest(v)))
	at.Done = at.Error.Le(size.Scale(finest * x.DType().Eps()))
	return at
}

// odds is d/(1 - d) with edge where one of them is 0.
func odds(d array) array { return d.AddScalar(edge).Div(num.Const(1 + edge).Sub(d)) }

func (c zeros) edge(v array) block { return equations{v.Scale(0)} }

func (nonNegative) edge(v array) block {
	h := odds(v.Gt(num.Const(0)).AsType(v.DType()))
	return inequalities{h: h}
}

// edge has D by its eigenvectors: for a v = (v₀, v₁) outside of the cone and its polar (1, u) and (1, -u), u = v₁/|v₁|, with eigenvalues 1 and 0, and those
// orthogonal to them with ½(1 + v₀/|v₁|).
func (c *secondOrder) edge(v array) block {
	v0, v1 := c.heads(v), c.tails(v)
	n := c.sum(v1.Square()).Sqrt()
	inside, polar := n.Le(v0), n.Le(v0.Neg())
	plain := inside.Or(polar)
	safe := num.Where(plain, num.Const(1), n)
	all := odds(inside.AsType(v.DType()))
	side := odds(num.Where(plain, num.Const(0), v0.Div(safe)).AddScalar(1).Scale(0.5))
	most, least := num.Where(plain, all, odds(v0.Const(1))), num.Where(plain, all, odds(v0.Scale(0)))
	side = num.Where(plain, all, side)
	b := eigenvectors{lowRank: lowRank{c: c, diag: c.spread(side), up: most.Sub(side), down: side.Sub(least)}}
	root := func(v array) array { return num.Const(1).Div(v.Sqrt()) }
	b.side = root(side)
	b.most, b.least = root(most).Sub(b.side), root(least).Sub(b.side)
	u := v1.Div(c.spread(safe))
	half := v0.Const(0.5).Sqrt()
	b.p = c.join(v0.Scale(0).Add(half), u.Mul(half))
	b.q = c.join(v0.Scale(0).Add(half), u.Mul(half).Neg())
	return b
}

// eigenvectors is second-order cones with p and q as unit eigenvectors. The inverse root is side, most + side and least + side for the others,
// for p and for q.
type eigenvectors struct {
	lowRank
	side, most, least array // [k]
}

func (b eigenvectors) half(v array, _ bool) array {
	c := b.c
	along := func(p, h array) array { return c.spread(c.sum(p.Mul(v)).Mul(h)).Mul(p) }
	return v.Mul(c.spread(b.side)).Add(along(b.p, b.most)).Add(along(b.q, b.least))
}

// edge has D in the basis of v's eigenvectors, where it is diagonal.
func (c semidefinite) edge(v array) block {
	w, u := num.Eigh(c.matrices(v))
	up := num.Maximum(w, num.Const(0))
	pair := func(a array) array { return a.ExpandDims(1).Add(a.ExpandDims(2)) }
	size := pair(w.Abs())
	some := size.Gt(num.Const(0))
	return eigenbasis{c, u, odds(num.Where(some, pair(up).Div(num.Where(some, size, num.Const(1))), num.Const(0.5)))}
}

// eigenbasis is V ↦ U (h ∘ UᵀVU) Uᵀ for each matrix.
type eigenbasis struct {
	c    semidefinite
	u, h array
}

func (b eigenbasis) times(v array) array {
	ut := b.u.MatT()
	return b.c.vector(between(b.u, between(ut, b.c.matrices(v), b.u).Mul(b.h), ut))
}

func (b eigenbasis) half(v array, trans bool) array {
	ut, root := b.u.MatT(), b.h.Sqrt()
	if trans {
		return b.c.vector(between(b.u, b.c.matrices(v).Div(root), ut))
	}
	return b.c.vector(between(ut, b.c.matrices(v), b.u).Div(root))
}

func (b eigenbasis) values() array {
	n, size := b.c.n, b.c.size()
	unit := cone.Matrix(num.Eye(size).AsType(b.h.DType()), n) // [size, n, n]
	u := b.u.Reshape(b.c.k, 1, n, n).BroadcastTo(b.c.k, size, n, n)
	unit = unit.Reshape(1, size, n, n).BroadcastTo(b.c.k, size, n, n)
	p := cone.Vector(between(u, unit, u.MatT())) // [k, size, size], a row for each pair of eigenvectors
	var at []int32
	for _, q := range cone.Pairs(n) {
		at = append(at, int32(q[0]*n+q[1]))
	}
	h := b.h.Reshape(b.c.k, n*n).Take(num.New(at, size), 1)
	full := p.MatT().MatMul(p.Mul(h.ExpandDims(2))).Reshape(b.c.k, size*size)
	at = at[:0]
	for r := range size {
		for s := range r + 1 {
			at = append(at, int32(r*size+s))
		}
	}
	v := full.Take(num.New(at, len(at)), 1)
	return v.Reshape(v.Size())
}

// edge has D by the derivative of the projection.
func (c nonsymmetric) edge(v array) block {
	var rows [3]array
	_, pull := num.VJP(func(v array) array { return projection.Cones(v, c.list()) }, v)
	for j := range 3 {
		unit := make([]float64, 3)
		unit[j] = 1
		rows[j] = pull(num.New(unit, 1, 3).AsType(v.DType()).BroadcastTo(c.k, 3).Reshape(3*c.k)).Reshape(c.k, 3)
	}
	d := num.Stack(rows[0], rows[1], rows[2]).T(1, 0, 2)
	d = d.Add(d.MatT()).Scale(0.5)
	eye := num.Eye(3).AsType(v.DType())
	h := num.Solve(eye.Scale(1+edge).Sub(d), d.Add(eye.Scale(edge)))
	h = h.Add(h.MatT()).Scale(0.5)
	b := &secant{c: c}
	for k, t := range triangle {
		b.h[k] = h.Index(num.From(0), num.I(t[0]), num.I(t[1]))
	}
	return b
}
