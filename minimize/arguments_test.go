package minimize

import (
	"context"
	"errors"
	"math"
	"slices"
	"strings"
	"sync/atomic"
	"testing"

	"gonum.org/v1/gonum/mat"

	"github.com/argmin-go/argmin/minimize/finite"
	"github.com/argmin-go/argmin/minimize/internal/search"
	"github.com/argmin-go/argmin/minimize/internal/vec"
	"github.com/argmin-go/argmin/minimize/leastsq"
	"github.com/argmin-go/argmin/minimize/root"
	"github.com/argmin-go/argmin/minimize/scalar"
	"github.com/argmin-go/argmin/status"
)

var quadratic = Problem{
	Func: func(x []float64) float64 { return vec.Dot(x, x) },
	Grad: func(x, g []float64) {
		for i, v := range x {
			g[i] = 2 * v
		}
	},
}

// TestInvalidArguments: the error names what is wrong.
func TestInvalidArguments(t *testing.T) {
	nan, inf := math.NaN(), math.Inf(1)
	two := []float64{1, 2}
	sum := func(x, c []float64) { c[0] = x[0] + x[1] }
	for _, c := range []struct {
		name string
		p    Problem
		x0   []float64
		opt  Options
		want string
	}{
		{"no function", Problem{}, two, Options{}, "the problem has neither Func nor FuncGrad"},
		{"no variables", quadratic, nil, Options{}, "x0 is empty"},
		{"NaN", quadratic, []float64{1, nan}, Options{}, "x0[1] is NaN"},
		{"infinite", quadratic, []float64{inf, 0}, Options{}, "x0[0] is +Inf"},
		{"tolerance", quadratic, two, Options{Tol: math.NaN()}, "Tol is NaN"},
		{"scheme", quadratic, two, Options{Differences: finite.Differences{Scheme: "4-point"}}, `Differences.Scheme is "4-point", want 2-point, 3-point or cs`},
		{"complex", quadratic, two, Options{Differences: finite.Differences{Scheme: "cs"}}, `Differences.Scheme "cs" needs Problem.Complex`},
		{"step", quadratic, two, Options{Differences: finite.Differences{RelStep: []float64{nan}}}, "RelStep[0] is NaN"},
		{"workers", quadratic, two, Options{Differences: finite.Differences{Workers: -2}}, "Workers is -2"},
		{"length of bounds", quadratic, two, Options{Bounds: &Bounds{Lower: []float64{0}, Upper: two}}, "bounds have lengths 1 and 2, x0 has 2"},
		{"memory of L-BFGS-B", quadratic, two, Options{Method: LBFGSB{MaxCor: 1 << 30}}, "L-BFGS-B: MaxCor is 1073741824, want at most 65536"},
		{"lower above upper", quadratic, two, Options{Bounds: &Bounds{Lower: []float64{0, 3}, Upper: two}}, "x[1]: lower bound 3 is above the upper bound 2"},
		{"NaN bound", quadratic, two, Options{Bounds: &Bounds{Lower: []float64{0, nan}, Upper: two}}, "x[1]: the bounds are NaN and 2; infinity says that there is none"},
		{"infinite bound", quadratic, two, Options{Bounds: &Bounds{Lower: []float64{0, inf}, Upper: []float64{2, inf}}}, "x[1]: no number is between the bounds +Inf and +Inf"},
		{"bounds of BFGS", quadratic, two, Options{Method: BFGS{}, Bounds: &Bounds{Lower: []float64{0, 0}, Upper: two}}, "method BFGS takes no bounds; the methods that do are"},
		{"constraints of CG", quadratic, two, Options{Method: CG{}, Constraints: []Constraint{{Func: sum, Lower: []float64{0}, Upper: []float64{1}}}}, "method CG takes no constraints; the methods that do are"},
		{"empty constraint", quadratic, two, Options{Constraints: []Constraint{{Lower: []float64{0}, Upper: []float64{1}}}}, "constraint 0 has neither A nor Func"},
		{"double constraint", quadratic, two, Options{Constraints: []Constraint{{A: mat.NewDense(1, 2, nil), Func: sum, Lower: []float64{0}, Upper: []float64{1}}}}, "constraint 0 has both A and Func"},
		{"limits of a constraint", quadratic, two, Options{Constraints: []Constraint{{Func: sum, Lower: []float64{0}, Upper: []float64{1, 2}}}}, "constraint 0 has 1 lower and 2 upper bounds"},
		{"constraint without values", quadratic, two, Options{Constraints: []Constraint{{Func: sum}}}, "constraint 0 has no limits"},
		{"NaN limit", quadratic, two, Options{Constraints: []Constraint{{Func: sum, Lower: []float64{nan}, Upper: []float64{1}}}}, "constraint 0: value 0: the bounds are NaN and 1"},
		{"infinite limit", quadratic, two, Options{Constraints: []Constraint{{Func: sum, Lower: []float64{-inf}, Upper: []float64{-inf}}}}, "constraint 0: value 0: no number is between the bounds -Inf and -Inf"},
		{"order of limits", quadratic, two, Options{Constraints: []Constraint{{Func: sum, Lower: []float64{2}, Upper: []float64{1}}}}, "constraint 0: value 0: lower bound 2 is above the upper bound 1"},
		{"shape of A", quadratic, two, Options{Constraints: []Constraint{{A: mat.NewDense(2, 3, nil), Lower: []float64{0}, Upper: []float64{1}}}}, "A of constraint 0 is 2×3, want 1×2"},
		{"sparsity", quadratic, two, Options{Constraints: []Constraint{{Func: sum, Lower: []float64{0}, Upper: []float64{1}, Sparsity: [][]int{{0, 2}}}}}, "constraint 0: Sparsity[0] names variable 2 of 2"},
		{"no Hessian for dogleg", quadratic, two, Options{Method: Dogleg{}}, "method dogleg needs the Hessian or its product with a vector (Problem.Hess or HessP), or the gradient and Options.Differences.Scheme"},
		{"no Hessian for trust-exact", quadratic, two, Options{Method: TrustExact{}}, "method trust-exact needs the Hessian or its product"},
		{"no gradient for the Hessian", Problem{Func: quadratic.Func}, two, Options{Method: TrustExact{}, Differences: finite.Differences{Scheme: "2-point"}}, "method trust-exact needs the Hessian or its product"},
		{"NaN tolerance", quadratic, two, Options{Method: BFGS{GTol: math.NaN()}}, "minimize: GTol of method BFGS is NaN"},
		{"NaN tolerance inside", quadratic, two, Options{Method: &TrustConstr{QuasiNewton: QuasiNewton{InitScale: math.NaN()}}}, "minimize: InitScale of method trust-constr is NaN"},
		{"nil method", quadratic, two, Options{Method: (*BFGS)(nil)}, "minimize: the method is a nil *minimize.BFGS"},
		{"no Hessian for trust-ncg", quadratic, two, Options{Method: TrustNCG{}}, "method trust-ncg needs the Hessian or its product with a vector"},
		{"matrix of BFGS", quadratic, two, Options{Method: BFGS{HessInv0: mat.NewSymDense(3, nil)}}, "HessInv0 is 3×3, want 2×2"},
	} {
		t.Run(c.name, func(t *testing.T) {
			_, err := Minimize(context.Background(), c.p, c.x0, c.opt)
			if err == nil || !strings.Contains(err.Error(), c.want) {
				t.Errorf("%v, want %q", err, c.want)
			}
		})
	}
	var none context.Context
	square := func(x float64) float64 { return x * x }
	if _, err := scalar.Minimize(none, square, scalar.Options{}); !errors.Is(err, search.ErrNoContext) {
		t.Error(err)
	}
	if _, err := scalar.Root(none, square, scalar.RootOptions{X0: new(1.0)}); !errors.Is(err, search.ErrNoContext) {
		t.Error(err)
	}
	if _, err := leastsq.Minimize(none, leastsq.Problem{M: 1, Residuals: func(x, r []float64) { r[0] = x[0] }}, two,
		leastsq.Options{}); !errors.Is(err, search.ErrNoContext) {
		t.Error(err)
	}
	if _, err := Minimize(none, quadratic, two, Options{}); err == nil || err.Error() != "minimize: the context is nil" {
		t.Error(err)
	}
	if _, err := root.Find(none, root.Problem{Func: func(x, f []float64) { copy(f, x) }}, two,
		root.Options{}); err == nil || err.Error() != "root: the context is nil" {
		t.Error(err)
	}
}

