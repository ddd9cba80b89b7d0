package lsmr

import (
	"math"
	"math/rand/v2"
	"testing"

	"gonum.org/v1/gonum/mat"
)

// TestSolve compares with the normal equations solved directly.
func TestSolve(t *testing.T) {
	r := rand.New(rand.NewPCG(1, 2))
	for _, c := range []struct {
		m, n int
		damp float64
	}{{6, 6, 0}, {20, 5, 0}, {20, 5, 0.7}, {5, 20, 0.3}, {1, 1, 0}} {
		a := mat.NewDense(c.m, c.n, nil)
		b := make([]float64, c.m)
		for i := range b {
			b[i] = r.NormFloat64()
			for j := range c.n {
				a.Set(i, j, r.NormFloat64())
			}
		}
		p := Problem{M: c.m, N: c.n, B: b, Damp: c.damp, ATol: 1e-14, BTol: 1e-14, MaxIter: 100,
			Mul:  func(x, y []float64) { mat.NewVecDense(c.m, y).MulVec(a, mat.NewVecDense(c.n, x)) },
			MulT: func(y, x []float64) { mat.NewVecDense(c.n, x).MulVec(a.T(), mat.NewVecDense(c.m, y)) },
		}
		x := make([]float64, c.n)
		k := Solve(p, x)
		if k > 3*min(c.m, c.n) {
			t.Errorf("%v: %d iterations", c, k)
		}
		var ata mat.Dense
		ata.Mul(a.T(), a)
		for i := range c.n {
			ata.Set(i, i, ata.At(i, i)+c.damp*c.damp)
		}
		var atb, want mat.VecDense
		atb.MulVec(a.T(), mat.NewVecDense(c.m, b))
		if err := want.SolveVec(&ata, &atb); err != nil {
			t.Fatal(err)
		}
		for i, v := range x {
			if math.Abs(v-want.AtVec(i)) > 1e-9 {
				t.Errorf("%v: x[%d] is %g, want %g", c, i, v, want.AtVec(i))
			}
		}
	}
}

// TestSolveMinimumNorm: of a rank-deficient problem the solution of least length.
func TestSolveMinimumNorm(t *testing.T) {
	p := Problem{M: 2, N: 3, B: []float64{2, 2}, ATol: 1e-14, BTol: 1e-14, MaxIter: 50,
		Mul:  func(x, y []float64) { y[0] = x[0] + x[1] + x[2]; y[1] = y[0] },
		MulT: func(y, x []float64) { x[0] = y[0] + y[1]; x[1], x[2] = x[0], x[0] },
	}
	x := make([]float64, 3)
	Solve(p, x)
	for i, v := range x {
		if math.Abs(v-2.0/3) > 1e-14 {
			t.Errorf("x[%d] is %g, want 2/3", i, v)
		}
	}
}

// TestSolveZero: nothing to do for b = 0 or b orthogonal to the columns.
func TestSolveZero(t *testing.T) {
	for _, b := range [][]float64{{0, 0}, {0, 1}} {
		x := []float64{5}
		p := Problem{M: 2, N: 1, B: b, ATol: 1e-6, BTol: 1e-6, MaxIter: 9,
			Mul:  func(x, y []float64) { y[0], y[1] = x[0], 0 },
			MulT: func(y, x []float64) { x[0] = y[0] },
		}
		if k := Solve(p, x); k != 0 || x[0] != 0 {
			t.Errorf("b = %v: x = %v after %d iterations", b, x, k)
		}
	}
}
