package minimize

import (
	"math"

	"github.com/argmin-go/argmin/minimize/internal/vec"
)

// squares is the problem of m residuals that res sets; jac sets their Jacobian, of
// zeros, by rows.
func squares(name string, m int, x0 []float64, res func(x, r []float64), jac func(x []float64, j func(i, k int, v float64))) lineProblem {
	return lineProblem{name: name, x0: x0,
		f: func(x []float64) float64 {
			r := make([]float64, m)
			res(x, r)
			return vec.Dot(r, r)
		},
		g: func(x, g []float64) {
			r := make([]float64, m)
			res(x, r)
			clear(g)
			jac(x, func(i, k int, v float64) { g[k] += 2 * r[i] * v })
		},
	}
}

// mghProblems are problems of Moré, Garbow & Hillstrom, "Testing unconstrained
// optimization software", ACM Trans. Math. Softw. 7 (1981), without their Hessians, in addition to
// those of lineProblems. Where there are several minima, min is none of them.
var mghProblems = []lineProblem{
	squares("brownbad", 3, []float64{1, 1}, func(x, r []float64) {
		r[0], r[1], r[2] = x[0]-1e6, x[1]-2e-6, x[0]*x[1]-2
	}, func(x []float64, j func(int, int, float64)) {
		j(0, 0, 1)
		j(1, 1, 1)
		j(2, 0, x[1])
		j(2, 1, x[0])
	}),
	squares("helical", 3, []float64{-1, 0, 0}, func(x, r []float64) {
		turn := math.Atan(x[1]/x[0]) / (2 * math.Pi)
		if x[0] < 0 {
			turn += 0.5
		}
		r[0], r[1], r[2] = 10*(x[2]-10*turn), 10*(math.Hypot(x[0], x[1])-1), x[2]
	}, func(x []float64, j func(int, int, float64)) {
		q, c := x[0]*x[0]+x[1]*x[1], 50/math.Pi
		j(0, 0, c*x[1]/q)
		j(0, 1, -c*x[0]/q)
		j(0, 2, 10)
		j(1, 0, 10*x[0]/math.Sqrt(q))
		j(1, 1, 10*x[1]/math.Sqrt(q))
		j(2, 2, 1)
	}),
	squares("broydentri", 10, ten(-1), func(x, r []float64) {
		for i, v := range x {
			r[i] = (3-2*v)*v + 1
			if i > 0 {
				r[i] -= x[i-1]
			}
			if i < len(x)-1 {
				r[i] -= 2 * x[i+1]
			}
		}
	}, func(x []float64, j func(int, int, float64)) {
		for i, v := range x {
			j(i, i, 3-4*v)
			if i > 0 {
				j(i, i-1, -1)
			}
			if i < len(x)-1 {
				j(i, i+1, -2)
			}
		}
	}),
	squares("trig", 10, ten(0.1), func(x, r []float64) {
		n, s := len(x), 0.0
		for _, v := range x {
			s += math.Cos(v)
		}
		for i, v := range x {
			r[i] = float64(n) - s + float64(i+1)*(1-math.Cos(v)) - math.Sin(v)
		}
	}, func(x []float64, j func(int, int, float64)) {
		for i, v := range x {
			for k, w := range x {
				j(i, k, math.Sin(w))
			}
			j(i, i, float64(i+1)*math.Sin(v)-math.Cos(v))
		}
	}),
	squares("vardim", 12, []float64{0.9, 0.8, 0.7, 0.6, 0.5, 0.4, 0.3, 0.2, 0.1, 0}, func(x, r []float64) {
		n, s := len(x), 0.0
		for i, v := range x {
			r[i] = v - 1
			s += float64(i+1) * (v - 1)
		}
		r[n], r[n+1] = s, s*s
	}, func(x []float64, j func(int, int, float64)) {
		n, s := len(x), 0.0
		for i, v := range x {
			s += float64(i+1) * (v - 1)
		}
		for i := range x {
			j(i, i, 1)
			j(n, i, float64(i+1))
			j(n+1, i, 2*s*float64(i+1))
		}
	}),
	squares("browndennis", 20, []float64{25, 5, -5, -1}, func(x, r []float64) {
		for i := range r {
			t := float64(i+1) / 5
			a, b := x[0]+t*x[1]-math.Exp(t), x[2]+x[3]*math.Sin(t)-math.Cos(t)
			r[i] = a*a + b*b
		}
	}, func(x []float64, j func(int, int, float64)) {
		for i := range 20 {
			t := float64(i+1) / 5
			a, b := x[0]+t*x[1]-math.Exp(t), x[2]+x[3]*math.Sin(t)-math.Cos(t)
			j(i, 0, 2*a)
			j(i, 1, 2*a*t)
			j(i, 2, 2*b)
			j(i, 3, 2*b*math.Sin(t))
		}
	}),
	squares("frothrosen", 2, []float64{0.5, -2}, func(x, r []float64) {
		a, b := x[0], x[1]
		r[0], r[1] = -13+a+((5-b)*b-2)*b, -29+a+((b+1)*b-14)*b
	}, func(x []float64, j func(int, int, float64)) {
		b := x[1]
		j(0, 0, 1)
		j(0, 1, 10*b-3*b*b-2)
		j(1, 0, 1)
		j(1, 1, 3*b*b+2*b-14)
	}),
	squares("powellbad", 2, []float64{0, 1}, func(x, r []float64) {
		r[0], r[1] = 1e4*x[0]*x[1]-1, math.Exp(-x[0])+math.Exp(-x[1])-1.0001
	}, func(x []float64, j func(int, int, float64)) {
		j(0, 0, 1e4*x[1])
		j(0, 1, 1e4*x[0])
		j(1, 0, -math.Exp(-x[0]))
		j(1, 1, -math.Exp(-x[1]))
	}),
	squares("penalty1", 11, []float64{1, 2, 3, 4, 5, 6, 7, 8, 9, 10}, func(x, r []float64) {
		for i, v := range x {
			r[i] = math.Sqrt(1e-5) * (v - 1)
		}
		r[len(x)] = vec.Dot(x, x) - 0.25
	}, func(x []float64, j func(int, int, float64)) {
		for i, v := range x {
			j(i, i, math.Sqrt(1e-5))
			j(len(x), i, 2*v)
		}
	}),
	extendedRosenbrock(100),
}

