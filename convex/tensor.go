package convex

import (
	"cmp"
	"math"
	"slices"

	"github.com/argmin-go/argmin/internal/core/ir"
	"github.com/argmin-go/argmin/num"
)

// coef is an affine expression in canonical form: each element is a sum of products of a number, at most one parameter and at
// most one variable. It is the sparse tensor of Agrawal et al. (2019), section 4.
type coef struct {
	shape   []int
	entries []entry
	// plain: entry i is all of row i, as in a variable, so that a few elements of many are found at once.
	plain bool
}

// entry is one product. Rows count the elements of the expression in the order of num.Ravel, columns the scalar variables of the program and
// pars the scalar parameters; none stands for no variable, or no parameter.
type entry struct {
	row      int // of a sparse matrix with 10⁵ rows and columns, there are more than an int32 can count
	col, par int32
	val      float64
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
			c.entries = append(c.entries, entry{i, none, none, v})
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
	sum := coef{shape: c.shape, entries: make([]entry, 0, n)}
	sum.entries = append(sum.entries, c.entries...)
	for _, d := range ds {
		sum.entries = append(sum.entries, d.entries...)
	}
	return sum
}

func (c coef) sub(d coef) coef { return c.add(d.scale(-1)) }

func (c coef) scale(v float64) coef {
	s := coef{c.shape, slices.Clone(c.entries), c.plain}
	for i := range s.entries {
		s.entries[i].val *= v
	}
	return s
}

func (c coef) reshape(shape ...int) coef { return coef{shape, c.entries, c.plain} }

func (c coef) flat() coef { return c.reshape(c.size()) }

// scatter adds row r to row to[r] of an expression of another shape.
func (c coef) scatter(to []int32, shape ...int) coef {
	s := coef{shape: shape, entries: slices.Clone(c.entries)}
	for i := range s.entries {
		s.entries[i].row = int(to[s.entries[i].row])
	}
	return s
}

// gather takes row from[i] for row i, nothing for none.
func (c coef) gather(from []int32, shape ...int) coef {
	g := coef{shape: shape}
	if c.plain && !slices.Contains(from, none) {
		for i, r := range from {
			e := c.entries[r]
			e.row = i
			g.entries = append(g.entries, e)
		}
		g.plain = true
		return g
	}
	rows := c.rows()
	for i, r := range from {
		if r == none {
			continue
		}
		for _, e := range rows.of(int(r)) {
			e.row = i
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

func (r rows) of(i int) []entry { return r.entries[r.ptr[i]:r.ptr[i+1]] }

func (c coef) rows() rows { return c.grouped(c.size(), 1) }

// grouped are the entries by row/width, which is less than n: of a matrix with so many columns, by its rows.
func (c coef) grouped(n, width int) rows {
	ptr := make([]int, n+1)
	for _, e := range c.entries {
		ptr[e.row/width+1]++
	}
	for i := range n {
		ptr[i+1] += ptr[i]
	}
	if slices.IsSortedFunc(c.entries, func(a, b entry) int { return cmp.Compare(a.row, b.row) }) {
		return rows{ptr, c.entries}
	}
	next, sorted := slices.Clone(ptr), make([]entry, len(c.entries))
	for _, e := range c.entries {
		sorted[next[e.row/width]] = e
		next[e.row/width]++
	}
	return rows{ptr, sorted}
}

// join is the product of two entries, of which at most one has a variable, and at most one a parameter.
func join(a, b entry, row int) entry {
	if a.par != none && b.par != none || a.col != none && b.col != none {
		ir.Throw(ir.Errorf(ir.ArgumentError, "convex.Compile", "a product of two parameters, or of two variables, is left where a coefficient is to be affine"))
	}
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
	p, right := coef{shape: []int{m, n}}, d.grouped(k, n)
	for _, a := range c.entries {
		i, l := a.row/k, a.row%k
		for _, b := range right.of(l) {
			p.entries = append(p.entries, join(a, b, i*n+b.row%n))
		}
	}
	return p.merged()
}

// merged adds up the entries at the same place, and drops zeros. The result is sorted.
func (c coef) merged() coef {
	order := func(a, b entry) int {
		return cmp.Or(cmp.Compare(a.row, b.row), cmp.Compare(a.col, b.col), cmp.Compare(a.par, b.par))
	}
	m := coef{shape: c.shape, entries: slices.Clone(c.entries)}
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
			e.row += n
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
			e.row = e.row*len(list) + k
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
	t := coef{shape: []int{n, m}, entries: slices.Clone(c.entries)}
	for i, e := range t.entries {
		t.entries[i].row = e.row%n*m + e.row/n
	}
	return t
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
		i, j := e.row/n, e.row%n
		if i != j {
			e.val *= math.Sqrt2 / 2
		}
		e.row = int(trianglePlace(n, max(i, j), min(i, j)))
		t.entries = append(t.entries, e)
	}
	return t
}

// trianglePlace is where the element (i, j), i ≥ j, is in the columns of a lower triangle.
func trianglePlace(n, i, j int) int32 { return int32(j*n - j*(j-1)/2 + i - j) }
