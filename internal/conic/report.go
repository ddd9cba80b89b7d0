package conic

import "github.com/argmin-go/argmin/num"

// Report is how a state stands to the program.
type Report struct {
	Point     Point // of the program itself
	Value     array
	Error     array // the largest of the relative residuals and of the relative gap
	Converged array
	Near      array // whether only norms of whole vectors are within the tolerance, and not each row beside its own terms: see [Method.strict]
	// Infeasible and Unbounded: the state proves it. The proof has bᵀz = -1 and Aᵀz = 0, or cᵀx = -1, Qx = 0 and Ax + s = 0, up to the
	// tolerance.
	Infeasible, Unbounded array
	Proof                 Point
}

// mostNear is the most that counts of errors beside terms of their own, so that points whose norms are within the tolerance are better than others.
const mostNear = 1e-5

// Report measures a state.
func (m Method) Report(st State) Report {
	p, r := m.p, m.residuals(st)
	over := num.Const(1).Div(st.Tau)
	out := Report{Point: m.original(st.X.Mul(over), st.S.Mul(over), st.Z.Mul(over))}
	norms, value := m.norms(st, r)
	out.Value = value.Mul(p.beta).Mul(p.delta)
	tol := num.Const(m.tol)
	near := norms.Le(tol)
	out.Error = num.Cond(near, func(st State) array { return num.Maximum(norms, num.Minimum(m.strict(st), num.Const(mostNear))) },
		func(State) array { return norms }, st)
	out.Converged = out.Error.Le(tol)
	out.Near = near.And(out.Converged.Not())

	// Proofs, from the parts of the residuals without τ.
	up, down := r.bz.Neg(), r.cx.Neg()
	z := st.Z.Div(positive(up))
	x, s := st.X.Div(positive(down)), st.S.Div(positive(down))
	out.Infeasible = out.Converged.Not().And(up.Gt(num.Const(0))).And(largest(r.atz).Le(up.Mul(tol)))
	out.Unbounded = out.Converged.Not().And(out.Infeasible.Not()).And(down.Gt(num.Const(0))).
		And(num.Maximum(largest(r.qx), largest(r.ax.Add(st.S))).Le(down.Mul(tol)))
	out.Proof = m.original(x, s, z)
	// In units of the program, bᵀz and cᵀx are -1 there, too.
	out.Proof.Z = out.Proof.Z.Div(p.beta.Mul(p.delta))
	out.Proof.X, out.Proof.S = out.Proof.X.Div(p.beta.Mul(p.delta)), out.Proof.S.Div(p.beta.Mul(p.delta))
	return out
}

// Norms is the largest of the relative residuals, by norms of whole vectors, and of the relative gap.
func (m Method) Norms(st State) array {
	off, _ := m.norms(st, m.residuals(st))
	return off
}

// norms is [Method.Norms] with the value in scaled units.
func (m Method) norms(st State, r residuals) (off, value array) {
	p, one := m.p, num.Const(1)
	over := one.Div(st.Tau)
	quad := r.xqx.Mul(over).Mul(over)
	primal, dual := quad.Scale(0.5).Add(r.cx.Mul(over)), quad.Scale(-0.5).Sub(r.bz.Mul(over))
	inverse := one.Div(p.e)
	rows := relative(r.z, st.Tau, r.ax, st.S, p.b.Mul(st.Tau))
	rowsThere := relativeIn(inverse, r.z, st.Tau, r.ax, st.S, p.b.Mul(st.Tau))
	costs := relative(r.x, st.Tau, r.qx, r.atz, p.c.Mul(st.Tau))
	costsThere := relativeIn(one.Div(p.d), r.x, st.Tau, r.qx, r.atz, p.c.Mul(st.Tau))
	gap := primal.Sub(dual).Abs().Div(num.Maximum(one, num.Minimum(primal.Abs(), dual.Abs())))
	return num.Maximum(num.Maximum(num.Maximum(rows, rowsThere), num.Maximum(costs, costsThere)), gap), primal
}

// original is a point in the units of the program.
func (m Method) original(x, s, z array) Point {
	p := m.p
	return Point{X: x.Mul(p.d).Mul(p.beta), S: p.layout.back(p.lean.less(s).Div(p.e).Mul(p.beta)), Z: p.layout.back(p.lean.trans(z, 1).Mul(p.e).Mul(p.delta))}
}

// relative is the largest entry of a residual beside the largest of its terms, or of unit.
func relative(r, unit array, terms ...array) array {
	size := unit
	for _, t := range terms {
		size = num.Maximum(size, largest(t))
	}
	return largest(r).Div(size)
}

// relativeIn is [relative] with all entries times a factor, in whose units those of the residual are.
func relativeIn(factor, r, unit array, terms ...array) array {
	for i := range terms {
		terms[i] = terms[i].Mul(factor)
	}
	return relative(r.Mul(factor), unit.Mul(least(factor)), terms...)
}

// least is the smallest entry, 1 of nothing.
func least(v array) array {
	if v.Size() == 0 {
		return v.Const(1)
	}
	return v.Min()
}
