package convex

import (
	"fmt"
	"slices"
	"strings"

	"github.com/argmin-go/argmin/internal/core/ir"
)

// Model is an objective and constraints. It is immutable. Make one with [Minimize] or [Maximize].
type Model struct {
	objective   Expr
	maximize    bool
	constraints []Constraint
}

// Minimize is the model of the least value of a convex scalar.
func Minimize(objective Expr) *Model { return &Model{objective: objective} }

// Maximize is the model of the largest value of a concave scalar.
func Maximize(objective Expr) *Model { return &Model{objective: objective, maximize: true} }

// SubjectTo is the model with more constraints.
func (m *Model) SubjectTo(constraints ...Constraint) *Model {
	more := *m
	more.constraints = append(m.constraints[:len(m.constraints):len(m.constraints)], constraints...)
	return &more
}

// Constraints are the constraints of the model, in the order in which they were given.
func (m *Model) Constraints() []Constraint { return slices.Clone(m.constraints) }

// Constraint is a condition on expressions. Make one with [Le], [Ge], [Eq], [SecondOrder] or [PSD].
type Constraint struct{ c *constraint }

type relation int

const (
	lessEqual relation = iota
	greaterEqual
	equal
	inSecondOrder
	inPSD
)

type constraint struct {
	relation relation
	sides    [2]Expr
	// slack is what must be in a cone: the larger side minus the smaller one, the matrix, or the bound and the vector end to end.
	slack Expr
}

func (c *constraint) err() error { return c.slack.node().err }

// Le demands a ≤ b in all elements, for convex a and concave b, which broadcast.
func Le(a, b any) Constraint { return compare("Le", lessEqual, a, b, false) }

// Ge demands a ≥ b in all elements, for concave a and convex b, which broadcast.
func Ge(a, b any) Constraint { return compare("Ge", greaterEqual, a, b, true) }

// Eq demands a = b in all elements, for affine a and b, which broadcast.
func Eq(a, b any) Constraint { return compare("Eq", equal, a, b, false) }

func compare(op string, r relation, a, b any, swap bool) Constraint {
	x, y := operand(op, a), operand(op, b)
	c := &constraint{relation: r, sides: [2]Expr{x, y}}
	sides, err := together(op, x, y)
	switch {
	case err != nil:
		c.slack = Expr{&node{err: err}}
	case swap:
		c.slack = sides[0].Sub(sides[1])
	default:
		c.slack = sides[1].Sub(sides[0])
	}
	return Constraint{c}
}

// Between demands lo ≤ x ≤ hi in all elements, for affine x.
func Between(lo, x, hi any) []Constraint { return []Constraint{Ge(x, lo), Le(x, hi)} }

// SecondOrder demands |x| ≤ t, the Euclidean norm of all elements of an affine x below a scalar t that is affine. Le(Norm2(x), t) is the same
// and needs one variable more.
func SecondOrder(t, x any) Constraint {
	te, xe := operand("SecondOrder", t), operand("SecondOrder", x)
	if n := te.node(); n.err == nil && size(n.shape) != 1 {
		te = failed(ir.ShapeError, "SecondOrder", "%s, want a scalar as the bound", shapes([]*node{n}))
	}
	return Constraint{&constraint{inSecondOrder, [2]Expr{te, xe}, Concat(0, te.Reshape(-1), xe.Reshape(-1))}}
}

// PSD demands that the symmetric part of an affine square matrix is positive semidefinite.
func PSD(x Expr) Constraint {
	n := x.node()
	if n.err == nil && (len(n.shape) != 2 || n.shape[0] != n.shape[1]) {
		x = failedSquare("PSD", n)
	}
	return Constraint{&constraint{inPSD, [2]Expr{x}, x}}
}

// Violation is how far the constraint is from being met at values of its variables and parameters: the largest element of what is above
// the limit, the length that a norm is too long, or minus the least eigenvalue; 0 where it is met.
func (c Constraint) Violation(values Values) float64 {
	s := c.c.slack.Eval(values)
	worst := 0.0
	switch c.c.relation {
	case equal:
		worst = s.Abs().Max().Item()
	case inPSD:
		worst = -lambdaMin{}.value(arrays(s)).Item()
	case inSecondOrder:
		worst = norm2{}.value(arrays(s.Range(1, s.Size()))).Item() - s.At(0).Item()
	default:
		worst = -s.Min().Item()
	}
	return max(worst, 0)
}

// String is the constraint as one writes it.
func (c Constraint) String() string {
	if c.c == nil {
		return "no constraint"
	}
	a, b := c.c.sides[0].String(), ""
	if c.c.relation != inPSD {
		b = c.c.sides[1].String()
	}
	switch c.c.relation {
	case lessEqual:
		return a + " ≤ " + b
	case greaterEqual:
		return a + " ≥ " + b
	case equal:
		return a + " = " + b
	case inSecondOrder:
		return "‖" + b + "‖₂ ≤ " + a
	}
	return a + " ⪰ 0"
}

// String is the model as one writes it on a board.
func (m *Model) String() string {
	var s strings.Builder
	word := "minimize"
	if m.maximize {
		word = "maximize"
	}
	fmt.Fprintf(&s, "%s    %s", word, m.objective)
	lines := declarations(m)
	for _, c := range m.constraints {
		lines = append(lines, c.String())
	}
	for i, l := range lines {
		if i == 0 {
			s.WriteString("\nsubject to  " + l)
			continue
		}
		s.WriteString("\n            " + l)
	}
	return s.String()
}

// declarations are the declared properties of the variables, as constraints.
func declarations(m *Model) []string {
	var list []string
	for _, n := range leaves(m.nodes()...) {
		if n.leaf.kind != variable {
			continue
		}
		name := n.leaf.name
		switch n.sign {
		case SignNonNegative:
			list = append(list, name+" ≥ 0")
		case SignNonPositive:
			list = append(list, name+" ≤ 0")
		}
		switch {
		case n.leaf.psd:
			list = append(list, name+" ⪰ 0")
		case n.leaf.diagonal:
			list = append(list, name+" diagonal")
		case n.leaf.symmetric:
			list = append(list, name+" symmetric")
		}
	}
	return list
}

// nodes are the objective and the slacks of the constraints.
func (m *Model) nodes() []*node {
	list := []*node{m.objective.node()}
	for _, c := range m.constraints {
		if c.c != nil {
			list = append(list, c.c.slack.node())
		}
	}
	return list
}
