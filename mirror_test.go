package argmin_test

import (
	"math"
	"math/rand/v2"
	"testing"

	"github.com/argmin-go/argmin"
	"github.com/argmin-go/argmin/num"
	"github.com/argmin-go/argmin/optimality"
	"github.com/argmin-go/argmin/projection"
	"github.com/argmin-go/argmin/status"
)

// nearly is ½ Σ hᵢ (xᵢ - aᵢ)² on the simplex, the last entry of a at theta. Its minimum is
// zero in the last entry, whose multiplier is the gap.
func nearly(gap float64) (f func(x, th A) A, solution A, theta A) {
	h := num.Vector(1, 4, 0.3, 2, 1)
	solution = num.Vector(0.4, 0.3, 0.25, 0.05, 0)
	const tau = 0.7
	// h (x - a) = -tau on the support, and gap - tau at zero.
	a := solution.Add(num.Full(num.Float64, tau, 5).Div(h)).Float64s()
	a[4] = (tau - gap) / h.At(4).Item()
	return func(x, th A) A {
		r := x.Sub(num.Concat(0, num.New(a[:4]), th.Reshape(1)))
		return h.Mul(r.Square()).Sum().Scale(0.5)
	}, solution, num.Scalar(a[4])
}

func toSimplex(x, _ A) A { return projection.Simplex(x, 1) }

// The condition of an entropic step is nearly met where a weight with a small multiplier is
// far from zero; the condition of a projected step is not, and its derivative is exact.
func TestMirrorWithOptimality(t *testing.T) {
	f, solution, theta := nearly(1e-4)
	for _, accelerate := range []bool{false, true} {
		s := argmin.OnSet(f, argmin.Set[A, A]{Mirror: optimality.Entropic[A, A]},
			argmin.MirrorDescent{NoAcceleration: !accelerate}, argmin.Options{MaxIter: 100000, Tol: 1e-8})
		start := num.Full(num.Float64, 0.2, 5)
		r, err := s.Run(start, theta)
		if err != nil || r.Err() != nil {
			t.Fatal(err, r.Err())
		}
		if d := maxDiff(r.Params, solution); !accelerate && d < 1e-6 {
			t.Errorf("the example is too easy: off by %g", d)
		}
		p := s.WithOptimality(func(x, g, th A) A { return x.Sub(toSimplex(x.Sub(g), th)) })
		q, err := p.Run(start, theta)
		if err != nil || q.Err() != nil {
			t.Fatal(err, q.Err())
		}
		if d := maxDiff(q.Params, solution); d > 1e-7 {
			t.Errorf("off by %g", d)
		}
		if e := p.L2OptimalityError(q.Params, theta).Item(); !(e <= 1e-8) || math.Abs(e-q.State.Error.Item()) > 1e-14 {
			t.Errorf("an error of %g, in the state %v", e, q.State.Error)
		}
		// What does not matter for a weight at zero has no derivative.
		if g := num.JacobianRev(func(th A) A { return p.Argmin(start, th) })(theta).Abs().Max().Item(); g != 0 {
			t.Errorf("a derivative of %g", g)
		}
		t.Logf("accelerate %v: %v iterations, %v by the projection", accelerate, r.State.NIter, q.State.NIter)
	}
}

