package prox_test

import (
	"errors"
	"fmt"
	"math"
	"math/rand/v2"
	"testing"

	"github.com/argmin-go/argmin/internal/check/arrays"
	"github.com/argmin-go/argmin/num"
	"github.com/argmin-go/argmin/projection"
	"github.com/argmin-go/argmin/prox"
)

type A = num.Array

// operator is one of the package with its penalty, for the generic tests.
type operator struct {
	shape   []int
	prox    func(x, strength, step A) A
	penalty func(y, strength A) A // infinite outside of the domain
}

func outside(bad A, v A) A { return num.Where(bad.Any(), num.Scalar(math.Inf(1)), v) }

var operators = map[string]operator{
	"None":             {[]int{5}, func(x, s, t A) A { return prox.None(x) }, func(y, s A) A { return num.Scalar(0) }},
	"Lasso":            {[]int{2, 3}, prox.Lasso[A, A], func(y, s A) A { return y.Abs().Sum().Mul(s) }},
	"WeightedLasso":    {[]int{4}, func(x, s, t A) A { return prox.WeightedLasso(x, num.Vector(1, 2, 0, 0.5).AsType(x.DType()).Mul(s), t) }, func(y, s A) A { return y.Abs().Mul(num.Vector(1, 2, 0, 0.5)).Sum().Mul(s) }},
	"NonNegativeLasso": {[]int{5}, prox.NonNegativeLasso[A, A], func(y, s A) A { return outside(y.Lt(num.Scalar(0)), y.Sum().Mul(s)) }},
	"Ridge":            {[]int{5}, prox.Ridge[A, A], func(y, s A) A { return y.Square().Sum().Mul(s).Scale(0.5) }},
	"NonNegativeRidge": {[]int{5}, prox.NonNegativeRidge[A, A], func(y, s A) A { return outside(y.Lt(num.Scalar(0)), y.Square().Sum().Mul(s).Scale(0.5)) }},
	"ElasticNet": {[]int{5}, func(x, s, t A) A { return prox.ElasticNet(x, s, s.Scale(2), t) }, func(y, s A) A {
		return y.Abs().Add(y.Square()).Sum().Mul(s)
	}},
	"NonNegativeElasticNet": {[]int{5}, func(x, s, t A) A { return prox.NonNegativeElasticNet(x, s, s.Scale(2), t) }, func(y, s A) A {
		return outside(y.Lt(num.Scalar(0)), y.Add(y.Square()).Sum().Mul(s))
	}},
	"GroupLasso": {[]int{2, 3}, prox.GroupLasso[A, A], func(y, s A) A { return num.Norm(y).Mul(s) }},
	"RowLasso":   {[]int{3, 4}, prox.RowLasso[A], func(y, s A) A { return num.Norm(y, -1).Sum().Mul(s) }},
	"Max":        {[]int{5}, prox.Max[A, A], func(y, s A) A { return y.Abs().Max().Mul(s) }},
	"Log":        {[]int{5}, prox.Log[A, A], func(y, s A) A { return outside(y.Le(num.Scalar(0)), y.Log().Sum().Neg().Mul(s)) }},
	"Huber": {[]int{5}, func(x, s, t A) A { return prox.Huber(x, s, s.Scale(0).AddScalar(0.6), t) }, func(y, s A) A {
		return num.Where(y.Abs().Le(num.Scalar(0.6)), y.Square().Scale(0.5), y.Abs().AddScalar(-0.3).Scale(0.6)).Sum().Mul(s)
	}},
	"Nuclear":     {[]int{4, 3}, prox.Nuclear[A], func(y, s A) A { _, v, _ := num.SVD(y); return v.Sum().Mul(s) }},
	"NuclearWide": {[]int{2, 4}, prox.Nuclear[A], func(y, s A) A { _, v, _ := num.SVD(y.T()); return v.Sum().Mul(s) }},
	"TotalVariation": {[]int{12}, prox.TotalVariation[A], func(y, s A) A {
		return y.Range(1, 12).Sub(y.Range(0, 11)).Abs().Sum().Mul(s)
	}},
	"Conjugate": {[]int{5}, func(x, s, t A) A { return prox.Conjugate(prox.Lasso[A, A])(x, s, t) }, func(y, s A) A {
		return outside(y.Abs().Gt(s.AddScalar(1e-12)), num.Scalar(0))
	}},
	"FromProjection": {[]int{5}, func(x, s, t A) A { return prox.FromProjection(projection.Simplex[A])(x, s, t) }, func(y, s A) A {
		return outside(y.Lt(num.Scalar(0)).Or(y.Sum().Sub(s).Abs().Gt(num.Scalar(1e-10))), num.Scalar(0))
	}},
}

