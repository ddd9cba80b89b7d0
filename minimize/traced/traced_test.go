package traced_test

import (
	"context"
	"fmt"
	"math"
	"strings"
	"testing"

	"github.com/argmin-go/argmin/status"

	"github.com/argmin-go/argmin"
	"github.com/argmin-go/argmin/minimize"
	. "github.com/argmin-go/argmin/minimize/traced"
	"github.com/argmin-go/argmin/num"
)

type A = num.Array

type params struct{ W, B A }

type data struct{ X, Y, L2 A }

func example() data {
	n, p := 20, 3
	x := num.Arange(num.Float64, 0, n*p).Scale(1.7).Sin().Reshape(n, p)
	return data{x, x.MatMul(num.Vector(1, -2, 3)).Add(num.Arange(num.Float64, 0, n).Cos()), num.Scalar(0.7)}
}

func ridge(w params, d data) A {
	r := d.X.MatMul(w.W).Add(w.B).Sub(d.Y)
	return r.Square().Sum().Add(d.L2.Mul(w.W.Square().Sum().Add(w.B.Square())))
}

func exact(d data) params {
	x := num.Concat(1, d.X, num.Ones(d.X.Shape()[0], 1))
	w := num.Solve(x.T().MatMul(x).Add(num.Eye(4).Mul(d.L2)), x.T().MatMul(d.Y))
	return params{w.Range(0, 3), w.At(3)}
}

func near(t *testing.T, what string, got, want A, tol float64) {
	t.Helper()
	if d := got.Sub(want).Abs().Max().Item(); !(d <= tol) {
		t.Errorf("%s: %v, want %v: %.2g apart", what, got, want, d)
	}
}

func zeros() params { return params{num.Zeros(3), num.Scalar(0)} }

// accurate are the options with which a method finds a smooth minimum to nine digits.
func accurate(t *testing.T, name string) minimize.Method {
	options := map[string]map[string]any{
		"BFGS": {"gtol": 1e-10}, "CG": {"gtol": 1e-9}, "Newton-CG": {"xtol": 1e-10}, "L-BFGS-B": {"ftol": 1e-16, "gtol": 1e-9},
		"TNC": {"ftol": 1e-16, "gtol": 1e-12, "xtol": 1e-14}, "SLSQP": {"ftol": 1e-16}, "trust-constr": {"gtol": 1e-9, "xtol": 1e-12},
		"dogleg": {"gtol": 1e-9}, "trust-ncg": {"gtol": 1e-9}, "trust-exact": {"gtol": 1e-9}, "trust-krylov": {"gtol": 1e-9},
		"Nelder-Mead": {"xatol": 1e-8, "fatol": 1e-13, "maxfev": 5000}, "Powell": {"xtol": 1e-10, "ftol": 1e-15}, "COBYLA": {"tol": 1e-10, "maxiter": 50000}, "COBYQA": {"final_tr_radius": 1e-8},
	}
	m, err := minimize.MethodByName(name, options[name])
	if err != nil {
		t.Fatal(err)
	}
	return m
}

// TestMethods compares the answers of every method and their derivatives with the
// normal equations, over a tree.
func TestMethods(t *testing.T) {
	d := example()
	want := exact(d)
	jac := num.JacobianFwd(func(l2 A) A { return exact(data{d.X, d.Y, l2}).W })(d.L2)
	for _, name := range minimize.Methods() {
		t.Run(name, func(t *testing.T) {
			tol := 1e-6
			if name == "COBYLA" { // linear models know a minimum to half of the digits
				tol = 1e-5
			}
			s := Minimize(ridge, Options[params, data]{Method: accurate(t, name)})
			r, err := s.Run(zeros(), d)
			if err != nil || !r.Success {
				t.Fatalf("%+v, %v", r, err)
			}
			near(t, "W", r.Params.W, want.W, tol)
			near(t, "B", r.Params.B, want.B, tol)
			if r.State.Status() != status.Converged || !(r.State.Error.Item() < 1e-4) {
				t.Errorf("%+v", r.State)
			}
			solution := func(l2 A) A { return s.Argmin(zeros(), data{d.X, d.Y, l2}).W }
			near(t, "reverse", num.JacobianRev(solution)(d.L2), jac, tol)
			near(t, "forward", num.JacobianFwd(solution)(d.L2), jac, tol)
			l2s := num.Vector(0.1, 0.7, 5)
			batch := num.Vmap(solution)(l2s)
			for i := range 3 {
				near(t, "batch", batch.At(i), exact(data{d.X, d.Y, l2s.At(i)}).W, tol)
			}
		})
	}
}

