package leastsq

import (
	"context"
	"math"
	"slices"
	"strings"
	"testing"

	"gonum.org/v1/gonum/mat"

	"github.com/argmin-go/argmin/minimize/finite"
	"github.com/argmin-go/argmin/minimize/internal/vec"
)

// fitLine are data of a line with deviations, and their linear model.
var (
	fitX    = []float64{0, .5, 1, 1.5, 2, 3, 4, 5.5}
	fitY    = []float64{1.1, 1.9, 3.2, 4.1, 4.8, 7.3, 8.9, 12.2}
	fitSD   = []float64{.1, .2, .1, .3, .2, .1, .4, .2}
	fitLine = PointModel(func(p []float64, x float64) float64 { return p[0] + p[1]*x })
)

func fit(t *testing.T, model CurveModel, x, y, p0 []float64, o CurveFitOptions) CurveFitResult {
	t.Helper()
	r, err := CurveFit(context.Background(), model, x, y, p0, o)
	if err != nil {
		t.Fatal(err)
	}
	return r
}

// fitDistance is the largest difference of elements.
func fitDistance(a, b []float64) (d float64) {
	for i, v := range a {
		d = max(d, math.Abs(v-b[i]))
	}
	return d
}

// fitGLS is generalized least squares of the line in closed form, with the covariance v
// of y: parameters, (XᵀV⁻¹X)⁻¹ and the sum of squares.
func fitGLS(t *testing.T, v mat.Matrix) (p mat.VecDense, cov mat.Dense, chi2 float64) {
	t.Helper()
	n := len(fitX)
	x, y := mat.NewDense(n, 2, nil), mat.NewVecDense(n, fitY)
	for i, u := range fitX {
		x.SetRow(i, []float64{1, u})
	}
	var vx, h, r mat.Dense
	var vy, g, e, ve mat.VecDense
	if err := vx.Solve(v, x); err != nil {
		t.Fatal(err)
	}
	if err := vy.SolveVec(v, y); err != nil {
		t.Fatal(err)
	}
	h.Mul(x.T(), &vx)
	g.MulVec(x.T(), &vy)
	if err := cov.Inverse(&h); err != nil {
		t.Fatal(err)
	}
	p.MulVec(&cov, &g)
	r.Mul(x, &p)
	e.SubVec(y, r.ColView(0))
	if err := ve.SolveVec(v, &e); err != nil {
		t.Fatal(err)
	}
	return p, cov, mat.Dot(&e, &ve)
}

