package kernel

import "unsafe"

// Wide computes several elements at a time: n of them, a multiple of eight, or of thirty-two where all of them are bools. The results have the
// bits that the same operation on single numbers gives, and may be the storage of any operand. What a routine does not
// take may be nil.
type Wide func(dst, x, y, z unsafe.Pointer, n int)

// The elementwise routines that the processor has; nil where it has none.
var (
	// MulAddF64 is dst + x y and MulSubF64 dst - x y, each rounded twice.
	AddF64, SubF64, MulF64, DivF64, MulAddF64, MulSubF64, MaxF64, MinF64, SqrtF64, NegF64, AbsF64, SignF64, LtF64, LeF64, EqF64, FiniteF64, Select64, Select32, SelectBool, AndBool, OrBool, EqBool, NotBool, BoolToInt32, AddInt32, EqInt32 Wide
)
