package num

import (
	"math"
	"slices"

	"github.com/argmin-go/argmin/internal/core/ir"
	"github.com/argmin-go/argmin/internal/core/prim"
)

// broadcast brings operands to one shape by NumPy's rules: shapes are aligned at
// their last axes, and an axis of size 1 is repeated.
func broadcast(op string, xs ...Array) []*ir.Value {
	rank := 0
	for _, x := range xs {
		rank = max(rank, x.Rank())
	}
	shape := make([]int, rank)
	for i := range shape {
		shape[i] = 1
		for _, x := range xs {
			s := x.Shape()
			j := i - (rank - len(s))
			if j < 0 || s[j] == 1 {
				continue
			}
			if shape[i] != 1 && shape[i] != s[j] {
				all := make([]string, len(xs))
				for k, y := range xs {
					all[k] = ir.ShapeString(y.Shape())
				}
				ir.Throw(ir.Errorf(ir.ShapeError, op, "shapes %s do not broadcast together: axis %d has sizes %d and %d", all, i-rank, shape[i], s[j]))
			}
			shape[i] = s[j]
		}
	}
	out := make([]*ir.Value, len(xs))
	for i, x := range xs {
		out[i] = broadcastTo(x.value(), shape)
	}
	return out
}

func broadcastTo(v *ir.Value, shape []int) *ir.Value {
	if slices.Equal(v.Shape, shape) {
		return v
	}
	off := len(shape) - len(v.Shape)
	var kept, dims []int
	for i, n := range v.Shape {
		if n == shape[i+off] {
			kept, dims = append(kept, n), append(dims, i+off)
		}
	}
	return prim.Broadcast(prim.Reshape(v, kept), shape, dims)
}

func binary(name string, op ir.Op, a, b Array) Array {
	a, b = meet(name, a, b)
	return apply(op, broadcast(name, a, b)...)
}

// meet gives two operands one dtype, which only constants change theirs for.
func meet(op string, a, b Array) (Array, Array) {
	a, b = a.adapted(op, b), b.adapted(op, a)
	if a.DType() != b.DType() {
		ir.Throw(ir.Errorf(ir.DTypeError, op, "operands are %s and %s; convert one with AsType", a.DType(), b.DType()))
	}
	return a, b
}

// adapted is a, or a constant in the dtype of b.
func (a Array) adapted(op string, b Array) Array {
	d := b.value().DType
	if !a.constant || b.constant || d == a.value().DType {
		return a
	}
	x := a.Item()
	if !d.IsFloat() && x != math.Trunc(x) || d == Bool && x != 0 && x != 1 || d == Uint32 && x < 0 {
		ir.Throw(ir.Errorf(ir.DTypeError, op, "the constant %g does not fit among elements of %s", x, d))
	}
	return b.Const(x)
}

// Arithmetic, element by element, with broadcasting.
func (a Array) Add(b Array) Array { return binary("num.Add", prim.OpAdd, a, b) }
func (a Array) Sub(b Array) Array { return binary("num.Sub", prim.OpSub, a, b) }
func (a Array) Mul(b Array) Array { return binary("num.Mul", prim.OpMul, a, b) }
func (a Array) Div(b Array) Array { return binary("num.Div", prim.OpDiv, a, b) }
func (a Array) Pow(b Array) Array { return binary("num.Pow", prim.OpPow, a, b) }

// Scale is a times a number, AddScalar a plus a number.
func (a Array) Scale(x float64) Array     { return a.Mul(a.Const(x)) }
func (a Array) AddScalar(x float64) Array { return a.Add(a.Const(x)) }

// Neg is -a, Abs the absolute value, Square a², Sqrt the square root.
func (a Array) Neg() Array    { return wrap(prim.Neg(a.value())) }
func (a Array) Abs() Array    { return wrap(prim.Abs(a.value())) }
func (a Array) Square() Array { return a.Mul(a) }
func (a Array) Sqrt() Array   { return wrap(prim.Sqrt(a.value())) }

// Comparisons give arrays of bool.
func (a Array) Eq(b Array) Array  { return binary("num.Eq", prim.OpEq, a, b) }
func (a Array) Lt(b Array) Array  { return binary("num.Lt", prim.OpLt, a, b) }
func (a Array) Le(b Array) Array  { return binary("num.Le", prim.OpLe, a, b) }
func (a Array) Gt(b Array) Array  { return binary("num.Gt", prim.OpLt, b, a) }
func (a Array) Ge(b Array) Array  { return binary("num.Ge", prim.OpLe, b, a) }
func (a Array) And(b Array) Array { return binary("num.And", prim.OpAnd, a, b) }
func (a Array) Or(b Array) Array  { return binary("num.Or", prim.OpOr, a, b) }
func (a Array) Not() Array        { return wrap(prim.Not(a.value())) }

