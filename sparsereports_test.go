package argmin_test

import (
	"math"
	"strings"
	"testing"
	"time"

	"github.com/argmin-go/argmin"
	"github.com/argmin-go/argmin/num"
	"github.com/argmin-go/argmin/robust"
)

// This file tries what users of other libraries for sparse least squares reported.

// A graph of poses of which none is known, and parameters that no residual has (GTSAM: "indeterminant linear system", g2o: "Cholesky
// failure"): what is determined is found, and the others stay where they are.
func TestUnderdeterminedGraph(t *testing.T) {
	g := poseGraph(150)
	free := func(x, scale A) A {
		r := g.residuals(x.Index(num.To(150)), scale)
		return r.Range(0, r.Size()-3) // without the first pose
	}
	start := num.Concat(0, g.start, num.Full(num.Float64, 7, 2, 3))
	for name, m := range map[string]argmin.LeastSquaresMethod{"LevenbergMarquardt": nil, "GaussNewton": argmin.GaussNewton{}, "Dogleg": argmin.Dogleg{}} {
		r, err := argmin.LeastSquares(free, m, argmin.Options{}).Run(start, num.Scalar(1))
		if err != nil || !r.Success() {
			t.Errorf("%s: %v, %v", name, r.State, err)
			continue
		}
		anchored, err := argmin.LeastSquares(g.residuals, m, argmin.Options{}).Run(g.start, num.Scalar(1))
		if d := math.Abs(r.State.Value.Item() - anchored.State.Value.Item()); err != nil || d > 1e-6 {
			t.Errorf("%s: %v, with a known pose %v, %v", name, r.State, anchored.State, err)
		}
		if d := maxDiff(r.Params.Index(num.From(150)), num.Full(num.Float64, 7, 2, 3)); d != 0 {
			t.Errorf("%s: parameters without residuals moved by %g", name, d)
		}
	}
}

// Units of parameters do not matter (Theseus: no ellipsoidal damping for sparse solvers).
func TestSparseUnits(t *testing.T) {
	g := poseGraph(100)
	unit := num.Vector(1e6, 1, 1e-6)
	scaled := func(x, s A) A { return g.residuals(x.Div(unit), s) }
	plain, err := argmin.LeastSquares(g.residuals, nil, argmin.Options{}).Run(g.start, num.Scalar(1))
	other, err2 := argmin.LeastSquares(scaled, nil, argmin.Options{}).Run(g.start.Mul(unit), num.Scalar(1))
	if err != nil || err2 != nil || !plain.Success() || !other.Success() || plain.State.NIter.Item() != other.State.NIter.Item() ||
		maxDiff(plain.Params, other.Params.Div(unit)) > 1e-6 {
		t.Errorf("%v %v, in other units %v %v", plain.State, err, other.State, err2)
	}
}

