package sparse

import (
	"errors"
	"fmt"
	"math"
	"math/rand/v2"
	"slices"
	"strings"
	"sync"
	"testing"

	"gonum.org/v1/gonum/mat"
)

// randomSquare is a matrix with the given part of its entries, of a pattern that is nearly
// symmetric or not, and its sparse form.
func randomSquare(r *rand.Rand, n int, density float64, symmetric bool) (*mat.Dense, *Pattern, []float64) {
	a := mat.NewDense(n, n, nil)
	for i := range n {
		for j := range n {
			if r.Float64() < density || symmetric && (i == j || j < i && a.At(j, i) != 0) {
				a.Set(i, j, r.NormFloat64())
			}
		}
	}
	p, values := sparseOf(a)
	return a, p, values
}

func sparseOf(a *mat.Dense) (*Pattern, []float64) {
	m, n := a.Dims()
	p := &Pattern{Rows: m, Cols: n, Ptr: []int{0}}
	var values []float64
	for i := range m {
		for j := range n {
			if v := a.At(i, j); v != 0 {
				p.Ind, values = append(p.Ind, j), append(values, v)
			}
		}
		p.Ptr = append(p.Ptr, len(p.Ind))
	}
	return p, values
}

// TestLURandom solves both systems, and compares the condition number with the dense one's.
func TestLURandom(t *testing.T) {
	r := rand.New(rand.NewPCG(1, 2))
	singular := 0
	for k := range 1500 {
		n := 1 + r.IntN(50)
		a, p, values := randomSquare(r, n, r.Float64()*r.Float64(), k%2 == 0)
		if k%4 == 0 { // pivots off the diagonal, which have to wait for their columns
			for i := range n {
				a.Set(i, i, a.At(i, i)*1e-9)
			}
			p, values = sparseOf(a)
		}
		s, err := AnalyzeLU(p)
		if err != nil {
			t.Fatal(err)
		}
		var inverse mat.Dense
		dense := math.Inf(1)
		if err := inverse.Inverse(a); err == nil {
			dense = mat.Norm(a, 1) * mat.Norm(&inverse, 1)
		}
		f, err := s.Factorize(values)
		var none *SingularError
		if errors.As(err, &none) {
			singular++
			if dense < 1e13 {
				t.Errorf("%v, but the condition number is %g", err, dense)
			}
			continue
		}
		if err != nil {
			t.Fatal(err)
		}
		if dense > 1e14 {
			if k%4 != 0 && f.Condition() < 1e10 { // the others are only badly scaled
				t.Errorf("condition number %g, want %g", f.Condition(), dense)
			}
			continue
		}
		b, x := make([]float64, 2*n), make([]float64, 2*n)
		for i := range b {
			b[i] = r.NormFloat64()
		}
		for name, solve := range map[string]func(b, x []float64) (float64, error){"A": f.Solve, "Aᵀ": f.SolveTransposed} {
			backward, err := solve(b, x)
			if err != nil || backward > 1e-14 {
				t.Errorf("%s: backward error %g, %v", name, backward, err)
			}
			var m mat.Matrix = a
			if name == "Aᵀ" {
				m = a.T()
			}
			for side := range 2 {
				var y mat.VecDense
				y.MulVec(m, mat.NewVecDense(n, x[side*n:(side+1)*n]))
				for i := range n {
					if math.Abs(y.AtVec(i)-b[side*n+i]) > 1e-13*dense {
						t.Errorf("%s: element %d of the product is %g, want %g", name, i, y.AtVec(i), b[side*n+i])
					}
				}
			}
		}
	}
	if singular == 0 || singular > 1400 {
		t.Errorf("%d singular matrices of 1500: the test has no variety", singular)
	}
}

