package kernel

import "unsafe"

//go:noescape
func minusTileF64(c unsafe.Pointer, ldc int, a, b unsafe.Pointer, k int)

//go:noescape
func minusTwoF64(y0, y1, x unsafe.Pointer, n int, c0, c1 float64)

// fused reports whether the processor has the fused multiply-add, besides what wide says.
var fused = func() bool {
	if !wide {
		return false
	}
	_, _, c, _ := cpuid(1, 0)
	return c&(1<<12) != 0
}()