// Rows and columns at the end that are empty (SparseDiffTools: out of bounds), fewer residuals than parameters (NonlinearSolve.jl: "J isn't
// square"), a residual with all parameters, of which JᵀJ is full (Optim.jl), residuals that no number may have far away, a prior, and a batch.
func TestSparseShapes(t *testing.T) {
	const n = 160
	y := num.Arange(num.Float64, 0, n).Scale(0.05).Sin()
	own := func(x, y A) A { return x.Add(x.Square().Mul(x).Scale(0.1)).Sub(y) }
	next := func(x A) A { return x.Range(1, n).Sub(x.Range(0, n-1)) }
	for what, f := range map[string]func(x, y A) A{
		"empty rows and columns": func(x, y A) A {
			return num.Concat(0, own(x, y).Range(0, n-20), next(x).Range(0, n-20), num.Full(num.Float64, 0.1, 5))
		},
		"fewer residuals":            func(x, y A) A { return own(x, y).Range(0, n/2) },
		"fewer that share":           func(x, y A) A { return next(x).Sub(y.Range(0, n-1)).Range(0, n/2) },
		"a full residual":            func(x, y A) A { return num.Concat(0, own(x, y), next(x), x.Sum().AddScalar(-3).Scale(0.1).Reshape(1)) },
		"not a number far away":      func(x, y A) A { return num.Concat(0, x.AddScalar(2).Log().Sub(y), next(x)) },
		"no entries that are not 0":  func(x, y A) A { return num.Concat(0, own(x, y), x.Mul(num.Const(0))) },
		"residuals that are exact":   func(x, y A) A { return x.Exp().Sub(y.Exp()) },
		"an overdetermined solution": func(x, y A) A { return num.Concat(0, own(x, y), own(x, y.Scale(2)), own(x, y.Neg())) },
	} {
		sparse := argmin.LeastSquares(f, nil, argmin.Options{})
		dense := argmin.LeastSquares(f, argmin.LevenbergMarquardt{Linear: argmin.DampedQR{}}, argmin.Options{})
		got, err := sparse.Run(num.Zeros(n), y)
		want, err2 := dense.Run(num.Zeros(n), y)
		if err != nil || err2 != nil || !got.Success() || maxDiff(got.Params, want.Params) > 1e-5 {
			t.Errorf("%s: %v %v, dense %v %v; %g apart", what, got.State, err, want.State, err2, maxDiff(got.Params, want.Params))
		}
	}
	f := func(x, y A) A { return num.Concat(0, own(x, y), next(x)) }
	s := argmin.LeastSquares(f, nil, argmin.Options{}).WithLoss(robust.Cauchy, nil).WithPrior(func(y A) (A, A) { return y, num.Scalar(2).Add(y.Square()) })
	outliers := y.Add(num.Arange(num.Float64, 0, n).Rem(num.Scalar(17)).Eq(num.Const(0)).AsType(num.Float64).Scale(5))
	many := num.Vmap(func(y A) A { return s.Argmin(num.Zeros(n), y) })(num.Stack(y, outliers))
	for i, y := range []A{y, outliers} {
		if r, err := s.Run(num.Zeros(n), y); err != nil || !r.Success() || maxDiff(r.Params, many.At(i)) > 1e-9 {
			t.Errorf("member %d: %v, %v, %g apart", i, r.State, err, maxDiff(r.Params, many.At(i)))
		}
	}
	// Derivatives of the answer, against differences.
	fit := func(k A) A { return s.Argmin(num.Zeros(n), outliers.Mul(k)).Square().Sum() }
	const h = 1e-5
	got, want := num.Grad(fit)(num.Scalar(1)).Item(), (fit(num.Scalar(1+h)).Item()-fit(num.Scalar(1-h)).Item())/(2*h)
	if math.Abs(got-want) > 1e-5*math.Abs(want) {
		t.Errorf("derivative %v, differences give %v", got, want)
	}
}

// Bounds on many parameters: SciPy's trf turns to LSMR with a sparse Jacobian, and users found it slower and less exact than dense.
func TestSparseBounds(t *testing.T) {
	const n = 150
	y := num.Arange(num.Float64, 0, n).Scale(0.08).Sin().Scale(2)
	f := func(x, y A) A {
		return num.Concat(0, x.Add(x.Square().Mul(x).Scale(0.1)).Sub(y), x.Range(1, n).Sub(x.Range(0, n-1)).Scale(3))
	}
	bounds := func(A) (lower, upper A) { return num.Scalar(-0.5), num.Full(num.Float64, 0.8, n) }
	begin := time.Now()
	r, err := argmin.BoundedLeastSquares(f, bounds, nil, argmin.Options{}).Run(num.Zeros(n), y)
	took := time.Since(begin)
	begin = time.Now()
	want, err2 := argmin.BoundedLeastSquares(f, bounds, nil, argmin.Options{Unroll: true, MaxIter: 100}).Run(num.Zeros(n), y) // dense
	t.Logf("%v in %v, dense %v in %v", r.State, took, want.State, time.Since(begin))
	if err != nil || err2 != nil || !r.Success() || maxDiff(r.Params, want.Params) > 1e-5 {
		t.Errorf("%v %v, dense %v %v, %g apart", r.State, err, want.State, err2, maxDiff(r.Params, want.Params))
	}
}

