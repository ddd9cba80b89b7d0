package sparse

import (
	"runtime"
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
		for i := lo; i < hi; i++ {
			js := ind[s.Ptr[i]:s.Ptr[i+1]]
			productRow(js, v[s.Ptr[i]:s.Ptr[i+1]], x, y[i*k:(i+1)*k])
		}
	})
}

// productRow is a row of a product with several columns: y = Σ v[p] x[js[p], :]. It sums a few columns at
// a time, in registers.
func productRow[T Float](js []int32, v, x, y []T) {
	k := len(y)
	v = v[:len(js)]
	c := 0
	for ; c+4 <= k; c += 4 {
		var s0, s1, s2, s3 T
		for p, j := range js {
			a, r := v[p], x[int(j)*k+c:]
			r = r[:4]
			s0 += a * r[0]
			s1 += a * r[1]
			s2 += a * r[2]
			s3 += a * r[3]
		}
		r := y[c : c+4]
		r[0], r[1], r[2], r[3] = s0, s1, s2, s3
	}
	for ; c < k; c++ {
		var s T
		for p, j := range js {
			s += v[p] * x[int(j)*k+c]
		}
		y[c] = s
	}
}

// productVector is rows of a product with a vector, of which ptr are the places in ind and v.
func productVector[T Float](ptr []int, ind []int32, v, x, y []T) {
	v, ptr = v[:len(ind)], ptr[:len(y)+1]
	p := ptr[0]
	for i := range y {
		end := ptr[i+1]
		var s T
		for ; p < end; p++ {
			s += v[p] * x[ind[p]]
		}
		y[i] = s
	}
}

// ProductT is y = Aᵀ x; x is [Rows, k] and y [Cols, k].
func ProductT[T Float](s *Shared, v, x, y []T, k int) {
	large := 2*s.NNZ()*k >= kernel.ParallelWork
	switch {
	case k == 0:
	case large && k == 1 && s.parts() != nil:
		productParts(s, v, x, y)
	case large && k > 1 && runtime.GOMAXPROCS(0) > 2:
		productGathered(s, v, x, y, k)
	default:
		clear(y)
		scatterRows(s, 0, s.Rows, 0, v, x, y, k)
	}
}

// productParts is y = Aᵀ x where each part of the rows adds up in an array of its own, of the columns that it
// has. Where they are cut does not depend on the number of cores.
func productParts[T Float](s *Shared, v, x, y []T) {
	parts := s.parts()
	sums := make([][]T, len(parts))
	kernel.Parallel(len(parts), 1, func(lo, hi int) {
		for p := lo; p < hi; p++ {
			part := parts[p]
			sums[p] = make([]T, part.last-part.first)
			scatterRows(s, part.lo, part.hi, part.first, v, x, sums[p], 1)
		}
	})
	kernel.Parallel(s.Cols, kernel.Grain, func(lo, hi int) {
		clear(y[lo:hi])
		for p, part := range parts {
			if a, b := max(lo, part.first), min(hi, part.last); a < b {
				kernel.Axpy(1, sums[p][a-part.first:b-part.first], y[a:b])
			}
		}
	})
}

// productGathered is y = Aᵀ x by the rows of Aᵀ, in parallel. It adds in the order of [scatterRows], and so
// gives the same bits, and takes up to twice its time: it is for more than two cores.
func productGathered[T Float](s *Shared, v, x, y []T, k int) {
	t, from := s.T()
	ind := t.Ind32()
	t.eachRows(2*k, func(lo, hi int) {
		var row []T
		for i := lo; i < hi; i++ {
			row = row[:0]
			for _, p := range from[t.Ptr[i]:t.Ptr[i+1]] {
				row = append(row, v[p])
			}
			productRow(ind[t.Ptr[i]:t.Ptr[i+1]], row, x, y[i*k:(i+1)*k])
		}
	})
}

// scatterRows adds the rows from lo to hi, each times its row of x, to y, which begins with the
// column first.
func scatterRows[T Float](s *Shared, lo, hi, first int, v, x, y []T, k int) {
	ind, f := s.Ind32(), int32(first)
	v = v[:len(ind)]
	if k == 1 {
		ptr, x := s.Ptr[lo:hi+1], x[lo:hi]
		p := ptr[0]
		for i, xi := range x {
			end := ptr[i+1]
			for ; p < end; p++ {
				y[ind[p]-f] += v[p] * xi
			}
		}
		return
	}
	for i := lo; i < hi; i++ {
		js, vs := ind[s.Ptr[i]:s.Ptr[i+1]], v[s.Ptr[i]:s.Ptr[i+1]]
		vs = vs[:len(js)]
		xi := x[i*k : (i+1)*k]
		c := 0
		for ; c+4 <= k; c += 4 {
			x0, x1, x2, x3 := xi[c], xi[c+1], xi[c+2], xi[c+3]
			for p, j := range js {
				a, r := vs[p], y[int(j-f)*k+c:]
				r = r[:4]
				r[0] += a * x0
				r[1] += a * x1
				r[2] += a * x2
				r[3] += a * x3
			}
		}
		for ; c < k; c++ {
			x0 := xi[c]
			for p, j := range js {
				y[int(j-f)*k+c] += vs[p] * x0
			}
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
	if len(parts) < 2 || columns > s.NNZ()/2 {
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
