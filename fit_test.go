package argmin_test

import (
	"math"
	"strings"
	"testing"

	"github.com/argmin-go/argmin"
	"github.com/argmin-go/argmin/internal/check/nist"
	"github.com/argmin-go/argmin/num"
)

// The certified standard deviations of NIST, at the certified parameters and at fits.
func TestNISTStandardErrors(t *testing.T) {
	sets, err := nist.Sets()
	if err != nil {
		t.Fatal(err)
	}
	worst := 11.
	for _, s := range sets {
		solver := argmin.LeastSquares(nistResidual(s), nil, argmin.Options{Tol: 1e-12})
		d := observations{s.Columns(), num.New(s.Y)}
		r, err := solver.Run(num.New(s.Starts[1]), d)
		if err != nil {
			t.Fatal(err)
		}
		fit, err := num.Jit(func(b A) argmin.Fit[A] { return argmin.Statistics(solver, b, d, argmin.FitOptions{}) }).Call(r.Params)
		if err != nil || fit.Err() != nil {
			t.Errorf("%s: %v, %v", s.Name, err, fit.Err())
		}
		got := digits(fit.StdErr.Float64s(), s.SD)
		t.Logf("%-9s %5.2f digits of the standard deviations, condition %.1e", s.Name, got, fit.Condition.Item())
		if s.Name == "Lanczos1" { // residuals of 1e-13 are rounding for a part
			if got < 1.5 {
				t.Errorf("%s: %.2f digits of the standard deviations", s.Name, got)
			}
			continue
		}
		worst = math.Min(worst, got)
		if got < 6 {
			t.Errorf("%s: %.2f digits of the standard deviations", s.Name, got)
		}
	}
	t.Logf("least %.2f digits", worst)
}

// Straight lines have all statistics by formulas.
func TestStatisticsOfLines(t *testing.T) {
	x, y := num.Vector(1, 2, 3, 4, 5), num.Vector(2.1, 3.9, 6.2, 7.8, 10.1)
	line := func(p [2]A, d curve) A { return p[0].Add(p[1].Mul(d.X)).Sub(d.Y) }
	s := argmin.LeastSquares(line, nil, argmin.Options{})
	d := curve{x, y}
	p := s.Argmin([2]A{num.Scalar(0), num.Scalar(0)}, d)
	fit := argmin.Statistics(s, p, d, argmin.FitOptions{})
	// Σ(x - x̄)² = 10, x̄ = 3.
	r := line(p, d)
	sigma := math.Sqrt(r.Dot(r).Item() / 3)
	for _, c := range []struct {
		what      string
		got, want float64
	}{
		{"sigma", fit.Sigma.Item(), sigma},
		{"slope", fit.StdErr[1].Item(), sigma / math.Sqrt(10)},
		{"intercept", fit.StdErr[0].Item(), sigma * math.Sqrt(1./5+9./10)},
		{"correlation", fit.Correlation.At(0, 1).Item(), -3 / math.Sqrt(11)},
		{"freedom", fit.DegreesOfFreedom.Item(), 3},
	} {
		if math.Abs(c.got-c.want) > 1e-12*math.Abs(c.want) {
			t.Errorf("%s is %v, want %v", c.what, c.got, c.want)
		}
	}
	const t975 = 3.182446305284263 // quantile of Student's t of 3 degrees of freedom, from SciPy
	low, high := fit.Interval(0.95)
	if got := high[1].Sub(low[1]).Item() / 2; math.Abs(got-t975*sigma/math.Sqrt(10)) > 1e-9 {
		t.Errorf("half of the interval is %v", got)
	}
	at := func(p [2]A) A { return p[0].Add(p[1].Mul(num.Vector(3, 7))) }
	for _, prediction := range []bool{false, true} {
		_, half := argmin.Band(fit, at, 0.95, prediction)
		more := 0.
		if prediction {
			more = 1
		}
		for i, dx := range []float64{0, 4} {
			if want := t975 * sigma * math.Sqrt(more+0.2+dx*dx/10); math.Abs(half.At(i).Item()-want) > 1e-9 {
				t.Errorf("the band at %v is ±%v, want %v", dx, half.At(i), want)
			}
		}
	}
	// The derivative of a standard error through the fit itself: it scales with the data.
	sd := func(c A) A {
		e := curve{x, y.Mul(c)}
		return argmin.Statistics(s, s.Argmin([2]A{num.Scalar(0), num.Scalar(0)}, e), e, argmin.FitOptions{}).StdErr[1]
	}
	if g := num.Grad(sd)(num.Scalar(1)).Item(); math.Abs(g-fit.StdErr[1].Item()) > 1e-9 {
		t.Errorf("the derivative is %v, want %v", g, fit.StdErr[1])
	}
	// Batches.
	many := num.Vmap(sd)(num.Vector(1, 2, 3)).Float64s()
	for i, v := range many {
		if math.Abs(v-float64(i+1)*fit.StdErr[1].Item()) > 1e-12 {
			t.Errorf("member %d: %v", i, v)
		}
	}
}

