package isotonic_test

import (
	"errors"
	"math"
	"math/rand/v2"
	"slices"
	"strings"
	"testing"

	"github.com/argmin-go/argmin/internal/check/arrays"
	i "github.com/argmin-go/argmin/isotonic"
	"github.com/argmin-go/argmin/num"
)

var nan, inf = math.NaN(), math.Inf(1)

// Numbers that other libraries give.
func TestPublishedNumbers(t *testing.T) {
	y := num.Vector(1.5, -0.3, 0.7, 2.2, 1.9, 1.1, 3.0, -2.0)
	w := num.Vector(1, 2, 0.5, 1, 3, 0.25, 1.5, 0.75)
	x := num.Vector(5, 1, 2)
	for name, c := range map[string][2]A{
		// jaxopt 0.8.5, isotonic_l2_pav
		"L2 up":   {i.L2(y, i.Increasing), num.Vector(0.6, 0.6, 0.7, 1.24, 1.24, 1.24, 1.24, 1.24)},
		"L2 down": {i.L2(y, i.Decreasing), num.Concat(0, num.Vector(1.5), num.Ones(6).Scale(1.4333333333333333), num.Vector(-2))},
		// SciPy 1.17, scipy.optimize.isotonic_regression
		"weighted up":   {i.WeightedL2(y, w, i.Increasing), num.Concat(0, num.Vector(0.3, 0.3, 0.7), num.Ones(5).Scale(1.7192307692307691))},
		"weighted down": {i.WeightedL2(y, w, i.Decreasing), num.Concat(0, num.Ones(7).Scale(1.5054054054054056), num.Vector(-2))},
		// README of google-research/fast-soft-sort
		"sort 1":   {i.SoftSort(x, 1, i.Increasing), num.Vector(5.0/3, 8.0/3, 11.0/3)},
		"sort 0.1": {i.SoftSort(x, 0.1, i.Increasing), num.Vector(1, 2, 5)},
		"rank 2":   {i.SoftRank(x, 2, i.Increasing), num.Vector(3, 1.25, 1.75)},
		"rank 1":   {i.SoftRank(x, 1, i.Increasing), num.Vector(3, 1, 2)},
	} {
		if d := arrays.Off(c[0], c[1]); !(d <= 1e-15) {
			t.Errorf("%s: %v, want %v", name, c[0], c[1])
		}
	}
}

// mean is the matrix that takes means over blocks of the given sizes.
func mean(sizes ...int) A {
	n := 0
	for _, k := range sizes {
		n += k
	}
	d := make([]float64, n*n)
	at := 0
	for _, k := range sizes {
		for r := at; r < at+k; r++ {
			for c := at; c < at+k; c++ {
				d[r*n+c] = 1 / float64(k)
			}
		}
		at += k
	}
	return num.New(d, n, n)
}

