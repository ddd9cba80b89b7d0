package prim

import (
	"math"
	"slices"

	"github.com/argmin-go/argmin/internal/core/ad"
	"github.com/argmin-go/argmin/internal/core/batch"
	"github.com/argmin-go/argmin/internal/core/ir"
	"github.com/argmin-go/argmin/internal/core/stablehlo"
)

// Factorizations as loops over other primitives, for executors that have none of
// their own. They are written for one matrix, of at least one element.

// eachMatrix lowers a factorization of matrices in the last two axes.
func eachMatrix(b *stablehlo.Builder, x []stablehlo.Value, out []ir.Type, f func(z values) values) []stablehlo.Value {
	if x[0].Size() == 0 {
		return expand(b, x, func(z values) values { return emptyFactors(out) })
	}
	return expand(b, x, func(z values) values {
		a := z[0]
		lead := slices.Clone(a.Shape[:a.Rank()-2])
		n := ir.SizeOf(lead)
		flat := Reshape(a, append([]int{n}, a.Shape[a.Rank()-2:]...))
		one := a.WithShape(flat.Shape[1:])
		var y values
		if n == 1 {
			y = f(values{Reshape(flat, one.Shape)})
		} else {
			p := ad.Closed("factor", []ir.Type{one}, f)
			var bd []int
			y, bd = batch.InterpretBy(inLockstep, p, values{flat}, []int{0}, n)
			for i := range y {
				y[i] = MoveTo(y[i], bd[i], 0, n)
			}
		}
		for i, v := range y {
			y[i] = Reshape(v, out[i].Shape)
		}
		return y
	})
}

// emptyFactors are the factors of matrices without elements: identities, as far as
// they have elements.
func emptyFactors(out []ir.Type) values {
	y := make(values, len(out))
	for i, t := range out {
		if t.Size() == 0 {
			y[i] = ir.Full(t, 0)
			continue
		}
		r := t.Rank()
		y[i] = Broadcast(eye(t.DType, t.Shape[r-2], t.Shape[r-1]), t.Shape, []int{r - 2, r - 1})
	}
	return y
}

func eye(d ir.DType, m, n int) *value {
	return masked(ir.Full(ir.T(d, m, n), 1), func(i, j int) bool { return i == j })
}

// counts is 0, 1, …, n-1.
func counts(n int) *value {
	c := make([]int32, n)
	for i := range c {
		c[i] = int32(i)
	}
	return ir.Const(ir.NewData(ir.T(ir.Int32, n), ir.Of(c)))
}

func full32(n int) *value { return ir.Scalar(ir.Int32, float64(n)) }

// at is a vector of start indices.
func at(i ...*value) *value {
	for k, v := range i {
		i[k] = Reshape(v, []int{1})
	}
	return Concat(0, i...)
}

// repeat repeats a scalar along n places.
func repeat(v *value, n int) *value { return Broadcast(v, []int{n}, nil) }

// luLoop eliminates one column after another (Golub & Van Loan, Matrix
// Computations, 4th ed., algorithm 3.4.1).
func luLoop(z values) values {
	size := extreme(z[0])
	a := Div(z[0], Broadcast(size, z[0].Shape, nil))
	n := a.Shape[0]
	rows := counts(n)
	body := ad.Closed("lu", []ir.Type{a.Type, ir.T(ir.Int32, n), rows.Type, ir.T(ir.Int32)}, func(z values) values {
		rows, a, perm, k := z[2], z[0], z[1], z[3]
		zero := full32(0)
		column := Reshape(DynamicSlice(a, at(zero, k), []int{n, 1}), []int{n})
		below := Le(repeat(k, n), rows)
		size := Select(below, Abs(column), like(column, -1))
		p := ir.Apply1(ArgOp{Axis: 0}, size)
		// Rows k and p change places.
		order := Select(Eq(rows, repeat(k, n)), repeat(p, n), Select(Eq(rows, repeat(p, n)), repeat(k, n), rows))
		a, perm = Gather(a, order, 0), Gather(perm, order, 0)
		column = Gather(column, order, 0)
		row := Reshape(DynamicSlice(a, at(k, zero), []int{1, n}), []int{n})
		pivot := DynamicSlice(column, at(k), []int{1})
		after := Lt(repeat(k, n), rows)
		safe := Select(Eq(pivot, like(pivot, 0)), like(pivot, 1), pivot)
		none := like(column, 0)
		l := Select(after, Div(column, Broadcast(Reshape(safe, nil), []int{n}, nil)), none)
		a = Sub(a, Mul(byRow(l, n), byColumn(Select(after, row, none), n)))
		a = DynamicUpdateSlice(a, Reshape(Select(after, l, column), []int{n, 1}), at(zero, k))
		return values{a, perm}
	})
	order := rewire(body, []int{2, 0, 1, 3}, nil)
	y := ir.Apply(ScanOp{Body: order, NConst: 1, NCarry: 2, Len: n}, rows, a, rows, rows)
	y[0] = Add(Tril(y[0], -1), Mul(Triu(y[0], 0), Broadcast(size, a.Shape, nil)))
	return y
}

