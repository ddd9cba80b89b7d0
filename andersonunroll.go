package argmin

import "github.com/argmin-go/argmin/num"

// Anderson acceleration whose iterations are to be differentiated. The weights are found from
// what is left of the points, and a part of the solution that is reached early, or from which the
// start is not far, has no say in them: its derivative, which may still be far from its limit,
// then follows weights that were made for others. So the derivative along a direction takes part
// as well: a probe u, whose error is u itself, obeys u ← the same combination of u and T'(x) u as
// the points do, and any derivative of the iterations differs from its limit by such a vector.
// The weights minimize the displacements of points and probe together, each relative to its
// size. The run ends when the points have converged and the probe has fallen by Options.Tol since,
// as until then the derivatives follow the moving points. To the derivative the weights are constants.

type unrolledState struct {
	Points, Probe mixerState
	U             num.Array // [n] the probe
	First         num.Array // norm of the probe's displacement where the points converged
}

func (m AndersonAcceleration) unrolled(p *Problem) Rule[unrolledState] {
	moved := func(x, u num.Array) num.Array { // u - T'(x) u
		_, du := num.JVP(func(x num.Array) num.Array { _, r := p.Func(x); return r }, x.StopGradient(), u)
		return du
	}
	tol := num.Const(p.Options.Tol)
	// Before the points have converged, the error is theirs.
	both := func(r, left num.Array) num.Array { return num.Where(r.Gt(tol), r, num.Maximum(r, left)) }
	return Rule[unrolledState]{
		Error: func(it Iterate) num.Array { return both(num.Norm(it.Grad), it.X.Const(1)) },
		Init: func(it Iterate) unrolledState {
			u := num.Normal(num.NewKey(1), it.X.DType(), it.X.Size()) // any vector with a part in every direction
			return unrolledState{m.init(it.X), m.init(u), u, num.Norm(moved(it.X, u))}
		},
		Update: func(it Iterate, st unrolledState) (Iterate, unrolledState) {
			r, q := it.Grad.StopGradient(), moved(it.X, st.U)
			points, probe := st.Points.put(it.X, it.Grad), st.Probe.put(st.U, q)
			g1, b1 := relative(points.DR.StopGradient(), r)
			g2, b2 := relative(probe.DR, q)
			gamma := m.weights(g1.Add(g2), b1.Add(b2)).StopGradient()
			to := m.mix(it.X, it.Grad, gamma, points)
			next := p.At(it, num.Where(to.IsFinite().All(), to, it.X.Sub(it.Grad)))
			st = unrolledState{points, probe, m.mix(st.U, q, gamma, probe), st.First}
			norm, left := num.Norm(next.Grad), num.Norm(moved(next.X, st.U))
			st.First = num.Where(norm.Gt(tol), left, st.First)
			next.Error = both(norm, left.Div(num.Maximum(st.First, num.Const(left.DType().Tiny()))))
			return next, st
		},
	}
}

// relative is the system of the weights for displacements in units of the last one.
func relative(dr, r num.Array) (gram, right num.Array) {
	square := r.Dot(r)
	square = num.Where(square.Gt(num.Const(0)), square, num.Const(1))
	return dr.MatMul(dr.T()).Div(square), dr.MatMul(r).Div(square)
}
