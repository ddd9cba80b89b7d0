package argmin

import (
	"math"

	"github.com/argmin-go/argmin/linsolve"
	"github.com/argmin-go/argmin/num"
	"github.com/argmin-go/argmin/status"
	"github.com/argmin-go/argmin/tree"
)

// RootMethod is a method for [Root]: [Newton], [NewtonKrylov], [Broyden], [Hybrid] or a [Custom]
// one. In the iterates of a method Grad is F.
type RootMethod interface{ root() definition }

// Root solves the system of equations
//
//	F(x, data) = 0
//
// for parameters x: as many equations as unknowns, F has the structure and shapes of x. A nil
// method means [Newton] for up to 256 unknowns, and for more where each equation has a few of them, so that the Jacobian is factored by
// its entries; otherwise [NewtonKrylov]. The value in the results is ½|F|² and the condition is F = 0.
//
// A run has converged where |F| is at most Options.Tol and also each equation small for what it is made of: at most
// 1e-4 of how much it changes when the unknowns change by their size. So exp(-x) has no root, however small
// it becomes. A run whose method can go no further has converged as well where |F| is within rounding, 100 ε, of
// its change, whatever Tol is. It ends as status.Stationary where |F| has a minimum that is not zero, so
// that another start is needed.
//
// F is differentiated in forward mode only. The derivative of the root is implicit, an error where the Jacobian ∂F/∂x
// is singular and the root does not move smoothly.
func Root[P, D any](f func(x P, data D) P, m RootMethod, opt Options) *Solver[P, D] {
	if m == nil {
		m = rootBySize{}
	}
	k := kind[P, D]{name: "Root", root: true, valueAndGrad: func(x P, data D) (num.Array, P) {
		r := checkLike("Root", "the result of f", f(x, data), "the parameters", x)
		return tree.Dot(r, r).Scale(0.5), r
	}}
	k.simple = func(x P, data D) []num.Verdict {
		flat, unravel := num.Ravel(x)
		return regularRoot(func(x num.Array) num.Array { y, _ := num.Ravel(f(unravel(x), data)); return y }, flat)
	}
	k.refuseNil("f", f == nil)
	return newSolver(k, defined(m, RootMethod.root), opt)
}

// denseUnknowns is the most unknowns for which methods write the Jacobian out as a matrix without
// being asked to, as many as for implicit derivatives: see num.LinearSolver.
const denseUnknowns = 256

// rootBySize is the default method.
type rootBySize struct{}

func (rootBySize) root() definition {
	few, many := Newton{}.root(), NewtonKrylov{}.root()
	return definition{name: "Root", rule: func(p *Problem) rule {
		if p.start.Size() <= denseUnknowns || p.Options.Unroll {
			return few.rule(p)
		}
		if plan := p.sparseRoot(); plan != nil {
			return flattened("Root", p, Newton{}.equationsBy(p, p.sparseRootSystem(plan)))
		}
		return many.rule(p)
	}}
}

// How small F must be compared with its changes. The first is that of minimize/root, where values at
// false successes, found in public reports of bugs, are above 1e-2; double roots are found to 2e-4.
const (
	rootTol      = 1e-4
	rootRounding = 100 // ε: what the sum of some thousand terms typically loses
)

// judgeRoot reports whether an iterate is a root, given whether its method can go no further, and
// counts the evaluations for that. Where a method can go no further, F is compared with what rounding of the unknowns changes.
func (p problem[P]) judgeRoot(it Iterate, pr Progress, ended num.Array) (Iterate, num.Array) {
	within := it.Error.Le(num.Const(p.Options.Tol))
	asked := it.finite().And(within.Or(ended)).And(it.Error.Gt(num.Const(0)))
	left := num.Cond(asked, p.relativeResidual, func(s rootPoint) rootLeft { return rootLeft{s.X.Const(0), s.X.Const(0)} },
		rootPoint{it.X, num.Where(within, pr.Origin, it.X), it.Grad})
	it.NFev = it.NFev.Add(asked.AsType(num.Int32).Mul(num.Int(1 + rootProbes)))
	eps := it.X.DType().Eps()
	rounded := ended.And(left.Whole.Le(num.Const(rootRounding * eps)))
	return it, within.And(left.Each.Le(num.Const(math.Max(rootTol, rootRounding*eps)))).Or(rounded)
}

