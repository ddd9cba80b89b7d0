package kernel

import "math/bits"

// Threefry2x32 enciphers the counter (c0, c1) under the key (k0, k1) with the
// 20-round Threefry-2x32 of J. Salmon, M. Moraes, R. Dror and D. Shaw,
// "Parallel random numbers: as easy as 1, 2, 3", SC'11.
func Threefry2x32(k0, k1, c0, c1 uint32) (uint32, uint32) {
	k2 := 0x1BD11BDA ^ k0 ^ k1
	x, y := c0+k0, c1+k1
	x, y = threefryOdd(x, y)
	x, y = threefryEven(x+k1, y+k2+1)
	x, y = threefryOdd(x+k2, y+k0+2)
	x, y = threefryEven(x+k0, y+k1+3)
	x, y = threefryOdd(x+k1, y+k2+4)
	return x + k2, y + k0 + 5
}

// threefryOdd is four rounds with the first half of the rotations.
func threefryOdd(x, y uint32) (uint32, uint32) {
	x += y
	y = bits.RotateLeft32(y, 13) ^ x
	x += y
	y = bits.RotateLeft32(y, 15) ^ x
	x += y
	y = bits.RotateLeft32(y, 26) ^ x
	x += y
	y = bits.RotateLeft32(y, 6) ^ x
	return x, y
}

// threefryEven is four rounds with the second half of the rotations.
func threefryEven(x, y uint32) (uint32, uint32) {
	x += y
	y = bits.RotateLeft32(y, 17) ^ x
	x += y
	y = bits.RotateLeft32(y, 29) ^ x
	x += y
	y = bits.RotateLeft32(y, 16) ^ x
	x += y
	y = bits.RotateLeft32(y, 24) ^ x
	return x, y
}

// threefryCost is roughly how many operations one number takes.
const threefryCost = 80

// ThreefryFill fills out with random bits: element i is the exclusive or of the
// two words of [Threefry2x32] at the 64-bit counter i, high word first. These
// are the numbers of jax.random.bits with the partitionable threefry.
func ThreefryFill(key [2]uint32, out []uint32) {
	if len(out) < ParallelWork/threefryCost {
		threefryRange(key, 0, out)
		return
	}
	Parallel(len(out), grainFor(threefryCost, 64), func(lo, hi int) { threefryRange(key, lo, out[lo:hi]) })
}

func threefryRange(key [2]uint32, from int, out []uint32) {
	for i := range out {
		c := uint64(from + i)
		x, y := Threefry2x32(key[0], key[1], uint32(c>>32), uint32(c))
		out[i] = x ^ y
	}
}

// ThreefryFill64 fills out with random 64-bit words: element i is both words of
// [Threefry2x32] at the 64-bit counter i, the first one high. These are the
// numbers of jax.random.bits in 64 bits with the partitionable threefry.
func ThreefryFill64(key [2]uint32, out []uint64) {
	if len(out) < ParallelWork/threefryCost {
		threefryRange64(key, 0, out)
		return
	}
	Parallel(len(out), grainFor(threefryCost, 64), func(lo, hi int) { threefryRange64(key, lo, out[lo:hi]) })
}

func threefryRange64(key [2]uint32, from int, out []uint64) {
	for i := range out {
		c := uint64(from + i)
		x, y := Threefry2x32(key[0], key[1], uint32(c>>32), uint32(c))
		out[i] = uint64(x)<<32 | uint64(y)
	}
}