// The derivative of a covariance against differences, twice.
func TestDerivativeOfCovariance(t *testing.T) {
	x := num.Linspace(0, 3, 9)
	y := x.Scale(-0.8).Exp().Scale(2).Add(x.Scale(5).Sin().Scale(0.1))
	s := argmin.LeastSquares(decay, nil, argmin.Options{Tol: 1e-13})
	start := [2]A{num.Scalar(1), num.Scalar(1)}
	sd := func(c A) A {
		e := curve{x, y.Add(c.Mul(x))}
		f := argmin.Statistics(s, s.Argmin(start, e), e, argmin.FitOptions{})
		return f.StdErr[0].Mul(f.Covariance.At(0, 1))
	}
	// Differences of the fourth order.
	slope := func(f func(A) A) float64 {
		const h = 3e-4
		at := func(c float64) float64 { return f(num.Scalar(c)).Item() }
		return (8*(at(h)-at(-h)) - (at(2*h) - at(-2*h))) / (12 * h)
	}
	if g, want := num.Grad(sd)(num.Scalar(0)).Item(), slope(sd); math.Abs(g-want) > 1e-7*math.Abs(want) {
		t.Errorf("first derivative %v, want %v", g, want)
	}
	if g, want := num.Grad(num.Grad(sd))(num.Scalar(0)).Item(), slope(num.Grad(sd)); math.Abs(g-want) > 1e-7*math.Abs(want) {
		t.Errorf("second derivative %v, want %v", g, want)
	}
}

// What cannot be known is NaN, with a reason that names it.
func TestStatisticsAreHonest(t *testing.T) {
	d := curve{num.Vector(0, 1, 2, 3), num.Vector(1, 2.1, 2.9, 4.2)}
	type params struct{ A, B, C, D A }
	f := func(p params, d curve) A { // B and C only as a sum
		return p.A.Add(p.B.Add(p.C).Mul(d.X)).Add(p.D.Mul(d.X.Square())).Sub(d.Y)
	}
	zero := params{num.Scalar(0), num.Scalar(0), num.Scalar(0), num.Scalar(0)}
	s := argmin.LeastSquares(f, nil, argmin.Options{})
	r, err := s.Run(zero, d)
	if err != nil || r.Err() != nil {
		t.Fatal(err, r.Err())
	}
	fit := argmin.Statistics(s, r.Params, d, argmin.FitOptions{AbsoluteSigma: true})
	if err := fit.Err(); err == nil || !strings.Contains(err.Error(), "do not determine .B, .C") || !strings.Contains(err.Error(), "rank 3 for 4") {
		t.Errorf("%v", err)
	}
	if sd := fit.StdErr; !math.IsNaN(sd.B.Item()) || !math.IsNaN(sd.C.Item()) || !(sd.A.Item() > 0) || !(sd.D.Item() > 0) {
		t.Errorf("standard errors %v", sd)
	}
	if table := fit.String(); !strings.Contains(table, "not determined") {
		t.Errorf("%s", table)
	}
	// Not a minimum.
	far := argmin.Statistics(s, params{num.Scalar(5), num.Scalar(0), num.Scalar(0), num.Scalar(0)}, d, argmin.FitOptions{})
	if err := far.Err(); err == nil || !strings.Contains(err.Error(), "not a minimum") {
		t.Errorf("%v", err)
	}
	// Held by a bound: the others as if it were known.
	bounds := func(curve) (lower, upper params) {
		return params{D: num.Scalar(0.5), C: num.Scalar(0)}, params{C: num.Scalar(0)}
	}
	b := argmin.BoundedLeastSquares(f, bounds, nil, argmin.Options{})
	r, err = b.Run(zero, d)
	if err != nil || r.Err() != nil || r.Params.D.Item() != 0.5 || r.Params.C.Item() != 0 {
		t.Fatal(r.Params, r.State, err)
	}
	fit = argmin.Statistics(b, r.Params, d, argmin.FitOptions{})
	if fit.Err() != nil || fit.DegreesOfFreedom.Item() != 2 || fit.StdErr.D.Item() != 0 || !strings.Contains(fit.String(), "held by its bounds") {
		t.Errorf("%v\n%v", fit.Err(), fit)
	}
	line := argmin.LeastSquares(func(p [2]A, d curve) A {
		return p[0].Add(p[1].Mul(d.X)).Add(d.X.Square().Scale(0.5)).Sub(d.Y)
	}, nil, argmin.Options{})
	known := argmin.Statistics(line, [2]A{r.Params.A, r.Params.B}, d, argmin.FitOptions{})
	if e := math.Abs(known.StdErr[1].Item() - fit.StdErr.B.Item()); e > 1e-9 {
		t.Errorf("standard error %v, want %v", fit.StdErr.B, known.StdErr[1])
	}
	// As many residuals as parameters.
	two := curve{num.Vector(0, 1), num.Vector(1, 2)}
	exact := argmin.LeastSquares(func(p [2]A, d curve) A { return p[0].Add(p[1].Mul(d.X)).Sub(d.Y) }, nil, argmin.Options{})
	fit2 := argmin.Statistics(exact, exact.Argmin([2]A{num.Scalar(0), num.Scalar(0)}, two), two, argmin.FitOptions{})
	if err := fit2.Err(); err == nil || !strings.Contains(err.Error(), "2 residuals for 2 free parameters") {
		t.Errorf("%v", err)
	}
	if _, err := num.Try(func() argmin.Fit[A] {
		return argmin.Statistics(argmin.Minimize(func(x A, _ A) A { return x.Sum() }, nil, argmin.Options{}), num.Zeros(1), num.Zeros(1), argmin.FitOptions{})
	}); err == nil || !strings.Contains(err.Error(), "from Minimize") {
		t.Errorf("%v", err)
	}
}
