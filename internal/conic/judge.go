package conic

import (
	"slices"

	"github.com/argmin-go/argmin/cone"
	"github.com/argmin-go/argmin/num"
	"github.com/argmin-go/argmin/projection"
)

// strict is the largest error of a point beside its own terms, in scaled units: of each row beside |A||x| + |b| of that row, of each cost beside
// |Q||x| + |Aᵀ||z| + |c| of that variable, and of the gap beside what the value is made of. Norms of whole vectors, by which [Method.Report] measures first, say
// nothing about rows whose numbers are far below the largest ones.
//
// Terms that vanish at the solution, as those of a bound x ≥ 0 where x is 0, count at least as much as a change of their variables that changes
// other rows by all of their terms: see [units].
func (m Method) strict(st State) array {
	p := m.p
	over := num.Const(1).Div(st.Tau)
	x, s, z := st.X.Mul(over), st.S.Mul(over), st.Z.Mul(over)
	a, xs, zs := p.a.absolute(), x.Abs(), z.Abs()
	ax, atz, qx := p.a.times(x), p.a.trans(z), p.quad(x)
	curved := p.c.Abs()
	if p.q != nil {
		curved = curved.Add(p.q.absolute().times(xs))
	}
	rows, costs := p.layout.joint(a.times(xs).Add(p.b.Abs())), curved.Add(a.trans(zs))
	one := num.Const(1)
	columns := func(r array) array { return a.scaled(r, num.FullLike(xs, 1)).colMax() } // of magnitudes times those of rows
	rest := func(c array) array { return a.scaled(num.FullLike(zs, 1), c).rowMax() }
	unit := units(columns, rest, rows, p.layout.joint(p.b.Abs()).Gt(num.Const(0)), one.Div(p.beta))
	multiplier := units(rest, columns, costs, p.c.Abs().Gt(num.Const(0)), one.Div(p.delta))
	rows, costs = num.Maximum(rows, p.layout.joint(rest(unit))), num.Maximum(costs, columns(multiplier))

	off := p.layout.violation(p.b.Sub(ax), ax.Add(s).Sub(p.b), rows)
	error := num.Maximum(beside(off, rows), beside(qx.Add(atz).Add(p.c), costs))

	// What is left of each cone's complementarity, beside a change of all of its slacks by their terms, at its multipliers or their units.
	error = num.Maximum(error, p.layout.complementarity(p.b.Sub(ax), z, rows, num.Maximum(multiplier, zs)))
	xqx, cx, bz := x.Dot(qx), p.c.Dot(x), p.b.Dot(z)
	primal, dual := xqx.Scale(0.5).Add(cx), xqx.Scale(-0.5).Sub(bz)
	terms := num.Maximum(curved.Dot(xs).Add(p.b.Abs().Dot(zs)), one.Div(p.beta.Mul(p.delta)))
	// What the value is at least made of, by the units of the variables and by those of the multipliers.
	first, second := largest(curved.Mul(unit)), largest(p.b.Mul(multiplier))
	least := num.Where(first.Gt(num.Const(0)).And(second.Gt(num.Const(0))), num.Minimum(first, second), num.Maximum(first, second))
	size := num.Maximum(num.Minimum(primal.Abs(), dual.Abs()), num.Minimum(least, terms))
	return num.Maximum(error, primal.Sub(dual).Abs().Div(positive(size)))
}

// units is, for each column of a nonnegative matrix, the change of its variable that changes one of its rows by as much as this row's terms are: of the
// rows that have a number of their own first, then of those that have variables in common with them, and else the one given.
func units(columns, rows func(array) array, terms, own, other array) array {
	none, one := num.Const(0), num.Const(1)
	inverse := func(v array) array { return num.Where(v.Gt(none), one.Div(positive(v)), none) }
	known := columns(inverse(num.Where(own, terms, none))) // the inverse of units, 0 for none
	of := rows(inverse(known))
	known = num.Where(known.Gt(none), known, columns(inverse(num.Where(of.Gt(none), num.Maximum(of, terms), none))))
	return num.Where(known.Gt(none), one.Div(positive(known)), num.Minimum(one, other))
}

