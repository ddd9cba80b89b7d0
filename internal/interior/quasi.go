package interior

import "github.com/argmin-go/argmin/num"

// Secant is an approximation of the Hessian of the Lagrangian from the gradients at the points so far, without second
// derivatives.
type Secant struct {
	B    array // positive definite, [n, n]; [0, 0] with exact Hessians or of limited memory
	X, G array // the last point, and the gradient of the Lagrangian there with the newest multipliers, [n]
	Any  array // whether there are these two

	S, Y  array // of limited memory: the last steps and changes of the gradient, newest first, [memory, n]; zero where there is none yet
	Sigma array // the diagonal that they correct
}

// memory is how many steps an approximation of limited memory has, IPOPT's number.
const memory = 6

func newSecant(x array, quasi, limited bool) Secant {
	n, k := 0, 0
	switch {
	case quasi && limited:
		k = memory
	case quasi:
		n = x.Size()
	}
	old := num.Full(x.DType(), 0, k, x.Size())
	return Secant{B: num.Eye(n).AsType(x.DType()), X: x, G: x.Scale(0), Any: num.Full(num.Bool, 0), S: old, Y: old, Sigma: x.Const(1)}
}

// matrix is the approximation as a [System] takes it, times a weight of 0 or 1.
func (q Secant) matrix(weight array) Matrix {
	if q.S.Shape()[0] == 0 {
		return Matrix{q.B.Mul(weight)}
	}
	sigma, w, inverse := q.compact()
	return Matrix{sigma.Mul(weight), w, inverse.Mul(weight)}
}

// compact is σ, W and M⁻¹ of [Limited]: W = [σSᵀ Yᵀ], and M = [σSSᵀ L; Lᵀ -D] with D the diagonal of SYᵀ and L what is
// below it from older to newer steps (Byrd, Nocedal & Schnabel, equation 2.17).
func (q Secant) compact() (sigma, w, inverse array) {
	d := q.S.DType()
	sy := q.S.MatMul(q.Y.T())
	later := num.Triu(num.OnesLike(sy), 1) // row i is newer than column j > i
	l := sy.Mul(later)
	used := num.Diag(sy).Gt(num.Const(0))
	free := num.FromDiag(used.Not().AsType(d))
	top := num.Concat(1, q.S.MatMul(q.S.T()).Mul(q.Sigma).Add(free), l)
	below := num.Concat(1, l.T(), num.FromDiag(num.Diag(sy).Neg()).Sub(free))
	return q.Sigma, num.Concat(1, q.S.T().Mul(q.Sigma), q.Y.T()), num.Inv(num.Concat(0, top, below))
}

// remembered is the approximation of limited memory with the step to x: damped as [Secant.updated], so that it stays definite.
func (q Secant) remembered(x, g array) Secant {
	s, y := x.Sub(q.X), g.Sub(q.G)
	some := q.Any.And(s.Dot(s).Gt(num.Const(0))).And(y.IsFinite().All())
	bs := Limited{}.HessianTimes(q.matrix(num.Const(1)), s)
	r := damped(s, y, bs)
	sr := s.Dot(r)
	some = some.And(sr.Gt(num.Const(0))).And(r.IsFinite().All())
	push := func(all, v array) array {
		return num.Where(some, num.Concat(0, v.Reshape(1, v.Size()), all.Range(0, memory-1)), all)
	}
	q.S, q.Y = push(q.S, s), push(q.Y, r)
	sigma := sr.Div(num.Where(some, s.Dot(s), num.Const(1))) // IPOPT's
	q.Sigma = num.Where(some, num.Maximum(num.Const(1e-8), num.Minimum(sigma, num.Const(1e8))), q.Sigma)
	return q
}

// damped is a change of the gradient y over a step s moved towards that of an approximation, bs, until it has enough positive curvature.
func damped(s, y, bs array) array {
	const enough = 0.2
	sy, sbs := s.Dot(y), s.Dot(bs)
	gap := sbs.Sub(sy)
	theta := num.Where(sy.Ge(sbs.Scale(enough)), num.Const(1), sbs.Scale(1-enough).Div(num.Where(gap.Gt(num.Const(0)), gap, num.Const(1))))
	return y.Mul(theta).Add(bs.Mul(num.Const(1).Sub(theta)))
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
	r := damped(s, y, bs)
	next := b.Sub(num.Outer(bs, bs).Div(sbs)).Add(num.Outer(r, r).Div(safe(s.Dot(r))))
	q.B = num.Where(some.And(next.IsFinite().All()), next, q.B)
	return q
}
