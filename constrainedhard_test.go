package argmin_test

import (
	"math"
	"testing"

	"github.com/argmin-go/argmin"
	"github.com/argmin-go/argmin/num"
	"github.com/argmin-go/argmin/status"
)

// Problem 57 of Hock & Schittkowski has a plateau, x₂ → ∞, along which the gradient of its constraint grows without end: a multiplier that
// is almost zero must not pass for zero there. Success is a point where the gradient of the Lagrangian vanishes with the multiplier that
// the constraint can have.
func TestConstrainedPlateau(t *testing.T) {
	a := num.Vector(8, 8, 10, 10, 10, 10, 12, 12, 12, 12, 14, 14, 14, 16, 16, 16, 18, 18, 20, 20, 20, 22, 22, 22, 24, 24, 24, 26, 26, 26, 28, 28, 30, 30, 30, 32, 32, 34, 36, 36, 38, 38, 40, 42)
	b := num.Vector(.49, .49, .48, .47, .48, .47, .46, .46, .45, .43, .45, .43, .43, .44, .43, .43, .46, .45, .42, .42, .43, .41, .41, .40, .42, .40, .40, .41, .40, .41, .41, .40, .40, .40, .38, .41, .40, .40, .41, .38, .40, .40, .39, .39)
	f := func(x, _ A) A {
		part := num.Const(0.49).Sub(x.At(0))
		return b.Sub(x.At(0)).Sub(part.Mul(a.AddScalar(-8).Mul(x.At(1)).Neg().Exp())).Square().Sum()
	}
	c := constraints{
		Between: func(x, _ A) any { return num.Const(0.49).Sub(x.At(0)).Mul(x.At(1)).AddScalar(-0.09) },
		Limits:  limitsOf(num.Scalar(0), num.Scalar(math.Inf(1))),
		Bounds:  boundsOf(num.Vector(0.4, -4), num.Scalar(math.Inf(1))),
	}
	r, err := argmin.Constrained(f, c, nil, argmin.Options{}).Run(kkt{X: num.Vector(0.42, 5)}, num.Scalar(0))
	if err != nil || r.Err() != nil {
		t.Fatal(r.State, err)
	}
	x := r.Params.X
	g := num.Grad(func(x A) A { return f(x, num.Scalar(0)) })(x)
	slack := c.Between(x, num.Scalar(0)).(A).Item()
	if off := g.Abs().Max().Item(); slack > 1e-3 && off > 1e-6 {
		t.Errorf("%v at %v: the gradient is %g, and no constraint is active", r.State, x, off)
	}
}

// The logarithm of a sum of exponentials falls to where these overflow: behind that wall there are no numbers. A run that comes to the
// wall ends there, with a feasible point, and says neither that this is a solution nor that there is no feasible point.
func TestConstrainedWall(t *testing.T) {
	key := num.NewKey(58)
	a := num.Normal(key, num.Float64, 20, 20)
	spread := num.Normal(num.FoldIn(key, num.Int(1)), num.Float64, 20, 20)
	ellipsoid := spread.T().MatMul(spread)
	c := constraints{Between: func(x, _ A) any { return x.Dot(ellipsoid.MatMul(x)).Scale(0.5).Add(x.Sum()) }, Limits: limitsOf(num.Scalar(math.Inf(-1)), num.Scalar(10))}
	s := argmin.Constrained(func(x, size A) A { return a.MatMul(x).Mul(size).Exp().Sum().Log().Neg() }, c, nil, argmin.Options{})
	for _, size := range []float64{15, 20, 40, 60} {
		r, err := s.Run(kkt{X: num.Full(num.Float64, 0.1, 20)}, num.Scalar(size))
		off := r.Aux.(argmin.ConstraintReport).Violation.Item()
		code := r.State.Status()
		if err != nil || code == status.Infeasible || code == status.Unbounded || !(r.State.Value.Item() > -710) || !(off < 1e-6) {
			t.Errorf("size %g: %v, violation %g, %v", size, r.State, off, err)
		}
	}
}

