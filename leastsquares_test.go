package argmin_test

import (
	"context"
	"errors"
	"fmt"
	"math"
	"strings"
	"testing"
	"time"

	"github.com/argmin-go/argmin"
	"github.com/argmin-go/argmin/num"
	"github.com/argmin-go/argmin/robust"
	"github.com/argmin-go/argmin/status"
)

// squaresMethods are the methods of LeastSquares.
func squaresMethods() map[string]argmin.LeastSquaresMethod {
	return map[string]argmin.LeastSquaresMethod{
		"LevenbergMarquardt": nil,
		"Cholesky":           argmin.LevenbergMarquardt{Linear: argmin.DampedCholesky{}},
		"CG":                 argmin.LevenbergMarquardt{Linear: argmin.DampedCG{}},
		"Sparse":             argmin.LevenbergMarquardt{Linear: argmin.DampedSparse{}},
		"Geodesic":           argmin.LevenbergMarquardt{Geodesic: true},
		"GaussNewton":        argmin.GaussNewton{},
		"Dogleg":             argmin.Dogleg{},
	}
}

// squaresSolvers are the solvers of residuals by every method, within infinite bounds as well.
func squaresSolvers[D any](f func(A, D) A, opt argmin.Options) map[string]*argmin.Solver[A, D] {
	all := map[string]*argmin.Solver[A, D]{}
	for name, m := range squaresMethods() {
		all[name] = argmin.LeastSquares(f, m, opt)
	}
	all["TrustRegionReflective"] = argmin.BoundedLeastSquares(f, func(D) (lower, upper A) { return A{}, A{} }, nil, opt)
	return all
}

func TestLeastSquaresRefuse(t *testing.T) {
	type data = curve
	d := data{num.Vector(0, 1, 2), num.Vector(1, 2, 3)}
	line := func(p A, d data) A { return p.At(0).Add(p.At(1).Mul(d.X)).Sub(d.Y) }
	run := func(s *argmin.Solver[A, data], x0 A, d data) error { _, err := s.Run(x0, d); return err }
	ls := func(f func(A, data) A) *argmin.Solver[A, data] { return argmin.LeastSquares(f, nil, argmin.Options{}) }
	for what, c := range map[string]struct {
		err  error
		want string
	}{
		"no function":    {run(ls(nil), num.Zeros(2), d), "LeastSquares: residual is nil"},
		"no residuals":   {run(ls(func(p A, d data) A { return p.Range(0, 0) }), num.Zeros(2), d), "there are no residuals"},
		"zero Array":     {run(ls(func(p A, d data) A { return A{} }), num.Zeros(2), d), "zero Array"},
		"another dtype":  {run(ls(func(p A, d data) A { return p.AsType(num.Float32) }), num.Zeros(2), d), "float32, want float64 as the parameters"},
		"integers":       {run(ls(line), num.Zeros(2).AsType(num.Int32), d), "int32, want one floating-point type"},
		"data of length": {run(ls(line), num.Zeros(2), data{num.Vector(0, 1, 2), num.Vector(1, 2)}), "3"},
		"nil loss":       {run(ls(line).WithLoss(nil, nil), num.Zeros(2), d), "WithLoss: loss is nil"},
		"nil prior":      {run(ls(line).WithPrior(nil), num.Zeros(2), d), "WithPrior: prior is nil"},
		"loss of a sum":  {run(ls(line).WithLoss(func(z A) A { return z.Sum() }, nil), num.Zeros(2), d), "the loss is float64 []"},
		"scale":          {run(ls(line).WithLoss(robust.Huber, func(d data) A { return d.X }), num.Zeros(2), d), "scale returned"},
		"prior's shape":  {run(ls(line).WithPrior(func(data) (m, s A) { return num.Zeros(3), num.Ones(3) }), num.Zeros(2), d), "mean"},
		"loss of another kind": {run(argmin.Minimize(func(p A, _ data) A { return p.Sum() }, nil, argmin.Options{}).WithLoss(robust.Huber, nil), num.Zeros(2), d),
			"from Minimize"},
		"radius":    {run(argmin.LeastSquares(line, argmin.LevenbergMarquardt{Radius: -1}, argmin.Options{}), num.Zeros(2), d), "LevenbergMarquardt.Radius is -1"},
		"geodesic":  {run(argmin.LeastSquares(line, argmin.LevenbergMarquardt{Geodesic: true, Linear: argmin.DampedCG{}}, argmin.Options{}), num.Zeros(2), d), "Geodesic"},
		"no bounds": {run(argmin.BoundedLeastSquares[A, data](line, nil, nil, argmin.Options{}), num.Zeros(2), d), "bounds is nil"},
		"wrapped":   {run(argmin.AndersonWrapper(ls(line), argmin.AndersonAcceleration{}), num.Zeros(2), d), "cannot be accelerated"},
	} {
		if c.err == nil || !strings.Contains(c.err.Error(), c.want) || !strings.HasPrefix(c.err.Error(), "argmin") {
			t.Errorf("%s: %v", what, c.err)
		}
	}
	// Bounds that no point satisfies, and equal ones.
	crossed := argmin.BoundedLeastSquares(line, func(data) (lower, upper A) { return num.Vector(1, 1), num.Vector(0, 2) }, nil, argmin.Options{})
	if r, err := crossed.Run(num.Zeros(2), d); err != nil || r.State.Status() != status.Infeasible {
		t.Errorf("crossed bounds: %v, %v", r.State, err)
	}
	equal := argmin.BoundedLeastSquares(line, func(data) (lower, upper A) { return num.Vector(0.5, -9), num.Vector(0.5, 9) }, nil, argmin.Options{})
	if r, err := equal.Run(num.Zeros(2), d); err != nil || !r.Success() || maxDiff(r.Params, num.Vector(0.5, 1.3)) > 1e-9 {
		t.Errorf("equal bounds: %v %v, %v", r.Params, r.State, err)
	}
	for name, s := range squaresSolvers(line, argmin.Options{}) {
		for _, bad := range []float64{math.NaN(), math.Inf(1)} {
			r, err := s.Run(num.Vector(1, bad), d)
			if err != nil || r.State.Status() != status.NonFinite && !(name == "TrustRegionReflective" && math.IsInf(bad, 1)) {
				t.Errorf("%s started with %v: %v, %v", name, bad, r.State, err)
			}
		}
		nan := data{d.X, num.Vector(1, math.NaN(), 3)}
		if r, err := s.Run(num.Zeros(2), nan); err != nil || r.State.Status() != status.NonFinite {
			t.Errorf("%s with NaN in data: %v, %v", name, r.State, err)
		}
	}
}

