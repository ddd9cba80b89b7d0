package prim

import (
	"slices"

	"github.com/argmin-go/argmin/internal/core/ad"
	"github.com/argmin-go/argmin/internal/core/batch"
	"github.com/argmin-go/argmin/internal/core/ir"
)

// Spectral is the [MatrixFunction] V diag(f(w)) Vᵀ of symmetric matrices V diag(w) Vᵀ, for a
// function f of one number.
type Spectral struct {
	Scalar func(ir.DType) *ir.Program // f for numbers of a type, of which it is asked once per use
}

// scalarExp is the function of the example in the registry.
func scalarExp(d ir.DType) *ir.Program {
	return ad.Closed("exp", []ir.Type{ir.T(d)}, func(x values) values { return values{Exp(x[0])} })
}

// Name implements [MatrixFunction].
func (*Spectral) Name() string { return "matrix_function" }

// Part implements [MatrixFunction]: the symmetric part.
func (*Spectral) Part(a *value) *value { return Mul(like(a, 0.5), Add(a, MatT(a))) }

// At implements [MatrixFunction]. It computes a divided difference for every tuple of
// order + 1 eigenvalues.
func (s *Spectral) At(a *value, e values) *value {
	wv := ir.Apply(EighOp{}, a)
	w, v := wv[0], wv[1]
	n, lead, k := w.Shape[w.Rank()-1], w.Rank()-1, len(e)
	f := elementwise(s.Scalar(a.DType))
	if k == 0 {
		return MatMul(Mul(v, byColumn(f(w), n)), MatT(v))
	}
	// Axes i₀ … i_k after those of the batch.
	shape := slices.Concat(w.Shape[:lead], slices.Repeat([]int{n}, k+1))
	along := func(x *value, axes ...int) *value {
		at := span(0, lead)
		for _, i := range axes {
			at = append(at, lead+i)
		}
		return Broadcast(x, shape, at)
	}
	points := make(values, k+1)
	for i := range points {
		points[i] = along(w, i)
	}
	r := dividedDifference(f, sorted(points))
	for p, d := range e {
		r = Mul(r, along(MatMul(MatT(v), MatMul(d, v)), p, p+1))
	}
	if k > 1 {
		r = ReduceSum(r, span(lead+1, k-1)...)
	}
	return MatMul(v, MatMul(r, MatT(v)))
}

// elementwise applies a program of one number to all elements of an array.
func elementwise(p *ir.Program) func(x *value) *value {
	return func(x *value) *value {
		n := x.Size()
		y, bd := batch.Interpret(p, values{Reshape(x, []int{n})}, []int{0}, n)
		return Reshape(MoveTo(y[0], bd[0], 0, n), x.Shape)
	}
}

// sorted puts the elements at each place into ascending order.
func sorted(x values) values {
	x = slices.Clone(x)
	for last := len(x) - 1; last > 0; last-- {
		for i := range last {
			x[i], x[i+1] = Min(x[i], x[i+1]), Max(x[i], x[i+1])
		}
	}
	return x
}

// The Kronrod rule of 7 nodes on [0, 1], which extends the Gauss rule of 3 of them (Laurie, "Calculation
// of Gauss-Kronrod quadrature rules", 1997).
var (
	kronrodNodes = mirrored(func(t float64) float64 { return (1 - t) / 2 }, func(t float64) float64 { return (1 + t) / 2 },
		0.960491268708020283424, 0.774596669241483377036, 0.434243749346802558002, 0)
	kronrodWeights = mirrored(half, half, 0.104656226026467265194, 0.268488089868333440729, 0.401397414775962222905, 0.450916538658474142345)
	gaussWeights   = mirrored(half, half, 0, 5.0/9, 0, 8.0/9)
)

func half(w float64) float64 { return w / 2 }

// mirrored is left of all numbers and right of all but the last, in reverse.
func mirrored(left, right func(float64) float64, x ...float64) []float64 {
	var y []float64
	for _, v := range x {
		y = append(y, left(v))
	}
	for i := len(x) - 2; i >= 0; i-- {
		y = append(y, right(x[i]))
	}
	return y
}

// dividedDifference is f[x₀, …, x_k] of ascending points: with g(x) = f[x, x₁, …, x_k-1] the
// quotient (g(x_k) - g(x₀))/(x_k - x₀), or the mean of g' between both, whichever has the
// smaller error. The error of the quotient is rounding, the other is estimated from two rules of quadrature.
func dividedDifference(f func(*value) *value, x values) *value {
	k := len(x) - 1
	if k == 0 {
		return f(x[0])
	}
	lo, hi := x[0], x[k]
	g := func(t *value) *value {
		points := values{t}
		for _, v := range x[1:k] {
			points = append(points, Broadcast(v, t.Shape, span(t.Rank()-v.Rank(), v.Rank())))
		}
		return dividedDifference(f, points)
	}
	gap := Sub(hi, lo)
	equal := Eq(gap, like(gap, 0))
	g0, g1 := g(lo), g(hi)
	safe := Select(equal, like(gap, 1), gap)
	quotient := Div(Sub(g1, g0), safe)
	rounding := Div(Mul(like(lo, lo.DType.Eps()), Add(Abs(g0), Abs(g1))), safe)

	// All nodes at once, along a new first axis.
	shape := slices.Insert(slices.Clone(lo.Shape), 0, len(kronrodNodes))
	all := func(v *value) *value { return Broadcast(v, shape, span(1, len(shape)-1)) }
	each := func(x []float64) *value {
		c := ir.NewBuf(lo.DType, len(x))
		for i, v := range x {
			c.Set(lo.DType, i, v)
		}
		return Broadcast(ir.Const(ir.NewData(ir.T(lo.DType, len(x)), c)), shape, []int{0})
	}
	slopes := tangentOf(g, Add(all(lo), Mul(all(gap), each(kronrodNodes))))
	fine := ReduceSum(Mul(slopes, each(kronrodWeights)), 0)
	coarse := ReduceSum(Mul(slopes, each(gaussWeights)), 0)
	// Nodes on one side of a kink do not see it, but the quotient does.
	agree := And(Le(Abs(Sub(fine, coarse)), rounding), Le(Abs(Sub(fine, quotient)), Mul(like(lo, 16), rounding)))
	return Select(Or(equal, agree), fine, quotient)
}

// tangentOf is the derivative of an elementwise function at x.
func tangentOf(g func(*value) *value, x *value) *value {
	p, captured := ad.Trace("slope", []ir.Type{x.Type}, func(z values) values { return values{g(z[0])} })
	dx := append(make(values, len(captured)), like(x, 1))
	_, dy := ad.JVP(p, append(slices.Clone(captured), x), dx)
	if dy[0] == nil {
		return like(x, 0)
	}
	return dy[0]
}
