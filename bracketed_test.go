package argmin_test

import (
	"fmt"
	"math"
	"strings"
	"testing"

	"github.com/argmin-go/argmin"
	"github.com/argmin-go/argmin/num"
	"github.com/argmin-go/argmin/status"
)

var bracketMethods = map[string]argmin.BracketMethod{"Chandrupatla": argmin.Chandrupatla{}, "Bisection": argmin.Bisection{}}

// between makes a Bracketed of a function without data, with the same bracket for all entries.
func between(f func(A) A, lower, upper float64, d num.DType, m argmin.BracketMethod) *argmin.Solver[A, struct{}] {
	return argmin.Bracketed(func(x A, _ struct{}) A { return f(x) }, func(struct{}) (A, A) {
		return num.Full(d, lower), num.Full(d, upper)
	}, m, argmin.Options{})
}

// Roots of many kinds are found to the last bits, in both precisions.
func TestBracketedRoots(t *testing.T) {
	inf := math.Inf(1)
	for name, c := range map[string]struct {
		f            func(A) A
		lower, upper float64
		root, tol    float64 // tol is relative, of float64, 0 for 4 ε
	}{
		"√2":              {func(x A) A { return x.Square().AddScalar(-2) }, 0, 2, math.Sqrt2, 0},
		"cosine":          {func(x A) A { return x.Cos() }, 0, 3, math.Pi / 2, 0},
		"at zero":         {func(x A) A { return x.Sin() }, -1, 2, 0, 0},
		"at zero, cubic":  {func(x A) A { return x.Square().Mul(x) }, -1, 2, 0, 0},
		"triple":          {func(x A) A { y := x.AddScalar(-1); return y.Square().Mul(y) }, 0, 3, 1, 1e-4},
		"at the lower":    {func(x A) A { return x.AddScalar(-3) }, 3, 5, 3, 0},
		"at the upper":    {func(x A) A { return x.AddScalar(-5) }, 3, 5, 5, 0},
		"equal ends":      {func(x A) A { return x.AddScalar(-5) }, 5, 5, 5, 0},
		"infinite ends":   {func(x A) A { return x.AddScalar(-5) }, -inf, inf, 5, 0},
		"to infinity":     {func(x A) A { return x.Log().AddScalar(-1) }, 0, inf, math.E, 0},
		"steep":           {func(x A) A { return x.AddScalar(-0.3).Scale(1e6).Tanh() }, 0, 1, 0.3, 0},
		"flat":            {func(x A) A { y := x.AddScalar(-0.5); return y.Square().Square().Mul(y) }, 0, 2, 0.5, 1e-3},
		"tiny values":     {func(x A) A { return x.Square().AddScalar(-2).Scale(1e-30) }, 0, 2, math.Sqrt2, 0},
		"huge values":     {func(x A) A { return x.Square().AddScalar(-2).Scale(1e30) }, 0, 2, math.Sqrt2, 0},
		"tiny root":       {func(x A) A { return x.Scale(1e20).AddScalar(-1) }, 0, 1, 1e-20, 0},
		"infinite values": {func(x A) A { return x.Log() }, 0, 3, 1, 0},
	} {
		for m, method := range bracketMethods {
			for _, d := range []num.DType{num.Float64, num.Float32} {
				eps := d.Eps()
				r, err := between(c.f, c.lower, c.upper, d, method).Run(num.Full(d, 0.7), struct{}{})
				tol := max(8*eps, c.tol)
				if c.tol > 0 && d == num.Float32 {
					tol = 0.1
				}
				x, end := r.Params.Item(), 0.0 // near zero: relative to ε of the larger end
				if !math.IsInf(c.upper, 0) {
					end = max(math.Abs(c.lower), c.upper)
				}
				if err != nil || !r.Success() || !(math.Abs(x-c.root) <= tol*max(math.Abs(c.root), eps*end)) || r.State.NIter.Item() > 250 {
					t.Errorf("%s, %s, %v: %v, want %v; %v, %v", name, m, d, x, c.root, r.State, err)
				}
				t.Logf("%s, %s, %v: %v iterations", name, m, d, r.State.NIter)
			}
		}
	}
}

