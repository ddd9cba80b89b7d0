//go:build !(amd64 || arm64) || !gc

package goid

import "runtime"

// ID is a number that no other goroutine has at the same time. Processors without a routine
// in assembly read it from the first line of a stack trace, in some microseconds.
func ID() uintptr {
	const prefix = len("goroutine ")
	var line [40]byte
	var id uintptr
	for _, c := range line[prefix:max(prefix, runtime.Stack(line[:], false))] {
		if c < '0' || c > '9' {
			break
		}
		id = 10*id + uintptr(c-'0')
	}
	return id
}
