package argmin_test

import (
	"math"
	"testing"

	"github.com/argmin-go/argmin"
	"github.com/argmin-go/argmin/num"
	"github.com/argmin-go/argmin/status"
)

// Problems that users of other solvers reported, by what went wrong there.
func TestConstrainedReported(t *testing.T) {
	inf := math.Inf(1)
	low, high := num.Scalar(-inf), num.Scalar(inf)
	gauss := num.Vector(.0009, .0044, .0175, .0540, .1295, .2420, .3521, .3989, .3521, .2420, .1295, .0540, .0175, .0044, .0009)
	times := num.Arange(num.Float64, 0, 15).Scale(-0.5).AddScalar(3.5)
	key := num.NewKey(58)
	a := num.Normal(key, num.Float64, 20, 20)
	spread := num.Normal(num.FoldIn(key, num.Int(1)), num.Float64, 20, 20)
	ellipsoid := spread.T().MatMul(spread)
	for _, c := range []struct {
		name  string
		f     func(x, _ A) A
		c     constraints
		x0    A
		want  status.Code
		value float64 // NaN: any
	}{
		// IPOPT: LOCALLY_INFEASIBLE from a start at zero, outside of the bounds, in units of 1 and 10⁵.
		{"a product of large variables", func(x, _ A) A {
			u := x.At(0)
			return x.Range(1, 4).Sum().AddScalar(-175000).Mul(u.Square().Add(u.Scale(3)).AddScalar(3)).Scale(-0.7)
		}, constraints{Bounds: boundsOf(num.Vector(0.5, 45000, 10000, 5000), num.Vector(1.5, 250000, 125000, 75000))}, num.Zeros(4),
			status.Converged, -0.7 * (450000 - 175000) * (2.25 + 4.5 + 3)},
		// IPOPT: a crash where all variables are fixed and the equations contradict them.
		{"fixed variables that contradict", func(x, _ A) A { return x.Sum() }, constraints{
			Equal: func(x, _ A) any { return x.Prod().AddScalar(-3) }, Bounds: boundsOf(num.Vector(1, 2), num.Vector(1, 2))}, num.Zeros(2), status.Infeasible, 3},
		// IPOPT: "too few degrees of freedom", without a try: ARGAUSS of CUTEst, 15 equations in 3 variables, which have no solution.
		{"more equations than variables", func(x, _ A) A { return x.Sum().Scale(0) }, constraints{Equal: func(x, _ A) any {
			d := times.Sub(x.At(2))
			return d.Square().Mul(x.At(1)).Scale(-0.5).Exp().Mul(x.At(0)).Sub(gauss)
		}}, num.Vector(0.4, 1, 0), status.Infeasible, 0},
		// IPOPT by Pyomo: the same for equations that repeat each other, which two inequalities each did not have.
		{"equations that repeat each other", func(x, _ A) A { return x.Square().Sum() }, constraints{Equal: func(x, _ A) any {
			return num.Stack(x.At(0).AddScalar(-1), x.At(0).Sub(x.At(1)), x.At(1).AddScalar(-1))
		}}, num.Vector(4, 5), status.Converged, 2},
		// SciPy, trust-constr: no step from a start on the boundary.
		{"a start on its bound", func(x, _ A) A { return x.Square().Sum() }, constraints{Bounds: boundsOf(num.Scalar(0), num.Scalar(1))}, num.Vector(0, 0.5),
			status.Converged, 0},
		// SciPy, trust-constr: success at a point that violates the constraints.
		{"success without a feasible point", func(x, _ A) A {
			return x.At(1).Sub(x.At(0).Square()).Square().Scale(100).Add(x.At(0).Neg().AddScalar(1).Square())
		}, constraints{Between: func(x, _ A) any { return x.Sum() }, Limits: limitsOf(low, num.Scalar(-1)), Bounds: boundsOf(num.Scalar(0), num.Scalar(2))},
			num.Vector(0.1, 0.1), status.Infeasible, math.NaN()},
		// pounce: success with a value of NaN, where its derivatives are numbers and there is an equation.
		{"a value of NaN", func(x, _ A) A { return x.Square().Sum().AddScalar(math.NaN()) }, constraints{Equal: func(x, _ A) any { return x.Sum().AddScalar(-1) }},
			num.Vector(3, 4), status.NonFinite, math.NaN()},
		// IPOPT by JuMP: "invalid number" of a logarithm of a sum of exponentials over an ellipsoid.
		{"exponentials that overflow", func(x, _ A) A { return a.MatMul(x).Scale(25).Exp().Sum().Log().Neg() }, constraints{
			Between: func(x, _ A) any { return x.Dot(ellipsoid.MatMul(x)).Scale(0.5).Add(x.Sum()) }, Limits: limitsOf(low, num.Scalar(10))},
			num.Full(num.Float64, 0.1, 20), status.Converged, math.NaN()},
		// IPOPT: restoration at a point that is feasible, for an objective in large units.
		{"large units", func(x, _ A) A { return x.AddScalar(-2).Square().Sum().Scale(1e9) }, constraints{
			Equal: func(x, _ A) any { return x.At(0).Mul(x.At(1)).AddScalar(-9).Scale(1e6) }}, num.Vector(4, 4), status.Converged, 2e9},
	} {
		r, err := argmin.Constrained(c.f, c.c, nil, argmin.Options{}).Run(kkt{X: c.x0}, num.Scalar(0))
		if err != nil {
			t.Errorf("%s: %v", c.name, err)
			continue
		}
		if v := r.State.Value.Item(); r.State.Status() != c.want || !math.IsNaN(c.value) && math.Abs(v-c.value) > 1e-6*(1+math.Abs(c.value)) {
			t.Errorf("%s: %v at %v; want %v, value %v", c.name, r.State, r.Params.X, c.want, c.value)
		}
	}
	// SciPy, trust-constr: evaluations outside of bounds that are to be kept.
	outside := 0
	f := func(x, _ A) A {
		num.Observe(func(x A) error {
			if x.Abs().Max().Item() > 1 {
				outside++
			}
			return nil
		}, x)
		u, v := x.At(0), x.At(1)
		return u.Exp().Mul(u.Square().Scale(4).Add(v.Square().Scale(2)).Add(u.Mul(v).Scale(4)).Add(v.Scale(2)).AddScalar(1))
	}
	c := constraints{
		Equal:   func(x, _ A) any { return x.At(0).Square().Add(x.At(1)).AddScalar(-1) },
		Between: func(x, _ A) any { return x.Prod() }, Limits: limitsOf(num.Scalar(-10), high), Bounds: boundsOf(num.Scalar(-1), num.Scalar(1)),
	}
	r, err := argmin.Constrained(f, c, nil, argmin.Options{}).Run(kkt{X: num.Vector(0.99, -0.99)}, num.Scalar(0))
	if err != nil || r.Err() != nil || outside > 0 {
		t.Errorf("%v, %d evaluations outside of the bounds, %v", r.State, outside, err)
	}
	// pounce: a constraint that is not active took part in the derivative. The nearest point to θ with a sum of at most 10 is θ.
	far := argmin.Constrained(func(x, th A) A { return x.Sub(th).Square().Sum() }, constraints{
		Between: func(x, _ A) any { return x.Sum() }, Limits: limitsOf(low, num.Scalar(10))}, nil, argmin.Options{})
	jac := jacobianRev(func(th A) A { return far.Argmin(kkt{X: num.Zeros(2)}, th).X }, num.Vector(1, 2))
	if maxDiff(jac, num.Eye(2)) > 1e-12 {
		t.Errorf("the derivative with a constraint that is not active is %v", jac)
	}
}

