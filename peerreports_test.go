package argmin_test

import (
	"math"
	"slices"
	"testing"

	"github.com/argmin-go/argmin"
	"github.com/argmin-go/argmin/num"
	"github.com/argmin-go/argmin/status"
)

// Equations that users of other libraries reported, by what went wrong there. A method may find no root, but claims none that is none.
func TestRootsReported(t *testing.T) {
	step := num.New([]float64{1, -0.1, 0.1, 1}, 2, 2)
	for _, c := range []struct {
		name  string
		f     func(x A) A
		x0    A
		roots []A  // all of them
		every bool // all methods find one
	}{
		// SciPy 17488 and 7332: success at 1.01, where a finite difference at the vertex had the wrong sign.
		{"from a vertex", func(x A) A { return x.Square().Sub(x.Scale(2)) }, num.Vector(1), []A{num.Vector(0), num.Vector(2)}, false},
		{"next to a vertex", func(x A) A { return x.AddScalar(-1.6668).Square().AddScalar(-2) }, num.Vector(1.66703),
			[]A{num.Vector(1.6668 - math.Sqrt2), num.Vector(1.6668 + math.Sqrt2)}, true},
		// SciPy 14453: success at the start, 150, as secants became flat.
		{"a flat exponential", func(x A) A { return x.Scale(-0.03).Exp().Scale(100).AddScalar(-100) }, num.Vector(150), []A{num.Vector(0)}, true},
		// SciPy 4227: a wrong answer from 45, and a right one from 50.
		{"two exponentials", func(x A) A {
			e := func(size, at, a, b float64) A {
				return x.Scale(1 / at).AddScalar(-1).Scale(-a / -b).Exp().Neg().AddScalar(1).Scale(size)
			}
			return e(9.889, 60, 2.403, 0.167).Sub(e(4.964, 80, 2.369, 0.125))
		}, num.Vector(45), []A{num.Vector(57.11177009)}, false},
		// SciPy 16938: no progress with the right Jacobian on a linear system.
		{"an oscillator's implicit step", func(x A) A { return step.MatMul(x).Sub(num.Vector(1, 0)) }, num.Vector(1, 0), []A{num.Vector(1/1.01, -0.1/1.01)}, true},
		// optimistix 204: NaN, as the Jacobian is singular at the start and at the root.
		{"a singular start", func(x A) A { return x.Sub(num.Vector(1, 2)).Square() }, num.Vector(2, 2), []A{num.Vector(1, 2)}, true},
		// jaxmat 12: a failure from a start at the solution.
		{"a start at the root", func(x A) A { return x.Square().Sub(num.Vector(4, 9)) }, num.Vector(2, 3), []A{num.Vector(2, 3)}, true},
	} {
		for m, method := range rootMethods {
			r, err := equations(c.f, method, argmin.Options{}).Run(c.x0, none{})
			found := slices.ContainsFunc(c.roots, func(x A) bool { return maxDiff(x, r.Params) <= 1e-3 })
			if err != nil || r.Success() && !found || c.every && !found {
				t.Errorf("%s by %s: %v at %v, %v", c.name, m, r.State, r.Params, err)
			}
		}
	}
	// jaxopt 61: a batch over data of the root of (x - a)(x - b).
	s := argmin.Root(func(x, d A) A { return x.Sub(d.At(0)).Mul(x.Sub(d.At(1))) }, nil, argmin.Options{Tol: 1e-12})
	d := num.New([]float64{1, 2, -1, 3, 0, 5}, 3, 2)
	root := func(d A) A { return s.Argmin(num.Scalar(10), d) }
	if got := num.Vmap(root)(d); maxDiff(got, num.Vector(2, 3, 5)) > 1e-9 {
		t.Errorf("a batch of roots: %v", got)
	}
	if got := num.Vmap(num.Grad(root))(d); maxDiff(got, num.New([]float64{0, 1, 0, 1, 0, 1}, 3, 2)) > 1e-9 {
		t.Errorf("derivatives of a batch of roots: %v", got)
	}
}

