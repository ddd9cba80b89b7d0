package minimize

import (
	"context"
	"fmt"
	"math"
	"testing"

	"gonum.org/v1/gonum/mat"

	"github.com/argmin-go/argmin/minimize/internal/vec"
	"github.com/argmin-go/argmin/status"
)

// edge is a set outside of which a function has no value.
type edge struct {
	name   string
	x0     []float64
	inside func(x []float64) bool
	least  float64 // the minimum of the function inside; NaN: the start is alone
}

// edged is the function (x₀-1)² + 3(x₁+½)² + x₀x₁, whose minimum -0.70454… is at (15/11, -8/11).
func edged(x []float64) float64 {
	return (x[0]-1)*(x[0]-1) + 3*(x[1]+0.5)*(x[1]+0.5) + x[0]*x[1]
}

// within has the points in a ball.
func within(center []float64, radius float64) func(x []float64) bool {
	return func(x []float64) bool { return vec.Norm2(vec.Minus(x, center)) <= radius }
}

// leastOnCircle is the minimum of edged on a circle, by trying.
func leastOnCircle(center []float64, radius float64) float64 {
	least := math.Inf(1)
	for k := range 100000 {
		s, c := math.Sincos(2 * math.Pi * float64(k) / 100000)
		least = min(least, edged([]float64{center[0] + radius*c, center[1] + radius*s}))
	}
	return least
}

// TestEdges has functions without value outside of a set: NaN or +Inf. A success is at the minimum within the set, which
// may be at its edge, and there is none where no value beside the end is finite.
func TestEdges(t *testing.T) {
	start, zero, nan := []float64{3, 2}, []float64{0, 0}, math.NaN()
	minimum := edged([]float64{15. / 11, -8. / 11})
	edges := []edge{
		{"nowhere", start, func(x []float64) bool { return false }, nan},
		{"only the start", start, within(start, 0), nan},
		{"only the start, 0", zero, within(zero, 0), nan},
		{"a tiny ball", start, within(start, 1e-12), nan},
		{"not the start", start, func(x []float64) bool { return x[0] != 3 || x[1] != 2 }, minimum},
		{"a small ball", start, within(start, 1e-3), leastOnCircle(start, 1e-3)},
		{"a ball", []float64{0.1, 0.2}, within(zero, 0.5), leastOnCircle(zero, 0.5)},
		{"a ball with the minimum", start, within(zero, 5), minimum},
		{"a half-plane", start, func(x []float64) bool { return x[0] >= 2 }, edged([]float64{2, -5. / 6})},
		{"a half-plane from the start", start, func(x []float64) bool { return x[0] >= 3 }, edged([]float64{3, -1})},
		{"a slanted half-plane", start, func(x []float64) bool { return x[0]+x[1] >= 2 }, edged([]float64{2.5, -0.5})},
		{"a line", start, func(x []float64) bool { return x[1] == 2 }, edged([]float64{0, 2})},
	}
	for _, e := range edges {
		for _, outside := range []float64{nan, math.Inf(1)} {
			for _, kind := range []string{"", "bounds", "constraints"} {
				for _, given := range []bool{true, false} {
					for _, m := range methods.All {
						can := m.Capability()
						if kind == "bounds" && !can.Bounds || kind == "constraints" && !can.Constraints || given && can.DerivativeFree {
							continue
						}
						p := Problem{Func: func(x []float64) float64 {
							if !e.inside(x) {
								return outside
							}
							return edged(x)
						}}
						if given {
							p.Grad = func(x, g []float64) {
								if g[0], g[1] = 2*(x[0]-1)+x[1], 6*(x[1]+0.5)+x[0]; !e.inside(x) {
									g[0], g[1] = nan, nan
								}
							}
							p.Hess = func(x []float64, h *mat.SymDense) { h.CopySym(mat.NewSymDense(2, []float64{2, 1, 1, 6})) }
						} else if can.Hess || can.FullHess || m.Name() == "Newton-CG" {
							continue
						}
						opt := Options{Method: m}
						switch kind {
						case "bounds":
							opt.Bounds = &Bounds{Lower: []float64{-10, -10}, Upper: []float64{10, 10}}
						case "constraints":
							opt.Constraints = []Constraint{{A: mat.NewDense(1, 2, []float64{1, 1}), Upper: []float64{20}}}
						}
						r, err := Minimize(context.Background(), p, e.x0, opt)
						what := fmt.Sprintf("%s: %g outside of %s, %s, derivatives given: %v", m.Name(), outside, e.name, kind, given)
						switch {
						case err != nil:
							t.Errorf("%s: %v", what, err)
						case r.Success && !(r.Fun <= e.least+1e-3*(1+math.Abs(e.least))):
							t.Errorf("%s: success at %.6g, the value %.6g, want %.6g: %s", what, r.X, r.Fun, e.least, r.Message)
						case can.DerivativeFree && math.IsNaN(e.least) && r.Status != status.NonFinite && r.Status != status.EvaluationLimit:
							t.Errorf("%s: %v, want NonFinite (%s)", what, r.Status, r.Message)
						case e.name == "a ball with the minimum" && !r.Success:
							t.Errorf("%s: %v at %.6g: %s", what, r.Status, r.X, r.Message)
						case m.Name() == "Nelder-Mead" && e.name == "a half-plane" && !r.Success:
							t.Errorf("%s: %v at %.6g: %s", what, r.Status, r.X, r.Message)
						}
					}
				}
			}
		}
	}
}
