package argmin_test

import (
	"fmt"
	"maps"
	"math"
	"slices"
	"strings"
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
		// The other equation is met, and much larger.
		"exp(-x) next to x = 1": {func(x A) A { return num.Stack(x.At(0).AddScalar(-1), x.At(1).Neg().Exp()) }, 1, 0},
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

// What is wrong with the arguments is an error that names it.
func TestRootsWithBadInput(t *testing.T) {
	id := func(x A) A { return x }
	for name, c := range map[string]struct {
		run  func() error
		want []string
	}{
		"shape": {func() error {
			_, err := equations(func(x A) A { return x.Range(0, 1) }, nil, argmin.Options{}).Run(num.Ones(2), struct{}{})
			return err
		}, []string{"argmin.Root", "the result of f is float64 [1]", "want float64 [2] as the parameters"}},
		"dtype": {func() error {
			_, err := equations(func(x A) A { return x.AsType(num.Float32) }, nil, argmin.Options{}).Run(num.Ones(2), struct{}{})
			return err
		}, []string{"argmin.Root", "float32 [2]", "float64 [2]"}},
		"structure": {func() error {
			f := func(x []A, _ struct{}) []A { return x[:1] }
			_, err := argmin.Root(f, nil, argmin.Options{}).Run([]A{num.Ones(1), num.Ones(1)}, struct{}{})
			return err
		}, []string{"argmin.Root", "the result of f"}},
		"integers": {func() error {
			_, err := equations(id, nil, argmin.Options{}).Run(num.Int(3).Reshape(1), struct{}{})
			return err
		}, []string{"argmin.Root", "int32", "floating-point"}},
		"no arrays": {func() error {
			f := func(x struct{}, _ struct{}) struct{} { return x }
			_, err := argmin.Root(f, nil, argmin.Options{}).Run(struct{}{}, struct{}{})
			return err
		}, []string{"argmin.Root", "have no arrays"}},
		"nil f": {func() error {
			_, err := argmin.Root[A, A](nil, nil, argmin.Options{}).Run(num.Ones(2), num.Ones(2))
			return err
		}, []string{"argmin.Root", "f is nil"}},
		"nil bracket": {func() error {
			_, err := argmin.Bracketed(func(x, _ A) A { return x }, nil, nil, argmin.Options{}).Run(num.Ones(2), num.Ones(2))
			return err
		}, []string{"argmin.Bracketed", "bracket is nil"}},
		"bracket's shape": {func() error {
			f := func(x A, _ struct{}) A { return x }
			_, err := argmin.Bracketed(f, func(struct{}) (A, A) { return num.Zeros(3), num.Ones(2) }, nil, argmin.Options{}).Run(num.Ones(2), struct{}{})
			return err
		}, []string{"argmin.Bracketed", "lower is float64 [3], want float64 [2]"}},
		"f's shape": {func() error {
			_, err := between(func(x A) A { return x.Sum() }, 0, 1, num.Float64, nil).Run(num.Ones(2), struct{}{})
			return err
		}, []string{"argmin.Bracketed", "the result of f is float64 []"}},
		"unrolled": {func() error {
			_, err := equations(id, argmin.Broyden{}, argmin.Options{Unroll: true}).Run(num.Ones(2), struct{}{})
			return err
		}, []string{"argmin.Broyden", "no derivative"}},
		"unrolled bracket": {func() error {
			f := func(x A, _ struct{}) A { return x }
			_, err := argmin.Bracketed(f, func(struct{}) (A, A) { return num.Scalar(-1), num.Scalar(1) }, nil, argmin.Options{Unroll: true}).Run(num.Ones(2), struct{}{})
			return err
		}, []string{"argmin.Bracketed", "Options.Unroll"}},
		"memory": {func() error {
			_, err := equations(id, argmin.Broyden{Memory: -1}, argmin.Options{}).Run(num.Ones(2), struct{}{})
			return err
		}, []string{"Broyden.Memory"}},
		"preconditioner": {func() error {
			m := argmin.NewtonKrylov{Precond: func(x, r A) A { return r.Range(0, 1) }}
			_, err := equations(id, m, argmin.Options{}).Run(num.Ones(2), struct{}{})
			return err
		}, []string{"argmin.NewtonKrylov", "the result of Precond"}},
		"growth": {func() error {
			f := func(x, _ A) A { return x }
			_, err := num.Try(func() A {
				argmin.FindBracket(f, func(A) (A, A) { return num.Zeros(1), num.Ones(1) }, nil, argmin.BracketGrowth{Factor: 0.5})
				return A{}
			})
			return err
		}, []string{"argmin.FindBracket", "Factor"}},
	} {
		err := c.run()
		for _, part := range c.want {
			if err == nil || !strings.Contains(err.Error(), part) {
				t.Errorf("%s: the error is %v, want one with %q", name, err, part)
			}
		}
	}
	for m, method := range rootMethods {
		r, err := equations(id, method, argmin.Options{}).Run(num.Zeros(0), struct{}{})
		if err != nil || !r.Success() {
			t.Errorf("no unknowns, %s: %v, %v", m, r.State, err)
		}
		r, err = equations(id, method, argmin.Options{}).Run(num.Vector(1, math.NaN()), struct{}{})
		if err != nil || r.State.Status() != status.NonFinite || r.State.NIter.Item() != 0 {
			t.Errorf("NaN at the start, %s: %v, %v", m, r.State, err)
		}
	}
	for m, method := range bracketMethods {
		r, err := between(id, -1, 1, num.Float64, method).Run(num.Zeros(0), struct{}{})
		if err != nil || !r.Success() {
			t.Errorf("no brackets, %s: %v, %v", m, r.State, err)
		}
	}
}

// At a root with a singular Jacobian there is no derivative, unless the root moves smoothly all the same.
func TestDerivativesAtSingularRoots(t *testing.T) {
	double := argmin.Root(func(x, th A) A { return x.Square().Sub(th) }, nil, argmin.Options{})
	grad := func(th float64) (A, error) {
		return num.Try(func() A {
			return num.Grad(func(th A) A { return double.Argmin(num.Vector(1), th).Sum() })(num.Scalar(th))
		})
	}
	if g, err := grad(0); err == nil || !strings.Contains(err.Error(), "singular") {
		t.Errorf("at a double root: %v, %v", g, err)
	}
	for _, th := range []float64{1e-2, 1, 1e6} {
		if g, err := grad(th); err != nil || math.Abs(g.Item()*2*math.Sqrt(th)-1) > 1e-3 {
			t.Errorf("√%g: %v, %v", th, g, err)
		}
	}
	flat := argmin.Root(func(x, th A) A { // two times the same equation, met along a line
		s := x.Sum().Sub(th)
		return num.Stack(s, s)
	}, nil, argmin.Options{})
	g, err := num.Try(func() A {
		return num.JacobianFwd(func(th A) A { return flat.Argmin(num.Vector(1, 3), th) })(num.Scalar(2))
	})
	if err != nil || maxDiff(g, num.Vector(0.5, 0.5)) > 1e-9 {
		t.Errorf("along a line of roots: %v, %v", g, err)
	}
	torn := argmin.Root(func(x, th A) A { // met for θ = 0 only
		s := x.Sum()
		return num.Stack(s.Sub(th), s.Add(th))
	}, nil, argmin.Options{})
	if g, err := num.Try(func() A {
		return num.JacobianFwd(func(th A) A { return torn.Argmin(num.Vector(1, 3), th) })(num.Scalar(0))
	}); err == nil ||
		!strings.Contains(err.Error(), "singular") {
		t.Errorf("a root that is there for one θ only: %v, %v", g, err)
	}
}

// Bratu's problem u_xx + u_yy + λ exp(u) = 0 with ten thousand unknowns, with a preconditioner and without, and Broyden's
// tridiagonal system with a hundred thousand.
func TestLargeSystems(t *testing.T) {
	const n = 100
	solve := func(f func(A) A, size int, m argmin.RootMethod) argmin.Result[A] {
		r, err := equations(f, m, argmin.Options{Tol: 1e-8}).Run(num.Zeros(size), struct{}{})
		if err != nil || !r.Success() {
			t.Errorf("%v, %v", r.State, err)
		}
		return r
	}
	h := 1.0 / (n + 1)
	laplacian := func(u A) A {
		w := u.Reshape(n, n).Pad([]int{1, 1}, []int{1, 1})
		part := func(i, j int) A { return w.Index(num.Span(i, i+n), num.Span(j, j+n)) }
		return part(0, 1).Add(part(2, 1)).Add(part(1, 0)).Add(part(1, 2)).Sub(part(1, 1).Scale(4)).Reshape(n * n)
	}
	bratu := func(u A) A { return laplacian(u).Add(u.Exp().Scale(6 * h * h)) }
	// The inverse of the Laplacian, by sines: the matrices that diagonalize it.
	k := num.Arange(num.Float64, 1, n+1)
	s := num.Outer(k, k).Scale(math.Pi * h).Sin().Scale(math.Sqrt(2 * h))
	e := k.Scale(math.Pi * h / 2).Sin().Square().Scale(-4)
	both := e.Reshape(n, 1).Add(e.Reshape(1, n))
	inverse := func(_, r A) A {
		return s.MatMul(s.MatMul(r.Reshape(n, n)).MatMul(s).Div(both)).MatMul(s).Reshape(n * n)
	}
	plain, with := solve(bratu, n*n, argmin.NewtonKrylov{}), solve(bratu, n*n, argmin.NewtonKrylov{Precond: inverse})
	if d := maxDiff(plain.Params, with.Params); d > 1e-5 || math.Abs(with.Params.Max().Item()-0.7825) > 0.2 {
		t.Errorf("with the preconditioner off by %g; the largest u is %v", d, with.Params.Max())
	}
	if with.State.NIter.Item() > 8 {
		t.Errorf("with the preconditioner %v", with.State)
	}
	t.Log(plain.State, "\n", with.State, with.Params.Max())
	const many = 100_000
	krylov, broyden := solve(testproblems.BroydenTridiagonal, many, nil), solve(testproblems.BroydenTridiagonal, many, argmin.Broyden{})
	if d := maxDiff(krylov.Params, broyden.Params); d > 1e-7 {
		t.Errorf("Broyden's and Krylov's roots are %g apart", d)
	}
	t.Log(krylov.State, "\n", broyden.State)
}