// The same for brackets.
func TestBracketsReported(t *testing.T) {
	phi := func(z A) A { return z.Scale(-1 / math.Sqrt2).Erfc().Scale(0.5) }
	// The distribution function of the inverse Gaussian distribution.
	inverse := func(x A) A {
		s := x.Const(1).Div(x).Sqrt()
		return phi(s.Mul(x.AddScalar(-1))).Add(phi(s.Neg().Mul(x.AddScalar(1))).Scale(math.Exp(2)))
	}
	levels := num.Linspace(0.01, 0.99, 199)
	kappa := func(x A) A { // mean 0.99, score 3, variance 0.31
		a := 0.99 + 3*0.31 - 1
		return x.AddScalar(-0.99 - 3*0.31 - 1).Square().AddScalar(2 * 0.31).Sqrt().Sub(x).AddScalar(a).Scale(1 / (2 * 0.31)).Sub(x.Exp())
	}
	for _, c := range []struct {
		name         string
		f            func(x A) A
		lower, upper A
		opt          argmin.Options
		want         status.Code
		x            A // zero for any
	}{
		// optimistix 206: an exception in spite of throw=False.
		{"no change of sign", func(x A) A { return x.AddScalar(-5) }, num.Vector(0), num.Vector(2), argmin.Options{}, status.Infeasible, num.Vector(math.NaN())},
		// jaxopt 16 and 472: a root at an end, and functions that fall.
		{"roots at ends", func(x A) A { return x.Sub(num.Vector(0, 3, 0)).Mul(num.Vector(1, 1, -1)) }, num.Vector(0, 0, 0), num.Vector(3, 3, 1), argmin.Options{},
			status.Converged, num.Vector(0, 3, 0)},
		{"a falling function", func(x A) A { return x.Neg().AddScalar(1) }, num.Vector(-1), num.Vector(5), argmin.Options{}, status.Converged, num.Vector(1)},
		// Roots.jl 515: 22 of 199 quantiles failed.
		{"quantiles", func(x A) A { return inverse(x).Sub(levels) }, num.Full(num.Float64, 1e-12, 199), num.Full(num.Float64, 20, 199), argmin.Options{}, status.Converged, A{}},
		// Math.NET 255: no success at a root, as the width was relative and the value absolute.
		{"a root that rounding hides", kappa, num.Vector(-2), num.Vector(2), argmin.Options{Tol: 1e-2}, status.Converged, A{}},
		// SciPy 9254: success after the last iteration that was allowed.
		{"too few iterations", func(x A) A { return x.Exp().AddScalar(-2) }, num.Vector(0), num.Vector(3), argmin.Options{MaxIter: 3}, status.IterationLimit, A{}},
		// SciPy 18171: an error, or the wrong root, where f has no value.
		{"NaN within", func(x A) A { return x.AddScalar(-0.5).Sqrt().AddScalar(-0.1) }, num.Vector(0), num.Vector(2), argmin.Options{}, status.NonFinite, num.Vector(math.NaN())},
		// usgscsm 362: a root that is hit exactly was left again.
		{"a root in the middle", func(x A) A { return x.Mul(x.Square().AddScalar(1)) }, num.Vector(-1), num.Vector(1), argmin.Options{}, status.Converged, num.Vector(0)},
	} {
		for m, method := range bracketMethods {
			s := argmin.Bracketed(func(x A, _ none) A { return c.f(x) }, func(none) (A, A) { return c.lower, c.upper }, method, c.opt)
			r, err := s.Run(c.lower.Add(c.upper).Scale(0.5), none{})
			wrong := err != nil || r.State.Status() != c.want
			if c.x != (A{}) {
				for i, want := range c.x.Float64s() {
					wrong = wrong || math.Abs(r.Params.At(i).Item()-want) > 1e-14 || math.IsNaN(want) != math.IsNaN(r.Params.At(i).Item())
				}
			} else if c.want == status.Converged {
				wrong = wrong || !(c.f(r.Params).Abs().Max().Item() <= 10*max(c.opt.Tol, 1e-15))
			}
			if wrong {
				t.Errorf("%s by %s: %v at %v, f %v, %v", c.name, m, r.State, r.Params, c.f(r.Params), err)
			}
		}
	}
}

