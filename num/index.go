package num

import (
	"slices"

	"github.com/argmin-go/argmin/internal/core/ir"
	"github.com/argmin-go/argmin/internal/core/prim"
)

// Index says what [Array.Index] takes along one axis. Make one with [I],
// [Span], [From], [To], [Step], or use [All], [NewAxis] or [Ellipsis].
type Index struct {
	kind         indexKind
	lo, hi, step int
	noLo, noHi   bool
}

type indexKind uint8

const (
	indexSpan indexKind = iota
	indexOne
	indexNew
	indexEllipsis
)

// All takes a whole axis, NumPy's ":"; NewAxis puts in an axis of size 1, and
// Ellipsis stands for as many All as are missing.
var (
	All      = Index{step: 1, noLo: true, noHi: true}
	NewAxis  = Index{kind: indexNew}
	Ellipsis = Index{kind: indexEllipsis}
)

// I takes one index, which counts from the end if negative, and drops the axis.
func I(i int) Index { return Index{kind: indexOne, lo: i} }

// Span is NumPy's lo:hi. Negative bounds count from the end, and bounds out of
// range are moved into it.
func Span(lo, hi int) Index { return Index{lo: lo, hi: hi, step: 1} }

// From is NumPy's lo: and To is :hi.
func From(lo int) Index { return Index{lo: lo, step: 1, noHi: true} }

// To is NumPy's :hi.
func To(hi int) Index { return Index{hi: hi, step: 1, noLo: true} }

// Step takes every n-th of the elements that x takes, NumPy's lo:hi:n; with
// negative n from the last one backwards, as in All.Step(-1).
func (x Index) Step(n int) Index { x.step = n; return x }

// bounds are NumPy's rules for lo:hi:step of an axis of n elements: the first
// element taken and how many.
func (x Index) bounds(n int) (first, count int) {
	lo, hi := x.lo, x.hi
	least, most := 0, n
	if x.step < 0 {
		least, most = -1, n-1
	}
	clamp := func(i int) int {
		if i < 0 {
			i += n
		}
		return min(max(i, least), most)
	}
	lo, hi = clamp(lo), clamp(hi)
	if x.noLo {
		lo = least
		if x.step < 0 {
			lo = most
		}
	}
	if x.noHi {
		hi = most
		if x.step < 0 {
			hi = least
		}
	}
	if x.step > 0 && hi > lo {
		return lo, (hi - lo + x.step - 1) / x.step
	}
	if x.step < 0 && lo > hi {
		return lo, (lo - hi - x.step - 1) / -x.step
	}
	return 0, 0
}

// region is a box of an array: a strided slice, some axes of it reversed, then
// another shape.
type region struct {
	lo, hi, step []int
	reverse      []int
	shape        []int // the result's
}

func (a Array) region(op string, idx []Index) region {
	used, dots := 0, -1
	for i, x := range idx {
		switch x.kind {
		case indexEllipsis:
			if dots >= 0 {
				ir.Throw(ir.Errorf(ir.ArgumentError, op, "there are two Ellipsis"))
			}
			dots = i
		case indexOne, indexSpan:
			used++
		}
	}
	shape := a.Shape()
	if used > len(shape) {
		ir.Throw(ir.Errorf(ir.ShapeError, op, "%d indices for shape %s", used, ir.ShapeString(shape)))
	}
	whole := slices.Repeat([]Index{All}, len(shape)-used)
	if dots < 0 {
		idx = append(slices.Clone(idx), whole...)
	} else {
		idx = slices.Concat(idx[:dots], whole, idx[dots+1:])
	}
	var r region
	for _, x := range idx {
		if x.kind == indexNew {
			r.shape = append(r.shape, 1)
			continue
		}
		axis := len(r.lo)
		n := shape[axis]
		if x.kind == indexOne {
			i := x.lo
			if i < 0 {
				i += n
			}
			if i < 0 || i >= n {
				ir.Throw(ir.Errorf(ir.ShapeError, op, "index %d is out of range for axis %d of shape %s", x.lo, axis, ir.ShapeString(shape)))
			}
			r.lo, r.hi, r.step = append(r.lo, i), append(r.hi, i+1), append(r.step, 1)
			continue
		}
		if x.step == 0 {
			ir.Throw(ir.Errorf(ir.ArgumentError, op, "the step along axis %d is zero", axis))
		}
		first, count := x.bounds(n)
		step := x.step
		if step < 0 {
			step = -step
			first -= max(0, count-1) * step
			if count > 1 {
				r.reverse = append(r.reverse, axis)
			}
		}
		hi := first
		if count > 0 {
			hi = first + (count-1)*step + 1
		}
		r.lo, r.hi, r.step = append(r.lo, first), append(r.hi, hi), append(r.step, step)
		r.shape = append(r.shape, count)
	}
	return r
}