// TestLUShapes has a permutation, the empty matrix, a scaled one, and an order that the
// diagonal's zeros forbid.
func TestLUShapes(t *testing.T) {
	permutation := mat.NewDense(30, 30, nil)
	shifted := mat.NewDense(30, 30, nil)
	for i := range 30 {
		permutation.Set(i, (7*i+3)%30, 2)
		shifted.Set(i, i, 1e-30) // present, but no pivot
		shifted.Set(i, (i+1)%30, 1)
		shifted.Set((i+1)%30, i, 2)
		if i > 0 {
			shifted.Set(i, 0, math.Pow(10, float64(i-15)))
		}
	}
	for name, a := range map[string]*mat.Dense{"permutation": permutation, "shifted": shifted} {
		p, values := sparseOf(a)
		s, err := AnalyzeLU(p)
		if err != nil {
			t.Fatal(err)
		}
		f, err := s.Factorize(values)
		if err != nil {
			t.Fatal(name, err)
		}
		b := make([]float64, 30)
		for i := range b {
			b[i] = float64(i)
		}
		if backward, err := f.Solve(b, b); err != nil || backward > 1e-15 {
			t.Errorf("%s: backward error %g, %v", name, backward, err)
		}
	}
	s, err := AnalyzeLU(&Pattern{Ptr: []int{0}})
	if err != nil {
		t.Fatal(err)
	}
	f, err := s.Factorize(nil)
	if err != nil {
		t.Fatal(err)
	}
	if _, err := f.Solve(nil, nil); err != nil {
		t.Error(err)
	}
}

// TestLULarge solves for flow across a grid, whose matrix is not symmetric, and a system with a
// full row and a full column; again in the same memory.
func TestLULarge(t *testing.T) {
	m := 60
	n := m * m
	flow := transport(m)
	arrow := &Pattern{Rows: n, Cols: n, Ptr: []int{0}}
	var values []float64
	for i := range n {
		switch {
		case i == 0:
			for j := range n {
				arrow.Ind, values = append(arrow.Ind, j), append(values, 1)
			}
		default:
			arrow.Ind, values = append(arrow.Ind, 0, i), append(values, 1, float64(2*n))
		}
		arrow.Ptr = append(arrow.Ptr, len(arrow.Ind))
	}
	for _, q := range []problem{flow, {"arrow", arrow, values}} {
		s, err := AnalyzeLU(q.p)
		if err != nil {
			t.Fatal(err)
		}
		f, err := s.Factorize(q.values)
		if err != nil {
			t.Fatal(err)
		}
		nnz := f.NNZ()
		if err := f.Refactorize(q.values); err != nil || f.NNZ() != nnz {
			t.Fatal(err, f.NNZ(), nnz)
		}
		if most := 40 * q.p.NNZ(); nnz > most {
			t.Errorf("%s: %d entries of the factors, want at most %d", q.name, nnz, most)
		}
		b := make([]float64, n)
		for i := range b {
			b[i] = math.Sin(float64(i))
		}
		x := make([]float64, n)
		if backward, err := f.Solve(b, x); err != nil || backward > 1e-15 {
			t.Errorf("%s: backward error %g, %v", q.name, backward, err)
		}
	}
}

// transport is convection and diffusion on a grid of m by m points, with upwind differences.
func transport(m int) problem {
	n := m * m
	p := &Pattern{Rows: n, Cols: n, Ptr: []int{0}}
	q := problem{name: fmt.Sprintf("transport-%d", n), p: p}
	add := func(j int, v float64) { p.Ind, q.values = append(p.Ind, j), append(q.values, v) }
	for i := range n {
		if i >= m {
			add(i-m, -6)
		}
		if i%m > 0 {
			add(i-1, -3)
		}
		add(i, 11)
		if i%m < m-1 {
			add(i+1, -1)
		}
		if i < n-m {
			add(i+m, -1)
		}
		p.Ptr = append(p.Ptr, len(p.Ind))
	}
	return q
}

