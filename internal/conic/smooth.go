package conic

import (
	"github.com/argmin-go/argmin/cone"
	"github.com/argmin-go/argmin/num"
)

// Complement is zero where s and z solve a program with the logarithmic barriers of the cones, times a weight, in place of the cones.
func Complement(list []cone.Cone, s, z, weight array) array {
	l := newLayout(list, false)
	return l.back(l.complement(l.arranged(s), l.arranged(z), weight))
}

func (l layout) complement(s, z, mu array) array {
	return l.each(s, func(_ int, g group) array { return g.complement(s.Range(g.lo, g.hi), z.Range(g.lo, g.hi), mu) })
}

func (zeros) complement(s, _, _ array) array { return s }

func (nonNegative) complement(s, z, mu array) array { return s.Mul(z).Sub(mu) }

func (c *secondOrder) complement(s, z, mu array) array { return c.product(s, z).Sub(c.mask(s).Mul(mu)) }

func (c semidefinite) complement(s, z, mu array) array {
	both := c.matrices(s).MatMul(c.matrices(z))
	return c.vector(both.Add(both.MatT()).Scale(0.5).Sub(num.Eye(c.n).AsType(s.DType()).Mul(mu)))
}

func (c nonsymmetric) complement(s, z, mu array) array {
	return c.vector(c.triple(s).plus(c.dual(c.triple(z)), mu))
}

// mostSmooth is the largest number of steps of Smooth, which from a point near the path takes five to ten.
const mostSmooth = 50

// Within reports whether a state has come to where the central path of the program itself has at most a weight.
func (m Method) Within(st State, weight float64) array {
	return m.weight(st).Le(m.unit(weight).Mul(st.Tau.Square()))
}

// unit is a weight in scaled units.
func (m Method) unit(weight float64) array {
	return num.Const(weight).Div(m.p.beta.Mul(m.p.delta))
}

// Smooth is the point of the program's central path with a weight, by Newton's method from a state nearby, and its error: the largest
// residual, and the largest one of the complementarity relative to the weight.
func (m Method) Smooth(st State, weight float64) (State, array) {
	over := num.Const(1).Div(st.Tau)
	st = st.scaled(over)
	st.Kappa = st.Kappa.Scale(0)
	mu := m.unit(weight)
	off := func(st State) array {
		r := m.residuals(st)
		return num.Maximum(num.Maximum(largest(r.x), largest(r.z)), largest(m.p.layout.complement(st.S, st.Z, mu)).Div(mu))
	}
	type point struct {
		State    State
		Error, N array
	}
	end := num.While(func(p point) array {
		return p.Error.Gt(num.Const(m.tol)).And(p.N.Lt(num.Int(mostSmooth)))
	}, func(p point) point {
		st := p.State
		sc := m.p.layout.scale(st.S, st.Z, mu)
		r, none := m.residuals(st), st.S.Scale(0)
		f := factored{m.p, sc.blocks, m.sys.factor(sc.blocks)}
		dx, dz := f.solve(r.x.Neg(), sc.target(none, none, mu).Sub(r.z))
		ds := r.z.Add(m.p.a.times(dx)).Neg().Mul(m.p.layout.inequality(r.z))
		d := State{X: dx, S: ds, Z: dz, Tau: st.Tau.Scale(0), Kappa: st.Kappa}
		alpha := sc.reach(ds, dz, st.Tau.Const(1/shy), func(alpha array) array { return m.weight(st.plus(d, alpha)) })
		next := st.plus(d, num.Minimum(alpha.Scale(shy), num.Const(1)))
		return point{next, off(next), p.N.AddScalar(1)}
	}, point{st, off(st), num.Int(0)})
	return end.State, end.Error
}