// Parameters, covariance and χ² of a linear model are as in the closed form, without sigma, with
// standard deviations and with a covariance matrix, by every method.
func TestCurveFitOfLinearModelIsClosedForm(t *testing.T) {
	n := len(fitX)
	ones, variances, full := mat.NewSymDense(n, nil), mat.NewSymDense(n, nil), mat.NewSymDense(n, nil)
	for i := range n {
		ones.SetSym(i, i, 1)
		variances.SetSym(i, i, fitSD[i]*fitSD[i])
		for j := range i + 1 {
			full.SetSym(i, j, fitSD[i]*fitSD[j]*math.Pow(.6, math.Abs(fitX[i]-fitX[j])))
		}
	}
	jac := func(_, x []float64, j *mat.Dense) {
		for i, x := range x {
			j.SetRow(i, []float64{1, x})
		}
	}
	for name, c := range map[string]struct {
		o CurveFitOptions
		v *mat.SymDense
	}{
		"plain":      {CurveFitOptions{}, ones},
		"sigma":      {CurveFitOptions{Sigma: fitSD}, variances},
		"diagonal":   {CurveFitOptions{Covariance: variances}, variances},
		"covariance": {CurveFitOptions{Covariance: full}, full},
	} {
		p, cov, chi2 := fitGLS(t, c.v)
		for _, absolute := range []bool{false, true} {
			for _, m := range []Method{nil, TRF{}, TRF{TRSolver: "lsmr"}, Dogbox{}, LM{}} {
				for _, given := range []bool{false, true} {
					o := c.o
					o.AbsoluteSigma, o.LeastSquares.Method = absolute, m
					if given {
						o.Jac = jac
					}
					r := fit(t, fitLine, fitX, fitY, []float64{0, 0}, o)
					if err := r.Err(); err != nil || r.CovStatus != CovarianceGood || r.DegreesOfFreedom != n-2 {
						t.Errorf("%s %#v: %v, covariance %v, %d degrees of freedom", name, m, err, r.CovStatus, r.DegreesOfFreedom)
					}
					if math.Abs(r.ChiSquare/chi2-1) > 1e-12 || math.Abs(vec.Dot(r.Residuals, r.Residuals)/chi2-1) > 1e-12 {
						t.Errorf("%s %#v: χ² is %g, want %g", name, m, r.ChiSquare, chi2)
					}
					scale := 1.0
					if !absolute {
						scale = chi2 / float64(n-2)
					}
					for i := range 2 {
						if math.Abs(r.Params[i]-p.AtVec(i)) > 1e-7 {
							t.Errorf("%s %#v: parameter %d is %g, want %g", name, m, i, r.Params[i], p.AtVec(i))
						}
						if sd := math.Sqrt(scale * cov.At(i, i)); math.Abs(r.StdErr[i]/sd-1) > 1e-7 {
							t.Errorf("%s %#v: standard error %d is %g, want %g", name, m, i, r.StdErr[i], sd)
						}
						// Differences over steps of √ε|p| have a rounding error of ε|y|/(√ε|p|), of which a covariance has twice as much.
						tol := 1e-7
						if !given {
							tol = 2e-7
						}
						for j := range 2 {
							if want := scale * cov.At(i, j); math.Abs(r.Covariance.At(i, j)/want-1) > tol {
								t.Errorf("%s %#v: covariance %d, %d is %g, want %g", name, m, i, j, r.Covariance.At(i, j), want)
							}
						}
					}
					// Of [1 c; c 1] the eigenvalues are 1 ± |c|.
					cc := math.Abs(cov.At(0, 1)) / math.Sqrt(cov.At(0, 0)*cov.At(1, 1))
					if want := (1 + cc) / (1 - cc); math.Abs(r.Condition/want-1) > 1e-6 {
						t.Errorf("%s: condition %g, want %g", name, r.Condition, want)
					}
				}
			}
		}
	}
}

// SciPy 1.17.1's curve_fit(lambda x, a, b, c: a*exp(-b*x)+c, …, p0=[1,
// .5, .25], sigma=sd) on these data, with and without bounds [0, 0, 0] and [3, 1, .5].
func TestCurveFitAgreesWithSciPy(t *testing.T) {
	x := lsqRange(12, func(i float64) float64 { return (i - 1) / 3 })
	y := []float64{3.02, 2.13, 1.58, 1.20, .91, .80, .67, .66, .58, .57, .52, .55}
	sd := []float64{.05, .04, .05, .03, .02, .03, .02, .04, .02, .03, .02, .03}
	model := PointModel(func(p []float64, x float64) float64 { return p[0]*math.Exp(-p[1]*x) + p[2] })
	for _, c := range []struct {
		bounds     *Bounds
		params, sd []float64
		status     CovarianceStatus
	}{
		{nil, []float64{2.526164142, 1.330334243, 0.5061465136}, []float64{0.0354096268, 0.0332416537, 0.012028017}, CovarianceGood},
		{&Bounds{[]float64{0, 0, 0}, []float64{3, 1, .5}}, []float64{2.389542203, 1, 0.3879672611}, []float64{0.123416303, 0.106973919, 0.062351712}, CovarianceAtBounds},
	} {
		r := fit(t, model, x, y, []float64{1, .5, .25}, CurveFitOptions{Sigma: sd, LeastSquares: Options{Bounds: c.bounds}})
		if r.CovStatus != c.status || r.Err() != nil {
			t.Errorf("%v, covariance %v, want %v", r.Err(), r.CovStatus, c.status)
		}
		for i := range c.params {
			if math.Abs(r.Params[i]-c.params[i]) > 1e-6 || math.Abs(r.StdErr[i]/c.sd[i]-1) > 1e-5 {
				t.Errorf("parameter %d is %.9g ± %.9g, want %.9g ± %.9g", i, r.Params[i], r.StdErr[i], c.params[i], c.sd[i])
			}
		}
	}
}

