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

// denseProgram is the data of a program with dense matrices.
type denseProgram struct {
	Q, C               num.Array
	A, B, G, H, Low    num.Array `tree:"omitzero"`
	Lower, Upper, Cost num.Array `tree:"omitzero"`
}

func (d denseProgram) qp() argmin.QP {
	return argmin.QP{Q: d.Q.Add(d.Q.T()).Scale(0.5), C: d.C, A: d.A, B: d.B, G: d.G, H: d.H, Low: d.Low, Lower: d.Lower, Upper: d.Upper}
}

// checkQPDerivatives compares the derivatives of the solution and all multipliers with central differences, in both modes.
func checkQPDerivatives(t *testing.T, m argmin.QuadraticMethod, program func(denseProgram) argmin.QP, start denseProgram) {
	t.Helper()
	s := argmin.Quadratic(program, m, argmin.Options{})
	x, params := num.Ravel(start)
	f := func(x num.Array) num.Array {
		p := s.Argmin(argmin.QPPoint{}, params(x))
		all := num.Concat(0, p.X, p.Equal, p.Between, p.Bounds)
		return all.Mul(num.Arange(num.Float64, 1, all.Size()+1).Sin()).Sum()
	}
	value := num.Jit(f)
	at := func(x num.Array) float64 {
		v, err := value.Call(x)
		if err != nil {
			t.Fatal(err)
		}
		return v.Item()
	}
	g, err := num.Jit(num.Grad(f)).Call(x)
	if err != nil {
		t.Fatal(err)
	}
	numbers := x.Float64s()
	along := 0.
	direction := make([]float64, len(numbers))
	for i := range numbers {
		const h = 1e-5
		step := func(by float64) float64 {
			y := append([]float64(nil), numbers...)
			y[i] += by
			return at(num.New(y, len(y)))
		}
		want, got := (step(h)-step(-h))/(2*h), g.Float64s()[i]
		if math.IsInf(numbers[i], 0) {
			want = 0
		}
		if math.Abs(got-want) > 2e-6*(1+math.Abs(want)) {
			t.Errorf("%T: derivative %d is %g, differences say %g", m, i, got, want)
		}
		direction[i] = math.Cos(float64(i))
		along += got * direction[i]
	}
	_, forward := num.JVP(f, x, num.New(direction, len(direction)))
	if got := forward.Item(); math.Abs(got-along) > 1e-7*(1+math.Abs(along)) {
		t.Errorf("%T: forward mode has %g, reverse mode %g", m, got, along)
	}
}

func dense(q argmin.QP) denseProgram {
	m := func(a argmin.Matrix) num.Array { x, _ := a.(num.Array); return x }
	return denseProgram{Q: m(q.Q), C: q.C, A: m(q.A), B: q.B, G: m(q.G), H: q.H, Lower: q.Lower, Upper: q.Upper}
}

func TestMethodsOfQuadraticHaveDerivatives(t *testing.T) {
	rng := rand.New(rand.NewPCG(5, 6))
	for range 2 {
		checkQPDerivatives(t, argmin.DualActiveSet{}, denseProgram.qp, dense(randomQP(rng, 6, 2, 5)))
	}
	equations := dense(randomQP(rng, 6, 3, 1))
	equations.G, equations.H, equations.Lower = num.Array{}, num.Array{}, num.Array{}
	checkQPDerivatives(t, argmin.EqualityConstrainedQP{}, denseProgram.qp, equations)
	checkQPDerivatives(t, argmin.EqualityConstrainedQP{MatrixFree: true}, denseProgram.qp, equations)
	box := dense(randomQP(rng, 6, 1, 1))
	box.A, box.B, box.G, box.H = num.Array{}, num.Array{}, num.Array{}, num.Array{}
	checkQPDerivatives(t, argmin.BoxCDQP{}, denseProgram.qp, box)
}

// A program without a solution has an elastic one, with derivatives.
func TestElasticDerivatives(t *testing.T) {
	rng := rand.New(rand.NewPCG(15, 16))
	p := dense(randomQP(rng, 4, 1, 3))
	p.Upper = p.Lower.AddScalar(1)
	p.B = p.B.AddScalar(30) // out of reach
	for _, squared := range []bool{false, true} {
		program := func(d denseProgram) argmin.QP { return argmin.ElasticQP(d.qp(), num.Scalar(7.), squared) }
		checkQPDerivatives(t, argmin.ProximalInteriorPoint{}, program, p)
		checkQPDerivatives(t, argmin.DualActiveSet{}, program, p)
	}
}

