package leastsq

import (
	"slices"
	"testing"
)

// Numbers of options that are 0 are their defaults, and negative ones are 0 where that has a meaning.
func TestZeroOptions(t *testing.T) {
	q := lsqProblems["kowalik"]
	n := len(q.x0)
	for _, c := range [][2]Options{
		{{}, {Method: TRF{}, FTol: 1e-8, XTol: 1e-8, GTol: 1e-8, MaxNFev: 100 * n, FScale: 1, Loss: "linear"}},
		{{Method: LM{}}, {Method: LM{Factor: 100}}},
		{{Method: Dogbox{TRSolver: "lsmr"}}, {Method: Dogbox{TRSolver: "lsmr", LSMR: LSMR{ATol: 1e-6, BTol: 1e-6, CondLim: 1e8, MaxIter: min(q.m, n)}}}},
		{{Loss: "huber"}, {Loss: "huber", FScale: 1}},
	} {
		a, b := lsqSolve(t, q, c[0]), lsqSolve(t, q, c[1])
		if !slices.Equal(a.X, b.X) || a.NFev != b.NFev {
			t.Errorf("%+v: %v after %d evaluations by default, %v after %d with the defaults written out", c[1], a.X, a.NFev, b.X, b.NFev)
		}
	}
	// LSMR to the last digit takes other steps than to six.
	coarse, exact := TRF{TRSolver: "lsmr", LSMR: LSMR{ATol: 1e-1, BTol: 1e-1}}, TRF{TRSolver: "lsmr", LSMR: LSMR{ATol: -1, BTol: -1}}
	if a, b := lsqSolve(t, q, Options{Method: coarse}), lsqSolve(t, q, Options{Method: exact}); !b.Success || b.NFev > a.NFev {
		t.Errorf("%d evaluations with LSMR to the last digit, %d to one", b.NFev, a.NFev)
	}
	// Without iterations of LSMR there is only the gradient.
	if r := lsqSolve(t, q, Options{Method: TRF{TRSolver: "lsmr", LSMR: LSMR{MaxIter: -1}},
		MaxNFev: 20}); r.Cost >= lsqSolve(t, q, Options{MaxNFev: 1}).Cost {
		t.Errorf("cost %g", r.Cost)
	}
}
