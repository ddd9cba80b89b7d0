package argmin_test

import (
	"math"
	"math/rand/v2"
	"strings"
	"testing"

	"github.com/argmin-go/argmin"
	"github.com/argmin-go/argmin/num"
	"github.com/argmin-go/argmin/sparse"
	"github.com/argmin-go/argmin/status"
)

// A start at the answer of a program nearby, with its multipliers, saves steps, and one at the answer itself takes none.
func TestPDHGWarmStart(t *testing.T) {
	rng := rand.New(rand.NewPCG(21, 22))
	cold, warm := 0., 0.
	s := qpSolver(argmin.PDHG{})
	for range 10 {
		q := randomQP(rng, 20, 5, 15)
		r, err := s.Run(argmin.QPPoint{}, q)
		if err != nil || r.Err() != nil || violated(q, r.Params) > 1e-4 {
			t.Fatalf("%v, %v, off by %g", err, r.State, violated(q, r.Params))
		}
		same, err := s.Run(r.Params, q)
		if err != nil || same.Err() != nil || same.State.NIter.Item() > 0 {
			t.Errorf("%v, %v from its own answer", err, same.State)
		}
		q.C = q.C.AddScalar(1e-3)
		again, err := s.Run(r.Params, q)
		fresh, err2 := s.Run(argmin.QPPoint{}, q)
		if err != nil || err2 != nil || again.Err() != nil {
			t.Errorf("%v, %v from the answer of a program nearby", err, again.State)
		}
		cold, warm = cold+fresh.State.NFev.Item(), warm+again.State.NFev.Item()
	}
	t.Logf("%v steps from the answers of programs nearby, %v from nothing", warm, cold)
	if warm > 0.8*cold {
		t.Errorf("%v steps from the answers of programs nearby, %v from nothing", warm, cold)
	}
}

// What users of PDLP in OR-Tools, cuPDLPx, MPAX and HiGHS have reported.
func TestPDHGReports(t *testing.T) {
	inf := math.Inf(1)
	matrix := func(cols int, v ...float64) num.Array { return num.New(v, len(v)/cols, cols) }
	free, positive := num.Array{}, num.Scalar(0.)
	for _, test := range []struct {
		name string
		q    argmin.QP
		want status.Code
		best float64
	}{
		{"cuPDLPx 9: unbounded without bounds", argmin.QP{C: num.Vector(1., 1), A: matrix(2, 1, 2), B: num.Vector(5.), G: matrix(2, 3, 2), H: num.Vector(8.)}, status.Unbounded, 0},
		{"HiGHS 1966: a row below 1 and above 2", argmin.QP{C: num.Vector(2., -1), G: matrix(2, 1, -1, 1, -1), Low: num.Vector(-inf, 2), H: num.Vector(1, inf), Lower: positive}, status.Infeasible, 0},
		{"HiGHS 295: variables in no row", argmin.QP{C: num.Vector(0., 0, 0, 1, -1), G: matrix(5, 1, 0, 0, 0, 0, 0, 1, 0, 0, 0), H: num.Vector(2., -2),
			Lower: num.Vector(-inf, -inf, -inf, -1, -1), Upper: num.Vector(inf, inf, inf, 1, 1)}, status.Converged, -2},
		{"HiGHS 395: called unbounded", argmin.QP{C: num.Vector(1., -4), G: matrix(2, -3, 1, 1, 2), H: num.Vector(6., 4), Lower: num.Vector(-inf, -3)}, status.Converged, -80. / 7},
		{"OR-Tools 3654: called infeasible", argmin.QP{C: num.Vector(11, -9.5, 7.27), A: matrix(3, 1, -1, 1), B: num.Vector(0.), Lower: num.Vector(1, 1, -inf)}, status.Unbounded, 0},
		{"OR-Tools 3319: no rows", argmin.QP{C: num.Vector(-1.), Lower: positive}, status.Unbounded, 0},
		{"OR-Tools 2198: no rows, one bound", argmin.QP{C: num.Vector(-1., -1), Lower: positive, Upper: num.Vector(inf, 10)}, status.Unbounded, 0},
		{"OR-Tools 4874: tiny costs, called infeasible", argmin.QP{C: num.Vector(1e-15, 2e-15), A: matrix(2, 1, 1), B: num.Vector(1.), Lower: positive}, status.Converged, 1e-15},
		{"MPAX 14: a matrix of zeros", argmin.QP{C: num.Vector(1., -1), G: matrix(2, 0, 0), H: num.Vector(1.), Lower: num.Scalar(-1.), Upper: num.Scalar(1.)}, status.Converged, -2},
		{"no rows in a box", argmin.QP{C: num.Vector(1., -1), Lower: num.Scalar(-1e3), Upper: num.Scalar(1e3)}, status.Converged, -2e3},
		{"no objective", argmin.QP{C: num.Vector(0., 0), A: matrix(2, 1, 1), B: num.Vector(1.)}, status.Converged, 0},
		{"one free variable", argmin.QP{Q: num.Eye(1), C: num.Vector(-3.), Lower: free}, status.Converged, -4.5},
	} {
		r, err := qpSolver(argmin.PDHG{}).Run(argmin.QPPoint{}, test.q)
		if err != nil || r.State.Status() != test.want {
			t.Errorf("%s: %v, %v", test.name, r.State, err)
		} else if v := r.State.Value.Item(); test.want == status.Converged && math.Abs(v-test.best) > 1e-4*(1+math.Abs(test.best)) {
			t.Errorf("%s: value %v, want %v", test.name, v, test.best)
		}
	}

	// OR-Tools 3956: bounds of variables, given as bounds and as rows.
	c := []float64{1e6, -1e6, -1.5e5, 1.5e5, 5e5, -5e5} // of positive and negative parts
	norm := []float64{4e-4, 4e-4, 3e-4, 3e-4, 0.2, 0.2}
	rows := append(append([]float64{}, norm...), 1, -1, 0, 0, 0, 0, 0, 0, 1, -1, 0, 0, 0, 0, 0, 0, 1, -1)
	q := argmin.QP{C: num.Vector(c...), G: matrix(6, rows...), Low: num.Vector(-inf, -75, -25, 0), H: num.Vector(1, inf, inf, inf), Lower: positive}
	first := solveQP(t, q)
	second, err := qpSolver(argmin.PDHG{}).Run(argmin.QPPoint{}, q)
	if err != nil || second.Err() != nil || math.Abs(second.State.Value.Item()/first.State.Value.Item()-1) > 1e-4 {
		t.Errorf("bounds as rows: %v, %v, want %v", second.State, err, first.State.Value)
	}
}

