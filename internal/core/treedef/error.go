package treedef

import (
	"fmt"
	"reflect"
	"strconv"
)

// Error describes what is wrong with a value or structure, and where.
type Error struct {
	// Path leads from the value to the place, as Go would write it: a field is
	// .Name, an element [2] or ["key"]. It is empty for the value itself. A
	// pointer or interface adds nothing to it.
	Path string
	// Reason is what is wrong there.
	Reason string
}

func (e *Error) Error() string {
	if e.Path == "" {
		return "tree: " + e.Reason
	}
	return "tree: " + e.Path + ": " + e.Reason
}

func errorf(format string, args ...any) *Error {
	return &Error{Reason: fmt.Sprintf(format, args...)}
}

func hiddenLeaf(leaf reflect.Type) *Error {
	return errorf("unexported field holds %v and cannot be set: export it", leaf)
}

// at returns e as seen from one level further up. Paths are put together only
// here, while an error makes its way out, so they cost nothing otherwise.
func (e *Error) at(step string) *Error {
	return &Error{Path: step + e.Path, Reason: e.Reason}
}

func (e *Error) atIndex(i int) *Error { return e.at(indexStep(i)) }

func (e *Error) atKey(key reflect.Value) *Error { return e.at(keyStep(key)) }

func indexStep(i int) string { return "[" + strconv.Itoa(i) + "]" }

func keyStep(key reflect.Value) string {
	return "[" + string(appendBasic(nil, key)) + "]"
}

// check reports whether leaves can fill def.
func check[L any](def *Def, leaves []L) error {
	if def == nil {
		return errorf("nil structure")
	}
	if leaf := reflect.TypeFor[L](); def.root.rec.codec.leaf != leaf {
		return errorf("structure with leaves of type %v, want %v", def.root.rec.codec.leaf, leaf)
	}
	if got, want := len(leaves), def.NumLeaves(); got != want {
		return errorf("got %d leaves, want %d", got, want)
	}
	return nil
}
