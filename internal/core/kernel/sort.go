package kernel

import "math"

// Key is an element type that sorts.
type Key interface {
	~float32 | ~float64 | ~int32 | ~int64 | ~uint32 | ~uint64
}

// sortShort is the length up to which insertion beats counting.
const sortShort = 100

// ArgsortStable sets idx, as long as keys, to the order that sorts keys
// ascending: keys[idx[0]] <= keys[idx[1]] <= ... Equal keys keep their order;
// -0 equals 0, and NaN comes last.
//
// Short slices by insertion, others by radix sort from the least significant
// byte, passing over bytes that are all the same (D. Knuth, The Art of Computer
// Programming, vol. 3, section 5.2.5, algorithm R).
func ArgsortStable[T Key, I ~int32 | ~int64](keys []T, idx []I) {
	idx = idx[:len(keys)]
	if len(keys) <= sortShort {
		argsortInsertion(keys, idx)
		return
	}
	argsortRadix(keys, idx)
}

// Sort sorts x ascending in place, in the order of [ArgsortStable].
func Sort[T Key](x []T) {
	if len(x) <= sortShort {
		for i := 1; i < len(x); i++ {
			v, j := x[i], i
			for ; j > 0 && before(v, x[j-1]); j-- {
				x[j] = x[j-1]
			}
			x[j] = v
		}
		return
	}
	s, t := getScratch(), getScratch()
	defer s.put()
	defer t.put()
	idx, y := view[int64](s, len(x)), view[T](t, len(x))
	argsortRadix(x, idx)
	copy(y, x)
	for i, j := range idx {
		x[i] = y[j]
	}
}

// before is < with NaN above all else.
func before[T Key](x, y T) bool { return x < y || x == x && y != y }

func argsortInsertion[T Key, I ~int32 | ~int64](keys []T, idx []I) {
	for i, v := range keys {
		j := i
		for ; j > 0 && before(v, keys[idx[j-1]]); j-- {
			idx[j] = idx[j-1]
		}
		idx[j] = I(i)
	}
}

func argsortRadix[T Key, I ~int32 | ~int64](keys []T, idx []I) {
	n := len(keys)
	sk, si := getScratch(), getScratch()
	defer sk.put()
	defer si.put()
	k := view[uint64](sk, 2*n)
	from, to := k[:n], k[n:]
	spare := view[I](si, n)
	var count [8][256]int32
	for i, v := range keys {
		u := sortBits(v)
		from[i], idx[i] = u, I(i)
		for b := range count {
			count[b][byte(u>>(8*b))]++
		}
	}
	order := idx
	for b := range count {
		c, shift := &count[b], 8*b
		if int(c[byte(from[0]>>shift)]) == n {
			continue
		}
		at := int32(0)
		for i, v := range c {
			c[i] = at
			at += v
		}
		for i, u := range from {
			p := &c[byte(u>>shift)]
			to[*p], spare[*p] = u, order[i]
			*p++
		}
		from, to, order, spare = to, from, spare, order
	}
	if n > 0 && &order[0] != &idx[0] {
		copy(idx, order)
	}
}

// sortBits maps v to an unsigned integer in the same order.
func sortBits[T Key](v T) uint64 {
	const sign = 1 << 63
	switch half := T(1) / 2; {
	case half != 0: // floating point
		if v != v {
			return math.MaxUint64
		}
		u := math.Float64bits(float64(v + 0)) // -0 becomes 0
		if u&sign != 0 {
			return ^u
		}
		return u | sign
	case T(0)-1 < 0:
		return uint64(int64(v)) ^ sign
	}
	return uint64(v)
}
