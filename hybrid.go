package argmin

import (
	"github.com/argmin-go/argmin/internal/option"
	"github.com/argmin-go/argmin/num"
	"github.com/argmin-go/argmin/status"
)

// Hybrid is Powell's hybrid method for equations: dogleg steps within a trust region, whose Jacobian is evaluated
// again only where Broyden's updates of it fail. It suits up to some hundred unknowns whose Jacobian costs much more than F.
//
// Powell, "A hybrid method for nonlinear equations", 1970, with the constants and tests of MINPACK's hybrj (Moré,
// Garbow & Hillstrom, "User guide for MINPACK-1", 1980). An iteration costs one evaluation and some 12n² operations: where
// MINPACK updates QR factors, the inverse is kept and updated as well (Sherman & Morrison, 1950). An evaluation of the
// Jacobian costs n products and 2n³ operations. It keeps 2n² numbers. Its iterations have no derivative: Options.Unroll is
// an error.
type Hybrid struct {
	Factor float64 // largest length of the first step, relative to the scaled start; default 100
}

func (m Hybrid) ranges() []option.Range { return []option.Range{option.Positive("Factor", m.Factor)} }

func (m Hybrid) root() definition { return define("Hybrid", m.rule) }

// Constants of hybrj.
const (
	hybridFail        = 0.1  // a step with a smaller ratio of actual to predicted decrease has failed
	hybridGood        = 0.5  // one with a larger ratio lets the region grow
	hybridTake        = 1e-4 // one with a larger ratio is taken
	hybridProgress    = 1e-3 // an iteration with a larger decrease of |F|² makes progress
	hybridJacobian    = 0.1  // a Jacobian with one step of a larger decrease makes progress
	hybridMostSlow    = 10   // iterations in a row without progress before it gives up
	hybridMostSlowJac = 5    // Jacobians in a row without progress before it gives up
	hybridRestarts    = 2    // from points where it gave up that are no roots: a choice
)

// hybridState is the state of the method. The trust region is |D p| ≤ Δ.
type hybridState struct {
	J, H          num.Array // the Jacobian or Broyden's update of it, and its inverse
	D, Delta      num.Array // scales of the unknowns, [n], and Δ
	Stale, First  num.Array // whether J must be evaluated; whether it is the first, bools
	Fails, Wins   num.Array // steps in a row that failed or succeeded, int32
	Slow, SlowJac num.Array // iterations and Jacobians in a row without progress, int32
	Restarts      num.Array // int32
}

func (m Hybrid) rule(p *Problem) Rule[hybridState] {
	noUnroll(p, "Hybrid")
	return Rule[hybridState]{
		Init: func(it Iterate) hybridState {
			n, d, zero, yes := it.X.Size(), it.X.DType(), num.Int(0), num.Full(num.Bool, 1)
			square := num.Full(d, 0, n, n)
			return hybridState{square, square, it.X, it.X.Const(0), yes, yes, zero, zero, zero, zero, zero}
		},
		Update: func(it Iterate, st hybridState) (Iterate, hybridState) {
			if it.X.Size() == 0 {
				return p.At(it, it.X), st
			}
			type at struct {
				X  num.Array
				St hybridState
			}
			it.NFev = it.NFev.Add(st.Stale.AsType(num.Int32)) // of the Jacobian
			st = num.Cond(st.Stale, func(a at) hybridState { return m.derive(p, a.X, a.St) }, func(a at) hybridState { return a.St }, at{it.X, st})
			next, st := m.step(p, it, st)
			return m.ended(p, next, st)
		},
	}
}

// derive evaluates the Jacobian and makes the scales no less than the norms of its columns. The first time it
// sets them to these, and Δ to Factor·|D x|.
func (m Hybrid) derive(p *Problem, x num.Array, st hybridState) hybridState {
	j := p.jacobian(x)
	norms, factor := columnScales(j), option.Or(m.Factor, 100)
	d := num.Where(st.First, norms, num.Maximum(st.D, norms))
	reach := num.Norm(d.Mul(x))
	reach = num.Where(reach.Gt(num.Const(0)), reach, num.Const(1)).Scale(factor)
	st.J, st.H, st.D, st.Delta = j, inverse(j), d, num.Where(st.First, reach, st.Delta)
	st.Fails, st.Wins = num.Int(0), num.Int(0)
	st.Stale, st.SlowJac = num.Full(num.Bool, 0), st.SlowJac.AddScalar(1)
	return st
}

// inverse is that of a Jacobian; where it is singular to working precision, of the damped one: see dampedNewton.
func inverse(j num.Array) num.Array {
	eye := num.Eye(j.Shape()[0]).AsType(j.DType())
	h := num.Solve(j, eye)
	off := largest(j.MatMul(h).Sub(eye))
	return num.Cond(off.Le(num.Const(0.1)), func(a [2]num.Array) num.Array { return a[1] }, func(a [2]num.Array) num.Array {
		scale := columnScales(a[0])
		s := a[0].Div(scale)
		return num.SolveCholesky(dampedNewtonFactor(s, s.Const(0)), s.T()).Div(scale.ExpandDims(1))
	}, [2]num.Array{j, h})
}

