package kernel

import (
	"math"
	"unsafe"
)

// Linear algebra on many small matrices at once, of which each element is a row of n numbers, one for each matrix: element
// e of all of them is a[e*n : (e+1)*n]. Sums are added in the order in which the routines for one matrix add them, so that
// each gets the same bits.

// Order is an order in which a sum of products is added.
type Order uint8

const (
	InOrder    Order = iota // one after the other
	InEights                // in eight running sums, as [Dot]
	InQuarters              // four at a time, as a product with a transposed matrix
)

// RowDot sets dst, a row of n, to the sum of the products of k rows of x, the first at i and each sx further on, with k
// rows of y.
func RowDot[T Float](order Order, n, k int, dst, x []T, i, sx int, y []T, j, sy int) {
	at := func(a []T, i int) []T { return a[i*n : (i+1)*n] }
	switch {
	case order == InEights && k >= 8:
		s := getScratch()
		defer s.put()
		acc := view[T](s, 8*n)
		clear(acc)
		p := 0
		for ; p+8 <= k; p += 8 {
			for r := range 8 {
				mulAdd(at(acc, r), at(x, i+(p+r)*sx), at(y, j+(p+r)*sy))
			}
		}
		for _, step := range []int{1, 2, 4} {
			for r := 0; r < 8; r += 2 * step {
				add(at(acc, r), at(acc, r), at(acc, r+step))
			}
		}
		copy(dst, at(acc, 0))
		for ; p < k; p++ {
			mulAdd(dst, at(x, i+p*sx), at(y, j+p*sy))
		}
	case order == InQuarters && k >= 4:
		m := 0
		if a, b, c, ok := wideRows(x, y, dst); ok {
			if m = n &^ 7; m > 0 {
				size := int(unsafe.Sizeof(x[0])) * n
				dotQuartersF64(unsafe.Pointer(&c[0]), unsafe.Pointer(&a[i*n]), unsafe.Pointer(&b[j*n]), m, k&^3, sx*size, sy*size)
			}
		}
		for l := m; l < n; l++ {
			var s T
			for p := 0; p+4 <= k; p += 4 {
				of := func(p int) T { return x[(i+p*sx)*n+l] * y[(j+p*sy)*n+l] }
				s += (of(p) + of(p+1)) + (of(p+2) + of(p+3))
			}
			dst[l] = s
		}
		for p := k &^ 3; p < k; p++ {
			mulAdd(dst, at(x, i+p*sx), at(y, j+p*sy))
		}
	default:
		inOrder(n, k, dst, x, i, sx, y, j, sy)
	}
}

// RowDotShared is [RowDot] with single numbers instead of the rows of x: an operand that all matrices share.
func RowDotShared[T Float](order Order, n, k int, dst, x []T, i, sx int, y []T, j, sy int) {
	if order == InOrder || k < 4 || order == InEights && k < 8 {
		shared(n, k, dst, x, i, sx, y, j, sy)
		return
	}
	// As few sums of several terms as there are in the order: each is one number times a row, which is added.
	s := getScratch()
	defer s.put()
	all := view[T](s, 10*n)
	acc, u, v := all[:8*n], all[8*n:9*n], all[9*n:]
	times := func(dst []T, p int) { shared(n, 1, dst, x, i+p*sx, 1, y, j+p*sy, 1) }
	plus := func(dst []T, p int) {
		times(v, p)
		add(dst, dst, v)
	}
	p := 0
	if order == InEights {
		clear(acc)
		for ; p+8 <= k; p += 8 {
			for r := range 8 {
				plus(acc[r*n:(r+1)*n], p+r)
			}
		}
		for _, step := range []int{1, 2, 4} {
			for r := 0; r < 8; r += 2 * step {
				add(acc[r*n:(r+1)*n], acc[r*n:(r+1)*n], acc[(r+step)*n:(r+step+1)*n])
			}
		}
		copy(dst, acc)
	} else {
		clear(dst)
		for ; p+4 <= k; p += 4 {
			times(u, p)
			plus(u, p+1)
			w := acc[:n]
			times(w, p+2)
			plus(w, p+3)
			add(u, u, w)
			add(dst, dst, u)
		}
	}
	for ; p < k; p++ {
		plus(dst, p)
	}
}

