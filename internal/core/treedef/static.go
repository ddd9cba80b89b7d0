package treedef

import (
	"reflect"
	"slices"
	"strconv"
	"strings"
)

// maxDepth bounds how deep values may be nested, well before the stack is full.
const maxDepth = 10000

// text writes the key of a structure. What it writes for a value can be told
// apart from every other value of the same static type, and its end be found:
// types are followed by a colon, which they do not contain outside quotes, and
// values by one of the characters " ]})" or the end.
type text struct {
	codec *codec
	buf   []byte
	// stack holds the pointers, slices and maps being walked, to find cycles.
	stack []container
	inKey bool // writing the key of a map
}

type container struct {
	typ    reflect.Type
	addr   uintptr
	length int
}

// enter notes that the pointer, slice or map v is being walked, or reports that it
// already is. Call leave after it succeeds.
func (t *text) enter(v reflect.Value) *Error {
	c := container{typ: v.Type(), addr: v.Pointer()}
	if v.Kind() == reflect.Slice {
		c.length = v.Len()
	}
	if slices.Contains(t.stack, c) {
		return errorf("cyclic: a %v contains itself", c.typ)
	}
	if err := t.enterDepth(); err != nil {
		return err
	}
	t.stack[len(t.stack)-1] = c
	return nil
}

// enterDepth is enter for a value that cannot contain itself.
func (t *text) enterDepth() *Error {
	if len(t.stack) == maxDepth {
		return errorf("nested more than %d levels deep", maxDepth)
	}
	t.stack = append(t.stack, container{})
	return nil
}

func (t *text) leave() { t.stack = t.stack[:len(t.stack)-1] }

// static writes a static value. It may have been read from unexported fields, so
// it must not be turned into an interface.
func (t *text) static(v reflect.Value) *Error {
	if v.Type() == t.codec.leaf {
		return t.unreachable()
	}
	switch v.Kind() {
	case reflect.Func:
		if !v.IsNil() {
			return errorf("func %v cannot be compared, so it cannot be part of a tree: capture it in the closure instead", v.Type())
		}
		t.buf = append(t.buf, "nil"...)
	case reflect.Chan:
		return errorf("channel %v cannot be part of a tree: capture it in the closure instead", v.Type())
	case reflect.UnsafePointer:
		t.address(v)
	case reflect.Array:
		return t.staticElems(v)
	case reflect.Struct:
		return t.staticStruct(v)
	case reflect.Interface, reflect.Pointer, reflect.Slice, reflect.Map:
		if v.IsNil() {
			t.buf = append(t.buf, "nil"...)
			return nil
		}
		return t.staticReference(v)
	default:
		if t.inKey && (v.CanFloat() || v.CanComplex()) && !v.Equal(v) {
			return errorf("map key is NaN")
		}
		t.buf = appendBasic(t.buf, v)
	}
	return nil
}

// unreachable is the error for a leaf within a static value.
func (t *text) unreachable() *Error {
	if t.inKey {
		return errorf("map key holds %v", t.codec.leaf)
	}
	return hiddenLeaf(t.codec.leaf)
}

// staticReference writes an interface, pointer, slice or map that is not nil.
func (t *text) staticReference(v reflect.Value) *Error {
	switch v.Kind() {
	case reflect.Pointer:
		r := t.codec.recipe(v.Type())
		if r.reach == surely {
			return t.unreachable()
		}
		// The keys of a map differ although they may point to equal values.
		if t.inKey || !r.plain {
			t.address(v)
			return nil
		}
	case reflect.Slice:
		if isBasic(v.Type().Elem().Kind()) {
			return t.staticElems(v)
		}
	case reflect.Interface:
		if err := t.enterDepth(); err != nil {
			return err
		}
		defer t.leave()
		v = v.Elem()
		t.buf = append(append(append(t.buf, '('), t.codec.recipe(v.Type()).name...), ':')
		err := t.static(v)
		t.buf = append(t.buf, ')')
		return err
	}
	if err := t.enter(v); err != nil {
		return err
	}
	defer t.leave()
	switch v.Kind() {
	case reflect.Pointer:
		t.buf = append(t.buf, '&')
		return t.static(v.Elem())
	case reflect.Slice:
		return t.staticElems(v)
	}
	return t.staticMap(v)
}

func (t *text) address(v reflect.Value) {
	t.buf = append(t.buf, "@0x"...)
	t.buf = strconv.AppendUint(t.buf, uint64(v.Pointer()), 16)
}

func (t *text) staticElems(v reflect.Value) *Error {
	t.buf = append(t.buf, '[')
	for i := range v.Len() {
		if i > 0 {
			t.buf = append(t.buf, ' ')
		}
		if err := t.static(v.Index(i)); err != nil {
			return err.atIndex(i)
		}
	}
	t.buf = append(t.buf, ']')
	return nil
}

func (t *text) staticStruct(v reflect.Value) *Error {
	t.buf = append(t.buf, '{')
	for i := range v.NumField() {
		if i > 0 {
			t.buf = append(t.buf, ' ')
		}
		if err := t.static(v.Field(i)); err != nil {
			return err.at("." + v.Type().Field(i).Name)
		}
	}
	t.buf = append(t.buf, '}')
	return nil
}