// Elastic programs have the solution where there is one, and else one of least violation at the price.
func TestElastic(t *testing.T) {
	rng := rand.New(rand.NewPCG(17, 18))
	q := randomQP(rng, 8, 2, 6)
	want := solveQP(t, q).Params
	size := math.Max(want.Equal.Abs().Max().Item(), want.Between.Abs().Max().Item())
	sparsely := q
	sparsely.Q, sparsely.A, sparsely.G = sparse.FromDense(q.Q.(num.Array)), sparse.FromDense(q.A.(num.Array)), sparse.FromDense(q.G.(num.Array))
	maps := q
	maps.Q, maps.A, maps.G = argmin.LinearMap(q.Q.MatMul), argmin.LinearMap(q.A.MatMul), argmin.LinearMap(q.G.MatMul)
	for name, q := range map[string]argmin.QP{"arrays": q, "sparse": sparsely, "functions": maps} {
		solve := func(weight float64, squared bool) argmin.Result[argmin.QPPoint] {
			s := argmin.Quadratic(func(w num.Array) argmin.QP { return argmin.ElasticQP(q, w, squared) }, nil, argmin.Options{})
			r, err := s.Run(argmin.QPPoint{}, num.Scalar(weight))
			if err != nil || r.Err() != nil {
				t.Fatal(name, err, r.Err())
			}
			return r
		}
		r := solve(2*size, false)
		if d := r.Params.X.Range(0, 8).Sub(want.X).Abs().Max().Item(); d > 1e-7 {
			t.Errorf("%s: the elastic solution differs by %g", name, d)
		}
		if d := r.Params.Between.Sub(want.Between).Abs().Max().Item(); d > 1e-6 {
			t.Errorf("%s: its multipliers differ by %g", name, d)
		}
		// Squares: the violations are the multipliers over the weight.
		if d := solve(1e6, true).Params.X.Range(0, 8).Sub(want.X).Abs().Max().Item(); d > 1e-4*size {
			t.Errorf("%s: with squares it differs by %g", name, d)
		}
	}
	// x = 1 and x = 3 at once: any point between has the least sum, the middle the least squares.
	twice := argmin.QP{Q: num.Eye(1).Scale(1e-2), C: num.Vector(0.), A: num.New([]float64{1, 1}, 2, 1), B: num.Vector(1., 3)}
	for _, m := range []argmin.QuadraticMethod{argmin.ProximalInteriorPoint{}, argmin.DualActiveSet{}} {
		for squared, want := range map[bool]float64{false: 1, true: 2} {
			r, err := qpSolver(m).Run(argmin.QPPoint{}, argmin.ElasticQP(twice, num.Scalar(10.), squared))
			if x := r.Params.X.At(0).Item(); err != nil || r.Err() != nil || math.Abs(x-want) > 2e-3 {
				t.Errorf("%T, squared %v: %v, want %v: %v, %v", m, squared, x, want, err, r.State)
			}
		}
	}
	_, err := argmin.Quadratic(func(w num.Array) argmin.QP { return argmin.ElasticQP(twice, w, false) }, nil, argmin.Options{}).Run(argmin.QPPoint{}, num.Vector(1., 2))
	if err == nil || !strings.Contains(err.Error(), "weight must be a scalar of type float64, as QP.C") {
		t.Error(err)
	}
}

func ExampleElasticQP() {
	// No x satisfies both rows; the elastic program has a least sum of violations.
	q := argmin.QP{Q: num.Eye(1), C: num.Vector(0.), G: num.New([]float64{1, 1}, 2, 1), Low: num.Vector(4, math.Inf(-1)), H: num.Vector(math.Inf(1), 3)}
	solver := argmin.Quadratic(func(q argmin.QP) argmin.QP { return argmin.ElasticQP(q, num.Scalar(100.), false) }, nil, argmin.Options{})
	r, err := solver.Run(argmin.QPPoint{}, q)
	if err != nil {
		panic(err)
	}
	fmt.Printf("%.4f\n", r.Params.X.At(0))
	// Output: 3.0000
}

