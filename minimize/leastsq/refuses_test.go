package leastsq

import (
	"context"
	"math"
	"testing"

	"gonum.org/v1/gonum/mat"

	"github.com/argmin-go/argmin/minimize/finite"
)

// Errors name the argument that is wrong, its value and what it should be.
func TestWrongArgumentsAreRefused(t *testing.T) {
	f := func(x, r []float64) { clear(r) }
	jac := func(x []float64, j *mat.Dense) {}
	good := Problem{Residuals: f, M: 3}
	lm := Options{Method: LM{}}
	for _, c := range []struct {
		p    Problem
		x0   []float64
		o    Options
		want string
	}{
		{p: Problem{M: 3}, want: "the least-squares problem has no Residuals"},
		{p: good, x0: []float64{}, want: "x0 is empty"},
		{p: good, x0: []float64{1, math.NaN()}, want: "x0[1] is NaN, want a finite number"},
		{p: Problem{Residuals: f}, want: "M, the number of residuals, is 0, want at least 1"},
		{p: Problem{Residuals: f, M: 3, JacSparse: func([]float64, [][]float64) {}}, want: "JacSparse needs Sparsity, which specifies where its values belong"},
		{p: Problem{Residuals: f, M: 3, Jac: jac, JacSparse: func([]float64, [][]float64) {}}, want: "the least-squares problem has both Jac and JacSparse"},
		{p: Problem{Residuals: f, M: 3, Sparsity: [][]int{{0}}}, want: "the least-squares problem has Sparsity for 1 values, want 3"},
		{p: Problem{Residuals: f, M: 1, Sparsity: [][]int{{2}}}, want: "the least-squares problem: Sparsity[0] names variable 2 of 2"},
		{p: Problem{Residuals: f, M: 1, Sparsity: [][]int{{1, 0, 1}}}, want: "Sparsity[0] names a variable twice"},
		{p: good, o: Options{Bounds: &Bounds{[]float64{0}, []float64{1}}}, want: "bounds have lengths 1 and 1, x0 has 2"},
		{p: good, o: Options{Bounds: &Bounds{[]float64{0, 2}, []float64{1, 1}}}, want: "x[1]: lower bound 2 is above the upper bound 1"},
		{p: good, o: Options{XScale: []float64{1}}, want: "XScale has length 1, x0 has 2"},
		{p: good, o: Options{XScale: []float64{1, -1}}, want: "XScale[1] is -1, want a positive number"},
		{p: good, o: Options{XScale: []float64{1, 1}, JacScale: true}, want: "XScale and JacScale are both set"},
		{p: good, o: Options{Differences: finite.Differences{RelStep: []float64{1, 1, 1}}}, want: "RelStep has length 3, want 1 or that of x0, 2"},
		{p: good, o: Options{Differences: finite.Differences{RelStep: []float64{0}}}, want: "RelStep[0] is 0, want a positive number"},
		{p: good, o: Options{Differences: finite.Differences{Scheme: "cs"}}, want: `Differences.Scheme "cs" needs Problem.Complex`},
		{p: good, o: Options{Differences: finite.Differences{Scheme: "4-point"}}, want: "Differences.Scheme is \"4-point\", want 2-point, 3-point or cs"},
		{p: good, o: Options{FTol: math.NaN()}, want: "FTol is NaN, want a positive number, 0 for 1e-8, or a negative one for none"},
		{p: good, o: Options{FTol: -1, XTol: -1, GTol: -1}, want: "FTol, XTol and GTol are all off or below 2.22e-16: no test could end the search"},
		{p: good, o: Options{MaxNFev: -1}, want: "MaxNFev is -1, want a positive number, or 0 for 100n"},
		{p: good, o: Options{Loss: "cauchi"}, want: `there is no loss "cauchi" (did you mean "cauchy"?); the losses are arctan, cauchy, huber, linear, soft_l1`},
		{p: good, o: Options{Loss: "huber", LossFunc: func(a, b, c, d []float64) {}}, want: `both Loss "huber" and LossFunc are given`},
		{p: good, o: Options{FScale: -2}, want: "FScale is -2, want a positive number, or 0 for 1"},
		{p: good, o: Options{Method: TRF{TRSolver: "lsqr"}}, want: `TRSolver of TRF is "lsqr" (did you mean "lsmr"?), want exact or lsmr`},
		{p: Problem{Residuals: f, M: 1}, o: lm, want: "method lm needs at least as many residuals as variables: M is 1, x0 has 2; trf and dogbox take fewer"},
		{p: good, o: Options{Method: LM{}, Bounds: &Bounds{[]float64{0, 0}, []float64{1, 1}}}, want: "method lm takes no bounds; those that do are trf, dogbox"},
		{p: good, o: Options{Method: LM{}, Loss: "huber"}, want: "method lm takes the linear loss only; those that take others are trf, dogbox"},
		{p: good, o: Options{Method: LM{}, GTol: 1e-17}, want: "FTol, XTol and GTol are 1e-08, 1e-08 and 1e-17; method lm needs each to be at least 2.22e-16, or negative for off"},
		{p: good, o: Options{Method: LM{Factor: -1}}, want: "Factor of method lm is -1, want a positive number, or 0 for 100"},
	} {
		if c.x0 == nil {
			c.x0 = []float64{1, 2}
		}
		_, err := Minimize(context.Background(), c.p, c.x0, c.o)
		if err == nil || err.Error() != "leastsq: "+c.want {
			t.Errorf("%v, want leastsq: %s", err, c.want)
		}
	}
	// Infinite bounds are none, and a start outside is moved in.
	free := &Bounds{lsqFull(2, -lsqInf), lsqFull(2, lsqInf)}
	if _, err := Minimize(context.Background(), good, []float64{1, 2}, Options{Method: LM{}, Bounds: free}); err != nil {
		t.Error(err)
	}
}
