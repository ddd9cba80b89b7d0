package sparse

import "math"

// quotient is a symmetric graph under elimination, from which [Order] takes one variable of
// least approximate degree after the other.
//
// P. Amestoy, T. Davis and I. Duff, "An approximate minimum degree ordering algorithm", SIAM
// J. Matrix Anal. Appl. 17 (1996): an eliminated variable becomes an element, the clique of
// its neighbours, kept as one list; an element that another one covers is absorbed by it;
// variables with the same neighbours are merged to one, of a greater size; degrees are upper
// bounds, found in a time that goes with the lists. Variables of very many neighbours are
// taken out at the start and come last; see dense.
type quotient struct {
	lists  []int32 // of all variables and elements, from 0 to free
	free   int
	start  []int   // where the list of i begins
	length []int32 // how many entries it has
	elems  []int32 // how many of a variable's list are elements; they come first
	kind   []uint8
	size   []int32 // matrix columns that variable i stands for; 0 if merged or gone, negative while i is in the pivot's element
	degree []int32 // bound of a variable's neighbours, size of an element, both in matrix columns
	left   int32   // matrix columns not eliminated

	mark []int64 // of element e, at least tag: tag + |Le \ Lme|; of anything: equal to tag if met
	tag  int64

	head       []int32 // first variable of each degree, or -1
	next, prev []int32
	least      int32 // no variable has a smaller degree

	bucket, chain []int32 // variables of the pivot's element by a hash of their lists
	hash          []int32

	follower, lastFollower []int32 // variables eliminated together with i, in a chain
	order                  []int32
}

const (
	isVariable = iota
	isElement
	isGone
)

// newQuotient starts from the graph g.
func newQuotient(g graph) *quotient {
	n := g.n()
	room := len(g.adj) + len(g.adj)/5 + n
	q := &quotient{
		lists: make([]int32, room), start: make([]int, n), length: make([]int32, n), elems: make([]int32, n),
		kind: make([]uint8, n), size: filled(n, 1), degree: make([]int32, n), left: int32(n),
		mark: make([]int64, n), tag: 1,
		next: make([]int32, n), prev: make([]int32, n),
		head: filled(n+1, -1), bucket: filled(n, -1), chain: make([]int32, n), hash: make([]int32, n),
		follower: filled(n, -1), lastFollower: make([]int32, n),
		order: make([]int32, 0, n),
	}
	q.free = copy(q.lists, g.adj)
	for i := range n {
		degree := int32(len(g.row(i)))
		q.start[i], q.length[i], q.degree[i], q.lastFollower[i] = g.ptr[i], degree, degree, int32(i)
	}
	return q
}

// filled is n copies of v.
func filled(n int, v int32) []int32 {
	x := make([]int32, n)
	for i := range x {
		x[i] = v
	}
	return x
}

// run returns the vertices in the order of elimination, or, where stop says so, too few of them.
func (q *quotient) run(stop Stop) []int32 {
	dense := q.dense()
	var last []int32
	for i := range q.size {
		if q.degree[i] > dense {
			last = append(last, int32(i))
		}
	}
	for _, i := range last {
		q.left--
		q.size[i], q.kind[i] = 0, isGone
	}
	q.least = q.left
	for i, k := range q.kind {
		if k == isVariable {
			q.insert(int32(i))
		}
	}
	for q.left > 0 && !stop.now() {
		q.eliminate(q.take())
	}
	return append(q.order, last...)
}

// tolerated is how many times as much as the entries of the matrix the squares of the degrees may be. A variable's list is read once for nearly each of
// its neighbours. A choice: the ordering then takes no longer than a few factorizations of such a matrix.
const tolerated = 100

// dense is the largest number of neighbours of a vertex that does not come last.
func (q *quotient) dense() int32 {
	// A vertex with more neighbours than that would be in nearly every list. The bound is the
	// one in the authors' program (Algorithm 837, ACM TOMS 30, 2004).
	most := int32(max(16, 10*math.Sqrt(float64(q.left))))
	const few = 256 // as many may a vertex always have, and more only as long as the lists are read in time
	count := make([]int, max(most, few)+1)
	work, entries := 0., len(q.size)
	for _, d := range q.degree {
		entries += int(d)
		if d <= most {
			count[d]++
			work += float64(d) * float64(d)
		}
	}
	for limit := tolerated * float64(entries); work > limit && most > few; most-- {
		work -= float64(count[most]) * float64(most) * float64(most)
	}
	return most
}