func TestClosedForms(t *testing.T) {
	y := num.Vector(1.5, -0.3, 0.7, 2.2, 1.9, 1.1, 3.0, -2.0) // blocks of 2, 1 and 5
	w := num.Vector(1, 2, 0.5, 1, 3, 0.25, 1.5, 0.75)
	near := func(what string, got, want A) {
		t.Helper()
		if d := arrays.Off(got, want); !(d <= 1e-14) {
			t.Errorf("%s: off by %g: %v, want %v", what, d, got, want)
		}
	}
	b := mean(2, 1, 5)
	same := b.Gt(num.Scalar(0)).AsType(num.Float64)
	near("L2", num.JacobianRev(func(y A) A { return i.L2(y, i.Increasing) })(y), b)

	heavy := num.Vector(1, 2, 0.5, 1, 1, 1, 1, 1)
	v := i.WeightedL2(y, heavy, i.Increasing)
	share := same.Mul(heavy).Div(same.MatMul(heavy).Reshape(8, 1))
	near("weighted", num.JacobianFwd(func(y A) A { return i.WeightedL2(y, heavy, i.Increasing) })(y), share)
	near("in the weights", num.JacobianRev(func(w A) A { return i.WeightedL2(y, w, i.Increasing) })(heavy),
		same.Mul(y.Sub(v.Reshape(8, 1))).Div(same.MatMul(heavy).Reshape(8, 1)))

	v = i.KL(y, w, i.Increasing)
	same = v.Reshape(8, 1).Eq(v).AsType(num.Float64) // its blocks are others
	soft := func(x A) A { return same.Mul(x.Exp()).Div(same.MatMul(x.Exp()).Reshape(8, 1)) }
	near("KL in s", num.JacobianRev(func(s A) A { return i.KL(s, w, i.Increasing) })(y), soft(y))
	near("KL in w", num.JacobianRev(func(w A) A { return i.KL(y, w, i.Increasing) })(w), soft(w).Neg())

	// One block: ranks are x less its mean over strength, plus the mean of ranks.
	x := num.Vector(0.3, -0.1, 0.4, 0.2)
	rank := func(x, t A) A { return i.SoftRank(x, t, i.Increasing) }
	near("ranks", rank(x, num.Scalar(2)), x.Sub(x.Mean()).Scale(0.5).AddScalar(2.5))
	near("of ranks", num.JacobianRev(func(x A) A { return rank(x, num.Scalar(2)) })(x), num.Eye(4).Sub(mean(4)).Scale(0.5))
	near("in the strength", num.JacobianFwd(func(t A) A { return rank(x, t) })(num.Scalar(2)), x.Sub(x.Mean()).Scale(-0.25))
	// One block each of sorted numbers: derivatives of a permutation.
	near("sorted", num.JacobianRev(func(x A) A { return i.SoftSort(x, 1e-3, i.Increasing) })(x),
		num.New([]float64{0, 1, 0, 0, 0, 0, 0, 1, 1, 0, 0, 0, 0, 0, 1, 0}, 4, 4))
	// Equal weights: the soft threshold.
	near("threshold", i.SortedL1(x, num.Scalar(0.25)), num.Vector(0.05, 0, 0.15, 0))
}

// Without strength, and with little, sorts and ranks are exact, to the last digit.
func TestWeakRegularizationIsExact(t *testing.T) {
	r := rand.New(rand.NewPCG(2, 3))
	for _, n := range []int{1, 2, 10, 40} {
		x := arrays.Normal(r, 3, n)
		at := down(x.Float64s())
		sorted, rank := num.New(picked(x.Float64s(), at), n), make([]float64, n)
		for k, j := range at {
			rank[j] = float64(k + 1)
		}
		up := num.Full(num.Float64, float64(n+1)).Sub(num.New(rank, n))
		for _, s := range []float64{0, 5e-324, 1e-300, 1e-30, 1e-6} {
			for name, c := range map[string][2]A{
				"SoftSort":        {i.SoftSort(x, s, i.Decreasing), sorted},
				"SoftSort up":     {i.SoftSort(x, s, i.Increasing), sorted.Flip()},
				"KLSoftSort":      {i.KLSoftSort(x, s, i.Decreasing), sorted},
				"KLSoftSort up":   {i.KLSoftSort(x, s, i.Increasing), sorted.Flip()},
				"SoftRank":        {i.SoftRank(x, s, i.Decreasing), num.New(rank, n)},
				"SoftRank up":     {i.SoftRank(x, s, i.Increasing), up},
				"KLSoftRank":      {i.KLSoftRank(x, s, i.Decreasing), num.New(rank, n)},
				"KLSoftRank up":   {i.KLSoftRank(x, s, i.Increasing), up},
				"SoftRank at 1e9": {i.SoftRank(x.Scale(1e9), s, i.Increasing), up},
			} {
				if d := arrays.MaxAbs(c[0].Sub(c[1])); d != 0 {
					t.Errorf("n = %d, strength %g: %s is off by %g", n, s, name, d)
				}
			}
			g := num.JacobianRev(func(x A) A { return i.SoftRank(x, s, i.Increasing) })(x)
			if arrays.MaxAbs(g) != 0 {
				t.Errorf("strength %g: derivative of ranks is %v", s, g)
			}
		}
	}
	ties := num.Vector(0.1, 0.3, 0.1, 0.1)
	for _, s := range []float64{0, 1e-12} {
		if y := i.SoftRank(ties, s, i.Increasing); y.String() != "[2 4 2 2]" {
			t.Errorf("ranks of ties are %v", y)
		}
	}
	// With great strength all is the mean.
	for name, c := range map[string][2]A{
		"SoftSort":   {i.SoftSort(ties, 1e12, i.Decreasing), num.Ones(4).Scale(0.15)},
		"SoftRank":   {i.SoftRank(ties, 1e12, i.Decreasing), num.Ones(4).Scale(2.5)},
		"KLSoftSort": {i.KLSoftSort(ties, 1e12, i.Decreasing), num.Ones(4).Mul(ties.Exp().Mean().Log())},
		"KLSoftRank": {i.KLSoftRank(ties, 1e12, i.Decreasing), num.Ones(4).Mul(num.Vector(1, 2, 3, 4).Exp().Mean().Log())},
	} {
		if d := arrays.Off(c[0], c[1]); !(d <= 1e-11) {
			t.Errorf("%s with great strength is %v, want %v", name, c[0], c[1])
		}
	}
}

