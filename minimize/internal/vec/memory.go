package vec

import "slices"

// Grown is s with length n, in the memory of s if that is large enough. The elements are
// whatever was there.
func Grown[T any](s []T, n int) []T { return slices.Grow(s[:0], n)[:n] }

// Slab is one allocation that several vectors are cut from.
type Slab []float64

// Take cuts the next n numbers, which are zero.
func (s *Slab) Take(n int) []float64 {
	v := (*s)[:n:n]
	*s = (*s)[n:]
	return v
}
