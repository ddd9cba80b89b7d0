package convex

import (
	"fmt"
	"slices"

	"github.com/argmin-go/argmin/internal/core/ir"
	"github.com/argmin-go/argmin/num"
	"github.com/argmin-go/argmin/sparse"
)

// increasing is what affine functions without negative coefficients have in common.
type increasing struct{}

func (increasing) curvature([]*node) Curvature { return CurvatureAffine }
func (increasing) slope(int, []*node) slope    { return nondecreasing }
func (increasing) sign(args []*node) Sign {
	s := SignZero
	for _, a := range args {
		s = s.plus(a.sign)
	}
	return s
}

// Add is the sum of all expressions, which broadcast.
func Add(first any, more ...any) Expr {
	sum := operand("Add", first)
	for _, x := range more {
		sum = sum.Add(x)
	}
	return sum
}

// Add is x + y.
func (x Expr) Add(y any) Expr { return broadcast("Add", sumOf{}, x, operand("Add", y)) }

// Sub is x - y.
func (x Expr) Sub(y any) Expr { return broadcast("Sub", sumOf{}, x, operand("Sub", y).Neg()) }

// Neg is -x.
func (x Expr) Neg() Expr {
	if f, ok := x.node().atom.(negation); ok && f == (negation{}) {
		return Expr{x.n.args[0]}
	}
	return apply("Neg", negation{}, x)
}

// sumOf is the sum of expressions of one shape.
type sumOf struct{ increasing }

func (sumOf) name() string                         { return "add" }
func (sumOf) infer(args []*node) ([]int, string)   { return args[0].shape, "" }
func (sumOf) value(args []num.Array) num.Array     { return args[0].Add(args[1]) }
func (sumOf) linear(args []coef, shape []int) coef { return args[0].add(args[1]).reshape(shape...) }

type negation struct{}

func (negation) name() string                         { return "neg" }
func (negation) infer(args []*node) ([]int, string)   { return args[0].shape, "" }
func (negation) sign(args []*node) Sign               { return args[0].sign.neg() }
func (negation) curvature([]*node) Curvature          { return CurvatureAffine }
func (negation) slope(int, []*node) slope             { return nonincreasing }
func (negation) value(args []num.Array) num.Array     { return args[0].Neg() }
func (negation) linear(args []coef, shape []int) coef { return args[0].scale(-1) }

// broadcast applies an elementwise function to expressions after it made them of one shape.
func broadcast(op string, f atom, args ...Expr) Expr {
	args, err := together(op, args...)
	if err != nil {
		return Expr{&node{err: err}}
	}
	return apply(op, f, args...)
}

// together repeats expressions so that they have one shape. One of them must have this shape already: so that [n] and
// [n, 1] are not taken to be a matrix [n, n] in secret.
func together(op string, args ...Expr) ([]Expr, error) {
	shape := []int{}
	for i, a := range args {
		n := a.node()
		if n.err != nil {
			return nil, n.err
		}
		joint, ok := broadcastShapes(shape, n.shape)
		if !ok {
			return nil, failed(ir.ShapeError, op, "%s do not broadcast", shapes(nodes(args[:i+1]))).n.err
		}
		shape = joint
	}
	whole := func(a Expr) bool { return slices.Equal(a.n.shape, shape) }
	if !slices.ContainsFunc(args, whole) {
		return nil, failed(ir.ShapeError, op, "%s would both be repeated, to shape %s; Reshape one, or BroadcastTo if that is meant",
			shapes(nodes(args)), ir.ShapeString(shape)).n.err
	}
	list := slices.Clone(args)
	for i, a := range list {
		if !whole(a) {
			list[i] = a.BroadcastTo(shape...)
		}
	}
	return list, nil
}

func nodes(list []Expr) []*node {
	var ns []*node
	for _, x := range list {
		ns = append(ns, x.node())
	}
	return ns
}

func broadcastShapes(a, b []int) ([]int, bool) {
	n := max(len(a), len(b))
	out := make([]int, n)
	for i := range n {
		p, q := 1, 1
		if k := len(a) - n + i; k >= 0 {
			p = a[k]
		}
		if k := len(b) - n + i; k >= 0 {
			q = b[k]
		}
		if p != q && p != 1 && q != 1 {
			return nil, false
		}
		out[i] = max(p, q)
	}
	return out, true
}

