package minimize

import (
	"context"
	"math"
	"testing"

	"github.com/argmin-go/argmin/status"
)

// TestMethods runs every registered method on the smooth problems, but for those whose
// own tests list which of these they solve.
func TestMethods(t *testing.T) {
	for _, m := range methods.All {
		if name := m.Name(); name == "Nelder-Mead" || name == "COBYLA" {
			continue
		}
		for _, p := range lineProblems {
			t.Run(m.Name()+"/"+p.name, func(t *testing.T) {
				calls := 0
				problem := p.problem()
				problem.Func = func(x []float64) float64 { calls++; return p.f(x) }
				r, err := Minimize(context.Background(), problem, p.x0, Options{Method: m})
				if err != nil {
					t.Fatal(err)
				}
				want, tol := p.min, 1e-5
				if !r.Success || r.Status != status.Converged || math.Abs(r.Fun-want) > tol*(1+math.Abs(want)) {
					t.Errorf("%v, %s: value %g, want %g", r.Status, r.Message, r.Fun, want)
				}
				if r.NFev != calls {
					t.Errorf("%d evaluations reported, %d made", r.NFev, calls)
				}
			})
		}
	}
}
