package argmin_test

import (
	"math"
	"strings"
	"testing"

	"github.com/argmin-go/argmin"
	"github.com/argmin-go/argmin/num"
	"github.com/argmin-go/argmin/status"
)

// Bad and odd input ends as it does by the default method, by every method for constraints.
func TestConstrainedBadInputOfEveryMethod(t *testing.T) {
	nan, inf := math.NaN(), math.Inf(1)
	sq := func(x, _ A) A { return x.Square().Sum() }
	sum := func(x, _ A) any { return x.Sum().AddScalar(-1) }
	methods := map[string]argmin.ConstrainedMethod{"InteriorPoint": argmin.InteriorPoint{}}
	for name, m := range otherConstrainedMethods {
		methods[name] = m
	}
	if _, err := argmin.Constrained(sq, constraints{}, nil, argmin.Options{}).Run(kkt{X: num.Zeros(0)}, num.Scalar(0)); err == nil ||
		!strings.Contains(err.Error(), "argmin.InteriorPoint: there are no variables") {
		t.Errorf("no variables: %v", err)
	}
	for _, c := range []struct {
		name string
		f    func(x, _ A) A
		c    constraints
		x0   A
		want status.Code
		x    A // zero for any
	}{
		{"NaN at the start", sq, constraints{Equal: sum}, num.Vector(nan, 2), status.NonFinite, A{}},
		{"an infinite start", sq, constraints{Equal: sum}, num.Vector(inf, 2), status.NonFinite, A{}},
		{"no value at the start", func(x, _ A) A { return x.Log().Sum() }, constraints{Equal: sum}, num.Vector(-1, 2), status.NonFinite, A{}},
		{"no value of a constraint", sq, constraints{Equal: func(x, _ A) any { return x.Log() }}, num.Vector(-1, 2), status.NonFinite, A{}},
		{"crossed bounds", sq, constraints{Bounds: boundsOf(num.Scalar(1), num.Scalar(0))}, num.Vector(3, 4), status.Infeasible, A{}},
		{"crossed limits", sq, constraints{Between: sum, Limits: limitsOf(num.Scalar(1), num.Scalar(0))}, num.Vector(3, 4), status.Infeasible, A{}},
		{"bounds of NaN", sq, constraints{Bounds: boundsOf(num.Scalar(nan), num.Scalar(0))}, num.Vector(3, 4), status.Infeasible, A{}},
		{"limits of NaN", sq, constraints{Between: sum, Limits: limitsOf(num.Scalar(0), num.Scalar(nan))}, num.Vector(3, 4), status.Infeasible, A{}},
		{"equal bounds", sq, constraints{Bounds: boundsOf(num.Vector(1, -inf), num.Vector(1, inf))}, num.Vector(3, 4), status.Converged, num.Vector(1, 0)},
		{"all bounds equal", sq, constraints{Bounds: boundsOf(num.Vector(1, 2), num.Vector(1, 2))}, num.Vector(3, 4), status.Converged, num.Vector(1, 2)},
		{"equal limits", sq, constraints{Between: sum, Limits: limitsOf(num.Scalar(2), num.Scalar(2))}, num.Vector(3, 4), status.Converged, num.Vector(1.5, 1.5)},
		{"no constraints", sq, constraints{}, num.Vector(3, 4), status.Converged, num.Zeros(2)},
		{"constraints without entries", sq, constraints{Equal: func(x, _ A) any { return x.Range(0, 0) }, Between: func(x, _ A) any { return []A{} },
			Limits: limitsOf(num.Scalar(0), num.Scalar(1))}, num.Vector(3, 4), status.Converged, num.Zeros(2)},
		{"limits that do not limit", sq, constraints{Between: sum, Limits: limitsOf(num.Scalar(-inf), num.Scalar(inf))}, num.Vector(3, 4), status.Converged, num.Zeros(2)},
		{"a start outside of its bounds", func(x, _ A) A { return x.Sqrt().Sum() }, constraints{Bounds: boundsOf(num.Scalar(1), num.Scalar(4))}, num.Vector(-3, 9),
			status.Converged, num.Ones(2)},
	} {
		for name, m := range methods {
			r, err := argmin.Constrained(c.f, c.c, m, argmin.Options{}).Run(kkt{X: c.x0}, num.Scalar(0))
			if err != nil || r.State.Status() != c.want || c.x != (A{}) && !(maxDiff(r.Params.X, c.x) <= 1e-5) {
				t.Errorf("%s by %s: %v at %v, %v; want %v, %v", c.name, name, r.State, r.Params.X, err, c.want, c.x)
			}
		}
	}
}

