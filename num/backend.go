package num

import (
	"context"
	"sync/atomic"

	"github.com/argmin-go/argmin/internal/core/ir"
)

// ErrBackend matches the errors of a backend that cannot run a program:
// errors.Is(err, num.ErrBackend).
var ErrBackend = &Error{Kind: ir.BackendError}

var defaultBackend atomic.Pointer[ir.Backend]

// SetBackend chooses what runs functions that [Jit] prepared, and so the solvers'
// Run, Steps and Update: "cpu", the default, written in Go, or "xla", which the
// package github.com/argmin-go/argmin/xla registers, also as "xla:cpu", "xla:cuda"
// or "xla:tpu". Everything else runs in Go at once, as do functions under [Grad],
// [Vmap] and the rest outside of Jit.
func SetBackend(name string) error {
	b, err := ir.OpenBackend(name)
	if err != nil {
		return err
	}
	defaultBackend.Store(&b)
	return nil
}

// WithBackend is ctx for calls that run on the named backend, whatever the default:
// those of [Jitted.CallContext] and of the solvers' RunContext and Steps.
func WithBackend(ctx context.Context, name string) context.Context {
	return ir.WithBackendName(ctx, name)
}

// Backends are the names of the backends that are registered.
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