// step tries a dogleg step, takes it if it is good, and updates the rest.
func (m Hybrid) step(p *Problem, it Iterate, st hybridState) (Iterate, hybridState) {
	dir := doglegStep(st.J.MatMul, it.Grad.MatMul(st.J), st.H.MatMul(it.Grad).Neg(), st.D, st.Delta)
	length := num.Norm(st.D.Mul(dir))
	st.Delta = num.Where(st.First, num.Minimum(st.Delta, length), st.Delta)
	st.First = num.Full(num.Bool, 0)
	trial := p.At(it, it.X.Add(dir))
	jp := st.J.MatMul(dir)
	was, is, model := num.Norm(it.Grad), num.Norm(trial.Grad), num.Norm(it.Grad.Add(jp))
	decrease := func(to num.Array) num.Array { return num.Const(1).Sub(to.Div(was).Square()) }
	ok := is.IsFinite().And(trial.Value.IsFinite())
	actual := num.Where(ok.And(is.Lt(was)), decrease(is), num.Const(-1))
	predicted := decrease(model)
	ratio := num.Where(predicted.Gt(num.Const(0)), actual.Div(predicted), num.Const(0))

	failed, good := ratio.Lt(num.Const(hybridFail)), ratio.Ge(num.Const(hybridGood))
	one, zero := num.Int(1), num.Int(0)
	st.Fails = num.Where(failed, st.Fails.Add(one), zero)
	st.Wins = num.Where(failed, zero, st.Wins.Add(one))
	grown := num.Where(good.Or(st.Wins.Gt(one)), num.Maximum(st.Delta, length.Scale(2)), st.Delta)
	grown = num.Where(ratio.AddScalar(-1).Abs().Le(num.Const(0.1)), length.Scale(2), grown) // the model is nearly exact
	short := length.Lt(st.Delta.Scale(0.25))
	st.Delta = num.Where(failed, st.Delta.Scale(0.5), grown)

	took := ratio.Ge(num.Const(hybridTake))
	progress := took.And(actual.Ge(num.Const(hybridProgress)))
	// Progress that the region limits is no lack of it.
	slow := num.Where(good.Not().Or(short), st.Slow.Add(one), st.Slow)
	st.Slow = num.Where(progress, zero, slow)
	st.SlowJac = num.Where(actual.Ge(num.Const(hybridJacobian)), zero, st.SlowJac)
	st = st.updated(dir, trial.Grad.Sub(it.Grad).Sub(jp), length, ok)
	st.Stale = st.Stale.Or(st.Fails.Ge(num.Int(2)))

	next := trial
	next.X, next.Grad, next.Value = num.Where(took, trial.X, it.X), num.Where(took, trial.Grad, it.Grad), num.Where(took, trial.Value, it.Value)
	next.StepSize = num.Where(took, it.X.Const(1), num.Const(0))
	return next, st
}

// updated has Broyden's update, which makes the Jacobian right along a step by the least change in the norm of
// J D⁻¹ (Broyden, "A class of methods for solving nonlinear simultaneous equations", 1965), and that of the inverse.
func (st hybridState) updated(dir, miss, length, ok num.Array) hybridState {
	unit := num.Where(length.Gt(num.Const(0)), length, num.Const(1))
	a := miss.Div(unit)
	b := st.D.Mul(st.D.Mul(dir).Div(unit))
	ha, bh := st.H.MatMul(a), b.MatMul(st.H)
	gain := b.Dot(ha).AddScalar(1)
	j, h := st.J.Add(num.Outer(a, b)), st.H.Sub(num.Outer(ha, bh.Div(gain)))
	// An update that makes the matrix nearly singular loses the inverse's digits: half of them is a choice.
	sane := gain.Abs().Gt(num.Const(1e-8)).And(h.IsFinite().All()).And(j.IsFinite().All())
	use := ok.And(length.Gt(num.Const(0)))
	st.Stale = st.Stale.Or(use.And(sane.Not()))
	use = use.And(sane)
	st.J, st.H = num.Where(use, j, st.J), num.Where(use, h, st.H)
	return st
}

// ended sets the code of a run that makes no progress; from a point that is no root it begins again first.
func (m Hybrid) ended(p *Problem, it Iterate, st hybridState) (Iterate, hybridState) {
	size := num.Norm(st.D.Mul(it.X))
	end := st.Delta.Le(size.Scale(it.X.DType().Eps())).Or(st.Slow.Ge(num.Int(hybridMostSlow))).Or(st.SlowJac.Ge(num.Int(hybridMostSlowJac)))
	end = end.And(it.Value.Gt(num.Const(0)))
	again := end.And(st.Restarts.Lt(num.Int(hybridRestarts))).And(num.Norm(it.Grad).Gt(num.Const(p.Options.Tol)))
	st.Restarts = st.Restarts.Add(again.AsType(num.Int32))
	st.Stale, st.First = st.Stale.Or(again), st.First.Or(again)
	st.Slow, st.SlowJac = num.Where(again, num.Int(0), st.Slow), num.Where(again, num.Int(0), st.SlowJac)
	end = end.And(again.Not())
	it, atMinimum := p.stationaryAt(it, end)
	it.Code = num.Where(end, stuck(atMinimum), code(status.Running))
	return it, st
}
