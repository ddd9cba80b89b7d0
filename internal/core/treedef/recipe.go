package treedef

import (
	"reflect"
	"strconv"
	"sync"
)

// kind is how a recipe takes its type apart.
type kind uint8

const (
	leafKind kind = iota
	structKind
	sliceKind
	arrayKind
	mapKind
	pointerKind
	interfaceKind
	optionalKind // a leaf that counts as absent where it is zero
	staticKind
	badKind
)

// recipe is what is known about a type before any value of it is seen. It is
// worked out once for each leaf type and type.
type recipe struct {
	kind  kind
	codec *codec
	typ   reflect.Type
	name  string  // text of the type, different for different types
	elem  *recipe // slice, array, map, pointer, optional
	reach reach   // whether values hold leaves

	// fixed means that the type decides the structure. Then def is the only
	// structure, and text its text.
	fixed  bool
	def    *Def
	text   string
	leaves int // number of leaves that the type decides

	// Structs only.
	slots     []slot
	variable  int  // number of slots that are not fixed
	hasStatic bool // some slot is static

	// Static types only; see static.go.
	plain bool // all of it is data that can be read and written
	clone bool // plain, and holds a slice, map or pointer

	bad *Error // why values of the type are refused
}

// slot is a part of a struct: a field, or a field of a struct within it by value.
// Structs within structs are spelled out as slots of the outermost one, because
// reflection can set the exported fields of an embedded struct of unexported
// type, but not that struct itself.
type slot struct {
	index []int
	path  string // such as .Base.W
	rec   *recipe
}

// of returns the slot's value within the struct v.
func (s *slot) of(v reflect.Value) reflect.Value {
	for _, i := range s.index {
		v = v.Field(i)
	}
	return v
}

// codec holds the recipes for one leaf type.
type codec struct {
	leaf    reflect.Type
	leafDef *Def     // structure of a leaf
	option  *recipe  // of a field that may be absent
	nilDef  *Def     // structure of a nil interface
	recipes sync.Map // reflect.Type to *recipe, finished ones

	mu    sync.Mutex
	wip   map[reflect.Type]*recipe // recipes being made; a type may refer to itself
	names map[string]int           // how many types have each text
}

var codecs sync.Map // reflect.Type of the leaf to *codec

func codecFor(leaf reflect.Type) *codec {
	if c, ok := codecs.Load(leaf); ok {
		return c.(*codec)
	}
	c := &codec{leaf: leaf, wip: map[reflect.Type]*recipe{}, names: map[string]int{}}
	c.leafDef = c.recipe(leaf).def
	c.option = &recipe{kind: optionalKind, codec: c, typ: leaf, name: "optional " + leaf.String(), elem: c.recipe(leaf), reach: surely}
	empty := c.recipe(reflect.TypeFor[any]())
	c.nilDef = &Def{root: node{rec: empty, isNil: true}, key: "nil"}
	actual, _ := codecs.LoadOrStore(leaf, c)
	return actual.(*codec)
}

// recipe returns the recipe for t.
func (c *codec) recipe(t reflect.Type) *recipe {
	if r, ok := c.recipes.Load(t); ok {
		return r.(*recipe)
	}
	c.mu.Lock()
	defer c.mu.Unlock()
	r := c.compile(t)
	// Only now are they complete and may be seen by others.
	for t, r := range c.wip {
		c.recipes.Store(t, r)
	}
	clear(c.wip)
	return r
}

func (c *codec) compile(t reflect.Type) *recipe {
	if r, ok := c.recipes.Load(t); ok {
		return r.(*recipe)
	}
	if r, ok := c.wip[t]; ok {
		return r
	}
	r := &recipe{codec: c, typ: t, name: c.nameOf(t), reach: c.reach(t)}
	c.wip[t] = r
	switch {
	case t == c.leaf:
		r.kind, r.fixed, r.leaves, r.text = leafKind, true, 1, "*"
	case t.Kind() == reflect.Interface:
		r.kind = interfaceKind
	case r.reach == never:
		r.kind = staticKind
		r.plain = isPlain(t, map[reflect.Type]bool{})
		r.clone = r.plain && hasReference(t)
	case t.Kind() == reflect.Struct:
		r.kind = structKind
		r.bad = c.addSlots(r, t, nil, "")
		c.fixStruct(r)
	case t.Kind() == reflect.Slice:
		r.kind, r.elem = sliceKind, c.compile(t.Elem())
	case t.Kind() == reflect.Array:
		// An unfinished element has a pointer, slice or map on the way back to
		// itself, so it is not fixed, as it says.
		r.kind, r.elem = arrayKind, c.compile(t.Elem())
		r.fixed, r.leaves, r.text = r.elem.fixed, t.Len()*r.elem.leaves, "["+r.elem.text+"]"
	case t.Kind() == reflect.Pointer:
		r.kind, r.elem = pointerKind, c.compile(t.Elem())
	case t.Kind() == reflect.Map:
		r.kind, r.elem = mapKind, c.compile(t.Elem())
		if !ordered(t.Key().Kind()) {
			r.bad = errorf("map with keys of type %v: keys must be strings, booleans, integers or floats", t.Key())
		}
	}
	if r.bad != nil {
		r.kind = badKind
	}
	if r.fixed {
		r.def = &Def{root: node{rec: r, leaves: r.leaves}, key: r.name + ":" + r.text}
	}
	return r
}