// extendedRosenbrock is n/2 Rosenbrock functions of two variables each.
func extendedRosenbrock(n int) lineProblem {
	x0 := make([]float64, n)
	for i := range x0 {
		x0[i] = []float64{-1.2, 1}[i%2]
	}
	return lineProblem{name: "extrosen", x0: x0,
		f: func(x []float64) float64 {
			s := 0.0
			for i := 0; i < len(x); i += 2 {
				a, b := x[i+1]-x[i]*x[i], 1-x[i]
				s += 100*a*a + b*b
			}
			return s
		},
		g: func(x, g []float64) {
			for i := 0; i < len(x); i += 2 {
				a, b := x[i+1]-x[i]*x[i], 1-x[i]
				g[i], g[i+1] = -400*x[i]*a-2*b, 200*a
			}
		},
	}
}

// boxed are bounds for the problem of the name before the slash; one number stands for all
// variables.
type boxed struct {
	name         string
	lower, upper []float64
}

func (b boxed) bounds(n int) *Bounds {
	all := func(v []float64) []float64 {
		if len(v) == n {
			return v
		}
		w := make([]float64, n)
		for i := range w {
			w[i] = v[i*len(v)/n] // equal parts
		}
		return w
	}
	return &Bounds{Lower: all(b.lower), Upper: all(b.upper)}
}

var inf = math.Inf(1)

var boxedProblems = []boxed{
	{"rosen10/inactive", []float64{-10}, []float64{10}},
	{"rosen10/active", []float64{-10}, []float64{0.8}},
	{"rosen10/lower", []float64{1.1}, []float64{inf}},
	{"rosen2/active", []float64{-2}, []float64{0.5, 2}},
	{"rosen2/hs1", []float64{-inf, -1.5}, []float64{inf}}, // Hock & Schittkowski's problems 1 and 2
	{"rosen2/hs2", []float64{-inf, 1.5}, []float64{inf}},
	{"rosen5/fixed", []float64{-5, 0.7, -5, -5, 1.2}, []float64{5, 0.7, 5, 5, 1.2}},
	{"beale/active", []float64{0.6, 0.5}, []float64{10, 100}},
	{"beale/active2", []float64{0}, []float64{2, 0.4}},
	{"powell/active", []float64{0.1, -20, -1, -1}, []float64{100, 20, 1, 50}},
	{"wood/active", []float64{-100}, []float64{0, 10, 100, 100}},
	{"wood/inactive", []float64{-10}, []float64{10}},
	{"himmelblau/active", []float64{0}, []float64{2, 5}},
	{"himmelblau/fixed", []float64{2, -5}, []float64{2, 5}},
	{"brownbad/active", []float64{0, 3e-5}, []float64{1e6, 100}},
	{"helical/active", []float64{-100, -1, -1}, []float64{0.8, 1, 1}},
	{"broydentri/active", []float64{-inf}, []float64{-0.5}},
	{"trig/active", []float64{0, 0.05}, []float64{0.2}},
	{"vardim/active", []float64{-1}, []float64{0.5, 0.5, 0.5, 10, 10, 10, 10, 10, 10, 10}},
	{"vardim/fixed", []float64{-1, -1, -1, -1, -1, -1, -1, -1, -1, 0}, []float64{10, 10, 10, 10, 10, 10, 10, 10, 10, 0}},
	{"browndennis/active", []float64{-10, 0, -100, -20}, []float64{100, 15, 0, 0.2}},
	{"penalty1/active", []float64{0.2, -inf, -inf, -inf, -inf, -inf, -inf, -inf, -inf, -inf}, []float64{inf, 0.1}},
	{"extrosen/active", []float64{-2}, []float64{0.7, 2}},
	{"extrosen/inactive", []float64{-5}, []float64{5}},
	{"quad1e6/active", []float64{0.5, -1}, []float64{2}},
}
