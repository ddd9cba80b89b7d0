package sparse

import (
	"errors"
	"math"
	"math/rand/v2"
	"strings"
	"sync"
	"testing"

	"gonum.org/v1/gonum/mat"
)

// TestBadScale solves with rows and columns multiplied by powers from 1e-75 to 1e75, entries
// from 1e-150 to 1e150: as well as without.
func TestBadScale(t *testing.T) {
	r := rand.New(rand.NewPCG(13, 14))
	for range 200 {
		n := 2 + r.IntN(40)
		a := randomSymmetric(r, n, 0.3, false)
		for i := range n {
			a.SetSym(i, i, r.NormFloat64())
		}
		pos, neg, zero, clear := signs(t, a)
		if !clear || zero > 0 {
			continue
		}
		scale := make([]float64, n)
		for i := range scale {
			scale[i] = math.Pow(10, 150*r.Float64()-75)
		}
		scaled := mat.NewSymDense(n, nil)
		for i := range n {
			for j := range i + 1 {
				scaled.SetSym(i, j, a.At(i, j)*scale[i]*scale[j])
			}
		}
		p, values := lower(scaled, false)
		s, err := Analyze(p)
		if err != nil {
			t.Fatal(err)
		}
		f, err := s.Factorize(values, Options{})
		if err != nil {
			t.Fatal(err)
		}
		if gotPos, gotNeg, gotZero := f.Inertia(); gotPos != pos || gotNeg != neg || gotZero != 0 {
			t.Errorf("inertia (%d, %d, %d), want (%d, %d, 0)", gotPos, gotNeg, gotZero, pos, neg)
		}
		// A·x = b with x = 1/scale is b = scale·(a·1).
		b := make([]float64, n)
		for i := range n {
			for j := range n {
				b[i] += a.At(i, j)
			}
			b[i] *= scale[i]
		}
		backward, err := f.Solve(b, b)
		if err != nil || backward > 1e-14 {
			t.Errorf("backward error %g, %v", backward, err)
		}
		for i, x := range b {
			if e := math.Abs(x*scale[i] - 1); e > 1e-13*f.Condition() {
				t.Errorf("error %g with condition number %g", e, f.Condition())
			}
		}
	}
}

func TestSingular(t *testing.T) {
	// [1 1; 1 1] with (2, 2), and with (2, 3).
	s, err := Analyze(&Pattern{Rows: 2, Cols: 2, Ptr: []int{0, 1, 3}, Ind: []int{0, 0, 1}})
	if err != nil {
		t.Fatal(err)
	}
	f, err := s.Factorize([]float64{1, 1, 1}, Options{})
	if err != nil {
		t.Fatal(err)
	}
	if pos, neg, zero := f.Inertia(); pos != 1 || neg != 0 || zero != 1 {
		t.Errorf("inertia (%d, %d, %d), want (1, 0, 1)", pos, neg, zero)
	}
	x := make([]float64, 2)
	if _, err := f.Solve([]float64{2, 2}, x); err != nil || x[0]+x[1] != 2 {
		t.Errorf("solution %v, %v, want x[0] + x[1] = 2", x, err)
	}
	if _, err := f.Solve([]float64{2, 3}, x); !errors.Is(err, ErrSingular) {
		t.Errorf("error %v, want ErrSingular", err)
	}
	if c := f.Condition(); !math.IsInf(c, 1) {
		t.Errorf("condition number %g, want +Inf", c)
	}
}

func TestDefinite(t *testing.T) {
	q := laplacian("", 15, 3)
	s, err := Analyze(q.p)
	if err != nil {
		t.Fatal(err)
	}
	f, err := s.Factorize(q.values, Options{Definite: true})
	if err != nil {
		t.Fatal(err)
	}
	x := make([]float64, 2*s.N()) // two right sides
	for i := range x {
		x[i] = float64(i)
	}
	b := append(times(q.p, q.values, x[:s.N()]), times(q.p, q.values, x[s.N():])...)
	if backward, err := f.Solve(b, b); err != nil || backward > 1e-15 {
		t.Errorf("backward error %g, %v", backward, err)
	}
	for i := range x {
		if math.Abs(x[i]-b[i]) > 1e-9*float64(len(x)) {
			t.Fatalf("x[%d] = %g, want %g", i, b[i], x[i])
		}
	}
	values := append([]float64(nil), q.values...)
	values[q.p.Ptr[8]-1] = -1 // diagonal of row 7
	var not *NotPositiveDefiniteError
	if err := f.Refactorize(values); !errors.As(err, &not) || !strings.Contains(err.Error(), "not positive definite") {
		t.Errorf("error %v, want a NotPositiveDefiniteError", err)
	}
}

