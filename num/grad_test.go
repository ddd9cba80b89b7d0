package num_test

import (
	"math"
	"testing"

	"github.com/argmin-go/argmin/num"
)

func rosen(x A) A {
	a := x.Range(1, x.Size()).Sub(x.Range(0, -1).Square())
	return a.Square().Scale(100).Sum().Add(x.Range(0, -1).AddScalar(-1).Square().Sum())
}

func TestGradients(t *testing.T) {
	x := num.Vector(-1.2, 1, 0.5, 2)
	g := num.Grad(rosen)(x)
	for i := range 4 {
		h := 1e-6
		d := make([]float64, 4)
		d[i] = h
		fd := (rosen(x.Add(num.New(d))).Item() - rosen(x.Sub(num.New(d))).Item()) / (2 * h)
		if math.Abs(fd-g.At(i).Item()) > 1e-5*(1+math.Abs(fd)) {
			t.Errorf("gradient %d is %v, finite difference %v", i, g.At(i).Item(), fd)
		}
	}
	f := func(x A) A { return x.Sin().Mul(x.Range(0, 1)).Add(x.Neg().Exp()) }
	near(t, "JacobianFwd == JacobianRev", num.JacobianFwd(f)(x), num.JacobianRev(f)(x), 1e-14)
	h := num.Hessian(rosen)(x)
	near(t, "Hessian symmetric", h, h.T(), 1e-14)
	near(t, "HVP", num.HVP(rosen, x, x), h.MatMul(x), 1e-13)
}

func TestThirdDerivative(t *testing.T) {
	f := func(x A) A { return x.Mul(x).Mul(x).Mul(x).Mul(x) }
	near(t, "(x⁵)‴", num.Grad(num.Grad(num.Grad(f)))(num.Scalar(2)), num.Scalar(60*4), 1e-14)
}
