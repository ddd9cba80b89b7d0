package prox

import (
	"github.com/argmin-go/argmin/internal/arg"
	"github.com/argmin-go/argmin/num"
	"github.com/argmin-go/argmin/projection"
)

// Nuclear is the operator of the nuclear norm, strength · the sum of the singular values of
// a matrix: it lowers each singular value by step·strength, or to zero (Cai, Candès & Shen,
// "A singular value thresholding algorithm for matrix completion", 2010). The first two
// derivatives are exact even where singular values are equal or zero; the second takes the time of [num.Funm]'s
// for a matrix of m + n rows.
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
var threshold = num.CustomJVP(func(m matrix) matrix { return matrix{threshold0(m), m.T} }, func(m, dm matrix) (matrix, matrix) {
	return matrix{threshold0(m), m.T}, matrix{thresholdAlong(motion{m, dm}), dm.T}
})

func threshold0(m matrix) num.Array {
	u, s, vt := num.SVD(m.X)
	return rebuilt(u, num.Maximum(s.Sub(m.T), num.Const(0)), vt)
}

// motion is a matrix and its differential.
type motion struct{ M, DM matrix }

// thresholdAlong is the differential of threshold. Its formula has singular vectors, which have
// no derivative where singular values are equal; its own derivative is therefore the second one
// of another form of the same function.
var thresholdAlong = num.CustomJVP(differential, func(z, dz motion) (num.Array, num.Array) {
	along := func(z motion) num.Array {
		_, d := num.JVP(symmetricThreshold, z.M, z.DM)
		return d
	}
	_, second := num.JVP(along, z, dz)
	return differential(z), second
})

// symmetricThreshold is threshold as a function of the symmetric matrix (0 X; Xᵀ 0), whose eigenvalues
// are the singular values of X with both signs, and zeros.
func symmetricThreshold(m matrix) num.Array {
	rows, cols := m.X.Shape()[0], m.X.Shape()[1]
	zero := func(n int) num.Array { return num.Full(m.X.DType(), 0, n, n) }
	odd := func(x num.Array, f func(w num.Array) num.Array) num.Array {
		wide := num.Concat(0, num.Concat(1, zero(rows), x), num.Concat(1, x.T(), zero(cols)))
		return num.Funm(wide, f).Index(num.To(rows), num.From(rows))
	}
	return num.Cond(m.T.Gt(num.Const(0)), func(m matrix) num.Array {
		return odd(m.X.Div(m.T), func(w num.Array) num.Array {
			return num.Maximum(w.AddScalar(-1), num.Const(0)).Add(num.Minimum(w.AddScalar(1), num.Const(0)))
		}).Mul(m.T)
	}, func(m matrix) num.Array { // the identity, which a small t lowers by t U Vᵀ
		return m.X.Sub(odd(m.X, num.Array.Sign).Mul(m.T))
	}, m)
}

func differential(z motion) num.Array {
	m, dm := z.M, z.DM
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
	return u.MatMul(core).Add(rest).MatMul(vt)
}

func rebuilt(u, s, vt num.Array) num.Array { return u.Mul(s.Reshape(1, -1)).MatMul(vt) }
