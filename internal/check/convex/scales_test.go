package convex

import (
	"fmt"
	"math"
	"slices"
	"testing"

	"github.com/argmin-go/argmin"
	"github.com/argmin-go/argmin/num"
	"github.com/argmin-go/argmin/status"
)

// apartCase is a program with a number u in it, and its solution; NaN for a variable that is free within limits. Rows are below h, or between low and h.
type apartCase struct {
	q, c, g, low, h, a, b, lower, upper []float64
	x                                   []float64
}

func apartCases(u float64) map[string]apartCase {
	v := func(x ...float64) []float64 { return x }
	nan := math.NaN()
	return map[string]apartCase{
		"min x, x ≥ 1, y ≤ u":            {c: v(1, 0), g: v(-1, 0, 0, 1), h: v(-1, u), x: v(1, nan)},
		"min x - y, x ≥ 1, y ≤ u":        {c: v(1, -1), g: v(-1, 0, 0, 1), h: v(-1, u), x: v(1, u)},
		"min x - y, bounds":              {c: v(1, -1), lower: v(1, -inf), upper: v(inf, u), x: v(1, u)},
		"min x + uy, x ≥ 1, y ≥ 1":       {c: v(1, u), g: v(-1, 0, 0, -1), h: v(-1, -1), x: v(1, 1)},
		"min x + uy, bounds":             {c: v(1, u), lower: v(1, 1), upper: v(9, 9), x: v(1, 1)},
		"min x + y, 0 ≤ y ≤ u":           {c: v(1, 1), g: v(-1, 0, 0, 1), low: v(-inf, 0), h: v(-1, u), x: v(1, 0)},
		"x = 3, y = u":                   {c: v(1, 0), a: v(1, 0, 0, 1), b: v(3, u), x: v(3, u)},
		"ux = 3u, y = 1":                 {c: v(1, 0), a: v(u, 0, 0, 1), b: v(3*u, 1), x: v(3, 1)},
		"x² + y², x ≥ 1, y ≥ u":          {q: v(1, 0, 0, 1), c: v(0, 0), g: v(-1, 0, 0, -1), h: v(-1, -u), x: v(1, u)},
		"x² + y² - 2x - 2uy":             {q: v(1, 0, 0, 1), c: v(-2, -2*u), x: v(2, 2*u)},
		"x² + uy² - 2x - 2uy":            {q: v(1, 0, 0, u), c: v(-2, -2*u), x: v(2, 2)},
		"x² + uy², x ≥ 1, y ≥ 1":         {q: v(1, 0, 0, u), c: v(0, 0), g: v(-1, 0, 0, -1), h: v(-1, -1), x: v(1, 1)},
		"x² + uy², bounds":               {q: v(1, 0, 0, u), c: v(0, 0), lower: v(1, 1), upper: v(9, 9), x: v(1, 1)},
		"x² + y², x = 2, uy = u":         {q: v(1, 0, 0, 1), c: v(0, 0), a: v(1, 0, 0, u), b: v(2, u), x: v(2, 1)},
		"x² - x, u(x + y) = u":           {q: v(2, 0, 0, 0), c: v(-1, 0), a: v(u, u), b: v(u), x: v(0.5, 0.5)},
		"x² + y² - x, y ≤ u, x ≤ ¼":      {q: v(2, 0, 0, 2), c: v(-1, 0), g: v(0, 1, 1, 0), h: v(u, 0.25), x: v(0.25, 0)},
		"x² + y² - x - uy, y ≤ 1, x ≤ ¼": {q: v(2, 0, 0, 2), c: v(-1, -3*u), g: v(0, 1, 1, 0), h: v(u, 0.25), x: v(0.25, u)},
		"min x, -y ≥ 1, y ≥ u":           {c: v(1, 0), g: v(0, 1, 0, -1, -1, 0), h: v(-1, -u, 0), x: nil},
		"x ≥ 1, x + y = 0, y ≥ u":        {c: v(1, 0), g: v(-1, 0, 0, -1), h: v(-1, -u), a: v(1, 1), b: v(0), x: nil},
	}
}

