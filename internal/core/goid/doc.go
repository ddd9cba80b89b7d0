// Package goid distinguishes goroutines. A function that is being traced may apply operations
// to arrays that do not belong to its trace; that they do so in the course of it is known only
// from the goroutine that they run on.
package goid
