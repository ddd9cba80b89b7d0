package argmin

import "github.com/argmin-go/argmin/num"

// Chandrupatla finds roots in brackets by inverse quadratic interpolation where that is safe and by bisection
// elsewhere: about ten evaluations for a smooth function, and not many more than [Bisection] for any.
//
// Chandrupatla, "A new hybrid quadratic/bisection algorithm for finding the zero of a nonlinear function without using
// derivatives", 1997. An iteration costs one evaluation of f and some thirty operations per entry.
type Chandrupatla struct{}

func (m Chandrupatla) bracketed() definition {
	d := define("Chandrupatla", bracketing{m.next, true}.rule)
	d.tol = -1 // the last bits
	return d
}

// next is the point of the interpolation if it is monotone between the ends, as the paper's test shows, else the middle.
func (Chandrupatla) next(s bracketState, nearest num.Array) num.Array {
	one := num.Const(1)
	xi, phi := s.A.Sub(s.B).Div(s.C.Sub(s.B)), s.FA.Sub(s.FB).Div(s.FC.Sub(s.FB))
	monotone := one.Sub(one.Sub(xi).Sqrt()).Lt(phi).And(phi.Lt(xi.Sqrt()))
	alpha := s.C.Sub(s.A).Div(s.B.Sub(s.A))
	t := s.FA.Div(s.FA.Sub(s.FB)).Mul(s.FC.Div(s.FC.Sub(s.FB))).
		Sub(alpha.Mul(s.FA.Div(s.FC.Sub(s.FA))).Mul(s.FB.Div(s.FB.Sub(s.FC))))
	t = num.Clip(t, nearest, one.Sub(nearest))
	x := s.A.Add(s.B.Sub(s.A).Mul(t))
	return num.Where(monotone.And(x.IsFinite()), x, s.middle())
}
