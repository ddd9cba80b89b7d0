package sparse

import (
	"errors"
	"math"
	"math/rand/v2"
	"slices"
	"testing"
)

// quasidefinite is [aI, Jᵀ; J, -eI] for the five-point Laplacian J of a grid, k by k, and its values.
func quasidefinite(t *testing.T, k int, a, e float64) (*Shared, []float64) {
	t.Helper()
	n := k * k
	var row, col []int
	var v []float64
	add := func(i, j int, x float64) { row, col, v = append(row, i), append(col, j), append(v, x) }
	for i := range n {
		add(i, i, a)
		add(n+i, i, 4)
		add(n+i, n+i, -e)
		for _, j := range []int{i - 1, i + 1, i - k, i + k} {
			if j >= 0 && j < n && (j/k == i/k || j%k == i%k) {
				add(n+i, j, -1)
			}
		}
	}
	return added(t, 2*n, row, col, v)
}

// added is the square matrix of n rows with the sums of the entries v.
func added(t *testing.T, n int, row, col []int, v []float64) (*Shared, []float64) {
	t.Helper()
	p, slot, err := FromCOO(n, n, row, col)
	if err != nil {
		t.Fatal(err)
	}
	values := make([]float64, p.NNZ())
	for i, s := range slot {
		values[s] += v[i]
	}
	return p, values
}

// A quasidefinite matrix is factored in the order of the analysis, where thresholds delay columns.
func TestOrderedQuasidefinite(t *testing.T) {
	for _, small := range []float64{1e-4, 1e-8, 1e-12} {
		p, values := quasidefinite(t, 30, small, small)
		s, err := Analyze(&p.Pattern)
		if err != nil {
			t.Fatal(err)
		}
		f, err := s.Factorize(values, Options{Ordered: true})
		if err != nil {
			t.Fatal(err)
		}
		if f.Delayed() != 0 || f.NNZ() != s.NNZ() {
			t.Errorf("%g: %d delayed, %d entries, want 0 and %d", small, f.Delayed(), f.NNZ(), s.NNZ())
		}
		if pos, neg, zero := f.Inertia(); pos != 900 || neg != 900 || zero != 0 {
			t.Errorf("%g: inertia %d, %d, %d, want 900, 900, 0", small, pos, neg, zero)
		}
		b, x := make([]float64, s.N()), make([]float64, s.N())
		rng := rand.New(rand.NewPCG(1, 1))
		for i := range b {
			b[i] = rng.NormFloat64()
		}
		if e, err := f.Solve(b, x); err != nil || e > 1e-14 {
			t.Errorf("%g: backward error %g, %v", small, e, err)
		}
	}
}

func TestOrderedSmallPivot(t *testing.T) {
	s, err := Analyze(&Pattern{Rows: 2, Cols: 2, Ptr: []int{0, 1, 3}, Ind: []int{0, 0, 1}})
	if err != nil {
		t.Fatal(err)
	}
	if _, err := s.Factorize([]float64{0, 1, 0}, Options{Ordered: true}); !errors.Is(err, ErrSmallPivot) {
		t.Errorf("error %v, want ErrSmallPivot", err)
	}
}

func TestMaxFill(t *testing.T) {
	p, values := quasidefinite(t, 100, 1e-9, 1e-9)
	s, err := Analyze(&p.Pattern)
	if err != nil {
		t.Fatal(err)
	}
	f, err := s.Factorize(values, Options{})
	if err != nil {
		t.Fatal(err)
	}
	if f.Delayed() == 0 {
		t.Fatal("no column is delayed: the test has no fill to notice")
	}
	if _, err := s.Factorize(values, Options{MaxFill: 1}); !errors.Is(err, ErrFill) {
		t.Errorf("error %v, want ErrFill", err)
	}
}

// Matrices that have no accurate factors in the given order are solved all the same.
func TestRegularSolver(t *testing.T) {
	pattern, err := Share(&Pattern{Rows: 3, Cols: 3, Ptr: []int{0, 1, 3, 6}, Ind: []int{0, 0, 1, 0, 1, 2}})
	if err != nil {
		t.Fatal(err)
	}
	v, err := pattern.RegularSolver()
	if err != nil {
		t.Fatal(err)
	}
	if w, _ := pattern.RegularSolver(); w != v {
		t.Error("there are two solvers, each with factors of its own")
	}
	for _, tiny := range []float64{0, 1e-15, 1e-10, 1} {
		a := []float64{tiny, 1, tiny, 1, 1, tiny} // lower triangle
		full := [3][3]float64{{tiny, 1, 1}, {1, tiny, 1}, {1, 1, tiny}}
		want, b, x := []float64{1, -2, 3}, make([]float64, 3), make([]float64, 3)
		if tiny == 1 { // ones alone would be singular
			full[2][2], a[5] = -1, -1
			full[0][0], a[0] = 3, 3
		}
		for i := range b {
			for j, w := range want {
				b[i] += full[i][j] * w
			}
		}
		if e := v.Solve(a, b, x, 1, false, nil); !(e <= 1e-15) {
			t.Errorf("%g: backward error %g", tiny, e)
		}
		for i, w := range want {
			if !(math.Abs(x[i]-w) < 1e-12) {
				t.Errorf("%g: x = %v, want %v", tiny, x, want)
				break
			}
		}
	}
}