// CovStatus reports why a covariance cannot be trusted.
func TestCurveFitCovarianceStatus(t *testing.T) {
	redundant := PointModel(func(p []float64, x float64) float64 { return p[0]*p[1] + p[2]*x })
	exact := func(p, x []float64, j *mat.Dense) {
		for i, x := range x {
			j.SetRow(i, []float64{p[1], p[0], x})
		}
	}
	idle := PointModel(func(p []float64, x float64) float64 { return p[0] + p[1]*x + 0*p[2] })
	// Exponentials with rates that differ by little.
	near := PointModel(func(p []float64, x float64) float64 { return p[0]*math.Exp(-x) + p[1]*math.Exp(-(1+1e-6)*x) })
	for _, c := range []struct {
		name  string
		model CurveModel
		x, y  []float64
		p0    []float64
		o     CurveFitOptions
		want  CovarianceStatus
	}{
		{"good", fitLine, fitX, fitY, []float64{0, 0}, CurveFitOptions{}, CovarianceGood},
		{"redundant", redundant, fitX, fitY, []float64{1, 1, 1}, CurveFitOptions{Jac: exact}, CovarianceSingular},
		{"idle", idle, fitX, fitY, []float64{1, 1, 1}, CurveFitOptions{}, CovarianceSingular},
		{"near", near, fitX, fitY, []float64{1, 1}, CurveFitOptions{}, CovarianceIllConditioned},
		{"as many as data", fitLine, fitX[:2], fitY[:2], []float64{0, 0}, CurveFitOptions{}, CovarianceNoFreedom},
		{"absolute", fitLine, fitX[:2], fitY[:2], []float64{0, 0}, CurveFitOptions{AbsoluteSigma: true}, CovarianceGood},
		{"more than data", redundant, fitX[:2], fitY[:2], []float64{1, 1, 1}, CurveFitOptions{LeastSquares: Options{Method: TRF{}}}, CovarianceSingular},
		{"at bounds", fitLine, fitX, fitY, []float64{0, 0}, CurveFitOptions{LeastSquares: Options{Bounds: &Bounds{[]float64{-9, 0}, []float64{9, 1}}}}, CovarianceAtBounds},
		{"NaN", PointModel(func(p []float64, x float64) float64 { return math.NaN() }), fitX, fitY, []float64{0, 0}, CurveFitOptions{}, CovarianceUnknown},
	} {
		r := fit(t, c.model, c.x, c.y, c.p0, c.o)
		if r.CovStatus != c.want {
			t.Errorf("%s: %v, want %v (condition %g)", c.name, r.CovStatus, c.want, r.Condition)
		}
		switch r.CovStatus {
		case CovarianceSingular, CovarianceNoFreedom:
			if !math.IsInf(r.Covariance.At(0, 0), 1) || !math.IsInf(r.StdErr[0], 1) {
				t.Errorf("%s: covariance %v", c.name, r.Covariance)
			}
		case CovarianceUnknown:
			if r.Covariance != nil || r.Err() == nil {
				t.Errorf("%s: covariance %v, %v", c.name, r.Covariance, r.Err())
			}
		default:
			if !(r.StdErr[0] > 0) || math.IsInf(r.StdErr[0], 1) || (r.Condition > 1e10) != (c.want == CovarianceIllConditioned) {
				t.Errorf("%s: standard errors %v, condition %g", c.name, r.StdErr, r.Condition)
			}
		}
	}
}

