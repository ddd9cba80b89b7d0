package argmin

import (
	"github.com/argmin-go/argmin/internal/option"
	"github.com/argmin-go/argmin/num"
	"github.com/argmin-go/argmin/status"
)

// Broyden is Broyden's good method for equations: it learns the Jacobian from the values of F, one evaluation per
// iteration, and keeps only the last steps (Broyden, "A class of methods for solving nonlinear simultaneous equations",
// 1965).
//
// A search along each step needs values only and lets |F| grow by amounts whose sum is bounded (Li & Fukushima, "A
// derivative-free line search and global convergence of Broyden-like method for nonlinear equations", 2000), here
// relative to |F|. Where it fails, or the last Memory steps have not halved |F|, an iteration of [Newton] (of [NewtonKrylov] for
// more than 256 unknowns) leads on, and the method forgets. It begins, and begins again, with the Jacobian for up to 256
// unknowns, unless Scaled is set, and with a multiple of the identity for more. An iteration costs 8jn operations at its jth step
// since then, and 4n² with a Jacobian. It keeps 2·Memory vectors. Its iterations have no derivative: Options.Unroll is an error.
type Broyden struct {
	Memory int // steps kept; default 20
	// Scaled begins with a multiple of the identity, however few unknowns there are: no Jacobian is evaluated as
	// long as steps succeed.
	Scaled bool
}

func (m Broyden) ranges() []option.Range { return []option.Range{memoryRange(m.Memory)} }

func (m Broyden) root() definition { return define("Broyden", m.rule) }

// broydenState is the state of the method: the inverse Jacobian is H + Σ uᵢ vᵢᵀ.
type broydenState struct {
	H     num.Array // [n, n], or a number that multiplies the identity
	U, V  num.Array // [m, n]
	Count num.Array // rows in use, int32
	Norm  num.Array // |F| when it began
	Stale num.Array // whether it begins again, a bool
	Safe  num.Array // whether the next iteration is Newton's, a bool
	Help  num.Array // the state of Newton's method
}

func (m Broyden) rule(p *Problem) Rule[broydenState] {
	noUnroll(p, "Broyden")
	memory, dense := option.Or(m.Memory, 20), p.start.Size() <= denseUnknowns
	return Rule[broydenState]{
		Init: func(it Iterate) broydenState {
			n, d, yes := it.X.Size(), it.X.DType(), num.Full(num.Bool, 1)
			rows, h, help := num.Full(d, 0, memory, n), it.X.Const(0), it.X.Const(0.5)
			if dense {
				help = it.X.Const(0)
			}
			if dense && !m.Scaled {
				h = num.Full(d, 0, n, n)
			}
			return broydenState{h, rows, rows, num.Int(0), it.X.Const(0), yes, yes.Not(), help}
		},
		Update: func(it Iterate, st broydenState) (Iterate, broydenState) {
			if it.X.Size() == 0 {
				return p.At(it, it.X), st
			}
			type pair struct {
				It Iterate
				St broydenState
			}
			next := num.Cond(st.Safe, func(a pair) pair {
				it, help := safeStep(p, a.It, a.St.Help, dense)
				a.St.Help, a.St.Stale, a.St.Safe = help, num.Full(num.Bool, 1), num.Full(num.Bool, 0)
				return pair{it, a.St}
			}, func(a pair) pair {
				it, st := m.step(p, a.It, a.St)
				return pair{it, st}
			}, pair{it, st})
			return next.It, next.St
		},
	}
}

// safeStep is an iteration of Newton's method.
func safeStep(p *Problem, it Iterate, help num.Array, dense bool) (Iterate, num.Array) {
	if dense {
		it, st := Newton{}.step(p, p.rootSystem(), it, rootState{help})
		return it, st.Lambda
	}
	return NewtonKrylov{}.step(p, it, help)
}

func (m Broyden) step(p *Problem, it Iterate, st broydenState) (Iterate, broydenState) {
	it.NFev = it.NFev.Add(st.Stale.AsType(num.Int32)) // of the Jacobian, or of a product with it
	type at struct {
		It Iterate
		St broydenState
	}
	st = num.Cond(st.Stale, func(a at) broydenState { return m.begin(p, a.It, a.St) }, func(a at) broydenState { return a.St }, at{it, st})
	dir := st.times(it.Grad).Neg()
	next, took := p.nonmonotone(it, dir)
	failed := took.Eq(num.Const(0))
	st = st.learn(next.X.Sub(it.X), next.Grad, dir, failed.Not())
	full := st.Count.Ge(num.Int(st.U.Shape()[0]))
	slow := num.Norm(next.Grad).Gt(st.Norm.Scale(0.5))
	st.Safe = failed.Or(full.And(slow))
	st.Stale = full
	next.Code = code(status.Running)
	return next, st
}

