package sparse

import (
	"math"
	"math/rand/v2"
	"strings"
	"testing"

	"gonum.org/v1/gonum/mat"
)

// full is the pattern of a matrix without zeros.
func full(m, n int) *Pattern {
	p := &Pattern{Rows: m, Cols: n, Ptr: []int{0}}
	for range m {
		for j := range n {
			p.Ind = append(p.Ind, j)
		}
		p.Ptr = append(p.Ptr, len(p.Ind))
	}
	return p
}

// orthogonal is a random m×n matrix with orthonormal columns.
func orthogonal(r *rand.Rand, m, n int) *mat.Dense {
	a := mat.NewDense(m, n, nil)
	for i := range m {
		for j := range n {
			a.Set(i, j, r.NormFloat64())
		}
	}
	var qr mat.QR
	qr.Factorize(a)
	var q mat.Dense
	qr.QTo(&q)
	return mat.DenseCopyOf(q.Slice(0, m, 0, n))
}

// TestLeastSquaresAccuracy solves with condition numbers up to 1e8, and residuals small and
// large: the error is that of QR.
func TestLeastSquaresAccuracy(t *testing.T) {
	r := rand.New(rand.NewPCG(1, 1))
	m, n := 40, 15
	l, err := AnalyzeLeastSquares(full(m, n))
	if err != nil {
		t.Fatal(err)
	}
	for power := 0; power <= 8; power++ {
		for _, rest := range []float64{0, 1e-4, 1} {
			kappa := math.Pow(10, float64(power))
			u, v := orthogonal(r, m, n+1), orthogonal(r, n, n)
			sv := mat.NewDiagDense(n, nil)
			for i := range n {
				sv.SetDiag(i, math.Pow(kappa, -float64(i)/float64(n-1)))
			}
			var j mat.Dense
			j.Product(u.Slice(0, m, 0, n), sv, v.T())
			x := make([]float64, n)
			for i := range x {
				x[i] = r.NormFloat64()
			}
			b := mat.NewVecDense(m, nil)
			b.MulVec(&j, mat.NewVecDense(n, x))
			for i := range m { // beyond the range of J
				b.SetVec(i, b.AtVec(i)+rest*u.At(i, n))
			}
			f, err := l.Factorize(j.RawMatrix().Data, 0, nil)
			if err != nil {
				t.Fatal(err)
			}
			got := make([]float64, n)
			gradient, err := f.Solve(b.RawVector().Data, got)
			if err != nil {
				t.Fatal(err)
			}
			var qr mat.QR
			qr.Factorize(&j)
			var ref mat.VecDense
			if err := qr.SolveVecTo(&ref, false, b); err != nil {
				if _, ok := err.(mat.Condition); !ok {
					t.Fatal(err)
				}
			}
			mine, other := 0., 0.
			for i := range x {
				mine, other = max(mine, math.Abs(got[i]-x[i])), max(other, math.Abs(ref.AtVec(i)-x[i]))
			}
			t.Logf("condition 1e%d, residual %g: error %.1e, of QR %.1e, augmented %v, gradient %.1e", power, rest, mine, other, f.Augmented(), gradient)
			if bound := 100 * epsilon * (kappa + kappa*kappa*rest); mine > bound || gradient > 1e-14 {
				t.Errorf("condition 1e%d, residual %g: error %g above %g (QR %g), gradient %g", power, rest, mine, bound, other, gradient)
			}
		}
	}
}

