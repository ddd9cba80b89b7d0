package perturb_test

import (
	"errors"
	"math"
	"strings"
	"testing"

	"github.com/argmin-go/argmin/num"
	"github.com/argmin-go/argmin/perturb"
)

// pair is a tree of four numbers.
type pair struct {
	U A
	V []A
}

func split(x A) pair { return pair{x.Range(0, 2).Reshape(1, 2), []A{x.At(2), x.Range(3, 4)}} }

func join(y pair) A {
	v, _ := num.Ravel(y)
	return v
}

// A tree is one long vector, for the argument, the result and the derivative.
func TestTrees(t *testing.T) {
	o := perturb.Options{Samples: 30, Sigma: 0.5, Baseline: perturb.Others}
	argmax := func(x pair) pair { return split(oneHot(join(x))) }
	flat, deep := perturb.Argmax(oneHot, o), perturb.Argmax(argmax, o)
	near(t, "Argmax", join(deep(split(x0), key(1))), flat(x0, key(1)), 1e-16)
	jac := num.JacobianRev(func(x A) A { return join(deep(split(x), key(1))) })
	near(t, "its Jacobian", jac(x0), num.JacobianRev(func(x A) A { return flat(x, key(1)) })(x0), 1e-15)
	maxFlat, maxDeep := perturb.Max(oneHot, o), perturb.Max(argmax, o)
	near(t, "Max", maxDeep(split(x0), key(1)), maxFlat(x0, key(1)), 1e-16)
	g := num.Grad(func(x pair) A { return maxDeep(x, key(1)) })(split(x0))
	near(t, "its gradient", join(g), flat(x0, key(1)), 1e-16)

	// To another tree, with leaves of other shapes and of another dtype.
	type out struct {
		Sum  A
		Rows map[string]A
	}
	f := perturb.Fun(func(x pair) out {
		y := join(x)
		return out{relu(y).AsType(num.Float32), map[string]A{"outer": num.Outer(y, oneHot(y))}}
	}, o)
	y := f(split(x0), key(1))
	if y.Sum.DType() != num.Float32 || y.Rows["outer"].Rank() != 2 {
		t.Errorf("result is %v", y)
	}
	near(t, "leaf", y.Sum.AsType(num.Float64), perturb.Fun(relu, o)(x0, key(1)), 1e-6)
	outer := func(x A) A { return f(split(x), key(1)).Rows["outer"] }
	want := perturb.Fun(func(x A) A { return num.Outer(x, oneHot(x)) }, o)
	near(t, "other leaf", outer(x0), want(x0, key(1)), 1e-15)
	near(t, "its derivative", num.JacobianFwd(outer)(x0), num.JacobianFwd(func(x A) A { return want(x, key(1)) })(x0), 1e-14)
}

// What f captures is differentiated through f, and what Max captures is refused.
func TestCapturedArrays(t *testing.T) {
	o := perturb.Options{Samples: 40, Sigma: 0.5, Noise: perturb.Normal, Baseline: perturb.Center}
	w := num.Vector(1, -2, 0.5, 3)
	value := func(w A) A {
		return perturb.Fun(func(x A) A { return num.Maximum(x.Mul(w), num.Scalar(0)).Sum() }, o)(x0, key(1))
	}
	got := num.Grad(value)(w)
	for i := range 4 {
		h := num.FromDiag(num.Ones(4)).At(i).Scale(1e-6)
		want := value(w.Add(h)).Sub(value(w.Sub(h))).Scale(0.5e6)
		near(t, "derivative in what is captured", got.At(i), want, 1e-8)
	}
	_, err := num.Try(func() A {
		return num.Grad(func(w A) A {
			return perturb.Max(func(x A) A { return oneHot(x).Mul(w) }, o)(x0, key(1))
		})(w)
	})
	if !errors.Is(err, num.ErrRule) || !strings.Contains(err.Error(), "captured") {
		t.Errorf("error is %v", err)
	}
	// Something else that depends on what is differentiated does no harm.
	near(t, "through x", num.Grad(func(w A) A { return perturb.Max(oneHot, o)(x0.Mul(w), key(1)) })(w),
		perturb.Argmax(oneHot, o)(x0.Mul(w), key(1)).Mul(x0), 1e-15)
}

