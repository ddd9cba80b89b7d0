package projection_test

import (
	"math/rand/v2"
	"testing"

	"github.com/argmin-go/argmin/internal/check/arrays"
	"github.com/argmin-go/argmin/num"
	p "github.com/argmin-go/argmin/projection"
)

// Where there is a result there is a derivative, also at kinks, at corners, far out,
// and in the parts of a function that another branch wins over.
func TestDerivativeIsFinite(t *testing.T) {
	each(t, func(t *testing.T, e entry) {
		f := num.Jit(e.f)
		rev, fwd := num.Jit(num.JacobianRev(e.f)), num.Jit(num.JacobianFwd(e.f))
		in := e.sample(3, 1)
		sparse := arrays.With(in[0].Scale(0), 0, 1)
		for i, x := range []A{in[0].Scale(0), in[0].Scale(0).AddScalar(1), in[0].Scale(0).AddScalar(-1), sparse,
			sparse.Neg(), in[0].Abs(), in[0].Abs().Neg(), in[0].Scale(1e-300), in[0].Scale(1e3), in[0].Scale(1e100)} {
			at := append([]A{x}, in[1:]...)
			if y := call(t, f, at); allNaN(y) {
				continue
			}
			for mode, jac := range map[string]*num.Jitted[[]A, []A]{"reverse": rev, "forward": fwd} {
				j, err := jac.Call(at)
				if err != nil {
					t.Errorf("point %d: %v", i, err)
					continue
				}
				for k, a := range j {
					if a.IsFinite().All().Item() == 0 {
						t.Errorf("point %d, %s mode: derivative in argument %d is %v", i, mode, k, a)
					}
				}
			}
		}
	})
}

// near checks a relative agreement of 1e-9.
func near(t *testing.T, what string, got, want A, tol float64) {
	t.Helper()
	if d := arrays.MaxAbs(got.Sub(want)) / max(arrays.MaxAbs(want), 1e-3); !(d <= tol) {
		t.Errorf("%s: off by %g: %v, want %v", what, d, got, want)
	}
}

// jac is the derivative in x.
func jac(f func(A) A, x A) A {
	j, n := num.JacobianRev(f)(x), x.Size()
	return j.Reshape(j.Size()/n, n)
}

