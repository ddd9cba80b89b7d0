package argmin_test

import (
	"math"
	"math/rand/v2"
	"testing"

	"github.com/argmin-go/argmin"
	"github.com/argmin-go/argmin/num"
	"github.com/argmin-go/argmin/sparse"
	"github.com/argmin-go/argmin/status"
)

// rowsOf is a matrix by its rows.
func rowsOf(rows ...[]float64) num.Array {
	var all []float64
	for _, r := range rows {
		all = append(all, r...)
	}
	return num.New(all, len(rows), len(rows[0]))
}

// programsReported are programs with which users of quadprog, quadprog++, Accord, qpOASES, qpsolvers and qpax had trouble.
func programsReported() map[string]struct {
	q argmin.QP
	x []float64 // nil where it was not given
} {
	inf := math.Inf(1)
	eye := func(n int) num.Array { return num.Eye(n) }
	// Accord, number 171.
	wide := func(at ...int) []float64 {
		r := make([]float64, 8)
		for _, i := range at {
			r[i] = 1
		}
		return r
	}
	// node-quadprog, number 4.
	pairs := rowsOf([]float64{1, 0, 0, 0, 0, 0}, []float64{-1, 0, 0, 0, 0, 0}, []float64{0, 1, 1, 1, 0, 0}, []float64{0, -1, -1, -1, 0, 0},
		[]float64{0, 0, 0, 0, 1, 1}, []float64{0, 0, 0, 0, -1, -1}, []float64{-1, -1, 0, 0, 0, 0}, []float64{0, 0, -1, 0, -1, 0}, []float64{0, 0, 0, -1, 0, -1})
	// quadprog, pull request 10: off-diagonals of 1e-20.
	tiny := num.Full(num.Float64, 1e-20, 66, 66).Mul(num.Full(num.Float64, 1, 66, 66).Sub(eye(66))).Add(eye(66))
	fixed := num.Arange(num.Float64, 1, 67).Add(num.Arange(num.Float64, 1, 67).Sin().Abs())
	return map[string]struct {
		q argmin.QP
		x []float64
	}{
		"qpOASES 58": {argmin.QP{Q: eye(2), C: num.Zeros(2), G: rowsOf([]float64{0.5, 1}, []float64{0, 1}, []float64{3, -1}), Low: num.Vector(2, 2.5, 3)}, nil},
		"qpax 4": {argmin.QP{Q: rowsOf([]float64{8, 2}, []float64{2, 10}), C: num.Vector(1.5, -2), H: num.Vector(6, -2, 0, 0, 20, inf),
			G: rowsOf([]float64{-1, 2}, []float64{-2, -1}, []float64{-1, 0}, []float64{0, -1}, []float64{1, 0}, []float64{0, 1})}, []float64{0.7625, 0.475}},
		"qpax 5": {argmin.QP{Q: rowsOf([]float64{122, 59, 39, 9}, []float64{59, 95, 48, 24}, []float64{39, 48, 26, 19}, []float64{9, 24, 19, 90}), C: num.Vector(66., 93, 47, 11),
			G: num.Concat(0, eye(4).Neg(), eye(4)), H: num.Vector(inf, 0.4, inf, 1, inf, inf, 0.5, 1)}, []float64{0.18143455, 0.00843864, -2.35442995, 0.35443034}},
		"qpax 8": {argmin.QP{Q: num.New([]float64{5}, 1, 1), C: num.Vector(-5.)}, []float64{1}},
		"qpsolvers 25": {argmin.QP{Q: rowsOf([]float64{4, 5}, []float64{5, 8}), C: num.Vector(-3., 2), H: num.Vector(2400., -1100, 1200, 1500, -300, 0),
			G: rowsOf([]float64{1, 1}, []float64{-2, -3}, []float64{1, 0}, []float64{0, 1}, []float64{-1, 0}, []float64{0, -1})}, nil},
		"quadprog++ 8": {argmin.QP{Q: rowsOf([]float64{281185.204002431, -92893.8557890011, -60253.5974698126}, []float64{-92893.8557890011, 76702.9901253211, -29939.5787486647},
			[]float64{-60253.5974698126, -29939.5787486647, 66906.8909868694}), C: num.Vector(3904.83151316259, 37825.1061016761, -43208.6624650392),
			A: rowsOf([]float64{1, 1, 1}), B: num.Vector(1.), Lower: num.Scalar(0.)}, nil},
		"quadprog 10": {argmin.QP{Q: tiny, C: num.Arange(num.Float64, 1, 67).Neg(), A: eye(66), B: fixed}, fixed.Float64s()},
		"Accord 171": {argmin.QP{Q: eye(8).Scale(4), C: num.Vector(6812., 10218, 3406, 6812, 6812, 10218, 3406, 3406), A: rowsOf(wide(0, 1, 2), wide(3, 4, 5, 6, 7)), B: num.Vector(1703., 918),
			G: rowsOf(wide(0, 3), wide(4), wide(1, 5), wide(6), wide(2, 7)), H: num.Vector(3.001, 407, 12, 496, 1703), Lower: num.Scalar(0.)}, nil},
		"node-quadprog 4": {argmin.QP{Q: eye(6).Scale(2), C: num.Vector(10., 10, 30, 20, 30, 20), G: pairs,
			Low: num.Vector(3.999, -4.001, 4.999, -5.001, 0.999, -1.001, -7.001, -1.001, -2.001), Lower: num.Scalar(-0.001)}, nil},
		"qpOASES example": {argmin.QP{Q: num.FromDiag(num.Vector(1, 0.5)), C: num.Vector(1, 1.5), G: rowsOf([]float64{1, 1}), Low: num.Vector(-2.), H: num.Vector(1.),
			Lower: num.Vector(0., -1), Upper: num.Vector(5, -0.5)}, []float64{0, -1}},
		"jaxopt 469":          {argmin.QP{Q: eye(2), C: num.Vector(-2., -1), A: rowsOf([]float64{0, 0}), B: num.Vector(0.), G: rowsOf([]float64{0, 0}, []float64{0, 0}), H: num.Vector(0., 0)}, []float64{2, 1}},
		"jaxopt 469, one row": {argmin.QP{Q: eye(2), C: num.Vector(0., 0), A: rowsOf([]float64{1, 0}), B: num.Vector(-1.), G: rowsOf([]float64{1, 0}), H: num.Vector(0.)}, []float64{-1, 0}},
	}
}

