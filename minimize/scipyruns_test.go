package minimize

import (
	"context"
	"math"
	"strings"
	"testing"

	"github.com/argmin-go/argmin/minimize/internal/search"
	"github.com/argmin-go/argmin/minimize/internal/vec"
	"github.com/argmin-go/argmin/status"
)

// scipyRun is a run of scipy.optimize.minimize with the gradient and default options.
type scipyRun struct {
	name            string
	success         bool
	nit, nfev, njev int
	fun             float64
}

// TestAgainstSciPy compares with what SciPy 1.17.1 did on the same problems: no failure
// where it succeeds, no worse value, and in the geometric mean no more than 1.25 times its
// gradients (of which TNC and Newton-CG take others than its functions).
func TestAgainstSciPy(t *testing.T) {
	problems := map[string]lineProblem{}
	for _, p := range append(append([]lineProblem{}, lineProblems...), mghProblems...) {
		problems[p.name] = p
	}
	bounds := map[string]boxed{}
	for _, b := range boxedProblems {
		bounds[b.name] = b
	}
	// The factor on SciPy's counts; L-BFGS-B makes its very steps.
	most := map[string]float64{"BFGS": 1.25, "CG": 1.25, "Newton-CG": 1.25, "L-BFGS-B": 1.02, "TNC": 1.25}
	for method, runs := range scipyRuns {
		m, err := MethodByName(method, nil)
		if err != nil {
			t.Fatal(err)
		}
		logs, count := 0.0, 0
		for _, want := range runs {
			t.Run(method+"/"+want.name, func(t *testing.T) {
				p := problems[strings.Split(want.name, "/")[0]]
				opt := Options{Method: m, NoVerification: true}
				if b, ok := bounds[want.name]; ok {
					opt.Bounds = b.bounds(len(p.x0))
				}
				calls := 0
				f := func(x []float64) float64 {
					calls++
					if opt.Bounds != nil && search.BoundViolation(x, opt.Bounds.Lower, opt.Bounds.Upper) > 0 {
						t.Fatalf("evaluated out of bounds at %v", x)
					}
					return p.f(x)
				}
				g := func(x, g []float64) {
					if opt.Bounds != nil && search.BoundViolation(x, opt.Bounds.Lower, opt.Bounds.Upper) > 0 {
						t.Fatalf("gradient taken out of bounds at %v", x)
					}
					p.g(x, g)
				}
				r, err := Minimize(context.Background(), Problem{Func: f, Grad: g}, p.x0, opt)
				if err != nil {
					t.Fatal(err)
				}
				if v := p.f(r.X); v != r.Fun {
					t.Errorf("reported value %g, %g at the point", r.Fun, v)
				}
				if calls != r.NFev {
					t.Errorf("%d evaluations reported, %d made", r.NFev, calls)
				}
				if !want.success {
					return
				}
				if !r.Success || r.Fun > want.fun+2e-6*(1+math.Abs(want.fun)) {
					t.Errorf("%v, %s: value %g, SciPy's is %g", r.Status, r.Message, r.Fun, want.fun)
				}
				logs += math.Log(float64(r.NJev) / float64(want.njev))
				count++
			})
		}
		if mean := math.Exp(logs / float64(count)); mean > most[method] || count < 14 {
			t.Errorf("%s makes %.3f times SciPy's gradients, of %d problems", method, mean, count)
		}
	}
}

// TestSmoothMethodsWithoutMinimum runs the smooth methods where there is no minimum, or nowhere a value.
func TestSmoothMethodsWithoutMinimum(t *testing.T) {
	for _, m := range []Method{BFGS{}, CG{}, NewtonCG{}, LBFGSB{}, TNC{}} {
		for _, p := range oddProblems {
			r, err := Minimize(context.Background(), Problem{Func: p.f, Grad: p.g}, p.x0, Options{Method: m})
			if err != nil {
				t.Fatal(err)
			}
			switch p.name {
			case "nanstart", "nanf", "nang", "infstart", "neginf", "unbounded", "linear":
				want := r.Status
				switch p.name {
				case "nanf", "infstart":
					want = status.NonFinite
				case "neginf":
					want = status.Unbounded
				}
				if r.Success || r.Status == status.Converged || r.Status != want {
					t.Errorf("%s, %s: success %v, %v at %v, %s", m.Name(), p.name, r.Success, r.Status, r.X, r.Message)
				}
			case "abs": // success is by a test that does not know of kinks
			default:
				g := make([]float64, len(r.X))
				p.g(r.X, g)
				if !r.Success || vec.Norm(g, 0) > 1e-4 {
					t.Errorf("%s, %s: %v, %s: gradient %v", m.Name(), p.name, r.Status, r.Message, g)
				}
			}
		}
	}
}

