package cpu

import (
	"math"
	"unsafe"

	"github.com/argmin-go/argmin/internal/core/ir"
)

// scalar computes one element. The decisions of a solver are long chains of
// operations on single numbers, for which a block's loop costs more than its work.
type scalar func(o, a, b, c unsafe.Pointer)

// scalars are routines for the commonest primitives by name and dtype of the first
// operand (of the second for select); the others run their block on one element.
var scalars = map[string]map[ir.DType]scalar{}

func at[T any](p unsafe.Pointer) *T { return (*T)(p) }

func arithmetic[T ir.Number](d ir.DType) {
	add := func(name string, f scalar) {
		if scalars[name] == nil {
			scalars[name] = map[ir.DType]scalar{}
		}
		scalars[name][d] = f
	}
	add("add", func(o, a, b, _ unsafe.Pointer) { *at[T](o) = *at[T](a) + *at[T](b) })
	add("sub", func(o, a, b, _ unsafe.Pointer) { *at[T](o) = *at[T](a) - *at[T](b) })
	add("mul", func(o, a, b, _ unsafe.Pointer) { *at[T](o) = *at[T](a) * *at[T](b) })
	add("max", func(o, a, b, _ unsafe.Pointer) { *at[T](o) = max(*at[T](a), *at[T](b)) })
	add("min", func(o, a, b, _ unsafe.Pointer) { *at[T](o) = min(*at[T](a), *at[T](b)) })
	add("neg", func(o, a, _, _ unsafe.Pointer) { *at[T](o) = -*at[T](a) })
	add("eq", func(o, a, b, _ unsafe.Pointer) { *at[bool](o) = *at[T](a) == *at[T](b) })
	add("ne", func(o, a, b, _ unsafe.Pointer) { *at[bool](o) = *at[T](a) != *at[T](b) })
	add("lt", func(o, a, b, _ unsafe.Pointer) { *at[bool](o) = *at[T](a) < *at[T](b) })
	add("le", func(o, a, b, _ unsafe.Pointer) { *at[bool](o) = *at[T](a) <= *at[T](b) })
	add("select", func(o, p, a, b unsafe.Pointer) {
		if *at[bool](p) {
			a, b = b, a
		}
		*at[T](o) = *at[T](b)
	})
	if d.IsFloat() {
		add("div", func(o, a, b, _ unsafe.Pointer) { *at[T](o) = *at[T](a) / *at[T](b) })
		add("is_finite", func(o, a, _, _ unsafe.Pointer) { x := *at[T](a); *at[bool](o) = x-x == 0 })
		add("abs", func(o, a, _, _ unsafe.Pointer) { *at[T](o) = T(math.Abs(float64(*at[T](a)))) })
		add("sqrt", func(o, a, _, _ unsafe.Pointer) { *at[T](o) = T(math.Sqrt(float64(*at[T](a)))) })
	}
}

func init() {
	arithmetic[float64](ir.Float64)
	arithmetic[float32](ir.Float32)
	arithmetic[int32](ir.Int32)
	arithmetic[int64](ir.Int64)
	arithmetic[uint32](ir.Uint32)
	scalars["and"] = map[ir.DType]scalar{ir.Bool: func(o, a, b, _ unsafe.Pointer) { *at[bool](o) = *at[bool](a) && *at[bool](b) }}
	scalars["or"] = map[ir.DType]scalar{ir.Bool: func(o, a, b, _ unsafe.Pointer) { *at[bool](o) = *at[bool](a) || *at[bool](b) }}
	scalars["not"] = map[ir.DType]scalar{ir.Bool: func(o, a, _, _ unsafe.Pointer) { *at[bool](o) = !*at[bool](a) }}
}

// scalarOf is the routine for one element of a primitive.
func scalarOf(op ir.Op, in []ir.DType, block ir.Block) scalar {
	d := in[0]
	if op.Name() == "select" {
		d = in[1]
	}
	if f := scalars[op.Name()][d]; f != nil {
		return f
	}
	return func(o, a, b, c unsafe.Pointer) {
		block(ir.Buf{P: o, N: 1}, ir.Buf{P: a, N: 1}, ir.Buf{P: b, N: 1}, ir.Buf{P: c, N: 1})
	}
}