func TestProgramsReported(t *testing.T) {
	for name, test := range programsReported() {
		want, err := qpSolver(nil).Run(argmin.QPPoint{}, test.q)
		if err != nil || want.Err() != nil {
			t.Errorf("%s: %v, %v", name, err, want.State)
		}
		x := num.New(test.x, len(test.x))
		if test.x == nil {
			x = want.Params.X
		}
		size := 1 + x.Abs().Max().Item()
		for _, m := range []argmin.QuadraticMethod{argmin.ProximalInteriorPoint{}, argmin.DualActiveSet{}, argmin.OSQP{}} {
			r, err := qpSolver(m).Run(argmin.QPPoint{}, test.q)
			if d := r.Params.X.Sub(x).Abs().Max().Item(); err != nil || r.Err() != nil || !(d < 1e-5*size) {
				t.Errorf("%s by %T: %v, %v, off by %g", name, m, err, r.State, d)
			}
		}
	}
}

// qpsolvers, number 18: a row of G and the equation are multiples of each other up to their eighth digits, and contradict each other by as little. Whether
// there is a point is a matter of digits; methods must not claim one that is none, and must agree.
func TestNearlyParallelRows(t *testing.T) {
	q := argmin.QP{Q: num.Eye(6).Scale(5.91249627), C: num.Vector(-0.37214733, 15.92113921, 15.84163501, 1.2103246, -0.16915788, -1.21201618),
		G: rowsOf([]float64{-1.85864514e-01, -5.49878560e-01, 2.08186925e-01, -7.03941541e-02, -2.40054190e-02, 9.40351703e-17},
			[]float64{0, 0.0548184665, 0.0437742048, -0.0137938157, -3.65468438e-03, 0}), H: num.Vector(-0.0691808, -0.01045375),
		A: rowsOf([]float64{0, -0.18543256, -0.14807351, 0.04665987, 0.01236258, 0}), B: num.Vector(0.03536153)}
	for _, m := range []argmin.QuadraticMethod{argmin.ProximalInteriorPoint{}, argmin.DualActiveSet{}} {
		r, err := qpSolver(m).Run(argmin.QPPoint{}, q)
		if err != nil {
			t.Fatal(err)
		}
		t.Logf("%T: %v", m, r.State)
		if r.Success() && violated(q, r.Params) > 1e-5 {
			t.Errorf("%T: %v, off by %g", m, r.State, violated(q, r.Params))
		}
	}
}

