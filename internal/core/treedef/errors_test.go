package treedef_test

import (
	"errors"
	"math"
	"strings"
	"testing"

	"github.com/argmin-go/argmin/internal/core/treedef"
)

type hiddenLeaves struct {
	W leaf
	//lint:ignore U1000 its type is what is tested
	cache []leaf
}

type hiddenAny struct {
	W     leaf
	cache any
}

type embedsHidden struct {
	*base
	W leaf
}

//lint:ignore U1000 its type is what is tested
type embedsLeaf struct{ leaf }

type ring struct {
	Next *ring
	W    leaf
}

// plainRing has no leaves, and counts by value.
type plainRing struct {
	Next *plainRing
	N    int
}

//lint:ignore U1000 its type is what is tested
type recursive []recursive

func TestFlattenErrors(t *testing.T) {
	cycle := &ring{W: l(1)}
	cycle.Next = &ring{Next: cycle}
	staticCycle := &plainRing{N: 1}
	staticCycle.Next = staticCycle
	slice := make([]any, 1)
	slice[0] = slice
	mapped := map[string]any{}
	mapped["self"] = mapped
	var deep any = l(1)
	for range 20000 {
		deep = []any{deep}
	}
	var hidden any = &dense{l(1)}

	tests := []struct {
		name         string
		value        any
		path, reason string // reason: a part of it
	}{
		{"func", struct{ Opt struct{ F func(int) } }{struct{ F func(int) }{func(int) {}}}, ".Opt.F",
			"func func(int) cannot be compared, so it cannot be part of a tree: capture it in the closure instead"},
		{"func in any", map[string]any{"f": func() {}}, `["f"]`, "func func() cannot be compared"},
		{"func in static map", map[string]func(){"f": func() {}}, `["f"]`, "func func() cannot be compared"},
		{"chan", struct {
			W leaf
			C chan int
		}{}, ".C", "channel chan int cannot be part of a tree"},
		{"unexported leaf", hiddenLeaves{}, ".cache",
			"unexported field holds treedef_test.leaf and cannot be set: export it"},
		{"unexported leaf deep down", map[string]any{"m": []any{1, &struct{ In struct{ H hiddenLeaves } }{}}},
			`["m"][1].In.H.cache`, "unexported field holds treedef_test.leaf"},
		{"unexported any with a leaf", hiddenAny{cache: l(1)}, ".cache", "unexported field holds treedef_test.leaf"},
		{"unexported any with leaves", hiddenAny{cache: map[string]any{"a": []any{2, layer{}}}},
			`.cache["a"][1].W`, "unexported field holds treedef_test.leaf"},
		{"unexported any with a pointer", hiddenAny{cache: hidden}, ".cache", "unexported field holds treedef_test.leaf"},
		{"no leaves but an unexported any", struct{ in hiddenAny }{}, ".in", "unexported field holds treedef_test.leaf"},
		{"embedded unexported pointer", embedsHidden{}, ".base", "unexported field holds treedef_test.leaf"},
		{"embedded unexported leaf", embedsLeaf{}, ".leaf", "unexported field holds treedef_test.leaf"},
		{"struct keys", map[[2]int]leaf{}, "",
			"map with keys of type [2]int: keys must be strings, booleans, integers or floats"},
		{"any keys", []any{map[any]leaf{}}, "[0]", "map with keys of type interface {}"},
		{"leaf keys", map[leaf]int{}, "", "map with keys of type treedef_test.leaf"},
		{"leaf in any keys", []any{map[any]int{l(1): 1}}, "[0]", "map key holds treedef_test.leaf"},
		{"NaN key", []map[float64]leaf{{math.NaN(): l(1)}}, "[0]", "map key is NaN"},
		{"static NaN key", []any{map[[1]float32]int{{float32(math.NaN())}: 1}}, "[0][0]", "map key is NaN"},
		{"pointer cycle", cycle, ".Next.Next", "cyclic: a *treedef_test.ring contains itself"},
		{"static cycle", staticCycle, ".Next", "cyclic: a *treedef_test.plainRing contains itself"},
		{"slice cycle", slice, "[0]", "cyclic: a []interface {} contains itself"},
		{"map cycle", mapped, `["self"]`, "cyclic: a map[string]interface {} contains itself"},
		{"too deep", deep, strings.Repeat("[0]", 5000), "nested more than 10000 levels deep"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			leaves, def, err := treedef.Flatten[leaf](tt.value)
			var e *treedef.Error
			if !errors.As(err, &e) {
				t.Fatalf("Flatten = %v, %v, %v; want an *Error", leaves, def, err)
			}
			if e.Path != tt.path || !strings.Contains(e.Reason, tt.reason) {
				t.Errorf("error at %q: %s\nwant at %q: %s", e.Path, e.Reason, tt.path, tt.reason)
			}
		})
	}
}

