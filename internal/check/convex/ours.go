package convex

import (
	"context"
	"fmt"
	"math"

	"github.com/argmin-go/argmin"
	"github.com/argmin-go/argmin/mps"
	"github.com/argmin-go/argmin/num"
	"github.com/argmin-go/argmin/sparse"
	"github.com/argmin-go/argmin/status"
)

// Ours are argmin's solvers.
func Ours() []Solver {
	return []Solver{
		quadratic("interior", func(float64) argmin.QuadraticMethod { return argmin.ProximalInteriorPoint{Absolute: true} }),
		quadratic("admm", func(float64) argmin.QuadraticMethod { return argmin.OSQP{Absolute: true} }),
		quadratic("pdhg", func(float64) argmin.QuadraticMethod { return argmin.PDHG{Absolute: true} }),
	}
}

// quadratic runs a method for quadratic programs, which stops by absolute residuals.
func quadratic(name string, method func(accuracy float64) argmin.QuadraticMethod) Solver {
	return Func{name, func(ctx context.Context, p *Problem, accuracy float64) Answer {
		s := p.split()
		program := func(q argmin.QP) argmin.QP { return q }
		r, err := argmin.Quadratic(program, method(accuracy), argmin.Options{Tol: accuracy}).RunContext(ctx, argmin.QPPoint{}, s.program)
		return s.answer(r, err)
	}}
}

// answer is what a run says of the problem.
func (s split) answer(r argmin.Result[argmin.QPPoint], err error) Answer {
	a := Answer{Claim: Failed, Message: fmt.Sprint(err)}
	if r.Params.X == (num.Array{}) {
		return a
	}
	a.Message = r.State.String()
	switch {
	case err != nil:
		a.Message += ": " + err.Error()
	case r.Success():
		a.Claim = Solved
	case r.State.Status() == status.Infeasible:
		a.Claim = Infeasible
	case r.State.Status() == status.Unbounded:
		a.Claim = Unbounded
	}
	a.X, a.Y = r.Params.X.Float64s(), s.multipliers(r.Params)
	return a
}

// split is a problem as argmin takes it, and where its rows went.
type split struct {
	program             argmin.QP
	m                   int
	equal, between, box []int // which row each equation, inequality and bound is
}

func (p *Problem) split() split {
	n, m := p.Size()
	s := split{m: m}
	rows := m
	if p.Boxed() {
		rows = m - n
	}
	place := make([]int, m) // of a row among those of its kind
	for i := range m {
		list := &s.between
		switch {
		case i >= rows:
			list = &s.box
		case p.L[i] == p.U[i]:
			list = &s.equal
		}
		place[i] = len(*list)
		*list = append(*list, i)
	}
	take := func(rows []int) (a *builder, l, u num.Array) {
		lower, upper := make([]float64, len(rows)), make([]float64, len(rows))
		for k, i := range rows {
			lower[k], upper[k] = p.L[i], p.U[i]
		}
		return build(len(rows), n), num.Vector(lower...), num.Vector(upper...)
	}
	equal, b, _ := take(s.equal)
	between, low, high := take(s.between)
	for j := range n {
		ind, values := p.A.Column(j)
		for k, i := range ind {
			switch {
			case i >= rows:
			case p.L[i] == p.U[i]:
				equal.add(place[i], j, values[k])
			default:
				between.add(place[i], j, values[k])
			}
		}
	}
	s.program = argmin.QP{C: num.Vector(p.Q...)}
	if len(p.P.Values) > 0 {
		s.program.Q = matrix(p.P)
	}
	if len(s.equal) > 0 {
		s.program.A, s.program.B = matrix(equal.matrix()), b
	}
	if len(s.between) > 0 {
		s.program.G, s.program.Low, s.program.H = matrix(between.matrix()), low, high
	}
	if len(s.box) > 0 {
		_, s.program.Lower, s.program.Upper = take(s.box)
	}
	return s
}

// matrix is a matrix of package sparse.
func matrix(a mps.Matrix) sparse.Matrix {
	ptr := a.Ptr
	if ptr == nil {
		ptr = make([]int, a.Cols+1)
	}
	return sparse.FromCSC(a.Rows, a.Cols, ptr, a.Ind, num.Vector(a.Values...))
}

// multipliers gives the multipliers of all rows.
func (s split) multipliers(p argmin.QPPoint) []float64 {
	y := make([]float64, s.m)
	for _, part := range []struct {
		rows []int
		y    num.Array
	}{{s.equal, p.Equal}, {s.between, p.Between}, {s.box, p.Bounds}} {
		if part.y == (num.Array{}) {
			continue
		}
		values := part.y.Float64s()
		for k, i := range part.rows {
			y[i] = math.NaN()
			if k < len(values) {
				y[i] = values[k]
			}
		}
	}
	return y
}
