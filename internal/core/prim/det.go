package prim

import (
	"slices"

	"github.com/argmin-go/argmin/internal/core/ad"
	"github.com/argmin-go/argmin/internal/core/deps"
	"github.com/argmin-go/argmin/internal/core/ir"
	"github.com/argmin-go/argmin/internal/core/stablehlo"
)

// DetOp is the determinant of square matrices, or with Order 1 the matrix of its derivatives,
// the cofactors, or with Order 2 and a second operand E the derivative of the cofactors along E:
// <DetOp{2}(A, E), F> is the second derivative of the determinant along E and F. They exist at
// singular matrices, too.
type DetOp struct{ Order int }

// Det is the determinant of square matrices.
func Det(a *value) *value { return ir.Apply1(DetOp{}, a) }

func (o DetOp) Name() string   { return [...]string{"det", "cofactors", "cofactors_along"}[o.Order] }
func (o DetOp) Params() string { return "" }

func (o DetOp) Infer(in []ir.Type) ([]ir.Type, error) {
	lead, _, _, err := checkMatrix(o.Name(), in[0], true)
	switch {
	case err != nil:
		return nil, err
	case len(in) != max(o.Order, 1) || !in[len(in)-1].Equal(in[0]):
		return nil, ir.Errorf(ir.ShapeError, o.Name(), "operands %s do not fit", ir.TypeList(in))
	case o.Order == 0:
		return []ir.Type{in[0].WithShape(lead)}, nil
	}
	return in[:1:1], nil
}

// The third derivative is the one of det(A) (tr(A⁻¹E) A⁻ᵀ - A⁻ᵀ Eᵀ A⁻ᵀ), and NaN at singular matrices.
func (o DetOp) JVP(x, y, dx values) values {
	switch o.Order {
	case 0:
		r := x[0].Rank()
		return values{ReduceSum(Mul(dx[0], ir.Apply1(DetOp{1}, x[0])), r-2, r-1)}
	case 1:
		return values{ir.Apply1(DetOp{2}, x[0], dx[0])}
	}
	var d *value
	if dx[1] != nil {
		d = ir.Apply1(o, x[0], dx[1])
	}
	if dx[0] != nil {
		p := ad.Closed(o.Name(), ir.TypesOf(x), func(z values) values { return values{cofactorsAlong(z[0], z[1])} })
		_, t := ad.JVP(p, x, values{dx[0], nil})
		d = sum(d, t[0])
	}
	return values{d}
}

// cofactorsAlong is DetOp{2} for matrices that are not singular.
func cofactorsAlong(a, e *value) *value {
	r := a.Rank()
	inv := ir.Apply1(SolveOp{}, a, Broadcast(eye(a.DType, a.Shape[r-1], a.Shape[r-1]), a.Shape, []int{r - 2, r - 1}))
	t := MatMul(inv, e)
	lift := func(v *value) *value { return Broadcast(v, a.Shape, span(0, r-2)) }
	s := Sub(Mul(lift(ReduceSum(Diag(t), r-2)), inv), MatMul(t, inv))
	return Mul(lift(Det(a)), MatT(s))
}

// The second derivative is symmetric in both directions.
func (o DetOp) Transpose(x, ct values, in []ir.Type) values {
	if o.Order < 2 {
		return nonlinear{}.Transpose(x, ct, in)
	}
	return values{nil, ir.Apply1(o, x[0], ct[0])}
}

func (o DetOp) Batch(x values, bd []int, n int) (values, []int) { return batchLead(o, x, bd, n) }

func (o DetOp) program(in []ir.Type) *ir.Program {
	return ad.Closed(o.Name(), in, func(x values) values { return values{o.at(x)} })
}

// Depend implements [deps.Depender]: matrices of a batch do not depend on each other.
func (DetOp) Depend(t *deps.Table, x []deps.Array, out []ir.Type) [][]deps.Set {
	return t.PerMember(x, out, 2)
}

func (o DetOp) Kernel(c ir.Compiler, in, out []ir.Type) (ir.Kernel, error) {
	return callKernel(c, o.program(in))
}

