package interior

import (
	"testing"

	"github.com/argmin-go/argmin/num"
)

// |r(x)| ≤ t as the pairs of rows t - r and t + r: the second derivatives of a pair cancel for equal multipliers, and not for others.
func TestPatternOfPairs(t *testing.T) {
	const n = 60
	f := func(v array) array { return v.At(n) }
	rows := func(v array) array {
		r := v.Range(0, n).Square()
		return num.Concat(0, v.At(n).Sub(r), v.At(n).Add(r))
	}
	s, err := newSparse(Dense{f, rows, 2 * n}, num.Full(num.Float64, 1, n+1), false)
	if err != nil {
		t.Fatal(err)
	}
	if got := s.hess.Pattern.NNZ(); got != n {
		t.Errorf("the Hessian has %d entries, want the diagonal's %d", got, n)
	}
}
