package num_test

import (
	"testing"

	"github.com/argmin-go/argmin/num"
)

func TestTraceCount(t *testing.T) {
	count := 0
	j := num.Jit(func(x A) A { count++; return rosen(x) })
	for i := range 3 {
		if _, err := j.Call(num.Vector(float64(i), 2)); err != nil {
			t.Fatal(err)
		}
	}
	if count != 1 {
		t.Errorf("traced %d times, want 1", count)
	}
	if _, err := j.Call(num.Vector(1, 2, 3)); err != nil || count != 2 {
		t.Errorf("a new shape: %d traces, %v", count, err)
	}
}
