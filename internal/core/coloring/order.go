package coloring

import "slices"

// The orders in which the greedy method meets the columns (Coleman & Moré, 1983, section 3).

func (g *graph) degrees() []int32 {
	d := make([]int32, g.p.Cols)
	for j := range d {
		g.neighbors(j, func(int) { d[j]++ })
	}
	return d
}

// largestFirst orders by the number of neighbors, descending (Welsh & Powell, 1967).
func (g *graph) largestFirst() []int32 {
	d := g.degrees()
	order := natural(len(d))
	slices.SortStableFunc(order, func(a, b int32) int { return int(d[b]) - int(d[a]) })
	return order
}

func natural(n int) []int32 {
	order := make([]int32, n)
	for i := range order {
		order[i] = int32(i)
	}
	return order
}

// smallestLast takes, from the last place to the first, the column with the fewest neighbors among those
// that are left (Matula, Marble & Isaacson, 1972).
func (g *graph) smallestLast() []int32 {
	q := newBuckets(g.degrees())
	order := make([]int32, g.p.Cols)
	for at := len(order) - 1; at >= 0; at-- {
		j := q.takeLeast()
		order[at] = int32(j)
		g.neighbors(j, func(k int) { q.move(k, -1) })
	}
	return order
}

// incidence takes next the column with the most neighbors among those that were taken (Coleman &
// Moré, 1983).
func (g *graph) incidence() []int32 {
	n := g.p.Cols
	rank := make([]int32, n) // the number of neighbors that are left out
	for j := range rank {
		rank[j] = int32(n)
	}
	q := newBuckets(rank)
	order := make([]int32, n)
	for at := range order {
		j := q.takeLeast()
		order[at] = int32(j)
		g.neighbors(j, func(k int) { q.move(k, -1) })
	}
	return order
}

// buckets are vertices by a key that changes by little: doubly linked lists, one for each key.
type buckets struct {
	key        []int32
	first      []int32 // of each key, -1 for none
	next, prev []int32 // -1 at the ends, and -2 in prev for a vertex that was taken
	least      int
}

func newBuckets(key []int32) *buckets {
	n := len(key)
	q := &buckets{key: key, next: make([]int32, n), prev: make([]int32, n)}
	top := int32(0)
	for _, k := range key {
		top = max(top, k)
	}
	q.first = slices.Repeat([]int32{-1}, int(top)+1)
	for v := n - 1; v >= 0; v-- {
		q.put(int32(v))
	}
	return q
}

func (q *buckets) put(v int32) {
	k := q.key[v]
	f := q.first[k]
	q.next[v], q.prev[v], q.first[k] = f, -1, v
	if f >= 0 {
		q.prev[f] = v
	}
}

func (q *buckets) drop(v int32) {
	n, p := q.next[v], q.prev[v]
	if n >= 0 {
		q.prev[n] = p
	}
	if p >= 0 {
		q.next[p] = n
	} else {
		q.first[q.key[v]] = n
	}
}

// takeLeast takes a vertex with the smallest key.
func (q *buckets) takeLeast() int {
	for q.first[q.least] < 0 {
		q.least++
	}
	v := q.first[q.least]
	q.drop(v)
	q.prev[v] = -2
	return int(v)
}

// move changes the key of a vertex that was not taken.
func (q *buckets) move(v int, by int32) {
	if q.prev[v] == -2 {
		return
	}
	q.drop(int32(v))
	q.key[v] += by
	q.put(int32(v))
	q.least = min(q.least, int(q.key[v]))
}