func apart(a, b A) float64 { return a.Sub(b).Abs().Max().Item() }

// The operator's value is no worse than any point near it: the objective is convex.
func TestOperatorMinimizes(t *testing.T) {
	for name, o := range operators {
		rng := rand.New(rand.NewPCG(1, 2))
		for _, scale := range []float64{0.1, 1, 10} {
			x, s, step := arrays.Normal(rng, scale, o.shape...), num.Scalar(0.5), num.Scalar(0.7)
			y := o.prox(x, s, step)
			at := func(y A) float64 {
				return o.penalty(y, s).Mul(step).Add(y.Sub(x).Square().Sum().Scale(0.5)).Item()
			}
			best := at(y)
			if math.IsInf(best, 1) || math.IsNaN(best) {
				t.Errorf("%s: %v is outside of the domain", name, y)
			}
			for range 300 {
				d := arrays.Normal(rng, math.Pow(10, -4*rng.Float64()), o.shape...)
				if v := at(y.Add(d)); v < best-1e-12*(1+math.Abs(best)) {
					t.Errorf("%s: %v at the operator's value, %v nearby", name, best, v)
					break
				}
			}
		}
	}
}

// Derivatives in both modes are those of differences, with respect to all arguments.
func TestDerivatives(t *testing.T) {
	for name, o := range operators {
		rng := rand.New(rand.NewPCG(3, 4))
		x := arrays.Normal(rng, 1, o.shape...)
		n := x.Size()
		f := func(z A) A {
			return o.prox(z.Range(0, n).Reshape(o.shape...), z.At(n), z.At(n+1)).Reshape(n)
		}
		z := num.Concat(0, x.Reshape(n), num.Vector(0.4, 0.9))
		rev := num.Vmap(func(e A) A { _, pull := num.VJP(f, z); return pull(e) })(num.Eye(n))
		fwd := num.Vmap(func(e A) A { _, d := num.JVP(f, z, e); return d })(num.Eye(n + 2)).T()
		if e := apart(rev, fwd); e > 1e-12 {
			t.Errorf("%s: modes differ by %g", name, e)
		}
		for i := range n + 2 {
			h := make([]float64, n+2)
			h[i] = 1e-6
			d := f(z.Add(num.New(h))).Sub(f(z.Sub(num.New(h)))).Scale(0.5e6)
			if e := apart(d, fwd.T().At(i)); e > 1e-7 {
				t.Errorf("%s: derivative to element %d off by %g", name, i, e)
			}
		}
	}
}

func TestBatchJitSingle(t *testing.T) {
	for name, o := range operators {
		rng := rand.New(rand.NewPCG(5, 6))
		x, s, step := arrays.Normal(rng, 1, append([]int{3}, o.shape...)...), num.Vector(0.1, 0.5, 2), num.Vector(1, 0.5, 0.3)
		type in struct{ X, S, T A }
		got := num.Vmap(func(i in) A { return o.prox(i.X, i.S, i.T) })(in{x, s, step})
		jit := num.Jit(func(i in) A { return o.prox(i.X, i.S, i.T) })
		for i := range 3 {
			want := o.prox(x.At(i), s.At(i), step.At(i))
			if e := apart(got.At(i), want); e > 1e-14 {
				t.Errorf("%s: member %d of a batch off by %g", name, i, e)
			}
			if y, err := jit.Call(in{x.At(i), s.At(i), step.At(i)}); err != nil || apart(y, want) > 1e-14 {
				t.Errorf("%s: jit: %v", name, err)
			}
			f := func(x A) A { return x.AsType(num.Float32) }
			y := o.prox(f(x.At(i)), f(s.At(i)), f(step.At(i)))
			if y.DType() != num.Float32 || apart(y.AsType(num.Float64), want) > 1e-5 {
				t.Errorf("%s: float32: %v, want %v", name, y, want)
			}
		}
	}
}