func TestClosedForms(t *testing.T) {
	r := rand.New(rand.NewPCG(5, 6))
	x := arrays.Normal(r, 1, 9)
	project := num.Eye(9)
	t.Run("Simplex", func(t *testing.T) {
		y := p.Simplex(x, 1)
		s := y.Gt(num.Scalar(0)).AsType(num.Float64)
		near(t, "Jacobian", jac(func(x A) A { return p.Simplex(x, 1) }, x), num.FromDiag(s).Sub(num.Outer(s, s).Div(s.Sum())), 1e-15)
		near(t, "in the scale", num.JacobianFwd(func(c A) A { return p.Simplex(x, c) })(num.Scalar(1)), s.Div(s.Sum()), 1e-15)
	})
	t.Run("KLSimplex", func(t *testing.T) {
		y := p.KLSimplex(x, 2)
		near(t, "Jacobian", jac(func(x A) A { return p.KLSimplex(x, 2) }, x), num.FromDiag(y).Sub(num.Outer(y, y).Scale(0.5)), 1e-14)
	})
	t.Run("L2Ball", func(t *testing.T) {
		u := x.Div(num.Norm(x))
		want := project.Sub(num.Outer(u, u)).Div(num.Norm(x)).Scale(0.5)
		near(t, "outside", jac(func(x A) A { return p.L2Ball(x, 0.5) }, x), want, 1e-14)
		near(t, "inside", jac(func(x A) A { return p.L2Ball(x, 50) }, x), project, 1e-15)
	})
	t.Run("AffineSet", func(t *testing.T) {
		a := arrays.Normal(r, 1, 4, 9)
		want := project.Sub(a.T().MatMul(num.Solve(a.MatMul(a.T()), a)))
		near(t, "Jacobian", jac(func(x A) A { return p.AffineSet(x, a, num.Ones(4)) }, x), want, 1e-13)
		// The same set, described twice.
		twice, ones := num.Concat(0, a, a.Scale(3)), num.Concat(0, num.Ones(4), num.Ones(4).Scale(3))
		near(t, "dependent equations", jac(func(x A) A { return p.AffineSet(x, twice, ones) }, x), want, 1e-13)
	})
	t.Run("PSDCone", func(t *testing.T) { // repeated eigenvalues 2, 2, -1, -1 in a random basis
		q, _ := num.QR(arrays.Normal(r, 1, 4, 4))
		s := q.Mul(num.Vector(2, 2, -1, -1)).MatMul(q.T())
		d := arrays.Normal(r, 1, 4, 4)
		_, got := num.JVP(p.PSDCone, s, d)
		m := q.T().MatMul(d.Add(d.T()).Scale(0.5)).MatMul(q)
		third := num.Full(num.Float64, 2.0/3, 2, 2)
		omega := num.Concat(0, num.Concat(1, num.Ones(2, 2), third), num.Concat(1, third, num.Zeros(2, 2)))
		near(t, "divided differences", got, q.MatMul(omega.Mul(m)).MatMul(q.T()), 1e-13)
		h := 1e-6
		diff := p.PSDCone(s.Add(d.Scale(h))).Sub(p.PSDCone(s.Sub(d.Scale(h)))).Scale(0.5 / h)
		near(t, "differences", got, diff, 1e-8)
	})
	// dP = W ∘ (dX + df 1ᵀ + 1 dgᵀ), with weights W and sums of zero, by least squares.
	for name, c := range map[string]struct {
		f      func(x, a, b A) A
		weight func(A) A
	}{
		"KLTransport": {p.KLTransport, func(y A) A { return y }},
		"Transport":   {p.Transport, func(y A) A { return y.Gt(num.Scalar(0)).AsType(num.Float64) }},
	} {
		t.Run(name, func(t *testing.T) {
			n, m := 5, 4
			a, b := weights(r, 1, n), weights(r, 1, m)
			for _, scale := range []float64{0.1, 1, 5} {
				x, dx := arrays.Normal(r, scale, n, m), arrays.Normal(r, 1, n, m)
				y, got := num.JVP(func(x A) A { return c.f(x, a, b) }, x, dx)
				w := c.weight(y)
				rows, cols := num.Kron(num.Eye(n), num.Ones(1, m)), num.Kron(num.Ones(1, n), num.Eye(m))
				e := num.Concat(0, rows, cols) // sums of the raveled matrix
				flat := func(z A) A { return z.Reshape(n * m) }
				h := e.Mul(flat(w)).MatMul(e.T())
				u, s, vt := num.SVD(h)
				inv := num.Where(s.Gt(num.Scalar(1e-12)), num.Scalar(1).Div(s), num.Scalar(0))
				d := vt.T().MatMul(u.T().MatMul(e.MatMul(flat(w.Mul(dx)))).Mul(inv))
				near(t, "derivative", flat(got), flat(w).Mul(flat(dx).Sub(d.MatMul(e))), 1e-9)
			}
		})
	}
}