// Multiplied by the same number, x and Sigma give the same argmax, at any scale.
func TestScaleInvariance(t *testing.T) {
	for _, b := range []perturb.Baseline{perturb.None, perturb.Center, perturb.Others} {
		for _, c := range []float64{1e-100, 1e-9, 1e9, 1e100} {
			c = math.Exp2(math.Round(math.Log2(c))) // exactly
			f := func(sigma float64) func(A) A {
				argmax := perturb.Argmax(oneHot, perturb.Options{Samples: 20, Sigma: sigma, Baseline: b})
				return func(x A) A { return argmax(x, key(1)) }
			}
			near(t, "value", f(0.5*c)(x0.Scale(c)), f(0.5)(x0), 0)
			near(t, "Jacobian", num.JacobianRev(f(0.5*c))(x0.Scale(c)).Scale(c), num.JacobianRev(f(0.5))(x0), 1e-14)
		}
	}
	// Little noise changes nothing; its derivative is zero or large, but a number.
	argmax := perturb.Argmax(oneHot, perturb.Options{Samples: 20, Sigma: 1e-300, Baseline: perturb.Center})
	near(t, "no noise", argmax(x0, key(1)), oneHot(x0), 1e-15)
	near(t, "and its derivative", num.JacobianRev(func(x A) A { return argmax(x, key(1)) })(x0), num.Zeros(4, 4), 0)
}

func TestNotFinite(t *testing.T) {
	for _, b := range []perturb.Baseline{perturb.None, perturb.Center, perturb.Others} {
		o := perturb.Options{Samples: 20, Sigma: 0.5, Baseline: b}
		inf := func(x A) A { return num.Scalar(1).Div(num.Maximum(x.At(0), num.Scalar(0))) } // +Inf for x₀ ≤ 0
		f := perturb.Fun(inf, o)
		if y := f(x0.Scale(0), key(1)).Item(); !math.IsInf(y, 1) {
			t.Errorf("mean of infinite numbers is %v", y)
		}
		if y := f(x0.Scale(math.NaN()), key(1)).Item(); !math.IsNaN(y) {
			t.Errorf("NaN gives %v", y)
		}
		// The largest element is infinite: that one is taken, always.
		argmax := perturb.Argmax(oneHot, o)
		x := num.Vector(1, math.Inf(1), math.Inf(-1), 2)
		near(t, "infinite", argmax(x, key(1)), num.Vector(0, 1, 0, 0), 1e-15)
	}
}

func TestEmptyAndScalar(t *testing.T) {
	o := perturb.Options{Samples: 10}
	same := func(x A) A { return x }
	if y := perturb.Argmax(same, o)(num.Zeros(0), key(1)); y.Size() != 0 {
		t.Errorf("empty array gives %v", y)
	}
	if y := perturb.Max(same, o)(num.Zeros(2, 0), key(1)); y.Item() != 0 {
		t.Errorf("empty array gives %v", y)
	}
	if y := num.Grad(func(x A) A { return perturb.Max(same, o)(x, key(1)) })(num.Zeros(2, 0)); y.Size() != 0 {
		t.Errorf("gradient of an empty array is %v", y)
	}
	// The largest of ±1 for a number: tanh(x/σ) with logistic noise, as differences
	// of Gumbel's are.
	sign := perturb.Argmax(func(x A) A { return x.Sign() }, perturb.Options{Samples: 500, Sigma: 0.5, Noise: logistic})
	unbiased(t, "sign", func(k A) A { return sign(num.Scalar(0.3), k) }, num.Scalar(0.3).Tanh(), 0.005)
	unbiased(t, "derivative", func(k A) A {
		return num.Grad(func(x A) A { return sign(x, k) })(num.Scalar(0.3))
	}, num.Grad(num.Array.Tanh)(num.Scalar(0.3)), 0.01)
	// The zero value of the options: 1000 samples of Gumbel noise, times 0.1.
	got := perturb.Argmax(oneHot, perturb.Options{})(x0, key(1))
	want := perturb.Argmax(oneHot, perturb.Options{Samples: 1000, Sigma: 0.1, Noise: perturb.Gumbel})(x0, key(1))
	near(t, "defaults", got, want, 0)
}