func TestCurveFitWithoutCovarianceWhenRefused(t *testing.T) {
	var none CovarianceStatus
	if none != CovarianceUnknown || none.String() != "none" || CovarianceGood.String() != "good" ||
		CovarianceNoFreedom.String() != "no degrees of freedom" {
		t.Errorf("%v, %v, %v", none, CovarianceGood, CovarianceNoFreedom)
	}
	for _, p0 := range [][]float64{nil, {math.NaN(), 1}} {
		r, err := CurveFit(context.Background(), fitLine, fitX, fitY, p0, CurveFitOptions{})
		if err == nil || r.CovStatus != CovarianceUnknown || r.Covariance != nil {
			t.Errorf("%v: %v, covariance %v", p0, err, r.CovStatus)
		}
	}
}

// Other units of a parameter change its standard error in proportion, and neither the condition nor
// the status.
func TestCurveFitDoesNotDependOnUnits(t *testing.T) {
	a := fit(t, fitLine, fitX, fitY, []float64{0, 0}, CurveFitOptions{})
	b := fit(t, PointModel(func(p []float64, x float64) float64 { return p[0] + 1e9*p[1]*x }), fitX, fitY, []float64{0, 0}, CurveFitOptions{
		Jac: func(_, x []float64, j *mat.Dense) {
			for i, x := range x {
				j.SetRow(i, []float64{1, 1e9 * x})
			}
		}})
	if b.CovStatus != CovarianceGood || math.Abs(b.Condition/a.Condition-1) > 1e-6 || math.Abs(b.StdErr[1]*1e9/a.StdErr[1]-1) > 1e-6 {
		t.Errorf("%v, condition %g, standard errors %v; want %g and %v", b.CovStatus, b.Condition, b.StdErr, a.Condition, a.StdErr)
	}
}

// With NaN "omit" the fit is the fit to the other observations.
func TestCurveFitOmitsNaN(t *testing.T) {
	n := len(fitX)
	nan := math.NaN()
	rows, y := make([]float64, 2*n), slices.Clone(fitY)
	for i, x := range fitX {
		rows[2*i], rows[2*i+1] = 1, x
	}
	rows[2*3+1], y[5] = nan, nan
	model := RowModel(func(p, x []float64) float64 { return p[0]*x[0] + p[1]*x[1] })
	kept := []int{0, 1, 2, 4, 6, 7}
	var kx, ky, ksd []float64
	cov, kcov := mat.NewSymDense(n, nil), mat.NewSymDense(len(kept), nil)
	for i := range n {
		for j := range i + 1 {
			cov.SetSym(i, j, math.Pow(.5, float64(i-j)))
		}
	}
	for a, i := range kept {
		kx, ky, ksd = append(kx, fitX[i]), append(ky, fitY[i]), append(ksd, fitSD[i])
		for b, j := range kept[:a+1] {
			kcov.SetSym(a, b, cov.At(i, j))
		}
	}
	for _, c := range [][2]CurveFitOptions{
		{{NaN: "omit"}, {}},
		{{NaN: "omit", Sigma: fitSD}, {Sigma: ksd}},
		{{NaN: "omit", Covariance: cov}, {Covariance: kcov}},
	} {
		got := fit(t, model, rows, y, []float64{0, 0}, c[0])
		want := fit(t, fitLine, kx, ky, []float64{0, 0}, c[1])
		if fitDistance(got.Params, want.Params) > 1e-7 || fitDistance(got.StdErr, want.StdErr) > 1e-7 ||
			got.DegreesOfFreedom != 4 || len(got.Residuals) != 6 {
			t.Errorf("%v ± %v, want %v ± %v", got.Params, got.StdErr, want.Params, want.StdErr)
		}
	}
}

