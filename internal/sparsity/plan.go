package sparsity

import (
	"math"
	"slices"

	"github.com/argmin-go/argmin/internal/core/coloring"
	"github.com/argmin-go/argmin/internal/core/ir"
	"github.com/argmin-go/argmin/internal/core/sparse"
	"github.com/argmin-go/argmin/num"
)

// Mode selects which products make a Jacobian.
type Mode int

const (
	// Auto takes what needs the fewest products, forward, reverse or some of both.
	Auto Mode = iota
	// Forward takes products with the Jacobian, one for each group of columns.
	Forward
	// Reverse takes products with the transposed Jacobian, one for each group of rows.
	Reverse
)

// Options are the options of [New].
type Options struct {
	Mode      Mode
	Symmetric bool            // the function is a gradient
	Pattern   *sparse.Pattern // nil: it is detected
	Room      int             // most dependencies that detection stores, by default some ten millions
}

// Plan is how the Jacobian of a function on vectors is computed, at any point.
type Plan struct {
	Pattern *sparse.Shared
	// Forward and Reverse are the numbers of products with the Jacobian and with its transpose.
	Forward, Reverse int

	cols, rows []int32 // the group of each, -1 for none
	at         []int32 // where the products have each entry
}

// New makes a plan for f, a function from vectors like x to vectors. It fails if the pattern in the options does
// not fit, or there is none and the one that is detected is too large to be stored; op names the caller.
func New(op string, f func(num.Array) num.Array, x num.Array, opt Options) (*Plan, error) {
	pattern := opt.Pattern
	if pattern == nil {
		var err error
		if pattern, err = Detect(op, f, x, opt); err != nil {
			return nil, err
		}
	} else if m := rows(f, x); pattern.Rows != m || pattern.Cols != x.Size() {
		return nil, ir.Errorf(ir.ShapeError, op, "the pattern is %d×%d, want %d×%d: a row for each of %d results and a column for each of %d variables",
			pattern.Rows, pattern.Cols, m, x.Size(), m, x.Size())
	} else if opt.Symmetric {
		pattern = symmetric(pattern)
	}
	shared, err := sparse.Share(pattern)
	if err != nil {
		return nil, err
	}
	p := &Plan{Pattern: shared}
	var c coloring.Two
	none := func(n int) coloring.Coloring { return coloring.Coloring{Of: slices.Repeat([]int32{-1}, n)} }
	switch {
	case opt.Symmetric:
		c = coloring.Two{Rows: none(pattern.Rows), Cols: coloring.Star(pattern), ByRow: make([]bool, pattern.NNZ())}
	case opt.Mode == Forward:
		c = coloring.Two{Rows: none(pattern.Rows), Cols: coloring.Columns(pattern), ByRow: make([]bool, pattern.NNZ())}
	case opt.Mode == Reverse:
		c = coloring.Two{Rows: coloring.Rows(pattern), Cols: none(pattern.Cols), ByRow: slices.Repeat([]bool{true}, pattern.NNZ())}
	default:
		c = coloring.Both(pattern)
	}
	p.cols, p.rows, p.Forward, p.Reverse = c.Cols.Of, c.Rows.Of, c.Cols.N, c.Rows.N
	return p, p.places(op, c.ByRow, opt.Symmetric)
}

// Detect is the pattern of the Jacobian of f.
func Detect[T, U any](op string, f func(T) U, x T, opt Options) (*sparse.Pattern, error) {
	p, _ := num.Dependencies(f, x, opt.Room)
	if p == nil {
		return nil, ir.Errorf(ir.ArgumentError, op, "the pattern of the derivative is too large: tens of millions of entries. "+
			"A function whose every result depends on every variable has a dense derivative: use num.JacobianFwd, num.JacobianRev or num.Hessian")
	}
	if opt.Symmetric {
		p = symmetric(p)
	}
	return p, nil
}

// rows is the number of results of f.
func rows(f func(num.Array) num.Array, x num.Array) int {
	var m int
	num.ProgramOf(func(x num.Array) num.Array {
		y := f(x)
		m = y.Size()
		return y
	}, x)
	return m
}

// Products is how many products with the Jacobian or its transpose an evaluation takes.
func (p *Plan) Products() int { return p.Forward + p.Reverse }

// Worth reports whether the Jacobian is so sparse that a solver should use it as a sparse matrix: it takes at most a
// quarter of the products of a dense one, and at most a quarter of its entries are stored. Sparse
// factorizations and products cost a few times more per entry than dense ones.
func (p *Plan) Worth() bool {
	const factor = 4
	m, n := p.Pattern.Rows, p.Pattern.Cols
	return factor*p.Products() <= min(m, n) && factor*p.Pattern.NNZ() <= m*n
}

// places finds where the products have each entry: forward ones, [groups, rows], are followed by
// reverse ones, [groups, columns].
func (p *Plan) places(op string, byRow []bool, mirror bool) error {
	m, n := p.Pattern.Rows, p.Pattern.Cols
	if p.Forward*m+p.Reverse*n > math.MaxInt32 {
		return ir.Errorf(ir.ArgumentError, op, "the derivative needs %d products of %d numbers, more than an index of 32 bits can count", p.Products(), max(m, n))
	}
	p.at = make([]int32, p.Pattern.NNZ())
	var alone []bool
	if mirror {
		alone = aloneInRow(&p.Pattern.Pattern, p.cols, p.Forward)
	}
	for i := range m {
		for k := p.Pattern.Ptr[i]; k < p.Pattern.Ptr[i+1]; k++ {
			j := p.Pattern.Ind[k]
			row, col := i, j
			if mirror && (j < i || !alone[k]) { // both places of an entry have the same number
				across, _ := slices.BinarySearch(p.Pattern.Row(j), i)
				if alone[p.Pattern.Ptr[j]+across] {
					row, col = j, i
				}
			}
			if byRow[k] {
				p.at[k] = int32(p.Forward*m + int(p.rows[row])*n + col)
			} else {
				p.at[k] = int32(int(p.cols[col])*m + row)
			}
		}
	}
	return nil
}

// aloneInRow reports for each entry whether its column is the only one of its group in its row.
func aloneInRow(p *sparse.Pattern, group []int32, n int) []bool {
	count := make([]int32, n)
	alone := make([]bool, p.NNZ())
	for i := range p.Rows {
		for _, j := range p.Row(i) {
			count[group[j]]++
		}
		for k := p.Ptr[i]; k < p.Ptr[i+1]; k++ {
			alone[k] = count[group[p.Ind[k]]] == 1
		}
		for _, j := range p.Row(i) {
			count[group[j]] = 0
		}
	}
	return alone
}

// symmetric is the union of a pattern and its transpose.
func symmetric(p *sparse.Pattern) *sparse.Pattern {
	t, _ := p.Transpose()
	if slices.Equal(p.Ptr, t.Ptr) && slices.Equal(p.Ind, t.Ind) {
		return p
	}
	s := &sparse.Pattern{Rows: p.Rows, Cols: p.Cols, Ptr: make([]int, 1, p.Rows+1)}
	for i := range p.Rows {
		x := append(slices.Clone(p.Row(i)), t.Row(i)...)
		slices.Sort(x)
		s.Ind = append(s.Ind, slices.Compact(x)...)
		s.Ptr = append(s.Ptr, len(s.Ind))
	}
	return s
}
