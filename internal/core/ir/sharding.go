package ir

import (
	"fmt"
	"slices"
	"strings"
)

// MeshAxis is a named axis of a mesh.
type MeshAxis struct {
	Name string
	Size int
}

// Mesh is a grid of devices, which it counts in row-major order.
type Mesh []MeshAxis

// Size is the number of devices.
func (m Mesh) Size() int {
	n := 1
	for _, a := range m {
		n *= a.Size
	}
	return n
}

// Axis is the size of the axis with this name.
func (m Mesh) Axis(name string) (int, bool) {
	for _, a := range m {
		if a.Name == name {
			return a.Size, true
		}
	}
	return 0, false
}

func (m Mesh) String() string {
	s := make([]string, len(m))
	for i, a := range m {
		s[i] = fmt.Sprintf("%q=%d", a.Name, a.Size)
	}
	return strings.Join(s, ", ")
}

// Sharding describes how an array lies on a mesh: its axis i is cut into as many parts as
// the mesh's axis with the name Axes[i] has places, or is whole if that is empty.
// Along the other axes of the mesh the array is repeated.
type Sharding struct {
	Mesh Mesh
	Axes []string
}

// Equal reports whether both are the same.
func (s *Sharding) Equal(t *Sharding) bool {
	if s == nil || t == nil {
		return s == t
	}
	return slices.Equal(s.Mesh, t.Mesh) && slices.Equal(s.Axes, t.Axes)
}

// String is like [{"data"}, {}].
func (s *Sharding) String() string {
	p := make([]string, len(s.Axes))
	for i, a := range s.Axes {
		p[i] = "{}"
		if a != "" {
			p[i] = fmt.Sprintf("{%q}", a)
		}
	}
	return "[" + strings.Join(p, ", ") + "]"
}

// Check reports an array that does not fit.
func (s *Sharding) Check(op string, t Type) error {
	if len(s.Mesh) == 0 {
		return Errorf(ArgumentError, op, "the mesh has no axes")
	}
	for i, a := range s.Mesh {
		if a.Name == "" || a.Size < 1 || slices.ContainsFunc(s.Mesh[:i], func(b MeshAxis) bool { return a.Name == b.Name }) {
			return Errorf(ArgumentError, op, "the mesh %v needs axes with different names and sizes of at least 1", s.Mesh)
		}
	}
	if len(s.Axes) != t.Rank() {
		return Errorf(ShapeError, op,
			"%d axes are named, want one for each axis of shape %s (\"\" for one that stays whole)", len(s.Axes), ShapeString(t.Shape))
	}
	for i, name := range s.Axes {
		if name == "" {
			continue
		}
		n, ok := s.Mesh.Axis(name)
		switch {
		case !ok:
			return Errorf(ArgumentError, op, "the mesh %v has no axis %q", s.Mesh, name)
		case slices.Contains(s.Axes[:i], name):
			return Errorf(ArgumentError, op, "axis %q of the mesh cuts two axes of shape %s", name, ShapeString(t.Shape))
		case t.Shape[i]%n != 0:
			return Errorf(ShapeError, op, "axis %d of shape %s cannot be cut into %d equal parts along the mesh's axis %q", i,
				ShapeString(t.Shape), n, name)
		}
	}
	return nil
}

// Part is the shape of the part of t on every device.
func (s *Sharding) Part(t Type) []int {
	shape := slices.Clone(t.Shape)
	for i, name := range s.Axes {
		if n, ok := s.Mesh.Axis(name); ok {
			shape[i] /= n
		}
	}
	return shape
}

// Start is where the part on a device begins in t.
func (s *Sharding) Start(t Type, device int) []int {
	at := map[string]int{}
	for _, a := range slices.Backward(s.Mesh) {
		at[a.Name] = device % a.Size
		device /= a.Size
	}
	start, part := make([]int, t.Rank()), s.Part(t)
	for i, name := range s.Axes {
		start[i] = at[name] * part[i]
	}
	return start
}

// Placer is implemented by primitives that know how their results lie on a mesh,
// from how their operands do (nil: unknown).
type Placer interface {
	Op
	Place(in []*Sharding, x, y []Type) []*Sharding
}

// Place finds how the outputs of a program lie on a mesh. It follows elementwise
// primitives, loops and explicit shardings; nil is where that gives nothing.
func Place(p *Program, in []*Sharding) []*Sharding {
	env := make([]*Sharding, len(p.Types))
	for i, v := range p.In {
		env[v] = in[i]
	}
	for i := range p.Eqns {
		e := &p.Eqns[i]
		args := make([]*Sharding, len(e.In))
		for j, v := range e.In {
			args[j] = env[v]
		}
		var out []*Sharding
		switch op := e.Op.(type) {
		case Placer:
			out = op.Place(args, p.typesOf(e.In), p.typesOf(e.Out))
		case Elementwise:
			out = make([]*Sharding, 1)
			for _, s := range args {
				if s != nil && out[0] == nil {
					out[0] = s
				}
			}
		default:
			continue
		}
		for j, v := range e.Out {
			env[v] = out[j]
		}
	}
	out := make([]*Sharding, len(p.Out))
	for i, v := range p.Out {
		out[i] = env[v]
	}
	return out
}

// Shard is the array with the wish that it lie on a mesh so.
func (d *Data) Shard(s *Sharding) *Data {
	e := &Data{Type: d.Type, splat: d.splat, lazy: d.lazy, num: d.num, Sharding: s}
	e.remote.Store(d.remote.Load())
	if !d.splat && !d.lazy {
		e.buf = d.buf
	}
	return e
}