// Units of parameters and residuals, 1e±8, change neither the answer nor that it is one; a start that is no solution is none in any units.
func TestLeastSquaresInAnyUnits(t *testing.T) {
	type data struct{ X, Y, Unit, Size A }
	x := num.Linspace(0, 4, 20)
	y := x.Scale(-1.3).Exp().Scale(2.5).Add(x.Scale(7).Sin().Scale(0.02))
	f := func(p A, d data) A {
		q := p.Div(d.Unit)
		return q.At(1).Mul(d.X).Neg().Exp().Mul(q.At(0)).Sub(d.Y).Mul(d.Size)
	}
	var want A
	for _, units := range [][]float64{{1, 1}, {1e8, 1e-8}, {1e-8, 1e-8}, {1e8, 1e8}, {1e-8, 1e8}} {
		for _, size := range []float64{1, 1e-8, 1e8} {
			d := data{x, y, num.New(units), num.Scalar(size)}
			for name, s := range squaresSolvers(f, argmin.Options{}) {
				r, err := s.Run(num.Vector(1, 0.1).Mul(d.Unit), d)
				got := r.Params.Div(d.Unit)
				if want == (A{}) {
					want = got
				}
				if err != nil || !r.Success() || maxDiff(got, want) > 1e-7 {
					t.Errorf("%s in units %v and %g: %v %v, %v", name, units, size, got, r.State, err)
				}
			}
		}
	}
}

// Residuals that can be zero end as converged, also where the Jacobian is singular there and where the solution is 0.
func TestExactFits(t *testing.T) {
	for what, c := range map[string]struct {
		f     func(A, A) A
		start A
	}{
		"line":         {func(p, x A) A { return p.At(0).Add(p.At(1).Mul(x)).Sub(x.Scale(3).AddScalar(-1)) }, num.Zeros(2)},
		"decay":        {func(p, x A) A { return p.At(0).Mul(x).Exp().Sub(x.Scale(-0.7).Exp()).Mul(p.At(1)) }, num.Vector(0.3, 2)},
		"at zero":      {func(p, x A) A { return p.At(0).Mul(x).Exp().AddScalar(-1) }, num.Vector(1)},
		"square":       {func(p, _ A) A { return p.Square() }, num.Vector(2)},
		"cube at one":  {func(p, _ A) A { q := p.AddScalar(-1); return q.Square().Mul(q) }, num.Vector(3)},
		"zero at once": {func(p, x A) A { return p.At(0).Mul(x) }, num.Vector(0)},
	} {
		for name, s := range squaresSolvers(c.f, argmin.Options{}) {
			r, err := s.Run(c.start, num.Vector(0.5, 1, 2))
			if err != nil || !(r.State.Value.Item() <= 1e-14) || !r.Success() && !(r.State.Value.Item() < 1e-300) &&
				!(what == "at zero" && r.State.Status() == status.Stalled && r.State.Value.Item() < 1e-30) {
				// Numbers end before residuals of a singular problem do; and at 0 nothing shows that 1e-16 is their rounding.
				t.Errorf("%s by %s: %v %v, %v", what, name, r.Params, r.State, err)
			}
		}
	}
}

