package argmin_test

import (
	"fmt"
	"math"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/argmin-go/argmin"
	"github.com/argmin-go/argmin/internal/check/testproblems"
	"github.com/argmin-go/argmin/num"
	"github.com/argmin-go/argmin/plot"
)

type none = struct{}

// mghTable runs methods on the problems of Moré, Garbow & Hillstrom from their starts, and 10 and 100 times as far. solvers has all methods for
// residuals; wrong says what is wrong with the answer of a run that succeeded, independently of the solver, and best whether it is what was
// to be found. The counts of best answers, for each of the three starts, are those measured, or by one less, as they differ between machines. With
// ARGMIN_PROFILES set to a directory, a performance profile of the evaluations is drawn there. In short tests, only the problems' own starts are taken.
func mghTable(t *testing.T, what string, measured map[string][3]int, solvers func(f func(A) A, n int) map[string]*argmin.Solver[A, none],
	judge func(p *testproblems.Problem, f func(A) A, x A) (best bool, wrong string)) {
	starts := []float64{1, 10, 100}
	if testing.Short() {
		starts = starts[:1]
	}
	var order []string
	solved, other := map[string][3]int{}, map[string]int{}
	var cost [][]float64
	total := 0
	for _, p := range testproblems.MGH() {
		f := p.Squares()
		total++
		all := solvers(f, len(p.X0))
		if order == nil {
			for name := range all {
				order = append(order, name)
			}
			slices.Sort(order)
		}
		rows := [3][]float64{}
		for k, far := range starts {
			rows[k] = slices.Repeat([]float64{math.Inf(1)}, len(order))
			line := ""
			for m, name := range order {
				r, err := all[name].Run(num.New(p.X0).Scale(far), none{})
				if err != nil {
					t.Fatalf("%s by %s: %v", p.Name, name, err)
				}
				line += fmt.Sprintf(" %s %v %v %v %.3g;", name, r.State.Status(), r.State.NIter, r.State.NFev, r.State.Value.Item())
				if !r.Success() {
					continue
				}
				best, wrong := judge(p, f, r.Params)
				if wrong != "" {
					t.Errorf("%s from %g times its start by %s: %v, but %s at %v", p.Name, far, name, r.State, wrong, r.Params)
				}
				if !best {
					other[name]++
					continue
				}
				c := solved[name]
				c[k]++
				solved[name] = c
				rows[k][m] = r.State.NFev.Item()
			}
			t.Logf("%s ×%g:%s", p.Name, far, line)
		}
		cost = append(cost, rows[:len(starts)]...)
	}
	for _, name := range order {
		t.Logf("%-22s solved %v of %d from x0, 10 x0, 100 x0; other answers %d", name, solved[name], total, other[name])
		for k := range starts {
			if solved[name][k] < measured[name][k]-1 {
				t.Errorf("%s solved %v, want %v", name, solved[name], measured[name])
				break
			}
		}
	}
	if dir := os.Getenv("ARGMIN_PROFILES"); dir != "" {
		if err := plot.Profile(filepath.Join(dir, "profile-"+strings.ReplaceAll(what, " ", "")+".png"), fmt.Sprintf("%s: %d problems from three starts", what, total), order, cost); err != nil {
			t.Error(err)
		}
	}
}

// squaresMinimum judges an answer as a minimum of a sum of squares: one that is known, or where no step along a parameter, or
// of Gauss and Newton, has a part of the value to gain.
func squaresMinimum(p *testproblems.Problem, f func(A) A, x A) (best bool, wrong string) {
	v := f(x)
	least := v.Dot(v).Item()
	near := func(want float64) bool { return math.Abs(least-want) <= 1e-4*want+1e-10 }
	if slices.ContainsFunc(p.Min, near) {
		return near(p.Min[0]), ""
	}
	_, j := f(x), num.JacobianFwd(f)(x)
	cosine := v.MatMul(j).Abs().Div(num.Maximum(num.Norm(j, 0), num.Const(1e-300))).Max().Div(num.Norm(v)).Item()
	if !(cosine <= 1e-6) {
		return false, fmt.Sprintf("a cosine of %.2g with value %.8g", cosine, least)
	}
	return false, ""
}