// The same for sums of squares.
func TestFitsReported(t *testing.T) {
	// SciPy 18793: 1e-10, as the start was moved off its bound.
	near := argmin.BoundedLeastSquares(func(x A, _ none) A { return x.AddScalar(-1e-12).Square() }, func(none) (A, A) { return num.Scalar(0), A{} }, nil, argmin.Options{})
	if r, err := near.Run(num.Vector(1.1e-12), none{}); err != nil || maxDiff(r.Params, num.Vector(1e-12)) > 1e-12 {
		t.Errorf("a start next to its bound: %v %v, %v", r.Params, r.State, err)
	}
	// SciPy 19103: no step from a start on its bounds.
	x := num.Linspace(0, 4, 30)
	curve := func(p, y A) A { return x.Mul(p.At(1)).Neg().Exp().Mul(p.At(0)).Add(p.At(2)).Sub(y) }
	data := curve(num.Vector(2.5, 1.3, 0.5), x.Scale(0))
	on := argmin.BoundedLeastSquares(curve, func(A) (A, A) { return num.Vector(0, 0, 0), num.Vector(3, 2, 1) }, nil, argmin.Options{})
	for _, start := range []A{num.Zeros(3), num.Vector(3, 2, 1), num.Vector(0, 2, 0)} {
		if r, err := on.Run(start, data); err != nil || !r.Success() || maxDiff(r.Params, num.Vector(2.5, 1.3, 0.5)) > 1e-6 {
			t.Errorf("a start on its bounds, %v: %v %v, %v", start, r.Params, r.State, err)
		}
	}
	rosen := func(x A, _ A) A {
		return num.Concat(0, x.Range(1, 10).Sub(x.Range(0, 9).Square()).Scale(10), x.Range(0, 9).Neg().AddScalar(1))
	}
	for name, s := range squaresSolvers(rosen, argmin.Options{}) {
		// optimistix 63: NaN in a batch of starts at zero.
		got := num.Vmap(func(x A) A { return s.Argmin(x, num.Scalar(0)) })
		if x, err := num.Try(func() A { return got(num.Zeros(4, 10)) }); err != nil || maxDiff(x, num.Ones(4, 10)) > 1e-6 {
			t.Errorf("a batch by %s: %v, %v", name, x, err)
		}
	}
	for name, c := range map[string]struct {
		f    func(p, _ A) A
		x0   A
		want A
	}{
		// ceres 24: a damping that went below rounding, for columns that nearly depend on each other.
		"nearly dependent columns": {func(p, _ A) A {
			return num.Stack(p.At(0).Add(p.At(1)).AddScalar(-3), p.At(0).Sub(p.At(1)).AddScalar(-1).Scale(1e-4))
		},
			num.Vector(10, -10), num.Vector(2, 1)},
		// ceres 778: no derivative of x^m at x = 0.
		"a power of zero": {func(p, _ A) A {
			t := num.Arange(num.Float64, 0, 10)
			g := func(p A) A { return t.Pow(p.At(0)).Mul(t.Div(p.At(1)).Exp()) }
			return g(p).Sub(g(num.Vector(0.5, 2)))
		}, num.Vector(1, 3), num.Vector(0.5, 2)},
		// pyPESTO 280: the end, where one trial had no value.
		"no values beyond a wall": {func(p, _ A) A { return p.Log().Sub(num.Vector(-3, 1)) }, num.Vector(2, 0.01), num.Vector(math.Exp(-3), math.E)},
		// exact data from a start at the solution.
		"a start at the solution": {func(p, _ A) A { return p.Square().Sub(num.Vector(1, 4)) }, num.Vector(1, 2), num.Vector(1, 2)},
	} {
		for m, s := range squaresSolvers(c.f, argmin.Options{}) {
			r, err := s.Run(c.x0, num.Scalar(0))
			if err != nil || !r.Success() || maxDiff(r.Params, c.want) > 1e-5 {
				t.Errorf("%s by %s: %v %v, %v", name, m, r.Params, r.State, err)
			}
		}
	}
	// SciPy 12991: steps of double precision in single precision led nowhere.
	single := func(p, y A) A {
		x := x.AsType(num.Float32)
		return x.Mul(p.At(1)).Neg().Exp().Mul(p.At(0)).Sub(y)
	}
	y := single(num.Vector(2.5, 1.3).AsType(num.Float32), num.Full(num.Float32, 0))
	for m, s := range squaresSolvers(single, argmin.Options{}) {
		r, err := s.Run(num.Vector(1, 1).AsType(num.Float32), y)
		if err != nil || !r.Success() || maxDiff(r.Params, num.Vector(2.5, 1.3).AsType(num.Float32)) > 1e-4 {
			t.Errorf("single precision by %s: %v %v, %v", m, r.Params, r.State, err)
		}
	}
}