// TestDecay has a grid across which solutions decay so fast that factors would be full of
// numbers too small for the processor.
func TestDecay(t *testing.T) {
	q := laplacian("", 60, 2)
	values := shifted(q, -1e6)
	s, err := Analyze(q.p)
	if err != nil {
		t.Fatal(err)
	}
	f, err := s.Factorize(values, Options{})
	if err != nil {
		t.Fatal(err)
	}
	for _, n := range f.nodes {
		for p := range n.done {
			for _, v := range n.a[p*n.width+p : (p+1)*n.width] {
				if v != 0 && math.Abs(v) <= negligible {
					t.Fatalf("%g in the factor", v)
				}
			}
		}
	}
	x := make([]float64, s.N())
	for i := range x {
		x[i] = 1
	}
	if backward, err := f.Solve(x, x); err != nil || backward > 1e-15 {
		t.Errorf("backward error %g, %v", backward, err)
	}
}

func TestCondition(t *testing.T) {
	r := rand.New(rand.NewPCG(15, 16))
	for range 100 {
		n := 1 + r.IntN(40)
		a := randomSymmetric(r, n, 0.4, false)
		for i := range n {
			a.SetSym(i, i, r.NormFloat64())
		}
		p, values := lower(a, false)
		s, _ := Analyze(p)
		f, err := s.Factorize(values, Options{Unscaled: true})
		if err != nil {
			t.Fatal(err)
		}
		var inverse mat.Dense
		if err := inverse.Inverse(a); err != nil {
			continue // nearly singular
		}
		want := mat.Norm(a, 1) * mat.Norm(&inverse, 1)
		if got := f.Condition(); got > 1.0001*want || got < want/5 {
			t.Errorf("condition number %g, want %g", got, want)
		}
	}
}

// TestConcurrent factors and solves in many goroutines with one analysis.
func TestConcurrent(t *testing.T) {
	q := control("", 60, 3, 2, 0)
	s, err := Analyze(q.p)
	if err != nil {
		t.Fatal(err)
	}
	want := make([]float64, s.N())
	solve := func(x []float64) {
		f, err := s.Factorize(q.values, Options{})
		if err != nil {
			t.Error(err)
			return
		}
		for i := range x {
			x[i] = 1
		}
		f.Solve(x, x)
	}
	solve(want)
	var all sync.WaitGroup
	for range 16 {
		all.Go(func() {
			x := make([]float64, s.N())
			for range 5 {
				solve(x)
				for i := range x {
					if x[i] != want[i] {
						t.Errorf("x[%d] = %g, want %g", i, x[i], want[i])
						return
					}
				}
			}
		})
	}
	all.Wait()
}

func TestRefactorizeAllocatesNothing(t *testing.T) {
	q := control("", 100, 3, 2, 0)
	s, err := Analyze(q.p)
	if err != nil {
		t.Fatal(err)
	}
	f, err := s.Factorize(q.values, Options{})
	if err != nil {
		t.Fatal(err)
	}
	x := make([]float64, s.N())
	n := testing.AllocsPerRun(10, func() {
		if err := f.Refactorize(q.values); err != nil {
			t.Fatal(err)
		}
		f.Solve(x, x)
	})
	if n >= 1 && !raceEnabled {
		t.Errorf("%g allocations", n)
	}
}

func TestBadInput(t *testing.T) {
	square := &Pattern{Rows: 2, Cols: 2, Ptr: []int{0, 1, 3}, Ind: []int{0, 0, 1}}
	for want, p := range map[string]*Pattern{
		"2 rows and 3 columns, want as many": {Rows: 2, Cols: 3, Ptr: []int{0, 0, 0}},
		"entry (0, 2) but not (2, 0)":        {Rows: 3, Cols: 3, Ptr: []int{0, 1, 2, 2}, Ind: []int{2, 0}},
		"columns must increase":              {Rows: 1, Cols: 1, Ptr: []int{0, 2}, Ind: []int{0, 0}},
	} {
		if _, err := Analyze(p); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("error %v, want %q", err, want)
		}
	}
	s, err := Analyze(square)
	if err != nil {
		t.Fatal(err)
	}
	nan := math.NaN()
	for _, c := range []struct {
		values []float64
		opt    Options
		want   string
	}{
		{[]float64{1, 2}, Options{}, "2 values, want 3"},
		{[]float64{1, nan, 2}, Options{}, "entry 1 of the matrix is NaN"},
		{[]float64{1, 2, math.Inf(-1)}, Options{}, "entry 2 of the matrix is -Inf"},
		{[]float64{1, 2, 3}, Options{Threshold: 0.6}, "threshold of pivots is 0.6"},
	} {
		if _, err := s.Factorize(c.values, c.opt); err == nil || !strings.Contains(err.Error(), c.want) {
			t.Errorf("error %v, want %q", err, c.want)
		}
	}
	f, err := s.Factorize([]float64{1, 2, 3}, Options{})
	if err != nil {
		t.Fatal(err)
	}
	if _, err := f.Solve(make([]float64, 3), make([]float64, 3)); err == nil || !strings.Contains(err.Error(), "multiple of 2") {
		t.Errorf("error %v, want a word on the length", err)
	}
	if _, err := f.Solve([]float64{1, nan}, make([]float64, 2)); err == nil || !strings.Contains(err.Error(), "right side is NaN") {
		t.Errorf("error %v, want a word on NaN", err)
	}
}

