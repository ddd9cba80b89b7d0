package coloring

import (
	"slices"

	"github.com/argmin-go/argmin/internal/core/sparse"
)

// Two is a coloring of rows and of columns together: entry k of the pattern is had from the group of its row if
// ByRow[k] is set, and else from the one of its column. Rows and columns that are not needed have color -1.
type Two struct {
	Rows, Cols Coloring
	ByRow      []bool
}

// N is the number of products: with the transposed matrix for the rows, with the matrix for the columns.
func (c Two) N() int { return c.Rows.N + c.Cols.N }

// Both colors rows and columns so that every entry is had from one of them. It takes the better of
// coloring the columns and coloring the rows, and tries to do with fewer: a few rows, or columns,
// that are much longer than the others are taken out and colored by themselves, and the rest is
// colored the other way. So a matrix with a full row and a full column takes few products, where
// either way by itself takes one for each column or row.
//
// It is a special case of the bidirectional colorings of Coleman & Verma, "The efficient computation of
// sparse Jacobian matrices using automatic differentiation" (1998).
func Both(p *sparse.Pattern) Two {
	t, from := p.Transpose()
	no := func(n int) Coloring { return Coloring{Of: slices.Repeat([]int32{-1}, n)} }
	best := Two{no(p.Rows), columns(p, t), make([]bool, p.NNZ())}
	keep := func(c Two) {
		if c.N() < best.N() {
			best = c
		}
	}
	keep(Two{columns(t, p), no(p.Cols), slices.Repeat([]bool{true}, p.NNZ())})
	for _, limit := range limits(p) {
		short, long, isLong := split(p, limit)
		keep(Two{Rows(long), Columns(short), isLong})
	}
	for _, limit := range limits(t) {
		short, long, isLong := split(t, limit)
		byRow := make([]bool, p.NNZ())
		for k, l := range isLong {
			byRow[from[k]] = !l
		}
		keep(Two{Columns(short), Rows(long), byRow})
	}
	return best
}

// limits are lengths of rows, beyond each of which there are few.
func limits(p *sparse.Pattern) []int {
	var all []int
	longest := 0
	for i := range p.Rows {
		longest = max(longest, len(p.Row(i)))
	}
	for l := longest / 2; l > 0; l /= 2 {
		count := 0
		for i := range p.Rows {
			if len(p.Row(i)) > l {
				count++
			}
		}
		if count >= longest { // they would take as many colors as are saved
			break
		}
		if count > 0 {
			all = append(all, l)
		}
	}
	return all
}

// split is the rows of up to limit entries and the other ones; those not in a part are empty in it. isLong
// reports for each entry whether it is in a long row.
func split(p *sparse.Pattern, limit int) (short, long *sparse.Pattern, isLong []bool) {
	short = &sparse.Pattern{Rows: p.Rows, Cols: p.Cols, Ptr: make([]int, 1, p.Rows+1)}
	long = &sparse.Pattern{Rows: p.Rows, Cols: p.Cols, Ptr: make([]int, 1, p.Rows+1)}
	isLong = make([]bool, 0, p.NNZ())
	for i := range p.Rows {
		r := p.Row(i)
		part := short
		if len(r) > limit {
			part = long
		}
		part.Ind = append(part.Ind, r...)
		for range r {
			isLong = append(isLong, part == long)
		}
		short.Ptr, long.Ptr = append(short.Ptr, len(short.Ind)), append(long.Ptr, len(long.Ind))
	}
	return short, long, isLong
}
