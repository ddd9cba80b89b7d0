package argmin_test

import (
	"context"
	"errors"
	"math"
	"strings"
	"testing"

	"github.com/argmin-go/argmin"
	"github.com/argmin-go/argmin/num"
	"github.com/argmin-go/argmin/status"
)

type constraints = argmin.Constraints[A, A]

func limitsOf(lo, hi A) func(A) (any, any) { return func(A) (any, any) { return lo, hi } }
func boundsOf(lo, hi A) func(A) (A, A)     { return func(A) (A, A) { return lo, hi } }

// Problems that are not as theory likes them. Each end has its own status; feasible says what the report must say of the answer, and
// value what the objective is there, if it is known.
func TestConstrainedEnds(t *testing.T) {
	inf := math.Inf(1)
	low, high := num.Scalar(-inf), num.Scalar(inf)
	sum := func(x, _ A) A { return x.Sum() }
	sq := func(x, _ A) A { return x.Square().Sum() }
	line := func(k ...float64) func(x, _ A) any {
		return func(x, _ A) any { return num.Const(0).Add(x.Sum()).Mul(num.Vector(k...)).Sub(num.Vector(k...)) }
	}
	for _, c := range []struct {
		name      string
		f         func(x, _ A) A
		c         constraints
		x0        A
		want      status.Code
		value     float64 // NaN: any
		violation float64
	}{
		{"no constraints", sq, constraints{}, num.Vector(3, 4), status.Converged, 0, 0},
		{"an equation alone", sq, constraints{Equal: line(1)}, num.Vector(3, 4), status.Converged, 0.5, 0},
		{"bounds alone", sum, constraints{Bounds: boundsOf(num.Scalar(-1), high)}, num.Vector(3, 4), status.Converged, -2, 0},
		{"a constraint without entries", sq, constraints{Equal: func(x, _ A) any { return x.Range(0, 0) }}, num.Vector(3, 4), status.Converged, 0, 0},
		{"a constraint twice", sq, constraints{Equal: line(1, 1)}, num.Vector(3, 4), status.Converged, 0.5, 0},
		{"a constraint in other units again", sq, constraints{Equal: line(1, 1e6)}, num.Vector(3, 4), status.Converged, 0.5, 0},
		{"more equations than variables", sq, constraints{Equal: func(x, _ A) any { return num.Concat(0, x.AddScalar(-1), x.AddScalar(-1)) }},
			num.Vector(3, 4), status.Converged, 2, 0},
		{"equations as limits", sq, constraints{Between: func(x, _ A) any { return x.Sum() }, Limits: limitsOf(num.Scalar(3), num.Scalar(3))},
			num.Vector(0, 0), status.Converged, 4.5, 0},
		{"limits that do not limit", sq, constraints{Between: func(x, _ A) any { return x.Sum() }, Limits: limitsOf(low, high)}, num.Vector(3, 4), status.Converged, 0, 0},
		{"a fixed variable", sq, constraints{Bounds: boundsOf(num.Vector(1, -inf), num.Vector(1, inf))}, num.Vector(3, 4), status.Converged, 1, 0},
		{"only fixed variables", sq, constraints{Bounds: boundsOf(num.Vector(1, 2), num.Vector(1, 2))}, num.Vector(3, 4), status.Converged, 5, 0},
		{"fixed variables against an equation", sq, constraints{Equal: line(1), Bounds: boundsOf(num.Vector(1, 2), num.Vector(1, 2))}, num.Vector(3, 4),
			status.Infeasible, math.NaN(), 2},
		{"no multipliers: x² ≤ 0", sum, constraints{Between: func(x, _ A) any { return x.Square().Sum() }, Limits: limitsOf(low, num.Scalar(0))},
			num.Vector(1), status.Converged, 0, 1e-8},
		{"no multipliers: x² = 0", sum, constraints{Equal: func(x, _ A) any { return x.Square().Sum() }}, num.Vector(1), status.Converged, 0, 1e-8},
		{"contradictory equations", sq, constraints{Equal: func(x, _ A) any { return num.Stack(x.Sum().AddScalar(-1), x.Sum().AddScalar(-2)) }}, num.Vector(3, 4),
			status.Infeasible, math.NaN(), 1},
		{"contradictory limits", sq, constraints{Between: func(x, _ A) any { return num.Stack(x.Sum(), x.Sum().Neg()) }, Limits: limitsOf(num.Scalar(1), high)},
			num.Vector(3, 4), status.Infeasible, math.NaN(), 2},
		{"no point at all", sq, constraints{Between: func(x, _ A) any { return x.Square().Sum() }, Limits: limitsOf(low, num.Scalar(-1))}, num.Vector(3, 4),
			status.Infeasible, 0, 1},
		{"bounds against an equation", sq, constraints{Equal: line(1), Bounds: boundsOf(num.Scalar(2), num.Scalar(3))}, num.Vector(3, 4), status.Infeasible, 8, 3},
		{"crossed bounds", sq, constraints{Bounds: boundsOf(num.Scalar(1), num.Scalar(0))}, num.Vector(3, 4), status.Infeasible, math.NaN(), 1},
		{"crossed limits", sq, constraints{Between: func(x, _ A) any { return x.Sum() }, Limits: limitsOf(num.Scalar(1), num.Scalar(0))}, num.Vector(3, 4),
			status.Infeasible, math.NaN(), 7},
		{"a lower bound of infinity", sq, constraints{Bounds: boundsOf(high, high)}, num.Vector(3, 4), status.Infeasible, math.NaN(), inf},
		{"unbounded, linear", sum, constraints{}, num.Vector(3, 4), status.Unbounded, math.NaN(), 0},
		{"unbounded, with limits", sum, constraints{Between: func(x, _ A) any { return x.At(0).Sub(x.At(1)) }, Limits: limitsOf(num.Scalar(-1), num.Scalar(1))},
			num.Vector(3, 4), status.Unbounded, math.NaN(), 1e-6},
		{"unbounded, above a bound", func(x, _ A) A { return x.Sum().Neg() }, constraints{Bounds: boundsOf(num.Scalar(0), high)}, num.Vector(3, 4), status.Unbounded, math.NaN(), 0},
		{"unbounded, concave", func(x, _ A) A { return x.Square().Sum().Neg() }, constraints{Equal: func(x, _ A) any { return x.At(0).Sub(x.At(1)) }},
			num.Vector(3, 4), status.Unbounded, math.NaN(), 1},
		{"tiny units of the objective", func(x, _ A) A { return x.AddScalar(-2).Square().Sum().Scale(1e-12) }, constraints{}, num.Vector(3, 4), status.Converged, 0, 0},
		{"tiny units of a constraint", sq, constraints{Equal: func(x, _ A) any { return x.Sum().AddScalar(-1).Scale(1e-11) }}, num.Vector(3, 4), status.Converged, 0.5, 0},
		{"tiny units of variables", func(x, _ A) A { return x.Scale(1e8).AddScalar(-2).Square().Sum() },
			constraints{Equal: func(x, _ A) any { return x.Sum().Scale(1e8).AddScalar(-1) }}, num.Vector(3e-8, 4e-8), status.Converged, 4.5, 1e-12},
		{"huge units", func(x, _ A) A { return x.AddScalar(-2).Square().Sum().Scale(1e12) },
			constraints{Equal: func(x, _ A) any { return x.Sum().AddScalar(-1).Scale(1e11) }}, num.Vector(3, 4), status.Converged, 4.5e12, 1e-3},
		{"no numbers outside", func(x, _ A) A { return x.Sum().Sub(x.Log().Sum()) }, constraints{Equal: func(x, _ A) any { return x.At(0).Sub(x.At(1)) }},
			num.Vector(1e-3, 5), status.Converged, 2, 0},
		{"no numbers at the start", func(x, _ A) A { return x.Log().Sum() }, constraints{}, num.Vector(-1, 2), status.NonFinite, math.NaN(), 0},
		{"NaN at the start", sq, constraints{Equal: line(1)}, num.Vector(math.NaN(), 2), status.NonFinite, math.NaN(), math.NaN()},
		{"no numbers of a constraint", sq, constraints{Equal: func(x, _ A) any { return x.Log() }}, num.Vector(-1, 2), status.NonFinite, math.NaN(), math.NaN()},
		{"a start outside of its bounds", func(x, _ A) A { return x.Sqrt().Sum() }, constraints{Bounds: boundsOf(num.Scalar(1), num.Scalar(4))}, num.Vector(-3, 9),
			status.Converged, 2, 0},
		{"weakly active", sq, constraints{Bounds: boundsOf(num.Scalar(0), high)}, num.Vector(3, 4), status.Converged, 0, 0},
	} {
		r, err := argmin.Constrained(c.f, c.c, nil, argmin.Options{}).Run(kkt{X: c.x0}, num.Scalar(0))
		if err != nil {
			t.Errorf("%s: %v", c.name, err)
			continue
		}
		a := r.Aux.(argmin.ConstraintReport)
		v, off := r.State.Value.Item(), a.Violation.Item()
		if r.State.Status() != c.want || !math.IsNaN(c.value) && math.Abs(v-c.value) > 1e-7*(1+math.Abs(c.value)) ||
			!math.IsNaN(c.violation) && !(off <= c.violation*(1+1e-6)+1e-12) {
			t.Errorf("%s: %v at %v, violation %g; want %v, value %v", c.name, r.State, r.Params.X, off, c.want, c.value)
		}
		if r.State.Status() == status.Infeasible && !(off > 0.1) {
			t.Errorf("%s: the violation is %g, and there is no feasible point", c.name, off)
		}
	}
}

