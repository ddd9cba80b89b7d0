package treedef_test

import (
	"errors"
	"fmt"
	"log/slog"
	"math"
	"math/big"
	"os"
	"reflect"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"
	"unsafe"

	"github.com/argmin-go/argmin/internal/core/treedef"
)

// leaf stands for an array. It has a reference, as arrays do.
type leaf struct {
	id   int
	data *payload
}

// payload is too large for the allocator to put it together with other values,
// which would keep it alive.
type payload [64]byte

// Leaf can be embedded, being exported.
type Leaf struct{ ID int }

type layer struct{ W, B leaf }

type activation int

type base struct {
	Scale leaf
	Depth int
	note  string
}

type model struct {
	Layers []layer
	Bias   map[string]leaf
	Act    activation
	Drop   *leaf
	Extra  any
	seed   uint64
}

type withBase struct {
	base
	W leaf
}

type list struct {
	Next *list
	W    leaf
}

type options struct {
	Tol  *float64
	Hist []int
	Tags map[string]string
}

type data struct {
	X    leaf
	Opts options
	Log  *slog.Logger
	Wait time.Duration
}

type module interface{ Apply(leaf) leaf }

type dense struct{ W leaf }

func (dense) Apply(x leaf) leaf { return x }

type stack struct{ Modules []module }

// l returns a leaf.
func l(id int) leaf { return leaf{id: id} }

func ptr[T any](x T) *T { return &x }

// number replaces each leaf by one with its position as id.
func number(n int) []leaf {
	leaves := make([]leaf, n)
	for i := range leaves {
		leaves[i] = l(100 + i)
	}
	return leaves
}

// fataler is what *testing.T and *rapid.T have in common here.
type fataler interface {
	Helper()
	Fatalf(format string, args ...any)
}

// checkRoundTrip takes v apart and back together.
func checkRoundTrip(t fataler, v any) ([]leaf, *treedef.Def) {
	t.Helper()
	leaves, def, err := treedef.Flatten[leaf](v)
	if err != nil {
		t.Fatalf("Flatten(%#v): %v", v, err)
	}
	if got := def.NumLeaves(); got != len(leaves) {
		t.Fatalf("NumLeaves = %d, want %d", got, len(leaves))
	}
	if got := len(def.Paths()); got != len(leaves) {
		t.Fatalf("%d paths %q, want %d", got, def.Paths(), len(leaves))
	}
	got, err := treedef.Unflatten(def, leaves)
	if err != nil {
		t.Fatalf("Unflatten: %v", err)
	}
	if !reflect.DeepEqual(got, v) {
		t.Fatalf("Unflatten(Flatten(v)) = %#v, want %#v", got, v)
	}
	again, def2, err := treedef.Flatten[leaf](got)
	if err != nil || !slices.Equal(again, leaves) || !def.Equal(def2) || def.Key() != def2.Key() {
		t.Fatalf("second Flatten: %v, %v\nkey %s\nwas %s", again, err, def2.Key(), def.Key())
	}
	if err := treedef.Compare(def, def2, "v"); err != nil {
		t.Fatalf("Compare of equal structures: %v", err)
	}
	// Other leaves end up where their paths point, and nowhere else.
	other, err := treedef.Unflatten(def, number(len(leaves)))
	if err != nil {
		t.Fatalf("Unflatten of new leaves: %v", err)
	}
	leaves2, def3, err := treedef.Flatten[leaf](other)
	if err != nil || !slices.Equal(leaves2, number(len(leaves))) || !def.Equal(def3) {
		t.Fatalf("with new leaves: %v, %v", leaves2, err)
	}
	return leaves, def
}

