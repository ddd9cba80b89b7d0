package num

import (
	"slices"

	"github.com/argmin-go/argmin/internal/core/ad"
	"github.com/argmin-go/argmin/internal/core/ir"
	"github.com/argmin-go/argmin/internal/core/prim"
)

// solverOf adapts a solver of vectors to the leaves of a tree; nil is the automatic one.
func solverOf(like values, linear LinearSolver) prim.Solver {
	types := ir.TypesOf(like)
	join := func(vs values) Array {
		flat := make(values, len(vs))
		for i, v := range vs {
			flat[i] = prim.Convert(prim.Reshape(v, []int{v.Size()}), types[0].DType)
		}
		return wrap(prim.Concat(0, flat...))
	}
	split := func(a Array) values {
		vs := make(values, len(types))
		at := 0
		for i, t := range types {
			part := prim.Slice(a.value(), []int{at}, []int{at + t.Size()}, []int{1})
			vs[i] = prim.Convert(prim.Reshape(part, t.Shape), t.DType)
			at += t.Size()
		}
		return vs
	}
	flat := func(f func(values) values) func(Array) Array {
		return func(x Array) Array { return join(f(split(x))) }
	}
	if linear != nil {
		return prim.Solver{Solve: func(matvec, _ func(values) values, b values) values {
			return split(linear(flat(matvec), join(b)))
		}}
	}
	return prim.Solver{
		Solve: func(matvec, vecmat func(values) values, b values) values {
			s := system{flat(matvec), flat(vecmat), join(b)}
			x, _ := s.least()
			return split(s.checked(x, "the default solver"))
		},
		Least: func(matvec, vecmat func(values) values, b values) values {
			x, null := system{flat(matvec), flat(vecmat), join(b)}.least()
			return append(split(x), split(null)...)
		},
	}
}

// CustomLinearSolve is the solution x of matvec(x) = b as a differentiable value
// in b and in everything that matvec captures: derivatives of both modes are
// solves with the same map or the transposed one, and the solver itself is not
// differentiated. matvec must be linear. symmetric promises that it is its own
// transpose. linear solves the system; nil is [DenseSolver].
func CustomLinearSolve[T any](matvec func(T) T, b T, linear LinearSolver, symmetric bool) T {
	const what = "num.CustomLinearSolve"
	notNil(what, "matvec", matvec == nil)
	bs, def := flatten(what, b)
	op := func(x values) values {
		y, d := flatten(what+": matvec", guard(what, func() T { return matvec(unflatten[T](def, x)) }))
		sameTree(what, "b", "the result of matvec", def, d, bs, y)
		return y
	}
	return unflatten[T](def, prim.LinearSolve(op, bs, solverOf(bs, linear).Solve, symmetric))
}

// CustomRoot makes the answer of a solver differentiable. solve returns x with
// optimality(x, args) = 0; the derivative of x with respect to args is the one
// that the implicit function theorem gives, and the iterations of the solver are
// not differentiated. Arrays that the functions capture are differentiated like
// args. linear solves the system of the derivative; nil is [DenseSolver].
func CustomRoot[P, A any](optimality func(x P, args A) P, solve func(args A) P, linear LinearSolver) func(A) P {
	notNil("num.CustomRoot", "solve", solve == nil)
	f := CustomRootAux(optimality, func(a A) (P, struct{}) { return solve(a), struct{}{} }, linear)
	return func(a A) P {
		x, _ := f(a)
		return x
	}
}

// CustomFixedPoint is [CustomRoot] for a solver of x = step(x, args).
func CustomFixedPoint[P, A any](step func(x P, args A) P, solve func(args A) P, linear LinearSolver) func(A) P {
	notNil("num.CustomFixedPoint", "step", step == nil)
	notNil("num.CustomFixedPoint", "solve", solve == nil)
	return CustomRoot(func(x P, args A) P {
		xs, def := flatten("num.CustomFixedPoint", x)
		ys, ydef := flatten("num.CustomFixedPoint", step(x, args))
		sameTree("num.CustomFixedPoint", "x", "the step", def, ydef, xs, ys)
		out := make(values, len(xs))
		for i := range xs {
			out[i] = prim.Sub(ys[i], xs[i])
		}
		return unflatten[P](def, out)
	}, solve, linear)
}

// CustomRootAux is [CustomRoot] for a solver that returns something in addition to the
// root, which is passed through with derivative zero.
func CustomRootAux[P, A, S any](optimality func(x P, args A) P, solve func(args A) (P, S), linear LinearSolver) func(A) (P, S) {
	return func(args A) (P, S) {
		const what = "num.CustomRoot"
		notNil(what, "optimality", optimality == nil)
		notNil(what, "solve", solve == nil)
		as, adef := flatten(what, args)
		type result struct {
			X   P
			Aux S
		}
		run := trace(what, func(a A) result {
			x, s := solve(a)
			return result{x, s}
		}, adef, ir.TypesOf(as))
		var nx int
		var f traced
		var xt []ir.Type
		r := unflatten[result](run.out, zerosOf(run.prog.OutTypes()))
		xs, xdef := flatten(what, r.X)
		nx, xt = len(xs), ir.TypesOf(xs)
		f.prog, f.captured = ad.Staged(what, ir.Perhaps, slices.Concat(xt, ir.TypesOf(as)), func(z values) values {
			x, a := unflatten[P](xdef, z[:nx]), unflatten[A](adef, z[nx:])
			vs, def := flatten(what+": optimality", guard(what, func() P { return optimality(x, a) }))
			f.out = def
			return vs
		})
		sameCarry(what+": optimality", "x", xdef, f.out, xt, f.prog.OutTypes())
		op, consts := prim.NewRoot(run.prog, f.prog, run.captured, f.captured, nx, solverOf(xs, linear))
		in := slices.Concat(consts, as)
		res := unflatten[result](run.out, stage(what, in, func(in values) values { return ir.Apply(op, in...) }))
		return res.X, res.Aux
	}
}
