package cpu

import (
	"context"

	"github.com/argmin-go/argmin/internal/core/ir"
)

// backend is the default [ir.Backend].
type backend struct{}

func init() {
	ir.RegisterBackend("cpu", func(variant string) (ir.Backend, error) {
		if variant != "" {
			return nil, ir.Errorf(ir.ArgumentError, "num", "backend cpu has no variant %q", variant)
		}
		return backend{}, nil
	})
}

func (backend) Run(ctx context.Context, p *ir.Program, in []*ir.Data, _ ir.RunOptions) ([]*ir.Data, error) {
	return Run(ctx, p, in)
}