func TestRoundTrip(t *testing.T) {
	const pkg = "treedef_test."
	logger := slog.New(slog.NewTextHandler(os.Stderr, nil))
	tests := []struct {
		name  string
		value any
		ids   []int
		paths []string
		key   string
	}{
		{"leaf", l(7), []int{7}, []string{""}, pkg + "leaf:*"},
		{"nil", nil, nil, nil, "nil"},
		{"static", 3, nil, nil, "int:3"},
		{"static string", "a\"b", nil, nil, `string:"a\"b"`},
		{"empty struct", struct{}{}, nil, nil, "struct {}:{}"},
		{"flat struct", layer{l(1), l(2)}, []int{1, 2}, []string{".W", ".B"}, pkg + "layer:{W:* B:*}"},
		{"array", [2]leaf{l(1), l(2)}, []int{1, 2}, []string{"[0]", "[1]"}, "[2]" + pkg + "leaf:[*]"},
		{"empty array", [0]leaf{}, nil, nil, "[0]" + pkg + "leaf:[*]"},
		{"slice", []leaf{l(1), l(2)}, []int{1, 2}, []string{"[0]", "[1]"}, "[]" + pkg + "leaf:[2]"},
		{"nil slice", []leaf(nil), nil, nil, "[]" + pkg + "leaf:nil"},
		{"empty slice", []leaf{}, nil, nil, "[]" + pkg + "leaf:[0]"},
		{"slice of structs", []layer{{l(1), l(2)}, {l(3), l(4)}}, []int{1, 2, 3, 4},
			[]string{"[0].W", "[0].B", "[1].W", "[1].B"}, "[]" + pkg + "layer:[2]"},
		{"map", map[string]leaf{"w": l(2), "b": l(1), "": l(0)}, []int{0, 1, 2},
			[]string{`[""]`, `["b"]`, `["w"]`}, "map[string]" + pkg + `leaf:{"" "b" "w"}`},
		{"nil map", map[string]leaf(nil), nil, nil, "map[string]" + pkg + "leaf:nil"},
		{"int map", map[int8]layer{10: {l(3), l(4)}, -2: {l(1), l(2)}}, []int{1, 2, 3, 4},
			[]string{"[-2].W", "[-2].B", "[10].W", "[10].B"}, "map[int8]" + pkg + "layer:{-2 10}"},
		{"uint map", map[uint]leaf{9: l(2), 1: l(1)}, []int{1, 2}, []string{"[1]", "[9]"}, "map[uint]" + pkg + "leaf:{1 9}"},
		{"float map", map[float32]leaf{.1: l(2), -1: l(1)}, []int{1, 2}, []string{"[-1]", "[0.1]"},
			"map[float32]" + pkg + "leaf:{-1 0.1}"},
		{"bool map", map[bool]leaf{true: l(2), false: l(1)}, []int{1, 2}, []string{"[false]", "[true]"},
			"map[bool]" + pkg + "leaf:{false true}"},
		{"named keys", map[activation][]leaf{3: {l(1)}, 4: nil}, []int{1}, []string{"[3][0]"},
			"map[" + pkg + "activation][]" + pkg + "leaf:{3:[1] 4:nil}"},
		{"pointer", &layer{l(1), l(2)}, []int{1, 2}, []string{".W", ".B"}, "*" + pkg + "layer:&{W:* B:*}"},
		{"nil pointer", (*layer)(nil), nil, nil, "*" + pkg + "layer:nil"},
		{"list", &list{&list{nil, l(1)}, l(2)}, []int{1, 2}, []string{".Next.W", ".W"},
			"*" + pkg + "list:&{Next:&{Next:nil W:*} W:*}"},
		{"any", []any{l(1), nil, 3, "x", []leaf{l(2)}}, []int{1, 2}, []string{"[0]", "[4][0]"},
			"[]interface {}:[(" + pkg + "leaf:*) nil (int:3) (string:\"x\") ([]" + pkg + "leaf:[1])]"},
		{"interface", stack{[]module{dense{l(1)}, &dense{l(2)}}}, []int{1, 2},
			[]string{".Modules[0].W", ".Modules[1].W"},
			pkg + "stack:{Modules:[(" + pkg + "dense:{W:*}) (*" + pkg + "dense:&{W:*})]}"},
		{"embedded", withBase{base{l(1), 4, "n"}, l(2)}, []int{1, 2}, []string{".base.Scale", ".W"},
			pkg + `withBase:{base.Scale:* base.Depth=4 base.note="n" W:*}`},
		{"model", model{
			Layers: []layer{{l(1), l(2)}}, Bias: map[string]leaf{"x": l(3)}, Act: 2,
			Extra: map[string]any{"k": l(4)}, seed: 9,
		}, []int{1, 2, 3, 4}, []string{".Layers[0].W", ".Layers[0].B", `.Bias["x"]`, `.Extra["k"]`},
			pkg + `model:{Layers:[1] Bias:{"x"} Act=2 Drop:nil Extra:(map[string]interface {}:{"k":(` + pkg + `leaf:*)}) seed=9}`},
		{"statics by value", data{l(1), options{ptr(0.5), []int{1, 2}, map[string]string{"b": "y", "a": "x"}}, nil, 5},
			[]int{1}, []string{".X"},
			pkg + `data:{X:* Opts={&0.5 [1 2] {"a":"x" "b":"y"}} Log=nil Wait=5}`},
		{"static by address", data{X: l(1), Log: logger}, []int{1}, []string{".X"},
			fmt.Sprintf("%sdata:{X:* Opts={nil nil nil} Log=@%p Wait=0}", pkg, logger)},
		{"nil func", struct {
			X leaf
			F func()
		}{X: l(1)}, []int{1}, []string{".X"}, "struct { X " + pkg + "leaf; F func() }:{X:* F=nil}"},
		{"zero size", struct {
			_ [0]func()
			X leaf
		}{X: l(1)}, []int{1}, []string{".X"}, "struct { _ [0]func(); X " + pkg + "leaf }:{X:*}"},
		{"odd statics", struct {
			X leaf
			U uintptr
			P unsafe.Pointer
			C complex64
			M map[[2]int]bool
		}{l(1), 5, nil, 1 + 2i, map[[2]int]bool{{2, 1}: true, {1, 2}: false}}, []int{1}, []string{".X"},
			"struct { X " + pkg + "leaf; U uintptr; P unsafe.Pointer; C complex64; M map[[2]int]bool }:" +
				"{X:* U=5 P=@0x0 C=(1+2i) M={[1 2]:false [2 1]:true}}"},
		{"mutex", struct {
			X  leaf
			mu *sync.Mutex
		}{X: l(1)}, []int{1}, []string{".X"}, "struct { X " + pkg + "leaf; mu *sync.Mutex }:{X:* mu=nil}"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			leaves, def := checkRoundTrip(t, tt.value)
			var ids []int
			for _, leaf := range leaves {
				ids = append(ids, leaf.id)
			}
			if !slices.Equal(ids, tt.ids) {
				t.Errorf("leaves %v, want %v", ids, tt.ids)
			}
			if got := def.Paths(); !slices.Equal(got, tt.paths) {
				t.Errorf("Paths() = %q, want %q", got, tt.paths)
			}
			if got := strings.ReplaceAll(def.Key(), "treedef_test.", pkg); got != tt.key {
				t.Errorf("Key() = %s\nwant    %s", got, tt.key)
			}
		})
	}
}

