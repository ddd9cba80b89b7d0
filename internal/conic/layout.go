package conic

import (
	"slices"

	"github.com/argmin-go/argmin/cone"
	"github.com/argmin-go/argmin/num"
)

// cones are cones of one kind whose rows follow each other.
type cones interface {
	rows() int
	// degree is the parameter of their barrier: sᵀz is degree times the weight on the central path.
	degree() int
	// central is the point s = z of the central path with weight 1.
	central() []float64
	// scale is the scaling at a point, for a program that is at the weight mu of the central path.
	scale(s, z, mu array) scaled
	// entries are the places on and below the diagonal where the matrix H of a scaling has numbers. Rows from rows() on are of extra
	// variables, by which H is sparser.
	entries() (row, col []int)
	extra() int
	// tied is a number for each row: rows with the same one are scaled by the same factor.
	tied() []int
	// balanced is the logarithms of factors of the rows, nearest to those given for rows that have so many numbers, with which the cones stay what they are, up
	// to [lean].
	balanced(logs, count array) array
	// joint is terms of rows by which errors in the rows count: those of rows with a unit in common count together.
	joint(terms array) array
	// violation is how far slacks are outside of the cones, for such terms of their rows. Residual is how far they are from slacks that are inside.
	violation(slacks, residual, terms array) array
	// edge is the matrix of [polished] at v.
	edge(v array) block
	// complement is zero where s and z are those of the weight mu on the central path.
	complement(s, z, mu array) array
}

// block is a symmetric positive semidefinite matrix in the place of some cones.
type block interface {
	times(v array) array
	values() array // at the entries of the cones
	// half is the product with a matrix F, or with its transpose, for which FᵀF is the inverse of the block.
	half(v array, trans bool) array
}

// scaled is cones with the matrix H of the linearized complementarity ds + H dz = -target at a point.
type scaled interface {
	block // H
	// target of a step that is to reach the weight sigma, corrected by what the step ds, dz leaves out; without a
	// correction and for the weight 0 it is s.
	target(ds, dz, sigma array) array
	// reach is the longest step that stays inside of the cones, at most the one given.
	reach(ds, dz, most array, mu path) array
}

// path is the weight of the central path at a step of size alpha.
type path func(alpha array) array

// group is cones with their rows [lo, hi).
type group struct {
	cones
	lo, hi int
}

// layout is the rows of a program in the order of their kinds.
type layout struct {
	m      int
	order  []int32 // [m], the row of the program at each place; nil if it is the same
	place  []int32 // [m], the place of each row of the program
	groups []group
	cones  []cone.Cone // in this order
}

// narrow is the size up to which second-order cones have dense blocks in sparse matrices, as in GC.
const narrow = 4

// newLayout puts cones of a kind, and of a size where that matters, next to each other.
func newLayout(list []cone.Cone, sparse bool) layout {
	type key struct {
		kind  cone.Kind
		order int
	}
	at := make(map[key][]int)
	var keys []key
	first := make([]int, len(list))
	m := 0
	for i, c := range list {
		k := key{c.Kind, c.Order}
		if sparse && c.Kind == cone.KindSecondOrder && c.Dim > narrow {
			k.order = 1
		}
		if at[k] == nil {
			keys = append(keys, k)
		}
		at[k], first[i] = append(at[k], i), m
		m += c.Dim
	}
	slices.SortStableFunc(keys, func(a, b key) int { return int(a.kind) - int(b.kind) })
	l := layout{m: m, place: make([]int32, m)}
	for _, k := range keys {
		lo := len(l.order)
		var same []cone.Cone
		for _, i := range at[k] {
			same, l.cones = append(same, list[i]), append(l.cones, list[i])
			for r := range list[i].Dim {
				l.place[first[i]+r] = int32(len(l.order))
				l.order = append(l.order, int32(first[i]+r))
			}
		}
		if hi := len(l.order); hi > lo {
			l.groups = append(l.groups, group{grouped(k.kind, same, k.order > 0), lo, hi})
		}
	}
	if slices.IsSorted(l.order) {
		l.order = nil
	}
	return l
}

// grouped are cones of one kind, and of one size if they are matrices; wide are second-order cones whose matrices have extra variables.
func grouped(kind cone.Kind, list []cone.Cone, wide bool) cones {
	switch kind {
	case cone.KindZero:
		return zeros(cone.Rows(list))
	case cone.KindNonNegative:
		return nonNegative(cone.Rows(list))
	case cone.KindSecondOrder:
		return newSecondOrder(list, wide)
	case cone.KindPSD:
		return semidefinite{list[0].Order, len(list)}
	case cone.KindExponential:
		return nonsymmetric{barrier: exponential{len(list)}, k: len(list)}
	case cone.KindPower:
		return nonsymmetric{barrier: newPower(list), k: len(list)}
	}
	panic("conic: no such cone: " + kind.String())
}

// extra is how many extra variables matrices have.
func (l layout) extra() int {
	n := 0
	for _, g := range l.groups {
		n += g.extra()
	}
	return n
}

// equations is the number of rows that are equations, which come first.
func (l layout) equations() int {
	if len(l.groups) == 0 {
		return 0
	}
	if _, ok := l.groups[0].cones.(zeros); !ok {
		return 0
	}
	return l.groups[0].hi
}

