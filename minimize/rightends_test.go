package minimize_test

import (
	"context"
	"math"
	"slices"
	"testing"

	"gonum.org/v1/gonum/mat"

	"github.com/argmin-go/argmin/internal/check/testproblems"
	"github.com/argmin-go/argmin/minimize"
)

func problemNamed(t *testing.T, name string) *testproblems.Problem {
	all := testproblems.MGH()
	k := slices.IndexFunc(all, func(p *testproblems.Problem) bool { return p.Name == name })
	if k < 0 {
		t.Fatalf("there is no problem %s", name)
	}
	return all[k]
}

func plain(p *testproblems.Problem) units { return units{p, slices.Repeat([]float64{1}, len(p.X0)), 1} }

// TestVariableThatStaysAtZero fits a bell, whose place is 0 by symmetry, where the search starts too: rounding alone moves it, which is not its size.
func TestVariableThatStaysAtZero(t *testing.T) {
	y := []float64{.0009, .0044, .0175, .0540, .1295, .2420, .3521, .3989, .3521, .2420, .1295, .0540, .0175, .0044, .0009}
	p := minimize.Problem{FuncGrad: func(x, g []float64) (f float64) {
		clear(g)
		for k := range y {
			i := k * 4 % 15 // an order in which what is odd does not cancel exactly
			s := (7-float64(i))/2 - x[2]
			e := math.Exp(-x[1] * s * s / 2)
			r := x[0]*e - y[i]
			f += r * r
			g[0], g[1], g[2] = g[0]+2*r*e, g[1]-r*x[0]*e*s*s, g[2]+2*r*x[0]*e*x[1]*s
		}
		return f
	}}
	const least = 1.12793276961872e-8
	for _, name := range []string{"BFGS", "L-BFGS-B", "CG", "TNC", "SLSQP", "trust-constr"} {
		m, err := minimize.MethodByName(name, nil)
		if err != nil {
			t.Fatal(err)
		}
		r, err := minimize.Minimize(context.Background(), p, []float64{.4, 1, 0}, minimize.Options{Method: m})
		if err != nil {
			t.Fatal(err)
		}
		if !r.Success || r.Fun > 1.001*least || r.NFev > 40 {
			t.Errorf("%s: %.10g after %d evaluations, want %.10g: %s", name, r.Fun, r.NFev, least, r.Message)
		}
	}
}

// TestFlatCurvature has a variable in which the curvature at the minimum is 0, and next to it too small to be seen by differences (Hock & Schittkowski,
// problem 49).
func TestFlatCurvature(t *testing.T) {
	p := minimize.Problem{
		Func: func(x []float64) float64 {
			return (x[0]-x[1])*(x[0]-x[1]) + (x[2]-1)*(x[2]-1) + math.Pow(x[3]-1, 4) + math.Pow(x[4]-1, 6)
		},
		Grad: func(x, g []float64) {
			g[0], g[1], g[2], g[3], g[4] = 2*(x[0]-x[1]), -2*(x[0]-x[1]), 2*(x[2]-1), 4*math.Pow(x[3]-1, 3), 6*math.Pow(x[4]-1, 5)
		},
	}
	c := minimize.Constraint{
		Func: func(x, c []float64) { c[0], c[1] = x[0]+x[1]+x[2]+4*x[3], x[2]+5*x[4] },
		Jac: func(_ []float64, j *mat.Dense) {
			j.SetRow(0, []float64{1, 1, 1, 4, 0})
			j.SetRow(1, []float64{0, 0, 1, 0, 5})
		},
		Lower: []float64{7, 6}, Upper: []float64{7, 6},
	}
	for _, name := range []string{"SLSQP", "trust-constr"} {
		m, err := minimize.MethodByName(name, nil)
		if err != nil {
			t.Fatal(err)
		}
		r, err := minimize.Minimize(context.Background(), p, []float64{10, 7, 2, -3, .8}, minimize.Options{Method: m, Constraints: []minimize.Constraint{c}})
		if err != nil {
			t.Fatal(err)
		}
		if !r.Success || r.Fun > 1e-8 {
			t.Errorf("%s: %.3g at %v: %s", name, r.Fun, r.X, r.Message)
		}
	}
}

// TestSmallCurvatureByDifferences has directions in which the curvature is a hundred thousandth of another, and variables in units of many sizes: differences of
// values do not show it, values along these directions do.
func TestSmallCurvatureByDifferences(t *testing.T) {
	for _, name := range []string{"23-penalty-one-4", "23-penalty-one-10"} {
		p := problemNamed(t, name)
		u := plain(p)
		for i := range u.d {
			u.d[i] = math.Pow(10, float64(i*7%13)-6)
		}
		for _, name := range []string{"BFGS", "L-BFGS-B"} {
			m, err := minimize.MethodByName(name, nil)
			if err != nil {
				t.Fatal(err)
			}
			r, err := minimize.Minimize(context.Background(), u.problem(false), u.start(), minimize.Options{Method: m})
			if err != nil {
				t.Fatal(err)
			}
			if !r.Success || r.Fun > 1.001*p.Min[0] {
				t.Errorf("%s, %s: %.8g, want %.8g: %s", p.Name, name, r.Fun, p.Min[0], r.Message)
			}
		}
	}
}