// move is a function whose elements are elements of its argument, or zeros.
type move struct {
	increasing
	what string
	f    func(num.Array) num.Array
	show func(x string) string // nil for a function call
	*moved
}

// moved is where the elements come from.
type moved struct {
	shape []int
	from  []int32
}

func (m move) name() string                     { return m.what }
func (m move) infer([]*node) ([]int, string)    { return m.shape, "" }
func (m move) value(args []num.Array) num.Array { return m.f(args[0]) }
func (m move) linear(args []coef, shape []int) coef {
	return args[0].gather(m.from, shape...)
}

// moving makes an expression by a function of arrays that moves elements: what it does to their numbers is what it does to them.
func (x Expr) moving(op, name string, show func(string) string, f func(num.Array) num.Array) Expr {
	n := x.node()
	if n.err != nil {
		return Expr{n}
	}
	places, err := num.Try(func() num.Array {
		return f(num.Arange(num.Float64, 1, size(n.shape)+1).Reshape(n.shape...))
	})
	if err != nil {
		return failed(ir.ShapeError, op, "%s of shape %s: %s", describe(n), ir.ShapeString(n.shape), message(err))
	}
	m := move{what: name, f: f, show: show, moved: &moved{shape: places.Shape()}}
	for _, p := range places.Float64s() {
		m.from = append(m.from, int32(p)-1)
	}
	return apply(op, m, Expr{n})
}

// T is the transposed matrix. A vector stays as it is.
func (x Expr) T() Expr {
	if l := x.node().leaf; l != nil && l.mat != nil {
		t := operand("T", l.mat.T())
		if l.name != "" {
			t.n.leaf.name = l.name + "ᵀ"
		}
		return t
	}
	return x.moving("T", "transpose", func(s string) string { return s + "ᵀ" }, func(a num.Array) num.Array {
		if a.Rank() < 2 {
			return a
		}
		return a.MatT()
	})
}

// Reshape has the same elements in another shape, in the order of num.Ravel: the last axis changes fastest. One size may be -1.
func (x Expr) Reshape(shape ...int) Expr {
	return x.moving("Reshape", "reshape", nil, func(a num.Array) num.Array { return a.Reshape(shape...) })
}

// BroadcastTo repeats elements along axes of size 1, and along new axes in front.
func (x Expr) BroadcastTo(shape ...int) Expr {
	return x.moving("BroadcastTo", "broadcast", func(s string) string { return s }, func(a num.Array) num.Array { return a.BroadcastTo(shape...) })
}

// At is the element, or the part, at indices of the first axes. A negative index counts from the end.
func (x Expr) At(idx ...int) Expr {
	n := x.node()
	x = Expr{n}
	f := func(a num.Array) num.Array { return a.At(idx...) }
	start, rest := 0, n.shape
	for _, i := range idx {
		if len(rest) == 0 || i < -rest[0] || i >= rest[0] {
			return x.moving("At", "at", nil, f) // which says what is wrong
		}
		start = start*rest[0] + (i+rest[0])%rest[0]
		rest = rest[1:]
	}
	return x.part("At", start*size(rest), rest, indexed(fmt.Sprint(idx)), f)
}

// Range is the part from lo to hi, which is excluded, along the first axis. Negative limits count from the end.
func (x Expr) Range(lo, hi int) Expr {
	n := x.node()
	x = Expr{n}
	f := func(a num.Array) num.Array { return a.Range(lo, hi) }
	if len(n.shape) == 0 || lo < 0 || lo >= hi || hi > n.shape[0] {
		return x.moving("Range", "range", nil, f)
	}
	rest := n.shape[1:]
	return x.part("Range", lo*size(rest), append([]int{hi - lo}, rest...), indexed(fmt.Sprintf("[%d:%d]", lo, hi)), f)
}

// part has consecutive elements, without a look at the others: models index in loops.
func (x Expr) part(op string, start int, shape []int, show func(string) string, f func(num.Array) num.Array) Expr {
	if x.n.err != nil {
		return x
	}
	from := make([]int32, size(shape))
	for i := range from {
		from[i] = int32(start + i)
	}
	return apply(op, move{what: "part", f: f, show: show, moved: &moved{slices.Clone(shape), from}}, x)
}

