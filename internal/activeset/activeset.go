// Package activeset solves small strictly convex quadratic programs on dense arrays by a dual active-set method, written with
// traced arrays.
//
// It is Goldfarb & Idnani's method ("A numerically stable dual method for solving strictly convex quadratic programs",
// Mathematical Programming 27, 1983): from the minimum without constraints it adds one violated row after the other, equations first, and
// drops rows whose multipliers would change their sign on the way. A step costs n² operations and a product with all rows.
package activeset

import (
	"github.com/argmin-go/argmin/num"
)

type array = num.Array

// Problem is min ½ xᵀB x + gᵀx with lo ≤ A x ≤ hi.
type Problem struct {
	B      array // [n, n], symmetric positive definite
	G      array // [n]
	A      array // [m, n]
	Lo, Hi array // [m]; equal for an equation, infinite where there is no limit
}

// Solution is a solution with its multipliers: B x + g + Aᵀy = 0, y ≥ 0 at an active upper limit and ≤ 0 at an active lower one.
type Solution struct {
	X, Y       array
	Infeasible array // whether no point satisfies the constraints; X and Y then belong to those that were taken so far
	Failed     array // whether the limit on steps was reached
	Steps      array // int32
}

// Solve takes all steps. The active set that is found is solved for once more with all of the problem, to lose no digits.
func Solve(p Problem) Solution {
	n, m := p.G.Size(), p.Lo.Size()
	if m == 0 {
		return Solution{num.SolveCholesky(num.Cholesky(p.B), p.G).Neg(), num.Full(p.G.DType(), 0, 0), no(), no(), num.Int(0)}
	}
	q := New(p)
	limit := num.Int(10*(m+n) + 100)
	end := num.While(func(s State) array { return s.Ended.Eq(num.Int(0)).And(s.Steps.Lt(limit)) }, q.Step, q.Begin(p.G))
	sol := Solution{X: end.X, Y: q.Multipliers(end), Infeasible: end.Ended.Eq(num.Int(Infeasible)), Failed: end.Ended.Eq(num.Int(0)), Steps: end.Steps}
	return q.refined(sol, q.Sides(end))
}

func no() array { return num.Full(num.Bool, 0) }

// refined solves for x and the multipliers of the active rows once more, where that is possible.
func (q Method) refined(s Solution, side array) Solution {
	n, m := s.X.Size(), side.Size()
	on := side.Abs()
	a := q.A.Mul(on.Reshape(m, 1))
	limit := num.Where(side.Gt(num.Const(0)), q.Hi, num.Where(side.Lt(num.Const(0)), q.Lo, num.Const(0)))
	k := num.Concat(0, num.Concat(1, q.B, a.T()), num.Concat(1, a, num.FromDiag(num.Const(1).Sub(on))))
	u := num.Solve(k, num.Concat(0, q.G.Neg(), limit))
	x, y := u.Range(0, n), u.Range(n, n+m).Mul(on)
	// Better only if it is the same answer.
	near := num.Norm(x.Sub(s.X)).Le(num.Norm(s.X).AddScalar(1).Scale(1e-4))
	right := y.Mul(side).Ge(num.Const(0)).Or(q.equal).All()
	ok := u.IsFinite().All().And(near).And(right).And(s.Infeasible.Not())
	s.X, s.Y = num.Where(ok, x, s.X), num.Where(ok, y, s.Y)
	return s
}
