package treedef

import (
	"reflect"
	"strconv"
)

// Paths returns the path of each leaf, as in [Error]: such as .Layers[2].W, or
// ["bias"], or nothing for a value that is itself a leaf.
func (d *Def) Paths() []string {
	paths := make([]string, 0, d.NumLeaves())
	return d.root.paths(paths, "")
}

func (n *node) paths(dst []string, path string) []string {
	r := n.rec
	switch {
	case n.leaves == 0:
	case r.fixed:
		dst = r.paths(dst, path)
	case r.kind == structKind:
		k := 0
		for _, s := range r.slots {
			if s.rec.fixed {
				dst = s.rec.paths(dst, path+s.path)
				continue
			}
			dst = n.kids[k].paths(dst, path+s.path)
			k++
		}
	case r.kind == sliceKind || r.kind == arrayKind:
		for i := range max(n.length, len(n.kids)) {
			dst = n.elemPaths(dst, i, path+indexStep(i))
		}
	case r.kind == mapKind:
		keys := reflect.ValueOf(n.keys)
		for i := range n.length {
			dst = n.elemPaths(dst, i, path+keyStep(keys.Index(i)))
		}
	default: // pointer, interface, optional
		dst = n.kids[0].paths(dst, path)
	}
	return dst
}

func (n *node) elemPaths(dst []string, i int, path string) []string {
	if n.rec.elem.fixed {
		return n.rec.elem.paths(dst, path)
	}
	return n.kids[i].paths(dst, path)
}

// paths is for types with a fixed structure.
func (r *recipe) paths(dst []string, path string) []string {
	switch r.kind {
	case leafKind:
		return append(dst, path)
	case structKind:
		for _, s := range r.slots {
			dst = s.rec.paths(dst, path+s.path)
		}
	case arrayKind:
		for i := range r.typ.Len() {
			dst = r.elem.paths(dst, path+indexStep(i))
		}
	}
	return dst
}

// Compare returns nil if want and got are equal, and otherwise an [*Error] that
// names the first path where they differ, and how. The path begins with name,
// the name of the value that got is the structure of.
func Compare(want, got *Def, name string) error {
	if want.Equal(got) {
		return nil
	}
	if want == nil || got == nil {
		return &Error{name, "nil structure"}
	}
	c := comparison{want.key, got.key}
	if err := c.diff(&want.root, &got.root); err != nil {
		return err.at(name)
	}
	return &Error{name, "got structure " + shorten(got.key) + ", want " + shorten(want.key)}
}

// comparison holds the two keys, which have the texts of static values.
type comparison struct{ want, got string }

func (c comparison) diff(want, got *node) *Error {
	r := want.rec
	switch {
	case r != got.rec:
		return c.diffTypes(want, got)
	case want.isNil != got.isNil:
		if got.isNil {
			return errorf("got nil, want %v", describe(want))
		}
		return errorf("got %v, want nil", describe(got))
	case want.isNil || r.fixed:
		return nil
	case r.kind == staticKind:
		if w, g := c.want[want.start:want.end], c.got[got.start:got.end]; w != g {
			return errorf("got static value %s, want %s", shorten(g), shorten(w))
		}
		return nil
	case r.kind == structKind:
		k := 0
		for _, s := range r.slots {
			if s.rec.fixed {
				continue
			}
			if err := c.diff(&want.kids[k], &got.kids[k]); err != nil {
				return err.at(s.path)
			}
			k++
		}
		return nil
	case r.kind == mapKind:
		return c.diffMaps(want, got)
	}
	if want.length != got.length {
		return errorf("got length %d, want %d", got.length, want.length)
	}
	for i := range want.kids {
		err := c.diff(&want.kids[i], &got.kids[i])
		if err != nil && (r.kind == sliceKind || r.kind == arrayKind) {
			return err.atIndex(i)
		}
		if err != nil {
			return err // behind a pointer or interface
		}
	}
	return nil
}

func (c comparison) diffTypes(want, got *node) *Error {
	g, w := describe(got), describe(want)
	if g == w {
		// Different types that print the same, or different leaf types.
		g = got.rec.name + " with leaves of type " + got.rec.codec.leaf.String()
		w = want.rec.name + " with leaves of type " + want.rec.codec.leaf.String()
	}
	return errorf("got %s, want %s", g, w)
}

// diffMaps goes through both sorted lists of keys at once.
func (c comparison) diffMaps(want, got *node) *Error {
	wantKeys, gotKeys := reflect.ValueOf(want.keys), reflect.ValueOf(got.keys)
	for i := range max(want.length, got.length) {
		order := 0
		switch {
		case i == want.length:
			order = 1
		case i == got.length:
			order = -1
		default:
			order = compareKeys(wantKeys.Index(i), gotKeys.Index(i))
		}
		if order < 0 {
			return errorf("missing key").atKey(wantKeys.Index(i))
		}
		if order > 0 {
			return errorf("unexpected key").atKey(gotKeys.Index(i))
		}
		if want.kids == nil {
			continue
		}
		if err := c.diff(&want.kids[i], &got.kids[i]); err != nil {
			return err.atKey(wantKeys.Index(i))
		}
	}
	return nil
}

// describe returns the type at n, or nil for an interface that is nil.
func describe(n *node) string {
	if n.rec.kind != interfaceKind {
		return n.rec.typ.String()
	}
	if n.isNil {
		return "nil"
	}
	return n.kids[0].rec.typ.String()
}

// shorten keeps messages readable when static data is large.
func shorten(s string) string {
	const limit = 80
	if len(s) <= limit {
		return s
	}
	return s[:limit] + "... (" + strconv.Itoa(len(s)) + " bytes)"
}