// shared adds the products of k numbers and rows one after the other.
func shared[T Float](n, k int, dst, x []T, i, sx int, y []T, j, sy int) {
	m := 0
	if x, y, dst, ok := wideRows(x, y, dst); ok && k > 0 {
		if m = n &^ 7; m > 0 {
			size := int(unsafe.Sizeof(x[0]))
			dotSharedF64(unsafe.Pointer(&dst[0]), unsafe.Pointer(&x[i]), unsafe.Pointer(&y[j*n]), m, k, sx*size, sy*n*size)
		}
	}
	for l := m; l < n; l++ {
		var s T
		for p := range k {
			s += x[i+p*sx] * y[(j+p*sy)*n+l]
		}
		dst[l] = s
	}
}

func inOrder[T Float](n, k int, dst, x []T, i, sx int, y []T, j, sy int) {
	m := 0
	if x, y, dst, ok := wideRows(x, y, dst); ok && k > 0 {
		if m = n &^ 7; m > 0 {
			size := int(unsafe.Sizeof(x[0])) * n
			dotRowsF64(unsafe.Pointer(&dst[0]), unsafe.Pointer(&x[i*n]), unsafe.Pointer(&y[j*n]), m, k, sx*size, sy*size)
		}
	}
	for l := m; l < n; l++ {
		var s T
		for p := range k {
			s += x[(i+p*sx)*n+l] * y[(j+p*sy)*n+l]
		}
		dst[l] = s
	}
}

// wideRows reports whether rows are of a type that the processor's routines take.
func wideRows[T Float](x, y, z []T) (a, b, c []float64, ok bool) {
	if AddF64 == nil {
		return nil, nil, nil, false
	}
	if a, ok = any(x).([]float64); ok {
		b, c = any(y).([]float64), any(z).([]float64)
	}
	return a, b, c, ok
}

// rows computes dst from x and y by f as far as it goes, and returns how far that is.
func rows[T Float](f Wide, dst, x, y []T) int {
	a, b, c, ok := wideRows(dst, x, y)
	m := len(dst) &^ 7
	if !ok || m == 0 {
		return 0
	}
	f(unsafe.Pointer(&a[0]), unsafe.Pointer(&b[0]), unsafe.Pointer(&c[0]), nil, m)
	return m
}

func add[T Float](dst, x, y []T) {
	for i := rows(AddF64, dst, x, y); i < len(dst); i++ {
		dst[i] = x[i] + y[i]
	}
}

func sub[T Float](dst, x, y []T) {
	for i := rows(SubF64, dst, x, y); i < len(dst); i++ {
		dst[i] = x[i] - y[i]
	}
}

func mul[T Float](dst, x, y []T) {
	for i := rows(MulF64, dst, x, y); i < len(dst); i++ {
		dst[i] = x[i] * y[i]
	}
}

func div[T Float](dst, x, y []T) {
	for i := rows(DivF64, dst, x, y); i < len(dst); i++ {
		dst[i] = x[i] / y[i]
	}
}

func mulAdd[T Float](dst, x, y []T) {
	for i := rows(MulAddF64, dst, x, y); i < len(dst); i++ {
		dst[i] += x[i] * y[i]
	}
}

func mulSub[T Float](dst, x, y []T) {
	for i := rows(MulSubF64, dst, x, y); i < len(dst); i++ {
		dst[i] -= x[i] * y[i]
	}
}

// RowSum sets dst, a row of n, to the sum of the k rows of x, in the order of [Sum].
func RowSum[T Float](n, k int, dst, x []T) {
	at := func(a []T, i int) []T { return a[i*n : (i+1)*n] }
	clear(dst)
	p := 0
	if k >= 8 {
		s := getScratch()
		defer s.put()
		acc := view[T](s, 8*n)
		clear(acc)
		for ; p+8 <= k; p += 8 {
			add(acc, acc, x[p*n:(p+8)*n])
		}
		for _, step := range []int{1, 2, 4} {
			for r := 0; r < 8; r += 2 * step {
				add(at(acc, r), at(acc, r), at(acc, r+step))
			}
		}
		copy(dst, at(acc, 0))
	}
	for ; p < k; p++ {
		add(dst, dst, at(x, p))
	}
}