func TestFloat32(t *testing.T) {
	half := func(x A) A { return x.AsType(num.Float32) }
	d := example()
	s := Minimize(ridge, Options[params, data]{Tol: 1e-3})
	r, err := s.Run(params{half(num.Zeros(3)), half(num.Scalar(0))}, data{half(d.X), half(d.Y), half(d.L2)})
	if err != nil || r.Params.W.DType() != num.Float32 {
		t.Fatal(r, err)
	}
	near(t, "W", r.Params.W.AsType(num.Float64), exact(d).W, 1e-4)
}

func TestSteps(t *testing.T) {
	d := example()
	s := Minimize(ridge, Options[params, data]{})
	whole, err := s.Run(zeros(), d)
	if err != nil {
		t.Fatal(err)
	}
	n := 0
	var last Result[params]
	for r, err := range s.Steps(context.Background(), zeros(), d) {
		if err != nil {
			t.Fatal(err)
		}
		n++
		last = r
	}
	if n != whole.NIter+1 || last.Fun != whole.Fun || !last.Success {
		t.Errorf("%d steps, %+v", n, last)
	}
	for range s.Steps(context.Background(), zeros(), d) {
		break
	}
	ctx, cancel := context.WithCancel(context.Background())
	cancel()
	for _, err := range s.Steps(ctx, zeros(), d) {
		if err == nil {
			t.Error("no error of the context")
		}
	}
}

// TestStepsOfSystems yields every iteration of equations and least squares, and the result.
func TestStepsOfSystems(t *testing.T) {
	f := func(x, a A) A { return x.Square().Sub(a) }
	init, a := num.Vector(1, 3), num.Vector(2, 5)
	root, fit := Root(f, RootOptions{}), LeastSquares(f, LeastSquaresOptions[A, A]{})
	wantRoot, err := root.Run(init, a)
	if err != nil {
		t.Fatal(err)
	}
	n := 0
	for r, err := range root.Steps(context.Background(), init, a) {
		if n++; err != nil || r.Params.Size() != 2 || (n > wantRoot.NIter) != r.Success {
			t.Errorf("step %d: %+v, %v", n, r, err)
		}
	}
	if n != wantRoot.NIter+1 {
		t.Errorf("%d steps of %d iterations", n, wantRoot.NIter)
	}
	wantFit, err := fit.Run(init, a)
	if err != nil {
		t.Fatal(err)
	}
	n = 0
	for r, err := range fit.Steps(context.Background(), init, a) {
		if n++; err != nil || r.Params.Size() != 2 || (n > wantFit.NIter) != r.Success {
			t.Errorf("step %d: %+v, %v", n, r, err)
		}
	}
	if n != wantFit.NIter+1 {
		t.Errorf("%d steps of %d iterations", n, wantFit.NIter)
	}
	for range fit.Steps(context.Background(), init, a) {
		break
	}
	ctx, cancel := context.WithCancel(context.Background())
	cancel()
	for _, err := range root.Steps(ctx, init, a) {
		if err == nil {
			t.Error("no error of the context")
		}
	}
}

