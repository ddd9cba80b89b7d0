package linsolve_test

import (
	"errors"
	"fmt"
	"math/rand/v2"
	"testing"

	"github.com/argmin-go/argmin/linsolve"
	"github.com/argmin-go/argmin/num"
)

// matrices are a symmetric positive definite and a general one.
func matrices(n int) (spd, general num.Array) {
	rng := rand.New(rand.NewPCG(3, 4))
	d := make([]float64, n*n)
	for i := range d {
		d[i] = rng.NormFloat64()
	}
	m := num.New(d, n, n)
	return m.MatMul(m.T()).Add(num.Eye(n)), m.Add(num.Eye(n).Scale(2 * float64(n)))
}

// indefinite is a symmetric matrix with eigenvalues of both signs.
func indefinite(n int) num.Array {
	_, m := matrices(n)
	m = m.Sub(num.Eye(n).Scale(2 * float64(n)))
	return m.Add(m.T())
}

// jacobi divides by the diagonal.
func jacobi(a num.Array) func(num.Array) num.Array {
	d := num.Diag(a)
	return func(r num.Array) num.Array { return r.Div(d) }
}

func TestSolvers(t *testing.T) {
	const n = 12
	spd, general := matrices(n)
	b := num.Linspace(-1, 2, n)
	for _, c := range []struct {
		name   string
		solve  num.LinearSolver
		a      num.Array
		ridge  float64
		symmet bool
	}{
		{"Dense", num.DenseSolver, general, 0, false},
		{"CG", linsolve.CG(linsolve.Options{}), spd, 0, true},
		{"CG with ridge", linsolve.CG(linsolve.Options{Ridge: 0.5}), spd, 0.5, true},
		{"CG with preconditioner", linsolve.CG(linsolve.Options{Precond: func(r num.Array) num.Array { return r.Scale(0.5) }}), spd, 0, true},
		{"NormalCG", linsolve.NormalCG(linsolve.Options{}), general, 0, false},
		{"MINRES", linsolve.MINRES(linsolve.Options{}), indefinite(n), 0, true},
		{"MINRES with ridge", linsolve.MINRES(linsolve.Options{Ridge: 0.5}), indefinite(n), 0.5, true},
		{"BiCGSTAB", linsolve.BiCGSTAB(linsolve.Options{}), general, 0, false},
		{"BiCGSTAB with ridge", linsolve.BiCGSTAB(linsolve.Options{Ridge: 0.5}), general, 0.5, false},
		{"GMRES", linsolve.GMRES(linsolve.GMRESOptions{}), general, 0, false},
		{"GMRES restarted", linsolve.GMRES(linsolve.GMRESOptions{Restart: 4}), general, 0, false},
		{"GMRES with ridge", linsolve.GMRES(linsolve.GMRESOptions{Options: linsolve.Options{Ridge: 0.5}}), general, 0.5, false},
		{"GMRES with preconditioner", linsolve.GMRES(linsolve.GMRESOptions{Options: linsolve.Options{Precond: jacobi(general)}}), general, 0, false},
		{"LU", linsolve.LU(linsolve.Options{}), general, 0, false},
		{"LU with ridge", linsolve.LU(linsolve.Options{Ridge: 0.5}), general, 0.5, false},
		{"Cholesky", linsolve.Cholesky(linsolve.Options{}), spd, 0, true},
		{"Cholesky with ridge", linsolve.Cholesky(linsolve.Options{Ridge: 0.5}), spd, 0.5, true},
		{"Refine", linsolve.Refine(linsolve.CG(linsolve.Options{Tol: 1e-6}), 2, linsolve.Options{}), spd, 0, true},
	} {
		t.Run(c.name, func(t *testing.T) {
			solve := func(a, b num.Array) num.Array {
				return num.CustomLinearSolve(func(x num.Array) num.Array { return a.MatMul(x) }, b, c.solve, c.symmet)
			}
			a := c.a.Add(num.Eye(n).Scale(c.ridge))
			want := num.Solve(a, b)
			if e := solve(c.a, b).Sub(want).Abs().Max().Item(); e > 1e-10 {
				t.Errorf("solution off by %g", e)
			}
			if c.ridge != 0 {
				return // the ridge belongs to the solver, not to the map that is differentiated
			}
			// d(A⁻¹b)/db = A⁻¹, in both modes, and the gradient in A.
			f := func(b num.Array) num.Array { return solve(c.a, b) }
			for mode, jac := range map[string]num.Array{"forward": num.JacobianFwd(f)(b), "reverse": num.JacobianRev(f)(b)} {
				if e := a.MatMul(jac).Sub(num.Eye(n)).Abs().Max().Item(); e > 1e-9 {
					t.Errorf("%s Jacobian off by %g", mode, e)
				}
			}
			g := num.Grad(func(a num.Array) num.Array { return solve(a, b).Sum() })(c.a)
			u := num.Solve(a.T(), num.Ones(n)) // gradient is -u xᵀ
			if e := g.Add(u.Reshape(n, 1).Mul(want.Reshape(1, n))).Abs().Max().Item(); e > 1e-9 {
				t.Errorf("gradient in the matrix off by %g", e)
			}
		})
	}
}