// The multipliers of an infeasible problem are a proof: with them the constraints, taken together, cannot be satisfied.
func TestConstrainedCertificate(t *testing.T) {
	c := constraints{
		Equal:   func(x, _ A) any { return num.Stack(x.At(0).Add(x.At(1)).AddScalar(-3), x.At(2).AddScalar(-0.5)) },
		Between: func(x, _ A) any { return x.At(2).Sub(x.At(0)) }, Limits: limitsOf(num.Scalar(-5), num.Scalar(5)),
		Bounds: boundsOf(num.Vector(-1, -1, -1), num.Vector(1, 1, 1)),
	}
	r, err := argmin.Constrained(func(x, _ A) A { return x.Square().Sum() }, c, nil, argmin.Options{}).Run(kkt{X: num.Zeros(3)}, num.Scalar(0))
	if err != nil || r.State.Status() != status.Infeasible {
		t.Fatal(r.State, err)
	}
	// x₀ + x₁ = 3 against the upper bounds of both; the rest is of no account.
	y, z, w := r.Params.Equal.(A), r.Params.Between.(A), r.Params.Bounds.(A)
	if maxDiff(y, num.Vector(-1, 0)) > 1e-6 || z.Item() != 0 || maxDiff(w, num.Vector(1, 1, 0)) > 1e-6 {
		t.Errorf("multipliers %v, %v, %v", y, z, w)
	}
	if _, err := num.Jit(num.Grad(func(th A) A {
		s := argmin.Constrained(func(x, th A) A { return x.Sub(th).Square().Sum() }, c, nil, argmin.Options{})
		return s.Argmin(kkt{X: num.Zeros(3)}, th).X.Sum()
	})).Call(num.Zeros(3)); !errors.Is(err, num.ErrNumeric) || !strings.Contains(err.Error(), "infeasible") {
		t.Errorf("the derivative of an infeasible problem: %v", err)
	}
}

