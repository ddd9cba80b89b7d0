//go:build !amd64

package kernel

import "unsafe"

const fused = false

func minusTileF64(c unsafe.Pointer, ldc int, a, b unsafe.Pointer, k int) {
	panic("kernel: no routine of the processor")
}

func minusTwoF64(y0, y1, x unsafe.Pointer, n int, c0, c1 float64) {
	panic("kernel: no routine of the processor")
}