// TestRowsThatOnlyAFarPointSatisfies has x₀ = 0 and x₀ + a x₁ = 1, of which the answer is (0, 1/a). Up to rounding beside 1 the rows contradict each other, but nothing
// cancels in the column of a, so that nothing is proved.
func TestRowsThatOnlyAFarPointSatisfies(t *testing.T) {
	rows := func(a float64) argmin.QP {
		return argmin.QP{Q: num.Eye(2), C: num.Zeros(2), A: num.New([]float64{1, 0, 1, a}, 2, 2), B: num.Vector(0., 1.)}
	}
	same := func(a float64) argmin.QP {
		p := rows(a)
		p.A = num.New([]float64{1, a, 1, a}, 2, 2)
		return p
	}
	for _, m := range []argmin.QuadraticMethod{argmin.ProximalInteriorPoint{}, argmin.OSQP{}, argmin.DualActiveSet{}, argmin.PDHG{}, argmin.EqualityConstrainedQP{}} {
		s := argmin.Quadratic(func(q argmin.QP) argmin.QP { return q }, m, argmin.Options{MaxIter: 200})
		for _, a := range []float64{1e-2, 1e-6, 1e-9, 1e-14} {
			r, err := s.Run(argmin.QPPoint{}, rows(a))
			if err != nil {
				t.Fatal(err)
			}
			x := r.Params.X.Float64s()
			switch end := r.State.Status(); end {
			case status.Converged:
				if math.Abs(x[1]*a-1) > 1e-5 {
					t.Errorf("%T, a = %g: converged to %v", m, a, x)
				}
			case status.Stalled, status.IterationLimit:
				if a > 1e-3 {
					t.Errorf("%T, a = %g: %v", m, a, end)
				}
			default:
				t.Errorf("%T, a = %g: %v", m, a, end)
			}
			if r, err = s.Run(argmin.QPPoint{}, same(a)); err != nil || r.State.Status() != status.Infeasible {
				t.Errorf("%T: two equal rows with other sides, a = %g: %v, %v", m, a, r.State.Status(), err)
			}
		}
	}
}

// qpOASES, number 82: the same program again and again takes nothing, and others follow from their last active set.
func TestProgramsInARow(t *testing.T) {
	all := programsReported()
	for _, m := range []argmin.QuadraticMethod{argmin.DualActiveSet{}, argmin.OSQP{}} {
		s := qpSolver(m)
		q := all["qpax 5"].q
		st, err := s.Init(argmin.QPPoint{}, q)
		if err != nil {
			t.Fatal(err)
		}
		for i := range 4 {
			if st, err = s.Continue(t.Context(), st, q); err != nil || st.Result.Err() != nil {
				t.Fatal(err, st.Result.State)
			}
			if n := st.Result.State.NIter.Item(); i > 0 && n > 0 {
				t.Errorf("%T: %v iterations for the same program", m, n)
			}
		}
		// Other matrices with the same limits: what the step knows of the old ones must not be used.
		q.Q = q.Q.(num.Array).Scale(2)
		want := solveQP(t, q)
		if st, err = s.Continue(t.Context(), st, q); err != nil || st.Result.Err() != nil || st.Result.Params.X.Sub(want.Params.X).Abs().Max().Item() > 1e-5 {
			t.Errorf("%T, with another Q: %v, %v, %v, want %v", m, err, st.Result.State, st.Result.Params.X, want.Params.X)
		}
	}
}

// jaxopt, number 70: projections of many points onto the simplex, in a batch.
func TestBatchOfProjections(t *testing.T) {
	rng := rand.New(rand.NewPCG(51, 52))
	points := make([]float64, 2*500)
	for i := range points {
		points[i] = 6*rng.Float64() - 3
	}
	x := num.New(points, 500, 2)
	want := num.Clip(x.T().At(0).Sub(x.T().At(1)).AddScalar(1).Scale(0.5), num.Const(0), num.Const(1)).Float64s()
	for _, m := range []argmin.QuadraticMethod{argmin.ProximalInteriorPoint{}, argmin.DualActiveSet{}} {
		s := argmin.Quadratic(func(p num.Array) argmin.QP {
			return argmin.QP{Q: num.Eye(2), C: p.Neg(), A: num.New([]float64{1, 1}, 1, 2), B: num.Vector(1.), G: num.Eye(2).Neg(), H: num.Zeros(2)}
		}, m, argmin.Options{})
		got, err := num.Jit(num.Vmap(func(p num.Array) num.Array { return s.Argmin(argmin.QPPoint{}, p).X })).Call(x)
		if err != nil {
			t.Fatal(err)
		}
		for i := range want {
			if d := math.Abs(got.At(i, 0).Item() - want[i]); d > 1e-8 {
				t.Fatalf("%T: point %d is off by %g", m, i, d)
			}
		}
	}
}