func TestMethodByName(t *testing.T) {
	m, err := MethodByName("bfgs", map[string]any{"gtol": 1e-3, "maxiter": int64(7), "xrtol": float32(0.5), "c1": nil})
	if err != nil {
		t.Fatal(err)
	}
	if want := (BFGS{GTol: 1e-3, MaxIter: 7, XRTol: 0.5}); m != want {
		t.Errorf("%+v, want %+v", m, want)
	}
	if m, err = MethodByName("BFGS", map[string]any{"gtol": 0, "maxiter": 5.0}); err != nil || m != (BFGS{GTol: -1, MaxIter: 5}) {
		t.Errorf("%+v, %v", m, err)
	}
	for _, c := range []struct {
		name    string
		options map[string]any
		want    string
	}{
		{"BGFS", nil, `there is no method "BGFS" (did you mean "BFGS"?)`},
		{"adam", nil, `there is no method "adam"; the methods are `},
		{"BFGS", map[string]any{"gtoll": 1}, `method BFGS has no option "gtoll" (did you mean "gtol"?); its options are gtol, `},
		{"lbfgs", nil, `there is no method "lbfgs" (did you mean "L-BFGS-B"?)`},
		{"BFGS", map[string]any{"disp": true}, `method BFGS has no option "disp", for which there is the field Monitor.Progress of Options; its own are gtol, `},
		{"BFGS", map[string]any{"eps": 1e-8}, `method BFGS has no option "eps", for which there is the field Differences.AbsStep of Options`},
		{"BFGS", map[string]any{"gtol": "small"}, `option gtol of method BFGS is a string, want float64`},
		{"BFGS", map[string]any{"maxiter": 1.5}, `option maxiter of method BFGS is a float64, want int`},
	} {
		if _, err := MethodByName(c.name, c.options); err == nil || !strings.Contains(strings.ReplaceAll(err.Error(), "?;", "?"), c.want) {
			t.Errorf("%v, want %q", err, c.want)
		}
	}
}

