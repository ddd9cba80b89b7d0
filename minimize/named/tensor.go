package named

import (
	"fmt"
	"maps"
	"math"
	"slices"
	"strings"

	"github.com/argmin-go/argmin/internal/suggest"
)

// Tensor is an array of numbers of one of two types, with a shape.
type Tensor struct {
	Shape   []int     // lengths of the axes; empty for a single number
	Float64 []float64 // the elements in row-major order, of a tensor of float64
	Float32 []float32 // the elements in row-major order, of a tensor of float32
}

// Tensors are tensors by name.
type Tensors = map[string]Tensor

// New is the tensor of data with a shape, or with one axis if no shape is given. It keeps the
// slices and does not copy them.
func New[T float32 | float64](data []T, shape ...int) Tensor {
	if shape == nil {
		shape = []int{len(data)}
	}
	switch d := any(data).(type) {
	case []float32:
		return Tensor{Shape: shape, Float32: d}
	case []float64:
		return Tensor{Shape: shape, Float64: d}
	}
	panic("unreachable")
}

// Scalar is the tensor of a single number, without axes.
func Scalar[T float32 | float64](v T) Tensor { return New([]T{v}, []int{}...) }

// Size is the number of elements, by the shape.
func (t Tensor) Size() int {
	n := 1
	for _, d := range t.Shape {
		n *= d
	}
	return n
}

// At is the element at an index, one number per axis, as float64. An index out of range panics.
func (t Tensor) At(index ...int) float64 {
	if len(index) != len(t.Shape) {
		panic(fmt.Sprintf("named: At(%v) of a tensor of shape %v", index, t.Shape))
	}
	k := 0
	for i, d := range t.Shape {
		if index[i] < 0 || index[i] >= d {
			panic(fmt.Sprintf("named: At(%v) of a tensor of shape %v", index, t.Shape))
		}
		k = k*d + index[i]
	}
	return t.at(k)
}

func (t Tensor) at(k int) float64 {
	if t.Float32 != nil {
		return float64(t.Float32[k])
	}
	return t.Float64[k]
}

func (t Tensor) String() string {
	if t.Float32 != nil {
		return fmt.Sprintf("%v%v", t.Shape, t.Float32)
	}
	return fmt.Sprintf("%v%v", t.Shape, t.Float64)
}

func (t Tensor) clone() Tensor {
	return Tensor{slices.Clone(t.Shape), slices.Clone(t.Float64), slices.Clone(t.Float32)}
}

// same reports whether u has the shape and the bits of t.
func (t Tensor) same(u Tensor) bool {
	return slices.Equal(t.Shape, u.Shape) &&
		slices.EqualFunc(t.Float64, u.Float64, func(a, b float64) bool { return math.Float64bits(a) == math.Float64bits(b) }) &&
		slices.EqualFunc(t.Float32, u.Float32, func(a, b float32) bool { return math.Float32bits(a) == math.Float32bits(b) })
}

// check reports an error unless the elements fit the shape.
func (t Tensor) check() error {
	for _, d := range t.Shape {
		if d < 0 {
			return fmt.Errorf("has shape %v, want no negative length", t.Shape)
		}
	}
	switch {
	case t.Float32 != nil && t.Float64 != nil:
		return fmt.Errorf("has both Float64 and Float32")
	case len(t.Float32)+len(t.Float64) != t.Size():
		return fmt.Errorf("has shape %v and %d elements, want %d", t.Shape, len(t.Float32)+len(t.Float64), t.Size())
	}
	return nil
}

// gather copies the elements to the vector dst of the same length.
func (t Tensor) gather(dst []float64) {
	if t.Float32 == nil {
		copy(dst, t.Float64)
		return
	}
	for i, v := range t.Float32 {
		dst[i] = float64(v)
	}
}

