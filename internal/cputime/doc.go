// Package cputime reads the CPU time of this process, by which programs are timed beside others on a machine with other
// work. Where the system does not count it (Windows, browsers), it is the time of day.
package cputime

import "time"

// start is the clock's zero where the system does not count CPU time.
var start = time.Now()
