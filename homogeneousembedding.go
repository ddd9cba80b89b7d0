package argmin

import (
	"math"

	"github.com/argmin-go/argmin/internal/conic"
	"github.com/argmin-go/argmin/internal/core/ir"
	"github.com/argmin-go/argmin/internal/option"
	"github.com/argmin-go/argmin/num"
	"github.com/argmin-go/argmin/status"
	"github.com/argmin-go/argmin/tree"
)

// HomogeneousEmbedding is a primal–dual interior point method for [Conic]: it follows the central path of a larger problem that always has a
// solution, which is either one of the program or a proof that the program has none (Goulart & Chen, "Clarabel: An
// interior-point solver for conic programs with quadratic objectives", 2024).
//
// As a rule, 8 to 25 iterations lead from the middle of the cones to the solution. A start near a solution, with its slacks and multipliers, saves
// half of them or more; one that is not near is not used (Skajaa, Andersen & Ye, "Warmstarting the homogeneous and self-dual interior
// point method for linear and conic quadratic problems", 2013).
type HomogeneousEmbedding struct {
	// Smoothing, if set, is the weight of logarithmic barriers in place of the cones: the answer is then the solution of
	//
	//	min ½ xᵀQx + cᵀx + Smoothing · Σ f(s) over x and s with Ax + s = b
	//
	// for the cones' barriers f, as -log s of s ≥ 0, whose derivatives are smooth where those of the program have kinks. It is on the
	// central path, inside of the cones, at a distance of about Smoothing from a solution.
	Smoothing float64
}

// nearly is the error at which Newton's method on the conditions of optimality is tried once before the end: where the solution is a regular point, it saves the last
// iterations. Measured on random programs: 1e-4 is about as fast, 1e-6 saves less.
const nearly = 1e-5

// mostNear is how many points are looked at whose residuals are small beside the largest terms of all rows, but not beside their own. Programs with solutions take up to
// thirty where their numbers differ by 10³⁰.
const mostNear = 60

func (m HomogeneousEmbedding) smoothing() float64 { return max(m.Smoothing, 0) }

func (m HomogeneousEmbedding) ranges() []option.Range {
	return []option.Range{option.AtLeast("Smoothing", m.Smoothing, 0)}
}

func (m HomogeneousEmbedding) conic() definition {
	d := define("HomogeneousEmbedding", m.rule)
	d.tol, d.maxIter, d.noUnroll, d.leaves = 1e-8, 200, true, true
	return d
}

func (m HomogeneousEmbedding) rule(p *Problem) Rule[conic.State] {
	t := p.Conic
	if t == nil {
		throwf("HomogeneousEmbedding", "the method is for Conic programs")
	}
	var method conic.Method
	ir.OneLine(func() { method = conic.New(t.Program, p.Options.Tol) })
	at := func(it Iterate, st conic.State) (Iterate, conic.Report) {
		r := method.Report(st)
		it.X, it.Value, it.Error = t.Join(r.Point.X, r.Point.S, r.Point.Z), r.Value, r.Error
		it.X = num.Where(r.Infeasible, t.Join(none(r.Proof.X), none(r.Proof.S), r.Proof.Z), it.X)
		it.X = num.Where(r.Unbounded, t.Join(r.Proof.X, r.Proof.S, none(r.Proof.Z)), it.X)
		c := num.Where(r.Infeasible, code(status.Infeasible), code(status.Running))
		c = num.Where(r.Unbounded, code(status.Unbounded), c)
		it.Code = num.Where(r.Converged, code(status.Converged), c)
		return it, r
	}
	return Rule[conic.State]{
		evaluate: inOneLine(func(it Iterate, st conic.State) (Iterate, conic.State) {
			rest := st
			if st.X == (num.Array{}) { // where a run begins
				x, s, y := t.Parts(it.X)
				st, rest = method.Init(conic.Point{X: x, S: s, Z: y})
				if m.smoothing() > 0 { // whose answers are no solutions to begin at
					st, rest = method.Middle(), method.Middle()
				}
			}
			it, _ = at(it, st)
			it.NFev = it.NFev.AddScalar(1)
			it.Code = num.Where(t.Convex, it.Code, code(status.NotConvex))
			return it, choose(it.Code.Eq(code(status.Running)), rest, st)
		}),
		Update: inOneLine(func(it Iterate, st conic.State) (Iterate, conic.State) {
			st, step, ok := method.Step(st)
			if mu := m.smoothing(); mu > 0 {
				it, st = m.smoothed(method, p.Options.Tol, at, it, st, ok)
			} else {
				it, st, ok = judge(method, p.Options.Tol, at, it, st, ok)
			}
			it.StepSize, it.NFev = step, it.NFev.AddScalar(1)
			it.Code = num.Where(ok.Or(it.Code.Ne(code(status.Running))), it.Code, code(status.Stalled))
			return it, st
		}),
		judges: true, proves: true,
	}
}

// judge is the iterate at a state, or at the solution near it, if that is polished successfully, and whether the search is to go on.
func judge(method conic.Method, tol float64, at func(Iterate, conic.State) (Iterate, conic.Report), it Iterate, st conic.State, ok num.Array) (Iterate, conic.State, num.Array) {
	off := method.Norms(st)
	ended := ok.Not().Or(off.Le(num.Const(tol))).Or(off.Le(num.Const(nearly)).And(it.Error.Gt(num.Const(nearly))))
	polished := num.Cond(ended, method.Polish, func(st conic.State) conic.State { return st }, st)
	type candidate struct {
		It      Iterate
		St      conic.State
		Near, N num.Array
	}
	// The second one is the state itself.
	c := num.While(func(c candidate) num.Array {
		return c.N.Lt(num.Int(1)).Or(c.N.Lt(num.Int(2)).And(ended).And(c.It.Code.Eq(code(status.Running))))
	}, func(c candidate) candidate {
		this := choose(c.N.Eq(num.Int(0)), polished, st)
		it, report := at(c.It, this)
		return candidate{it, this, report.Near, c.N.AddScalar(1)}
	}, candidate{it, st, num.Full(num.Bool, 0), num.Int(0)})
	c.St.Waits = c.St.Waits.Add(c.Near.AsType(num.Int32))
	return c.It, c.St, ok.And(c.St.Waits.Lt(num.Int(mostNear)))
}

// smoothed is the iterate at a state, or at the point of the central path with the weight asked for, once that is near.
func (m HomogeneousEmbedding) smoothed(method conic.Method, tol float64, at func(Iterate, conic.State) (Iterate, conic.Report), it Iterate, st conic.State, ok num.Array) (Iterate, conic.State) {
	it, _ = at(it, st)
	type both struct {
		It Iterate
		St conic.State
	}
	running := it.Code.Eq(code(status.Running))
	ended := ok.Not().Or(it.Code.Eq(code(status.Converged))).Or(running.And(method.Within(st, m.smoothing())))
	last := num.Cond(ended, func(b both) both {
		st, off := method.Smooth(b.St, m.smoothing())
		it, _ := at(b.It, st)
		it.Error = off
		it.Code = num.Where(off.Le(num.Const(tol)), code(status.Converged), code(status.Stalled))
		return both{it, st}
	}, func(b both) both { return b }, both{it, st})
	return last.It, last.St
}

func choose(first num.Array, a, b conic.State) conic.State {
	return tree.MapAll(func(v ...num.Array) num.Array { return num.Where(first, v[0], v[1]) }, a, b)
}

// none is NaN in place of a vector.
func none(v num.Array) num.Array { return num.FullLike(v, math.NaN()) }