func TestFailure(t *testing.T) {
	singular := func(x num.Array) num.Array { return x.Mul(num.Vector(1, 0)) }
	for name, s := range map[string]num.LinearSolver{"Dense": num.DenseSolver, "CG": linsolve.CG(linsolve.Options{}),
		"BiCGSTAB": linsolve.BiCGSTAB(linsolve.Options{}), "MINRES": linsolve.MINRES(linsolve.Options{}),
		"GMRES": linsolve.GMRES(linsolve.GMRESOptions{}), "LU": linsolve.LU(linsolve.Options{}), "Cholesky": linsolve.Cholesky(linsolve.Options{})} {
		_, err := num.Try(func() num.Array { return num.CustomLinearSolve(singular, num.Vector(1, 1), s, true) })
		if !errors.Is(err, num.ErrNumeric) {
			t.Errorf("%s: singular system: %v", name, err)
		}
	}
}

// Small and special right-hand sides, a batch, an ill-conditioned matrix, a tree.
func TestSpecialRightHandSides(t *testing.T) {
	spd, _ := matrices(6)
	all := map[string]num.LinearSolver{
		"CG": linsolve.CG(linsolve.Options{}), "NormalCG": linsolve.NormalCG(linsolve.Options{}), "BiCGSTAB": linsolve.BiCGSTAB(linsolve.Options{}),
		"GMRES": linsolve.GMRES(linsolve.GMRESOptions{}), "LU": linsolve.LU(linsolve.Options{}), "Cholesky": linsolve.Cholesky(linsolve.Options{}),
	}
	for name, solver := range all {
		by := func(a, b num.Array) num.Array {
			return num.CustomLinearSolve(func(x num.Array) num.Array { return a.MatMul(x) }, b, solver, false)
		}
		if x := by(spd, num.Zeros(6)); x.Abs().Max().Item() != 0 {
			t.Errorf("%s: zero right-hand side gives %v", name, x)
		}
		if x := by(num.Full(num.Float64, 4, 1, 1), num.Vector(2)).Item(); x != 0.5 {
			t.Errorf("%s: 1×1 gives %v", name, x)
		}
		bs := num.Stack(num.Linspace(0, 1, 6), num.Linspace(5, -3, 6), num.Zeros(6))
		got := num.Vmap(func(b num.Array) num.Array { return by(spd, b) })(bs)
		if e := got.MatMul(spd).Sub(bs).Abs().Max().Item(); e > 1e-10 {
			t.Errorf("%s: batch off by %g", name, e)
		}
		type pair struct{ U, V num.Array }
		b := pair{num.Vector(1, 2), num.Scalar(3)}
		x := num.CustomLinearSolve(func(x pair) pair { return pair{x.U.Scale(2).Add(x.V), x.V.Scale(3).Add(x.U.Sum())} }, b, solver, true)
		if e := x.U.Scale(2).Add(x.V).Sub(b.U).Abs().Max().Item(); e > 1e-12 {
			t.Errorf("%s: tree off by %g", name, e)
		}
	}
	// Condition number 1e8: the direct solvers refine to the precision of the data.
	d := num.New([]float64{1, 1e-2, 1e-4, 1e-8})
	for name, solver := range map[string]num.LinearSolver{"LU": all["LU"], "Cholesky": all["Cholesky"], "GMRES": all["GMRES"]} {
		x := solver(func(x num.Array) num.Array { return d.Mul(x) }, num.Ones(4))
		if e := x.Mul(d).AddScalar(-1).Abs().Max().Item(); e > 1e-12 {
			t.Errorf("%s: ill-conditioned system off by %g", name, e)
		}
	}
}

