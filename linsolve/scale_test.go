package linsolve_test

import (
	"errors"
	"fmt"
	"math"
	"testing"

	"github.com/argmin-go/argmin/linsolve"
	"github.com/argmin-go/argmin/num"
)

// iterative are the methods for symmetric positive definite maps, with a preconditioner
// where they take one.
func iterative(precond func(num.Array) num.Array) map[string]num.LinearSolver {
	o := linsolve.Options{Precond: precond}
	all := map[string]num.LinearSolver{
		"CG": linsolve.CG(o), "BiCGSTAB": linsolve.BiCGSTAB(o), "GMRES": linsolve.GMRES(linsolve.GMRESOptions{Options: o}),
	}
	if precond == nil {
		all["MINRES"], all["NormalCG"] = linsolve.MINRES(o), linsolve.NormalCG(o)
		all["default"] = nil
		all["Dense"], all["LU"], all["Cholesky"] = num.DenseSolver, linsolve.LU(o), linsolve.Cholesky(o)
		all["Refine"] = linsolve.Refine(linsolve.CG(linsolve.Options{Tol: 1e-3}), 6, o)
	}
	return all
}

// Systems whose right-hand side or map is many orders of magnitude from 1: squares of their
// numbers under- or overflow.
func TestScales(t *testing.T) {
	for _, c := range []struct {
		d    num.DType
		b, a []float64 // factors of the right-hand side and of the map
		tol  float64
	}{
		{num.Float64, []float64{1, 1e-60, 1e-155, 1e-170, 1e-290, 1e170, 1e290}, []float64{1e-100, 1e160}, 1e-11},
		{num.Float32, []float64{1e-19, 1e-22, 1e-23, 1e-25, 1e-30, 1e22, 1e30}, []float64{1e-10, 1e22}, 1e-4},
	} {
		for _, n := range []int{2, 16} {
			spd, _ := matrices(n)
			spd = spd.Div(spd.Abs().Max()).Add(num.Eye(n)).AsType(c.d)
			b := num.Linspace(-1, 2, n).AsType(c.d)
			want := num.Solve(spd, b)
			try := func(name string, solver num.LinearSolver, sb, sa float64) {
				a := spd.Scale(sa)
				// The solution may be out of range where the system is not.
				if q := sb / sa; c.d == num.Float64 && (q > 1e300 || q < 1e-300) || c.d == num.Float32 && (q > 1e37 || q < 1e-36) {
					return
				}
				x, err := num.Try(func() num.Array {
					return num.CustomLinearSolve(func(x num.Array) num.Array { return a.MatMul(x) }, b.Scale(sb), solver, true)
				})
				if err != nil {
					t.Errorf("%v %s of %d, b ×%g, A ×%g: %v", c.d, name, n, sb, sa, err)
					return
				}
				got := x.AsType(num.Float64).Scale(sa).Scale(1 / sb)
				if e := got.Sub(want.AsType(num.Float64)).Abs().Max().Item(); !(e <= c.tol) {
					t.Errorf("%v %s of %d, b ×%g, A ×%g: off by %g", c.d, name, n, sb, sa, e)
				}
			}
			for _, sa := range append([]float64{1}, c.a...) {
				for _, sb := range c.b {
					for name, solver := range iterative(nil) {
						try(name, solver, sb, sa)
					}
					for name, solver := range iterative(func(r num.Array) num.Array { return r.Div(num.Diag(spd.Scale(sa))) }) {
						try(name+" with preconditioner", solver, sb, sa)
					}
				}
			}
		}
	}
}

// Each member of a batch has its own scale; one is zero, one subnormal.
func TestScalesOfBatches(t *testing.T) {
	spd, _ := matrices(5)
	b := num.Linspace(1, 2, 5)
	scales := []float64{1, 0, 1e-200, 1e200, 1e-310}
	bs := make([]num.Array, len(scales))
	for i, s := range scales {
		bs[i] = b.Scale(s)
	}
	want := num.Solve(spd, b)
	for name, solver := range iterative(nil) {
		x := num.Vmap(func(b num.Array) num.Array {
			return num.CustomLinearSolve(func(x num.Array) num.Array { return spd.MatMul(x) }, b, solver, true)
		})(num.Stack(bs...))
		for i, s := range scales {
			tol := 1e-10
			if s == 1e-310 {
				tol = 1e-3 // b itself has few digits
			}
			if s == 0 {
				if x.At(i).Abs().Max().Item() != 0 {
					t.Errorf("%s: a right-hand side of zeros gives %v", name, x.At(i))
				}
			} else if e := x.At(i).Div(num.Scalar(s)).Sub(want).Abs().Max().Item(); !(e <= tol) {
				t.Errorf("%s: member %d off by %g", name, i, e)
			}
		}
	}
}

// The gradient of a small loss of a solution is that of the loss, as small.
func TestGradientOfSmallLoss(t *testing.T) {
	a := num.New([]float64{4, 1, 1, 3}, 2, 2).AsType(num.Float32)
	for name, solver := range iterative(nil) {
		for _, s := range []float64{1e-22, 1e-23, 1e-30} {
			loss := func(b num.Array) num.Array {
				x := num.CustomLinearSolve(func(x num.Array) num.Array { return a.MatMul(x) }, b, solver, true)
				return x.Sum().Scale(s)
			}
			g := num.Grad(loss)(num.Vector(1, 2).AsType(num.Float32)).AsType(num.Float64).Scale(1 / s)
			if e := g.Sub(num.Vector(2.0/11, 3.0/11)).Abs().Max().Item(); !(e <= 1e-5) {
				t.Errorf("%s: gradient of a loss ×%g: %v", name, s, g)
			}
		}
	}
}

