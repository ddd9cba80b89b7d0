package kernel

import (
	"math"
	"unsafe"
)

// Exps, Logistics and Softpluses are the exponential, [Expit] and [Log1pExp] of each element, within 2 ε, where the processor has routines
// for several at a time; a number has the same bits whatever its neighbours are. The results may be the operand's storage.

// Exps sets dst to the exponentials of x.
func Exps(dst, x []float64) { mapped(exponential, math.Exp, dst, x) }

// Logistics sets dst to the logistic function of x.
func Logistics(dst, x []float64) { mapped(logistic, Expit, dst, x) }

// Softpluses sets dst to log(1+exp(x)).
func Softpluses(dst, x []float64) { mapped(softplus, Log1pExp, dst, x) }

// exponentials are the functions that have routines for four elements at a time.
type exponentials int

const (
	exponential exponentials = iota
	logistic
	softplus
)

// mapped is f of each element, by a routine for four at a time where the processor has what it takes: the last ones have zeros beside
// them.
func mapped(op exponentials, f func(float64) float64, dst, x []float64) {
	x = x[:len(dst)]
	if !fused {
		for i, v := range x {
			dst[i] = f(v)
		}
		return
	}
	n := len(dst) &^ 3
	if n > 0 {
		op.fours(unsafe.Pointer(unsafe.SliceData(dst)), unsafe.Pointer(unsafe.SliceData(x)), n)
	}
	if n < len(dst) {
		var rest [4]float64
		copy(rest[:], x[n:])
		op.fours(unsafe.Pointer(&rest), unsafe.Pointer(&rest), 4)
		copy(dst[n:], rest[:])
	}
}
