package sparse

import (
	"math"

	"github.com/argmin-go/argmin/internal/core/kernel"
)

// window is how many columns are kept up to date with every pivot; the others of a front
// follow when no pivot is left among them. Their rows stay in the first-level cache.
const window = 32

// eliminate factors as many columns as have a pivot that is at least u times as large as the
// other entries of its column. Columns of which nothing above small is left are zero pivots.
func (n *front) eliminate(u, small float64, stop Stop) error {
	for {
		before := n.p
		n.pass(u, small, stop)
		switch {
		case n.p == n.k:
			return nil
		case stop.now():
			return ErrStopped
		case n.p > before:
		case n.r == 0 && small < 1:
			// Without further rows all columns have pivots, unless they are hardly larger than small.
			small = 16*small + epsilon
		default:
			return nil
		}
	}
}

// pass tries every column. Those without a pivot are last afterwards.
func (n *front) pass(u, small float64, stop Stop) {
	for end := n.k; n.p < end && !stop.now(); {
		base := n.p
		to := n.search(base, min(base+window, end), u, small)
		n.apply(base, to, n.k)
		failed, rest := to-n.p, max(end-to, 0)
		for i := range min(failed, rest) {
			n.swap(n.p+i, end-1-i)
		}
		end -= failed
	}
}

// search eliminates what it can of the columns p to to, which are up to date while those after
// them lack the pivots from base on. It returns the new end of these columns: others may have been
// fetched.
func (n *front) search(base, to int, u, small float64) int {
	for q := n.p; q < to; {
		t, inside, outside := n.largest(q)
		most, own := max(inside, outside), math.Abs(n.a[q*n.ld+q])
		// The rounding errors of a column are as large as the largest entries before it make them.
		n.growth = max(n.growth, most, own)
		small := small * n.growth
		switch {
		case most <= small && own <= small:
			n.zero(q)
		case own > small && own >= u*most:
			n.one(q, to)
		case inside <= small:
			q++
			continue
		default:
			if t >= to {
				n.fetch(t, base, to)
				t = to
				to++
			}
			if !n.couple(q, t, to, u, small) {
				q++
				continue
			}
		}
		q = n.p
	}
	return to
}

// couple eliminates column t, or the columns q and t together, if that passes the test.
func (n *front) couple(q, t, to int, u, small float64) bool {
	a, b, c := n.a[q*n.ld+q], n.a[min(q, t)*n.ld+max(q, t)], n.a[t*n.ld+t]
	growthQ, growthT := n.largestBut(q, t), n.largestBut(t, q)
	if own := math.Abs(c); own > small && own >= u*max(growthT, math.Abs(b)) {
		n.one(t, to)
		return true
	}
	// The determinant, over the largest entry; it must not be the rounding error of its terms.
	scale := max(math.Abs(a), math.Abs(b), math.Abs(c))
	ac, bb := a/scale*c, b/scale*b
	det := math.Abs(ac - bb)
	if det < max(math.Abs(ac), bb)/2 {
		return false
	}
	limit := det * scale / u
	if u > 0 && (math.Abs(c)*growthQ+math.Abs(b)*growthT > limit || math.Abs(b)*growthQ+math.Abs(a)*growthT > limit) {
		return false
	}
	n.two(q, t, to)
	return true
}

// largest is the largest entry of column q, not its diagonal, in rows that are still to be
// eliminated here, with its place, and in the rows that are not.
func (n *front) largest(q int) (at int, inside, outside float64) {
	at = -1
	for i := n.p; i < q; i++ {
		if v := math.Abs(n.a[i*n.ld+q]); v > inside {
			at, inside = i, v
		}
	}
	row := n.a[q*n.ld:][:n.ld]
	for i := q + 1; i < n.k; i++ {
		if v := math.Abs(row[i]); v > inside {
			at, inside = i, v
		}
	}
	return at, inside, maxAbs(row[n.k:])
}

// largestBut is the largest entry of column q but for rows q and t.
func (n *front) largestBut(q, t int) float64 {
	largest := 0.
	for i := n.p; i < q; i++ {
		if v := math.Abs(n.a[i*n.ld+q]); v > largest && i != t {
			largest = v
		}
	}
	row := n.a[q*n.ld:][:n.ld]
	for i := q + 1; i < n.k; i++ {
		if v := math.Abs(row[i]); v > largest && i != t {
			largest = v
		}
	}
	return max(largest, maxAbs(row[n.k:]))
}

// maxAbs is the largest absolute value in x.
func maxAbs(x []float64) float64 {
	largest := 0.
	for _, v := range x {
		if v := math.Abs(v); v > largest {
			largest = v
		}
	}
	return largest
}

// swap exchanges two columns to eliminate, and their rows: i before j.
func (n *front) swap(i, j int) {
	if i == j {
		return
	}
	a, ld := n.a, n.ld
	n.vars[i], n.vars[j] = n.vars[j], n.vars[i]
	for t := range i {
		row := a[t*ld:]
		row[i], row[j] = row[j], row[i]
	}
	for t := i + 1; t < j; t++ {
		a[i*ld+t], a[t*ld+j] = a[t*ld+j], a[i*ld+t]
	}
	a[i*ld+i], a[j*ld+j] = a[j*ld+j], a[i*ld+i]
	ri, rj := a[i*ld+j+1:(i+1)*ld], a[j*ld+j+1:(j+1)*ld]
	for t, v := range ri {
		ri[t], rj[t] = rj[t], v
	}
}

