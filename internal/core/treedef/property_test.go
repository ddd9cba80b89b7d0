package treedef_test

import (
	"fmt"
	"maps"
	"reflect"
	"slices"
	"strconv"
	"testing"

	"pgregory.net/rapid"

	"github.com/argmin-go/argmin/internal/core/treedef"
)

// maker makes a value out of bytes: equal bytes give equal structures, and any
// bytes give some value. It asks for its leaves in the order that Flatten must
// return them.
type maker struct {
	bytes []byte
	leaf  func() leaf
}

// masked and numbered return the same value with equal and with numbered leaves.
func masked(bytes []byte) any {
	m := maker{bytes, func() leaf { return leaf{} }}
	return m.any(4)
}

func numbered(bytes []byte) (v any, n int) {
	m := maker{bytes, func() leaf { n++; return l(n - 1) }}
	v = m.any(4)
	return v, n
}

// pick returns a number below n.
func (m *maker) pick(n int) int {
	if len(m.bytes) == 0 {
		return 0
	}
	b := int(m.bytes[0])
	m.bytes = m.bytes[1:]
	return b % n
}

func many[T any](m *maker, one func() T) []T {
	n := m.pick(4)
	if n == 0 {
		return nil
	}
	s := make([]T, n-1)
	for i := range s {
		s[i] = one()
	}
	return s
}

func named[K ~string | ~int16 | ~float64, T any](m *maker, key func(int) K, one func() T) map[K]T {
	n := m.pick(4)
	if n == 0 {
		return nil
	}
	all := map[K]T{}
	for range n - 1 {
		all[key(m.pick(200)-100)] = *new(T)
	}
	for _, k := range slices.Sorted(maps.Keys(all)) {
		all[k] = one()
	}
	return all
}

func maybe[T any](m *maker, one func() T) *T {
	if m.pick(2) == 0 {
		return nil
	}
	return ptr(one())
}

func (m *maker) layer() layer { return layer{m.leaf(), m.leaf()} }

func (m *maker) model(depth int) model {
	v := model{Layers: many(m, m.layer), Bias: named(m, strconv.Itoa, m.leaf), Act: activation(m.pick(3))}
	v.Drop = maybe(m, m.leaf)
	v.Extra = m.any(depth - 1)
	v.seed = uint64(m.pick(3))
	return v
}

func (m *maker) list() *list {
	if m.pick(3) == 0 {
		return nil
	}
	return &list{Next: m.list(), W: m.leaf()}
}

func (m *maker) static() any {
	number := func() int { return m.pick(3) }
	switch m.pick(9) {
	case 0:
		return number()
	case 1:
		return "nil} "[:m.pick(6)]
	case 2:
		return float64(number()) / 4
	case 3:
		return many(m, number)
	case 4:
		return many(m, func() string { return ` "]`[:m.pick(4)] })
	case 5:
		return named(m, strconv.Itoa, number)
	case 6:
		return maybe(m, number)
	case 7:
		return options{Tol: maybe(m, func() float64 { return float64(number()) }), Hist: many(m, number)}
	}
	return [2]*activation{maybe(m, func() activation { return activation(number()) })}
}

func (m *maker) any(depth int) any {
	kinds := 14
	if depth == 0 {
		kinds = 7
	}
	next := func() any { return m.any(depth - 1) }
	switch m.pick(kinds) {
	case 0:
		return nil
	case 1:
		return m.leaf()
	case 2:
		return m.static()
	case 3:
		return many(m, m.leaf)
	case 4:
		return [2]layer{m.layer(), m.layer()}
	case 5:
		return m.list()
	case 6:
		return withBase{base{m.leaf(), m.pick(2), "x"[m.pick(2):]}, m.leaf()}
	case 7:
		return many(m, next)
	case 8:
		return named(m, func(i int) activationName { return activationName(strconv.Itoa(i)) }, next)
	case 9:
		return named(m, func(i int) int16 { return int16(i) }, func() []leaf { return many(m, m.leaf) })
	case 10:
		return m.model(depth)
	case 11:
		return maybe(m, func() model { return m.model(depth) })
	case 12:
		return [2]any{next(), next()}
	}
	return named(m, func(i int) float64 { return float64(i) / 8 }, next)
}