// The result of a run is a warm start of the next one, which needs fewer iterations, also after the data changed.
func TestConstrainedWarmStart(t *testing.T) {
	c := derivativeCases()["an equation and a limit, curved"]
	s := argmin.Constrained(c.f, c.c, nil, argmin.Options{})
	cold, err := s.Run(kkt{X: c.x0}, c.th)
	if err != nil || cold.Err() != nil {
		t.Fatal(cold.State, err)
	}
	again, err := s.Run(cold.Params, c.th)
	if err != nil || again.Err() != nil || again.State.NIter.Item() > 4 || relative(again.Params.X, cold.Params.X) > 1e-9 {
		t.Errorf("the same again: %v, %v", again.State, err)
	}
	th := c.th.Scale(1.001)
	fresh, err := s.Run(kkt{X: c.x0}, th)
	if err != nil {
		t.Fatal(err)
	}
	warm, err := s.Run(cold.Params, th)
	if err != nil || warm.Err() != nil || !(warm.State.NIter.Item() < 0.7*fresh.State.NIter.Item()) || relative(warm.Params.X, fresh.Params.X) > 1e-7 {
		t.Errorf("other data: %v, from scratch %v, %v", warm.State, fresh.State, err)
	}
	t.Logf("cold %v, again %v, warm %v", cold.State, again.State, warm.State)
	// Steps and Update go through the same iterations.
	var last argmin.Result[kkt]
	for r, err := range s.Steps(context.Background(), kkt{X: c.x0}, c.th) {
		if err != nil {
			t.Fatal(err)
		}
		last = r
	}
	if maxDiff(last.Params.X, cold.Params.X) != 0 || last.State.Status() != status.Converged {
		t.Errorf("steps end at %v, %v", last.Params.X, last.State)
	}
}

