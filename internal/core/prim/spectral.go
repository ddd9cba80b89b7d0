package prim

import (
	"math"
	"slices"

	"github.com/argmin-go/argmin/internal/core/deps"
	"github.com/argmin-go/argmin/internal/core/ir"
	"github.com/argmin-go/argmin/internal/core/kernel"
	"github.com/argmin-go/argmin/internal/core/stablehlo"
)

// QROp is A = Q R for [m n] matrices: with k = min(m, n), Q is [m k] with
// orthonormal columns and R is [k n] upper triangular; with Full Q is [m m] and R
// [m n].
type QROp struct {
	nonlinear
	Full bool
}

func (QROp) Work() ir.Work    { return ir.Costly }
func (QROp) Name() string     { return "qr" }
func (o QROp) Params() string { return boolString(o.Full) }
func (o QROp) Infer(in []ir.Type) ([]ir.Type, error) {
	lead, m, n, err := checkMatrix("qr", in[0], false)
	if err != nil {
		return nil, err
	}
	k := min(m, n)
	if o.Full {
		k = m
	}
	return []ir.Type{in[0].WithShape(slices.Concat(lead, []int{m, k})), in[0].WithShape(slices.Concat(lead, []int{k, n}))}, nil
}

// Walter & Lehmann, "Algorithmic differentiation of linear algebra functions with
// application in optimum experimental design", 2010. The square part R₁ of R must
// have no zero on its diagonal. The columns of a wide matrix beyond it follow from
// R₂ = Qᵀ A₂.
func (o QROp) JVP(x, y, dx values) values {
	q, r := y[0], y[1]
	rank := r.Rank()
	m, n := x[0].Shape[rank-2], x[0].Shape[rank-1]
	if o.Full && m > n {
		ir.Throw(ir.Errorf(ir.RuleError, "num.QR",
			"the full factor Q of an %d×%d matrix is not determined by it, so it has no derivative; use the reduced one", m, n))
	}
	da, r1 := dx[0], r
	if m < n {
		da, r1 = columnsOf(dx[0], 0, m), columnsOf(r, 0, m)
	}
	t := TriangularSolve(r1, da, TriangularSolveOp{}) // dA R⁻¹
	qt := MatMul(MatT(q), t)
	low := Tril(qt, -1)
	skew := Sub(low, MatT(low))
	dq := Add(MatMul(q, Sub(skew, qt)), t)
	dr := MatMul(Sub(qt, skew), r1)
	if m < n {
		a2, da2 := columnsOf(x[0], m, n), columnsOf(dx[0], m, n)
		dr = Concat(rank-1, dr, Add(MatMul(MatT(dq), a2), MatMul(MatT(q), da2)))
	}
	return values{dq, dr}
}

// columnsOf is columns lo … hi-1 of matrices.
func columnsOf(a *value, lo, hi int) *value {
	r := a.Rank()
	l, h, s := make([]int, r), slices.Clone(a.Shape), slices.Repeat([]int{1}, r)
	l[r-1], h[r-1] = lo, hi
	return Slice(a, l, h, s)
}

func (o QROp) Batch(x values, bd []int, n int) (values, []int) { return batchLead(o, x, bd, n) }

// Depend implements [deps.Depender]: matrices of a batch do not depend on each other.
func (QROp) Depend(t *deps.Table, x []deps.Array, out []ir.Type) [][]deps.Set {
	return t.PerMember(x, out, 2)
}

func (o QROp) Kernel(_ ir.Compiler, in, out []ir.Type) (ir.Kernel, error) {
	return byFloat(in[0].DType, qrKernel[float64](o, in[0], out), qrKernel[float32](o, in[0], out))
}

func (o QROp) StableHLO(b *stablehlo.Builder, x []stablehlo.Value, out []ir.Type) []stablehlo.Value {
	return eachMatrix(b, x, out, func(z values) values { return householderQR(z[0], o.Full) })
}

var _ = register(QROp{})

func qrKernel[T ir.Float](o QROp, t ir.Type, out []ir.Type) ir.Kernel {
	lead, m, n, _ := checkMatrix("", t, false)
	batch := ir.SizeOf(lead)
	k := out[0].Shape[out[0].Rank()-1]
	return func(f *ir.Frame, iv, ov []int32) {
		a, q, r := ir.As[T](f.Bufs[iv[0]]), ir.As[T](f.Bufs[ov[0]]), ir.As[T](f.Bufs[ov[1]])
		each(batch, 4*m*n*k, func(i int) {
			kernel.QR(m, n, a[i*m*n:(i+1)*m*n], q[i*m*k:(i+1)*m*k], r[i*k*n:(i+1)*k*n], o.Full)
		})
	}
}

