package kkt

import (
	"math"
	"math/rand/v2"
	"runtime"
	"testing"

	"github.com/argmin-go/argmin/internal/core/sparse"
	"github.com/argmin-go/argmin/num"
)

// chain has a tridiagonal H of order n and a J with m rows of three entries, with random numbers.
func chain(t *testing.T, n, m int) (h, j *sparse.Shared, k Matrices) {
	t.Helper()
	r := rand.New(rand.NewPCG(uint64(n), uint64(m)))
	made := func(rows int, row, col []int, v []float64) (*sparse.Shared, array) {
		p, slot, err := sparse.FromCOO(rows, n, row, col)
		if err != nil {
			t.Fatal(err)
		}
		values := make([]float64, p.NNZ())
		for i, s := range slot {
			values[s] += v[i]
		}
		return p, num.Vector(values...)
	}
	var row, col []int
	var v []float64
	add := func(i, j int, x float64) { row, col, v = append(row, i), append(col, j), append(v, x) }
	for i := range n {
		add(i, i, 2.1)
		if i > 0 {
			add(i, i-1, -1)
			add(i-1, i, -1)
		}
	}
	h, k.H = made(n, row, col, v)
	row, col, v = nil, nil, nil
	for i := range m {
		for c := range 3 {
			add(i, (i*n/m+2*c)%n, r.NormFloat64())
		}
	}
	j, k.J = made(m, row, col, v)
	return h, j, k
}

// A program and its derivative have the same patterns, which are arranged once.
func TestArrangedOnce(t *testing.T) {
	h, j, _ := chain(t, 30, 10)
	a, err := NewSparse(h, j)
	if err != nil {
		t.Fatal(err)
	}
	b, err := NewSparse(h, j)
	if err != nil {
		t.Fatal(err)
	}
	if a.arranged != b.arranged {
		t.Error("the same patterns are arranged twice")
	}
	_, other, _ := chain(t, 30, 11)
	c, err := NewSparse(h, other)
	if err != nil {
		t.Fatal(err)
	}
	if _, m := c.Size(); c.arranged == a.arranged || m != 11 {
		t.Errorf("another pattern has %d rows, want 11, or the arrangement of the one before", m)
	}
	runtime.KeepAlive(a)
}

// A rough solution has half of the digits, also with weights that are far apart, and the other one all.
func TestSolveRough(t *testing.T) {
	h, j, k := chain(t, 200, 80)
	s, err := NewSparse(h, j)
	if err != nil {
		t.Fatal(err)
	}
	r := rand.New(rand.NewPCG(3, 3))
	vector := func(n int, draw func() float64) array {
		v := make([]float64, n)
		for i := range v {
			v[i] = draw()
		}
		return num.Vector(v...)
	}
	weight := func() float64 { return math.Pow(10, 18*r.Float64()-6) }
	a, w := vector(200, weight), vector(80, weight)
	bx, by := vector(200, r.NormFloat64), vector(80, r.NormFloat64)
	f := s.Factor(k, a, w)
	off := func(x, y array) float64 { // beside the terms of each row
		ax, yw := a.Mul(x), y.Div(w)
		left := num.Concat(0, bx.Sub(s.HTimes(k, x)).Sub(ax).Sub(s.TransposeTimes(k, y)), by.Sub(s.JTimes(k, x)).Add(yw))
		size := Matrices{H: k.H.Abs(), J: k.J.Abs()}
		terms := num.Concat(0, bx.Abs().Add(s.HTimes(size, x.Abs())).Add(ax.Abs()).Add(s.TransposeTimes(size, y.Abs())), by.Abs().Add(s.JTimes(size, x.Abs())).Add(yw.Abs()))
		return left.Div(terms).Abs().Max().Item()
	}
	rough, whole := off(s.SolveRough(f, bx, by)), off(s.Solve(f, bx, by))
	if !(rough <= 1e-7 && whole <= 1e-14) {
		t.Errorf("what is left is %g of a rough solution and %g of the other one", rough, whole)
	}
}
