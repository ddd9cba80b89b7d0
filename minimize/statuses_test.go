package minimize

import (
	"context"
	"fmt"
	"math"
	"math/rand/v2"
	"strings"
	"testing"

	"gonum.org/v1/gonum/mat"

	"github.com/argmin-go/argmin/minimize/internal/vec"
	"github.com/argmin-go/argmin/status"
)

// statusCase is a problem with constraints, and how SLSQP and trust-constr end on it.
type statusCase struct {
	name   string
	f      func(x []float64) float64
	x0     []float64
	bounds *Bounds
	cons   []Constraint
	reason status.Code
	value  float64 // of a success
}

func statusLinear(c ...float64) func(x []float64) float64 {
	return func(x []float64) float64 { return vec.Dot(c, x) }
}

func statusRow(lower, upper float64, a ...float64) Constraint {
	return Constraint{A: mat.NewDense(1, len(a), a), Lower: []float64{lower}, Upper: []float64{upper}}
}

func statusCurve(lower, upper float64, f func(x []float64) float64) Constraint {
	return Constraint{Func: func(x, c []float64) { c[0] = f(x) }, Lower: []float64{lower}, Upper: []float64{upper}}
}

// TestConstrainedStatuses has objectives without a lower bound, constraints without a
// common point, and problems that look like them.
func TestConstrainedStatuses(t *testing.T) {
	inf := math.Inf(1)
	square := func(x []float64) float64 { return x[0] * x[0] }
	circle := func(x []float64) float64 { return vec.Dot(x, x) }
	line := []Constraint{statusRow(0, 0, 1, -1)}
	positive := func(n int) *Bounds { return &Bounds{slsqpRepeat(n, 0), slsqpRepeat(n, inf)} }
	for _, c := range []statusCase{
		{"along a line", statusLinear(1, 1), []float64{1, 2}, nil, line, status.Unbounded, 0},
		{"half-plane", statusLinear(-1, 0), []float64{1, 2}, nil, []Constraint{statusRow(0, inf, 0, 1)}, status.Unbounded, 0},
		{"bound", statusLinear(-1, 0), []float64{1, 2}, &Bounds{[]float64{-inf, 0}, []float64{inf, inf}}, nil, status.Unbounded, 0},
		{"strip", statusLinear(-1, -1), []float64{1, 2}, nil, []Constraint{statusRow(-1, 1, 1, -1)}, status.Unbounded, 0},
		{"cone", statusLinear(-1, -1), []float64{1, 2}, nil, []Constraint{statusRow(-inf, 0, 1, -2), statusRow(-inf, 0, -2, 1)}, status.Unbounded, 0},
		{"linear program", statusLinear(-1, -2, 1), []float64{1, 1, 1}, positive(3), []Constraint{statusRow(-1, 1, 1, -1, 1), statusRow(-1, inf, 1, 0, -1)}, status.Unbounded, 0},
		{"saddle", func(x []float64) float64 { return x[0]*x[0] - x[1]*x[1] }, []float64{1, 2}, nil, []Constraint{statusRow(1, 3, 1, 0)}, status.Unbounded, 0},
		{"in a parabola", statusLinear(0, -1), []float64{1, 2}, nil, []Constraint{statusCurve(0, inf, func(x []float64) float64 { return x[1] - x[0]*x[0] })}, status.Unbounded, 0},
		{"on a parabola", statusLinear(-1, -1), []float64{1, 1}, nil, []Constraint{statusCurve(0, 0, func(x []float64) float64 { return x[1] - x[0]*x[0] })}, status.Unbounded, 0},
		{"on a hyperbola", statusLinear(-1, 0), []float64{1, 1}, nil, []Constraint{statusCurve(1, 1, func(x []float64) float64 { return x[0] * x[1] })}, status.Unbounded, 0},
		{"exponential", func(x []float64) float64 { return -math.Exp(x[0]) }, []float64{1, 1}, nil, line, status.Unbounded, 0},
		{"no constraints", statusLinear(-1, -2), []float64{1, 1}, nil, nil, status.Unbounded, 0},
		// Low, but with a bound.
		{"far minimum", func(x []float64) float64 { return 1e-8*x[0]*x[0] - x[0] }, []float64{1, 1}, nil, line, status.Converged, -2.5e7},
		{"very far minimum", func(x []float64) float64 { return 1e-20*x[0]*x[0] - x[0] }, []float64{1, 1}, nil, line, status.Converged, -2.5e19},
		{"far bound", statusLinear(-1, -1), []float64{1, 1}, &Bounds{slsqpRepeat(2, 0), slsqpRepeat(2, 1e12)}, line, status.Converged, -2e12},
		{"far row", statusLinear(-1, -1), []float64{1, 1}, nil, []Constraint{line[0], statusRow(0, 1e15, 1, 1)}, status.Converged, -1e15},
		{"low from the start", func(x []float64) float64 { return -1e33 + 1e30*x[0]*x[0] }, []float64{1, 1}, nil, line, status.Converged, -1e33},

		{"disk and half-plane", func(x []float64) float64 { return x[0]*x[0] + x[1] }, []float64{1, 1}, nil, []Constraint{statusCurve(-inf, 1, circle), statusCurve(3, inf, statusLinear(1, 0))}, status.Infeasible, 0},
		{"two disks", func(x []float64) float64 { return x[0] * x[1] }, []float64{1, 1}, nil, []Constraint{statusCurve(-inf, 1, circle), statusCurve(-inf, 1, func(x []float64) float64 { return (x[0]-4)*(x[0]-4) + x[1]*x[1] })}, status.Infeasible, 0},
		{"no root", statusLinear(1), []float64{1}, nil, []Constraint{statusCurve(-1, -1, square)}, status.Infeasible, 0},
		{"no root, falling", statusLinear(-1), []float64{1}, nil, []Constraint{statusCurve(-1, -1, square)}, status.Infeasible, 0},
		{"no root, from its minimum", statusLinear(-1), []float64{0}, nil, []Constraint{statusCurve(-1, -1, square)}, status.Infeasible, 0},
		{"nothing below", statusLinear(1), []float64{100}, nil, []Constraint{statusCurve(-inf, -1, square)}, status.Infeasible, 0},
		{"nothing below, flat", statusLinear(1), []float64{1}, nil, []Constraint{statusCurve(-inf, -1, func(x []float64) float64 { return math.Pow(x[0], 4) })}, status.Infeasible, 0},
		{"asymptote", square, []float64{1}, nil, []Constraint{statusCurve(-inf, -0.1, func(x []float64) float64 { return math.Exp(x[0]) })}, status.Infeasible, 0},
		{"bounds", func(x []float64) float64 { return x[0] * x[1] }, []float64{1, 1}, &Bounds{slsqpRepeat(2, 0), slsqpRepeat(2, 1)}, []Constraint{statusCurve(3, inf, func(x []float64) float64 { return x[0] + x[1]*x[1] })}, status.Infeasible, 0},
		{"parallel rows", func(x []float64) float64 { return x[0]*x[0] + x[1] }, []float64{1, 1}, nil, []Constraint{statusRow(-inf, 1, 1, 1), statusRow(2, inf, 1, 1)}, status.Infeasible, 0},
		// The violation has a minimum that is not zero, and a root far away.
		{"local minimum of the violation", square, []float64{-3}, nil, []Constraint{statusCurve(3, 3, func(x []float64) float64 { return x[0]*x[0]*x[0] - 3*x[0] })}, status.Infeasible, 0},
		// Starts where the Jacobian vanishes, of feasible sets.
		{"maximum of the violation", circle, []float64{0, 0}, nil, []Constraint{statusCurve(1, inf, circle)}, status.Converged, 1},
		{"two points", square, []float64{0}, nil, []Constraint{statusCurve(1, 1, square)}, status.Converged, 1},
		{"saddle of the violation", func(x []float64) float64 { return vec.Dot(x, x) }, []float64{0, 0}, nil, []Constraint{statusCurve(1, 1, func(x []float64) float64 { return x[0] * x[1] })}, status.Converged, 2},
		{"inflection of the violation", statusLinear(1), []float64{0}, nil, []Constraint{statusCurve(1, 1, func(x []float64) float64 { return x[0] * x[0] * x[0] })}, status.Converged, 1},
		{"scaled down", func(x []float64) float64 { return (x[0] + 1) * (x[0] + 1) }, []float64{0}, nil, []Constraint{statusRow(5e-4, 5e-4, 1e-4)}, status.Converged, 36},
		{"Jacobian zero at the answer", statusLinear(1), []float64{3}, nil, []Constraint{statusCurve(-inf, 0, square)}, status.Converged, 0},
	} {
		for _, m := range []Method{SLSQP{}, TrustConstr{}} {
			t.Run(c.name+"/"+m.Name(), func(t *testing.T) {
				least := math.Inf(1)
				r, err := Minimize(context.Background(), Problem{Func: c.f}, c.x0,
					Options{Method: m, Bounds: c.bounds, Constraints: c.cons, Callback: func(r Result) error {
						least = min(least, r.MaxCV)
						return nil
					}})
				if err != nil {
					t.Fatal(err)
				}
				if r.Status != c.reason || r.Success != (c.reason == status.Converged) {
					t.Fatalf("%v (%d, %s) at %v after %d iterations, value %v, violation %v; want %v", r.Status, r.SciPyStatus,
						r.Message, r.X, r.NIter, r.Fun, r.MaxCV, c.reason)
				}
				if r.Fun != c.f(r.X) && !(math.Abs(r.Fun-c.f(r.X)) <= 1e-15*math.Abs(r.Fun)) {
					t.Errorf("value %v, at X it is %v", r.Fun, c.f(r.X))
				}
				if r.MaxCV > max(least, 1e-6) {
					t.Errorf("violation %v, there was a point with %v", r.MaxCV, least)
				}
				switch c.reason {
				case status.Converged:
					if !(math.Abs(r.Fun-c.value) <= 2e-4*max(1, math.Abs(c.value))) {
						t.Errorf("value %v, want %v", r.Fun, c.value)
					}
				case status.Unbounded:
					if r.SciPyStatus != -1 || r.NIter > 60 ||
						!strings.Contains(r.Message, "no lower bound: where the constraints hold it falls below -1e30") {
						t.Errorf("status %d after %d iterations: %s", r.SciPyStatus, r.NIter, r.Message)
					}
				case status.Infeasible:
					want := map[string][]string{
						"SLSQP":        {"linearized here", "no point near the last violates them less"},
						"trust-constr": {"Constraint violation exceeds 'gtol': no point nearby violates them less."},
					}[m.Name()]
					said := false
					for _, s := range want {
						said = said || strings.Contains(r.Message, s)
					}
					if !said || r.MaxCV < 0.09 || r.NIter > 100 {
						t.Errorf("%q after %d iterations, violation %v", r.Message, r.NIter, r.MaxCV)
					}
				}
			})
		}
	}
}

