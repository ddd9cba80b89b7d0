package conic_test

import (
	"math"
	"testing"

	"github.com/argmin-go/argmin"
	"github.com/argmin-go/argmin/cone"
	"github.com/argmin-go/argmin/num"
	"github.com/argmin-go/argmin/status"
)

// This file has programs on which users of other solvers got wrong answers, derivatives or statuses.

// near reports values that are not as near as tol, relative to 1 and their size.
func near(t *testing.T, what string, got, want num.Array, tol float64) {
	t.Helper()
	if off := got.Sub(want).Abs().Max().Item(); !(off <= tol*(1+want.Abs().Max().Item())) {
		t.Errorf("%s is %v, want %v", what, got, want)
	}
}

func matrix(rows int, v ...float64) num.Array { return num.New(v, rows, len(v)/rows) }

// The maximum of x + λ log(1 + x) + λ log(1 - x) is at √(λ² + 1) - λ.
func TestLogarithmicPenalty(t *testing.T) {
	solver := argmin.Conic(func(l num.Array) argmin.ConeProgram {
		return argmin.ConeProgram{
			C: num.Stack(l.Const(-1), l.Neg(), l.Neg()),
			A: matrix(6, 0, -1, 0, 0, 0, 0, -1, 0, 0, 0, 0, -1, 0, 0, 0, 1, 0, 0), B: num.Vector(0, 1, 1, 0, 1, 1),
			Cones: []cone.Cone{cone.Exponential(), cone.Exponential()},
		}
	}, nil, argmin.Options{})
	x := func(l num.Array) num.Array { return solver.Argmin(argmin.ConePoint{}, l).X.At(0) }
	exact := func(l num.Array) num.Array { return l.Square().AddScalar(1).Sqrt().Sub(l) }
	for _, l := range []float64{1e-2, 1, 10} {
		at := num.Scalar(l)
		near(t, "x", x(at), exact(at), 1e-9)
		near(t, "dx/dλ", num.Grad(x)(at), num.Grad(exact)(at), 1e-8)
	}
}

// The maximum of vᵀx - α Σ xᵢ log xᵢ over the probabilities is at softmax(v/α).
func TestSoftmax(t *testing.T) {
	a := num.New([]float64{
		1, 1, 0, 0,
		0, 0, -1, 0, -1, 0, 0, 0, 0, 0, 0, 0,
		0, 0, 0, -1, 0, -1, 0, 0, 0, 0, 0, 0}, 7, 4)
	const alpha = 0.1
	solver := argmin.Conic(func(v num.Array) argmin.ConeProgram {
		return argmin.ConeProgram{
			C: num.Concat(0, v.Neg(), num.Vector(-alpha, -alpha)), A: a, B: num.Vector(1, 0, 0, 1, 0, 0, 1),
			Cones: []cone.Cone{cone.Zero(1), cone.Exponential(), cone.Exponential()},
		}
	}, nil, argmin.Options{})
	x := func(v num.Array) num.Array { return solver.Argmin(argmin.ConePoint{}, v).X.Range(0, 2) }
	soft := func(v num.Array) num.Array { return v.Scale(1 / alpha).Softmax() }
	for _, b := range []float64{-0.3, 0, 0.2, 0.45} {
		v := num.Vector(0.1, b)
		near(t, "x", x(v), soft(v), 1e-8)
		near(t, "dx/dv", num.JacobianRev(x)(v), num.JacobianRev(soft)(v), 1e-7)
	}
}

// The minimum of exp(ax) - x is at -log(a)/a.
func TestExponential(t *testing.T) {
	solver := argmin.Conic(func(a num.Array) argmin.ConeProgram {
		zero := a.Const(0)
		return argmin.ConeProgram{
			C: num.Vector(-1, 1), A: num.Stack(a.Neg(), zero, zero, zero, zero, a.Const(-1)).Reshape(3, 2), B: num.Vector(0, 1, 0),
			Cones: []cone.Cone{cone.Exponential()},
		}
	}, nil, argmin.Options{})
	x := func(a num.Array) num.Array { return solver.Argmin(argmin.ConePoint{}, a).X.At(0) }
	exact := func(a num.Array) num.Array { return a.Log().Neg().Div(a) }
	for _, a := range []float64{0.3, 1, 2} {
		near(t, "x", x(num.Scalar(a)), exact(num.Scalar(a)), 1e-8)
		near(t, "dx/da", num.Grad(x)(num.Scalar(a)), num.Grad(exact)(num.Scalar(a)), 1e-7)
	}
}

