package num_test

import (
	"encoding/json"
	"math"
	"os"
	"testing"

	"github.com/argmin-go/argmin/num"
)

// number is a float64 in JSON, which may be "NaN", "+Inf" or "-Inf".
type number float64

func (n *number) UnmarshalJSON(b []byte) error {
	switch string(b) {
	case `"NaN"`:
		*n = number(math.NaN())
	case `"+Inf"`:
		*n = number(math.Inf(1))
	case `"-Inf"`:
		*n = number(math.Inf(-1))
	default:
		return json.Unmarshal(b, (*float64)(n))
	}
	return nil
}

// reference is a row of testdata/functions.json, made by functions.py: a value and its
// derivatives in each argument.
type reference struct {
	X    []number
	Want number
	Grad []number
}

func unary(f func(A) A) func(x []A) A         { return func(x []A) A { return f(x[0]) } }
func binary(f func(a, b A) A) func([]A) A     { return func(x []A) A { return f(x[0], x[1]) } }
func ternary(f func(a, b, c A) A) func([]A) A { return func(x []A) A { return f(x[0], x[1], x[2]) } }

// functions are num's functions that the reference has values of, and the relative errors of
// the value and the derivatives that each may have.
var functions = map[string]struct {
	f         func(x []A) A
	tol, grad float64
}{
	"LogAddExp":     {binary(num.LogAddExp), 4e-16, 1e-15},
	"Exp2":          {unary(A.Exp2), 4e-16, 1e-15},
	"Log2":          {unary(A.Log2), 4e-16, 1e-15},
	"Log10":         {unary(A.Log10), 4e-16, 1e-15},
	"Rsqrt":         {unary(A.Rsqrt), 4e-16, 1e-15},
	"Hypot":         {binary(num.Hypot), 5e-16, 1e-15},
	"Sinc":          {unary(A.Sinc), 1e-15, 1e-14},
	"Log1mExp":      {unary(A.Log1mExp), 5e-16, 1e-15},
	"Xlogy":         {binary(num.Xlogy), 4e-16, 1e-15},
	"Xlog1py":       {binary(num.Xlog1py), 4e-16, 1e-15},
	"Entr":          {unary(A.Entr), 4e-16, 1e-15},
	"RelEntr":       {binary(num.RelEntr), 5e-16, 1e-15},
	"KLDiv":         {binary(num.KLDiv), 2e-15, 2e-15},
	"GELU":          {unary(A.GELU), 2e-15, 1e-14},
	"SiLU":          {unary(A.SiLU), 1e-15, 1e-14},
	"Ndtr":          {unary(A.Ndtr), 2e-15, 2e-15},
	"Ndtri":         {unary(A.Ndtri), 1e-15, 2e-14},
	"Erfcx":         {unary(A.Erfcx), 2e-15, 1e-14},
	"Gamma":         {unary(A.Gamma), 4e-15, 1e-14},
	"Betaln":        {binary(num.Betaln), 2e-15, 1e-14},
	"Beta":          {binary(num.Beta), 6e-14, 2e-13},
	"Multigammaln3": {unary(func(a A) A { return a.Multigammaln(3) }), 1e-15, 1e-14},
	"Zeta":          {binary(num.Zeta), 1e-14, 1e-13},
	"I0":            {unary(A.I0), 2e-15, 5e-15},
	"I1":            {unary(A.I1), 2e-15, 5e-15},
	"I0e":           {unary(A.I0e), 2e-15, 2e-14},
	"I1e":           {unary(A.I1e), 2e-15, 2e-14},
	"Exp1":          {unary(A.Exp1), 2e-15, 2e-15},
	"Expi":          {unary(A.Expi), 3e-15, 2e-15},
	"GammaInc":      {binary(num.GammaInc), 1e-13, 1e-12},
	"GammaIncC":     {binary(num.GammaIncC), 1e-13, 1e-12},
	"BetaInc":       {ternary(num.BetaInc), 1e-13, 1e-12},
}

// Each function and its derivatives, in both modes, have the digits of the reference.
func TestFunctions(t *testing.T) {
	text, err := os.ReadFile("testdata/functions.json")
	if err != nil {
		t.Fatal(err)
	}
	var all map[string][]reference
	if err := json.Unmarshal(text, &all); err != nil {
		t.Fatal(err)
	}
	for name := range all {
		if functions[name].f == nil {
			t.Errorf("the reference has values of %s, which is not tested", name)
		}
	}
	for name, fn := range functions {
		rows := all[name]
		t.Run(name, func(t *testing.T) {
			if len(rows) == 0 {
				t.Fatal("there are no reference values")
			}
			testReference(t, fn.f, rows, fn.tol, fn.grad)
		})
	}
}

func testReference(t *testing.T, f func(x []A) A, rows []reference, tol, gradTol float64) {
	x := make([]A, len(rows[0].X))
	for i := range x {
		v := make([]float64, len(rows))
		for k, r := range rows {
			v[k] = float64(r.X[i])
		}
		x[i] = num.New(v)
	}
	check := func(what string, got A, tol float64, want func(r reference) number) {
		t.Helper()
		worst := 0.0
		for k, g := range got.Float64s() {
			w := float64(want(rows[k]))
			e := math.Abs(g-w) / math.Abs(w)
			if g == w || math.Abs(g-w) < 5e-324*4 {
				e = 0
			}
			if !(e <= tol) {
				t.Errorf("%s at %v: got %v, want %v, relative error %.2g", what, rows[k].X, g, w, e)
			}
			worst = max(worst, e)
		}
		t.Logf("%s: relative error %.2g", what, worst)
	}
	check("the value", f(x), tol, func(r reference) number { return r.Want })
	reverse := num.Grad(func(x []A) A { return f(x).Sum() })(x)
	for i := range x {
		dx := make([]A, len(x))
		for k := range dx {
			dx[k] = num.Zeros(len(rows))
		}
		dx[i] = num.Ones(len(rows))
		_, forward := num.JVP(f, x, dx)
		want := func(r reference) number { return r.Grad[i] }
		check("the forward derivative", forward, gradTol, want)
		check("the reverse derivative", reverse[i], gradTol, want)
	}
}
