package convex

import (
	"context"

	"github.com/argmin-go/argmin"
	"github.com/argmin-go/argmin/num"
)

// point is an answer of a solver, with the multipliers of all rows.
type point struct {
	X, Y  num.Array
	State argmin.State
}

// solver is how a compiled program is solved.
type solver interface {
	solve(ctx context.Context, values Values) (point, error)
	argmin(values Values) point
}

func newSolver(p *Program) solver {
	if !p.quadratic {
		return conicSolver{argmin.Conic(p.ConeProgram, nil, p.opt.Options)}
	}
	return quadraticSolver{argmin.Quadratic(p.QP, nil, p.opt.Options)}
}

type quadraticSolver struct {
	s *argmin.Solver[argmin.QPPoint, Values]
}

func (q quadraticSolver) solve(ctx context.Context, values Values) (point, error) {
	r, err := q.s.RunContext(ctx, argmin.QPPoint{}, values)
	if err != nil {
		return point{}, err
	}
	return q.point(r.Params, r.State), nil
}

func (q quadraticSolver) argmin(values Values) point {
	return q.point(q.s.ArgminState(argmin.QPPoint{}, values))
}

func (quadraticSolver) point(s argmin.QPPoint, st argmin.State) point {
	return point{s.X, joined([]num.Array{s.Equal, s.Between}), st}
}

type conicSolver struct {
	s *argmin.Solver[argmin.ConePoint, Values]
}

func (c conicSolver) solve(ctx context.Context, values Values) (point, error) {
	r, err := c.s.RunContext(ctx, argmin.ConePoint{}, values)
	if err != nil {
		return point{}, err
	}
	return point{r.Params.X, r.Params.Y, r.State}, nil
}

func (c conicSolver) argmin(values Values) point {
	s, st := c.s.ArgminState(argmin.ConePoint{}, values)
	return point{s.X, s.Y, st}
}