func ExampleCG() {
	a := num.New([]float64{4, 1, 1, 3}, 2, 2)
	x := linsolve.CG(linsolve.Options{})(func(x num.Array) num.Array { return a.MatMul(x) }, num.Vector(1, 2))
	fmt.Println(x)
	// Output: [0.0909091 0.636364]
}

// A negative option asks for zero, where zero means the default.
func TestZeroOptions(t *testing.T) {
	spd, _ := matrices(6)
	matvec := func(x num.Array) num.Array { return spd.MatMul(x) }
	identity := func(x num.Array) num.Array { return x }
	b := num.Linspace(0, 1, 6)
	for name, solver := range map[string]func(linsolve.Options) num.LinearSolver{
		"CG": linsolve.CG, "NormalCG": linsolve.NormalCG, "BiCGSTAB": linsolve.BiCGSTAB,
		"GMRES": func(o linsolve.Options) num.LinearSolver { return linsolve.GMRES(linsolve.GMRESOptions{Options: o}) },
	} {
		// Without a tolerance only an exact solution is one, which the identity has.
		exact := solver(linsolve.Options{Tol: -1})
		if x, err := num.Try(func() num.Array { return exact(identity, b) }); err != nil || x.Sub(b).Abs().Max().Item() != 0 {
			t.Errorf("%s to the last digit: %v, %v", name, x, err)
		}
		if _, err := num.Try(func() num.Array { return exact(matvec, b) }); !errors.Is(err, num.ErrNumeric) {
			t.Errorf("%s: a solution with an error of rounding passes a tolerance of 0: %v", name, err)
		}
		// Without iterations only b = 0 is solved.
		idle := solver(linsolve.Options{MaxIter: -1})
		if _, err := num.Try(func() num.Array { return idle(matvec, b) }); !errors.Is(err, num.ErrNumeric) {
			t.Errorf("%s solves without iterations: %v", name, err)
		}
		if x, err := num.Try(func() num.Array { return idle(matvec, num.Zeros(6)) }); err != nil || x.Abs().Max().Item() != 0 {
			t.Errorf("%s of zero without iterations: %v, %v", name, x, err)
		}
	}
	// A cycle has at least one step.
	x := linsolve.GMRES(linsolve.GMRESOptions{Restart: -1})(identity, b)
	if e := x.Sub(b).Abs().Max().Item(); e > 1e-15 {
		t.Errorf("GMRES with one step per cycle: off by %g", e)
	}
}

// Derivatives of a solution over a tree, in the right-hand side and in the map.
func ExampleGMRES() {
	type pair struct{ U, V num.Array }
	solve := func(c num.Array) pair { // u + c v = 3, v - c u = 1
		a := func(x pair) pair { return pair{x.U.Add(c.Mul(x.V)), x.V.Sub(c.Mul(x.U))} }
		return num.CustomLinearSolve(a, pair{num.Scalar(3), num.Scalar(1)}, linsolve.GMRES(linsolve.GMRESOptions{}), false)
	}
	x := solve(num.Scalar(1))
	_, dx := num.JVP(solve, num.Scalar(1), num.Scalar(1))
	fmt.Println(x.U, x.V, dx.U, dx.V)
	// Output: 1 2 -1.5 -0.5
}

func TestRefineWithoutSolver(t *testing.T) {
	_, a := matrices(4)
	b := num.Linspace(-1, 2, 4)
	apply := func(x num.Array) num.Array { return a.MatMul(x) }
	x := num.CustomLinearSolve(apply, b, linsolve.Refine(nil, 1, linsolve.Options{}), false)
	if e := num.Norm(apply(x).Sub(b)).Item(); e > 1e-12 {
		t.Errorf("the residual is %g", e)
	}
}
