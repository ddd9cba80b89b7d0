//go:build unix

package cputime

import (
	"syscall"
	"time"
)

// Now is the CPU time that this process has used, all of its threads together.
func Now() time.Duration {
	var u syscall.Rusage
	if err := syscall.Getrusage(syscall.RUSAGE_SELF, &u); err != nil {
		return time.Since(start)
	}
	return time.Duration(u.Utime.Nano() + u.Stime.Nano())
}
