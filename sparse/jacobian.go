package sparse

import (
	"math/rand/v2"
	"sync/atomic"

	"github.com/argmin-go/argmin/internal/core/coloring"
	"github.com/argmin-go/argmin/internal/core/ir"
	core "github.com/argmin-go/argmin/internal/core/sparse"
	"github.com/argmin-go/argmin/internal/sparsity"
	"github.com/argmin-go/argmin/num"
)

// Mode selects which products make a sparse Jacobian.
type Mode int

const (
	// Auto takes what needs the fewest products, forward, reverse or some of both. It is the default.
	Auto = Mode(sparsity.Auto)
	// Forward takes products of the Jacobian with vectors, one for each group of columns.
	Forward = Mode(sparsity.Forward)
	// Reverse takes products of the transposed Jacobian with vectors, one for each group of rows.
	Reverse = Mode(sparsity.Reverse)
)

// DerivativeOptions are the options of sparse derivatives. The zero value is good for most functions.
type DerivativeOptions struct {
	// Mode selects the products that make a Jacobian; default Auto. Hessians are always made by
	// forward products with the gradient.
	Mode Mode
	// Pattern is where the derivative may have entries that are not zero; default: it is detected from the
	// function's program. A pattern that leaves an entry out is an error, which a random product finds at the
	// first call; where the point is traced, at another point. One triangle is enough for a Hessian.
	Pattern Pattern
}

// Jacobian is the derivative of f as a sparse matrix: a function that is called at a point. Rows are
// the elements of the result, the leaves of its tree laid end to end as by num.Ravel, and columns are those
// of the argument. f must have floating-point arrays of one dtype as its argument and as its result.
//
// The pattern has every element of the result that depends on an element of the argument, whatever the
// numbers are; it is found by tracing f. Then columns, or rows, that share no row are grouped by graph
// coloring, and one product with the Jacobian for each group gives all entries (Curtis, Powell & Reid, 1974;
// Coleman & Moré, 1983). All products are one batch. Where f has n variables and each result depends on a few of them,
// an evaluation costs a few evaluations of f, and a dense Jacobian costs n. Memory is linear in the stored entries. A
// derivative with tens of millions of entries is an error.
//
// As with num.Jit, f is called once for each structure, shapes and dtypes of its argument, and
// arrays that it captures keep the numbers that they had then; pattern and groups are kept too. The
// result may be differentiated, batched and compiled; members of a batch share the pattern.
func Jacobian[T, U any](f func(T) U, opt DerivativeOptions) func(T) Matrix {
	g := ValueAndJacobian(f, opt)
	return func(x T) Matrix {
		_, j := g(x)
		return j
	}
}

// ValueAndJacobian is f(x) and its [Jacobian] there in one call, which costs no more.
func ValueAndJacobian[T, U any](f func(T) U, opt DerivativeOptions) func(T) (U, Matrix) {
	return derivative("sparse.Jacobian", opt, false, f)
}

// Hessian is the matrix of second derivatives of a scalar function as a sparse matrix, with both of its
// triangles, as a function that is called at a point. Rows and columns are the elements of the argument.
//
// It is the [Jacobian] of the gradient, in fewer products: as it is symmetric, it is enough to
// have each entry from one of its two places (star coloring; Coleman & Moré, 1984). Only variables that f combines in a way that is not
// linear have an entry in common: x₁ + x₂ has none, and the square of a sum of all variables has all.
func Hessian[T any](f func(T) num.Array, opt DerivativeOptions) func(T) Matrix {
	g := GradAndHessian(f, opt)
	return func(x T) Matrix {
		_, h := g(x)
		return h
	}
}

// GradAndHessian is the gradient of f and its [Hessian] in one call, which costs no more.
func GradAndHessian[T any](f func(T) num.Array, opt DerivativeOptions) func(T) (T, Matrix) {
	return derivative("sparse.Hessian", opt, true, num.Grad(f))
}