// TestThresholds factors with the extreme thresholds: 0 takes any pivot but zeros, and 0.5 delays most.
func TestThresholds(t *testing.T) {
	r := rand.New(rand.NewPCG(19, 20))
	for range 100 {
		n := 1 + r.IntN(40)
		a := randomSymmetric(r, n, 0.3, true)
		p, values := lower(a, true)
		pos, neg, zero, clear := signs(t, a)
		s, err := Analyze(p)
		if err != nil {
			t.Fatal(err)
		}
		for _, opt := range []Options{{Threshold: 0.5}, {Threshold: -1, ZeroPivot: 1e-10}, {Threshold: -1, ZeroPivot: -1}, {Threshold: 0.5, ZeroPivot: -1}} {
			f, err := s.Factorize(values, opt)
			if err != nil {
				t.Fatal(err)
			}
			gotPos, gotNeg, gotZero := f.Inertia()
			if gotPos+gotNeg+gotZero != n {
				t.Errorf("%v: inertia (%d, %d, %d) of order %d", opt, gotPos, gotNeg, gotZero, n)
			}
			if opt == (Options{Threshold: 0.5}) && clear && (gotPos != pos || gotNeg != neg || gotZero != zero) {
				t.Errorf("%v: inertia (%d, %d, %d), want (%d, %d, %d)", opt, gotPos, gotNeg, gotZero, pos, neg, zero)
			}
		}
	}
}

// TestOverflow has systems whose solutions are too large, and one whose solution is not
// though its entries are.
func TestOverflow(t *testing.T) {
	one := &Pattern{Rows: 1, Cols: 1, Ptr: []int{0, 1}, Ind: []int{0}}
	s, err := Analyze(one)
	if err != nil {
		t.Fatal(err)
	}
	u, err := AnalyzeLU(one)
	if err != nil {
		t.Fatal(err)
	}
	for _, c := range []struct{ a, b, x float64 }{{1e-200, 1e250, math.Inf(1)}, {1e300, 1e300, 1}, {1e-300, 1e-300, 1}, {5e-324, 5e-324, 1}} {
		f, err := s.Factorize([]float64{c.a}, Options{})
		if err != nil {
			t.Fatal(err)
		}
		g, err := u.Factorize([]float64{c.a})
		if err != nil {
			t.Fatal(err)
		}
		for name, solve := range map[string]func(b, x []float64) (float64, error){"LDL": f.Solve, "LU": g.Solve, "LU transposed": g.SolveTransposed} {
			x := []float64{0}
			_, err := solve([]float64{c.b}, x)
			if math.IsInf(c.x, 1) {
				if !errors.Is(err, ErrOverflow) {
					t.Errorf("%s: %g·x = %g: error %v, want ErrOverflow", name, c.a, c.b, err)
				}
			} else if err != nil || math.Abs(x[0]-c.x) > 1e-15 {
				t.Errorf("%s: %g·x = %g: x = %g, %v", name, c.a, c.b, x[0], err)
			}
		}
	}
}

// FuzzLDL makes a matrix of the input: an entry for every three bytes.
func FuzzLDL(f *testing.F) {
	f.Add(uint8(3), []byte{0, 0, 200, 1, 0, 3, 2, 1, 255})
	f.Add(uint8(40), []byte("the quick brown fox jumps over the lazy dog, and no pivot is left behind"))
	f.Fuzz(func(t *testing.T, n uint8, data []byte) {
		if n == 0 {
			return
		}
		a := mat.NewSymDense(int(n), nil)
		for ; len(data) >= 3; data = data[3:] {
			a.SetSym(int(data[0])%int(n), int(data[1])%int(n), float64(int8(data[2]))/16)
		}
		checkFactor(t, a, exact)
	})
}
