package num

import (
	"context"
	"sync/atomic"

	"github.com/argmin-go/argmin/internal/core/ir"
)

var defaultBackend atomic.Pointer[ir.Backend]

// SetBackend chooses the default backend, which runs functions that [Jit] prepared and
// thereby the solvers: "cpu", written in Go, unless another is chosen, or "xla", which the
// package github.com/argmin-go/argmin/xla registers, also as "xla:cpu", "xla:cuda"
// or "xla:tpu". Everything else runs in Go at once, as do functions under [Grad],
// [Vmap] and the rest outside of Jit. An unknown name is an error ([ErrBackend]).
func SetBackend(name string) error {
	b, err := ir.OpenBackend(name)
	if err != nil {
		return err
	}
	defaultBackend.Store(&b)
	return nil
}

// WithBackend is ctx for calls that run on the named backend, whatever the default:
// calls of [Jitted.CallContext] and of the solvers' RunContext and Steps.
func WithBackend(ctx context.Context, name string) context.Context {
	return ir.WithBackendName(ctx, name)
}

// Backends lists the names of the registered backends.
func Backends() []string { return ir.Backends() }

func backendOf(ctx context.Context) (ir.Backend, error) {
	if b, err := ir.BackendOf(ctx); b != nil || err != nil {
		return b, err
	}
	if b := defaultBackend.Load(); b != nil {
		return *b, nil
	}
	return ir.OpenBackend("cpu")
}