// cvxpylayers, numbers 44, 67, 70, 137 and 153: derivatives of a control policy, of a program with sparse matrices, of one with a norm, and of sums of losses.
func TestDerivativesReported(t *testing.T) {
	rng := rand.New(rand.NewPCG(53, 54))
	normal := func(shape ...int) num.Array {
		n := 1
		for _, k := range shape {
			n *= k
		}
		v := make([]float64, n)
		for i := range v {
			v[i] = rng.NormFloat64()
		}
		return num.New(v, shape...)
	}
	// The policy min |u|² + |P (Ax + Bu)|², variables (u, xnext).
	a, b, x := normal(4, 4).Scale(0.5), normal(4, 2), normal(4)
	two := num.Concat(0, num.Eye(2).Scale(2), num.Zeros(4, 2))
	for _, m := range []argmin.QuadraticMethod{argmin.EqualityConstrainedQP{}, argmin.DualActiveSet{}, argmin.ProximalInteriorPoint{}} {
		policy := argmin.Quadratic(func(p num.Array) argmin.QP {
			return argmin.QP{Q: num.Concat(1, two, num.Concat(0, num.Zeros(2, 4), p.T().MatMul(p).Scale(2))), C: num.Zeros(6),
				A: num.Concat(1, b.Neg(), num.Eye(4)), B: a.MatMul(x)}
		}, m, argmin.Options{})
		size := func(u num.Array) num.Array { return u.Square().Sum() }
		got := num.Grad(func(p num.Array) num.Array { return size(policy.Argmin(argmin.QPPoint{}, p).X.Range(0, 2)) })(num.Eye(4))
		want := num.Grad(func(p num.Array) num.Array {
			w := p.T().MatMul(p)
			return size(num.Solve(num.Eye(2).Add(b.T().MatMul(w).MatMul(b)), b.T().MatMul(w).MatMul(a).MatMul(x)).Neg())
		})(num.Eye(4))
		if d := got.Sub(want).Abs().Max().Item(); d > 1e-8 {
			t.Errorf("the policy's derivative by %T is off by %g", m, d)
		}
	}
	// min ½|Lᵀv|² + ½|v|² - vᵀp with |v| ≤ 1 and Σ|v| ≤ 1: variables v and bounds of |v|.
	const n = 12
	l := normal(n, n)
	q := num.Concat(1, num.Concat(0, l.MatMul(l.T()).Add(num.Eye(n)), num.Zeros(n, n)), num.Zeros(2*n, n))
	g := num.Concat(0, num.Concat(1, num.Eye(n), num.Eye(n).Neg()), num.Concat(1, num.Eye(n).Neg(), num.Eye(n).Neg()), num.Concat(1, num.Zeros(1, n), num.Full(num.Float64, 1, 1, n)))
	h := num.Concat(0, num.Zeros(2*n), num.Vector(1.))
	program := func(sparsely bool) func(p num.Array) argmin.QP {
		return func(p num.Array) argmin.QP {
			r := argmin.QP{Q: q, C: num.Concat(0, p.Neg(), num.Zeros(n)), G: g, H: h, Upper: num.Scalar(1.)}
			if sparsely {
				r.Q, r.G = sparse.FromDense(q), sparse.FromDense(g)
			}
			return r
		}
	}
	y, p := normal(n), normal(n).Scale(3)
	first := num.Array{}
	for _, m := range []argmin.QuadraticMethod{argmin.ProximalInteriorPoint{}, argmin.DualActiveSet{}} {
		s := argmin.Quadratic(program(false), m, argmin.Options{})
		loss := func(w num.Array) func(p num.Array) num.Array {
			return func(p num.Array) num.Array { return s.Argmin(argmin.QPPoint{}, p).X.Range(0, n).Dot(w) }
		}
		got := num.Grad(loss(y))(p)
		for i := range n {
			const step = 1e-5
			e := num.Eye(n).At(i).Scale(step)
			want := (loss(y)(p.Add(e)).Item() - loss(y)(p.Sub(e)).Item()) / (2 * step)
			if d := math.Abs(got.At(i).Item() - want); d > 1e-6*(1+math.Abs(want)) {
				t.Errorf("with a norm, by %T: derivative %d is %v, differences say %v", m, i, got.At(i), want)
			}
		}
		parts := num.Grad(loss(y.Scale(0.25)))(p).Add(num.Grad(loss(y.Scale(0.75)))(p))
		if d := parts.Sub(got).Abs().Max().Item(); d > 1e-9 {
			t.Errorf("by %T, derivatives of two losses do not add up, by %g", m, d)
		}
		if first == (num.Array{}) {
			first = got
		} else if d := first.Sub(got).Abs().Max().Item(); d > 1e-7 {
			t.Errorf("two methods have derivatives that differ by %g", d)
		}
	}
	s := argmin.Quadratic(program(true), nil, argmin.Options{})
	sparsely := num.Grad(func(p num.Array) num.Array { return s.Argmin(argmin.QPPoint{}, p).X.Range(0, n).Dot(y) })(p)
	if d := first.Sub(sparsely).Abs().Max().Item(); d > 1e-7 {
		t.Errorf("with sparse matrices the derivative differs by %g", d)
	}
}

