package sparse_test

import (
	"math/rand/v2"
	"testing"

	"github.com/argmin-go/argmin"
	"github.com/argmin-go/argmin/internal/check/arrays"
	"github.com/argmin-go/argmin/linsolve"
	"github.com/argmin-go/argmin/num"
	"github.com/argmin-go/argmin/prox"
	"github.com/argmin-go/argmin/sparse"
	"github.com/argmin-go/argmin/status"
)

// regression is the data of a linear model: a sparse design matrix and targets.
type regression struct {
	X        sparse.Matrix
	Y        num.Array
	Strength num.Array
}

func (d regression) loss(w num.Array) num.Array {
	return d.X.MatMul(w).Sub(d.Y).Square().Sum().Scale(0.5)
}

func ridge(w num.Array, d regression) num.Array {
	return d.loss(w).Add(w.Square().Sum().Mul(d.Strength).Scale(0.5))
}

func someRegression(rng *rand.Rand, m, n int) regression {
	return regression{random(rng, m, n, 0.4), arrays.Normal(rng, 1, m), num.Scalar(0.3)}
}

// The gradient of a function of a solution with respect to the stored values, against the closed form with dense
// matrices.
func TestRidgeOnSparseData(t *testing.T) {
	rng := rand.New(rand.NewPCG(11, 12))
	d := someRegression(rng, 12, 5)
	solver := argmin.Minimize(ridge, argmin.LBFGS{}, argmin.Options{Tol: 1e-12})
	r, err := solver.Run(num.Zeros(5), d)
	if err != nil || r.State.Status() != status.Converged {
		t.Fatalf("%v, %v", err, r.State.Status())
	}
	closed := func(d regression) num.Array {
		x := d.X.Dense()
		return num.Solve(x.T().MatMul(x).Add(num.Eye(5).Mul(d.Strength)), x.T().MatMul(d.Y))
	}
	if off := arrays.Off(r.Params, closed(d)); !(off < 1e-10) {
		t.Errorf("the solution is off by %g", off)
	}
	g := num.Grad(func(d regression) num.Array { return solver.Argmin(num.Zeros(5), d).Square().Sum() })(d)
	w := num.Grad(func(d regression) num.Array { return closed(d).Square().Sum() })(d)
	if off := max(arrays.Off(g.X.Values, w.X.Values), arrays.Off(g.Y, w.Y), arrays.Off(g.Strength, w.Strength)); !(off < 1e-9) {
		t.Errorf("the gradient is off by %g", off)
	}
	if g.X.Pattern() != d.X.Pattern() {
		t.Error("the gradient has another pattern")
	}
	// A batch of data sets with one pattern.
	batch := regression{d.X.WithValues(num.Stack(d.X.Values, d.X.Values.Scale(2))), num.Stack(d.Y, d.Y), num.Vector(0.3, 0.1)}
	got := num.Vmap(func(d regression) num.Array { return solver.Argmin(num.Zeros(5), d) })(batch)
	for i, m := range []regression{d, {d.X.Scale(2), d.Y, num.Scalar(0.1)}} {
		if off := arrays.Off(got.At(i), closed(m)); !(off < 1e-10) {
			t.Errorf("member %d is off by %g", i, off)
		}
	}
}

func TestLassoOnSparseData(t *testing.T) {
	rng := rand.New(rand.NewPCG(13, 14))
	d := someRegression(rng, 30, 8)
	solver := argmin.Composite(func(w num.Array, d regression) num.Array { return d.loss(w) },
		func(w num.Array, d regression, step num.Array) num.Array {
			return prox.Lasso(w, d.Strength.Scale(10), step)
		},
		argmin.ProximalGradient{}, argmin.Options{Tol: 1e-12, MaxIter: 10000})
	objective := func(d regression) num.Array { return solver.Argmin(num.Zeros(8), d).Square().Sum() }
	g := num.Grad(objective)(d).X.Values
	direction := arrays.Normal(rng, 1, d.X.NNZ())
	at := func(h float64) float64 {
		e := d
		e.X = d.X.WithValues(d.X.Values.Add(direction.Scale(h)))
		return objective(e).Item()
	}
	const h = 1e-5
	want := (at(h) - at(-h)) / (2 * h)
	if got := g.Dot(direction).Item(); !(got-want < 1e-7 && want-got < 1e-7) {
		t.Errorf("the derivative along a direction is %v, by differences %v", got, want)
	}
}

