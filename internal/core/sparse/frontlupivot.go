package sparse

import (
	"math"

	"github.com/argmin-go/argmin/internal/core/kernel"
)

// pivotLU is the least size of a pivot relative to the other entries of its column, the same as
// for symmetric matrices.
const pivotLU = 0.01

// eliminate factors as many columns as have a pivot.
func (n *luFront) eliminate() {
	for {
		before := n.p
		n.pass()
		if n.p == n.k || n.p == before {
			return
		}
	}
}

// pass tries every column. Those without a pivot are last afterwards.
func (n *luFront) pass() {
	for end := n.k; n.p < end; {
		base, to := n.p, min(n.p+window, end)
		for q := n.p; q < to; {
			if i := n.pivot(q); i >= 0 {
				n.one(i, q, to)
				q = n.p
			} else {
				q++
			}
		}
		n.apply(base, to)
		failed, rest := to-n.p, end-to
		for i := range min(failed, rest) {
			n.swapCols(n.p+i, end-1-i)
		}
		end -= failed
	}
}

// pivot is the row of a pivot in column q, which is up to date, or -1. The row with the
// same number as the column is preferred.
func (n *luFront) pivot(q int) int {
	at, inside, same := -1, 0., -1
	for i := n.p; i < n.k; i++ {
		if v := math.Abs(n.u[i*n.ld+q]); v > inside {
			at, inside = i, v
		}
		if n.rows[i] == n.cols[q] {
			same = i
		}
	}
	most := max(inside, maxAbs(n.l[q*n.r:(q+1)*n.r]))
	n.growth = max(n.growth, most)
	switch {
	case !(most > zeroColumn*n.growth) || inside < pivotLU*most:
		return -1
	case same >= 0 && math.Abs(n.u[same*n.ld+q]) >= pivotLU*most:
		return same
	}
	return at
}

// one eliminates column q with row i, and updates the columns up to to.
func (n *luFront) one(i, q, to int) {
	n.swapCols(n.p, q)
	n.swapRows(n.p, i)
	p := n.p
	row := n.u[p*n.ld+p : p*n.ld+to]
	inv := 1 / row[0]
	for i := p + 1; i < n.k; i++ {
		other := n.u[i*n.ld+p : i*n.ld+to]
		scaleFactor(inv, other[:1])
		c := other[0]
		if c != 0 {
			for j := 1; j < len(row); j++ {
				other[j] -= c * row[j]
			}
		}
	}
	l := n.l[p*n.r : (p+1)*n.r]
	scaleFactor(inv, l)
	for j := p + 1; j < to; j++ {
		if c := row[j-p]; c != 0 {
			kernel.Axpy(-c, l, n.l[j*n.r:(j+1)*n.r])
		}
	}
	n.p++
}

// swapCols exchanges two columns to eliminate.
func (n *luFront) swapCols(i, j int) {
	if i == j {
		return
	}
	n.cols[i], n.cols[j] = n.cols[j], n.cols[i]
	for t := range n.k {
		row := n.u[t*n.ld:]
		row[i], row[j] = row[j], row[i]
	}
	swapAll(n.l[i*n.r:(i+1)*n.r], n.l[j*n.r:(j+1)*n.r])
}

// swapRows exchanges two rows to eliminate.
func (n *luFront) swapRows(i, j int) {
	if i == j {
		return
	}
	n.rows[i], n.rows[j] = n.rows[j], n.rows[i]
	swapAll(n.u[i*n.ld:(i+1)*n.ld], n.u[j*n.ld:(j+1)*n.ld])
}

// swapAll exchanges the elements of x and y.
func swapAll(x, y []float64) {
	for i, v := range x {
		x[i], y[i] = y[i], v
	}
}

// apply brings the columns from to on up to date with the pivots from base on.
func (n *luFront) apply(base, to int) {
	count := n.p - base
	if count == 0 || to == n.ld {
		return
	}
	for s := base; s < n.p; s++ { // their rows of U
		from := n.u[s*n.ld+to : (s+1)*n.ld]
		for i := s + 1; i < n.p; i++ {
			kernel.Axpy(-n.u[i*n.ld+s], from, n.u[i*n.ld+to:(i+1)*n.ld])
		}
		scaleFactor(1, from)
	}
	if rows := n.k - n.p; rows > 0 {
		n.w.w = grown(n.w.w, count*rows)
		lt := n.w.w // the multipliers, transposed
		for i := range rows {
			for s, v := range n.u[(n.p+i)*n.ld+base : (n.p+i)*n.ld+n.p] {
				lt[s*rows+i] = v
			}
		}
		minusFullProduct(n.u[n.p*n.ld+to:], n.ld, rows, n.ld-to, count, lt, rows, n.u[base*n.ld+to:], n.ld)
	}
	if to < n.k && n.r > 0 {
		minusFullProduct(n.l[to*n.r:], n.r, n.k-to, n.r, count, n.u[base*n.ld+to:], n.ld, n.l[base*n.r:], n.r)
	}
}
