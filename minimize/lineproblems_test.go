package minimize

import (
	"math"

	"gonum.org/v1/gonum/mat"
)

// lineProblem is a problem for the methods with line searches and trust regions.
type lineProblem struct {
	name string
	x0   []float64
	f    func(x []float64) float64
	g    func(x, g []float64)
	h    func(x []float64, set func(i, j int, v float64)) // of zeros; one of (i, j) and (j, i)
	min  float64                                          // the least value
}

func (p lineProblem) problem() Problem {
	return Problem{Func: p.f, Grad: p.g, Hess: p.hess}
}

func (p lineProblem) hess(x []float64, h *mat.SymDense) {
	h.Zero()
	p.h(x, h.SetSym)
}

func (p lineProblem) hessp(x, v, hv []float64) {
	h := mat.NewSymDense(len(x), nil)
	p.hess(x, h)
	mat.NewVecDense(len(x), hv).MulVec(h, mat.NewVecDense(len(x), v))
}

func rosenF(x []float64) float64 {
	s := 0.0
	for i, v := range x[1:] {
		a, b := v-x[i]*x[i], 1-x[i]
		s += 100*a*a + b*b
	}
	return s
}

func rosenG(x, g []float64) {
	clear(g)
	for i, v := range x[1:] {
		a := v - x[i]*x[i]
		g[i] -= 400*x[i]*a + 2*(1-x[i])
		g[i+1] += 200 * a
	}
}

func rosenH(x []float64, set func(i, j int, v float64)) {
	d := make([]float64, len(x))
	for i, v := range x[1:] {
		d[i] += 1200*x[i]*x[i] - 400*v + 2
		d[i+1] += 200
		set(i, i+1, -400*x[i])
	}
	for i, v := range d {
		set(i, i, v)
	}
}

func rosen(name string, x0 ...float64) lineProblem {
	return lineProblem{name: name, x0: x0, f: rosenF, g: rosenG, h: rosenH}
}

// diagonal is Σ wᵢ xᵢ²/2.
func diagonal(name string, w, x0 []float64) lineProblem {
	return lineProblem{name: name, x0: x0,
		f: func(x []float64) float64 {
			s := 0.0
			for i, v := range x {
				s += w[i] * v * v
			}
			return s / 2
		},
		g: func(x, g []float64) {
			for i, v := range x {
				g[i] = w[i] * v
			}
		},
		h: func(x []float64, set func(i, j int, v float64)) {
			for i, v := range w {
				set(i, i, v)
			}
		},
	}
}

// Moré, Garbow & Hillstrom, "Testing unconstrained optimization software", 1981,
// problems 5 (Beale), 13 (Powell's singular function) and 14 (Wood).
var beale = lineProblem{name: "beale", x0: []float64{1, 1},
	f: func(x []float64) float64 {
		a, b := x[0], x[1]
		r, s, t := 1.5-a+a*b, 2.25-a+a*b*b, 2.625-a+a*b*b*b
		return r*r + s*s + t*t
	},
	g: func(x, g []float64) {
		a, b := x[0], x[1]
		r, s, t := 1.5-a+a*b, 2.25-a+a*b*b, 2.625-a+a*b*b*b
		g[0] = 2 * (r*(b-1) + s*(b*b-1) + t*(b*b*b-1))
		g[1] = 2 * a * (r + 2*s*b + 3*t*b*b)
	},
	h: func(x []float64, set func(i, j int, v float64)) {
		a, b := x[0], x[1]
		r, s, t := 1.5-a+a*b, 2.25-a+a*b*b, 2.625-a+a*b*b*b
		u, v, w := b-1, b*b-1, b*b*b-1
		set(0, 0, 2*(u*u+v*v+w*w))
		set(0, 1, 2*(a*(u+2*b*v+3*b*b*w)+r+2*s*b+3*t*b*b))
		set(1, 1, 2*(a*a*(1+4*b*b+9*b*b*b*b)+a*(2*s+6*t*b)))
	},
}

