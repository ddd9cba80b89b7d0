package argmin_test

import (
	"fmt"
	"math"
	"testing"

	"github.com/argmin-go/argmin"
	"github.com/argmin-go/argmin/internal/check/nist"
	"github.com/argmin-go/argmin/num"
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
	opt := argmin.Options{Tol: 1e-14, MaxIter: 3000}
	for _, method := range []string{"LevenbergMarquardt", "TrustRegionReflective"} {
		sum, least := 0., 11.
		for _, s := range sets {
			solver := argmin.LeastSquares(nistResidual(s), nil, opt)
			if method == "TrustRegionReflective" {
				solver = argmin.BoundedLeastSquares(nistResidual(s), unbounded, nil, opt)
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
				if !r.Success() || lre < 4 {
					t.Errorf("%s %s:%d: %.2f digits, %v", method, s.Name, k+1, lre, r.State)
				}
			}
			t.Log(line)
		}
		mean := sum / float64(2*len(sets))
		t.Logf("%s: mean %.2f digits, least %.2f", method, mean, least)
		if mean < 9.4 {
			t.Errorf("%s: mean %.2f digits", method, mean)
		}
	}
}
