package prim

import (
	"math"
	"slices"

	"github.com/argmin-go/argmin/internal/core/ad"
	"github.com/argmin-go/argmin/internal/core/ir"
)

type expm struct{ _ byte } // not of size 0, so that its address identifies it

// Expm is the exponential of square matrices, by scaling and squaring with the Padé approximant
// of degree 13 (Higham, "The scaling and squaring method for the matrix exponential
// revisited", 2005). Its derivatives are blocks of the exponential of a block matrix.
var Expm MatrixFunction = &expm{}

// Name implements [MatrixFunction].
func (*expm) Name() string { return "expm" }

// Part implements [MatrixFunction].
func (*expm) Part(a *value) *value { return a }

// pade13 are the coefficients of the numerator (Higham, equation 2.3 for m = 13).
var pade13 = [...]float64{64764752532480000, 32382376266240000, 7771770303897600, 1187353796428800, 129060195264000,
	10559470521600, 670442572800, 33522128640, 1323241920, 40840800, 960960, 16380, 182, 1}

// theta13 is the largest 1-norm for which the approximant is exact to rounding in float64 (Higham, table 2.3).
const theta13 = 5.371920351148152

// At implements [MatrixFunction].
func (*expm) At(a *value, e values) *value {
	lead, n, k := a.Rank()-2, a.Shape[a.Rank()-1], len(e)
	// Directions of the size of a, so that they do not decide on the scaling.
	size := like(a, 1)
	zero := like(a, 0)
	rows := make(values, k+1)
	for i := range rows {
		blocks := slices.Repeat(values{zero}, k+1)
		blocks[i] = a
		if i < k {
			norm := ReduceMax(Abs(e[i]), lead, lead+1)
			norm = Select(Eq(norm, like(norm, 0)), like(norm, 1), norm)
			norm = Broadcast(norm, a.Shape, span(0, lead))
			blocks[i+1] = Div(e[i], norm)
			size = Mul(size, norm)
		}
		rows[i] = Concat(lead+1, blocks...)
	}
	y := exponential(Concat(lead, rows...))
	if k == 0 {
		return y
	}
	lo, hi, step := make([]int, lead+2), slices.Clone(y.Shape), slices.Repeat([]int{1}, lead+2)
	hi[lead], lo[lead+1] = n, k*n
	return Mul(Slice(y, lo, hi, step), size)
}

// exponential is the exponential of matrices, each scaled by itself.
func exponential(a *value) *value {
	lead, n := a.Rank()-2, a.Shape[a.Rank()-1]
	norm := ReduceMax(ReduceSum(Abs(a), lead), lead)
	theta := like(norm, theta13)
	halvings := Max(Ceil(Div(Log(Div(Max(norm, theta), theta)), like(norm, math.Ln2))), like(norm, 0))
	back := func(v *value) *value { return Broadcast(v, a.Shape, span(0, lead)) }
	a = Mul(a, back(Pow(like(norm, 0.5), halvings)))

	id := Broadcast(eye(a.DType, n, n), a.Shape, []int{lead, lead + 1})
	a2 := MatMul(a, a)
	a4 := MatMul(a2, a2)
	a6 := MatMul(a4, a2)
	sum := func(b0, b2, b4, b6 float64, id *value) *value {
		s := Add(Add(Mul(like(a, b6), a6), Mul(like(a, b4), a4)), Mul(like(a, b2), a2))
		return Add(s, Mul(like(a, b0), id))
	}
	b := pade13
	none := like(a, 0)
	u := MatMul(a, Add(MatMul(a6, sum(0, b[9], b[11], b[13], none)), sum(b[1], b[3], b[5], b[7], id)))
	v := Add(MatMul(a6, sum(0, b[8], b[10], b[12], none)), sum(b[0], b[2], b[4], b[6], id))
	r := ir.Apply1(SolveOp{}, Sub(v, u), Add(v, u))

	// Square each as often as it was halved.
	most := ReduceMax(halvings, span(0, lead)...)
	cond := ad.Closed("expm", []ir.Type{most.Type, r.Type, ir.T(a.DType)}, func(z values) values { return values{Lt(z[2], z[0])} })
	body := ad.Closed("expm", []ir.Type{halvings.Type, r.Type, ir.T(a.DType)}, func(z values) values {
		i := Broadcast(z[2], z[0].Shape, nil)
		more := Broadcast(Lt(i, z[0]), z[1].Shape, span(0, lead))
		return values{Select(more, MatMul(z[1], z[1]), z[1]), Add(z[2], like(z[2], 1))}
	})
	return ir.Apply(WhileOp{Cond: cond, Body: body, NCond: 1, NBody: 1}, most, halvings, r, ir.Scalar(a.DType, 0))[0]
}