// A projection that is a special case of another gives the same.
func TestEquivalentProjectionsAgree(t *testing.T) {
	r := rand.New(rand.NewPCG(7, 8))
	none, no := num.Zeros(0), func(n int) A { return num.Zeros(0, n) }
	for range 20 {
		n := 6
		x, one := arrays.Normal(r, 1, n), num.Ones(n)
		lo, hi := num.Zeros(n), num.Full(num.Float64, 10, n)
		eye := num.Eye(n)
		w := arrays.Normal(r, 1, n)
		row := w.Reshape(1, n)
		a, b := weights(r, 1, 3), weights(r, 1, 3)
		m := arrays.Normal(r, 1, 3, 3)
		e := num.Concat(0, num.Kron(num.Eye(3), num.Ones(1, 3)), num.Kron(num.Ones(1, 3), num.Eye(3)))
		signs := make([]float64, 0, 24)
		for i := range 8 {
			for j := range 3 {
				signs = append(signs, float64(1-2*(i>>j&1)))
			}
		}
		corners := num.New(signs, 8, 3)
		z := x.Range(0, 3)
		for name, c := range map[string][2]A{
			"simplex as a box section":      {p.BoxSection(x, lo, hi, one, 1), p.Simplex(x, 1)},
			"simplex as a polyhedron":       {p.Polyhedron(x, one.Reshape(1, n), num.Vector(1), eye.Neg(), lo), p.Simplex(x, 1)},
			"simplex of all elements":       {p.SparseSimplex(x, n, 1), p.Simplex(x, 1)},
			"box as a polyhedron":           {p.Polyhedron(x, no(n), none, num.Concat(0, eye, eye.Neg()), num.Concat(0, one, lo)), p.Box(x, lo, one)},
			"box section as a polyhedron":   {p.Polyhedron(x, row, num.Vector(0.1), num.Concat(0, eye, eye.Neg()), num.Concat(0, one, one)), p.BoxSection(x, one.Neg(), one, w, 0.1)},
			"half-space as a polyhedron":    {p.Polyhedron(x, no(n), none, row, num.Vector(-1)), p.Halfspace(x, w, -1)},
			"hyperplane as an affine set":   {p.AffineSet(x, row, num.Vector(-1)), p.Hyperplane(x, w, -1)},
			"affine set as a polyhedron":    {p.Polyhedron(x, row, num.Vector(-1), row, num.Vector(-1)), p.Hyperplane(x, w, -1)},
			"L1 ball as a polyhedron":       {p.Polyhedron(z, no(3), none, corners, num.Ones(8)), p.L1Ball(z, 1)},
			"transport as a polyhedron":     {p.Polyhedron(m.Reshape(9), e, num.Concat(0, a, b), num.Eye(9).Neg(), num.Zeros(9)).Reshape(3, 3), p.Transport(m, a, b)},
			"transport of a row":            {p.Transport(x.Reshape(1, n), num.Vector(1), num.Ones(n).Scale(1.0/6)).Reshape(n), num.Ones(n).Scale(1.0 / 6)},
			"transport of sums 1":           {p.Transport(m, num.Ones(3), num.Ones(3)), p.Birkhoff(m)},
			"entropic transport of sums 1":  {p.KLTransport(m, num.Ones(3), num.Ones(3)), p.KLBirkhoff(m)},
			"positive part of a diagonal":   {num.Diag(p.PSDCone(num.FromDiag(x))), p.NonNegative(x)},
			"a cone in three dimensions":    {p.SecondOrderCone(num.Vector(1, 3, 4)), num.Vector(3, 1.8, 2.4)},
			"a ball of second order, apex":  {p.SecondOrderCone(num.Vector(-5, 3, 4)), num.Zeros(3)},
			"exponential cone, lower face":  {p.ExponentialCone(num.Vector(-1, -2, 3)), num.Vector(-1, 0, 3)},
			"exponential cone, the corner":  {p.ExponentialCone(num.Vector(-1, -2, -3)), num.Vector(-1, 0, 0)},
			"power cone, no z":              {p.PowerCone(num.Vector(-1, 2, 0), 0.3), num.Vector(0, 2, 0)},
			"power cone, negative elements": {p.PowerCone(num.Vector(-4, -4, 1), 0.5), num.Zeros(3)},
		} {
			if d := arrays.Off(c[0], c[1]); !(d <= 1e-12) {
				t.Errorf("%s: off by %g: %v, want %v", name, d, c[0], c[1])
			}
		}
	}
}