// The derivative of a problem with more unknowns than a matrix is made for by default, 100 of its 300 variables held by bounds.
func TestConstrainedDerivativeOfMany(t *testing.T) {
	const n = 300
	weights := num.Arange(num.Float64, 0, n).Scale(0.1).Sin()
	f := func(x, th A) A {
		return x.Sub(weights.Mul(th)).Square().Sum().Scale(0.5).Add(x.Range(1, n).Mul(x.Range(0, n-1)).Sum().Scale(0.2))
	}
	c := constraints{
		Equal:  func(x, th A) any { return x.Sum().Sub(th) },
		Bounds: boundsOf(num.Scalar(-0.5), num.Scalar(math.Inf(1))),
	}
	s := argmin.Constrained(f, c, nil, argmin.Options{Tol: 1e-10})
	at := func(th float64) A {
		r, err := s.Run(kkt{X: num.Zeros(n)}, num.Scalar(th))
		if err != nil || r.Err() != nil {
			t.Fatal(r.State, err)
		}
		return r.Params.X
	}
	want := at(1.0001).Sub(at(0.9999)).Scale(1 / 2e-4)
	_, got := num.JVP(func(th A) A { return s.Argmin(kkt{X: num.Zeros(n)}, th).X }, num.Scalar(1), num.Scalar(1))
	if d := relative(got, want); !(d < 1e-6) {
		t.Errorf("off by %g", d)
	}
	held := at(1).Le(num.Const(-0.5)).CountNonzero().Item()
	if held < 50 {
		t.Errorf("only %v bounds are active", held)
	}
}

