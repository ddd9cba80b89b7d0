//go:build !amd64

package kernel

import "unsafe"

func (exponentials) fours(dst, x unsafe.Pointer, n int) {
	panic("kernel: no routine of the processor")
}
