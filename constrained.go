package argmin

import (
	"reflect"

	"github.com/argmin-go/argmin/internal/core/ir"
	"github.com/argmin-go/argmin/internal/core/treedef"
	"github.com/argmin-go/argmin/internal/option"
	"github.com/argmin-go/argmin/num"
	"github.com/argmin-go/argmin/tree"
)

// ConstrainedMethod is a method for [Constrained]: [InteriorPoint], [SQP], [AugmentedLagrangian] or a [Custom] one.
type ConstrainedMethod interface{ constrained() definition }

// Constraints are those of a [Constrained] problem: functions of the parameters and the data. Each of them may be nil.
type Constraints[P, D any] struct {
	// Equal is g, zero at a feasible point: an array or any other tree of arrays.
	Equal func(x P, data D) any
	// Between is h, which is to be within Limits: an array or any other tree of arrays.
	Between func(x P, data D) any
	// Limits are lo ≤ h ≤ hi: trees like h, whose arrays broadcast to those of h, or scalars for all of h; infinite or
	// nil where there is no limit.
	Limits func(data D) (lo, hi any)
	// Bounds are lower ≤ x ≤ upper: trees like x, whose arrays broadcast to those of x; infinite or nil where there is
	// no bound.
	Bounds func(data D) (lower, upper P)
}

// KKT is a point of a [Constrained] problem with its multipliers: how much the least value changes with each limit. They are trees
// like what the functions of [Constraints] return; nil stands for zeros, so KKT[P]{X: x0} is a start.
//
// A limit that goes from u to u + du changes the least value by -z·du to first order. Multipliers are ≥ 0 at an active upper limit,
// ≤ 0 at an active lower one, 0 at limits that are not active, and of any sign at equations: the convention of SciPy's
// trust-constr.
type KKT[P any] struct {
	X       P   // the parameters
	Equal   any // multipliers y of g = 0
	Between any // multipliers z of lo ≤ h ≤ hi
	Bounds  any // multipliers w of lower ≤ x ≤ upper: a P
}

// ConstrainedTerms describes a [Constrained] problem to its methods, with its data and on raveled arguments. Its rows are the
// constraints of Equal and then those of Between.
type ConstrainedTerms struct {
	F            func(x num.Array) num.Array               // the objective
	Rows         func(x num.Array) num.Array               // the constraints, [m]
	Equations    int                                       // how many of them are those of Equal
	Low, High    num.Array                                 // limits of the rows, [m]: 0 and 0 for those of Equal
	Lower, Upper num.Array                                 // bounds of the variables, [n]
	Parts        func(point num.Array) (x, y, w num.Array) // takes a raveled KKT apart: y are multipliers of the rows, w those of the bounds
	Join         func(x, y, w num.Array) num.Array         // puts one together
}

// Constrained solves
//
//	min f(x, data) over x with g(x, data) = 0, lo ≤ h(x, data) ≤ hi, lower ≤ x ≤ upper
//
// for smooth functions f, g and h, convex or not: of several local solutions it finds one. It starts from KKT[P]{X: x0},
// or, after a change of the data, from the Params of the last result, whose multipliers are a warm start. A nil method means
// [InteriorPoint].
//
// The condition of optimality is
//
//	∇f + ∇g y + ∇h z + w = 0,  g = 0,  h = clip(h + z, lo, hi),  x = clip(x + w, lower, upper)
//
// for the multipliers of [KKT]; the solution and its multipliers can be differentiated with respect to the data, limits and
// bounds included. Where a constraint is active with a multiplier of zero, the solution has derivatives only to each side:
// the one is given that keeps the constraint as it is, active or not, at the answer. Result.Aux is a [ConstraintReport], which counts such
// constraints and has the violation by itself.
//
// The status is Infeasible where the constraints contradict each other near the answer, which then has the least violation nearby; its
// multipliers say which ones do.
func Constrained[P, D any](f func(x P, data D) num.Array, c Constraints[P, D], m ConstrainedMethod, opt Options) *Solver[KKT[P], D] {
	type point = KKT[P]
	if m == nil {
		m = InteriorPoint{}
	}
	mu := 0.0
	if b, ok := m.(interface{ smoothing() float64 }); ok && !option.Nil(m) {
		mu = b.smoothing()
	}
	value := func(x P, data D) num.Array { return checkValue("Constrained", f(x, data), tree.DType(x)) }
	k := kind[point, D]{
		name: "Constrained", partial: true, constrained: true,
		valueAndGrad: func(s point, data D) (num.Array, point) {
			v, g := num.ValueAndGrad(func(x P) num.Array { return value(x, data) })(s.X)
			return v, point{g, tree.ZerosLike(s.Equal), tree.ZerosLike(s.Between), tree.ZerosLike(s.Bounds)}
		},
		complete:  c.complete,
		condition: func(s, g point, data D) point { return c.condition(s, g, data, mu) },
		bind:      func(p *Problem, b binding[point, D]) { c.bind(p, b, value) },
		aux:       func(s point, data D) any { return c.report(s, data) },
	}
	k.refuseNil("f", f == nil)
	k.refuseNil("Constraints.Limits", c.Between != nil && c.Limits == nil)
	k.refuseNil("Constraints.Between", c.Between == nil && c.Limits != nil)
	return newSolver(k, defined(m, ConstrainedMethod.constrained), opt)
}

