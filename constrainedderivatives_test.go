package argmin_test

import (
	"math"
	"math/rand/v2"
	"testing"

	"github.com/argmin-go/argmin"
	"github.com/argmin-go/argmin/num"
)

type kkt = argmin.KKT[A]

// flatKKT is a solution as one vector: x, and the multipliers that there are.
func flatKKT(s kkt) A { v, _ := num.Ravel(s); return v }

// derivativeCase is a problem with a closed form of its solution and multipliers, or without one.
type derivativeCase struct {
	f      func(x, th A) A
	c      argmin.Constraints[A, A]
	x0, th A
	want   func(th A) A // solution and multipliers; nil: differences
}

func derivativeCases() map[string]derivativeCase {
	ninf, pinf := num.Scalar(math.Inf(-1)), num.Scalar(math.Inf(1))
	q := num.New([]float64{4, 1, 0, 1, 3, 0.5, 0, 0.5, 2}, 3, 3)
	rows := num.New([]float64{1, 1, 1, 1, -1, 2}, 2, 3)
	half := func(x A) A { return x.Dot(q.MatMul(x)).Scale(0.5) }
	far := func(x, th A) A { return x.Sub(th).Square().Sum().Scale(0.5) }
	return map[string]derivativeCase{
		// The KKT matrix gives both.
		"equality QP": {
			f:  func(x, th A) A { return half(x).Sub(th.Range(0, 3).Dot(x)) },
			c:  argmin.Constraints[A, A]{Equal: func(x, th A) any { return rows.MatMul(x).Sub(th.Range(3, 5)) }},
			x0: num.Zeros(3), th: num.Vector(1, -2, 0.5, 1, 2),
			want: func(th A) A {
				k := num.Concat(0, num.Concat(1, q, rows.T()), num.Concat(1, rows, num.Zeros(2, 2)))
				return num.Solve(k, th)
			},
		},
		// x = θ/|θ|, and the multiplier of |x|² ≤ 1 is (|θ| - 1)/2.
		"projection onto a ball": {
			f: far, x0: num.Zeros(3), th: num.Vector(1, -2, 0.5),
			c: argmin.Constraints[A, A]{Between: func(x, _ A) any { return x.Square().Sum() }, Limits: func(A) (any, any) { return ninf, num.Scalar(1) }},
			want: func(th A) A {
				return num.Concat(0, th.Div(num.Norm(th)), num.Norm(th).AddScalar(-1).Scale(0.5).Reshape(1))
			},
		},
		// On the support x = θ - y; elsewhere the bound's multiplier is θ - y, where x is 0.
		"projection onto a simplex": {
			f: far, x0: num.Vector(0.2, 0.2, 0.6), th: num.Vector(0.9, -0.6, 0.5),
			c: argmin.Constraints[A, A]{Equal: func(x, _ A) any { return x.Sum().AddScalar(-1) }, Bounds: func(A) (A, A) { return num.Scalar(0), pinf }},
			want: func(th A) A {
				y := th.At(0).Add(th.At(2)).AddScalar(-1).Scale(0.5)
				zero := y.Scale(0)
				return num.Stack(th.At(0).Sub(y), zero, th.At(2).Sub(y), y, zero, th.At(1).Sub(y), zero)
			},
		},
		// The vertex where both rows hold: its place depends on the limits, its multipliers on the costs.
		"vertex of a linear program": {
			f: func(x, th A) A { return th.Range(0, 2).Dot(x) }, x0: num.Vector(3, 2), th: num.Vector(1, 1.2, 2, 3),
			c: argmin.Constraints[A, A]{
				Between: func(x, _ A) any { return num.Stack(x.At(0).Add(x.At(1).Scale(2)), x.At(0).Scale(3).Add(x.At(1))) },
				Limits:  func(th A) (any, any) { return th.Range(2, 4), pinf },
				Bounds:  func(A) (A, A) { return num.Scalar(0), pinf },
			},
			want: func(th A) A {
				m := num.New([]float64{1, 2, 3, 1}, 2, 2)
				zero := num.Zeros(2)
				return num.Concat(0, num.Solve(m, th.Range(2, 4)), num.Solve(m.T(), th.Range(0, 2)).Neg(), zero)
			},
		},
		"bounds that move": {
			f: func(x, th A) A { return half(x).Sub(x.Sum()) }, x0: num.Zeros(3), th: num.Vector(0.1, -0.2),
			c: argmin.Constraints[A, A]{Bounds: func(th A) (A, A) {
				return num.Stack(th.At(1), th.At(0), th.At(0).Const(math.Inf(-1))), num.Stack(th.At(0), th.At(0), th.At(0).Const(math.Inf(1)))
			}},
		},
		"an equation and a limit, curved": {
			f: func(x, th A) A {
				return x.At(0).Mul(x.At(3)).Mul(x.At(0).Add(x.At(1)).Add(x.At(2))).Add(x.At(2).Mul(th.At(0)))
			},
			x0: num.Vector(1, 5, 5, 1), th: num.Vector(1, 40, 25, 1),
			c: argmin.Constraints[A, A]{
				Equal:   func(x, th A) any { return x.Square().Sum().Sub(th.At(1)) },
				Between: func(x, _ A) any { return x.Prod() },
				Limits:  func(th A) (any, any) { return th.At(2), pinf },
				Bounds:  func(th A) (A, A) { return th.At(3), num.Scalar(5) },
			},
		},
	}
}

