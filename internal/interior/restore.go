package interior

import (
	"math"

	"github.com/argmin-go/argmin/num"
)

// mostRescues is how often a search without a step may be replaced by steps on the conditions; our choice.
const mostRescues = 3

// entered is the state with the restoration phase begun, where it is to begin.
func (m Method) entered(s searcher, st State, begin array) State {
	ph := s.ph
	r := s.l.c.Sub(ph.s(s.at.V)).Mul(ph.rows)
	theta := r.Abs().Sum()
	// Nothing to restore: there is no step although the point is feasible.
	least := num.Const(math.Sqrt(st.Mu.DType().Eps()) * 1e-2)
	hopeless := begin.And(theta.Le(least))
	begin = begin.And(theta.Gt(least))
	mu := num.Maximum(st.Mu, largest(r))
	p, n := elastic(r, mu), elastic(r.Neg(), mu)
	on := begin.And(ph.rows.Gt(num.Const(0)))
	re := Restoration{On: begin.Or(st.Restore.On), P: num.Where(on, p, st.Restore.P), N: num.Where(on, n, st.Restore.N),
		ZP: num.Where(on, mu.Div(p), st.Restore.ZP), ZN: num.Where(on, mu.Div(n), st.Restore.ZN), X: num.Where(begin, ph.x(s.at.V), st.Restore.X),
		Mu: num.Where(begin, mu, st.Restore.Mu), Theta: num.Where(begin, theta, st.Restore.Theta),
		Filter: newFilter(st.Mu.DType()).or(begin, st.Restore.Filter)}
	st.Restore = re
	st.Y = num.Where(begin, num.Const(0), st.Y)
	st.ZL, st.ZU = num.Where(begin, num.Minimum(st.ZL, num.Const(rho)), st.ZL), num.Where(begin, num.Minimum(st.ZU, num.Const(rho)), st.ZU)
	// Rounding may hide the decrease: Newton's method on the conditions themselves does not need one.
	rescue := hopeless.And(st.Rescues.Lt(num.Int(mostRescues)))
	if m.Least > 0 {
		rescue = num.Full(num.Bool, 0)
	}
	st.Rescues = num.Where(rescue, st.Rescues.AddScalar(1), st.Rescues)
	st.Warm = num.Where(rescue, num.Int(2), st.Warm)
	st.Failed = hopeless.And(rescue.Not())
	return st
}

// elastic is the p of p - n = r, both positive, with the least barrier function (WB, equation 33), without a difference of large numbers.
func elastic(r, mu array) array {
	half := mu.Add(r.Scale(rho)).Scale(0.5 / rho)
	root := num.Hypot(mu, r.Scale(rho)).Scale(0.5 / rho)
	other := mu.Mul(r).Scale(-0.5 / rho)
	return num.Where(half.Gt(num.Const(0)), half.Add(root), other.Div(num.Where(half.Gt(num.Const(0)), num.Const(1), root.Sub(half))))
}

// left is the state with the restoration phase ended, where the violation fell enough or can fall no more.
func (m Method) left(s searcher, t trial, st State, on array) State {
	ph := s.ph
	off := ph
	off.on, off.mu = ph.on.Scale(0), st.Mu
	theta := off.residual(t.At, t.C).Abs().Sum()
	phi := off.barrier(t.At, t.F)
	fine := on.And(t.OK).And(phi.IsFinite())
	good := fine.And(theta.Le(st.Restore.Theta.Scale(0.9))).And(st.Filter.accepts(theta, phi))
	// Where it is solved by a feasible point, what forbids that is only the filter.
	solved := on.And(good.Not()).And(s.errors(ph.mu.Const(0)).Le(num.Const(m.Tol)))
	feasible := largest(ph.beyond(t.C)).Le(num.Const(m.Tol))
	free := solved.And(feasible).And(fine).And(st.Cleared.Lt(num.Int(mostClears)))
	st.Cleared = num.Where(free, st.Cleared.AddScalar(1), st.Cleared)
	st.Filter = newFilter(theta.DType()).or(free, st.Filter)
	st.Failed = st.Failed.Or(solved.And(feasible).And(free.Not()))
	good = good.Or(free)
	stuck := on.And(t.OK.Not()).And(s.st.Rescues.Ge(num.Int(mostRescues)))
	st.Failed = st.Failed.Or(stuck)
	lower, upper := ph.slack(t.At.V)
	again := func(z, slack, has array) array {
		return num.Where(good, num.Minimum(st.Mu.Div(slack), num.Const(rho)).Mul(has), z)
	}
	st.ZL, st.ZU = again(st.ZL, lower, ph.hasL), again(st.ZU, upper, ph.hasU)
	st.Restore.On = st.Restore.On.And(good.Not())
	st.Fresh = good
	// The restoration problem is solved, and the violation is still there.
	st.Infeasible = solved.And(feasible.Not())
	return st
}

// certified is the state with the multipliers of the least violation, in units of its price, where that ends the run: what they are not
// zero for is in conflict.
func certified(before, st State) State {
	proof := func(of, z array) array {
		of = of.Scale(1.0 / rho)
		return num.Where(st.Infeasible, num.Where(of.Abs().Gt(num.Const(1e-6)), of, num.Const(0)).Mul(st.ScaleF), z)
	}
	st.Y, st.ZL, st.ZU = proof(before.Y, st.Y), proof(before.ZL, st.ZL), proof(before.ZU, st.ZU)
	return st
}