// IsFinite tells which elements are neither NaN nor infinite.
func (a Array) IsFinite() Array { return wrap(prim.IsFinite(a.value())) }

// Max and Min are the larger and smaller of two arrays, element by element; NaN wins.
func Maximum(a, b Array) Array { return binary("num.Max", prim.OpMax, a, b) }
func Minimum(a, b Array) Array { return binary("num.Min", prim.OpMin, a, b) }

// Where takes elements of a where cond is true and of b elsewhere.
func Where(cond, a, b Array) Array {
	a, b = meet("num.Where", a, b)
	return apply(prim.SelectOp{}, broadcast("num.Where", cond, a, b)...)
}

// Functions of every element.
func (a Array) Exp() Array   { return wrap(prim.Exp(a.value())) }
func (a Array) Expm1() Array { return wrap(prim.Expm1(a.value())) }
func (a Array) Log() Array   { return wrap(prim.Log(a.value())) }
func (a Array) Log1p() Array { return wrap(prim.Log1p(a.value())) }
func (a Array) Sin() Array   { return wrap(prim.Sin(a.value())) }
func (a Array) Cos() Array   { return wrap(prim.Cos(a.value())) }
func (a Array) Tan() Array   { return wrap(prim.Tan(a.value())) }
func (a Array) Tanh() Array  { return wrap(prim.Tanh(a.value())) }
func (a Array) Sinh() Array  { return wrap(prim.Sinh(a.value())) }
func (a Array) Cosh() Array  { return wrap(prim.Cosh(a.value())) }
func (a Array) Erf() Array   { return wrap(prim.Erf(a.value())) }
func (a Array) Floor() Array { return wrap(prim.Floor(a.value())) }
func (a Array) Sign() Array  { return wrap(prim.Sign(a.value())) }

// Expit is the logistic function 1/(1+exp(-a)).
func (a Array) Expit() Array { return wrap(prim.Logistic(a.value())) }

// axesOf normalizes axes: none means all, negative ones count from the end.
func (a Array) axesOf(op string, axes []int) []int {
	if len(axes) == 0 {
		return prim.AllAxes(a.Rank())
	}
	out := slices.Clone(axes)
	for i, x := range out {
		if x < 0 {
			out[i] += a.Rank()
		}
		if out[i] < 0 || out[i] >= a.Rank() {
			ir.Throw(ir.Errorf(ir.ShapeError, op, "axis %d is out of range for shape %s", x, ir.ShapeString(a.Shape())))
		}
	}
	slices.Sort(out)
	return slices.Compact(out)
}

// Sum adds the elements along axes (none: all).
func (a Array) Sum(axes ...int) Array {
	return wrap(prim.ReduceSum(a.value(), a.axesOf("num.Sum", axes)...))
}

// Max is the largest element along axes (none: all).
func (a Array) Max(axes ...int) Array {
	return wrap(prim.ReduceMax(a.value(), a.axesOf("num.Max", axes)...))
}

// Min is the smallest element along axes (none: all).
func (a Array) Min(axes ...int) Array {
	return wrap(prim.ReduceMin(a.value(), a.axesOf("num.Min", axes)...))
}

// Mean is the average along axes (none: all); of integers it is float64.
func (a Array) Mean(axes ...int) Array {
	if !a.value().DType.IsFloat() {
		a = a.AsType(Float64)
	}
	n := 1
	for _, x := range a.axesOf("num.Mean", axes) {
		n *= a.Shape()[x]
	}
	return a.Sum(axes...).Scale(1 / float64(n))
}

// Reshape gives another shape to the same elements; one -1 is worked out.
func (a Array) Reshape(shape ...int) Array {
	want := shape
	shape = slices.Clone(shape)
	if i := slices.Index(shape, -1); i >= 0 {
		shape[i] = 1
		if n := ir.SizeOf(shape); n > 0 {
			shape[i] = a.Size() / n
		}
	}
	if slices.ContainsFunc(shape, func(n int) bool { return n < 0 }) || ir.SizeOf(shape) != a.Size() {
		ir.Throw(ir.Errorf(ir.ShapeError, "num.Reshape", "%d elements of shape %s do not fill shape %s", a.Size(), ir.ShapeString(a.Shape()), ir.ShapeString(want)))
	}
	return wrap(prim.Reshape(a.value(), shape))
}

// T reverses the axes, or permutes them.
func (a Array) T(perm ...int) Array {
	if len(perm) == 0 {
		perm = prim.AllAxes(a.Rank())
		slices.Reverse(perm)
	}
	return wrap(prim.Transpose(a.value(), perm))
}

