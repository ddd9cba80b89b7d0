package leastsq

import (
	"context"
	"fmt"
	"math"
	"strings"
	"testing"

	"gonum.org/v1/gonum/mat"

	"github.com/argmin-go/argmin/minimize/finite"
	"github.com/argmin-go/argmin/status"
)

// verifyCase is a problem on which SciPy's or our stopping tests held far from a minimum. rss is the least sum of
// squares, from closed forms or from several starts and methods that agree.
type verifyCase struct {
	name   string
	p      Problem
	x0     []float64
	rss    float64
	may    string // methods that may fail, but honestly
	coarse bool   // values are exact to float32 only
}

// Eight counts of a decay with a rate of 1e-16 in SI units, a report of scipy's curve_fit.
var (
	decayX = []float64{0, .131, .261, .377, .503, .653, .784, .88}
	decayY = []float64{7349.91, 6889.77, 6354.54, 5952.89, 5709.72, 5599.58, 5618.98, 5405.07}
)

func verifyCases() (all []verifyCase) {
	decay := Problem{M: 8, Residuals: func(p, r []float64) {
		for i := range r {
			r[i] = p[2] + p[1]*math.Exp(-decayX[i]*p[0]/1.6e-16) - decayY[i]
		}
	}}
	start := []float64{4e-16, 1944.84, 5405.07}
	all = append(all, verifyCase{name: "decay", p: decay, x0: start, rss: 49329.328})
	decay.Jac = func(p []float64, j *mat.Dense) {
		for i := range 8 {
			e := math.Exp(-decayX[i] * p[0] / 1.6e-16)
			j.SetRow(i, []float64{-p[1] * e * decayX[i] / 1.6e-16, e, 1})
		}
	}
	all = append(all, verifyCase{name: "decay+jac", p: decay, x0: start, rss: 49329.328})
	noise := func(i int) float64 { return .02 * math.Sin(7*float64(i)) }
	for _, unit := range []float64{1e8, 1, 1e-3, 1e-6, 1e-9, 1e-12, 1e-16} {
		all = append(all, verifyCase{name: fmt.Sprintf("lifetime of %g", unit), x0: []float64{1, .7 * unit}, rss: .005895185, p: Problem{M: 30, Residuals: func(p, r []float64) {
			for i := range r {
				t := float64(i) * .1 * unit
				r[i] = p[0]*math.Exp(-t/p[1]) - 3*math.Exp(-t/unit/1.3) - noise(i)
			}
		}}}, verifyCase{name: fmt.Sprintf("saturation at %g", unit), x0: []float64{1, .5 * unit}, rss: .0037017807, p: Problem{M: 20, Residuals: func(p, r []float64) {
			for i := range r {
				x := float64(i+1) * .2 * unit
				r[i] = p[0]*x/(p[1]+x) - 2*x/(unit+x) - noise(i)
			}
		}}})
	}
	line := func(_ []float64, j *mat.Dense) { j.Set(0, 0, 1) }
	for _, x0 := range []float64{1e-9, 1e-12, 1e-300} {
		p := Problem{M: 1, Residuals: func(x, r []float64) { r[0] = x[0] - 3 }}
		may := ""
		if x0 == 1e-300 {
			may = "trf"
		}
		all = append(all, verifyCase{name: fmt.Sprintf("x-3 from %g", x0), p: p, x0: []float64{x0}, may: may})
		p.Jac = line
		all = append(all, verifyCase{name: fmt.Sprintf("x-3 from %g+jac", x0), p: p, x0: []float64{x0}, may: may})
	}
	for _, far := range []float64{1e8, 1e9} { // a line through points far from 0
		p := Problem{M: 10, Residuals: func(p, r []float64) {
			for i := range r {
				r[i] = p[0] + p[1]*(far+float64(i)) - float64(i)
			}
		}}
		all = append(all, verifyCase{name: fmt.Sprintf("line at %g", far), p: p, x0: []float64{-far, 0}})
		p.Jac = func(_ []float64, j *mat.Dense) {
			for i := range 10 {
				j.SetRow(i, []float64{1, far + float64(i)})
			}
		}
		all = append(all, verifyCase{name: fmt.Sprintf("line at %g+jac", far), p: p, x0: []float64{-far, 0}},
			verifyCase{name: fmt.Sprintf("line at %g+jac from 1, 1", far), p: p, x0: []float64{1, 1}})
	}
	for _, c := range []struct {
		x0  []float64
		may string
	}{{[]float64{1, 1}, "dogbox"}, {[]float64{1, 0}, ""}, {[]float64{0, 0}, ""}, {[]float64{1, -5}, ""}} {
		all = append(all, verifyCase{name: fmt.Sprintf("growth from %v", c.x0), x0: c.x0, may: c.may, p: Problem{M: 101, Residuals: func(p, r []float64) {
			for i := range r {
				r[i] = p[0]*math.Exp(p[1]*float64(i)) - 3*math.Exp(.02*float64(i))
			}
		}}})
	}
	for _, unit := range []float64{1e-12, 1e-8, 1e8} {
		all = append(all, verifyCase{name: fmt.Sprintf("rosenbrock in units of %g", unit), x0: []float64{-1.2, 1}, p: Problem{M: 2, Residuals: func(x, r []float64) {
			r[0], r[1] = unit*10*(x[1]-x[0]*x[0]), unit*(1-x[0])
		}}})
	}
	for _, unit := range []float64{1.2e-8, 1.2e-15} {
		all = append(all, verifyCase{name: fmt.Sprintf("gaussian of height %g", unit), x0: []float64{1.25 * unit, 1.6, .2}, p: Problem{M: 100, Residuals: func(p, r []float64) {
			for i := range r {
				w := 1 + float64(i)/99
				a, b := (w-p[1])/p[2], (w-1.4)/.11
				r[i] = p[0]*math.Exp(-a*a/2) - unit*math.Exp(-b*b/2)
			}
		}}})
	}
	return append(all, verifyCase{name: "values in float32", x0: []float64{1, .7, 0}, rss: .0056602834, coarse: true, p: Problem{M: 30, Residuals: func(p, r []float64) {
		for i := range r {
			t := float64(i) * .1
			r[i] = float64(float32(p[0]*math.Exp(-t/p[1])+p[2])) - float64(float32(3*math.Exp(-t/1.3)+1+noise(i)))
		}
	}}})
}

