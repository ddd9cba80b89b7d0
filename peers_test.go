package argmin_test

import (
	"context"
	"errors"
	"math"
	"testing"

	"github.com/argmin-go/argmin"
	"github.com/argmin-go/argmin/internal/check/catalog"
	"github.com/argmin-go/argmin/linsolve"
	"github.com/argmin-go/argmin/num"
	"github.com/argmin-go/argmin/projection"
	"github.com/argmin-go/argmin/status"
)

// Defects that users of other libraries reported, as tests that this one does not have them.
// Three are tested elsewhere: batches that share quasi-Newton state in
// TestEverySolverInBatches, runs that do not return from a start at the answer in
// TestEverySolverFromOddStarts, and NaN at trial points by the problem "wall" of the
// catalogue.

// A run that was cut short reports it along with its derivative.
func TestDerivativeOfUnfinishedRun(t *testing.T) {
	s := argmin.Minimize(ridge, argmin.LBFGS{}, argmin.Options{MaxIter: 2, Tol: 1e-12})
	d := randomData(40, 6)
	type answer struct{ Grad, Code A }
	r := num.Vmap(func(l2 A) answer {
		_, st := s.ArgminState(num.Zeros(6), ridgeData{d.X, d.Y, l2})
		g := num.Grad(func(l2 A) A { return s.Argmin(num.Zeros(6), ridgeData{d.X, d.Y, l2}).Sum() })(l2)
		return answer{g, st.Code}
	})(num.Vector(0.1, 1e6))
	if status.Code(r.Code.At(0).Item()) != status.IterationLimit || math.IsNaN(r.Grad.At(0).Item()) {
		t.Errorf("%v with derivative %v", status.Code(r.Code.At(0).Item()), r.Grad.At(0))
	}
}

// A linear system that its solver leaves unsolved is an error, not a wrong gradient.
func TestUnsolvedLinearSystemIsAnError(t *testing.T) {
	d := randomData(40, 6)
	for name, l := range map[string]num.LinearSolver{
		"CG": linsolve.CG(linsolve.Options{MaxIter: 1}), "GMRES": linsolve.GMRES(linsolve.GMRESOptions{Options: linsolve.Options{MaxIter: 1}, Restart: 1}),
		"BiCGSTAB": linsolve.BiCGSTAB(linsolve.Options{MaxIter: 1}),
	} {
		s := argmin.Minimize(ridge, argmin.LBFGS{}, argmin.Options{Linear: l})
		_, err := num.Jit(num.Grad(func(l2 A) A { return s.Argmin(num.Zeros(6), ridgeData{d.X, d.Y, l2}).Sum() })).Call(d.L2)
		if !errors.Is(err, num.ErrNumeric) {
			t.Errorf("%s: %v", name, err)
		}
	}
}

// A run without iterations has the derivative of one with them.
func TestDerivativeWithoutIterations(t *testing.T) {
	d := randomData(40, 6)
	w, jac := exact(d)
	s := argmin.Minimize(ridge, argmin.LBFGS{}, argmin.Options{Tol: 1e-9})
	x, st := s.ArgminState(w, d)
	if st.NIter.Item() != 0 || maxDiff(x, w) != 0 {
		t.Fatalf("%v iterations from the answer", st.NIter)
	}
	if e := maxDiff(num.JacobianRev(func(l2 A) A { return s.Argmin(w, ridgeData{d.X, d.Y, l2}) })(d.L2), jac); e > 1e-9 {
		t.Errorf("derivative off by %g", e)
	}
}

// A strength that makes every coefficient zero: exact zeros and a derivative of zero.
func TestLassoWithEveryCoefficientZero(t *testing.T) {
	for _, e := range catalog.Entries() {
		if e.Problem != catalog.Lasso {
			continue
		}
		for _, strength := range []float64{50, 1e6} {
			s := e.Flat(catalog.Options{})
			r, err := s.Run(context.Background(), num.Vector(strength))
			if err != nil || r.Err() != nil || r.Params.Abs().Max().Item() != 0 {
				t.Errorf("%s: %v, %v %v", e.Name, r.Params, err, r.Err())
			}
			if g := num.Grad(func(th A) A { return s.Argmin(th).Sum() })(num.Vector(strength)).Item(); g != 0 {
				t.Errorf("%s: derivative %v", e.Name, g)
			}
		}
	}
}

// A linear objective lets steps grow without end: they must not overflow.
func TestStepSizesStayFinite(t *testing.T) {
	c := num.Vector(3, 1, 2).AsType(num.Float32)
	linear := func(x A, c A) A { return x.Dot(c) }
	simplex := func(x A, _ A) A { return projection.Simplex(x, 1) }
	s := argmin.OnSet(linear, argmin.Set[A, A]{Project: simplex}, argmin.ProjectedGradient{}, argmin.Options{})
	// Each batch moves the minimum, so that it is never reached for long.
	r, err := s.RunIterator(context.Background(), num.Full(num.Float32, 1, 3), func(yield func(A) bool) {
		for i := range 3000 {
			if !yield(c.Roll(i%3, 0)) {
				return
			}
		}
	})
	if err != nil || r.State.Status() == status.NonFinite || r.State.Status() == status.LineSearchFailed {
		t.Errorf("%v at %v after %v iterations, %v", r.State.Status(), r.Params, r.State.NIter, err)
	}
}

// Data so large that squares of gradients overflow in float32: the answer, -1/(2c), or no success.
func TestOverflowInSinglePrecision(t *testing.T) {
	huge := num.Full(num.Float32, 1e18, 3)
	f := func(x, c A) A { return x.Mul(c).Sum().Add(x.Mul(c).Square().Sum()) }
	for _, s := range []*argmin.Solver[A, A]{
		argmin.Minimize(f, argmin.LBFGS{}, argmin.Options{}), argmin.Minimize(f, argmin.BFGS{}, argmin.Options{}),
		argmin.Minimize(f, argmin.GradientDescent{NoAcceleration: true}, argmin.Options{}),
		argmin.Minimize(f, argmin.NonlinearCG{}, argmin.Options{}),
		argmin.Minimize(f, argmin.TrustRegion{}, argmin.Options{}), argmin.Minimize(f, argmin.Newton{}, argmin.Options{}),
	} {
		r, err := s.Run(num.Full(num.Float32, 1, 3), huge)
		if err != nil || r.Success() && r.Params.AddScalar(5e-19).Abs().Max().Item() > 1e-24 {
			t.Errorf("%v, %v, %v", r.State.Status(), r.Params, err)
		}
	}
}
