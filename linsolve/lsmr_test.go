package linsolve_test

import (
	"errors"
	"fmt"
	"math"
	"math/rand/v2"
	"strings"
	"testing"

	"github.com/argmin-go/argmin/linsolve"
	"github.com/argmin-go/argmin/num"
)

// rectangular is a random matrix whose singular values go from 1 down to 1/condition.
func rectangular(m, n int, condition float64) num.Array {
	rng := rand.New(rand.NewPCG(uint64(m), uint64(n)))
	d := make([]float64, m*n)
	for i := range d {
		d[i] = rng.NormFloat64()
	}
	u, s, vt := num.SVD(num.New(d, m, n))
	k := s.Size()
	values := num.Linspace(0, -math.Log10(condition), k).Scale(math.Ln10).Exp()
	return u.Mul(values).MatMul(vt)
}

// The answer for more rows than columns and for fewer, with a ridge and without, in any units, is that of singular values.
func TestLSMR(t *testing.T) {
	for _, c := range []struct {
		m, n      int
		condition float64
		ridge     float64
		tol       float64
	}{{30, 12, 10, 0, 1e-9}, {12, 30, 10, 0, 1e-9}, {12, 12, 100, 0, 1e-8}, {40, 15, 1e4, 0, 1e-4}, {30, 12, 100, 0.1, 1e-9}, {12, 30, 100, 0.1, 1e-9}, {5, 1, 1, 0, 1e-12}} {
		for _, unit := range []float64{1, 1e150, 1e-150} {
			a := rectangular(c.m, c.n, c.condition).Scale(unit)
			b := num.Linspace(-1, 2, c.m).Sin()
			ridge := c.ridge * unit * unit
			if c.ridge > 0 && unit != 1 {
				continue // its square is out of range
			}
			below := num.Concat(0, a, num.Eye(c.n).Scale(math.Sqrt(ridge)))
			want := num.LstSq(below, num.Concat(0, b, num.Zeros(c.n)), 1e-14)
			opt := linsolve.Options{Ridge: ridge}
			if c.condition > 1e3 {
				opt.Tol = 1e-11 // rounding hides less
			}
			x := linsolve.LSMR(a.MatMul, b, num.Zeros(c.n), opt)
			if e := num.Norm(x.Sub(want)).Item() / num.Norm(want).Item(); !(e <= c.tol) {
				t.Errorf("%+v in units of %g: off by %g", c, unit, e)
			}
		}
	}
}

// A singular map has the smallest of many answers, also with columns of zeros, and b that is orthogonal to the map has 0.
func TestLSMRSingular(t *testing.T) {
	a := num.New([]float64{1, 1, 0, 2, 2, 0, -1, -1, 0, 0, 0, 0}, 4, 3)
	b := num.Vector(1, 2, 3, 4)
	x := linsolve.LSMR(a.MatMul, b, num.Zeros(3), linsolve.Options{})
	if want := num.Vector(1./6, 1./6, 0); x.Sub(want).Abs().Max().Item() > 1e-12 {
		t.Errorf("%v, want %v", x, want)
	}
	if x := linsolve.LSMR(a.MatMul, num.Vector(0, 0, 0, 7), num.Zeros(3), linsolve.Options{}); x.Abs().Max().Item() != 0 {
		t.Errorf("%v, want zeros", x)
	}
}

// Derivatives in b and in what the map captures, in a batch, and of 32 bits.
func TestLSMRDerivatives(t *testing.T) {
	const m, n = 9, 4
	a, b := rectangular(m, n, 5), num.Linspace(-1, 2, m)
	by := func(solve func(a, b num.Array) num.Array) func(s num.Array) num.Array {
		return func(s num.Array) num.Array { return solve(a.Add(a.Sin().Mul(s)), b.Mul(s.Exp())).Square().Sum() }
	}
	lsmr := by(func(a, b num.Array) num.Array { return linsolve.LSMR(a.MatMul, b, num.Zeros(n), linsolve.Options{}) })
	direct := by(func(a, b num.Array) num.Array { return num.Solve(a.T().MatMul(a), a.T().MatMul(b)) })
	for _, s := range []float64{0, 0.3} {
		at := num.Scalar(s)
		got, want := num.Grad(lsmr)(at).Item(), num.Grad(direct)(at).Item()
		if math.Abs(got-want) > 1e-8*math.Abs(want) {
			t.Errorf("derivative %v, want %v", got, want)
		}
		got, want = num.Grad(num.Grad(lsmr))(at).Item(), num.Grad(num.Grad(direct))(at).Item()
		if math.Abs(got-want) > 1e-7*math.Abs(want) {
			t.Errorf("second derivative %v, want %v", got, want)
		}
	}
	many := num.Vmap(lsmr)(num.Vector(0, 0.3))
	for i, s := range []float64{0, 0.3} {
		if one := lsmr(num.Scalar(s)).Item(); math.Abs(many.At(i).Item()-one) > 1e-12 {
			t.Errorf("in a batch %v, alone %v", many.At(i), one)
		}
	}
	small := linsolve.LSMR(a.AsType(num.Float32).MatMul, b.AsType(num.Float32), num.Full(num.Float32, 0, n), linsolve.Options{})
	large := linsolve.LSMR(a.MatMul, b, num.Zeros(n), linsolve.Options{})
	if d := small.AsType(num.Float64).Sub(large).Abs().Max().Item(); d > 1e-4 {
		t.Errorf("float32 off by %g", d)
	}
}

func TestLSMRRefuses(t *testing.T) {
	a, b := rectangular(6, 3, 1e7), num.Ones(6)
	for want, f := range map[string]func() num.Array{
		"no preconditioner": func() num.Array {
			return linsolve.LSMR(a.MatMul, b, num.Zeros(3), linsolve.Options{Precond: func(r num.Array) num.Array { return r }})
		},
		"want two vectors":              func() num.Array { return linsolve.LSMR(a.MatMul, b.Reshape(2, 3), num.Zeros(3), linsolve.Options{}) },
		"b is float64 and zero float32": func() num.Array { return linsolve.LSMR(a.MatMul, b, num.Full(num.Float32, 0, 3), linsolve.Options{}) },
		"want float64[5] as b":          func() num.Array { return linsolve.LSMR(a.MatMul, num.Ones(5), num.Zeros(3), linsolve.Options{}) },
		"not solved to the tolerance":   func() num.Array { return linsolve.LSMR(a.MatMul, b, num.Zeros(3), linsolve.Options{MaxIter: 2}) },
	} {
		_, err := num.Try(f)
		if err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("error %v, want %q", err, want)
		}
		if want == "not solved to the tolerance" && !errors.Is(err, num.ErrNumeric) {
			t.Errorf("%v is not numeric", err)
		}
	}
}

// A line through points, by products only.
func ExampleLSMR() {
	t := num.Vector(0, 1, 2, 3)
	line := func(p num.Array) num.Array { return p.At(0).Add(p.At(1).Mul(t)) }
	fmt.Printf("%.3f\n", linsolve.LSMR(line, num.Vector(1, 3, 5, 6), num.Zeros(2), linsolve.Options{}).Float64s())
	// Output: [1.200 1.700]
}
