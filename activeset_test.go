package argmin_test

import (
	"fmt"
	"math"
	"math/rand/v2"
	"strings"
	"testing"

	"github.com/argmin-go/argmin"
	"github.com/argmin-go/argmin/num"
	"github.com/argmin-go/argmin/sparse"
	"github.com/argmin-go/argmin/status"
)

func TestDualActiveSetSolves(t *testing.T) {
	rng := rand.New(rand.NewPCG(1, 2))
	s := qpSolver(argmin.DualActiveSet{})
	for range 20 {
		q := randomQP(rng, 20, 5, 15)
		r, err := s.Run(argmin.QPPoint{}, q)
		if err != nil || r.Err() != nil || violated(q, r.Params) > 1e-9 {
			t.Errorf("%v, %v, off by %g", err, r.State, violated(q, r.Params))
		}
	}
	// Q of half rank, and none: the value is that of another method.
	for i := range 20 {
		q := randomQP(rng, 20, 5, 15)
		q.Q = q.Q.(num.Array).Sub(num.Eye(20).Scale(0.1))
		if i%2 == 1 {
			q.Q = nil
		}
		q.Upper = q.Lower.AddScalar(10)
		r, err := s.Run(argmin.QPPoint{}, q)
		if want := solveQP(t, q).State.Value.Item(); err != nil || r.Err() != nil || math.Abs(r.State.Value.Item()-want) > 1e-7*(1+math.Abs(want)) {
			t.Errorf("%v, %v, want the value %g", err, r.State, want)
		}
	}
}

// What is wrong with a program ends each method for small programs in the same way.
func TestDualActiveSetCertificates(t *testing.T) {
	one := num.New([]float64{1, 1}, 1, 2)
	s := qpSolver(argmin.DualActiveSet{})
	for _, test := range []struct {
		name string
		q    argmin.QP
		want status.Code
	}{
		{"two equations that contradict each other", argmin.QP{C: num.Vector(0., 0), A: num.New([]float64{1, 1, 1, 1}, 2, 2), B: num.Vector(1., 2)}, status.Infeasible},
		{"a row of zeros that is to be 1", argmin.QP{Q: num.Eye(1), C: num.Vector(1.), A: num.New([]float64{0}, 1, 1), B: num.Vector(1.)}, status.Infeasible},
		{"a row outside of what bounds allow", argmin.QP{Q: num.Eye(2), C: num.Vector(1., 2), G: one, Low: num.Vector(3.), Lower: num.Scalar(0.), Upper: num.Scalar(1.)}, status.Infeasible},
		{"rows that contradict each other", argmin.QP{Q: num.Eye(2), C: num.Vector(1., 2), G: num.New([]float64{1, 1, 1, 1}, 2, 2), Low: num.Vector(2, math.Inf(-1)), H: num.Vector(math.Inf(1), 1)}, status.Infeasible},
		{"crossed bounds", argmin.QP{Q: num.Eye(2), C: num.Vector(1., 2), Lower: num.Vector(0., 1), Upper: num.Vector(1., 0)}, status.Infeasible},
		{"an LP without limits", argmin.QP{C: num.Vector(1., 2)}, status.Unbounded},
		{"an LP with a ray", argmin.QP{C: num.Vector(-1., 2), Lower: num.Scalar(0.)}, status.Unbounded},
		{"a QP that is flat along its slope", argmin.QP{Q: num.FromDiag(num.Vector(1., 0)), C: num.Vector(1., -1), Lower: num.Scalar(-1.)}, status.Unbounded},
		{"a Q that is not convex", argmin.QP{Q: num.FromDiag(num.Vector(-1., 1)), C: num.Vector(1., 2), Lower: num.Scalar(-1.), Upper: num.Scalar(1.)}, status.NotConvex},
		{"NaN", argmin.QP{Q: num.Eye(2), C: num.Vector(math.NaN(), 2)}, status.NonFinite},
		{"nothing but a Q", argmin.QP{Q: num.Eye(2), C: num.Vector(0., 0)}, status.Converged},
	} {
		r, err := s.Run(argmin.QPPoint{}, test.q)
		if err != nil || r.State.Status() != test.want {
			t.Errorf("%s: %v, %v, want %v", test.name, r.State, err, test.want)
		}
	}
	large := sparse.FromDense(num.Eye(150))
	_, err := argmin.Quadratic(func(c num.Array) argmin.QP { return argmin.QP{Q: large, C: c} }, argmin.DualActiveSet{}, argmin.Options{}).Run(argmin.QPPoint{}, num.Zeros(150))
	if err == nil || !strings.Contains(err.Error(), "the program has 150 variables and 0 rows and matrices that are not arrays") {
		t.Error(err)
	}
}