// addSlots adds the fields of t, which is found at the index and path given
// within r's type, to the slots of r.
func (c *codec) addSlots(r *recipe, t reflect.Type, index []int, path string) *Error {
	for i := range t.NumField() {
		f := t.Field(i)
		s := slot{index: append(index[:len(index):len(index)], i), path: path + "." + f.Name}
		reach := c.reach(f.Type)
		embedded := f.Anonymous && f.Type.Kind() == reflect.Struct
		switch {
		case reach != never && f.Type != c.leaf && f.Type.Kind() == reflect.Struct && (f.IsExported() || embedded):
			if err := c.addSlots(r, f.Type, s.index, s.path); err != nil {
				return err
			}
			continue
		case reach == surely && !f.IsExported():
			return hiddenLeaf(c.leaf).at(s.path)
		case reach == never && f.Type.Size() == 0:
			continue // nothing to keep
		case reach == never:
			s.rec = c.compile(f.Type)
		case !f.IsExported():
			// Only an interface within could hold leaves, which text.static sees.
			// The recipe of the type is for where it can be set.
			s.rec = &recipe{kind: staticKind, codec: c, typ: f.Type}
		case f.Type == c.leaf && f.Tag.Get("tree") == "omitzero":
			s.rec = c.option
		default:
			s.rec = c.compile(f.Type)
		}
		r.slots = append(r.slots, s)
	}
	return nil
}

func (c *codec) fixStruct(r *recipe) {
	r.fixed, r.text = true, "{"
	for i, s := range r.slots {
		if !s.rec.fixed {
			r.variable++
			r.hasStatic = r.hasStatic || s.rec.kind == staticKind
		}
		r.fixed = r.fixed && s.rec.fixed
		r.leaves += s.rec.leaves
		if i > 0 {
			r.text += " "
		}
		r.text += s.path[1:] + ":" + s.rec.text
	}
	r.text += "}"
	r.fixed = r.fixed && r.bad == nil
}

// nameOf returns a text for t that no other type has: two types may print the
// same, when declared in different functions or in packages of the same name.
func (c *codec) nameOf(t reflect.Type) string {
	name := t.String()
	c.names[name]++
	if n := c.names[name]; n > 1 {
		name += "#" + strconv.Itoa(n)
	}
	return name
}

// reach reports whether values of a type hold leaves.
type reach int

const (
	never   reach = iota
	perhaps       // an interface that can be set may hold one
	surely        // the type spells out the leaf type
)

// reach returns whether t holds leaves. An interface in an unexported field does
// not count: internals of foreign types, such as a logger's, stay opaque.
func (c *codec) reach(t reflect.Type) reach {
	type place struct {
		t       reflect.Type
		visible bool
	}
	seen := map[place]bool{}
	var search func(t reflect.Type, visible bool) reach
	search = func(t reflect.Type, visible bool) reach {
		if t == c.leaf {
			return surely
		}
		if seen[place{t, visible}] {
			return never // whoever saw it first will say
		}
		seen[place{t, visible}] = true
		switch t.Kind() {
		case reflect.Interface:
			if visible {
				return perhaps
			}
		case reflect.Pointer, reflect.Slice, reflect.Array:
			return search(t.Elem(), visible)
		case reflect.Map:
			// Keys are never set one by one.
			return max(search(t.Key(), false), search(t.Elem(), visible))
		case reflect.Struct:
			most := never
			for i := range t.NumField() {
				f := t.Field(i)
				open := f.IsExported() || f.Anonymous && f.Type.Kind() == reflect.Struct
				most = max(most, search(f.Type, visible && open))
			}
			return most
		}
		return never
	}
	return search(t, true)
}

func ordered(k reflect.Kind) bool {
	switch k {
	case reflect.String, reflect.Bool, reflect.Float32, reflect.Float64:
		return true
	}
	return reflect.Int <= k && k <= reflect.Uintptr
}