func TestEmbeddedLeaf(t *testing.T) {
	type params struct {
		Leaf
		Rest []Leaf
	}
	v := params{Leaf{1}, []Leaf{{2}}}
	leaves, def, err := treedef.Flatten[Leaf](v)
	if err != nil || !slices.Equal(leaves, []Leaf{{1}, {2}}) || !slices.Equal(def.Paths(), []string{".Leaf", ".Rest[0]"}) {
		t.Fatalf("Flatten = %v, %q, %v", leaves, def.Paths(), err)
	}
	if got, err := treedef.UnflattenTo[params](def, leaves); err != nil || !reflect.DeepEqual(got, v) {
		t.Fatalf("UnflattenTo = %v, %v", got, err)
	}
}

func TestStaticOfUnexportedType(t *testing.T) {
	// The value is shared, unexported parts and all.
	n := big.NewInt(1 << 40)
	when := time.Date(2020, 1, 2, 3, 4, 5, 6, time.UTC)
	type params struct {
		W    leaf
		N    *big.Int
		When time.Time
		err  error
	}
	v := params{l(1), n, when, os.ErrNotExist}
	_, def := checkRoundTrip(t, v)
	got, err := treedef.UnflattenTo[params](def, []leaf{l(2)})
	if err != nil || got.N != n || !got.When.Equal(when) || got.err != os.ErrNotExist {
		t.Errorf("UnflattenTo = %+v, %v", got, err)
	}
	v.err = os.ErrExist
	if _, other, _ := treedef.Flatten[leaf](v); other.Equal(def) {
		t.Errorf("structure does not depend on an unexported field: %s", def.Key())
	}
}

func TestNegativeZeroKey(t *testing.T) {
	_, a := checkRoundTrip(t, map[float64]leaf{0: l(1)})
	_, b := checkRoundTrip(t, map[float64]leaf{math.Copysign(0, -1): l(1)})
	if !a.Equal(b) {
		t.Errorf("equal keys make different structures %s and %s", a.Key(), b.Key())
	}
}

func TestSameNameDifferentType(t *testing.T) {
	inner := func() any {
		type layer struct{ W, B leaf }
		return layer{l(1), l(2)}
	}
	_, a := checkRoundTrip(t, layer{l(1), l(2)})
	_, b := checkRoundTrip(t, inner())
	if a.Key() == b.Key() || a.Equal(b) {
		t.Errorf("different types with one key %s", a.Key())
	}
	err := treedef.Compare(a, b, "params")
	if err == nil || !strings.Contains(err.Error(), "params: got treedef_test.layer") {
		t.Errorf("Compare = %v", err)
	}
}

