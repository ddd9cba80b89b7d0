package optimality

import (
	"github.com/argmin-go/argmin/num"
	"github.com/argmin-go/argmin/tree"
)

// Point is a solution of a constrained problem with its multipliers. E and I are the types
// of the values of the equations and of the inequalities; struct{} where there are none.
type Point[P, E, I any] struct {
	Primal P // the solution
	Eq     E // the multipliers of eq(x) = 0
	Ineq   I // the multipliers of ineq(x) ≤ 0, which are not negative
}

// KKT is the conditions of Karush, Kuhn and Tucker for the problem to minimize f(x) subject
// to eq(x) = 0 and ineq(x) ≤ 0: the gradient of the Lagrangian, the equations, and the
// products of multipliers and inequalities, all zero at a solution. eq and ineq may be nil
// (Boyd & Vandenberghe, "Convex Optimization", section 5.5.3).
func KKT[P, D, E, I any](
	f func(x P, data D) num.Array, eq func(x P, data D) E, ineq func(x P, data D) I,
) func(Point[P, E, I], D) Point[P, E, I] {
	return func(z Point[P, E, I], data D) Point[P, E, I] {
		r := Point[P, E, I]{Primal: num.Grad(func(x P) num.Array { return f(x, data) })(z.Primal)}
		if eq != nil {
			v, pull := num.VJP(func(x P) E { return eq(x, data) }, z.Primal)
			r.Eq, r.Primal = v, tree.Add(r.Primal, pull(z.Eq))
		}
		if ineq != nil {
			v, pull := num.VJP(func(x P) I { return ineq(x, data) }, z.Primal)
			r.Ineq, r.Primal = tree.Mul(v, z.Ineq), tree.Add(r.Primal, pull(z.Ineq))
		}
		return r
	}
}

// Program is a conic program: minimize cᵀx subject to A x + s = b with s in a cone K.
type Program struct {
	A num.Array // [m, n]
	B num.Array // [m]
	C num.Array // [n]
}

// Embedding is the solution of a conic program with its multipliers y and slacks s. Both can
// be recovered from V: y = P(V) and s = P(V) - V, where P projects onto the dual cone of K.
type Embedding struct {
	X num.Array // the solution, [n]
	V num.Array // y - s, [m]
}

// Conic is the condition of a solution of a conic program, its residual map (Busseti, Moursi & Boyd, "Solution
// refinement at regular points of conic problems", 2019, at homogeneous variable 1):
// Aᵀy + c and b - A x - s. dual projects onto the dual cone of K: for the non-negative
// orthant it is projection.NonNegative.
func Conic(dual func(v num.Array) num.Array) func(Embedding, Program) Embedding {
	return func(z Embedding, p Program) Embedding {
		y := dual(z.V)
		s := y.Sub(z.V)
		return Embedding{p.A.T().MatMul(y).Add(p.C), p.B.Sub(p.A.MatMul(z.X)).Sub(s)}
	}
}