// JacobianPattern is the pattern that [Jacobian] finds for f at arguments like x, whose numbers do
// not matter.
func JacobianPattern[T, U any](f func(T) U, x T) Pattern {
	return detected("sparse.JacobianPattern", f, x, false)
}

// HessianPattern is the pattern that [Hessian] finds for f at arguments like x, whose numbers do not
// matter.
func HessianPattern[T any](f func(T) num.Array, x T) Pattern {
	return detected("sparse.HessianPattern", num.Grad(f), x, true)
}

func detected[T, U any](op string, f func(T) U, x T, symmetric bool) Pattern {
	p, err := sparsity.Detect(op, f, x, sparsity.Options{Symmetric: symmetric})
	if err != nil {
		ir.Throw(err)
	}
	s, err := core.Share(p)
	return patternOf(op, s, err)
}

// ColumnGroups puts the columns into groups of which no two members have an entry in the same row, so that
// a difference of a function's results along the sum of a group's unit vectors gives the columns of all
// of them: group[j] is the number of column j's group, 0 … n-1, or -1 if the column has no entry.
// See [Jacobian] for derivatives that need no differences.
func (p Pattern) ColumnGroups() (group []int, n int) {
	c := coloring.Columns(&p.shared("sparse.Pattern.ColumnGroups").Pattern)
	group = make([]int, len(c.Of))
	for j, g := range c.Of {
		group[j] = int(g)
	}
	return group, c.N
}

// derivative is the value and the Jacobian of f.
func derivative[T, U any](op string, opt DerivativeOptions, symmetric bool, f func(T) U) func(T) (U, Matrix) {
	type result struct {
		Y U
		J Matrix
	}
	options := sparsity.Options{Mode: sparsity.Mode(opt.Mode), Symmetric: symmetric}
	if opt.Pattern.p != nil {
		options.Pattern = &opt.Pattern.p.Pattern
	}
	j := num.Jit(func(x T) result {
		v, tree := num.Ravel(x)
		f, back := onVectors(f, tree)
		g := num.TraceOnce(f, v)
		p, err := sparsity.New(op, g, v, options)
		if err != nil {
			ir.Throw(err)
		}
		y, values := p.At(g, v)
		return result{back(y), New(Pattern{p.Pattern}, values)}
	})
	var probed atomic.Bool
	return func(x T) (U, Matrix) {
		r, err := j.Call(x)
		if err != nil {
			ir.Throw(err)
		}
		if opt.Pattern.p != nil && !probed.Load() {
			probe(op, f, x, r.J)
			probed.Store(true)
		}
		return r.Y, r.J
	}
}

// onVectors is f on the leaves of trees laid end to end, and the function that puts a result back
// into its tree, for use after f was called.
func onVectors[T, U any](f func(T) U, tree func(num.Array) T) (g func(num.Array) num.Array, back func(num.Array) U) {
	var last func(num.Array) U
	g = func(v num.Array) num.Array {
		y, b := num.Ravel(f(tree(v)))
		last = b
		return y
	}
	return g, func(y num.Array) U { return last(y) }
}

// probe refuses the pattern of j, the Jacobian of f at x, if it leaves out an entry. While x is
// traced, it looks at another point.
func probe[T, U any](op string, f func(T) U, x T, j Matrix) {
	v, tree := num.Ravel(x)
	g, _ := onVectors(f, tree)
	values := j.Values
	ir.Unstaged(func() {
		if v.Traced() {
			rng := rand.New(rand.NewPCG(3, 4))
			at := make([]float64, v.Size())
			for i := range at {
				at[i] = 0.5 + rng.Float64()
			}
			v = num.New(at, len(at)).AsType(v.DType())
			p, err := sparsity.New(op, g, v, sparsity.Options{Pattern: &j.pattern.p.Pattern})
			if err != nil {
				ir.Throw(err)
			}
			_, values = p.At(g, v)
		}
		if values.Traced() {
			return
		}
		if err := sparsity.Probe(op, g, v, &j.pattern.p.Pattern, values.Float64s()); err != nil {
			ir.Throw(err)
		}
	})
}