func TestErrorText(t *testing.T) {
	for _, tt := range []struct {
		err  treedef.Error
		want string
	}{
		{treedef.Error{Path: "params.Layers[2].W", Reason: "missing key"}, "tree: params.Layers[2].W: missing key"},
		{treedef.Error{Reason: "nil structure"}, "tree: nil structure"},
	} {
		if got := tt.err.Error(); got != tt.want {
			t.Errorf("Error() = %q, want %q", got, tt.want)
		}
	}
}

func TestCompare(t *testing.T) {
	type params struct {
		Layers []layer
		Named  map[string][]leaf
		Next   *params
		Any    any
		Rate   float64
	}
	full := func(change func(*params)) params {
		p := params{
			Layers: make([]layer, 2),
			Named:  map[string][]leaf{"b": {l(1)}, "w": {l(2), l(3)}},
			Next:   &params{Layers: make([]layer, 1)},
			Any:    [1]any{layer{}},
			Rate:   0.5,
		}
		change(&p)
		return p
	}
	tests := []struct {
		name string
		got  any
		want string
	}{
		{"equal", full(func(p *params) {}), "<nil>"},
		{"other leaves", full(func(p *params) { p.Layers[1].W = l(9) }), "<nil>"},
		{"type", layer{}, "tree: params: got treedef_test.layer, want treedef_test.params"},
		{"nil any", nil, "tree: params: got nil, want treedef_test.params"},
		{"length", full(func(p *params) { p.Layers = p.Layers[1:] }), "tree: params.Layers: got length 1, want 2"},
		{"nil slice", full(func(p *params) { p.Layers = nil }), "tree: params.Layers: got nil, want []treedef_test.layer"},
		{"missing key", full(func(p *params) { delete(p.Named, "b") }), `tree: params.Named["b"]: missing key`},
		{"missing last key", full(func(p *params) { delete(p.Named, "w") }), `tree: params.Named["w"]: missing key`},
		{"unexpected key", full(func(p *params) { p.Named["c"] = nil }), `tree: params.Named["c"]: unexpected key`},
		{"unexpected last key", full(func(p *params) { p.Named["z"] = nil }), `tree: params.Named["z"]: unexpected key`},
		{"element", full(func(p *params) { p.Named["b"] = nil }), `tree: params.Named["b"]: got nil, want []treedef_test.leaf`},
		{"nil pointer", full(func(p *params) { p.Next.Next = new(params) }),
			"tree: params.Next.Next: got *treedef_test.params, want nil"},
		{"behind pointer", full(func(p *params) { p.Next.Rate = 2 }), "tree: params.Next.Rate: got static value 2, want 0"},
		{"behind any", full(func(p *params) { p.Any = [1]any{1} }), "tree: params.Any[0]: got int, want treedef_test.layer"},
		{"nil behind any", full(func(p *params) { p.Any = nil }), "tree: params.Any: got nil, want [1]interface {}"},
		{"static", full(func(p *params) { p.Rate = 0.25 }), "tree: params.Rate: got static value 0.25, want 0.5"},
		{"first of several", full(func(p *params) { p.Rate, p.Next = 0, nil }), "tree: params.Next: got nil, want *treedef_test.params"},
	}
	_, want, err := treedef.Flatten[leaf](full(func(*params) {}))
	if err != nil {
		t.Fatal(err)
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			_, got, err := treedef.Flatten[leaf](tt.got)
			if err != nil {
				t.Fatal(err)
			}
			if text := errText(treedef.Compare(want, got, "params")); text != tt.want {
				t.Errorf("Compare = %s\nwant      %s", text, tt.want)
			}
			if got.Equal(want) != (tt.want == "<nil>") || (got.Key() == want.Key()) != (tt.want == "<nil>") {
				t.Errorf("Equal = %v with keys\n%s\n%s", got.Equal(want), got.Key(), want.Key())
			}
		})
	}
}

func TestCompareLongStatic(t *testing.T) {
	_, a, _ := treedef.Flatten[leaf](make([]int, 1000))
	_, b, _ := treedef.Flatten[leaf](make([]int, 2000))
	want := "tree: x: got static value [" + strings.Repeat("0 ", 39) + "0... (4001 bytes), want"
	if got := errText(treedef.Compare(a, b, "x")); !strings.HasPrefix(got, want) {
		t.Errorf("Compare = %s\nwant      %s", got, want)
	}
	if got := errText(treedef.Compare(a, nil, "x")); got != "tree: x: nil structure" {
		t.Errorf("Compare with nil = %s", got)
	}
}
