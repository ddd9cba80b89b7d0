package num_test

import (
	"runtime"
	"testing"
	"weak"

	"github.com/argmin-go/argmin/num"
)

// What counts by its address, such as the pattern of a sparse matrix, must not give the address to another one
// as long as a program is kept for it.
func TestStaticDataOfAProgramIsKept(t *testing.T) {
	type size struct{ n int }
	type sized struct {
		X    num.Array
		size *size
	}
	j := num.Jit(func(s sized) num.Array { return s.X.Scale(float64(s.size.n)) })
	call := func() weak.Pointer[size] {
		s := sized{num.Scalar(2), &size{3}}
		if y, err := j.Call(s); err != nil || y.Item() != 6 {
			t.Errorf("%v, %v", y, err)
		}
		return weak.Make(s.size)
	}
	kept := call()
	runtime.GC()
	if kept.Value() == nil {
		t.Error("the address in the key of a program is free")
	}
	runtime.KeepAlive(j)
}

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