// rootPoint is a point of a run with F there, and where the run began.
type rootPoint struct{ X, Origin, F num.Array }

// rootLeft is how large F is relative to how much it changes: all of it, and the equation that is met least.
type rootLeft struct{ Whole, Each num.Array }

// rootProbes is in how many directions changes are looked for: that an equation stays nearly the same along all of them is unlikely.
const rootProbes = 2

// relativeResidual is F at a point relative to how much F changes along d, where d are the sizes of the unknowns: their
// magnitudes, or for those near zero a part of the way from the origin. The change is the largest one along some d of different signs, each
// ∂F·d, or a difference where that is less: next to √x at 0 derivatives say nothing. It is infinite where F does not change. That each
// equation changes much more than is left of it shows that (x - 1, exp(-y)) has no root.
func (p problem[P]) relativeResidual(s rootPoint) rootLeft {
	const part, small = 1e-3, 1e-3 // choices, the first as in minimize/root
	way := s.Origin.Sub(s.X)       // back to where F has values
	size := num.Where(s.X.Abs().Ge(way.Abs().Scale(part)), s.X.Abs(), way.Abs().Scale(part))
	_, product := num.Linearize(p.residual, s.X)
	change := s.F.Scale(0)
	for k := range rootProbes {
		// Changes should not cancel, as they may where all unknowns are the same.
		d := size.Mul(num.Uniform(num.NewKey(uint64(k)), s.X.DType(), s.X.Size()).AddScalar(0.5))
		if k > 0 {
			d = d.Mul(num.Rademacher(num.NewKey(uint64(k)), s.X.DType(), s.X.Size()))
		}
		along := product(d).Abs()
		difference := p.residual(s.X.Add(d.Scale(small))).Sub(s.F).Abs().Scale(1 / small)
		change = num.Maximum(change, num.Where(difference.IsFinite(), num.Minimum(along, difference), along))
	}
	relative := func(left, change num.Array) num.Array {
		some := change.Gt(num.Const(0))
		return num.Where(left.Eq(num.Const(0)), left, num.Where(some, left.Div(num.Where(some, change, num.Const(1))), num.Const(math.Inf(1))))
	}
	return rootLeft{relative(num.Norm(s.F), num.Norm(change)), largest(relative(s.F.Abs(), change))}
}

// residual is F at x.
func (p *Problem) residual(x num.Array) num.Array {
	_, f := p.Func(x)
	return f
}

// jacobian is ∂F/∂x at x, a matrix, by n products in forward mode: one evaluation.
func (p *Problem) jacobian(x num.Array) num.Array {
	_, product := num.Linearize(p.residual, x)
	return num.Vmap(product)(num.Eye(x.Size()).AsType(x.DType())).T()
}

// descent is the answer of [Problem.descend].
type descent struct {
	Iterate Iterate
	Step    num.Array // multiple of the direction; 0 if no trial was good enough
}

// descend shortens a step along dir until ½|F|² has decreased by a share of what its slope promises
// (Dennis & Schnabel, "Numerical Methods for Unconstrained Optimization and Nonlinear Equations",
// 1983, algorithm A6.3.1 with quadratic interpolation). It uses values of F only. Without success the iterate stays.
func (p *Problem) descend(it Iterate, dir, slope num.Array) descent {
	const share, trials = 1e-4, 40 // as linesearch.Backtracking
	type trial struct{ X, F, Value, Step, N, OK num.Array }
	try := func(step, n num.Array) trial {
		x := it.X.Add(dir.Mul(step))
		v, f := p.Func(x)
		ok := v.IsFinite().And(f.IsFinite().All()).And(v.Le(it.Value.Add(slope.Mul(step).Scale(share))))
		return trial{x, f, v, step, n.AddScalar(1), ok}
	}
	end := num.WhileMax(trials, func(t trial) num.Array { return t.OK.Not() }, func(t trial) trial {
		// The minimum of the parabola, within bounds; a tenth where there are no numbers.
		bent := t.Value.Sub(it.Value).Sub(slope.Mul(t.Step))
		best := slope.Mul(t.Step).Neg().Div(bent.Scale(2))
		factor := num.Where(best.IsFinite(), num.Clip(best, num.Const(0.1), num.Const(0.5)), num.Const(0.1))
		return try(t.Step.Mul(factor), t.N)
	}, try(it.X.Const(1), num.Int(0)))
	next := it
	next.X, next.Grad, next.Value = num.Where(end.OK, end.X, it.X), num.Where(end.OK, end.F, it.Grad), num.Where(end.OK, end.Value, it.Value)
	next.NFev = it.NFev.Add(end.N)
	step := num.Where(end.OK, end.Step, num.Const(0))
	next.StepSize, next.NFailed = step, it.NFailed.Add(end.OK.Not().AsType(num.Int32))
	return descent{next, step}
}