// extreme is the largest element of a matrix if products of its elements may overflow or
// underflow, else 1.
func extreme(a *value) *value {
	most := ReduceMax(Abs(a), 0, 1)
	edge := math.Pow(a.DType.Tiny(), -0.3)
	far := Or(Gt(most, like(most, edge)), Lt(most, like(most, 1/edge)))
	return Select(And(far, And(IsFinite(most), Gt(most, like(most, 0)))), most, like(most, 1))
}

// householderQR reflects one column after another onto an axis, with LAPACK's
// signs, and applies the reflections to the identity in reverse (Golub & Van Loan,
// algorithms 5.1.1 and 5.2.1).
func householderQR(a *value, full bool) values {
	d, m, n := a.DType, a.Shape[0], a.Shape[1]
	k := min(m, n)
	rows := counts(m)
	size := extreme(a)
	a = Div(a, Broadcast(size, a.Shape, nil))
	vec, scalar := ir.T(d, m), ir.T(d)
	step := ad.Closed("qr", []ir.Type{rows.Type, a.Type, ir.T(ir.Int32)}, func(z values) values {
		rows, a, j := z[0], z[1], z[2]
		column := Reshape(DynamicSlice(a, at(full32(0), j), []int{m, 1}), []int{m})
		none := like(column, 0)
		tail := Select(Lt(repeat(j, m), rows), column, none)
		alpha := Reshape(DynamicSlice(column, at(j), []int{1}), nil)
		size := ReduceMax(Abs(tail), 0)
		unit := Max(Max(size, Abs(alpha)), like(alpha, d.Tiny()))
		scaled := Div(tail, repeat(unit, m))
		first := Div(alpha, unit)
		norm := Mul(unit, Sqrt(Add(ReduceSum(Mul(scaled, scaled), 0), Mul(first, first))))
		beta := Select(Lt(alpha, like(alpha, 0)), norm, Neg(norm))
		trivial := Eq(size, like(size, 0))
		tau := Select(trivial, like(alpha, 0), Div(Sub(beta, alpha), Select(trivial, like(beta, 1), beta)))
		scale := Select(trivial, like(alpha, 1), Sub(alpha, beta))
		v := Select(Eq(rows, repeat(j, m)), like(column, 1), Div(tail, repeat(scale, m)))
		a = reflect(a, v, tau)
		// What the reflection makes zero is exactly so.
		now := Reshape(DynamicSlice(a, at(full32(0), j), []int{m, 1}), []int{m})
		now = Select(Lt(repeat(j, m), rows), none, now)
		a = DynamicUpdateSlice(a, Reshape(now, []int{m, 1}), at(full32(0), j))
		return values{a, v, tau}
	})
	first := slab(counts(max(k, 1)), 0, k)
	y := ir.Apply(ScanOp{Body: step, NConst: 1, NCarry: 1, Len: k}, rows, a, first)
	r, vs, taus := y[0], y[1], y[2]
	cols := k
	if full {
		cols = m
	}
	back := ad.Closed("qr", []ir.Type{ir.T(d, m, cols), vec, scalar}, func(z values) values {
		return values{reflect(z[0], z[1], z[2])}
	})
	q := ir.Apply1(ScanOp{Body: back, NCarry: 1, Len: k, Reverse: true}, eye(d, m, cols), vs, taus)
	if !full {
		r = slab(r, 0, k)
	}
	return values{q, Mul(r, Broadcast(size, r.Shape, nil))}
}

// reflect is (I - τ v vᵀ) A.
func reflect(a, v, tau *value) *value {
	w := DotGeneral(v, a, []int{0}, []int{0}, nil, nil)
	return Sub(a, Mul(byRow(Mul(repeat(tau, len32(v)), v), a.Shape[1]), byColumn(w, a.Shape[0])))
}

func len32(v *value) int { return v.Shape[0] }

