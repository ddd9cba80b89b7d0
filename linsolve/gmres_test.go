package linsolve_test

import (
	"testing"

	"github.com/argmin-go/argmin/linsolve"
	"github.com/argmin-go/argmin/num"
)

// A matrix with three eigenvalues is solved in three steps, wherever a restart is due, and
// a cycle that is over has no more.
func TestGMRESEndsEarly(t *testing.T) {
	d := num.Vector(1, 2, 5).Tile(20)
	b := num.Linspace(-1, 2, 60)
	for _, restart := range []int{2, 3, 30, 60} {
		applied := 0
		x := linsolve.GMRES(linsolve.GMRESOptions{Options: linsolve.Options{Tol: 1e-12}, Restart: restart})(func(x num.Array) num.Array {
			num.Observe(func(num.Array) error { applied++; return nil }, x)
			return x.Mul(d)
		}, b)
		if e := x.Mul(d).Sub(b).Abs().Max().Item(); e > 1e-11 {
			t.Errorf("restart after %d: off by %g", restart, e)
		}
		// With one product for the scale of the map, one a cycle for its residual and one for the
		// check at the end.
		if restart > 2 && applied > 6 || applied < 6 {
			t.Errorf("restart after %d: %d products", restart, applied)
		}
	}
}
