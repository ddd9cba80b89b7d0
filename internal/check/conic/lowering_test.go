package conic_test

import (
	"testing"

	"github.com/argmin-go/argmin"
	"github.com/argmin-go/argmin/num"
)

// Programs with cones of every kind, and their derivatives, can be written for XLA.
func TestLowering(t *testing.T) {
	for name, cones := range lists {
		solver := conicOf(cones, argmin.Options{})
		d := randomCone(1, 3, 1, cones, true)
		x := func(d coneData) num.Array { return solver.Argmin(argmin.ConePoint{}, d).X }
		if _, err := num.ProgramOf(x, d).StableHLO(); err != nil {
			t.Errorf("%s: %v", name, err)
		}
		if _, err := num.ProgramOf(num.Grad(func(d coneData) num.Array { return x(d).Sum() }), d).StableHLO(); err != nil {
			t.Errorf("%s, derivative: %v", name, err)
		}
	}
}