// Index is the part with the given indices of its axes, as of a num.Array.
func (x Expr) Index(idx ...num.Index) Expr {
	return x.moving("Index", "index", indexed("[…]"), func(a num.Array) num.Array { return a.Index(idx...) })
}

func indexed(what string) func(string) string { return func(s string) string { return s + what } }

// Diag is the diagonal of a matrix as a vector, or a vector as a diagonal matrix.
func (x Expr) Diag() Expr {
	return x.moving("Diag", "diag", nil, func(a num.Array) num.Array {
		if a.Rank() == 1 {
			return num.FromDiag(a)
		}
		return num.Diag(a)
	})
}

// Trace is the sum of the diagonal of a square matrix.
func Trace(x Expr) Expr {
	n := x.node()
	if n.err == nil && (len(n.shape) != 2 || n.shape[0] != n.shape[1]) {
		return failed(ir.ShapeError, "Trace", "%s has shape %s, want a square matrix", describe(n), ir.ShapeString(n.shape))
	}
	return apply("Trace", reduction{what: "trace", f: func(a num.Array) num.Array { return a.Sum() }, shown: true}, x.Diag())
}

// reduction is a sum along axes.
type reduction struct {
	increasing
	what  string
	f     func(num.Array) num.Array
	axes  []int
	shown bool // printed as what(…) with the argument's own argument
}

// Sum is the sum of all elements, or of those along the given axes.
func Sum(x Expr, axes ...int) Expr {
	return apply("Sum", reduction{what: "sum", f: func(a num.Array) num.Array { return a.Sum(axes...) }, axes: axes}, x)
}

// Mean is the mean of all elements, or of those along the given axes.
func Mean(x Expr, axes ...int) Expr {
	s := Sum(x, axes...)
	if s.n.err != nil {
		return s
	}
	return s.Mul(float64(s.Size()) / float64(x.Size()))
}

func (r reduction) name() string { return r.what }
func (r reduction) infer(args []*node) ([]int, string) {
	y, err := num.Try(func() num.Array { return r.f(num.Zeros(args[0].shape...)) })
	if err != nil {
		return nil, fmt.Sprintf("%s: %s", shapes(args), message(err))
	}
	return y.Shape(), ""
}
func (r reduction) value(args []num.Array) num.Array { return r.f(args[0]) }
func (r reduction) linear(args []coef, shape []int) coef {
	if len(r.axes) == 0 {
		return args[0].total()
	}
	// The gradient of ⟨y, sum(x)⟩ has at each element of x the element of y that it is added to.
	places := num.Grad(func(a num.Array) num.Array {
		return r.f(a).Mul(num.Arange(num.Float64, 0, size(shape)).Reshape(shape...)).Sum()
	})(num.Zeros(args[0].shape...))
	to := make([]int32, args[0].size())
	for i, p := range places.Float64s() {
		to[i] = int32(p)
	}
	return args[0].scatter(to, shape...)
}

// Concat puts expressions together along an existing axis.
func Concat(axis int, list ...Expr) Expr {
	if len(list) == 0 {
		return failed(ir.ArgumentError, "Concat", "there is nothing to put together")
	}
	return apply("Concat", concatenation{what: "concat", f: func(xs ...num.Array) num.Array { return num.Concat(axis, xs...) }}, list...)
}

// Stack puts expressions of one shape together along a new first axis.
func Stack(list ...Expr) Expr {
	if len(list) == 0 {
		return failed(ir.ArgumentError, "Stack", "there is nothing to put together")
	}
	return apply("Stack", concatenation{what: "stack", f: func(xs ...num.Array) num.Array { return num.Stack(xs...) }}, list...)
}

// Rows is the stack of f(x₀), f(x₁), … of the parts of x along its first axis, such as the norms of the rows of a matrix.
func Rows(x Expr, f func(row Expr) Expr) Expr {
	n := x.node()
	if n.err != nil {
		return x
	}
	if len(n.shape) == 0 {
		return failed(ir.ShapeError, "Rows", "%s is a scalar, which has no rows", describe(n))
	}
	var list []Expr
	for i := range n.shape[0] {
		list = append(list, f(x.At(i)))
	}
	return Stack(list...)
}

type concatenation struct {
	increasing
	what string
	f    func(...num.Array) num.Array
}

