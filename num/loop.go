package num

import (
	"math"

	"github.com/argmin-go/argmin/internal/core/ir"
	"github.com/argmin-go/argmin/internal/core/prim"
)

// While repeats x = body(x) as long as cond(x) is true, starting from init. The
// shapes and dtypes of x must stay the same. It has a forward-mode derivative;
// for reverse mode give a bound ([WhileMax]) or use [CustomRoot]. Under [Vmap]
// every member runs to its own end.
func While[T any](cond func(T) Array, body func(T) T, init T) T {
	return while("num.While", 0, cond, body, init)
}

// WhileMax is [While] that ends after limit iterations at the latest. The bound
// gives it a reverse-mode derivative too, which keeps about √limit copies of x
// and runs every iteration twice.
func WhileMax[T any](limit int, cond func(T) Array, body func(T) T, init T) T {
	const what = "num.WhileMax"
	if limit < 0 {
		ir.Throw(ir.Errorf(ir.ArgumentError, what, "limit is %d, want 0 or more", limit))
	}
	notNil(what, "cond", cond == nil)
	notNil(what, "body", body == nil)
	if limit == 0 {
		return init
	}
	limit = min(limit, math.MaxInt32) // counted in int32
	type counted struct {
		X T
		N Array
	}
	one := Full(Int32, 1)
	return while(what, limit,
		func(c counted) Array { return c.N.Lt(Full(Int32, float64(limit))).And(cond(c.X)) },
		func(c counted) counted { return counted{body(c.X), c.N.Add(one)} },
		counted{init, Full(Int32, 0)}).X
}

func while[T any](what string, limit int, cond func(T) Array, body func(T) T, init T) T {
	notNil(what, "cond", cond == nil)
	notNil(what, "body", body == nil)
	xs, def := flatten(what, init)
	types := ir.TypesOf(xs)
	c := traceLater(what+": condition", ir.Often, cond, def, types)
	if t := c.prog.OutTypes()[0]; t.DType != Bool || t.Rank() != 0 {
		ir.Throw(ir.Errorf(ir.ShapeError, what, "the condition returned %v, want a bool scalar", t))
	}
	b := traceLater(what+": body", ir.Often, body, def, types)
	sameCarry(what, "carry", def, b.out, types, b.prog.OutTypes())
	return unflatten[T](def, prim.While(c.prog, b.prog, c.captured, b.captured, xs, limit))
}

// Scan carries c through c, y = body(c, x) for the slices x of xs along the first
// axis of its leaves, and stacks the ys. It returns the last carry and the ys, and
// has derivatives of both modes; reverse mode keeps what body's derivative needs
// from every step ([Checkpoint] of the body keeps only the carry).
func Scan[C, X, Y any](body func(C, X) (C, Y), init C, xs X) (C, Y) {
	return scan("num.Scan", body, init, xs, false)
}

// ScanReverse is [Scan] from the last slice to the first; ys[i] belongs to xs[i].
func ScanReverse[C, X, Y any](body func(C, X) (C, Y), init C, xs X) (C, Y) {
	return scan("num.ScanReverse", body, init, xs, true)
}

func scan[C, X, Y any](what string, body func(C, X) (C, Y), init C, xs X, reverse bool) (C, Y) {
	type in struct {
		C C
		X X
	}
	type out struct {
		C C
		Y Y
	}
	notNil(what, "body", body == nil)
	n := -1
	vs, def := flatten(what, xs)
	for i, v := range vs {
		if v.Rank() == 0 {
			ir.Throw(ir.Errorf(ir.ShapeError, what, "xs%s is a scalar: it has no axis to scan over", def.Paths()[i]))
		}
		if n >= 0 && v.Shape[0] != n {
			ir.Throw(ir.Errorf(ir.ShapeError, what, "xs%s has %d slices along its first axis, others have %d", def.Paths()[i], v.Shape[0], n))
		}
		n = v.Shape[0]
	}
	if n < 0 {
		ir.Throw(ir.Errorf(ir.ArgumentError, what, "xs has no arrays to scan over; use num.ForLoop"))
	}
	cs, cdef := flatten(what, init)
	all, idef := flatten(what, in{init, xs})
	types := ir.TypesOf(all)
	for i := len(cs); i < len(types); i++ {
		types[i] = types[i].WithShape(types[i].Shape[1:])
	}
	runs := ir.Often
	if n == 0 {
		runs = ir.Perhaps
	}
	b := traceLater(what+": body", runs, func(z in) out {
		c, y := body(z.C, z.X)
		return out{c, y}
	}, idef, types)
	ctypes, otypes := types[:len(cs)], b.prog.OutTypes()
	r := unflatten[out](b.out, zerosOf(otypes))
	rs, rdef := flatten(what, r.C)
	sameCarry(what, "carry", cdef, rdef, ctypes, ir.TypesOf(rs))
	r = unflatten[out](b.out, prim.Scan(prim.ScanOp{Body: b.prog, Len: n, Reverse: reverse}, b.captured, cs, vs))
	return r.C, r.Y
}

// ForLoop repeats x = body(i, x) for i = lo, …, hi-1, an int32 scalar. It has
// derivatives of both modes.
func ForLoop[T any](lo, hi int, body func(i Array, x T) T, init T) T {
	type carry struct {
		X T
		I Array
	}
	steps := Full(Bool, 0, max(0, hi-lo))
	if lo < math.MinInt32 || hi > math.MaxInt32 {
		ir.Throw(ir.Errorf(ir.ArgumentError, "num.ForLoop", "the bounds are %d and %d, want int32", lo, hi))
	}
	notNil("num.ForLoop", "body", body == nil)
	one := Full(Int32, 1)
	c, _ := scan("num.ForLoop", func(c carry, _ Array) (carry, struct{}) {
		return carry{body(c.I, c.X), c.I.Add(one)}, struct{}{}
	}, carry{init, Full(Int32, float64(lo))}, steps, false)
	return c.X
}
