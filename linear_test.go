package argmin_test

import (
	"errors"
	"fmt"
	"math/rand/v2"
	"strings"
	"testing"

	"github.com/argmin-go/argmin"
	"github.com/argmin-go/argmin/internal/check/arrays"
	"github.com/argmin-go/argmin/linsolve"
	"github.com/argmin-go/argmin/num"
)

// classifier is a softmax with intercepts that are not penalized: equal changes of all of them
// change nothing, so its Hessian is singular.
type classifier struct {
	W A // [features, classes]
	B A // [classes]
}

type samples struct{ X, Y, L2 A }

func multiclass(w classifier, d samples) A {
	z := d.X.MatMul(w.W).Add(w.B)
	return z.LogSumExp(1).Sub(z.Mul(d.Y).Sum(1)).Mean().Add(w.W.Square().Sum().Mul(d.L2).Scale(0.5))
}

func draw(rows, features, classes int, d num.DType) samples {
	rng := rand.New(rand.NewPCG(5, 6))
	x, y := make([]float64, rows*features), make([]float64, rows*classes)
	for i := range x {
		x[i] = rng.NormFloat64()
	}
	for i := range rows {
		y[i*classes+rng.IntN(classes)] = 1
	}
	return samples{num.New(x, rows, features).AsType(d), num.New(y, rows, classes).AsType(d), num.Full(d, 0.5)}
}

// The strength of a classifier with intercepts can be tuned with the default options: the
// derivative of its solution in both modes, and of a validation loss once and twice. 4 features
// make a system that is written out as a matrix, 150 one that is not.
func TestClassifierWithIntercept(t *testing.T) {
	for _, features := range []int{4, 150} {
		d := draw(60, features, 3, num.Float64)
		validation := draw(40, features, 3, num.Float64)
		at := func(l2 A) samples { return samples{d.X, d.Y, l2} }
		init := classifier{num.Zeros(features, 3), num.Zeros(3)}
		difference := func(f func(A) A) A {
			h := num.Scalar(1e-4)
			return f(d.L2.Add(h)).Sub(f(d.L2.Sub(h))).Scale(0.5e4)
		}
		for name, linear := range map[string]num.LinearSolver{
			"default": nil, "CG": linsolve.CG(linsolve.Options{}), "MINRES": linsolve.MINRES(linsolve.Options{}),
			"GMRES": linsolve.GMRES(linsolve.GMRESOptions{}), "NormalCG": linsolve.NormalCG(linsolve.Options{}),
		} {
			if name != "default" && features > 10 {
				continue
			}
			s := argmin.Minimize(multiclass, argmin.LBFGS{}, argmin.Options{Tol: 1e-11, Linear: linear})
			intercepts := func(l2 A) A { return s.Argmin(init, at(l2)).B }
			weights := func(l2 A) A { return s.Argmin(init, at(l2)).W.Reshape(3 * features) }
			loss := func(l2 A) A {
				return multiclass(s.Argmin(init, at(l2)), samples{validation.X, validation.Y, num.Scalar(0)})
			}
			for what, f := range map[string]func(A) A{"intercepts": intercepts, "weights": weights} {
				want := difference(f)
				got := num.JacobianFwd(f)(d.L2)
				if e := relative(got, want); !(e <= 1e-7) {
					t.Errorf("%d features, %s: %s forward off by %g: %v", features, name, what, e, got)
				}
				if name != "default" {
					continue // rows of the intercepts are outside of the range, which only the default can judge
				}
				if e := relative(num.JacobianRev(f)(d.L2), want); !(e <= 1e-7) {
					t.Errorf("%d features, %s: %s reverse off by %g", features, name, what, e)
				}
			}
			if e := relative(num.Grad(loss)(d.L2), difference(loss)); !(e <= 1e-7) {
				t.Errorf("%d features, %s: gradient of the validation loss off by %g", features, name, e)
			}
			if e := relative(num.Grad(num.Grad(loss))(d.L2), difference(num.Grad(loss))); !(e <= 1e-7) {
				t.Errorf("%d features, %s: second derivative of the validation loss off by %g", features, name, e)
			}
		}
	}
}