// Multipliers have SciPy's signs: the rate at which the least value falls as the limit grows.
func TestConstrainedMultipliers(t *testing.T) {
	f := func(x, _ A) A { return x.AddScalar(-2).Square().Sum() }
	low, high := num.Scalar(math.Inf(-1)), num.Scalar(math.Inf(1))
	for name, c := range map[string]struct {
		c    constraints
		want float64
	}{
		"upper limit":   {constraints{Between: func(x, _ A) any { return x.Sum() }, Limits: func(th A) (any, any) { return low, th }}, 2},
		"lower limit":   {constraints{Between: func(x, _ A) any { return x.Sum().Neg() }, Limits: func(th A) (any, any) { return th.Neg(), high }}, -2},
		"equal limits":  {constraints{Between: func(x, _ A) any { return x.Sum() }, Limits: func(th A) (any, any) { return th, th }}, 2},
		"one condition": {constraints{Equal: func(x, th A) any { return x.Sum().Sub(th) }}, 2},
		"upper bound":   {constraints{Bounds: func(th A) (A, A) { return low, num.Stack(th, th.Const(9)) }}, 2},
		"lower bound":   {constraints{Bounds: func(th A) (A, A) { return num.Stack(th.AddScalar(2), th.Const(-9)), high }}, -2},
	} {
		s := argmin.Constrained(f, c.c, nil, argmin.Options{Tol: 1e-10})
		r, err := s.Run(kkt{X: num.Zeros(2)}, num.Scalar(1))
		if err != nil || r.Err() != nil {
			t.Fatal(name, r.State, err)
		}
		got := 0.0
		for _, m := range []any{r.Params.Equal, r.Params.Between, r.Params.Bounds} {
			if a, ok := m.(A); ok {
				got += a.Reshape(a.Size()).At(0).Item()
			}
		}
		if c.want > 0 && name != "upper bound" {
			c.want = 3
		}
		if name == "lower limit" {
			c.want = -3
		}
		if math.Abs(got-c.want) > 1e-8 {
			t.Errorf("%s: multiplier %v, want %v", name, got, c.want)
		}
	}
}

