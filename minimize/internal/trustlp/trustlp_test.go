package trustlp

import (
	"math"
	"math/rand/v2"
	"testing"

	"github.com/argmin-go/argmin/minimize/internal/vec"
)

// violation is the largest of a d ≥ b.
func violation(a, b, d []float64) float64 {
	v := 0.0
	for i, e := range b {
		v = max(v, e-vec.Dot(a[i*len(d):(i+1)*len(d)], d))
	}
	return v
}

func TestSolve(t *testing.T) {
	r2 := math.Sqrt2
	for _, c := range []struct {
		name    string
		g, a, b []float64
		radius  float64
		want    []float64
	}{
		{"free", []float64{3, 4}, nil, nil, 2, []float64{-1.2, -1.6}},
		{"inactive", []float64{3, 4}, []float64{1, 0}, []float64{-5}, 2, []float64{-1.2, -1.6}},
		{"one active", []float64{0, 1}, []float64{0, 1}, []float64{-0.5}, 1, []float64{0, -0.5}},
		{"along one", []float64{1, 1}, []float64{0, 2}, []float64{-1}, 1, []float64{-math.Sqrt(0.75), -0.5}},
		{"vertex", []float64{1, 2}, []float64{1, 0, 0, 1}, []float64{-0.1, -0.2}, 1, []float64{-0.1, -0.2}},
		{"into the set", []float64{0, 0}, []float64{1, 1}, []float64{1}, 2, []float64{0.5, 0.5}},
		{"too far", []float64{-1, 0}, []float64{3, 3}, []float64{9}, 1, []float64{1 / r2, 1 / r2}},
		{"contradiction", []float64{0, 1}, []float64{1, 0, -1, 0}, []float64{1, 1}, 2, []float64{0, -2}},
		{"contradiction, weighted", []float64{0, 1}, []float64{1, 0, -3, 0}, []float64{1, 1}, 2, []float64{0, -2}},
		{"equation", []float64{1, 0}, []float64{1, 1, -1, -1}, []float64{1, -1}, 5, []float64{0.5 - 3.5, 0.5 + 3.5}},
		{"no gradient", []float64{1, 0}, []float64{0, 0}, []float64{3}, 1, []float64{-1, 0}},
		{"repeated", []float64{0, 1}, []float64{0, 1, 0, 1, 0, 2}, []float64{-0.5, -0.5, -1}, 1, []float64{0, -0.5}},
		{"no descent", []float64{0, 0}, nil, nil, 1, []float64{0, 0}},
	} {
		d := make([]float64, 2)
		New(2, len(c.b)).Solve(c.g, c.a, c.b, 0, c.radius, d)
		for i := range d {
			if math.Abs(d[i]-c.want[i]) > 1e-8 {
				if c.name == "contradiction, weighted" && i == 0 {
					continue
				}
				t.Errorf("%s: %v, want %v", c.name, d, c.want)
				break
			}
		}
	}
	// The violations 1 - d₀ and 1 + 3d₀ are equal at 0.
	d := make([]float64, 2)
	New(2, 2).Solve([]float64{0, 1}, []float64{1, 0, -3, 0}, []float64{1, 1}, 0, 2, d)
	if math.Abs(d[0]) > 1e-8 || math.Abs(d[1]+2) > 1e-8 {
		t.Errorf("contradiction: %v, want 0, -2", d)
	}
}

// On random problems no point that was tried is better: none of less violation, none of
// no more violation and a lower value.
func TestSolveOptimal(t *testing.T) {
	rng := rand.New(rand.NewPCG(1, 2))
	for trial := range 400 {
		n, m := 1+trial%5, trial%9
		g, a, b, d, e := make([]float64, n), make([]float64, m*n), make([]float64, m), make([]float64, n), make([]float64, n)
		fill := func(x []float64, s float64) {
			for i := range x {
				x[i] = s * rng.NormFloat64()
			}
		}
		fill(g, 1)
		fill(a, 1)
		fill(b, 0.5)
		for i := 1; i < m; i++ {
			if trial%3 == 0 && i%2 == 1 { // a pair that is an equation
				for j := range n {
					a[i*n+j] = -a[(i-1)*n+j]
				}
				b[i] = -b[i-1]
			}
		}
		hard := 0
		if trial%2 == 1 { // the first inequalities hold at 0 and must not be violated
			for hard < m/2 {
				b[hard] = -math.Abs(b[hard])
				hard++
			}
		}
		radius := math.Exp(rng.NormFloat64())
		New(n, m).Solve(g, a, b, hard, radius, d)
		v, f := violation(a, b, d), vec.Dot(g, d)
		if w := violation(a[:hard*n], b[:hard], d); w > 1e-12 {
			t.Fatalf("trial %d: a hard inequality is violated by %g", trial, w)
		}
		if vec.Norm2(d) > radius*(1+1e-12) {
			t.Fatalf("trial %d: length %g, radius %g", trial, vec.Norm2(d), radius)
		}
		for k := range 3000 {
			scale := radius * math.Pow(10, -float64(k%7))
			fill(e, scale)
			for i := range e {
				e[i] += d[i]
			}
			if l := vec.Norm2(e); l > radius {
				for i := range e {
					e[i] *= radius / l
				}
			}
			if violation(a[:hard*n], b[:hard], e) > 0 {
				continue
			}
			w := violation(a, b, e)
			if w < v-1e-7*(1+v) {
				t.Fatalf("trial %d: violation %g, %g is possible", trial, v, w)
			}
			if w <= v && vec.Dot(g, e) < f-1e-6*radius*vec.Norm2(g) {
				t.Fatalf("trial %d: value %g with violation %g, %g is possible with %g", trial, f, v, vec.Dot(g, e), w)
			}
		}
	}
}