// Index takes a part of an array by NumPy's basic indexing, one index an axis:
//
//	x.Index(num.I(2), num.Ellipsis, num.Span(1, -1), num.All.Step(-1))
//
// Axes without an index are taken whole. See [Take] for indices that are arrays.
func (a Array) Index(idx ...Index) Array {
	r := a.region("num.Index", idx)
	v := ir.Apply(prim.SliceOp{Lo: r.lo, Hi: r.hi, Step: r.step}, a.v)[0]
	return wrap(prim.Reshape(prim.Reverse(v, r.reverse), r.shape))
}

// Set is a with y, broadcast, in the place that a.Index(idx...) takes.
func (a Array) Set(y Array, idx ...Index) Array {
	r := a.region("num.Set", idx)
	mask, v := a.place("num.Set", r, y)
	return wrap(prim.Select(mask, v, a.v))
}

// AddAt is a with y, broadcast, added in the place that a.Index(idx...) takes.
func (a Array) AddAt(y Array, idx ...Index) Array {
	_, v := a.place("num.AddAt", a.region("num.AddAt", idx), y)
	return wrap(prim.Add(a.v, v))
}

// place spreads y over an array like a, zero elsewhere, and says where it is.
func (a Array) place(op string, r region, y Array) (mask, v *ir.Value) {
	y = y.adapted(op, a)
	if y.value().DType != a.DType() {
		ir.Throw(ir.Errorf(ir.DTypeError, op, "the array is %s, the new elements are %s; convert one with AsType", a.DType(), y.DType()))
	}
	if len(y.Shape()) > len(r.shape) || !fits(y.Shape(), r.shape) {
		ir.Throw(ir.Errorf(ir.ShapeError, op, "shape %s does not broadcast to the place's shape %s", ir.ShapeString(y.Shape()), ir.ShapeString(r.shape)))
	}
	box := make([]int, len(r.lo))
	lo, hi, inner := slices.Clone(r.lo), make([]int, len(r.lo)), make([]int, len(r.lo))
	for i := range box {
		box[i] = (r.hi[i] - r.lo[i] + r.step[i] - 1) / r.step[i]
		inner[i] = r.step[i] - 1
		hi[i] = a.Shape()[i] - r.hi[i]
	}
	spread := func(v *ir.Value) *ir.Value {
		return prim.Pad(prim.Reverse(prim.Reshape(v, box), r.reverse), lo, hi, inner)
	}
	return spread(ir.Full(ir.T(Bool, box...), 1)), spread(broadcastTo(y.v, r.shape))
}

// fits reports whether a shape broadcasts to another of at least its rank.
func fits(shape, to []int) bool {
	off := len(to) - len(shape)
	for i, n := range shape {
		if n != 1 && n != to[i+off] {
			return false
		}
	}
	return true
}

// indexArray checks an array of indices, and resolves negative ones.
func indexArray(op string, idx Array, n int) *ir.Value {
	if !idx.value().DType.IsInt() {
		ir.Throw(ir.Errorf(ir.DTypeError, op, "indices are %s, want an integer type", idx.DType()))
	}
	i := idx.AsType(Int32).v
	return prim.Select(prim.Lt(i, ir.Full(i.Type, 0)), prim.Add(i, ir.Full(i.Type, float64(n))), i)
}

func (a Array) axis(op string, axis int) int { return a.axesOf(op, []int{axis})[0] }

// Take is the elements of a at indices along an axis: the axis is replaced by the
// axes of idx. Negative indices count from the end; those out of range are moved
// into it, since inside a transformation there is no way to refuse them. The
// gradient adds up what several indices took from one element.
func (a Array) Take(idx Array, axis int) Array {
	const op = "num.Take"
	axis = a.axis(op, axis)
	return apply(prim.GatherOp{Axis: axis}, a.value(), indexArray(op, idx, a.Shape()[axis]))
}

