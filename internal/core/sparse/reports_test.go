package sparse

import (
	"errors"
	"math/rand/v2"
	"testing"

	"gonum.org/v1/gonum/mat"
)

// TestReportedInertia has matrices that users of other libraries reported: factorizations
// that failed, or returned NaN or a wrong inertia.
func TestReportedInertia(t *testing.T) {
	for name, c := range map[string]struct {
		n       int
		i, j    []int // from 1
		v       []float64
		inertia [3]int
	}{
		"LDLFactorizations.jl 150": {8, []int{1, 1, 2, 2, 3, 4, 5, 1, 2, 6, 3, 4, 5, 7, 2, 5, 8}, []int{1, 2, 2, 3, 3, 4, 5, 6, 6, 6, 7, 7, 7, 7, 8, 8, 8},
			[]float64{2.0001914615384617, -2, 4.000191461538462, 2, 2.0001914615384617, 2.0001914615384617, 2.0001914615384617, 1, 3, 0, 1, 1, -2, 0, 1, -1, 0}, [3]int{5, 3, 0}},
		"LDLFactorizations.jl 25": {2, []int{1, 2}, []int{2, 2}, []float64{1, 1}, [3]int{1, 1, 0}},
		"SparseArrays.jl 467":     {2, []int{1}, []int{2}, []float64{1}, [3]int{1, 1, 0}},
		"cvxpy 3313":              {3, []int{1, 1, 2, 3}, []int{1, 2, 2, 3}, []float64{1, 1, 1, 1}, [3]int{2, 0, 1}},
		"LDLFactorizations.jl 115": {4, []int{2, 2, 2, 3, 3, 4}, []int{2, 3, 4, 3, 4, 4},
			[]float64{5, -2.88675, -5.16389, 1.66667, 2.98142, 5.33333}, [3]int{2, 1, 1}}, // by its rounded digits
		"Uno 59":      {4, []int{3, 1, 2, 3}, []int{3, 4, 4, 4}, []float64{100, 1, 1, -1}, [3]int{2, 1, 1}},
		"Uno 68":      {4, []int{1, 1, 2, 3, 4}, []int{1, 2, 2, 3, 4}, []float64{-0.0198 + 1.25015, -0.277512, -0.624975 + 1.25015, 0, 0}, [3]int{2, 0, 2}},
		"julia 30861": {3, []int{1, 2}, []int{1, 3}, []float64{1, 0}, [3]int{1, 0, 2}},
		"CSparse.NET 4": {5, []int{1, 1, 1, 2, 2, 3, 3, 3, 4, 5}, []int{1, 3, 5, 2, 3, 3, 4, 5, 4, 5},
			[]float64{1, 4, 0.2, 1, 6, 6, 3, 3, 0.5, 0.5}, [3]int{4, 1, 0}},
	} {
		b := builder{n: c.n}
		for k, v := range c.v {
			b.add(c.i[k]-1, c.j[k]-1, v)
		}
		q := b.problem(name)
		a := mat.NewSymDense(c.n, nil)
		for k, v := range c.v {
			a.SetSym(c.i[k]-1, c.j[k]-1, v)
		}
		s, err := Analyze(q.p)
		if err != nil {
			t.Fatal(err)
		}
		f, err := s.Factorize(q.values, Options{})
		if err != nil {
			t.Fatal(name, err)
		}
		if pos, neg, zero := f.Inertia(); [3]int{pos, neg, zero} != c.inertia {
			t.Errorf("%s: inertia (%d, %d, %d), want %v", name, pos, neg, zero, c.inertia)
		}
		if _, err := s.Factorize(q.values, Options{Definite: true}); err == nil {
			t.Errorf("%s: positive definite", name)
		}
		checkFactor(t, a, Options{})
	}
}

// TestLowRank has products of thin matrices (cvxpy 3313: pivots of 1e-30 were divided by).
func TestLowRank(t *testing.T) {
	for seed := range uint64(300) {
		r := rand.New(rand.NewPCG(seed, 1))
		u := mat.NewDense(6, 2, nil)
		u.Apply(func(_, _ int, _ float64) float64 { return r.NormFloat64() }, u)
		a := mat.NewSymDense(6, nil)
		a.SymOuterK(1, u)
		checkFactor(t, a, exact)
	}
}

// TestReportedSingular has square matrices without an inverse that crashed other libraries, or
// gave NaN or numbers that mean nothing.
func TestReportedSingular(t *testing.T) {
	identity := mat.NewDense(10, 10, nil)
	for i := range 9 {
		identity.Set(i, i, 1)
	}
	identity.Set(9, 0, 0)
	four := mat.NewDense(20, 20, nil)
	four.Set(17, 0, 0.284213)
	four.Set(17, 6, 0.94933781)
	four.Set(17, 12, 0.15767017)
	four.Set(10, 13, 0.37797296)
	nine := mat.NewDense(3, 3, []float64{1, 2, 3, 4, 5, 6, 7, 8, 9})
	zeros := mat.NewDense(6, 6, nil)
	for i := range 6 {
		zeros.Set(i, (i+1)%6, float64(i)) // the first row is empty
	}
	for name, a := range map[string]*mat.Dense{"scipy 20993": identity, "scipy 3312": four, "scipy 2249": nine, "superlu 33": zeros} {
		p, values := sparseOf(a)
		s, err := AnalyzeLU(p)
		if err != nil {
			t.Fatal(err)
		}
		var singular *SingularError
		if _, err := s.Factorize(values); !errors.As(err, &singular) {
			t.Errorf("%s: error %v, want a SingularError", name, err)
		}
	}
}
