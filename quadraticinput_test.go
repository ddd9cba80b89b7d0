package argmin_test

import (
	"math"
	"strings"
	"testing"

	"github.com/argmin-go/argmin"
	"github.com/argmin-go/argmin/num"
	"github.com/argmin-go/argmin/sparse"
	"github.com/argmin-go/argmin/status"
)

// Numbers that are not finite, empty and redundant constraints end as documented by every method, of programs that are dense and sparse.
func TestQuadraticOddInput(t *testing.T) {
	nan, inf := math.NaN(), math.Inf(1)
	good := func(change func(q *argmin.QP)) argmin.QP {
		q := argmin.QP{Q: num.Eye(2), C: num.Vector(-1., -2), A: num.New([]float64{1, 1}, 1, 2), B: num.Vector(1.), G: num.Eye(2), Low: num.Scalar(0.), H: num.Vector(5., 5),
			Lower: num.Scalar(-9.), Upper: num.Scalar(9.)}
		change(&q)
		return q
	}
	bad := num.New([]float64{1, nan}, 1, 2)
	wide := num.New([]float64{1, inf}, 1, 2)
	for _, c := range []struct {
		name string
		q    argmin.QP
		want []status.Code
	}{
		{"nothing wrong", good(func(*argmin.QP) {}), []status.Code{status.Converged}},
		{"NaN in Q", good(func(q *argmin.QP) { q.Q = num.FromDiag(num.Vector(nan, 1)) }), []status.Code{status.NonFinite}},
		{"NaN in C", good(func(q *argmin.QP) { q.C = num.Vector(nan, 1) }), []status.Code{status.NonFinite}},
		{"NaN in A", good(func(q *argmin.QP) { q.A = bad }), []status.Code{status.NonFinite}},
		{"NaN in G", good(func(q *argmin.QP) { q.G, q.H = bad, num.Vector(5.) }), []status.Code{status.NonFinite}},
		{"NaN in B", good(func(q *argmin.QP) { q.B = num.Vector(nan) }), []status.Code{status.Infeasible, status.NonFinite}},
		{"NaN in H", good(func(q *argmin.QP) { q.H = num.Vector(nan, 1) }), []status.Code{status.Infeasible, status.NonFinite}},
		{"NaN in Low", good(func(q *argmin.QP) { q.Low = num.Vector(nan, 1) }), []status.Code{status.Infeasible, status.NonFinite}},
		{"NaN in Lower", good(func(q *argmin.QP) { q.Lower = num.Vector(nan, 1) }), []status.Code{status.Infeasible, status.NonFinite}},
		{"infinity in Q", good(func(q *argmin.QP) { q.Q = num.FromDiag(num.Vector(inf, 1)) }), []status.Code{status.NonFinite}},
		{"infinity in C", good(func(q *argmin.QP) { q.C = num.Vector(inf, 1) }), []status.Code{status.NonFinite}},
		{"infinity in A", good(func(q *argmin.QP) { q.A = wide }), []status.Code{status.NonFinite}},
		{"infinity in G", good(func(q *argmin.QP) { q.G, q.H = wide, num.Vector(5.) }), []status.Code{status.NonFinite}},
		{"infinity in B", good(func(q *argmin.QP) { q.B = num.Vector(inf) }), []status.Code{status.Infeasible}},
		{"an upper limit of -Inf", good(func(q *argmin.QP) { q.H = num.Vector(-inf, 1) }), []status.Code{status.Infeasible}},
		{"crossed bounds", good(func(q *argmin.QP) { q.Lower = num.Vector(0., 10) }), []status.Code{status.Infeasible}},
		{"crossed limits", good(func(q *argmin.QP) { q.Low = num.Vector(0., 6) }), []status.Code{status.Infeasible}},
		{"an equation twice", good(func(q *argmin.QP) { q.A, q.B = num.New([]float64{1, 1, 1, 1}, 2, 2), num.Vector(1., 1) }), []status.Code{status.Converged}},
		{"an equation and its multiple", good(func(q *argmin.QP) { q.A, q.B = num.New([]float64{1, 1, -3, -3}, 2, 2), num.Vector(1., -3) }), []status.Code{status.Converged}},
		{"equations that contradict", good(func(q *argmin.QP) { q.A, q.B = num.New([]float64{1, 1, 1, 1}, 2, 2), num.Vector(1., 1.1) }), []status.Code{status.Infeasible}},
		{"no equations", good(func(q *argmin.QP) { q.A, q.B = num.Zeros(0, 2), num.Zeros(0) }), []status.Code{status.Converged}},
		{"no inequalities", good(func(q *argmin.QP) { q.G, q.Low, q.H = num.Zeros(0, 2), num.Array{}, num.Array{} }), []status.Code{status.Converged}},
	} {
		for name, m := range map[string]argmin.QuadraticMethod{"ProximalInteriorPoint": argmin.ProximalInteriorPoint{}, "OSQP": argmin.OSQP{}} {
			r, err := qpSolver(m).Run(argmin.QPPoint{}, c.q)
			ok := err == nil
			if ok {
				ok = false
				for _, want := range c.want {
					ok = ok || r.State.Status() == want
				}
			}
			if !ok {
				t.Errorf("%s by %s: %v, %v; want %v", c.name, name, r.State, err, c.want)
			}
			if c.want[0] == status.Converged && c.name != "no equations" && math.Abs(r.Params.X.At(0).Item()) > 1e-4 {
				t.Errorf("%s by %s: %v, want [0 1]", c.name, name, r.Params.X)
			}
		}
	}
}