// columnScales are the norms of a Jacobian's columns, 1 in place of 0: the scales of the unknowns.
func columnScales(j num.Array) num.Array {
	norms := num.Norm(j, 0)
	return num.Where(norms.Gt(num.Const(0)), norms, num.Const(1))
}

// stationary reports whether a method that cannot go on from x is where |F| has a minimum: to first order |F| falls by
// at most a thousandth, a choice, where an unknown changes by its size. transposed multiplies with the transposed Jacobian.
func stationary(transposed func(num.Array) num.Array, x, f num.Array) num.Array {
	norm := num.Maximum(num.Norm(f), num.Const(f.DType().Tiny()))
	return largest(transposed(f.Div(norm)).Mul(sizes(x))).Le(norm.Scale(1e-3))
}

// sizes are the sizes of unknowns: their magnitudes, and for those near zero a thousandth of the largest one.
func sizes(x num.Array) num.Array {
	most := largest(x)
	most = num.Where(most.Gt(num.Const(0)), most, num.Const(1))
	return num.Maximum(x.Abs(), most.Scale(1e-3))
}

// stationaryAt is [stationary] where the Jacobian is not at hand, if asked. It is not asked, and the answer is no, for
// more unknowns than a matrix is made for.
func (p *Problem) stationaryAt(it Iterate, asked num.Array) (Iterate, num.Array) {
	no := num.Full(num.Bool, 0)
	if it.X.Size() > denseUnknowns {
		return it, no
	}
	it.NFev = it.NFev.Add(asked.AsType(num.Int32))
	return it, num.Cond(asked, func(a [2]num.Array) num.Array {
		j := p.jacobian(a[0])
		return stationary(func(f num.Array) num.Array { return f.MatMul(j) }, a[0], a[1])
	}, func([2]num.Array) num.Array { return no }, [2]num.Array{it.X, it.Grad})
}

// stuck is why a method that finds no better point ends.
func stuck(atMinimum num.Array) num.Array {
	return num.Where(atMinimum, code(status.Stationary), code(status.Stalled))
}

// noUnroll refuses the option Unroll for methods whose iterations have no derivative.
func noUnroll(p *Problem, method string) {
	if p.Options.Unroll {
		throwf(method, "the iterations have no derivative: leave Options.Unroll false, or take Newton")
	}
}

// regularRoot is the verdict that the Jacobian of F is not nearly singular at its root near x, where derivatives have no
// digit: a step of Newton's method from x lowers |F| tenfold, as it does not next to a double root. Where |F| is within
// rounding, or GMRES finds no step, nothing is said.
func regularRoot(f func(num.Array) num.Array, x num.Array) []num.Verdict {
	const steps, solved, tenfold = 20, 1e-2, 0.1 // choices
	v, product := num.Linearize(f, x)
	opt := linsolve.GMRESOptions{Restart: steps}
	opt.MaxIter = steps
	step, left := linsolve.Inexact(product, v.Neg(), x.Const(solved), opt)
	norm := num.Norm(v)
	fell := num.Norm(f(x.Add(step))).Div(num.Where(norm.Gt(num.Const(0)), norm, num.Const(1)))
	rounded := norm.Le(num.Norm(product(x)).Scale(10 * rootRounding * x.DType().Eps()))
	ok := rounded.Or(left.Gt(num.Const(solved))).Or(fell.Le(num.Const(tenfold))).Or(fell.IsFinite().Not())
	return []num.Verdict{{OK: ok, Measure: fell, Msg: "argmin.Root: the Jacobian is nearly singular at the root, as at a double one, where it has " +
		"no derivative; part of |F| that a step of Newton's method leaves"}}
}
