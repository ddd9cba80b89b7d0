package argmin_test

import (
	"context"
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

func qpSolver(m argmin.QuadraticMethod) *argmin.Solver[argmin.QPPoint, argmin.QP] {
	return argmin.Quadratic(func(q argmin.QP) argmin.QP { return q }, m, argmin.Options{})
}

func solveQP(t *testing.T, q argmin.QP) argmin.Result[argmin.QPPoint] {
	t.Helper()
	r, err := qpSolver(nil).Run(argmin.QPPoint{}, q)
	if err != nil {
		t.Fatal(err)
	}
	return r
}

// randomQP has n variables, p equations and m inequalities, with a feasible point, and bounds on some variables.
func randomQP(rng *rand.Rand, n, p, m int) argmin.QP {
	normal := func(k int) []float64 {
		x := make([]float64, k)
		for i := range x {
			x[i] = rng.NormFloat64()
		}
		return x
	}
	f := num.New(normal(n*n/2), n/2, n)
	q := argmin.QP{Q: f.T().MatMul(f).Add(num.Eye(n).Scale(0.1)), C: num.New(normal(n), n)}
	x := num.New(normal(n), n)
	q.A, q.G = num.New(normal(p*n), p, n), num.New(normal(m*n), m, n)
	q.B = q.A.MatMul(x)
	gap := normal(m)
	for i := range gap {
		gap[i] = math.Abs(gap[i])
	}
	q.H = q.G.MatMul(x).Add(num.New(gap, m))
	q.Lower = x.AddScalar(-0.5)
	return q
}

// violated is the largest violation of the conditions of optimality, by plain arithmetic.
func violated(q argmin.QP, s argmin.QPPoint) float64 {
	x := s.X
	g := q.C.Add(s.Bounds)
	if q.Q != nil {
		g = g.Add(q.Q.MatMul(x))
	}
	worst := 0.0
	see := func(a num.Array) {
		for _, v := range a.Float64s() {
			worst = max(worst, math.Abs(v))
		}
	}
	if a, ok := q.A.(num.Array); ok {
		g = g.Add(s.Equal.MatMul(a))
		see(a.MatMul(x).Sub(q.B))
	}
	if a, ok := q.G.(num.Array); ok {
		g = g.Add(s.Between.MatMul(a))
		slack := q.H.Sub(a.MatMul(x))
		see(num.Minimum(slack, num.Scalar(0.)))
		see(num.Minimum(s.Between, num.Scalar(0.)))
		see(slack.Mul(s.Between))
	}
	if q.Lower != (num.Array{}) {
		slack := x.Sub(q.Lower)
		see(num.Minimum(slack, num.Scalar(0.)))
		see(num.Maximum(s.Bounds, num.Scalar(0.)))
		see(slack.Mul(s.Bounds))
	}
	see(g)
	return worst
}

func TestQuadraticProgramsAreSolved(t *testing.T) {
	rng := rand.New(rand.NewPCG(1, 2))
	for range 20 {
		q := randomQP(rng, 20, 5, 15)
		r := solveQP(t, q)
		if r.Err() != nil || violated(q, r.Params) > 1e-7 {
			t.Errorf("%v, off by %g", r.State, violated(q, r.Params))
		}
	}
}

// The same program with matrices that are dense, sparse, and functions.
func TestQuadraticMatricesOfAllKinds(t *testing.T) {
	rng := rand.New(rand.NewPCG(3, 4))
	for _, n := range []int{10, 120} { // below and above where dense ones are always taken
		q := randomQP(rng, n, 3, 8)
		want := solveQP(t, q).Params
		same := func(name string, q argmin.QP) {
			s := argmin.Quadratic(func(num.Array) argmin.QP { return q }, nil, argmin.Options{})
			r, err := s.Run(argmin.QPPoint{}, num.Scalar(0.))
			if err != nil || r.Err() != nil {
				t.Fatal(name, err, r.Err())
			}
			for _, d := range []num.Array{r.Params.X.Sub(want.X), r.Params.Equal.Sub(want.Equal), r.Params.Between.Sub(want.Between), r.Params.Bounds.Sub(want.Bounds)} {
				if d.Abs().Max().Item() > 1e-7 {
					t.Errorf("%s, n = %d: differs by %v", name, n, d.Abs().Max())
				}
			}
		}
		other := q
		other.Q, other.A, other.G = sparse.FromDense(q.Q.(num.Array)), sparse.FromDense(q.A.(num.Array)), sparse.FromDense(q.G.(num.Array))
		same("sparse", other)
		other.Q, other.G = argmin.LinearMap(q.Q.MatMul), argmin.LinearMap(q.G.MatMul)
		same("functions", other)
	}
}

func TestQuadraticCertificates(t *testing.T) {
	one := num.New([]float64{1, 1}, 1, 2)
	for _, test := range []struct {
		name string
		q    argmin.QP
		want status.Code
	}{
		{"two equations that contradict each other", argmin.QP{C: num.Vector(0., 0), A: num.New([]float64{1, 1, 1, 1}, 2, 2), B: num.Vector(1., 2)}, status.Infeasible},
		{"a row of zeros that is to be 1", argmin.QP{Q: num.Eye(1), C: num.Vector(1.), A: num.New([]float64{0}, 1, 1), B: num.Vector(1.)}, status.Infeasible},
		{"a row outside of what bounds allow", argmin.QP{Q: num.Eye(2), C: num.Vector(1., 2), G: one, Low: num.Vector(3.), Lower: num.Scalar(0.), Upper: num.Scalar(1.)}, status.Infeasible},
		{"crossed bounds", argmin.QP{Q: num.Eye(2), C: num.Vector(1., 2), Lower: num.Vector(0., 1), Upper: num.Vector(1., 0)}, status.Infeasible},
		{"an empty limit", argmin.QP{C: num.Vector(1., 2), G: one, Low: num.Vector(math.Inf(1))}, status.Infeasible},
		{"an LP without limits", argmin.QP{C: num.Vector(1., 2)}, status.Unbounded},
		{"an LP with a ray", argmin.QP{C: num.Vector(-1., 2), Lower: num.Scalar(0.)}, status.Unbounded},
		{"a QP that is flat along its slope", argmin.QP{Q: num.FromDiag(num.Vector(1., 0)), C: num.Vector(1., -1), Lower: num.Scalar(-1.)}, status.Unbounded},
		{"a Q that is not convex", argmin.QP{Q: num.FromDiag(num.Vector(-1., 1)), C: num.Vector(1., 2), Lower: num.Scalar(-1.), Upper: num.Scalar(1.)}, status.NotConvex},
		{"NaN", argmin.QP{Q: num.Eye(2), C: num.Vector(math.NaN(), 2)}, status.NonFinite},
	} {
		r := solveQP(t, test.q)
		if r.State.Status() != test.want {
			t.Errorf("%s: %v", test.name, r.State)
		}
	}
}

func TestQuadraticBadInput(t *testing.T) {
	q := func(change func(q *argmin.QP)) argmin.QP {
		p := argmin.QP{Q: num.Eye(2), C: num.Vector(1., 2), A: num.New([]float64{1, 1}, 1, 2), B: num.Vector(1.), G: num.Eye(2), H: num.Vector(1., 1)}
		change(&p)
		return p
	}
	for _, test := range []struct {
		q    argmin.QP
		want string
	}{
		{q(func(q *argmin.QP) { q.C = num.Array{} }), "QP.C is the zero Array"},
		{q(func(q *argmin.QP) { q.Q = num.New([]float64{1, 1, 0, 1}, 2, 2) }), "QP.Q is not symmetric (give both triangles); values across the diagonal differ by: 1"},
		{q(func(q *argmin.QP) { q.Q = num.Eye(3) }), "QP.Q has shape [3 3], want [rows, 2]"},
		{q(func(q *argmin.QP) { q.Q = num.New([]float64{1, 2}, 1, 2) }), "QP.Q has 1 rows, want 2"},
		{q(func(q *argmin.QP) { q.B = num.Vector(1., 2) }), "QP.B has 2 elements, want 1"},
		{q(func(q *argmin.QP) { q.B = num.Array{} }), "QP.B is the zero Array, and QP.A has 1 rows"},
		{q(func(q *argmin.QP) { q.H = num.Vector(1., 2, 3) }), "QP.H has 3 elements, want 2"},
		{q(func(q *argmin.QP) { q.Lower = num.Vector(1.) }), "QP.Lower has 1 elements, want 2"},
		{q(func(q *argmin.QP) { q.G = num.Eye(2).AsType(num.Float32) }), "QP.G is float32 and QP.C is float64"},
		{q(func(q *argmin.QP) { q.Constant = num.Vector(1., 2) }), "QP.Constant is float64 of shape [2], want a scalar"},
	} {
		r, err := qpSolver(nil).Run(argmin.QPPoint{}, test.q)
		if err == nil || !strings.Contains(err.Error(), test.want) {
			t.Errorf("%v, %v; want %q", r.State, err, test.want)
		}
	}
	if r, err := qpSolver(nil).Run(argmin.QPPoint{X: num.Vector(1., 2, 3)}, q(func(*argmin.QP) {})); err == nil || !strings.Contains(err.Error(), "QPPoint.X has shape [3], want [2]") {
		t.Errorf("%v, %v", r.State, err)
	}
}

// Solutions and multipliers are differentiated with respect to all of the data.
func TestQuadraticDerivatives(t *testing.T) {
	rng := rand.New(rand.NewPCG(5, 6))
	weights := func(x num.Array) num.Array { return x.Mul(num.Arange(num.Float64, 1, x.Size()+1).Sin()).Sum() }
	for range 5 {
		q := randomQP(rng, 6, 2, 5)
		m := func(x argmin.Matrix) num.Array { return x.(num.Array) }
		type data struct{ Q, C, A, B, G, H, Lower num.Array }
		start := data{m(q.Q), q.C, m(q.A), q.B, m(q.G), q.H, q.Lower}
		s := argmin.Quadratic(func(d data) argmin.QP {
			return argmin.QP{Q: d.Q.Add(d.Q.T()).Scale(0.5), C: d.C, A: d.A, B: d.B, G: d.G, H: d.H, Lower: d.Lower}
		}, nil, argmin.Options{})
		f := func(d data) num.Array {
			p := s.Argmin(argmin.QPPoint{}, d)
			return weights(num.Concat(0, p.X, p.Equal, p.Between, p.Bounds))
		}
		x, params := num.Ravel(start)
		value := num.Jit(func(x num.Array) num.Array { return f(params(x)) })
		at := func(x num.Array) float64 {
			v, err := value.Call(x)
			if err != nil {
				t.Fatal(err)
			}
			return v.Item()
		}
		g, err := num.Jit(num.Grad(func(x num.Array) num.Array { return f(params(x)) })).Call(x)
		if err != nil {
			t.Fatal(err)
		}
		numbers := x.Float64s()
		for i := range numbers {
			const h = 1e-5
			step := func(by float64) float64 {
				y := append([]float64(nil), numbers...)
				y[i] += by
				return at(num.New(y, len(y)))
			}
			want := (step(h) - step(-h)) / (2 * h)
			if got := g.Float64s()[i]; math.Abs(got-want) > 1e-6*(1+math.Abs(want)) {
				t.Errorf("derivative %d is %g, differences say %g", i, got, want)
			}
		}
	}
}

// Members of a batch have the answers that they have alone, whichever way they end.
func TestQuadraticBatch(t *testing.T) {
	rng := rand.New(rand.NewPCG(7, 8))
	const n = 32
	var batch []argmin.QP
	for i := range n {
		q := randomQP(rng, 8, 2, 6)
		if i%8 == 3 { // contradicts the bounds
			q.B = q.B.AddScalar(-1e4)
			q.Upper = q.Lower.AddScalar(1)
		} else {
			q.Upper = q.Lower.AddScalar(100)
		}
		batch = append(batch, q)
	}
	all := stacked(batch)
	s := qpSolver(nil)
	type answer struct {
		P argmin.QPPoint
		S argmin.State
	}
	r, err := num.Jit(num.Vmap(func(q argmin.QP) answer { p, st := s.ArgminState(argmin.QPPoint{}, q); return answer{p, st} })).Call(all)
	if err != nil {
		t.Fatal(err)
	}
	for i, q := range batch {
		one := solveQP(t, q)
		if got := r.S.Code.At(i).Item(); got != one.State.Code.Item() || r.S.NIter.At(i).Item() != one.State.NIter.Item() {
			t.Errorf("member %d: code %v after %v, alone %v after %v", i, got, r.S.NIter.At(i), one.State.Code, one.State.NIter)
		}
		if d := r.P.X.At(i).Sub(one.Params.X).Abs().Max().Item(); one.State.Status() == status.Converged && d > 1e-9 {
			t.Errorf("member %d differs by %g", i, d)
		}
	}
}

// stacked is a batch of dense programs.
func stacked(list []argmin.QP) argmin.QP {
	pick := func(f func(q argmin.QP) num.Array) num.Array {
		var all []num.Array
		for _, q := range list {
			all = append(all, f(q))
		}
		return num.Stack(all...)
	}
	return argmin.QP{
		Q: pick(func(q argmin.QP) num.Array { return q.Q.(num.Array) }), C: pick(func(q argmin.QP) num.Array { return q.C }),
		A: pick(func(q argmin.QP) num.Array { return q.A.(num.Array) }), B: pick(func(q argmin.QP) num.Array { return q.B }),
		G: pick(func(q argmin.QP) num.Array { return q.G.(num.Array) }), H: pick(func(q argmin.QP) num.Array { return q.H }),
		Lower: pick(func(q argmin.QP) num.Array { return q.Lower }), Upper: pick(func(q argmin.QP) num.Array { return q.Upper }),
	}
}

// A start at the answer of a program that differs little saves iterations.
func TestQuadraticWarmStart(t *testing.T) {
	rng := rand.New(rand.NewPCG(9, 10))
	cold, warm := 0.0, 0.0
	s := qpSolver(nil)
	for range 10 {
		q := randomQP(rng, 20, 5, 15)
		first, err := s.Run(argmin.QPPoint{}, q)
		if err != nil {
			t.Fatal(err)
		}
		q.C = q.C.AddScalar(1e-3)
		a, err := s.Run(argmin.QPPoint{}, q)
		if err != nil {
			t.Fatal(err)
		}
		b, err := s.Run(first.Params, q)
		if err != nil || b.Err() != nil || violated(q, b.Params) > 1e-7 {
			t.Fatal(err, b.Err())
		}
		cold, warm = cold+a.State.NIter.Item(), warm+b.State.NIter.Item()
	}
	if warm > 0.7*cold {
		t.Errorf("%v iterations from the answers of programs nearby, %v from nothing", warm, cold)
	}
	t.Logf("%v iterations from the answers of programs nearby, %v from nothing", warm, cold)
}

// Solutions that are far away are no sign of programs without one.
func TestQuadraticFarSolutions(t *testing.T) {
	for name, q := range map[string]argmin.QP{
		"far minimum":    {Q: num.Eye(1).Scale(2), C: num.Vector(-2e10), Lower: num.Scalar(0.)},
		"large data":     {Q: num.Eye(3), C: num.Vector(-1e6, -2e6, -3e9), Lower: num.Scalar(0.)},
		"far constraint": {C: num.Vector(1.), G: num.New([]float64{1e-10}, 1, 1), Low: num.Vector(1.)},
		"far bound":      {C: num.Vector(-1.), Upper: num.Vector(1e12)},
	} {
		for _, m := range []argmin.QuadraticMethod{argmin.ProximalInteriorPoint{}, argmin.OSQP{}} {
			r, err := qpSolver(m).Run(argmin.QPPoint{}, q)
			if err != nil || r.State.Status() == status.Infeasible || r.State.Status() == status.Unbounded {
				t.Errorf("%s by %T: %v, %v", name, m, r.State, err)
			}
			if _, ok := m.(argmin.ProximalInteriorPoint); ok && r.Err() != nil {
				t.Errorf("%s: %v", name, r.Err())
			}
		}
	}
}

// What users of other packages have reported.
func TestQuadraticReports(t *testing.T) {
	// qpth, number 47: rows of zeros.
	zero := num.New([]float64{0}, 1, 1)
	r := solveQP(t, argmin.QP{Q: num.Eye(1), C: num.Vector(1.), A: zero, B: num.Vector(0.), G: zero, H: num.Vector(0.)})
	if x := r.Params.X.At(0).Item(); r.Err() != nil || math.Abs(x+1) > 1e-9 {
		t.Errorf("rows of zeros: %v, %v", x, r.State)
	}
	// jaxopt, numbers 546 and 547.
	n := 30
	for _, d := range []num.DType{num.Float64, num.Float32} {
		s := argmin.Quadratic(func(q argmin.QP) argmin.QP { return q }, nil, argmin.Options{Tol: math.Sqrt(d.Eps()) / 10})
		r, err := s.Run(argmin.QPPoint{}, argmin.QP{Q: num.Eye(n).AsType(d), C: num.Full(d, 1, n), G: num.Full(d, 1, 1, n), Low: num.Full(d, -1), H: num.Full(d, 1)})
		if err != nil {
			t.Fatal(err)
		}
		if x := r.Params.X.AddScalar(1. / 30).Abs().Max().Item(); r.Err() != nil || x > 10*math.Sqrt(d.Eps()) {
			t.Errorf("%v: off by %v, %v", d, x, r.State)
		}
	}
	// jaxopt, number 588: the solution is clip(-a, 0, 1), whose derivative at a = 0 is one of the two sides.
	s := argmin.Quadratic(func(a num.Array) argmin.QP {
		return argmin.QP{Q: num.Eye(1), C: a.Reshape(1), Lower: num.Scalar(0.), Upper: num.Scalar(1.)}
	}, nil, argmin.Options{})
	slope := num.Grad(func(a num.Array) num.Array { return s.Argmin(argmin.QPPoint{}, a).X.Sum() })
	for a, want := range map[float64]float64{-0.5: -1, 0.5: 0, -1.5: 0} {
		if got := slope(num.Scalar(a)).Item(); math.Abs(got-want) > 1e-7 {
			t.Errorf("slope at %g is %g, want %g", a, got, want)
		}
	}
	if got := slope(num.Scalar(0.)).Item(); got > 1e-7 || got < -1-1e-7 {
		t.Errorf("slope at 0 is %g, want one between -1 and 0", got)
	}
	// cvxpylayers, number 127: the solution of an LP does not move with its costs.
	lp := argmin.Quadratic(func(c num.Array) argmin.QP {
		return argmin.QP{C: c, G: num.New([]float64{1, 1}, 1, 2), H: num.Vector(1.), Lower: num.Scalar(0.)}
	}, nil, argmin.Options{})
	g := num.Grad(func(c num.Array) num.Array { return lp.Argmin(argmin.QPPoint{}, c).X.At(0) })(num.Vector(-1., -0.5))
	if v := g.Abs().Max().Item(); v > 1e-7 {
		t.Errorf("the solution of an LP moves with its costs: %v", g)
	}
	// Smoothing: the derivative at a kink is between those of its sides.
	smooth := argmin.Quadratic(func(a num.Array) argmin.QP {
		return argmin.QP{Q: num.Eye(1), C: a.Reshape(1), Lower: num.Scalar(0.), Upper: num.Scalar(1.)}
	}, argmin.ProximalInteriorPoint{Smoothing: 1e-3}, argmin.Options{})
	if got := num.Grad(func(a num.Array) num.Array { return smooth.Argmin(argmin.QPPoint{}, a).X.Sum() })(num.Scalar(0.)).Item(); math.Abs(got+0.5) > 1e-2 {
		t.Errorf("smoothed slope at the kink is %g, want about -0.5", got)
	}
}

func TestQuadraticContextAndLarge(t *testing.T) {
	ctx, cancel := context.WithCancel(context.Background())
	cancel()
	if _, err := qpSolver(nil).RunContext(ctx, argmin.QPPoint{}, argmin.QP{C: num.Vector(1.)}); err == nil {
		t.Error("a cancelled context is not an error")
	}
	// A chain of 10⁵ variables: total variation of a signal, as a smooth program.
	n := 100000
	off := make([]float64, n-1)
	for i := range off {
		off[i] = -1
	}
	q := sparse.Diags(n, n, []int{-1, 0, 1}, num.New(off, n-1), num.Full(num.Float64, 2.1, n), num.New(off, n-1))
	r := solveQP(t, argmin.QP{Q: q, C: num.Arange(num.Float64, 0, n).Sin(), Lower: num.Scalar(-0.1), Upper: num.Scalar(0.1)})
	if r.Err() != nil {
		t.Error(r.Err())
	}
}

func ExampleProximalInteriorPoint() {
	// A portfolio of least risk.
	q := argmin.QP{
		Q: num.New([]float64{0.04, 0.01, 0.01, 0.09}, 2, 2), C: num.Vector(0., 0),
		A: num.New([]float64{1, 1}, 1, 2), B: num.Vector(1.), Lower: num.Scalar(0.),
	}
	solver := argmin.Quadratic(func(q argmin.QP) argmin.QP { return q }, argmin.ProximalInteriorPoint{}, argmin.Options{})
	r, err := solver.Run(argmin.QPPoint{}, q)
	if err != nil {
		panic(err)
	}
	fmt.Printf("%.4f\n", r.Params.X)
	// Output: [0.7273 0.2727]
}

func ExampleQuadratic() {
	// The nearest point of the simplex to a given one.
	project := argmin.Quadratic(func(p num.Array) argmin.QP {
		n := p.Size()
		return argmin.QP{Q: num.Eye(n), C: p.Neg(), A: num.Full(num.Float64, 1, 1, n), B: num.Vector(1.), Lower: num.Scalar(0.)}
	}, nil, argmin.Options{})
	r, err := project.Run(argmin.QPPoint{}, num.Vector(0.9, 0.5, -0.3))
	if err != nil {
		panic(err)
	}
	fmt.Printf("%.4f %v\n", r.Params.X, r.State.Status())
	// Output: [0.7000 0.3000 0.0000] converged
}

func ExampleOSQP() {
	q := argmin.QP{Q: num.Eye(2), C: num.Vector(-1., -1.5), G: num.New([]float64{1, 1}, 1, 2), H: num.Vector(1.)}
	solver := argmin.Quadratic(func(q argmin.QP) argmin.QP { return q }, argmin.OSQP{}, argmin.Options{})
	r, err := solver.Run(argmin.QPPoint{}, q)
	if err != nil {
		panic(err)
	}
	fmt.Printf("%.4f, multiplier %.4f\n", r.Params.X, r.Params.Between.At(0))
	// Output: [0.2500 0.7500], multiplier 0.7500
}

func ExamplePDHG() {
	// The cheapest shipment of 3 and 4 units from two stores to two shops, of which the first wants 5: no matrix is stored.
	ship := argmin.LinearMap(func(x num.Array) num.Array {
		x = x.Reshape(2, 2)
		return num.Concat(0, x.Sum(1), x.Sum(0))
	})
	solver := argmin.Quadratic(func(costs num.Array) argmin.QP {
		return argmin.QP{C: costs, A: ship, B: num.Vector(3., 4, 5, 2), Lower: num.Scalar(0.)}
	}, argmin.PDHG{}, argmin.Options{})
	r, err := solver.Run(argmin.QPPoint{}, num.Vector(1., 3, 2, 1))
	if err != nil {
		panic(err)
	}
	fmt.Printf("%.4f\n", r.Params.X.Reshape(2, 2))
	// Output: [[3.0000 0.0000] [2.0000 2.0000]]
}

func TestOSQP(t *testing.T) {
	rng := rand.New(rand.NewPCG(11, 12))
	cold, warm := 0., 0.
	for range 10 {
		q := randomQP(rng, 20, 5, 15)
		r, err := qpSolver(argmin.OSQP{}).Run(argmin.QPPoint{}, q)
		if err != nil || r.Err() != nil || violated(q, r.Params) > 1e-4 {
			t.Errorf("%v, %v, off by %g", err, r.State, violated(q, r.Params))
		}
		q.C = q.C.AddScalar(1e-3)
		again, err := qpSolver(argmin.OSQP{}).Run(r.Params, q)
		if err != nil || again.Err() != nil {
			t.Errorf("%v, %v from the answer of a program nearby", err, again.State)
		}
		cold, warm = cold+r.State.NIter.Item(), warm+again.State.NIter.Item()
	}
	if warm > 0.8*cold {
		t.Errorf("%v steps from the answers of programs nearby, %v from nothing", warm, cold)
	}
	for name, test := range map[string]struct {
		q    argmin.QP
		want status.Code
	}{
		"infeasible": {argmin.QP{Q: num.Eye(2), C: num.Vector(1., 2), G: num.New([]float64{1, 1}, 1, 2), Low: num.Vector(3.), Lower: num.Scalar(0.), Upper: num.Scalar(1.)}, status.Infeasible},
		"unbounded":  {argmin.QP{Q: num.FromDiag(num.Vector(1., 0)), C: num.Vector(1., -1), Lower: num.Scalar(-1.)}, status.Unbounded},
	} {
		r, err := qpSolver(argmin.OSQP{}).Run(argmin.QPPoint{}, test.q)
		if err != nil || r.State.Status() != test.want {
			t.Errorf("%s: %v, %v", name, r.State, err)
		}
	}
}

// A Q that is not positive semidefinite is named as that, with and without limits, and the answer is the start.
func TestQuadraticNotConvex(t *testing.T) {
	for name, q := range map[string]argmin.QP{
		"free":    {Q: num.Eye(2).Neg(), C: num.Vector(1, 1)},
		"half":    {Q: num.Eye(2).Neg(), C: num.Vector(1, 1), Upper: num.Vector(3, 3)},
		"bounded": {Q: num.New([]float64{1, 0, 0, -1}, 2, 2), C: num.Vector(1, 1), Lower: num.Vector(-3, -3), Upper: num.Vector(3, 3)},
	} {
		for _, m := range []argmin.QuadraticMethod{argmin.ProximalInteriorPoint{}, argmin.OSQP{}, argmin.DualActiveSet{}} {
			r, err := argmin.Quadratic(func(q argmin.QP) argmin.QP { return q }, m, argmin.Options{}).Run(argmin.QPPoint{}, q)
			if err != nil || r.State.Status() != status.NotConvex || r.State.Value.Item() != 0 {
				t.Errorf("%s by %T: %v, %v", name, m, r.State, err)
			}
		}
	}
}