func (c concatenation) name() string                     { return c.what }
func (c concatenation) value(args []num.Array) num.Array { return c.f(args...) }
func (c concatenation) infer(args []*node) ([]int, string) {
	places, err := num.Try(func() num.Array { return c.places(args) })
	if err != nil {
		return nil, fmt.Sprintf("%s: %s", shapes(args), message(err))
	}
	return places.Shape(), ""
}

// places numbers the elements of all arguments.
func (c concatenation) places(args []*node) num.Array {
	var list []num.Array
	n := 0
	for _, a := range args {
		list = append(list, num.Arange(num.Float64, n, n+size(a.shape)).Reshape(a.shape...))
		n += size(a.shape)
	}
	return c.f(list...)
}

func (c concatenation) linear(args []coef, shape []int) coef {
	like := make([]*node, len(args))
	for i, a := range args {
		like[i] = &node{shape: a.shape}
	}
	var from []int32
	for _, p := range c.places(like).Float64s() {
		from = append(from, int32(p))
	}
	return concat(args...).gather(from, shape...)
}

// Linear applies a linear function that is written with package num, such as a convolution. The matrix is found by
// sparse.Jacobian. name is how it is printed.
func Linear(name string, f func(num.Array) num.Array, x Expr) Expr {
	n := x.node()
	if n.err != nil {
		return x
	}
	m, err := num.Try(func() sparse.Matrix {
		zero := num.Zeros(n.shape...)
		point := num.Normal(num.NewKey(1), num.Float64, n.shape...)
		y, jac := sparse.ValueAndJacobian(f, sparse.DerivativeOptions{})(zero)
		// Linear functions are 0 at 0, and equal to their derivative elsewhere.
		there, want := f(point).Reshape(-1), jac.MatMul(point.Reshape(-1))
		if y.Abs().Sum().Item() != 0 || there.Sub(want).Abs().Max().Item() > 1e-9*(1+want.Abs().Max().Item()) {
			ir.Throw(ir.Errorf(ir.ArgumentError, "convex.Linear", "%s is not linear", name))
		}
		return jac
	})
	if err != nil {
		return failed(ir.ArgumentError, "Linear", "%s of %s: %s", name, shapes([]*node{n}), message(err))
	}
	return apply("Linear", linearMap{what: name, f: f, jac: m}, x)
}

type linearMap struct {
	what string
	f    func(num.Array) num.Array
	jac  sparse.Matrix
}

func (l linearMap) name() string { return l.what }
func (l linearMap) infer(args []*node) ([]int, string) {
	return l.f(num.Zeros(args[0].shape...)).Shape(), ""
}
func (l linearMap) coefficients() Sign               { return signOf(l.jac.Values.Float64s()) }
func (l linearMap) sign(args []*node) Sign           { return args[0].sign.times(l.coefficients()) }
func (l linearMap) curvature([]*node) Curvature      { return CurvatureAffine }
func (l linearMap) slope(int, []*node) slope         { return slopeOf(l.coefficients()) }
func (l linearMap) value(args []num.Array) num.Array { return l.f(args[0]) }
func (l linearMap) linear(args []coef, shape []int) coef {
	return matrixCoef(l.jac).matmul(args[0].reshape(args[0].size(), 1)).reshape(shape...)
}

// matrixCoef has the elements of a sparse matrix.
func matrixCoef(m sparse.Matrix) coef {
	rows, cols := m.Dims()
	c := coef{shape: []int{rows, cols}}
	i, j, values := m.COO()
	for k, v := range values.Float64s() {
		c.entries = append(c.entries, entry{i[k]*cols + j[k], none, none, v})
	}
	return c
}

// Diff has the differences of neighbors along the first axis.
func Diff(x Expr) Expr {
	if n := x.node(); n.err == nil && (len(n.shape) == 0 || n.shape[0] < 2) {
		return failed(ir.ShapeError, "Diff", "%s, want at least two elements along the first axis", shapes([]*node{n}))
	}
	return Linear("diff", func(a num.Array) num.Array { return a.Diff(1, 0) }, x)
}

// CumSum has the sums of all elements up to each along the first axis. It has n²/2 coefficients for n elements: for many, make
// the sums a variable s with Diff(s) = x.
func CumSum(x Expr) Expr {
	return Linear("cumsum", func(a num.Array) num.Array { return a.CumSum(0) }, x)
}
