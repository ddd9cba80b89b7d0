package conic_test

import (
	"fmt"
	"testing"

	"github.com/argmin-go/argmin"
	"github.com/argmin-go/argmin/num"
	"github.com/argmin-go/argmin/tree"
)

// From the solution of a program, one that differs a little takes fewer iterations, one that does not differ none, and one that is far
// away not more than from the middle.
func TestWarmStart(t *testing.T) {
	for name, cones := range lists {
		solver := conicOf(cones, argmin.Options{})
		run := func(start argmin.ConePoint, d coneData) (argmin.ConePoint, int) {
			r, err := solver.Run(start, d)
			if err != nil || !r.Success() {
				t.Fatal(name, err, r.State)
			}
			if res := residual(d, cones, r.Params); !(res <= 1e-8) {
				t.Errorf("%s: residual %g", name, res)
			}
			return r.Params, int(r.State.NIter.Item())
		}
		total := map[float64]int{}
		cold := 0
		changes := []float64{0, 1e-4, 1e-3, 1e-2, 1e-1, 10}
		for seed := range int64(10) {
			d, e := randomCone(seed, 6, 1, cones, true), randomCone(seed+100, 6, 1, cones, true)
			start, n := run(argmin.ConePoint{}, d)
			for _, h := range changes {
				near := tree.AddScaled(tree.Scale(num.Scalar(1-min(h, 0.5)), d), num.Scalar(h), e)
				_, k := run(start, near)
				total[h] += k
			}
			cold += n
		}
		t.Log(fmt.Sprintf("%-12s", name), cold, total)
		if total[0] > 0 || total[1e-4] > cold*7/10 || total[1e-2] > cold*8/10 || total[10] > cold*3/2 {
			t.Errorf("%s: %d iterations from the middle, by the size of the change from the solution: %v", name, cold, total)
		}
	}
}
