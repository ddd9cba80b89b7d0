package treedef

import (
	"cmp"
	"reflect"
	"slices"
	"sort"
	"strconv"
)

// flattener collects the leaves of a value, and writes its key.
type flattener[L any] struct {
	leaves []L
	text
}

// addressable returns v, or a copy of it, such that its fields and elements have
// addresses: a leaf is read through its address without allocating.
func addressable(v reflect.Value) reflect.Value {
	if v.CanAddr() {
		return v
	}
	p := reflect.New(v.Type()).Elem()
	p.Set(v)
	return p
}

// as returns v as a T if that is exactly its type.
func as[T any](v reflect.Value) (t T, ok bool) {
	if !v.CanAddr() {
		t, ok = v.Interface().(T)
		return t, ok
	}
	p, ok := v.Addr().Interface().(*T)
	if ok {
		t = *p
	}
	return t, ok
}

// gather appends the leaves of v, which is addressable and has a fixed structure.
func (f *flattener[L]) gather(r *recipe, v reflect.Value) {
	switch r.kind {
	case leafKind:
		f.leaves = append(f.leaves, *v.Addr().Interface().(*L))
	case structKind:
		for i := range r.slots {
			f.gather(r.slots[i].rec, r.slots[i].of(v))
		}
	case arrayKind:
		for i := range v.Len() {
			f.gather(r.elem, v.Index(i))
		}
	}
}

// walk appends the leaves of v and writes its text, and records its structure in
// n, which is zero.
func (f *flattener[L]) walk(n *node, r *recipe, v reflect.Value) (err *Error) {
	n.rec = r
	before := len(f.leaves)
	switch {
	case r.fixed:
		f.gather(r, addressable(v))
		f.buf = append(f.buf, r.text...)
	case r.kind == structKind:
		err = f.walkStruct(n, r, addressable(v))
	case r.kind == arrayKind:
		err = f.walkElems(n, r, addressable(v))
	case r.kind == staticKind:
		n.start = len(f.buf)
		err = f.static(v)
		n.end = len(f.buf)
		if err == nil {
			n.value = cloneIf(r, v)
		}
	case r.kind == badKind:
		err = r.bad
	case r.kind == optionalKind && v.IsZero():
		n.isNil = true
		f.buf = append(f.buf, "none"...)
	case r.kind == optionalKind:
		n.kids = make([]node, 1)
		err = f.walk(&n.kids[0], r.elem, v)
	case v.IsNil():
		n.isNil = true
		f.buf = append(f.buf, "nil"...)
	case r.kind == sliceKind:
		err = f.walkSlice(n, r, v)
	case r.kind == mapKind:
		err = f.walkMap(n, r, v)
	case r.kind == pointerKind:
		f.buf = append(f.buf, '&')
		n.kids = make([]node, 1)
		if err = f.enter(v); err == nil {
			err = f.walk(&n.kids[0], r.elem, v.Elem())
			f.leave()
		}
	case r.kind == interfaceKind:
		err = f.walkInterface(n, v)
	}
	n.leaves = len(f.leaves) - before
	return err
}

func (f *flattener[L]) walkStruct(n *node, r *recipe, v reflect.Value) *Error {
	n.kids = make([]node, r.variable)
	k := 0
	f.buf = append(f.buf, '{')
	for i := range r.slots {
		s := &r.slots[i]
		if i > 0 {
			f.buf = append(f.buf, ' ')
		}
		f.buf = append(f.buf, s.path[1:]...)
		field := s.of(v)
		if s.rec.fixed {
			f.buf = append(append(f.buf, ':'), s.rec.text...)
			f.gather(s.rec, field)
			continue
		}
		kid := &n.kids[k]
		k++
		var err *Error
		if s.rec.kind == staticKind {
			// Its value is kept below, with the values of the other static slots.
			f.buf = append(f.buf, '=')
			kid.rec, kid.start = s.rec, len(f.buf)
			err = f.static(field)
			kid.end = len(f.buf)
		} else {
			f.buf = append(f.buf, ':')
			err = f.walk(kid, s.rec, field)
		}
		if err != nil {
			return err.at(s.path)
		}
	}
	f.buf = append(f.buf, '}')
	if r.hasStatic {
		n.value = template(r, v)
	}
	return nil
}

// template returns a copy of the struct v with its static slots only. Static
// slots may be unexported, and are set by copying the whole struct.
func template(r *recipe, v reflect.Value) reflect.Value {
	t := reflect.New(r.typ).Elem()
	t.Set(v)
	for i := range r.slots {
		s := &r.slots[i]
		switch {
		case s.rec.kind != staticKind:
			s.of(t).SetZero()
		case s.rec.clone:
			cloneSlot(s, t)
		}
	}
	return t
}

