package perturb_test

import (
	"fmt"
	"math"
	"strings"
	"testing"

	"github.com/argmin-go/argmin/internal/check/arrays"
	"github.com/argmin-go/argmin/internal/check/docs"
	"github.com/argmin-go/argmin/num"
	"github.com/argmin-go/argmin/perturb"
)

type A = num.Array

// oneHot is the vertex of the simplex with the largest product with x.
func oneHot(x A) A {
	return num.Arange(num.Int32, 0, x.Size()).Eq(x.ArgMax(0)).AsType(x.DType())
}

// ranks are the permutation of 1 … n with the largest product with x.
func ranks(x A) A {
	return x.Argsort(0).Argsort(0).AsType(x.DType()).AddScalar(1)
}

// relu is the sum of what is positive.
func relu(x A) A { return num.Maximum(x, num.Full(x.DType(), 0)).Sum() }

// An entry of the table is a perturbed function of four numbers.
type entry struct {
	name string // of the exported function, with a variant after a slash
	opt  perturb.Options
	f    func(x, key A) A
	// sample is the function that is averaged, in plain Go.
	sample func(u []float64) []float64
	max    bool // a maximum, whose gradient is a mean of maximizers
}

func goOneHot(u []float64) []float64 {
	y, at := make([]float64, len(u)), 0
	for i, v := range u {
		if v > u[at] {
			at = i
		}
	}
	y[at] = 1
	return y
}

func goRanks(u []float64) []float64 {
	y := make([]float64, len(u))
	for i, v := range u {
		for _, w := range u {
			if w <= v {
				y[i]++
			}
		}
	}
	return y
}

func goReLU(u []float64) []float64 {
	s := 0.0
	for _, v := range u {
		s += max(v, 0)
	}
	return []float64{s}
}

// logistic is a noise of the test's own.
var logistic = perturb.Noise{
	Sample: func(key A, d num.DType, shape ...int) A {
		return num.Uniform(key, d, shape...).Clip(1e-7, 1-1e-7).Logit()
	},
	LogDensity: func(z A) A { return z.Neg().Sub(z.Neg().Softplus().Scale(2)) },
}

// scores are -d log p/dz.
var scores = map[string]func(float64) float64{
	"normal":   func(z float64) float64 { return z },
	"gumbel":   func(z float64) float64 { return 1 - math.Exp(-z) },
	"logistic": func(z float64) float64 { return math.Tanh(z / 2) },
}

var noises = map[string]perturb.Noise{"normal": perturb.Normal, "gumbel": perturb.Gumbel, "logistic": logistic}

func table() []entry {
	var es []entry
	for noise, p := range noises {
		for _, b := range []perturb.Baseline{perturb.None, perturb.Center, perturb.Others} {
			o := perturb.Options{Samples: 12, Sigma: 0.5, Noise: p, Baseline: b}
			v := fmt.Sprintf("/%s/%d", noise, b)
			es = append(es,
				entry{name: "Fun" + v, opt: o, f: perturb.Fun(relu, o), sample: goReLU},
				entry{name: "Argmax" + v, opt: o, f: perturb.Argmax(oneHot, o), sample: goOneHot},
				entry{name: "Max" + v, opt: o, f: perturb.Max(ranks, o), sample: goRanks, max: true})
		}
	}
	return es
}

func (e entry) noise() string { return strings.Split(e.name, "/")[1] }

var x0 = num.Vector(0.3, 0.1, -0.2, 0.25)

func key(seed uint64) A { return num.NewKey(seed) }

func near(t *testing.T, what string, got, want A, tol float64) {
	t.Helper()
	if d := arrays.Off(got, want); !(d <= tol) {
		t.Errorf("%s: off by %g: %v, want %v", what, d, got, want)
	}
}

func each(t *testing.T, f func(t *testing.T, e entry)) {
	for _, e := range table() {
		t.Run(e.name, func(t *testing.T) { f(t, e) })
	}
}

// Every exported function of the package must be in the table.
func TestTableIsComplete(t *testing.T) {
	var names []string
	for _, e := range table() {
		names = append(names, e.name)
	}
	missing, unknown, err := docs.Compare(".", names)
	if err != nil || len(missing)+len(unknown) > 0 {
		t.Errorf("not in the table: %v; only in the table: %v; %v", missing, unknown, err)
	}
}

// estimate is, in plain Go, the mean and the derivative from the same samples.
func (e entry) estimate(x []float64, seed uint64) (value, jac A) {
	n, d := e.opt.Samples, len(x)
	z := e.opt.Noise.Sample(key(seed), num.Float64, n, d).Float64s()
	ys := make([][]float64, n)
	for s := range n {
		u := make([]float64, d)
		for i := range u {
			u[i] = x[i] + e.opt.Sigma*z[s*d+i]
		}
		ys[s] = e.sample(u)
		if e.max {
			sum := 0.0
			for i, v := range ys[s] {
				sum += v * u[i]
			}
			ys[s] = append(ys[s], sum)
		}
	}
	m := len(ys[0])
	mean, j := make([]float64, m), make([]float64, m*d)
	for s := range n {
		for i, v := range ys[s] {
			mean[i] += v / float64(n)
		}
	}
	if e.max {
		return num.Scalar(mean[d]), num.New(mean[:d])
	}
	center := e.sample(x)
	for s := range n {
		for i, v := range ys[s] {
			switch e.opt.Baseline {
			case perturb.Center:
				v -= center[i]
			case perturb.Others:
				v -= (mean[i] - v/float64(n)) * float64(n) / float64(n-1)
			}
			for k := range d {
				j[i*d+k] += v * scores[e.noise()](z[s*d+k]) / e.opt.Sigma / float64(n)
			}
		}
	}
	if m == 1 {
		return num.Scalar(mean[0]), num.New(j)
	}
	return num.New(mean), num.New(j, m, d)
}