// Matrices that are functions are never stored: regularized transport between points of two squares, 10⁵ variables.
func TestPDHGFunctions(t *testing.T) {
	n := 320
	if testing.Short() {
		n = 60
	}
	rng := rand.New(rand.NewPCG(5, 6))
	costs := make([]float64, n*n)
	for i := range costs {
		costs[i] = rng.Float64()
	}
	sums := argmin.LinearMap(func(x num.Array) num.Array { x = x.Reshape(n, n); return num.Concat(0, x.Sum(1), x.Sum(0)) })
	tenth := argmin.LinearMap(func(x num.Array) num.Array { return x.Scale(0.1) })
	s := argmin.Quadratic(func(c num.Array) argmin.QP {
		return argmin.QP{Q: tenth, C: c, A: sums, B: num.Full(num.Float64, 1, 2*n), Lower: num.Scalar(0.)}
	}, argmin.PDHG{}, argmin.Options{Tol: 1e-4, MaxIter: 200})
	r, err := s.Run(argmin.QPPoint{}, num.New(costs, n*n))
	if err != nil {
		t.Fatal(err)
	}
	t.Log(r.State)
	x := r.Params.X
	if off := sums(x).AddScalar(-1).Abs().Max().Item(); r.Err() != nil || off > 2e-4 || x.Min().Item() < 0 {
		t.Errorf("%v, sums off by %g, least %v", r.State, off, x.Min())
	}

	// One that is not symmetric, and one that is not convex.
	n = 200
	flip := argmin.LinearMap(func(x num.Array) num.Array { return num.Concat(0, x.Range(1, x.Size()), x.Range(0, 1)) })
	bad := argmin.LinearMap(func(x num.Array) num.Array { return x.Mul(num.Linspace(-0.1, 1, x.Size())) })
	program := func(m argmin.Matrix) *argmin.Solver[argmin.QPPoint, num.Array] {
		return argmin.Quadratic(func(c num.Array) argmin.QP { return argmin.QP{Q: m, C: c} }, argmin.PDHG{}, argmin.Options{})
	}
	c := num.Full(num.Float64, 1, n)
	if _, err := program(flip).Run(argmin.QPPoint{}, c); err == nil || !strings.Contains(err.Error(), "QP.Q is not symmetric") {
		t.Errorf("not symmetric: %v", err)
	}
	if r, err := program(bad).Run(argmin.QPPoint{}, c); err != nil || r.State.Status() != status.NotConvex {
		t.Errorf("not convex: %v, %v", r.State, err)
	}
}