type activationName string

// checkOne checks a value on its own.
func checkOne(t fataler, bytes []byte) *treedef.Def {
	t.Helper()
	v, n := numbered(bytes)
	leaves, def := checkRoundTrip(t, v)
	if len(leaves) != n {
		t.Fatalf("%d leaves, want %d of %#v", len(leaves), n, v)
	}
	for i, path := range def.Paths() {
		if leaves[i].id != i {
			t.Fatalf("leaf %d is number %d of %#v", i, leaves[i].id, v)
		}
		if got, err := lookUp(reflect.ValueOf(v), path); err != nil || got != leaves[i] {
			t.Fatalf("at %q: %v, %v; want leaf %d of %#v", path, got, err, i, v)
		}
	}
	return def
}

// checkTwo checks that equal keys mean equal structures and the reverse.
func checkTwo(t fataler, a, b []byte) {
	t.Helper()
	x, y := checkOne(t, a), checkOne(t, b)
	want := reflect.DeepEqual(masked(a), masked(b))
	if got := x.Key() == y.Key(); got != want {
		t.Fatalf("equal keys: %v, equal structures: %v\n%s\n%s", got, want, x.Key(), y.Key())
	}
	if got := x.Equal(y); got != want {
		t.Fatalf("Equal = %v, want %v\n%s\n%s", got, want, x.Key(), y.Key())
	}
	err := treedef.Compare(x, y, "v")
	if got := err == nil; got != want {
		t.Fatalf("Compare = %v, equal structures: %v\n%s\n%s", err, want, x.Key(), y.Key())
	}
	if err == nil {
		return
	}
	// The message must be about one place, not the fallback.
	if e := err.(*treedef.Error); len(e.Reason) > 13 && e.Reason[:13] == "got structure" {
		t.Fatalf("no place found: %v", err)
	}
}

// lookUp follows a path as a reader would.
func lookUp(v reflect.Value, path string) (leaf, error) {
	for {
		for v.Kind() == reflect.Interface || v.Kind() == reflect.Pointer {
			v = v.Elem()
		}
		if path == "" {
			return v.Interface().(leaf), nil
		}
		end := 1
		for end < len(path) && path[end] != '.' && path[end] != '[' || path[0] == '[' && path[end-1] != ']' {
			end++
		}
		step := path[1:end]
		path = path[end:]
		switch v.Kind() {
		case reflect.Struct:
			v = v.FieldByName(step)
		case reflect.Map:
			// Keys here print as they are, but for the quotes of strings.
			found := false
			for it := v.MapRange(); it.Next() && !found; {
				k := fmt.Sprint(it.Key())
				if it.Key().Kind() == reflect.String {
					k = strconv.Quote(k)
				}
				if found = k == step[:len(step)-1]; found {
					v = it.Value()
				}
			}
			if !found {
				return leaf{}, fmt.Errorf("no key %s", step)
			}
		default:
			i, err := strconv.Atoi(step[:len(step)-1])
			if err != nil {
				return leaf{}, err
			}
			v = v.Index(i)
		}
	}
}

func TestProperties(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		a := rapid.SliceOfN(rapid.Byte(), 30, 80).Draw(t, "a")
		// Mostly close to a: far values differ at once.
		b := slices.Clone(a)
		for range rapid.IntRange(0, 2).Draw(t, "changes") {
			b[rapid.IntRange(0, len(b)-1).Draw(t, "at")] = rapid.Byte().Draw(t, "byte")
		}
		checkTwo(t, a, b)
	})
}

func FuzzRoundTrip(f *testing.F) {
	f.Add([]byte{10, 3, 1, 2, 3, 4, 5, 6}, []byte{10, 3, 1, 2, 3, 4, 5, 7})
	f.Add([]byte{7, 3, 2, 0, 1, 2, 1, 2}, []byte{7, 3, 2, 0, 1, 2, 1})
	f.Add([]byte{8, 3, 50, 60, 1, 1}, []byte{8, 3, 50, 61, 1, 1})
	f.Add([]byte{11, 1, 0, 0}, []byte{11, 0})
	f.Fuzz(func(t *testing.T, a, b []byte) { checkTwo(t, a, b) })
}
