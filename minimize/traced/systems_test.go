package traced_test

import (
	"errors"
	"fmt"
	"math"
	"testing"

	"github.com/argmin-go/argmin/status"

	"github.com/argmin-go/argmin"
	"github.com/argmin-go/argmin/minimize/leastsq"
	"github.com/argmin-go/argmin/minimize/root"
	. "github.com/argmin-go/argmin/minimize/traced"
	"github.com/argmin-go/argmin/num"
)

// equations have the root w = a, b = Σa/2: of a tree.
func equations(x params, a A) params {
	d := x.W.Sub(a)
	return params{d.Add(d.Mul(d).Mul(d)), x.B.Scale(2).Sub(x.W.Sum())}
}

// TestRoot finds a root by every method and differentiates it.
func TestRoot(t *testing.T) {
	a := num.Vector(0.3, -0.2, 0.5)
	for _, name := range root.Methods() {
		t.Run(name, func(t *testing.T) {
			m, err := root.MethodByName(name, nil)
			if err != nil {
				t.Fatal(err)
			}
			sign := func(x params, a A) params { // mixing needs a negative slope
				y := equations(x, a)
				return params{y.W.Neg(), y.B.Neg()}
			}
			s := Root(sign, RootOptions{Method: m, Tol: 1e-10})
			r, err := s.Run(zeros(), a)
			if err != nil || !r.Success || r.State.Status() != status.Converged {
				t.Fatalf("%+v, %v", r.Result, err)
			}
			near(t, "W", r.Params.W, a, 1e-8)
			near(t, "B", r.Params.B, a.Sum().Scale(0.5), 1e-8)
			near(t, "optimality", s.Optimality(r.Params, a).W, num.Zeros(3), 1e-8)
			if e := s.L2OptimalityError(r.Params, a).Item(); math.Abs(e-r.State.Error.Item()) > 1e-15 {
				t.Errorf("the error is %g, and %g by the state", e, r.State.Error.Item())
			}
			solution := func(a A) A { return s.Solution(zeros(), a).B }
			near(t, "reverse", num.JacobianRev(solution)(a), num.Full(num.Float64, 0.5, 3), 1e-8)
			near(t, "forward", num.JacobianFwd(solution)(a), num.Full(num.Float64, 0.5, 3), 1e-8)
			near(t, "batch", num.Vmap(solution)(num.Stack(a, a.Scale(2))), num.Vector(0.3, 0.6), 1e-8)
		})
	}
	s := Root(func(x, a A) A { return x.Mul(a).Sum() }, RootOptions{})
	if _, err := s.Run(num.Zeros(2), num.Ones(2)); err == nil {
		t.Error("no error for one equation in two unknowns")
	}
}

// TestLeastSquares fits a decay by every method and loss, and compares derivatives with
// differences of fits.
func TestLeastSquares(t *testing.T) {
	type fit struct{ T, Y, Upper A }
	times := num.Linspace(0, 3, 12)
	y := times.Scale(-1.3).Exp().Scale(2).Add(times.Scale(20).Sin().Scale(0.05))
	residuals := func(p A, d fit) A { return p.At(0).Mul(d.T.Mul(p.At(1)).Neg().Exp()).Sub(d.Y) }
	bounds := func(d fit) (A, A) { return num.Full(num.Float64, math.Inf(-1), 2), d.Upper }
	for _, c := range []struct {
		method, loss string
		upper        A
	}{
		{"trf", "", num.Vector(1.9, 9)}, {"trf", "soft_l1", num.Vector(9, 9)}, {"trf", "huber", num.Vector(9, 9)}, {"trf", "cauchy", num.Vector(9, 1.2)},
		{"trf", "arctan", num.Vector(9, 9)}, {"dogbox", "", num.Vector(1.9, 9)}, {"dogbox", "cauchy", num.Vector(9, 9)}, {"lm", "", A{}},
	} {
		t.Run(c.method+"/"+c.loss, func(t *testing.T) {
			m, err := leastsq.MethodByName(c.method, nil)
			if err != nil {
				t.Fatal(err)
			}
			opt := LeastSquaresOptions[A, fit]{Method: m, Loss: c.loss, FScale: 0.1, FTol: 1e-15, XTol: 1e-15, GTol: 1e-13}
			d := fit{times, y, num.Zeros(2)}
			if c.method != "lm" {
				opt.Bounds, d.Upper = bounds, c.upper
			}
			s := LeastSquares(residuals, opt)
			r, err := s.Run(num.Vector(1, 1), d)
			if err != nil || !r.Success || !(r.State.Error.Item() < 1e-7) {
				t.Fatalf("%+v, %v, %v", r.Result, r.State, err)
			}
			direction := times.Scale(7).Cos()
			answer := func(h A) A { return s.Argmin(num.Vector(1, 1), fit{times, y.Add(direction.Mul(h)), d.Upper}) }
			got := num.JacobianFwd(answer)(num.Scalar(0))
			near(t, "reverse", num.JacobianRev(answer)(num.Scalar(0)), got, 1e-9)
			const h = 1e-4
			want := answer(num.Scalar(h)).Sub(answer(num.Scalar(-h))).Scale(1 / (2 * h))
			near(t, "derivative", got, want, 1e-5)
		})
	}
	s := LeastSquares(residuals, LeastSquaresOptions[A, fit]{Loss: "l3"})
	if _, err := s.Run(num.Vector(1, 1), fit{times, y, num.Zeros(2)}); err == nil {
		t.Error("no error for an unknown loss")
	}
	if _, err := s.Run(num.Vector(1, 1), fit{times, num.Zeros(5), num.Zeros(2)}); !errors.Is(err, num.ErrShape) {
		t.Error(err)
	}
}