// TestLUConcurrent factors and solves in many goroutines with one analysis, by fronts and by
// columns.
func TestLUConcurrent(t *testing.T) {
	r := rand.New(rand.NewPCG(5, 6))
	_, p, values := randomSquare(r, 60, 0.1, false)
	for _, q := range []problem{transport(20), {"random", p, values}} {
		s, err := AnalyzeLU(q.p)
		if err != nil {
			t.Fatal(err)
		}
		solve := func() []float64 {
			f, err := s.Factorize(q.values)
			if err != nil {
				t.Error(err)
				return nil
			}
			x := make([]float64, q.p.Rows)
			for i := range x {
				x[i] = 1
			}
			f.Solve(x, x)
			f.SolveTransposed(x, x)
			return x
		}
		want := solve()
		var all sync.WaitGroup
		for range 8 {
			all.Go(func() {
				for range 5 {
					if x := solve(); !slices.Equal(x, want) {
						t.Errorf("%s: another solution", q.name)
					}
				}
			})
		}
		all.Wait()
	}
}

// FuzzLU makes a matrix of the input: an entry for every three bytes. What is solved is solved
// to rounding, and what is not is singular.
func FuzzLU(f *testing.F) {
	f.Add(uint8(3), []byte{0, 0, 200, 1, 0, 3, 2, 1, 255})
	f.Add(uint8(30), []byte("the quick brown fox jumps over the lazy dog, and no pivot is left behind"))
	f.Fuzz(func(t *testing.T, n uint8, data []byte) {
		if n == 0 {
			return
		}
		a := mat.NewDense(int(n), int(n), nil)
		for ; len(data) >= 3; data = data[3:] {
			a.Set(int(data[0])%int(n), int(data[1])%int(n), float64(int8(data[2]))/16)
		}
		p, values := sparseOf(a)
		s, err := AnalyzeLU(p)
		if err != nil {
			t.Fatal(err)
		}
		g, err := s.Factorize(values)
		var singular *SingularError
		if errors.As(err, &singular) {
			var svd mat.SVD
			if svd.Factorize(a, mat.SVDNone) {
				if v := svd.Values(nil); v[len(v)-1] > 1e-9*v[0] {
					t.Errorf("%v, but the singular values are from %g to %g", err, v[0], v[len(v)-1])
				}
			}
			return
		}
		if err != nil {
			t.Fatal(err)
		}
		x := make([]float64, n)
		for i := range x {
			x[i] = 1
		}
		if backward, err := g.Solve(x, x); err != nil || backward > 1e-10 {
			t.Errorf("backward error %g, %v", backward, err)
		}
	})
}

func TestLUBadInput(t *testing.T) {
	if _, err := AnalyzeLU(&Pattern{Rows: 1, Cols: 2, Ptr: []int{0, 0}}); err == nil || !strings.Contains(err.Error(), "1 rows and 2 columns") {
		t.Errorf("error %v, want a word on the shape", err)
	}
	s, err := AnalyzeLU(full(2, 2))
	if err != nil {
		t.Fatal(err)
	}
	for want, values := range map[string][]float64{
		"3 values, want 4":         {1, 2, 3},
		"entry 2 of the matrix is": {1, 2, math.NaN(), 1},
		"the matrix is singular":   {1, 2, 2, 4},
	} {
		if _, err := s.Factorize(values); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("error %v, want %q", err, want)
		}
	}
	f, err := s.Factorize([]float64{1, 2, 3, 4})
	if err != nil {
		t.Fatal(err)
	}
	if _, err := f.Solve([]float64{1, math.NaN()}, make([]float64, 2)); err == nil || !strings.Contains(err.Error(), "right side is NaN") {
		t.Errorf("error %v, want a word on NaN", err)
	}
	if _, err := f.Solve(make([]float64, 3), make([]float64, 3)); err == nil || !strings.Contains(err.Error(), "multiple of 2") {
		t.Errorf("error %v, want a word on the length", err)
	}
}