// NaN gives NaN and ends; huge and tiny numbers overflow nowhere on the way.
func TestNaNAndExtremeNumbers(t *testing.T) {
	for name, o := range operators {
		rng := rand.New(rand.NewPCG(7, 8))
		x := arrays.Normal(rng, 1, o.shape...)
		bad := num.Where(x.Eq(x.Max()), num.Scalar(math.NaN()), x)
		if y := o.prox(bad, num.Scalar(0.5), num.Scalar(1)); !math.IsNaN(y.Sum().Item()) {
			t.Errorf("%s of NaN is %v", name, y)
		}
		if name == "NonNegativeLasso" || name == "Conjugate" || name == "FromProjection" || name == "Log" {
			continue // not homogeneous
		}
		for _, scale := range []float64{1e150, 1e-150} {
			if y := o.prox(x.Scale(scale), num.Scalar(0.5*scale), num.Scalar(1)); y.IsFinite().All().AsType(num.Float64).Item() != 1 {
				t.Errorf("%s at %g is %v", name, scale, y)
			}
		}
	}
}

// Exact answers at kinks: zeros with derivative zero, groups that vanish, ties.
func TestKinks(t *testing.T) {
	one := num.Scalar(1)
	for _, x := range []A{num.Vector(0, 1, -1), num.Zeros(3)} {
		for name, f := range map[string]func(A) A{
			"Lasso":      func(x A) A { return prox.Lasso(x, 1, one) },
			"GroupLasso": func(x A) A { return prox.GroupLasso(x.Scale(0.5), 1, one) },
		} {
			if y := f(x); y.Abs().Max().Item() != 0 {
				t.Errorf("%s(%v) = %v", name, x, y)
			}
			if g := num.Grad(func(x A) A { return f(x).Sum() })(x); g.Abs().Max().Item() != 0 {
				t.Errorf("the derivative of %s at %v is %v", name, x, g)
			}
		}
	}
	// Equal singular values.
	g := num.JacobianRev(func(x A) A { return prox.Nuclear(x, 0.5, one).Reshape(4) })(num.Eye(2).Scale(2))
	off := num.New([]float64{0, 0, 0, 0, 0, 0, 0.125, 0, 0, 0.125, 0, 0, 0, 0, 0, 0}, 4, 4)
	if e := apart(g.Reshape(4, 4).Sub(num.FromDiag(num.Vector(1, 0.875, 0.875, 1))).Abs(), off); e > 1e-12 {
		t.Errorf("at equal singular values: %v", g)
	}
}

// The second derivatives of the nuclear norm's operator, where singular values are equal, zero or at no special place:
// differences of the first ones, which are exact.
func TestNuclearCurvature(t *testing.T) {
	for name, c := range map[string]struct {
		x    A
		rows int
		t    float64
	}{
		"general":       {num.Vector(1, 2, -1, 0.5, 3, 1), 3, 0.7},
		"equal":         {num.Vector(2, 0, 0, 0, 2, 0), 2, 0.5},
		"zero":          {num.Vector(2, 0, 0, 0, 0, 0), 3, 0.5},
		"equal, square": {num.Eye(3).Scale(2).Reshape(9), 3, 0.5},
		"no threshold":  {num.Eye(2).Scale(2).Reshape(4), 2, 0},
	} {
		n := c.x.Size()
		f := func(z A) A { // of the matrix and the threshold
			y := prox.Nuclear(z.Range(0, n).Reshape(c.rows, n/c.rows), z.At(n), num.Scalar(1))
			return y.Reshape(n).Dot(num.Arange(num.Float64, 1, n+1).Square())
		}
		z := num.Concat(0, c.x, num.Vector(c.t))
		h := num.Hessian(f)(z)
		const step = 1e-4
		for i := range n + 1 {
			e := num.Eye(n + 1).At(i).Scale(step)
			if c.t == 0 && i == n { // the threshold cannot be negative
				continue
			}
			want := num.Grad(f)(z.Add(e)).Sub(num.Grad(f)(z.Sub(e))).Scale(1 / (2 * step))
			if d := apart(h.At(i), want); !(d < 1e-6) {
				t.Errorf("%s: row %d of the Hessian is %v, differences %v", name, i, h.At(i), want)
			}
		}
	}
}