// The report of a run whose constraints are degenerate shows it by the multipliers; that of the same problem without does not.
func TestConstrainedDegenerate(t *testing.T) {
	low, high := num.Scalar(math.Inf(-1)), num.Scalar(math.Inf(1))
	sum := func(x, _ A) A { return x.Sum() }
	for _, c := range []struct {
		name       string
		c          constraints
		x0         A
		degenerate bool
	}{
		{"x² ≤ 0", constraints{Between: func(x, _ A) any { return x.Square().Sum() }, Limits: limitsOf(low, num.Scalar(0))}, num.Vector(1), true},
		{"x² ≤ 1", constraints{Between: func(x, _ A) any { return x.Square().Sum() }, Limits: limitsOf(low, num.Scalar(1))}, num.Vector(1), false},
		{"problem 13 of Hock & Schittkowski, a cusp", constraints{
			Between: func(x, _ A) any { return num.Const(1).Sub(x.At(0)).Pow(num.Const(3)).Sub(x.At(1)) }, Limits: limitsOf(num.Scalar(0), high),
			Bounds: boundsOf(num.Scalar(0), high)}, num.Vector(-2, -2), true},
	} {
		f := sum
		if c.x0.Size() == 2 {
			f = func(x, _ A) A { return x.At(0).AddScalar(-2).Square().Add(x.At(1).Square()) }
		}
		r, err := argmin.Constrained(f, c.c, nil, argmin.Options{MaxIter: 1000}).Run(kkt{X: c.x0}, num.Scalar(0))
		a := r.Aux.(argmin.ConstraintReport)
		if y := a.Multiplier.Item(); err != nil || (y > 1e6) != c.degenerate {
			t.Errorf("%s: the largest multiplier is %g; %v, %v", c.name, y, r.State, err)
		}
	}
}

// Wächter & Biegler's example, at which interior point methods without a restoration phase creep: from the left a run ends at (-1, 0, 0),
// where the violation Σ|g| of 1.5 has a least value, and says so. From the right it finds the solution.
func TestConstrainedLeastViolation(t *testing.T) {
	c := constraints{
		Equal: func(x, _ A) any {
			return num.Stack(x.At(0).Square().Sub(x.At(1)).AddScalar(-1), x.At(0).Sub(x.At(2)).AddScalar(-0.5))
		},
		Bounds: boundsOf(num.Vector(math.Inf(-1), 0, 0), num.Scalar(math.Inf(1))),
	}
	s := argmin.Constrained(func(x, _ A) A { return x.At(0) }, c, nil, argmin.Options{})
	for _, p := range []struct {
		x0, want  A
		violation float64
		code      status.Code
	}{
		{num.Vector(-2, 3, 1), num.Vector(-1, 0, 0), 1.5, status.Infeasible},
		{num.Vector(-4, 15, 2), num.Vector(-1, 0, 0), 1.5, status.Infeasible},
		{num.Vector(4, 1, 1), num.Vector(1, 0, 0.5), 0, status.Converged},
	} {
		r, err := s.Run(kkt{X: p.x0}, num.Scalar(0))
		off := r.Aux.(argmin.ConstraintReport).Violation.Item()
		if err != nil || r.State.Status() != p.code || maxDiff(r.Params.X, p.want) > 1e-7 || math.Abs(off-p.violation) > 1e-7 {
			t.Errorf("from %v: %v at %v, violation %g, %v", p.x0, r.State, r.Params.X, off, err)
		}
	}
}

// A start where the objective is steeper by 20 orders than at the solution is no excuse to end far from it.
func TestConstrainedSteepStart(t *testing.T) {
	f := func(x, _ A) A { return x.Scale(50).Exp().Add(x.Square()).Sum() }
	for _, x0 := range []float64{0.1, 0.3, 0.5, 1, 2} {
		c := constraints{Bounds: boundsOf(num.Scalar(-10), num.Scalar(10))}
		r, err := argmin.Constrained(f, c, nil, argmin.Options{}).Run(kkt{X: num.Vector(x0)}, num.Scalar(0))
		x := r.Params.X.At(0).Item()
		if off := math.Abs(50*math.Exp(50*x) + 2*x); err != nil || r.State.Status() == status.Converged && off > 1e-3 {
			t.Errorf("from %g: %v at %g, where the slope is %g; %v", x0, r.State, x, off, err)
		}
	}
}
