package convex

import (
	"fmt"

	"github.com/argmin-go/argmin/internal/core/ir"
)

// RuleError is that a model breaks a rule: a sub-expression does not have the curvature that is needed, or depends on the parameters
// in another way than allowed.
type RuleError struct {
	Expr Expr   // the sub-expression
	Rule string // which rule it breaks, in words
	Loc  string // where the program makes the sub-expression, as "file.go:12"
}

// Error names the sub-expression and the rule.
func (e *RuleError) Error() string {
	s := fmt.Sprintf("convex: %s: %s", describe(e.Expr.n), e.Rule)
	if e.Loc != "" {
		s += " (at " + e.Loc + ")"
	}
	return s
}

func broken(n *node, format string, args ...any) *RuleError {
	return &RuleError{Expr{n}, fmt.Sprintf(format, args...), n.site.String()}
}

// Check verifies the rules of disciplined convex programming, and those of parameters, without compiling: see the documentation
// of the package. The error is a *[RuleError], or a *num.Error of an expression that has one.
func (m *Model) Check() error {
	if err := m.objective.node().err; err != nil {
		return err
	}
	for i, c := range m.constraints {
		if c.c == nil {
			return ir.Errorf(ir.ArgumentError, "convex.SubjectTo", "constraint %d is the zero Constraint; make one with Le, Ge, Eq, SecondOrder or PSD", i)
		}
		if err := c.c.err(); err != nil {
			return err
		}
	}
	if err := m.checkObjective(); err != nil {
		return err
	}
	for _, c := range m.constraints {
		if err := c.check(); err != nil {
			return err
		}
	}
	for _, n := range m.nodes() {
		if err := checkParameters(n, map[*node]bool{}); err != nil {
			return err
		}
	}
	return nil
}

func (m *Model) checkObjective() error {
	n := m.objective.n
	if size(n.shape) != 1 {
		return ir.Errorf(ir.ShapeError, "convex.Model", "the objective %s has shape %s, want a scalar", describe(n), ir.ShapeString(n.shape))
	}
	verb, want, ok := "minimize", "convex", n.curv.IsConvex()
	if m.maximize {
		verb, want, ok = "maximize", "concave", n.curv.IsConcave()
	}
	if ok {
		return nil
	}
	if err := findUnknown(n); err != nil {
		return err
	}
	return broken(n, "it is %s, and one can only %s what is %s", n.curv, verb, want)
}

// check verifies that the constraint is convex.
func (c Constraint) check() error {
	d := c.c.slack.n
	switch c.c.relation {
	case lessEqual, greaterEqual:
		if d.curv.IsConcave() {
			return nil
		}
	default:
		if d.curv.IsAffine() {
			return nil
		}
	}
	for _, side := range c.c.sides {
		if side.n != nil {
			if err := findUnknown(side.n); err != nil {
				return err
			}
		}
	}
	a, b := c.c.sides[0].n, c.c.sides[1].n
	switch c.c.relation {
	case lessEqual:
		return broken(c.first(a.curv.IsConvex()), "in %s, the left side must be convex and the right side concave; they are %s and %s", c, a.curv, b.curv)
	case greaterEqual:
		return broken(c.first(a.curv.IsConcave()), "in %s, the left side must be concave and the right side convex; they are %s and %s", c, a.curv, b.curv)
	case equal:
		return broken(c.first(a.curv.IsAffine()), "in %s, both sides must be affine; they are %s and %s", c, a.curv, b.curv)
	case inSecondOrder:
		return broken(c.first(a.curv.IsAffine()), "in %s, both sides must be affine; see Le for others", c)
	}
	return broken(a, "in %s, the matrix must be affine; it is %s", c, a.curv)
}

// first is the first side of a constraint, unless it is good.
func (c Constraint) first(good bool) *node {
	if good {
		return c.c.sides[1].n
	}
	return c.c.sides[0].n
}

// findUnknown is the error of the innermost part without a curvature, if there is one.
func findUnknown(n *node) error {
	if n.curv != CurvatureUnknown {
		return nil
	}
	for _, a := range n.args {
		if err := findUnknown(a); err != nil {
			return err
		}
	}
	return whyUnknown(n)
}

// whyUnknown names the rule that an expression breaks whose parts break none.
func whyUnknown(n *node) error {
	if r, ok := n.atom.(refuser); ok {
		if rule := r.refuse(n.args); rule != "" {
			return broken(n, "%s", rule)
		}
	}
	f := n.atom.curvature(n.args)
	_, product := n.atom.(multiplication)
	for i, a := range n.args {
		s := n.atom.slope(i, n.args)
		one := compose(f, []slope{s}, []Curvature{a.curv})
		if one != CurvatureUnknown {
			continue
		}
		switch {
		case product:
			return broken(n, "a product with what is %s needs a factor of known sign, and %s is %s; declare parameters NonNegative or NonPositive",
				a.curv, describe(n.args[1-i]), n.args[1-i].sign)
		case f.IsAffine():
			return broken(n, "%s is %s in an argument that is %s", n.atom.name(), s, a.curv)
		case s == slopeNone:
			return broken(n, "%s is %s and %s in %s, which is %s: it must be affine%s", n.atom.name(), f, s, describe(a), a.sign, there(a))
		default:
			return broken(n, "%s is %s and %s, so that %s must be %s%s", n.atom.name(), f, s, describe(a), needed(f, s), there(a))
		}
	}
	var what string
	for i, a := range n.args {
		if i > 0 {
			what += " and "
		}
		what += fmt.Sprintf("%s, which is %s", describe(a), a.curv)
	}
	if isSum(n) {
		return broken(n, "a sum of %s, is neither", what)
	}
	return broken(n, "%s is %s, and its arguments bend both ways: %s", n.atom.name(), f, what)
}

func there(a *node) string { return fmt.Sprintf("; it is %s", a.curv) }

// needed is the curvature that an argument must have.
func needed(f Curvature, s slope) Curvature {
	if (f == CurvatureConvex) == (s == nondecreasing) {
		return CurvatureConvex
	}
	return CurvatureConcave
}

// checkParameters verifies that no coefficient of a variable is a product of parameters.
func checkParameters(n *node, seen map[*node]bool) error {
	if seen[n] || !n.hasVar || !n.hasPar {
		return nil
	}
	seen[n] = true
	for _, a := range n.args {
		if err := checkParameters(a, seen); err != nil {
			return err
		}
	}
	if _, product := n.atom.(multiplication); product && n.args[0].varied && n.args[1].varied {
		factor, rest := n.args[0], n.args[1]
		if factor.hasVar {
			factor, rest = rest, factor
		}
		return broken(n, "the parameters of %s are multiplied with parameters in %s, where there are variables; multiply the parameters with each other first, "+
			"or make %s equal to a variable by a constraint", describe(factor), describe(rest), describe(rest))
	}
	return nil
}