// TestEveryMethodEndedFromOutside ends every method from outside: by the context, the callback and panics.
func TestEveryMethodEndedFromOutside(t *testing.T) {
	odd := errors.New("odd")
	for _, m := range methods.All {
		p := rosen("", -1.2, 1).problem()
		t.Run(m.Name()+"/context", func(t *testing.T) {
			ctx, cancel := context.WithCancelCause(context.Background())
			calls := 0
			q := p
			q.Func = func(x []float64) float64 {
				if calls++; calls == 5 {
					cancel(odd)
				}
				return rosenF(x)
			}
			r, err := Minimize(ctx, q, []float64{-1.2, 1}, Options{Method: m})
			if !errors.Is(err, odd) || r.Status != status.Cancelled || r.Success || calls > 5 || len(r.X) != 2 || r.Fun != rosenF(r.X) {
				t.Errorf("%+v, %v after %d calls", r, err, calls)
			}
		})
		t.Run(m.Name()+"/stop", func(t *testing.T) {
			r, err := Minimize(context.Background(), p, []float64{-1.2, 1}, Options{Method: m, Callback: func(r Result) error {
				if r.NIter == 2 {
					return ErrStop
				}
				return nil
			}})
			code := 99
			switch m.Name() { // as SciPy's
			case "trust-constr", "COBYQA":
				code = 3
			case "COBYLA":
				code = 30
			}
			if err != nil || r.Status != status.Stopped || r.SciPyStatus != code || r.Success || r.NIter != 2 || r.Fun != rosenF(r.X) {
				t.Errorf("%+v, %v", r, err)
			}
		})
		t.Run(m.Name()+"/callback", func(t *testing.T) {
			r, err := Minimize(context.Background(), p, []float64{-1.2, 1}, Options{Method: m, Callback: func(Result) error { return odd }})
			if !errors.Is(err, odd) || r.Success || r.Fun != rosenF(r.X) {
				t.Errorf("%+v, %v", r, err)
			}
		})
		t.Run(m.Name()+"/abort", func(t *testing.T) {
			q := p
			q.Func = func(x []float64) float64 {
				if x[0] > -1.15 {
					Abort(odd)
				}
				return rosenF(x)
			}
			r, err := Minimize(context.Background(), q, []float64{-1.2, 1}, Options{Method: m})
			if !errors.Is(err, odd) || err.Error() != "minimize: odd" || r.Status != status.Failed || r.Fun != rosenF(r.X) {
				t.Errorf("%+v, %v", r, err)
			}
		})
		t.Run(m.Name()+"/panic", func(t *testing.T) {
			calls := 0
			q := p
			q.Func = func(x []float64) float64 {
				if calls++; calls == 4 {
					panic(odd)
				}
				return rosenF(x)
			}
			r, err := Minimize(context.Background(), q, []float64{-1.2, 1}, Options{Method: m})
			if !errors.Is(err, odd) || !strings.Contains(err.Error(), "panic in a function of the problem") || r.Success || r.Fun != rosenF(r.X) {
				t.Errorf("%+v, %v", r, err)
			}
		})
	}
}

