// Package qp has methods for convex quadratic programs on vectors, written with traced arrays: one iteration is one function.
// [Method] is a primal–dual interior point method, of which the others with systems have the scaling, the errors and the certificates: [ADMM],
// [ActiveSet], [Equations] and [Coordinates]. [PDHG], the method of PDLP, has no systems.
//
// A program has variables x and rows Jx, each within limits; an equation is a row, and a fixed variable one, whose limits
// are equal. In the interior point method each limit of an inequality has a slack and a multiplier, which stay positive. Steps are Mehrotra's predictor and
// corrector ("On the implementation of a primal-dual interior point method", SIAM J. Optim. 2, 1992), of the proximal method of multipliers
// (Pougkakiotis & Gondzio, "An interior point–proximal method of multipliers for convex quadratic programming", Comput. Optim. Appl. 78,
// 2021; Schwan, Jiang, Kuhn & Jones, "PIQP: a proximal interior-point quadratic programming solver", CDC 2023): the terms
// ρ/2 |x - xₖ|² and δ/2 |y - yₖ|² make every system regular, whatever depends on what, and do not move the solution.
package qp

import (
	"math"

	"github.com/argmin-go/argmin/internal/kkt"
	"github.com/argmin-go/argmin/num"
)

type array = num.Array

// Problem is min ½ xᵀHx + cᵀx with limits on x and Jx, n + m of them.
type Problem struct {
	Products kkt.Products
	System   kkt.System // made of the products; nil for methods that only multiply
	K        kkt.Matrices
	C        array // [n]
	Lo, Hi   array // [n + m]
}

// Options are the method's numbers.
type Options struct {
	Tol      float64
	Absolute bool    // errors are in the units of the problem, not relative to the sizes of their terms
	Gap      float64 // how large the duality gap may be; 0 for Tol
	Least    float64 // weight of a barrier that stays; 0 for none
}

// program is one problem in scaled units, and what every method does with it.
type program struct {
	Problem
	Options
	limits
	scaling
	k     kkt.Matrices // scaled
	c     array
	curve array // largest entry of the scaled H
}

func newProgram(p Problem, o Options, s scaling) program {
	m := program{Problem: p, Options: o, scaling: s}
	n, _ := p.Products.Size()
	m.k, m.c = p.Products.Scaled(p.K, m.d, m.e), p.C.Mul(m.d).Mul(m.cost)
	m.k.H = m.k.H.Mul(m.cost)
	_, _, h := p.Products.Largest(m.k)
	m.curve = largest(h)
	m.limits = newLimits(n, p.Lo, p.Hi, m.rows)
	return m
}

// Method is the interior point method on one problem, with what it needs of the data.
type Method struct{ program }

// New is the interior point method on a problem.
func New(p Problem, o Options) Method {
	p.Products = p.System
	return Method{newProgram(p, o, equilibrate(p))}
}

// Iterative is a method with states of type S: [Method], [ADMM], [PDHG], [ActiveSet], [Equations] or [Coordinates].
type Iterative[S any] interface {
	// Begin is the state before the first step, from a point with its multipliers; where they are zero, from scratch if that is better.
	Begin(p Point) S
	// For reports whether a state is one of this program at the point.
	For(st S, p Point) num.Array
	// Step makes one step: of the whole length, or the part of it that is given, after looking at so many points.
	Step(st S) (next S, length, evaluations num.Array)
	// Report is the point of a state and its errors, of which the tolerance bounds the last.
	Report(st S) (Point, Errors, num.Array)
	// Judge says how a state stands to a solution, and what it proves.
	Judge(st S) Outcome
	// Convex reports whether H has no negative eigenvalue.
	Convex() num.Array
}

// limits are those of x and Jx end to end, with what is known of each.
type limits struct {
	n              int
	lo, hi         array // scaled, 0 where there is none
	low, high      array // as they are given, infinite where there is none
	hasL, hasU, eq array // 1 where there is a lower limit, an upper one, or equal ones; else 0. eq excludes the others.
	count          array // how many limits of inequalities there are, at least 1
}

func flag(b array, d num.DType) array { return b.AsType(d) }

var inf = math.Inf(1)

// none is the size of a limit from which on it counts as infinite: the convention of file formats and solvers.
const none = 1e20

func newLimits(n int, lo, hi, scale array) limits {
	d := lo.DType()
	l := limits{n: n}
	hasL, hasU := lo.Gt(num.Const(-none)), hi.Lt(num.Const(none))
	near := hi.Sub(lo).Le(num.Maximum(lo.Abs(), hi.Abs()).Scale(4 * d.Eps()))
	eq := hasL.And(hasU).And(near)
	l.hasL, l.hasU, l.eq = flag(hasL.And(eq.Not()), d), flag(hasU.And(eq.Not()), d), flag(eq, d)
	l.lo, l.hi = num.Where(hasL, lo.Mul(scale), num.Const(0)), num.Where(hasU, hi.Mul(scale), num.Const(0))
	l.low, l.high = num.Where(hasL, lo, num.Const(-inf)), num.Where(hasU, hi, num.Const(inf))
	l.count = num.Maximum(l.hasL.Sum().Add(l.hasU.Sum()), num.Const(1))
	return l
}

// head and tail are the parts of x and of Jx of a vector of the length of the limits.
func (l limits) head(v array) array { return v.Range(0, l.n) }
func (l limits) tail(v array) array { return v.Range(l.n, v.Size()) }

func positive(a array) array { return a.Gt(num.Const(0)) }

// over is a/b where on, elsewhere 0.
func over(a, b, on array) array {
	return a.Div(num.Where(positive(on), b, num.Const(1))).Mul(on)
}

// largest is the largest magnitude; 0 of nothing.
func largest(v array) array {
	if v.Size() == 0 {
		return v.Const(0)
	}
	return v.Abs().Max()
}
