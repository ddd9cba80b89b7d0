package convex

import (
	"fmt"

	"github.com/argmin-go/argmin/internal/core/ir"
	"github.com/argmin-go/argmin/num"
	"github.com/argmin-go/argmin/sparse"
)

func failedSquare(op string, n *node) Expr {
	return failed(ir.ShapeError, op, "%s, want a square matrix", shapes([]*node{n}))
}

// QuadForm is xᵀPx for a vector x and a symmetric matrix P without variables: convex if P is positive semidefinite, concave if
// it is negative semidefinite. A P with parameters must be declared [Expr.PSD], or be a sum of such matrices with factors ≥ 0. Outside of an objective, where
// its matrix root is taken, the derivative with respect to such a P needs it to be positive definite.
func QuadForm(x Expr, p any) Expr {
	pe := operand("QuadForm", p)
	n := pe.node()
	if n.err != nil {
		return pe
	}
	f := quadForm{}
	if n.hasVar {
		return failed(ir.ArgumentError, "QuadForm", "the matrix %s has variables, want a constant or a parameter", describe(n))
	}
	if len(n.shape) != 2 || n.shape[0] != n.shape[1] {
		return failedSquare("QuadForm", n)
	}
	wrong := ""
	f.curv, wrong = definiteness(n)
	if wrong != "" {
		return failed(ir.ArgumentError, "QuadForm", "%s", wrong)
	}
	return apply("QuadForm", f, x, pe)
}

// symmetryTolerance is how far, by the largest element, a matrix may be from its transpose: that of numbers that were rounded in
// some computation.
const symmetryTolerance = 1e-10

// definiteness is the curvature of xᵀPx, or what is wrong with P.
func definiteness(n *node) (Curvature, string) {
	if n.hasPar {
		if semidefinite(n) {
			return CurvatureConvex, ""
		}
		return 0, fmt.Sprintf("nothing says that the matrix %s is positive semidefinite for all parameters; declare it PSD", describe(n))
	}
	if m := sparseFactor(n); m != nil {
		return sparseDefiniteness(n, *m)
	}
	a := evaluate(n, nil)
	gap, largest := a.Sub(a.MatT()).Abs().Max().Item(), a.Abs().Max().Item()
	if gap > symmetryTolerance*largest {
		return 0, notSymmetric(n, gap)
	}
	w := num.EigvalsH(symmetricPart(a))
	lo, hi := w.Min().Item(), w.Max().Item()
	switch tol := roundingOf(a); {
	case lo >= -tol:
		return CurvatureConvex, ""
	case hi <= tol:
		return CurvatureConcave, ""
	}
	return CurvatureUnknown, ""
}

func notSymmetric(n *node, gap float64) string {
	return fmt.Sprintf("the matrix %s is not symmetric: elements differ from those of its transpose by up to %.3g; take (P + Pᵀ)/2", describe(n), gap)
}

// sparseDefiniteness is that of a sparse matrix, from the signs of the pivots of a factorization.
func sparseDefiniteness(n *node, m sparse.Matrix) (Curvature, string) {
	if m.NNZ() == 0 {
		return CurvatureConvex, ""
	}
	largest := m.Values.Abs().Max().Item()
	if gap := m.Sub(m.T()).Values.Abs().Max().Item(); gap > symmetryTolerance*largest {
		return 0, notSymmetric(n, gap)
	}
	size, _ := m.Dims()
	shift := sparse.Identity(num.Float64, size).Scale(sparseRounding * largest)
	for _, c := range []struct {
		sign float64
		curv Curvature
	}{{1, CurvatureConvex}, {-1, CurvatureConcave}} {
		if sparse.Inertia(m.Scale(c.sign).Add(shift)).At(1).Item() == 0 {
			return c.curv, ""
		}
	}
	return CurvatureUnknown, ""
}

// sparseRounding is how negative, by the largest element, an eigenvalue may be that is 0 without rounding: the root of
// the machine's precision, as a factorization shows the signs of eigenvalues and not how large they are.
const sparseRounding = 1e-8

// roundingOf is how large an eigenvalue may be that is 0 without rounding: LAPACK's bound is some multiple of ε|A|.
func roundingOf(a num.Array) float64 {
	return 100 * float64(a.Shape()[0]) * 0x1p-53 * a.Abs().Max().Item()
}

// semidefinite reports whether a matrix with parameters is positive semidefinite by its declarations.
func semidefinite(n *node) bool {
	if !n.hasPar {
		c, wrong := definiteness(n)
		return wrong == "" && c == CurvatureConvex
	}
	if n.leaf != nil {
		return n.leaf.psd
	}
	switch n.atom.(type) {
	case sumOf:
		return semidefinite(n.args[0]) && semidefinite(n.args[1])
	case elementwiseProduct:
		for i, a := range n.args {
			if scalar := unbroadcast(a); size(scalar.shape) == 1 && scalar.sign.atLeastZero() && semidefinite(n.args[1-i]) {
				return true
			}
		}
	}
	return false
}

// unbroadcast is what an expression repeats.
func unbroadcast(n *node) *node {
	for {
		m, ok := n.atom.(move)
		if !ok || m.what != "broadcast" {
			return n
		}
		n = n.args[0]
	}
}

type quadForm struct {
	curv Curvature
}

func (quadForm) name() string { return "quad_form" }
func (quadForm) infer(args []*node) ([]int, string) {
	x, p := args[0].shape, args[1].shape
	if len(x) != 1 || x[0] != p[0] {
		return nil, shapes(args) + ", want a vector and a square matrix of its size"
	}
	return nil, ""
}

func (f quadForm) sign([]*node) Sign {
	switch f.curv {
	case CurvatureConvex:
		return SignNonNegative
	case CurvatureConcave:
		return SignNonPositive
	}
	return SignUnknown
}

func (f quadForm) curvature([]*node) Curvature { return f.curv }

// xᵀPx grows with x where x and P are ≥ 0.
func (f quadForm) slope(i int, args []*node) slope {
	if i == 0 && f.curv == CurvatureConvex && args[1].sign.atLeastZero() {
		return slopeOf(args[0].sign)
	}
	return slopeNone
}

func (f quadForm) refuse(args []*node) string {
	if f.curv == CurvatureUnknown {
		return fmt.Sprintf("quad_form needs a matrix that is positive or negative semidefinite, and %s has eigenvalues of both signs", describe(args[1]))
	}
	return ""
}

func (quadForm) value(args []num.Array) num.Array {
	return args[0].MatMul(args[1].MatMul(args[0]))
}

func (f quadForm) graph(b *builder, args []coef, _ []int) coef {
	root := b.root(args[1], f.curv == CurvatureConcave)
	x := b.plain(args[0])
	t := sumSquares{}.graph(b, []coef{root.matmul(x.reshape(x.size(), 1))}, nil)
	if f.curv == CurvatureConcave {
		return t.scale(-1)
	}
	return t
}

// rootOf is a matrix F with FᵀF = P for a positive semidefinite P.
func rootOf(p num.Array) num.Array {
	w, v := num.Eigh(symmetricPart(p))
	return v.Mul(num.Maximum(w, num.Const(0)).Sqrt()).MatT()
}
