package convex

import (
	"fmt"
	"math"

	"github.com/argmin-go/argmin/internal/core/ir"
	"github.com/argmin-go/argmin/num"
)

// elementwise is what functions of each element have in common.
type elementwise struct{}

func (elementwise) infer(args []*node) ([]int, string) { return args[0].shape, "" }

// The shapes of a function by what is known about it.
type (
	convexAtom     struct{}
	concaveAtom    struct{}
	nonNegative    struct{} // values are ≥ 0
	unsigned       struct{} // values have any sign
	increasingIn   struct{} // in each argument
	decreasingIn   struct{}
	monotoneNone   struct{}
	absoluteSlope  struct{} // nondecreasing for arguments ≥ 0, nonincreasing for those ≤ 0
	scalarFunction struct{} // of all elements of its arguments
)

func (convexAtom) curvature([]*node) Curvature  { return CurvatureConvex }
func (concaveAtom) curvature([]*node) Curvature { return CurvatureConcave }
func (nonNegative) sign([]*node) Sign           { return SignNonNegative }
func (unsigned) sign([]*node) Sign              { return SignUnknown }
func (increasingIn) slope(int, []*node) slope   { return nondecreasing }
func (decreasingIn) slope(int, []*node) slope   { return nonincreasing }
func (monotoneNone) slope(int, []*node) slope   { return slopeNone }
func (absoluteSlope) slope(i int, args []*node) slope {
	return slopeOf(args[i].sign)
}
func (scalarFunction) infer([]*node) ([]int, string) { return nil, "" }

// Abs is the absolute value of each element: convex.
func Abs(x Expr) Expr { return apply("Abs", absolute{}, x) }

type absolute struct {
	elementwise
	convexAtom
	nonNegative
	absoluteSlope
}

func (absolute) name() string                     { return "abs" }
func (absolute) value(args []num.Array) num.Array { return args[0].Abs() }
func (absolute) graph(b *builder, args []coef, shape []int) coef {
	t := b.variable(shape...)
	b.nonNegative(t.sub(args[0]))
	b.nonNegative(t.add(args[0]))
	return t
}

// Pos is max(x, 0) of each element: convex, nondecreasing.
func Pos(x Expr) Expr { return apply("Pos", positivePart{}, x) }

type positivePart struct {
	elementwise
	convexAtom
	nonNegative
	increasingIn
}

func (positivePart) name() string                     { return "pos" }
func (positivePart) value(args []num.Array) num.Array { return num.Maximum(args[0], num.Const(0)) }
func (positivePart) graph(b *builder, args []coef, shape []int) coef {
	t := b.variable(shape...)
	b.nonNegative(t.sub(args[0]))
	b.nonNegative(t)
	return t
}

// Square is x² of each element: convex.
func Square(x Expr) Expr { return apply("Square", square{}, x) }

type square struct {
	elementwise
	convexAtom
	nonNegative
	absoluteSlope
}

func (square) name() string                     { return "square" }
func (square) value(args []num.Array) num.Array { return args[0].Square() }
func (square) graph(b *builder, args []coef, shape []int) coef {
	t := b.variable(shape...)
	b.rotated(t, fullCoef(1, shape...), args[0])
	return t
}

// Sqrt is √x of each element: concave, nondecreasing, with x ≥ 0 implied.
func Sqrt(x Expr) Expr { return apply("Sqrt", squareRoot{}, x) }

type squareRoot struct {
	elementwise
	concaveAtom
	nonNegative
	increasingIn
}

func (squareRoot) name() string                     { return "sqrt" }
func (squareRoot) value(args []num.Array) num.Array { return args[0].Sqrt() }
func (squareRoot) graph(b *builder, args []coef, shape []int) coef {
	t := b.variable(shape...)
	b.rotated(args[0], fullCoef(1, shape...), t)
	return t
}

// InvPos is 1/x of each element, with x > 0 implied: convex, nonincreasing.
func InvPos(x Expr) Expr { return apply("InvPos", inverse{}, x) }

type inverse struct {
	elementwise
	convexAtom
	nonNegative
	decreasingIn
}

func (inverse) name() string { return "inv_pos" }
func (inverse) value(args []num.Array) num.Array {
	return num.Where(args[0].Gt(num.Const(0)), num.Const(1).Div(args[0]), num.Const(math.Inf(1)))
}
func (inverse) graph(b *builder, args []coef, shape []int) coef {
	t := b.variable(shape...)
	b.rotated(t, args[0], fullCoef(1, shape...))
	return t
}

// Power is xᵖ of each element. For an even p it is convex on the whole line; for other p > 1 and for p < 0 it is convex where x ≥ 0, which is
// implied; for 0 < p < 1 it is concave where x ≥ 0; for p = 1 it is x, for p = 0 it is 1.
func Power(x Expr, p float64) Expr {
	switch {
	case math.IsNaN(p) || math.IsInf(p, 0):
		return failed(ir.ArgumentError, "Power", "the exponent is %g, want a finite number", p)
	case p == 1:
		return x
	case p == 0:
		return literal("Power", num.Ones(x.node().shape...))
	case p == 2:
		return Square(x)
	case p == 0.5:
		return Sqrt(x)
	case p == -1:
		return InvPos(x)
	}
	return apply("Power", power{p: p}, x)
}