// EighOp gives the eigenvalues w, ascending, and orthonormal eigenvectors, the
// columns of V, of symmetric matrices, of which it reads the lower triangle.
type EighOp struct {
	plain
	nonlinear
}

func (EighOp) Work() ir.Work { return ir.Costly }
func (EighOp) Name() string  { return "eigh" }
func (EighOp) Infer(in []ir.Type) ([]ir.Type, error) {
	lead, n, _, err := checkMatrix("eigh", in[0], true)
	if err != nil {
		return nil, err
	}
	return []ir.Type{in[0].WithShape(append(lead, n)), in[0]}, nil
}

// overGap is m divided by a gap d between eigenvalues. Where the gap is 0, eigenvectors are not
// differentiable, and m/0 is NaN; but it is 0 where m is 0, for then the direction does not turn
// them. That is no composition of other primitives: the 0 must not hide what a derivative or a
// cotangent of m has there.
func overGap(m, d *value) *value { return ir.Apply1(Binary[overGapFn]{}, m, d) }

type overGapFn struct{}

func (overGapFn) name() string            { return "over_gap" }
func (overGapFn) dtypes() class           { return floats }
func (overGapFn) out(d ir.DType) ir.DType { return d }
func (overGapFn) jvp(m, d, out, dm, dd *value) *value {
	var a, b *value
	if dm != nil {
		a = overGap(dm, d)
	}
	if dd != nil {
		b = Neg(overGap(Mul(dd, out), d))
	}
	return sum(a, b)
}
func (overGapFn) transpose(m, d, ct *value) (cm, cd *value) { return overGap(ct, d), nil }
func overGapB[T ir.Float](o, a, b, _ ir.Buf) {
	dst, m, d := ir.As[T](o), ir.As[T](a), ir.As[T](b)
	for i := range dst {
		switch {
		case d[i] != 0:
			dst[i] = m[i] / d[i]
		case m[i] == 0:
			dst[i] = 0
		default:
			dst[i] = T(math.NaN())
		}
	}
}
func (overGapFn) block(d ir.DType) ir.Block {
	return ir.ByNumber(d, overGapB[float64], overGapB[float32], nil, nil, nil)
}
func (overGapFn) hlo() string { return "" }
func (overGapFn) expand(m, d *value) *value {
	zero := like(m, 0)
	none := Eq(d, zero)
	at := Select(Eq(m, zero), zero, like(m, math.NaN()))
	return Select(none, at, Div(m, Select(none, like(m, 1), d)))
}
func (overGapFn) domain() (lo, hi float64) { return 0.5, 2 }

var _ = register(Binary[overGapFn]{})

// turned is m[i, j]/(s[j] - s[i]) and 0 on the diagonal.
func turned(m, s *value) *value {
	n := s.Shape[s.Rank()-1]
	off := masked(m, func(i, j int) bool { return i != j })
	return overGap(off, Sub(byColumn(s, n), byRow(s, n)))
}

// With M = Vᵀ dA V, dw = diag(M) and dV = V (M / gaps) (Giles, "Collected matrix
// derivative results for forward and reverse mode", 2008).
func (EighOp) JVP(x, y, dx values) values {
	w, v := y[0], y[1]
	m := MatMul(MatT(v), MatMul(lowerSymmetric(dx[0]), v))
	return values{Diag(m), MatMul(v, turned(m, w))}
}
func (o EighOp) Batch(x values, bd []int, n int) (values, []int) { return batchLead(o, x, bd, n) }

// Depend implements [deps.Depender]: matrices of a batch do not depend on each other.
func (EighOp) Depend(t *deps.Table, x []deps.Array, out []ir.Type) [][]deps.Set {
	return t.PerMember(x, out, 2)
}

func (EighOp) Kernel(_ ir.Compiler, in, out []ir.Type) (ir.Kernel, error) {
	return byFloat(in[0].DType, eighKernel[float64](in[0]), eighKernel[float32](in[0]))
}

func (o EighOp) StableHLO(b *stablehlo.Builder, x []stablehlo.Value, out []ir.Type) []stablehlo.Value {
	return eachMatrix(b, x, out, jacobiEigh)
}

var _ = register(EighOp{})

func eighKernel[T ir.Float](t ir.Type) ir.Kernel {
	lead, n, _, _ := checkMatrix("", t, true)
	batch := ir.SizeOf(lead)
	return func(f *ir.Frame, iv, ov []int32) {
		a, w, v := ir.As[T](f.Bufs[iv[0]]), ir.As[T](f.Bufs[ov[0]]), ir.As[T](f.Bufs[ov[1]])
		each(batch, 9*n*n*n, func(i int) {
			kernel.Eigh(n, a[i*n*n:(i+1)*n*n], w[i*n:(i+1)*n], v[i*n*n:(i+1)*n*n])
		})
	}
}

