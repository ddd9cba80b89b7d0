package argmin

import (
	"github.com/argmin-go/argmin/internal/option"
	"github.com/argmin-go/argmin/linesearch"
	"github.com/argmin-go/argmin/num"
)

// BFGS is the method of Broyden, Fletcher, Goldfarb and Shanno, which approximates the
// inverse Hessian by an n×n matrix: for up to about a thousand parameters.
//
// It follows Nocedal & Wright, "Numerical Optimization", algorithm 6.1, with the first
// matrix scaled by equation 6.20. Pairs without positive curvature are left out. An
// iteration takes about 4n² operations in addition to the evaluations of its line search.
type BFGS struct {
	LineSearch linesearch.Search // default linesearch.Zoom
	StepControl
}

func (m BFGS) ranges() []option.Range { return m.stepRanges() }

func (m BFGS) smooth() definition { return define("BFGS", m.rule) }

type bfgsState struct {
	H     num.Array // [n, n] inverse Hessian
	Known num.Array // bool: whether H holds; not before the first pair
	First num.Array // the first step to try
}

func (m BFGS) rule(p *Problem) Rule[bfgsState] {
	search := searchOr(m.LineSearch, linesearch.Zoom(linesearch.ZoomOptions{}))
	return Rule[bfgsState]{
		Init: func(it Iterate) bfgsState {
			n := it.X.Size()
			return bfgsState{num.Full(it.X.DType(), 0, n, n), num.Full(num.Bool, 0), it.X.Const(1)}
		},
		Update: func(it Iterate, st bfgsState) (Iterate, bfgsState) {
			d := num.Where(st.Known, st.H.MatMul(it.Grad), it.Grad.Mul(atMostOne(num.Norm(it.Grad)))).Neg()
			next, r := m.search(p, it, search, d, st.First, it.StepSize)
			h, keep := bfgsUpdate(st, next.X.Sub(it.X), next.Grad.Sub(it.Grad))
			next, forget := m.restarted(next, st.Known.Not())
			return next, bfgsState{h, st.Known.Or(keep).And(forget.Not()), growing(keep, r.Step)}
		},
	}
}

// bfgsUpdate is the inverse Hessian after the step s changed the gradient by y,
//
//	(I - s yᵀ/ρ) H (I - y sᵀ/ρ) + s sᵀ/ρ, where ρ = sᵀy,
//
// and whether the pair was kept.
func bfgsUpdate(st bfgsState, s, y num.Array) (h, keep num.Array) {
	dt, one := s.DType(), num.Const(1)
	sy, yy := s.Dot(y), y.Dot(y)
	keep = curved(s, y)
	rho := num.Where(keep, sy, one)
	eye := num.Eye(s.Size()).AsType(dt)
	h0 := num.Where(st.Known, st.H, eye.Mul(sy.Div(num.Where(keep, yy, one))))
	hy := h0.MatMul(y)
	a := y.Dot(hy).Div(rho).AddScalar(1).Div(rho)
	h = h0.Add(num.Outer(s, s).Mul(a)).Sub(num.Outer(hy, s).Add(num.Outer(s, hy)).Div(rho))
	return num.Where(keep, h, st.H), keep
}
