package num_test

import (
	"errors"
	"math"
	"slices"
	"testing"

	"github.com/argmin-go/argmin/num"
)

type A = num.Array

func near(t *testing.T, what string, got, want A, tol float64) {
	t.Helper()
	g, w := got.Float64s(), want.Float64s()
	if len(g) != len(w) {
		t.Fatalf("%s: shape %v, want %v", what, got.Shape(), want.Shape())
	}
	for i := range g {
		if !(math.Abs(g[i]-w[i]) <= tol*(1+math.Abs(w[i]))) {
			t.Fatalf("%s: element %d is %v, want %v", what, i, g[i], w[i])
		}
	}
}

// ToSlice gives a copy of the elements of each type, and an error for another type.
func TestToSlice(t *testing.T) {
	a := num.New([]int32{1, 2, 3, 4, 5, 6}, 2, 3)
	s := num.ToSlice[int32](a.T())
	if want := []int32{1, 4, 2, 5, 3, 6}; !slices.Equal(s, want) {
		t.Errorf("elements are %v, want %v", s, want)
	}
	s[0] = 9
	if a.At(0, 0).Item() != 1 {
		t.Error("the slice shares the array's storage")
	}
	if b := num.ToSlice[bool](a.Gt(num.Int(4))); !slices.Equal(b, []bool{false, false, false, false, true, true}) {
		t.Errorf("elements are %v", b)
	}
	if _, err := num.Try(func() []float64 { return num.ToSlice[float64](a) }); !errors.Is(err, num.ErrDType) {
		t.Errorf("elements of another type: %v", err)
	}
}