// SVDOp is A = U diag(s) Vᵀ for [m n] matrices, with k = min(m, n) singular values
// in descending order: U is [m k] and Vᵀ [k n], with Full [m m] and [n n].
type SVDOp struct {
	nonlinear
	Full bool
}

func (SVDOp) Work() ir.Work    { return ir.Costly }
func (SVDOp) Name() string     { return "svd" }
func (o SVDOp) Params() string { return boolString(o.Full) }
func (o SVDOp) Infer(in []ir.Type) ([]ir.Type, error) {
	lead, m, n, err := checkMatrix("svd", in[0], false)
	if err != nil {
		return nil, err
	}
	k := min(m, n)
	uc, vr := k, k
	if o.Full {
		uc, vr = m, n
	}
	shape := func(d ...int) ir.Type { return in[0].WithShape(slices.Concat(lead, d)) }
	return []ir.Type{shape(m, uc), shape(k), shape(vr, n)}, nil
}

// Townsend, "Differentiating the singular value decomposition", 2016, with the symmetric and the
// skew part of Uᵀ dA V apart: the gaps are the differences of singular values for one and their
// sums for the other, whose products neither overflow nor underflow. Equal and zero singular values
// are treated as equal eigenvalues are.
func (o SVDOp) JVP(x, y, dx values) values {
	u, s, vt := y[0], y[1], y[2]
	r := x[0].Rank()
	m, n := x[0].Shape[r-2], x[0].Shape[r-1]
	if o.Full && m != n {
		ir.Throw(ir.Errorf(ir.RuleError, "num.SVD",
			"the full factors of an %d×%d matrix are not determined by it, so they have no derivative; use the reduced ones", m, n))
	}
	k := min(m, n)
	ut, v := MatT(u), MatT(vt)
	ds := MatMul(ut, MatMul(dx[0], v))
	half, dst := like(ds, 0.5), MatT(ds)
	sym := turned(Mul(half, Add(ds, dst)), s)
	skew := overGap(Mul(half, Sub(ds, dst)), Add(byColumn(s, k), byRow(s, k)))
	du, dv := MatMul(u, Add(sym, skew)), MatMul(v, Sub(sym, skew))
	if m > k { // what leaves the space of the columns of U
		da := MatMul(dx[0], v)
		du = Add(du, overGap(Sub(da, MatMul(u, MatMul(ut, da))), byColumn(s, m)))
	}
	if n > k {
		da := MatMul(MatT(dx[0]), u)
		dv = Add(dv, overGap(Sub(da, MatMul(v, MatMul(vt, da))), byColumn(s, n)))
	}
	return values{du, Diag(ds), MatT(dv)}
}
func (o SVDOp) Batch(x values, bd []int, n int) (values, []int) { return batchLead(o, x, bd, n) }

// Depend implements [deps.Depender]: matrices of a batch do not depend on each other.
func (SVDOp) Depend(t *deps.Table, x []deps.Array, out []ir.Type) [][]deps.Set {
	return t.PerMember(x, out, 2)
}

func (o SVDOp) Kernel(_ ir.Compiler, in, out []ir.Type) (ir.Kernel, error) {
	return byFloat(in[0].DType, svdKernel[float64](o, in[0], out), svdKernel[float32](o, in[0], out))
}

func (o SVDOp) StableHLO(b *stablehlo.Builder, x []stablehlo.Value, out []ir.Type) []stablehlo.Value {
	return eachMatrix(b, x, out, func(z values) values { return jacobiSVD(z[0], o.Full) })
}

var _ = register(SVDOp{})

func svdKernel[T ir.Float](o SVDOp, t ir.Type, out []ir.Type) ir.Kernel {
	lead, m, n, _ := checkMatrix("", t, false)
	batch, k := ir.SizeOf(lead), min(m, n)
	uc, vr := out[0].Shape[out[0].Rank()-1], out[2].Shape[out[2].Rank()-2]
	return func(f *ir.Frame, iv, ov []int32) {
		a, u, s, vt := ir.As[T](f.Bufs[iv[0]]), ir.As[T](f.Bufs[ov[0]]), ir.As[T](f.Bufs[ov[1]]), ir.As[T](f.Bufs[ov[2]])
		each(batch, 20*m*n*k, func(i int) {
			kernel.SVD(m, n, a[i*m*n:(i+1)*m*n], u[i*m*uc:(i+1)*m*uc], s[i*k:(i+1)*k], vt[i*vr*n:(i+1)*vr*n], o.Full)
		})
	}
}