// values are g and h, nil where there is none.
func (c Constraints[P, D]) values(x P, data D) (g, h any) {
	d := tree.DType(x)
	if c.Equal != nil {
		g = checkConstraint("Equal", c.Equal(x, data), d)
	}
	if c.Between != nil {
		h = checkConstraint("Between", c.Between(x, data), d)
	}
	return g, h
}

// complete makes zeros of multipliers that are nil, and checks the others.
func (c Constraints[P, D]) complete(s KKT[P], data D) KKT[P] {
	g, h := c.values(s.X, data)
	fill := func(name string, y, like any, of string) any {
		switch {
		case like == nil && y != nil:
			throwf("Constrained", "%s has multipliers of type %T, but there is no %s", name, y, of)
		case like == nil:
			return nil
		case y == nil:
			return tree.ZerosLike(like)
		}
		return checkLike("Constrained", name, y, "the result of "+of, like)
	}
	s.Equal, s.Between = fill("KKT.Equal", s.Equal, g, "Constraints.Equal"), fill("KKT.Between", s.Between, h, "Constraints.Between")
	var x any
	if c.Bounds != nil {
		x = s.X
	}
	s.Bounds = fill("KKT.Bounds", s.Bounds, x, "Constraints.Bounds")
	return s
}

// limits are those of h and of x, of their shapes.
func (c Constraints[P, D]) limits(x P, h any, data D) (lo, hi any, lower, upper P) {
	if c.Limits != nil {
		lo, hi = c.Limits(data)
		lo, hi = spread("lo", lo, h, -1), spread("hi", hi, h, 1)
	}
	if c.Bounds != nil {
		lower, upper = c.Bounds(data)
		lower, upper = checkBound("Constrained", "lower", lower, x, -1), checkBound("Constrained", "upper", upper, x, 1)
	}
	return lo, hi, lower, upper
}

// spread is a limit of the shapes of h; see [checkBound].
func spread(name string, limit, h any, none int) any {
	if a, ok := limit.(num.Array); ok && a != (num.Array{}) && a.Rank() == 0 {
		limit = tree.Map(func(num.Array) num.Array { return a }, h)
	}
	return checkBound("Constrained", "the result of Constraints.Limits, "+name, limit, h, none)
}

// checkConstraint refuses what cannot be the values of constraints.
func checkConstraint(name string, got any, d num.DType) any {
	if got == nil {
		throwf("Constrained", "Constraints.%s returned nil; leave the function out if there are no constraints", name)
	}
	leaves, def, err := treedef.Flatten[num.Array](got)
	if err != nil {
		throwf("Constrained", "Constraints.%s: %v", name, err)
	}
	if k := reflect.ValueOf(got).Kind(); len(leaves) == 0 && k != reflect.Slice && k != reflect.Map && k != reflect.Struct && k != reflect.Array {
		throwf("Constrained", "Constraints.%s returned a %T, want an array or a tree of arrays", name, got)
	}
	for i, x := range leaves {
		switch {
		case x == (num.Array{}):
			throwf("Constrained", "Constraints.%s%s is the zero Array", name, def.Paths()[i])
		case x.DType() != d:
			ir.Throw(ir.Errorf(ir.DTypeError, "argmin.Constrained", "Constraints.%s%s is %s, want %s as the parameters; convert it with AsType",
				name, def.Paths()[i], x.DType(), d))
		}
	}
	return got
}

// condition is what is zero at a solution: the one of [Constrained], or for a barrier of weight mu > 0 the one of its problem, where
// multipliers are mu over the distance to their limit.
//
// Multipliers of limits that are not active are zero, and are left out of the gradient: that makes the derivative a symmetric
// matrix, for which there are better solvers.
func (c Constraints[P, D]) condition(s, g KKT[P], data D, mu float64) KKT[P] {
	type values struct{ G, H any }
	v, pull := num.VJP(func(x P) values { g, h := c.values(x, data); return values{g, h} }, s.X)
	checkLike("Constrained", "KKT", values{s.Equal, s.Between}, "the constraints", v)
	lo, hi, lower, upper := c.limits(s.X, v.H, data)
	out := KKT[P]{X: g.X, Equal: v.G}
	if c.Between != nil {
		s.Between, out.Between = complementary(s.Between, v.H, lo, hi, mu)
	}
	if c.Equal != nil || c.Between != nil {
		out.X = tree.Add(out.X, pull(values{s.Equal, s.Between}))
	}
	if c.Bounds != nil {
		w, rest := complementary(s.Bounds.(P), s.X, lower, upper, mu)
		out.X, out.Bounds = tree.Add(out.X, w), any(rest)
	}
	return out
}

