// Package conic is random cone programs, and the tests of [github.com/argmin-go/argmin.Conic] as its users see it: optimality, certificates, derivatives and batches.
package conic
