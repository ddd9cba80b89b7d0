package cobyqa

import (
	"context"
	"math"
	"math/rand/v2"
	"slices"
	"testing"

	"gonum.org/v1/gonum/mat"

	"github.com/argmin-go/argmin/minimize/internal/search"
	"github.com/argmin-go/argmin/minimize/internal/vec"
)

// TestInverse exchanges points and compares the inverse that is updated with the
// one computed from scratch, and that with its definition.
func TestInverse(t *testing.T) {
	rng := rand.New(rand.NewPCG(1, 1))
	for _, n := range []int{1, 2, 5, 9} {
		s := newPoints(n)
		for k := range s.at {
			if k > 0 {
				s.at[k][(k-1)%n] = []float64{1, -1}[(k-1)/n]
			}
		}
		s.rebase(s.at[0])
		if !s.invert() {
			t.Fatal("no inverse")
		}
		x, d := make([]float64, n), make([]float64, n)
		for exchange := range 20 {
			opt := rng.IntN(s.npt)
			for i := range x {
				x[i] = 2*rng.Float64() - 1
				d[i] = x[i] - s.at[opt][i]
			}
			s.lagrange(opt, d)
			leaves, most := 0, 0.0
			for k := range s.at {
				if v := s.denominator(k); v > most {
					leaves, most = k, v
				}
			}
			if !s.exchange(leaves, x) {
				t.Fatal("no exchange")
			}
			if s.age != exchange+1 {
				t.Fatalf("%d exchanges since H was computed from scratch, want %d", s.age, exchange+1)
			}
		}
		updated := slices.Clone(s.h.Data)
		s.invert()
		size := vec.Norm(s.h.Data, math.Inf(1))
		for i, v := range updated {
			if d := math.Abs(v - s.h.Data[i]); d > 1e-9*size {
				t.Errorf("n = %d: element %d of H is %g, from scratch %g", n, i, v, s.h.Data[i])
			}
		}
		w := mat.NewDense(s.order, s.order, nil)
		for i, y := range s.y {
			for j, z := range s.y {
				w.Set(i, j, vec.Dot(y, z)*vec.Dot(y, z)/2)
			}
			w.Set(i, s.npt, 1)
			w.Set(s.npt, i, 1)
			for k, v := range y {
				w.Set(i, s.npt+1+k, v)
				w.Set(s.npt+1+k, i, v)
			}
		}
		w.Mul(w, mat.NewDense(s.order, s.order, s.h.Data))
		for i := range s.order {
			w.Set(i, i, w.At(i, i)-1)
		}
		if v := mat.Max(w) - mat.Min(w); v > 1e-9*size {
			t.Errorf("n = %d: the product with the inverse differs from the identity by %g", n, v)
		}
	}
}

// TestModels interpolate all along.
func TestModels(t *testing.T) {
	inf := math.Inf(1)
	for _, p := range []struct {
		name             string
		f                func(x []float64) float64
		x0, lower, upper []float64
		c                func(x, c []float64)
		cLower, cUpper   []float64
	}{
		{name: "rosen5", x0: []float64{1.3, 0.7, 0.8, 1.9, 1.2}, f: func(x []float64) float64 {
			f := 0.0
			for i := range len(x) - 1 {
				a, b := x[i+1]-x[i]*x[i], 1-x[i]
				f += 100*a*a + b*b
			}
			return f
		}},
		{name: "hs5", x0: []float64{0, 0}, lower: []float64{-1.5, -3}, upper: []float64{4, 3}, f: func(x []float64) float64 {
			return math.Sin(x[0]+x[1]) + math.Pow(x[0]-x[1], 2) - 1.5*x[0] + 2.5*x[1] + 1
		}},
		{name: "hs100", x0: []float64{1, 2, 0, 4, 0, 1, 1}, f: func(x []float64) float64 {
			return math.Pow(x[0]-10, 2) + 5*math.Pow(x[1]-12, 2) + math.Pow(x[2], 4) + 3*math.Pow(x[3]-11, 2) + 10*math.Pow(x[4], 6) + 7*x[5]*x[5] + math.Pow(x[6], 4) - 4*x[5]*x[6] - 10*x[5] - 8*x[6]
		}, c: func(x, c []float64) {
			c[0] = 2*x[0]*x[0] + 3*math.Pow(x[1], 4) + x[2] + 4*x[3]*x[3] + 5*x[4]
			c[1] = 7*x[0] + 3*x[1] + 10*x[2]*x[2] + x[3] - x[4]
			c[2] = 23*x[0] + x[1]*x[1] + 6*x[5]*x[5] - 8*x[6]
			c[3] = 4*x[0]*x[0] + x[1]*x[1] - 3*x[0]*x[1] + 2*x[2]*x[2] + 5*x[5] - 11*x[6]
		}, cLower: []float64{-inf, -inf, -inf, -inf}, cUpper: []float64{127, 282, 196, 0}},
	} {
		r := search.NewRun(search.NewEvaluator(context.Background()), search.Problem{Func: p.f}, p.x0, "", 0)
		r.Lower, r.Upper = p.lower, p.upper
		if p.c != nil {
			var err error
			if r.Constraints, err = search.NewConstraints(r, []search.Constraint{{Func: p.c, Lower: p.cLower, Upper: p.cUpper}}); err != nil {
				t.Fatal(err)
			}
		}
		s := newState(r, Options{}, nil, 1, 1e-6)
		for s.begin(); !s.ended; s.iterate() {
			for i := range s.quad {
				q := &s.quad[i]
				if q.b == nil {
					continue
				}
				size := 1.0
				for k := range s.y {
					size = max(size, math.Abs(s.value(i, k)))
				}
				for k, y := range s.y {
					if got, want := q.at(y), s.value(i, k); math.Abs(got-want) > 1e-7*size {
						t.Fatalf("%s, evaluation %d: model %d at point %d is %g, want %g", p.name, r.NFev, i, k, got, want)
					}
				}
			}
		}
	}
}
