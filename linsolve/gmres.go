package linsolve

import (
	"github.com/argmin-go/argmin/internal/arg"
	"github.com/argmin-go/argmin/internal/core/krylov"
	"github.com/argmin-go/argmin/internal/option"
	"github.com/argmin-go/argmin/num"
)

// GMRESOptions are [Options] and the number of steps between restarts.
type GMRESOptions struct {
	Options
	Restart int // steps between restarts, at least 1 and at most n; default 30
}

// GMRES is the generalized minimal residual method with restarts, for any
// nonsingular map (Saad & Schultz, "GMRES: a generalized minimal residual
// algorithm for solving nonsymmetric linear systems", 1986), with the
// preconditioner on the right (Saad, "Iterative Methods for Sparse Linear
// Systems", algorithm 9.5). The basis is orthogonalized by Gram–Schmidt twice,
// which is enough (Giraud, Langou & Rozložník, 2005). It keeps Restart+1 vectors;
// MaxIter counts steps, and a cycle ends with the residual below the tolerance or after
// Restart steps.
func GMRES(opt GMRESOptions) num.LinearSolver {
	return func(matvec func(array) array, b array) array {
		o := opt.complete(b)
		k := min(max(option.Or(opt.Restart, 30), 1), max(b.Size(), 1))
		return o.solve("GMRES", o.ridged(matvec), b, func(s system) array { return restarted(s, k) })
	}
}

// restarted makes cycles of k steps.
func restarted(s system, k int) array {
	d, norm := s.B.DType(), krylov.Norm[array]
	if s.Precond == nil {
		s.Precond = func(r array) array { return r }
	}
	type state struct{ X, R, N, Stalled array }
	return num.While(func(c state) array {
		return norm(c.R).Gt(s.Limit).And(c.N.Lt(num.Int(s.MaxIter))).And(c.Stalled.Not())
	}, func(c state) state {
		dx, steps := cycle(s, c.R, k)
		x := c.X.Add(s.Precond(dx))
		r := s.B.Sub(s.Map(x))
		// At the limit of the precision another cycle gains nothing: one that does not halve the
		// residual, within ten times of the tolerance, is the last.
		stalled := norm(r).Ge(norm(c.R).Scale(0.5)).And(norm(r).Le(s.Limit.Scale(10)))
		return state{x, r, c.N.Add(steps), stalled}
	}, state{num.Full(d, 0, s.B.Size()), s.B, num.Int(0), num.Full(num.Bool, 0)}).X
}

// cycle is the correction, before the preconditioner, that minimizes the residual
// over a Krylov space from r, of at most k dimensions and of fewer if the residual falls to
// the limit before, and the number of its dimensions.
//
// What is left of beta e₁ after j steps is along the vector n that is orthogonal to the
// columns of the Hessenberg matrix. With n₀ = 1 each column gives one more element of it, and
// the residual is beta/|n|.
func cycle(s system, r array, k int) (dx, steps array) {
	d, n := r.DType(), r.Size()
	zero, one, tiny := r.Const(0), r.Const(1), r.Const(d.Eps())
	beta := r.Dot(r).Sqrt()
	// Orthonormal rows; a row of H for each column of the Hessenberg matrix.
	type basis struct{ V, H, Normal, More, J array }
	start := num.Int(0)
	row := func(m, x, i array) array {
		return m.DynamicUpdateSlice(x.Reshape(1, x.Size()), []array{i, start})
	}
	v0 := row(num.Full(d, 0, k+1, n), r.Div(beta), start)
	n0 := num.Full(d, 0, k+1).DynamicUpdateSlice(one.Reshape(1), []array{start})
	end := num.WhileMax(k, func(c basis) array {
		left := beta.Gt(s.Limit.Mul(krylov.Norm(c.Normal)))
		return c.J.Lt(num.Int(k)).And(c.More).And(left)
	}, func(c basis) basis {
		v := c.V.DynamicSlice([]array{c.J, start}, 1, n).Reshape(n)
		w := s.Map(s.Precond(v))
		before := w.Dot(w).Sqrt()
		h := c.V.MatMul(w)
		w = w.Sub(h.MatMul(c.V))
		again := c.V.MatMul(w)
		w = w.Sub(again.MatMul(c.V))
		after := w.Dot(w).Sqrt()
		// A basis that is complete holds the solution.
		more := after.Gt(before.Mul(tiny).Scale(float64(n)))
		after = num.Where(more, after, zero)
		w = num.Where(more, w.Div(arg.Safe(more, after)), zero)
		next := c.J.AddScalar(1)
		h = h.Add(again)
		element := h.Dot(c.Normal).Neg().Div(arg.Safe(more, after))
		normal := c.Normal.DynamicUpdateSlice(element.Reshape(1), []array{next})
		hj := h.DynamicUpdateSlice(after.Reshape(1), []array{next})
		return basis{row(c.V, w, next), row(c.H, hj, c.J), normal, more, next}
	}, basis{V: v0, H: num.Full(d, 0, k, k+1), Normal: n0, More: num.Full(num.Bool, 1), J: start})
	// Rows that were not reached are zeros, and add nothing.
	q, t := num.QR(end.H.T())
	diag := num.Diag(t)
	used := diag.Abs().Gt(zero)
	t = t.Add(num.FromDiag(num.Where(used, zero, one)))
	y := num.SolveTriangular(t, num.Where(used, q.At(0).Mul(beta), zero), num.Triangle{})
	return y.MatMul(end.V.Range(0, k)), end.J
}

// Inexact is GMRES for methods that need only an approximate solution, such as inexact Newton methods. tol is
// the relative residual to reach, a scalar of the program. It returns the approximation with the norm of its residual
// relative to b, whatever that is: not reaching tol is not an error. It also ends where a cycle lowers the residual by less
// than 1%. MaxIter counts steps.
func Inexact(matvec func(num.Array) num.Array, b, tol num.Array, opt GMRESOptions) (x, residual num.Array) {
	if b.Size() == 0 {
		return b, b.Const(0)
	}
	o := opt.complete(b)
	k := min(max(option.Or(opt.Restart, 30), 1), b.Size(), max(o.MaxIter, 1))
	s := system{Language: language, Map: o.ridged(matvec), Precond: o.Precond, B: b, MaxIter: o.MaxIter}
	residual = b.Const(0)
	x = krylov.Scaled(s, func(s system) array {
		norm := krylov.Norm(s.B)
		s.Limit = norm.Mul(tol)
		x, r := cycles(s, k, (s.MaxIter+k-1)/k, 0.99)
		residual = krylov.Norm(r).Div(arg.Safe(norm.Gt(num.Const(0)), norm))
		return x
	})
	return x, residual
}

// cycles makes at most most cycles of k steps, until one does not lower the residual by the factor gain. It returns
// the residual too.
func cycles(s system, k, most int, gain float64) (x, r array) {
	if s.Precond == nil {
		s.Precond = func(r array) array { return r }
	}
	norm := krylov.Norm[array]
	type state struct{ X, R, Stalled array }
	end := num.WhileMax(most, func(c state) array { return norm(c.R).Gt(s.Limit).And(c.Stalled.Not()) }, func(c state) state {
		dx, _ := cycle(s, c.R, k)
		x := c.X.Add(s.Precond(dx))
		r := s.B.Sub(s.Map(x))
		better := norm(r).Lt(norm(c.R))
		return state{num.Where(better, x, c.X), num.Where(better, r, c.R), norm(r).Lt(norm(c.R).Scale(gain)).Not()}
	}, state{s.B.Scale(0), s.B, num.Full(num.Bool, 0)})
	return end.X, end.R
}
