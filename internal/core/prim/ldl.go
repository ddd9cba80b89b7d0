package prim

import (
	"math"
	"slices"

	"github.com/argmin-go/argmin/internal/core/ad"
	"github.com/argmin-go/argmin/internal/core/deps"
	"github.com/argmin-go/argmin/internal/core/ir"
	"github.com/argmin-go/argmin/internal/core/kernel"
	"github.com/argmin-go/argmin/internal/core/stablehlo"
)

// LDLOp factors symmetric matrices, of which it reads the lower triangle: A[perm, perm] = L D Lᵀ with complete pivoting. Its results are the unit
// lower triangular L, the diagonal d of D, the elements e beside it, where e[i] is at (i, i+1) and (i+1, i), and perm, int32.
// Blocks of D are of order one or, where e is not 0, two.
type LDLOp struct {
	plain
	nonlinear
}

func (LDLOp) Work() ir.Work { return ir.Costly }
func (LDLOp) Name() string  { return "ldl" }
func (LDLOp) Infer(in []ir.Type) ([]ir.Type, error) {
	lead, n, _, err := checkMatrix("ldl", in[0], true)
	if err != nil {
		return nil, err
	}
	row := in[0].WithShape(append(slices.Clone(lead), n))
	return []ir.Type{in[0], row, row, {DType: ir.Int32, Shape: row.Shape}}, nil
}

// With M = L⁻¹ dA[perm, perm] L⁻ᵀ, dD is the part of M in the blocks of D, and dL = L N for N = M D⁻¹ below them.
func (LDLOp) JVP(x, y, dx values) values {
	l, d, e, perm := y[0], y[1], y[2], y[3]
	n := l.Shape[l.Rank()-1]
	if n == 0 {
		return make(values, 4)
	}
	da := lowerSymmetric(dx[0])
	da = PermuteRows(MatT(PermuteRows(da, perm)), perm)
	lower := TriangularSolveOp{Left: true, Lower: true, Unit: true}
	m := MatT(TriangularSolve(l, MatT(TriangularSolve(l, da, lower)), lower))
	two := Convert(Not(Eq(e, like(e, 0))), e.DType) // 1 where a block of order two begins
	inside := masked(byColumn(two, n), func(i, j int) bool { return i == j+1 })
	below := Mul(Tril(m, -1), Sub(like(inside, 1), inside))
	dl := MatMul(l, MatT(blockSolve(d, e, MatT(below))))
	return values{dl, Diag(m), Mul(two, besideDiagonal(m)), nil}
}

// besideDiagonal is the elements (i+1, i) of matrices, and a last 0.
func besideDiagonal(a *value) *value {
	n := a.Shape[a.Rank()-1]
	return ReduceSum(masked(a, func(i, j int) bool { return i == j+1 && j < n-1 }), a.Rank()-2)
}

// blocks is what solving with D takes: for rows of no block the divisor d, for those of one the divisor det and the factor b, with which row
// x and the other one y of the block become (b x - y) / det; first and second tell which row of a block it is.
func blocks(d, e *value) (divisor, b, first, second *value) {
	r := d.Rank() - 1
	zero, one := like(e, 0), like(e, 1)
	before := shifted(e, r, -1)
	first, second = Not(Eq(e, zero)), Not(Eq(before, zero))
	inside := Or(first, second)
	side := Select(first, e, Select(second, before, one))
	a, b := Div(d, side), Div(Select(first, shifted(d, r, 1), shifted(d, r, -1)), side)
	return Select(inside, Mul(side, Sub(Mul(a, b), one)), d), b, first, second
}

// blockSolve is D⁻¹ X.
func blockSolve(d, e, x *value) *value {
	r := x.Rank()
	n, k := x.Shape[r-2], x.Shape[r-1]
	if n == 0 {
		return x
	}
	divisor, b, first, second := blocks(d, e)
	other := Select(byRow(first, k), shifted(x, r-2, 1), shifted(x, r-2, -1))
	inside := byRow(Or(first, second), k)
	return Div(Select(inside, Sub(Mul(byRow(b, k), x), other), x), byRow(divisor, k))
}

