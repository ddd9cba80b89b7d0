package projection

import (
	"github.com/argmin-go/argmin/internal/arg"
	"github.com/argmin-go/argmin/num"
)

// increasingRoot is the root of an increasing function on [lo, hi] as a
// differentiable value in args. Newton's method runs inside a bracket that every step
// shrinks, and every third step halves it; the bound of 200 steps is never reached by
// numbers.
func increasingRoot[A any](f func(x array, args A) array, lo, hi array, args A) array {
	one := lo.Const(1)
	eps := lo.DType().Eps()
	type state struct{ Lo, Hi, X, N, Done array }
	solve := func(args A) array {
		end := num.While(func(s state) array {
			return s.Done.Not().And(s.N.Lt(num.Const(200)))
		}, func(s state) state {
			v, slope := num.JVP(func(x array) array { return f(x, args) }, s.X, one)
			low := v.Lt(num.Const(0))
			s.Lo, s.Hi = num.Where(low, s.X, s.Lo), num.Where(low, s.Hi, s.X)
			x := s.X.Sub(v.Div(slope))
			third := s.N.Rem(num.Const(3)).Eq(num.Const(2))
			use := x.Gt(s.Lo).And(x.Lt(s.Hi)).And(third.Not())
			x = num.Where(use, x, s.Lo.Add(s.Hi).Scale(0.5))
			size := num.Maximum(s.X.Abs(), num.Const(eps))
			still := x.Sub(s.X).Abs().Le(size.Scale(eps)).And(use)
			s.Done = v.Eq(num.Const(0)).Or(still).Or(s.Hi.Sub(s.Lo).Le(size.Scale(eps)))
			s.X = num.Where(v.Eq(num.Const(0)), s.X, x)
			s.N = s.N.AddScalar(1)
			return s
		}, state{lo, hi, lo.Add(hi).Scale(0.5), num.Int(0), num.Full(num.Bool, 0)})
		return end.X
	}
	divide := func(matvec func(array) array, b array) array {
		return b.Div(matvec(num.Full(b.DType(), 1, 1)))
	}
	return num.CustomRoot(f, solve, divide)(args)
}

// unit is x divided by its largest absolute value, and that, which has no derivative:
// a projection onto a cone is unit's times it.
func unit(x array) (u, size array) {
	size = stop(x.Abs().Max())
	size = arg.Safe(size.IsFinite().And(size.Gt(num.Const(0))), size)
	return x.Div(size), size
}
