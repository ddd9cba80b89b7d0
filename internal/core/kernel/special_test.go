package kernel_test

import (
	"math"
	"testing"

	"github.com/argmin-go/argmin/internal/core/kernel"
)

// relative fails unless got is within tol of want, relative to want; below the
// normal numbers, within one subnormal step.
func relative(t *testing.T, what string, x, got, want, tol float64) {
	t.Helper()
	if got == want || math.IsNaN(got) && math.IsNaN(want) {
		return
	}
	if d := math.Abs(got - want); !(d <= tol*math.Abs(want) || d <= 0x1p-1074) {
		t.Errorf("%s(%v): got %v, want %v (relative error %.2g)", what, x, got, want, d/math.Abs(want))
	}
}

func TestSpecialTables(t *testing.T) {
	for _, c := range []struct {
		name string
		f    func(float64) float64
		rows []struct{ x, want float64 }
		ulps float64
	}{
		{"Expit", kernel.Expit, expitTable, 4},
		{"Logit", kernel.Logit, logitTable, 4},
		{"Log1pExp", kernel.Log1pExp, log1pExpTable, 4},
		{"Erfinv", kernel.Erfinv, erfinvTable, 4},
		{"Lgamma", kernel.Lgamma, lgammaTable, 4},
		{"LogNdtr", kernel.LogNdtr, logNdtrTable, 4},
	} {
		for _, r := range c.rows {
			relative(t, c.name, r.x, c.f(r.x), r.want, c.ulps*0x1p-52)
		}
	}
	for _, r := range digammaTable {
		tol := 5e-16
		if r.x < 0 {
			tol = 1e-14
		}
		relative(t, "Digamma", r.x, kernel.Digamma(r.x), r.want, tol)
	}
	for _, r := range polygammaTable {
		tol := 1e-15 * (2 + float64(r.n)/4)
		relative(t, "Polygamma", r.x, kernel.Polygamma(r.n, r.x), r.want, tol)
	}
}

// TestSpecialPublished holds a few values every handbook prints: M. Abramowitz
// and I. Stegun, sections 6.3 and 6.4.
func TestSpecialPublished(t *testing.T) {
	const gamma = 0.57721566490153286061
	zeta3 := 1.2020569031595942854
	for _, c := range []struct {
		n       int
		x, want float64
	}{
		{0, 1, -gamma},
		{0, 0.5, -gamma - 2*math.Ln2},
		{0, 2, 1 - gamma},
		{1, 1, math.Pi * math.Pi / 6},
		{1, 0.5, math.Pi * math.Pi / 2},
		{1, 2, math.Pi*math.Pi/6 - 1},
		{2, 1, -2 * zeta3},
		{2, 0.5, -14 * zeta3},
		{3, 1, math.Pow(math.Pi, 4) / 15},
	} {
		relative(t, "Polygamma", c.x, kernel.Polygamma(c.n, c.x), c.want, 1e-15)
	}
}

func TestSpecialEdges(t *testing.T) {
	inf, nan := math.Inf(1), math.NaN()
	for _, c := range []struct {
		name    string
		f       func(float64) float64
		x, want float64
	}{
		{"Digamma", kernel.Digamma, 0, nan},
		{"Digamma", kernel.Digamma, -1, nan},
		{"Digamma", kernel.Digamma, -1e300, nan},
		{"Digamma", kernel.Digamma, inf, inf},
		{"Digamma", kernel.Digamma, -inf, nan},
		{"Digamma", kernel.Digamma, nan, nan},
		{"Trigamma", kernel.Trigamma, 0, inf},
		{"Trigamma", kernel.Trigamma, -3, inf},
		{"Trigamma", kernel.Trigamma, inf, 0},
		{"Trigamma", kernel.Trigamma, nan, nan},
		{"Lgamma", kernel.Lgamma, 0, inf},
		{"Lgamma", kernel.Lgamma, -2, inf},
		{"Lgamma", kernel.Lgamma, 1, 0},
		{"Lgamma", kernel.Lgamma, inf, inf},
		{"Lgamma", kernel.Lgamma, -inf, inf},
		{"Lgamma", kernel.Lgamma, nan, nan},
		{"Erfinv", kernel.Erfinv, 1, inf},
		{"Erfinv", kernel.Erfinv, -1, -inf},
		{"Erfinv", kernel.Erfinv, 1.1, nan},
		{"Erfinv", kernel.Erfinv, 0, 0},
		{"Expit", kernel.Expit, inf, 1},
		{"Expit", kernel.Expit, -inf, 0},
		{"Expit", kernel.Expit, nan, nan},
		{"Logit", kernel.Logit, 0, -inf},
		{"Logit", kernel.Logit, 1, inf},
		{"Logit", kernel.Logit, 2, nan},
		{"Logit", kernel.Logit, -1, nan},
		{"Logit", kernel.Logit, nan, nan},
		{"Log1pExp", kernel.Log1pExp, inf, inf},
		{"Log1pExp", kernel.Log1pExp, -inf, 0},
		{"Log1pExp", kernel.Log1pExp, nan, nan},
		{"Log", kernel.Log, 5e-324, -744.4400719213812},
		{"Log", kernel.Log, 1e-310, -713.8013788281542},
		{"Log", kernel.Log, 0x1p-1022, -1022 * math.Ln2},
		{"Log", kernel.Log, 0, -inf},
		{"Log", kernel.Log, -1, nan},
		{"Log", kernel.Log, inf, inf},
		{"Log", kernel.Log, nan, nan},
		{"LogNdtr", kernel.LogNdtr, inf, 0},
		{"LogNdtr", kernel.LogNdtr, -inf, -inf},
		{"LogNdtr", kernel.LogNdtr, nan, nan},
	} {
		if got := c.f(c.x); got != c.want && !(math.IsNaN(got) && math.IsNaN(c.want)) {
			t.Errorf("%s(%v) = %v, want %v", c.name, c.x, got, c.want)
		}
	}
	if v := kernel.Polygamma(2, -1); v == v {
		t.Errorf("Polygamma(2, -1) = %v, want NaN", v)
	}
	if v := kernel.Polygamma(-1, 1); v == v {
		t.Errorf("Polygamma(-1, 1) = %v, want NaN", v)
	}
}

// TestSpecialIdentities: recurrence and reflection on a grid.
func TestSpecialIdentities(t *testing.T) {
	for x := 0.0123; x < 30; x *= 1.13 {
		relative(t, "Digamma recurrence", x, kernel.Digamma(x+1)-kernel.Digamma(x), 1/x, 1e-13)
		relative(t, "Trigamma recurrence", x, kernel.Trigamma(x)-kernel.Trigamma(x+1), 1/(x*x), 1e-13*(1+x))
		relative(t, "Logit of Expit", x, kernel.Logit(kernel.Expit(-x)), -x, 1e-14)
		h := 1e-5 * x
		slope := (kernel.Digamma(x+h) - kernel.Digamma(x-h)) / (2 * h)
		relative(t, "Trigamma as slope", x, kernel.Trigamma(x), slope, 1e-7)
	}
}

func BenchmarkSpecial(b *testing.B) {
	for _, c := range []struct {
		name string
		f    func(float64) float64
	}{{"Digamma", kernel.Digamma}, {"Trigamma", kernel.Trigamma}, {"Expit", kernel.Expit}, {"Log1pExp", kernel.Log1pExp}} {
		b.Run(c.name, func(b *testing.B) {
			x, s := 0.1, 0.0
			for b.Loop() {
				s += c.f(x)
				if x += 0.37; x > 15 {
					x = 0.1
				}
			}
			sink = s
		})
	}
}

var sink float64