var powellSingular = lineProblem{name: "powell", x0: []float64{3, -1, 0, 1},
	f: func(x []float64) float64 {
		s, t, u, v := x[0]+10*x[1], x[2]-x[3], x[1]-2*x[2], x[0]-x[3]
		return s*s + 5*t*t + u*u*u*u + 10*v*v*v*v
	},
	g: func(x, g []float64) {
		s, t, u, v := x[0]+10*x[1], x[2]-x[3], x[1]-2*x[2], x[0]-x[3]
		g[0] = 2*s + 40*v*v*v
		g[1] = 20*s + 4*u*u*u
		g[2] = 10*t - 8*u*u*u
		g[3] = -10*t - 40*v*v*v
	},
	h: func(x []float64, set func(i, j int, v float64)) {
		u, v := 12*(x[1]-2*x[2])*(x[1]-2*x[2]), 120*(x[0]-x[3])*(x[0]-x[3])
		set(0, 0, 2+v)
		set(0, 1, 20)
		set(0, 3, -v)
		set(1, 1, 200+u)
		set(1, 2, -2*u)
		set(2, 2, 10+4*u)
		set(2, 3, -10)
		set(3, 3, 10+v)
	},
}

var wood = lineProblem{name: "wood", x0: []float64{-3, -1, -3, -1},
	f: func(x []float64) float64 {
		a, b, c, d := x[0], x[1], x[2], x[3]
		s, t := b-a*a, d-c*c
		return 100*s*s + (1-a)*(1-a) + 90*t*t + (1-c)*(1-c) + 10.1*((b-1)*(b-1)+(d-1)*(d-1)) + 19.8*(b-1)*(d-1)
	},
	g: func(x, g []float64) {
		a, b, c, d := x[0], x[1], x[2], x[3]
		s, t := b-a*a, d-c*c
		g[0] = -400*a*s - 2*(1-a)
		g[1] = 200*s + 20.2*(b-1) + 19.8*(d-1)
		g[2] = -360*c*t - 2*(1-c)
		g[3] = 180*t + 20.2*(d-1) + 19.8*(b-1)
	},
	h: func(x []float64, set func(i, j int, v float64)) {
		a, b, c, d := x[0], x[1], x[2], x[3]
		set(0, 0, 1200*a*a-400*b+2)
		set(0, 1, -400*a)
		set(1, 1, 220.2)
		set(1, 3, 19.8)
		set(2, 2, 1080*c*c-360*d+2)
		set(2, 3, -360*c)
		set(3, 3, 200.2)
	},
}

var himmelblau = lineProblem{name: "himmelblau", x0: []float64{0, 0},
	f: func(x []float64) float64 {
		p, q := x[0]*x[0]+x[1]-11, x[0]+x[1]*x[1]-7
		return p*p + q*q
	},
	g: func(x, g []float64) {
		p, q := x[0]*x[0]+x[1]-11, x[0]+x[1]*x[1]-7
		g[0], g[1] = 4*x[0]*p+2*q, 2*p+4*x[1]*q
	},
	h: func(x []float64, set func(i, j int, v float64)) {
		p, q := x[0]*x[0]+x[1]-11, x[0]+x[1]*x[1]-7
		set(0, 0, 4*p+8*x[0]*x[0]+2)
		set(0, 1, 4*x[0]+4*x[1])
		set(1, 1, 4*q+8*x[1]*x[1]+2)
	},
}

var single = lineProblem{name: "one", x0: []float64{10}, min: 2.0512356036146,
	f: func(x []float64) float64 { return (x[0]-3)*(x[0]-3) + math.Exp(x[0]/4) },
	g: func(x, g []float64) { g[0] = 2*(x[0]-3) + math.Exp(x[0]/4)/4 },
	h: func(x []float64, set func(i, j int, v float64)) { set(0, 0, 2+math.Exp(x[0]/4)/16) },
}

// barrier has its minimum at (2/3, 2) and is NaN, or there, where x₀ ≥ 1.
func barrier(name string, there float64, x0 ...float64) lineProblem {
	return lineProblem{name: name, x0: x0, min: -math.Log(1./3) - 2,
		f: func(x []float64) float64 {
			if !math.IsNaN(there) && x[0] >= 1 {
				return there
			}
			return -math.Log(1-x[0]) - 3*x[0] + (x[1]-2)*(x[1]-2)
		},
		g: func(x, g []float64) {
			g[0], g[1] = 1/(1-x[0])-3, 2*(x[1]-2)
			if !math.IsNaN(there) && x[0] >= 1 {
				g[0] = there
			}
		},
		h: func(x []float64, set func(i, j int, v float64)) {
			set(0, 0, 1/((1-x[0])*(1-x[0])))
			set(1, 1, 2)
		},
	}
}