// TestMinusInfinityOutside has a value of -Inf where a constraint does not hold: that
// does not make the objective unbounded.
func TestMinusInfinityOutside(t *testing.T) {
	f := func(x []float64) float64 {
		if x[0] <= 0 {
			return math.Inf(-1)
		}
		return math.Log(x[0])
	}
	for _, m := range []Method{SLSQP{}, TrustConstr{}} {
		r, err := Minimize(context.Background(), Problem{Func: f}, []float64{2},
			Options{Method: m, Constraints: []Constraint{statusCurve(1, 9, func(x []float64) float64 { return x[0] * x[0] })}})
		if err != nil || !r.Success || math.Abs(r.X[0]-1) > 1e-5 {
			t.Errorf("%s: %v (%s) at %v, %v", m.Name(), r.Status, r.Message, r.X, err)
		}
	}
}

// randomFeasible is a problem of 2 to 8 variables with a point known to be feasible, often
// the only one or on the boundary: linear equations and inequalities, balls and
// ellipsoids, half of the time bounds.
func randomFeasible(seed uint64) (Problem, []float64, Options) {
	rng := rand.New(rand.NewPCG(seed, 7))
	n := 2 + rng.IntN(7)
	normal := func(s float64) []float64 {
		v := make([]float64, n)
		for i := range v {
			v[i] = s * rng.NormFloat64()
		}
		return v
	}
	in := normal(2)
	x0 := normal([]float64{0, 1, 5, 50}[rng.IntN(4)])
	center, w := normal(3), normal(1)
	var opt Options
	if rng.IntN(2) == 0 {
		opt.Bounds = &Bounds{}
		for i := range n {
			lo, hi := math.Inf(-1), math.Inf(1)
			if rng.IntN(3) > 0 {
				lo = in[i] - 2*rng.Float64()*float64(rng.IntN(3))
			}
			if rng.IntN(3) > 0 {
				hi = in[i] + 2*rng.Float64()*float64(rng.IntN(3))
			}
			opt.Bounds.Lower, opt.Bounds.Upper = append(opt.Bounds.Lower, lo), append(opt.Bounds.Upper, hi)
		}
	}
	equations, others := rng.IntN(n), rng.IntN(n+3)
	if equations+others == 0 {
		others = 1
	}
	linear := func(rows int, equal bool) {
		if rows == 0 {
			return
		}
		a := mat.NewDense(rows, n, nil)
		lo, hi := make([]float64, rows), make([]float64, rows)
		for i := range rows {
			a.SetRow(i, normal([]float64{1, 1, 100, 0.01}[rng.IntN(4)]))
			v := mat.Dot(a.RowView(i), mat.NewVecDense(n, in))
			if lo[i], hi[i] = v, v; !equal {
				lo[i] = math.Inf(-1)
				hi[i] += rng.Float64() * float64(rng.IntN(3))
			}
		}
		opt.Constraints = append(opt.Constraints, Constraint{A: a, Lower: lo, Upper: hi})
	}
	linear(equations, true)
	quadratic := rng.IntN(others + 1)
	linear(others-quadratic, false)
	for range quadratic {
		c, d := normal(2), normal(1)
		f := func(x []float64) float64 {
			s, t := 0.0, 0.0
			for i, v := range x {
				s += (1 + 0.5*math.Sin(float64(i))) * (v - c[i]) * (v - c[i])
				t += d[i] * v
			}
			return s + t*t
		}
		opt.Constraints = append(opt.Constraints, statusCurve(math.Inf(-1), f(in)+rng.Float64()*float64(rng.IntN(3)), f))
	}
	flat := rng.IntN(2) == 1
	return Problem{Func: func(x []float64) float64 {
		s, t := 0.0, 0.0
		for i, v := range x {
			s += (v - center[i]) * (v - center[i])
			t += w[i] * v
		}
		if flat {
			return t + 0.01*s
		}
		return s + 3*t*t
	}}, x0, opt
}

