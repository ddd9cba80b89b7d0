package argmin_test

import (
	"fmt"
	"math"
	"os"
	"slices"
	"testing"

	"github.com/argmin-go/argmin"
	"github.com/argmin-go/argmin/internal/check/testproblems"
	"github.com/argmin-go/argmin/num"
	"github.com/argmin-go/argmin/plot"
)

// The problems of Moré, Garbow & Hillstrom from their starts, and 10 and 100 times as far: a success is a known minimum, or a point whose
// residuals have no part along the Jacobian. With ARGMIN_PROFILE set to a file, a performance profile of the evaluations is drawn there.
func TestMGHBySquares(t *testing.T) {
	type none = struct{}
	order := []string{"LevenbergMarquardt", "Geodesic", "Cholesky", "Sparse", "CG", "Dogleg", "GaussNewton", "TrustRegionReflective"}
	solved, other := map[string][3]int{}, map[string]int{}
	var cost [][]float64
	total := 0
	for _, p := range testproblems.MGH() {
		f := p.Squares()
		if f == nil {
			continue
		}
		total++
		rows := [3][]float64{}
		for i := range rows {
			rows[i] = slices.Repeat([]float64{math.Inf(1)}, len(order))
		}
		all := squaresSolvers(func(x A, _ none) A { return f(x) }, argmin.Options{MaxIter: 1000})
		for m, name := range order {
			for k, far := range []float64{1, 10, 100} {
				r, err := all[name].Run(num.New(p.X0).Scale(far), none{})
				if err != nil {
					t.Fatalf("%s by %s: %v", p.Name, name, err)
				}
				if !r.Success() {
					continue
				}
				least := 2 * r.State.Value.Item()
				known := slices.ContainsFunc(p.Min, func(v float64) bool { return math.Abs(least-v) <= 1e-4*v+1e-10 })
				if !known {
					_, j := f(r.Params), num.JacobianFwd(f)(r.Params)
					v := f(r.Params)
					cosine := v.MatMul(j).Abs().Div(num.Maximum(num.Norm(j, 0), num.Const(1e-300))).Max().Div(num.Norm(v)).Item()
					other[name]++
					if !(cosine <= 1e-3) {
						t.Errorf("%s from %g times its start by %s: success at %.8g with a cosine of %.2g: %v", p.Name, far, name, least, cosine, r.State)
					}
				}
				if known && math.Abs(least-p.Min[0]) <= 1e-4*p.Min[0]+1e-10 {
					c := solved[name]
					c[k]++
					solved[name] = c
					rows[k][m] = r.State.NFev.Item()
				}
			}
		}
		cost = append(cost, rows[:]...)
	}
	for _, name := range order {
		t.Logf("%-22s solved %v of %d from x0, 10 x0, 100 x0; other minima %d", name, solved[name], total, other[name])
		if solved[name][0] < total*3/4 && name != "CG" {
			t.Errorf("%s solved only %d", name, solved[name][0])
		}
	}
	if file := os.Getenv("ARGMIN_PROFILE"); file != "" {
		if err := plot.Profile(file, fmt.Sprintf("least squares on %d problems from three starts", total), order, cost); err != nil {
			t.Error(err)
		}
	}
}