// shifted has v[i+by] at i along an axis, for by = ±1, and 0 beyond the ends.
func shifted(v *value, axis, by int) *value {
	r := v.Rank()
	from, to, one := make([]int, r), slices.Clone(v.Shape), slices.Repeat([]int{1}, r)
	lo, hi := make([]int, r), make([]int, r)
	if by > 0 {
		from[axis], hi[axis] = 1, 1
	} else {
		to[axis]--
		lo[axis] = 1
	}
	return Pad(Slice(v, from, to, one), lo, hi, make([]int, r))
}

// LDLSolve solves A X = B from the results of [LDLOp] of A.
func LDLSolve(l, d, e, perm, b *value) *value {
	o := TriangularSolveOp{Left: true, Lower: true, Unit: true}
	x := TriangularSolve(l, PermuteRows(b, perm), o)
	if n := d.Shape[d.Rank()-1]; n > 0 {
		// In units of D, so that products in its derivatives do not under- or overflow.
		lead := AllAxes(d.Rank() - 1)
		unit := StopGradient(Max(ReduceMax(Max(Abs(d), Abs(e)), d.Rank()-1), ir.Full(d.WithShape(d.Shape[:d.Rank()-1]), d.DType.Tiny())))
		wide := Broadcast(unit, d.Shape, lead)
		x = Div(blockSolve(Div(d, wide), Div(e, wide), x), Broadcast(unit, x.Shape, lead))
	}
	o.Trans = true
	x = TriangularSolve(l, x, o)
	return PermuteRows(x, Argsort(perm))
}

func (o LDLOp) Batch(x values, bd []int, n int) (values, []int) { return batchLead(o, x, bd, n) }

// Depend implements [deps.Depender]: matrices of a batch do not depend on each other.
func (LDLOp) Depend(t *deps.Table, x []deps.Array, out []ir.Type) [][]deps.Set {
	return t.PerMember(x, out, 2)
}

func (LDLOp) Kernel(_ ir.Compiler, in, out []ir.Type) (ir.Kernel, error) {
	return byFloat(in[0].DType, ldlKernel[float64](in[0]), ldlKernel[float32](in[0]))
}

func (LDLOp) StableHLO(b *stablehlo.Builder, x []stablehlo.Value, out []ir.Type) []stablehlo.Value {
	if x[0].Size() == 0 {
		return expand(b, x, func(z values) values {
			y := make(values, len(out))
			for i, t := range out {
				y[i] = ir.Full(t, 0)
			}
			return y
		})
	}
	return eachMatrix(b, x, out, ldlLoop)
}

var _ = register(LDLOp{})

func ldlKernel[T ir.Float](t ir.Type) ir.Kernel {
	lead, n, _, _ := checkMatrix("", t, true)
	batch := ir.SizeOf(lead)
	return func(f *ir.Frame, iv, ov []int32) {
		a, l := ir.As[T](f.Bufs[iv[0]]), ir.As[T](f.Bufs[ov[0]])
		d, e, perm := ir.As[T](f.Bufs[ov[1]]), ir.As[T](f.Bufs[ov[2]]), ir.As[int32](f.Bufs[ov[3]])
		each(batch, n*n*n/3, func(i int) {
			m, v := i*n*n, i*n
			kernel.LDL(n, a[m:m+n*n], l[m:m+n*n], d[v:v+n], e[v:v+n], perm[v:v+n])
		})
	}
}

