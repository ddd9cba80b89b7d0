package treedef

import (
	"reflect"
)

// builder fills values from leaves, which it uses up.
type builder[L any] struct {
	leaves []L
}

func (b *builder[L]) take(n int) []L {
	taken := b.leaves[:n]
	b.leaves = b.leaves[n:]
	return taken
}

// scatter is the inverse of gather: it fills dst, which has a fixed structure.
func (b *builder[L]) scatter(r *recipe, dst reflect.Value) {
	switch r.kind {
	case leafKind:
		*dst.Addr().Interface().(*L) = b.take(1)[0]
	case structKind:
		for i := range r.slots {
			b.scatter(r.slots[i].rec, r.slots[i].of(dst))
		}
	case arrayKind:
		for i := range dst.Len() {
			b.scatter(r.elem, dst.Index(i))
		}
	}
}

// build is the inverse of walk: it fills dst, which is zero and can be set.
func (b *builder[L]) build(n *node, dst reflect.Value) {
	switch r := n.rec; {
	case r.fixed:
		b.scatter(r, dst)
	case n.isNil:
	case r.kind == structKind:
		b.buildStruct(n, dst)
	case r.kind == arrayKind:
		b.buildElems(n, dst)
	case r.kind == sliceKind:
		b.buildSlice(n, dst)
	case r.kind == mapKind:
		b.buildMap(n, dst)
	case r.kind == optionalKind:
		b.build(&n.kids[0], dst)
	case r.kind == pointerKind:
		p := reflect.New(r.elem.typ)
		b.build(&n.kids[0], p.Elem())
		dst.Set(p)
	case r.kind == interfaceKind:
		v := reflect.New(n.kids[0].rec.typ).Elem()
		b.build(&n.kids[0], v)
		dst.Set(v)
	case r.kind == staticKind:
		dst.Set(cloneIf(r, n.value))
	}
}

func (b *builder[L]) buildStruct(n *node, dst reflect.Value) {
	r := n.rec
	if r.hasStatic {
		dst.Set(n.value)
	}
	k := 0
	for i := range r.slots {
		s := &r.slots[i]
		if s.rec.fixed {
			b.scatter(s.rec, s.of(dst))
			continue
		}
		if s.rec.kind != staticKind {
			b.build(&n.kids[k], s.of(dst))
		} else if s.rec.clone {
			cloneSlot(s, dst)
		}
		k++
	}
}

func (b *builder[L]) buildSlice(n *node, dst reflect.Value) {
	if p, ok := dst.Addr().Interface().(*[]L); ok {
		// Cloning an empty slice could give nil, which is another structure.
		*p = append(make([]L, 0, n.length), b.take(n.length)...)
		return
	}
	dst.Set(reflect.MakeSlice(n.rec.typ, n.length, n.length))
	if !n.rec.elem.fixed {
		b.buildElems(n, dst)
		return
	}
	for i := range n.length {
		b.scatter(n.rec.elem, dst.Index(i))
	}
}

// buildElems fills the elements of a slice or array, which are not fixed.
func (b *builder[L]) buildElems(n *node, dst reflect.Value) {
	for i := range n.kids {
		b.build(&n.kids[i], dst.Index(i))
	}
}

func (b *builder[L]) buildMap(n *node, dst reflect.Value) {
	if p, ok := dst.Addr().Interface().(*map[string]L); ok {
		*p = make(map[string]L, n.length)
		for i, leaf := range b.take(n.length) {
			(*p)[n.keys.([]string)[i]] = leaf
		}
		return
	}
	m := reflect.MakeMapWithSize(n.rec.typ, n.length)
	keys := reflect.ValueOf(n.keys)
	for i := range n.length {
		elem := reflect.New(n.rec.elem.typ).Elem()
		if n.rec.elem.fixed {
			b.scatter(n.rec.elem, elem)
		} else {
			b.build(&n.kids[i], elem)
		}
		m.SetMapIndex(keys.Index(i), elem)
	}
	dst.Set(m)
}
