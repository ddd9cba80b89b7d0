package conic_test

import (
	"fmt"
	"math"
	"testing"

	"github.com/argmin-go/argmin"
	"github.com/argmin-go/argmin/cone"
	"github.com/argmin-go/argmin/internal/check/conic"
	"github.com/argmin-go/argmin/num"
	"github.com/argmin-go/argmin/projection"
)

// coneData is a cone program as data that can be differentiated.
type coneData = conic.Data

var randomCone, central, dualCentral = conic.Random, conic.Central, conic.Central

// conicOf is the solver of programs with given cones.
func conicOf(cones []cone.Cone, opt argmin.Options) *argmin.Solver[argmin.ConePoint, coneData] {
	return argmin.Conic(func(d coneData) argmin.ConeProgram {
		return argmin.ConeProgram{Q: d.Q, C: d.C, A: d.A, B: d.B, Cones: cones}
	}, nil, opt)
}

// lists are products of cones of all kinds.
var lists = map[string][]cone.Cone{
	"nonnegative":  {cone.NonNegative(12)},
	"equations":    {cone.NonNegative(7), cone.Zero(3), cone.NonNegative(2)},
	"second-order": {cone.SecondOrder(3), cone.SecondOrder(1), cone.NonNegative(2), cone.SecondOrder(5), cone.Zero(2)},
	"semidefinite": {cone.PSD(3), cone.NonNegative(2), cone.PSD(3), cone.PSD(2), cone.Zero(2)},
	"exponential":  {cone.Exponential(), cone.NonNegative(3), cone.Exponential(), cone.Exponential(), cone.Zero(1)},
	"power":        {cone.Power(0.3), cone.NonNegative(3), cone.Power(0.5), cone.Power(0.9)},
	"all": {cone.SecondOrder(3), cone.Exponential(), cone.Power(0.4), cone.PSD(2), cone.Zero(1), cone.NonNegative(3),
		cone.SecondOrder(2)},
}

// residual is the largest violation of the conditions of optimality, relative to the sizes of their terms.
func residual(d coneData, cones []cone.Cone, p argmin.ConePoint) float64 {
	most := func(v ...num.Array) float64 {
		size := 0.
		for _, x := range v {
			for _, e := range x.Float64s() {
				if !(math.Abs(e) <= size) {
					size = math.Abs(e)
				}
			}
		}
		return size
	}
	rel := func(r num.Array, terms ...num.Array) float64 { return most(r) / max(1, most(terms...)) }
	ax, aty, qx := d.A.MatMul(p.X), p.Y.MatMul(d.A), d.Q.MatMul(p.X)
	// Moreau: the dual cone's projection of y is y plus the cone's of -y.
	return max(
		rel(qx.Add(aty).Add(d.C), qx, aty, d.C),
		rel(ax.Add(p.S).Sub(d.B), ax, p.S, d.B),
		rel(p.S.Sub(projection.Cones(p.S, cones)), p.S),
		rel(projection.Cones(p.Y.Neg(), cones), p.Y),
		rel(p.S.Dot(p.Y), qx.Dot(p.X), d.C.Dot(p.X), d.B.Dot(p.Y)),
	)
}

// Random programs are solved to rounding.
func TestRandomPrograms(t *testing.T) {
	for name, cones := range lists {
		solver := conicOf(cones, argmin.Options{})
		for _, quad := range []float64{0, 1} {
			for _, interior := range []bool{false, true} {
				t.Run(fmt.Sprintf("%s/%g/%v", name, quad, interior), func(t *testing.T) {
					for seed := range int64(10) {
						d := randomCone(seed, 6, quad, cones, interior)
						r, err := solver.Run(argmin.ConePoint{}, d)
						if err != nil {
							t.Fatal(err)
						}
						// Without a strictly feasible point the last steps may not find the solution to rounding.
						limit := 1e-12
						if !interior {
							limit = 1e-6
						}
						if res := residual(d, cones, r.Params); !r.Success() || !(res <= limit) {
							t.Errorf("seed %d: %v, residual %g", seed, r.State, res)
						}
					}
				})
			}
		}
	}
}
