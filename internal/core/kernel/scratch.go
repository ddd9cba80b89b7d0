package kernel

import (
	"sync"
	"unsafe"
)

// number lists the element types a scratch buffer may be viewed as: no
// pointers, and no stricter alignment than eight bytes.
type number interface {
	~float32 | ~float64 | ~int | ~int32 | ~int64 | ~uint32 | ~uint64
}

// scratch is reusable working memory of any element type.
type scratch struct{ words []uint64 }

var scratchPool = sync.Pool{New: func() any { return new(scratch) }}

// getScratch returns working memory to be handed back with put.
func getScratch() *scratch { return scratchPool.Get().(*scratch) }

func (s *scratch) put() { scratchPool.Put(s) }

// view returns the first n elements of s as a []T, growing s as needed. The
// contents are arbitrary. A later view of the same scratch shares its memory.
func view[T number](s *scratch, n int) []T {
	if n == 0 {
		return nil
	}
	var t T
	words := (n*int(unsafe.Sizeof(t)) + 7) / 8
	if words > len(s.words) {
		s.words = make([]uint64, max(words, 2*len(s.words)))
	}
	return unsafe.Slice((*T)(unsafe.Pointer(&s.words[0])), n)
}