// TestPanicNamesItsOrigin: the error of a panic names what panicked.
func TestPanicNamesItsOrigin(t *testing.T) {
	ctx, start := context.Background(), []float64{-1.2, 1}
	odd := errors.New("odd")
	_, err := Minimize(ctx, Problem{Func: rosenF}, start, Options{Callback: func(Result) error { panic(odd) }})
	if !errors.Is(err, odd) || !strings.HasPrefix(err.Error(), "minimize: panic in the callback: odd") {
		t.Error(err)
	}
	_, err = Minimize(ctx, Problem{Func: func([]float64) float64 { panic(odd) }, Grad: func(x, g []float64) {}}, start,
		Options{Differences: finite.Differences{Workers: 2}})
	if !errors.Is(err, odd) || !strings.HasPrefix(err.Error(), "minimize: panic in a function of the problem: odd") {
		t.Error(err)
	}
	n := atomic.Int64{}
	_, err = Minimize(ctx, Problem{Func: func(x []float64) float64 {
		if n.Add(1) > 1 {
			_ = x[len(x)]
		}
		return 0
	}}, start, Options{Differences: finite.Differences{Workers: 2}})
	if err == nil || !strings.HasPrefix(err.Error(), "minimize: panic in a function of the problem: runtime error: index out of range [2]") {
		t.Error(err)
	}
}

// TestTooManyVariablesForMatrices refuses methods that keep matrices where these are too large.
func TestTooManyVariablesForMatrices(t *testing.T) {
	x0 := make([]float64, mostDense+1)
	_, err := Minimize(context.Background(), Problem{Func: func([]float64) float64 { return 0 }}, x0, Options{})
	if err == nil || !strings.HasPrefix(err.Error(),
		"minimize: method BFGS keeps matrices of n² numbers, of 32 GiB each for x0 of length 65537; L-BFGS-B and CG") {
		t.Error(err)
	}
}

