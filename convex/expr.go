package convex

import (
	"errors"
	"fmt"
	"math"
	"slices"
	"strings"
	"sync/atomic"

	"github.com/argmin-go/argmin/internal/core/ir"
	"github.com/argmin-go/argmin/num"
	"github.com/argmin-go/argmin/sparse"
)

// Expr is an expression: a variable, parameter or constant, or a function of expressions. It is immutable, but for the
// declarations of variables and parameters. Make one with [Variable], [Parameter], [Constant], a method, or a function of this package.
type Expr struct{ n *node }

// node is an expression as a graph, in which a part may be used several times.
type node struct {
	atom  atom
	args  []*node
	leaf  *leaf // of variables, parameters and constants, which have no atom
	shape []int
	sign  Sign
	curv  Curvature
	// hasVar and hasPar: a variable, or a parameter, is in it.
	hasVar, hasPar bool
	// varied: its canonical form has parameters among its coefficients.
	varied bool
	// derived: it has parameters and no variables, and is not affine in the parameters.
	derived bool
	site    *ir.Site
	err     error
}

type leafKind int

const (
	variable leafKind = iota
	parameter
	constant
)

// leaf is what expressions consist of.
type leaf struct {
	kind leafKind
	name string
	used atomic.Bool

	symmetric, psd, diagonal bool // declarations of variables and parameters

	value num.Array      // of a constant
	mat   *sparse.Matrix // of a sparse constant
}

// atom is a function of expressions, with all that is known about it. Affine ones implement linear too, the others graph.
type atom interface {
	// name is how it is printed.
	name() string
	// infer is the shape of the result, or what is wrong with the arguments.
	infer(args []*node) (shape []int, wrong string)
	// sign is the sign of the result.
	sign(args []*node) Sign
	// curvature is the curvature of the function itself, in all arguments together.
	curvature(args []*node) Curvature
	// slope is how it depends on argument i, where the arguments have the signs that are known.
	slope(i int, args []*node) slope
	// value computes the function.
	value(args []num.Array) num.Array
}

// linear is an affine function.
type linear interface {
	atom
	// linear is the function of canonical forms.
	linear(args []coef, shape []int) coef
}

// nonlinear is a convex or concave function.
type nonlinear interface {
	atom
	// graph is a new variable of which the cone constraints that it adds say that it is ≥ the function, if it is convex, or ≤.
	graph(b *builder, args []coef, shape []int) coef
}

// refuser is an atom with conditions on its arguments besides the rule of composition.
type refuser interface {
	refuse(args []*node) (rule string)
}

// Variable is an unknown of a model, a scalar without a shape. Its name is that of its value in [Solution] and in the
// result of [Program.Argmin], and must be different from that of any other variable or parameter of the model.
func Variable(name string, shape ...int) Expr { return newLeaf(variable, "Variable", name, shape) }

// Parameter is a constant of a model whose value is given with each solve, a scalar without a shape. Its name is that of its value in
// [Values].
func Parameter(name string, shape ...int) Expr { return newLeaf(parameter, "Parameter", name, shape) }

func newLeaf(kind leafKind, what, name string, shape []int) Expr {
	n := &node{leaf: &leaf{kind: kind, name: name}, shape: slices.Clone(shape), curv: CurvatureAffine, hasVar: true, site: ir.Here()}
	if kind == parameter {
		n.curv, n.hasVar, n.hasPar, n.varied = CurvatureConstant, false, true, true
	}
	switch {
	case name == "":
		n.fail(ir.ArgumentError, what, "the name is empty; it is what the value is found by")
	case slices.ContainsFunc(shape, func(d int) bool { return d < 1 }):
		n.fail(ir.ShapeError, what, "%q has shape %s, want sizes of at least 1", name, ir.ShapeString(shape))
	}
	return Expr{n}
}

// fail keeps an error with the node's line of the program.
func (n *node) fail(k ir.Kind, op, format string, args ...any) {
	e := ir.Errorf(k, "convex."+op, format, args...)
	e.Loc = n.site.String()
	n.err = e
}

