package argmin

import (
	"math"

	"github.com/argmin-go/argmin/internal/conic"
	"github.com/argmin-go/argmin/num"
	"github.com/argmin-go/argmin/projection"
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
	return Rule[conic.State]{
		Init: func(Iterate) conic.State { return method.Init() },
		Error: func(it Iterate) num.Array {
			x, s, y := t.Parts(it.X)
			e := method.ErrorAt(conic.Point{X: x, S: s, Z: y})
			if s.Size() == 0 {
				return e
			}
			off := largest(s.Sub(projection.Cones(s.Sub(y), t.Program.Cones)))
			size := num.Maximum(largest(s), largest(y))
			return num.Maximum(e, off.Div(num.Where(size.Gt(num.Const(0)), size, num.Const(1))))
		},
		Update: func(it Iterate, st conic.State) (Iterate, conic.State) {
			next, alpha := method.Step(st)
			r := method.Report(next)
			it.NFev = it.NFev.Add(num.Int(1))
			ok := alpha.Gt(num.Const(leastConicStep)).And(r.Error.IsFinite()).And(r.Value.IsFinite())
			point := t.Join(r.Point.X, r.Point.S, r.Point.Z)
			point = num.Where(r.Infeasible, t.Join(none(r.Proof.X), none(r.Proof.S), r.Proof.Z), point)
			point = num.Where(r.Unbounded, t.Join(r.Proof.X, r.Proof.S, none(r.Proof.Z)), point)
			it.X, it.Value, it.Error = num.Where(ok, point, it.X), num.Where(ok, r.Value, it.Value), num.Where(ok, r.Error, it.Error)
			it.StepSize = num.Where(ok, alpha, num.Const(0))
			c := num.Where(r.Infeasible, code(status.Infeasible), code(status.Running))
			c = num.Where(r.Unbounded, code(status.Unbounded), c)
			c = num.Where(r.Converged, code(status.Converged), c)
			it.Code = num.Where(ok, c, code(status.Stalled))
			return it, next
		},
		judges: true,
	}
}

// leastConicStep is the shortest step that counts as one: Clarabel's limit for steps of symmetric cones.
const leastConicStep = 1e-4

// none is NaN in place of a vector.
func none(v num.Array) num.Array { return num.FullLike(v, math.NaN()) }