// complementary is what is left of the conditions that values h within limits and their multipliers z are to satisfy, and the
// multipliers that count.
func complementary[T any](z, h, lo, hi T, mu float64) (counted, left T) {
	if mu > 0 {
		return z, tree.MapAll(func(v ...num.Array) num.Array { return barrierLeft(v[0], v[1], v[2], v[3], mu) }, z, h, lo, hi)
	}
	below, above := tree.Sub(h, lo), tree.Sub(h, hi)
	counted = tree.MapAll(func(v ...num.Array) num.Array { return num.Where(holds(v[0], v[1], v[2]), v[0], num.Const(0)) }, z, below, above)
	// h - clip(h + z, lo, hi), without a difference of large numbers.
	left = tree.MapAll(func(v ...num.Array) num.Array {
		return num.Where(holds(v[0], v[1], v[2]), num.Where(v[0].Neg().Le(v[2]), v[2], v[1]), v[0].Neg())
	}, z, below, above)
	return counted, left
}

// holds reports whether a limit holds with equality where values are above the lower ones by below, and above the upper ones by above: whether
// their multipliers z are more than that. A tie counts as active.
func holds(z, below, above num.Array) num.Array {
	force := z.Neg()
	return force.Gt(above).And(force.Lt(below)).Not()
}

// barrierLeft is z - mu/(hi - h) + mu/(h - lo), and h - lo where the limits are equal.
func barrierLeft(z, h, lo, hi num.Array, mu float64) num.Array {
	equal := lo.Eq(hi)
	above, below := num.Where(equal, num.Const(1), hi.Sub(h)), num.Where(equal, num.Const(1), h.Sub(lo))
	return num.Where(equal, h.Sub(lo), z.Sub(num.Const(mu).Div(above)).Add(num.Const(mu).Div(below)))
}

// bind gives methods the problem on raveled arguments.
func (c Constraints[P, D]) bind(p *Problem, b binding[KKT[P], D], value func(P, D) num.Array) {
	s := b.params(p.start)
	x, params := num.Ravel(s.X)
	n, d := x.Size(), x.DType()
	g, h := c.values(s.X, b.data)
	lo, hi, lower, upper := c.limits(s.X, h, b.data)
	like := [2]any{g, h}
	checkLike("Constrained", "the constraints, [Equal Between],", like, "in the call before", [2]any{s.Equal, s.Between})
	flat := func(v any) num.Array { return flatten(v, d) }
	ne, m := flat(g).Size(), flat(like).Size()
	zero := num.Full(d, 0, ne)
	t := &ConstrainedTerms{
		F:         func(x num.Array) num.Array { return value(params(x), b.data) },
		Equations: ne,
		Rows: num.TraceOnce(func(x num.Array) num.Array {
			g, h := c.values(params(x), b.data)
			return flat(checkLike("Constrained", "the constraints", [2]any{g, h}, "at the start", like))
		}, x),
		Low: num.Concat(0, zero, flat(lo)), High: num.Concat(0, zero, flat(hi)),
		Lower: num.Full(d, -inf, n), Upper: num.Full(d, inf, n),
		Parts: func(point num.Array) (x, y, w num.Array) {
			x, y = point.Range(0, n), point.Range(n, n+m)
			if c.Bounds == nil {
				return x, y, x.Scale(0)
			}
			return x, y, point.Range(n+m, 2*n+m)
		},
		Join: func(x, y, w num.Array) num.Array {
			if c.Bounds == nil {
				return num.Concat(0, x, y)
			}
			return num.Concat(0, x, y, w)
		},
	}
	if c.Bounds != nil {
		t.Lower, t.Upper = flat(lower), flat(upper)
	}
	p.Constrained = t
	empty := nonempty(num.Concat(0, t.Lower, t.Low), num.Concat(0, t.Upper, t.High)).All().Not()
	p.infeasible = &empty
}

// flatten lays a tree that may have no arrays end to end.
func flatten(v any, d num.DType) num.Array {
	leaves := tree.Leaves(v)
	flat := make([]num.Array, 1, len(leaves)+1)
	flat[0] = num.Full(d, 0, 0)
	for _, x := range leaves {
		flat = append(flat, x.Reshape(x.Size()))
	}
	return num.Concat(0, flat...)
}