func (f *flattener[L]) walkSlice(n *node, r *recipe, v reflect.Value) *Error {
	n.length = v.Len()
	if !r.elem.fixed {
		if err := f.enter(v); err != nil {
			return err
		}
		defer f.leave()
		return f.walkElems(n, r, v)
	}
	f.buf = append(f.buf, '[')
	f.buf = strconv.AppendInt(f.buf, int64(n.length), 10)
	f.buf = append(f.buf, ']')
	if s, ok := as[[]L](v); ok {
		f.leaves = append(f.leaves, s...)
		return nil
	}
	f.leaves = slices.Grow(f.leaves, n.length*r.elem.leaves)
	for i := range n.length {
		f.gather(r.elem, v.Index(i))
	}
	return nil
}

// walkElems walks the elements of a slice or array, which are not fixed.
func (f *flattener[L]) walkElems(n *node, r *recipe, v reflect.Value) *Error {
	n.kids = make([]node, v.Len())
	f.buf = append(f.buf, '[')
	for i := range n.kids {
		if i > 0 {
			f.buf = append(f.buf, ' ')
		}
		if err := f.walk(&n.kids[i], r.elem, v.Index(i)); err != nil {
			return err.atIndex(i)
		}
	}
	f.buf = append(f.buf, ']')
	return nil
}

func (f *flattener[L]) walkMap(n *node, r *recipe, v reflect.Value) *Error {
	n.length = v.Len()
	if m, ok := as[map[string]L](v); ok {
		f.walkNamed(n, m)
		return nil
	}
	if err := f.enter(v); err != nil {
		return err
	}
	defer f.leave()
	keys, err := sortedKeys(v)
	if err != nil {
		return err
	}
	n.keys = keys.Interface()
	if !r.elem.fixed {
		n.kids = make([]node, n.length)
	}
	f.buf = append(f.buf, '{')
	for i := range n.length {
		key := keys.Index(i)
		f.mapKey(i, key)
		elem := addressable(v.MapIndex(key))
		if r.elem.fixed {
			f.gather(r.elem, elem)
			continue
		}
		f.buf = append(f.buf, ':')
		if err := f.walk(&n.kids[i], r.elem, elem); err != nil {
			return err.atKey(key)
		}
	}
	f.buf = append(f.buf, '}')
	return nil
}

// walkNamed is walkMap for the commonest map, without reflection.
func (f *flattener[L]) walkNamed(n *node, m map[string]L) {
	keys := make([]string, 0, len(m))
	for k := range m {
		keys = append(keys, k)
	}
	slices.Sort(keys)
	n.keys = keys
	f.leaves = slices.Grow(f.leaves, len(keys))
	f.buf = append(f.buf, '{')
	for i, k := range keys {
		if i > 0 {
			f.buf = append(f.buf, ' ')
		}
		f.buf = strconv.AppendQuote(f.buf, k)
		f.leaves = append(f.leaves, m[k])
	}
	f.buf = append(f.buf, '}')
}

// mapKey writes the i-th key of a map.
func (f *flattener[L]) mapKey(i int, key reflect.Value) {
	if i > 0 {
		f.buf = append(f.buf, ' ')
	}
	f.buf = appendBasic(f.buf, key)
}

func (f *flattener[L]) walkInterface(n *node, v reflect.Value) *Error {
	v = v.Elem()
	if err := f.enterDepth(); err != nil {
		return err
	}
	defer f.leave()
	r := f.codec.recipe(v.Type())
	n.kids = make([]node, 1)
	f.buf = append(append(append(f.buf, '('), r.name...), ':')
	err := f.walk(&n.kids[0], r, v)
	f.buf = append(f.buf, ')')
	return err
}

// sortedKeys returns the keys of the map m, in order, as a []K.
func sortedKeys(m reflect.Value) (reflect.Value, *Error) {
	keys := reflect.MakeSlice(reflect.SliceOf(m.Type().Key()), m.Len(), m.Len())
	for i, it := 0, m.MapRange(); it.Next(); i++ {
		key := keys.Index(i)
		key.SetIterKey(it)
		if key.CanFloat() && key.Float() != key.Float() {
			return keys, errorf("map key is NaN")
		}
		if key.CanFloat() && key.Float() == 0 {
			key.SetFloat(0) // -0 is the same key
		}
	}
	if s, ok := keys.Interface().([]string); ok {
		slices.Sort(s)
		return keys, nil
	}
	sort.Slice(keys.Interface(), func(i, j int) bool {
		return compareKeys(keys.Index(i), keys.Index(j)) < 0
	})
	return keys, nil
}

func compareKeys(a, b reflect.Value) int {
	switch {
	case a.CanInt():
		return cmp.Compare(a.Int(), b.Int())
	case a.CanUint():
		return cmp.Compare(a.Uint(), b.Uint())
	case a.CanFloat():
		return cmp.Compare(a.Float(), b.Float())
	case a.Kind() == reflect.Bool:
		if a.Bool() == b.Bool() {
			return 0
		}
		if b.Bool() {
			return -1
		}
		return 1
	}
	return cmp.Compare(a.String(), b.String())
}
