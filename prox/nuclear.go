package prox

import (
	"github.com/argmin-go/argmin/internal/arg"
	"github.com/argmin-go/argmin/num"
	"github.com/argmin-go/argmin/projection"
)

// Nuclear is the operator of the nuclear norm, strength · the sum of the singular values of
// a matrix: it lowers each singular value by step·strength, or to zero (Cai, Candès & Shen,
// "A singular value thresholding algorithm for matrix completion", 2010). The derivative is
// exact even where singular values are equal or zero; the second derivative is NaN there.
func Nuclear[S projection.Scalar](x num.Array, strength S, step num.Array) num.Array {
	const op = "prox.Nuclear"
	arg.Rank(op, "x", x, 2)
	if x.Size() == 0 {
		return x
	}
	t := each(op, x.Const(1), strength, step, func(_, t num.Array) num.Array { return t })
	if s := x.Shape(); s[0] < s[1] {
		return threshold(matrix{x.T(), t}).X.T()
	}
	return threshold(matrix{x, t}).X
}

// matrix is one with at least as many rows as columns, and a threshold.
type matrix struct{ X, T num.Array }

// threshold is U f(Σ) Vᵀ for f(σ) = max(σ - t, 0), in X. Its differential, with
// A = Uᵀ dX V and S and K the symmetric and skew parts of A, is
//
//	U (Ω⁻∘S + Ω⁺∘K + diag f_t dt) Vᵀ + (I - UUᵀ) dX V diag(f/σ) Vᵀ,
//
// where Ω⁻ = (fᵢ - fⱼ)/(σᵢ - σⱼ), f' where they are equal, and Ω⁺ = (fᵢ + fⱼ)/(σᵢ + σⱼ),
// 0 where both are zero, or 1 for t = 0 (Lewis & Sendov, "Nonsmooth analysis of singular values", 2005).
var threshold = num.CustomJVP(func(m matrix) matrix {
	u, s, vt := num.SVD(m.X)
	return matrix{rebuilt(u, num.Maximum(s.Sub(m.T), num.Const(0)), vt), m.T}
}, func(m, dm matrix) (matrix, matrix) {
	u, s, vt := num.SVD(m.X)
	zero := s.Const(0)
	f := num.Maximum(s.Sub(m.T), zero)
	idle := num.Where(m.T.Eq(zero), num.Const(1), zero) // 1 for the identity
	on := num.Where(s.Gt(m.T), num.Const(1), idle)
	row := func(x num.Array) num.Array { return x.Reshape(1, -1) }
	column := func(x num.Array) num.Array { return x.Reshape(-1, 1) }
	ratio := func(a, b, other num.Array) num.Array {
		ok := b.Ne(zero)
		return num.Where(ok, a.Div(arg.Safe(ok, b)), other)
	}
	minus := ratio(column(f).Sub(row(f)), column(s).Sub(row(s)), column(on).BroadcastTo(s.Size(), s.Size()))
	plus := ratio(column(f).Add(row(f)), column(s).Add(row(s)), idle)
	dxv := dm.X.MatMul(vt.T())
	a := u.T().MatMul(dxv)
	sym, skew := a.Add(a.T()).Scale(0.5), a.Sub(a.T()).Scale(0.5)
	core := minus.Mul(sym).Add(plus.Mul(skew)).Sub(num.FromDiag(on.Mul(dm.T)))
	rest := dxv.Sub(u.MatMul(a)).Mul(row(ratio(f, s, idle)))
	return matrix{rebuilt(u, f, vt), m.T}, matrix{u.MatMul(core).Add(rest).MatMul(vt), dm.T}
})

func rebuilt(u, s, vt num.Array) num.Array { return u.Mul(s.Reshape(1, -1)).MatMul(vt) }
