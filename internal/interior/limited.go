package interior

import "github.com/argmin-go/argmin/num"

// Limited is a [System] whose Hessians are approximations of limited memory, σI - W M⁻¹ Wᵀ with 2k columns W (Byrd, Nocedal & Schnabel,
// "Representations of quasi-Newton matrices and their use in limited memory methods", Mathematical Programming 63, 1994): its Matrix is
// [σ, W, M⁻¹]. A step solves with the matrix without W, in the base, and corrects by the Sherman–Morrison–Woodbury formula, so that nothing
// has n² numbers.
type Limited struct {
	System     // the base
	parts  int // how many arrays its factors are
}

// Hessian is not there: the approximation comes from gradients.
func (s Limited) Hessian(x, weight, y array) Matrix { panic("interior: Limited has no Hessians") }

// HessianTimes implements [System].
func (s Limited) HessianTimes(h Matrix, v array) array {
	return v.Mul(h[0]).Sub(h[1].MatMul(h[2].MatMul(v.MatMul(h[1]))))
}

// Factor implements [System]. The approximation is positive definite, so the signs of the matrix are those of its part without W.
func (s Limited) Factor(k KKT) (Matrix, Inertia) {
	h := k.H
	if h == nil {
		return s.System.Factor(k)
	}
	k.H, k.A = nil, k.A.Add(h[0])
	f, in := s.System.Factor(k)
	n, rows := k.A.Size(), k.E.Size()
	w := num.Concat(0, h[1].Mul(k.Keep.Reshape(n, 1)), num.Full(h[1].DType(), 0, rows, h[1].Shape()[1]))
	z := num.Vmap(func(b array) array { return s.System.Solve(f, b) })(w.T()).T() // the base's solutions for all of W
	c := num.Eye(h[2].Shape()[0]).AsType(w.DType()).Sub(h[2].MatMul(w.T().MatMul(z)))
	return append(append(Matrix{}, f...), w, z, num.Solve(c, h[2])), in
}

// Solve implements [System].
func (s Limited) Solve(f Matrix, b array) array {
	if len(f) == s.parts {
		return s.System.Solve(f, b)
	}
	last := len(f) - 3
	u := s.System.Solve(f[:last], b)
	return u.Add(f[last+1].MatMul(f[last+2].MatMul(u.MatMul(f[last]))))
}

// Short is the base of [Limited] for few rows, with all of their entries: with a diagonal D in place of the Hessian, a step
// takes the factorization of the m² numbers of E + J D⁻¹ Jᵀ.
type Short struct{ Dense }

// Factor implements [System], without a Hessian.
func (s Short) Factor(k KKT) (Matrix, Inertia) {
	one := num.Const(1)
	d := k.A.Mul(k.Keep).Add(one.Sub(k.Keep))
	ok := d.Gt(num.Const(0)).All().And(d.IsFinite().All())
	d = num.Where(ok, d, one)
	j := k.J[0].Mul(num.Outer(k.Rows, k.Keep))
	f, signs := factored(j.Div(d).MatMul(j.T()).Add(num.FromDiag(k.E)))
	positive := num.Int(k.E.Size()).Sub(signs.Negative)
	return append(f, d, j), Inertia{Negative: positive, Singular: signs.Singular.Or(ok.Not())}
}

// Solve implements [System].
func (s Short) Solve(f Matrix, b array) array {
	d, j := f[5], f[6]
	n := d.Size()
	x := b.Range(0, n).Div(d)
	y := solved(f, j.MatMul(x).Sub(b.Range(n, b.Size())))
	return num.Concat(0, x.Sub(y.MatMul(j).Div(d)), y)
}