// insert puts variable i into the list of its degree.
func (q *quotient) insert(i int32) {
	d := min(q.degree[i], q.left)
	h := q.head[d]
	q.next[i], q.prev[i] = h, -1-d // the first one knows the degree
	if h >= 0 {
		q.prev[h] = i
	}
	q.head[d] = i
	q.least = min(q.least, d)
}

// remove takes variable i out of the list of its degree.
func (q *quotient) remove(i int32) {
	n, p := q.next[i], q.prev[i]
	if p >= 0 {
		q.next[p] = n
	} else {
		q.head[-1-p] = n
	}
	if n >= 0 {
		q.prev[n] = p
	}
}

// take removes a variable of least degree.
func (q *quotient) take() int32 {
	for q.head[q.least] < 0 {
		q.least++
	}
	me := q.head[q.least]
	q.remove(me)
	return me
}

// eliminate makes variable me an element.
func (q *quotient) eliminate(me int32) {
	q.left -= q.size[me]
	q.size[me] = 0
	q.emit(me)
	q.gather(me)
	q.outsides(me)
	q.degrees(me)
	q.mergeAlike(me)
	q.close(me)
}

// emit appends i, and all that was merged into it, to the order.
func (q *quotient) emit(i int32) {
	for ; i >= 0; i = q.follower[i] {
		q.order = append(q.order, i)
	}
}

// gather makes the list of me the variables of its element: its neighbours and the variables of
// its elements, which it absorbs. Their sizes become negative.
func (q *quotient) gather(me int32) {
	need := 0
	for _, e := range q.list(me)[:q.elems[me]] {
		need += int(q.length[e])
	}
	need += int(q.length[me] - q.elems[me])
	q.reserve(need)
	begin, sum := q.free, int32(0)
	if q.elems[me] == 0 {
		begin = q.start[me] // the list is only shortened
	}
	to := begin
	add := func(variables []int32) {
		for _, i := range variables {
			if s := q.size[i]; s > 0 {
				q.size[i] = -s
				sum += s
				q.lists[to] = i
				to++
				q.remove(i)
			}
		}
	}
	mine := q.list(me)
	for _, e := range mine[:q.elems[me]] {
		add(q.list(e))
		q.kind[e], q.length[e] = isGone, 0
	}
	add(mine[q.elems[me]:])
	if begin == q.free {
		q.free = to
	}
	q.start[me], q.length[me], q.kind[me] = begin, int32(to-begin), isElement
	q.degree[me] = sum
}

// list is the list of i.
func (q *quotient) list(i int32) []int32 { return q.lists[q.start[i]:][:q.length[i]] }

// reserve makes room for need entries at the end of the lists, by moving all together or
// else by growing.
func (q *quotient) reserve(need int) {
	if q.free+need <= len(q.lists) {
		return
	}
	// The first entry of each list is kept in start, and the list's owner in its place.
	for i := range q.start {
		if q.length[i] > 0 && q.kind[i] != isGone {
			at := q.start[i]
			q.start[i], q.lists[at] = int(q.lists[at]), int32(-1-i)
		}
	}
	to := 0
	for from := 0; from < q.free; {
		v := q.lists[from]
		if v >= 0 {
			from++
			continue
		}
		i := -1 - v
		n := int(q.length[i])
		copy(q.lists[to:], q.lists[from:from+n])
		q.lists[to] = int32(q.start[i])
		q.start[i] = to
		from, to = from+n, to+n
	}
	q.free = to
	if q.free+need > len(q.lists) {
		q.lists = append(q.lists, make([]int32, q.free+need-len(q.lists)+len(q.lists)/4)...)
	}
}