// Members of a batch have the answers and iterations that they have alone, whichever way they end.
func TestDualActiveSetBatch(t *testing.T) {
	rng := rand.New(rand.NewPCG(7, 8))
	const n = 24
	var batch []argmin.QP
	for i := range n {
		q := randomQP(rng, 8, 2, 6)
		q.Upper = q.Lower.AddScalar(100)
		switch i % 6 {
		case 2: // contradicts the bounds
			q.B = q.B.AddScalar(-1e4)
			q.Upper = q.Lower.AddScalar(1)
		case 4: // semidefinite
			q.Q = q.Q.(num.Array).Sub(num.Eye(8).Scale(0.1))
		}
		batch = append(batch, q)
	}
	s := qpSolver(argmin.DualActiveSet{})
	type answer struct {
		P argmin.QPPoint
		S argmin.State
	}
	r, err := num.Jit(num.Vmap(func(q argmin.QP) answer { p, st := s.ArgminState(argmin.QPPoint{}, q); return answer{p, st} })).Call(stacked(batch))
	if err != nil {
		t.Fatal(err)
	}
	ends := map[status.Code]int{}
	for i, q := range batch {
		one, err := s.Run(argmin.QPPoint{}, q)
		if err != nil {
			t.Fatal(err)
		}
		ends[one.State.Status()]++
		if got := r.S.Code.At(i).Item(); got != one.State.Code.Item() || r.S.NIter.At(i).Item() != one.State.NIter.Item() {
			t.Errorf("member %d: code %v after %v, alone %v after %v", i, got, r.S.NIter.At(i), one.State.Code, one.State.NIter)
		}
		if d := r.P.X.At(i).Sub(one.Params.X).Abs().Max().Item(); one.State.Status() == status.Converged && d > 1e-9 {
			t.Errorf("member %d differs by %g", i, d)
		}
	}
	if ends[status.Converged] != n-n/6 || ends[status.Infeasible] != n/6 {
		t.Errorf("ends %v", ends)
	}
}

// BenchmarkSmallPrograms solves programs of 20 variables, 10 equations and 20 inequalities, one and a batch of 256.
func BenchmarkSmallPrograms(b *testing.B) {
	rng := rand.New(rand.NewPCG(61, 62))
	var batch []argmin.QP
	for range 256 {
		q := randomQP(rng, 20, 10, 20)
		q.Upper = q.Lower.AddScalar(100)
		batch = append(batch, q)
	}
	all := stacked(batch)
	for name, m := range map[string]argmin.QuadraticMethod{"ProximalInteriorPoint": argmin.ProximalInteriorPoint{}, "DualActiveSet": argmin.DualActiveSet{}} {
		s := argmin.Quadratic(func(q argmin.QP) argmin.QP { return q }, m, argmin.Options{Tol: 1e-6})
		b.Run(name+"/one", func(b *testing.B) {
			for i := range b.N {
				if _, err := s.Run(argmin.QPPoint{}, batch[i%256]); err != nil {
					b.Fatal(err)
				}
			}
		})
		f := num.Jit(num.Vmap(func(q argmin.QP) num.Array { return s.Argmin(argmin.QPPoint{}, q).X }))
		b.Run(name+"/batch", func(b *testing.B) {
			for range b.N {
				if _, err := f.Call(all); err != nil {
					b.Fatal(err)
				}
			}
		})
	}
}
