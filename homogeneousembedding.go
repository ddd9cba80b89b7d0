package argmin

import (
	"math"

	"github.com/argmin-go/argmin/internal/conic"
	"github.com/argmin-go/argmin/num"
	"github.com/argmin-go/argmin/status"
)

// HomogeneousEmbedding is a primal–dual interior point method for [Conic]: it follows the central path of a larger problem that always has a
// solution, which is either one of the program or a proof that the program has none (Goulart & Chen, "Clarabel: An
// interior-point solver for conic programs with quadratic objectives", 2024).
//
// A start is not used: as a rule 8 to 25 iterations lead from the middle of the cones to the solution.
type HomogeneousEmbedding struct{}

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
	method := conic.New(t.Program, p.Options.Tol)
	at := func(it Iterate, st conic.State) Iterate {
		r := method.Report(st)
		it.X, it.Value, it.Error = t.Join(r.Point.X, r.Point.S, r.Point.Z), r.Value, r.Error
		it.X = num.Where(r.Infeasible, t.Join(none(r.Proof.X), none(r.Proof.S), r.Proof.Z), it.X)
		it.X = num.Where(r.Unbounded, t.Join(r.Proof.X, r.Proof.S, none(r.Proof.Z)), it.X)
		c := num.Where(r.Infeasible, code(status.Infeasible), code(status.Running))
		c = num.Where(r.Unbounded, code(status.Unbounded), c)
		it.Code = num.Where(r.Converged, code(status.Converged), c)
		return it
	}
	return Rule[conic.State]{
		evaluate: func(it Iterate, st conic.State) (Iterate, conic.State) {
			if st.X == (num.Array{}) { // where a run begins
				st = method.Init()
			}
			it = at(it, st)
			it.NFev = it.NFev.AddScalar(1)
			it.Code = num.Where(t.Convex, it.Code, code(status.NotConvex))
			return it, st
		},
		Update: func(it Iterate, st conic.State) (Iterate, conic.State) {
			st, step, ok := method.Step(st)
			it = at(it, st)
			type both struct {
				It Iterate
				St conic.State
			}
			ended := ok.Not().Or(it.Code.Eq(code(status.Converged)))
			last := num.Cond(ended, func(b both) both {
				st := method.Polish(b.St)
				return both{at(b.It, st), st}
			}, func(b both) both { return b }, both{it, st})
			it, st = last.It, last.St
			it.StepSize, it.NFev = step, it.NFev.AddScalar(1)
			it.Code = num.Where(ok.Or(it.Code.Ne(code(status.Running))), it.Code, code(status.Stalled))
			return it, st
		},
		judges: true,
	}
}

// none is NaN in place of a vector.
func none(v num.Array) num.Array { return num.FullLike(v, math.NaN()) }
