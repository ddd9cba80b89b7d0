package argmin_test

import (
	"fmt"
	"maps"
	"slices"
	"testing"

	"github.com/argmin-go/argmin"
	"github.com/argmin-go/argmin/internal/check/testproblems"
	"github.com/argmin-go/argmin/num"
	"github.com/argmin-go/argmin/status"
)

// rootMethods are the methods of Root.
var rootMethods = map[string]argmin.RootMethod{
	"Newton": argmin.Newton{}, "NewtonKrylov": argmin.NewtonKrylov{}, "Broyden": argmin.Broyden{},
	"BroydenScaled": argmin.Broyden{Scaled: true}, "Hybrid": argmin.Hybrid{},
}

// equations makes a Root of a function without data.
func equations(f func(A) A, m argmin.RootMethod, opt argmin.Options) *argmin.Solver[A, struct{}] {
	return argmin.Root(func(x A, _ struct{}) A { return f(x) }, m, opt)
}

// isRoot reports whether there is a root near x, judged without the solver: where steps of Newton's method
// without any globalization lead, or where each equation is met to 1e-6 of how much it changes when the unknowns change by
// their size.
func isRoot(f func(A) A, x, x0 A) bool {
	jacobian := num.JacobianFwd(f)
	size := max(num.Norm(x).Item(), num.Norm(x0).Item())
	j := jacobian(x)
	d := num.Maximum(x.Abs(), x.Sub(x0).Abs().Scale(1e-3))
	if f(x).Abs().Le(j.Abs().MatMul(d).Scale(1e-6)).All().Item() == 1 {
		return true
	}
	y := x
	for range 60 { // to a double root the distance is halved
		y = y.Sub(num.Pinv(jacobian(y), 1e-15).MatMul(f(y)))
	}
	left := num.Norm(f(y)).Item() / (num.Norm(j).Item()*size + num.Norm(f(x0)).Item())
	return left <= 1e-13 && num.Norm(y.Sub(x)).Item() <= 1e-2*size
}

// Every method on the systems of the literature, from their starts and from ten and a hundred times as far. No run claims a
// root where there is none, judged from outside, and the counts are those measured.
func TestRootsOfTheLiterature(t *testing.T) {
	systems := map[string][]float64{"35-chebyquad8": nil}
	for _, s := range testproblems.Systems() {
		systems[s.Name] = s.X0
	}
	for i := range 8 {
		systems["35-chebyquad8"] = append(systems["35-chebyquad8"], float64(i+1)/9)
	}
	solved := map[string]int{}
	for _, name := range slices.Sorted(maps.Keys(systems)) {
		f := testproblems.Traced[name]
		for _, far := range []float64{1, 10, 100} {
			line := ""
			for _, m := range slices.Sorted(maps.Keys(rootMethods)) {
				x0 := num.New(systems[name]).Scale(far)
				if far > 1 && x0.Abs().Max().Item() == 0 {
					x0 = x0.AddScalar(far)
				}
				r, err := equations(f, rootMethods[m], argmin.Options{}).Run(x0, struct{}{})
				if err != nil {
					t.Errorf("%s from %g x0 by %s: %v", name, far, m, err)
					continue
				}
				line += fmt.Sprintf(" %s %v %v %v %.2g;", m, r.State.Status(), r.State.NIter, r.State.NFev, r.State.Error.Item())
				if !r.Success() {
					continue
				}
				solved[m]++
				if !isRoot(f, r.Params, x0) || name == "35-chebyquad8" {
					t.Errorf("%s from %g x0 by %s: %v at %v, which is no root", name, far, m, r.State, r.Params)
				}
			}
			t.Logf("%s ×%g:%s", name, far, line)
		}
	}
	t.Log(solved)
	for m, least := range map[string]int{"Newton": 58, "NewtonKrylov": 58, "Broyden": 66, "BroydenScaled": 62, "Hybrid": 60} {
		if solved[m] < least {
			t.Errorf("%s solves %d, want %d", m, solved[m], least)
		}
	}
}

// Functions without a root, or whose values become small without one, end without success, and say that they are
// stationary where they have a minimum.
func TestNoRoots(t *testing.T) {
	for name, c := range map[string]struct {
		f     func(A) A
		start float64
		at    status.Code // of Newton; 0 for any
	}{
		"x² + 1":       {func(x A) A { return x.Square().AddScalar(1) }, 3, status.Stationary},
		"exp(-x)":      {func(x A) A { return x.Neg().Exp() }, 1, 0},
		"1/x":          {func(x A) A { return x.Const(1).Div(x) }, 1, 0},
		"1/x² tiny":    {func(x A) A { return x.Const(1e-9).Div(x.Square()) }, 1, 0},
		"constant":     {func(x A) A { return x.Scale(0).AddScalar(1) }, 1, status.Stationary},
		"cosh":         {func(x A) A { return x.Cosh() }, 5, status.Stationary},
		"tiny x² + 1":  {func(x A) A { return x.Square().AddScalar(1).Scale(1e-9) }, 3, status.Stationary},
		"arctan + 2":   {func(x A) A { return x.Atan().AddScalar(2) }, 1, 0},
		"tiny √":       {func(x A) A { return x.Sqrt().AddScalar(1).Scale(1e-9) }, 1, 0},
		"√ off a wall": {func(x A) A { return x.Sqrt().AddScalar(1) }, 1, 0},
	} {
		for m, method := range rootMethods {
			r, err := equations(c.f, method, argmin.Options{}).Run(num.Vector(c.start, 2*c.start), struct{}{})
			if err != nil || r.Success() || r.Err() == nil || m == "Newton" && c.at != 0 && r.State.Status() != c.at {
				t.Errorf("%s by %s: %v at %v, %v", name, m, r.State, r.Params, err)
			}
		}
	}
}

// The units of the equations and of the unknowns change neither the answer nor its success.
func TestRootsInAnyUnits(t *testing.T) {
	for m, method := range rootMethods {
		for _, unit := range []float64{1e-12, 1e-6, 1, 1e6, 1e12} {
			for _, size := range []float64{1e-9, 1, 1e9} {
				f := func(x A) A { return testproblems.BroydenTridiagonal(x.Scale(1 / size)).Scale(unit) }
				r, err := equations(f, method, argmin.Options{}).Run(num.Full(num.Float64, -size, 6), struct{}{})
				want, _ := equations(testproblems.BroydenTridiagonal, argmin.Newton{}, argmin.Options{Tol: 1e-12}).Run(num.Full(num.Float64, -1, 6), struct{}{})
				if err != nil || !r.Success() || maxDiff(r.Params.Scale(1/size), want.Params) > 1e-3 {
					t.Errorf("%s, F×%g, x×%g: %v, %v", m, unit, size, r.State, err)
				}
			}
		}
	}
}