func TestDifferentLeafTypes(t *testing.T) {
	_, a, _ := treedef.Flatten[leaf](layer{})
	b, c, _ := treedef.Flatten[int](layer{})
	if len(b) != 0 || a.Equal(c) {
		t.Errorf("leaf type does not count: %v", b)
	}
	if _, err := treedef.Unflatten(a, []int{1, 2}); err == nil {
		t.Error("Unflatten with another leaf type succeeded")
	}
}

func TestFlattenInto(t *testing.T) {
	buf := make([]leaf, 0, 8)
	leaves, _, err := treedef.FlattenInto(buf, layer{l(1), l(2)})
	if err != nil {
		t.Fatal(err)
	}
	leaves, _, err = treedef.FlattenInto(leaves, map[string]leaf{"a": l(3)})
	if err != nil || !slices.Equal(leaves, []leaf{l(1), l(2), l(3)}) {
		t.Fatalf("FlattenInto = %v, %v", leaves, err)
	}
	if &leaves[0] != &buf[:1][0] {
		t.Error("the given slice was not used")
	}
	after, def, err := treedef.FlattenInto(leaves, []any{l(4), func() {}})
	if err == nil || def != nil || len(after) != 3 {
		t.Errorf("after an error: %v, %v, %v", after, def, err)
	}
}

func TestUnflattenTo(t *testing.T) {
	_, def, _ := treedef.Flatten[leaf](dense{l(1)})
	leaves := []leaf{l(5)}
	if got, err := treedef.UnflattenTo[dense](def, leaves); err != nil || got != (dense{l(5)}) {
		t.Errorf("to its type: %v, %v", got, err)
	}
	if got, err := treedef.UnflattenTo[any](def, leaves); err != nil || got != (dense{l(5)}) {
		t.Errorf("to any: %v, %v", got, err)
	}
	if got, err := treedef.UnflattenTo[module](def, leaves); err != nil || got != (dense{l(5)}) {
		t.Errorf("to an interface: %v, %v", got, err)
	}
	if _, err := treedef.UnflattenTo[layer](def, leaves); errText(err) !=
		"tree: structure of type treedef_test.dense, want treedef_test.layer" {
		t.Errorf("to another type: %v", err)
	}
	if _, err := treedef.UnflattenTo[fmt.Stringer](def, leaves); err == nil {
		t.Error("to an interface it lacks: no error")
	}
	if _, err := treedef.UnflattenTo[dense](def, number(2)); errText(err) != "tree: got 2 leaves, want 1" {
		t.Errorf("with too many leaves: %v", err)
	}
	if _, err := treedef.UnflattenTo[dense](nil, leaves); errText(err) != "tree: nil structure" {
		t.Errorf("nil structure: %v", err)
	}
	_, def, _ = treedef.Flatten[leaf](nil)
	if got, err := treedef.UnflattenTo[module, leaf](def, nil); got != nil || err != nil {
		t.Errorf("nil to an interface: %v, %v", got, err)
	}
	if _, err := treedef.UnflattenTo[dense, leaf](def, nil); err == nil {
		t.Error("nil to a struct: no error")
	}
}

func errText(err error) string {
	if e := new(treedef.Error); errors.As(err, &e) {
		return e.Error()
	}
	return fmt.Sprint(err)
}

func TestOptionalLeaves(t *testing.T) {
	type tree struct {
		A leaf
		B leaf `tree:"omitzero"`
	}
	none, def := checkRoundTrip(t, tree{A: l(1)})
	if len(none) != 1 {
		t.Errorf("%d leaves, want 1: the zero leaf is absent", len(none))
	}
	both, def2 := checkRoundTrip(t, []tree{{l(1), l(2)}})
	if want := []string{"[0].A", "[0].B"}; len(both) != 2 || !slices.Equal(def2.Paths(), want) {
		t.Errorf("%d leaves at %v, want %v", len(both), def2.Paths(), want)
	}
	_, there := checkRoundTrip(t, tree{l(1), l(2)})
	if err := treedef.Compare(def, there, "x"); err == nil || err.Error() != "tree: x.B: got treedef_test.leaf, want nil" {
		t.Errorf("comparison says %v", err)
	}
}
