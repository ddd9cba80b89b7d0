package argmin

import (
	"github.com/argmin-go/argmin/num"
	"github.com/argmin-go/argmin/tree"
)

// SplitMethod is a method for [Split]: [ADMM] or a [Custom] one.
type SplitMethod interface{ split() definition }

// SplitPoint is a point of [Split] with its multipliers.
type SplitPoint[P, Q any] struct {
	X P // the parameters
	Z Q // their image K X
	Y Q // multipliers of the equation K X = Z
}

// SplitTerms describes a [Split] problem to its methods, with its data and on raveled
// arguments.
type SplitTerms struct {
	F     func(x num.Array) num.Array               // f
	K     func(x num.Array) num.Array               // K x
	Prox  func(z, step num.Array) num.Array         // proximal operator of h
	Parts func(point num.Array) (x, z, y num.Array) // takes a raveled SplitPoint apart
	Join  func(x, z, y num.Array) num.Array         // puts one together
}

// Split solves
//
//	min f(x, data) + h(K x, data) over x
//
// for a smooth convex f, a linear map K and an h that is given by its proximal operator, as
// in [Composite]: total variation, generalized lasso, consensus. A nil method means [ADMM].
// Start from a point and zeros:
//
//	argmin.SplitPoint[P, Q]{X: x0, Z: k(x0, data), Y: zeros}
//
// The value in the results is f, without h. The condition of optimality is
// ∇f(x) + Kᵀy = 0, z = prox(z + y, data, 1) and K x = z.
func Split[P, Q, D any](f func(x P, data D) num.Array, k func(x P, data D) Q,
	prox func(z Q, data D, step num.Array) Q, m SplitMethod, opt Options) *Solver[SplitPoint[P, Q], D] {
	type point = SplitPoint[P, Q]
	if m == nil {
		m = ADMM{}
	}
	h := func(z Q, data D, step num.Array) Q {
		return checkLike("Split", "the result of prox", prox(z, data, step), "SplitPoint.Z", z)
	}
	problem := kind[point, D]{
		name: "Split", partial: true,
		valueAndGrad: func(s point, data D) (num.Array, point) {
			checkLike("Split", "SplitPoint.Y", s.Y, "SplitPoint.Z", s.Z)
			v, g := num.ValueAndGrad(func(x P) num.Array { return checkValue("Split", f(x, data), tree.DType(x)) })(s.X)
			return v, point{g, tree.ZerosLike(s.Z), tree.ZerosLike(s.Y)}
		},
		condition: func(s, g point, data D) point {
			kx, pull := num.VJP(func(x P) Q { return k(x, data) }, s.X)
			checkLike("Split", "SplitPoint.Z", s.Z, "K x", kx)
			one := num.Full(tree.DType(s.Z), 1)
			return point{tree.Add(g.X, pull(s.Y)), tree.Sub(s.Z, h(tree.Add(s.Z, s.Y), data, one)), tree.Sub(kx, s.Z)}
		},
		bind: func(p *Problem, b binding[point, D]) { p.Split = splitTerms(p, b, f, k, h) },
	}
	problem.refuseNil("f", f == nil)
	problem.refuseNil("k", k == nil)
	problem.refuseNil("prox", prox == nil)
	return newSolver(problem, defined(m, SplitMethod.split), opt)
}

func splitTerms[P, Q, D any](p *Problem, b binding[SplitPoint[P, Q], D], f func(P, D) num.Array, k func(P, D) Q,
	prox func(Q, D, num.Array) Q) *SplitTerms {
	zero := b.params(p.start)
	_, paramsX := num.Ravel(zero.X)
	_, paramsZ := num.Ravel(zero.Z)
	return &SplitTerms{
		F:    func(x num.Array) num.Array { return f(paramsX(x), b.data) },
		K:    func(x num.Array) num.Array { kx, _ := num.Ravel(k(paramsX(x), b.data)); return kx },
		Prox: func(z, step num.Array) num.Array { pz, _ := num.Ravel(prox(paramsZ(z), b.data, step)); return pz },
		Parts: func(point num.Array) (x, z, y num.Array) {
			s := b.params(point)
			x, _ = num.Ravel(s.X)
			z, _ = num.Ravel(s.Z)
			y, _ = num.Ravel(s.Y)
			return x, z, y
		},
		Join: func(x, z, y num.Array) num.Array {
			return b.ravel(SplitPoint[P, Q]{paramsX(x), paramsZ(z), paramsZ(y)})
		},
	}
}
