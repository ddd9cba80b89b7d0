package traced_test

import (
	"errors"
	"math"
	"strings"
	"testing"

	"github.com/argmin-go/argmin/minimize"
	"github.com/argmin-go/argmin/minimize/leastsq"
	. "github.com/argmin-go/argmin/minimize/traced"
	"github.com/argmin-go/argmin/num"
	"github.com/argmin-go/argmin/status"
)

// derivative is the Jacobian in both modes, or the error.
func derivative(t *testing.T, f func(A) A, a A) (A, error) {
	t.Helper()
	rev, err := num.Try(func() A { return num.JacobianRev(f)(a) })
	fwd, err2 := num.Try(func() A { return num.JacobianFwd(f)(a) })
	if (err == nil) != (err2 == nil) {
		t.Errorf("reverse %v, forward %v", err, err2)
	}
	if err == nil {
		near(t, "modes", rev, fwd, 1e-6)
	}
	return rev, err
}

// There is no derivative of an answer that is none, in any solver, and the error has what is not small.
func TestNoDerivativeOfNoAnswer(t *testing.T) {
	one := num.Vector(1)
	short := func(maxFev int) LeastSquaresOptions[A, A] {
		return LeastSquaresOptions[A, A]{Method: leastsq.LM{}, MaxNFev: maxFev}
	}
	rosenbrock := func(x, a A) A {
		u, v := x.At(0), x.At(1)
		return num.Stack(v.Sub(u.Square()).Scale(10), a.At(0).Sub(u))
	}
	start := num.Vector(-1.2, 1)
	for name, c := range map[string]struct {
		f    func(A) A
		ok   bool
		want string
	}{
		"root of x²+a":    {func(a A) A { return Root(func(x, a A) A { return x.Square().Add(a) }, RootOptions{}).Argmin(one, a) }, false, "|F|"},
		"root of x²-a":    {func(a A) A { return Root(func(x, a A) A { return x.Square().Sub(a) }, RootOptions{}).Argmin(one, a) }, true, ""},
		"fit, unfinished": {func(a A) A { return LeastSquares(rosenbrock, short(4)).Argmin(start, a) }, false, "cosine"},
		"fit":             {func(a A) A { return LeastSquares(rosenbrock, short(0)).Argmin(start, a) }, true, ""},
		"minimum, unfinished": {func(a A) A {
			f := func(x, a A) A { return rosenbrock(x, a).Square().Sum() }
			return Minimize(f, Options[A, A]{Method: minimize.BFGS{MaxIter: 3}}).Argmin(start, a)
		}, false, "Lagrangian"},
		"minimum": {func(a A) A {
			f := func(x, a A) A { return rosenbrock(x, a).Square().Sum() }
			return Minimize(f, Options[A, A]{}).Argmin(start, a)
		}, true, ""},
	} {
		_, err := derivative(t, c.f, one)
		if (err == nil) != c.ok || err != nil && (!errors.Is(err, num.ErrNumeric) || !strings.Contains(err.Error(), c.want) ||
			!strings.Contains(err.Error(), "no derivative")) {
			t.Errorf("%s: %v", name, err)
		}
		if _, err := num.Try(func() A { return c.f(one) }); err != nil {
			t.Errorf("%s: the value is an error: %v", name, err)
		}
	}
}

// A budget is spread over two goods; whatever point a search ends at, a derivative is right or an error.
func TestDerivativeWithBudgetIsRightOrAnError(t *testing.T) {
	f := func(x, _ A) A { return x.At(0).Pow(num.Const(.64)).Scale(-1).Sub(x.At(1).Pow(num.Const(.36))) }
	for _, m := range []minimize.Method{minimize.SLSQP{}, minimize.TrustConstr{}, minimize.SLSQP{FTol: 1e-14}} {
		for _, start := range [][]float64{{2500, 2500}, {4000, 1000}, {1000, 4000}, {4990, 10}} {
			s := Minimize(f, Options[A, A]{Method: m, Bounds: func(A) (A, A) { return num.Scalar(1e-6), num.Scalar(5000) },
				Constraints: []Constraint[A, A]{{Func: func(x, b A) A { return x.Sum().Sub(b) }, Limits: func(A) (A, A) { return num.Scalar(0), num.Scalar(0) }}}})
			j, err := derivative(t, func(b A) A { return s.Argmin(num.Vector(start...), b) }, num.Scalar(5000))
			if err == nil && math.Abs(j.At(1).Item()-.00551) > 1e-4 {
				t.Errorf("%#v from %v: %v", m, start, j)
			}
		}
	}
}

// two is a tree of two leaves.
type two struct{ A, B num.Array }

// Bounds and scales broadcast leaf by leaf, in the dtype of the parameters.
func TestBoundsBroadcast(t *testing.T) {
	type no = struct{}
	residuals := func(p two, _ no) A {
		return num.Concat(0, p.A.AddScalar(-3), p.B.AddScalar(-1).Reshape(4))
	}
	square := func(p two, d no) A { return residuals(p, d).Square().Sum() }
	for _, d := range []num.DType{num.Float64, num.Float32} {
		x0 := two{num.Zeros(2).AsType(d), num.Full(d, 0, 2, 2)}
		bounds := func(no) (l, u two) {
			return two{num.Scalar(0), num.Scalar(-1)}, two{num.Scalar(2), num.Vector(5, .5)}
		}
		check := func(what string, p two, code status.Code, err error) {
			t.Helper()
			if err != nil || code != status.Converged {
				t.Fatalf("%s: %v, %v", what, code, err)
			}
			near(t, what+" A", p.A.AsType(num.Float64), num.Vector(2, 2), 1e-4)
			near(t, what+" B", p.B.AsType(num.Float64).Reshape(4), num.Vector(1, .5, 1, .5), 1e-4)
		}
		r, err := Minimize(square, Options[two, no]{Bounds: bounds}).Run(x0, no{})
		check("minimize", r.Params, r.Status, err)
		iterations := 0
		q, err := LeastSquares(residuals, LeastSquaresOptions[two, no]{Bounds: bounds,
			XScale:   func(no) two { return two{num.Scalar(10), num.Scalar(1)} },
			Callback: func(LeastSquaresResult[two]) error { iterations++; return nil }}).Run(x0, no{})
		check("least squares", q.Params, q.Status, err)
		if iterations != q.NIter || iterations == 0 {
			t.Errorf("%d callbacks, %d iterations", iterations, q.NIter)
		}
		// The same number of elements in leaves of other shapes.
		swapped := func(no) (l, u two) { return two{num.Zeros(2, 2), num.Zeros(2)}, two{num.Ones(2, 2), num.Ones(2)} }
		if r, err := Minimize(square, Options[two, no]{Bounds: swapped}).Run(x0, no{}); err == nil || !strings.Contains(err.Error(), "lower bound of parameter .A has shape [2 2], which does not broadcast to [2]") ||
			r.Status != status.Failed || r.State.Status() != status.Failed {
			t.Errorf("%v, %v", r.Status, err)
		}
		if r, err := LeastSquares(residuals, LeastSquaresOptions[two, no]{Bounds: swapped}).Run(x0, no{}); err == nil || r.Status != status.Failed {
			t.Errorf("%v, %v", r.Status, err)
		}
	}
}