// Errors name the argument that is wrong, its value and what it should be.
func TestCurveFitRefusesWrongArguments(t *testing.T) {
	nan := math.NaN()
	p0 := []float64{0, 0}
	bad := slices.Clone(fitY)
	bad[2] = nan
	for _, c := range []struct {
		model    CurveModel
		x, y, p0 []float64
		o        CurveFitOptions
		want     string
	}{
		{nil, fitX, fitY, p0, CurveFitOptions{}, "CurveFit has no model"},
		{fitLine, fitX, nil, p0, CurveFitOptions{}, "ydata is empty"},
		{fitLine, fitX, fitY, nil, CurveFitOptions{}, "p0 is empty"},
		{fitLine, fitX, fitY, []float64{nan, 1}, CurveFitOptions{}, "x0[0] is NaN, want a finite number"},
		{fitLine, fitX, fitY, p0, CurveFitOptions{Sigma: fitSD[:3]}, "Sigma has length 3, want 1 or the length of ydata, 8"},
		{fitLine, fitX, fitY, p0, CurveFitOptions{Sigma: []float64{1, 1, 1, 0, 1, 1, 1, 1}}, "Sigma[3] is 0, want a positive number"},
		{fitLine, fitX, fitY, p0, CurveFitOptions{Covariance: mat.NewSymDense(2, nil)}, "Covariance is 2×2, want 8×8 as ydata has length 8"},
		{fitLine, fitX, fitY, p0, CurveFitOptions{Covariance: mat.NewSymDense(8, nil)}, "Covariance is not positive definite"},
		{fitLine, fitX, fitY, p0, CurveFitOptions{Sigma: fitSD, Covariance: mat.NewSymDense(8, nil)}, "Sigma and Covariance are both given"},
		{fitLine, fitX, bad, p0, CurveFitOptions{}, "ydata[2] is NaN, want a finite number; NaN: \"omit\" leaves such observations out"},
		{fitLine, bad, fitY, p0, CurveFitOptions{}, "xdata[2] is NaN, want a finite number; NaN: \"omit\" leaves such observations out"},
		{fitLine, fitX, []float64{1, math.Inf(1)}, p0, CurveFitOptions{NaN: "omit"}, "ydata[1] is +Inf, want a finite number"},
		{fitLine, fitX[:3], fitY[:2], p0, CurveFitOptions{NaN: "omit"}, `xdata has length 3, want a multiple of the length 2 of ydata for NaN "omit"`},
		{fitLine, fitX[:1], []float64{nan}, p0, CurveFitOptions{NaN: "omit"}, "all observations have a NaN"},
		{fitLine, fitX, fitY, p0, CurveFitOptions{NaN: "drop"}, `NaN is "drop", want raise or omit`},
		{fitLine, fitX, fitY, p0, CurveFitOptions{Jac: func(p, x []float64, j *mat.Dense) {}, LeastSquares: Options{Differences: finite.Differences{Scheme: "3-point"}}}, "Jac and Differences.Scheme are both given"},
		{fitLine, fitX[:1], fitY[:1], p0, CurveFitOptions{}, "method lm needs at least as many residuals as variables: M is 1, x0 has 2; trf and dogbox take fewer"},
		{fitLine, fitX, fitY[:3], p0, CurveFitOptions{}, "PointModel has 8 numbers in xdata for 3 in ydata"},
	} {
		_, err := CurveFit(context.Background(), c.model, c.x, c.y, c.p0, c.o)
		if err == nil {
			t.Errorf("no error, want %s", c.want)
			continue
		}
		if first, _, _ := strings.Cut(err.Error(), "\n"); first != "leastsq: "+c.want {
			t.Errorf("%s, want leastsq: %s", first, c.want)
		}
	}
}

// With bounds on one side only, the default method is one that takes bounds.
func TestCurveFitWithOneSidedBounds(t *testing.T) {
	for _, b := range []*Bounds{{Lower: []float64{-9, 2.5}}, {Upper: []float64{9, 1}}} {
		r := fit(t, fitLine, fitX, fitY, []float64{0, 2}, CurveFitOptions{LeastSquares: Options{Bounds: b}})
		if !r.LeastSquares.Success || r.CovStatus != CovarianceAtBounds {
			t.Errorf("%+v: %v, %v at %v", b, r.LeastSquares.Status, r.CovStatus, r.Params)
		}
	}
	free := fit(t, fitLine, fitX, fitY, []float64{0, 0}, CurveFitOptions{})
	none := fit(t, fitLine, fitX, fitY, []float64{0, 0}, CurveFitOptions{LeastSquares: Options{Bounds: &Bounds{}}})
	if !slices.Equal(none.Params, free.Params) {
		t.Errorf("bounds without limits: %v, want %v", none.Params, free.Params)
	}
}