// outsides finds, for every element next to a variable of me's, how much of it lies outside
// me's element.
func (q *quotient) outsides(me int32) {
	for _, i := range q.list(me) {
		s := -q.size[i]
		for _, e := range q.list(i)[:q.elems[i]] {
			if q.kind[e] != isElement {
				continue
			}
			if q.mark[e] < q.tag {
				q.mark[e] = q.tag + int64(q.degree[e])
			}
			q.mark[e] -= int64(s)
		}
	}
}

// degrees bounds the degrees of the variables of me's element, shortens their lists, and
// sorts them into buckets by what is left in the lists.
func (q *quotient) degrees(me int32) {
	for _, i := range q.list(me) {
		list, n := q.list(i), int(q.elems[i])
		to, deg, hash := 0, int32(0), uint32(0)
		for _, e := range list[:n] {
			if q.kind[e] != isElement {
				continue
			}
			if out := q.mark[e] - q.tag; out > 0 {
				deg += int32(out)
				hash += uint32(e)
				list[to] = e
				to++
			} else { // it lies within me's element: absorbed, even if not next to me
				q.kind[e], q.length[e] = isGone, 0
			}
		}
		elems := to
		for _, j := range list[n:] {
			if s := q.size[j]; s > 0 { // neither gone nor in me's element
				deg += s
				hash += uint32(j)
				list[to] = j
				to++
			}
		}
		if to == 0 { // no other neighbours: it can follow me at once
			q.follow(me, i)
			continue
		}
		// me comes first. There is room: an element next to me, or me itself, has left the list.
		list = list[:to+1]
		list[to], list[elems], list[0] = list[elems], list[0], me
		q.length[i], q.elems[i] = int32(to+1), int32(elems+1)
		q.degree[i] = min(q.degree[i], deg)
		h := int32(hash % uint32(len(q.bucket)))
		q.hash[i] = h
		q.chain[i], q.bucket[h] = q.bucket[h], i
	}
	q.tag += int64(len(q.head)) // above all marks of elements
}

// follow eliminates variable i of me's element right after me.
func (q *quotient) follow(me, i int32) {
	q.left += q.size[i] // which is negative
	q.degree[me] += q.size[i]
	q.size[i], q.kind[i], q.length[i] = 0, isGone, 0
	q.emit(i)
}

// mergeAlike merges the variables of me's element that have the same lists.
func (q *quotient) mergeAlike(me int32) {
	for _, v := range q.list(me) {
		if q.size[v] == 0 {
			continue
		}
		i := q.bucket[q.hash[v]]
		q.bucket[q.hash[v]] = -1
		for ; i >= 0 && q.chain[i] >= 0; i = q.chain[i] {
			mine := q.list(i)
			for _, x := range mine {
				q.mark[x] = q.tag
			}
			for last, j := i, q.chain[i]; j >= 0; j = q.chain[j] {
				if q.alike(i, j) {
					q.merge(i, j)
					q.chain[last] = q.chain[j]
				} else {
					last = j
				}
			}
			q.tag++
		}
	}
}

// alike reports whether the list of j has just the marked entries of i's.
func (q *quotient) alike(i, j int32) bool {
	if q.length[i] != q.length[j] || q.elems[i] != q.elems[j] {
		return false
	}
	for _, x := range q.list(j) {
		if q.mark[x] != q.tag {
			return false
		}
	}
	return true
}

// merge adds variable j, of the pivot's element like i, to i.
func (q *quotient) merge(i, j int32) {
	q.size[i] += q.size[j]
	q.size[j], q.kind[j], q.length[j] = 0, isGone, 0
	q.follower[q.lastFollower[i]] = j
	q.lastFollower[i] = q.lastFollower[j]
}

// close drops from me's element what was merged or eliminated, and gives the others their
// degrees: what they have outside the element, and the rest of the element.
func (q *quotient) close(me int32) {
	list, to := q.list(me), 0
	for _, i := range list {
		if q.size[i] == 0 {
			continue
		}
		s := -q.size[i]
		q.size[i] = s
		q.degree[i] = min(q.degree[i]+q.degree[me]-s, q.left-s)
		q.insert(i)
		list[to] = i
		to++
	}
	q.length[me] = int32(to)
	if to == 0 {
		q.kind[me] = isGone
	}
}
