//go:build !unix

package cputime

import "time"

// Now is the time since the start of this process: this system does not count CPU time.
func Now() time.Duration { return time.Since(start) }