// The Jacobi methods rotate in n/2 disjoint planes at once. Rows (and columns) i
// and i+n/2 are a plane; after each round all but the first move on by one place,
// so that n-1 rounds, a sweep, meet every pair once (Brent & Luk, "The solution of
// singular-value and symmetric eigenvalue problems on multiprocessor arrays",
// 1985). n is even: a matrix of odd order gets a row and column that no rotation
// touches.
const maxSweeps = 30

// turn is the order of places after a round: first half on top, second below.
func turn(n int) []int32 {
	h := n / 2
	order := make([]int32, n)
	if h == 1 {
		return []int32{0, 1}
	}
	order[1] = int32(h)
	for i := 2; i < h; i++ {
		order[i] = int32(i - 1)
	}
	for i := h; i < n-1; i++ {
		order[i] = int32(i + 1)
	}
	order[n-1] = int32(h - 1)
	return order
}

// sweeps repeats a round, of constants and a state, until the largest of what
// rotations would remove is below tol, for at most maxSweeps sweeps. A round gives
// the state and that measure.
func sweeps(n int, tol float64, consts, state values, round func(consts, state values) (values, *value)) values {
	d := state[0].DType
	types := slices.Concat(ir.TypesOf(consts), ir.TypesOf(state))
	nc := len(consts)
	one := ad.Closed("jacobi", append(slices.Clone(types), ir.T(d)), func(z values) values {
		st, off := round(z[:nc], z[nc:len(z)-1])
		return append(st, Max(z[len(z)-1], off))
	})
	loop := append(slices.Clone(types), ir.T(d), ir.T(ir.Int32))
	going := ad.Closed("jacobi", loop, func(z values) values {
		off, k := z[len(z)-2], z[len(z)-1]
		return values{And(Gt(off, like(off, tol)), Lt(k, full32(maxSweeps)))}
	})
	body := ad.Closed("jacobi", loop, func(z values) values {
		start := append(slices.Clone(z[:len(z)-2]), ir.Scalar(d, 0))
		y := ir.Apply(ScanOp{Body: one, NConst: nc, NCarry: len(state) + 1, Len: n - 1}, start...)
		return append(y, Add(z[len(z)-1], full32(1)))
	})
	start := slices.Concat(consts, consts, state, values{ir.Scalar(d, math.Inf(1)), full32(0)})
	return ir.Apply(WhileOp{Cond: going, Body: body, NCond: nc, NBody: nc}, start...)[:len(state)]
}

// rotation is the cosine and sine that make the off-diagonal p of the symmetric
// matrices [a p; p b] zero (Golub & Van Loan, section 8.5.2), or none where p is
// zero.
func rotation(a, p, b *value) (c, s *value) {
	one, zero := like(p, 1), like(p, 0)
	none := Eq(p, zero)
	tau := Div(Sub(b, a), Mul(like(p, 2), Select(none, one, p)))
	root := Sqrt(Add(one, Mul(tau, tau)))
	t := Div(Select(Lt(tau, zero), like(p, -1), one), Add(Abs(tau), root))
	t = Select(none, zero, t)
	c = Div(one, Sqrt(Add(one, Mul(t, t))))
	return c, Mul(t, c)
}

// rotateRows turns rows i of the halves of a by the angles: top' = c top - s
// bottom, bottom' = s top + c bottom.
func rotateRows(a, c, s *value) *value {
	h := c.Shape[0]
	top, bottom := slab(a, 0, h), slab(a, h, 2*h)
	cc, ss := byRow(c, a.Shape[1]), byRow(s, a.Shape[1])
	return Concat(0, Sub(Mul(cc, top), Mul(ss, bottom)), Add(Mul(ss, top), Mul(cc, bottom)))
}

