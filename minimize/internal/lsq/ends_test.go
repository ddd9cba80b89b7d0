package lsq

import (
	"math"
	"testing"

	"gonum.org/v1/gonum/blas/blas64"
	"gonum.org/v1/gonum/mat"
)

func general(rows, cols int, data ...float64) blas64.General {
	return blas64.General{Rows: rows, Cols: cols, Stride: cols, Data: data}
}

// TestFar has feasible points at any distance and in any units, also at those at which
// the distance of the dual problem of Lawson & Hanson, 1/(1 + |x|²), is rounding.
func TestFar(t *testing.T) {
	var s Solver
	for _, far := range []float64{1e-12, 1, 1e6, 1e9, 1e14} {
		for _, unit := range []float64{1e-9, 1, 1e9} {
			x, mu := make([]float64, 2), make([]float64, 2)
			// x₀ + x₁ ≥ far, x₀ - x₁ ≥ far/2: (3/4, 1/4) far.
			status := s.LDP(general(2, 2, unit, unit, 1, -1), []float64{far * unit, far / 2}, x, mu)
			if status != OK || math.Abs(x[0]-0.75*far) > 1e-14*far || math.Abs(x[1]-0.25*far) > 1e-14*far {
				t.Errorf("far %g, unit %g: %v, %v", far, unit, status, x)
			}
			if math.Abs(mu[0]*unit-0.5*far) > 1e-14*far || math.Abs(mu[1]-0.25*far) > 1e-14*far {
				t.Errorf("far %g, unit %g: multipliers %v", far, unit, mu)
			}
		}
	}
}

// TestNearlyIncompatible has two half-planes at an angle a, whose corner is 2/a away.
func TestNearlyIncompatible(t *testing.T) {
	var s Solver
	for a, want := range map[float64]Status{1e-3: OK, 1e-7: OK, 1e-10: NearlyIncompatible, 1e-12: NearlyIncompatible, 0: Incompatible} {
		x, mu := make([]float64, 2), make([]float64, 2)
		status := s.LDP(general(2, 2, 1, 0, -1, a), []float64{1, 1}, x, mu)
		if status != want {
			t.Errorf("angle %g: %v, want %v", a, status, want)
		}
		if status == Incompatible && (mu[0] <= 0 || math.Abs(mu[0]-mu[1]) > 1e-12*mu[0]) {
			t.Errorf("%v is no proof", mu)
		}
		if status != Incompatible && (math.Abs(x[0]-1) > 2e-12/a || math.Abs(a*x[1]-x[0]-1) > 2e-12/a) {
			t.Errorf("angle %g: %v", a, x)
		}
	}
}

// TestContradiction has equations that contradict each other, and a tolerance and a
// projection that make something of them.
func TestContradiction(t *testing.T) {
	for _, c := range []struct {
		name    string
		tol     float64
		project bool
		status  Status
		x       []float64
	}{
		{"plain", 0, false, SingularC, nil},
		{"tolerance", 0.5, false, OK, []float64{1, 0}}, // one of them is left out
		{"projection", 0, true, OK, []float64{1.1, 0}},
	} {
		s := Solver{Tol: c.tol, Project: c.project}
		x, lambda := []float64{0, 0}, []float64{0, 0}
		// x₀ = 1 and 2 x₀ = 2.4, with rows of length 1 the mean is 1.1.
		status := s.LSEI(general(2, 2, 1, 0, 0, 1), []float64{0, 0}, general(2, 2, 1, 0, 2, 0), []float64{1, 2.4}, general(0, 2), nil, x, lambda, nil)
		if status != c.status {
			t.Errorf("%s: %v, want %v", c.name, status, c.status)
		}
		for i, v := range c.x {
			if math.Abs(x[i]-v) > 1e-12 && math.Abs(x[i]-1.2) > 1e-12 {
				t.Errorf("%s: %v, want %v", c.name, x, c.x)
			}
		}
	}
}

