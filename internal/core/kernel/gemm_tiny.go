package kernel

// A product is tiny when B has no more than gemmTiny elements and there are
// either few terms to an element (less than eight) or less than gemmTinyWork in
// all. Setting up anything for it would cost more than it saves.
const (
	gemmTiny     = 256
	gemmTinyWork = 1536
)

// gemmTinyNN is Gemm without transposes or packing: tiles of 2 by 4 straight
// from the rows of B.
func gemmTinyNN[T Float](m, n, k int, alpha T, a []T, lda int, b []T, ldb int, beta T, c []T, ldc int) {
	for i := 0; i < m; i += 2 {
		i1 := min(i+1, m-1) // the last row of an odd m goes twice
		r0, r1 := a[i*lda:i*lda+k], a[i1*lda:i1*lda+k]
		r1 = r1[:len(r0)]
		d0, d1 := c[i*ldc:i*ldc+n], c[i1*ldc:i1*ldc+n]
		j := 0
		for ; j+4 <= n; j += 4 {
			var c00, c01, c02, c03, c10, c11, c12, c13 T
			bj := b[j:]
			for p, a0 := range r0 {
				a1, bp := r1[p], (*[4]T)(bj)
				c00 += a0 * bp[0]
				c01 += a0 * bp[1]
				c02 += a0 * bp[2]
				c03 += a0 * bp[3]
				c10 += a1 * bp[0]
				c11 += a1 * bp[1]
				c12 += a1 * bp[2]
				c13 += a1 * bp[3]
				if len(bj) < ldb {
					break
				}
				bj = bj[ldb:]
			}
			o0, o1 := (*[4]T)(d0[j:]), (*[4]T)(d1[j:])
			v0 := [4]T{alpha * c00, alpha * c01, alpha * c02, alpha * c03}
			v1 := [4]T{alpha * c10, alpha * c11, alpha * c12, alpha * c13}
			if beta != 0 {
				v0[0], v0[1], v0[2], v0[3] = v0[0]+beta*o0[0], v0[1]+beta*o0[1], v0[2]+beta*o0[2], v0[3]+beta*o0[3]
				v1[0], v1[1], v1[2], v1[3] = v1[0]+beta*o1[0], v1[1]+beta*o1[1], v1[2]+beta*o1[2], v1[3]+beta*o1[3]
			}
			*o0, *o1 = v0, v1
		}
		for ; j < n; j++ {
			var s0, s1 T
			for p, a0 := range r0 {
				v := b[p*ldb+j]
				s0 += a0 * v
				s1 += r1[p] * v
			}
			s0, s1 = alpha*s0, alpha*s1
			if beta != 0 {
				s0, s1 = s0+beta*d0[j], s1+beta*d1[j]
			}
			d0[j], d1[j] = s0, s1
		}
	}
}

// gemmTinyNT is Gemm with B transposed, without packing: a row of C is B times
// a row of A.
func gemmTinyNT[T Float](m, n, k int, alpha T, a []T, lda int, b []T, ldb int, beta T, c []T, ldc int) {
	for i := range m {
		gemvN(0, n, k, alpha, b, ldb, a[i*lda:], beta, c[i*ldc:])
	}
}
