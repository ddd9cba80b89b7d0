package sparse_test

import (
	"math"
	"reflect"
	"runtime"
	"strings"
	"testing"

	"github.com/argmin-go/argmin/internal/core/treedef"
	"github.com/argmin-go/argmin/num"
	"github.com/argmin-go/argmin/sparse"
)

// message is the text of the error that f panics with.
func message(t *testing.T, f func()) string {
	t.Helper()
	_, err := num.Try(func() (r int) { f(); return })
	if err == nil {
		t.Error("there is no error")
		return ""
	}
	return err.Error()
}

func TestEqualPatternsAreOne(t *testing.T) {
	a := sparse.FromCOO(3, 4, []int{2, 0, 2}, []int{1, 3, 0}, num.Vector(1, 2, 3))
	b := sparse.FromCSR(3, 4, []int{0, 1, 1, 3}, []int{3, 0, 1}, num.Vector(4, 5, 6))
	if a.Pattern() != b.Pattern() {
		t.Error("two equal patterns differ")
	}
	type data struct{ A sparse.Matrix }
	leaves, d, err := treedef.Flatten[num.Array](data{a})
	if err != nil {
		t.Fatal(err)
	}
	_, e, _ := treedef.Flatten[num.Array](data{b})
	if len(leaves) != 1 || !d.Equal(e) || d.Paths()[0] != ".A.Values" {
		t.Errorf("leaves %v at %q, equal structures: %t", leaves, d.Paths(), d.Equal(e))
	}
	_, e, _ = treedef.Flatten[num.Array](data{sparse.FromCOO(3, 4, []int{0}, []int{1}, num.Vector(1))})
	if d.Equal(e) {
		t.Error("different patterns are one structure")
	}
	if a.Pattern().T().T() != a.Pattern() {
		t.Error("the transpose of the transpose is another pattern")
	}
}

// A pattern that nobody has any more does not stay in memory.
func TestPatternsAreFreed(t *testing.T) {
	size := func() uint64 {
		runtime.GC()
		runtime.GC()
		var m runtime.MemStats
		runtime.ReadMemStats(&m)
		return m.HeapAlloc
	}
	before := size()
	for n := range 10 {
		ptr := make([]int, 1_000_001+n)
		sparse.NewPattern(1_000_000+n, 1, ptr, nil)
	}
	if after := size(); after > before+16<<20 {
		t.Errorf("%d MB before, %d MB after", before>>20, after>>20)
	}
}

func TestGradientIsAMatrix(t *testing.T) {
	a := sparse.FromCOO(2, 2, []int{1, 0, 1}, []int{0, 0, 0}, num.Vector(1, 2, 3))
	g := num.Grad(func(a sparse.Matrix) num.Array { return a.Values.Square().Sum() })(a)
	if g.Pattern() != a.Pattern() || !reflect.DeepEqual(g.Values.Float64s(), []float64{4, 8}) {
		t.Errorf("the gradient is %v", g.Values)
	}
	// Through the sum of the entries at one place.
	h := num.Grad(func(v num.Array) num.Array {
		return sparse.FromCOO(2, 2, []int{1, 0, 1}, []int{0, 0, 0}, v).Values.Square().Sum()
	})(num.Vector(1, 2, 3))
	if !reflect.DeepEqual(h.Float64s(), []float64{8, 4, 8}) {
		t.Errorf("the gradient with respect to the entries is %v", h)
	}
}

func TestBadMatrices(t *testing.T) {
	v := num.Vector(1, 2)
	for _, c := range []struct {
		f    func()
		want string
	}{
		{func() { sparse.FromCOO(2, 3, []int{0, 2}, []int{0, 1}, v) }, "entry 1 is at row 2 and column 1 of a matrix of 2 rows and 3 columns"},
		{func() { sparse.FromCOO(2, 3, []int{0, 1}, []int{0, -1}, v) }, "entry 1 is at row 1 and column -1"},
		{func() { sparse.FromCOO(2, 3, []int{0, 1}, []int{0}, v) }, "2 row indices and 1 column indices"},
		{func() { sparse.FromCOO(2, 3, []int{0, 1, 1}, []int{0, 1, 2}, v) }, "values have shape [2], want [3]"},
		{func() { sparse.FromCOO(-2, 3, nil, nil, num.Zeros(0)) }, "-2 rows and 3 columns"},
		{func() { sparse.FromCOO(math.MaxInt, 3, nil, nil, num.Zeros(0)) }, "too large: indices have 32 bits"},
		{func() { sparse.FromCSR(2, 3, []int{0, 2}, []int{0, 1}, v) }, "the row pointers are 2 numbers from [0] to [2]; want 3"},
		{func() { sparse.FromCSC(2, 2, nil, []int{0, 1}, v) }, "the column pointers are 0 numbers from nothing to nothing; want 3"},
		{func() { sparse.FromCSC(2, 2, []int{0, 1, 2}, []int{0, 5}, v) }, "entry 1 is at row 5 and column 1"},
		{func() { sparse.NewPattern(1, 2, []int{0, 2}, []int{1, 0}) }, "columns must increase"},
		{func() { sparse.New(sparse.Pattern{}, v) }, "the zero Pattern was used"},
		{func() { sparse.Matrix{Values: v}.Dims() }, "the zero Matrix was used"},
		{func() { sparse.New(sparse.NewPattern(1, 2, []int{0, 2}, []int{0, 1}), num.Vector(1)) }, "values have shape [1], want [2]"},
		{func() {
			sparse.New(sparse.NewPattern(1, 2, []int{0, 2}, []int{0, 1}), v.AsType(num.Int32))
		}, "values are int32, want a floating-point type"},
	} {
		if got := message(t, c.f); !strings.Contains(got, c.want) {
			t.Errorf("error %q, want %q", got, c.want)
		}
	}
}
