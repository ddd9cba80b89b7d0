package testproblems_test

import (
	"math"
	"testing"

	"gonum.org/v1/gonum/mat"

	"github.com/argmin-go/argmin/internal/check/testproblems"
	"github.com/argmin-go/argmin/num"
	"github.com/argmin-go/argmin/sparse"
)

// Sparse Hessians and Jacobians of the traced problems are those of their other formulas.
func TestSparseDerivatives(t *testing.T) {
	count := 0
	for _, p := range append(testproblems.Bounded(), testproblems.Constrained()...) {
		f, c := p.Traced()
		if f == nil {
			continue
		}
		count++
		t.Run(p.Name, func(t *testing.T) {
			x := make([]float64, len(p.X0))
			for i, v := range p.X0 {
				x[i] = v + 0.01*math.Cos(float64(i)) // where nothing vanishes by chance
			}
			at := num.New(x, len(x))
			want := mat.NewSymDense(len(x), nil)
			p.Hessian(x, want)
			compare(t, "Hessian", sparse.Hessian(f, sparse.DerivativeOptions{})(at), want)
			if c != nil {
				m := len(p.CLower)
				want := mat.NewDense(m, len(x), nil)
				p.Jacobian(x, want)
				compare(t, "Jacobian", sparse.Jacobian(c, sparse.DerivativeOptions{})(at), want)
			}
		})
	}
	if count < 30 {
		t.Errorf("only %d problems are traced", count)
	}
}

func compare(t *testing.T, what string, got sparse.Matrix, want mat.Matrix) {
	t.Helper()
	g := got.Dense()
	m, n := want.Dims()
	size := mat.Norm(want, 1)
	for i := range m {
		for j := range n {
			if w := want.At(i, j); !(math.Abs(g.At(i, j).Item()-w) <= 1e-6*(1+size)) {
				t.Errorf("%s (%d, %d) is %v, want %v", what, i, j, g.At(i, j), w)
			}
		}
	}
}