// A quadratic objective within a box and a ball of the 1-norm: the derivative in the linear part agrees with differences, and that of a
// sum of losses is the sum of theirs.
func TestBallOfOneNorm(t *testing.T) {
	const n = 20
	l := num.Normal(num.NewKey(1), num.Float64, n, n)
	q, eye, zero := num.Eye(n).Add(l.MatMul(l.T())), num.Eye(n), num.Zeros(n, n)
	ones := num.Ones(1, n)
	a := num.Concat(0, num.Concat(1, eye, zero), num.Concat(1, eye.Neg(), zero), num.Concat(1, eye, eye.Neg()),
		num.Concat(1, eye.Neg(), eye.Neg()), num.Concat(1, ones.Scale(0), ones))
	b := num.Concat(0, num.Ones(2*n), num.Zeros(2*n), num.Ones(1))
	solver := argmin.Conic(func(p num.Array) argmin.ConeProgram {
		return argmin.ConeProgram{
			Q: num.Concat(0, num.Concat(1, q, zero), num.Concat(1, zero, zero)), C: num.Concat(0, p.Neg(), num.Zeros(n)), A: a, B: b,
			Cones: []cone.Cone{cone.NonNegative(4*n + 1)},
		}
	}, nil, argmin.Options{})
	y := num.Normal(num.NewKey(2), num.Float64, n)
	v := func(p num.Array) num.Array { return solver.Argmin(argmin.ConePoint{}, p).X.Range(0, n) }
	p := num.Normal(num.NewKey(3), num.Float64, n).Scale(5)
	one, two := func(p num.Array) num.Array { return v(p).Dot(y) }, func(p num.Array) num.Array { return v(p).Square().Sum() }
	g, h := num.Grad(one)(p), num.Grad(two)(p)
	near(t, "the gradient of the sum", num.Grad(func(p num.Array) num.Array { return one(p).Add(two(p)) })(p), g.Add(h), 1e-9)
	e := num.Normal(num.NewKey(4), num.Float64, n)
	difference := one(p.Add(e.Scale(1e-5))).Sub(one(p.Sub(e.Scale(1e-5)))).Scale(1 / 2e-5)
	near(t, "the derivative", g.Dot(e), difference, 1e-6)
}

// A linear objective over the probabilities has its maximum in a corner, which does not move: the derivative is 0.
func TestCornerDoesNotMove(t *testing.T) {
	solver := argmin.Conic(func(r num.Array) argmin.ConeProgram {
		return argmin.ConeProgram{
			C: r.Neg(), A: num.Concat(0, num.Ones(1, 3), num.Eye(3).Neg()), B: num.Vector(1, 0, 0, 0),
			Cones: []cone.Cone{cone.Zero(1), cone.NonNegative(3)},
		}
	}, nil, argmin.Options{})
	x := func(r num.Array) num.Array { return solver.Argmin(argmin.ConePoint{}, r).X }
	r := num.Vector(0.1, 0.2, -0.1)
	near(t, "x", x(r), num.Vector(0, 1, 0), 1e-10)
	near(t, "dx/dr", num.JacobianRev(x)(r), num.Zeros(3, 3), 1e-10)
}

// One step of a linear regulator, min |u|² + |P^½ x'|² for x' = Ax + Bu, with its derivative in P^½.
func TestRegulator(t *testing.T) {
	const n, m = 4, 2
	a, b := num.Normal(num.NewKey(1), num.Float64, n, n), num.Normal(num.NewKey(2), num.Float64, n, m)
	x := num.Normal(num.NewKey(3), num.Float64, n)
	solver := argmin.Conic(func(root num.Array) argmin.ConeProgram {
		p := root.T().MatMul(root)
		return argmin.ConeProgram{
			Q: num.Concat(0, num.Concat(1, num.Eye(m).Scale(2), num.Zeros(m, n)), num.Concat(1, num.Zeros(n, m), p.Scale(2))),
			C: num.Zeros(m + n), A: num.Concat(1, b.Neg(), num.Eye(n)), B: a.MatMul(x), Cones: []cone.Cone{cone.Zero(n)},
		}
	}, nil, argmin.Options{})
	u := func(root num.Array) num.Array { return solver.Argmin(argmin.ConePoint{}, root).X.Range(0, m) }
	exact := func(root num.Array) num.Array {
		p := root.T().MatMul(root)
		return num.Solve(num.Eye(m).Add(b.T().MatMul(p).MatMul(b)), b.T().MatMul(p).MatMul(a.MatMul(x))).Neg()
	}
	root := num.Eye(n).Add(num.Normal(num.NewKey(4), num.Float64, n, n).Scale(0.1))
	near(t, "u", u(root), exact(root), 1e-9)
	near(t, "du/dP^½", num.JacobianRev(u)(root), num.JacobianRev(exact)(root), 1e-8)
}