// Momentum takes the square root of the iterations where the curvatures differ.
func TestMirrorMomentumSavesIterations(t *testing.T) {
	h := num.Linspace(math.Log(1e-4), 0, 20).Exp()
	f := func(x, c A) A { return h.Mul(x.Sub(c).Square()).Sum().Scale(0.5) }
	c := num.Full(num.Float64, 0.05, 20).Add(num.Linspace(-0.02, 0.02, 20))
	start := num.Full(num.Float64, 0.05, 20)
	euclidean := optimality.Bregman(func(x A) A { return x }, toSimplex)
	for name, step := range map[string]func(x, g, size A, c A) A{"entropic": optimality.Entropic[A, A], "Euclidean": euclidean} {
		iterations := map[bool]float64{}
		for _, accelerate := range []bool{false, true} {
			r, err := argmin.OnSet(f, argmin.Set[A, A]{Mirror: step}, argmin.MirrorDescent{NoAcceleration: !accelerate},
				argmin.Options{MaxIter: 200000, Tol: 1e-12}).Run(start, c)
			if err != nil || r.Err() != nil {
				t.Fatalf("%s: %v, %v", name, err, r.Err())
			}
			// A step moves a weight of 0.03 by the least curvature, 1e-4, times what it is off.
			if d := maxDiff(r.Params, c); d > 1e-12/(0.03*1e-4) {
				t.Errorf("%s: off by %g", name, d)
			}
			iterations[accelerate] = r.State.NIter.Item()
		}
		if iterations[true] > iterations[false]/5 {
			t.Errorf("%s: %v iterations with momentum, %v without", name, iterations[true], iterations[false])
		}
		t.Logf("%s: %v", name, iterations)
	}
}

// Fixed steps, also ones that are too long. Those lose weights for good, which the condition
// of an entropic step would not see.
func TestMirrorFixedStep(t *testing.T) {
	f, solution, theta := nearly(0.5)
	start := num.Full(num.Float64, 0.2, 5)
	for size, want := range map[float64]status.Code{1: status.Converged, 100: status.IterationLimit} {
		s := argmin.OnSet(f, argmin.Set[A, A]{Mirror: optimality.Entropic[A, A]}, argmin.MirrorDescent{StepSize: size},
			argmin.Options{MaxIter: 1000, Tol: 1e-10}).
			WithOptimality(func(x, g, th A) A { return x.Sub(toSimplex(x.Sub(g), th)) })
		r, err := s.Run(start, theta)
		if err != nil || r.State.Status() != want || want == status.Converged && maxDiff(r.Params, solution) > 1e-9 {
			t.Errorf("step %v: %v after %v, %v, %v", size, r.State.Status(), r.State.NIter, r.Params, err)
		}
	}
}

// An objective that is not finite beyond a wall, close to which its minimum is.
func TestMirrorNearValuesThatAreNotFinite(t *testing.T) {
	for _, wall := range []float64{0.19, 0.1999} {
		f := func(x, c A) A {
			return c.Dot(x).Sub(x.AddScalar(-wall).Log().Sum().Scale(1e-3))
		}
		s := argmin.OnSet(f, argmin.Set[A, A]{Mirror: optimality.Entropic[A, A]}, argmin.MirrorDescent{},
			argmin.Options{Unroll: true, MaxIter: 1000, Tol: 1e-9})
		start, c := num.Full(num.Float64, 0.2, 5), num.Vector(3, 1, 2, 5, 4)
		r, err := s.Run(start, c)
		if err != nil || r.Err() != nil {
			t.Fatal(err, r.Err())
		}
		// At the minimum c - 1e-3/(x - wall) is the same for all.
		g := c.Sub(num.Full(num.Float64, 1e-3, 5).Div(r.Params.AddScalar(-wall)))
		if d := g.Max().Sub(g.Min()).Item(); d > 1e-7 {
			t.Errorf("wall %v: multipliers differ by %g", wall, d)
		}
		got := num.JacobianRev(func(c A) A { return s.Argmin(start, c) })(c)
		if want := differences(func(c A) A { return s.Argmin(start, c) }, c); !(relative(got, want) <= 1e-5) {
			t.Errorf("wall %v: the unrolled derivative is off by %g", wall, relative(got, want))
		}
	}
}