// degree is that of all cones.
func (l layout) degree() int {
	n := 0
	for _, g := range l.groups {
		n += g.degree()
	}
	return n
}

// central is the point of weight 1.
func (l layout) central(d num.DType) array {
	v := make([]float64, 0, l.m)
	for _, g := range l.groups {
		v = append(v, g.central()...)
	}
	return num.New(v, len(v)).AsType(d)
}

// inequality is 1 for the rows that are not equations.
func (l layout) inequality(like array) array {
	v := repeated(l.m, 1)
	for _, g := range l.groups {
		if _, ok := g.cones.(zeros); ok {
			clear(v[g.lo:g.hi])
		}
	}
	return num.New(v, l.m).AsType(like.DType())
}

// tie gives the function that puts the largest of the rows that are scaled together in the place of each of them.
func (l layout) tie() func(rows array) array {
	var parts []func(array) array
	for _, g := range l.groups {
		parts = append(parts, tie(g.tied()))
	}
	return func(rows array) array {
		return l.each(rows, func(i int, g group) array { return parts[i](rows.Range(g.lo, g.hi)) })
	}
}

// tie is [layout.tie] for rows of which those with the same number, from 0 on and ascending, go together. They are laid side by side in a matrix, where that
// is not much larger than they are.
func tie(ids []int) func(rows array) array {
	sizes := make([]int, ids[len(ids)-1]+1)
	for _, t := range ids {
		sizes[t]++
	}
	k, most := len(sizes), slices.Max(sizes)
	to := indices(ids)
	switch {
	case most == 1:
		return func(rows array) array { return rows }
	case slices.Min(sizes) == most:
		return func(rows array) array {
			return rows.Reshape(k, most).Max(1).ExpandDims(1).BroadcastTo(k, most).Reshape(len(ids))
		}
	case k*most > 4*len(ids):
		return func(rows array) array { return num.SegmentMax(rows, to, k).Take(to, 0) }
	}
	at := make([]int32, 0, k*most)
	first := 0
	for _, n := range sizes {
		for j := range most {
			at = append(at, int32(first+min(j, n-1)))
		}
		first += n
	}
	return func(rows array) array {
		return rows.Take(num.New(at, len(at)), 0).Reshape(k, most).Max(1).Take(to, 0)
	}
}

// arranged is a vector of the program's rows in the layout's order, and back is the reverse.
func (l layout) arranged(v array) array {
	if l.order == nil {
		return v
	}
	return v.Take(indices(l.order), 0)
}

func (l layout) back(v array) array {
	if l.order == nil {
		return v
	}
	return v.Take(indices(l.place), 0)
}

// blocks is the blocks of all groups.
type blocks struct {
	layout layout
	parts  []block
}

func (b blocks) times(v array) array {
	return b.layout.each(v, func(i int, g group) array { return b.parts[i].times(v.Range(g.lo, g.hi)) })
}

func (b blocks) values(like array) array {
	return b.layout.each(like, func(i int, _ group) array { return b.parts[i].values() })
}

// half is that of all blocks but the equations, which have no inverse; v has the other rows.
func (b blocks) half(v array, trans bool) array {
	k := b.layout.equations()
	var out []array
	for i, g := range b.layout.groups {
		if g.lo >= k {
			out = append(out, b.parts[i].half(v.Range(g.lo-k, g.hi-k), trans))
		}
	}
	return num.Concat(0, out...)
}

// each applies f to each group and lays the results end to end.
func (l layout) each(like array, f func(i int, g group) array) array {
	if len(l.groups) == 0 {
		return num.Full(like.DType(), 0, 0)
	}
	out := make([]array, len(l.groups))
	for i, g := range l.groups {
		out[i] = f(i, g)
	}
	return num.Concat(0, out...)
}

// scaling is the scalings of all groups.
type scaling struct {
	blocks
	scaled []scaled
}

func (l layout) scale(s, z, mu array) scaling {
	sc := scaling{blocks: blocks{layout: l}}
	for _, g := range l.groups {
		p := g.scale(s.Range(g.lo, g.hi), z.Range(g.lo, g.hi), mu)
		sc.scaled, sc.parts = append(sc.scaled, p), append(sc.parts, p)
	}
	return sc
}

func (sc scaling) target(ds, dz, sigma array) array {
	return sc.layout.each(ds, func(i int, g group) array {
		return sc.scaled[i].target(ds.Range(g.lo, g.hi), dz.Range(g.lo, g.hi), sigma)
	})
}

// reach is the longest step up to most: that of each group, of which the last ones try theirs within those of the others.
func (sc scaling) reach(ds, dz, most array, mu path) array {
	for i, p := range sc.scaled {
		g := sc.layout.groups[i]
		most = p.reach(ds.Range(g.lo, g.hi), dz.Range(g.lo, g.hi), most, mu)
	}
	return most
}

func indices[T int | int32](v []T) array {
	out := make([]int32, len(v))
	for i, x := range v {
		out[i] = int32(x)
	}
	return num.New(out, len(out))
}

func repeated(n int, v float64) []float64 {
	out := make([]float64, n)
	for i := range out {
		out[i] = v
	}
	return out
}

func counted(n int) []int {
	out := make([]int, n)
	for i := range out {
		out[i] = i
	}
	return out
}