// Derivatives of solutions and multipliers with respect to data are closed forms', or those of differences; both modes, nested
// twice, and in a batch. The one of the value is, by the envelope theorem, the partial one of the Lagrangian.
func TestConstrainedDerivatives(t *testing.T) {
	for name, c := range derivativeCases() {
		t.Run(name, func(t *testing.T) {
			s := argmin.Constrained(c.f, c.c, nil, argmin.Options{Tol: 1e-10})
			answer := func(th A) A { return flatKKT(s.Argmin(kkt{X: c.x0}, th)) }
			want, tol := A{}, 1e-9
			if c.want != nil {
				if d := relative(answer(c.th), c.want(c.th)); d > tol {
					t.Errorf("the answer is %v, want %v", answer(c.th), c.want(c.th))
				}
				want = jacobianFwd(c.want, c.th)
			} else {
				want, tol = differences(answer, c.th), 1e-6
			}
			if d := relative(jacobianFwd(answer, c.th), want); !(d <= tol) {
				t.Errorf("forward off by %g: %v, want %v", d, jacobianFwd(answer, c.th), want)
			}
			if d := relative(jacobianRev(answer, c.th), want); !(d <= tol) {
				t.Errorf("reverse off by %g", d)
			}
			// A batch of three.
			ths := num.Stack(c.th, c.th.Scale(1.01), c.th.Scale(0.99))
			batch := num.Vmap(func(th A) A { return jacobianRev(answer, th) })(ths)
			if d := relative(batch.At(0), want); !(d <= tol) {
				t.Errorf("in a batch off by %g", d)
			}
			if d := relative(batch.At(1), jacobianFwd(answer, c.th.Scale(1.01))); !(d <= 1e-8) {
				t.Errorf("second of the batch off by %g", d)
			}
			// Nested: the Jacobian of a gradient.
			weights := num.Arange(num.Float64, 1, want.Shape()[0]+1).Sin()
			scalar := func(th A) A { return answer(th).Dot(weights) }
			twice := jacobianFwd(num.Grad(scalar), c.th)
			if c.want != nil {
				second := num.Hessian(func(th A) A { return c.want(th).Dot(weights) })(c.th)
				if d := relative(twice, second); !(d <= 1e-8) {
					t.Errorf("second derivative off by %g: %v, want %v", d, twice, second)
				}
			} else if d := relative(twice, differences(num.Grad(scalar), c.th)); !(d <= 1e-6) {
				t.Errorf("second derivative off by %g: %v, want %v", d, twice, differences(num.Grad(scalar), c.th))
			}
			value := func(th A) A { return c.f(s.Argmin(kkt{X: c.x0}, th).X, th) }
			if d := relative(num.Grad(value)(c.th), differences(value, c.th)); !(d <= 1e-6) {
				t.Errorf("derivative of the value off by %g", d)
			}
		})
	}
}