func TestValuesAndJacobians(t *testing.T) {
	each(t, func(t *testing.T, e entry) {
		for seed := range uint64(3) {
			value, jac := e.estimate(x0.Float64s(), seed)
			f := func(x A) A { return e.f(x, key(seed)) }
			near(t, "value", f(x0), value, 1e-14)
			near(t, "forward", num.JacobianFwd(f)(x0), jac, 1e-13)
			near(t, "reverse", num.JacobianRev(f)(x0), jac, 1e-13)
		}
	})
}

// All ways to the second derivative agree, and that of Max is the first of Argmax.
func TestSecondDerivative(t *testing.T) {
	each(t, func(t *testing.T, e entry) {
		f := func(x A) A { return e.f(x, key(1)) }
		ff := num.JacobianFwd(num.JacobianFwd(f))(x0)
		near(t, "reverse over forward", num.JacobianRev(num.JacobianFwd(f))(x0), ff, 1e-13)
		near(t, "forward over reverse", num.JacobianFwd(num.JacobianRev(f))(x0), ff, 1e-13)
		if arrays.MaxAbs(ff) == 0 {
			t.Error("it is zero")
		}
		if e.max {
			argmax := perturb.Argmax(ranks, e.opt)
			near(t, "Jacobian of Argmax", ff, num.JacobianRev(func(x A) A { return argmax(x, key(1)) })(x0), 1e-13)
		}
		if e.noise() == "normal" && strings.HasPrefix(e.name, "Fun") { // E f(x+σZ) (ZZᵀ - 1)/σ²
			z := num.Normal(key(1), num.Float64, e.opt.Samples, 4)
			u := num.Vmap(relu)(x0.Add(z.Scale(e.opt.Sigma)))
			n := float64(e.opt.Samples)
			switch e.opt.Baseline {
			case perturb.Center:
				u = u.Sub(relu(x0))
			case perturb.Others:
				u = u.Sub(u.Mean()).Scale(n / (n - 1))
			}
			want := z.T().Mul(u).MatMul(z).Sub(num.Eye(4).Mul(u.Sum())).Scale(1 / (n * e.opt.Sigma * e.opt.Sigma))
			near(t, "Stein", ff, want, 1e-13)
		}
	})
}

func TestBatchAndJit(t *testing.T) {
	type in struct{ X, Key A }
	each(t, func(t *testing.T, e entry) {
		f := func(z in) A { return e.f(z.X, z.Key) }
		grad := func(z in) A {
			return num.Grad(func(x A) A {
				y := e.f(x, z.Key)
				return y.Mul(num.Arange(num.Float64, 0, y.Size()).Reshape(y.Shape()...).Sin()).Sum()
			})(z.X)
		}
		keys := num.Split(key(5), 3)
		batch := in{num.Stack(x0, x0.Scale(2), x0.Neg()), keys}
		ys, gs := num.Vmap(f)(batch), num.Vmap(grad)(batch)
		jit, jgrad := num.Jit(f), num.Jit(grad)
		for i := range 3 {
			one := in{batch.X.At(i), keys.At(i)}
			y, err := jit.Call(one)
			if err != nil {
				t.Fatal(err)
			}
			g, err := jgrad.Call(one)
			if err != nil {
				t.Fatal(err)
			}
			near(t, "member", ys.At(i), f(one), 1e-15)
			near(t, "Jit", y, f(one), 1e-15)
			near(t, "gradient of member", gs.At(i), grad(one), 1e-14)
			near(t, "gradient with Jit", g, grad(one), 1e-14)
		}
	})
}

func TestFloat32(t *testing.T) {
	each(t, func(t *testing.T, e entry) {
		// The noise of other dtypes is other noise: the same numbers, rounded.
		o := e.opt
		o.Noise.Sample = func(key A, d num.DType, shape ...int) A {
			return e.opt.Noise.Sample(key, num.Float64, shape...).AsType(d)
		}
		for name, f := range map[string]func(x, key A) A{"Fun": perturb.Fun(relu, o), "Argmax": perturb.Argmax(oneHot, o),
			"Max": perturb.Max(ranks, o)} {
			if !strings.HasPrefix(e.name, name) {
				continue
			}
			y := f(x0.AsType(num.Float32), key(1))
			if y.DType() != num.Float32 {
				t.Fatalf("result is %v", y.DType())
			}
			g := func(x A) A { return num.JacobianRev(func(x A) A { return f(x, key(1)) })(x) }
			near(t, "value", y.AsType(num.Float64), f(x0, key(1)), 1e-6)
			near(t, "derivative", g(x0.AsType(num.Float32)).AsType(num.Float64), g(x0), 1e-6)
		}
		if y := e.f(x0.AsType(num.Float32), key(1)); y.DType() != num.Float32 {
			t.Errorf("result is %v", y.DType())
		}
	})
}

// The same key gives the same numbers, and another one others.
func TestKeysDetermineNumbers(t *testing.T) {
	each(t, func(t *testing.T, e entry) {
		a, b, c := e.f(x0, key(1)), e.f(x0, key(1)), e.f(x0, key(2))
		g := func(seed uint64) A { return num.JacobianRev(func(x A) A { return e.f(x, key(seed)) })(x0) }
		if arrays.Off(a, b) != 0 || arrays.Off(g(1), g(1)) != 0 {
			t.Error("the same key gives other numbers")
		}
		if arrays.Off(a, c) == 0 && arrays.Off(g(1), g(2)) == 0 {
			t.Error("another key gives the same numbers")
		}
	})
}
