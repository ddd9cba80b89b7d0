package testproblems

import (
	"math"
	"strings"
	"testing"

	"gonum.org/v1/gonum/mat"

	"github.com/argmin-go/argmin/num"
)

// TestDerivatives compares gradients and Jacobians with differences at the start and
// near it.
func TestDerivatives(t *testing.T) {
	for _, p := range All() {
		t.Run(p.Name, func(t *testing.T) {
			for _, shift := range []float64{0, 0.01} {
				x := make([]float64, len(p.X0))
				for i, v := range p.X0 {
					x[i] = v + shift*(1+math.Abs(v))*math.Sin(float64(i+1))
				}
				n, m := len(x), len(p.CLower)
				g, up, down := make([]float64, n), make([]float64, m), make([]float64, m)
				p.Gradient(x, g)
				scale := 0.0
				for _, v := range g {
					scale = max(scale, math.Abs(v))
				}
				j := mat.NewDense(max(m, 1), n, nil)
				if m > 0 {
					p.Jacobian(x, j)
				}
				for i, v := range x {
					s := 1e-6 * max(1e-3, math.Abs(v))
					x[i] = v + s
					a := p.Value(x)
					if m > 0 {
						p.Constraints(x, up)
					}
					x[i] = v - s
					b := p.Value(x)
					if m > 0 {
						p.Constraints(x, down)
					}
					x[i] = v
					noise := 1e-15 * (math.Abs(a) + math.Abs(b)) / s
					if d := (a - b) / (2 * s); math.Abs(d-g[i]) > 1e-5*(1+scale)+noise {
						t.Errorf("∂f/∂x%d is %g, by differences %g", i, g[i], d)
					}
					for r := range m {
						if d := (up[r] - down[r]) / (2 * s); math.Abs(d-j.At(r, i)) > 1e-5*(1+math.Abs(d)) {
							t.Errorf("∂c%d/∂x%d is %g, by differences %g", r, i, j.At(r, i), d)
						}
					}
				}
			}
		})
	}
}

// TestTraced compares the functions of num with those of complex numbers, near the start.
func TestTraced(t *testing.T) {
	n := 0
	for _, p := range All() {
		f, c := p.Traced()
		if f == nil {
			continue
		}
		n++
		x := make([]float64, len(p.X0))
		for i, v := range p.X0 {
			x[i] = v + 0.01*(1+math.Abs(v))*math.Sin(float64(i+1))
		}
		near := func(got, want float64) bool { return math.Abs(got-want) <= 1e-12*(1+math.Abs(want)) }
		if got, want := f(num.New(x)).Item(), p.Value(x); !near(got, want) {
			t.Errorf("%s: value %v, want %v", p.Name, got, want)
		}
		if (c == nil) != (p.Cons == nil) {
			t.Fatalf("%s: constraints %v", p.Name, c == nil)
		}
		if c == nil {
			continue
		}
		want := make([]float64, len(p.CLower))
		p.Constraints(x, want)
		got := c(num.New(x)).Float64s()
		for i, v := range want {
			if len(got) != len(want) || !near(got[i], v) {
				t.Errorf("%s: constraints %v, want %v", p.Name, got, want)
				break
			}
		}
	}
	if constrained := len(Constrained()); n < constrained+11 {
		t.Errorf("%d traced problems, and there are %d constrained ones", n, constrained)
	}
}

// TestSystems compares Jacobians with differences near the start, and the gradients
// among the systems with those of their problems.
func TestSystems(t *testing.T) {
	problems := map[string]*Problem{}
	for _, p := range MGH() {
		problems[p.Name] = p
	}
	for _, s := range Systems() {
		t.Run(s.Name, func(t *testing.T) {
			n := len(s.X0)
			x, f, up, down := make([]float64, n), make([]float64, n), make([]float64, n), make([]float64, n)
			for i, v := range s.X0 {
				x[i] = v + 0.01*(1+math.Abs(v))*math.Sin(float64(i+1))
			}
			s.Values(x, f)
			j := mat.NewDense(n, n, nil)
			s.Jacobian(x, j)
			for i, v := range x {
				step := 1e-6 * max(1e-3, math.Abs(v))
				x[i] = v + step
				s.Values(x, up)
				x[i] = v - step
				s.Values(x, down)
				x[i] = v
				for r := range f {
					noise := 1e-15 * (math.Abs(up[r]) + 1) / step
					if d := (up[r] - down[r]) / (2 * step); math.Abs(d-j.At(r, i)) > 1e-5*(1+math.Abs(d))+noise {
						t.Errorf("∂f%d/∂x%d is %g, by differences %g", r, i, j.At(r, i), d)
					}
				}
			}
			name, ok := strings.CutSuffix(s.Name, "-gradient")
			if !ok {
				return
			}
			g := make([]float64, n)
			problems[name].Gradient(x, g)
			for i, v := range g {
				if math.Abs(v/2-f[i]) > 1e-9*(1+math.Abs(v)) {
					t.Errorf("f%d is %g, half of the gradient %g", i, f[i], v/2)
				}
			}
		})
	}
}

// The systems written with num have the values of the others.
func TestTracedSystems(t *testing.T) {
	for _, s := range Systems() {
		f := Traced[s.Name]
		if f == nil {
			t.Errorf("%s is not traced", s.Name)
			continue
		}
		x, want := make([]float64, len(s.X0)), make([]float64, len(s.X0))
		for i, v := range s.X0 {
			x[i] = v + 0.1*float64(i+1)
		}
		s.Values(x, want)
		for i, v := range f(num.New(x)).Float64s() {
			if !(math.Abs(v-want[i]) <= 1e-12*(1+math.Abs(want[i]))) {
				t.Errorf("%s: value %d is %v, want %v", s.Name, i, v, want[i])
			}
		}
	}
}

// The residuals for num give the values of the problems, at the start and near it.
func TestTracedSquares(t *testing.T) {
	for _, p := range MGH() {
		f := p.Squares()
		if f == nil {
			t.Errorf("%s has none", p.Name)
			continue
		}
		for _, shift := range []float64{0, 0.01} {
			x := make([]float64, len(p.X0))
			for i, v := range p.X0 {
				x[i] = v + shift*(1+math.Abs(v))*math.Sin(float64(i+1))
			}
			r := f(num.New(x))
			if got, want := r.Dot(r).Item(), p.Value(x); math.Abs(got-want) > 1e-11*(1+math.Abs(want)) {
				t.Errorf("%s: %v, want %v", p.Name, got, want)
			}
		}
	}
}