func TestErrors(t *testing.T) {
	s := Minimize(func(x, a A) A { return x.Mul(a).Sum() }, Options[A, A]{})
	if _, err := s.Run(num.Zeros(3), num.Zeros(2)); err == nil || !strings.Contains(err.Error(), "[3]") ||
		!strings.Contains(err.Error(), "traced_test.go") {
		t.Error(err)
	}
	if _, err := s.Run(num.Zeros(3).AsType(num.Int32), num.Zeros(3)); err == nil || !strings.Contains(err.Error(), "floating-point") {
		t.Error(err)
	}
	sum := func(x, a A) A { return x.Sub(a).Square().Sum() }
	same := func(x, a A) A { return x }
	bounds := func(lower, upper A) Options[A, A] {
		return Options[A, A]{Bounds: func(A) (A, A) { return lower, upper }}
	}
	for want, s := range map[string]*Solver[A, A]{
		"traced: the function is nil": Minimize[A, A](nil, Options[A, A]{}),
		"lower bound of the parameters has shape [2], which does not broadcast to [3]": Minimize(sum, bounds(num.Zeros(2), num.Ones(2))),
		"x[0]: lower bound 1 is above the upper bound 0":                               Minimize(sum, bounds(num.Ones(3), num.Zeros(3))),
		"want a floating-point scalar":                                                 Minimize(func(x, a A) A { return x.Sub(a) }, Options[A, A]{}),
		"traced: constraint 0 must have both Func and Limits":                          Minimize(sum, Options[A, A]{Constraints: []Constraint[A, A]{{Func: same}}}),
		"shape [2] does not broadcast to [3]":                                          Minimize(sum, Options[A, A]{Constraints: []Constraint[A, A]{{Func: same, Limits: func(A) (A, A) { return num.Zeros(2), num.Ones(2) }}}}),
	} {
		r, err := s.Run(num.Ones(3), num.Zeros(3))
		if err == nil || !strings.Contains(err.Error(), want) || r.State.Status() != status.Failed {
			t.Errorf("%v, want %q; the state is %v", err, want, r.State.Status())
		}
	}
	root := Root(func(x, a A) A { return x.Sub(a).Range(0, 1) }, RootOptions{})
	if r, err := root.Run(num.Ones(3), num.Zeros(3)); err == nil ||
		!strings.Contains(err.Error(), "the function has 1 values for 3 unknowns, want the same number") || r.State.Status() != status.Failed {
		t.Error(r, err)
	}
	if _, err := Root[A, A](nil, RootOptions{}).Run(num.Ones(3), num.Zeros(3)); err == nil || err.Error() != "traced: the function is nil" {
		t.Error(err)
	}
	if _, err := LeastSquares(nil, LeastSquaresOptions[A, A]{}).Run(num.Ones(3), num.Zeros(3)); err == nil ||
		err.Error() != "traced: the residuals are nil" {
		t.Error(err)
	}
	root = Root(func(x, a A) A { return x.Sub(a) }, RootOptions{})
	fit := LeastSquares(func(x, a A) A { return x.Sub(a) }, LeastSquaresOptions[A, A]{})
	for name, run := range map[string]func(context.Context) (argmin.State, error){
		"Solver": func(ctx context.Context) (argmin.State, error) {
			r, err := Minimize(sum, Options[A, A]{}).RunContext(ctx, num.Ones(3), num.Zeros(3))
			return r.State, err
		},
		"RootSolver": func(ctx context.Context) (argmin.State, error) {
			r, err := root.RunContext(ctx, num.Ones(3), num.Zeros(3))
			return r.State, err
		},
		"LeastSquaresSolver": func(ctx context.Context) (argmin.State, error) {
			r, err := fit.RunContext(ctx, num.Ones(3), num.Zeros(3))
			return r.State, err
		},
	} {
		if state, err := run(nil); err == nil || err.Error() != "traced: the context is nil" || state.Status() != status.Failed {
			t.Errorf("%s: %v, %v", name, err, state.Status())
		}
	}
	traces := 0
	s = Minimize(func(x, a A) A { traces++; return x.Sub(a).Square().Sum() }, Options[A, A]{})
	for i := range 3 {
		if _, err := s.Run(num.Zeros(3), num.Full(num.Float64, float64(i), 3)); err != nil {
			t.Fatal(err)
		}
	}
	if traces > 2 { // the value with its gradient, and the residual
		t.Errorf("traced %d times", traces)
	}
}

