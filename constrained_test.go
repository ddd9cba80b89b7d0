package argmin_test

import (
	"math"
	"testing"

	"github.com/argmin-go/argmin"
	"github.com/argmin-go/argmin/internal/check/testproblems"
	"github.com/argmin-go/argmin/num"
	"github.com/argmin-go/argmin/status"
)

// constrainedOf is a test problem as Constrained takes it; data is not used.
func constrainedOf(p *testproblems.Problem, m argmin.ConstrainedMethod, opt argmin.Options) *argmin.Solver[argmin.KKT[A], A] {
	f, rows := p.Traced()
	var c argmin.Constraints[A, A]
	if rows != nil {
		c.Between = func(x, _ A) any { return rows(x) }
		c.Limits = func(A) (lo, hi any) { return num.New(p.CLower), num.New(p.CUpper) }
	}
	if p.Lower != nil {
		c.Bounds = func(A) (lower, upper A) { return num.New(p.Lower), num.New(p.Upper) }
	}
	return argmin.Constrained(func(x, _ A) A { return f(x) }, c, m, opt)
}

// Every problem of Hock & Schittkowski's that the house has, from its start: the value is one of the known minima, and the point
// is feasible and stationary by functions that are not the solver's.
func TestConstrainedOnHockSchittkowski(t *testing.T) {
	evaluations, iterations, n := 0.0, 0.0, 0
	for _, p := range append(testproblems.Bounded(), testproblems.Constrained()...) {
		if f, _ := p.Traced(); f == nil {
			continue
		}
		r, err := constrainedOf(p, nil, argmin.Options{}).Run(argmin.KKT[A]{X: num.New(p.X0)}, num.Scalar(0))
		if err != nil {
			t.Errorf("%s: %v", p.Name, err)
			continue
		}
		n++
		evaluations, iterations = evaluations+r.State.NFev.Item(), iterations+r.State.NIter.Item()
		x := r.Params.X.Float64s()
		v, off, known := p.Value(x), p.Violation(x), p.AtMinimum(x, 1e-6)
		t.Logf("%-16s %v, violation %.1e", p.Name, r.State, off)
		if r.State.Status() != status.Converged || !known || off > 1e-7 {
			t.Errorf("%s: %v; value %v, known minima %v; violation %g", p.Name, r.State, v, p.Min, off)
		}
	}
	t.Logf("%d problems: %v iterations, %v evaluations", n, iterations, evaluations)
}

// With Hessians from gradients it finds the same minima, to the tolerance.
func TestConstrainedQuasiNewton(t *testing.T) {
	solved, n := 0, 0
	for _, p := range testproblems.Constrained() {
		r, err := constrainedOf(p, argmin.InteriorPoint{QuasiNewton: true}, argmin.Options{Tol: 1e-6}).Run(argmin.KKT[A]{X: num.New(p.X0)}, num.Scalar(0))
		if err != nil {
			t.Fatalf("%s: %v", p.Name, err)
		}
		n++
		v, known := r.State.Value.Item(), false
		for _, m := range p.Min {
			known = known || math.Abs(v-m) <= 1e-4*(1+math.Abs(m))
		}
		if r.State.Status() == status.Converged && !known {
			t.Errorf("%s: %v, known minima %v", p.Name, r.State, p.Min)
		}
		if r.State.Status() == status.Converged {
			solved++
		} else {
			t.Logf("%s: %v", p.Name, r.State)
		}
	}
	t.Logf("%d of %d", solved, n)
	if solved < n-2 {
		t.Errorf("solved %d of %d", solved, n)
	}
}