func TestNaN(t *testing.T) {
	each(t, func(t *testing.T, e entry) {
		f := num.Jit(e.f)
		for _, n := range []int{6, 20} {
			in := e.in(1, n)
			for k := range in {
				for j := range in[k].Size() {
					bad := slices.Clone(in)
					bad[k] = arrays.With(in[k], j, nan)
					if y := call(t, f, bad); arrays.Count(y, math.IsNaN) != n {
						t.Fatalf("NaN in element %d of argument %d gives %v", j, k, y)
					}
				}
			}
		}
		// Only in its own row.
		in := e.in(1, 6)
		in[0] = num.Stack(arrays.With(in[0], 2, nan), in[0])
		if y := e.f(in); arrays.Count(y.At(0), math.IsNaN) != 6 || arrays.Count(y.At(1), math.IsNaN) != 0 {
			t.Errorf("rows %v", y)
		}
	})
}

// Numbers of any size give what the reference gives, and infinite ones a limit.
func TestExtremes(t *testing.T) {
	each(t, func(t *testing.T, e entry) {
		f, jac := num.Jit(e.f), num.Jit(num.JacobianRev(e.f))
		for _, n := range []int{6, 20} {
			in := e.in(2, n)
			for _, s := range []float64{0, 1e-300, 1e-12, 1e3, 1e6, 1e100, 1e300} {
				in := slices.Clone(in)
				in[0] = in[0].Scale(s)
				y := call(t, f, in)
				if d := arrays.MaxAbs(y.Sub(num.New(e.want(numbers(in)), n))) / (1 + s); !(d <= 1e-12) {
					t.Errorf("scale %g: off by %g", s, d)
				}
				for k, g := range call(t, jac, in) {
					if arrays.Count(g, math.IsNaN) > 0 {
						t.Errorf("scale %g: derivative in argument %d is %v", s, k, g)
					}
				}
			}
		}
	})
}

// With both arguments large, blocks span more than exponentials do.
func TestLargeExponents(t *testing.T) {
	each(t, func(t *testing.T, e entry) {
		if strings.HasPrefix(e.name, "WeightedL2") {
			return
		}
		f, jac := num.Jit(e.f), num.Jit(num.JacobianRev(e.f))
		for _, n := range []int{6, 40} {
			for _, s := range []float64{1e3, 1e6, 1e100, 1e300} {
				in := e.in(3, n)
				for k := range in {
					in[k] = in[k].Scale(s)
				}
				in[0] = in[0].Sub(num.Arange(num.Float64, 0, n).Scale(s)) // long blocks
				y := call(t, f, in)
				if d := arrays.MaxAbs(y.Sub(num.New(e.want(numbers(in)), n))) / (arrays.MaxAbs(y) + float64(n)*s); !(d <= 1e-12) {
					t.Errorf("scale %g: off by %g", s, d)
				}
				for k, g := range call(t, jac, in) {
					if g.IsFinite().All().Item() == 0 {
						t.Errorf("scale %g: derivative in argument %d is %v", s, k, g)
					}
				}
			}
		}
	})
}

