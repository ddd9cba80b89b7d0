package argmin

import (
	"math"

	"github.com/argmin-go/argmin/internal/option"
	"github.com/argmin-go/argmin/num"
	"github.com/argmin-go/argmin/status"
)

// TrustRegion is Newton's method within a trust region. Like [NewtonCG] it needs only
// products with the Hessian, but it also follows negative curvature, and it makes no line
// search.
//
// Conjugate gradients on the quadratic model end at the region's boundary or at negative
// curvature (Steihaug, 1983; Nocedal & Wright, "Numerical Optimization", algorithms 4.1 and
// 7.2, from where also the factors that change the radius are).
type TrustRegion struct {
	Radius    float64 // of the first region; default 1, or √ε of the start if that is more
	MaxRadius float64 // default no limit
}

func (m TrustRegion) ranges() []option.Range {
	return []option.Range{option.Positive("Radius", m.Radius), option.AtLeast("MaxRadius", m.MaxRadius, option.Or(m.Radius, 1))}
}

func (m TrustRegion) smooth() definition { return define("TrustRegion", m.rule) }

// rule has the radius as its state.
func (m TrustRegion) rule(p *Problem) Rule[num.Array] {
	radius := option.Or(m.Radius, 1)
	// Its square must be finite.
	most := min(option.Or(m.MaxRadius, math.Inf(1)), longest(p.start.DType()))
	return Rule[num.Array]{
		Init: func(it Iterate) num.Array {
			if m.Radius == 0 {
				return it.unit()
			}
			return it.X.Const(radius)
		},
		Update: func(it Iterate, radius num.Array) (Iterate, num.Array) {
			return m.update(p, it, radius, most)
		},
	}
}

func (m TrustRegion) update(p *Problem, it Iterate, radius num.Array, most float64) (Iterate, num.Array) {
	d := it.X.DType()
	// Superlinear convergence: the residual is to fall like |g|^1.5 (Nocedal & Wright, algorithm 7.1).
	forcing := it.Error.Mul(num.Minimum(num.Const(0.5), it.Error.Sqrt()))
	s, hs, edge := steihaug(hessp(p.Func, it.X), it.Grad, forcing, &radius, radius, 0)
	promise := it.Grad.Dot(s).Add(s.Dot(hs).Scale(0.5)).Neg()
	x := it.X.Add(s)
	v, g := p.Func(x)
	// Where rounding hides the decrease, ten units in the last place, the model is taken at its word.
	slack := it.Value.Abs().Scale(10 * d.Eps())
	ratio := it.Value.Sub(v).Add(slack).Div(num.Maximum(promise.Add(slack), num.Const(d.Tiny())))
	ok := v.IsFinite().And(g.IsFinite().All())
	// Where rounding hides all of it, the gradient decides.
	ratio = num.Where(v.Eq(it.Value).And(num.Norm(g).Lt(num.Norm(it.Grad))), num.Const(1), ratio)
	good := ok.And(ratio.Gt(num.Const(0.1)))
	shrink := ok.Not().Or(ratio.Lt(num.Const(0.25)))
	grow := ok.And(ratio.Gt(num.Const(0.75))).And(edge)
	norm := num.Norm(s)
	grown := num.Where(grow, num.Minimum(radius.Scale(2), num.Const(most)), radius)
	next := it
	next.X, next.Value, next.Grad = num.Where(good, x, it.X), num.Where(good, v, it.Value), num.Where(good, g, it.Grad)
	next.NFev = it.NFev.AddScalar(2) // of the Hessian's products and of the step
	stuck := good.Not().And(norm.Le(num.Norm(it.X).AddScalar(1).Scale(d.Eps())))
	// A step that the region does not bound is as short as the model wants it.
	failure := num.Where(edge, code(status.LineSearchFailed), code(status.Stalled))
	next.Code = num.Where(stuck, failure, code(status.Running))
	return next, num.Where(shrink, num.Minimum(radius, norm).Scale(0.25), grown)
}