func (o DetOp) StableHLO(b *stablehlo.Builder, x []stablehlo.Value, out []ir.Type) []stablehlo.Value {
	return expand(b, x, func(z values) values { return values{o.at(z)} })
}

var (
	_ = register(DetOp{0})
	_ = register(DetOp{1})
	_ = register(DetOp{2})
)

// at computes the determinant from the LU factorization, and the others from A = U diag(s) Vᵀ, with
// which the cofactors are det(U) det(V) U diag(Π s without s[i]) Vᵀ.
func (o DetOp) at(x values) *value {
	a := x[0]
	r, n := a.Rank(), a.Shape[a.Rank()-1]
	switch {
	case o.Order == 0:
		sign, lu := signOfLU(a)
		d := Diag(lu)
		product := Mul(sign, ReduceProd(d, r-2))
		// A product that overflows or underflows on its way is taken by logarithms.
		usual := And(IsFinite(product), Ne(product, like(product, 0)))
		byLog := Mul(Mul(sign, ReduceProd(Sign(d), r-2)), Exp(ReduceSum(Log(Abs(d)), r-2)))
		return Select(usual, product, byLog)
	case a.Size() == 0:
		return a
	}
	y := ir.Apply(SVDOp{}, a)
	u, s, vt := y[0], y[1], y[2]
	sign := Mul(signOfDet(u), signOfDet(vt))
	lift := func(v *value) *value { return Broadcast(v, a.Shape, span(0, r-2)) }
	if o.Order == 1 {
		others := ReduceProd(without(s, n, 1), r-1)
		return Mul(lift(sign), MatMul(Mul(u, byColumn(others, n)), vt))
	}
	// Along E the cofactors change, with Ẽ = Uᵀ E V and p[i, j] the product of all others, by
	// Σ_i Ẽ[i, i] p[i, j] on the diagonal and by -Ẽ[j, i] p[i, j] off it.
	e := MatMul(MatT(u), MatMul(x[1], MatT(vt)))
	p := masked(ReduceProd(without(s, n, 2), r), func(i, j int) bool { return i != j })
	trace := ReduceSum(Mul(byRow(Diag(e), n), p), r-2)
	id := Broadcast(eye(a.DType, n, n), a.Shape, []int{r - 2, r - 1})
	c := Sub(Mul(byRow(trace, n), id), Mul(MatT(e), p))
	return Mul(lift(sign), MatMul(u, MatMul(c, vt)))
}

// without is s along a new last axis, after as many axes of n as are left out: there it is 1 at their indices.
func without(s *value, n, axes int) *value {
	lead := s.Rank() - 1
	shape := slices.Concat(s.Shape[:lead], slices.Repeat([]int{n}, axes+1))
	v := Broadcast(s, shape, append(span(0, lead), lead+axes))
	id := eye(s.DType, n, n)
	for k := range axes {
		hit := Broadcast(id, shape, []int{lead + k, lead + axes})
		v = Select(Gt(hit, like(hit, 0)), like(v, 1), v)
	}
	return v
}

// signOfLU is the sign of the permutation of the LU factorization, and its factors.
func signOfLU(a *value) (sign, lu *value) {
	y := ir.Apply(LUOp{}, a)
	r, n := a.Rank(), a.Shape[a.Rank()-1]
	// The sign of a permutation: its inversions, counted.
	p := y[1]
	above := masked(ir.Full(ir.T(ir.Float64, n, n), 1), func(i, j int) bool { return j > i })
	inverted := And(Lt(byColumn(p, n), byRow(p, n)), Gt(Broadcast(above, a.Shape, []int{r - 2, r - 1}), ir.Full(ir.Type{DType: ir.Float64, Shape: a.Shape}, 0)))
	odd := ir.Apply1(OpRem, ReduceSum(Convert(inverted, ir.Int32), r-2, r-1), ir.Full(ir.Type{DType: ir.Int32, Shape: a.Shape[:r-2]}, 2))
	o := Convert(odd, a.DType)
	return Sub(like(o, 1), Mul(like(o, 2), o)), y[0]
}

// signOfDet is the sign of the determinant.
func signOfDet(a *value) *value {
	sign, lu := signOfLU(a)
	return Mul(sign, ReduceProd(Sign(Diag(lu)), a.Rank()-2))
}
