package num

import (
	"slices"

	"github.com/argmin-go/argmin/internal/core/ir"
	"github.com/argmin-go/argmin/internal/core/prim"
)

// Mesh is a grid of devices with named axes, counted in row-major order:
// num.Mesh{{"data", 4}} is a row of four, num.Mesh{{"data", 2}, {"model", 2}} a
// square. All arrays of one program lie on the same mesh.
type Mesh = ir.Mesh

// MeshAxis is an axis of a [Mesh]: its Name, and its Size in devices.
type MeshAxis = ir.MeshAxis

// Shard is a, cut over the devices of a mesh: axes names, for each axis of a, the
// axis of the mesh along which it is cut into equal parts, or "" to leave it whole.
// Along the other axes of the mesh a is repeated.
//
// Of an array with numbers it specifies where they will lie when they go to the devices
// of a backend; inside a function it constrains the value there. The program that
// meets such an array runs on all devices of the mesh, and XLA divides the work and
// adds what communication that takes; the answer is the same as on one device. The
// backend in Go has one device, for which Shard is the identity.
func Shard(a Array, mesh Mesh, axes ...string) Array {
	s := ir.Sharding{Mesh: slices.Clone(mesh), Axes: slices.Clone(axes)}
	if err := s.Check("num.Shard", a.value().Type); err != nil {
		ir.Throw(err)
	}
	if d := a.v.Data(); d != nil {
		return wrap(ir.Const(d.Shard(&s)))
	}
	return apply(prim.ShardOp{Sharding: s}, a.v)
}

// Replicate is a, whole on every device of a mesh: see [Shard].
func Replicate(a Array, mesh Mesh) Array { return Shard(a, mesh, make([]string, a.Rank())...) }