// failed is an expression that has only an error.
func failed(k ir.Kind, op, format string, args ...any) Expr {
	n := &node{site: ir.Here()}
	n.fail(k, op, format, args...)
	return Expr{n}
}

// Constant is a constant with a name, by which it is printed: a Go number, a num.Array of float64, or a sparse.Matrix.
// Operands that are not expressions are constants without a name.
func Constant(name string, value any) Expr {
	e := operand("Constant", value)
	if e.n.err != nil || e.n.leaf == nil || e.n.leaf.kind != constant {
		if e.n.err == nil {
			return failed(ir.ArgumentError, "Constant", "%s is an expression already", e)
		}
		return e
	}
	e.n.leaf.name = name
	return e
}

// operand makes an expression of what may stand for one.
func operand(op string, v any) Expr {
	switch v := v.(type) {
	case Expr:
		if v.n == nil {
			return failed(ir.ArgumentError, op, "the zero Expr was used; make one with Variable, Parameter or Constant")
		}
		return v
	case float64:
		return literal(op, num.Scalar(v))
	case int:
		return literal(op, num.Scalar(float64(v)))
	case num.Array:
		return literal(op, v)
	case sparse.Matrix:
		rows, cols := v.Dims()
		e := literal(op, v.Values)
		e.n.shape, e.n.leaf.mat = []int{rows, cols}, &v
		return e
	}
	return failed(ir.ArgumentError, op, "an operand is a %T, want an Expr, float64, int, num.Array or sparse.Matrix", v)
}

func literal(op string, a num.Array) Expr {
	switch {
	case a == (num.Array{}):
		return failed(ir.ArgumentError, op, "an operand is the zero num.Array")
	case a.Traced():
		return failed(ir.TraceError, op, "a constant is traced, but a model is compiled for known numbers; make it a Parameter")
	case a.DType() != num.Float64:
		return failed(ir.DTypeError, op, "a constant is %s, want float64; convert it with AsType", a.DType())
	}
	n := &node{leaf: &leaf{kind: constant, value: a}, shape: a.Shape(), curv: CurvatureConstant, site: ir.Here()}
	data := a.Float64s()
	n.sign = signOf(data)
	if i := slices.IndexFunc(data, func(x float64) bool { return math.IsNaN(x) || math.IsInf(x, 0) }); i >= 0 {
		n.fail(ir.ArgumentError, op, "element %d of a constant of shape %s is %g, want finite numbers; leave out what does not limit", i,
			ir.ShapeString(a.Shape()), data[i])
	}
	return Expr{n}
}

// message is what an error of package num says, without the line of the program, which the expression has too.
func message(err error) string {
	var e *ir.Error
	if !errors.As(err, &e) {
		return err.Error()
	}
	bare := *e
	bare.Loc = ""
	return bare.Error()
}

// apply makes an expression of an atom and its arguments.
func apply(op string, f atom, args ...Expr) Expr {
	n := &node{atom: f, site: ir.Here()}
	varied := 0
	for _, a := range args {
		if a.n == nil {
			a = operand(op, a)
		}
		if a.n.err != nil {
			return Expr{&node{err: a.n.err}}
		}
		if a.n.leaf != nil {
			a.n.leaf.used.Store(true)
		}
		n.args = append(n.args, a.n)
		n.hasVar, n.hasPar = n.hasVar || a.n.hasVar, n.hasPar || a.n.hasPar
		if a.n.varied {
			varied++
		}
	}
	shape, wrong := f.infer(n.args)
	if wrong != "" {
		n.fail(ir.ShapeError, op, "%s", wrong)
		return Expr{n}
	}
	n.shape, n.sign = shape, f.sign(n.args)
	slopes, curvs := make([]slope, len(args)), make([]Curvature, len(args))
	for i, a := range n.args {
		slopes[i], curvs[i] = f.slope(i, n.args), a.curv
	}
	n.curv = compose(f.curvature(n.args), slopes, curvs)
	if r, ok := f.(refuser); ok && n.hasVar && r.refuse(n.args) != "" {
		n.curv = CurvatureUnknown
	}
	_, affine := f.(linear)
	_, product := f.(multiplication)
	switch {
	case !affine:
		n.derived = n.hasPar && !n.hasVar
		n.varied = n.derived
	case product && varied > 1 && !n.hasVar:
		n.derived, n.varied = true, true
	default:
		n.varied = varied > 0
	}
	return Expr{n}
}