func TestWrongArguments(t *testing.T) {
	o := func(o perturb.Options) func() A {
		return func() A { return perturb.Fun(relu, o)(x0, key(1)) }
	}
	k := key(1)
	none := perturb.Options{}
	shape := func(key A, d num.DType, shape ...int) A { return num.Zeros(3) }
	for name, c := range map[string]struct {
		f    func() A
		kind error
		text string
	}{
		"samples":  {o(perturb.Options{Samples: -1}), num.ErrArgument, "perturb.Fun: Samples is -1, want 1 or more"},
		"sigma":    {o(perturb.Options{Sigma: -1}), num.ErrArgument, "Sigma is -1, want a positive number"},
		"sigma of": {o(perturb.Options{Sigma: math.NaN()}), num.ErrArgument, "Sigma is NaN"},
		"baseline": {o(perturb.Options{Baseline: 3}), num.ErrArgument, "Baseline is 3"},
		"others":   {o(perturb.Options{Baseline: perturb.Others, Samples: 1}), num.ErrArgument, "Others with 1 sample, want 2 or more"},
		"density":  {o(perturb.Options{Noise: perturb.Noise{Sample: num.Normal}}), num.ErrArgument, "Noise has no LogDensity"},
		"sample":   {o(perturb.Options{Noise: perturb.Noise{Sample: shape, LogDensity: num.Array.Exp}}), num.ErrShape, "Noise.Sample gives float64 of shape [3], want float64 of shape [1000 4]"},
		"log":      {o(perturb.Options{Noise: perturb.Noise{Sample: num.Normal, LogDensity: relu}}), num.ErrShape, "Noise.LogDensity gives shape [] for noise of shape [1000 4]"},
		"key":      {func() A { return perturb.Fun(relu, none)(x0, num.Scalar(1)) }, num.ErrArgument, "the key is f64[], want uint32 of shape [2]"},
		"integers": {func() A { return perturb.Max(oneHot, none)(num.Arange(num.Int32, 0, 3), k) }, num.ErrDType, "perturb.Max: x is int32, want one floating-point type"},
		"mixed": {func() A {
			return perturb.Fun(func(x []A) A { return x[0] }, none)([]A{x0, x0.AsType(num.Float32)}, k)
		}, num.ErrDType, "x[1] is float32"},
		"nothing":  {func() A { return perturb.Fun(func([]A) A { return x0 }, none)(nil, k) }, num.ErrArgument, "perturb.Fun: x has no arrays"},
		"result":   {func() A { return perturb.Fun(func(x A) A { return x.ArgMax(0) }, none)(x0, k) }, num.ErrDType, "perturb.Fun: the function gives int32"},
		"argmax":   {func() A { return perturb.Argmax(relu, none)(x0, k) }, num.ErrShape, "perturb.Argmax: argmax gives float64 of shape [], want float64 of shape [4] as x has"},
		"of max":   {func() A { return perturb.Max(func(x A) A { return x.ArgMax(0) }, none)(x0, k) }, num.ErrShape, "perturb.Max: argmax gives int32 of shape []"},
		"tree":     {func() A { return perturb.Max(func(x []A) []A { return x[:1] }, none)([]A{x0, x0}, k) }, num.ErrShape, "argmax gives a tree with [[0]], want one like x, with [[0] [1]]"},
		"its leaf": {func() A { return perturb.Max(func(x []A) []A { return []A{x[0].Sum()} }, none)([]A{x0}, k) }, num.ErrShape, "argmax gives for [0] float64 of shape []"},
	} {
		_, err := num.Try(c.f)
		var e *num.Error
		if !errors.Is(err, c.kind) || !errors.As(err, &e) || !strings.Contains(err.Error(), c.text) {
			t.Errorf("%s: error is %v, want one with %q", name, err, c.text)
		}
	}
}

// The cheapest path over a small map: the argmax of minus the costs is the derivative
// of the cheapest cost.
func TestShortestPath(t *testing.T) {
	const n = 4
	cost := num.New([]float64{1, 3, 1, 1, 1, 4, 1, 5, 1, 1, 1, 2, 6, 2, 1, 1}, n, n)
	cheapest := func(c A) A { // steps go right or down
		return num.ForLoop(1, n, func(i, above A) A {
			_, row := num.Scan(func(left A, x [2]A) (A, A) {
				best := num.Minimum(left, x[0]).Add(x[1])
				return best, best
			}, num.Scalar(math.Inf(1)), [2]A{above, c.Take(i, 0)})
			return row
		}, c.At(0).CumSum(0)).At(n - 1)
	}
	path := func(x A) A { return num.Grad(cheapest)(x.Neg()) }
	near(t, "path", path(cost.Neg()), num.New([]float64{1, 0, 0, 0, 1, 0, 0, 0, 1, 1, 1, 0, 0, 0, 1, 1}, n, n), 0)
	o := perturb.Options{Samples: 300, Sigma: 0.5, Noise: perturb.Normal, Baseline: perturb.Others}
	soft := perturb.Argmax(path, o)
	y := soft(cost.Neg(), key(1))
	near(t, "start and end", num.Stack(y.At(0, 0), y.At(n-1, n-1)), num.Ones(2), 1e-14)
	diagonal := 0.0 // every path crosses each antidiagonal once
	for i := range n {
		diagonal += y.At(i, n-1-i).Item()
	}
	near(t, "crossing", num.Scalar(diagonal), num.Scalar(1), 1e-14)
	// Cost of the mean path falls when costs on the cheapest path do.
	g := num.Grad(func(c A) A { return perturb.Max(path, o)(c.Neg(), key(1)) })(cost)
	near(t, "gradient of the mean cost", g, y.Neg(), 1e-14)
	dy := num.Grad(func(c A) A { return soft(c.Neg(), key(1)).Mul(path(cost.Neg())).Sum() })(cost)
	on, away := dy.Mul(path(cost.Neg())).Sum().Item(), dy.Sum().Item()
	if !(on < 0 && away-on > 0) {
		t.Errorf("dearer cells change the share of the cheapest path by %g on it and %g off it", on, away-on)
	}
}
