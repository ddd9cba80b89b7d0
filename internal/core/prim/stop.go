package prim

import (
	"github.com/argmin-go/argmin/internal/core/ground"
	"github.com/argmin-go/argmin/internal/core/ir"
	"github.com/argmin-go/argmin/internal/core/stablehlo"
)

// StopOp is the identity with derivative zero.
type StopOp struct {
	plain
	noDerivative
}

func (StopOp) Name() string                                      { return "stop_gradient" }
func (StopOp) Infer(in []ir.Type) ([]ir.Type, error)             { return in[:1:1], nil }
func (s StopOp) Batch(x values, bd []int, n int) (values, []int) { return ir.Apply(s, x...), bd }

// View: nothing is to be computed.
func (StopOp) View(in, out ir.Type) (int, bool) { return 0, true }
func (StopOp) Kernel(_ ir.Compiler, in, _ []ir.Type) (ir.Kernel, error) {
	return ground.CopyKernel(in[0]), nil
}

func (StopOp) StableHLO(b *stablehlo.Builder, x []stablehlo.Value, out []ir.Type) []stablehlo.Value {
	return x
}

var _ = register(StopOp{})

// StopGradient is x, taken as a constant by derivatives.
func StopGradient(x *value) *value { return ir.Apply1(StopOp{}, x) }
