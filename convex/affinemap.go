package convex

import (
	"cmp"
	"slices"

	"github.com/argmin-go/argmin/num"
	"github.com/argmin-go/argmin/sparse"
)

// affineMap computes numbers of a program from the parameters: base + m·parameters. It is the sparse matrix of cvxpylayers' affine–solver–affine
// form (Agrawal et al., 2019).
type affineMap struct {
	base num.Array      // [n]
	m    *sparse.Matrix // [n, parameters]; nil if nothing depends on parameters
}

// newAffineMap has the sums of the entries of each row, which have no variable.
func newAffineMap(n, pars int, entries []entry) affineMap {
	base := make([]float64, n)
	var row, col []int
	var values []float64
	for _, e := range entries {
		if e.par == none {
			base[e.row] += e.val
			continue
		}
		row, col, values = append(row, e.row), append(col, int(e.par)), append(values, e.val)
	}
	a := affineMap{base: num.New(base, n)}
	if len(row) > 0 {
		m := sparse.FromCOO(n, pars, row, col, num.New(values, len(values)))
		a.m = &m
	}
	return a
}

func (a affineMap) values(pars num.Array) num.Array {
	if a.m == nil {
		return a.base
	}
	return a.base.Add(a.m.MatMul(pars))
}

// matrixMap is a sparse matrix whose entries are computed from the parameters.
type matrixMap struct {
	rows, cols int
	pattern    sparse.Pattern
	affineMap
}

// newMatrixMap has the sums of the products at each place.
func newMatrixMap(rows, cols, pars int, list []product) matrixMap {
	slices.SortStableFunc(list, func(a, b product) int {
		return cmp.Or(cmp.Compare(a.i, b.i), cmp.Compare(a.j, b.j), cmp.Compare(a.par, b.par))
	})
	ptr, ind := make([]int, rows+1), []int(nil)
	entries := make([]entry, len(list))
	for k, p := range list {
		if k == 0 || list[k-1].i != p.i || list[k-1].j != p.j {
			ind = append(ind, int(p.j))
			ptr[p.i+1]++
		}
		entries[k] = entry{len(ind) - 1, none, p.par, p.val}
	}
	for i := range rows {
		ptr[i+1] += ptr[i]
	}
	return matrixMap{rows, cols, sparse.NewPattern(rows, cols, ptr, ind), newAffineMap(len(ind), pars, entries)}
}

func (m matrixMap) matrix(pars num.Array) sparse.Matrix { return sparse.New(m.pattern, m.values(pars)) }