func TestEqualityConstrainedQP(t *testing.T) {
	rng := rand.New(rand.NewPCG(21, 22))
	for _, n := range []int{10, 130} {
		q := randomQP(rng, n, 4, 1)
		q.G, q.H, q.Lower = nil, num.Array{}, num.Array{}
		want := solveQP(t, q).Params
		same := func(name string, free bool, q argmin.QP) {
			r, err := argmin.Quadratic(func(num.Array) argmin.QP { return q }, argmin.EqualityConstrainedQP{MatrixFree: free}, argmin.Options{}).Run(argmin.QPPoint{}, num.Scalar(0.))
			if err != nil || r.Err() != nil {
				t.Fatal(name, n, err, r.Err())
			}
			if d := num.Concat(0, r.Params.X.Sub(want.X), r.Params.Equal.Sub(want.Equal)).Abs().Max().Item(); d > 1e-7 {
				t.Errorf("%s, n = %d: differs by %g, %v", name, n, d, r.State)
			}
		}
		same("dense", false, q)
		same("products", true, q)
		other := q
		other.Q, other.A = argmin.LinearMap(q.Q.MatMul), argmin.LinearMap(q.A.MatMul)
		same("functions", true, other)
		other.Q, other.A = sparse.FromDense(q.Q.(num.Array)), sparse.FromDense(q.A.(num.Array))
		same("sparse", false, other)
		same("products of sparse matrices", true, other)
	}
}

func TestEqualityConstrainedQPEnds(t *testing.T) {
	rows := func(x ...float64) num.Array { return num.New(x, len(x)/2, 2) }
	eye := num.Eye(2)
	for _, test := range []struct {
		name string
		q    argmin.QP
		want status.Code
		x    []float64
	}{
		{"no rows", argmin.QP{Q: eye, C: num.Vector(1., 2)}, status.Converged, []float64{-1, -2}},
		{"c = 0", argmin.QP{Q: rows(4, 1, 1, 2), C: num.Vector(0., 0), A: rows(1, 1), B: num.Vector(1.)}, status.Converged, []float64{0.25, 0.75}},
		{"a row three times", argmin.QP{Q: eye.Scale(2), C: num.Vector(-2., -4), A: rows(1, 1, 1, 1, 1, 1), B: num.Vector(2., 2, 2)}, status.Converged, []float64{0.5, 1.5}},
		{"a sum of rows", argmin.QP{Q: eye.Scale(2), C: num.Vector(-2., -4), A: rows(1, 1, 3, 3, 4, 4), B: num.Vector(2., 6, 8)}, status.Converged, []float64{0.5, 1.5}},
		{"a row of zeros", argmin.QP{Q: eye, C: num.Vector(1., 2), A: rows(0, 0), B: num.Vector(0.)}, status.Converged, []float64{-1, -2}},
		{"a flat Q held by rows", argmin.QP{Q: num.FromDiag(num.Vector(1., 0)), C: num.Vector(0., 1), A: rows(1, 1), B: num.Vector(1.)}, status.Converged, []float64{1, 0}},
		{"a fixed variable", argmin.QP{Q: eye, C: num.Vector(1., 2), Lower: num.Vector(3, math.Inf(-1)), Upper: num.Vector(3, math.Inf(1))}, status.Converged, []float64{3, -2}},
		{"a row of G that is an equation", argmin.QP{Q: eye, C: num.Vector(0., 0), G: rows(1, 1), Low: num.Vector(2.), H: num.Vector(2.)}, status.Converged, []float64{1, 1}},
		{"contradiction", argmin.QP{Q: eye, C: num.Vector(1., 2), A: rows(1, 1, 1, 1), B: num.Vector(1., 2)}, status.Infeasible, nil},
		{"a row of zeros that is to be 1", argmin.QP{Q: eye, C: num.Vector(1., 2), A: rows(0, 0), B: num.Vector(1.)}, status.Infeasible, nil},
		{"unbounded", argmin.QP{Q: num.FromDiag(num.Vector(1., 0)), C: num.Vector(1., 1), A: rows(1, 0), B: num.Vector(1.)}, status.Unbounded, nil},
		{"a slope without Q", argmin.QP{C: num.Vector(1., 1), A: rows(1, 0), B: num.Vector(1.)}, status.Unbounded, nil},
		{"not convex", argmin.QP{Q: num.FromDiag(num.Vector(1., -1)), C: num.Vector(1., 1)}, status.NotConvex, nil},
		{"NaN", argmin.QP{Q: eye, C: num.Vector(1., math.NaN())}, status.NonFinite, nil},
	} {
		for _, free := range []bool{false, true} {
			r, err := qpSolver(argmin.EqualityConstrainedQP{MatrixFree: free}).Run(argmin.QPPoint{}, test.q)
			if err != nil || r.State.Status() != test.want {
				t.Errorf("%s, matrix-free %v: %v, %v, want %v", test.name, free, r.State, err, test.want)
			}
			for i, x := range test.x {
				if got := r.Params.X.At(i).Item(); math.Abs(got-x) > 1e-8 {
					t.Errorf("%s, matrix-free %v: x[%d] = %v, want %v", test.name, free, i, got, x)
				}
			}
		}
	}
	_, err := qpSolver(argmin.EqualityConstrainedQP{}).Run(argmin.QPPoint{}, argmin.QP{Q: eye, C: num.Vector(1., 2), Lower: num.Scalar(0.)})
	if err == nil || !strings.Contains(err.Error(), "the program has limits that are not equations (take ProximalInteriorPoint, OSQP or DualActiveSet); their number is: 2") {
		t.Error(err)
	}
	_, err = qpSolver(argmin.EqualityConstrainedQP{MatrixFree: true}).Run(argmin.QPPoint{}, argmin.QP{Q: rows(1, 1, 0, 1), C: num.Vector(1., 2)})
	if err == nil || !strings.Contains(err.Error(), "QP.Q is not symmetric") {
		t.Error(err)
	}
}