// A start at the answer of a program that differs little takes only the iterations for limits that become active or inactive, by Run from the answer
// as by Continue from the step.
func TestDualActiveSetWarmStart(t *testing.T) {
	rng := rand.New(rand.NewPCG(9, 10))
	s := qpSolver(argmin.DualActiveSet{})
	cold, warm, continued := 0., 0., 0.
	for range 10 {
		q := randomQP(rng, 20, 5, 15)
		st, err := s.Init(argmin.QPPoint{}, q)
		if err != nil {
			t.Fatal(err)
		}
		if st, err = s.Continue(t.Context(), st, q); err != nil {
			t.Fatal(err)
		}
		q.C = q.C.AddScalar(1e-3)
		from := st.Result.Params
		a, err := s.Run(argmin.QPPoint{}, q)
		if err != nil {
			t.Fatal(err)
		}
		b, err := s.Run(from, q)
		if err != nil || b.Err() != nil || violated(q, b.Params) > 1e-9 {
			t.Fatal(err, b.Err())
		}
		if st, err = s.Continue(t.Context(), st, q); err != nil || st.Result.Err() != nil || violated(q, st.Result.Params) > 1e-9 {
			t.Fatal(err, st.Result.Err())
		}
		cold, warm, continued = cold+a.State.NIter.Item(), warm+b.State.NIter.Item(), continued+st.Result.State.NIter.Item()
	}
	t.Logf("%v iterations from the answers of programs nearby, %v from their steps, %v from nothing", warm, continued, cold)
	if warm > 0.3*cold || continued > 0.3*cold {
		t.Errorf("%v iterations from the answers of programs nearby, %v from their steps, %v from nothing", warm, continued, cold)
	}
}

// Programs with small integers have vertices where many limits meet, repeated rows, and no points at all: the ends and values are those of the interior point method.
func TestDualActiveSetDegenerate(t *testing.T) {
	const n, m = 8, 14
	rng := rand.New(rand.NewPCG(1, 5))
	ints := func(k int) num.Array {
		v := make([]float64, k)
		for i := range v {
			v[i] = float64(rng.IntN(5) - 2)
		}
		return num.New(v, k)
	}
	s, other := qpSolver(argmin.DualActiveSet{}), qpSolver(nil)
	ends := map[status.Code]int{}
	for k := range 300 {
		q := argmin.QP{C: ints(n), G: ints(m*n).Reshape(m, n), H: ints(m).AddScalar(float64(k % 4)), Lower: num.Zeros(n), Upper: num.Full(num.Float64, 3, n)}
		f := ints(n*n/2).Reshape(n/2, n)
		q.Q = f.T().MatMul(f).Scale(float64(k % 3)) // none, or of rank n/2
		a, err := s.Run(argmin.QPPoint{}, q)
		if err != nil {
			t.Fatal(err)
		}
		b, err := other.Run(argmin.QPPoint{}, q)
		if err != nil {
			t.Fatal(err)
		}
		ends[a.State.Status()]++
		want := b.State.Value.Item()
		if a.State.Status() != b.State.Status() || a.Success() && math.Abs(a.State.Value.Item()-want) > 1e-6*(1+math.Abs(want)) {
			t.Errorf("program %d: %v, the interior point method: %v", k, a.State, b.State)
		}
	}
	if ends[status.Converged] < 50 || ends[status.Infeasible] < 50 {
		t.Errorf("ends %v: of each there should be some", ends)
	}
}

func ExampleDualActiveSet() {
	// The point of least norm with x + 2y ≥ 2 and x ≤ 0.3.
	q := argmin.QP{Q: num.Eye(2), C: num.Vector(0., 0), G: num.New([]float64{1, 2}, 1, 2), Low: num.Vector(2.), Upper: num.Vector(0.3, math.Inf(1))}
	solver := argmin.Quadratic(func(q argmin.QP) argmin.QP { return q }, argmin.DualActiveSet{}, argmin.Options{})
	r, err := solver.Run(argmin.QPPoint{}, q)
	if err != nil {
		panic(err)
	}
	fmt.Printf("%.4f, multipliers %.4f and %.4f\n", r.Params.X, r.Params.Between, r.Params.Bounds)
	// Output: [0.3000 0.8500], multipliers [-0.4250] and [0.1250 0.0000]
}