// A matrix is what is sought: the values on a pattern that fit given products.
func TestMatrixAsParameters(t *testing.T) {
	rng := rand.New(rand.NewPCG(15, 16))
	a := random(rng, 6, 5, 0.4)
	x := arrays.Normal(rng, 1, 5, 20)
	y := a.MatMul(x)
	solver := argmin.Minimize(func(b sparse.Matrix, _ struct{}) num.Array { return b.MatMul(x).Sub(y).Square().Sum() }, argmin.LBFGS{}, argmin.Options{Tol: 1e-10})
	r, err := solver.Run(a.Scale(0), struct{}{})
	if err != nil {
		t.Fatal(err)
	}
	if off := arrays.Off(r.Params.Values, a.Values); !(off < 1e-9) || r.Params.Pattern() != a.Pattern() {
		t.Errorf("the matrix is off by %g, %v", off, r.State.Status())
	}
}

// The iterative solvers of linsolve take the product as their map.
func TestIterativeSolvers(t *testing.T) {
	rng := rand.New(rand.NewPCG(17, 18))
	d := someRegression(rng, 40, 10)
	a := d.X.Gram().Add(sparse.Identity(num.Float64, 10))
	b := arrays.Normal(rng, 1, 10)
	want := sparse.SolveSymmetric(a, b)
	jacobi := func(r num.Array) num.Array { return r.Div(a.Diagonal()) }
	for name, s := range map[string]num.LinearSolver{"CG": linsolve.CG(linsolve.Options{Precond: jacobi}),
		"MINRES": linsolve.MINRES(linsolve.Options{}), "GMRES": linsolve.GMRES(linsolve.GMRESOptions{})} {
		if off := arrays.Off(s(func(x num.Array) num.Array { return a.MatMul(x) }, b), want); !(off < 1e-10) {
			t.Errorf("%s is off by %g", name, off)
		}
	}
}

// Conductivities of a rod from its temperatures: the objective solves a sparse system, and so does its gradient.
func TestSparseSystemInAnObjective(t *testing.T) {
	const n = 20
	d := sparse.Diags(n+1, n, []int{0, -1}, num.Scalar(1), num.Scalar(-1)) // differences along the rod
	temperatures := func(logK num.Array) num.Array {
		return sparse.SolveSymmetric(sparse.MatMul(d.T(), d.ScaleRows(logK.Exp())), num.Ones(n))
	}
	truth := num.Linspace(-0.5, 0.5, n+1)
	type data struct{ Measured, Smooth num.Array }
	objective := func(logK num.Array, m data) num.Array {
		misfit := temperatures(logK).Sub(m.Measured).Square().Sum()
		return misfit.Add(logK.Diff(1, 0).Square().Sum().Mul(m.Smooth))
	}
	solver := argmin.Minimize(objective, argmin.LBFGS{}, argmin.Options{Tol: 1e-6, MaxIter: 2000})
	m := data{temperatures(truth), num.Scalar(1e-3)}
	r, err := solver.Run(num.Zeros(n+1), m)
	if err != nil || r.State.Status() != status.Converged {
		t.Fatalf("%v, %v", err, r.State.Status())
	}
	if off := arrays.Off(r.Params, truth); !(off < 1e-2) {
		t.Errorf("the conductivities are off by %g", off)
	}
	// Each member of a batch runs to its own end.
	batch := num.Vmap(func(m data) num.Array { return solver.Argmin(num.Zeros(n+1), m) })(
		data{num.Stack(m.Measured, m.Measured.Scale(2)), num.Vector(1e-3, 1)})
	for i, one := range []data{m, {m.Measured.Scale(2), num.Scalar(1)}} {
		if off := arrays.Off(batch.At(i), solver.Argmin(num.Zeros(n+1), one)); !(off < 1e-6) {
			t.Errorf("member %d is off by %g", i, off)
		}
	}
}
