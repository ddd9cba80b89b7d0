package argmin_test

import (
	"context"
	"math"
	"strings"
	"testing"

	"github.com/argmin-go/argmin"
	"github.com/argmin-go/argmin/internal/check/testproblems"
	"github.com/argmin-go/argmin/num"
	"github.com/argmin-go/argmin/status"
)

// otherConstrainedMethods are the methods of Constrained besides the default.
var otherConstrainedMethods = map[string]argmin.ConstrainedMethod{
	"AugmentedLagrangian": argmin.AugmentedLagrangian{},
	"SQP":                 argmin.SQP{},
	"SQPExact":            argmin.SQP{Exact: true},
}

// Hock & Schittkowski's problems by every method: a claimed solution is feasible and has the value of a known minimum. Which problems
// a method does not solve is known.
func TestOtherMethodsOnHockSchittkowski(t *testing.T) {
	unsolved := map[string][]string{}
	for name, m := range otherConstrainedMethods {
		solved, all := 0, 0
		for _, p := range append(testproblems.Bounded(), testproblems.Constrained()...) {
			if f, _ := p.Traced(); f == nil {
				continue
			}
			r, err := constrainedOf(p, m, argmin.Options{MaxIter: 1000}).Run(argmin.KKT[A]{X: num.New(p.X0)}, num.Scalar(0))
			if err != nil {
				t.Errorf("%s, %s: %v", name, p.Name, err)
				continue
			}
			all++
			x := r.Params.X.Float64s()
			v, off, known := p.Value(x), p.Violation(x), p.AtMinimum(x, 1e-5)
			if r.Success() && (!known || off > 1e-5) {
				t.Errorf("%s, %s: %v; value %v, known minima %v; violation %g", name, p.Name, r.State, v, p.Min, off)
			}
			if !r.Success() {
				t.Logf("%s, %s: %v, known minima %v; violation %g", name, p.Name, r.State, p.Min, off)
				unsolved[name] = append(unsolved[name], p.Name)
				continue
			}
			solved++
		}
		t.Logf("%s: %d of %d", name, solved, all)
		if len(unsolved[name]) > 1 {
			t.Errorf("%s does not solve %v", name, unsolved[name])
		}
	}
}

// Constraints that contradict each other, linear and not, and an objective without a lower bound are reported as what they are.
func TestOtherMethodsHaveHonestEnds(t *testing.T) {
	between := func(h func(x A) A, lo, hi A) argmin.Constraints[A, A] {
		return argmin.Constraints[A, A]{Between: func(x, _ A) any { return h(x) }, Limits: func(A) (any, any) { return lo, hi }}
	}
	inf := math.Inf(1)
	square := func(x, _ A) A { return x.AddScalar(-3).Square().Sum() }
	for _, c := range []struct {
		name string
		f    func(x, _ A) A
		c    argmin.Constraints[A, A]
		want status.Code
	}{
		{"x² + 1 ≤ 0", square, between(func(x A) A { return x.Square().Sum().AddScalar(1) }, num.Scalar(-inf), num.Scalar(0)), status.Infeasible},
		{"x + y ≥ 2 and x + y ≤ 1", square, between(func(x A) A { return num.Stack(x.Sum(), x.Sum()) }, num.Vector(2, -inf), num.Vector(inf, 1)), status.Infeasible},
		{"x² ≥ 1 from 0", square, between(func(x A) A { return x.Square() }, num.Scalar(1), num.Scalar(inf)), status.Converged},
		{"nothing to do", square, between(func(x A) A { return x }, num.Scalar(-inf), num.Scalar(inf)), status.Converged},
	} {
		for name, m := range otherConstrainedMethods {
			r, err := argmin.Constrained(c.f, c.c, m, argmin.Options{}).Run(argmin.KKT[A]{X: num.Zeros(2)}, num.Scalar(0))
			if err != nil || r.State.Status() != c.want {
				t.Errorf("%s, %s: %v at %v, %v; want %v", name, c.name, r.State, r.Params.X, err, c.want)
			}
		}
	}
	line := between(func(x A) A { return x.Sum() }, num.Scalar(0), num.Scalar(inf))
	for name, m := range otherConstrainedMethods {
		r, err := argmin.Constrained(func(x, _ A) A { return x.At(0).Neg() }, line, m, argmin.Options{}).Run(argmin.KKT[A]{X: num.Zeros(2)}, num.Scalar(0))
		if err != nil || r.Success() {
			t.Errorf("%s, no lower bound: %v at %v, %v", name, r.State, r.Params.X, err)
		}
	}
}