// Programs with their statuses and values, and their data as they were reported.
func TestReportedStatuses(t *testing.T) {
	inf := math.Inf(1)
	diagonal := cone.Vector(num.Eye(5)).Neg().Reshape(15, 1) // λmin(X) ≥ t
	// Ten variables, of which the fourth is 0, the fifth, ninth and tenth are not negative, and the sixth to eighth are in a second-order cone.
	row := []int{0, 0, 1, 4, 2, 3, 6, 0, 1, 2, 3, 4, 5, 6, 7}
	col := []int{0, 1, 1, 1, 2, 2, 2, 3, 4, 5, 6, 7, 8, 9, 1}
	value := []float64{1, -3, 1, -2, -1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1}
	ten := make([]float64, 80)
	for k := range row {
		ten[row[k]*10+col[k]] += value[k]
	}
	tests := []struct {
		name  string
		p     argmin.ConeProgram
		code  status.Code
		value float64
	}{
		{"0 ≤ x ≤ -1", argmin.ConeProgram{C: num.Vector(-1, -1), A: matrix(2, -1, 0, 1, 0), B: num.Vector(0, -1),
			Cones: []cone.Cone{cone.NonNegative(2)}}, status.Infeasible, inf},
		{"max λmin(X)", argmin.ConeProgram{C: num.Concat(0, num.Zeros(15), num.Vector(-1)), A: num.Concat(1, num.Eye(15).Neg(), diagonal.Neg()),
			B: num.Zeros(15), Cones: []cone.Cone{cone.PSD(5)}}, status.Unbounded, -inf},
		{"min x, x ≥ 0", argmin.ConeProgram{C: num.Vector(1), A: matrix(1, -1), B: num.Vector(0), Cones: []cone.Cone{cone.NonNegative(1)}},
			status.Converged, 0},
		{"min log x + log y with xy ≥ 12", argmin.ConeProgram{C: num.Vector(1, 1), A: matrix(1, -1, -1), B: num.Vector(-math.Log(12)),
			Cones: []cone.Cone{cone.NonNegative(1)}}, status.Converged, math.Log(12)},
		{"nearly parallel to an edge", argmin.ConeProgram{C: num.Vector(-0.10000002, -0.01090909), A: matrix(3, 0, -11, -110, -11, 110, 11),
			B: num.Vector(1, 5, 10), Cones: []cone.Cone{cone.NonNegative(3)}}, status.Unbounded, -inf},
		{"projection onto a polytope", argmin.ConeProgram{Q: num.Eye(2).Scale(2), C: num.Vector(-2, -5), A: matrix(3, -1, 2, 1, 2, 1, -2),
			B: num.Vector(2, 6, 2), Cones: []cone.Cone{cone.NonNegative(3)}}, status.Converged, 0.8 - 7.25},
		{"three cones without a common point", argmin.ConeProgram{C: num.Concat(0, num.Vector(-1), num.Zeros(9)),
			A:     num.Concat(0, num.New(ten, 8, 10), num.Eye(10).Range(3, 10).Neg()),
			B:     num.Concat(0, num.Vector(0, 10, 1, 1, 0, 1, 9, 10), num.Zeros(7)),
			Cones: []cone.Cone{cone.Zero(8), cone.Zero(1), cone.NonNegative(1), cone.SecondOrder(3), cone.NonNegative(2)}},
			status.Infeasible, inf},
		{"no rows", argmin.ConeProgram{Q: num.Eye(2), C: num.Vector(1, -2)}, status.Converged, -2.5},
		{"rows that are twice the same", argmin.ConeProgram{C: num.Vector(1, 2), A: matrix(4, 1, 1, 1, 1, -1, 0, 0, -1), B: num.Vector(1, 1, 0, 0),
			Cones: []cone.Cone{cone.Zero(2), cone.NonNegative(2)}}, status.Converged, 1},
		{"rows of zeros that contradict themselves", argmin.ConeProgram{C: num.Vector(1), A: matrix(2, -1, 0), B: num.Vector(0, 1),
			Cones: []cone.Cone{cone.NonNegative(1), cone.Zero(1)}}, status.Infeasible, inf},
		{"xy ≥ 1 for x ≤ 6, 72.001953125 y ≤ z and z ≤ 12, missed by 3e-5", argmin.ConeProgram{C: num.Zeros(3),
			A: matrix(8, -1, 0, 0, 0, -1, 0, 1, 0, 0, 0, 1, 0, -1, 0, 72.001953125, 0, -1, -1, 0, -1, 1, 0, 0, 0), B: num.Vector(0, 0, 12, 6, 0, 0, 0, 2),
			Cones: []cone.Cone{cone.NonNegative(5), cone.SecondOrder(3)}}, status.Infeasible, inf},
		{"bounds of 1e8 in place of none", argmin.ConeProgram{Q: matrix(2, 2, 0, 0, 2), C: num.Vector(-2, 0), A: matrix(5, 1, 1, 1, 0, 0, 1, -1, 0, 0, -1),
			B: num.Vector(-3, 1e8, 1e8, 1e8, 1e8), Cones: []cone.Cone{cone.Zero(1), cone.NonNegative(4)}}, status.Converged, 7},
		{"tiny units", argmin.ConeProgram{C: num.Vector(1e-9, 2e-9), A: matrix(3, 1e7, 1e7, -1, 0, 0, -1), B: num.Vector(1e-2, 0, 0),
			Cones: []cone.Cone{cone.Zero(1), cone.NonNegative(2)}}, status.Converged, 1e-18},
	}
	for _, test := range tests {
		r, err := argmin.Conic(func(struct{}) argmin.ConeProgram { return test.p }, nil, argmin.Options{}).Run(argmin.ConePoint{}, struct{}{})
		if err != nil || r.State.Status() != test.code {
			t.Errorf("%s: %v, %v, want %v", test.name, r.State, err, test.code)
		}
		tol := 1e-8 * math.Abs(test.value)
		if test.value == 0 {
			tol = 1e-9
		}
		if v := r.State.Value.Item(); test.code == status.Converged && !(math.Abs(v-test.value) <= tol) {
			t.Errorf("%s: the value is %g, want %g", test.name, v, test.value)
		}
	}
}

