package argmin

import (
	"github.com/argmin-go/argmin/internal/kkt"
	"github.com/argmin-go/argmin/internal/option"
	"github.com/argmin-go/argmin/num"
	"github.com/argmin-go/argmin/tree"
)

// QuadraticMethod is a method for [Quadratic]: [ProximalInteriorPoint], [OSQP], [PDHG], [DualActiveSet],
// [EqualityConstrainedQP], [BoxCDQP] or a [Custom] one.
type QuadraticMethod interface{ quadratic() definition }

// QPPoint is a point of a [QP] with its multipliers: how much the least value changes with each limit. The zero Array stands for zeros, so
// QPPoint{} is a start.
//
// A limit that goes from u to u + du changes the least value by -z·du to first order. Multipliers are ≥ 0 at an active upper limit,
// ≤ 0 at an active lower one, 0 at limits that are not active, and of any sign at equations.
type QPPoint struct {
	X       num.Array `tree:"omitzero"` // the variables, [n]
	Equal   num.Array `tree:"omitzero"` // multipliers y of Ax = b, [p]
	Between num.Array `tree:"omitzero"` // multipliers z of low ≤ Gx ≤ h, [m]
	Bounds  num.Array `tree:"omitzero"` // multipliers w of lower ≤ x ≤ upper, [n]
}

// QuadraticTerms describes a [Quadratic] program to its methods: its rows are those of A and then those of G.
type QuadraticTerms struct {
	Products kkt.Products // products with the matrices
	System   kkt.System   // the systems made of them: with factors, or by conjugate gradients for methods that only multiply
	K        kkt.Matrices // the matrices
	C        num.Array    // [n]
	Lo, Hi   num.Array    // limits of the variables and then of the rows, [n + p + m]

	Constant num.Array // added to the objective

	linear bool // there is no Q
}

// Quadratic solves convex quadratic programs
//
//	min ½ xᵀQx + cᵀx + constant over x with Ax = b, low ≤ Gx ≤ h, lower ≤ x ≤ upper
//
// whose data program makes of data: see [QP]. It starts from QPPoint{}. A nil method means [ProximalInteriorPoint].
//
// The condition of optimality is
//
//	Qx + c + Aᵀy + Gᵀz + w = 0,  Ax = b,  Gx = clip(Gx + z, low, h),  x = clip(x + w, lower, upper)
//
// for the multipliers of [QPPoint]; the solution and its multipliers can be differentiated with respect to all of the program. Where a
// limit is active with a multiplier of zero, the solution has derivatives only to each side: the one is given that keeps
// the constraint as it is, active or not, at the answer.
//
// The status is Infeasible where multipliers prove that no point satisfies the constraints, and the answer has them; it is Unbounded where
// X is a direction in which values fall without end. A Q that is not symmetric is an error, one that is not positive semidefinite
// the status NotConvex.
func Quadratic[D any](program func(data D) QP, m QuadraticMethod, opt Options) *Solver[QPPoint, D] {
	if m == nil {
		m = ProximalInteriorPoint{}
	}
	mu := 0.0
	if b, ok := m.(interface{ smoothing() float64 }); ok && !option.Nil(m) {
		mu = b.smoothing()
	}
	free := false
	if f, ok := m.(interface{ matrixFree() bool }); ok && !option.Nil(m) {
		free = f.matrixFree()
	}
	data := func(d D) QP { return program(d).checked() }
	k := kind[QPPoint, D]{
		name: "Quadratic", partial: true, constrained: true,
		valueAndGrad: func(s QPPoint, d D) (num.Array, QPPoint) {
			q, slopes := data(d), tree.ZerosLike(s)
			var v num.Array
			v, slopes.X = quadraticAt(q.Q, q.C, s.X)
			return v.Add(q.Constant), slopes
		},
		complete:  func(s QPPoint, d D) QPPoint { return data(d).complete(s) },
		condition: func(s, g QPPoint, d D) QPPoint { return data(d).condition(s, g, mu) },
		bind: func(p *Problem, b binding[QPPoint, D]) {
			q := data(b.data)
			p.Quadratic = q.terms(free)
			p.infeasible = q.empty()
		},
	}
	if mu == 0 && !free { // without their entries there is nothing to factor
		k.guide = func(s QPPoint, d D) num.Guide[QPPoint, kkt.Active] { return data(d).guide(s) }
	}
	k.refuseNil("program", program == nil)
	return newSolver(k, defined(m, QuadraticMethod.quadratic), opt)
}

// condition is what is zero at a solution; see [Constraints.condition].
func (q QP) condition(s, g QPPoint, mu float64) QPPoint {
	type values struct{ A, G num.Array }
	v, pull := num.VJP(func(x num.Array) values { return values{q.times(q.A, x), q.times(q.G, x)} }, s.X)
	out := QPPoint{X: g.X, Equal: v.A.Sub(q.B)}
	z, left := complementary(s.Between, v.G, q.Low, q.H, mu)
	w, rest := complementary(s.Bounds, s.X, q.Lower, q.Upper, mu)
	out.Between, out.Bounds = left, rest
	out.X = out.X.Add(pull(values{s.Equal, z})).Add(w)
	return out
}

// times is a product, empty for a nil matrix.
func (q QP) times(m Matrix, x num.Array) num.Array {
	if m == nil {
		return num.Full(x.DType(), 0, 0)
	}
	return m.MatMul(x)
}

// complete is a start with all of its parts.
func (q QP) complete(s QPPoint) QPPoint {
	fill := func(name string, x num.Array, n int) num.Array {
		if x == (num.Array{}) {
			return num.Full(q.C.DType(), 0, n)
		}
		return checkVector(name, x, n, q.C.DType())
	}
	n := q.C.Size()
	return QPPoint{fill("QPPoint.X", s.X, n), fill("QPPoint.Equal", s.Equal, q.B.Size()), fill("QPPoint.Between", s.Between, q.H.Size()),
		fill("QPPoint.Bounds", s.Bounds, n)}
}

// empty reports whether limits exclude every point.
func (q QP) empty() *num.Array {
	lo, hi := num.Concat(0, q.Lower, q.Low), num.Concat(0, q.Upper, q.H)
	some := lo.Le(hi).And(lo.Lt(num.Const(inf))).And(hi.Gt(num.Const(-inf)))
	empty := some.All().And(q.B.IsFinite().All()).Not()
	return &empty
}
