package convex

import (
	"cmp"
	"math"
	"slices"

	"github.com/argmin-go/argmin/num"
)

// coef is an affine expression in canonical form: each element is a sum of products of a number, at most one parameter and at
// most one variable. It is the sparse tensor of Agrawal et al. (2019), section 4.
type coef struct {
	shape   []int
	entries []entry
}

// entry is one product. Rows count the elements of the expression in the order of num.Ravel, columns the scalar variables of the program and
// pars the scalar parameters; none stands for no variable, or no parameter.
type entry struct {
	row, col, par int32
	val           float64
}

const none = -1

func size(shape []int) int {
	n := 1
	for _, d := range shape {
		n *= d
	}
	return n
}

func (c coef) size() int { return size(c.shape) }

// constantCoef has the elements of a constant.
func constantCoef(a num.Array) coef {
	c := coef{shape: a.Shape()}
	for i, v := range a.Float64s() {
		if v != 0 {
			c.entries = append(c.entries, entry{int32(i), none, none, v})
		}
	}
	return c
}

// fullCoef has the same constant in every element.
func fullCoef(v float64, shape ...int) coef { return constantCoef(num.Full(num.Float64, v, shape...)) }

// add is the sum of affine expressions of one shape, up to the order of axes of size 1.
func (c coef) add(ds ...coef) coef {
	n := len(c.entries)
	for _, d := range ds {
		n += len(d.entries)
	}
	sum := coef{c.shape, make([]entry, 0, n)}
	sum.entries = append(sum.entries, c.entries...)
	for _, d := range ds {
		sum.entries = append(sum.entries, d.entries...)
	}
	return sum
}

func (c coef) sub(d coef) coef { return c.add(d.scale(-1)) }

func (c coef) scale(v float64) coef {
	s := coef{c.shape, slices.Clone(c.entries)}
	for i := range s.entries {
		s.entries[i].val *= v
	}
	return s
}

func (c coef) reshape(shape ...int) coef { return coef{shape, c.entries} }

func (c coef) flat() coef { return c.reshape(c.size()) }

// scatter adds row r to row to[r] of an expression of another shape.
func (c coef) scatter(to []int32, shape ...int) coef {
	s := coef{shape, slices.Clone(c.entries)}
	for i := range s.entries {
		s.entries[i].row = to[s.entries[i].row]
	}
	return s
}

// gather takes row from[i] for row i, nothing for none.
func (c coef) gather(from []int32, shape ...int) coef {
	rows := c.rows()
	g := coef{shape: shape}
	for i, r := range from {
		if r == none {
			continue
		}
		for _, e := range rows.of(r) {
			e.row = int32(i)
			g.entries = append(g.entries, e)
		}
	}
	return g
}

// rows are the entries of a coef by row.
type rows struct {
	ptr     []int
	entries []entry
}

func (r rows) of(i int32) []entry { return r.entries[r.ptr[i]:r.ptr[i+1]] }

func (c coef) rows() rows {
	ptr := make([]int, c.size()+1)
	for _, e := range c.entries {
		ptr[e.row+1]++
	}
	for i := range c.size() {
		ptr[i+1] += ptr[i]
	}
	if slices.IsSortedFunc(c.entries, func(a, b entry) int { return cmp.Compare(a.row, b.row) }) {
		return rows{ptr, c.entries}
	}
	next, sorted := slices.Clone(ptr), make([]entry, len(c.entries))
	for _, e := range c.entries {
		sorted[next[e.row]] = e
		next[e.row]++
	}
	return rows{ptr, sorted}
}

// join is the product of two entries, of which at most one has a variable, and at most one a parameter.
func join(a, b entry, row int32) entry {
	return entry{row, max(a.col, b.col), max(a.par, b.par), a.val * b.val}
}

