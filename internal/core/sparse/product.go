package sparse

import (
	"sort"

	"github.com/argmin-go/argmin/internal/core/kernel"
)

// Products of a sparse matrix with dense ones. They give the same bits on any number of cores.

// Float is the types of values.
type Float = kernel.Float

// eachRows calls f for ranges of rows that cover all of them, in parallel if there is enough to do;
// cost is the work of one entry, in floating point operations.
func (s *Shared) eachRows(cost int, f func(lo, hi int)) {
	work := s.Rows + s.NNZ() // a row costs about as much as an entry
	if work*max(cost, 1) < kernel.ParallelWork {
		f(0, s.Rows)
		return
	}
	row := func(w int) int { return sort.Search(s.Rows, func(i int) bool { return s.Ptr[i]+i >= w }) }
	kernel.Parallel(work, max(1, kernel.ParallelWork/4/max(cost, 1)), func(lo, hi int) {
		last := row(hi)
		if hi == work {
			last = s.Rows
		}
		f(row(lo), last)
	})
}

// Product is y = A x for the matrix A of the pattern with the values v; x is [Cols, k] and y
// [Rows, k].
func Product[T Float](s *Shared, v, x, y []T, k int) {
	ind := s.Ind32()
	if k == 1 {
		s.eachRows(2, func(lo, hi int) { productVector(s.Ptr[lo:hi+1], ind, v, x, y[lo:hi]) })
		return
	}
	s.eachRows(2*k, func(lo, hi int) {
		clear(y[lo*k : hi*k])
		for i := lo; i < hi; i++ {
			yi := y[i*k : (i+1)*k]
			for p := s.Ptr[i]; p < s.Ptr[i+1]; p++ {
				axpy(v[p], x[int(ind[p])*k:][:k], yi)
			}
		}
	})
}

func productVector[T Float](ptr []int, ind []int32, v, x, y []T) {
	for i := range y {
		js := ind[ptr[i]:ptr[i+1]]
		vs := v[ptr[i]:ptr[i+1]][:len(js)]
		var s T
		for p, j := range js {
			s += vs[p] * x[j]
		}
		y[i] = s
	}
}

func axpy[T Float](a T, x, y []T) {
	y = y[:len(x)]
	for c := range x {
		y[c] += a * x[c]
	}
}

// ProductT is y = Aᵀ x; x is [Rows, k] and y [Cols, k].
func ProductT[T Float](s *Shared, v, x, y []T, k int) {
	parts := s.parts()
	if len(parts) < 2 || 2*k*s.NNZ() < kernel.ParallelWork {
		clear(y)
		scatterRows(s, 0, s.Rows, 0, v, x, y, k)
		return
	}
	// Each part of the rows adds up in an array of its own, of the columns that it has.
	sums := make([][]T, len(parts))
	kernel.Parallel(len(parts), 1, func(lo, hi int) {
		for p := lo; p < hi; p++ {
			part := parts[p]
			sums[p] = make([]T, (part.last-part.first)*k)
			scatterRows(s, part.lo, part.hi, part.first, v, x, sums[p], k)
		}
	})
	kernel.Parallel(s.Cols, max(1, kernel.Grain/k), func(lo, hi int) {
		clear(y[lo*k : hi*k])
		for p, part := range parts {
			if a, b := max(lo, part.first), min(hi, part.last); a < b {
				axpy(1, sums[p][(a-part.first)*k:(b-part.first)*k], y[a*k:b*k])
			}
		}
	})
}

// scatterRows adds the rows from lo to hi, each times its row of x, to y, which begins with the
// column first.
func scatterRows[T Float](s *Shared, lo, hi, first int, v, x, y []T, k int) {
	ind := s.Ind32()
	for i := lo; i < hi; i++ {
		js := ind[s.Ptr[i]:s.Ptr[i+1]]
		vs := v[s.Ptr[i]:s.Ptr[i+1]][:len(js)]
		if k == 1 {
			xi := x[i]
			for p, j := range js {
				y[int(j)-first] += vs[p] * xi
			}
			continue
		}
		xi := x[i*k : (i+1)*k]
		for p, j := range js {
			axpy(vs[p], xi, y[(int(j)-first)*k:][:k])
		}
	}
}

// part is a range of rows, and of the columns in which they have entries.
type part struct{ lo, hi, first, last int }

// transposedParts is into how many parts the rows are cut for a product with the transposed matrix:
// some more than cores that memory can keep busy.
const transposedParts = 16

// cut cuts the rows into parts of about as many entries. It gives none if their columns overlap so much
// that the sums of the parts would be more work than the product.
func (s *Shared) cut() []part {
	var parts []part
	columns := 0
	for p := range transposedParts {
		at := func(p int) int {
			w := (s.NNZ() * p) / transposedParts
			return sort.Search(s.Rows, func(i int) bool { return s.Ptr[i] >= w })
		}
		c := part{lo: at(p), hi: at(p + 1), first: s.Cols}
		if p == transposedParts-1 {
			c.hi = s.Rows
		}
		for i := c.lo; i < c.hi; i++ {
			if r := s.Row(i); len(r) > 0 {
				c.first, c.last = min(c.first, r[0]), max(c.last, r[len(r)-1]+1)
			}
		}
		if c.first < c.last {
			parts = append(parts, c)
			columns += c.last - c.first
		}
	}
	if columns > s.NNZ()/2 {
		return nil
	}
	return parts
}

// Sampled is the entries of A Bᵀ at the places of the pattern; a is [Rows, k], b [Cols, k] and out
// [NNZ].
func Sampled[T Float](s *Shared, a, b, out []T, k int) {
	ind := s.Ind32()
	s.eachRows(2*k, func(lo, hi int) {
		for i := lo; i < hi; i++ {
			if k == 1 {
				ai := a[i]
				for p := s.Ptr[i]; p < s.Ptr[i+1]; p++ {
					out[p] = ai * b[ind[p]]
				}
				continue
			}
			ai := a[i*k : (i+1)*k]
			for p := s.Ptr[i]; p < s.Ptr[i+1]; p++ {
				bj := b[int(ind[p])*k:][:len(ai)]
				var t T
				for c := range ai {
					t += ai[c] * bj[c]
				}
				out[p] = t
			}
		}
	})
}