// TestLeastSquaresDamped compares with the dense problem below whose J stands √λ·D, in units
// of any size.
func TestLeastSquaresDamped(t *testing.T) {
	r := rand.New(rand.NewPCG(2, 2))
	for range 200 {
		m, n := 1+r.IntN(20), 1+r.IntN(12)
		unit := math.Pow(10, 200*r.Float64()-100)
		p := &Pattern{Rows: m, Cols: n, Ptr: []int{0}}
		var values []float64
		a := mat.NewDense(m+n, n, nil)
		for i := range m {
			for j := range n {
				if r.IntN(3) == 0 {
					v := r.NormFloat64()
					p.Ind, values = append(p.Ind, j), append(values, v*unit)
					a.Set(i, j, v)
				}
			}
			p.Ptr = append(p.Ptr, len(p.Ind))
		}
		lambda := []float64{1e-3, 1}[r.IntN(2)]
		d, b := make([]float64, n), mat.NewVecDense(m+n, nil)
		for j := range d {
			d[j] = 0.5 + r.Float64()
			a.Set(m+j, j, math.Sqrt(lambda)*d[j])
			d[j] *= unit
		}
		for i := range m {
			b.SetVec(i, r.NormFloat64())
		}
		l, err := AnalyzeLeastSquares(p)
		if err != nil {
			t.Fatal(err)
		}
		f, err := l.Factorize(values, lambda, d)
		if err != nil {
			t.Fatal(err)
		}
		x := make([]float64, n)
		if _, err := f.Solve(b.RawVector().Data[:m], x); err != nil {
			t.Fatal(err)
		}
		var want mat.VecDense
		if err := want.SolveVec(a, b); err != nil {
			t.Fatal(err)
		}
		for j := range x {
			if math.Abs(x[j]*unit-want.AtVec(j)) > 1e-11*(1+mat.Norm(&want, 2)) {
				t.Errorf("x[%d] = %g, want %g", j, x[j]*unit, want.AtVec(j))
			}
		}
	}
}

// TestLeastSquaresRank has columns that are combinations of others, and a column without
// entries: the answer still minimizes.
func TestLeastSquaresRank(t *testing.T) {
	r := rand.New(rand.NewPCG(3, 3))
	for range 100 {
		m, n, rank := 20, 8, 1+r.IntN(7)
		u, v := mat.NewDense(m, rank, nil), mat.NewDense(rank, n, nil)
		for _, x := range []*mat.Dense{u, v} {
			x.Apply(func(_, _ int, _ float64) float64 { return float64(r.IntN(9) - 4) }, x)
		}
		var j mat.Dense
		j.Mul(u, v)
		var svd mat.SVD
		svd.Factorize(&j, mat.SVDNone)
		l, err := AnalyzeLeastSquares(full(m, n))
		if err != nil {
			t.Fatal(err)
		}
		f, err := l.Factorize(j.RawMatrix().Data, 0, nil)
		if err != nil {
			t.Fatal(err)
		}
		b, x := make([]float64, m), make([]float64, n)
		for i := range b {
			b[i] = r.NormFloat64()
		}
		gradient, err := f.Solve(b, x)
		if err != nil || gradient > 1e-12 {
			t.Errorf("gradient %g, %v", gradient, err)
		}
		if want := svd.Rank(1e-12); f.Rank() != want {
			t.Errorf("rank %d, want %d", f.Rank(), want)
		}
	}
}

// TestLeastSquaresFullRow has one equation with all variables, of which JᵀJ would be full.
func TestLeastSquaresFullRow(t *testing.T) {
	n := 20000
	p := &Pattern{Rows: n + 1, Cols: n, Ptr: []int{0}}
	var values []float64
	b, want := make([]float64, n+1), make([]float64, n)
	for j := range n {
		want[j] = math.Cos(float64(j))
		p.Ind, values = append(p.Ind, j), append(values, 2)
		p.Ptr = append(p.Ptr, len(p.Ind))
		b[j] = 2 * want[j]
		b[n] += want[j]
	}
	for j := range n {
		p.Ind, values = append(p.Ind, j), append(values, 1)
	}
	p.Ptr = append(p.Ptr, len(p.Ind))
	l, err := AnalyzeLeastSquares(p)
	if err != nil {
		t.Fatal(err)
	}
	f, err := l.Factorize(values, 0, nil)
	if err != nil {
		t.Fatal(err)
	}
	x := make([]float64, n)
	if _, err := f.Solve(b, x); err != nil || !f.Augmented() {
		t.Fatal(err, f.Augmented())
	}
	for j := range x {
		if math.Abs(x[j]-want[j]) > 1e-12 {
			t.Fatalf("x[%d] = %g, want %g", j, x[j], want[j])
		}
	}
}

