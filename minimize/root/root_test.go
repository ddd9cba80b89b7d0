package root

import (
	"context"
	"errors"
	"math"
	"slices"
	"strings"
	"testing"

	"gonum.org/v1/gonum/mat"

	"github.com/argmin-go/argmin/minimize"
	"github.com/argmin-go/argmin/minimize/internal/vec"
	"github.com/argmin-go/argmin/status"
)

// rootProblem is a system for the methods of Find.
type rootProblem struct {
	name string
	x0   []float64
	f    func(x, f []float64)
	jac  func(x []float64, j *mat.Dense) // nil: differences
	only string                          // names of methods, or all where it is empty
	not  string                          // methods that do not converge, as in SciPy 1.17
}

var rootProblems = []rootProblem{
	// Broyden's tridiagonal function (Moré, Garbow & Hillstrom, problem 30).
	{name: "tridiagonal", x0: []float64{-1, -1, -1, -1, -1, -1, -1, -1, -1, -1}, f: func(x, f []float64) {
		for i, v := range x {
			f[i] = (3-2*v)*v + 1
			if i > 0 {
				f[i] -= x[i-1]
			}
			if i < len(x)-1 {
				f[i] -= 2 * x[i+1]
			}
		}
	}, not: "linearmixing excitingmixing"},
	// SciPy's example in the documentation of root.
	{name: "example", x0: []float64{0, 0}, f: func(x, f []float64) {
		d := x[0] - x[1]
		f[0], f[1] = x[0]+0.5*d*d*d-1, 0.5*-d*d*d+x[1]
	}, jac: func(x []float64, j *mat.Dense) {
		d := 1.5 * (x[0] - x[1]) * (x[0] - x[1])
		j.SetRow(0, []float64{1 + d, -d})
		j.SetRow(1, []float64{-d, 1 + d})
	}, not: "linearmixing excitingmixing"},
	{name: "one", x0: []float64{1}, f: func(x, f []float64) { f[0] = x[0] + 2*math.Cos(x[0]) }, not: "linearmixing excitingmixing lm"},
	{name: "linear", x0: []float64{1, 1, 1}, f: func(x, f []float64) {
		f[0], f[1], f[2] = 3-4*x[0]-x[1], 1-x[0]-3*x[1]-x[2], -2-x[1]-5*x[2]
	}},
	{name: "solved", x0: []float64{0, 0}, f: func(x, f []float64) { f[0], f[1] = x[0], x[1] }},
	{name: "rosenbrock", x0: []float64{-1.2, 1}, f: func(x, f []float64) { f[0], f[1] = 10*(x[1]-x[0]*x[0]), 1-x[0] }, only: "hybr lm krylov broyden1"},
	{name: "powell", x0: []float64{3, -1, 0, 1}, f: func(x, f []float64) {
		f[0], f[1], f[2], f[3] = x[0]+10*x[1], math.Sqrt(5)*(x[2]-x[3]), (x[1]-2*x[2])*(x[1]-2*x[2]), math.Sqrt(10)*(x[0]-x[3])*(x[0]-x[3])
	}, only: "krylov"},
	{name: "helical", x0: []float64{-1, 0, 0}, f: func(x, f []float64) {
		theta := math.Atan2(x[1], x[0]) / (2 * math.Pi)
		f[0], f[1], f[2] = 10*(x[2]-10*theta), 10*(math.Hypot(x[0], x[1])-1), x[2]
	}, only: "hybr lm"},
}

func TestEveryMethodFindsRoots(t *testing.T) {
	for _, m := range methods.All {
		for _, p := range rootProblems {
			named := func(list string) bool { return slices.Contains(strings.Fields(list), m.Name()) }
			if p.only != "" && !named(p.only) || named(p.not) {
				continue
			}
			t.Run(m.Name()+"/"+p.name, func(t *testing.T) {
				calls := 0
				r, err := Find(context.Background(), Problem{Func: func(x, f []float64) { calls++; p.f(x, f) }, Jac: p.jac}, p.x0, Options{Method: m})
				if err != nil {
					t.Fatal(err)
				}
				f := make([]float64, len(p.x0))
				p.f(r.X, f)
				if !r.Success || vec.Norm(f, 0) > 1e-5 {
					t.Errorf("%v, %s: |F| = %g after %d evaluations", r.Status, r.Message, vec.Norm(f, 0), r.NFev)
				}
				if vec.Norm(r.Fun, 0) != vec.Norm(f, 0) || r.NFev != calls {
					t.Errorf("%+v: F is %v; %d calls", r, f, calls)
				}
			})
		}
	}
}

