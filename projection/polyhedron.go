package projection

import (
	"math"

	"github.com/argmin-go/argmin/internal/arg"
	"github.com/argmin-go/argmin/num"
)

// Polyhedron is the projection of x: [n] onto the polyhedron {A y = b, G y ≤ h}, for
// a: [m n], b: [m], g: [k n], h: [k]. m or k may be 0. An empty set gives NaN, and so does
// an active set that was not found within 10(k + 1) + 50 steps, and an x so large that
// rounding leaves a relative error above √ε in h. Equations and active inequalities may depend on one
// another; elements of h may be infinite.
//
// The active set is found by the dual method of Goldfarb & Idnani ("A numerically
// stable dual method for solving strictly convex quadratic programs", 1983) in the
// space of the equations. Given the active inequalities the result is the projection
// onto the affine set that they and the equations make, and so is its derivative:
// see [AffineSet]. k³ operations per step, and about as many steps as there are
// active inequalities.
func Polyhedron(x, a, b, g, h num.Array) num.Array {
	const op = "projection.Polyhedron"
	checkEquations(op, x, "a", a, "b", b)
	checkEquations(op, x, "g", g, "h", h)
	m, n, k := a.Shape()[0], x.Size(), g.Shape()[0]
	if k == 0 || n == 0 {
		return affine(x, a, b)
	}
	size := rowSize(stop(g))
	g, h = g.Div(size.Reshape(k, 1)), h.Div(size)
	d := x.DType()
	// In the space of the equations: C d ≤ slack for y = start + d.
	start := affine(stop(x), stop(a), stop(b))
	c := num.Vmap(func(c array) array { return affine(c, stop(a), num.Full(d, 0, m)) })(stop(g))
	slack := stop(h).Sub(stop(g).MatMul(start))
	bound := num.Where(h.IsFinite(), stop(h).Abs(), num.Const(0))
	rows := num.Norm(stop(g), 1)
	near := bound.Add(rows.Mul(num.Norm(start).Add(num.Norm(stop(x))))).Scale(100 * d.Eps()) // rounding of the slack
	// Rows that the equations determine do not change, but may be violated.
	length := num.Norm(c, 1)
	moves := length.Gt(rows.Scale(math.Sqrt(d.Eps())))
	violated := moves.Not().And(slack.Ge(near.Neg()).Not()).Any()
	length = arg.Safe(moves, length)
	c = num.Where(moves.Reshape(k, 1), c.Div(length.Reshape(k, 1)), num.Const(0))
	active, found := goldfarbIdnani(c, num.Where(moves, slack.Div(length), num.Const(0)), near.Div(length))

	zero := x.Const(0)
	y := affine(x, num.Concat(0, a, num.Where(active.Reshape(k, 1), g, zero)), num.Concat(0, b, num.Where(active, h, zero)))
	// The error is relative to the set's bounds, or, for a cone, which has none, to x.
	over := stop(g).MatMul(stop(y)).Sub(stop(h))
	allowed := num.Where(bound.Max().Gt(zero), num.Norm(stop(y)).Add(bound.Max()).Scale(math.Sqrt(d.Eps())), num.Norm(stop(x)).Scale(100*d.Eps()))
	inside := over.Le(allowed).All()
	return num.Where(found.And(violated.Not()).And(inside), y, nan)
}

// goldfarbIdnani finds the active inequalities at the solution of min ½|d|² subject
// to C d ≤ s, where the rows of C have length 1 or are 0. In terms of the dual
// variables λ ≥ 0, d = -Cᵀλ and everything else is in the matrix K = C Cᵀ:
//
//	v = s + K λ                   the slack left
//	p                             the inequality being added, of least slack
//	r: K_WW r = K_Wp              how λ_W answers to λ_p
//	q = K_pp - K_pW r             how fast p's slack grows
//
// A step goes until p is satisfied (and joins the active set W), or until a λ_W gets
// to 0 (and leaves W). If neither bounds it the set is empty.
func goldfarbIdnani(c, s, near array) (active, found array) {
	k := c.Shape()[0]
	gram := c.MatMul(c.T())
	eps := c.DType().Eps()
	inf, zero := c.Const(math.Inf(1)), c.Const(0)
	index := num.Arange(num.Int32, 0, k)
	none := num.Int(-1)
	type state struct {
		Lambda, Active    array
		P                 array // -1 between two inequalities
		Done, Empty, Step array
	}
	flag, count := num.Full(num.Bool, 0), num.Int(0)
	// About as many steps as inequalities are usual; ten times as many are a backstop.
	end := num.While(func(st state) array {
		return st.Done.Or(st.Empty).Not().And(st.Step.Lt(num.Int(10*(k+1) + 50)))
	}, func(st state) state {
		v := s.Add(gram.MatMul(st.Lambda))
		v = num.Where(st.Active, zero, v)
		fresh := st.P.Eq(none)
		p := num.Where(fresh, v.ArgMin(0), st.P)
		vp := v.Take(p, 0)
		tol := near.Take(p, 0).Add(st.Lambda.Sum().Scale(100 * eps))
		done := fresh.And(vp.Ge(tol.Neg()))
		isP := index.Eq(p)

		w := st.Active.AsType(c.DType())
		col := gram.Take(p, 0)
		kww := gram.Mul(num.Outer(w, w)).Add(num.FromDiag(num.Const(1).Sub(w)))
		l := num.Cholesky(kww)
		r := num.SolveCholesky(l, col.Mul(w))
		r = r.Add(num.SolveCholesky(l, col.Mul(w).Sub(kww.MatMul(r))))
		z := c.Take(p, 0).Sub(r.Mul(w).MatMul(c))
		q := z.Dot(z)
		free := q.Gt(num.Const(1000 * float64(k) * eps)) // well above the rounding of r, about k ε

		full := num.Where(free, vp.Neg().Div(arg.Safe(free, q)), inf)
		blocks := st.Active.And(r.Gt(zero))
		ratio := num.Where(blocks, st.Lambda.Div(arg.Safe(blocks, r)), inf)
		out := ratio.ArgMin(0)
		partial := ratio.Take(out, 0)
		t := num.Minimum(full, partial)
		empty := t.IsFinite().Not()
		moving := done.Or(empty).Not()
		t = num.Where(moving, t, zero)
		lambda := num.Where(st.Active, num.Maximum(st.Lambda.Sub(r.Mul(t)), zero), st.Lambda)
		lambda = num.Where(isP, lambda.Add(t), lambda)
		joins := moving.And(full.Le(partial))
		leaves := moving.And(joins.Not())
		lambda = num.Where(leaves.And(index.Eq(out)), zero, lambda)
		next := st.Active.Or(joins.And(isP)).And(leaves.And(index.Eq(out)).Not())
		return state{lambda, next, num.Where(leaves, p, none), done, empty.And(done.Not()), st.Step.AddScalar(1)}
	}, state{num.Full(c.DType(), 0, k), num.Full(num.Bool, 0, k), none, flag, flag, count})
	return end.Active, end.Done
}
