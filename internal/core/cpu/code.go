package cpu

import (
	"math"
	"unsafe"

	"github.com/argmin-go/argmin/internal/core/ir"
)

// code is one operation on single numbers, which lie at places of the plan's memory: *o = op(*a, *b, *c). The
// decisions of a solver and the bodies of scans are long chains of these, and a call of a function for each would cost
// several times what it does.
type code struct {
	op         opcode
	f          uint16 // of call: which function
	o, a, b, c uint32 // bytes from the start of the memory
}

// codes is a run of operations.
type codes struct {
	list []code
	fns  []ir.ScalarFunc // that call calls
}

type opcode uint16

const (
	call opcode = iota
	addF64
	subF64
	mulF64
	divF64
	maxF64
	minF64
	negF64
	absF64
	sqrtF64
	finiteF64
	eqF64
	neF64
	ltF64
	leF64
	andBool
	orBool
	notBool
	eqI32
	addI32
	boolToF64
	i32ToF64
	boolToI32
	select1
	select4
	select8
	copy1
	copy4
	copy8
	mulAddF64  // a b + c
	skipUnless // b operations where a is not true
	skipIf     // b operations where a is true
)

// opcodes are the operations that have a code, by their names and the type of their first operand.
var opcodes = map[string]opcode{
	"add float64": addF64, "sub float64": subF64, "mul float64": mulF64, "div float64": divF64,
	"max float64": maxF64, "min float64": minF64, "neg float64": negF64, "abs float64": absF64, "sqrt float64": sqrtF64,
	"is_finite float64": finiteF64, "eq float64": eqF64, "ne float64": neF64, "lt float64": ltF64, "le float64": leF64,
	"and bool": andBool, "or bool": orBool, "not bool": notBool, "eq int32": eqI32, "add int32": addI32,
}

// opcodeOf is the code of an operation on operands of these types, or call.
func opcodeOf(op ir.Elementwise, in []ir.DType, out ir.DType) opcode {
	switch op.Name() {
	case "select":
		return [...]opcode{1: select1, 4: select4, 8: select8}[out.Size()]
	case "convert":
		switch {
		case in[0] == ir.Bool && out == ir.Float64:
			return boolToF64
		case in[0] == ir.Int32 && out == ir.Float64:
			return i32ToF64
		case in[0] == ir.Bool && out == ir.Int32:
			return boolToI32
		}
		return call
	}
	return opcodes[op.Name()+" "+in[0].String()] // call where there is none
}

// copyOf is the code that copies an element of a number of bytes.
func copyOf(size int) opcode { return [...]opcode{1: copy1, 4: copy4, 8: copy8}[size] }

// emit appends an operation.
func (c *codes) emit(k code, f ir.ScalarFunc) {
	if k.op == call {
		k.f = uint16(len(c.fns))
		c.fns = append(c.fns, f)
	}
	c.list = append(c.list, k)
}

type element interface{ ir.Elem | uint8 }

func at[T element](base unsafe.Pointer, off uint32) *T { return (*T)(unsafe.Add(base, off)) }

// run runs the operations on the memory from base on.
func (c *codes) run(base unsafe.Pointer) {
	for i := 0; i < len(c.list); i++ {
		k := &c.list[i]
		switch k.op {
		case call:
			c.fns[k.f](unsafe.Add(base, k.o), unsafe.Add(base, k.a), unsafe.Add(base, k.b), unsafe.Add(base, k.c))
		case addF64:
			*at[float64](base, k.o) = *at[float64](base, k.a) + *at[float64](base, k.b)
		case subF64:
			*at[float64](base, k.o) = *at[float64](base, k.a) - *at[float64](base, k.b)
		case mulF64:
			*at[float64](base, k.o) = *at[float64](base, k.a) * *at[float64](base, k.b)
		case divF64:
			*at[float64](base, k.o) = *at[float64](base, k.a) / *at[float64](base, k.b)
		case maxF64:
			*at[float64](base, k.o) = max(*at[float64](base, k.a), *at[float64](base, k.b))
		case minF64:
			*at[float64](base, k.o) = min(*at[float64](base, k.a), *at[float64](base, k.b))
		case negF64:
			*at[float64](base, k.o) = -*at[float64](base, k.a)
		case absF64:
			*at[float64](base, k.o) = math.Abs(*at[float64](base, k.a))
		case sqrtF64:
			*at[float64](base, k.o) = math.Sqrt(*at[float64](base, k.a))
		case finiteF64:
			x := *at[float64](base, k.a)
			*at[bool](base, k.o) = x-x == 0
		case eqF64:
			*at[bool](base, k.o) = *at[float64](base, k.a) == *at[float64](base, k.b)
		case neF64:
			*at[bool](base, k.o) = *at[float64](base, k.a) != *at[float64](base, k.b)
		case ltF64:
			*at[bool](base, k.o) = *at[float64](base, k.a) < *at[float64](base, k.b)
		case leF64:
			*at[bool](base, k.o) = *at[float64](base, k.a) <= *at[float64](base, k.b)
		case andBool: // of bytes 0 and 1, so without a branch
			*at[uint8](base, k.o) = *at[uint8](base, k.a) & *at[uint8](base, k.b)
		case orBool:
			*at[uint8](base, k.o) = *at[uint8](base, k.a) | *at[uint8](base, k.b)
		case notBool:
			*at[uint8](base, k.o) = *at[uint8](base, k.a) ^ 1
		case eqI32:
			*at[bool](base, k.o) = *at[int32](base, k.a) == *at[int32](base, k.b)
		case addI32:
			*at[int32](base, k.o) = *at[int32](base, k.a) + *at[int32](base, k.b)
		case boolToF64:
			*at[float64](base, k.o) = float64(*at[uint8](base, k.a))
		case i32ToF64:
			*at[float64](base, k.o) = float64(*at[int32](base, k.a))
		case boolToI32:
			*at[int32](base, k.o) = int32(*at[uint8](base, k.a))
		case select1:
			*at[uint8](base, k.o) = *at[uint8](base, k.chosen(base))
		case select4:
			*at[int32](base, k.o) = *at[int32](base, k.chosen(base))
		case select8:
			*at[int64](base, k.o) = *at[int64](base, k.chosen(base))
		case copy1:
			*at[uint8](base, k.o) = *at[uint8](base, k.a)
		case copy4:
			*at[int32](base, k.o) = *at[int32](base, k.a)
		case copy8:
			*at[int64](base, k.o) = *at[int64](base, k.a)
		case mulAddF64:
			*at[float64](base, k.o) = *at[float64](base, k.c) + *at[float64](base, k.a)**at[float64](base, k.b)
		case skipUnless:
			if !*at[bool](base, k.a) {
				i += int(k.b)
			}
		case skipIf:
			if *at[bool](base, k.a) {
				i += int(k.b)
			}
		}
	}
}

// chosen is the place of what a select takes: b where a is true, else c.
func (k *code) chosen(base unsafe.Pointer) uint32 {
	at := k.c
	if *(*bool)(unsafe.Add(base, k.a)) {
		at = k.b
	}
	return at
}
