//go:build !amd64

package kernel

import "unsafe"

func dotRowsF64(dst, x, y unsafe.Pointer, n, k, sx, sy int) {
	panic("kernel: no routine of the processor")
}

func dotQuartersF64(dst, x, y unsafe.Pointer, n, k, sx, sy int) {
	panic("kernel: no routine of the processor")
}

func dotSharedF64(dst, x, y unsafe.Pointer, n, k, sx, sy int) {
	panic("kernel: no routine of the processor")
}
