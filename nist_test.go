package argmin_test

import (
	"fmt"
	"math"
	"testing"

	"github.com/argmin-go/argmin"
	"github.com/argmin-go/argmin/internal/check/nist"
	"github.com/argmin-go/argmin/num"
	"github.com/argmin-go/argmin/status"
)

// digits is the log relative error of the worst parameter, the number of correct digits, at most the 11 that are certified.
func digits(got, want []float64) float64 {
	worst := 11.
	for i, v := range want {
		worst = math.Min(worst, -math.Log10(math.Abs(got[i]-v)/math.Abs(v)+1e-30))
	}
	return math.Max(worst, 0)
}

type observations struct {
	X []num.Array
	Y num.Array
}

// nistResidual is the residuals of a data set.
func nistResidual(s *nist.Set) func(b A, d observations) A {
	return func(b A, d observations) A { return s.Curve(b.Unstack(), d.X).Sub(d.Y) }
}

// All fits of NIST from both starts: each to four digits or more, and the mean of the digits at least that of Ceres
// Solver, 9.4 by its documentation.
func TestNISTFits(t *testing.T) {
	sets, err := nist.Sets()
	if err != nil {
		t.Fatal(err)
	}
	unbounded := func(observations) (lower, upper A) { return A{}, A{} }
	for _, method := range []string{"LevenbergMarquardt", "TrustRegionReflective"} {
		for _, tol := range []float64{0, 1e-11} { // 0 is the default
			sum, least := 0., 11.
			for _, s := range sets {
				solver := argmin.LeastSquares(nistResidual(s), nil, argmin.Options{Tol: tol})
				if method == "TrustRegionReflective" {
					solver = argmin.BoundedLeastSquares(nistResidual(s), unbounded, nil, argmin.Options{Tol: tol})
				}
				line := fmt.Sprintf("%-22s %-9s", method, s.Name)
				for k, start := range s.Starts {
					r, err := solver.Run(num.New(start), observations{s.Columns(), num.New(s.Y)})
					if err != nil {
						t.Fatalf("%s %s: %v", method, s.Name, err)
					}
					lre := digits(r.Params.Float64s(), s.Params)
					sum, least = sum+lre, math.Min(least, lre)
					line += fmt.Sprintf("  start %d: %5.2f digits, %3v iterations, %v", k+1, lre, r.State.NIter, r.State.Status())
					// Below the default, rounding may end a run.
					if !r.Success() && !(tol > 0 && r.State.Status() == status.Stalled) || lre < 4 {
						t.Errorf("%s %s:%d: %.2f digits, %v", method, s.Name, k+1, lre, r.State)
					}
				}
				t.Log(line)
			}
			mean := sum / float64(2*len(sets))
			t.Logf("%s with Tol %g: mean %.2f digits, least %.2f", method, tol, mean, least)
			if tol > 0 && mean < 9.4 {
				t.Errorf("%s: mean %.2f digits", method, mean)
			}
		}
	}
}
