package minimize

import (
	"math"
	"math/cmplx"

	"gonum.org/v1/gonum/mat"
)

// slsqpProblem is a problem with what SciPy 1.17.1 needs for it with exact derivatives
// and its default options.
type slsqpProblem struct {
	name         string
	x0           []float64
	lower, upper []float64 // nil: none
	meq, m       int       // equations c = 0, and all constraints, the others c ≥ 0
	f            func(x []complex128) complex128
	c            func(x, c []complex128)
	min          float64 // Hock & Schittkowski's

	nfev, njev int // SciPy's
}

const slsqpStep = 0x1p-100 // into the imaginary direction: derivatives to rounding

func slsqpLift(x []float64) []complex128 {
	z := make([]complex128, len(x))
	for i, v := range x {
		z[i] = complex(v, 0)
	}
	return z
}

func (p slsqpProblem) value(x []float64) float64 { return real(p.f(slsqpLift(x))) }

func (p slsqpProblem) grad(x, g []float64) {
	z := slsqpLift(x)
	for i, v := range x {
		z[i] = complex(v, slsqpStep)
		g[i] = imag(p.f(z)) / slsqpStep
		z[i] = complex(v, 0)
	}
}

func (p slsqpProblem) values(x, c []float64) {
	z := make([]complex128, p.m)
	p.c(slsqpLift(x), z)
	for i, v := range z {
		c[i] = real(v)
	}
}

func (p slsqpProblem) jac(x []float64, j *mat.Dense) {
	z, c := slsqpLift(x), make([]complex128, p.m)
	for i, v := range x {
		z[i] = complex(v, slsqpStep)
		p.c(z, c)
		for r, w := range c {
			j.Set(r, i, imag(w)/slsqpStep)
		}
		z[i] = complex(v, 0)
	}
}

func (p slsqpProblem) limits() (lower, upper []float64) {
	lower, upper = make([]float64, p.m), make([]float64, p.m)
	for i := p.meq; i < p.m; i++ {
		upper[i] = math.Inf(1)
	}
	return lower, upper
}

func (p slsqpProblem) options(m SLSQP) Options {
	opt := Options{Method: m}
	if p.lower != nil {
		opt.Bounds = &Bounds{p.lower, p.upper}
	}
	if p.m > 0 {
		lower, upper := p.limits()
		opt.Constraints = []Constraint{{Func: p.values, Jac: p.jac, Lower: lower, Upper: upper}}
	}
	return opt
}

func slsqpRepeat(n int, v float64) []float64 {
	x := make([]float64, n)
	for i := range x {
		x[i] = v
	}
	return x
}

func slsqpRosen(x []complex128) complex128 {
	var s complex128
	for i, v := range x[1:] {
		a, b := v-x[i]*x[i], 1-x[i]
		s += 100*a*a + b*b
	}
	return s
}