func TestLeastSquaresBadInput(t *testing.T) {
	l, err := AnalyzeLeastSquares(full(3, 2))
	if err != nil {
		t.Fatal(err)
	}
	six := []float64{1, 2, 3, 4, 5, 7}
	for _, c := range []struct {
		values []float64
		lambda float64
		d      []float64
		want   string
	}{
		{six[:5], 0, nil, "5 values"},
		{six, 0, six[:1], "1 elements of d"},
		{six, -1, nil, "lambda is -1"},
		{six, math.NaN(), nil, "lambda is NaN"},
		{[]float64{1, 2, 3, math.Inf(1), 5, 7}, 0, nil, "entry 3 of J is +Inf"},
		{six, 1, []float64{math.NaN(), 1}, "element 0 of d is NaN"},
	} {
		if _, err := l.Factorize(c.values, c.lambda, c.d); err == nil || !strings.Contains(err.Error(), c.want) {
			t.Errorf("error %v, want %q", err, c.want)
		}
	}
	f, err := l.Factorize(six, 0, nil)
	if err != nil {
		t.Fatal(err)
	}
	if _, err := f.Solve(six[:2], make([]float64, 2)); err == nil || !strings.Contains(err.Error(), "length 2") {
		t.Errorf("error %v, want a word on the length", err)
	}
}

// A tilt adds to the gradient, by the normal equations and by the augmented system.
func TestLeastSquaresTilted(t *testing.T) {
	// Columns that nearly depend on each other send the second one to the augmented system.
	for _, apart := range []float64{1, 1e-9} {
		l, err := AnalyzeLeastSquares(full(3, 2))
		if err != nil {
			t.Fatal(err)
		}
		f, err := l.Factorize([]float64{1, 1, 2, 2, 3, 3 + apart}, 1e-4, nil)
		if err != nil {
			t.Fatal(err)
		}
		g, x := []float64{0.5, -2}, make([]float64, 2)
		gradient, err := f.SolveTilted([]float64{1, -1, 2}, g, x)
		if err != nil || gradient > 1e-12 {
			t.Errorf("gradient %g, %v", gradient, err)
		}
		// By hand: JᵀJ + λ for J = [1 1; 2 2; 3 3+a], and Jᵀr + g.
		a := 3 + apart
		b := 5 + a*a
		want := mat.NewVecDense(2, nil)
		if err := want.SolveVec(mat.NewDense(2, 2, []float64{14 + 1e-4, 5 + 3*a, 5 + 3*a, b + 1e-4}), mat.NewVecDense(2, []float64{5 + g[0], -1 + 2*a + g[1]})); err != nil {
			t.Fatal(err)
		}
		for j := range x {
			if math.Abs(x[j]-want.AtVec(j)) > 1e-8*math.Abs(want.AtVec(j)) {
				t.Errorf("apart %g: x[%d] = %v, want %v", apart, j, x[j], want.AtVec(j))
			}
		}
	}
}

// A solver keeps the last factorization, and says where numbers are no good.
func TestLeastSquaresSolver(t *testing.T) {
	s, err := Share(full(3, 2))
	if err != nil {
		t.Fatal(err)
	}
	v, err := s.LeastSquaresSolver()
	if err != nil {
		t.Fatal(err)
	}
	values, d, b := []float64{1, 2, 3, 4, 5, 7}, []float64{0.5, 2}, []float64{1, 0, 0, 0, 0, 0, 0, 3, 0, 0}
	x := make([]float64, 4)
	for range 2 {
		if e := v.Solve(values, d, b, x, 2); !(e <= 1e-14) {
			t.Errorf("gradient %g", e)
		}
		// The second column has no residuals, and so x solves (JᵀJ + D²)x = g.
		for i, want := range []float64{3, 0} {
			row := [][]float64{{35.25, 49}, {49, 73}}[i]
			if got := row[0]*x[1] + row[1]*x[3]; math.Abs(got-want) > 1e-12 {
				t.Errorf("row %d: %v, want %v", i, got, want)
			}
		}
	}
	if e := v.Solve(values, []float64{math.NaN(), 1}, b, x, 2); !math.IsNaN(e) || !math.IsNaN(x[0]) {
		t.Errorf("gradient %v, x %v", e, x)
	}
}