// The divergence does not care about a common factor of exponentials.
func TestKLIgnoresCommonFactor(t *testing.T) {
	in := []A{arrays.Normal(rand.New(rand.NewPCG(1, 2)), 1, 30), arrays.Normal(rand.New(rand.NewPCG(3, 4)), 1, 30)}
	f := func(in []A) A { return i.KL(in[0], in[1], i.Increasing) }
	want, jac := f(in), num.JacobianRev(f)(in)
	for _, c := range []float64{-1e6, -1e3, 1e3, 1e6} {
		moved := []A{in[0].AddScalar(c), in[1].AddScalar(c)}
		got := num.JacobianRev(f)(moved)
		if d := max(arrays.Off(f(moved), want), arrays.Off(got[0], jac[0]), arrays.Off(got[1], jac[1])); !(d <= 1e-15*math.Abs(c)) {
			t.Errorf("moved by %g: off by %g", c, d)
		}
	}
}

// Nearly equal values do not lose their order to rounding.
func TestNearlyEqualValuesKeepOrder(t *testing.T) {
	for name, f := range map[string]func(x, w A) A{
		"L2":         func(x, w A) A { return i.L2(x, i.Increasing) },
		"WeightedL2": func(x, w A) A { return i.WeightedL2(x, w, i.Increasing) },
		"KL":         func(x, w A) A { return i.KL(x, w, i.Increasing) },
	} {
		r := rand.New(rand.NewPCG(8, 9))
		rows, n := 400, 60
		x := arrays.Normal(r, 2, rows*n).Reshape(rows, n).Round().Scale(0.1)
		w := positives(r, rows*n).Reshape(rows, n).Scale(3).Round().AddScalar(1).Scale(0.1)
		for _, a := range []num.DType{num.Float64, num.Float32} {
			y := f(x.AsType(a), w.AsType(a))
			left, right := y.Index(num.All, num.To(-1)), y.Index(num.All, num.From(1))
			if left.Le(right).All().Item() == 0 {
				t.Errorf("%s: not in order", name)
			}
		}
	}
}