func ExampleEqualityConstrainedQP() {
	q := argmin.QP{Q: num.New([]float64{2, 0.5, 0.5, 1}, 2, 2), C: num.Vector(1., 1), A: num.New([]float64{1, 1}, 1, 2), B: num.Vector(1.)}
	solver := argmin.Quadratic(func(q argmin.QP) argmin.QP { return q }, argmin.EqualityConstrainedQP{}, argmin.Options{})
	r, err := solver.Run(argmin.QPPoint{}, q)
	if err != nil {
		panic(err)
	}
	fmt.Printf("%.4f, multiplier %.4f\n", r.Params.X, r.Params.Equal.At(0))
	// Output: [0.2500 0.7500], multiplier -1.8750
}

func TestBoxCDQP(t *testing.T) {
	rng := rand.New(rand.NewPCG(31, 32))
	for _, n := range []int{12, 120} {
		q := randomQP(rng, n, 0, 0)
		q.A, q.G, q.B, q.H = nil, nil, num.Array{}, num.Array{}
		q.Q = q.Q.(num.Array).Add(num.Eye(n).Scale(5))
		q.Upper = q.Lower.AddScalar(0.3)
		for _, m := range []argmin.Matrix{q.Q, sparse.FromDense(q.Q.(num.Array))} {
			q.Q = m
			want := solveQP(t, q).Params
			r, err := argmin.Quadratic(func(num.Array) argmin.QP { return q }, argmin.BoxCDQP{}, argmin.Options{}).Run(argmin.QPPoint{}, num.Scalar(0.))
			if err != nil || r.Err() != nil || r.Params.X.Sub(want.X).Abs().Max().Item() > 1e-8 || r.Params.Bounds.Sub(want.Bounds).Abs().Max().Item() > 1e-7 {
				t.Errorf("n = %d, %T: %v, %v", n, m, err, r.State)
			}
		}
	}
	inf := math.Inf(1)
	for _, test := range []struct {
		name string
		q    argmin.QP
		want status.Code
		x    []float64
	}{
		{"no bounds", argmin.QP{Q: num.Eye(2), C: num.Vector(1., 2)}, status.Converged, []float64{-1, -2}},
		{"no curvature in one", argmin.QP{Q: num.FromDiag(num.Vector(1., 0)), C: num.Vector(1., -2), Upper: num.Vector(inf, 3)}, status.Converged, []float64{-1, 3}},
		{"no Q", argmin.QP{C: num.Vector(1., -2), Lower: num.Scalar(-1.), Upper: num.Scalar(1.)}, status.Converged, []float64{-1, 1}},
		{"a fixed variable", argmin.QP{Q: num.Eye(2).AddScalar(1), C: num.Vector(0., 0), Lower: num.Vector(2, -inf), Upper: num.Vector(2, inf)}, status.Converged, []float64{2, -1}},
		{"unbounded", argmin.QP{Q: num.FromDiag(num.Vector(1., 0)), C: num.Vector(1., -2)}, status.Unbounded, nil},
		{"crossed bounds", argmin.QP{Q: num.Eye(2), C: num.Vector(1., 2), Lower: num.Vector(0., 1), Upper: num.Vector(1., 0)}, status.Infeasible, nil},
		{"not convex", argmin.QP{Q: num.FromDiag(num.Vector(-1., 1)), C: num.Vector(1., 2), Lower: num.Scalar(-1.), Upper: num.Scalar(1.)}, status.NotConvex, nil},
	} {
		r, err := qpSolver(argmin.BoxCDQP{}).Run(argmin.QPPoint{}, test.q)
		if err != nil || r.State.Status() != test.want {
			t.Errorf("%s: %v, %v, want %v", test.name, r.State, err, test.want)
		}
		for i, x := range test.x {
			if got := r.Params.X.At(i).Item(); math.Abs(got-x) > 1e-8 {
				t.Errorf("%s: x[%d] = %v, want %v", test.name, i, got, x)
			}
		}
	}
	_, err := qpSolver(argmin.BoxCDQP{}).Run(argmin.QPPoint{}, argmin.QP{Q: num.Eye(2), C: num.Vector(1., 2), G: num.Eye(2), H: num.Scalar(1.)})
	if err == nil || !strings.Contains(err.Error(), "the program has 2 rows of QP.A and QP.G; the method is for bounds only") {
		t.Error(err)
	}
	joined := sparse.FromDense(num.Eye(300).AddScalar(1))
	_, err = argmin.Quadratic(func(c num.Array) argmin.QP { return argmin.QP{Q: joined, C: c} }, argmin.BoxCDQP{}, argmin.Options{}).Run(argmin.QPPoint{}, num.Zeros(300))
	if err == nil || !strings.Contains(err.Error(), "join its variables into 300 groups") {
		t.Error(err)
	}
}

