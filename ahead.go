package argmin

import "iter"

// ahead is a sequence whose next element is made while the last one is used. The
// goroutine that does it has ended when the loop over the sequence has.
func ahead[T any](seq iter.Seq[T]) iter.Seq[T] {
	return func(yield func(T) bool) {
		elements, left, failed := make(chan T, 1), make(chan struct{}), any(nil)
		go func() {
			defer close(elements)
			defer func() { failed = recover() }()
			for x := range seq {
				select {
				case elements <- x:
				case <-left:
					return
				}
			}
		}()
		defer func() {
			close(left)
			for range elements { // until the goroutine has ended
			}
			if failed != nil {
				panic(failed)
			}
		}()
		for x := range elements {
			if !yield(x) {
				return
			}
		}
	}
}
