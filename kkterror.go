package argmin

import "github.com/argmin-go/argmin/num"

// This file has what methods of Constrained share to say how far a point with its multipliers is from a solution.

// kktError is what is left of the conditions of optimality, each part in its own units: relative to what cancels there.
type kktError struct {
	Dual      num.Array // largest element of ∇f + Jᵀy + w, relative to max(1, the largest of ∇f)
	Violation num.Array // largest violation of a row or bound, relative to max(1, norm of its gradient): about a distance
	Slack     num.Array // largest product of a multiplier and the distance to its limit, relative to max(1, |f|): what it may cost
}

func (e kktError) largest() num.Array {
	return num.Maximum(e.Dual, num.Maximum(e.Violation, e.Slack))
}

// rowSizes estimates the Euclidean norm of each row of the Jacobian at x without the Jacobian: the products with vectors of random
// signs have its square as the mean of theirs. It takes four products, whatever the number of rows (as Bekas, Kokiopoulou & Saad,
// "An estimator for the diagonal of a matrix", 2007, for J Jᵀ); one in ten is then wrong by more than a factor of 2, which is enough for a
// scale. The signs are always the same.
func (t *ConstrainedTerms) rowSizes(x num.Array) num.Array {
	const probes = 4
	_, product := num.Linearize(t.Rows, x)
	keys := num.Split(num.NewKey(0), probes)
	sum := num.Full(x.DType(), 0, t.Low.Size())
	for i := range probes {
		sum = sum.Add(product(num.Rademacher(keys.At(i), x.DType(), x.Size())).Square())
	}
	size := sum.Scale(1. / probes).Sqrt()
	return num.Where(size.IsFinite(), size, num.Const(1))
}

// error measures a point, where the objective is v with the gradient g, the rows have the values c, Jᵀy is pulled and the norms of the rows'
// gradients are sizes.
func (t *ConstrainedTerms) error(x, y, w, v, g, c, pulled, sizes num.Array) kktError {
	one := num.Const(1)
	unit := num.Maximum(largest(g), one)
	sizes = num.Maximum(sizes, one)
	slack := func(at, lo, hi, z num.Array) num.Array {
		limit := num.Where(z.Gt(num.Const(0)), hi, lo)
		far := num.Where(z.Ne(num.Const(0)), at.Sub(limit), num.Const(0))
		return largest(far.Mul(z)).Div(num.Maximum(v.Abs(), one))
	}
	return kktError{
		Dual:      largest(g.Add(pulled).Add(w)).Div(unit),
		Violation: num.Maximum(largest(outside(c, t.Low, t.High).Div(sizes)), largest(outside(x, t.Lower, t.Upper))),
		Slack:     num.Maximum(slack(c, t.Low, t.High, y), slack(x, t.Lower, t.Upper, w)),
	}
}

// outside is v - clip(v, lo, hi).
func outside(v, lo, hi num.Array) num.Array { return v.Sub(num.Maximum(lo, num.Minimum(hi, v))) }

// hopeless reports whether violations v of the rows, each relative to the norm of its gradient, cannot fall near x: the gradient of ½|v|²
// within the bounds, which is down, is less than a part tol of them.
func (t *ConstrainedTerms) hopeless(x, v, down, tol num.Array) num.Array {
	move := outside(x.Sub(down), t.Lower, t.Upper)
	move = down.Add(move) // what the bounds let happen of a step of -down
	return largest(move).Le(largest(v).Mul(tol))
}