// Random problems, not convex, with all kinds of constraints: no success is a false one, by the condition of optimality and the violation
// at the answer, and nearly all end with a success or a proof.
func TestConstrainedRandom(t *testing.T) {
	const n, count = 6, 150
	inf := math.Inf(1)
	f := func(x, th A) A {
		q := th.Range(0, n*n).Reshape(n, n)
		return x.Dot(q.MatMul(x)).Add(x.Mul(th.Range(n*n, n*n+n)).Sin().Sum()).Add(x.Square().Square().Sum().Scale(0.1))
	}
	at := n*n + n
	c := constraints{
		Equal: func(x, th A) any {
			return x.Dot(th.Range(at, at+n)).Add(x.Square().Sum().Scale(0.3)).Sub(th.At(at + 3*n)).Reshape(1)
		},
		Between: func(x, th A) any {
			return num.Stack(x.Exp().Mul(th.Range(at+n, at+2*n)).Sum(), x.Mul(th.Range(at+2*n, at+3*n)).Sum().Square())
		},
		Limits: func(th A) (any, any) { return num.Vector(-1, -inf), num.Vector(2, 1) },
		Bounds: boundsOf(num.Vector(-2, -2, -inf, -1, 0, -3), num.Vector(2, inf, inf, 0.5, 0, 1)),
	}
	s := argmin.Constrained(f, c, nil, argmin.Options{})
	type answer struct {
		P   kkt
		S   argmin.State
		Off A
	}
	thetas := num.Normal(num.NewKey(9), num.Float64, count, at+3*n+1)
	got, err := num.Jit(num.Vmap(func(th A) answer {
		p, st := s.ArgminState(kkt{X: num.Zeros(n)}, th)
		return answer{p, st, s.L2OptimalityError(p, th)}
	})).Call(thetas)
	if err != nil {
		t.Fatal(err)
	}
	codes := map[status.Code]int{}
	for i := range count {
		code := status.Code(got.S.Code.At(i).Item())
		codes[code]++
		size := 1 + got.P.Equal.(A).At(i).Abs().Max().Item() + got.P.Between.(A).At(i).Abs().Max().Item()
		if off := got.Off.At(i).Item(); code == status.Converged && !(off <= 1e-6*size) {
			t.Errorf("problem %d: converged with a condition of %g", i, off)
		}
		if code != status.Converged && code != status.Infeasible {
			t.Logf("problem %d: %v", i, code)
		}
	}
	t.Logf("%v", codes)
	if codes[status.Converged]+codes[status.Infeasible] < count-2 {
		t.Errorf("codes %v", codes)
	}
}