// A Jacobian that is full and too large to be written out leaves products, or an error that says what to do.
func TestFullJacobianTooLarge(t *testing.T) {
	const n = 20_000
	y := num.Arange(num.Float64, 0, n).Sin()
	f := func(x, y A) A { return x.Add(x.Sum().Scale(1e-3)).Sub(y) }
	r, err := argmin.LeastSquares(f, nil, argmin.Options{}).Run(num.Zeros(n), y)
	if err != nil || !r.Success() || r.State.Value.Item() > 1e-12 {
		t.Errorf("%v, %v", r.State, err)
	}
	free := func(A) (lower, upper A) { return num.Scalar(-9), num.Scalar(9) }
	for name, s := range map[string]*argmin.Solver[A, A]{
		"GaussNewton": argmin.LeastSquares(f, argmin.GaussNewton{}, argmin.Options{}), "Dogleg": argmin.LeastSquares(f, argmin.Dogleg{}, argmin.Options{}),
		"TrustRegionReflective": argmin.BoundedLeastSquares(f, free, nil, argmin.Options{}),
	} {
		_, err := s.Run(num.Zeros(n), y)
		if want := "the Jacobian of 20000 residuals for 20000 parameters is not sparse enough"; err == nil || !strings.Contains(err.Error(), want) || !strings.Contains(err.Error(), name) {
			t.Errorf("%s: error %v, want %q", name, err, want)
		}
	}
}

// The second-order correction and single precision, on a large sparse Jacobian.
func TestSparseVariants(t *testing.T) {
	g := poseGraph(100)
	plain, err := argmin.LeastSquares(g.residuals, nil, argmin.Options{}).Run(g.start, num.Scalar(1))
	if err != nil || !plain.Success() {
		t.Fatal(plain.State, err)
	}
	bent, err := argmin.LeastSquares(g.residuals, argmin.LevenbergMarquardt{Geodesic: true}, argmin.Options{}).Run(g.start, num.Scalar(1))
	if err != nil || !bent.Success() || maxDiff(bent.Params, plain.Params) > 1e-6 {
		t.Errorf("geodesic: %v, %v", bent.State, err)
	}
	const n = 150
	y := num.Arange(num.Float32, 0, n).Scale(0.05).Sin()
	f := func(x, y A) A {
		return num.Concat(0, x.Add(x.Square().Mul(x).Scale(0.1)).Sub(y), x.Range(1, n).Sub(x.Range(0, n-1)))
	}
	single, err := argmin.LeastSquares(f, nil, argmin.Options{Tol: 1e-4}).Run(num.Full(num.Float32, 0, n), y)
	double, err2 := argmin.LeastSquares(f, nil, argmin.Options{}).Run(num.Zeros(n), y.AsType(num.Float64))
	if err != nil || err2 != nil || !single.Success() || maxDiff(single.Params.AsType(num.Float64), double.Params) > 1e-3 {
		t.Errorf("float32: %v, %v; float64: %v, %v; %g apart", single.State, err, double.State, err2, maxDiff(single.Params.AsType(num.Float64), double.Params))
	}
}

// A million variables on circles, a constraint for each two, by products only.
func TestMillionVariables(t *testing.T) {
	n := 2000
	if whole() {
		n = 1_000_000
	}
	y := num.Arange(num.Float64, 0, n).Scale(0.7).Sin().AddScalar(1.5)
	pairs := func(x A) A { return x.Reshape(n/2, 2) }
	c := argmin.Constraints[A, A]{Equal: func(x, _ A) any { return pairs(x).Square().Sum(1).AddScalar(-1) }}
	f := func(x, y A) A { return x.Sub(y).Square().Sum().Scale(0.5) }
	begin := time.Now()
	r, err := argmin.Constrained(f, c, argmin.AugmentedLagrangian{}, argmin.Options{}).Run(argmin.KKT[A]{X: num.Ones(n)}, y)
	if err != nil || !r.Success() {
		t.Fatal(r.State, err)
	}
	want := pairs(y).Div(pairs(y).Square().Sum(1).Sqrt().ExpandDims(1)).Reshape(n)
	t.Logf("%d variables: %v in %v; off by %.2g", n, r.State, time.Since(begin), maxDiff(r.Params.X, want))
	if maxDiff(r.Params.X, want) > 1e-5 {
		t.Errorf("off by %g", maxDiff(r.Params.X, want))
	}
}