// What is wrong with matrices of package sparse is said as of arrays.
func TestQuadraticBadSparseInput(t *testing.T) {
	n := 200
	eye := sparse.FromDense(num.Eye(n))
	shifted := sparse.Diags(n, n, []int{0, 1}, num.Ones(n), num.Ones(n-1))
	c := num.Zeros(n)
	for _, test := range []struct {
		q    argmin.QP
		want string
	}{
		{argmin.QP{Q: shifted, C: c}, "QP.Q is not symmetric (give both triangles); values across the diagonal differ by: 1"},
		{argmin.QP{Q: sparse.FromDense(num.Eye(3)), C: c}, "QP.Q is 3×3, want 200 columns: one for each element of QP.C"},
		{argmin.QP{Q: sparse.FromDense(num.Ones(2, n)), C: c}, "QP.Q has 2 rows, want 200"},
		{argmin.QP{Q: eye, C: c, A: eye, B: num.Zeros(3)}, "QP.B has 3 elements, want 200, as many as QP.A has rows"},
		{argmin.QP{Q: eye, C: c, G: eye, H: num.Zeros(3)}, "QP.H has 3 elements, want 200, as many as QP.G has rows"},
		{argmin.QP{Q: eye, C: c.AsType(num.Float32)}, "QP.Q is float64 and QP.C is float32; convert one with AsType"},
		{argmin.QP{C: c.AsType(num.Int32)}, "QP.C is int32, want a floating-point type"},
		{argmin.QP{C: num.Zeros(2, 2)}, "QP.C has shape [2 2], want [n]"},
	} {
		if r, err := qpSolver(nil).Run(argmin.QPPoint{}, test.q); err == nil || !strings.Contains(err.Error(), test.want) {
			t.Errorf("%v, %v; want %q", r.State, err, test.want)
		}
	}
	scalar := argmin.Quadratic(func(c num.Array) argmin.QP {
		return argmin.QP{C: c, A: argmin.LinearMap(func(x num.Array) num.Array { return x.Sum() }), B: num.Zeros(1)}
	}, nil, argmin.Options{})
	if r, err := scalar.Run(argmin.QPPoint{}, c); err == nil || !strings.Contains(err.Error(), "QP.A has a product of shape [] and type float64") {
		t.Errorf("a product that is no vector: %v, %v", r.State, err)
	}
	notConvex := argmin.QP{Q: sparse.Diags(n, n, []int{0}, num.Arange(num.Float64, -1, n-1)), C: c, Lower: num.Scalar(-1.), Upper: num.Scalar(1.)}
	if r, err := qpSolver(nil).Run(argmin.QPPoint{}, notConvex); err != nil || r.State.Status() != status.NotConvex {
		t.Errorf("a sparse Q with the eigenvalue -1: %v, %v", r.State, err)
	}
}