// Robust losses: the answer is a minimum of the loss, by a smooth method as well, and its derivative with respect to the scale and the
// data is that of differences.
func TestLosses(t *testing.T) {
	x := num.Linspace(0, 3, 25)
	bad := make([]float64, 25)
	bad[4], bad[17], bad[20] = 4, -3, 6
	y := x.Scale(-0.9).Exp().Scale(3).Add(x.Scale(11).Sin().Scale(0.05)).Add(num.New(bad))
	type data struct{ X, Y, S A }
	f := func(p A, d data) A { return p.At(0).Mul(p.At(1).Mul(d.X).Neg().Exp()).Sub(d.Y) }
	start := num.Vector(2.5, 0.8)
	for name, rho := range map[string]robust.Loss{"soft_l1": robust.SoftL1, "huber": robust.Huber, "cauchy": robust.Cauchy, "arctan": robust.Arctan, "tukey": robust.Tukey} {
		scale := 0.2
		if name == "tukey" {
			scale = 1
		}
		d := data{x, y, num.Scalar(scale)}
		value := func(p A, d data) A {
			return rho(f(p, d).Div(d.S).Square()).Sum().Mul(d.S.Square()).Scale(0.5)
		}
		want, err := argmin.Minimize(value, argmin.Newton{}, argmin.Options{Tol: 1e-11}).Run(start, d)
		if err != nil || !want.Success() {
			t.Fatal(name, err, want.State)
		}
		for method, s := range squaresSolvers(f, argmin.Options{Tol: 1e-11}) {
			if method == "GaussNewton" && name == "arctan" {
				continue // its corrected Jacobian is nearly singular for outliers: see the documentation of WithLoss
			}
			s = s.WithLoss(rho, func(d data) A { return d.S })
			r, err := s.Run(start, d)
			if err != nil || !r.Success() || maxDiff(r.Params, want.Params) > 1e-7 {
				t.Errorf("%s by %s: %v %v, %v; want %v", name, method, r.Params, r.State, err, want.Params)
				continue
			}
			if math.Abs(r.State.Value.Item()-want.State.Value.Item()) > 1e-12 {
				t.Errorf("%s by %s: value %v, want %v", name, method, r.State.Value, want.State.Value)
			}
			if method != "LevenbergMarquardt" {
				continue
			}
			at := func(sc A) A { return s.Argmin(start, data{x, y, sc}) }
			h := num.Scalar(1e-4)
			diff := at(d.S.Add(h)).Sub(at(d.S.Sub(h))).Scale(0.5e4)
			if e := maxDiff(num.JacobianFwd(at)(d.S), diff); e > 1e-5 {
				t.Errorf("%s: derivative with respect to the scale %v, want %v", name, num.JacobianFwd(at)(d.S), diff)
			}
		}
	}
}

// A prior is a ridge: closed forms of the answer and its derivative.
func TestPriors(t *testing.T) {
	a := num.New([]float64{1, 2, 0, 1, 1, 1, 3, 0, 1, 2, 2, 2}, 4, 3)
	y := num.Vector(1, 2, 0, 3)
	f := func(p, y A) A { return a.MatMul(p).Sub(y) }
	type data = [2]A // y, the mean
	sd := num.Vector(0.5, math.Inf(1), 2)
	w := num.Vector(4, 0, 0.25)
	h := a.T().MatMul(a).Add(num.FromDiag(w))
	want := num.Solve(h, a.T().MatMul(y).Add(w.Mul(num.Vector(1, 9, -1))))
	for name, m := range squaresMethods() {
		s := argmin.LeastSquares(func(p A, d data) A { return f(p, d[0]) }, m, argmin.Options{Tol: 1e-12}).
			WithPrior(func(d data) (mean, deviation A) { return d[1], sd }).WithLoss(robust.SoftL1, func(data) A { return num.Scalar(1e6) })
		at := func(mean A) A { return s.Argmin(num.Zeros(3), data{y, mean}) }
		if got := at(num.Vector(1, 9, -1)); maxDiff(got, want) > 1e-9 {
			t.Errorf("%s: %v, want %v", name, got, want)
		}
		jac := num.Solve(h, num.FromDiag(w))
		if got := num.JacobianRev(at)(num.Vector(1, 9, -1)); maxDiff(got, jac) > 1e-8 {
			t.Errorf("%s: derivative %v, want %v", name, got, jac)
		}
	}
}

