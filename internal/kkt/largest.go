package kkt

import "github.com/argmin-go/argmin/num"

// Segments finds the largest of the entries of each segment: neighbours are joined two and two, again and again.
type Segments struct {
	pairs [][2]array // of each round: what is joined with what; what is alone, with itself
	last  array      // where the segments are in the end; the place after all of them is that of a segment without entries
}

// NewSegments prepares it for entries of which at says the segments, from 0 to n - 1.
func NewSegments(at []int32, n int) Segments {
	begin := make([]int32, n+1) // where each segment begins
	for _, seg := range at {
		begin[seg+1]++
	}
	for seg := range n {
		begin[seg+1] += begin[seg]
	}
	place, of := make([]int32, len(at)), make([]int32, len(at)) // by segments, and the segment of each place
	for i, seg := range at {
		place[begin[seg]], of[begin[seg]] = int32(i), seg
		begin[seg]++
	}
	var s Segments
	for again := true; again; {
		again = false
		pairs := 0
		for i := 0; i < len(of); pairs++ {
			if i++; i < len(of) && of[i] == of[i-1] {
				i++
			}
		}
		a, b, next := make([]int32, 0, pairs), make([]int32, 0, pairs), make([]int32, 0, pairs)
		for i := 0; i < len(of); {
			j := i
			if i+1 < len(of) && of[i+1] == of[i] {
				j++
			}
			a, b, next = append(a, place[i]), append(b, place[j]), append(next, of[i])
			if k := len(next); k > 1 && next[k-2] == of[i] {
				again = true
			}
			i = j + 1
		}
		s.pairs = append(s.pairs, [2]array{places(a), places(b)})
		of, place = next, make([]int32, len(next))
		for i := range place {
			place[i] = int32(i)
		}
	}
	last := make([]int32, n)
	for i := range last {
		last[i] = int32(len(of))
	}
	for i, seg := range of {
		last[seg] = int32(i)
	}
	s.last = places(last)
	return s
}

// Largest is the largest of each segment of numbers that are not negative, and 0 of none.
func (s Segments) Largest(v array) array {
	if v.Size() > 0 {
		for _, p := range s.pairs {
			v = num.Maximum(v.Take(p[0], 0), v.Take(p[1], 0))
		}
	}
	return num.Concat(0, v, num.Full(v.DType(), 0, 1)).Take(s.last, 0)
}
