package minimize_test

import (
	"context"
	"math"
	"slices"
	"strings"
	"testing"

	"gonum.org/v1/gonum/mat"

	"github.com/argmin-go/argmin/minimize"
	"github.com/argmin-go/argmin/status"
)

// simplexMethod is Nelder and Mead's method without bounds, written by what a user has.
func simplexMethod(s *minimize.Search) minimize.Outcome {
	n := s.N()
	xatol, fatol, limit := s.Tolerance(0, 1e-4), s.Tolerance(0, 1e-4), s.Iterations(0)
	type vertex struct {
		x []float64
		f float64
	}
	value := func(x []float64) vertex {
		f := s.Value(x)
		if math.IsNaN(f) {
			f = math.Inf(1)
		}
		return vertex{x, f}
	}
	simplex := []vertex{value(s.X0())}
	for i := range n {
		x := s.X0()
		if x[i] *= 1.05; x[i] == 0 {
			x[i] = 0.00025
		}
		simplex = append(simplex, value(x))
	}
	order := func() {
		slices.SortStableFunc(simplex, func(a, b vertex) int {
			switch {
			case a.f < b.f:
				return -1
			case a.f > b.f:
				return 1
			}
			return 0
		})
	}
	small := func() bool {
		for _, v := range simplex[1:] {
			for i, e := range v.x {
				if math.Abs(e-simplex[0].x[i]) > xatol {
					return false
				}
			}
		}
		return simplex[n].f-simplex[0].f <= fatol
	}
	order()
	out := minimize.Outcome{Status: status.Converged, Message: "Optimization terminated successfully."}
	for !small() {
		if s.NIter() >= limit || s.NFev() >= 200*n {
			out.Status = status.IterationLimit
			break
		}
		center := make([]float64, n)
		for _, v := range simplex[:n] {
			for i, e := range v.x {
				center[i] += e
			}
		}
		for i := range center {
			center[i] /= float64(n)
		}
		worst := simplex[n]
		along := func(t float64) vertex { // the point center + t (center - worst)
			x := make([]float64, n)
			for i, c := range center {
				x[i] = (1+t)*c - t*worst.x[i]
			}
			return value(x)
		}
		shrink := false
		switch r := along(1); {
		case r.f < simplex[0].f:
			simplex[n] = r
			if e := along(2); e.f < r.f {
				simplex[n] = e
			}
		case r.f < simplex[n-1].f:
			simplex[n] = r
		case r.f < worst.f:
			c := along(0.5)
			if shrink = c.f > r.f; !shrink {
				simplex[n] = c
			}
		default:
			c := along(-0.5)
			if shrink = !(c.f < worst.f); !shrink {
				simplex[n] = c
			}
		}
		for k := 1; shrink && k <= n; k++ {
			x := make([]float64, n)
			for i, b := range simplex[0].x {
				x[i] = b + 0.5*(simplex[k].x[i]-b)
			}
			simplex[k] = value(x)
		}
		order()
		s.Iterated(simplex[0].x, simplex[0].f, nil)
	}
	out.X = simplex[0].x
	for _, v := range simplex {
		out.Simplex, out.SimplexFun = append(out.Simplex, v.x), append(out.SimplexFun, v.f)
	}
	return out
}

// TestCustomAsBuiltIn writes one of the methods of the package by what a user has, and compares the
// same point, simplex and counts.
func TestCustomAsBuiltIn(t *testing.T) {
	rosen := func(x []float64) float64 {
		f := 0.0
		for i := range len(x) - 1 {
			f += 100*math.Pow(x[i+1]-x[i]*x[i], 2) + math.Pow(1-x[i], 2)
		}
		return f
	}
	for name, c := range map[string]struct {
		f  func([]float64) float64
		x0 []float64
	}{
		"rosenbrock": {rosen, []float64{-1.2, 1}},
		"three":      {rosen, []float64{1.3, 0, 0.8}},
		"undefined where negative": {func(x []float64) float64 {
			return x[0]*x[0] + math.Pow(x[1]-2, 4) - math.Log(x[0]+x[1])
		}, []float64{1, 0.5}},
	} {
		t.Run(name, func(t *testing.T) {
			p := minimize.Problem{Func: c.f}
			var paths [2][][]float64
			var results [2]minimize.Result
			for i, m := range []minimize.Method{minimize.NelderMead{},
				minimize.Custom{Takes: minimize.Capability{DerivativeFree: true}, Func: simplexMethod}} {
				r, err := minimize.Minimize(context.Background(), p, c.x0,
					minimize.Options{Method: m, Tol: 1e-7, Callback: func(r minimize.Result) error {
						paths[i] = append(paths[i], append(r.X, r.Fun, float64(r.NFev)))
						return nil
					}})
				if err != nil || !r.Success {
					t.Fatal(r, err)
				}
				results[i] = r
			}
			want, got := results[0], results[1]
			if !slices.Equal(got.X, want.X) || got.Fun != want.Fun || got.NIter != want.NIter || got.NFev != want.NFev ||
				!slices.Equal(got.SimplexFun, want.SimplexFun) {
				t.Errorf("%+v\nwant %+v", got, want)
			}
			if !slices.EqualFunc(paths[0], paths[1], slices.Equal) {
				t.Error("the iterates differ")
			}
		})
	}
}

