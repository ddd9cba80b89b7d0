package num

import (
	"math"
	"strings"

	"github.com/argmin-go/argmin/internal/core/batch"
	"github.com/argmin-go/argmin/internal/core/ir"
	"github.com/argmin-go/argmin/internal/core/prim"
	"github.com/argmin-go/argmin/internal/core/treedef"
)

// Axes specifies which axis of each leaf of a tree carries the batch. Keys are paths
// as errors print them (".Layers[2].W"); one stands for every leaf below it, the
// longest that fits counts, and "" stands for all. Leaves without an entry have
// axis 0. Negative axes count from the end.
type Axes map[string]int

// Shared marks leaves that are the same for all members of a batch.
const Shared = math.MinInt

// Vmap maps f over the first axis of every leaf of its argument, which must
// agree; results are stacked along a new first axis. Arrays that f captures are
// shared. A loop whose condition depends on the member runs to its own end for
// each of them.
func Vmap[T, U any](f func(T) U) func(T) U { return vmap("num.Vmap", f, nil, nil) }

// VmapAxes is [Vmap] over chosen axes: in selects where the argument carries the
// batch ([Shared]: nowhere), out where the results will carry it (Shared is possible for
// a result that does not depend on the batch). Either may be nil.
func VmapAxes[T, U any](f func(T) U, in, out Axes) func(T) U { return vmap("num.VmapAxes", f, in, out) }

// resolve gives one axis for every leaf; rank is the rank of the leaf with the batch.
func (a Axes) resolve(what, name string, def *treedef.Def, rank func(i int) int) []int {
	paths := def.Paths()
	axes := make([]int, len(paths))
	best := make([]int, len(paths))
	for i := range best {
		best[i] = -1
	}
	for key, axis := range a {
		used := false
		for i, p := range paths {
			rest, ok := strings.CutPrefix(p, key)
			if !ok || rest != "" && key != "" && rest[0] != '.' && rest[0] != '[' {
				continue
			}
			used = true
			if len(key) > best[i] {
				axes[i], best[i] = axis, len(key)
			}
		}
		if !used {
			ir.Throw(ir.Errorf(ir.ArgumentError, what, "axes of %s: there is no leaf %q; the leaves are %q", name, key, paths))
		}
	}
	for i, axis := range axes {
		if axis == Shared {
			continue
		}
		r := rank(i)
		if axis < -r || axis >= r {
			if r == 0 {
				ir.Throw(ir.Errorf(ir.ShapeError, what, "%s%s is a scalar: it has no axis to map over", name, paths[i]))
			}
			ir.Throw(ir.Errorf(ir.ShapeError, what, "%s%s: axis %d is out of range for rank %d", name, paths[i], axis, r))
		}
		if axis < 0 {
			axes[i] += r
		}
	}
	return axes
}

func vmap[T, U any](what string, f func(T) U, in, out Axes) func(T) U {
	return func(x T) U {
		xs, def := flatten(what, x)
		axes := in.resolve(what, "argument", def, func(i int) int { return xs[i].Rank() })
		n := -1
		types := ir.TypesOf(xs)
		for i, v := range xs {
			if axes[i] == Shared {
				axes[i] = -1
				continue
			}
			size := v.Shape[axes[i]]
			if n >= 0 && size != n {
				ir.Throw(ir.Errorf(ir.ShapeError, what, "argument%s has %d members along axis %d, others have %d", def.Paths()[i], size, axes[i], n))
			}
			n = size
			types[i] = v.WithShape(append(append([]int{}, v.Shape[:axes[i]]...), v.Shape[axes[i]+1:]...))
		}
		if n < 0 {
			ir.Throw(ir.Errorf(ir.ArgumentError, what, "the argument has no arrays to map over"))
		}
		t := trace(what, f, def, types)
		nc := len(t.captured)
		outAxes := out.resolve(what, "result", t.out, func(i int) int { return t.prog.OutTypes()[i].Rank() + 1 })
		ys := t.stage(what, xs, func(in values) values {
			bd := make([]int, len(in))
			for i := range nc {
				bd[i] = -1
			}
			copy(bd[nc:], axes)
			y, ybd := batch.Interpret(t.prog, in, bd, n)
			for i, v := range y {
				if outAxes[i] != Shared {
					y[i] = prim.MoveTo(v, ybd[i], outAxes[i], n)
				} else if ybd[i] >= 0 {
					ir.Throw(ir.Errorf(ir.ArgumentError, what, "result%s depends on the batch, so it cannot be Shared", t.out.Paths()[i]))
				}
			}
			return y
		})
		return unflatten[U](t.out, ys)
	}
}
