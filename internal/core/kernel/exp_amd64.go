package kernel

import "unsafe"

//go:noescape
func exp4(dst, x unsafe.Pointer, n int)

//go:noescape
func logistic4(dst, x unsafe.Pointer, n int)

//go:noescape
func softplus4(dst, x unsafe.Pointer, n int)

// fours computes n elements, a multiple of four.
func (op exponentials) fours(dst, x unsafe.Pointer, n int) {
	switch op {
	case exponential:
		exp4(dst, x, n)
	case logistic:
		logistic4(dst, x, n)
	case softplus:
		softplus4(dst, x, n)
	}
}
