package goid_test

import (
	"sync"
	"testing"

	"github.com/argmin-go/argmin/internal/core/goid"
)

// grow needs more stack the deeper it goes, so that the runtime moves it.
func grow(n int, f func()) byte {
	var page [512]byte
	if n == 0 {
		f()
		return page[0]
	}
	return grow(n-1, f) + page[n%len(page)]
}

// Goroutines that live at the same time have different numbers, which do not change.
func TestID(t *testing.T) {
	const n = 64
	ids := make([]uintptr, n)
	var ready, done sync.WaitGroup
	ready.Add(n)
	for i := range n {
		done.Go(func() {
			ids[i] = goid.ID()
			ready.Done()
			ready.Wait()
			grow(200, func() {
				if id := goid.ID(); id != ids[i] {
					t.Errorf("the number changed from %x to %x", ids[i], id)
				}
			})
		})
	}
	done.Wait()
	seen := map[uintptr]bool{goid.ID(): true}
	for _, id := range ids {
		if id == 0 || seen[id] {
			t.Errorf("two goroutines have the number %x", id)
		}
		seen[id] = true
	}
}