// large are problems with more unknowns than a matrix is written for, and the derivatives of
// their solutions with respect to a number.
func large(d num.DType) map[string]struct{ solution, jacobian func(theta A) A } {
	const n = 700
	c := num.Linspace(-2, 3, n).AsType(d)
	u := c.Scale(5).Sin()
	diagonal := c.Square().AddScalar(1)
	zero := num.Full(d, 0, n)
	opt := argmin.Options{Tol: 1e-10, MaxIter: 2000}
	if d == num.Float32 {
		opt.Tol = 2e-5
	}
	// (D + θ + u uᵀ) x = c, by the formula of Sherman and Morrison.
	solve := func(theta, b A) A {
		inv := diagonal.Add(theta)
		x, y := b.Div(inv), u.Div(inv)
		return x.Sub(y.Mul(u.Dot(x).Div(u.Dot(y).AddScalar(1))))
	}
	half := func(x, theta A) A {
		return x.Square().Mul(diagonal.Add(theta)).Sum().Add(u.Dot(x).Square()).Scale(0.5).Sub(c.Dot(x))
	}
	quadratic := argmin.Minimize(half, argmin.LBFGS{}, opt)
	separate := func(x, theta A) A { return x.Square().Mul(diagonal.Add(theta)).Sum().Scale(0.5).Sub(c.Dot(x)) }
	box := argmin.Bounded(separate, func(A) (A, A) { return num.Full(d, -0.4, n), num.Full(d, 0.5, n) }, argmin.ProjectedGradient{}, opt)
	inside := func(theta A) (x, free A) {
		x = c.Div(diagonal.Add(theta))
		return x, x.Gt(num.Const(-0.4)).And(x.Lt(num.Const(0.5)))
	}
	lasso := argmin.Composite(separate, func(x, _, step A) A {
		return x.Sign().Mul(num.Maximum(x.Abs().Sub(step.Scale(0.3)), num.Const(0)))
	}, argmin.ProximalGradient{}, opt)
	// x = ½ R x + θ c, with a rotation R of the elements: the map of its derivative is not symmetric.
	fixed := argmin.FixedPoint(func(x, theta A) A { return x.Roll(1, 0).Scale(0.5).Add(c.Mul(theta)) }, argmin.AndersonAcceleration{}, opt)
	return map[string]struct{ solution, jacobian func(theta A) A }{
		"quadratic": {func(th A) A { return quadratic.Argmin(zero, th) }, func(th A) A { return solve(th, solve(th, c)).Neg() }},
		"box": {func(th A) A { return box.Argmin(zero, th) }, func(th A) A {
			x, free := inside(th)
			return num.Where(free, x.Div(diagonal.Add(th)).Neg(), num.Const(0))
		}},
		"lasso": {func(th A) A { return lasso.Argmin(zero, th) }, func(th A) A {
			less := num.Maximum(c.Abs().AddScalar(-0.3), num.Const(0)).Mul(c.Sign())
			return less.Div(diagonal.Add(th).Square()).Neg()
		}},
		"fixed point": {func(th A) A { return fixed.Argmin(zero, th) }, func(A) A {
			// Σ (½ R)ᵏ c
			x, term := zero, c
			for range 60 {
				x, term = x.Add(term), term.Roll(1, 0).Scale(0.5)
			}
			return x
		}},
	}
}