// Numbers that are far apart in one quadratic program: whatever their size, no method calls a program infeasible, unbounded or not convex that has a
// solution, or succeeds where there is none, and a success is near the solution as far as the largest numbers say.
func TestQuadraticNumbersFarApart(t *testing.T) {
	methods := map[string]argmin.QuadraticMethod{
		"interior point": argmin.ProximalInteriorPoint{}, "OSQP": argmin.OSQP{}, "OSQP without a matrix": argmin.OSQP{MatrixFree: true}, "active set": argmin.DualActiveSet{},
		"equality constrained": argmin.EqualityConstrainedQP{}, "equality constrained without a matrix": argmin.EqualityConstrainedQP{MatrixFree: true},
		"coordinate descent": argmin.BoxCDQP{}, "PDHG": argmin.PDHG{},
	}
	sizes := []float64{1e-30, 1e-12, 1e-6, 1, 1e6, 1e12, 1e30}
	if testing.Short() {
		sizes = []float64{1e-30, 1e30}
	}
	for name, method := range methods {
		t.Run(name, func(t *testing.T) {
			solved, all := 0, 0
			for _, u := range sizes {
				for what, p := range apartCases(u) {
					if slices.ContainsFunc(slices.Concat(p.low, p.h, p.lower, p.upper), func(v float64) bool { return math.Abs(v) >= 1e20 && !math.IsInf(v, 0) }) {
						continue // such limits count as none
					}
					r, err := argmin.Quadratic(func(q argmin.QP) argmin.QP { return q }, method, argmin.Options{}).Run(argmin.QPPoint{}, p.program())
					if err != nil { // of another form than the method takes
						continue
					}
					all++
					if got := p.wrong(r); got != "" {
						t.Errorf("%s for u = %g: %s: %v at %v, want %v", what, u, got, r.State, r.Params.X, p.x)
					}
					if r.Success() {
						solved++
					}
				}
			}
			t.Logf("%d of %d solved", solved, all)
		})
	}
}

func (p apartCase) program() argmin.QP {
	n := len(p.c)
	q := argmin.QP{C: num.Vector(p.c...)}
	matrix := func(a []float64) argmin.Matrix {
		if a == nil {
			return nil
		}
		return num.New(a, len(a)/n, n)
	}
	vector := func(v []float64) num.Array {
		if v == nil {
			return num.Array{}
		}
		return num.Vector(v...)
	}
	q.Q, q.A, q.G = matrix(p.q), matrix(p.a), matrix(p.g)
	q.B, q.Low, q.H, q.Lower, q.Upper = vector(p.b), vector(p.low), vector(p.h), vector(p.lower), vector(p.upper)
	return q
}

// wrong is what is false in an answer, if something is.
func (p apartCase) wrong(r argmin.Result[argmin.QPPoint]) string {
	s := r.State.Status()
	switch {
	case p.x == nil && (s == status.Converged || s == status.Unbounded):
		return "there is no solution"
	case p.x != nil && (s == status.Infeasible || s == status.Unbounded || s == status.NotConvex):
		return "there is a solution"
	case s != status.Converged || p.x == nil:
		return ""
	}
	most := 1.0
	for _, want := range p.x {
		if !math.IsNaN(want) {
			most = max(most, math.Abs(want))
		}
	}
	for _, v := range append(slices.Concat(p.q, p.c, p.b, p.h, p.lower), 1) { // a cost or a limit hides what is small beside it
		if !math.IsInf(v, 0) {
			most = max(most, math.Abs(v))
		}
	}
	value, best := p.value(r.Params.X.Float64s()), p.value(p.x)
	if !math.IsNaN(best) && !(math.Abs(value-best) <= 1e-4*(most+math.Abs(best))) {
		return fmt.Sprintf("the value is %g, want %g", value, best)
	}
	return ""
}

// value is the objective, NaN where it depends on a variable that is not known.
func (p apartCase) value(x []float64) float64 {
	v, n := 0.0, len(x)
	for i, c := range p.c {
		if c != 0 {
			v += c * x[i]
		}
		for j := range n {
			if p.q != nil && p.q[i*n+j] != 0 {
				v += x[i] * p.q[i*n+j] * x[j] / 2
			}
		}
	}
	return v
}