// Each entry ends by itself: what is wrong with one is in its code and in the error, and the others are found.
func TestBracketedEntries(t *testing.T) {
	type points struct{ X, Y A }
	f := func(p points, _ struct{}) points {
		pole := num.Vector(2, 0.5).Div(p.Y.AddScalar(-1)) // 2/(y-1) and 0.5/(y-1): poles at 1
		return points{p.X.Square().Sub(num.Vector(2, -1, 3, 2, 2)), num.Where(num.Vector(1, 0).Gt(num.Const(0.5)), pole, p.Y.Sqrt().AddScalar(-0.5))}
	}
	bracket := func(struct{}) (points, points) {
		return points{num.Vector(0, 0, 0, 3, math.NaN()), num.Vector(0, -1)}, points{num.Vector(2, 2, 2, 1, 2), num.Vector(3, 1)}
	}
	for m, method := range bracketMethods {
		r, err := argmin.Bracketed(f, bracket, method, argmin.Options{}).Run(points{num.Ones(5), num.Ones(2)}, struct{}{})
		if err != nil || r.State.Status() != status.Infeasible {
			t.Fatal(m, r.State, err)
		}
		want := []float64{math.Sqrt2, math.NaN(), math.Sqrt(3), math.NaN(), math.NaN(), 1, math.NaN()}
		got := append(r.Params.X.Float64s(), r.Params.Y.Float64s()...)
		for i, w := range want {
			if math.IsNaN(w) != math.IsNaN(got[i]) || math.Abs(w-got[i]) > 1e-14 {
				t.Errorf("%s: entry %d is %v, want %v", m, i, got[i], w)
			}
		}
		b := r.Aux.(argmin.Brackets[points])
		codes := fmt.Sprint(append(b.Code.X.Float64s(), b.Code.Y.Float64s()...))
		if want := fmt.Sprint([]float64{1, 7, 1, 7, 5, 11, 5}); codes != want {
			t.Errorf("%s: codes %v, want %v", m, codes, want)
		}
		for _, part := range []string{"infeasible", "no change of sign between the ends at entry .X[1], .X[3]", "f is NaN at entry .X[4], .Y[1]",
			"the sign changes where f does not vanish at entry .Y[0]"} {
			if !strings.Contains(r.Err().Error(), part) {
				t.Errorf("%s: the error %q does not have %q", m, r.Err(), part)
			}
		}
	}
}

// A change of sign is not always a root.
func TestBracketedDiscontinuities(t *testing.T) {
	for name, f := range map[string]func(A) A{
		"pole":  func(x A) A { return x.Const(1).Div(x.AddScalar(-0.3)) },
		"tan":   func(x A) A { return x.AddScalar(1.2).Tan() },
		"sign":  func(x A) A { return x.AddScalar(-0.3).Sign() },
		"jump":  func(x A) A { y := x.AddScalar(-0.3); return y.Add(y.Sign().Scale(0.01)) },
		"floor": func(x A) A { return x.Scale(3).Floor().AddScalar(-0.5) },
	} {
		for m, method := range bracketMethods {
			r, err := between(f, 0, 1, num.Float64, method).Run(num.Scalar(0.5), struct{}{})
			// The jump itself may be hit exactly.
			if exact := f(r.Params).Item() == 0; err != nil || r.State.Status() != status.Stalled && !exact {
				t.Errorf("%s, %s: %v at %v, %v", name, m, r.State, r.Params, err)
			}
		}
	}
}