// begin forgets and takes the Jacobian, or the multiple of the identity that makes H J F nearest to F.
func (m Broyden) begin(p *Problem, it Iterate, st broydenState) broydenState {
	st.Norm, st.Count, st.Stale = num.Norm(it.Grad), num.Int(0), num.Full(num.Bool, 0)
	st.U, st.V = st.U.Scale(0), st.V.Scale(0)
	if st.H.Rank() == 2 {
		st.H = inverse(p.jacobian(it.X))
		return st
	}
	size := num.Maximum(largest(it.Grad), num.Const(it.X.DType().Tiny()))
	unit := it.Grad.Div(size)
	_, jf := num.JVP(p.residual, it.X, unit)
	scale := unit.Dot(jf).Div(jf.Dot(jf))
	st.H = num.Where(scale.IsFinite().And(scale.Ne(num.Const(0))), scale, num.Const(1))
	return st
}

// times is the product of the inverse Jacobian with a vector, transposed that of the transposed one.
func (st broydenState) times(x num.Array) num.Array      { return st.product(x, st.H, st.V, st.U) }
func (st broydenState) transposed(x num.Array) num.Array { return st.product(x, st.H.T(), st.U, st.V) }

func (broydenState) product(x, h, v, u num.Array) num.Array {
	first := x.Mul(h)
	if h.Rank() == 2 {
		first = h.MatMul(x)
	}
	return first.Add(v.MatMul(x).MatMul(u))
}

// learn has Broyden's update for a step s along dir = -H F that led to a value f. Moré & Trangenstein's factor θ keeps the
// Jacobian nonsingular ("On the global convergence of Broyden's method", 1976).
func (st broydenState) learn(s, f, dir, use num.Array) broydenState {
	const least = 0.1 // theirs
	ss := s.Dot(s)
	hy := st.times(f).Add(dir) // H (f - F)
	gamma := s.Dot(hy).Div(ss)
	sign := num.Where(gamma.Lt(num.Const(0)), gamma.Const(-1), num.Const(1))
	theta := num.Where(gamma.Abs().Ge(num.Const(least)), gamma.Const(1), num.Const(1).Sub(sign.Scale(least)).Div(num.Const(1).Sub(gamma)))
	den := num.Const(1).Sub(theta).Add(theta.Mul(gamma)).Mul(ss)
	u, v := s.Sub(hy).Mul(theta.Div(den)), st.transposed(s)
	use = use.And(u.IsFinite().All()).And(v.IsFinite().All())
	at := []num.Array{num.Minimum(st.Count, num.Int(st.U.Shape()[0]-1)), num.Int(0)}
	put := func(rows, x num.Array) num.Array {
		n := x.Size()
		x = num.Where(use, x.Reshape(1, n), rows.DynamicSlice(at, 1, n))
		return rows.DynamicUpdateSlice(x, at)
	}
	st.U, st.V = put(st.U, u), put(st.V, v)
	st.Count = st.Count.Add(use.AsType(num.Int32))
	return st
}

// nonmonotone shortens a step along dir until |F| is at most (1 + ηₖ - σt²)|F|, with a sum of ηₖ over all iterations that is
// finite, and returns how much of it was taken, 0 if no trial was good enough.
func (p *Problem) nonmonotone(it Iterate, dir num.Array) (Iterate, num.Array) {
	// σ is the paper's, η₁ = ½ and the shortest step are choices. A shorter one would be accepted for moving nowhere.
	const sigma, first, trials, shortest = 1e-4, 0.5, 10, 1e-3
	eta := it.X.Const(first).Div(it.NIter.AsType(it.X.DType()).AddScalar(1).Square())
	norm := num.Norm(it.Grad)
	type trial struct{ X, F, Value, Step, N, OK num.Array }
	try := func(step, n num.Array) trial {
		x := it.X.Add(dir.Mul(step))
		v, f := p.Func(x)
		bound := norm.Mul(eta.AddScalar(1).Sub(step.Square().Scale(sigma)))
		ok := v.IsFinite().And(num.Norm(f).Le(bound)).And(step.Ge(num.Const(shortest)))
		return trial{x, f, v, step, n.AddScalar(1), ok}
	}
	end := num.WhileMax(trials, func(t trial) num.Array { return t.OK.Not().And(t.Step.Ge(num.Const(shortest))) }, func(t trial) trial {
		// The parabola of an exact Jacobian: ½|F|² begins with the slope -|F|².
		best := it.Value.Mul(t.Step).Div(t.Value.Sub(it.Value).Add(it.Value.Mul(t.Step).Scale(2)))
		factor := num.Where(best.IsFinite(), num.Clip(best, num.Const(0.1), num.Const(0.5)), num.Const(0.5))
		return try(t.Step.Mul(factor), t.N)
	}, try(it.X.Const(1), num.Int(0)))
	next := it
	next.X, next.Grad, next.Value = num.Where(end.OK, end.X, it.X), num.Where(end.OK, end.F, it.Grad), num.Where(end.OK, end.Value, it.Value)
	next.NFev = it.NFev.Add(end.N)
	next.StepSize, next.NFailed = num.Where(end.OK, end.Step, num.Const(0)), it.NFailed.Add(end.OK.Not().AsType(num.Int32))
	return next, next.StepSize
}