// TestStateOfDifferentiableAnswer: the states report how a search for a differentiable answer ended, also in a
// batch, and neither they nor the answer have a derivative by the start.
func TestStateOfDifferentiableAnswer(t *testing.T) {
	type solve = func(init, data A) (A, argmin.State)
	f := func(x, a A) A { return x.Square().Sub(a) }
	for name, s := range map[string]struct {
		state solve
		value func(init, data A) A
		bad   status.Code
	}{
		"root": {Root(f, RootOptions{}).SolutionState, Root(f, RootOptions{}).Solution, status.Failed},
		"least squares": {
			LeastSquares(f, LeastSquaresOptions[A, A]{MaxNFev: 6}).ArgminState,
			LeastSquares(f, LeastSquaresOptions[A, A]{MaxNFev: 6}).Argmin, status.EvaluationLimit,
		},
	} {
		t.Run(name, func(t *testing.T) {
			x, state := s.state(num.Vector(1.5), num.Vector(2))
			if state.Status() != status.Converged || !(state.Error.Item() < 1e-6) || !(state.NFev.Item() > 1) {
				t.Errorf("%+v", state)
			}
			near(t, "value", x, s.value(num.Vector(1.5), num.Vector(2)), 0)
			one := func(a A) A { x, _ := s.state(num.Vector(1.5), a); return x.Sum() }
			near(t, "derivative", num.Grad(one)(num.Vector(2)), num.Vector(1/(2*math.Sqrt2)), 1e-7)
			size := func(a A) A { _, state := s.state(num.Vector(1.5), a); return state.Error.Add(state.Value) }
			near(t, "derivative of the state", num.Grad(size)(num.Vector(2)), num.Vector(0), 0)
			start := func(x A) A { x, _ = s.state(x, num.Vector(2)); return x.Sum() }
			near(t, "derivative by the start", num.Grad(start)(num.Vector(1.5)), num.Vector(0), 0)
			codes := num.Vmap(func(a A) A { _, state := s.state(num.Vector(1.5), a); return state.Code })(num.New([]float64{2, -1}, 2, 1))
			if got := codes.Float64s(); status.Code(got[0]) != status.Converged || status.Code(got[1]) == status.Converged {
				t.Errorf("the states of x² = 2 and x² = -1 are %v", got)
			}
			if _, state := s.state(num.Vector(1.5), num.Vector(-1)); state.Status() != s.bad {
				t.Errorf("x² = -1: %v, want %v", state.Status(), s.bad)
			}
		})
	}
}

// The root of x² = a by Powell's hybrid method, and its derivative 1/(2√a).
func ExampleRoot() {
	solver := Root(func(x, a num.Array) num.Array { return x.Square().Sub(a) }, RootOptions{})
	at := func(a num.Array) num.Array { return solver.Solution(num.Vector(1), a).At(0) }
	fmt.Printf("%.6f %.6f\n", at(num.Scalar(2)).Item(), num.Grad(at)(num.Scalar(2)).Item())
	// Output: 1.414214 0.353553
}