// A success is at the minimum, whatever the units of the variables and the values and however the region cut
// the steps, and there is one but where listed.
func TestSuccessIsAtTheMinimum(t *testing.T) {
	for _, c := range verifyCases() {
		for _, m := range methods.All {
			r, err := Minimize(context.Background(), c.p, c.x0, Options{Method: m})
			if err != nil {
				t.Fatal(err)
			}
			tol := 1e-5
			if c.coarse {
				tol = 1e-3
			}
			// Rounding of the terms where the least sum is 0.
			first := make([]float64, c.p.M)
			c.p.Residuals(c.x0, first)
			zero := 0.0
			for _, v := range first {
				zero += v * v * 1e-16
			}
			right := 2*r.Cost <= c.rss*(1+tol)+zero
			if r.Success && !right {
				t.Errorf("%s, %s: success at %.8g, want %.8g: %v", c.name, m.Name(), 2*r.Cost, c.rss, r.X)
			}
			if !r.Success && !strings.Contains(c.may, m.Name()) {
				t.Errorf("%s, %s: sum of squares %.8g, want %.8g: %s", c.name, m.Name(), 2*r.Cost, c.rss, r.Message)
			}
			if !r.Success && r.Status == status.LineSearchFailed {
				t.Errorf("%s, %s: there is no line search: %s", c.name, m.Name(), r.Message)
			}
		}
	}
}

// Covariances report fits that did not converge, and Jacobians that are noise.
func TestCovarianceOfNoise(t *testing.T) {
	x, y := make([]float64, 30), make([]float64, 30)
	for i := range x {
		x[i] = float64(i) * .1
		y[i] = 3*math.Exp(-x[i]/1.3) + 1 + .02*math.Sin(7*float64(i))
	}
	model := func(p []float64, x float64) float64 { return p[0]*math.Exp(-x/p[1]) + p[2] }
	single := func(p []float64, x float64) float64 { return float64(float32(model(p, x))) }
	with := func(d finite.Differences) Options { return Options{Differences: d} }
	for name, c := range map[string]struct {
		f    func(p []float64, x float64) float64
		o    Options
		want CovarianceStatus
	}{
		"plain":              {model, Options{}, CovarianceGood},
		"limit":              {model, Options{MaxNFev: 3}, CovarianceNotConverged},
		"step of 1":          {model, with(finite.Differences{AbsStep: []float64{1}}), CovarianceNoise},
		"step of 1e-14":      {model, with(finite.Differences{RelStep: []float64{1e-14}}), CovarianceNotConverged},
		"steps for each":     {model, with(finite.Differences{AbsStep: []float64{1e-7, 1e-8, 1e-7}}), CovarianceGood},
		"float32":            {single, Options{}, CovarianceGood},
		"float32, declared":  {single, with(finite.Differences{FuncError: 6e-8}), CovarianceGood},
		"float32, long step": {single, with(finite.Differences{RelStep: []float64{1e-3}}), CovarianceGood},
	} {
		r := fit(t, PointModel(c.f), x, y, []float64{1, .7, 0}, CurveFitOptions{LeastSquares: c.o})
		if r.CovStatus != c.want {
			t.Errorf("%s: %v, want %v (%v ± %v, %s)", name, r.CovStatus, c.want, r.Params, r.StdErr, r.LeastSquares.Message)
		}
		if c.want != CovarianceGood {
			continue
		}
		for i, want := range []float64{.0129173, .0162779, .014888} { // SciPy 1.17.1
			if math.Abs(r.StdErr[i]/want-1) > 1e-2 {
				t.Errorf("%s: standard errors %v", name, r.StdErr)
			}
		}
	}
	// One standard deviation for all.
	one := fit(t, PointModel(model), x, y, []float64{1, .7, 0}, CurveFitOptions{Sigma: []float64{.02}, AbsoluteSigma: true})
	if want := .017842843; math.Abs(one.StdErr[0]/want-1) > 1e-4 {
		t.Errorf("standard error %g, want %g", one.StdErr[0], want)
	}
}

// Complex steps give a Jacobian to rounding.
func TestComplexSteps(t *testing.T) {
	p := Problem{M: 2, Residuals: lsqRosenbrock, Complex: func(z, r []complex128) { r[0], r[1] = 10*(z[1]-z[0]*z[0]), 1-z[0] }}
	for _, m := range methods.All {
		for _, sparsity := range [][][]int{nil, {{0, 1}, {0}}} {
			p.Sparsity = sparsity
			r, err := Minimize(context.Background(), p, []float64{-1.2, 1}, Options{Method: m, Differences: finite.Differences{Scheme: "cs"}})
			if err != nil || !r.Success || r.Cost > 1e-20 || r.NFevDiff != 2*r.NJev {
				t.Fatalf("%s: %+v, %v", m.Name(), r, err)
			}
			if want := -20 * r.X[0]; math.Abs(r.Jac.At(0, 0)/want-1) > 1e-15 {
				t.Errorf("%s: derivative %g, want %g", m.Name(), r.Jac.At(0, 0), want)
			}
		}
	}
}
