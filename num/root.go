package num

import (
	"slices"

	"github.com/argmin-go/argmin/internal/ad"
	"github.com/argmin-go/argmin/internal/ir"
	"github.com/argmin-go/argmin/internal/prim"
)

// CustomRoot makes the answer of a solver differentiable. solve returns x with
// optimality(x, args) = 0; the derivative of x with respect to args is the one
// that the implicit function theorem gives, and the iterations of the solver are
// not differentiated. The linear system is written out and solved
// densely, which is accurate to rounding; a singular one is an error.
func CustomRoot[P, A any](optimality func(x P, args A) P, solve func(args A) P) func(A) P {
	return func(args A) P {
		const what = "num.CustomRoot"
		as, adef := flatten(what, args)
		run := trace(what, solve, adef, typesOf(as))
		nx := len(run.prog.Out)
		xt := run.prog.OutTypes()
		f := traced{}
		f.prog, f.captured = ad.Trace(what, slices.Concat(xt, typesOf(as)), func(z values) values {
			x, a := unflatten[P](run.out, z[:nx]), unflatten[A](adef, z[nx:])
			vs, def := flatten(what+": optimality", guard(what, func() P { return optimality(x, a) }))
			f.out = def
			return vs
		})
		sameCarry(what+": optimality", run.out, f.out, xt, f.prog.OutTypes())
		op, consts := prim.NewRoot(run.prog, f.prog, run.captured, f.captured, nx, prim.DenseSolve, false)
		return unflatten[P](run.out, ir.ApplyHere(op, slices.Concat(consts, as)...))
	}
}
