package conic

import (
	"github.com/argmin-go/argmin/internal/core/ir"
	"github.com/argmin-go/argmin/num"
)

// reduced is the linear systems of steps with dense matrices, whose equations are A₀ and the other rows A₁. With H⁻¹ = FᵀF and B = FA₁
// they come down to the order of the variables,
//
//	(Q + BᵀB + A₀ᵀA₀) x + A₀ᵀy = u + BᵀFv₁ + A₀ᵀv₀,  A₀x = v₀,  z = Fᵀ(Bx - Fv₁)
//
// and to that of the equations. The term with A₀ᵀA₀ changes no solution, and makes the matrix definite where Q and the other rows do
// not. Of m rows and n variables, the factorization takes m n² + n³/3 operations, a solution some 4 m n.
type reduced struct {
	p      scaledProgram
	q      array // nil for none
	a0, a1 array
}

// mostDense is the largest order of a dense matrix of a step, of two gigabytes.
const mostDense = 1 << 14

func newReduced(p scaledProgram) reduced {
	if p.n > mostDense {
		ir.Throw(ir.Errorf(ir.ArgumentError, "argmin.HomogeneousEmbedding", "the matrix of a step has %d rows, for %d variables and %d rows, "+
			"and is not sparse enough to be factored", p.n, p.n, p.m))
	}
	k := p.layout.equations()
	a := p.a.(Dense).A
	s := reduced{p: p, a0: a.Index(num.To(k)), a1: a.Index(num.From(k))}
	if p.q != nil {
		s.q = p.q.(Dense).A
	}
	return s
}

// reducedFactors are the factors L of the matrix of the variables and those of the matrix of the equations, both with a diagonal of ones by the units.
type reducedFactors struct {
	s                reduced
	h                blocks
	b                array // B
	l, unit          array
	pull, own, scale array // L⁻¹A₀ᵀ, and the factor of its square, with its unit
}

func (s reduced) factor(h blocks) solver {
	f := reducedFactors{s: s, h: h}
	d := s.p.c.DType()
	a := num.Full(d, 0, s.p.n, s.p.n)
	if s.q != (array{}) {
		a = s.q
	}
	if s.a1.Size() > 0 {
		bt := num.Vmap(func(column array) array { return h.half(column, false) })(s.a1.T())
		a = a.Add(bt.MatMul(bt.T()))
		f.b = bt.T()
	}
	if s.a0.Size() > 0 {
		a = a.Add(s.a0.T().MatMul(s.a0))
	}
	f.l, f.unit = definite(a)
	if s.a0.Size() > 0 {
		f.pull = num.SolveTriangular(f.l, s.a0.T().Mul(f.unit.ExpandDims(1)), lower)
		f.own, f.scale = definite(f.pull.T().MatMul(f.pull))
	}
	return f
}

var lower, transposed = num.Triangle{Lower: true}, num.Triangle{Lower: true, Trans: true}

// definite is the Cholesky factor of a positive semidefinite matrix with a little more on its diagonal, in units in which that is about 1: the ε of the
// sparse matrices, and as much as rounding may have taken.
func definite(a array) (l, unit array) {
	n := a.Shape()[0]
	d := a.DType()
	unit = num.Const(1).Div(num.Diag(a).Add(num.Const(regular)).Sqrt())
	a = a.Mul(num.Outer(unit, unit))
	return num.Cholesky(a.Add(num.FromDiag(unit.Square().Scale(regular).AddScalar(float64(n) * d.Eps())))), unit
}

func (f reducedFactors) once(u, v array) (x, z array) {
	k := f.s.a0.Shape()[0]
	v0, v1 := v.Range(0, k), v.Range(k, v.Size())
	var w, y array
	if f.b != (array{}) {
		w = f.h.half(v1, false)
		u = u.Add(w.MatMul(f.b))
	}
	if k > 0 {
		u = u.Add(v0.MatMul(f.s.a0))
	}
	r := num.SolveTriangular(f.l, u.Mul(f.unit), lower)
	if k > 0 {
		y = num.SolveCholesky(f.own, r.MatMul(f.pull).Sub(v0).Mul(f.scale)).Mul(f.scale)
		r = r.Sub(f.pull.MatMul(y))
	}
	x = num.SolveTriangular(f.l, r, transposed).Mul(f.unit)
	switch {
	case f.b == (array{}) && k == 0:
		return x, v
	case f.b == (array{}):
		return x, y
	}
	z = f.h.half(f.b.MatMul(x).Sub(w), true)
	if k > 0 {
		z = num.Concat(0, y, z)
	}
	return x, z
}
