package num_test

import (
	"math"
	"math/rand/v2"
	"strings"
	"testing"

	"github.com/argmin-go/argmin/internal/check/arrays"
	"github.com/argmin-go/argmin/num"
)

func randn(seed uint64, shape ...int) A {
	return arrays.Normal(rand.New(rand.NewPCG(seed, 3)), 1, shape...)
}

func spd(seed uint64, n int) A {
	a := randn(seed, n, n)
	return a.MatMul(a.T()).Add(num.Eye(n))
}

func TestFactorizations(t *testing.T) {
	a, s := randn(1, 5, 5), spd(2, 5)
	l, u, p := num.LU(a)
	near(t, "LU", l.MatMul(u), a.Take(p, 0), 1e-14)
	c := num.Cholesky(s)
	near(t, "Cholesky", c.MatMul(c.T()), s, 1e-14)
	for _, shape := range [][]int{{6, 3}, {3, 6}, {4, 4}} {
		m := randn(3, shape...)
		q, r := num.QR(m)
		near(t, "QR", q.MatMul(r), m, 1e-13)
		near(t, "QᵀQ", q.T().MatMul(q), num.Eye(min(shape[0], shape[1])), 1e-14)
		uu, sv, vt := num.SVD(m)
		near(t, "SVD", uu.Mul(sv).MatMul(vt), m, 1e-13)
	}
	w, v := num.Eigh(s)
	near(t, "Eigh", s.MatMul(v), v.Mul(w), 1e-13)
	near(t, "Det", num.Det(a.MatMul(s)), num.Det(a).Mul(num.Det(s)), 1e-12)
	near(t, "trace", w.Sum(), num.Trace(s), 1e-14)
	near(t, "LogDet", num.LogDet(s), w.Log().Sum(), 1e-13)
	sign, ld := num.SLogDet(num.New([]float64{0, 2, 3, 0}, 2, 2))
	near(t, "sign", sign, num.Scalar(-1), 0)
	near(t, "logdet", ld, num.Scalar(math.Log(6)), 1e-15)
	near(t, "Inv", num.Inv(a).MatMul(a), num.Eye(5), 1e-12)
	b := randn(4, 5, 2)
	near(t, "Solve", a.MatMul(num.Solve(a, b)), b, 1e-12)
	near(t, "Solve vector", a.MatMul(num.Solve(a, b.T().At(0))), b.T().At(0), 1e-12)
	near(t, "SolveCholesky", s.MatMul(num.SolveCholesky(c, b)), b, 1e-12)
	near(t, "Kron", num.Kron(a, s).MatMul(num.Kron(b, s)), num.Kron(a.MatMul(b), s.MatMul(s)), 1e-13)
	near(t, "Norm", num.Norm(num.Vector(3, 4)), num.Scalar(5), 0)
	near(t, "Norm'(0)", num.Grad(func(x A) A { return num.Norm(x) })(num.Zeros(2)), num.Zeros(2), 0)
	if got := num.LogDet(num.Zeros(2, 2)).Item(); !math.IsInf(got, -1) {
		t.Errorf("LogDet of a singular matrix is %v", got)
	}
	if got := num.Cholesky(num.Eye(2).Neg()).At(0, 0).Item(); !math.IsNaN(got) {
		t.Errorf("Cholesky of an indefinite matrix is %v", got)
	}
}

func TestMatrixDerivatives(t *testing.T) {
	a, s, b := randn(1, 4, 4), spd(2, 4), randn(3, 4, 2)
	near(t, "logdet' = A⁻ᵀ", num.Grad(num.LogDet)(a), num.Inv(a).T(), 1e-12)
	near(t, "det' = det A⁻ᵀ", num.Grad(num.Det)(a), num.Inv(a).T().Mul(num.Det(a)), 1e-12)
	near(t, "Σw' = I", num.Grad(func(x A) A { w, _ := num.Eigh(x); return w.Sum() })(s), num.Eye(4), 1e-13)
	near(t, "Σw² ' = 2A", num.Grad(func(x A) A { w, _ := num.Eigh(x); return w.Square().Sum() })(s), s.Scale(2), 1e-13)
	near(t, "nuclear norm", num.Grad(func(x A) A { _, s, _ := num.SVD(x); return s.Sum() })(a),
		func() A { u, _, vt := num.SVD(a); return u.MatMul(vt) }(), 1e-13)
	h := num.Hessian(num.LogDet)(s).Reshape(16, 16)
	near(t, "logdet'' symmetric", h, h.T(), 1e-12)
	flat := func(f func(A) A) func(A) A { return func(x A) A { return f(x).Reshape(-1) } }
	for what, f := range map[string]func(A) A{
		"Solve":    func(x A) A { return num.Solve(x, b) },
		"Cholesky": num.Cholesky,
		"QR":       func(x A) A { q, r := num.QR(x); return num.Concat(0, q, r) },
		"Eigh":     func(x A) A { w, v := num.Eigh(x); return v.Mul(w) },
		"SVD":      func(x A) A { u, s, vt := num.SVD(x); return num.Concat(0, u.Mul(s), vt) },
		"Inv":      num.Inv,
	} {
		near(t, what, num.JacobianFwd(flat(f))(s), num.JacobianRev(flat(f))(s), 1e-11)
		batch := num.Stack(s, spd(5, 4), spd(6, 4))
		loop := make([]A, 3)
		for i := range loop {
			loop[i] = f(batch.At(i))
		}
		near(t, what+" Vmap", num.Vmap(f)(batch), num.Stack(loop...), 1e-13)
		near(t, what+" Vmap(Jacobian)", num.Vmap(num.JacobianRev(flat(f)))(batch).At(1), num.JacobianFwd(flat(f))(batch.At(1)), 1e-11)
	}
}

