package sparse

import (
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
func signs(t testing.TB, a *mat.SymDense) (positive, negative, zero int, clear bool) {
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

// exact is for matrices that may be singular: smaller pivots would hide it by rounding.
var exact = Options{Threshold: 0.25}

// checkFactor compares inertia and solution with the dense matrix's.
func checkFactor(t testing.TB, a *mat.SymDense, opt Options) {
	t.Helper()
	for _, diagonal := range []bool{false, true} {
		p, values := lower(a, diagonal)
		s, err := Analyze(p)
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
	for k := range 3000 {
		n := r.IntN(60)
		checkFactor(t, randomSymmetric(r, n, r.Float64()*r.Float64(), k%2 == 0), exact)
	}
	for range 1000 { // nonsingular, with the default threshold
		n := 1 + r.IntN(60)
		a := randomSymmetric(r, n, r.Float64(), false)
		for i := range n {
			a.SetSym(i, i, r.NormFloat64())
		}
		checkFactor(t, a, Options{})
	}
}

// TestKKT has Hessians of any rank with constraints of any rank, with δ = 0 and above.
func TestKKT(t *testing.T) {
	r := rand.New(rand.NewPCG(7, 8))
	for range 1500 {
		n := 1 + r.IntN(30)
		m := r.IntN(n + 3)
		a := mat.NewSymDense(n+m, nil)
		for range r.IntN(n + 1) { // the Hessian is a sum of so many squares
			i, j, v, w := r.IntN(n), r.IntN(n), r.NormFloat64(), r.NormFloat64()
			a.SetSym(i, i, a.At(i, i)+v*v)
			if i != j {
				a.SetSym(i, j, a.At(i, j)+v*w)
				a.SetSym(j, j, a.At(j, j)+w*w)
			}
		}
		delta := []float64{0, 0, 1e-3, 1}[r.IntN(4)]
		for i := n; i < n+m; i++ {
			a.SetSym(i, i, -delta)
			if i > n && r.IntN(8) == 0 { // the same constraint again
				for j := range n {
					a.SetSym(i, j, a.At(i-1, j))
				}
				continue
			}
			for range 1 + r.IntN(4) {
				a.SetSym(i, r.IntN(n), r.NormFloat64())
			}
		}
		checkFactor(t, a, exact)
	}
}

// TestShapes has matrices of special patterns.
func TestShapes(t *testing.T) {
	r := rand.New(rand.NewPCG(9, 10))
	dense := func(n int) *mat.SymDense { return randomSymmetric(r, n, 1, false) }
	banded := mat.NewSymDense(80, nil)
	arrow := mat.NewSymDense(80, nil)
	reversed := mat.NewSymDense(80, nil)
	blocks := mat.NewSymDense(80, nil)
	for i := range 80 {
		for j := max(0, i-4); j <= i; j++ {
			banded.SetSym(i, j, r.NormFloat64())
		}
		arrow.SetSym(i, i, r.NormFloat64())
		arrow.SetSym(i, 79, r.NormFloat64())
		reversed.SetSym(i, i, r.NormFloat64())
		reversed.SetSym(i, 0, r.NormFloat64())
		for j := i / 7 * 7; j <= i; j++ {
			blocks.SetSym(i, j, r.NormFloat64())
		}
	}
	antidiagonal := mat.NewSymDense(40, nil)
	for i := range 40 {
		antidiagonal.SetSym(i, 39-i, 1+r.Float64())
	}
	hollow := dense(70)
	for i := range 70 {
		hollow.SetSym(i, i, 0)
	}
	for name, a := range map[string]*mat.SymDense{
		"empty": nil, "one": dense(1), "dense": dense(150), "banded": banded, "arrow": arrow, "reversed arrow": reversed,
		"disconnected": blocks, "diagonal zero": mat.NewSymDense(5, nil), "antidiagonal": antidiagonal, "hollow": hollow,
	} {
		t.Run(name, func(t *testing.T) {
			checkFactor(t, a, Options{})
			checkFactor(t, a, exact)
		})
	}
}

// TestLaplacians solves on grids, shifted too, where as many eigenvalues are negative as the
// formula says.
func TestLaplacians(t *testing.T) {
	for _, c := range []struct{ m, dims int }{{3000, 1}, {40, 2}, {11, 3}, {5, 4}} {
		q := laplacian("", c.m, c.dims)
		s, err := Analyze(q.p)
		if err != nil {
			t.Fatal(err)
		}
		for _, shift := range []float64{0, 1.05, 3.3} {
			values := shifted(q, shift)
			f, err := s.Factorize(values, Options{})
			if err != nil {
				t.Fatal(err)
			}
			below := eigenvaluesBelow(c.m, c.dims, shift)
			if pos, neg, zero := f.Inertia(); neg != below || zero != 0 || pos != s.N()-below {
				t.Errorf("%v shifted by %g: inertia (%d, %d, %d), want %d negative", c, shift, pos, neg, zero, below)
			}
			x := make([]float64, s.N())
			for i := range x {
				x[i] = math.Sin(float64(i))
			}
			y := times(q.p, values, x)
			if backward, err := f.Solve(y, y); err != nil || backward > 1e-15 {
				t.Errorf("%v shifted by %g: backward error %g, %v", c, shift, backward, err)
			}
			for i := range x {
				if math.Abs(x[i]-y[i]) > 1e-9 {
					t.Fatalf("%v shifted by %g: x[%d] = %g, want %g", c, shift, i, y[i], x[i])
				}
			}
		}
	}
}

// shifted is the values of q less a multiple of the identity.
func shifted(q problem, by float64) []float64 {
	values := make([]float64, len(q.values))
	copy(values, q.values)
	for i := range q.p.Rows {
		for k := q.p.Ptr[i]; k < q.p.Ptr[i+1]; k++ {
			if q.p.Ind[k] == i {
				values[k] -= by
			}
		}
	}
	return values
}

// eigenvaluesBelow counts those of the Laplacian of a grid, sums of 2 - 2cos(kπ/(m+1)).
func eigenvaluesBelow(m, dims int, bound float64) int {
	if dims == 0 {
		if bound > 0 {
			return 1
		}
		return 0
	}
	n := 0
	for k := 1; k <= m; k++ {
		n += eigenvaluesBelow(m, dims-1, bound-2+2*math.Cos(float64(k)*math.Pi/float64(m+1)))
	}
	return n
}

// TestDelayed has a matrix whose pivots have to wait: constraints that are eliminated before
// the only variables that could make them pivots.
func TestDelayed(t *testing.T) {
	r := rand.New(rand.NewPCG(11, 12))
	n, m := 2000, 1000
	b := builder{n: n + m}
	for i := range n {
		b.add(i, i, 0.01+r.Float64())
	}
	for i := range m {
		for _, j := range r.Perm(n)[:3] {
			b.add(n+i, j, r.NormFloat64())
		}
		b.add(n+i, n+i, 0)
	}
	q := b.problem("")
	s, err := Analyze(q.p)
	if err != nil {
		t.Fatal(err)
	}
	f, err := s.Factorize(q.values, Options{})
	if err != nil {
		t.Fatal(err)
	}
	if f.Delayed() == 0 || f.NNZ() <= s.NNZ() {
		t.Errorf("%d delayed, %d entries of %d: no pivot had to wait", f.Delayed(), f.NNZ(), s.NNZ())
	}
	if pos, neg, zero := f.Inertia(); pos != n || neg != m || zero != 0 {
		t.Errorf("inertia (%d, %d, %d), want (%d, %d, 0)", pos, neg, zero, n, m)
	}
	x := make([]float64, n+m)
	for i := range x {
		x[i] = 1
	}
	if backward, err := f.Solve(x, x); err != nil || backward > 1e-15 {
		t.Errorf("backward error %g, %v", backward, err)
	}
	// Fewer delays with another matrix in the same memory.
	for i := range m {
		q.values[q.p.Ptr[n+i+1]-1] = -1
	}
	if err := f.Refactorize(q.values); err != nil {
		t.Fatal(err)
	}
	if pos, neg, _ := f.Inertia(); pos != n || neg != m {
		t.Errorf("inertia (%d, %d) after another factorization, want (%d, %d)", pos, neg, n, m)
	}
}

// TestTriangles has the same matrix by its lower triangle, its upper one, and both, of which the
// lower one counts.
func TestTriangles(t *testing.T) {
	r := rand.New(rand.NewPCG(17, 18))
	n := 40
	a := randomSymmetric(r, n, 0.2, false)
	x := make([]float64, n)
	for i := range n {
		a.SetSym(i, i, r.NormFloat64())
		x[i] = r.NormFloat64()
	}
	for _, which := range []string{"lower", "upper", "both"} {
		p := &Pattern{Rows: n, Cols: n, Ptr: []int{0}}
		var values []float64
		for i := range n {
			for j := range n {
				v := a.At(i, j)
				if v == 0 || which == "lower" && j > i || which == "upper" && j < i {
					continue
				}
				if which == "both" && j > i {
					v = 1e9 // not read
				}
				p.Ind, values = append(p.Ind, j), append(values, v)
			}
			p.Ptr = append(p.Ptr, len(p.Ind))
		}
		s, err := Analyze(p)
		if err != nil {
			t.Fatal(err)
		}
		f, err := s.Factorize(values, Options{})
		if err != nil {
			t.Fatal(err)
		}
		var b mat.VecDense
		b.MulVec(a, mat.NewVecDense(n, x))
		y := make([]float64, n)
		if backward, err := f.Solve(b.RawVector().Data, y); err != nil || backward > 1e-15 {
			t.Errorf("%s: backward error %g, %v", which, backward, err)
		}
		for i := range x {
			if math.Abs(x[i]-y[i]) > 1e-12*f.Condition() {
				t.Errorf("%s: x[%d] = %g, want %g", which, i, y[i], x[i])
			}
		}
	}
}