func ExampleBoxCDQP() {
	// The dual of a support vector machine with hinge loss: bounds only.
	x := num.New([]float64{2, 1, 1, 3, -1, -2, -2, 0.5}, 4, 2)
	y := num.Vector(1., 1, -1, -1)
	rows := x.Mul(y.Reshape(4, 1))
	q := argmin.QP{Q: rows.MatMul(rows.T()), C: num.Vector(-1., -1, -1, -1), Lower: num.Scalar(0.), Upper: num.Scalar(1.)}
	solver := argmin.Quadratic(func(q argmin.QP) argmin.QP { return q }, argmin.BoxCDQP{}, argmin.Options{})
	r, err := solver.Run(argmin.QPPoint{}, q)
	if err != nil {
		panic(err)
	}
	fmt.Printf("%.4f\n", r.Params.X.MatMul(rows))
	// Output: [0.5556 0.2222]
}

// Programs too large for factors, by products.
func TestQuadraticWithoutMatrices(t *testing.T) {
	n := 100000
	// Second differences with a diagonal, and means of neighbors as rows.
	q := argmin.LinearMap(func(x num.Array) num.Array {
		left, right := num.Concat(0, x.Range(0, 1).Scale(0), x.Range(0, n-1)), num.Concat(0, x.Range(1, n), x.Range(0, 1).Scale(0))
		return x.Scale(3).Sub(left).Sub(right)
	})
	pairs := argmin.LinearMap(func(x num.Array) num.Array { return x.Reshape(n/2, 2).Sum(1) })
	c := num.Arange(num.Float64, 0, n).Sin()
	solve := func(m argmin.QuadraticMethod, p argmin.QP) argmin.Result[argmin.QPPoint] {
		r, err := argmin.Quadratic(func(c num.Array) argmin.QP { p := p; p.C = c; return p }, m, argmin.Options{Tol: 1e-6}).Run(argmin.QPPoint{}, c)
		if err != nil || r.Err() != nil {
			t.Errorf("%T: %v, %v", m, err, r.State)
		}
		t.Logf("%T: %v", m, r.State)
		return r
	}
	r := solve(argmin.EqualityConstrainedQP{MatrixFree: true}, argmin.QP{Q: q, A: pairs, B: num.Scalar(0.1)})
	if d := pairs(r.Params.X).AddScalar(-0.1).Abs().Max().Item(); d > 1e-6 {
		t.Errorf("rows are off by %g", d)
	}
	r = solve(argmin.OSQP{MatrixFree: true}, argmin.QP{Q: q, G: pairs, Low: num.Scalar(-0.1), H: num.Scalar(0.1), Lower: num.Scalar(-0.2)})
	if d := pairs(r.Params.X).Abs().Max().Item(); d > 0.1+1e-6 || r.Params.X.Min().Item() < -0.2-1e-6 {
		t.Errorf("rows are up to %g", d)
	}
	off := num.Full(num.Float64, -1, n-1)
	r = solve(argmin.BoxCDQP{}, argmin.QP{Q: sparse.Diags(n, n, []int{-1, 0, 1}, off, num.Full(num.Float64, 3, n), off), Lower: num.Scalar(-0.25), Upper: num.Scalar(0.25)})
	if x := r.Params.X.Abs().Max().Item(); x > 0.25 {
		t.Errorf("x is up to %g", x)
	}
}