func TestStatuses(t *testing.T) {
	inf, nan := math.Inf(1), math.NaN()
	for _, c := range []struct {
		name string
		e    blas64.General
		f    []float64
		c    blas64.General
		d    []float64
		g    blas64.General
		h    []float64
		want Status
	}{
		{"singular E", general(2, 2, 1, 1, 1, 1), []float64{1, 2}, general(0, 2), nil, general(1, 2, 1, 0), []float64{3}, SingularE},
		{"few rows of E", general(1, 2, 1, 1), []float64{1}, general(0, 2), nil, general(1, 2, 1, 0), []float64{3}, SingularE},
		{"rank", general(2, 2, 1, 1, 1, 1), []float64{1, 2}, general(0, 2), nil, general(0, 2), nil, RankDeficient},
		{"rank with equations", general(2, 2, 1, 0, 1, 0), []float64{1, 2}, general(1, 2, 1, 0), []float64{1}, general(0, 2), nil, RankDeficient},
		{"rank made up by equations", general(2, 2, 1, 0, 1, 0), []float64{1, 2}, general(1, 2, 0, 1), []float64{1}, general(0, 2), nil, OK},
		{"point that violates", general(2, 2, 1, 0, 0, 1), []float64{0, 0}, general(2, 2, 1, 0, 0, 1), []float64{1, 1}, general(1, 2, 1, 1), []float64{2.1}, Incompatible},
		{"point on the border", general(2, 2, 1, 0, 0, 1), []float64{0, 0}, general(2, 2, 1, 0.1, 0.1, 1), []float64{1, 1}, general(2, 2, 1.1, 1.1, -1.1, -1.1), []float64{2, -2}, OK},
		{"zero row", general(2, 2, 1, 0, 0, 1), []float64{0, 0}, general(0, 2), nil, general(1, 2, 0, 0), []float64{1}, Incompatible},
		{"NaN in E", general(2, 2, nan, 0, 0, 1), []float64{0, 0}, general(0, 2), nil, general(1, 2, 0, 1), []float64{1}, NonFinite},
		{"NaN in f", general(2, 2, 1, 0, 0, 1), []float64{nan, 0}, general(0, 2), nil, general(1, 2, 0, 1), []float64{1}, NonFinite},
		{"NaN in C", general(2, 2, 1, 0, 0, 1), []float64{0, 0}, general(1, 2, nan, 1), []float64{1}, general(0, 2), nil, NonFinite},
		{"NaN in d", general(2, 2, 1, 0, 0, 1), []float64{0, 0}, general(1, 2, 1, 1), []float64{nan}, general(0, 2), nil, NonFinite},
		{"NaN in G", general(2, 2, 1, 0, 0, 1), []float64{0, 0}, general(0, 2), nil, general(1, 2, nan, 1), []float64{1}, NonFinite},
		{"NaN in h", general(2, 2, 1, 0, 0, 1), []float64{0, 0}, general(0, 2), nil, general(1, 2, 1, 1), []float64{nan}, NonFinite},
		{"infinite h", general(2, 2, 1, 0, 0, 1), []float64{0, 0}, general(0, 2), nil, general(1, 2, 1, 1), []float64{inf}, NonFinite},
	} {
		var s Solver
		x := make([]float64, c.e.Cols)
		if got := s.LSEI(c.e, c.f, c.c, c.d, c.g, c.h, x, make([]float64, len(c.d)), make([]float64, len(c.h))); got != c.want {
			t.Errorf("%s: %v, want %v (x = %v)", c.name, got, c.want, x)
		}
	}
}

// TestCancellation has a solution of 1 where the distance is 1e12: the active row holds
// to rounding of 1.
func TestCancellation(t *testing.T) {
	var s Solver
	x, mu := make([]float64, 2), make([]float64, 1)
	if status := s.LSI(general(2, 2, 1, 0, 0, 1), []float64{1e12, 1e12}, general(1, 2, -1, -1), []float64{-1}, x, mu); status != OK || math.Abs(x[0]+x[1]-1) > 1e-15 {
		t.Errorf("%v: %v", status, x)
	}
}

// TestAgain solves problems of different size with one solver, whose memory is not seen.
func TestAgain(t *testing.T) {
	var used Solver
	for seed := range uint64(60) {
		p := drawn(seed, int(seed%6))
		n := p.e.RawMatrix().Cols
		solve := func(s *Solver) ([]float64, Status) {
			x := make([]float64, n)
			status := s.LSEI(copyOf(p.e, len(p.f)), cloned(p.f), copyOf(p.c, len(p.d)), cloned(p.d), copyOf(p.g, len(p.h)), cloned(p.h), x, make([]float64, len(p.d)), make([]float64, len(p.h)))
			return x, status
		}
		x, a := solve(&used)
		y, b := solve(new(Solver))
		if a != b || !mat.Equal(mat.NewVecDense(n, x), mat.NewVecDense(n, y)) {
			t.Errorf("seed %d: %v %v, %v %v", seed, a, x, b, y)
		}
	}
}