// With Smoothing, the answer is the solution of the barrier's problem, with its derivatives, also where a limit is weakly active.
func TestConstrainedSmoothing(t *testing.T) {
	f := func(x, th A) A { return x.Sub(th).Square().Sum().Scale(0.5) }
	c := argmin.Constraints[A, A]{Bounds: func(A) (A, A) { return num.Scalar(0), num.Scalar(math.Inf(1)) }}
	const mu = 0.01
	s := argmin.Constrained(f, c, argmin.InteriorPoint{Smoothing: mu}, argmin.Options{Tol: 1e-11})
	// x - θ = μ/x.
	want := func(th A) A { return th.Add(th.Square().AddScalar(4 * mu).Sqrt()).Scale(0.5) }
	th := num.Vector(-1, 0, 1)
	answer := func(th A) A { return s.Argmin(kkt{X: num.Ones(3)}, th).X }
	r, err := s.Run(kkt{X: num.Ones(3)}, th)
	if err != nil || r.Err() != nil || relative(r.Params.X, want(th)) > 1e-9 {
		t.Fatalf("%v: %v, want %v, %v", r.State, r.Params.X, want(th), err)
	}
	if d := relative(jacobianRev(answer, th), jacobianFwd(want, th)); !(d <= 1e-9) {
		t.Errorf("derivative off by %g", d)
	}
	if w := r.Params.Bounds.(A); relative(w, num.Const(-mu).Div(r.Params.X)) > 1e-9 {
		t.Errorf("multipliers %v", w)
	}
	// Without it, the derivative at a weakly active bound is the one of a side, and the report says so.
	sharp := argmin.Constrained(f, c, nil, argmin.Options{})
	q, err := sharp.Run(kkt{X: num.Ones(3)}, th)
	if err != nil || q.Err() != nil {
		t.Fatal(q.State, err)
	}
	if a := q.Aux.(argmin.ConstraintReport); a.Weak.Item() != 1 || a.Active.Item() != 2 {
		t.Errorf("%v active, %v of them weakly; want 2 and 1", a.Active, a.Weak)
	}
	if d := jacobianRev(func(th A) A { return sharp.Argmin(kkt{X: num.Ones(3)}, th).X }, th).At(1, 1).Item(); d < 0 || d > 1 {
		t.Errorf("derivative at the weakly active bound is %v", d)
	}
}

// A thousand problems of different difficulty: each member of a batch has the answer, the status and the count of its own run.
func TestConstrainedBatch(t *testing.T) {
	f := func(x, th A) A {
		return x.At(1).Sub(x.At(0).Square()).Square().Mul(th.At(2).Exp()).Add(x.At(0).Neg().AddScalar(1).Square())
	}
	pinf := num.Scalar(math.Inf(1))
	c := argmin.Constraints[A, A]{
		Between: func(x, th A) any { return num.Stack(x.At(0).Mul(x.At(1)), x.At(0).Add(x.At(1).Square())) },
		Limits:  func(th A) (any, any) { return th.Range(0, 2), pinf },
		Bounds:  func(A) (A, A) { return num.Scalar(-3), num.Vector(0.5, 3) },
	}
	s := argmin.Constrained(f, c, nil, argmin.Options{})
	const n = 1000
	r := rand.New(rand.NewPCG(5, 6))
	data := make([]float64, 0, 3*n)
	for i := range n {
		a := 2 * r.Float64()
		if i%50 == 0 {
			a = 50 // more than the bounds allow
		}
		data = append(data, a, r.Float64(), 8*r.Float64())
	}
	ths := num.New(data, n, 3)
	type answer struct {
		P kkt
		S argmin.State
	}
	solve := func(th A) answer {
		p, st := s.ArgminState(kkt{X: num.Vector(-2, 1)}, th)
		return answer{p, st}
	}
	batch, err := num.Jit(num.Vmap(solve)).Call(ths)
	if err != nil {
		t.Fatal(err)
	}
	codes, most, least := map[float64]int{}, 0.0, math.Inf(1)
	for i := range n {
		one, err := s.Run(kkt{X: num.Vector(-2, 1)}, ths.At(i))
		if err != nil {
			t.Fatal(err)
		}
		code, iter := batch.S.Code.At(i).Item(), batch.S.NIter.At(i).Item()
		codes[code]++
		most, least = max(most, iter), min(least, iter)
		if code != one.State.Code.Item() || iter != one.State.NIter.Item() || maxDiff(batch.P.X.At(i), one.Params.X) > 1e-9 {
			t.Errorf("member %d: %v after %v at %v, by itself %v at %v", i, code, iter, batch.P.X.At(i), one.State, one.Params.X)
		}
	}
	t.Logf("codes %v, %v to %v iterations", codes, least, most)
	if len(codes) < 2 || most < 2*least {
		t.Errorf("the members are all alike: codes %v, %v to %v iterations", codes, least, most)
	}
}
