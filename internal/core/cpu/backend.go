package cpu

import (
	"context"

	"github.com/argmin-go/argmin/internal/core/ir"
)

// backend is the executor as an [ir.Backend], the default one.
type backend struct{}

func init() { ir.RegisterDefault("cpu", backend{}) }

func (backend) Run(ctx context.Context, p *ir.Program, in []*ir.Data, _ ir.RunOptions) ([]*ir.Data, error) {
	return Run(ctx, p, in)
}

func (backend) Apply(op ir.Op, in []*ir.Data, out []ir.Type) ([]*ir.Data, error) {
	return eager(op, in, out)
}