// staticMap writes a map in the order of its keys' texts, so any kind will do.
func (t *text) staticMap(v reflect.Value) *Error {
	type entry struct {
		key  string
		elem reflect.Value
	}
	entries := make([]entry, 0, v.Len())
	for it := v.MapRange(); it.Next(); {
		start, wasKey := len(t.buf), t.inKey
		t.inKey = true
		err := t.static(it.Key())
		t.inKey = wasKey
		if err != nil {
			return err
		}
		entries = append(entries, entry{string(t.buf[start:]), it.Value()})
		t.buf = t.buf[:start]
	}
	slices.SortFunc(entries, func(a, b entry) int { return strings.Compare(a.key, b.key) })
	t.buf = append(t.buf, '{')
	for i, e := range entries {
		if i > 0 {
			t.buf = append(t.buf, ' ')
		}
		t.buf = append(append(t.buf, e.key...), ':')
		if err := t.static(e.elem); err != nil {
			return err.at("[" + e.key + "]")
		}
	}
	t.buf = append(t.buf, '}')
	return nil
}

// appendBasic writes a boolean, number or string such that equal text means
// equal value, except that every NaN is written the same.
func appendBasic(b []byte, v reflect.Value) []byte {
	switch {
	case v.Kind() == reflect.Bool:
		return strconv.AppendBool(b, v.Bool())
	case v.CanInt():
		return strconv.AppendInt(b, v.Int(), 10)
	case v.CanUint():
		return strconv.AppendUint(b, v.Uint(), 10)
	case v.CanFloat():
		return strconv.AppendFloat(b, v.Float(), 'g', -1, v.Type().Bits())
	case v.CanComplex():
		return append(b, strconv.FormatComplex(v.Complex(), 'g', -1, v.Type().Bits())...)
	}
	return strconv.AppendQuote(b, v.String())
}

func isBasic(k reflect.Kind) bool {
	return reflect.Bool <= k && k <= reflect.Complex128 || k == reflect.String
}

// isPlain reports whether t consists of data that can be read, written and
// copied: no unexported fields, interfaces, funcs or channels.
func isPlain(t reflect.Type, seen map[reflect.Type]bool) bool {
	if isBasic(t.Kind()) || seen[t] {
		return true
	}
	seen[t] = true
	switch t.Kind() {
	case reflect.Pointer, reflect.Slice, reflect.Array:
		return isPlain(t.Elem(), seen)
	case reflect.Map:
		return isPlain(t.Key(), seen) && isPlain(t.Elem(), seen)
	case reflect.Struct:
		for i := range t.NumField() {
			if f := t.Field(i); !f.IsExported() || !isPlain(f.Type, seen) {
				return false
			}
		}
		return true
	}
	return false
}

// hasReference reports whether values of the plain type t can share memory.
func hasReference(t reflect.Type) bool {
	switch t.Kind() {
	case reflect.Pointer, reflect.Slice, reflect.Map:
		return true
	case reflect.Array:
		return hasReference(t.Elem())
	case reflect.Struct:
		for i := range t.NumField() {
			if hasReference(t.Field(i).Type) {
				return true
			}
		}
	}
	return false
}

// cloneIf returns the static value v, copied if its recipe asks for it: what counts
// by value must not change with the original.
func cloneIf(r *recipe, v reflect.Value) reflect.Value {
	if r.clone {
		return clone(v)
	}
	return v
}

// cloneSlot replaces the slot's value within the struct v by a copy.
func cloneSlot(s *slot, v reflect.Value) {
	if field := s.of(v); field.CanSet() {
		field.Set(clone(field))
	}
}

// clone returns a deep copy of v, which is of a plain type and not cyclic.
func clone(v reflect.Value) reflect.Value {
	t := v.Type()
	switch t.Kind() {
	case reflect.Pointer:
		if v.IsNil() {
			return v
		}
		out := reflect.New(t.Elem())
		out.Elem().Set(clone(v.Elem()))
		return out
	case reflect.Slice:
		if v.IsNil() {
			return v
		}
		out := reflect.MakeSlice(t, v.Len(), v.Len())
		reflect.Copy(out, v)
		if hasReference(t.Elem()) {
			cloneElems(out)
		}
		return out
	case reflect.Map:
		if v.IsNil() {
			return v
		}
		out := reflect.MakeMapWithSize(t, v.Len())
		for it := v.MapRange(); it.Next(); {
			out.SetMapIndex(it.Key(), clone(it.Value()))
		}
		return out
	case reflect.Array, reflect.Struct:
		if !hasReference(t) {
			return v
		}
		out := reflect.New(t).Elem()
		out.Set(v)
		if t.Kind() == reflect.Array {
			cloneElems(out)
			return out
		}
		for i := range t.NumField() {
			out.Field(i).Set(clone(out.Field(i)))
		}
		return out
	}
	return v
}

func cloneElems(v reflect.Value) {
	for i := range v.Len() {
		v.Index(i).Set(clone(v.Index(i)))
	}
}