// No method reports a success without a root, whatever ends the search.
func TestSearchWithoutRootIsNoSuccess(t *testing.T) {
	ctx := context.Background()
	odd := errors.New("odd")
	for _, m := range methods.All {
		t.Run(m.Name(), func(t *testing.T) {
			none := func(x, f []float64) { f[0], f[1] = x[0]*x[0]+1, x[1]*x[1]+x[0]*x[0]+2 }
			if r, err := Find(ctx, Problem{Func: none}, []float64{1, 2}, Options{Method: m}); err != nil || r.Success ||
				r.Status == status.Converged {
				t.Errorf("without a root: %+v, %v", r, err)
			}
			nan := func(x, f []float64) { f[0], f[1] = math.NaN(), x[0] }
			if r, err := Find(ctx, Problem{Func: nan}, []float64{1, 2}, Options{Method: m}); err != nil || r.Success ||
				r.Status != status.NonFinite {
				t.Errorf("NaN: %+v, %v", r, err)
			}
			calls := 0
			stop := func(x, f []float64) {
				if calls++; calls == 4 {
					minimize.Abort(odd)
				}
				rootProblems[0].f(x, f)
			}
			if r, err := Find(ctx, Problem{Func: stop}, repeated(-1), Options{Method: m}); !errors.Is(err, odd) || r.Success || len(r.X) != 10 {
				t.Errorf("aborted: %+v, %v", r, err)
			}
			ended, cancel := context.WithCancel(ctx)
			cancel()
			if r, err := Find(ended, Problem{Func: none}, []float64{1, 2}, Options{Method: m}); !errors.Is(err, context.Canceled) ||
				r.Status != status.Cancelled {
				t.Errorf("cancelled: %+v, %v", r, err)
			}
			if r, err := Find(ctx, Problem{Func: rootProblems[0].f}, repeated(-1),
				Options{Method: m, Callback: func(Result) error { return minimize.ErrStop }}); err != nil || r.Status != status.Stopped {
				t.Errorf("stopped: %+v, %v", r, err)
			}
		})
	}
}

func TestWrongArgumentsAreRefused(t *testing.T) {
	ctx := context.Background()
	f := rootProblems[0].f
	for what, c := range map[string]struct {
		p   Problem
		x0  []float64
		opt Options
	}{
		"root: the problem has no Func":            {Problem{}, repeated(1), Options{}},
		"x0 is empty":                              {Problem{Func: f}, nil, Options{}},
		"root: x0[0] is NaN, want a finite number": {Problem{Func: f}, []float64{math.NaN()}, Options{}},
		"Tol is NaN":                               {Problem{Func: f}, repeated(1), Options{Tol: math.NaN()}},
		"Diag has length 1, x0 has 10":             {Problem{Func: f}, repeated(1), Options{Method: Hybr{Diag: []float64{1}}}},
		"root: hybr: Factor is -1, want a positive number, or 0 for 100":   {Problem{Func: f}, repeated(1), Options{Method: Hybr{Factor: -1}}},
		"root: leastsq: Factor of method lm is -1, want a positive number": {Problem{Func: f}, repeated(1), Options{Method: LM{Factor: -1}}},
		"root: the method is a nil":                                        {Problem{Func: f}, repeated(1), Options{Method: (*Hybr)(nil)}},
		`LineSearch is "wolfe", want armijo`: {Problem{Func: f}, repeated(1),
			Options{Method: Broyden1{Stops: Stops{LineSearch: "wolfe"}}}},
		`LineSearch is "wolfe", want cruz`: {Problem{Func: f}, repeated(1),
			Options{Method: DFSane{LineSearch: "wolfe"}}},
		"has Sparsity for 1 values, want 10": {Problem{Func: f, Sparsity: [][]int{{0}}}, repeated(1), Options{}},
	} {
		if _, err := Find(ctx, c.p, c.x0, c.opt); err == nil || !strings.HasPrefix(err.Error(), "root: ") ||
			!strings.Contains(err.Error(), what) {
			t.Errorf("%v, want %q", err, what)
		}
	}
}

func TestMethodByName(t *testing.T) {
	if _, err := MethodByName("broyden", nil); err == nil || !strings.Contains(err.Error(), `did you mean "broyden1"?`) {
		t.Error(err)
	}
	if m, err := MethodByName("broyden1", map[string]any{"alpha": 0, "max_rank": 0}); err != nil || m != (Broyden1{MaxRank: -1}) {
		t.Error(m, err)
	}
	if m, err := MethodByName("Krylov", map[string]any{"fatol": 1e-9, "inner_maxiter": 5}); err != nil ||
		m != (Krylov{Stops: Stops{FAtol: 1e-9}, InnerMaxIter: 5}) {
		t.Error(m, err)
	}
}

// A tridiagonal Jacobian takes three evaluations.
func TestSparsitySavesEvaluations(t *testing.T) {
	p := Problem{Func: rootProblems[0].f}
	dense, err := Find(context.Background(), p, repeated(-1), Options{})
	if err != nil {
		t.Fatal(err)
	}
	for i := range 10 {
		var vars []int
		for k := max(i-1, 0); k <= min(i+1, 9); k++ {
			vars = append(vars, k)
		}
		p.Sparsity = append(p.Sparsity, vars)
	}
	sparse, err := Find(context.Background(), p, repeated(-1), Options{})
	if err != nil || !sparse.Success || dense.NJev != sparse.NJev || dense.NFev-sparse.NFev != 7*dense.NJev {
		t.Errorf("%+v, %+v, %v", dense, sparse, err)
	}
}