// times multiplies element by element.
func (c coef) times(d coef) coef {
	p, right := coef{shape: c.shape}, d.rows()
	for _, a := range c.entries {
		for _, b := range right.of(a.row) {
			p.entries = append(p.entries, join(a, b, a.row))
		}
	}
	return p
}

// matmul is the product of matrices [m, k] and [k, n].
func (c coef) matmul(d coef) coef {
	m, k, n := c.shape[0], c.shape[1], d.shape[1]
	p, right := coef{shape: []int{m, n}}, d.rows()
	for _, a := range c.entries {
		i, l := int(a.row)/k, int(a.row)%k
		for j := range n {
			for _, b := range right.of(int32(l*n + j)) {
				p.entries = append(p.entries, join(a, b, int32(i*n+j)))
			}
		}
	}
	return p.merged()
}

// merged adds up the entries at the same place, and drops zeros. The result is sorted.
func (c coef) merged() coef {
	order := func(a, b entry) int {
		return cmp.Or(cmp.Compare(a.row, b.row), cmp.Compare(a.col, b.col), cmp.Compare(a.par, b.par))
	}
	m := coef{c.shape, slices.Clone(c.entries)}
	if !slices.IsSortedFunc(m.entries, order) {
		slices.SortStableFunc(m.entries, order)
	}
	out := m.entries[:0]
	for _, e := range m.entries {
		if n := len(out); n > 0 && order(out[n-1], e) == 0 {
			out[n-1].val += e.val
			continue
		}
		out = append(out, e)
	}
	m.entries = slices.DeleteFunc(out, func(e entry) bool { return e.val == 0 })
	return m
}

// concat puts vectors end to end.
func concat(list ...coef) coef {
	var c coef
	n := 0
	for _, d := range list {
		for _, e := range d.entries {
			e.row += int32(n)
			c.entries = append(c.entries, e)
		}
		n += d.size()
	}
	c.shape = []int{n}
	return c
}

// interleaved has the first element of each vector, then the second of each, and so on.
func interleaved(list ...coef) coef {
	var c coef
	for k, d := range list {
		for _, e := range d.entries {
			e.row = e.row*int32(len(list)) + int32(k)
			c.entries = append(c.entries, e)
		}
	}
	c.shape = []int{list[0].size() * len(list)}
	return c
}

// spread repeats a scalar.
func (c coef) spread(shape ...int) coef { return c.gather(make([]int32, size(shape)), shape...) }

// total is the sum of all elements.
func (c coef) total() coef { return c.scatter(make([]int32, c.size())) }

// transposed swaps the axes of a matrix.
func (c coef) transposed() coef {
	m, n := c.shape[0], c.shape[1]
	to := make([]int32, m*n)
	for i := range m {
		for j := range n {
			to[i*n+j] = int32(j*m + i)
		}
	}
	return c.scatter(to, n, m)
}

// placed puts a matrix into a larger one of zeros, with its first element at (i, j).
func (c coef) placed(rows, cols, i, j int) coef {
	n := c.shape[1]
	to := make([]int32, c.size())
	for r := range to {
		to[r] = int32((i+r/n)*cols + j + r%n)
	}
	return c.scatter(to, rows, cols)
}

// triangle is the lower triangle of a square matrix as the cone of positive semidefinite matrices has it: columns end to
// end, off the diagonal the mean of both triangles times √2.
func (c coef) triangle() coef {
	n := c.shape[0]
	t := coef{shape: []int{n * (n + 1) / 2}}
	for _, e := range c.entries {
		i, j := int(e.row)/n, int(e.row)%n
		if i != j {
			e.val *= math.Sqrt2 / 2
		}
		e.row = trianglePlace(n, max(i, j), min(i, j))
		t.entries = append(t.entries, e)
	}
	return t
}

// trianglePlace is where the element (i, j), i ≥ j, is in the columns of a lower triangle.
func trianglePlace(n, i, j int) int32 { return int32(j*n - j*(j-1)/2 + i - j) }
