package convex

import (
	"context"

	"github.com/argmin-go/argmin"
	"github.com/argmin-go/argmin/num"
	"github.com/argmin-go/argmin/sparse"
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

// denseSize is up to how many variables and rows together a program is solved with dense matrices, which is as fast alone and faster in
// a batch: measured on the lasso and least norms of 3 to 30 variables.
const denseSize = 64

func newSolver(p *Program) solver {
	form := func(m argmin.Matrix) argmin.Matrix { return m }
	if p.n+p.m <= denseSize {
		form = dense
	}
	if !p.quadratic {
		return conicSolver{argmin.Conic(func(v Values) argmin.ConeProgram {
			c := p.ConeProgram(v)
			c.Q, c.A = form(c.Q), form(c.A)
			return c
		}, p.opt.Conic, p.opt.Options)}
	}
	return quadraticSolver{argmin.Quadratic(func(v Values) argmin.QP {
		q := p.QP(v)
		q.Q, q.A, q.G = form(q.Q), form(q.A), form(q.G)
		return q
	}, p.opt.Quadratic, p.opt.Options)}
}

func dense(m argmin.Matrix) argmin.Matrix {
	if s, ok := m.(sparse.Matrix); ok {
		return s.Dense()
	}
	return m
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