// slsqpProblems are Rosenbrock's function with bounds, and problems of Hock &
// Schittkowski, "Test examples for nonlinear programming codes", 1981, by number.
func slsqpProblems() []slsqpProblem {
	type vec = []complex128
	inf := math.Inf(1)
	free := func(n int) []float64 { return slsqpRepeat(n, inf) }
	sq := func(v complex128) complex128 { return v * v }
	return []slsqpProblem{
		{name: "rosen2", x0: []float64{-1.2, 1}, f: slsqpRosen, nfev: 47, njev: 34},
		{name: "rosen5-active", x0: []float64{1.3, 0.7, 0.8, 1.9, 1.2}, lower: slsqpRepeat(5, 0), upper: slsqpRepeat(5, 0.8), f: slsqpRosen, min: 1.148224089, nfev: 19, njev: 12},
		{name: "6", x0: []float64{-1.2, 1}, meq: 1, m: 1, nfev: 11, njev: 9,
			f: func(x vec) complex128 { return sq(1 - x[0]) },
			c: func(x, c vec) { c[0] = 10 * (x[1] - x[0]*x[0]) }},
		{name: "7", x0: []float64{2, 2}, meq: 1, m: 1, min: -math.Sqrt(3), nfev: 12, njev: 10,
			f: func(x vec) complex128 { return cmplx.Log(1+x[0]*x[0]) - x[1] },
			c: func(x, c vec) { c[0] = sq(1+x[0]*x[0]) + x[1]*x[1] - 4 }},
		{name: "10", x0: []float64{-10, 10}, m: 1, min: -1, nfev: 12, njev: 11,
			f: func(x vec) complex128 { return x[0] - x[1] },
			c: func(x, c vec) { c[0] = -3*x[0]*x[0] + 2*x[0]*x[1] - x[1]*x[1] + 1 }},
		{name: "12", x0: []float64{0, 0}, m: 1, min: -30, nfev: 12, njev: 10,
			f: func(x vec) complex128 { return x[0]*x[0]/2 + x[1]*x[1] - x[0]*x[1] - 7*x[0] - 7*x[1] },
			c: func(x, c vec) { c[0] = 25 - 4*x[0]*x[0] - x[1]*x[1] }},
		{name: "14", x0: []float64{2, 2}, meq: 1, m: 2, min: 9 - 2.875*math.Sqrt(7), nfev: 6, njev: 6,
			f: func(x vec) complex128 { return sq(x[0]-2) + sq(x[1]-1) },
			c: func(x, c vec) { c[0], c[1] = x[0]-2*x[1]+1, 1-x[0]*x[0]/4-x[1]*x[1] }},
		{name: "15", x0: []float64{-2, 1}, lower: slsqpRepeat(2, -inf), upper: []float64{0.5, inf}, m: 2, min: 306.5, nfev: 6, njev: 4,
			f: slsqpRosen,
			c: func(x, c vec) { c[0], c[1] = x[0]*x[1]-1, x[0]+x[1]*x[1] }},
		{name: "21", x0: []float64{-1, -1}, lower: []float64{2, -50}, upper: []float64{50, 50}, m: 1, min: -99.96, nfev: 3, njev: 2,
			f: func(x vec) complex128 { return 0.01*x[0]*x[0] + x[1]*x[1] - 100 },
			c: func(x, c vec) { c[0] = 10*x[0] - x[1] - 10 }},
		{name: "24", x0: []float64{1, 0.5}, lower: []float64{0, 0}, upper: free(2), m: 3, min: -1, nfev: 5, njev: 5,
			f: func(x vec) complex128 { return (sq(x[0]-3) - 9) * x[1] * x[1] * x[1] / (27 * 1.7320508075688772) },
			c: func(x, c vec) {
				const r = 1.7320508075688772
				c[0], c[1], c[2] = x[0]/r-x[1], x[0]+r*x[1], 6-x[0]-r*x[1]
			}},
		{name: "26", x0: []float64{-2.6, 2, 2}, meq: 1, m: 1, nfev: 26, njev: 23,
			f: func(x vec) complex128 { return sq(x[0]-x[1]) + sq(sq(x[1]-x[2])) },
			c: func(x, c vec) { c[0] = (1+x[1]*x[1])*x[0] + sq(sq(x[2])) - 3 }},
		{name: "28", x0: []float64{-4, 1, 1}, meq: 1, m: 1, nfev: 5, njev: 4,
			f: func(x vec) complex128 { return sq(x[0]+x[1]) + sq(x[1]+x[2]) },
			c: func(x, c vec) { c[0] = x[0] + 2*x[1] + 3*x[2] - 1 }},
		{name: "35", x0: []float64{0.5, 0.5, 0.5}, lower: slsqpRepeat(3, 0), upper: free(3), m: 1, min: 1. / 9, nfev: 7, njev: 6,
			f: func(x vec) complex128 {
				return 9 - 8*x[0] - 6*x[1] - 4*x[2] + 2*x[0]*x[0] + 2*x[1]*x[1] + x[2]*x[2] + 2*x[0]*x[1] + 2*x[0]*x[2]
			},
			c: func(x, c vec) { c[0] = 3 - x[0] - x[1] - 2*x[2] }},
		{name: "39", x0: []float64{2, 2, 2, 2}, meq: 2, m: 2, min: -1, nfev: 13, njev: 12,
			f: func(x vec) complex128 { return -x[0] },
			c: func(x, c vec) { c[0], c[1] = x[1]-x[0]*x[0]*x[0]-x[2]*x[2], x[0]*x[0]-x[1]-x[3]*x[3] }},
		{name: "40", x0: slsqpRepeat(4, 0.8), meq: 3, m: 3, min: -0.25, nfev: 6, njev: 5,
			f: func(x vec) complex128 { return -x[0] * x[1] * x[2] * x[3] },
			c: func(x, c vec) {
				c[0], c[1], c[2] = x[0]*x[0]*x[0]+x[1]*x[1]-1, x[0]*x[0]*x[3]-x[2], x[3]*x[3]-x[1]
			}},
		{name: "43", x0: slsqpRepeat(4, 0), m: 3, min: -44, nfev: 12, njev: 10,
			f: func(x vec) complex128 {
				return x[0]*x[0] + x[1]*x[1] + 2*x[2]*x[2] + x[3]*x[3] - 5*x[0] - 5*x[1] - 21*x[2] + 7*x[3]
			},
			c: func(x, c vec) {
				a, b, d, e := x[0], x[1], x[2], x[3]
				c[0] = 8 - a*a - b*b - d*d - e*e - a + b - d + e
				c[1] = 10 - a*a - 2*b*b - d*d - 2*e*e + a + e
				c[2] = 5 - 2*a*a - b*b - d*d - 2*a + b + e
			}},
		{name: "48", x0: []float64{3, 5, -3, 2, -2}, meq: 2, m: 2, nfev: 7, njev: 4,
			f: func(x vec) complex128 { return sq(x[0]-1) + sq(x[1]-x[2]) + sq(x[3]-x[4]) },
			c: func(x, c vec) { c[0], c[1] = x[0]+x[1]+x[2]+x[3]+x[4]-5, x[2]-2*(x[3]+x[4])+3 }},
		{name: "52", x0: slsqpRepeat(5, 2), meq: 3, m: 3, min: 1859. / 349, nfev: 7, njev: 5,
			f: func(x vec) complex128 { return sq(4*x[0]-x[1]) + sq(x[1]+x[2]-2) + sq(x[3]-1) + sq(x[4]-1) },
			c: func(x, c vec) { c[0], c[1], c[2] = x[0]+3*x[1], x[2]+x[3]-2*x[4], x[1]-x[4] }},
		{name: "65", x0: []float64{-5, 5, 0}, lower: []float64{-4.5, -4.5, -5}, upper: []float64{4.5, 4.5, 5}, m: 1, min: 0.9535288567, nfev: 8, njev: 7,
			f: func(x vec) complex128 { return sq(x[0]-x[1]) + sq(x[0]+x[1]-10)/9 + sq(x[2]-5) },
			c: func(x, c vec) { c[0] = 48 - x[0]*x[0] - x[1]*x[1] - x[2]*x[2] }},
		{name: "71", x0: []float64{1, 5, 5, 1}, lower: slsqpRepeat(4, 1), upper: slsqpRepeat(4, 5), meq: 1, m: 2, min: 17.0140173, nfev: 5, njev: 5,
			f: func(x vec) complex128 { return x[0]*x[3]*(x[0]+x[1]+x[2]) + x[2] },
			c: func(x, c vec) {
				c[0], c[1] = x[0]*x[0]+x[1]*x[1]+x[2]*x[2]+x[3]*x[3]-40, x[0]*x[1]*x[2]*x[3]-25
			}},
		{name: "76", x0: slsqpRepeat(4, 0.5), lower: slsqpRepeat(4, 0), upper: free(4), m: 3, min: -4.681818181, nfev: 6, njev: 5,
			f: func(x vec) complex128 {
				return x[0]*x[0] + x[1]*x[1]/2 + x[2]*x[2] + x[3]*x[3]/2 - x[0]*x[2] + x[2]*x[3] - x[0] - 3*x[1] + x[2] - x[3]
			},
			c: func(x, c vec) {
				c[0], c[1], c[2] = 5-x[0]-2*x[1]-x[2]-x[3], 4-3*x[0]-x[1]-2*x[2]+x[3], x[1]+4*x[2]-1.5
			}},
		{name: "77", x0: slsqpRepeat(5, 2), meq: 2, m: 2, min: 0.24150513, nfev: 16, njev: 14,
			f: func(x vec) complex128 {
				return sq(x[0]-1) + sq(x[0]-x[1]) + sq(x[2]-1) + sq(sq(x[3]-1)) + sq(x[4]-1)*sq(sq(x[4]-1))
			},
			c: func(x, c vec) {
				c[0], c[1] = x[0]*x[0]*x[3]+cmplx.Sin(x[3]-x[4])-2*math.Sqrt2, x[1]+sq(sq(x[2]))*x[3]*x[3]-8-math.Sqrt2
			}},
		{name: "78", x0: []float64{-2, 1.5, 2, -1, -1}, meq: 3, m: 3, min: -2.91970041, nfev: 9, njev: 8,
			f: func(x vec) complex128 { return x[0] * x[1] * x[2] * x[3] * x[4] },
			c: func(x, c vec) {
				c[0] = x[0]*x[0] + x[1]*x[1] + x[2]*x[2] + x[3]*x[3] + x[4]*x[4] - 10
				c[1], c[2] = x[1]*x[2]-5*x[3]*x[4], x[0]*x[0]*x[0]+x[1]*x[1]*x[1]+1
			}},
		{name: "79", x0: slsqpRepeat(5, 2), meq: 3, m: 3, min: 0.0787768209, nfev: 10, njev: 8,
			f: func(x vec) complex128 {
				return sq(x[0]-1) + sq(x[0]-x[1]) + sq(x[1]-x[2]) + sq(sq(x[2]-x[3])) + sq(sq(x[3]-x[4]))
			},
			c: func(x, c vec) {
				c[0] = x[0] + x[1]*x[1] + x[2]*x[2]*x[2] - 2 - 3*math.Sqrt2
				c[1], c[2] = x[1]-x[2]*x[2]+x[3]+2-2*math.Sqrt2, x[0]*x[4]-2
			}},
		{name: "93", x0: []float64{5.54, 4.4, 12.02, 11.82, 0.702, 0.852}, lower: slsqpRepeat(6, 0), upper: free(6), m: 2, min: 135.075961, nfev: 12, njev: 10,
			f: func(x vec) complex128 {
				a, b := x[0]*x[3]*(x[0]+x[1]+x[2]), x[1]*x[2]*(x[0]+1.57*x[1]+x[3])
				return 0.0204*a + 0.0187*b + 0.0607*a*x[4]*x[4] + 0.0437*b*x[5]*x[5]
			},
			c: func(x, c vec) {
				a, b := x[0]*x[3]*(x[0]+x[1]+x[2]), x[1]*x[2]*(x[0]+1.57*x[1]+x[3])
				c[0] = 0.001*x[0]*x[1]*x[2]*x[3]*x[4]*x[5] - 2.07
				c[1] = 1 - 0.00062*a*x[4]*x[4] - 0.00058*b*x[5]*x[5]
			}},
		{name: "100", x0: []float64{1, 2, 0, 4, 0, 1, 1}, m: 4, min: 680.6300573, nfev: 20, njev: 13,
			f: func(x vec) complex128 {
				return sq(x[0]-10) + 5*sq(x[1]-12) + sq(sq(x[2])) + 3*sq(x[3]-11) + 10*sq(x[4])*sq(sq(x[4])) + 7*x[5]*x[5] +
					sq(sq(x[6])) - 4*x[5]*x[6] - 10*x[5] - 8*x[6]
			},
			c: func(x, c vec) {
				c[0] = 127 - 2*x[0]*x[0] - 3*sq(sq(x[1])) - x[2] - 4*x[3]*x[3] - 5*x[4]
				c[1] = 282 - 7*x[0] - 3*x[1] - 10*x[2]*x[2] - x[3] + x[4]
				c[2] = 196 - 23*x[0] - x[1]*x[1] - 6*x[5]*x[5] + 8*x[6]
				c[3] = -4*x[0]*x[0] - x[1]*x[1] + 3*x[0]*x[1] - 2*x[2]*x[2] - 5*x[5] + 11*x[6]
			}},
		{name: "106", x0: []float64{5000, 5000, 5000, 200, 350, 150, 225, 425}, lower: []float64{100, 1000, 1000, 10, 10, 10, 10, 10}, upper: []float64{10000, 10000, 10000, 1000, 1000, 1000, 1000, 1000}, m: 6, min: 7049.24802, nfev: 49, njev: 46,
			f: func(x vec) complex128 { return x[0] + x[1] + x[2] },
			c: func(x, c vec) {
				c[0], c[1], c[2] = 1-0.0025*(x[3]+x[5]), 1-0.0025*(x[4]+x[6]-x[3]), 1-0.01*(x[7]-x[4])
				c[3] = x[0]*x[5] - 833.33252*x[3] - 100*x[0] + 83333.333
				c[4] = x[1]*x[6] - 1250*x[4] - x[1]*x[3] + 1250*x[3]
				c[5] = x[2]*x[7] - 1250000 - x[2]*x[4] + 2500*x[4]
			}},
	}
}