func TestInfinite(t *testing.T) {
	x := num.Vector(1, inf, -inf, 2, inf)
	for name, c := range map[string]struct {
		got  A
		want string
	}{
		"all after":      {i.L2(num.Vector(1, 0, inf, 3, 2), i.Increasing), "[0.5 0.5 +Inf +Inf +Inf]"},
		"all before":     {i.L2(num.Vector(1, -inf, 3, 2, 4), i.Increasing), "[-Inf -Inf 2.5 2.5 4]"},
		"in order":       {i.L2(num.Vector(-inf, 3, 2, inf), i.Increasing), "[-Inf 2.5 2.5 +Inf]"},
		"out of order":   {i.L2(num.Vector(1, inf, 3, -inf, 4), i.Increasing), "[NaN NaN NaN NaN NaN]"},
		"decreasing":     {i.L2(num.Vector(1, 0, inf, 3, 2), i.Decreasing), "[+Inf +Inf +Inf 3 2]"},
		"KL":             {i.KL(num.Vector(1, inf, 3, 2, 4), num.Scalar(0), i.Increasing), "[1 +Inf +Inf +Inf +Inf]"},
		"KL of nothing":  {i.KL(num.Vector(1, 2, -inf, 4), num.Scalar(0), i.Increasing), "[-Inf -Inf -Inf 4]"},
		"weightless":     {i.KL(num.Vector(1, 2, 3), num.Vector(0, 0, -inf), i.Increasing), "[1 2 +Inf]"},
		"undefined":      {i.KL(num.Vector(1, -inf, 3), num.Vector(0, -inf, 0), i.Increasing), "[NaN NaN NaN]"},
		"zero weight":    {i.WeightedL2(num.Vector(1, 2), num.Vector(1, 0), i.Increasing), "[NaN NaN]"},
		"heavy":          {i.WeightedL2(num.Vector(3, 1), num.Vector(1e308, 1e308), i.Increasing), "[2 2]"},
		"light":          {i.WeightedL2(num.Vector(3, 1), num.Vector(1e-320, 1e-320), i.Increasing), "[2 2]"},
		"soft ranks":     {i.SoftRank(x, 0.5, i.Increasing), "[2 4.5 1 3 4.5]"},
		"KL soft ranks":  {i.KLSoftRank(x, 0.5, i.Increasing), "[2 4.62011 1 3 4.62011]"},
		"soft sort":      {i.SoftSort(x, 0.5, i.Increasing), "[NaN NaN NaN NaN NaN]"},
		"negative":       {i.SoftSort(num.Vector(1, 2), -1, i.Increasing), "[NaN NaN]"},
		"infinite":       {i.SoftRank(num.Vector(1, 2), inf, i.Increasing), "[NaN NaN]"},
		"hull of Inf":    {i.Permutahedron(num.Vector(1, 2), num.Vector(1, inf)), "[NaN NaN]"},
		"negative shift": {i.SortedL1(num.Vector(1, 2), num.Vector(1, -1)), "[NaN NaN]"},
		"all shrunk":     {i.SortedL1(num.Vector(1, -2), num.Scalar(1e300)).Abs(), "[0 0]"},
	} {
		if got := c.got.String(); got != c.want {
			t.Errorf("%s: %s, want %s", name, got, c.want)
		}
	}
}

// Equal values in a regression are one block, and the derivative is its mean. Where the
// function has no kink the derivative is what it must be.
func TestTies(t *testing.T) {
	for _, n := range []int{3, 40} {
		x := num.Full(num.Float64, 0.1, n)
		for name, c := range map[string]struct {
			f          func(x A) A
			value, jac A
		}{
			"L2":              {f: func(x A) A { return i.L2(x, i.Increasing) }, value: x, jac: mean(n)},
			"L2 down":         {f: func(x A) A { return i.L2(x, i.Decreasing) }, value: x, jac: mean(n)},
			"WeightedL2":      {f: func(x A) A { return i.WeightedL2(x, num.Scalar(0.3), i.Decreasing) }, value: x, jac: mean(n)},
			"KL":              {f: func(x A) A { return i.KL(x, num.Scalar(0), i.Increasing) }, value: x, jac: mean(n)},
			"SoftSort":        {f: func(x A) A { return i.SoftSort(x, 0.5, i.Increasing) }, value: x, jac: num.Eye(n)},
			"SoftRank":        {f: func(x A) A { return i.SoftRank(x, 0.5, i.Increasing) }, value: num.Full(num.Float64, float64(n+1)/2, n), jac: num.Eye(n).Sub(mean(n)).Scale(2)},
			"Permutahedron":   {f: func(x A) A { return i.Permutahedron(x, num.Scalar(3)) }, value: num.Full(num.Float64, 3, n), jac: num.Zeros(n, n)},
			"KLPermutahedron": {f: func(x A) A { return i.KLPermutahedron(x, num.Scalar(3)) }, value: num.Full(num.Float64, 3, n), jac: num.Zeros(n, n)},
			"SortedL1":        {f: func(x A) A { return i.SortedL1(x, num.Scalar(0.05)) }, value: num.Full(num.Float64, 0.05, n), jac: num.Eye(n)},
		} {
			if d := arrays.MaxAbs(c.f(x).Sub(c.value)); d != 0 {
				t.Errorf("%s: off by %g", name, d)
			}
			for mode, j := range map[string]A{"reverse": num.JacobianRev(c.f)(x), "forward": num.JacobianFwd(c.f)(x)} {
				if name == "SoftSort" { // which elements of x go where is free
					j = j.Sum(0).Sub(num.Ones(n))
					c.jac = num.Zeros(n)
				}
				if d := arrays.Off(j, c.jac); !(d <= 1e-14) {
					t.Errorf("%s, %s mode: derivative is off by %g", name, mode, d)
				}
			}
		}
	}
}