// Systems without an inverse: of the solutions the smallest, and no answer where there is none
// but by NormalCG, which solves least squares.
func TestSingular(t *testing.T) {
	type systemCase struct {
		name string
		a    num.Array
		b, x num.Array // x has the smallest norm
		// least is set where there is no solution and x is that of least squares.
		least bool
		sym   bool
	}
	cases := []systemCase{
		{"upper", num.New([]float64{1, 1, 0, 0}, 2, 2), num.Vector(1, 0), num.Vector(0.5, 0.5), false, false},
		{"diagonal", num.New([]float64{1, 0, 0, 0}, 2, 2), num.Vector(1, 2), num.Vector(1, 0), true, true},
		{"diagonal, consistent", num.New([]float64{1, 0, 0, 0}, 2, 2), num.Vector(3, 0), num.Vector(3, 0), false, true},
		{"rank one", num.New([]float64{1, 2, 2, 4}, 2, 2), num.Vector(3, 5), num.Vector(13.0/25, 26.0/25), true, true},
		{"rank one, consistent", num.New([]float64{1, 2, 2, 4}, 2, 2), num.Vector(5, 10), num.Vector(1, 2), false, true},
		{"zero", num.Zeros(2, 2), num.Vector(0, 0), num.Vector(0, 0), false, true},
		{"zero map", num.Zeros(2, 2), num.Vector(1, 0), num.Vector(0, 0), true, true},
		{"indefinite", num.New([]float64{1, 0, 0, 0, -1, 0, 0, 0, 0}, 3, 3), num.Vector(1, 2, 0), num.Vector(1, -2, 0), false, true},
	}
	for _, c := range cases {
		solve := func(solver num.LinearSolver) (num.Array, error) {
			return num.Try(func() num.Array {
				return num.CustomLinearSolve(func(x num.Array) num.Array { return c.a.MatMul(x) }, c.b, solver, false)
			})
		}
		solvers := map[string]num.LinearSolver{"default": nil, "Dense": num.DenseSolver, "NormalCG": linsolve.NormalCG(linsolve.Options{})}
		if c.sym {
			solvers["MINRES"] = linsolve.MINRES(linsolve.Options{})
		}
		for name, solver := range solvers {
			x, err := solve(solver)
			if c.least && name != "NormalCG" {
				if !errors.Is(err, num.ErrNumeric) {
					t.Errorf("%s by %s: %v, %v; there is no solution", c.name, name, x, err)
				}
				continue
			}
			if err != nil {
				t.Errorf("%s by %s: %v", c.name, name, err)
			} else if e := x.Sub(c.x).Abs().Max().Item(); !(e <= 1e-12) {
				t.Errorf("%s by %s: %v, want %v", c.name, name, x, c.x)
			}
		}
	}
}

// NormalCG with a ridge minimizes |A x - b|² + ridge |x|².
func TestNormalCGWithRidge(t *testing.T) {
	_, general := matrices(7)
	b := num.Linspace(-1, 2, 7)
	for _, ridge := range []float64{1e-3, 0.5, 100} {
		want := num.Solve(general.T().MatMul(general).Add(num.Eye(7).Scale(ridge)), general.T().MatMul(b))
		x := linsolve.NormalCG(linsolve.Options{Ridge: ridge})(func(x num.Array) num.Array { return general.MatMul(x) }, b)
		if e := x.Sub(want).Abs().Max().Item(); !(e <= 1e-11) {
			t.Errorf("ridge %g: off by %g", ridge, e)
		}
	}
}

// Its preconditioner is for the normal equations.
func TestNormalCGWithPreconditioner(t *testing.T) {
	_, general := matrices(9)
	scaled := general.Mul(num.Linspace(0, 3, 9).Exp().ExpandDims(0))
	b := num.Linspace(-1, 2, 9)
	diagonal := scaled.Square().Sum(0)
	o := linsolve.Options{Precond: func(r num.Array) num.Array { return r.Div(diagonal) }, MaxIter: 40}
	x, err := num.Try(func() num.Array {
		return linsolve.NormalCG(o)(func(x num.Array) num.Array { return scaled.MatMul(x) }, b)
	})
	if err != nil {
		t.Fatal(err)
	}
	if e := scaled.MatMul(x).Sub(b).Abs().Max().Item(); !(e <= 1e-11) {
		t.Errorf("off by %g", e)
	}
}

func TestMINRESRefusesAPreconditioner(t *testing.T) {
	_, err := num.Try(func() num.LinearSolver {
		return linsolve.MINRES(linsolve.Options{Precond: func(r num.Array) num.Array { return r }})
	})
	if !errors.Is(err, num.ErrArgument) {
		t.Error(err)
	}
}

// A right-hand side that is not finite is no system.
func TestNotFinite(t *testing.T) {
	for name, solver := range iterative(nil) {
		for _, v := range []float64{math.NaN(), math.Inf(1)} {
			_, err := num.Try(func() num.Array {
				return num.CustomLinearSolve(func(x num.Array) num.Array { return x.Scale(2) }, num.Vector(1, v), solver, true)
			})
			if !errors.Is(err, num.ErrNumeric) {
				t.Errorf("%s with %v: %v", name, v, err)
			}
		}
	}
}

// The indefinite system that conjugate gradients are not for.
func ExampleMINRES() {
	a := num.New([]float64{1, 2, 2, 1}, 2, 2)
	x := linsolve.MINRES(linsolve.Options{})(func(x num.Array) num.Array { return a.MatMul(x) }, num.Vector(5, 4))
	fmt.Println(x)
	// Output: [1 2]
}