// Brackets, and for residuals within bounds.
func TestBadBracketsAndFits(t *testing.T) {
	nan, inf := math.NaN(), math.Inf(1)
	line := func(x A) A { return x.AddScalar(-1) }
	for _, c := range []struct {
		name                string
		f                   func(x A) A
		start, lower, upper float64
		want                status.Code
		x                   float64
	}{
		{"no change of sign", line, 3, 2, 5, status.Infeasible, nan},
		{"crossed ends", line, 1, 5, 0, status.Infeasible, nan},
		{"equal ends at no root", line, 1, 3, 3, status.Infeasible, nan},
		{"equal ends at the root", line, 1, 1, 1, status.Converged, 1},
		{"an end of NaN", line, 1, nan, 3, status.NonFinite, nan},
		{"a start of NaN", line, nan, 0, 3, status.NonFinite, nan},
		{"an infinite start", line, inf, 0, 3, status.NonFinite, nan},
		{"a start outside", line, 17, 0, 3, status.Converged, 1},
		{"infinite ends", line, 0, -inf, inf, status.Converged, 1},
		{"NaN at an end", func(x A) A { return x.Log().AddScalar(0) }, 1, -1, 3, status.NonFinite, nan},
		{"NaN everywhere", func(x A) A { return x.Scale(nan) }, 1, 0, 3, status.NonFinite, nan},
		{"zero everywhere", func(x A) A { return x.Scale(0) }, 1, 0, 3, status.Converged, 0},
	} {
		for name, m := range bracketMethods {
			s := argmin.Bracketed(func(x A, _ none) A { return c.f(x) }, func(none) (A, A) { return num.Scalar(c.lower), num.Scalar(c.upper) }, m, argmin.Options{})
			r, err := s.Run(num.Vector(c.start), none{})
			x := r.Params.Item()
			if err != nil || r.State.Status() != c.want || math.IsNaN(x) != math.IsNaN(c.x) || math.Abs(x-c.x) > 1e-14 {
				t.Errorf("%s by %s: %v at %v, %v; want %v at %v", c.name, name, r.State, x, err, c.want, c.x)
			}
		}
	}
	r2 := func(p A, _ none) A { return p.Sub(num.Vector(1, 2)) }
	for _, c := range []struct {
		name                string
		residual            func(p A, _ none) A
		lower, upper, start A
		want                status.Code
		x                   A
	}{
		{"crossed bounds", r2, num.Vector(0, 3), num.Vector(5, 1), num.Zeros(2), status.Infeasible, A{}},
		{"bounds of NaN", r2, num.Vector(0, nan), num.Vector(5, 1), num.Zeros(2), status.Infeasible, A{}},
		{"an infinite lower bound", r2, num.Vector(0, inf), num.Vector(5, inf), num.Zeros(2), status.Infeasible, A{}},
		{"equal bounds", r2, num.Vector(0, 1), num.Vector(5, 1), num.Zeros(2), status.Converged, num.Vector(1, 1)},
		{"all bounds equal", r2, num.Vector(3, 1), num.Vector(3, 1), num.Zeros(2), status.Converged, num.Vector(3, 1)},
		{"a start outside of its bounds", r2, num.Vector(0, 0), num.Vector(5, 1), num.Vector(-7, 9), status.Converged, num.Vector(1, 1)},
		{"a start of NaN", r2, num.Vector(0, 0), num.Vector(5, 1), num.Vector(nan, 9), status.NonFinite, A{}},
		{"fewer residuals than parameters", func(p A, _ none) A { return p.Sum().AddScalar(-4).Reshape(1) }, num.Vector(0, 0), num.Vector(5, 1), num.Zeros(2), status.Converged, A{}},
		{"a column of zeros", func(p A, _ none) A { return p.Mul(num.Vector(1, 0)).AddScalar(-1) }, num.Vector(0, 0), num.Vector(5, 1), num.Zeros(2), status.Converged, A{}},
		{"residuals of a constant", func(p A, _ none) A { return p.Scale(0).AddScalar(2) }, num.Vector(0, 0), num.Vector(5, 1), num.Zeros(2), status.Converged, A{}},
	} {
		s := argmin.BoundedLeastSquares(c.residual, func(none) (A, A) { return c.lower, c.upper }, nil, argmin.Options{})
		r, err := s.Run(c.start, none{})
		if err != nil || r.State.Status() != c.want || c.x != (A{}) && !(maxDiff(r.Params, c.x) <= 1e-7) {
			t.Errorf("%s: %v at %v, %v; want %v, %v", c.name, r.State, r.Params, err, c.want, c.x)
		}
	}
	// Without bounds, by every method.
	for name, s := range squaresSolvers(func(p A, _ none) A { return p.Mul(num.Vector(1, 0)).AddScalar(-1) }, argmin.Options{}) {
		if r, err := s.Run(num.Vector(5, 3), none{}); err != nil || !r.Success() || maxDiff(r.Params, num.Vector(1, 3)) > 1e-7 {
			t.Errorf("a column of zeros by %s: %v at %v, %v", name, r.State, r.Params, err)
		}
	}
	for name, s := range squaresSolvers(func(p A, _ none) A { return p.Scale(0).AddScalar(2) }, argmin.Options{}) {
		if r, err := s.Run(num.Vector(5, 3), none{}); err != nil || !r.Success() || maxDiff(r.Params, num.Vector(5, 3)) > 0 {
			t.Errorf("residuals of a constant by %s: %v at %v, %v", name, r.State, r.Params, err)
		}
	}
	for name, s := range squaresSolvers(func(p A, _ none) A { return p.Sum().AddScalar(-4).Reshape(1) }, argmin.Options{}) {
		if r, err := s.Run(num.Vector(5, 3), none{}); err != nil || !r.Success() || math.Abs(r.Params.Sum().Item()-4) > 1e-7 {
			t.Errorf("fewer residuals than parameters by %s: %v at %v, %v", name, r.State, r.Params, err)
		}
	}
}