// TakeAlong takes single elements along an axis, y[…, i, …] = a[…, idx[…, i, …],
// …], with indices as in [Take]. a and idx must have the same shape but for that axis.
func (a Array) TakeAlong(idx Array, axis int) Array {
	const op = "num.TakeAlong"
	axis = a.axis(op, axis)
	s, t := slices.Clone(a.Shape()), slices.Clone(idx.Shape())
	if len(s) == len(t) {
		s[axis], t[axis] = 0, 0
	}
	if !slices.Equal(s, t) {
		ir.Throw(ir.Errorf(ir.ShapeError, op, "array of shape %s and indices of shape %s must agree but for axis %d", ir.ShapeString(a.Shape()), ir.ShapeString(idx.Shape()), axis))
	}
	last := a.Rank() - 1
	x := prim.MoveTo(a.v, axis, last, 0)
	i := prim.MoveTo(indexArray(op, idx, a.Shape()[axis]), axis, last, 0)
	y := ir.Apply(prim.GatherOp{Axis: last, Lead: last}, x, i)[0]
	return wrap(prim.MoveTo(y, last, axis, 0))
}

// Put is a with y written at indices along an axis, where [Take] would take it
// from; y has the shape that Take gives. Of equal indices the last one counts.
func (a Array) Put(idx, y Array, axis int) Array { return scatter("num.Put", a, idx, y, axis, false) }

// PutAdd is a with y added at indices along an axis; equal indices add up.
func (a Array) PutAdd(idx, y Array, axis int) Array {
	return scatter("num.PutAdd", a, idx, y, axis, true)
}

func scatter(op string, a, idx, y Array, axis int, add bool) Array {
	axis = a.axis(op, axis)
	y = y.adapted(op, a)
	if y.value().DType != a.DType() {
		ir.Throw(ir.Errorf(ir.DTypeError, op, "the array is %s, the new elements are %s; convert one with AsType", a.DType(), y.DType()))
	}
	i := indexArray(op, idx, a.Shape()[axis])
	return apply(prim.ScatterOp{Axis: axis, Add: add}, a.v, i, broadcastFor(op, y, slices.Concat(a.Shape()[:axis], i.Shape, a.Shape()[axis+1:])))
}

func broadcastFor(op string, y Array, shape []int) *ir.Value {
	if len(y.Shape()) > len(shape) || !fits(y.Shape(), shape) {
		ir.Throw(ir.Errorf(ir.ShapeError, op, "shape %s does not broadcast to %s", ir.ShapeString(y.Shape()), ir.ShapeString(shape)))
	}
	return broadcastTo(y.v, shape)
}

func starts(op string, a Array, start []Array) *ir.Value {
	if len(start) != a.Rank() {
		ir.Throw(ir.Errorf(ir.ShapeError, op, "%d start indices for shape %s, want one an axis", len(start), ir.ShapeString(a.Shape())))
	}
	vs := make(values, len(start))
	for i, s := range start {
		s = s.adapted(op, Int(0))
		if !s.value().DType.IsInt() || s.Rank() != 0 {
			ir.Throw(ir.Errorf(ir.DTypeError, op, "start index %d is %v, want an integer scalar", i, s.v.Type))
		}
		vs[i] = prim.Reshape(s.AsType(Int32).v, []int{1})
	}
	if len(vs) == 0 {
		return ir.Full(ir.T(Int32, 0), 0)
	}
	return prim.Concat(0, vs...)
}

// DynamicSlice is size elements along every axis from start on, integer scalars
// that may be traced. Starts that lead out of the array are moved to the nearest
// that do not.
func (a Array) DynamicSlice(start []Array, size ...int) Array {
	const op = "num.DynamicSlice"
	return apply(prim.DynamicSliceOp{Size: slices.Clone(size)}, a.value(), starts(op, a, start))
}

// DynamicUpdateSlice is a with y written into it from start on; see [DynamicSlice].
// In the carry of a loop it costs no copy of a.
func (a Array) DynamicUpdateSlice(y Array, start []Array) Array {
	const op = "num.DynamicUpdateSlice"
	return apply(prim.DynamicUpdateSliceOp{}, a.value(), y.value(), starts(op, a, start))
}
