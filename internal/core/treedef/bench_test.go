package treedef_test

import (
	"testing"

	"github.com/argmin-go/argmin/internal/core/treedef"
)

type flat struct{ A, B, C leaf }

type flatStatic struct {
	A, B, C leaf
	Tol     float64
	Steps   int
}

type network struct {
	Layers []layer
	Norm   map[string]leaf
	Head   *layer
	Act    string
}

func benchValues() []struct {
	name  string
	value any
} {
	return []struct {
		name  string
		value any
	}{
		{"leaf", l(1)},
		{"struct3", flat{}},
		{"struct3+2statics", flatStatic{Tol: 1e-3, Steps: 10}},
		{"slice10", make([]leaf, 10)},
		{"map3", map[string]leaf{"w": l(1), "b": l(2), "scale": l(3)}},
		{"network", network{make([]layer, 4), map[string]leaf{"mean": l(1), "var": l(2)}, new(layer), "relu"}},
	}
}

func BenchmarkFlatten(b *testing.B) {
	for _, bb := range benchValues() {
		b.Run(bb.name, func(b *testing.B) {
			b.ReportAllocs()
			for b.Loop() {
				if _, _, err := treedef.Flatten[leaf](bb.value); err != nil {
					b.Fatal(err)
				}
			}
		})
	}
}

func BenchmarkFlattenInto(b *testing.B) {
	buf := make([]leaf, 0, 64)
	for _, bb := range benchValues() {
		b.Run(bb.name, func(b *testing.B) {
			b.ReportAllocs()
			for b.Loop() {
				if _, _, err := treedef.FlattenInto(buf, bb.value); err != nil {
					b.Fatal(err)
				}
			}
		})
	}
}

func BenchmarkUnflatten(b *testing.B) {
	for _, bb := range benchValues() {
		b.Run(bb.name, func(b *testing.B) {
			leaves, def, err := treedef.Flatten[leaf](bb.value)
			if err != nil {
				b.Fatal(err)
			}
			b.ReportAllocs()
			for b.Loop() {
				if _, err := treedef.Unflatten(def, leaves); err != nil {
					b.Fatal(err)
				}
			}
		})
	}
}

func BenchmarkUnflattenTo(b *testing.B) {
	leaves, def, err := treedef.Flatten[leaf](flat{})
	if err != nil {
		b.Fatal(err)
	}
	b.ReportAllocs()
	for b.Loop() {
		if _, err := treedef.UnflattenTo[flat](def, leaves); err != nil {
			b.Fatal(err)
		}
	}
}