// TestProblemsWithoutMinimum: where there is no minimum or no number no method succeeds, and the
// answer is the best point seen.
func TestProblemsWithoutMinimum(t *testing.T) {
	reasons := map[string][]status.Code{
		"nanstart": {status.NonFinite, status.LineSearchFailed, status.Failed}, "nanf": {status.NonFinite, status.LineSearchFailed, status.Failed},
		"neginf": {status.Unbounded}, "infstart": {status.NonFinite, status.LineSearchFailed, status.Failed},
	}
	for _, m := range methods.All {
		for _, p := range oddProblems {
			t.Run(m.Name()+"/"+p.name, func(t *testing.T) {
				best := math.Inf(1)
				q := p.problem()
				q.Func = func(x []float64) float64 {
					v := p.f(x)
					if v < best {
						best = v
					}
					return v
				}
				r, err := Minimize(context.Background(), q, p.x0, Options{Method: m})
				if err != nil {
					t.Fatal(err)
				}
				if len(r.X) != len(p.x0) || vec.HasNaN(r.X) {
					t.Fatalf("%+v", r)
				}
				if v := p.f(r.X); v != r.Fun && !(math.IsNaN(v) && math.IsNaN(r.Fun)) {
					t.Errorf("the reported value is %g, the value is %g", r.Fun, v)
				}
				// At a point where the test held, rounding may have it above one seen before.
				if r.Fun > best && !(r.Success && r.Fun-best <= 1e-12*math.Abs(best)) {
					t.Errorf("%v: the best value seen is %g, reported is %g", r.Status, best, r.Fun)
				}
				if want := reasons[p.name]; want != nil {
					ok := false
					for _, w := range want {
						ok = ok || r.Status == w
					}
					if !ok {
						t.Errorf("%v (%s), want one of %v", r.Status, r.Message, want)
					}
				}
				if p.name == "unbounded" && r.Success {
					t.Errorf("success at %v", r.X)
				}
			})
		}
	}
}

// TestPointsAreCopies lets functions keep the point and remember what they found there, and write into
// it: nothing changes.
func TestPointsAreCopies(t *testing.T) {
	plain := rosen("", -1.2, 1).problem()
	for _, m := range methods.All {
		p := plain
		p.Hess = func(x []float64, h *mat.SymDense) {
			h.SetSym(0, 0, 1200*x[0]*x[0]-400*x[1]+2)
			h.SetSym(0, 1, -400*x[0])
			h.SetSym(1, 1, 200)
		}
		want, err := Minimize(context.Background(), p, []float64{-1.2, 1}, Options{Method: m})
		if err != nil {
			t.Fatal(err)
		}
		var last []float64
		var f float64
		g := make([]float64, 2)
		eval := func(x []float64) {
			if last == nil || !slices.Equal(last, x) {
				last, f = x, plain.Func(x)
				plain.Grad(x, g)
			}
		}
		q := p
		q.Func = func(x []float64) float64 { eval(x); return f }
		q.Grad = func(x, to []float64) { eval(x); copy(to, g) }
		q.Hess = func(x []float64, h *mat.SymDense) { p.Hess(x, h); x[0] = 99 }
		got, err := Minimize(context.Background(), q, []float64{-1.2, 1}, Options{Method: m})
		if err != nil || !slices.Equal(got.X, want.X) || got.NFev != want.NFev {
			t.Errorf("%s: %v after %d evaluations, want %v after %d; %v", m.Name(), got.X, got.NFev, want.X, want.NFev, err)
		}
	}
}

// TestCauseOfContext: the error has both the context's error and its cause.
func TestCauseOfContext(t *testing.T) {
	odd := errors.New("odd")
	ctx, cancel := context.WithCancelCause(context.Background())
	r, err := Minimize(ctx, Problem{Func: func(x []float64) float64 { cancel(odd); return rosenF(x) }}, []float64{-1.2, 1}, Options{})
	if !errors.Is(err, odd) || !errors.Is(err, context.Canceled) || r.Status != status.Cancelled || r.NFev != 1 {
		t.Errorf("%+v, %v", r, err)
	}
	if _, err := Minimize(context.Background(), Problem{Func: func([]float64) float64 { Abort(nil); return 0 }},
		[]float64{1, 2}, Options{}); err == nil || err.Error() != "minimize: aborted by a function of the problem" {
		t.Error(err)
	}
}

