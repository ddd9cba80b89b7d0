package convex

import (
	"fmt"
	"slices"

	"github.com/argmin-go/argmin/internal/core/ir"
	"github.com/argmin-go/argmin/num"
)

// multiplication is a product of two factors, of which one must have no variable.
type multiplication interface{ product() }

// bilinear is what products have in common.
type bilinear struct{}

func (bilinear) product()                    {}
func (bilinear) sign(args []*node) Sign      { return args[0].sign.times(args[1].sign) }
func (bilinear) curvature([]*node) Curvature { return CurvatureAffine }
func (bilinear) slope(i int, args []*node) slope {
	return slopeOf(args[1-i].sign)
}

func (bilinear) refuse(args []*node) string {
	if args[0].hasVar && args[1].hasVar {
		return fmt.Sprintf("a product needs a factor without variables, and both %s and %s have some; see Square, SumSquares and QuadForm", describe(args[0]), describe(args[1]))
	}
	return ""
}

// Mul is the product of each element with one of y, as of num.Array: not the product of matrices, which is [MatMul].
func (x Expr) Mul(y any) Expr { return broadcast("Mul", elementwiseProduct{}, x, operand("Mul", y)) }

// Mul is the product of all factors, element by element.
func Mul(first any, more ...any) Expr {
	p := operand("Mul", first)
	for _, x := range more {
		p = p.Mul(x)
	}
	return p
}

// Div is the quotient of each element by one of y, which must have no variables.
func (x Expr) Div(y any) Expr {
	d := operand("Div", y)
	if n := d.node(); n.err == nil && n.hasVar {
		return failed(ir.ArgumentError, "Div", "the divisor %s has variables; see InvPos and QuadOverLin", describe(n))
	}
	return x.Mul(apply("Div", reciprocal{}, d))
}

type elementwiseProduct struct{ bilinear }

func (elementwiseProduct) name() string                       { return "multiply" }
func (elementwiseProduct) infer(args []*node) ([]int, string) { return args[0].shape, "" }
func (elementwiseProduct) value(args []num.Array) num.Array   { return args[0].Mul(args[1]) }
func (elementwiseProduct) linear(args []coef, shape []int) coef {
	return args[0].times(args[1]).merged()
}

// reciprocal is 1/x of constants.
type reciprocal struct{}

func (reciprocal) name() string                       { return "1/" }
func (reciprocal) infer(args []*node) ([]int, string) { return args[0].shape, "" }
func (reciprocal) sign(args []*node) Sign             { return args[0].sign }
func (reciprocal) curvature([]*node) Curvature        { return CurvatureUnknown }
func (reciprocal) slope(int, []*node) slope           { return slopeNone }
func (reciprocal) value(args []num.Array) num.Array   { return num.Const(1).Div(args[0]) }

// MatMul is the product of matrices, of a matrix and a vector, or of two vectors, their inner product.
func MatMul(a, b any) Expr {
	x, y := operand("MatMul", a), operand("MatMul", b)
	for _, e := range []Expr{x, y} {
		if n := e.node(); n.err != nil {
			return e
		}
	}
	return apply("MatMul", matrixProduct{}, x, y)
}

// MatMul is the product with a matrix or vector on the right.
func (x Expr) MatMul(y any) Expr { return MatMul(x, y) }

// Dot is the sum of the products of the elements.
func (x Expr) Dot(y any) Expr { return Sum(x.Mul(y)) }

type matrixProduct struct{ bilinear }

func (matrixProduct) name() string { return "matmul" }
func (matrixProduct) infer(args []*node) ([]int, string) {
	a, b := args[0].shape, args[1].shape
	switch {
	case len(a) == 0 || len(b) == 0:
		return nil, shapes(args) + ": use Mul for products with a scalar"
	case len(a) > 2 || len(b) > 2:
		return nil, shapes(args) + ": want vectors or matrices"
	case a[len(a)-1] != b[0]:
		return nil, fmt.Sprintf("%s: the sizes %d and %d differ", shapes(args), a[len(a)-1], b[0])
	}
	return slices.Concat(a[:len(a)-1], b[1:]), ""
}

func (matrixProduct) value(args []num.Array) num.Array { return args[0].MatMul(args[1]) }
func (matrixProduct) linear(args []coef, shape []int) coef {
	a, b := args[0], args[1]
	if len(a.shape) == 1 {
		a = a.reshape(1, a.shape[0])
	}
	if len(b.shape) == 1 {
		b = b.reshape(b.shape[0], 1)
	}
	return a.matmul(b).reshape(shape...)
}

// Kron is the Kronecker product of matrices: the matrix of the blocks aᵢⱼ b.
func Kron(a, b any) Expr { return apply("Kron", kronecker{}, operand("Kron", a), operand("Kron", b)) }

type kronecker struct{ bilinear }

func (kronecker) name() string { return "kron" }
func (kronecker) infer(args []*node) ([]int, string) {
	a, b := args[0].shape, args[1].shape
	if len(a) != 2 || len(b) != 2 {
		return nil, shapes(args) + ", want matrices"
	}
	return []int{a[0] * b[0], a[1] * b[1]}, ""
}
func (kronecker) value(args []num.Array) num.Array { return num.Kron(args[0], args[1]) }
func (kronecker) linear(args []coef, shape []int) coef {
	p, q := args[0].shape[1], args[1].shape
	k := coef{shape: shape}
	for _, a := range args[0].entries {
		i, j := a.row/p, a.row%p
		for _, b := range args[1].entries {
			row, col := i*q[0]+b.row/q[1], j*q[1]+b.row%q[1]
			k.entries = append(k.entries, join(a, b, row*shape[1]+col))
		}
	}
	return k.merged()
}