type power struct {
	elementwise
	nonNegative
	p float64
}

func (f power) even() bool   { return math.Mod(f.p, 2) == 0 && f.p > 0 }
func (f power) name() string { return "power" }
func (f power) curvature([]*node) Curvature {
	if f.p > 0 && f.p < 1 {
		return CurvatureConcave
	}
	return CurvatureConvex
}

func (f power) slope(i int, args []*node) slope {
	switch {
	case f.even():
		return slopeOf(args[i].sign)
	case f.p < 0:
		return nonincreasing
	}
	return nondecreasing
}

func (f power) value(args []num.Array) num.Array {
	y := args[0].Pow(num.Const(f.p))
	switch {
	case f.even():
		return y
	case f.p > 0 && f.p < 1:
		return num.Where(args[0].Ge(num.Const(0)), y, num.Const(math.Inf(-1)))
	case f.p < 0:
		return num.Where(args[0].Gt(num.Const(0)), y, num.Const(math.Inf(1)))
	}
	return num.Where(args[0].Ge(num.Const(0)), y, num.Const(math.Inf(1)))
}

func (f power) graph(b *builder, args []coef, shape []int) coef {
	t, one, x := b.variable(shape...), fullCoef(1, shape...), args[0]
	switch {
	case f.p < 0:
		b.power(1/(1-f.p), t, x, one)
	case f.p < 1:
		b.power(f.p, x, one, t)
	default:
		b.power(1/f.p, t, one, x)
		if !f.even() {
			b.nonNegative(x)
		}
	}
	return t
}

// Huber is x² for |x| ≤ m and 2m|x| - m² beyond, of each element, for a threshold m > 0: convex.
func Huber(x Expr, m float64) Expr {
	if !(m > 0) || math.IsInf(m, 1) {
		return failed(ir.ArgumentError, "Huber", "the threshold is %g, want a positive number", m)
	}
	return apply("Huber", huber{m: m}, x)
}

type huber struct {
	elementwise
	convexAtom
	nonNegative
	absoluteSlope
	m float64
}

func (huber) name() string { return "huber" }
func (f huber) value(args []num.Array) num.Array {
	a := args[0].Abs()
	inner := num.Minimum(a, num.Const(f.m))
	return inner.Square().Add(a.Sub(inner).Scale(2 * f.m))
}

// split is the argument as the sum of two parts: the function is the least s² + 2m|x - s|.
func (f huber) split(b *builder, x coef) (s, rest coef) {
	s = b.variable(x.shape...)
	return s, absolute{}.graph(b, []coef{x.sub(s)}, x.shape)
}

func (f huber) graph(b *builder, args []coef, shape []int) coef {
	s, rest := f.split(b, args[0])
	return square{}.graph(b, []coef{s}, shape).add(rest.scale(2 * f.m))
}

// Maximum is the largest of its arguments, element by element: convex, nondecreasing. [Max] is the largest element of one.
func Maximum(x any, more ...any) Expr { return extremes("Maximum", largestOf{}, x, more) }

// Minimum is the smallest of its arguments, element by element: concave, nondecreasing. [Min] is the smallest element of one.
func Minimum(x any, more ...any) Expr { return extremes("Minimum", smallestOf{}, x, more) }

func extremes(op string, f atom, x any, more []any) Expr {
	list := []Expr{operand(op, x)}
	for _, y := range more {
		list = append(list, operand(op, y))
	}
	return broadcast(op, f, list...)
}

type largestOf struct {
	elementwise
	convexAtom
	increasingIn
}

func (largestOf) name() string { return "maximum" }
func (largestOf) sign(args []*node) Sign {
	all := SignNonPositive
	for _, a := range args {
		if a.sign.atLeastZero() {
			return SignNonNegative
		}
		if !a.sign.atMostZero() {
			all = SignUnknown
		}
	}
	return all
}

func (largestOf) value(args []num.Array) num.Array {
	y := args[0]
	for _, x := range args[1:] {
		y = num.Maximum(y, x)
	}
	return y
}

func (largestOf) graph(b *builder, args []coef, shape []int) coef {
	t := b.variable(shape...)
	for _, x := range args {
		b.nonNegative(t.sub(x))
	}
	return t
}

type smallestOf struct {
	elementwise
	concaveAtom
	increasingIn
}

func (smallestOf) name() string           { return "minimum" }
func (smallestOf) sign(args []*node) Sign { return largestOf{}.sign(negated(args)).neg() }
func (smallestOf) value(args []num.Array) num.Array {
	y := args[0]
	for _, x := range args[1:] {
		y = num.Minimum(y, x)
	}
	return y
}

func (smallestOf) graph(b *builder, args []coef, shape []int) coef {
	t := b.variable(shape...)
	for _, x := range args {
		b.nonNegative(x.sub(t))
	}
	return t
}

// negated has arguments of the opposite sign.
func negated(args []*node) []*node {
	list := make([]*node, len(args))
	for i, a := range args {
		list[i] = &node{sign: a.sign.neg()}
	}
	return list
}

func (f power) String() string { return fmt.Sprintf("power %g", f.p) }
