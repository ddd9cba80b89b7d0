package prim

import (
	"fmt"

	"github.com/argmin-go/argmin/internal/core/ad"
	"github.com/argmin-go/argmin/internal/core/batch"
	"github.com/argmin-go/argmin/internal/core/deps"
	"github.com/argmin-go/argmin/internal/core/ir"
	"github.com/argmin-go/argmin/internal/core/stablehlo"
)

// PortableOp computes the same thing by one of two programs: the executor in Go runs Native, which may use
// primitives that XLA lacks, and XLA runs Portable. Its derivatives are those of Portable.
type PortableOp struct{ Native, Portable *ir.Program }

func (PortableOp) Name() string              { return "portable" }
func (p PortableOp) Params() string          { return fmt.Sprintf("%p %p", p.Native, p.Portable) }
func (p PortableOp) Programs() []*ir.Program { return []*ir.Program{p.Native, p.Portable} }
func (p PortableOp) Infer(in []ir.Type) ([]ir.Type, error) {
	if err := matchTypes("portable", p.Portable.InTypes(), in); err != nil {
		return nil, err
	}
	return p.Portable.OutTypes(), nil
}

func (p PortableOp) JVP(x, y, dx values) values { return ad.Along(p.Portable, x, dx) }

func (p PortableOp) Transpose(x, ct values, in []ir.Type) values {
	return nonlinear{}.Transpose(x, ct, in)
}

func (p PortableOp) Batch(x values, bd []int, n int) (values, []int) {
	args, in := make(values, len(x)), make([]bool, len(x))
	for i, v := range x {
		args[i] = v
		if in[i] = bd[i] >= 0; in[i] {
			args[i] = MoveTo(v, bd[i], 0, n)
		}
	}
	native, _ := batch.Program(p.Native, in, allTrue(len(p.Native.Out)), n)
	portable, _ := batch.Program(p.Portable, in, allTrue(len(p.Portable.Out)), n)
	y := ir.Apply(PortableOp{native, portable}, args...)
	return y, make([]int, len(y))
}

// DependAll implements [deps.Whole].
func (p PortableOp) DependAll(t *deps.Table, x []deps.Array, out []ir.Type) []deps.Array {
	return t.Interpret(p.Portable, x)
}

func (p PortableOp) Kernel(c ir.Compiler, in, out []ir.Type) (ir.Kernel, error) {
	return callKernel(c, p.Native)
}

func (p PortableOp) StableHLO(b *stablehlo.Builder, x []stablehlo.Value, out []ir.Type) []stablehlo.Value {
	return b.Program(p.Portable, x)
}

var _ = register(PortableOp{})
