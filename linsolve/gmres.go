package linsolve

import (
	"github.com/argmin-go/argmin/internal/arg"
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
		a := o.ridged(matvec)
		n := b.Size()
		if n == 0 {
			return b
		}
		k := min(max(option.Or(opt.Restart, 30), 1), n)
		d := b.DType()
		limit := b.Dot(b).Sqrt().Scale(o.Tol)
		type state struct{ X, R, N, Stalled array }
		norm := func(r array) array { return r.Dot(r).Sqrt() }
		end := num.While(func(s state) array {
			return norm(s.R).Gt(limit).And(s.N.Lt(num.Int(o.MaxIter))).And(s.Stalled.Not())
		}, func(s state) state {
			dx, steps := o.cycle(a, s.R, limit, k)
			x := s.X.Add(o.Precond(dx))
			r := b.Sub(a(x))
			// At the limit of the precision another cycle gains nothing: one that does not halve the
			// residual, within ten times of the tolerance, is the last.
			stalled := norm(r).Ge(norm(s.R).Scale(0.5)).And(norm(r).Le(limit.Scale(10)))
			return state{x, r, s.N.Add(steps), stalled}
		}, state{num.Full(d, 0, n), b, num.Int(0), num.Full(num.Bool, 0)})
		return o.check("GMRES", a, end.X, b)
	}
}

// cycle is the correction, before the preconditioner, that minimizes the residual
// over a Krylov space from r, of at most k dimensions and of fewer if the residual falls to
// the limit before, and the number of its dimensions.
//
// What is left of beta e₁ after j steps is along the vector n that is orthogonal to the
// columns of the Hessenberg matrix. With n₀ = 1 each column gives one more element of it, and
// the residual is beta/|n|.
func (o Options) cycle(a func(array) array, r, limit array, k int) (dx, steps array) {
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
	s := num.While(func(s basis) array {
		left := beta.Gt(limit.Mul(s.Normal.Dot(s.Normal).Sqrt()))
		return s.J.Lt(num.Int(k)).And(s.More).And(left)
	}, func(s basis) basis {
		v := s.V.DynamicSlice([]array{s.J, start}, 1, n).Reshape(n)
		w := a(o.Precond(v))
		before := w.Dot(w).Sqrt()
		h := s.V.MatMul(w)
		w = w.Sub(h.MatMul(s.V))
		again := s.V.MatMul(w)
		w = w.Sub(again.MatMul(s.V))
		after := w.Dot(w).Sqrt()
		// A basis that is complete holds the solution.
		more := after.Gt(before.Mul(tiny).Scale(float64(n)))
		after = num.Where(more, after, zero)
		w = num.Where(more, w.Div(arg.Safe(more, after)), zero)
		next := s.J.AddScalar(1)
		h = h.Add(again)
		element := h.Dot(s.Normal).Neg().Div(arg.Safe(more, after))
		normal := s.Normal.DynamicUpdateSlice(element.Reshape(1), []array{next})
		hj := h.DynamicUpdateSlice(after.Reshape(1), []array{next})
		return basis{row(s.V, w, next), row(s.H, hj, s.J), normal, more, next}
	}, basis{V: v0, H: num.Full(d, 0, k, k+1), Normal: n0, More: num.Full(num.Bool, 1), J: start})
	// Rows that were not reached are zeros, and add nothing.
	q, t := num.QR(s.H.T())
	diag := num.Diag(t)
	used := diag.Abs().Gt(zero)
	t = t.Add(num.FromDiag(num.Where(used, zero, one)))
	y := num.SolveTriangular(t, num.Where(used, q.At(0).Mul(beta), zero), num.Triangle{})
	return y.MatMul(s.V.Range(0, k)), s.J
}
