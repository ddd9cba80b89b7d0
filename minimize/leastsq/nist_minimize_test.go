package leastsq

import (
	"context"
	"fmt"
	"maps"
	"math"
	"slices"
	"testing"

	"gonum.org/v1/gonum/mat"

	"github.com/argmin-go/argmin/minimize"
	"github.com/argmin-go/argmin/minimize/finite"
)

// cosine is the largest cosine of the angle between a column of the Jacobian and the residuals: MINPACK's measure of a
// stationary point.
func cosine(j *mat.Dense, r []float64) float64 {
	c, v := 0.0, mat.NewVecDense(len(r), r)
	_, n := j.Dims()
	for i := range n {
		if size := mat.Norm(j.ColView(i), 2) * mat.Norm(v, 2); size > 0 {
			c = max(c, math.Abs(mat.Dot(j.ColView(i), v))/size)
		}
	}
	return c
}

// plateaus are ends of searches where the gradient has almost vanished, and what is tried far away shows nothing lower.
var plateaus = []string{"trust-exact/MGH17:1"}

// TestNISTAsSums has the methods of package minimize that use derivatives minimize NIST's sums of squares from both
// starts, with the exact gradient: a success is at the certified sum.
func TestNISTAsSums(t *testing.T) {
	sets := nistLoad(t)
	for _, name := range minimize.Methods() {
		m, err := minimize.MethodByName(name, nil)
		if err != nil {
			t.Fatal(err)
		}
		if m.Capability().DerivativeFree {
			continue
		}
		runs, successes, right, others := 0, 0, 0, 0
		for _, set := range slices.Sorted(maps.Keys(sets)) {
			s := sets[set]
			p, n := nistProblem(s), len(s.Params)
			r, j := make([]float64, p.M), mat.NewDense(p.M, n, nil)
			sum := minimize.Problem{
				Func: func(x []float64) float64 {
					p.Residuals(x, r)
					return mat.Dot(mat.NewVecDense(p.M, r), mat.NewVecDense(p.M, r))
				},
				Grad: func(x, g []float64) {
					p.Residuals(x, r)
					p.Jac(x, j)
					v := mat.NewVecDense(n, g)
					v.MulVec(j.T(), mat.NewVecDense(p.M, r))
					v.ScaleVec(2, v)
				},
			}
			for k, x0 := range s.Starts {
				if testing.Short() && k > 0 {
					continue
				}
				got, err := minimize.Minimize(context.Background(), sum, x0,
					minimize.Options{Method: m, Differences: finite.Differences{Scheme: "2-point"}})
				if err != nil {
					t.Fatalf("%s/%s: %v", name, set, err)
				}
				runs++
				at := got.Fun <= s.RSS*(1+1e-3)+1e-7*(sum.Func(x0)-s.RSS) // the second is for residuals that are 0 at the end
				if at {
					right++
				}
				if !got.Success {
					continue
				}
				successes++
				p.Residuals(got.X, r)
				p.Jac(got.X, j)
				switch c := cosine(j, r); {
				case at:
				case c <= 0.01 || slices.Contains(plateaus, fmt.Sprintf("%s/%s:%d", name, set, k+1)):
					others++
					t.Logf("%s/%s:%d: another stationary point (cosine %.1g), %.8g, certified is %.8g", name, set, k+1, c, got.Fun, s.RSS)
				default:
					t.Errorf("%s/%s:%d: success at %.8g with cosine %.2g, certified is %.8g, after %d evaluations: %s", name, set, k+1, got.Fun, c, s.RSS, got.NFev, got.Message)
				}
				if at && math.IsNaN(got.Optimality) {
					t.Errorf("%s/%s:%d: Optimality is NaN", name, set, k+1)
				}
			}
		}
		t.Logf("%s: of %d runs %d end at the certified sum; %d report success, %d of them at other stationary points", name, runs, right, successes, others)
	}
}
