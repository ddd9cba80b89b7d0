package projection

import (
	"math"

	"github.com/argmin-go/argmin/num"
)

// dualState is a point of the dual problem for theta · x.
type dualState struct {
	P                  potentials
	Theta, Error, Step array
	Done               array
}

// dual minimizes Σ φ(x + f 1ᵀ + 1 gᵀ) - aᵀf - bᵀg. The larger x is, the more abruptly
// the answer changes with it; the solution for theta · x is a start for that of
// 4 theta, which keeps the number of steps small for any size of x.
func (phi divergence) dual(in marginals) (p potentials, ok array) {
	d := in.X.DType()
	n, m := in.X.Shape()[0], in.X.Shape()[1]
	one, zero := in.X.Const(1), in.X.Const(0)
	span := num.Where(in.X.IsFinite(), in.X.Abs(), zero).Max()
	theta := num.Minimum(one, num.Const(phi.easy).Div(num.Maximum(span, one)))
	flat := in.A.Sum().Scale(1 / float64(n*m))
	start := potentials{num.Full(d, 0, n).Add(flat), num.Full(d, 0, m)}

	// The residual that rounding leaves.
	rounding := func(s dualState) array {
		z := s.P.F.Abs().Max().Add(s.P.G.Abs().Max()).Add(span.Mul(s.Theta))
		return z.AddScalar(float64(n + m)).Scale(d.Eps())
	}
	// 500 Newton steps, for all theta together, are a backstop: what takes more has no answer, NaN.
	end := num.While(func(s dualState) array {
		return s.Done.Not().And(s.Step.Lt(num.Const(500)))
	}, func(s dualState) dualState {
		x := scaled(in.X, s.Theta)
		if phi.entropic {
			s.P = sinkhorn(x, in, s.P)
		} else {
			s.P = revive(x, in, s.P)
		}
		fa, fb := phi.residual(s.P, x, in)
		err := num.Maximum(fa.Abs().Max(), fb.Abs().Max())
		tol := rounding(s)
		last := s.Theta.Ge(one)
		// Near rounding, a step that gains less than a tenth is the last. On the way to theta = 1
		// an error of 1e-6 is near enough for a start.
		stalled := err.Le(tol.Scale(30)).And(err.Ge(s.Error.Scale(0.9)))
		there := err.Le(num.Where(last, tol, num.Maximum(tol, num.Const(1e-6)))).Or(stalled)
		s.Step = s.Step.AddScalar(1)
		s.Done = there.And(last)
		s.Error = err
		return num.Cond(there, func(s dualState) dualState {
			up := num.Minimum(s.Theta.Scale(4), one)
			k := up.Div(s.Theta)
			s.P = potentials{s.P.F.Mul(k), s.P.G.Mul(k)}
			s.Theta = up
			s.Error = num.Where(s.Done, s.Error, num.Const(math.Inf(1)))
			return s
		}, func(s dualState) dualState {
			s.P = phi.newton(in, x, s.P, fa, fb)
			return s
		}, s)
	}, dualState{start, theta, one.Const(math.Inf(1)), num.Int(0), num.Full(num.Bool, 0)})
	return end.P, end.Done.And(end.Error.Le(num.Const(math.Sqrt(d.Eps()))))
}

// scaled is theta · x, where -Inf stays.
func scaled(x, theta array) array {
	return num.Where(x.IsFinite(), x.Mul(theta), x)
}

// residual is a - Y 1 and b - Yᵀ 1.
func (phi divergence) residual(p potentials, x array, in marginals) (fa, fb array) {
	y := phi.first(p.plan(x))
	return in.A.Sub(y.Sum(1)), in.B.Sub(y.Sum(0))
}

// sinkhorn makes the row sums and then the column sums right.
func sinkhorn(x array, in marginals, p potentials) potentials {
	fit := func(sum, logs array) array {
		l := sum.Log().Sub(logs)
		return num.Where(l.IsFinite(), l, num.Const(0))
	}
	n, m := x.Shape()[0], x.Shape()[1]
	f := fit(in.A, x.Add(p.G.Reshape(1, m)).LogSumExp(1))
	return potentials{f, fit(in.B, x.Add(f.Reshape(n, 1)).LogSumExp(0))}
}