// TestOneSidedLimits gives limits of one side only.
func TestOneSidedLimits(t *testing.T) {
	sum := Constraint{Func: func(x, c []float64) { c[0] = x[0] + x[1] }, Lower: []float64{3}}
	r, err := Minimize(context.Background(), quadratic, []float64{1, 5},
		Options{Constraints: []Constraint{sum}, Bounds: &Bounds{Upper: []float64{1, 9}}})
	if err != nil || !r.Success || math.Abs(r.X[0]-1) > 1e-6 || math.Abs(r.X[1]-2) > 1e-6 {
		t.Errorf("%+v, %v", r, err)
	}
	l, err := leastsq.Minimize(context.Background(),
		leastsq.Problem{M: 2, Residuals: func(x, r []float64) { copy(r, x) }}, []float64{1, 5},
		leastsq.Options{Bounds: &leastsq.Bounds{Lower: []float64{0.5, -9}}})
	if err != nil || !l.Success || math.Abs(l.X[0]-0.5) > 1e-6 {
		t.Errorf("%+v, %v", l, err)
	}
}

// TestHessianByDifferences finds the Hessian by differences of gradients or from products.
func TestHessianByDifferences(t *testing.T) {
	p := rosen("", -1.2, 1).problem()
	products := p
	products.HessP = func(x, p, hp []float64) {
		a, b := 1200*x[0]*x[0]-400*x[1]+2, -400*x[0]
		p[0], p[1] = a*p[0]+b*p[1], b*p[0]+200*p[1] // theirs to change
		copy(hp, p)
	}
	for _, m := range []Method{Dogleg{}, TrustExact{}, TrustNCG{}, TrustKrylov{}} {
		for _, c := range []struct {
			p Problem
			o Options
		}{{p, Options{Method: m, Differences: finite.Differences{Scheme: "3-point"}}}, {products, Options{Method: m}}} {
			r, err := Minimize(context.Background(), c.p, []float64{-1.2, 1}, c.o)
			if err != nil || !r.Success || r.Fun > 1e-8 || r.NHev == 0 {
				t.Errorf("%s: %+v, %v", m.Name(), r, err)
			}
		}
	}
}

// TestStatusesNotFiniteAndUnbounded: all methods report the same status.
func TestStatusesNotFiniteAndUnbounded(t *testing.T) {
	nan := math.NaN()
	for name, c := range map[string]struct {
		p    Problem
		m    Method
		want status.Code
	}{
		"NaN values":  {Problem{Func: func([]float64) float64 { return nan }, Grad: quadratic.Grad}, NewtonCG{}, status.NonFinite},
		"NaN Hessian": {Problem{Func: quadratic.Func, Grad: quadratic.Grad, Hess: func(x []float64, h *mat.SymDense) { h.SetSym(0, 0, nan) }}, NewtonCG{}, status.NonFinite},
		"unbounded":   {Problem{Func: func(x []float64) float64 { return x[0] }, Grad: func(x, g []float64) { g[0], g[1] = 1, 0 }}, BFGS{}, status.Unbounded},
	} {
		r, err := Minimize(context.Background(), c.p, []float64{3, -4}, Options{Method: c.m})
		if err != nil || r.Status != c.want || r.Success {
			t.Errorf("%s: %v %s, %v", name, r.Status, r.Message, err)
		}
	}
}

// TestKrylovExact takes fewer iterations and more products than TestKrylov's default, as SciPy's
// inexact=False does.
func TestKrylovExact(t *testing.T) {
	p := Problem{Func: rosenF, Grad: rosenG, HessP: func(x, p, hp []float64) {
		clear(hp)
		for i, v := range x[1:] {
			hp[i] += (1200*x[i]*x[i]-400*v+2)*p[i] - 400*x[i]*p[i+1]
			hp[i+1] += 200*p[i+1] - 400*x[i]*p[i]
		}
	}}
	var res [2]Result
	for i, inexact := range []any{nil, false} {
		m, err := MethodByName("trust-krylov", map[string]any{"inexact": inexact})
		if err != nil {
			t.Fatal(err)
		}
		if res[i], err = Minimize(context.Background(), p, []float64{1.3, 0.7, 0.8, 1.9, 1.2, 1.3, 0.7, 0.8, 1.9, 1.2},
			Options{Method: m}); err != nil || !res[i].Success {
			t.Fatal(res[i].Message, err)
		}
	}
	if a, b := res[0], res[1]; a.NIter <= b.NIter || a.NHev >= b.NHev || b.NIter > 16 { // SciPy: 18 and 14 iterations
		t.Errorf("inexact: %d iterations, %d products; exact: %d, %d", a.NIter, a.NHev, b.NIter, b.NHev)
	}
}

