package conic_test

import (
	"fmt"
	"testing"

	"github.com/argmin-go/argmin"
	"github.com/argmin-go/argmin/num"
	"github.com/argmin-go/argmin/tree"
)

// Derivatives of the solution, its slacks and its multipliers in all of the data agree with differences of solutions, and those of reverse
// mode with those of forward mode.
func TestDerivatives(t *testing.T) {
	for name, cones := range lists {
		solver := conicOf(cones, argmin.Options{Tol: 1e-10})
		solve := func(d coneData) argmin.ConePoint { return solver.Argmin(argmin.ConePoint{}, d) }
		type line struct{ At, Along coneData }
		forward := num.Jit(func(l line) argmin.ConePoint { _, d := num.JVP(solve, l.At, l.Along); return d })
		type pulled struct {
			At coneData
			Ct argmin.ConePoint
		}
		reverse := num.Jit(func(p pulled) coneData { _, pull := num.VJP(solve, p.At); return pull(p.Ct) })
		for _, quad := range []float64{0, 1} {
			t.Run(fmt.Sprintf("%s/%g", name, quad), func(t *testing.T) {
				for seed := range int64(4) {
					d, e := randomCone(seed, 6, quad, cones, true), randomCone(seed+100, 6, 1, cones, true)
					// Of a Q that stays positive semidefinite.
					e.Q = e.Q.Scale(quad)
					d.Q = d.Q.Add(num.Eye(6).Scale(quad))
					point := func(h float64) argmin.ConePoint {
						r, err := solver.Run(argmin.ConePoint{}, tree.AddScaled(d, num.Scalar(h), e))
						if err != nil || !r.Success() {
							t.Fatal(seed, err, r.State)
						}
						return r.Params
					}
					const h = 1e-4
					near, wide := tree.Sub(point(h), point(-h)), tree.Sub(point(2*h), point(-2*h))
					want := tree.Scale(num.Scalar(1/(12*h)), tree.Sub(tree.Scale(num.Scalar(8), near), wide))
					got, err := forward.Call(line{d, e})
					if err != nil {
						t.Error(seed, err)
						continue
					}
					size := 1 + tree.Norm(want).Item()
					if off := tree.Norm(tree.Sub(got, want)).Item() / size; !(off <= 1e-6) {
						t.Errorf("seed %d: forward mode is off by %g", seed, off)
					}
					back, err := reverse.Call(pulled{d, got})
					if err != nil {
						t.Error(seed, err)
						continue
					}
					if a, b := tree.Dot(back, e).Item(), tree.Dot(got, got).Item(); !(abs(a-b) <= 1e-6*(1+abs(b))) {
						t.Errorf("seed %d: reverse mode gives %g, forward mode %g", seed, a, b)
					}
				}
			})
		}
	}
}

func abs(x float64) float64 { return max(x, -x) }
