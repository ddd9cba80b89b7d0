package sparse

import (
	"errors"
	"fmt"
	"math"
	"math/rand/v2"
	"testing"

	"gonum.org/v1/gonum/mat"
)

// lower is the lower triangle of a symmetric matrix, by rows; diagonal entries that are zero
// are entries only if diagonal.
func lower(a *mat.SymDense, diagonal bool) (*Pattern, []float64) {
	n := 0
	if a != nil {
		n = a.SymmetricDim()
	}
	p := &Pattern{Rows: n, Cols: n, Ptr: []int{0}}
	var values []float64
	for i := range n {
		for j := range i + 1 {
			if v := a.At(i, j); v != 0 || i == j && diagonal {
				p.Ind, values = append(p.Ind, j), append(values, v)
			}
		}
		p.Ptr = append(p.Ptr, len(p.Ind))
	}
	return p, values
}

// signs counts the eigenvalues of a by sign. It is not clear of those that are nearly zero.
func signs(t *testing.T, a *mat.SymDense) (positive, negative, zero int, clear bool) {
	t.Helper()
	var e mat.EigenSym
	if !e.Factorize(a, false) {
		t.Fatal("no eigenvalues")
	}
	values := e.Values(nil)
	largest := 0.
	for _, v := range values {
		largest = max(largest, math.Abs(v))
	}
	clear = true
	for _, v := range values {
		size := math.Abs(v) / largest
		clear = clear && !(size > 1e-14 && size < 1e-9)
		switch {
		case size <= 1e-12 || largest == 0:
			zero++
		case v > 0:
			positive++
		default:
			negative++
		}
	}
	return positive, negative, zero, clear
}

// times is A·x for the symmetric matrix of which p has one triangle.
func times(p *Pattern, values, x []float64) []float64 {
	y := make([]float64, p.Rows)
	for i := range p.Rows {
		for k := p.Ptr[i]; k < p.Ptr[i+1]; k++ {
			j := p.Ind[k]
			y[i] += values[k] * x[j]
			if i != j {
				y[j] += values[k] * x[i]
			}
		}
	}
	return y
}

// randomSymmetric has about density·n² entries, small integers or any numbers.
func randomSymmetric(r *rand.Rand, n int, density float64, integers bool) *mat.SymDense {
	if n == 0 {
		return nil
	}
	a := mat.NewSymDense(n, nil)
	for i := range n {
		for j := range i + 1 {
			if r.Float64() < density {
				v := r.NormFloat64()
				if integers {
					v = float64(r.IntN(5) - 2)
				}
				a.SetSym(i, j, v)
			}
		}
	}
	return a
}

// checkFactor compares inertia and solution with the dense matrix's.
func checkFactor(t *testing.T, a *mat.SymDense, opt Options) {
	t.Helper()
	for _, diagonal := range []bool{false, true} {
		p, values := lower(a, diagonal)
		s, err := Analyze(p, nil)
		if err != nil {
			t.Fatal(err)
		}
		f, err := s.Factorize(values, opt)
		if err != nil {
			t.Fatal(err)
		}
		pos, neg, zero := f.Inertia()
		var wantPos, wantNeg, wantZero int
		clear := true
		if a != nil {
			wantPos, wantNeg, wantZero, clear = signs(t, a)
		}
		if clear && (pos != wantPos || neg != wantNeg || zero != wantZero) {
			t.Errorf("inertia (%d, %d, %d), the eigenvalues have (%d, %d, %d)", pos, neg, zero, wantPos, wantNeg, wantZero)
		}
		r := rand.New(rand.NewPCG(1, 2))
		x := make([]float64, p.Rows)
		for i := range x {
			x[i] = r.NormFloat64()
		}
		b := times(p, values, x)
		y := make([]float64, len(b))
		backward, err := f.Solve(b, y)
		if err != nil || backward > 1e-12 {
			t.Errorf("backward error %g, %v", backward, err)
		}
		again := times(p, values, y)
		for i := range b {
			if math.Abs(again[i]-b[i]) > 1e-10*(1+math.Abs(b[i])) {
				t.Errorf("element %d of A·x is %g, want %g", i, again[i], b[i])
			}
		}
	}
}

func TestRandom(t *testing.T) {
	r := rand.New(rand.NewPCG(3, 4))
	for k := range 20000 {
		n := r.IntN(60)
		a := randomSymmetric(r, n, r.Float64()*r.Float64(), k%2 == 0)
		t.Run(fmt.Sprint(k, "/", n), func(t *testing.T) { checkFactor(t, a, Options{}) })
	}
}

var _ = errors.Is