// Range is the elements lo … hi-1 along the first axis; negative bounds count from the end.
func (a Array) Range(lo, hi int) Array {
	if a.Rank() == 0 {
		ir.Throw(ir.Errorf(ir.ShapeError, "num.Range", "a scalar has no first axis"))
	}
	n := a.Shape()[0]
	if lo < 0 {
		lo += n
	}
	if hi < 0 {
		hi += n
	}
	if lo < 0 || hi > n || lo > hi {
		ir.Throw(ir.Errorf(ir.ShapeError, "num.Range", "%d:%d is out of range for the first axis of shape %s", lo, hi, ir.ShapeString(a.Shape())))
	}
	l, step := make([]int, a.Rank()), make([]int, a.Rank())
	for i := range step {
		step[i] = 1
	}
	h := slices.Clone(a.Shape())
	l[0], h[0] = lo, hi
	return apply(prim.SliceOp{Lo: l, Hi: h, Step: step}, a.v)
}

// At is the element, or sub-array, at fixed indices along the first axes.
func (a Array) At(idx ...int) Array {
	x := a
	for k, i := range idx {
		if x.Rank() == 0 {
			ir.Throw(ir.Errorf(ir.ShapeError, "num.At", "%d indices for shape %s", len(idx), ir.ShapeString(a.Shape())))
		}
		n := x.Shape()[0]
		if i < -n || i >= n {
			ir.Throw(ir.Errorf(ir.ShapeError, "num.At", "index %d is out of range for axis %d of shape %s", i, k, ir.ShapeString(a.Shape())))
		}
		if i < 0 {
			i += n
		}
		x = x.Range(i, i+1).Reshape(x.Shape()[1:]...)
	}
	return x
}

// Concat joins arrays along an axis.
func Concat(axis int, xs ...Array) Array {
	if len(xs) == 0 {
		ir.Throw(ir.Errorf(ir.ArgumentError, "num.Concat", "there are no arrays to join"))
	}
	vs := make([]*ir.Value, len(xs))
	for i, x := range xs {
		vs[i] = x.value()
	}
	return wrap(prim.Concat(xs[0].insertAxis("num.Concat", axis), vs...))
}

// insertAxis checks an axis of a; negative ones count from the end.
func (a Array) insertAxis(op string, axis int) int {
	if a.Rank() == 0 {
		ir.Throw(ir.Errorf(ir.ShapeError, op, "scalars have no axis to join along; use num.Stack"))
	}
	return a.axis(op, axis)
}

// Stack joins arrays of one shape along a new first axis. Constants take the dtype of the rest.
func Stack(xs ...Array) Array {
	if len(xs) == 0 {
		ir.Throw(ir.Errorf(ir.ArgumentError, "num.Stack", "there are no arrays to stack"))
	}
	first := xs[0]
	for _, x := range xs {
		if !x.constant {
			first = x
			break
		}
	}
	ys := make([]Array, len(xs))
	for i, x := range xs {
		x = x.adapted("num.Stack", first)
		ys[i] = x.Reshape(append([]int{1}, x.Shape()...)...)
	}
	return Concat(0, ys...)
}

// MatMul is the matrix product as NumPy defines it: vectors are rows on the left
// and columns on the right, and leading axes are a batch, which broadcasts.
func (a Array) MatMul(b Array) Array {
	ra, rb := a.Rank(), b.Rank()
	if ra == 0 || rb == 0 {
		ir.Throw(ir.Errorf(ir.ShapeError, "num.MatMul", "shapes %s and %s: a scalar has no matrix product, use Mul", ir.ShapeString(a.Shape()), ir.ShapeString(b.Shape())))
	}
	ka, kb := ra-1, max(0, rb-2)
	if a.Shape()[ka] != b.Shape()[kb] {
		ir.Throw(ir.Errorf(ir.ShapeError, "num.MatMul", "shapes %s and %s do not fit: %d columns and %d rows", ir.ShapeString(a.Shape()), ir.ShapeString(b.Shape()), a.Shape()[ka], b.Shape()[kb]))
	}
	x, y := a.v, b.v
	d := prim.DotOp{LC: []int{ka}, RC: []int{kb}}
	if ra > 2 && rb > 2 || rb > 2 && ra == 2 {
		x, y = lead("num.MatMul", x, y)
		r := x.Rank()
		d = prim.DotOp{LC: []int{r - 1}, RC: []int{r - 2}, LB: prim.AllAxes(r - 2), RB: prim.AllAxes(r - 2)}
	}
	return apply(d, x, y)
}

// Dot is the sum of products of two vectors.
func (a Array) Dot(b Array) Array {
	if a.Rank() != 1 || b.Rank() != 1 || a.Shape()[0] != b.Shape()[0] {
		ir.Throw(ir.Errorf(ir.ShapeError, "num.Dot", "shapes %s and %s, want two vectors of the same length; see MatMul", ir.ShapeString(a.Shape()), ir.ShapeString(b.Shape())))
	}
	return a.MatMul(b)
}

// StopGradient is a with derivative zero.
func (a Array) StopGradient() Array { return wrap(prim.StopGradient(a.value())) }
