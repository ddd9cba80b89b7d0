package num

import (
	"slices"

	"github.com/argmin-go/argmin/internal/core/ad"
	"github.com/argmin-go/argmin/internal/core/ir"
	"github.com/argmin-go/argmin/internal/core/prim"
	"github.com/argmin-go/argmin/internal/core/treedef"
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
		return prim.Solver{Solve: func(matvec, _ func(values) values, b values, _ bool) values {
			return split(linear(flat(matvec), join(b)))
		}}
	}
	return prim.Solver{
		Solve: func(matvec, vecmat func(values) values, b values, _ bool) values {
			s := system{flat(matvec), flat(vecmat), join(b)}
			x, _ := s.least()
			return split(s.checked(x, "the default solver"))
		},
		Least: func(matvec, vecmat func(values) values, b values, _ bool) values {
			x, null := system{flat(matvec), flat(vecmat), join(b)}.least()
			return append(split(x), split(null)...)
		},
	}
}

// guided is the automatic solver where solve could not; except on XLA, where both would run for all members of a batch, and where it is always that one.
func guided(like values, solve func(b values, transposed bool) (values, Array)) prim.Solver {
	const what = "num.CustomRoot"
	auto := solverOf(like, nil)
	arrays := func(vs values) []Array {
		out := make([]Array, len(vs))
		for i, v := range vs {
			out[i] = wrap(v)
		}
		return out
	}
	plain := func(as []Array) values {
		out := make(values, len(as))
		for i, a := range as {
			out[i] = a.value()
		}
		return out
	}
	with := func(other prim.SolveFunc, null bool) prim.SolveFunc {
		return func(matvec, vecmat func(values) values, b values, transposed bool) values {
			fallback := func(b []Array) []Array { return arrays(other(matvec, vecmat, plain(b), transposed)) }
			return plain(Portable(what, func(b []Array) []Array {
				x, ok := solve(plain(b), transposed)
				if null {
					for _, v := range x[:len(b)] {
						x = append(x, wrap(v).Scale(0).value())
					}
				}
				type choice struct{ X, B []Array }
				return Cond(ok, func(c choice) []Array { return c.X }, func(c choice) []Array { return fallback(c.B) }, choice{arrays(x), b})
			}, fallback, arrays(b)))
		}
	}
	return prim.Solver{Solve: with(auto.Solve, false), Least: with(auto.Least, true)}
}

// CustomLinearSolve is the solution x of matvec(x) = b as a differentiable value
// in b and in everything that matvec captures: derivatives of both modes are
// solves with the same map or the transposed one, and the solver itself is not
// differentiated. matvec must be linear. symmetric promises that it is its own
// transpose. linear solves the system; nil is the default, see [LinearSolver].
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
// args. optimality runs only where a derivative is taken. linear solves the system of the derivative; nil is the default,
// see [LinearSolver].
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
	return CustomRootChecked(optimality, solve, nil, linear)
}

// Verdict is a test that a derivative depends on: if OK, a bool scalar, is false the derivative is an
// error (errors.Is(err, ErrNumeric)) that consists of Msg and the number Measure.
type Verdict struct {
	OK      Array  // a bool scalar
	Measure Array  // a floating-point scalar, for the message
	Msg     string // what is wrong, ending in the name of the measure
}

// CustomRootChecked is [CustomRootAux] whose derivative is an error where the answer of the solver is not
// good enough to have one: check judges what solve returned. It runs only if a derivative is
// taken, and has none itself. The answer is returned either way.
func CustomRootChecked[P, A, S any](optimality func(x P, args A) P, solve func(args A) (P, S), check func(x P, aux S, args A) []Verdict,
	linear LinearSolver) func(A) (P, S) {
	return CustomRootGuided[P, A, S, struct{}](optimality, solve, check, nil, linear)
}

// Guide is what is known about the linear system of the derivative of a root, for [CustomRootGuided].
type Guide[P, K any] struct {
	// Point is where the derivative is taken: the answer, or a point that is closer to the root.
	Point P
	// Kept is what Solve needs of the point and the arguments, such as factors: arrays that Solve captures may be none of theirs.
	Kept K
	// Solve solves the system whose matrix is the derivative of the optimality with respect to x at Point, or its transpose, and reports
	// whether it could. Where it could not, the default solver does.
	Solve func(kept K, b P, transposed bool) (x P, ok Array)
}

// CustomRootGuided is [CustomRootChecked] with a function that knows how to solve the linear system of the derivative at an answer; with
// a linear solver it is not used.
func CustomRootGuided[P, A, S, K any](optimality func(x P, args A) P, solve func(args A) (P, S), check func(x P, aux S, args A) []Verdict,
	guide func(x P, aux S, args A) Guide[P, K], linear LinearSolver) func(A) (P, S) {
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
		var c prim.RootCheck
		if check != nil {
			ys := run.prog.OutTypes()
			c.Prog, c.Captured = ad.Trace(what+": check", slices.Concat(ys, ir.TypesOf(as)), func(z values) (out values) {
				r, a := unflatten[result](run.out, z[:len(ys)]), unflatten[A](adef, z[len(ys):])
				for _, v := range guard(what, func() []Verdict { return check(r.X, r.Aux, a) }) {
					out = append(out, v.OK.value(), v.Measure.value())
					c.Msgs = append(c.Msgs, v.Msg)
				}
				return out
			})
		}
		var g prim.RootGuide
		if guide != nil && linear == nil {
			ys := run.prog.OutTypes()
			var known Guide[P, K]
			var kdef *treedef.Def
			g.Prog, g.Captured = ad.Trace(what+": guide", slices.Concat(ys, ir.TypesOf(as)), func(z values) values {
				r, a := unflatten[result](run.out, z[:len(ys)]), unflatten[A](adef, z[len(ys):])
				known = guard(what, func() Guide[P, K] { return guide(r.X, r.Aux, a) })
				point, pdef := flatten(what+": guide", known.Point)
				sameCarry(what+": guide", "x", xdef, pdef, xt, ir.TypesOf(point))
				var kept values
				kept, kdef = flatten(what+": guide", known.Kept)
				return slices.Concat(point, kept)
			})
			g.Solver = func(kept values) prim.Solver {
				return guided(xs, func(b values, transposed bool) (values, Array) {
					x, ok := known.Solve(unflatten[K](kdef, kept), unflatten[P](xdef, b), transposed)
					out, _ := flatten(what+": guide", x)
					return out, ok
				})
			}
		}
		op, consts := prim.NewRoot(run.prog, f.prog, run.captured, f.captured, nx, c, g, solverOf(xs, linear))
		in := slices.Concat(consts, as)
		res := unflatten[result](run.out, stage(what, in, func(in values) values { return ir.Apply(op, in...) }))
		return res.X, res.Aux
	}
}