// Bounds without limits are no bounds, whatever the method.
func TestBoundsWithoutLimits(t *testing.T) {
	for _, m := range []Method{nil, BFGS{}, LBFGSB{}} {
		r, err := Minimize(context.Background(), quadratic, []float64{1, 2}, Options{Method: m, Bounds: &Bounds{}})
		if err != nil || !r.Success {
			t.Errorf("%T: %v, %v", m, r.Status, err)
		}
	}
}

// A call with wrong arguments is reported as failed, with the start as its point.
func TestRefusedCallsHaveFailed(t *testing.T) {
	r, err := Minimize(context.Background(), Problem{}, []float64{1, 2}, Options{})
	if err == nil || r.Status != status.Failed || r.Success || r.Message != err.Error() || !slices.Equal(r.X, []float64{1, 2}) {
		t.Errorf("%+v, %v", r, err)
	}
}

// As everywhere, a negative number asks for 0: the common tolerance too.
func TestNegativeTolIsZero(t *testing.T) {
	for _, c := range []struct{ common, own Options }{
		{Options{Tol: -1, Method: BFGS{MaxIter: 50}}, Options{Method: BFGS{GTol: -1, XRTol: -1, MaxIter: 50}}},
		{Options{Tol: -1, Method: NelderMead{MaxIter: 60}}, Options{Method: NelderMead{XAtol: -1, FAtol: -1, MaxIter: 60}}},
	} {
		p := Problem{Func: rosenF}
		got, err := Minimize(context.Background(), p, []float64{-1.2, 1}, c.common)
		want, err2 := Minimize(context.Background(), p, []float64{-1.2, 1}, c.own)
		if err != nil || err2 != nil || !slices.Equal(got.X, want.X) || got.NFev != want.NFev || got.Status != want.Status {
			t.Errorf("%v after %d, want %v after %d; %v, %v", got.X, got.NFev, want.X, want.NFev, err, err2)
		}
	}
}

// TestMethodByNameLists: lists come in as decoders of JSON make them.
func TestMethodByNameLists(t *testing.T) {
	m, err := MethodByName("TNC", map[string]any{"scale": []any{1, 2.5}})
	if err != nil || !slices.Equal(m.(TNC).Scale, []float64{1, 2.5}) {
		t.Error(m, err)
	}
	m, err = MethodByName("nelder-mead", map[string]any{"initial_simplex": []any{[]any{0.0, 0.0}, []any{1, 0}, []any{0, 1}}})
	if err != nil || len(m.(NelderMead).InitialSimplex) != 3 || m.(NelderMead).InitialSimplex[1][0] != 1 {
		t.Error(m, err)
	}
	m, err = MethodByName("BFGS", map[string]any{"hess_inv0": [][]float64{{2, 1}, {0, 3}}})
	if err != nil || m.(BFGS).HessInv0.At(1, 0) != 0.5 {
		t.Error(m, err)
	}
	for name, bad := range map[string]any{"TNC": []any{"a"}, "BFGS": [][]float64{{1, 2}}, "Powell": 3.0} {
		option := map[string]string{"TNC": "scale", "BFGS": "hess_inv0", "Powell": "direc"}[name]
		if m, err := MethodByName(name, map[string]any{option: bad}); err == nil {
			t.Errorf("%s takes %s %v: %v", name, option, bad, m)
		}
	}
}