// jacobiEigh is the two-sided cyclic Jacobi method.
func jacobiEigh(z values) values {
	a := lowerSymmetric(z[0])
	d, n := a.DType, a.Shape[0]
	if n == 1 {
		return values{Reshape(a, []int{1}), ir.Full(a.Type, 1)}
	}
	m := n + n%2
	pad := []int{m - n, m - n}
	a = Pad(a, []int{0, 0}, pad, []int{0, 0})
	h := m / 2
	// By the largest element, so that nothing overflows.
	scale := ReduceMax(Abs(a), 0, 1)
	scale = Select(Eq(scale, like(scale, 0)), like(scale, 1), scale)
	a = Div(a, Broadcast(scale, a.Shape, nil))
	order := ir.Const(ir.NewData(ir.T(ir.Int32, m), ir.Of(turn(m))))
	// v holds the eigenvectors as rows, and w which row of them is the padding.
	y := sweeps(m, d.Eps()*0.25, values{order}, values{a, eye(d, m, n)}, func(consts, st values) (values, *value) {
		a, v := st[0], st[1]
		block := func(i, j int) *value {
			return Diag(Slice(a, []int{i * h, j * h}, []int{(i + 1) * h, (j + 1) * h}, []int{1, 1}))
		}
		p := block(0, 1)
		off := ReduceMax(Abs(p), 0)
		c, s := rotation(block(0, 0), p, block(1, 1))
		a = rotateRows(a, c, s)
		a = MatT(rotateRows(MatT(a), c, s))
		v = rotateRows(v, c, s)
		a = Gather(Gather(a, consts[0], 0), consts[0], 1)
		return values{a, Gather(v, consts[0], 0)}, off
	})
	w, v := Diag(y[0]), y[1]
	// The padding's row of v is zero: it comes last.
	lost := Eq(ReduceSum(Mul(v, v), 1), ir.Full(ir.T(d, m), 0))
	key := Select(lost, like(w, math.Inf(1)), w)
	rank := slab(Argsort(key), 0, n)
	w = Mul(Gather(w, rank, 0), Broadcast(scale, []int{n}, nil))
	return values{w, MatT(Gather(v, rank, 0))}
}

// jacobiSVD is the one-sided Jacobi method (Hestenes, 1958; Drmač & Veselić, 2008)
// on the triangular factor of the QR factorization: rotations make the rows of Rᵀ
// orthogonal. Their lengths are the singular values, to high relative accuracy.
func jacobiSVD(a *value, full bool) values {
	d, m, n := a.DType, a.Shape[0], a.Shape[1]
	if m < n {
		y := jacobiSVD(MatT(a), full)
		return values{MatT(y[2]), y[1], MatT(y[0])}
	}
	scale := ReduceMax(Abs(a), 0, 1)
	scale = Select(Eq(scale, like(scale, 0)), like(scale, 1), scale)
	a = Div(a, Broadcast(scale, a.Shape, nil))
	qr := householderQR(a, full)
	q, r := qr[0], slab(qr[1], 0, n)
	k := n + n%2
	g := Pad(MatT(r), []int{0, 0}, []int{k - n, 0}, []int{0, 0}) // rows are the columns of R
	v := eye(d, k, n)
	if n > 1 {
		h := k / 2
		order := ir.Const(ir.NewData(ir.T(ir.Int32, k), ir.Of(turn(k))))
		y := sweeps(k, d.Eps()*float64(n), values{order}, values{g, v}, func(consts, st values) (values, *value) {
			g, v := st[0], st[1]
			top, bottom := slab(g, 0, h), slab(g, h, k)
			aa, bb, ab := ReduceSum(Mul(top, top), 1), ReduceSum(Mul(bottom, bottom), 1), ReduceSum(Mul(top, bottom), 1)
			norm := Mul(Sqrt(aa), Sqrt(bb))
			zero := like(norm, 0)
			empty := Eq(norm, zero)
			off := Select(empty, zero, Div(Abs(ab), Select(empty, like(norm, 1), norm)))
			c, s := rotation(aa, Select(Le(off, like(off, d.Eps())), zero, ab), bb)
			g, v = rotateRows(g, c, s), rotateRows(v, c, s)
			return values{Gather(g, consts[0], 0), Gather(v, consts[0], 0)}, ReduceMax(off, 0)
		})
		g, v = y[0], y[1]
	}
	s := Sqrt(ReduceSum(Mul(g, g), 1))
	lost := Eq(ReduceSum(Mul(v, v), 1), ir.Full(ir.T(d, k), 0))
	rank := slab(Argsort(Select(lost, like(s, math.Inf(1)), Neg(s))), 0, n)
	s, g, v = Gather(s, rank, 0), Gather(g, rank, 0), Gather(v, rank, 0)
	// The left vectors: the rows of g made orthonormal, also where they are zero.
	qg := householderQR(MatT(g), false)
	sign := Select(Lt(Diag(qg[1]), like(s, 0)), like(s, -1), like(s, 1))
	u := Mul(qg[0], byColumn(sign, n))
	if full && m > n {
		u = Concat(1, MatMul(Slice(q, []int{0, 0}, []int{m, n}, []int{1, 1}), u), Slice(q, []int{0, n}, []int{m, m}, []int{1, 1}))
	} else {
		u = MatMul(q, u)
	}
	return values{u, Mul(s, Broadcast(scale, []int{n}, nil)), v}
}