// Fewer residuals than parameters, and equal columns: a solution, and the derivative of least norm, or an error.
func TestRankDeficientFits(t *testing.T) {
	sum := func(p, y A) A { return p.Sum().Sub(y).Reshape(1) }
	same := func(p, y A) A { return num.Vector(1, 2, 3).Mul(p.At(0).Add(p.At(1))).Sub(y.Mul(num.Vector(1, 2, 4))) }
	for what, f := range map[string]func(p, y A) A{"one residual": sum, "equal columns": same} {
		for name, s := range squaresSolvers(f, argmin.Options{}) {
			if name == "Cholesky" || name == "Sparse" { // whose steps are not the shortest, by their documentation
				continue
			}
			r, err := s.Run(num.Vector(0.5, 0.5), num.Scalar(3))
			if err != nil || !r.Success() || math.Abs(r.Params.At(0).Sub(r.Params.At(1)).Item()) > 1e-6 {
				t.Errorf("%s by %s: %v %v, %v", what, name, r.Params, r.State, err)
				continue
			}
			d, err := num.Try(func() A {
				return num.JacobianFwd(func(y A) A { return s.Argmin(num.Vector(0.5, 0.5), y) })(num.Scalar(3))
			})
			if err == nil && math.Abs(d.At(0).Sub(d.At(1)).Item()) > 1e-8 || err != nil && !errors.Is(err, num.ErrNumeric) {
				t.Errorf("%s by %s: derivative %v, %v", what, name, d, err)
			}
		}
	}
}

// A batch of fits of different difficulty is a loop of fits, and the state that a step keeps is made again for other data.
func TestLeastSquaresOnOtherData(t *testing.T) {
	x := num.Linspace(0, 4, 20)
	f := func(p A, y A) A { return p.At(1).Mul(x).Neg().Exp().Mul(p.At(0)).Sub(y) }
	other := func(a, b float64) A { return x.Scale(-b).Exp().Scale(a) }
	for name, s := range squaresSolvers(f, argmin.Options{}) {
		step, err := s.Init(num.Vector(1, 1), other(2, 1.5))
		for err == nil && step.Result.State.Status() == status.Running {
			step, err = s.Update(step, other(2, 1.5))
		}
		if err != nil || !step.Result.Success() || maxDiff(step.Result.Params, num.Vector(2, 1.5)) > 1e-6 {
			t.Errorf("%s by updates: %v %v, %v", name, step.Result.Params, step.Result.State, err)
			continue
		}
		step, err = s.Continue(context.Background(), step, other(3, 0.5))
		if err != nil || !step.Result.Success() || maxDiff(step.Result.Params, num.Vector(3, 0.5)) > 1e-6 {
			t.Errorf("%s continued on other data: %v %v, %v", name, step.Result.Params, step.Result.State, err)
		}
		ys := num.Stack(other(2, 1.5), other(3, 0.5), other(1, 1), other(2, 0.01).Add(x.Sin()))
		type answer struct{ X, N A }
		solve := func(y A) answer { x, st := s.ArgminState(num.Vector(1, 1), y); return answer{x, st.NIter} }
		many := num.Vmap(solve)(ys)
		for i := range 4 {
			one := solve(ys.At(i))
			if maxDiff(many.X.At(i), one.X) > 1e-9 || many.N.At(i).Item() != one.N.Item() {
				t.Errorf("%s, member %d: %v after %v, alone %v after %v", name, i, many.X.At(i), many.N.At(i), one.X, one.N)
			}
		}
	}
}

func ExampleSolver_WithLoss_all() {
	fmt.Println(robust.SoftL1(num.Scalar(3)), robust.Huber(num.Scalar(4)), robust.Tukey(num.Scalar(2)))
	// Output: 2 3 0.333333
}

// A hundred thousand parameters and a million residuals, each of neighbours, by only products, or with ARGMIN_WHOLE=1 by entries: in time and
// memory in proportion.
func TestLargeFit(t *testing.T) {
	if testing.Short() {
		t.Skip("takes ten seconds")
	}
	const n = 100_000
	f := neighbours(n)
	y := num.Arange(num.Float64, 0, n).Scale(2e-3).Sin()
	m := argmin.LevenbergMarquardt{Linear: argmin.DampedCG{}}
	if whole() { // by entries
		m.Linear = nil
	}
	begin := time.Now()
	r, err := argmin.LeastSquares(f, m, argmin.Options{}).Run(num.Zeros(n), y)
	t.Log(r.State, time.Since(begin))
	if err != nil || !r.Success() {
		t.Fatal(r.State, err)
	}
	g := num.Grad(func(x A) A {
		sum := num.Scalar(0)
		for _, r := range f(x, y) {
			sum = sum.Add(r.Dot(r))
		}
		return sum.Scale(0.5)
	})(r.Params)
	if e := g.Abs().Max().Item(); e > 1e-5 {
		t.Errorf("a gradient of %g is left", e)
	}
}