// The derivative of a large problem is as accurate as that of a small one, in both modes, in batches, and
// compiled.
func TestDerivativesOfLargeProblems(t *testing.T) {
	for _, d := range []num.DType{num.Float64, num.Float32} {
		tol := 1e-8
		if d == num.Float32 {
			tol = 2e-4
		}
		for name, p := range large(d) {
			theta := num.Full(d, 0.7)
			want := p.jacobian(theta)
			near := func(what string, got A, want A) {
				t.Helper()
				if e := arrays.Off(got.AsType(num.Float64), want.AsType(num.Float64)); !(e <= tol) {
					t.Errorf("%v %s: %s off by %g", d, name, what, e)
				}
			}
			near("forward", num.JacobianFwd(p.solution)(theta), want)
			weights := num.Linspace(0, 1, want.Size()).AsType(d)
			mean := func(th A) A { return p.solution(th).Dot(weights).Scale(1 / float64(want.Size())) }
			slope := want.Dot(weights).Scale(1 / float64(want.Size()))
			near("reverse", num.Grad(mean)(theta), slope)
			g, err := num.Jit(num.Grad(mean)).Call(theta)
			if err != nil {
				t.Errorf("%v %s: %v", d, name, err)
				continue
			}
			near("compiled", g, slope)
			thetas := num.Stack(theta, theta.Scale(2))
			batch := num.Vmap(num.Grad(mean))(thetas)
			near("batch", batch.At(0), slope)
			near("batch", batch.At(1), p.jacobian(thetas.At(1)).Dot(weights).Scale(1/float64(want.Size())))
			if d == num.Float64 {
				h := num.Scalar(1e-4)
				second := num.Grad(mean)(theta.Add(h)).Sub(num.Grad(mean)(theta.Sub(h))).Scale(0.5e4)
				near("twice", num.Grad(num.Grad(mean))(theta), second)
			}
		}
	}
}

// An ill-conditioned system of many unknowns is solved to its tolerance, or is an error that
// says what to set.
func TestIllConditionedLargeSystems(t *testing.T) {
	const n = 400
	for _, power := range []float64{3, 6, 9, 12} {
		d := num.Linspace(0, -power, n).Scale(2.302585092994046).Exp()
		x, err := num.Try(func() A {
			return num.CustomLinearSolve(func(x A) A { return x.Mul(d) }, num.Ones(n), nil, true)
		})
		if err == nil {
			if e := x.Mul(d).AddScalar(-1).Square().Mean().Sqrt().Item(); e > 1e-7 {
				t.Errorf("condition number 1e%g: residual %g", power, e)
			}
		} else if !errors.Is(err, num.ErrNumeric) || !strings.Contains(err.Error(), "400 unknowns") || !strings.Contains(err.Error(), "Linear") {
			t.Errorf("condition number 1e%g: %v", power, err)
		}
		if power <= 6 && err != nil {
			t.Errorf("condition number 1e%g: %v", power, err)
		}
	}
}

// The derivative of a run that ended far from a solution is an error; near one it is a derivative,
// whatever the status, and an option gives it anyway.
func TestDerivativeOfUnconvergedRun(t *testing.T) {
	c := num.Vector(1, -2, 3)
	f := func(x, theta A) A {
		return x.Sub(c).Square().Mul(num.Vector(1, 2, 4)).Sum().Add(x.Square().Sum().Mul(theta)).Scale(0.5)
	}
	exact := func(theta A) A { // of x = c·h/(h+θ)
		h := num.Vector(1, 2, 4)
		return c.Mul(h).Div(h.Add(theta).Square()).Neg()
	}
	slow := argmin.GradientDescent{NoAcceleration: true, StepSize: 0.01}
	zero, theta := num.Zeros(3), num.Scalar(0.5)
	for _, c := range []struct {
		name    string
		m       argmin.SmoothMethod
		opt     argmin.Options
		refused bool
		tol     float64
	}{
		{"far", slow, argmin.Options{MaxIter: 10}, true, 0},
		{"far, allowed", slow, argmin.Options{MaxIter: 10, AllowUnconverged: true}, false, 10},
		{"loose tolerance", slow, argmin.Options{MaxIter: 5000, Tol: 1e-3}, false, 1e-2},
		{"stopped near", slow, argmin.Options{MaxIter: 400}, false, 0.1},
		{"a tolerance below rounding", argmin.LBFGS{}, argmin.Options{Tol: 1e-30}, false, 1e-9},
	} {
		s := argmin.Minimize(f, c.m, c.opt)
		at := func(theta A) A { return s.Argmin(zero, theta) }
		if _, err := num.Jit(at).Call(theta); err != nil {
			t.Errorf("%s: the answer itself: %v", c.name, err)
		}
		for mode, jac := range map[string]func(A) A{"forward": num.JacobianFwd(at), "reverse": num.JacobianRev(at)} {
			got, err := num.Jit(jac).Call(theta)
			if !c.refused {
				if err != nil || !(maxDiff(got, exact(theta)) <= c.tol) {
					t.Errorf("%s, %s: %v, want %v, %v", c.name, mode, got, exact(theta), err)
				}
				continue
			}
			if !errors.Is(err, num.ErrNumeric) || !strings.Contains(err.Error(), "iteration limit") || !strings.Contains(err.Error(), "AllowUnconverged") {
				t.Errorf("%s, %s: %v", c.name, mode, err)
			}
		}
	}
}