func TestLinalgErrors(t *testing.T) {
	for want, f := range map[string]func() A{
		"want a square matrix":   func() A { return num.Inv(num.Zeros(2, 3)) },
		"[3] float64":            func() A { return num.Solve(num.Eye(2), num.Vector(1, 2, 3)) },
		"do not broadcast":       func() A { return num.Solve(num.Zeros(2, 2, 2), num.Zeros(3, 2, 2)) },
		"num.FromDiag makes one": func() A { return num.Diag(num.Vector(1)) },
		"dtype is int32":         func() A { return num.Det(num.New([]int32{1}, 1, 1)) },
	} {
		if _, err := num.Try(f); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("want %q, got %v", want, err)
		}
	}
}

// The triangles of a matrix share its diagonal, and those above and below it make up the matrix.
func TestTriangles(t *testing.T) {
	a := num.Arange(num.Float64, 1, 13).Reshape(3, 4)
	near(t, "upper", num.Triu(a, 0), num.New([]float64{1, 2, 3, 4, 0, 6, 7, 8, 0, 0, 11, 12}, 3, 4), 0)
	near(t, "above", num.Triu(a, 2), num.New([]float64{0, 0, 3, 4, 0, 0, 0, 8, 0, 0, 0, 0}, 3, 4), 0)
	for k := -3; k <= 4; k++ {
		near(t, "both", num.Triu(a, k).Add(num.Tril(a, k-1)), a, 0)
	}
}

// The factors of a symmetric matrix that is not definite multiply to it, solve with it, one matrix or a batch, and count its signs.
func TestLDL(t *testing.T) {
	a := num.New([]float64{0, 2, -3, 1, 2, 0, 1, 0, -3, 1, 0.2, 4, 1, 0, 4, -7}, 4, 4)
	l, d, e, perm := num.LDL(a)
	beside := num.FromDiag(e.Range(0, 3)).Pad([]int{0, 1}, []int{1, 0})
	back := l.MatMul(num.FromDiag(d).Add(beside).Add(beside.T())).MatMul(l.T())
	near(t, "L D Lᵀ", back, a.Take(perm, 0).Take(perm, 1), 1e-14)
	b := num.Vector(1, -2, 3, 0.5)
	near(t, "SolveLDL", a.MatMul(num.SolveLDL(l, d, e, perm, b)), b, 1e-13)
	two := num.Stack(a, a.Scale(-2))
	l, d, e, perm = num.LDL(two)
	x := num.SolveLDL(l, d, e, perm, num.Stack(num.Eye(4), num.Eye(4)))
	near(t, "a batch", two.MatMul(x), num.Stack(num.Eye(4), num.Eye(4)), 1e-13)
	below := d.Lt(num.Const(0)).And(e.Eq(num.Const(0))) // the second ones of blocks are among these
	w := num.EigvalsH(a)
	if n := w.Lt(num.Const(0)).CountNonzero().Item(); n != 2 || e.At(0).CountNonzero().Item()+below.At(0).CountNonzero().Item() < n {
		t.Errorf("%v negative eigenvalues %v; d %v, e %v", n, w, d.At(0), e.At(0))
	}
	for name, f := range map[string]func(){
		"want a square matrix":        func() { num.LDL(num.Zeros(2, 3)) },
		"want the results of num.LDL": func() { num.SolveLDL(l.At(0), d, e, perm, b) },
		"want a vector of 4":          func() { num.SolveLDL(l.At(0), d.At(0), e.At(0), perm.At(0), num.Zeros(3)) },
		"the same batch axes":         func() { num.SolveLDL(l, d, e, perm, num.Zeros(3, 4, 1)) },
	} {
		_, err := num.Try(func() A { f(); return A{} })
		if err == nil || !strings.Contains(err.Error(), name) {
			t.Errorf("%v, want %q", err, name)
		}
	}
}
