package treedef_test

import (
	"log/slog"
	"reflect"
	"runtime"
	"sync"
	"testing"
	"weak"

	"github.com/argmin-go/argmin/internal/core/treedef"
)

// addresses appends where each slice, map and pointer within v lies.
func addresses(dst []uintptr, v reflect.Value) []uintptr {
	switch v.Kind() {
	case reflect.Interface:
		return addresses(dst, v.Elem())
	case reflect.Pointer:
		if !v.IsNil() && v.Type() != reflect.TypeFor[*slog.Logger]() {
			dst = addresses(append(dst, v.Pointer()), v.Elem())
		}
	case reflect.Slice:
		if v.Cap() > 0 {
			dst = append(dst, v.Pointer())
		}
		fallthrough
	case reflect.Array:
		for i := range v.Len() {
			dst = addresses(dst, v.Index(i))
		}
	case reflect.Map:
		if !v.IsNil() {
			dst = append(dst, v.Pointer())
		}
		for it := v.MapRange(); it.Next(); {
			dst = addresses(dst, it.Value())
		}
	case reflect.Struct:
		for i := range v.NumField() {
			dst = addresses(dst, v.Field(i))
		}
	}
	return dst
}

func TestUnflattenSharesNothing(t *testing.T) {
	v := map[string]any{
		"model": &model{
			Layers: make([]layer, 2), Bias: map[string]leaf{"x": l(1)}, Drop: ptr(l(2)),
			Extra: []any{[]leaf{l(3)}, &list{W: l(4)}, []int{1, 2}, ptr(3)},
		},
		"data": data{Opts: options{ptr(0.5), []int{1}, map[string]string{"a": "b"}}},
		"nest": map[int][]map[string]leaf{3: {{"x": l(1)}}},
		"deep": [][]*[]int{{ptr([]int{1})}},
	}
	leaves, def := checkRoundTrip(t, v)
	one, _ := treedef.Unflatten(def, leaves)
	two, _ := treedef.Unflatten(def, leaves)
	seen := map[uintptr]bool{}
	for _, v := range []any{v, one, two} {
		found := addresses(nil, reflect.ValueOf(v))
		if len(found) < 15 {
			t.Fatalf("only %d containers found", len(found))
		}
		for _, a := range found {
			if seen[a] {
				t.Errorf("a container is shared")
			}
		}
		for _, a := range found {
			seen[a] = true
		}
	}
}

// What counts by value must not follow later changes of the original, or a
// cached program would be used with static values it was not made for.
func TestStaticsAreFrozen(t *testing.T) {
	v := data{Opts: options{Tol: ptr(0.5), Hist: []int{1, 2}}}
	leaves, def, _ := treedef.Flatten[leaf](v)
	*v.Opts.Tol, v.Opts.Hist[0] = 0.25, 7
	for range 2 {
		got, _ := treedef.UnflattenTo[data](def, leaves)
		if *got.Opts.Tol != 0.5 || got.Opts.Hist[0] != 1 {
			t.Fatalf("statics changed: %v, %v", *got.Opts.Tol, got.Opts.Hist)
		}
		*got.Opts.Tol, got.Opts.Hist[0] = 0, 0
	}
	if _, changed, _ := treedef.Flatten[leaf](v); changed.Equal(def) {
		t.Error("the key does not distinguish changed statics")
	}
}

func TestDefHoldsNoLeaf(t *testing.T) {
	def, alive := flattenTemporary(t)
	// Copies may linger in registers and dead stack slots for a while.
	for range 100 {
		if runtime.GC(); alive.Value() == nil {
			break
		}
	}
	if alive.Value() != nil {
		t.Error("the structure keeps leaves alive")
	}
	if def.NumLeaves() != 9 {
		t.Errorf("NumLeaves = %d", def.NumLeaves())
	}
}

// flattenTemporary returns the structure of a value that nothing else refers to,
// and whether one of its leaves is alive.
//
//go:noinline
func flattenTemporary(t *testing.T) (*treedef.Def, weak.Pointer[payload]) {
	x := leaf{data: new(payload)}
	_, def := checkRoundTrip(t, []any{
		model{Layers: []layer{{W: x}}, Bias: map[string]leaf{"a": x}, Drop: &x, Extra: x, seed: 1},
		withBase{base{Scale: x, Depth: 1}, x}, map[int]any{1: []leaf{x}}, &list{nil, x},
	})
	return def, weak.Make(x.data)
}

func TestFixedStructureIsShared(t *testing.T) {
	type fixed struct {
		A  layer
		B  [3]layer
		In struct{ C leaf }
	}
	_, a, _ := treedef.Flatten[leaf](fixed{})
	_, b, _ := treedef.Flatten[leaf](fixed{A: layer{W: l(3)}})
	if a != b {
		t.Error("two structures for a type that has one")
	}
	if a.NumLeaves() != 9 {
		t.Errorf("%d leaves", a.NumLeaves())
	}
}

func TestConcurrent(t *testing.T) {
	// Types of this test only, so that all goroutines meet them for the first time.
	type inner struct {
		Next *inner
		W    leaf
		N    []int
	}
	type outer struct {
		In  map[string]*inner
		Any any
	}
	v := outer{map[string]*inner{"a": {&inner{nil, l(1), []int{1}}, l(2), nil}}, [2]inner{}}
	var wg sync.WaitGroup
	keys := make([]string, 8)
	for i := range keys {
		wg.Go(func() {
			leaves, def, err := treedef.Flatten[leaf](v)
			if err != nil {
				t.Error(err)
				return
			}
			got, err := treedef.Unflatten(def, leaves)
			if err != nil || !reflect.DeepEqual(got, v) {
				t.Errorf("Unflatten = %v, %v", got, err)
			}
			keys[i] = def.Key()
		})
	}
	wg.Wait()
	for _, key := range keys {
		if key != keys[0] {
			t.Errorf("keys differ: %s and %s", key, keys[0])
		}
	}
}