// odd is a problem of two variables with the value of f, the gradient a x + b and
// the Hessian a I.
func odd(name string, f func(x []float64) float64, a, b float64) lineProblem {
	return lineProblem{name: name, x0: []float64{1, 2}, f: f,
		g: func(x, g []float64) {
			for i, v := range x {
				g[i] = a*v + b
			}
		},
		h: func(x []float64, set func(i, j int, v float64)) {
			for i := range x {
				set(i, i, a)
			}
		},
	}
}

func constant(v float64) func([]float64) float64 { return func([]float64) float64 { return v } }

// kink is |x|₁ + |x|²/10, which has no gradient at its minimum.
var kink = lineProblem{name: "abs", x0: []float64{1, -2, 3},
	f: func(x []float64) float64 {
		s := 0.0
		for _, v := range x {
			s += math.Abs(v) + 0.1*v*v
		}
		return s
	},
	g: func(x, g []float64) {
		for i, v := range x {
			g[i] = 0.2 * v
			if v != 0 {
				g[i] += math.Copysign(1, v)
			}
		}
	},
	h: func(x []float64, set func(i, j int, v float64)) {
		for i := range x {
			set(i, i, 0.2)
		}
	},
}

// saddle has saddle point 0 and minima (0, ±√½).
func saddle(name string, x0 ...float64) lineProblem {
	return lineProblem{name: name, x0: x0, min: -0.25,
		f: func(x []float64) float64 { return x[0]*x[0] - x[1]*x[1] + x[1]*x[1]*x[1]*x[1] },
		g: func(x, g []float64) { g[0], g[1] = 2*x[0], -2*x[1]+4*x[1]*x[1]*x[1] },
		h: func(x []float64, set func(i, j int, v float64)) {
			set(0, 0, 2)
			set(1, 1, -2+12*x[1]*x[1])
		},
	}
}

func ten(v float64) []float64 {
	x := make([]float64, 10)
	for i := range x {
		x[i] = v
	}
	return x
}

func decades() []float64 { // of condition 1e6
	w := make([]float64, 10)
	for i := range w {
		w[i] = math.Pow(10, float64(i)*6/9)
	}
	return w
}

var lineProblems = []lineProblem{
	rosen("rosen2", -1.2, 1),
	rosen("rosen5", 1.3, 0.7, 0.8, 1.9, 1.2),
	rosen("rosen10", 1.3, 0.7, 0.8, 1.9, 1.2, 1.3, 0.7, 0.8, 1.9, 1.2),
	diagonal("quad1e6", decades(), ten(1)),
	beale, powellSingular, wood, himmelblau, single,
}

var oddProblems = []lineProblem{
	rosen("optimal", 1, 1),
	odd("nanstart", constant(math.NaN()), math.NaN(), 0),
	odd("nanf", constant(math.NaN()), 2, 0),
	odd("nang", func(x []float64) float64 { return x[0]*x[0] + x[1]*x[1] }, 2, math.NaN()),
	odd("infstart", constant(math.Inf(1)), 2, 0),
	odd("neginf", constant(math.Inf(-1)), 2, 0),
	barrier("nanmid", math.NaN(), 0, 0),
	barrier("nanmid2", math.NaN(), -9, 1),
	barrier("nanmid3", math.NaN(), -0.5, 1),
	barrier("infmid", math.Inf(1), 0, 0),
	barrier("infmid3", math.Inf(1), -0.5, 1),
	kink,
	odd("unbounded", func(x []float64) float64 { return -x[0]*x[0] - x[1]*x[1] }, -2, 0),
	odd("linear", func(x []float64) float64 { return x[0] + x[1] }, 0, 1),
	odd("const", constant(1), 0, 0),
	saddle("saddle", 1, 0),
	saddle("saddle0", 0, 0),
}
