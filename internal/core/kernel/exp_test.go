package kernel

import (
	"math"
	"math/big"
	"math/rand/v2"
	"testing"
)

// bigExp is the exponential with 200 bits, by halving the argument until the series is short.
func bigExp(x float64) *big.Float {
	f := func(v float64) *big.Float { return new(big.Float).SetPrec(200).SetFloat64(v) }
	y := f(x)
	y.SetMantExp(y, -12)
	sum, term := f(1), f(1)
	for k := 1; k < 40; k++ {
		term.Mul(term, y).Quo(term, f(float64(k)))
		sum.Add(sum, term)
	}
	for range 12 {
		sum.Mul(sum, sum)
	}
	return sum
}

// bigLog1p is log(1+e) for e in [0, 1], with 200 bits, by the series of (1+s)/(1-s).
func bigLog1p(e *big.Float) *big.Float {
	f := func(v float64) *big.Float { return new(big.Float).SetPrec(200).SetFloat64(v) }
	s := new(big.Float).SetPrec(200).Quo(e, new(big.Float).SetPrec(200).Add(e, f(2)))
	z := new(big.Float).SetPrec(200).Mul(s, s)
	sum, term := f(0), new(big.Float).SetPrec(200).Set(s)
	for k := 1; k < 140; k += 2 {
		sum.Add(sum, new(big.Float).SetPrec(200).Quo(term, f(float64(k))))
		term.Mul(term, z)
	}
	return sum.Mul(sum, f(2))
}

// off is how far a number is from what it should be, in units of the last place of that.
func off(got float64, want *big.Float) float64 {
	w, _ := want.Float64()
	unit := math.Nextafter(math.Abs(w), math.Inf(1)) - math.Abs(w)
	d := new(big.Float).SetPrec(200).SetFloat64(got)
	e, _ := d.Sub(d, want).Float64()
	return math.Abs(e) / unit
}

// modes runs a test with the routines for several elements, if there are some, and without.
func modes(t *testing.T, test func(t *testing.T)) {
	t.Run("several", test)
	without(t, test)
}

func TestExponentials(t *testing.T) {
	modes(t, func(t *testing.T) {
		rng := rand.New(rand.NewPCG(1, 2))
		one := func(v float64) *big.Float { return new(big.Float).SetPrec(200).SetFloat64(v) }
		worst := map[string]float64{}
		for range 3000 {
			x := (rng.Float64()*2 - 1) * math.Exp(rng.Float64()*11-5)
			if x > 700 || x < -740 {
				continue
			}
			var e, l, s [1]float64
			Exps(e[:], []float64{x})
			Logistics(l[:], []float64{x})
			Softpluses(s[:], []float64{x})
			small := bigExp(-math.Abs(x))
			wantS := bigLog1p(small)
			den := one(1)
			den.Add(den, small)
			num := small
			if x >= 0 {
				num = one(1)
				wantS.Add(wantS, one(x))
			}
			for name, d := range map[string]float64{"exp": off(e[0], bigExp(x)), "logistic": off(l[0], one(0).Quo(num, den)), "softplus": off(s[0], wantS)} {
				worst[name] = max(worst[name], d)
				if d > 2.5 {
					t.Errorf("%s(%v) is off by %.2f units", name, x, d)
				}
			}
		}
		t.Log(worst)
	})
}

func TestExponentialsSpecial(t *testing.T) {
	inf, nan := math.Inf(1), math.NaN()
	modes(t, func(t *testing.T) {
		for _, c := range []struct{ x, exp, logistic, softplus float64 }{
			{0, 1, 0.5, math.Ln2}, {math.Copysign(0, -1), 1, 0.5, math.Ln2}, {inf, inf, 1, inf}, {-inf, 0, 0, 0}, {nan, nan, nan, nan},
			{math.Copysign(nan, -1), nan, nan, nan}, {710, inf, 1, 710}, {1e308, inf, 1, 1e308}, {-746, 0, 0, 0}, {-1e308, 0, 0, 0},
			{-745.1, 5e-324, 5e-324, 5e-324}, {5e-324, 1, 0.5, math.Ln2}, {-5e-324, 1, 0.5, math.Ln2},
		} {
			for name, f := range map[string]struct {
				f    func(dst, x []float64)
				want float64
			}{"exp": {Exps, c.exp}, "logistic": {Logistics, c.logistic}, "softplus": {Softpluses, c.softplus}} {
				y := []float64{c.x}
				f.f(y, y)
				if y[0] != f.want && !(math.IsNaN(y[0]) && math.IsNaN(f.want)) {
					t.Errorf("%s(%v) is %v, want %v", name, c.x, y[0], f.want)
				}
			}
		}
		y := []float64{709, -708.5, -744}
		Exps(y, y)
		for i, want := range []float64{8.218407461554972e307, math.Exp(-708.5), math.Exp(-744)} {
			if math.Abs(y[i]-want) > 4e-16*want+5e-324 {
				t.Errorf("exp at an end of the range, %d: %v, want %v", i, y[i], want)
			}
		}
	})
}

// A number has the same result wherever it stands, and nothing beside the result is written.
func TestExponentialsPlaces(t *testing.T) {
	modes(t, func(t *testing.T) {
		for _, f := range []func(dst, x []float64){Exps, Logistics, Softpluses} {
			for n := range 34 {
				for shift := range 3 {
					x, y := make([]float64, n+4), make([]float64, n+4)
					for i := range x {
						x[i], y[i] = float64(i*7%11)-4.3, -99
					}
					f(y[shift:shift+n], x[shift:shift+n])
					for i := range y {
						want := []float64{-99}
						if i >= shift && i < shift+n {
							f(want, x[i:i+1])
						}
						if y[i] != want[0] {
							t.Fatalf("%d numbers from %d on: [%d] is %v, want %v", n, shift, i, y[i], want[0])
						}
					}
				}
			}
		}
	})
}
