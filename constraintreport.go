package argmin

import (
	"github.com/argmin-go/argmin/num"
	"github.com/argmin-go/argmin/tree"
)

// ConstraintReport is how a point of a [Constrained] problem stands to its constraints: Result.Aux of its results, unless
// [WithAux] puts something else there. Result.State.Error has all conditions together.
type ConstraintReport struct {
	Violation       num.Array // the largest violation of a constraint or bound, in its own units; 0 at a feasible point
	Complementarity num.Array // the largest of the smaller ones of each multiplier's magnitude and the distance to its limit
	Active          num.Array // how many limits and bounds are active, equations not counted, int32
	// Weak is how many of these have a multiplier of zero, up to 1e-6 of the largest one, int32. Where there are such, the
	// derivative of the solution is one-sided.
	Weak num.Array
	// Multiplier is the largest magnitude of a multiplier. Where the constraints are degenerate, such as x² ≤ 0 or two whose gradients
	// are opposite, multipliers do not exist or are not bounded: a run ends with those that it has come to, of 10⁶ and more in
	// units in which the problem's numbers are about 1.
	Multiplier num.Array
}

// near is how small a distance or a multiplier counts as zero, relative to limits of more than 1 and to the largest multiplier: it is
// the square root of the accuracy that answers have, which is what barriers leave of both where both are zero. Our choice.
const near = 1e-6

func (c Constraints[P, D]) report(s KKT[P], data D) ConstraintReport {
	s, data = tree.Map(num.Array.StopGradient, s), tree.Map(num.Array.StopGradient, data)
	d := tree.DType(s.X)
	g, h := c.values(s.X, data)
	lo, hi, lower, upper := c.limits(s.X, h, data)
	flat := func(v any) num.Array { return flatten(v, d) }
	x, low, high := flat(h), flat(lo), flat(hi)
	z := flat(s.Between)
	if c.Bounds != nil {
		x, low, high = num.Concat(0, x, flat(s.X)), num.Concat(0, low, flat(lower)), num.Concat(0, high, flat(upper))
		z = num.Concat(0, z, flat(s.Bounds))
	}
	zero, fixed := num.Const(0), low.Eq(high)
	below, above := x.Sub(low), high.Sub(x)
	r := ConstraintReport{Violation: num.Maximum(largest(flat(g)), largest(num.Maximum(num.Maximum(below.Neg(), above.Neg()), zero)))}
	most := num.Maximum(largest(z), largest(flat(s.Equal)))
	r.Multiplier = most
	most = num.Where(most.Gt(zero), most, num.Const(1))
	gap, off, active, weak := most.Scale(0), x.Scale(0).Lt(zero), num.Int(0), num.Int(0)
	for _, side := range []struct{ dist, limit, z num.Array }{{below, low, z.Neg()}, {above, high, z}} {
		dist, z := num.Maximum(side.dist, zero), num.Maximum(side.z, zero)
		gap = num.Maximum(gap, largest(num.Where(fixed, zero, num.Minimum(dist, z))))
		unit := num.Maximum(side.limit.Abs(), num.Const(1))
		at := side.limit.IsFinite().And(dist.Le(unit.Scale(near))).And(fixed.Or(off).Not())
		active = active.Add(at.AsType(num.Int32).Sum())
		weak = weak.Add(at.And(z.Le(most.Scale(near))).AsType(num.Int32).Sum())
		off = off.Or(at)
	}
	r.Complementarity, r.Active, r.Weak = gap, active, weak
	return r
}