// Total variation against the dual, by projected gradients, on a signal with jumps.
func TestTotalVariationLong(t *testing.T) {
	rng := rand.New(rand.NewPCG(9, 9))
	for _, n := range []int{2, 3, 50, 400} {
		v := make([]float64, n)
		for i := range v {
			v[i] = float64(i/17%3) + 0.3*rng.NormFloat64()
		}
		for _, lambda := range []float64{0, 0.1, 1, 50} {
			y := prox.TotalVariation(num.New(v), lambda, num.Scalar(1)).Float64s()
			// Optimal: the running sum of v - y stays in [-λ, λ], ends at 0, and is at the
			// bound of the sign of every jump.
			sum := 0.0
			for i := range n {
				sum += v[i] - y[i]
				if math.Abs(sum) > lambda+1e-9 || i == n-1 && math.Abs(sum) > 1e-9 {
					t.Fatalf("n %d, λ %g: the dual is %g at %d", n, lambda, sum, i)
				}
				if i < n-1 && math.Abs(y[i+1]-y[i]) > 1e-9 && math.Abs(sum+math.Copysign(lambda, y[i+1]-y[i])) > 1e-9 {
					t.Fatalf("n %d, λ %g: a jump of %g with dual %g", n, lambda, y[i+1]-y[i], sum)
				}
			}
		}
	}
}

func TestBadInput(t *testing.T) {
	one := num.Scalar(1)
	for name, f := range map[string]func() A{
		"strength":  func() A { return prox.Lasso(num.Zeros(2), num.Ones(3), one) },
		"step":      func() A { return prox.Lasso(num.Zeros(2), 1, num.Ones(2)) },
		"x is":      func() A { return prox.Ridge(num.Full(num.Int32, 1, 2), 1, one) },
		"float32":   func() A { return prox.Ridge(num.Zeros(2), num.Full(num.Float32, 1), one) },
		"weights":   func() A { return prox.WeightedLasso(num.Zeros(2), num.Ones(3), one) },
		"at least":  func() A { return prox.Nuclear(num.Zeros(2), 1, one) },
		"has shape": func() A { return prox.TotalVariation(one, 1, one) },
	} {
		var e *num.Error
		if _, err := num.Try(f); !errors.As(err, &e) {
			t.Errorf("%s: %v", name, err)
		}
	}
	if y := prox.Lasso([]A{}, 1, one); len(y) != 0 {
		t.Error("an empty tree")
	}
	if y := prox.GroupLasso(num.Zeros(0), 1, one); y.Size() != 0 {
		t.Error("an empty array")
	}
}

func ExampleLasso() {
	x := map[string]A{"w": num.Vector(3, -0.2, 1), "b": num.Scalar(-2)}
	y := prox.Lasso(x, 0.5, num.Scalar(1))
	fmt.Println(y["w"], y["b"])
	// Output: [2.5 0 0.5] -1.5
}

// Arrays of strengths are the same as one call for each element, and broadcast to every leaf.
func TestArraysOfStrengths(t *testing.T) {
	x, l := num.New([]float64{3, -2, 0.5, -4, 1, 0.1}, 2, 3), num.Vector(0.5, 1, 2)
	step := num.Scalar(0.7)
	for name, f := range map[string]func(x, l num.Array) num.Array{
		"Lasso":            func(x, l num.Array) num.Array { return prox.Lasso(x, l, step) },
		"NonNegativeLasso": func(x, l num.Array) num.Array { return prox.NonNegativeLasso(x, l, step) },
		"Ridge":            func(x, l num.Array) num.Array { return prox.Ridge(x, l, step) },
		"NonNegativeRidge": func(x, l num.Array) num.Array { return prox.NonNegativeRidge(x, l, step) },
		"ElasticNet":       func(x, l num.Array) num.Array { return prox.ElasticNet(x, l, l, step) },
		"WeightedLasso":    func(x, l num.Array) num.Array { return prox.WeightedLasso(x, l, step) },
	} {
		got := f(x, l)
		for i := range 2 {
			for j := range 3 {
				if want := f(x.At(i).At(j), l.At(j)); got.At(i).At(j).Item() != want.Item() {
					t.Errorf("%s at %d, %d: %v, want %v", name, i, j, got.At(i).At(j), want)
				}
			}
		}
		if _, err := num.Try(func() num.Array { return f(x, num.Vector(1, 2)) }); err == nil {
			t.Errorf("%s: strengths that do not fit are taken", name)
		}
	}
	leaves := prox.WeightedLasso([]num.Array{num.Vector(3, 4), num.Scalar(5)}, []num.Array{num.Scalar(1), num.Scalar(2)}, num.Scalar(1))
	if leaves[0].String() != "[2 3]" || leaves[1].Item() != 3 {
		t.Errorf("one strength for each leaf: %v", leaves)
	}
}