// beside is the largest of the magnitudes of v, each divided by its terms: at most 1, and 0 for 0.
func beside(v, terms array) array {
	v = v.Abs()
	return largest(v.Div(positive(num.Maximum(v, terms))))
}

// joint is terms of rows by which errors in the rows count: those of a cone whose rows have a unit in common count together.
func (l layout) joint(terms array) array {
	return l.each(terms, func(_ int, g group) array { return g.joint(terms.Range(g.lo, g.hi)) })
}

// violation is how far the slacks b - Ax are outside of the cones, for the terms of the rows; for cones that are not symmetric, the residual of slacks that are inside.
func (l layout) violation(slacks, residual, terms array) array {
	return l.each(slacks, func(_ int, g group) array {
		return g.violation(slacks.Range(g.lo, g.hi), residual.Range(g.lo, g.hi), terms.Range(g.lo, g.hi))
	})
}

// complementarity is the largest of the products of the cones' slacks and multipliers, each beside the largest product of sizes in its cone.
func (l layout) complementarity(slacks, z, rows, multipliers array) array {
	worst := slacks.Const(0)
	for _, g := range l.groups {
		if _, free := g.cones.(zeros); free {
			continue
		}
		in, ids := func(v array) array { return v.Range(g.lo, g.hi) }, g.tied()
		size, to := tie(ids)(in(rows).Mul(in(multipliers))), indices(ids)
		inner := num.SegmentSum(in(slacks).Mul(in(z)), to, ids[len(ids)-1]+1).Take(to, 0)
		worst = num.Maximum(worst, beside(inner, size))
	}
	return worst
}

func (zeros) joint(terms array) array              { return terms }
func (zeros) violation(slacks, _, _ array) array   { return slacks }
func (nonNegative) joint(terms array) array        { return terms }
func (nonNegative) violation(s, _, _ array) array  { return num.Minimum(s, num.Const(0)) }
func (c nonsymmetric) joint(terms array) array     { return c.vector(c.together(c.triple(terms))) }
func (nonsymmetric) violation(_, r, _ array) array { return r }

// A rotation of the rows of a second-order cone changes nothing.
func (c *secondOrder) joint(terms array) array { return tie(c.tied())(terms) }

func (c *secondOrder) violation(s, _, _ array) array {
	list := make([]cone.Cone, len(c.dims))
	for i, n := range c.dims {
		list[i] = cone.SecondOrder(n)
	}
	return s.Sub(projection.Cones(s, list))
}

// An entry of a matrix counts beside itself and those of the diagonal in its row and column, as it goes with them in a change of units.
func (c semidefinite) joint(terms array) array {
	d := c.diagonal(terms)
	return c.vector(num.Maximum(c.matrices(terms), d.ExpandDims(1).Mul(d.ExpandDims(2))))
}

func (c semidefinite) violation(s, _, terms array) array {
	d := positive(c.diagonal(terms))
	unit := d.ExpandDims(1).Mul(d.ExpandDims(2))
	v := c.vector(c.matrices(s).Div(unit))
	off := v.Sub(projection.Cones(v, slices.Repeat([]cone.Cone{cone.PSD(c.n)}, c.k)))
	return c.vector(c.matrices(off).Mul(unit))
}

// diagonal is the roots of the entries of the diagonals.
func (c semidefinite) diagonal(terms array) array { return num.Diag(c.matrices(terms)).Sqrt() }

// {y exp(x/y) ≤ z} has units of its own for z, as z → e^t z and x → x + ty change nothing.
func (exponential) together(t triple) triple {
	return triple{num.Maximum(t[0], t[1]), t[1], t[2]}
}

// {x^α y^(1-α) ≥ |z|} has units for x and for y.
func (c power) together(t triple) triple {
	a, b := c.exponents(t[0].DType())
	return triple{t[0], t[1], num.Maximum(t[2], t[0].Pow(a).Mul(t[1].Pow(b)))}
}
