package interior

import "github.com/argmin-go/argmin/num"

// Dense keeps all matrices with all of their entries: (n + m)² numbers and some (n + m)³ operations per factorization.
type Dense struct {
	F, C func(x array) array // the objective and the rows
	M    int                 // the number of rows
}

// Rows implements [System].
func (d Dense) Rows(x array) array { return d.C(x) }

// Jacobian implements [System], by forward or reverse mode, whichever makes fewer passes.
func (d Dense) Jacobian(x array) (array, Matrix) {
	n := x.Size()
	if d.M == 0 {
		return d.C(x), Matrix{num.Full(x.DType(), 0, 0, n)}
	}
	if n <= d.M {
		c, along := num.Linearize(d.C, x)
		return c, Matrix{num.Vmap(along)(num.Eye(n).AsType(x.DType())).T()}
	}
	c, pull := num.VJP(d.C, x)
	return c, Matrix{num.Vmap(pull)(num.Eye(d.M).AsType(x.DType()))}
}

// Hessian implements [System].
func (d Dense) Hessian(x, weight, y array) Matrix {
	rows := func(x array) array { return d.C(x).Dot(y) }
	return num.Cond(weight.Gt(num.Const(0)), func(x array) Matrix {
		return Matrix{num.Hessian(func(x array) array { return d.F(x).Mul(weight).Add(rows(x)) })(x)}
	}, func(x array) Matrix {
		return Matrix{num.Hessian(rows)(x)}
	}, x)
}

// HessianTimes implements [System].
func (d Dense) HessianTimes(h Matrix, v array) array { return h[0].MatMul(v) }

// JacobianTimes implements [System].
func (d Dense) JacobianTimes(jac Matrix, v array) array { return jac[0].MatMul(v) }

// TransposeTimes implements [System].
func (d Dense) TransposeTimes(jac Matrix, y array) array { return y.MatMul(jac[0]) }

// Largest implements [System].
func (d Dense) Largest(jac Matrix) array {
	if d.M == 0 {
		return num.Full(jac[0].DType(), 0, 0)
	}
	return jac[0].Abs().Max(1)
}

// Factor implements [System].
func (d Dense) Factor(k KKT) (Matrix, Inertia) {
	h := num.FromDiag(k.A.Mul(k.Keep).Add(num.Const(1).Sub(k.Keep)))
	if k.H != nil {
		h = h.Add(symmetric(k.H[0]).Mul(num.Outer(k.Keep, k.Keep)))
	}
	j := k.J[0].Mul(num.Outer(k.Rows, k.Keep))
	a := num.Concat(0, num.Concat(1, h, j.T()), num.Concat(1, j, num.FromDiag(k.E.Neg())))
	return factored(a)
}

// factored is a symmetric matrix factored, in units that make it regular if it can be.
func factored(a array) (Matrix, Inertia) {
	unit := equilibrate(a)
	a = a.Mul(num.Outer(unit, unit))
	l, dd, e, perm := num.LDL(a)
	none := num.Const(0)
	two := e.Ne(none) // a block of order two has one eigenvalue of each sign
	second := num.Concat(0, num.Full(num.Bool, 0, 1), two).Range(0, dd.Size())
	one := two.Or(second).Not()
	edge := num.Maximum(dd.Abs().Max(), e.Abs().Max()).Scale(10 * a.DType().Eps())
	count := func(b array) array { return b.AsType(num.Int32).Sum() }
	small := one.And(dd.Abs().Le(edge))
	lost := a.IsFinite().All().Not()
	return Matrix{l, num.Where(small, num.Const(1), dd), e, perm, unit}, Inertia{
		Negative: count(one.And(dd.Lt(none))).Add(count(two)), Singular: small.Any().Or(lost),
	}
}

// equilibrate is the units that make the largest entry of each row about 1 (Ruiz, "A scaling algorithm to equilibrate both rows and columns
// norms in matrices", 2001): a pivot is then zero or not whatever the units of the variables are.
func equilibrate(a array) array {
	const rounds = 4
	unit := num.Full(a.DType(), 1, a.Shape()[0])
	for range rounds {
		size := a.Mul(num.Outer(unit, unit)).Abs().Max(1).Sqrt()
		unit = unit.Div(num.Where(size.Gt(num.Const(0)), size, num.Const(1)))
	}
	return unit
}

// Solve implements [System].
func (d Dense) Solve(f Matrix, b array) array { return solved(f, b) }

func solved(f Matrix, b array) array {
	unit := f[4]
	return num.SolveLDL(f[0], f[1], f[2], f[3], b.Mul(unit)).Mul(unit)
}

func symmetric(a array) array { return a.Add(a.T()).Scale(0.5) }
