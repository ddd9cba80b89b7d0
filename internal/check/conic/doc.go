// Package conic is the tests of [github.com/argmin-go/argmin.Conic] as its users see it: random programs, certificates, derivatives, batches, and
// the comparison with clarabel and diffcp.
package conic
