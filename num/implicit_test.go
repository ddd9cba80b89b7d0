package num_test

import (
	"errors"
	"math"
	"testing"

	"github.com/argmin-go/argmin/num"
)

func TestCustomRoot(t *testing.T) {
	root := num.CustomRoot(func(x, a A) A { return x.Mul(x).Sub(a) }, sqrtLoop, nil)
	near(t, "root", root(num.Scalar(2)), num.Scalar(math.Sqrt2), 1e-15)
	near(t, "Grad", num.Grad(root)(num.Scalar(2)), num.Scalar(0.5/math.Sqrt2), 1e-14)
	near(t, "Grad twice", num.Grad(num.Grad(root))(num.Scalar(2)), num.Scalar(-0.25*math.Pow(2, -1.5)), 1e-13)
	xs := num.Vector(2, 3, 1e4)
	sum := func(xs A) A { return num.Vmap(root)(xs).Sum() }
	near(t, "Grad(Vmap(CustomRoot))", num.Grad(sum)(xs), num.Scalar(0.5).Div(xs.Sqrt()), 1e-13)
	// A singular system is an error, never zeros.
	bad := num.CustomRoot(func(x, a A) A { return x.Mul(num.Zeros()).Add(a) }, func(a A) A { return a }, nil)
	if _, err := num.Try(func() A { return num.Grad(bad)(num.Scalar(2)) }); !errors.Is(err, num.ErrNumeric) {
		t.Errorf("singular system: %v", err)
	}
}

// A guide solves the system of the derivative where it can, at the point that it gives, also the transposed one and in derivatives of derivatives; elsewhere the
// default solver does.
func TestCustomRootGuided(t *testing.T) {
	// 2x + y + x² = a, y - 3x = b
	f := func(x, a A) A {
		u, v := x.At(0), x.At(1)
		return num.Stack(u.Scale(2).Add(v).Add(u.Square()), v.Sub(u.Scale(3))).Sub(a)
	}
	exact := func(a A) A {
		s := a.At(0).Sub(a.At(1)).Scale(4).AddScalar(25).Sqrt() // x² + 5x = a - b
		u := s.AddScalar(-5).Scale(0.5)
		return num.Stack(u, u.Scale(3).Add(a.At(1)))
	}
	rough := func(a A) (A, struct{}) { return exact(a).AddScalar(1e-3), struct{}{} }
	asked := 0
	for _, able := range []bool{true, false} {
		root := num.CustomRootGuided(f, rough, nil, func(x A, _ struct{}, a A) num.Guide[A, A] {
			at := exact(a)
			return num.Guide[A, A]{Point: at, Kept: at.At(0).Scale(2).AddScalar(2), Solve: func(p, b A, transposed bool) (A, A) {
				asked++
				one, three := p.Const(1), p.Const(-3)
				m := num.Stack(p, one, three, one).Reshape(2, 2)
				if transposed {
					m = m.T()
				}
				det := p.AddScalar(3)
				inv := num.Stack(m.At(1, 1), m.At(0, 1).Neg(), m.At(1, 0).Neg(), m.At(0, 0)).Reshape(2, 2).Div(det)
				return inv.MatMul(b), num.Full(num.Bool, map[bool]float64{true: 1}[able])
			}}
		}, nil)
		just := func(a A) A { x, _ := root(a); return x }
		a := num.Vector(1, 0.5)
		loss := func(x A) A { return x.Square().At(0).Add(x.At(1)) }
		_, v := num.JVP(just, a, num.Vector(1, -1))
		_, want := num.JVP(exact, a, num.Vector(1, -1))
		near(t, "JVP", v, want, 1e-14)
		near(t, "Jacobian by rows", num.JacobianRev(just)(a), num.JacobianRev(exact)(a), 1e-14)
		hess := func(x func(A) A) A { return num.Hessian(func(a A) A { return loss(x(a)) })(a) }
		near(t, "Hessian", hess(just), hess(exact), 1e-2) // the slope of the loss is that at the rough answer
		batch := num.New([]float64{1, 0.5, 2, 1, 3, -1}, 3, 2)
		near(t, "Grad(Vmap)", num.Grad(func(a A) A { return num.Vmap(just)(a).Sum() })(batch), num.Grad(func(a A) A { return num.Vmap(exact)(a).Sum() })(batch), 1e-14)
	}
	if asked == 0 {
		t.Error("the guide was not asked")
	}
	// A guide of another shape is an error.
	bad := num.CustomRootGuided(f, rough, nil, func(x A, _ struct{}, a A) num.Guide[A, struct{}] {
		return num.Guide[A, struct{}]{Point: x.At(0)}
	}, nil)
	if _, err := num.Try(func() A { x, _ := bad(num.Vector(1, 0.5)); return x }); !errors.Is(err, num.ErrShape) {
		t.Errorf("a point of another shape: %v", err)
	}
}
