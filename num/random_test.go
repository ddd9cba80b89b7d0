package num_test

import (
	"errors"
	"math"
	"testing"

	"github.com/argmin-go/argmin/num"
)

// What jax.random of JAX 0.10.2 gives for PRNGKey(42).
func TestRandomIsJAX(t *testing.T) {
	key := num.NewKey(42)
	near(t, "Split", num.Split(key, 3).AsType(num.Float64),
		num.New([]float64{1832780943, 270669613, 64467757, 2916123636, 2465931498, 255383827}, 3, 2), 0)
	near(t, "FoldIn", num.FoldIn(key, num.Full(num.Int32, 7)).AsType(num.Float64), num.Vector(2547012911, 1371500959), 0)
	near(t, "Bits", num.Bits(key, 4).AsType(num.Float64), num.Vector(2098992034, 2919706841, 2646866425, 2409546199), 0)
	for _, d := range []num.DType{num.Float64, num.Float32} {
		want := [][]float64{
			{0.4267275666499091, 0.015010069515314584, 0.5741444178995352},
			{-0.18471174528191162, -2.169824560397754, 0.18693555179382582},
			{0.5563942243855916, 0.015123860720489336, 0.8536549993431988},
			{0.16062720630382138, -1.4348544993307841, 0.5890136500161952},
		}
		tol := 1e-14
		if d == num.Float32 {
			tol = 3e-7
			want = [][]float64{
				{0.48870956897735596, 0.6797971725463867, 0.6162714958190918},
				{-0.02830461598932743, 0.4671318531036377, 0.2957029640674591},
				{0.670817494392395, 1.1388006210327148, 0.9578199982643127},
				{0.3340933918952942, 0.952019453048706, 0.7255305647850037},
			}
		}
		for i, f := range []func(A, num.DType, ...int) A{num.Uniform, num.Normal, num.Exponential, num.Gumbel} {
			near(t, d.String(), f(key, d, 3), num.New(want[i]), tol)
		}
	}
	near(t, "Bernoulli", num.Bernoulli(key, 0.3, 4), num.Vector(0, 1, 0, 0), 0)
	near(t, "RandInt", num.RandInt(key, -10, 1000, 5), num.Vector(424, 784, 561, 579, 269), 0)
	near(t, "Permutation", num.Permutation(key, 10), num.Vector(7, 4, 2, 5, 3, 6, 8, 9, 0, 1), 0)
	near(t, "Categorical", num.Categorical(key, num.New([]float64{0, 1, 2, 3, 0, 0}, 2, 3)), num.Vector(2, 0), 0)
}

func TestRandomMoments(t *testing.T) {
	const n = 100000
	for what, c := range map[string]struct {
		x         A
		mean, std float64
	}{
		"Uniform":     {num.Uniform(num.NewKey(1), num.Float64, n), 0.5, math.Sqrt(1.0 / 12)},
		"Normal":      {num.Normal(num.NewKey(2), num.Float64, n), 0, 1},
		"Exponential": {num.Exponential(num.NewKey(3), num.Float64, n), 1, 1},
		"Gumbel":      {num.Gumbel(num.NewKey(4), num.Float64, n), 0.5772156649015329, math.Pi / math.Sqrt(6)},
		"RandInt":     {num.RandInt(num.NewKey(5), 0, 6, n).AsType(num.Float64), 2.5, math.Sqrt(35.0 / 12)},
	} {
		if m := c.x.Mean().Item(); math.Abs(m-c.mean) > 5*c.std/math.Sqrt(n) {
			t.Errorf("%s: mean %v, want %v", what, m, c.mean)
		}
		if s := c.x.Std().Item(); math.Abs(s-c.std) > 0.02*c.std {
			t.Errorf("%s: standard deviation %v, want %v", what, s, c.std)
		}
	}
	keys := num.Split(num.NewKey(7), 2)
	a, b := num.Normal(keys.At(0), num.Float64, n), num.Normal(keys.At(1), num.Float64, n)
	if r := a.Mul(b).Mean().Item(); math.Abs(r) > 5/math.Sqrt(n) {
		t.Errorf("correlation %v of the numbers of two keys", r)
	}
}

func TestRandomTransformed(t *testing.T) {
	f := func(key A) A { return num.Normal(key, num.Float64, 4) }
	keys := num.Split(num.NewKey(9), 3)
	near(t, "Vmap", num.Vmap(f)(keys), num.Stack(f(keys.At(0)), f(keys.At(1)), f(keys.At(2))), 0)
	y, err := num.Jit(f).Call(keys.At(1))
	if err != nil {
		t.Fatal(err)
	}
	near(t, "Jit", y, f(keys.At(1)), 0)
	// The pathwise derivative of an expectation.
	g := num.Grad(func(m A) A { return num.Normal(num.NewKey(1), num.Float64, 100).Add(m).Square().Mean() })(num.Scalar(2))
	near(t, "Grad", g, num.Normal(num.NewKey(1), num.Float64, 100).Mean().AddScalar(2).Scale(2), 1e-14)
	p := num.Permutation(num.NewKey(3), 1000).Sort(0)
	near(t, "Permutation", p, num.Arange(num.Int32, 0, 1000), 0)
	_, err = num.Try(func() A { return num.Uniform(num.Vector(1, 2), num.Float64, 3) })
	if !errors.Is(err, num.ErrArgument) {
		t.Errorf("a key of floats: %v", err)
	}
	_, err = num.Try(func() A { return num.Uniform(num.NewKey(1), num.Int32, 3) })
	if !errors.Is(err, num.ErrDType) {
		t.Errorf("uniform integers: %v", err)
	}
}