// revive gives rows and columns without a positive element one, or some, but not more
// than their sum: Newton's equations do not know how far away they are.
func revive(x array, in marginals, p potentials) potentials {
	lift := func(f, sum, top array, n int) array {
		dead := f.Add(top).Le(num.Const(0)).And(sum.Gt(num.Const(0))).And(top.IsFinite())
		return num.Where(dead, sum.Scale(1/float64(n)).Sub(top), f)
	}
	n, m := x.Shape()[0], x.Shape()[1]
	f := lift(p.F, in.A, x.Add(p.G.Reshape(1, m)).Max(1), m)
	return potentials{f, lift(p.G, in.B, x.Add(f.Reshape(n, 1)).Max(0), n)}
}

// newton is a Newton step with a ridge that vanishes with the residual (fa, fb), and is at most
// 1e-3 of the diagonal, so that far from the answer steps stay Newton's.
func (phi divergence) newton(in marginals, x array, p potentials, fa, fb array) potentials {
	n, m := x.Shape()[0], x.Shape()[1]
	w := phi.second(p.plan(x))
	h := num.Concat(0,
		num.Concat(1, num.FromDiag(w.Sum(1)), w),
		num.Concat(1, w.T(), num.FromDiag(w.Sum(0))))
	r := num.Concat(0, fa, fb)
	ridge := num.Minimum(num.Norm(r).Div(num.Norm(in.A).Add(num.Norm(in.B))), num.Const(1e-3))
	d := laplacian(h, n, ridge, nil, r)
	return phi.search(in, x, p, potentials{d.Range(0, n), d.Range(n, n+m)})
}

// search goes from p along d. The dual function is convex, so a point where its slope
// is not positive is an improvement, even if rounding hides it in the values. The step
// is bisected, or made longer, until the slope is at most 0.9 of the first one and the
// value has decreased (Wolfe's conditions), or as far as rounding lets one see.
func (phi divergence) search(in marginals, x array, p, d potentials) potentials {
	zero, one := x.Const(0), x.Const(1)
	along := func(t array) potentials { return potentials{p.F.Add(d.F.Mul(t)), p.G.Add(d.G.Mul(t))} }
	at := func(t array) (value, slope array) {
		q := along(t)
		fa, fb := phi.residual(q, x, in)
		value = phi.value(q.plan(x)).Sum().Sub(in.A.Dot(q.F)).Sub(in.B.Dot(q.G))
		return value, fa.Dot(d.F).Add(fb.Dot(d.G)).Neg()
	}
	v0, slope0 := at(zero)
	terms := v0.Abs().Add(in.A.Dot(p.F.Abs())).Add(in.B.Dot(p.G.Abs())).AddScalar(1)
	noise := terms.Scale(16 * x.DType().Eps()) // a choice: sums of terms that cancel
	steep := slope0.Scale(0.9)                 // c₂ and, below, c₁ = 1e-4 are Nocedal & Wright's
	type state struct{ Lo, Hi, T, N, Ok array }
	// Sixty bisections are more than a step has digits.
	end := num.While(func(s state) array {
		return s.Ok.Not().And(s.N.Lt(num.Const(60)))
	}, func(s state) state {
		v, slope := at(s.T)
		armijo := v.Le(v0.Add(slope0.Mul(s.T).Scale(1e-4)).Sub(noise))
		hidden := v.Le(v0.Add(noise)).And(slope.Le(steep.Neg()))
		s.Ok = slope.Ge(steep).And(slope.Le(zero).Or(armijo).Or(hidden))
		s.Lo = num.Where(s.Ok.Or(slope.Le(zero)), s.T, s.Lo)
		s.Hi = num.Where(slope.Le(zero), s.Hi, s.T)
		s.T = num.Where(s.Hi.IsFinite(), s.Lo.Add(s.Hi).Scale(0.5), s.T.Scale(4))
		s.N = s.N.AddScalar(1)
		return s
	}, state{zero, x.Const(math.Inf(1)), one, num.Int(0), num.Full(num.Bool, 0)})
	return along(end.Lo)
}