// A node of branch and bound, with a row of zeros: 0·x ≤ 0.
func TestRowOfZeros(t *testing.T) {
	solver := argmin.Conic(func(c num.Array) argmin.ConeProgram {
		return argmin.ConeProgram{
			Q: num.Eye(2).Scale(2), C: c,
			A: matrix(7, 1, 1, -1, 0, 0, -1, 1, 0, 0, 1, 1, 0, 0, 0), B: num.Vector(3, 0, 0, 1000, 1000, 1, 0),
			Cones: []cone.Cone{cone.Zero(1), cone.NonNegative(4), cone.NonNegative(2)},
		}
	}, nil, argmin.Options{})
	r, err := solver.Run(argmin.ConePoint{}, num.Vector(0.32597672886359486, 0.5490511363155669))
	if err != nil || !r.Success() {
		t.Fatal(err, r.State)
	}
	near(t, "x", r.Params.X, num.Vector(1, 2), 1e-7)
}

// Without an objective, any point of a small interval is a solution, wherever the interval is.
func TestIntervalAsCone(t *testing.T) {
	solver := argmin.Conic(func(at num.Array) argmin.ConeProgram {
		return argmin.ConeProgram{C: num.Zeros(1), A: matrix(2, 0, -1), B: num.Stack(at.Const(0.1), at.Neg()), Cones: []cone.Cone{cone.SecondOrder(2)}}
	}, nil, argmin.Options{})
	for _, at := range []float64{-0.6452, 0, 0.6452, 0.7, 12.3} {
		r, err := solver.Run(argmin.ConePoint{}, num.Scalar(at))
		if x := r.Params.X.At(0).Item(); err != nil || !r.Success() || !(math.Abs(x-at) <= 0.1+1e-7) {
			t.Errorf("at %g: %v, %v, x = %g", at, err, r.State, x)
		}
	}
}

// A program without a feasible point whose values would fall without end: either is proved.
func TestInfeasibleAndUnbounded(t *testing.T) {
	solver := argmin.Conic(func(c num.Array) argmin.ConeProgram {
		return argmin.ConeProgram{C: c, A: matrix(2, -1, 0, 1, 0), B: num.Vector(0, -1), Cones: []cone.Cone{cone.NonNegative(2)}}
	}, nil, argmin.Options{})
	r, err := solver.Run(argmin.ConePoint{}, num.Vector(-1, -1))
	if err != nil {
		t.Fatal(err)
	}
	switch r.State.Status() {
	case status.Infeasible:
		near(t, "the proof", r.Params.Y, num.Vector(1, 1), 1e-6)
	case status.Unbounded:
		near(t, "the direction's value", r.Params.X.Sum(), num.Scalar(1), 1e-6)
	default:
		t.Error(r.State)
	}
}