// TestTolOfSmoothMethods has Options.Tol set the tolerances that SciPy's tol does.
func TestTolOfSmoothMethods(t *testing.T) {
	for _, m := range []Method{BFGS{}, CG{}, NewtonCG{}, LBFGSB{}, TNC{}} {
		run := func(tol float64) Result {
			r, err := Minimize(context.Background(), Problem{Func: rosenF, Grad: rosenG}, []float64{-1.2, 1}, Options{Method: m, Tol: tol})
			if err != nil || !r.Success {
				t.Fatalf("%s, tol %g: %v, %s, error %v", m.Name(), tol, r.Status, r.Message, err)
			}
			return r
		}
		rough, fine := run(1e-1), run(1e-9)
		if rough.NIter >= fine.NIter || math.Hypot(fine.X[0]-1, fine.X[1]-1) > 1e-5 {
			t.Errorf("%s: %d iterations for 1e-1, %d to %v for 1e-9", m.Name(), rough.NIter, fine.NIter, fine.X)
		}
	}
}

// scipyRuns are the name, success, nit, nfev, njev and fun of SciPy 1.17.1, numpy 2.4.6.
var scipyRuns = map[string][]scipyRun{
	"BFGS": {
		{"rosen2", true, 32, 39, 39, 2.535309262e-15},
		{"rosen5", true, 25, 30, 30, 4.013087986e-13},
		{"rosen10", true, 36, 47, 47, 3.211426379e-15},
		{"quad1e6", true, 15, 22, 22, 5.615007352e-19},
		{"beale", true, 15, 17, 17, 1.951199862e-16},
		{"powell", true, 35, 40, 40, 3.977536242e-09},
		{"wood", true, 90, 106, 106, 3.913724643e-16},
		{"himmelblau", true, 10, 16, 16, 1.056983571e-13},
		{"one", true, 6, 7, 7, 2.051235604},
		{"brownbad", true, 16, 27, 27, 7.888609052e-31},
		{"helical", true, 30, 35, 35, 1.021917278e-15},
		{"broydentri", true, 23, 28, 28, 2.933859712e-13},
		{"trig", true, 24, 27, 27, 2.795064007e-05},
		{"vardim", true, 20, 22, 22, 5.489051978e-17},
		{"browndennis", true, 28, 36, 36, 85822.20163},
		{"frothrosen", true, 9, 10, 10, 48.98425368},
		{"powellbad", true, 156, 202, 202, 7.281204478e-23},
		{"penalty1", true, 50, 62, 62, 7.170923058e-05},
		{"extrosen", true, 414, 440, 440, 5.31212172e-10},
	},
	"CG": {
		{"rosen2", true, 36, 78, 77, 1.880445962e-14},
		{"rosen5", true, 47, 97, 97, 4.425113786e-12},
		{"rosen10", true, 98, 175, 175, 4.242586829e-12},
		{"quad1e6", true, 127, 250, 250, 8.574784198e-14},
		{"beale", true, 17, 41, 41, 2.062581052e-11},
		{"powell", true, 57, 113, 113, 1.178064864e-08},
		{"wood", true, 58, 117, 117, 2.296720533e-11},
		{"himmelblau", true, 9, 22, 22, 2.120233256e-13},
		{"one", true, 2, 9, 8, 2.051235604},
		{"brownbad", true, 20, 67, 67, 6.800116026e-16},
		{"helical", true, 47, 88, 88, 2.706209646e-13},
		{"broydentri", true, 23, 46, 46, 9.44621307e-13},
		{"trig", true, 31, 48, 48, 2.795131328e-05},
		{"vardim", false, 2, 23, 13, 31.71749967},
		{"browndennis", false, 28, 107, 95, 85822.20163},
		{"frothrosen", true, 14, 34, 34, 48.98425368},
		{"powellbad", true, 34, 96, 96, 3.21555943e-06},
		{"penalty1", true, 79, 222, 221, 7.169965713e-05},
		{"extrosen", true, 34, 75, 75, 6.326989877e-14},
	},
	"Newton-CG": {
		{"rosen2", true, 86, 106, 316, 2.001952498e-11},
		{"rosen5", true, 21, 30, 111, 2.677488971e-08},
		{"rosen10", true, 22, 29, 209, 8.331489191e-09},
		{"quad1e6", true, 11, 12, 125, 7.797492064e-12},
		{"beale", true, 14, 15, 52, 1.460147365e-15},
		{"powell", true, 22, 23, 169, 5.77027859e-10},
		{"wood", false, 800, 812, 3528, 7.832173614},
		{"himmelblau", true, 8, 13, 29, 1.679396526e-17},
		{"one", true, 4, 5, 9, 2.051235604},
		{"brownbad", false, 2, 3, 84, 2.49999e+11},
		{"helical", true, 21, 23, 92, 1.985848057e-12},
		{"broydentri", true, 9, 10, 49, 1.110853911e-12},
		{"trig", false, 10, 14, 513, 2.795056371e-05},
		{"vardim", true, 14, 15, 29, 5.341126437e-21},
		{"browndennis", true, 14, 15, 57, 85822.20163},
		{"frothrosen", true, 11, 14, 59, 48.98425368},
		{"powellbad", true, 3, 5, 12, 0.08927713825},
		{"penalty1", true, 42, 50, 162, 7.087990949e-05},
		{"extrosen", true, 86, 106, 316, 1.068437216e-10},
	},
	"L-BFGS-B": {
		{"rosen2", true, 36, 44, 44, 2.807649849e-12},
		{"rosen5", true, 24, 26, 26, 1.300344897e-12},
		{"rosen10", true, 32, 37, 37, 1.813980748e-11},
		{"quad1e6", true, 343, 375, 375, 1.621828811e-06},
		{"beale", true, 15, 16, 16, 1.948385057e-15},
		{"powell", true, 27, 30, 30, 2.390403574e-08},
		{"wood", true, 17, 20, 20, 7.876954988},
		{"himmelblau", true, 10, 16, 16, 1.128459771e-14},
		{"one", true, 5, 6, 6, 2.051235604},
		{"brownbad", true, 13, 25, 25, 2.061537091e-15},
		{"helical", true, 28, 32, 32, 1.907816641e-11},
		{"broydentri", true, 16, 18, 18, 1.310336614e-10},
		{"trig", true, 23, 29, 29, 2.795092105e-05},
		{"vardim", true, 19, 20, 20, 7.66206489e-24},
		{"browndennis", true, 18, 19, 19, 85822.20163},
		{"frothrosen", true, 19, 20, 20, 48.98425368},
		{"powellbad", true, 2, 4, 4, 0.1351881731},
		{"penalty1", true, 19, 20, 20, 7.446644217e-05},
		{"extrosen", true, 36, 48, 48, 1.358312583e-13},
		{"rosen10/inactive", true, 32, 37, 37, 1.058943291e-11},
		{"rosen10/active", true, 33, 41, 41, 6.001016395},
		{"rosen10/lower", true, 21, 24, 24, 7.096996279},
		{"rosen2/active", true, 20, 30, 30, 0.25},
		{"rosen2/hs1", true, 36, 44, 44, 2.80765012e-12},
		{"rosen2/hs2", true, 4, 6, 6, 4.941229318},
		{"rosen5/fixed", true, 11, 14, 14, 23.62157447},
		{"beale/active", true, 3, 5, 5, 0},
		{"beale/active2", true, 6, 7, 7, 0.523344836},
		{"powell/active", true, 24, 28, 28, 0.0001878196301},
		{"wood/active", true, 17, 21, 21, 1.556700801},
		{"wood/inactive", true, 26, 31, 31, 1.256937803e-11},
		{"himmelblau/active", true, 5, 9, 9, 21.7026249},
		{"himmelblau/fixed", true, 5, 10, 10, 21.7026249},
		{"brownbad/active", true, 4, 6, 6, 783.9999993},
		{"helical/active", true, 16, 18, 18, 0.990422121},
		{"broydentri/active", true, 13, 15, 15, 0.1325179722},
		{"trig/active", true, 25, 28, 28, 4.32878761e-05},
		{"vardim/active", true, 21, 26, 26, 0.7741935526},
		{"vardim/fixed", true, 19, 24, 24, 1.349651837},
		{"browndennis/active", true, 15, 18, 18, 88860.47977},
		{"penalty1/active", true, 39, 52, 52, 7.270323827e-05},
		{"extrosen/active", true, 47, 62, 62, 2.25},
		{"extrosen/inactive", true, 34, 49, 49, 2.645898705e-13},
		{"quad1e6/active", true, 56, 61, 61, 73.9181024},
	},
	"TNC": {
		{"rosen2", true, 25, 83, 83, 6.474526498e-09},
		{"rosen5", true, 16, 55, 55, 1.334254976e-08},
		{"rosen10", true, 16, 69, 69, 4.81645366e-11},
		{"quad1e6", true, 14, 60, 60, 7.43320342e-11},
		{"beale", true, 11, 25, 25, 4.744729862e-08},
		{"powell", true, 15, 58, 58, 8.630710757e-11},
		{"wood", false, 21, 100, 100, 0.001150697407},
		{"himmelblau", true, 9, 30, 30, 1.550422994e-11},
		{"one", true, 4, 9, 9, 2.051235604},
		{"brownbad", false, 46, 101, 101, 5.116123551e+11},
		{"helical", true, 24, 59, 59, 1.600544227e-10},
		{"broydentri", true, 8, 33, 33, 3.23267309e-11},
		{"trig", true, 10, 49, 49, 2.795120534e-05},
		{"vardim", true, 11, 52, 52, 6.13244149e-10},
		{"browndennis", false, 10, 40, 40, 85822.20163},
		{"frothrosen", true, 14, 29, 29, 48.98425374},
		{"powellbad", false, 49, 101, 101, 0.07429836677},
		{"penalty1", false, 15, 101, 101, 7.453044239e-05},
		{"extrosen", true, 13, 72, 72, 3.545551952e-17},
		{"rosen10/inactive", true, 17, 80, 80, 2.023667881e-10},
		{"rosen10/active", false, 23, 101, 101, 6.001075203},
		{"rosen10/lower", true, 16, 64, 64, 7.096996279},
		{"rosen2/active", true, 9, 32, 32, 0.25},
		{"rosen2/hs1", true, 26, 92, 92, 9.468369498e-11},
		{"rosen2/hs2", true, 3, 8, 8, 4.941229318},
		{"rosen5/fixed", true, 12, 30, 30, 23.62157447},
		{"beale/active", true, 2, 6, 6, 3.614479965e-17},
		{"beale/active2", true, 5, 12, 12, 0.523344836},
		{"powell/active", true, 14, 51, 51, 0.0001878203893},
		{"wood/active", true, 10, 36, 36, 7.093836425},
		{"wood/inactive", true, 14, 45, 45, 1.705063653e-07},
		{"himmelblau/active", true, 6, 22, 22, 21.7026249},
		{"himmelblau/fixed", true, 4, 10, 10, 21.7026249},
		{"brownbad/active", false, 96, 76, 76, 2.499989988e+11},
		{"helical/active", true, 11, 26, 26, 0.990422121},
		{"broydentri/active", true, 8, 30, 30, 0.1325179724},
		{"trig/active", true, 10, 51, 51, 4.328785183e-05},
		{"vardim/active", true, 8, 28, 28, 0.7741935526},
		{"vardim/fixed", true, 6, 23, 23, 1.349651837},
		{"browndennis/active", true, 7, 25, 25, 88860.47977},
		{"penalty1/active", false, 16, 102, 102, 7.367811723e-05},
		{"extrosen/active", true, 106, 684, 684, 2.250000001},
		{"extrosen/inactive", true, 15, 82, 82, 8.033474051e-23},
		{"quad1e6/active", true, 11, 44, 44, 73.91810239},
	},
}