// The answer of a program without a solution is the proof, which anyone can check.
func TestQuadraticProofs(t *testing.T) {
	infinite := math.Inf(1)
	rows := num.New([]float64{1, 1, 1, 1}, 2, 2)
	impossible := argmin.QP{Q: num.Eye(2), C: num.Vector(1., 2), A: rows, B: num.Vector(1., 2), G: num.Full(num.Float64, 0, 1, 2), H: num.Vector(infinite), Lower: num.Scalar(-infinite)}
	falling := argmin.QP{Q: num.FromDiag(num.Vector(1., 0)), C: num.Vector(1., -1)}
	all := []argmin.QuadraticMethod{argmin.ProximalInteriorPoint{}, argmin.OSQP{}, argmin.OSQP{MatrixFree: true}, argmin.DualActiveSet{}, argmin.EqualityConstrainedQP{}, argmin.EqualityConstrainedQP{MatrixFree: true}}
	for _, m := range all {
		r, err := qpSolver(m).Run(argmin.QPPoint{}, impossible)
		if err != nil || r.State.Status() != status.Infeasible {
			t.Fatalf("%T: %v, %v", m, err, r.State)
		}
		y := r.Params.Equal
		gain := y.Dot(impossible.B).Neg().Item()
		if left := y.MatMul(rows).Add(r.Params.Bounds).Abs().Max().Item(); gain <= 0 || left > 1e-6*gain {
			t.Errorf("%T: multipliers %v prove nothing: %g is left, for a gain of %g", m, y, left, gain)
		}
	}
	for _, m := range append(all, argmin.BoxCDQP{}) {
		r, err := qpSolver(m).Run(argmin.QPPoint{}, falling)
		if err != nil || r.State.Status() != status.Unbounded {
			t.Fatalf("%T: %v, %v", m, err, r.State)
		}
		x := r.Params.X
		fall := falling.C.Dot(x).Neg().Item()
		if bend := falling.Q.MatMul(x).Abs().Max().Item(); fall <= 0 || bend > 1e-6*fall {
			t.Errorf("%T: along %v values do not fall for ever", m, x)
		}
	}
}

// OSQP with functions has the answers and certificates that it has with matrices.
func TestMatrixFreeOSQP(t *testing.T) {
	rng := rand.New(rand.NewPCG(41, 42))
	for _, n := range []int{10, 120} {
		q := randomQP(rng, n, 3, 8)
		want := solveQP(t, q).Params
		q.Q, q.A, q.G = argmin.LinearMap(q.Q.MatMul), argmin.LinearMap(q.A.MatMul), argmin.LinearMap(q.G.MatMul)
		r, err := argmin.Quadratic(func(num.Array) argmin.QP { return q }, argmin.OSQP{MatrixFree: true}, argmin.Options{}).Run(argmin.QPPoint{}, num.Scalar(0.))
		if d := r.Params.X.Sub(want.X).Abs().Max().Item(); err != nil || r.Err() != nil || d > 1e-4 {
			t.Errorf("n = %d: %v, %v, off by %g", n, err, r.State, d)
		}
		t.Log(r.State)
	}
	for name, test := range map[string]struct {
		q    argmin.QP
		want status.Code
	}{
		"infeasible": {argmin.QP{Q: num.Eye(2), C: num.Vector(1., 2), G: num.New([]float64{1, 1}, 1, 2), Low: num.Vector(3.), Lower: num.Scalar(0.), Upper: num.Scalar(1.)}, status.Infeasible},
		"unbounded":  {argmin.QP{Q: num.FromDiag(num.Vector(1., 0)), C: num.Vector(1., -1), Lower: num.Scalar(-1.)}, status.Unbounded},
		"not convex": {argmin.QP{Q: num.FromDiag(num.Vector(1., -1)), C: num.Vector(1., -1), Lower: num.Scalar(-1.)}, status.NotConvex},
	} {
		r, err := qpSolver(argmin.OSQP{MatrixFree: true}).Run(argmin.QPPoint{}, test.q)
		if err != nil || r.State.Status() != test.want {
			t.Errorf("%s: %v, %v", name, r.State, err)
		}
	}
}
