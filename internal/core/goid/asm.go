//go:build (amd64 || arm64) && gc

package goid

// ID is a number that no other goroutine has at the same time: the address of what the
// runtime keeps of the goroutine, in about a nanosecond.
func ID() uintptr