// fetch moves column t to place to, and brings it up to date.
func (n *front) fetch(t, base, to int) {
	n.swap(to, t)
	row := n.a[to*n.ld+to : (to+1)*n.ld]
	for p := base; p < n.p; p++ {
		l := n.a[p*n.ld+to : (p+1)*n.ld]
		kernel.Axpy(-n.timesD(p, to), l, row)
	}
}

// timesD is element (p, i) of D·Lᵀ.
func (n *front) timesD(p, i int) float64 {
	v := n.d[2*p] * n.a[p*n.ld+i]
	if e := n.d[2*p+1]; e != 0 {
		v += e * n.a[(p+1)*n.ld+i]
	}
	if p > 0 {
		if e := n.d[2*p-1]; e != 0 {
			v += e * n.a[(p-1)*n.ld+i]
		}
	}
	return v
}

// zero eliminates column q, which is zero.
func (n *front) zero(q int) {
	n.swap(n.p, q)
	clear(n.a[n.p*n.ld+n.p : (n.p+1)*n.ld])
	n.d[2*n.p], n.d[2*n.p+1] = 0, 0
	n.step(1)
}

// one eliminates column q, and updates those up to to.
func (n *front) one(q, to int) {
	n.swap(n.p, q)
	p, ld := n.p, n.ld
	row := n.a[p*ld+p : (p+1)*ld]
	d := row[0]
	inv := 1 / d
	// A fused product leaves its rounding error where a plain one cancels: columns that depend on others are to become exact zeros.
	minus := minus2
	if n.fused {
		minus = kernel.MinusTwo
	}
	i := p + 1
	for ; i+1 < to; i += 2 {
		minus(row[i-p]*inv, row[i-p+1]*inv, row[i-p:], n.a[i*ld+i:(i+1)*ld], n.a[(i+1)*ld+i:(i+2)*ld])
	}
	if i < to {
		kernel.Axpy(-row[i-p]*inv, row[i-p:], n.a[i*ld+i:(i+1)*ld])
	}
	scaleFactor(inv, row)
	row[0] = inv
	n.d[2*p], n.d[2*p+1] = d, 0
	n.step(1)
}

// step counts a pivot of the given order. Below it, where the inverse of D would go on, is a 0.
func (n *front) step(order int) {
	n.p += order
	if n.p < n.k {
		n.a[n.p*n.ld+n.p-1] = 0
	}
}

// two eliminates columns q and t together, and updates those up to to.
func (n *front) two(q, t, to int) {
	q, t = min(q, t), max(q, t)
	n.swap(n.p, q)
	n.swap(n.p+1, t)
	p, ld := n.p, n.ld
	r0, r1 := n.a[p*ld+p:(p+1)*ld], n.a[(p+1)*ld+p:(p+2)*ld]
	a, b, c := r0[0], r0[1], r1[1]
	scale := max(math.Abs(a), math.Abs(b), math.Abs(c))
	det := (a/scale*c - b/scale*b) * scale
	// The inverse of the block; dividing first keeps the products in range.
	ia, ib, ic := c/det, -b/det, a/det
	for i := p + 2; i < to; i++ {
		x, y := r0[i-p], r1[i-p]
		minusBoth(ia*x+ib*y, r0[i-p:], ib*x+ic*y, r1[i-p:], n.a[i*ld+i:(i+1)*ld])
	}
	for i := 2; i < len(r0); i++ {
		x, y := r0[i], r1[i]
		r0[i], r1[i] = ia*x+ib*y, ib*x+ic*y
	}
	scaleFactor(1, r0[2:])
	scaleFactor(1, r1[2:])
	r0[0], r0[1], r1[0], r1[1] = ia, 0, ib, ic
	n.d[2*p], n.d[2*p+1], n.d[2*p+2], n.d[2*p+3] = a, b, c, 0
	n.step(2)
}

// minusBoth subtracts c0·x0 + c1·x1 from y.
func minusBoth(c0 float64, x0 []float64, c1 float64, x1, y []float64) {
	x1, y = x1[:len(x0)], y[:len(x0)]
	for i, v := range x0 {
		y[i] -= c0*v + c1*x1[i]
	}
}

// minus2 subtracts c0·x from y0, and c1·x from y1.
func minus2(c0, c1 float64, x, y0, y1 []float64) {
	y0, y1 = y0[:len(x)], y1[:len(x)]
	for i, v := range x {
		y0[i] -= c0 * v
		y1[i] -= c1 * v
	}
}

// eliminateAll eliminates all columns in order, if no pivot counts as zero and those of a definite matrix are positive.
func (n *front) eliminateAll(f *LDL) error {
	for n.p < n.k {
		if f.stop.now() {
			return ErrStopped
		}
		base := n.p
		to := min(base+updateDepth, n.k)
		if err := n.eliminateTo(to, f); err != nil {
			return err
		}
		n.apply(base, to, n.k)
	}
	return nil
}

// inner is how many columns are kept up to date with every pivot, where pivots are not searched.
const inner = 8

// eliminateTo eliminates the columns before to: half of them, with which the others are brought up to date, and those.
func (n *front) eliminateTo(to int, f *LDL) error {
	if base := n.p; to-base > inner {
		half := base + (to-base+1)/2
		if err := n.eliminateTo(half, f); err != nil {
			return err
		}
		n.apply(base, half, to)
		return n.eliminateTo(to, f)
	}
	for n.p < to {
		d := n.a[n.p*n.ld+n.p]
		switch {
		case f.opt.Ordered && !(math.Abs(d) > f.opt.ZeroPivot):
			return ErrSmallPivot
		case !f.opt.Ordered && !(d > f.opt.ZeroPivot):
			return &NotPositiveDefiniteError{Row: int(f.sym.perm[n.vars[n.p]]), Pivot: d}
		}
		n.one(n.p, to)
	}
	return nil
}
