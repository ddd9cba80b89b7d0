package convex

import (
	"testing"

	"github.com/argmin-go/argmin/num"
	"github.com/argmin-go/argmin/sparse"
)

// Models of 10⁵ variables have as many coefficients as are written, and no matrix of all pairs of variables.
func TestLargeModels(t *testing.T) {
	const n = 100000
	x := Variable("x", n)
	neighbors := sparse.Diags(n, n, []int{0, 1}, num.Scalar(2), num.Scalar(-1))
	for _, c := range []struct {
		name    string
		model   *Model
		entries int // of A, and of Q
		squares int
	}{
		{"sparse rows", Minimize(SumSquares(x)).SubjectTo(Ge(MatMul(neighbors, x), 1)), 2*n - 1, n},
		{"sparse columns", Minimize(SumSquares(x)).SubjectTo(Ge(MatMul(x, Constant("A", neighbors).T()), 1)), 2*n - 1, n},
		{"total variation", Minimize(SumSquares(x.Sub(1)).Add(TotalVariation(x))), 6 * (n - 1), n},
		{"squares of differences", Minimize(SumSquares(Diff(x))).SubjectTo(Eq(x.At(0), 1)), 1, 3*n - 2},
	} {
		p, err := c.model.Compile(Options{})
		if err != nil {
			t.Fatal(err)
		}
		if a, q := p.a.pattern.NNZ(), p.q.pattern.NNZ(); a != c.entries || q != c.squares {
			t.Errorf("%s: %d entries of A and %d of Q, want %d and %d", c.name, a, q, c.entries, c.squares)
		}
	}
}

// A sum that is made in a loop is laid out once, not once for each of its partial sums.
func TestLongSums(t *testing.T) {
	const n = 20000
	x := Variable("x", n)
	cost := Square(x.At(0))
	for i := 1; i < n; i++ {
		cost = cost.Add(Square(x.At(i).Sub(x.At(i - 1))))
	}
	p, err := Minimize(cost).Compile(Options{})
	if err != nil {
		t.Fatal(err)
	}
	if q := p.q.pattern.NNZ(); q != 3*n-2 {
		t.Errorf("%d entries of Q, want %d", q, 3*n-2)
	}
}
