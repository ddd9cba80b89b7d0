package argmin_test

import (
	"math"
	"testing"
	"time"

	"github.com/argmin-go/argmin"
	"github.com/argmin-go/argmin/num"
)

// pendulum is the swing of a pendulum from rest to the upright position with the least effort, by the trapezoidal rule with steps
// of h in n intervals: x has the angles, the speeds and the torques, which are limited.
func pendulum(n int) (*argmin.Solver[argmin.KKT[A], A], A) {
	parts := func(x A) (angle, speed, torque A) {
		return x.Range(0, n+1), x.Range(n+1, 2*n+2), x.Range(2*n+2, 3*n+3)
	}
	h := 8 / float64(n)
	mean := func(a A) A { return a.Range(0, n).Add(a.Range(1, n+1)).Scale(h / 2) }
	change := func(a A) A { return a.Range(1, n+1).Sub(a.Range(0, n)) }
	c := argmin.Constraints[A, A]{
		Equal: func(x, length A) any {
			angle, speed, torque := parts(x)
			return []A{change(angle).Sub(mean(speed)), change(speed).Sub(mean(torque.Sub(angle.Sin().Mul(length)))),
				num.Stack(angle.At(0), speed.At(0), angle.At(n).AddScalar(-math.Pi), speed.At(n))}
		},
		Bounds: func(A) (A, A) {
			free := num.Full(num.Float64, math.Inf(1), 2*n+2)
			most := num.Full(num.Float64, 1.2, n+1)
			return num.Concat(0, free.Neg(), most.Neg()), num.Concat(0, free, most)
		},
	}
	effort := func(x, _ A) A { _, _, torque := parts(x); return torque.Square().Sum().Scale(h) }
	return argmin.Constrained(effort, c, argmin.InteriorPoint{}, argmin.Options{}), num.Zeros(3*n + 3)
}

// Optimal control has a banded matrix in each step, which is factored by its entries: the answer is that of the dense one, and
// thousands of variables are solved in the same iterations.
func TestOptimalControl(t *testing.T) {
	sizes := []int{30, 300, 3000}
	if testing.Short() {
		sizes = sizes[:2]
	}
	last := math.NaN()
	for _, n := range sizes {
		solver, x0 := pendulum(n)
		begin := time.Now()
		r, err := solver.Run(argmin.KKT[A]{X: x0}, num.Scalar(1))
		if err != nil || r.Err() != nil {
			t.Fatal(n, err, r.Err())
		}
		t.Logf("%d variables: %v in %v", x0.Size(), r.State, time.Since(begin))
		if v := r.State.Value.Item(); n > 30 && math.Abs(v-last) > 0.05*math.Abs(v) {
			t.Errorf("%d intervals: %g, before %g", n, v, last)
		}
		last = r.State.Value.Item()
	}
}

// The derivative of a large answer is found by a factorization too: the condition's matrix has few entries.
func TestOptimalControlDerivative(t *testing.T) {
	n := 100
	solver, x0 := pendulum(n)
	least := func(length A) A {
		x := solver.Argmin(argmin.KKT[A]{X: x0}, length).X
		return x.Range(2*n+2, 3*n+3).Square().Sum().Scale(8 / float64(n))
	}
	begin := time.Now()
	got := num.Grad(least)(num.Scalar(1)).Item()
	t.Logf("derivative %g in %v", got, time.Since(begin))
	const h = 1e-4
	want := (least(num.Scalar(1+h)).Item() - least(num.Scalar(1-h)).Item()) / (2 * h)
	if math.Abs(got-want) > 1e-5*math.Abs(want) {
		t.Errorf("the derivative is %v, differences give %v", got, want)
	}
	// A second derivative solves twice.
	second := num.Grad(num.Grad(least))(num.Scalar(1)).Item()
	want = (num.Grad(least)(num.Scalar(1+h)).Item() - num.Grad(least)(num.Scalar(1-h)).Item()) / (2 * h)
	if math.Abs(second-want) > 1e-4*math.Abs(want) {
		t.Errorf("the second derivative is %v, differences give %v", second, want)
	}
}