// In a batch only the member that did not converge has no derivative.
func TestDerivativeOfUnconvergedMember(t *testing.T) {
	s := argmin.Minimize(func(x, theta A) A { return x.Sub(theta).Square().Mul(theta).Sum() },
		argmin.GradientDescent{NoAcceleration: true, StepSize: 0.1}, argmin.Options{MaxIter: 50})
	g := num.Vmap(num.Grad(func(theta A) A { return s.Argmin(num.Zeros(), theta) }))
	got, err := num.Jit(g).Call(num.Vector(2, 1e-3, 3))
	v := got.Float64s()
	if !errors.Is(err, num.ErrNumeric) || !strings.Contains(err.Error(), "iteration limit") {
		t.Error(err)
	}
	if fmt.Sprintf("%.3f", v) != "[1.000 NaN 1.000]" {
		t.Errorf("%v", v)
	}
}

// Large singular systems: of the solutions the smallest, and an error where there is none.
func TestLargeSingularSystems(t *testing.T) {
	const n = 400
	d := num.Linspace(0.5, 3, n)
	q := num.Arange(num.Float64, 0, n).Scale(1.3).Sin()
	q = q.Div(num.Norm(q))
	within := func(x A) A { return x.Sub(q.Mul(q.Dot(x))) }
	shifted := func(x A) A { return within(x.Mul(d)).Add(within(x.Roll(1, 0)).Scale(0.2)) } // not symmetric
	symmetric := func(x A) A { return within(d.Mul(within(x))) }
	want := within(num.Linspace(-1, 1, n))
	for name, f := range map[string]func(A) A{"symmetric": symmetric, "general": shifted} {
		solve := func(b A) (A, error) {
			return num.Try(func() A { return num.CustomLinearSolve(f, b, nil, false) })
		}
		b := f(want)
		x, err := solve(b)
		if err != nil {
			t.Errorf("%s: %v", name, err)
		} else if e := f(x).Sub(b).Abs().Max().Item(); e > 1e-10 {
			t.Errorf("%s: residual %g", name, e)
		} else if e := maxDiff(x, want); name == "symmetric" && e > 1e-10 {
			t.Errorf("%s: off by %g from the smallest solution", name, e)
		}
		if x, err := solve(b.Add(q)); !errors.Is(err, num.ErrNumeric) {
			t.Errorf("%s without a solution: %v, %v", name, x.Abs().Max(), err)
		}
	}
}

// One member of a batch whose system has no solution: compiled, the others have their derivatives and the
// error names the member; run eagerly, where no error can be returned, it panics with the same error, which has
// the line that asked for it.
func TestSingularMemberOfABatch(t *testing.T) {
	root := num.CustomRoot(func(x, a A) A { return x.Mul(a).Sub(a.Exp()) }, func(a A) A { return a.Exp().Div(a) }, nil)
	g := num.Vmap(num.Grad(root))
	as := num.Vector(1, 0, 2)
	check := func(how string, err error) {
		var e *num.Error
		if !errors.As(err, &e) || !errors.Is(err, num.ErrNumeric) || !strings.Contains(err.Error(), "member 1 of 3") ||
			how == "at once" && !strings.HasPrefix(e.Loc, "linear_test.go:") || strings.HasPrefix(err.Error(), "check:") {
			t.Errorf("%s: %v", how, err)
		}
	}
	got, err := num.Jit(g).Call(as)
	check("compiled", err)
	if v := fmt.Sprintf("%.4f", got.Float64s()); v != "[0.0000 NaN 1.8473]" {
		t.Error(v)
	}
	_, err = num.Try(func() A { return g(as) })
	check("at once", err)
}