// The same for constraints. The default method ends as it should; the others do or make no claim, which is so for an equation in huge units that
// has no multiplier, and for one problem by SQP with exact Hessians.
func TestConstrainedReportedOfEveryMethod(t *testing.T) {
	inf := num.Scalar(math.Inf(1))
	sq := func(x, _ A) A { return x.Square().Sum() }
	rosen := func(x, _ A) A {
		return x.At(1).Sub(x.At(0).Square()).Square().Scale(100).Add(x.At(0).Neg().AddScalar(1).Square())
	}
	methods := map[string]argmin.ConstrainedMethod{"InteriorPoint": argmin.InteriorPoint{}}
	for name, m := range otherConstrainedMethods {
		methods[name] = m
	}
	var others []string // which end without a claim
	for _, c := range []struct {
		name  string
		f     func(x, _ A) A
		c     constraints
		x0    A
		want  status.Code
		value float64
	}{
		// SciPy 7323, optyx 134: success for x₀ ≥ 1 and x₀ ≤ 0.
		{"limits that contradict", sq, constraints{Between: func(x, _ A) any { return num.Stack(x.At(0).AddScalar(-1), x.At(0).Neg()) }, Limits: limitsOf(num.Scalar(0), inf)},
			num.Vector(0.3, 0.6), status.Infeasible, math.NaN()},
		// SciPy 5743: success for x₀ + x₁ = 1, x₀ ≥ 2, x ≥ 0; and for |x| ≥ 1 and |x| ≤ -1, as it were.
		{"an equation and a limit that contradict", sq, constraints{Equal: func(x, _ A) any { return x.Sum().AddScalar(-1) },
			Between: func(x, _ A) any { return x.At(0).AddScalar(-2) }, Limits: limitsOf(num.Scalar(0), inf), Bounds: boundsOf(num.Scalar(0), inf)},
			num.Vector(1, 2), status.Infeasible, math.NaN()},
		{"four normals", sq, constraints{Between: func(x, _ A) any { return num.Concat(0, x, x.Neg()) }, Limits: limitsOf(num.Scalar(1), inf)}, num.Zeros(2), status.Infeasible, math.NaN()},
		// NLopt 552: success off an equation in large units, which has no multiplier, x₀² + x₁² = 0.
		{"a point as a circle", rosen, constraints{Equal: func(x, _ A) any { return x.Square().Sum().Scale(1e10) }}, num.Vector(-1.2, 1), status.Converged, 1},
		// IPOPT 372: no end for a linear system as limits, without an objective.
		{"a linear system as limits", func(x, _ A) A { return x.Sum().Scale(0) }, constraints{Between: func(x, _ A) any {
			return num.Stack(x.At(0).Add(x.At(1)).AddScalar(-3), x.At(1).Sub(x.At(2)).AddScalar(-1))
		}, Limits: limitsOf(num.Scalar(0), num.Scalar(0))}, num.Vector(5, -7, 2), status.Converged, 0},
		// Sleipnir 1310: infeasible, as the constraint is in small units.
		{"small units", sq, constraints{Equal: func(x, _ A) any { return x.Prod().AddScalar(-1).Scale(1e-6) }}, num.Vector(3, 0.1), status.Converged, 2},
		// pounce 446: infeasible at the vertex of a linear program that is degenerate.
		{"a degenerate vertex", func(x, _ A) A { return x.Sum() }, constraints{Between: func(x, _ A) any {
			return num.Stack(x.At(0).Add(x.At(1)), x.At(0).Add(x.At(1).Scale(2)), x.At(0).Scale(2).Add(x.At(1)), x.At(0).Add(x.At(1)).Scale(3))
		}, Limits: limitsOf(num.Vector(2, 3, 3, 6), inf), Bounds: boundsOf(num.Scalar(0), inf)}, num.Vector(5, 7), status.Converged, 2},
		// slsqp 34: the end where f no longer changed, with constraints that were not met.
		{"f is met first", func(x, _ A) A { return x.At(0).Square() }, constraints{Equal: func(x, _ A) any { return x.At(1).Exp().AddScalar(-2) }}, num.Vector(0, 3), status.Converged, 0},
		// SciPy 9640: NaN as a success, after an update of BFGS that was singular: f does not depend on a variable.
		{"a variable without curvature", func(x, _ A) A { return x.At(0).Sub(x.At(1).Scale(0)).Square() }, constraints{Equal: func(x, _ A) any { return x.Sum().AddScalar(-2) },
			Bounds: boundsOf(num.Scalar(0.5), num.Scalar(10))}, num.Vector(7, 9), status.Converged, 0.25},
	} {
		for name, m := range methods {
			r, err := argmin.Constrained(c.f, c.c, m, argmin.Options{}).Run(kkt{X: c.x0}, num.Scalar(0))
			if err != nil {
				t.Errorf("%s by %s: %v", c.name, name, err)
				continue
			}
			off, v := r.Aux.(argmin.ConstraintReport).Violation.Item(), r.State.Value.Item()
			is := r.State.Status()
			claim := is == status.Converged || is == status.Infeasible || is == status.Unbounded
			if is != c.want {
				others = append(others, c.name+" by "+name)
			}
			if is != c.want && (claim || name == "InteriorPoint") || is == status.Converged && !(math.Abs(v-c.value) <= 1e-4*(1+math.Abs(c.value))) {
				t.Errorf("%s by %s: %v at %v, violation %g; want %v, value %v", c.name, name, r.State, r.Params.X, off, c.want, c.value)
			}
		}
	}
	if len(others) > 4 {
		t.Errorf("no end is known of %q", others)
	}
}