// Derivatives are elementwise and accurate, also of many entries and twice; at a multiple root they are an error.
func TestBracketedDerivatives(t *testing.T) {
	const n = 100_000
	data := num.Linspace(1, 9, n)
	cube := func(x, th A) A { return x.Square().Mul(x).Sub(th) }
	bracket := func(th A) (A, A) { return num.Scalar(0), th }
	s := argmin.Bracketed(cube, bracket, nil, argmin.Options{})
	start := num.Ones(n)
	y := s.Argmin(start, data)
	g := num.Grad(func(th A) A { return s.Argmin(start, th).Sum() })(data)
	third := y.Square().Scale(3)
	if d := maxDiff(y, data.Cbrt()); d > 1e-14 {
		t.Errorf("roots off by %g", d)
	}
	if d := maxDiff(g, third.Const(1).Div(third)); !(d <= 1e-14) {
		t.Errorf("gradients off by %g", d)
	}
	few := num.Vector(1, 2, 8)
	second := num.Grad(func(th A) A {
		return num.Grad(func(th A) A { return s.Argmin(num.Ones(3), th).Sum() })(th).Sum()
	})(few)
	if d := maxDiff(second, few.Pow(num.Const(-5.0/3)).Scale(-2.0/9)); !(d <= 1e-12) {
		t.Errorf("second derivatives off by %g", d)
	}
	each := num.Vmap(func(th A) A { return num.Grad(func(th A) A { return s.Argmin(num.Scalar(1), th) })(th) })(few)
	if d := maxDiff(each, few.Pow(num.Const(-2.0/3)).Scale(1.0/3)); !(d <= 1e-14) {
		t.Errorf("derivatives of members off by %g", d)
	}
	triple := argmin.Bracketed(func(x, th A) A { y := x.Sub(th); return y.Square().Mul(y) }, func(th A) (A, A) {
		return th.AddScalar(-1), th.AddScalar(2)
	}, nil, argmin.Options{})
	if _, err := num.Try(func() A { return num.Grad(func(th A) A { return triple.Argmin(num.Scalar(0.3), th) })(num.Scalar(0.3)) }); err == nil ||
		!strings.Contains(err.Error(), "multiple") {
		t.Errorf("the derivative at a triple root: %v", err)
	}
	infeasible := argmin.Bracketed(func(x, th A) A { return x.Square().Add(th) }, bracket, nil, argmin.Options{})
	if _, err := num.Try(func() A { return num.Grad(func(th A) A { return infeasible.Argmin(num.Scalar(1), th) })(num.Scalar(2)) }); err == nil ||
		!strings.Contains(err.Error(), "infeasible") {
		t.Errorf("the derivative without a root: %v", err)
	}
}

// Intervals grow from guesses, within limits, to brackets.
func TestFindBracket(t *testing.T) {
	f := func(x, th A) A { return x.Log().Sub(th) } // not defined below 0
	guess := func(th A) (A, A) { return num.Ones(th.Size()), num.Full(num.Float64, 1.5, th.Size()) }
	limits := func(th A) (A, A) { return num.Scalar(0), num.Scalar(math.Inf(1)) }
	th := num.Vector(-30, -1, 0, 0.1, 1, 100, 600)
	s := argmin.Bracketed(f, argmin.FindBracket(f, guess, limits, argmin.BracketGrowth{}), nil, argmin.Options{})
	r, err := s.Run(num.Ones(th.Size()), th)
	if err != nil || !r.Success() || relative(r.Params.Div(th.Exp()), num.Ones(7)) > 1e-12 {
		t.Errorf("%v, %v: %v, want %v", r.Err(), err, r.Params, th.Exp())
	}
	g := num.Grad(func(th A) A { return s.Argmin(num.Ones(7), th).Log().Sum() })(th)
	if maxDiff(g, num.Ones(7)) > 1e-12 {
		t.Errorf("the derivative of log exp θ is %v", g)
	}
	never := func(x, th A) A { return x.Square().Add(th) }
	s = argmin.Bracketed(never, argmin.FindBracket(never, guess, nil, argmin.BracketGrowth{}), nil, argmin.Options{})
	r, err = s.Run(num.Ones(2), num.Vector(1, -9))
	if err != nil || r.State.Status() != status.Infeasible || math.Abs(math.Abs(r.Params.At(1).Item())-3) > 1e-14 {
		t.Errorf("%v at %v, %v", r.Err(), r.Params, err)
	}
}
