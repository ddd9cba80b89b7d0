package argmin_test

import (
	"math"
	"strings"
	"testing"
	"time"

	"github.com/argmin-go/argmin"
	"github.com/argmin-go/argmin/num"
	"github.com/argmin-go/argmin/status"
)

// bratu is Bratu's equation, Δu + 6 exp(u) = 0 on a square of n×n points with u = 0 around it, and the inverse of its Laplacian, by sines.
func bratu(n int) (f func(u, scale A) A, inverse func(u, r A) A) {
	h := 1 / float64(n+1)
	f = func(u, scale A) A {
		w := u.Reshape(n, n).Pad([]int{1, 1}, []int{1, 1})
		part := func(i, j int) A { return w.Index(num.Span(i, i+n), num.Span(j, j+n)) }
		laplacian := part(0, 1).Add(part(2, 1)).Add(part(1, 0)).Add(part(1, 2)).Sub(part(1, 1).Scale(4)).Reshape(n * n)
		return laplacian.Add(u.Exp().Mul(scale).Scale(6 * h * h))
	}
	k := num.Arange(num.Float64, 1, n+1)
	s := num.Outer(k, k).Scale(math.Pi * h).Sin().Scale(math.Sqrt(2 * h))
	e := k.Scale(math.Pi * h / 2).Sin().Square().Scale(-4)
	both := e.Reshape(n, 1).Add(e.Reshape(1, n))
	return f, func(_, r A) A {
		return s.MatMul(s.MatMul(r.Reshape(n, n)).MatMul(s).Div(both)).MatMul(s).Reshape(n * n)
	}
}

// Newton's method factors a large Jacobian by its entries, and its root is that of Newton-Krylov; so is its derivative.
func TestBratu(t *testing.T) {
	n := 32
	if whole() {
		n = 316
	}
	f, inverse := bratu(n)
	one := num.Scalar(1)
	run := func(name string, m argmin.RootMethod) *argmin.Solver[A, A] {
		return argmin.Root(f, m, argmin.Options{Tol: 1e-9})
	}
	solvers := map[string]*argmin.Solver[A, A]{
		"Newton":         run("Newton", argmin.Newton{}),
		"NewtonKrylov":   run("NewtonKrylov", argmin.NewtonKrylov{}),
		"with Laplace's": run("with Laplace's", argmin.NewtonKrylov{Precond: inverse}),
	}
	roots := map[string]A{}
	if whole() { // GMRES needs thousands of products without a preconditioner
		delete(solvers, "NewtonKrylov")
	}
	for name, s := range solvers {
		begin := time.Now()
		r, err := s.Run(num.Zeros(n*n), one)
		if err != nil || r.State.Status() != status.Converged {
			t.Errorf("%s: %v, %v", name, r.State, err)
		}
		t.Logf("%s, %d unknowns: %v in %v", name, n*n, r.State, time.Since(begin))
		roots[name] = r.Params
	}
	for name, x := range roots {
		if d := maxDiff(x, roots["Newton"]); d > 1e-4 {
			t.Errorf("%s: %g from Newton's root", name, d)
		}
	}
	middle := func(s A) A { return solvers["Newton"].Argmin(num.Zeros(n*n), s).Sum().Scale(1 / float64(n*n)) }
	const h = 1e-4
	got, want := num.Grad(middle)(one).Item(), (middle(num.Scalar(1+h)).Item()-middle(num.Scalar(1-h)).Item())/(2*h)
	if math.Abs(got-want) > 1e-5*math.Abs(want) {
		t.Errorf("derivative %v, differences give %v", got, want)
	}
}

