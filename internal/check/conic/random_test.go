package conic_test

import (
	"fmt"
	"math"
	"math/rand"
	"testing"

	"github.com/argmin-go/argmin"
	"github.com/argmin-go/argmin/cone"
	"github.com/argmin-go/argmin/num"
	"github.com/argmin-go/argmin/projection"
)

// coneData is a cone program as data that can be differentiated.
type coneData struct{ Q, C, A, B num.Array }

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

// randomCone is a program of n variables with a solution by its construction: s and y are the parts of a random vector in the cones and
// in the dual ones, and b and c follow from them. Q has half of the rank. With interior, s and y are inside of the cones: there are
// strictly feasible points, and as a rule one solution at which everything has derivatives.
func randomCone(seed int64, n int, quad float64, cones []cone.Cone, interior bool) coneData {
	r := rand.New(rand.NewSource(seed))
	normal := func(shape ...int) num.Array {
		size := 1
		for _, k := range shape {
			size *= k
		}
		v := make([]float64, size)
		for i := range v {
			v[i] = r.NormFloat64()
		}
		return num.New(v, shape...)
	}
	m := cone.Rows(cones)
	a, x, v := normal(m, n), normal(n), normal(m)
	s := projection.Cones(v, cones)
	y := s.Sub(v)
	if interior {
		inside := projection.Cones(central(cones), cones)
		w := normal(m)
		s, y = s.Add(inside), projection.Cones(w, cones).Sub(w).Add(dualCentral(cones))
	}
	f := normal(n/2, n)
	q := f.T().MatMul(f).Scale(quad)
	return coneData{Q: q, A: a, B: a.MatMul(x).Add(s), C: q.MatMul(x).Add(y.MatMul(a)).Neg()}
}

// central is a point inside of each cone but the zero cones, and dualCentral of each dual cone.
func central(cones []cone.Cone) num.Array {
	var v []float64
	for _, c := range cones {
		switch c.Kind {
		case cone.KindZero:
			v = append(v, make([]float64, c.Dim)...)
		case cone.KindNonNegative:
			for range c.Dim {
				v = append(v, 1)
			}
		case cone.KindSecondOrder:
			v = append(append(v, 1), make([]float64, c.Dim-1)...)
		case cone.KindPSD:
			v = append(v, cone.Vector(num.Eye(c.Order)).Float64s()...)
		case cone.KindExponential:
			v = append(v, -1, 1, 1)
		case cone.KindPower:
			v = append(v, 1, 1, 0)
		}
	}
	return num.New(v, len(v))
}

// dualCentral is the same for the dual cones; those of exponential and power cones are images of the cones, and these points in both.
func dualCentral(cones []cone.Cone) num.Array { return central(cones) }

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