// TestRandomFeasible checks that no method reports of a problem with a feasible point that there is
// none, or end at a limit.
func TestRandomFeasible(t *testing.T) {
	run := func(m Method, seed uint64) (Result, string) {
		p, x0, opt := randomFeasible(seed)
		opt.Method = m
		r, err := Minimize(context.Background(), p, x0, opt)
		return r, fmt.Sprintf("%s, seed %d: %v (%d, %s), violation %.3g, %v", m.Name(), seed, r.Status, r.SciPyStatus, r.Message, r.MaxCV, err)
	}
	for seed := range uint64(400) {
		a, how := run(SLSQP{}, seed)
		if !a.Success {
			t.Error(how)
		}
		b, how := run(TrustConstr{}, seed)
		if !b.Success {
			t.Error(how)
		} else if math.Abs(a.Fun-b.Fun) > 1e-3*max(1, math.Abs(a.Fun)) {
			t.Errorf("seed %d: SLSQP found %v, trust-constr %v", seed, a.Fun, b.Fun)
		}
	}
	// SLSQP said of the first that it is infeasible, of the others that the subproblem is
	// ill-conditioned where equations and rows in vertices hold but for rounding.
	for _, seed := range []uint64{10320, 347, 3725, 4700, 4820, 5596, 8774, 10190, 10264, 10324, 11282, 12582, 14893,
		16179, 18594, 18799, 19749} {
		if r, how := run(SLSQP{FTol: 1e-12, MaxIter: 300}, seed); !r.Success {
			t.Error(how)
		}
	}
}