// The members of a batch, of different difficulty, are what runs of their own give.
func TestOtherMethodsInBatches(t *testing.T) {
	f := func(x, d A) A { return x.Sub(d).Square().Sum().Add(x.At(0).Exp()) }
	c := argmin.Constraints[A, A]{
		Equal:  func(x, d A) any { return x.Square().Sum().Sub(d.At(0).Square().AddScalar(1)) },
		Bounds: func(A) (lower, upper A) { return num.Scalar(-1), num.Scalar(5) },
	}
	data := num.New([]float64{0, 1, 2, -1, 0.1, 0.1, 3, 3, -2, 4, 1, 0}, 6, 2)
	for name, m := range otherConstrainedMethods {
		s := argmin.Constrained(f, c, m, argmin.Options{})
		solve := func(d A) A { return s.Argmin(argmin.KKT[A]{X: num.Ones(2)}, d).X }
		batch := num.Vmap(solve)(data)
		for i := range 6 {
			if one := solve(data.At(i)); !(num.Norm(batch.At(i).Sub(one)).Item() <= 1e-12) {
				t.Errorf("%s, member %d: %v, alone %v", name, i, batch.At(i), one)
			}
		}
	}
}

// Twenty thousand variables and as many constraints: nothing has the square of that many numbers.
func TestAugmentedLagrangianIsMatrixFree(t *testing.T) {
	const n = 20_000
	target := num.Arange(num.Float64, 0, n).Sin().Scale(2)
	f := func(x, _ A) A { return x.Sub(target).Square().Sum().Scale(0.5) }
	c := argmin.Constraints[A, A]{
		Equal:   func(x, _ A) any { return x.Sum() },
		Between: func(x, _ A) any { return x.Square() },
		Limits:  func(A) (lo, hi any) { return num.Scalar(math.Inf(-1)), num.Scalar(1) },
	}
	r, err := argmin.Constrained(f, c, argmin.AugmentedLagrangian{}, argmin.Options{}).RunContext(context.Background(), argmin.KKT[A]{X: num.Zeros(n)}, num.Scalar(0))
	if err != nil || !r.Success() {
		t.Fatalf("%v, %v", r.State, err)
	}
	if x := r.Params.X; x.Abs().Max().Item() > 1+1e-6 || math.Abs(x.Sum().Item()) > 1e-3 {
		t.Errorf("largest %v, sum %v", x.Abs().Max(), x.Sum())
	}
	t.Log(r.State)
}

func TestOtherMethodsRefuseNonsense(t *testing.T) {
	for want, m := range map[string]argmin.ConstrainedMethod{
		"Growth":  argmin.AugmentedLagrangian{Growth: 0.5},
		"Penalty": argmin.AugmentedLagrangian{Penalty: math.NaN()},
		"Memory":  argmin.AugmentedLagrangian{Inner: argmin.LBFGSB{Memory: -1}},
		"C1":      argmin.SQP{C1: 0.9},
	} {
		_, err := argmin.Constrained(func(x, _ A) A { return x.Sum() }, argmin.Constraints[A, A]{}, m, argmin.Options{}).Run(argmin.KKT[A]{X: num.Zeros(1)}, num.Scalar(0))
		if err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%+v: %v", m, err)
		}
	}
}
