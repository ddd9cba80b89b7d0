// Package treedef takes any Go value apart into its leaves and puts it back
// together.
//
// Users pass parameters as they like, as an array, a struct of arrays, a map or a
// slice of structs, while everything inside works on a flat list of arrays. This
// package is the way there and back, as pytrees are in JAX, with the types kept.
//
// The leaves are the values of one Go type, the type parameter L. What is left
// when they are taken out is the structure, a [Def]:
//
//   - structs (nested and embedded), maps, slices, arrays, pointers and
//     interfaces that may hold leaves are nodes. Lengths, map keys, the dynamic
//     types of interfaces and which values are nil belong to the structure. Map
//     keys are strings, booleans, integers or floats, and are visited in order.
//   - everything else is static: it belongs to the structure by its value, and
//     is returned unchanged when the value is put back together.
//
// Static numbers, strings, booleans, and structs, arrays, slices, maps and
// pointers of them count by value, so two pointers to equal options are the same
// structure. A pointer to a type with internals (unexported fields, funcs,
// channels), such as a logger, counts by its address. Funcs other than nil and
// channels are refused: they can be captured by a closure instead. Large data
// belongs in leaves: static data is written out in full in [Def.Key].
//
// A field of the leaf type with the tag `tree:"omitzero"` may be left out: its zero value
// is not a leaf, and that it is absent belongs to the structure.
//
// A field that reflection cannot set (an unexported one) must not hold leaves.
// A value reached twice is two values: sharing is not part of the structure, and
// a value that contains itself is refused.
package treedef

import (
	"reflect"
	"slices"
)

// Def is the structure of a value: all of it but the leaves. It is immutable,
// safe for concurrent use, and holds no leaf.
type Def struct {
	root node
	key  string
}

// node is one place in a structure. Parts that the type decides have no
// node (see recipe.fixed).
type node struct {
	rec    *recipe
	leaves int
	isNil  bool

	// kids are, for a struct, its slots that are not fixed; for a slice, array or
	// map, its elements unless they are fixed; for a pointer or interface that is
	// not nil, the one value behind it.
	kids []node
	// length is the number of elements of a slice or map.
	length int
	// keys is the sorted []K of a map with key type K.
	keys any
	// value is what Unflatten starts from: for a struct with static slots, a copy
	// of it without its leaves; for a static value outside a struct, that value.
	value reflect.Value
	// start and end delimit a static value's text within the key.
	start, end int
}

// Flatten returns the leaves of v, in order, and its structure. The error, if
// any, is an [*Error] that names the offending path.
func Flatten[L any](v any) (leaves []L, def *Def, err error) {
	return FlattenInto[L](nil, v)
}

// FlattenInto is [Flatten] that appends the leaves to dst. After an error it
// returns dst as it was.
func FlattenInto[L any](dst []L, v any) ([]L, *Def, error) {
	c := codecFor(reflect.TypeFor[L]())
	if leaf, ok := v.(L); ok {
		return append(dst, leaf), c.leafDef, nil
	}
	if v == nil {
		return dst, c.nilDef, nil
	}
	r := c.recipe(reflect.TypeOf(v))
	f := flattener[L]{leaves: slices.Grow(dst, r.leaves)}
	if r.fixed {
		f.gather(r, addressable(reflect.ValueOf(v)))
		return f.leaves, r.def, nil
	}
	f.text = text{codec: c, buf: append(append(make([]byte, 0, 256), r.name...), ':')}
	def := new(Def)
	if err := f.walk(&def.root, r, reflect.ValueOf(v)); err != nil {
		return dst, nil, err
	}
	def.key = string(f.buf)
	return f.leaves, def, nil
}

// Unflatten returns a new value with structure def and the given leaves, of the
// same dynamic type as the value that def came from. Every map, slice and
// pointer that holds leaves is new. Static values of plain data are copied; those
// in unexported fields, or of types with internals, are shared with the original.
func Unflatten[L any](def *Def, leaves []L) (any, error) {
	if err := check[L](def, leaves); err != nil {
		return nil, err
	}
	if def.root.isNil && def.root.rec.kind == interfaceKind {
		return nil, nil
	}
	dst := reflect.New(def.root.rec.typ).Elem()
	b := builder[L]{leaves: leaves}
	b.build(&def.root, dst)
	return dst.Interface(), nil
}

// UnflattenTo is [Unflatten] into a value of type T, which must be the type of
// the value that def came from, or an interface that it implements.
func UnflattenTo[T, L any](def *Def, leaves []L) (T, error) {
	var out, zero T
	if err := check[L](def, leaves); err != nil {
		return zero, err
	}
	want, have := reflect.TypeFor[T](), def.root.rec.typ
	b := builder[L]{leaves: leaves}
	switch {
	case want == have:
		b.build(&def.root, reflect.ValueOf(&out).Elem())
	case want.Kind() == reflect.Interface && have.Implements(want):
		dst := reflect.New(have).Elem()
		b.build(&def.root, dst)
		reflect.ValueOf(&out).Elem().Set(dst)
	case want.Kind() == reflect.Interface && def.root.isNil && have.Kind() == reflect.Interface:
		// The structure of a nil interface is a nil T.
	default:
		return zero, &Error{Reason: "structure of type " + have.String() + ", want " + want.String()}
	}
	return out, nil
}

// NumLeaves returns the number of leaves.
func (d *Def) NumLeaves() int { return d.root.leaves }

// Key returns a text that is the same for two structures over the same leaf type
// if and only if they are equal: it spells out types, map keys, lengths, which
// values are nil, and static values. It holds within one process only, and while
// the Def is alive: a static value that counts by its address could otherwise
// give it up to another one.
func (d *Def) Key() string { return d.key }

// Equal reports whether d and o are the same structure.
func (d *Def) Equal(o *Def) bool {
	return d == o || d != nil && o != nil && d.root.rec == o.root.rec && d.key == o.key
}
