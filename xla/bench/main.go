//go:build cgo

// Bench compares solvers on XLA with JAX and jaxopt on the same machine, the same data
// and in the same run; see package peers for what it prints.
//
//	go run ./xla/bench                      makes a virtual environment for the peers first
//	go run ./xla/bench -python P            uses the Python P, which has jax and jaxopt
//	go run ./xla/bench -backend xla:cuda    on another device
package main

import (
	"github.com/argmin-go/argmin/internal/check/peers"
	_ "github.com/argmin-go/argmin/xla"
)

func main() { peers.Main("xla") }