func TestMGHBySquares(t *testing.T) {
	mghTable(t, "least squares", map[string][3]int{"CG": {30, 26, 21}, "Cholesky": {36, 28, 26}, "Dogleg": {35, 27, 27}, "GaussNewton": {32, 26, 26},
		"Geodesic": {36, 27, 24}, "LevenbergMarquardt": {35, 28, 26}, "TrustRegionReflective": {34, 28, 28}}, func(f func(A) A, _ int) map[string]*argmin.Solver[A, none] {
		return squaresSolvers(func(x A, _ none) A { return f(x) }, argmin.Options{MaxIter: 1000})
	}, squaresMinimum)
}

// The methods for smooth functions promise a gradient within the tolerance, which is judged by complex steps.
func TestMGHBySmoothMethods(t *testing.T) {
	mghTable(t, "smooth methods", map[string][3]int{"BFGS": {33, 32, 27}, "GradientDescent": {22, 22, 14}, "LBFGS": {34, 30, 27}, "Newton": {34, 29, 25},
		"NewtonCG": {29, 28, 23}, "NonlinearCG": {28, 24, 21}, "TrustRegion": {30, 27, 23}}, func(f func(A) A, _ int) map[string]*argmin.Solver[A, none] {
		all := map[string]*argmin.Solver[A, none]{}
		for name, m := range map[string]argmin.SmoothMethod{"LBFGS": nil, "BFGS": argmin.BFGS{}, "Newton": argmin.Newton{}, "NewtonCG": argmin.NewtonCG{},
			"NonlinearCG": argmin.NonlinearCG{}, "TrustRegion": argmin.TrustRegion{}, "GradientDescent": argmin.GradientDescent{}} {
			all[name] = argmin.Minimize(func(x A, _ none) A { r := f(x); return r.Dot(r) }, m, argmin.Options{MaxIter: 1000})
		}
		return all
	}, func(p *testproblems.Problem, f func(A) A, x A) (best bool, wrong string) {
		best, _ = squaresMinimum(p, f, x)
		g := make([]float64, len(p.X0))
		p.Gradient(x.Float64s(), g)
		if norm := num.Norm(num.New(g)).Item(); !(norm <= 1.01e-6) {
			wrong = fmt.Sprintf("with a gradient of %.3g", norm)
		}
		return best, wrong
	})
}

// As systems of equations they are the residuals, or where there are more or fewer of them than unknowns, the gradient.
func TestMGHByRoots(t *testing.T) {
	system := func(f func(A) A, n int) func(A) A {
		if f(num.Ones(n)).Size() == n {
			return f
		}
		return num.Grad(func(x A) A { r := f(x); return r.Dot(r).Scale(0.5) })
	}
	mghTable(t, "roots", map[string][3]int{"Broyden": {30, 30, 27}, "BroydenScaled": {29, 22, 22}, "Hybrid": {27, 27, 25},
		"Newton": {28, 26, 26}, "NewtonKrylov": {27, 25, 24}}, func(f func(A) A, n int) map[string]*argmin.Solver[A, none] {
		all := map[string]*argmin.Solver[A, none]{}
		for name, m := range rootMethods {
			all[name] = equations(system(f, n), m, argmin.Options{})
		}
		return all
	}, func(p *testproblems.Problem, f func(A) A, x A) (best bool, wrong string) {
		r := f(x)
		known := slices.ContainsFunc(p.Min, func(v float64) bool { return v > 0 && math.Abs(r.Dot(r).Item()-v) <= 1e-4*v })
		if isRoot(system(f, len(p.X0)), x, num.New(p.X0)) || known && r.Size() != x.Size() {
			return true, ""
		}
		return false, "no root"
	})
}
