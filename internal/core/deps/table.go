package deps

import (
	"math"
	"math/bits"
	"slices"
)

// Set is the number of a set of inputs in a [Table]. 0 is the empty one.
type Set = int32

// Table has the sets that an interpretation met, each once.
type Table struct {
	n       int
	all     Set     // the set of all inputs; larger numbers are those of stored sets
	inputs  []int32 // 0 … n-1: input j by itself is the set j+1
	ptr     []int   // the elements of stored set i are at data[ptr[i]:ptr[i+1]], increasing
	data    []int32 //
	slots   []Set   // an open hash table of the stored sets, 0 where it is empty
	recent  []pair  // unions of two, by a hash of both
	seen    []uint32
	stamp   uint32
	scratch []int32

	room, work int // elements that may still be stored, and read
	steps      int // equations of loops that may still be interpreted, see [Table.Steps]
}

type pair struct{ a, b, union Set }

// What a table may store and read before it gives up telling sets apart: [DefaultRoom] elements take
// 128 MiB and less than a second.
const (
	DefaultRoom    = 1 << 25
	readsPerStored = 32
)

// recentPairs is how many unions are remembered at most, a few hundred kilobytes.
const recentPairs = 1 << 14

// NewTable is a table of sets of n inputs. It stores at most room elements: unions beyond that are
// the set of all inputs.
func NewTable(n, room int) *Table {
	t := &Table{n: n, all: Set(n + 1), inputs: make([]int32, n), ptr: []int{0}, slots: make([]Set, 64),
		recent: make([]pair, powerOfTwo(min(4*n, recentPairs))), seen: make([]uint32, n), room: room, steps: maxSteps}
	t.work = room
	if room < math.MaxInt/readsPerStored {
		t.work *= readsPerStored
	}
	for i := range t.inputs {
		t.inputs[i] = int32(i)
	}
	return t
}

// powerOfTwo is the smallest power of two that is not less than n.
func powerOfTwo(n int) int { return 1 << bits.Len(uint(max(n, 1)-1)) }

// All is the set of all inputs, which also stands for sets that were too many to store.
func (t *Table) All() Set {
	if t.n == 0 {
		return 0
	}
	if t.n == 1 {
		return 1
	}
	return t.all
}

// Exhausted reports whether the table gave up telling sets apart.
func (t *Table) Exhausted() bool { return t.room < 0 || t.work < 0 }

// Elements are the inputs in a set, in increasing order, not to be modified.
func (t *Table) Elements(s Set) []int32 {
	switch {
	case s == 0:
		return nil
	case s < t.all:
		return t.inputs[s-1 : s]
	case s == t.all:
		return t.inputs
	}
	i := int(s - t.all - 1)
	return t.data[t.ptr[i]:t.ptr[i+1]]
}

// Size is the number of inputs in a set.
func (t *Table) Size(s Set) int { return len(t.Elements(s)) }

// Union is the union of two sets.
func (t *Table) Union(a, b Set) Set {
	if a > b {
		a, b = b, a
	}
	switch {
	case a == b || a == 0:
		return b
	case a == t.all || b == t.all:
		return t.All()
	}
	h := uint32(a)*0x9E3779B1 ^ uint32(b)*0x85EBCA77
	memo := &t.recent[int(h^h>>15)&(len(t.recent)-1)]
	if memo.a == a && memo.b == b {
		return memo.union
	}
	u := t.join(a, b)
	*memo = pair{a, b, u}
	return u
}

// join merges two sets that are neither empty nor all.
func (t *Table) join(a, b Set) Set {
	x, y := t.Elements(a), t.Elements(b)
	if len(x) > len(y) {
		a, b, x, y = b, a, y, x
	}
	if len(x)*16 < len(y) { // often a part of the other
		if within(x, y) {
			return b
		}
	}
	t.work -= len(x) + len(y)
	z := t.scratch[:0]
	for len(x) > 0 && len(y) > 0 {
		switch {
		case x[0] < y[0]:
			z, x = append(z, x[0]), x[1:]
		case x[0] > y[0]:
			z, y = append(z, y[0]), y[1:]
		default:
			z, x, y = append(z, x[0]), x[1:], y[1:]
		}
	}
	z = append(append(z, x...), y...)
	t.scratch = z
	return t.intern(z)
}

// within reports whether the elements x are all in y.
func within(x, y []int32) bool {
	for _, v := range x {
		i, ok := slices.BinarySearch(y, v)
		if !ok {
			return false
		}
		y = y[i:]
	}
	return true
}

// Join is the union of any number of sets.
func (t *Table) Join(sets []Set) Set {
	switch len(sets) {
	case 0:
		return 0
	case 1:
		return sets[0]
	case 2:
		return t.Union(sets[0], sets[1])
	}
	if t.stamp == math.MaxUint32 {
		clear(t.seen)
		t.stamp = 0
	}
	t.stamp++
	z := t.scratch[:0]
	last, some := Set(0), Set(0)
	for _, s := range sets {
		if s == last || s == 0 {
			continue
		}
		if s == t.all {
			return t.All()
		}
		last, some = s, s
		elements := t.Elements(s)
		t.work -= len(elements)
		for _, v := range elements {
			if t.seen[v] != t.stamp {
				t.seen[v] = t.stamp
				z = append(z, v)
			}
		}
	}
	t.scratch = z
	if len(z) == t.Size(some) {
		return some
	}
	if len(z) > t.n/16 {
		z = z[:0]
		for v, s := range t.seen {
			if s == t.stamp {
				z = append(z, int32(v))
			}
		}
	} else {
		slices.Sort(z)
	}
	return t.intern(z)
}

// intern is the number of the set with these elements, which it may store.
func (t *Table) intern(z []int32) Set {
	switch {
	case len(z) == 1:
		return z[0] + 1
	case len(z) == t.n || t.Exhausted():
		return t.All()
	}
	at := t.slot(z)
	if s := t.slots[at]; s != 0 {
		return s
	}
	if t.room -= len(z); t.room < 0 || len(t.ptr) >= math.MaxInt32-t.n-1 {
		t.room = -1
		return t.All()
	}
	s := t.all + Set(len(t.ptr))
	t.data = append(t.data, z...)
	t.ptr = append(t.ptr, len(t.data))
	t.slots[at] = s
	if 2*len(t.ptr) > len(t.slots) {
		t.grow()
	}
	return s
}

// slot is where the set with these elements is in the hash table, or an empty place for it.
func (t *Table) slot(z []int32) int {
	h := uint64(len(z))
	for _, v := range z {
		h = (h ^ uint64(uint32(v))) * 0x9E3779B97F4A7C15
		h ^= h >> 29
	}
	mask := len(t.slots) - 1
	at := int(h) & mask
	for t.slots[at] != 0 && !slices.Equal(t.Elements(t.slots[at]), z) {
		at = (at + 1) & mask
	}
	return at
}

// grow doubles the hash table.
func (t *Table) grow() {
	t.slots = make([]Set, 2*len(t.slots))
	for i := range len(t.ptr) - 1 {
		s := t.all + Set(i) + 1
		t.slots[t.slot(t.Elements(s))] = s
	}
}
