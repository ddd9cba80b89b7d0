package deps

import (
	"slices"

	"github.com/argmin-go/argmin/internal/core/ir"
)

// Array is what is known of an array: for each element the inputs that it depends on, nil where no
// element depends on any; and its numbers, if they follow from constants.
type Array struct {
	ir.Type
	Sets  []Set
	Known *ir.Data
}

// Depender is implemented by primitives that know what their results depend on. Depend gives for
// each result the sets of its elements, nil where there are none; sets of results that are not of a
// floating-point type are ignored. It must not leave a dependency out.
type Depender interface {
	ir.Op
	Depend(t *Table, x []Array, out []ir.Type) [][]Set
}

// Mover is implemented by primitives whose results are elements of their floating-point operands,
// perhaps with zeros between them: which ones does not depend on the numbers of these operands. If the numbers
// of the others are known, the primitive is run on sets; else it needs [Depender].
type Mover interface {
	ir.Op
	Moves()
}

// Dense is that every element of the results depends on all that the operands do.
func (t *Table) Dense(x []Array, out []ir.Type) [][]Set {
	var sets []Set
	for _, a := range x {
		sets = append(sets, a.Sets...)
	}
	return Full(t.Join(sets), out)
}

// Full is one set for all elements of all results.
func Full(s Set, out []ir.Type) [][]Set {
	res := make([][]Set, len(out))
	for i, t := range out {
		res[i] = repeat(s, t.Size())
	}
	return res
}

func repeat(s Set, n int) []Set {
	if s == 0 {
		return nil
	}
	return slices.Repeat([]Set{s}, n)
}

// PerMember is [Table.Dense] within each member of a batch: the axes before the last rank ones of
// the first operand, which all operands and results have.
func (t *Table) PerMember(x []Array, out []ir.Type, rank int) [][]Set {
	n := ir.SizeOf(x[0].Shape[:x[0].Rank()-rank])
	res := make([][]Set, len(out))
	for j, o := range out {
		res[j] = make([]Set, 0, o.Size())
	}
	var sets []Set
	for i := range n {
		sets = sets[:0]
		for _, a := range x {
			if m := len(a.Sets) / n; m > 0 {
				sets = append(sets, a.Sets[i*m:(i+1)*m]...)
			}
		}
		s := t.Join(sets)
		for j, o := range out {
			for range o.Size() / n {
				res[j] = append(res[j], s)
			}
		}
	}
	return res
}

// Each joins the sets of operands of one shape, element by element.
func (t *Table) Each(x ...[]Set) []Set {
	var y []Set
	own := false
	for _, sets := range x {
		switch {
		case sets == nil:
		case y == nil:
			y = sets
		default:
			if !own {
				y, own = slices.Clone(y), true
			}
			for i, s := range sets {
				if s != y[i] {
					y[i] = t.Union(y[i], s)
				}
			}
		}
	}
	return y
}

// Along joins sets along axes, which a reduction removes.
func (t *Table) Along(x Array, axes []int) []Set {
	if x.Sets == nil {
		return nil
	}
	kept := make([]int, 0, x.Rank())
	for i := range x.Shape {
		if !slices.Contains(axes, i) {
			kept = append(kept, i)
		}
	}
	strides := ir.Strides(x.Shape)
	outer, inner := offsets(x.Shape, strides, kept), offsets(x.Shape, strides, axes)
	y := make([]Set, len(outer))
	run := make([]Set, len(inner))
	for i, o := range outer {
		for k, d := range inner {
			run[k] = x.Sets[o+d]
		}
		y[i] = t.Join(run)
	}
	return y
}

// offsets are the places of the elements along some axes, in row-major order.
func offsets(shape, strides, axes []int) []int {
	at := []int{0}
	for _, a := range axes {
		next := make([]int, 0, len(at)*shape[a])
		for _, o := range at {
			for k := range shape[a] {
				next = append(next, o+k*strides[a])
			}
		}
		at = next
	}
	return at
}

// Running joins each set with those before it along an axis, or with reverse those after it.
func (t *Table) Running(x Array, axis int, reverse bool) []Set {
	if x.Sets == nil {
		return nil
	}
	y := slices.Clone(x.Sets)
	stride, n := ir.Strides(x.Shape)[axis], x.Shape[axis]
	for i := range y {
		if reverse {
			i = len(y) - 1 - i
		}
		k, back := i/stride%n, -stride
		if reverse {
			k, back = n-1-k, stride
		}
		if k > 0 {
			y[i] = t.Union(y[i], y[i+back])
		}
	}
	return y
}

// Keep leaves the sets where keep holds.
func Keep(sets []Set, keep func(i int) bool) []Set {
	if sets == nil {
		return nil
	}
	y := slices.Clone(sets)
	for i := range y {
		if !keep(i) {
			y[i] = 0
		}
	}
	return y
}

// Offsets are the places of the elements along some axes of an array, in row-major order.
func Offsets(shape, axes []int) []int { return offsets(shape, ir.Strides(shape), axes) }

// Zero reports which elements are known to be zero, nil for none.
func (a Array) Zero() func(i int) bool {
	if a.Known == nil {
		return nil
	}
	if v, ok := a.Known.IsSplat(); ok {
		if v != 0 {
			return nil
		}
		return func(int) bool { return true }
	}
	buf := a.Known.Buf()
	return func(i int) bool { return buf.At(a.DType, i) == 0 }
}

// Part is element i along the first axis.
func (a Array) Part(i int) Array {
	p := Array{Type: a.WithShape(a.Shape[1:])}
	n := p.Size()
	if a.Sets != nil {
		p.Sets = a.Sets[i*n : (i+1)*n]
	}
	if a.Known != nil {
		if v, ok := a.Known.IsSplat(); ok {
			p.Known = ir.Splat(p.Type, v)
		} else {
			p.Known = ir.NewData(p.Type, a.Known.Buf().Slice(i*n, n, a.DType.Size()))
		}
	}
	return p
}

// Stacked are the sets of arrays with the parts of several as their elements along a first axis.
func Stacked(parts [][]Array, out []ir.Type) [][]Set {
	res := make([][]Set, len(out))
	for j, o := range out {
		if !slices.ContainsFunc(parts, func(p []Array) bool { return p[j].Sets != nil }) {
			continue
		}
		res[j] = make([]Set, 0, o.Size())
		for _, p := range parts {
			if p[j].Sets != nil {
				res[j] = append(res[j], p[j].Sets...)
			} else {
				res[j] = append(res[j], make([]Set, p[j].Size())...)
			}
		}
	}
	return res
}

// SetsOf are the sets of arrays.
func SetsOf(x []Array) [][]Set {
	s := make([][]Set, len(x))
	for i, a := range x {
		s[i] = a.Sets
	}
	return s
}

// KnownOf are the numbers of arrays, nil where they are not known.
func KnownOf(x []Array) []*ir.Data {
	d := make([]*ir.Data, len(x))
	for i, a := range x {
		d[i] = a.Known
	}
	return d
}

// Only leaves of arrays what is known: nothing depends on them.
func Only(x []Array) []Array {
	y := slices.Clone(x)
	for i := range y {
		y[i].Sets = nil
	}
	return y
}

// Any reports whether some element of some array depends on an input.
func Any(x []Array) bool {
	return slices.ContainsFunc(x, func(a Array) bool { return a.Sets != nil })
}