// The solutions of the last Newton equations help with the next one, where it has more unknowns
// than directions: u″ + eᵘ/2 = 0 in 100 points.
func TestKrylovReusesSolutions(t *testing.T) {
	f := func(x, f []float64) {
		n := len(x)
		for i, v := range x {
			f[i] = -2 * v
			if i > 0 {
				f[i] += x[i-1]
			}
			if i < n-1 {
				f[i] += x[i+1]
			}
			f[i] = f[i]*float64((n+1)*(n+1)) + math.Exp(v)/2
		}
	}
	var evaluations []int
	for _, m := range []Krylov{{}, {OuterK: -1}} {
		m.FAtol = 1e-4
		r, err := Find(context.Background(), Problem{Func: f}, make([]float64, 100), Options{Method: m})
		if err != nil || !r.Success {
			t.Fatalf("%+v: %s, %v", m, r.Message, err)
		}
		evaluations = append(evaluations, r.NFev)
	}
	if evaluations[0] > evaluations[1]/2 {
		t.Errorf("%d evaluations, %d without augmentation", evaluations[0], evaluations[1])
	}
}

// Numbers of options that are 0 are their defaults, and negative ones are 0.
func TestZeroOptions(t *testing.T) {
	f := rootProblems[0].f
	for _, c := range []struct {
		name string
		m    Method
		same Method // the same options otherwise; nil: see want
		want status.Code
		nit  int // with want: iterations, or -1
	}{
		{"defaults of Hybr", Hybr{}, Hybr{XTol: 1.49012e-8, MaxFev: 2200, Factor: 100}, 0, 0},
		{"defaults of LM", LM{}, LM{FTol: 1.49012e-8, XTol: 1.49012e-8, GTol: vec.Eps, MaxIter: 2200, Factor: 100}, 0, 0},
		{"defaults of Krylov", Krylov{}, Krylov{RDiff: math.Sqrt(vec.Eps), InnerMaxIter: 20, OuterMaxIter: 1, OuterK: 10, Stops: Stops{FAtol: math.Cbrt(vec.Eps), MaxIter: 1100}}, 0, 0},
		{"defaults of Anderson", Anderson{}, Anderson{M: 5, W0: 0.01}, 0, 0},
		{"defaults of Broyden1", Broyden1{}, Broyden1{MaxRank: math.MaxInt}, 0, 0},
		{"defaults of DFSane", DFSane{}, DFSane{FTol: 1e-8, FAtol: 1e-300, MaxFev: 1000, Sigma0: 1, SigmaEps: 1e-10, M: 10, LineSearch: "cruz"}, 0, 0},
		{"precision of LM", LM{FTol: -1, XTol: -1}, LM{FTol: vec.Eps, XTol: vec.Eps}, 0, 0},
		{"no pairs", Broyden1{MaxRank: -1, Stops: Stops{MaxIter: 20, LineSearch: "none"}}, LinearMixing{Stops: Stops{MaxIter: 20, LineSearch: "none"}}, 0, 0},
		{"no iterations", Broyden1{Stops: Stops{MaxIter: -1}}, nil, status.IterationLimit, 0},
		{"tolerance 0", Broyden1{Stops: Stops{FAtol: -1, MaxIter: 30}}, nil, status.IterationLimit, 30},
		{"step 0", Broyden1{Stops: Stops{XAtol: -1, MaxIter: 30}}, nil, status.IterationLimit, 30},
		{"one evaluation", DFSane{MaxFev: -1}, nil, status.EvaluationLimit, 0},
		{"exact |F|", DFSane{FTol: -1, FAtol: -1, MaxFev: 60}, nil, status.EvaluationLimit, -1},
		{"exact x", Hybr{XTol: -1}, nil, status.Failed, -1}, // SciPy's status 3: rounding
	} {
		r, err := Find(context.Background(), Problem{Func: f}, repeated(-1), Options{Method: c.m})
		if err != nil {
			t.Fatalf("%s: %v", c.name, err)
		}
		if c.same == nil {
			if r.Status != c.want || c.nit >= 0 && r.NIter != c.nit {
				t.Errorf("%s: %v after %d iterations, want %v after %d", c.name, r.Status, r.NIter, c.want, c.nit)
			}
			continue
		}
		same, err := Find(context.Background(), Problem{Func: f}, repeated(-1), Options{Method: c.same})
		if err != nil || !slices.Equal(r.X, same.X) || r.NFev != same.NFev {
			t.Errorf("%s: %v after %d evaluations, want %v after %d, %v", c.name, r.X, r.NFev, same.X, same.NFev, err)
		}
	}
}

// repeated is a point of ten equal elements.
func repeated(v float64) []float64 { return slices.Repeat([]float64{v}, 10) }