// rosenbrock's minimum on the circle |x|² = r² or within it.
func rosenbrock(x, _ A) A {
	a, b := x.At(0), x.At(1)
	return b.Sub(a.Square()).Square().Scale(100).Add(a.Neg().AddScalar(1).Square())
}

// TestConstraints compares derivatives with respect to a limit, active or not, with
// differences of solves.
func TestConstraints(t *testing.T) {
	for _, name := range []string{"SLSQP", "trust-constr"} {
		for _, c := range []struct {
			name  string
			lower func(r A) A
			r     float64
		}{
			{"active", func(r A) A { return num.Full(num.Float64, math.Inf(-1)) }, 1},
			{"inactive", func(r A) A { return num.Full(num.Float64, math.Inf(-1)) }, 3},
			{"equation", func(r A) A { return r.Square() }, 1.2},
		} {
			t.Run(name+"/"+c.name, func(t *testing.T) {
				s := Minimize(rosenbrock, Options[A, A]{Method: accurate(t, name), Constraints: []Constraint[A, A]{{
					Func:   func(x, _ A) A { return x.Square().Sum() },
					Limits: func(r A) (A, A) { return c.lower(r), r.Square() },
				}}})
				solution := func(r A) A { return s.Argmin(num.Vector(0.2, 0.1), r) }
				got := num.JacobianRev(solution)(num.Scalar(c.r))
				const h = 1e-4
				want := solution(num.Scalar(c.r + h)).Sub(solution(num.Scalar(c.r - h))).Scale(1 / (2 * h))
				near(t, "derivative", got, want, 2e-5)
				if r, err := s.Run(num.Vector(0.2, 0.1), num.Scalar(c.r)); err != nil || !r.Success || !(r.State.Error.Item() < 1e-5) {
					t.Errorf("%+v, %v", r, err)
				}
			})
		}
	}
}

// Bounds differentiates with respect to a bound and the data at once.
func TestBounds(t *testing.T) {
	type args struct{ A, Upper A }
	s := Minimize(func(x A, d args) A { return x.Sub(d.A).Square().Sum().Add(x.At(0).Mul(x.At(1))) }, Options[A, args]{
		Bounds: func(d args) (A, A) { return num.Full(num.Float64, math.Inf(-1), 2), d.Upper },
		Tol:    1e-12,
	})
	at := args{num.Vector(3, 1), num.Vector(1, 9)}
	// x₀ = u₀ and 2(x₁ - a₁) + x₀ = 0.
	x := s.Argmin(num.Zeros(2), at)
	near(t, "answer", x, num.Vector(1, 0.5), 1e-9)
	g := num.Grad(func(d args) A { return s.Argmin(num.Zeros(2), d).At(1) })(at)
	near(t, "bound", g.Upper, num.Vector(-0.5, 0), 1e-9)
	near(t, "data", g.A, num.Vector(0, 1), 1e-9)
}

// The derivative of a ridge regression's weight by its regularization, with a
// trust-region method.
func ExampleMinimize() {
	x := num.New([]float64{1, 0, 1, 1, 1, 2, 1, 3}, 4, 2)
	y := num.Vector(1, 3, 5, 7)
	solver := Minimize(func(w, l2 num.Array) num.Array {
		return x.MatMul(w).Sub(y).Square().Mean().Add(l2.Mul(w.Square().Sum())).Scale(0.5)
	}, Options[num.Array, num.Array]{Method: minimize.BFGS{GTol: 1e-9}})
	r, err := solver.Run(num.Zeros(2), num.Scalar(0.1))
	if err != nil {
		fmt.Println(err)
		return
	}
	fmt.Printf("%v: w = %.5f\n", r.Status, r.Params.Float64s())
	dw := num.JacobianRev(func(l2 num.Array) num.Array { return solver.Argmin(num.Zeros(2), l2) })(num.Scalar(0.1))
	fmt.Printf("dw/dλ = %.5f\n", dw.Float64s())
	// Output:
	// converged: w = [0.96491 1.95906]
	// dw/dλ = [-0.31292 -0.41380]
}
