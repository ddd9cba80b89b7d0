package minimize

import (
	"context"
	"math"
	"testing"
)

// TestMethods runs every registered method on the smooth problems, but for those whose
// own tests tell which of these they solve.
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
				if !r.Success || r.Reason != Converged || math.Abs(r.Fun-p.min) > 1e-5*(1+math.Abs(p.min)) {
					t.Errorf("%v, %s: value %g, want %g", r.Reason, r.Message, r.Fun, p.min)
				}
				if r.NFev != calls {
					t.Errorf("%d evaluations told, %d made", r.NFev, calls)
				}
			})
		}
	}
}
