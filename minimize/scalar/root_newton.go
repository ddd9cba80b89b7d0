package scalar

import (
	"fmt"
	"math"

	"github.com/argmin-go/argmin/internal/option"
	"github.com/argmin-go/argmin/minimize/internal/search"
	"github.com/argmin-go/argmin/minimize/internal/vec"
	"github.com/argmin-go/argmin/status"
)

// NewtonRaphson is Newton's method for a root, from X0, with the derivative FPrime or,
// without it, a difference of values. It doubles the digits with every iteration near a
// simple root, and may fail from farther away. An iteration costs one evaluation of f and one of
// the derivative, or two of f.
//
// It stops when a step is at most XTol + RTol |x|, unless the value is not small there, and fails where the
// derivative is zero.
type NewtonRaphson struct {
	XTol    float64 `opt:"xtol"`    // absolute length of the last step; default 1.48e-8
	RTol    float64 `opt:"rtol"`    // length of the last step relative to x; default 0
	MaxIter int     `opt:"maxiter"` // largest number of iterations; default 50
}

// Name returns "newton".
func (NewtonRaphson) Name() string { return "newton" }

func (NewtonRaphson) needs() needs { return needs{x0: true} }

func (m NewtonRaphson) solve(s *zero) outcome {
	return s.newton(stepTolerance(m.XTol, m.RTol), option.Or(m.MaxIter, 50), false)
}

// Halley is Halley's method for a root, from X0, with the derivatives FPrime and
// FPrime2. It triples the digits with every iteration near a simple root. An iteration costs one
// evaluation of f and one of each derivative.
//
// It stops when a step is at most XTol + RTol |x|, and fails where the derivative is
// zero. A step is Newton's where Halley's would have the opposite direction.
type Halley struct {
	XTol    float64 `opt:"xtol"`    // absolute length of the last step; default 1.48e-8
	RTol    float64 `opt:"rtol"`    // length of the last step relative to x; default 0
	MaxIter int     `opt:"maxiter"` // largest number of iterations; default 50
}

// Name returns "halley".
func (Halley) Name() string { return "halley" }

func (Halley) needs() needs { return needs{x0: true, fprime: true, fprime2: true} }

func (m Halley) solve(s *zero) outcome {
	return s.newton(stepTolerance(m.XTol, m.RTol), option.Or(m.MaxIter, 50), true)
}

// newton is Newton's method, or Halley's: with the correction a = f f″/2f′² the step f/f′ is
// divided by 1 - a.
func (s *zero) newton(tol tolerance, maxIter int, halley bool) outcome {
	x, f := *s.opt.X0, math.NaN()
	for s.nit < maxIter {
		if math.IsNaN(f) {
			f = s.value(x)
		}
		if s.nit == 0 {
			s.first = math.Abs(f)
		}
		if f == 0 {
			return s.converged(x)
		}
		s.nit++
		slope := s.slope(x, f)
		if slope == 0 {
			return outcome{x, status.Failed, fmt.Sprintf("Derivative was zero at x=%g. Failed to converge after %d iterations.", x, s.nit)}
		}
		step := f / slope
		if halley {
			if a := step * s.derivative(search.KindHess, s.opt.FPrime2, x) / slope / 2; math.Abs(a) < 1 {
				step /= 1 - a
			}
		}
		next := x - step
		if math.IsNaN(next) || math.IsInf(next, 0) {
			return outcome{x, status.NonFinite, fmt.Sprintf("The step from x=%g is %g.", x, -step)}
		}
		last := f
		f = math.NaN()
		if math.Abs(next-x) <= tol.at(x) {
			var root bool
			if root, f = s.arrived(next, next-x, last); root {
				return s.converged(next)
			}
		}
		x = next
	}
	return s.unfinished(x)
}

// slope is the derivative at x, where the function is f, or without FPrime a difference over a step that is
// relative to x, or if that changes the value by rounding only, that of an x of size 1.
func (s *zero) slope(x, f float64) float64 {
	if s.opt.FPrime != nil {
		return s.derivative(search.KindG, s.opt.FPrime, x)
	}
	const digits = 100 // times rounding that a change must be
	long := math.Sqrt(vec.Eps) * max(1, math.Abs(x))
	over := func(h float64) (change, length float64) {
		h = (x + h) - x
		return s.value(x+h) - f, h
	}
	h := math.Sqrt(vec.Eps) * math.Abs(x)
	if x+h == x || h > long/2 {
		h = long
	}
	change, length := over(h)
	if h < long && math.Abs(change) < digits*vec.Eps*math.Abs(f) {
		change, length = over(long)
	}
	return change / length
}

// Secant is the secant method for a root, from X0 and X1 or a point near X0. It needs no
// derivative; near a simple root an iteration adds 60% more digits. An iteration costs one
// evaluation.
//
// It stops when a step is at most XTol + RTol |x|, and fails where two values are the
// same. A small step after a long one may be from a line that has nothing to do with
// the function, so the value at its end must be smaller too.
type Secant struct {
	XTol    float64 `opt:"xtol"`    // absolute length of the last step; default 1.48e-8
	RTol    float64 `opt:"rtol"`    // length of the last step relative to x; default 0
	MaxIter int     `opt:"maxiter"` // largest number of iterations; default 50
}

// Name returns "secant".
func (Secant) Name() string { return "secant" }

func (Secant) needs() needs { return needs{x0: true} }

func (m Secant) solve(s *zero) outcome {
	tol, maxIter := stepTolerance(m.XTol, m.RTol), option.Or(m.MaxIter, 50)
	a := *s.opt.X0
	b := a*(1+1e-4) + math.Copysign(1e-4, a) // SciPy's
	if s.opt.X1 != nil {
		b = *s.opt.X1
	}
	fa, fb := s.value(a), s.value(b)
	s.first = max(math.Abs(fa), math.Abs(fb))
	if math.Abs(fa) < math.Abs(fb) {
		a, b, fa, fb = b, a, fb, fa
	}
	for {
		if fb == 0 {
			return s.converged(b)
		}
		if s.nit >= maxIter {
			return s.unfinished(b)
		}
		s.nit++
		if fa == fb {
			return outcome{b, status.Failed,
				fmt.Sprintf("The values at x=%g and x=%g are the same, %g. Failed to converge after %d iterations.", a, b, fb, s.nit)}
		}
		var x float64
		if math.Abs(fb) > math.Abs(fa) {
			x = (-fa/fb*b + a) / (1 - fa/fb)
		} else {
			x = (-fb/fa*a + b) / (1 - fb/fa)
		}
		if math.IsNaN(x) || math.IsInf(x, 0) {
			return outcome{b, status.NonFinite, fmt.Sprintf("The point after x=%g is %g.", b, x)}
		}
		small, f := math.Abs(x-b) <= tol.at(b), math.NaN()
		if small {
			root, next := s.arrived(x, x-b, fb)
			if root && (!math.IsNaN(next) || math.Abs(b-a) <= 0.01*max(1, math.Abs(b))) {
				return s.converged(x)
			}
			f = next
		}
		if math.IsNaN(f) {
			f = s.value(x)
			if small && math.Abs(f) < math.Abs(fb) {
				return s.converged(x)
			}
		}
		a, fa, b, fb = b, fb, x, f
	}
}