// broadcast sets dst, of the given shape, to t by NumPy's rule: axes are aligned at
// the end, and one of length 1 is repeated.
func (t Tensor) broadcast(dst []float64, shape []int) error {
	if len(t.Shape) > len(shape) {
		return fmt.Errorf("has shape %v, which cannot be broadcast to %v", t.Shape, shape)
	}
	stride := make([]int, len(shape))
	step := 1
	for i := range t.Shape {
		from, to := len(t.Shape)-1-i, len(shape)-1-i
		switch t.Shape[from] {
		case shape[to]:
			stride[to] = step
		case 1:
		default:
			return fmt.Errorf("has shape %v, which cannot be broadcast to %v", t.Shape, shape)
		}
		step *= t.Shape[from]
	}
	for k := range dst {
		at, rest := 0, k
		for i := len(shape) - 1; i >= 0; i-- {
			at += rest % shape[i] * stride[i]
			rest /= shape[i]
		}
		dst[k] = t.at(at)
	}
	return nil
}

// Layout describes where tensors lie in one vector: one after the other, in the order of their
// names.
type Layout struct {
	names []string
	first []int // where each begins, and the end of the last
	like  []Tensor
}

// NewLayout is the layout of tensors with the names and shapes of x.
func NewLayout(x Tensors) (Layout, error) {
	l := Layout{names: slices.Sorted(maps.Keys(x)), first: []int{0}}
	for _, name := range l.names {
		t := x[name]
		if err := t.check(); err != nil {
			return l, fmt.Errorf("tensor %q %w", name, err)
		}
		l.like = append(l.like, Tensor{Shape: slices.Clone(t.Shape), Float32: t.Float32})
		l.first = append(l.first, l.first[len(l.first)-1]+t.Size())
	}
	return l, nil
}

// Names are the names of the tensors, in their order in the vector.
func (l Layout) Names() []string { return slices.Clone(l.names) }

// Size is the length of the vector.
func (l Layout) Size() int {
	if len(l.first) == 0 { // the zero Layout
		return 0
	}
	return l.first[len(l.first)-1]
}

// Range is where the elements of a tensor are in the vector: from lo to before hi. It is empty for
// an unknown name.
func (l Layout) Range(name string) (lo, hi int) {
	i, ok := slices.BinarySearch(l.names, name)
	if !ok {
		return 0, 0
	}
	return l.first[i], l.first[i+1]
}

// Ravel copies tensors into the vector dst, of the length of the layout. They must have the
// layout's names and shapes; their types may differ.
func (l Layout) Ravel(dst []float64, x Tensors) error {
	if len(dst) != l.Size() {
		return fmt.Errorf("the vector has length %d, want %d", len(dst), l.Size())
	}
	for i, name := range l.names {
		t, ok := x[name]
		if !ok {
			return fmt.Errorf("has no tensor %q", name)
		}
		if err := t.check(); err != nil {
			return fmt.Errorf("tensor %q %w", name, err)
		}
		if !slices.Equal(t.Shape, l.like[i].Shape) {
			return fmt.Errorf("tensor %q has shape %v, want %v", name, t.Shape, l.like[i].Shape)
		}
		t.gather(dst[l.first[i]:l.first[i+1]])
	}
	if len(x) > len(l.names) {
		return l.extra(x)
	}
	return nil
}

// extra names a tensor that the layout does not have.
func (l Layout) extra(x Tensors) error {
	for _, name := range slices.Sorted(maps.Keys(x)) {
		if _, ok := slices.BinarySearch(l.names, name); !ok {
			return fmt.Errorf("has a tensor %q that is not in x0%s; the names are %s", name, suggest.Nearest(name, l.names),
				strings.Join(l.names, ", "))
		}
	}
	return nil
}

// Unravel is the tensors of a vector v of the layout's length; another length panics. Tensors of
// float64 are parts of v, not copies.
func (l Layout) Unravel(v []float64) Tensors {
	if len(v) != l.Size() {
		panic(fmt.Sprintf("named: Unravel of a vector of length %d, want %d", len(v), l.Size()))
	}
	x := make(Tensors, len(l.names))
	l.unravel(v, x)
	return x
}

func (l Layout) unravel(v []float64, x Tensors) {
	for i, name := range l.names {
		part := v[l.first[i]:l.first[i+1]:l.first[i+1]]
		t := Tensor{Shape: l.like[i].Shape, Float64: part}
		if l.like[i].Float32 != nil {
			t.Float64, t.Float32 = nil, make([]float32, len(part))
			for k, e := range part {
				t.Float32[k] = float32(e)
			}
		}
		x[name] = t
	}
}
