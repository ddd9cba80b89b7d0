package argmin_test

import (
	"context"
	"testing"

	"github.com/argmin-go/argmin"
	"github.com/argmin-go/argmin/num"
)

// What a method's state remembers of one problem does not count as knowledge of another one: a step that is continued or updated on
// other data ends at the solution there, however sure it was of its own.
func TestConstrainedOnOtherData(t *testing.T) {
	f := func(x, d A) A { return x.Sub(num.Vector(2, 1)).Square().Sum().Add(x.Index(num.I(0)).Exp()) }
	c := argmin.Constraints[A, A]{
		Equal:   func(x, d A) any { return x.Dot(x).Sub(d) },
		Between: func(x, d A) any { return x.Index(num.I(0)).Sub(x.Index(num.I(1)).Mul(d)) },
		Limits:  func(d A) (lo, hi any) { return d.Neg(), d.Scale(0.1) },
	}
	start := argmin.KKT[A]{X: num.Vector(1, 1)}
	for name, m := range map[string]argmin.ConstrainedMethod{"InteriorPoint": argmin.InteriorPoint{}, "SQP": argmin.SQP{}, "exact SQP": argmin.SQP{Exact: true},
		"AugmentedLagrangian": argmin.AugmentedLagrangian{}} {
		s := argmin.Constrained(f, c, m, argmin.Options{})
		step, err := s.Init(start, num.Scalar(1))
		updated := step
		for _, d := range []float64{1, 100, 0.01, 5} {
			want, _ := s.Run(start, num.Scalar(d))
			if err == nil {
				step, err = s.Continue(context.Background(), step, num.Scalar(d))
			}
			for i := 0; err == nil && i < 40; i++ {
				updated, err = s.Update(updated, num.Scalar(d))
			}
			if err != nil {
				t.Fatal(name, d, err)
			}
			for how, r := range map[string]argmin.Result[argmin.KKT[A]]{"continued": step.Result, "updated": updated.Result} {
				if !r.Success() || maxDiff(r.Params.X, want.Params.X) > 1e-5 {
					t.Errorf("%s %s on %v: %v at %v, want %v", name, how, d, r.State, r.Params.X, want.Params.X)
				}
			}
		}
	}
}

// The brackets of a step are opened again on other data.
func TestBracketedOnOtherData(t *testing.T) {
	for name, m := range map[string]argmin.BracketMethod{"Chandrupatla": argmin.Chandrupatla{}, "Bisection": argmin.Bisection{}} {
		s := argmin.Bracketed(func(x, d A) A { return x.Square().Sub(d) }, func(A) (lo, hi A) { return num.Scalar(0), num.Scalar(10) }, m, argmin.Options{})
		step, err := s.Init(num.Vector(1, 1), num.Vector(2, 3))
		for _, d := range []A{num.Vector(2, 3), num.Vector(50, 1), num.Vector(50, 1+1e-9), num.Vector(0, 100)} {
			if err == nil {
				step, err = s.Continue(context.Background(), step, d)
			}
			if err != nil || !step.Result.Success() || maxDiff(step.Result.Params, d.Sqrt()) > 1e-12 {
				t.Errorf("%s on %v: %v %v, %v", name, d, step.Result.Params, step.Result.State, err)
			}
		}
	}
}