// TestSearch checks what a custom method sees of its problem and its search.
func TestSearch(t *testing.T) {
	p := minimize.Problem{
		FuncGrad: func(x, g []float64) float64 { copy(g, x); return (x[0]*x[0] + x[1]*x[1]) / 2 },
		HessP:    func(x, p, hp []float64) { copy(hp, p) },
	}
	cons := []minimize.Constraint{
		{A: mat.NewDense(1, 2, []float64{1, 1}), Lower: []float64{1}},
		{Func: func(x, c []float64) { c[0], c[1] = x[0]*x[0], x[0]*x[1] }, KeepFeasible: true, Upper: []float64{9, 9},
			Hess: func(x, v []float64, h *mat.SymDense) { h.Zero(); h.SetSym(0, 0, 2*v[0]); h.SetSym(0, 1, v[1]) }},
	}
	m := minimize.Custom{Takes: minimize.Capability{Constraints: true}, Func: func(s *minimize.Search) minimize.Outcome {
		s.Check()
		if x, _ := s.Best(); s.N() != 2 || x != nil || s.HasHessian() || !s.HasHessianProduct() || !s.HasGradient() || s.Differenced() {
			t.Error("the problem is another")
		}
		if s.Tolerance(0, 1e-3) != 1e-6 || s.Tolerance(0.1, 1e-3) != 0.1 || s.Tolerance(-1, 1e-3) != 0 ||
			s.Iterations(0) != 400 || s.Iterations(7) != 7 {
			t.Error("the options are others")
		}
		if rows := s.ConstraintRows(); !slices.Equal(rows,
			[]minimize.ConstraintRow{{Linear: true}, {HasHessian: true, KeepFeasible: true}, {HasHessian: true, KeepFeasible: true}}) {
			t.Errorf("%+v", rows)
		}
		h := mat.NewSymDense(2, nil)
		if s.ConstraintHessian([]float64{1, 2}, []float64{5, 3, 4}, h); !mat.Equal(h, mat.NewSymDense(2, []float64{6, 4, 4, 0})) {
			t.Errorf("%v", h)
		}
		x, g, c := []float64{1, 2}, make([]float64, 2), make([]float64, 3)
		s.ConstraintValues(x, c)
		f := s.Value(x)
		s.Gradient(x, g)
		s.HessianProduct(x, g, make([]float64, 2))
		s.Iterated(x, f, g)
		if b, v := s.Best(); !slices.Equal(b, x) || v != 2.5 || s.NIter() != 1 || s.NFev() != 1 || s.NJev() != 1 || s.NHev() != 1 {
			t.Errorf("%v, %g after %d, %d, %d, %d", b, v, s.NIter(), s.NFev(), s.NJev(), s.NHev())
		}
		return minimize.Outcome{X: x, Jac: g, Status: status.Converged, Multipliers: []float64{1, 2, 3}, HessInv: h, Optimality: 4}
	}}
	r, err := minimize.Minimize(context.Background(), p, []float64{1, 2}, minimize.Options{Method: m, Tol: 1e-6, Constraints: cons, NoVerification: true})
	if err != nil || !r.Success || r.Fun != 2.5 || r.NFev != 1 || r.Optimality != 4 || len(r.Multipliers) != 3 ||
		r.HessInv == nil || r.Message != "converged" {
		t.Errorf("%+v, %v", r, err)
	}
	refusing := minimize.Custom{Func: func(s *minimize.Search) minimize.Outcome { s.Refuse("step %d is odd", 3); return minimize.Outcome{} }}
	if _, err := minimize.Minimize(context.Background(), p, []float64{1, 2},
		minimize.Options{Method: refusing}); err == nil || !strings.Contains(err.Error(), "step 3 is odd") {
		t.Error(err)
	}
}
