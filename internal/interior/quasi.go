package interior

import "github.com/argmin-go/argmin/num"

// Secant is an approximation of the Hessian of the Lagrangian from the gradients at the points so far, without second
// derivatives.
type Secant struct {
	B    array // positive definite, [n, n]; [0, 0] with exact Hessians
	X, G array // the last point, and the gradient of the Lagrangian there with the newest multipliers, [n]
	Any  array // whether there are these two
}

func newSecant(x array, quasi bool) Secant {
	n := 0
	if quasi {
		n = x.Size()
	}
	return Secant{num.Eye(n).AsType(x.DType()), x, x.Scale(0), num.Full(num.Bool, 0)}
}

// updated is the approximation with what the gradient g at x says: damped BFGS (Powell, "A fast algorithm for nonlinearly
// constrained optimization calculations", 1978), which stays definite. The first pair sets the scale.
func (q Secant) updated(x, g array) Secant {
	s, y := x.Sub(q.X), g.Sub(q.G)
	ss, sy := s.Dot(s), s.Dot(y)
	some := q.Any.And(ss.Gt(num.Const(0))).And(y.IsFinite().All())
	safe := func(v array) array { return num.Where(some, v, num.Const(1)) }
	first := q.B.Sub(num.Eye(x.Size()).AsType(x.DType())).Abs().Max().Eq(num.Const(0))
	scale := num.Where(first.And(sy.Gt(num.Const(0))), y.Dot(y).Div(safe(num.Where(sy.Gt(num.Const(0)), sy, num.Const(1)))), num.Const(1))
	b := q.B.Mul(num.Where(some, scale, num.Const(1)))
	bs := b.MatMul(s)
	sbs := safe(s.Dot(bs))
	const enough = 0.2
	theta := num.Where(sy.Ge(sbs.Scale(enough)), num.Const(1), sbs.Scale(1-enough).Div(safe(sbs.Sub(sy))))
	r := y.Mul(theta).Add(bs.Mul(num.Const(1).Sub(theta)))
	next := b.Sub(num.Outer(bs, bs).Div(sbs)).Add(num.Outer(r, r).Div(safe(s.Dot(r))))
	q.B = num.Where(some.And(next.IsFinite().All()), next, q.B)
	return q
}