// RowNorm sets dst, a row of n, to the Euclidean norms of the k rows of x, as [Norm].
func RowNorm[T Float](n, k int, dst, x []T) {
	var one T
	_, double := any(one).(float64)
	if double {
		RowDot(InEights, n, k, dst, x, 0, 1, x, 0, 1)
	}
	var member []T
	for l, v := range dst {
		s := float64(v)
		if double && (s > 0x1p-900 && !math.IsInf(s, 0) || math.IsNaN(s)) {
			dst[l] = T(math.Sqrt(s))
			continue
		}
		member = member[:0]
		for p := range k {
			member = append(member, x[p*n+l])
		}
		dst[l] = Norm(member)
	}
}

// RowCholesky is [Cholesky] for n matrices of order m.
func RowCholesky(m, n int, a, l []float64) {
	at := func(i, j int) []float64 { return l[(i*m+j)*n : (i*m+j+1)*n] }
	s := getScratch()
	defer s.put()
	t := view[float64](s, 2*n)
	t, bad := t[:n], t[n:]
	clear(bad)
	for i := range m {
		block := i &^ 3 // the entries left of a block of four rows are summed in order
		if block+4 > m {
			block = 0
		}
		for j := range m {
			if j > i {
				clear(at(i, j))
				continue
			}
			order := InEights
			if j < block {
				order = InOrder
			}
			copy(at(i, j), a[(i*m+j)*n:(i*m+j+1)*n])
			RowDot(order, n, j, t, l, i*m, 1, l, j*m, 1)
			sub(at(i, j), at(i, j), t)
			if j < i {
				div(at(i, j), at(i, j), at(j, j))
			}
		}
		d := at(i, i)
		for k, v := range d {
			if !(v > 0) || math.IsInf(v, 1) {
				bad[k] = 1
			}
			d[k] = math.Sqrt(v)
		}
	}
	for k, b := range bad {
		if b == 0 {
			continue
		}
		for e := range m * m {
			l[e*n+k] = math.NaN()
		}
	}
}

// RowTriangularSolve is [TriangularSolve] from the left for n matrices of order m, at most triangularBlock, with c
// right-hand sides each.
func RowTriangularSolve[T Float](lower, trans, unit bool, m, c, n int, a, b []T) {
	at := func(i, j int) []T { return a[(i*m+j)*n : (i*m+j+1)*n] }
	of := func(i, j int) []T { return b[(i*c+j)*n : (i*c+j+1)*n] }
	s := getScratch()
	defer s.put()
	t := view[T](s, n)
	for r := range m {
		i, j0, j1 := r, 0, r
		if lower == trans {
			i, j0, j1 = m-1-r, m-r, m
		}
		for col := range c {
			x := of(i, col)
			switch {
			case c == 1 && trans: // what is known has been taken out already
			case c == 1:
				RowDot(InEights, n, j1-j0, t, a, i*m+j0, 1, b, j0, 1)
				sub(x, x, t)
			default:
				start, step := i*m+j0, 1
				if trans {
					start, step = j0*m+i, m
				}
				quarters(n, j1-j0, x, a, start, step, b, j0*c+col, c, sub, mulSub)
			}
			if !unit {
				div(x, x, at(i, i))
			}
			if c == 1 && trans {
				k0, k1 := i+1, m
				if lower {
					k0, k1 = 0, i
				}
				for k := k0; k < k1; k++ {
					mulSub(of(k, 0), x, at(i, k))
				}
			}
		}
	}
}

// quarters puts a sum of products into dst, four at a time: fold takes the sum of four, and one a single product.
func quarters[T Float](n, k int, dst, x []T, i, sx int, y []T, j, sy int, fold, one func(dst, x, y []T)) {
	at := func(a []T, i int) []T { return a[i*n : (i+1)*n] }
	s := getScratch()
	defer s.put()
	t := view[T](s, 2*n)
	u, v := t[:n], t[n:]
	p := 0
	for ; p+4 <= k; p += 4 {
		mul(u, at(x, i+p*sx), at(y, j+p*sy))
		mulAdd(u, at(x, i+(p+1)*sx), at(y, j+(p+1)*sy))
		mul(v, at(x, i+(p+2)*sx), at(y, j+(p+2)*sy))
		mulAdd(v, at(x, i+(p+3)*sx), at(y, j+(p+3)*sy))
		add(u, u, v)
		fold(dst, dst, u)
	}
	for ; p < k; p++ {
		one(dst, at(x, i+p*sx), at(y, j+p*sy))
	}
}