// Shape is the sizes of the axes: none for a scalar.
func (x Expr) Shape() []int { return slices.Clone(x.node().shape) }

// Size is the number of elements.
func (x Expr) Size() int { return size(x.node().shape) }

// Sign is what is known of the sign of the elements.
func (x Expr) Sign() Sign { return x.node().sign }

// Curvature is what follows from the rules of disciplined convex programming.
func (x Expr) Curvature() Curvature { return x.node().curv }

// Err is what is wrong with the expression, apart from its curvature: nil, or an error such as one of shapes that do not fit.
func (x Expr) Err() error { return x.node().err }

func (x Expr) node() *node {
	if x.n == nil {
		return operand("Expr", x).n
	}
	return x.n
}

// NonNegative declares that all elements of a variable or parameter are ≥ 0, and returns it. Declare before the variable
// or parameter is used.
func (x Expr) NonNegative() Expr {
	return x.declare("NonNegative", func(n *node) { n.signed("NonNegative", SignNonNegative) })
}

// NonPositive declares that all elements of a variable or parameter are ≤ 0, and returns it.
func (x Expr) NonPositive() Expr {
	return x.declare("NonPositive", func(n *node) { n.signed("NonPositive", SignNonPositive) })
}

// Symmetric declares that a matrix is symmetric, and returns it. A variable then has a scalar for each element of one triangle.
func (x Expr) Symmetric() Expr {
	return x.declare("Symmetric", func(n *node) { n.leaf.symmetric = true; n.square("Symmetric") })
}

// PSD declares that a matrix is symmetric and positive semidefinite, and returns it.
func (x Expr) PSD() Expr {
	return x.declare("PSD", func(n *node) { n.leaf.symmetric, n.leaf.psd = true, true; n.square("PSD") })
}

// Diagonal declares that a matrix is diagonal, and returns it. A variable then has a scalar for each element of the diagonal.
func (x Expr) Diagonal() Expr {
	return x.declare("Diagonal", func(n *node) { n.leaf.diagonal = true; n.square("Diagonal") })
}

// signed declares a sign, of which there is one.
func (n *node) signed(op string, s Sign) {
	if n.sign != SignUnknown && n.sign != s {
		n.fail(ir.ArgumentError, op, "%q is declared %v already", n.leaf.name, n.sign)
	}
	n.sign = s
}

func (n *node) square(op string) {
	if len(n.shape) != 2 || n.shape[0] != n.shape[1] {
		n.fail(ir.ShapeError, op, "%q has shape %s, want a square matrix", n.leaf.name, ir.ShapeString(n.shape))
	}
}

func (x Expr) declare(op string, set func(n *node)) Expr {
	n := x.node()
	switch {
	case n.err != nil:
	case n.leaf == nil || n.leaf.kind == constant:
		return failed(ir.ArgumentError, op, "%s is neither a variable nor a parameter", x)
	case n.leaf.used.Load():
		return failed(ir.ArgumentError, op, "%q has been used in an expression already; declare it before", n.leaf.name)
	default:
		set(n)
	}
	return Expr{n}
}

// describe is a part of an expression as errors have it, not too long.
func describe(n *node) string {
	s := []rune(print(n))
	if len(s) > 120 {
		return string(s[:80]) + " … " + string(s[len(s)-35:])
	}
	return string(s)
}

// shapes are the shapes of arguments as errors have them.
func shapes(args []*node) string {
	var list []string
	for _, a := range args {
		list = append(list, fmt.Sprintf("%s of shape %s", describe(a), ir.ShapeString(a.shape)))
	}
	return strings.Join(list, " and ")
}
