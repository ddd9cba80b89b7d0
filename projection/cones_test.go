package projection_test

import (
	"testing"

	cones "github.com/argmin-go/argmin/cone"
	"github.com/argmin-go/argmin/num"
	p "github.com/argmin-go/argmin/projection"
)

// The parts of a product of cones in any order are projected as each cone alone, with the derivative.
func TestConesAsEach(t *testing.T) {
	list := []cones.Cone{cones.PSD(3), cones.Exponential(), cones.Zero(2), cones.SecondOrder(4), cones.Power(0.3), cones.NonNegative(2), cones.PSD(0),
		cones.SecondOrder(1), cones.Power(0.7), cones.PSD(3), cones.Exponential(), cones.SecondOrder(4)}
	each := func(x A) A {
		var parts []A
		at := 0
		for _, c := range list {
			v := x.Range(at, at+c.Dim)
			at += c.Dim
			switch c.Kind {
			case cones.KindZero:
				v = v.Scale(0)
			case cones.KindNonNegative:
				v = p.NonNegative(v)
			case cones.KindSecondOrder:
				v = p.SecondOrderCone(v)
			case cones.KindPSD:
				v = cones.Vector(p.PSDCone(cones.Matrix(v, c.Order)))
			case cones.KindExponential:
				v = p.ExponentialCone(v)
			case cones.KindPower:
				v = p.PowerCone(v, c.Alpha)
			}
			parts = append(parts, v)
		}
		return num.Concat(0, parts...)
	}
	x, d := num.Normal(num.NewKey(1), num.Float64, cones.Rows(list)), num.Normal(num.NewKey(2), num.Float64, cones.Rows(list))
	y, dy := num.JVP(func(x A) A { return p.Cones(x, list) }, x, d)
	want, dwant := num.JVP(each, x, d)
	if off := y.Sub(want).Abs().Max().Item(); off > 1e-14 {
		t.Errorf("off by %g", off)
	}
	if off := dy.Sub(dwant).Abs().Max().Item(); off > 1e-13 {
		t.Errorf("the derivative is off by %g", off)
	}
	// The vector of a matrix has its inner products.
	a := num.Normal(num.NewKey(3), num.Float64, 3, 3)
	a = a.Add(a.T())
	if off := cones.Vector(a).Dot(cones.Vector(a)).Sub(a.Mul(a).Sum()).Abs().Item(); off > 1e-13 {
		t.Errorf("the inner product is off by %g", off)
	}
	if off := cones.Matrix(cones.Vector(a), 3).Sub(a).Abs().Max().Item(); off > 1e-15 {
		t.Errorf("the matrix of the vector is off by %g", off)
	}
}