// Members of a batch end where they end alone.
func TestPDHGBatch(t *testing.T) {
	rng := rand.New(rand.NewPCG(7, 8))
	q := randomQP(rng, 12, 3, 8)
	s := argmin.Quadratic(func(c num.Array) argmin.QP { p := q; p.C = c; return p }, argmin.PDHG{}, argmin.Options{})
	costs := num.Stack(q.C, q.C.Scale(100), q.C.Neg(), q.C.Scale(0))
	batch := num.Vmap(func(c num.Array) num.Array { return s.Argmin(argmin.QPPoint{}, c).X })(costs)
	for i := range 4 {
		if alone := s.Argmin(argmin.QPPoint{}, costs.At(i)).X; batch.At(i).Sub(alone).Abs().Max().Item() > 1e-9*(1+alone.Abs().Max().Item()) {
			t.Errorf("member %d: %v, alone %v", i, batch.At(i), alone)
		}
	}
}

func TestPDHGBadInput(t *testing.T) {
	run := func(m argmin.PDHG, q argmin.QP) error {
		_, err := qpSolver(m).Run(argmin.QPPoint{}, q)
		return err
	}
	wide := sparse.Identity(num.Float64, 300)
	for _, test := range []struct {
		err  error
		want string
	}{
		{run(argmin.PDHG{Every: -3}, argmin.QP{C: num.Vector(1.)}), "Every"},
		{run(argmin.PDHG{Weight: math.NaN()}, argmin.QP{C: num.Vector(1.)}), "Weight"},
		{run(argmin.PDHG{}, argmin.QP{C: num.Full(num.Float64, 1, 299), G: wide, H: num.Scalar(1.)}), "QP.G is 300×300, want 299 columns"},
	} {
		if test.err == nil || !strings.Contains(test.err.Error(), test.want) {
			t.Errorf("%v, want an error with %q", test.err, test.want)
		}
	}
}

// With a larger gap allowed, feasibility is polished: points are feasible to many digits after fewer steps.
func TestPDHGFeasibilityPolishing(t *testing.T) {
	// Production and stock over time, at costs that change: each stock is the one before with what is made, less the demand.
	const n, tol, gap = 200, 1e-9, 1e-3
	rows, costs, demand := make([]float64, n*2*n), make([]float64, 2*n), make([]float64, n)
	for i := range n {
		rows[i*2*n+i], rows[i*2*n+n+i] = 1, -1
		if i > 0 {
			rows[i*2*n+n+i-1] = 1
		}
		demand[i] = 1 + 0.8*math.Sin(float64(i)/5)
		costs[i], costs[n+i] = 1+0.5*math.Cos(float64(i)/7), 0.01
	}
	q := argmin.QP{C: num.New(costs, 2*n), A: num.New(rows, n, 2*n), B: num.New(demand, n), Lower: num.Scalar(0.),
		Upper: num.Concat(0, num.Full(num.Float64, 1.6, n), num.Full(num.Float64, math.Inf(1), n))}
	run := func(m argmin.PDHG) argmin.Result[argmin.QPPoint] {
		r, err := argmin.Quadratic(func(q argmin.QP) argmin.QP { return q }, m, argmin.Options{Tol: tol}).Run(argmin.QPPoint{}, q)
		if err != nil || r.Err() != nil {
			t.Fatal(r.State, err)
		}
		return r
	}
	whole, polished := run(argmin.PDHG{}), run(argmin.PDHG{Gap: gap})
	a := q.A.(num.Array)
	p := polished.Params
	// Relative to the largest terms: stocks, and prices.
	primal := a.MatMul(p.X).Sub(q.B).Abs().Max().Item() / max(1, p.X.Max().Item())
	dual := q.C.Add(p.Equal.MatMul(a)).Add(p.Bounds).Abs().Max().Item() / max(1, p.Equal.Abs().Max().Item())
	best := whole.State.Value.Item()
	if primal > tol || dual > tol || p.X.Min().Item() < 0 || math.Abs(polished.State.Value.Item()/best-1) > gap {
		t.Errorf("violation %g, of the dual %g, value %v, best %v", primal, dual, polished.State.Value, best)
	}
	if few, all := polished.State.NFev.Item(), whole.State.NFev.Item(); few > 0.8*all {
		t.Errorf("%v steps, %v without polishing", few, all)
	}
}