// A sparse Jacobian that is singular at the start and on the way, as each pair of equations is Powell's: the damped step takes over.
func TestSparseNewtonSingular(t *testing.T) {
	const n = 200
	f := func(x, _ A) A {
		p := x.Reshape(n/2, 2)
		a, b := p.Index(num.All, num.I(0)), p.Index(num.All, num.I(1))
		return num.Stack(a, a.Scale(10).Div(a.AddScalar(0.1)).Add(b.Square().Scale(2))).T().Reshape(n)
	}
	start := num.Arange(num.Float64, 0, n).Rem(num.Scalar(2)).Scale(-2).AddScalar(3)
	for what, s := range map[string]*argmin.Solver[A, A]{"pairs": argmin.Root(f, argmin.Newton{}, argmin.Options{}),
		"no root": argmin.Root(func(x, _ A) A { return x.Square().AddScalar(1) }, argmin.Newton{}, argmin.Options{})} {
		r, err := s.Run(start, num.Scalar(0))
		t.Log(what, r.State, err)
		if err != nil || (what == "pairs") != r.Success() {
			t.Errorf("%s: %v, %v", what, r.State, err)
		}
	}
}

// Newton's method factors a large Hessian by its entries, also where it is indefinite, with the steps of the dense one.
func TestSparseNewton(t *testing.T) {
	n := 400
	if whole() {
		n = 100_000
	}
	// Rosenbrock's function as a chain, and a surface of least area over a frame.
	chain := func(x, _ A) A {
		a, b := x.Range(0, x.Size()-1), x.Range(1, x.Size())
		return b.Sub(a.Square()).Square().Scale(100).Add(a.AddScalar(-1).Square()).Sum()
	}
	side := int(math.Sqrt(float64(n)))
	surface := func(x, _ A) A {
		edge := num.Linspace(0, 3, side+2).Sin()
		z := num.Zeros(side+2, side+2).Add(edge.Reshape(1, side+2)).Mul(num.Arange(num.Float64, 0, side+2).Rem(num.Scalar(float64(side+1))).Eq(num.Const(0)).AsType(num.Float64).Reshape(side+2, 1))
		z = z.Add(x.Reshape(side, side).Pad([]int{1, 1}, []int{1, 1}))
		dx := z.Index(num.From(1), num.To(side+1)).Sub(z.Index(num.To(side+1), num.To(side+1)))
		dy := z.Index(num.To(side+1), num.From(1)).Sub(z.Index(num.To(side+1), num.To(side+1)))
		return dx.Square().Add(dy.Square()).Scale(float64(side * side)).AddScalar(1).Sqrt().Mean()
	}
	for what, c := range map[string]struct {
		f     func(x, d A) A
		start A
	}{"chain": {chain, num.Arange(num.Float64, 0, n).Sin().Scale(0.6).AddScalar(1)}, "surface": {surface, num.Zeros(side * side)}} {
		begin := time.Now()
		r, err := argmin.Minimize(c.f, argmin.Newton{}, argmin.Options{Tol: 1e-7, MaxIter: 2000}).Run(c.start, num.Scalar(0))
		if err != nil || !r.Success() {
			t.Errorf("%s: %v, %v", what, r.State, err)
		}
		t.Logf("%s, %d variables: %v in %v", what, c.start.Size(), r.State, time.Since(begin))
		if whole() {
			continue
		}
		// Unrolled iterations write the Hessian out.
		dense, err := argmin.Minimize(c.f, argmin.Newton{}, argmin.Options{Tol: 1e-7, MaxIter: 2000, Unroll: true}).Run(c.start, num.Scalar(0))
		if err != nil || math.Abs(dense.State.NIter.Item()-r.State.NIter.Item()) > 1 || maxDiff(dense.Params, r.Params) > 1e-6 {
			t.Errorf("%s: %v and dense %v, %v; %g apart", what, r.State, dense.State, err, maxDiff(dense.Params, r.Params))
		}
	}
}

// What a method cannot write out is an error that says what to take.
func TestNewtonTooLarge(t *testing.T) {
	const n = 20_000
	root := argmin.Root(func(x, _ A) A { return x.Mul(x.Sum()).AddScalar(-1) }, argmin.Newton{}, argmin.Options{})
	least := argmin.Minimize(func(x, _ A) A { return x.Sum().Square().Add(x.Dot(x)) }, argmin.Newton{}, argmin.Options{})
	for want, s := range map[string]*argmin.Solver[A, A]{"take NewtonKrylov": root, "take NewtonCG or TrustRegion": least} {
		if _, err := s.Run(num.Ones(n), num.Scalar(0)); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("error %v, want %q", err, want)
		}
	}
}
