package traced_test

import (
	"errors"
	"math"
	"testing"

	"github.com/argmin-go/argmin/minimize"
	. "github.com/argmin-go/argmin/minimize/traced"
	"github.com/argmin-go/argmin/num"
)

// hidden are constraints of two variables of which some follow from others.
var hidden = []struct {
	name  string
	cons  func(x, a A) A
	equal bool // otherwise at most
	limit []float64
}{
	{"once", func(x, a A) A { return num.Stack(x.At(0).Sub(a.Mul(x.At(1)))) }, true, []float64{0.1}},
	{"twice", func(x, a A) A { c := x.At(0).Sub(a.Mul(x.At(1))); return num.Stack(c, c) }, true, []float64{0.1, 0.1}},
	{"scaled", func(x, a A) A { c := x.At(0).Sub(a.Mul(x.At(1))); return num.Stack(c, c.Scale(-30)) }, true, []float64{0.1, -3}},
	{"curved", func(x, a A) A {
		c := x.At(0).Sub(a.Mul(x.At(1))).AddScalar(-0.1)
		return num.Stack(c.Expm1(), c.Add(c.Mul(c).Mul(c)))
	}, true, []float64{0, 0}},
	{"inequality", func(x, a A) A { c := x.At(1).Sub(a.Mul(x.At(0))); return num.Stack(c, c.Scale(2)) }, false, []float64{-0.3, -0.6}},
	{"inequality by a hair", func(x, a A) A { c := x.At(1).Sub(a.Mul(x.At(0))); return num.Stack(c, c) }, false, []float64{-0.3 + 1e-6, -0.3}},
	{"wrong side", func(x, a A) A {
		c := x.At(1).Sub(a.Mul(x.At(0)))
		return num.Stack(c.Neg(), c, x.At(0), c)
	}, false, []float64{0.3, -0.3, 9, -0.3}},
}

// TestDependentConstraints compares derivatives where constraints follow from others with
// differences of solves, with bounds and without.
func TestDependentConstraints(t *testing.T) {
	for _, m := range []minimize.Method{minimize.SLSQP{FTol: 1e-15}, minimize.TrustConstr{GTol: 1e-10, XTol: 1e-13, BarrierTol: 1e-12}} {
		for _, c := range hidden {
			for _, bounds := range []bool{false, true} {
				name := m.Name() + "/" + c.name
				opt := Options[A, A]{Method: m, Constraints: []Constraint[A, A]{{
					Func: c.cons,
					Limits: func(A) (A, A) {
						u := num.Vector(c.limit...)
						if c.equal {
							return u, u
						}
						return num.Full(num.Float64, math.Inf(-1), len(c.limit)), u
					},
				}}}
				if bounds {
					name += "/bounds"
					opt.Bounds = func(A) (A, A) { return num.Vector(-5, -5), num.Vector(5, 5) }
				}
				t.Run(name, func(t *testing.T) {
					s := Minimize(func(x, a A) A {
						return x.Sub(num.Stack(a, a.Square())).Square().Sum().Add(x.At(0).Mul(x.At(0)).Mul(x.At(0)).Scale(0.1))
					}, opt)
					answer := func(a A) A { return s.Argmin(num.Vector(0.4, 0.3), a) }
					slope := func(h float64) A {
						return answer(num.Scalar(0.7 + h)).Sub(answer(num.Scalar(0.7 - h))).Scale(1 / (2 * h))
					}
					const h = 2e-3
					want := slope(h).Scale(4).Sub(slope(2 * h)).Scale(1.0 / 3) // without the error in h²
					near(t, "reverse", num.JacobianRev(answer)(num.Scalar(0.7)), want, 1e-6)
					near(t, "forward", num.JacobianFwd(answer)(num.Scalar(0.7)), want, 1e-6)
					jac := num.JacobianRev(func(a A) A { return num.Vmap(answer)(num.Stack(a, a)) })(num.Scalar(0.7))
					near(t, "batch", jac.At(1), want, 1e-6)
				})
			}
		}
	}
}

// TestConstraintsDependentOnlyAtSolution: gradients that depend on each other only at the solution, of
// constraints none of which follows from the others. What moves the constraints has no derivative,
// here x₁ = √limit, and is an error; what does not move them has one.
func TestConstraintsDependentOnlyAtSolution(t *testing.T) {
	type data struct{ Target, Limit A }
	s := Minimize(func(x A, d data) A { return x.Sub(d.Target).Square().Sum() }, Options[A, data]{Method: minimize.SLSQP{}, Constraints: []Constraint[A, data]{{
		Func:   func(x A, _ data) A { return num.Stack(x.At(0), x.At(0).Add(x.At(1).Square())) },
		Limits: func(d data) (A, A) { l := num.Stack(num.Scalar(0), d.Limit); return l, l },
	}}})
	answer := func(a, limit A) A { return s.Argmin(num.Zeros(2), data{num.Stack(a, num.Scalar(0)), limit}) }
	for name, jac := range map[string]func(func(A) A) func(A) A{"forward": num.JacobianFwd[A], "reverse": num.JacobianRev[A]} {
		j, err := num.Try(func() A { return jac(func(a A) A { return answer(a, num.Scalar(0)) })(num.Scalar(0.5)) })
		if err != nil {
			t.Error(name, err)
		} else {
			near(t, name, j, num.Zeros(2), 1e-12)
		}
		_, err = num.Try(func() A { return jac(func(limit A) A { return answer(num.Scalar(0.5), limit) })(num.Scalar(0)) })
		if !errors.Is(err, num.ErrNumeric) {
			t.Errorf("%s, of the limit: %v", name, err)
		}
	}
}