// Arguments that cannot be meant are errors that name them.
func TestConstrainedErrors(t *testing.T) {
	f := func(x, _ A) A { return x.Square().Sum() }
	inf := num.Scalar(math.Inf(1))
	ok := constraints{Between: func(x, _ A) any { return x }, Limits: limitsOf(num.Scalar(0), inf)}
	calls := 0
	for name, c := range map[string]struct {
		f    func(x, _ A) A
		c    constraints
		m    argmin.ConstrainedMethod
		opt  argmin.Options
		x0   kkt
		want string
	}{
		"no objective":       {nil, ok, nil, argmin.Options{}, kkt{X: num.Ones(2)}, "f is nil"},
		"no limits":          {f, constraints{Between: ok.Between}, nil, argmin.Options{}, kkt{X: num.Ones(2)}, "Constraints.Limits is nil"},
		"limits of nothing":  {f, constraints{Limits: ok.Limits}, nil, argmin.Options{}, kkt{X: num.Ones(2)}, "Constraints.Between is nil"},
		"a nil method":       {f, ok, (*argmin.InteriorPoint)(nil), argmin.Options{}, kkt{X: num.Ones(2)}, "the method is a nil *argmin.InteriorPoint"},
		"unrolled":           {f, ok, nil, argmin.Options{Unroll: true}, kkt{X: num.Ones(2)}, "the iterations of InteriorPoint have no useful derivative"},
		"a barrier of NaN":   {f, ok, argmin.InteriorPoint{Barrier: math.NaN()}, argmin.Options{}, kkt{X: num.Ones(2)}, "InteriorPoint.Barrier is NaN"},
		"a negative barrier": {f, ok, argmin.InteriorPoint{Barrier: -1}, argmin.Options{}, kkt{X: num.Ones(2)}, "InteriorPoint.Barrier"},
		"no parameters":      {f, ok, nil, argmin.Options{}, kkt{}, "zero Array"},
		"nil values":         {f, constraints{Equal: func(A, A) any { return nil }}, nil, argmin.Options{}, kkt{X: num.Ones(2)}, "Constraints.Equal returned nil"},
		"a number":           {f, constraints{Equal: func(A, A) any { return 3.0 }}, nil, argmin.Options{}, kkt{X: num.Ones(2)}, "Constraints.Equal"},
		"another dtype": {f, constraints{Equal: func(x, _ A) any { return x.AsType(num.Float32) }}, nil, argmin.Options{}, kkt{X: num.Ones(2)},
			"Constraints.Equal is float32, want float64 as the parameters"},
		"the zero Array": {f, constraints{Equal: func(A, A) any { return A{} }}, nil, argmin.Options{}, kkt{X: num.Ones(2)}, "zero Array"},
		"limits of another shape": {f, constraints{Between: ok.Between, Limits: limitsOf(num.Zeros(3), inf)}, nil, argmin.Options{}, kkt{X: num.Ones(2)},
			"Limits, lo is float64 [3], want float64 [2]"},
		"limits of another structure": {f, constraints{Between: func(x, _ A) any { return []A{x, x} }, Limits: func(A) (any, any) { return []A{inf}, inf }}, nil,
			argmin.Options{}, kkt{X: num.Ones(2)}, "Limits, lo"},
		"bounds of another shape": {f, constraints{Bounds: boundsOf(num.Zeros(3), inf)}, nil, argmin.Options{}, kkt{X: num.Ones(2)}, "lower is float64 [3]"},
		"multipliers of another shape": {f, ok, nil, argmin.Options{}, kkt{X: num.Ones(2), Between: num.Zeros(3)},
			"KKT.Between is float64 [3], want float64 [2] as the result of Constraints.Between"},
		"multipliers of nothing": {f, ok, nil, argmin.Options{}, kkt{X: num.Ones(2), Equal: num.Zeros(3)}, "KKT.Equal has multipliers of type num.Array, but there is no Constraints.Equal"},
		"another shape in a branch": {f, constraints{Equal: func(x, _ A) any {
			return num.Cond(x.Sum().Gt(num.Const(0)), func(x A) A { return x }, func(x A) A { return x.Range(0, 1) }, x)
		}}, nil, argmin.Options{}, kkt{X: num.Ones(2)}, "num.Cond"},
		"another shape in a later call": {f, constraints{Equal: func(x, _ A) any {
			if calls++; calls > 1 {
				return x.Range(0, 1)
			}
			return x
		}}, nil, argmin.Options{}, kkt{X: num.Ones(2)}, "float64 [1]"},
	} {
		_, err := argmin.Constrained(c.f, c.c, c.m, c.opt).Run(c.x0, num.Scalar(0))
		if err == nil || !strings.Contains(err.Error(), c.want) {
			t.Errorf("%s: %v, want %q", name, err, c.want)
		}
	}
}