// A linear objective lets steps grow without end, and batches leave no value to compare with.
func TestMirrorOnBatches(t *testing.T) {
	c := num.Vector(3, 1, 2).AsType(num.Float32)
	s := argmin.OnSet(func(x, c A) A { return x.Dot(c) }, argmin.Set[A, A]{Mirror: optimality.Entropic[A, A]},
		argmin.MirrorDescent{}, argmin.Options{})
	r, err := s.Run(num.Full(num.Float32, 1.0/3, 3), c)
	if err != nil || r.Err() != nil || r.Params.At(1).Item() < 1-1e-5 {
		t.Errorf("%v, %v, %v", r.Params, err, r.Err())
	}
	rising := argmin.OnSet(func(x, c A) A { return x.Sub(num.Vector(0.5, 0.3, 0.2)).Square().Sum().Add(c) },
		argmin.Set[A, A]{Mirror: optimality.Entropic[A, A]}, argmin.MirrorDescent{}, argmin.Options{Tol: 1e-9})
	r, err = rising.RunIterator(t.Context(), num.Full(num.Float64, 1.0/3, 3), func(yield func(A) bool) {
		for i := range 200 {
			if !yield(num.Scalar(float64(i))) {
				return
			}
		}
	})
	if err != nil || r.State.Status() != status.Running || r.State.NIter.Item() != 200 || !(r.State.Error.Item() <= 1e-9) {
		t.Errorf("%v at %v after %v, %v", r.State, r.Params, r.State.NIter, err)
	}
}

// A step that is too long for momentum but not for plain steps: what momentum raises is taken back.
func TestMirrorTooLongForMomentum(t *testing.T) {
	h := num.Linspace(math.Log(1e-3), 0, 20).Exp()
	f := func(x, c A) A { return h.Mul(x.Sub(c).Square()).Sum().Scale(0.5) }
	c := num.Full(num.Float64, 0.05, 20).Add(num.Linspace(-0.02, 0.02, 20))
	euclidean := optimality.Bregman(func(x A) A { return x }, toSimplex)
	for _, size := range []float64{1.2, 1.5, 1.8, 1.9, 1.95} {
		r, err := argmin.OnSet(f, argmin.Set[A, A]{Mirror: euclidean}, argmin.MirrorDescent{StepSize: size},
			argmin.Options{MaxIter: 20000, Tol: 1e-12}).Run(num.Full(num.Float64, 0.05, 20), c)
		if err != nil || r.Err() != nil {
			t.Errorf("step %v: %v, %v", size, err, r.Err())
		}
	}
}

// The dual of a support vector machine that has a direction of large curvature without error
// when rounding begins to hide slopes: a step that is too long for it must be noticed by other
// means, or what is left of the error grows for thousands of iterations.
func TestMirrorWhereRoundingHidesSlopes(t *testing.T) {
	const samples, classes, features = 60, 3, 6
	rng := rand.New(rand.NewPCG(16, 2))
	x, y := make([]float64, samples*features), make([]float64, samples*classes)
	for i := range samples {
		c := rng.IntN(classes)
		y[i*classes+c] = 1
		for j := range features {
			x[i*features+j] = rng.NormFloat64()
		}
		x[i*features+c] += 2
	}
	labels := num.New(y, samples, classes)
	gram := num.New(x, samples, features).MatMul(num.New(x, samples, features).T()).Scale(0.1)
	f := func(b, gram A) A {
		r := labels.Sub(b)
		return r.Mul(gram.MatMul(r)).Sum().Scale(0.5).Add(b.Mul(labels.AddScalar(-1)).Sum())
	}
	rows := num.Vmap(func(row A) A { return projection.Simplex(row, 1) })
	s := argmin.OnSet(f, argmin.Set[A, A]{Mirror: optimality.Entropic[A, A]}, argmin.MirrorDescent{},
		argmin.Options{MaxIter: 1000, Tol: 1e-8}).
		WithOptimality(func(x, g, _ A) A { return x.Sub(rows(x.Sub(g))) })
	r, err := s.Run(num.Full(num.Float64, 1.0/classes, samples, classes), gram)
	if err != nil || r.Err() != nil {
		t.Fatal(err, r.Err())
	}
	t.Logf("%v iterations", r.State.NIter)
}