// Long rows keep their digits, also in float32.
func TestLongRowsKeepDigits(t *testing.T) {
	const n = 30000
	r := rand.New(rand.NewPCG(4, 4))
	for name, slope := range map[string]float64{"rising": 5, "flat": 0, "falling": -5, "steep": 1e4} {
		y := arrays.Normal(r, 1, n).Add(num.Arange(num.Float64, 0, n).Scale(slope / n))
		y = y.AsType(num.Float32).AsType(num.Float64)
		want := pavL2(y.Float64s(), ones(n))
		for d, tol := range map[num.DType]float64{num.Float64: 1e-14, num.Float32: 3e-7} {
			f := num.Jit(func(y A) A { return i.L2(y, i.Increasing) })
			got := call(t, f, y.AsType(d)).AsType(num.Float64)
			if d := arrays.Off(got, num.New(want, n)); !(d <= tol) {
				t.Errorf("%s: off by %g", name, d)
			}
		}
	}
}

func TestEmptyAndWrong(t *testing.T) {
	each(t, func(t *testing.T, e entry) {
		for _, shape := range [][]int{{0}, {0, 3}, {2, 0}} {
			in := e.in(1, 3)
			for k := range in {
				if in[k].Rank() > 0 {
					in[k] = num.Zeros(shape...)
				}
			}
			if y := e.f(in); !slices.Equal(y.Shape(), shape) {
				t.Errorf("shape %v gives %v", shape, y.Shape())
			}
			if g := num.Grad(func(in []A) A { return e.f(in).Sum() })(in)[0]; !slices.Equal(g.Shape(), shape) {
				t.Errorf("gradient of shape %v has shape %v", shape, g.Shape())
			}
		}
		in := e.in(1, 3)
		for _, bad := range []A{num.Scalar(1), num.Arange(num.Int32, 0, 3)} {
			in[0] = bad
			_, err := num.Try(func() A { return e.f(in) })
			var want *num.Error
			if !errors.As(err, &want) || !strings.Contains(err.Error(), "isotonic."+strings.Split(e.name, "/")[0]+": ") {
				t.Errorf("error is %v", err)
			}
		}
	})
	x := num.Ones(2, 3)
	for name, c := range map[string]struct {
		f    func() A
		kind error
		text string
	}{
		"weights":  {func() A { return i.WeightedL2(x, num.Ones(2), i.Increasing) }, num.ErrShape, "w has shape [2], which does not broadcast to the shape of y, [2 3]"},
		"rank":     {func() A { return i.KL(num.Ones(3), x, i.Increasing) }, num.ErrShape, "w has shape [2 3], which does not broadcast to the shape of s, [3]"},
		"dtype":    {func() A { return i.Permutahedron(x, num.Full(num.Float32, 1)) }, num.ErrDType, "w is float32 and z is float64"},
		"strength": {func() A { return i.SoftSort(x, num.Ones(2), i.Increasing) }, num.ErrShape, "isotonic.SoftSort: strength has shape [2], want a scalar"},
		"float32":  {func() A { return i.KLSoftRank(x, num.Full(num.Float32, 1), i.Increasing) }, num.ErrDType, "strength is float32 and x is float64"},
		"order":    {func() A { return i.L2(x, 2) }, num.ErrArgument, "isotonic.L2: order is 2, want Increasing or Decreasing"},
		"of ranks": {func() A { return i.SoftRank(x, 1, -1) }, num.ErrArgument, "isotonic.SoftRank: order is -1"},
	} {
		_, err := num.Try(c.f)
		if !errors.Is(err, c.kind) || !strings.Contains(err.Error(), c.text) {
			t.Errorf("%s: error is %v, want one with %q", name, err, c.text)
		}
	}
}
