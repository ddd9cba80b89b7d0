package prim

import (
	"fmt"
	"slices"

	"github.com/argmin-go/argmin/internal/core/ground"
	"github.com/argmin-go/argmin/internal/core/ir"
	"github.com/argmin-go/argmin/internal/core/stablehlo"
)

// ShardOp is the identity of an array that is to lie on the devices as in Sharding.
type ShardOp struct{ Sharding ir.Sharding }

func (ShardOp) Name() string     { return "shard" }
func (o ShardOp) Params() string { return fmt.Sprintf("%v %v", o.Sharding.Mesh, &o.Sharding) }
func (o ShardOp) Infer(in []ir.Type) ([]ir.Type, error) {
	if len(in) != 1 {
		return nil, ir.Errorf(ir.ArgumentError, "shard", "%d operands, want 1", len(in))
	}
	return in, o.Sharding.Check("num.Shard", in[0])
}
func (o ShardOp) JVP(x, y, dx values) values                  { return ir.Apply(o, dx...) }
func (o ShardOp) Transpose(x, ct values, in []ir.Type) values { return ir.Apply(o, ct...) }
func (o ShardOp) Batch(x values, bd []int, n int) (values, []int) {
	o.Sharding.Axes = slices.Insert(slices.Clone(o.Sharding.Axes), bd[0], "")
	return ir.Apply(o, x...), bd
}

// Moves implements [deps.Mover].
func (ShardOp) Moves() {}

// View: nothing is to be computed.
func (ShardOp) View(in, out ir.Type) (int, bool) { return 0, true }
func (ShardOp) Kernel(_ ir.Compiler, in, _ []ir.Type) (ir.Kernel, error) {
	return ground.CopyKernel(in[0]), nil
}
func (o ShardOp) StableHLO(b *stablehlo.Builder, x []stablehlo.Value, out []ir.Type) []stablehlo.Value {
	return []stablehlo.Value{b.Shard(x[0], &o.Sharding)}
}

var _ = register(ShardOp{})

// OnMesh implements [stablehlo.Sharder].
func (o ShardOp) OnMesh() ir.Mesh { return o.Sharding.Mesh }

// Place implements [ir.Placer].
func (o ShardOp) Place(in []*ir.Sharding, x, y []ir.Type) []*ir.Sharding {
	return []*ir.Sharding{&o.Sharding}
}