// basis is [aI, Jᵀ; J, -eI] with a of both sizes, as linear programs have it near a solution: two thirds of the columns of J are free.
func basis(t *testing.T, rows, cols int, e float64) (*Shared, []float64) {
	t.Helper()
	rng := rand.New(rand.NewPCG(3, 4))
	var row, col []int
	var v []float64
	add := func(i, j int, x float64) { row, col, v = append(row, i), append(col, j), append(v, x) }
	for j := range cols {
		a := e
		if j%3 == 0 {
			a = 1 / e
		}
		add(j, j, a)
		for range 10 {
			add(cols+rng.IntN(rows), j, rng.NormFloat64())
		}
	}
	for i := range rows {
		add(cols+i, cols+i, -e)
	}
	return added(t, rows+cols, row, col, v)
}

// Where columns would be delayed at a great cost, corrections are combined: the matrix is singular but for 1e-10, and factors with pivots as they come have
// lost most of their digits.
func TestCombinedCorrections(t *testing.T) {
	p, values := basis(t, 1000, 2000, 1e-10)
	rng := rand.New(rand.NewPCG(1, 2))
	b, x := make([]float64, p.Rows), make([]float64, p.Rows)
	for i := range b {
		b[i] = rng.NormFloat64()
	}
	s, err := Analyze(&p.Pattern)
	if err != nil {
		t.Fatal(err)
	}
	plain, err := s.Factorize(values, Options{Ordered: true, Regular: true, ZeroPivot: 1e-17})
	if err != nil {
		t.Fatal(err)
	}
	if e, err := plain.Solve(b, x); err == nil && e < 1e-12 {
		t.Errorf("corrections one by one reach %g: the test has nothing to show", e)
	}
	for _, least := range []float64{0, 1e-8} {
		f, err := s.Factorize(values, Options{Ordered: true, Regular: true, ZeroPivot: 1e-17, Least: least})
		if err != nil {
			t.Fatal(err)
		}
		if f.raised != (least > 0) {
			t.Errorf("least %g: raised is %v", least, f.raised)
		}
		if e, err := f.Combined(b, x); err != nil || !(e <= rough) {
			t.Errorf("least %g: backward error %g, %v", least, e, err)
		}
		asked := 0
		f.stop = func() bool { asked++; return true }
		if f.Combined(b, x); asked != 1 {
			t.Errorf("least %g: after the first wish to stop there are %d more questions", least, asked-1)
		}
	}
	v, err := p.RegularSolver()
	if err != nil {
		t.Fatal(err)
	}
	again := make([]float64, len(x))
	for range 2 { // of the same matrix, found again or not
		if e := v.Solve(values, b, x, 1, false, nil); !(e <= rough) {
			t.Errorf("backward error %g", e)
		}
		if again[0] != 0 && !slices.Equal(x, again) {
			t.Error("two solutions of one system differ")
		}
		copy(again, x)
	}
	if f := v.kept.Get(); f != nil && f.(*factorization).ldl != nil {
		t.Error("columns were delayed")
	}
}

// Only a diagonal that is small on both sides is raised.
func TestLeastDiagonal(t *testing.T) {
	for _, q := range []struct {
		a, e   float64
		raised bool
	}{{1, 1e-10, false}, {1e-10, 1, false}, {1e-9, 1e-9, true}, {1e-6, 1e-6, false}} {
		p, values := quasidefinite(t, 5, q.a, q.e)
		s, err := Analyze(&p.Pattern)
		if err != nil {
			t.Fatal(err)
		}
		f, err := s.Factorize(values, Options{Ordered: true, Least: 1e-8})
		if err != nil || f.raised != q.raised {
			t.Errorf("%g and %g: raised %v, %v", q.a, q.e, f.raised, err)
		}
	}
}

// A solver of half of the digits has the factors of the other one, and leaves no more than half.
func TestHalfSolver(t *testing.T) {
	p, values := quasidefinite(t, 30, 1e-9, 1e-9)
	whole, err := p.RegularSolver()
	if err != nil {
		t.Fatal(err)
	}
	half, err := p.HalfSolver()
	if err != nil {
		t.Fatal(err)
	}
	if half.kept != whole.kept {
		t.Error("the factorizations are not those of the other solver")
	}
	rng := rand.New(rand.NewPCG(2, 2))
	b, x, again := make([]float64, p.Rows), make([]float64, p.Rows), make([]float64, p.Rows)
	for range 5 {
		for i := range b {
			b[i] = rng.NormFloat64()
		}
		rough, good := half.Solve(values, b, x, 1, false, nil), whole.Solve(values, b, x, 1, false, nil)
		if !(good <= 1e-15 && good <= rough && rough <= 2e-8) {
			t.Errorf("backward errors %g of half of the digits and %g of all", rough, good)
		}
		// What one solver has done changes nothing of what the other one gives.
		half.Solve(values, b, again, 1, false, nil)
		whole.Solve(values, b, again, 1, false, nil)
		if !slices.Equal(x, again) {
			t.Error("the same system has another solution")
		}
	}
}