// ldlLoop is [kernel.LDL] with one step per column, which does nothing for the second one of a block.
func ldlLoop(z values) values {
	a := lowerSymmetric(z[0])
	d, n := a.DType, a.Shape[0]
	vec, scalar := ir.T(d, n), ir.T(ir.Int32)
	alpha := (1 + math.Sqrt(17)) / 8
	types := []ir.Type{ir.T(ir.Int32, n), a.Type, a.Type, vec, vec, ir.T(ir.Int32, n), ir.T(ir.Bool), scalar}
	body := ad.Closed("ldl", types, func(z values) values {
		rows, a, l, diag, side, perm, skip, k := z[0], z[1], z[2], z[3], z[4], z[5], z[6], z[7]
		rest := Le(repeat(k, n), rows)
		none := like(a, -1)
		both := And(byRow(rest, n), byColumn(rest, n))
		low := And(both, Lt(byColumn(rows, n), byRow(rows, n)))
		size := Abs(a)
		on := Select(rest, Abs(Diag(a)), repeat(ir.Scalar(d, -1), n))
		off := Reshape(Select(low, size, none), []int{n * n})
		p, q := ir.Apply1(ArgOp{Axis: 0}, on), ir.Apply1(ArgOp{Axis: 0}, off)
		r := Div(q, full32(n))
		c := Sub(q, Mul(r, full32(n)))
		mostOff := ReduceMax(off, 0)
		most := Mul(mostOff, ir.Scalar(d, alpha))
		two := And(Lt(ReduceMax(on, 0), most), Lt(ir.Scalar(d, 0), mostOff))
		// Rows k and p change places, or k and c and then k+1 and r.
		exchange := func(i, j *value) *value {
			return Select(Eq(rows, repeat(i, n)), repeat(j, n), Select(Eq(rows, repeat(j, n)), repeat(i, n), rows))
		}
		next := Add(k, full32(1))
		order := exchange(k, Select(two, c, p))
		order = Select(repeat(two, n), Gather(order, exchange(next, r), 0), order)
		order = Select(repeat(skip, n), rows, order)
		a = Gather(Gather(a, order, 0), order, 1)
		l, perm = Gather(l, order, 0), Gather(perm, order, 0)
		at1 := func(v, i *value) *value { return Reshape(DynamicSlice(v, at(i), []int{1}), nil) }
		column := func(i *value) *value {
			return Reshape(DynamicSlice(a, at(full32(0), i), []int{n, 1}), []int{n})
		}
		one := ir.Scalar(d, 1)
		last := Min(next, full32(n-1))
		u, v := column(k), column(last)
		d1, d2, e := at1(u, k), at1(v, last), at1(u, last)
		e = Select(two, e, one)
		det := Mul(e, Sub(Mul(Div(d1, e), Div(d2, e)), one))
		ratio := func(x, y *value, by *value) *value { // (by/e x - y) / det
			return Div(Sub(Mul(repeat(Div(by, e), n), x), y), repeat(det, n))
		}
		safe := Select(Eq(d1, ir.Scalar(d, 0)), one, d1)
		l1 := Select(repeat(two, n), ratio(u, v, d2), Div(u, repeat(safe, n)))
		l2 := Select(repeat(two, n), ratio(v, u, d1), like(u, 0))
		width := Select(two, next, k)
		after := Lt(repeat(width, n), rows)
		zero := like(u, 0)
		l1, l2 = Select(after, l1, zero), Select(after, l2, zero)
		u, v = Select(after, u, zero), Select(after, v, zero)
		reduced := Sub(Sub(a, Mul(byRow(l1, n), byColumn(u, n))), Mul(byRow(l2, n), byColumn(v, n)))
		unitAt := func(i *value) *value { return Select(Eq(rows, repeat(i, n)), like(u, 1), zero) }
		put := func(l, i, x *value) *value {
			return DynamicUpdateSlice(l, Reshape(Add(x, unitAt(i)), []int{n, 1}), at(full32(0), i))
		}
		withTwo := put(put(l, k, l1), last, l2)
		newL := Select(Broadcast(two, l.Shape, nil), withTwo, put(l, k, l1))
		set := func(v, i, x *value) *value { return Select(Eq(rows, repeat(i, n)), repeat(x, n), v) }
		newD := set(diag, k, d1)
		newD = Select(repeat(two, n), set(newD, last, d2), newD)
		newE := Select(repeat(two, n), set(side, k, e), side)
		pick := func(x, y *value) *value { return Select(Broadcast(skip, x.Shape, nil), x, y) }
		return values{pick(a, reduced), pick(l, newL), pick(diag, newD), pick(side, newE), perm, And(two, Not(skip))}
	})
	start := values{counts(n), a, ir.Full(a.Type, 0), ir.Full(vec, 0), ir.Full(vec, 0), counts(n), ir.Scalar(ir.Bool, 0), counts(n)}
	y := ir.Apply(ScanOp{Body: body, NConst: 1, NCarry: 6, Len: n}, start...)
	return values{y[1], y[2], y[3], y[4]}
}
