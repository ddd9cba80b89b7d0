package num

import (
	"slices"

	"github.com/argmin-go/argmin/internal/core/ir"
	"github.com/argmin-go/argmin/internal/core/prim"
)

// Index selects what [Array.Index] takes along one axis. Make one with [I], [Span],
// [From] or [To] and [Index.Step], or use [All], [NewAxis] or [Ellipsis].
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

// Indices without a parameter.
var (
	All      = Index{step: 1, noLo: true, noHi: true} // a whole axis, NumPy's ":"
	NewAxis  = Index{kind: indexNew}                  // a new axis of size 1
	Ellipsis = Index{kind: indexEllipsis}             // as many All as are missing
)

// I takes one index, which counts from the end if negative, and drops the axis.
func I(i int) Index { return Index{kind: indexOne, lo: i} }

// Span takes the elements lo … hi-1, NumPy's lo:hi. Negative bounds count from the end,
// and bounds out of range are moved into it.
func Span(lo, hi int) Index { return Index{lo: lo, hi: hi, step: 1} }

// From takes the elements from lo on, NumPy's lo: with the rules of [Span].
func From(lo int) Index { return Index{lo: lo, step: 1, noHi: true} }

// To takes the elements 0 … hi-1, NumPy's :hi with the rules of [Span].
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
				ir.Throw(ir.Errorf(ir.ArgumentError, op, "there are two Ellipsis, want at most one"))
			}
			dots = i
		case indexOne, indexSpan:
			used++
		}
	}
	shape := a.Shape()
	if used > len(shape) {
		ir.Throw(ir.Errorf(ir.ShapeError, op, "%d indices for shape %s, which has fewer axes", used, ir.ShapeString(shape)))
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

// Index takes a part of an array by NumPy's basic indexing, with one index per axis:
//
//	x.Index(num.I(2), num.Ellipsis, num.Span(1, -1), num.All.Step(-1))
//
// Axes without an index are taken whole. See [Array.Take] for indices that are arrays.
func (a Array) Index(idx ...Index) Array {
	r := a.region("num.Index", idx)
	v := ir.Apply(prim.SliceOp{Lo: r.lo, Hi: r.hi, Step: r.step}, a.v)[0]
	return wrap(prim.Reshape(prim.Reverse(v, r.reverse), r.shape))
}

// Range is the elements lo … hi-1 along the first axis; negative bounds count from the
// end. It is shorthand for a.Index(Span(lo, hi)), but bounds out of range are an error.
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

// At is the element, or sub-array, at fixed indices along the first axes; negative ones
// count from the end. It is shorthand for a.Index(I(i), I(j), …).
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

// place spreads y over an array like a, zero elsewhere, and marks in mask where it is.
func (a Array) place(op string, r region, y Array) (mask, v *ir.Value) {
	y = y.adapted(op, a)
	if y.value().DType != a.DType() {
		ir.Throw(ir.Errorf(ir.DTypeError, op, "the array is %s, the new elements are %s; convert one with AsType", a.DType(), y.DType()))
	}
	if len(y.Shape()) > len(r.shape) || !fits(y.Shape(), r.shape) {
		ir.Throw(ir.Errorf(ir.ShapeError, op, "shape %s does not broadcast to shape %s of the selected part",
			ir.ShapeString(y.Shape()), ir.ShapeString(r.shape)))
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
