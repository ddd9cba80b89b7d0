package convex

import (
	"github.com/argmin-go/argmin/internal/core/ir"
	"github.com/argmin-go/argmin/num"
	"github.com/argmin-go/argmin/sparse"
)

// Values are values of variables or parameters by name. In a function that is traced they are a tree like any other map.
type Values map[string]num.Array

// Eval is the value of the expression where its variables and parameters have the given values. It is computed by package num,
// so it can be traced. It panics with a *num.Error if a value is missing or has another shape, or if the expression has an error.
func (x Expr) Eval(values Values) num.Array {
	n := x.node()
	if n.err != nil {
		ir.Throw(n.err)
	}
	return evaluate(n, environment(n, values))
}

// environment has the values of the leaves of an expression.
func environment(n *node, values Values) map[*node]num.Array {
	env := map[*node]num.Array{}
	for _, l := range leaves(n) {
		a, ok := values[l.leaf.name]
		if !ok {
			ir.Throw(ir.Errorf(ir.ArgumentError, "convex.Eval", "there is no value for %q", l.leaf.name))
		}
		env[l] = fitting("convex.Eval", l, a)
	}
	return env
}

// fitting is the value of a variable or parameter, if it has its shape.
func fitting(op string, l *node, a num.Array) num.Array {
	what := "the parameter"
	if l.leaf.kind == variable {
		what = "the variable"
	}
	if a == (num.Array{}) {
		ir.Throw(ir.Errorf(ir.ArgumentError, op, "the value of %s %q is the zero num.Array", what, l.leaf.name))
	}
	if got, want := ir.ShapeString(a.Shape()), ir.ShapeString(l.shape); got != want {
		ir.Throw(ir.Errorf(ir.ShapeError, op, "the value of %s %q has shape %s, want %s", what, l.leaf.name, got, want))
	}
	if a.DType() != num.Float64 {
		ir.Throw(ir.Errorf(ir.DTypeError, op, "the value of %s %q is %s, want float64", what, l.leaf.name, a.DType()))
	}
	return a
}

// leaves are the variables and parameters of expressions, in the order in which they are met.
func leaves(list ...*node) []*node {
	var found []*node
	seen := map[*node]bool{}
	var walk func(*node)
	walk = func(n *node) {
		if seen[n] {
			return
		}
		seen[n] = true
		if n.leaf != nil && n.leaf.kind != constant {
			found = append(found, n)
		}
		for _, a := range n.args {
			walk(a)
		}
	}
	for _, n := range list {
		walk(n)
	}
	return found
}

// evaluate computes an expression from the values of its variables and parameters. Values of what is in it are added to env.
func evaluate(n *node, env map[*node]num.Array) num.Array {
	if env == nil {
		env = map[*node]num.Array{}
	}
	var eval func(n *node) num.Array
	eval = func(n *node) num.Array {
		if v, ok := env[n]; ok {
			return v
		}
		v := compute(n, eval)
		env[n] = v
		return v
	}
	return eval(n)
}

func compute(n *node, eval func(*node) num.Array) num.Array {
	if n.leaf != nil {
		if n.leaf.mat != nil {
			return n.leaf.mat.Dense()
		}
		if n.leaf.kind != constant {
			ir.Throw(ir.Errorf(ir.ArgumentError, "convex", "there is no value for %q", n.leaf.name))
		}
		return n.leaf.value
	}
	// A sparse matrix is not made dense for a product.
	if _, ok := n.atom.(matrixProduct); ok {
		if m := sparseFactor(n.args[0]); m != nil {
			return m.MatMul(eval(n.args[1]))
		}
		if m := sparseFactor(n.args[1]); m != nil {
			return transposedProduct(m, eval(n.args[0]))
		}
	}
	if _, ok := n.atom.(quadForm); ok {
		if m := sparseFactor(n.args[1]); m != nil {
			x := eval(n.args[0])
			return x.MatMul(m.MatMul(x))
		}
	}
	args := make([]num.Array, len(n.args))
	for i, a := range n.args {
		args[i] = eval(a)
	}
	return n.atom.value(args)
}

// sparseFactor is the matrix of a sparse constant.
func sparseFactor(n *node) *sparse.Matrix {
	if n.leaf == nil {
		return nil
	}
	return n.leaf.mat
}

// transposedProduct is x m.
func transposedProduct(m *sparse.Matrix, x num.Array) num.Array {
	if x.Rank() == 1 {
		return m.TMatMul(x)
	}
	return m.TMatMul(x.MatT()).MatT()
}

func arrays(list ...num.Array) []num.Array { return list }
