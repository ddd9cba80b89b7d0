package projection

import (
	"github.com/argmin-go/argmin/internal/arg"
	"github.com/argmin-go/argmin/num"
)

// SecondOrderCone is the projection of x = (t, v): [n] onto the second-order cone
// {|v| ≤ t}: x inside of it, 0 where |v| ≤ -t, and otherwise
//
//	P(x) = (|v| + t)/2 · (1, v/|v|)
//
// (Bauschke, 1996; Parikh & Boyd, "Proximal algorithms", 2014, section 6.3.2). n = 0
// is an error.
func SecondOrderCone(x num.Array) num.Array {
	const op = "projection.SecondOrderCone"
	checkPoint(op, x)
	if x.Size() == 1 {
		return NonNegative(x)
	}
	t, v := x.At(0), x.Range(1, x.Size())
	size := num.Norm(stop(v))
	inside, polar := size.Le(stop(t)), size.Le(stop(t).Neg())
	// Elsewhere the norm of another vector, as it may have no second derivative.
	r := num.Norm(arg.Safe(inside.Or(polar).Not(), v))
	half := r.Add(t).Scale(0.5)
	zero := x.Const(0)
	y := num.Concat(0, half.Reshape(1), v.Mul(half.Div(r)))
	return num.Where(inside, x, num.Where(polar, zero, y))
}

// PSDCone is the projection of x: [n n] onto the symmetric positive semidefinite
// matrices: for the symmetric part S = V diag(w) Vᵀ of x
//
//	P(x) = V diag(max(w, 0)) Vᵀ
//
// and S itself if it is in the cone (Higham, "Computing a nearest symmetric positive
// semidefinite matrix", 1988). The derivative is (Malick & Sendov, "Clarke
// generalized Jacobian of the projection onto the cone of positive semidefinite
// matrices", 2006) V (Ω ∘ (Vᵀ dS V)) Vᵀ with
//
//	Ω = (max(wᵢ, 0) + max(wⱼ, 0)) / (|wᵢ| + |wⱼ|)
//
// which is exact also where eigenvalues are equal; it is 1/2 where both are zero. So are second derivatives.
// n³ operations.
func PSDCone(x num.Array) num.Array {
	const op = "projection.PSDCone"
	checkShape(op, "x", x, -1, -1)
	n := x.Shape()[0]
	checkShape(op, "x", x, n, n)
	if n == 0 {
		return x
	}
	s := x.Scale(0.5).Add(x.T().Scale(0.5))
	y := num.Funm(s, func(w array) array { return num.Maximum(w, num.Const(0)) })
	y = y.Scale(0.5).Add(y.T().Scale(0.5)) // exactly symmetric
	w, _ := num.Eigh(stop(s))
	inside := w.Min().Ge(num.Const(0))
	return y.Add(stop(num.Where(inside, s.Sub(y), num.Const(0))))
}
