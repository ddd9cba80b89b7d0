package testproblems

import (
	"math"
	"math/cmplx"
)

var inf = math.Inf(1)

const root3 = 1.7320508075688772935

// Bounded are problems with only bounds.
func Bounded() []*Problem {
	var all []*Problem
	add := func(name string, x0, lower, upper []float64, f func(x []complex128) complex128, minima ...float64) {
		all = append(all, &Problem{Name: name, X0: x0, Lower: lower, Upper: upper, F: f, Min: minima})
	}
	free := repeat(10, -inf)
	full := repeat(10, inf)
	add("rosen5-inactive", []float64{1.3, 0.7, 0.8, 1.9, 1.2}, repeat(5, -5), repeat(5, 5), rosen, 0)
	add("rosen5-active", []float64{1.3, 0.7, 0.8, 1.9, 1.2}, repeat(5, 0), repeat(5, 0.8), rosen, 1.1482239856)
	add("rosen10-lower", repeat(10, 2), repeat(10, 1.1), full, rosen, 7.0969963)
	add("rosen2-fixed", []float64{-1.2, 0.5}, []float64{-2, 0.5}, []float64{2, 0.5}, rosen, 0.08536051, 2.8995378)
	for _, p := range MGH() {
		// Bounds as of Gay, "A trust-region approach to linearly constrained
		// optimization", 1984: some of them active.
		switch p.Name {
		case "05-beale":
			add("beale-bounded", p.X0, []float64{0.6, 0.5}, []float64{10, 100}, p.F, 0)
		case "07-helical-valley":
			add("helical-bounded", p.X0, []float64{-100, -1, -1}, []float64{0.8, 1, 1}, p.F, 0.99042212569)
		case "14-wood":
			add("wood-bounded", p.X0, repeat(4, -100), []float64{0, 10, 100, 100}, p.F, 1.5567008e0)
		case "16-brown-dennis":
			add("brown-dennis-bounded", p.X0, []float64{-10, 0, -100, -20}, []float64{100, 15, 0, 0.2}, p.F, 88860.479769)
		case "25-variably-dimensioned10":
			add("variably-bounded", p.X0, free, repeat(10, 20, 0.5), p.F, 2.6054863)
		}
	}
	// Hock & Schittkowski, "Test examples for nonlinear programming codes", 1981.
	add("HS1", []float64{-2, 1}, []float64{-inf, -1.5}, repeat(2, inf), rosen, 0)
	add("HS2", []float64{-2, 1}, []float64{-inf, 1.5}, repeat(2, inf), rosen, 0.0504261879, 4.9412293678)
	add("HS3", []float64{10, 1}, []float64{-inf, 0}, repeat(2, inf), func(x []complex128) complex128 {
		return x[1] + 1e-5*(x[1]-x[0])*(x[1]-x[0])
	}, 0)
	add("HS4", []float64{1.125, 0.125}, []float64{1, 0}, repeat(2, inf), func(x []complex128) complex128 {
		return power(x[0]+1, 3)/3 + x[1]
	}, 8./3)
	add("HS5", []float64{0, 0}, []float64{-1.5, -3}, []float64{4, 3}, func(x []complex128) complex128 {
		return cmplx.Sin(x[0]+x[1]) + (x[0]-x[1])*(x[0]-x[1]) - 1.5*x[0] + 2.5*x[1] + 1
	}, -math.Sqrt(3)/2-math.Pi/3)
	add("HS38", []float64{-3, -1, -3, -1}, repeat(4, -10), repeat(4, 10), func(x []complex128) complex128 {
		a, b := x[1]-x[0]*x[0], x[3]-x[2]*x[2]
		return 100*a*a + (1-x[0])*(1-x[0]) + 90*b*b + (1-x[2])*(1-x[2]) + 10.1*((x[1]-1)*(x[1]-1)+(x[3]-1)*(x[3]-1)) + 19.8*(x[1]-1)*(x[3]-1)
	}, 0)
	add("HS45", repeat(5, 2), repeat(5, 0), []float64{1, 2, 3, 4, 5}, func(x []complex128) complex128 {
		return 2 - x[0]*x[1]*x[2]*x[3]*x[4]/120
	}, 1)
	return all
}

// rosen is the chained function, as scipy.optimize.rosen.
func rosen(x []complex128) complex128 {
	var s complex128
	for i := range x[1:] {
		a, b := x[i+1]-x[i]*x[i], 1-x[i]
		s += 100*a*a + b*b
	}
	return s
}

// Constrained are problems with constraints: SciPy's tutorial's, and those of Hock &
// Schittkowski, "Test examples for nonlinear programming codes", 1981, by their
// numbers. An inequality is c(x) ≥ 0, an equation c(x) = 0.
func Constrained() []*Problem {
	type vec = []complex128
	var all []*Problem
	add := func(name string, x0, lower, upper []float64, f func(x vec) complex128, equations, inequalities int, c func(x, c vec), minima ...float64) {
		p := &Problem{Name: name, X0: x0, Lower: lower, Upper: upper, F: f, Cons: c, Min: minima}
		for i := range equations + inequalities {
			p.CLower, p.CUpper = append(p.CLower, 0), append(p.CUpper, inf)
			if i < equations {
				p.CUpper[i] = 0
			}
		}
		all = append(all, p)
	}
	linear := func() { all[len(all)-1].Linear = true }
	sq := func(a complex128) complex128 { return a * a }
	none := []float64(nil)

	tutorial := func(x, c vec) {
		c[0], c[1] = 1-x[0]-2*x[1], 1-x[0]*x[0]-x[1]
		c[2] = 1 - x[0]*x[0] + x[1]
		c[3] = 2*x[0] + x[1] - 1
	}
	add("tutorial-rosen", []float64{0.5, 0}, []float64{0, -0.5}, []float64{1, 2}, rosen, 0, 4, tutorial, 0.3427175)
	p := all[len(all)-1]
	p.CUpper[3] = 0 // an equation
	add("tutorial-slsqp", []float64{2, 0}, []float64{0, 0}, repeat(2, inf), func(x vec) complex128 { return sq(x[0]-1) + sq(x[1]-2.5) }, 0, 3, func(x, c vec) {
		c[0], c[1], c[2] = x[0]-2*x[1]+2, -x[0]-2*x[1]+6, -x[0]+2*x[1]+2
	}, 0.8)
	linear()

	add("HS6", []float64{-1.2, 1}, none, none, func(x vec) complex128 { return sq(1 - x[0]) }, 1, 0, func(x, c vec) { c[0] = 10 * (x[1] - x[0]*x[0]) }, 0)
	add("HS7", []float64{2, 2}, none, none, func(x vec) complex128 { return cmplx.Log(1+x[0]*x[0]) - x[1] }, 1, 0, func(x, c vec) { c[0] = sq(1+x[0]*x[0]) + x[1]*x[1] - 4 }, -math.Sqrt(3))
	add("HS8", []float64{2, 1}, none, none, func(x vec) complex128 { return -1 }, 2, 0, func(x, c vec) { c[0], c[1] = x[0]*x[0]+x[1]*x[1]-25, x[0]*x[1]-9 }, -1)
	add("HS9", []float64{0, 0}, none, none, func(x vec) complex128 { return cmplx.Sin(math.Pi*x[0]/12) * cmplx.Cos(math.Pi*x[1]/16) }, 1, 0, func(x, c vec) { c[0] = 4*x[0] - 3*x[1] }, -0.5)
	linear()
	add("HS10", []float64{-10, 10}, none, none, func(x vec) complex128 { return x[0] - x[1] }, 0, 1, func(x, c vec) { c[0] = -3*x[0]*x[0] + 2*x[0]*x[1] - x[1]*x[1] + 1 }, -1)
	add("HS11", []float64{4.9, 0.1}, none, none, func(x vec) complex128 { return sq(x[0]-5) + x[1]*x[1] - 25 }, 0, 1, func(x, c vec) { c[0] = x[1] - x[0]*x[0] }, -8.498464223)
	add("HS12", []float64{0, 0}, none, none, func(x vec) complex128 { return x[0]*x[0]/2 + x[1]*x[1] - x[0]*x[1] - 7*x[0] - 7*x[1] }, 0, 1, func(x, c vec) { c[0] = 25 - 4*x[0]*x[0] - x[1]*x[1] }, -30)
	add("HS14", []float64{2, 2}, none, none, func(x vec) complex128 { return sq(x[0]-2) + sq(x[1]-1) }, 1, 1, func(x, c vec) {
		c[0], c[1] = x[0]-2*x[1]+1, 1-x[0]*x[0]/4-x[1]*x[1]
	}, 9-2.875*math.Sqrt(7))
	add("HS15", []float64{-2, 1}, repeat(2, -inf), []float64{0.5, inf}, func(x vec) complex128 { return 100*sq(x[1]-x[0]*x[0]) + sq(1-x[0]) }, 0, 2, func(x, c vec) {
		c[0], c[1] = x[0]*x[1]-1, x[0]+x[1]*x[1]
	}, 306.5, 360.379767)
	add("HS16", []float64{-2, 1}, []float64{-0.5, -inf}, []float64{0.5, 1}, func(x vec) complex128 { return 100*sq(x[1]-x[0]*x[0]) + sq(1-x[0]) }, 0, 2, func(x, c vec) {
		c[0], c[1] = x[0]+x[1]*x[1], x[0]*x[0]+x[1]
	}, 0.25, 3.98208, 23.14466)
	add("HS18", []float64{2, 2}, []float64{2, 0}, []float64{50, 50}, func(x vec) complex128 { return 0.01*x[0]*x[0] + x[1]*x[1] }, 0, 2, func(x, c vec) {
		c[0], c[1] = x[0]*x[1]-25, x[0]*x[0]+x[1]*x[1]-25
	}, 5)
	add("HS21", []float64{-1, -1}, []float64{2, -50}, []float64{50, 50}, func(x vec) complex128 { return 0.01*x[0]*x[0] + x[1]*x[1] - 100 }, 0, 1, func(x, c vec) { c[0] = 10*x[0] - x[1] - 10 }, -99.96)
	linear()
	add("HS22", []float64{2, 2}, none, none, func(x vec) complex128 { return sq(x[0]-2) + sq(x[1]-1) }, 0, 2, func(x, c vec) {
		c[0], c[1] = -x[0]-x[1]+2, -x[0]*x[0]+x[1]
	}, 1)
	add("HS24", []float64{1, 0.5}, []float64{0, 0}, repeat(2, inf), func(x vec) complex128 { return (sq(x[0]-3) - 9) * power(x[1], 3) / (27 * root3) }, 0, 3, func(x, c vec) {
		c[0], c[1], c[2] = x[0]/root3-x[1], x[0]+root3*x[1], -x[0]-root3*x[1]+6
	}, -1)
	linear()
	add("HS26", []float64{-2.6, 2, 2}, none, none, func(x vec) complex128 { return sq(x[0]-x[1]) + power(x[1]-x[2], 4) }, 1, 0, func(x, c vec) { c[0] = (1+x[1]*x[1])*x[0] + power(x[2], 4) - 3 }, 0)
	add("HS27", []float64{2, 2, 2}, none, none, func(x vec) complex128 { return 0.01*sq(x[0]-1) + sq(x[1]-x[0]*x[0]) }, 1, 0, func(x, c vec) { c[0] = x[0] + x[2]*x[2] + 1 }, 0.04)
	add("HS28", []float64{-4, 1, 1}, none, none, func(x vec) complex128 { return sq(x[0]+x[1]) + sq(x[1]+x[2]) }, 1, 0, func(x, c vec) { c[0] = x[0] + 2*x[1] + 3*x[2] - 1 }, 0)
	linear()
	add("HS29", []float64{1, 1, 1}, none, none, func(x vec) complex128 { return -x[0] * x[1] * x[2] }, 0, 1, func(x, c vec) { c[0] = -x[0]*x[0] - 2*x[1]*x[1] - 4*x[2]*x[2] + 48 }, -16*math.Sqrt2)
	add("HS30", []float64{1, 1, 1}, []float64{1, -10, -10}, repeat(3, 10), func(x vec) complex128 { return x[0]*x[0] + x[1]*x[1] + x[2]*x[2] }, 0, 1, func(x, c vec) { c[0] = x[0]*x[0] + x[1]*x[1] - 1 }, 1)
	add("HS31", []float64{1, 1, 1}, []float64{-10, 1, -10}, []float64{10, 10, 1}, func(x vec) complex128 { return 9*x[0]*x[0] + x[1]*x[1] + 9*x[2]*x[2] }, 0, 1, func(x, c vec) { c[0] = x[0]*x[1] - 1 }, 6)
	add("HS32", []float64{0.1, 0.7, 0.2}, repeat(3, 0), repeat(3, inf), func(x vec) complex128 { return sq(x[0]+3*x[1]+x[2]) + 4*sq(x[0]-x[1]) }, 1, 1, func(x, c vec) {
		c[0], c[1] = 1-x[0]-x[1]-x[2], 6*x[1]+4*x[2]-power(x[0], 3)-3
	}, 1)
	add("HS34", []float64{0, 1.05, 2.9}, repeat(3, 0), []float64{100, 100, 10}, func(x vec) complex128 { return -x[0] }, 0, 2, func(x, c vec) {
		c[0], c[1] = x[1]-cmplx.Exp(x[0]), x[2]-cmplx.Exp(x[1])
	}, -math.Log(math.Log(10)))
	add("HS35", []float64{0.5, 0.5, 0.5}, repeat(3, 0), repeat(3, inf), func(x vec) complex128 {
		return 9 - 8*x[0] - 6*x[1] - 4*x[2] + 2*x[0]*x[0] + 2*x[1]*x[1] + x[2]*x[2] + 2*x[0]*x[1] + 2*x[0]*x[2]
	}, 0, 1, func(x, c vec) { c[0] = 3 - x[0] - x[1] - 2*x[2] }, 1./9)
	linear()
	add("HS36", []float64{10, 10, 10}, repeat(3, 0), []float64{20, 11, 42}, func(x vec) complex128 { return -x[0] * x[1] * x[2] }, 0, 1, func(x, c vec) { c[0] = 72 - x[0] - 2*x[1] - 2*x[2] }, -3300)
	linear()
	add("HS37", []float64{10, 10, 10}, repeat(3, 0), repeat(3, 42), func(x vec) complex128 { return -x[0] * x[1] * x[2] }, 0, 2, func(x, c vec) {
		c[0], c[1] = 72-x[0]-2*x[1]-2*x[2], x[0]+2*x[1]+2*x[2]
	}, -3456)
	linear()
	add("HS39", []float64{2, 2, 2, 2}, none, none, func(x vec) complex128 { return -x[0] }, 2, 0, func(x, c vec) {
		c[0], c[1] = x[1]-power(x[0], 3)-x[2]*x[2], x[0]*x[0]-x[1]-x[3]*x[3]
	}, -1)
	add("HS40", repeat(4, 0.8), none, none, func(x vec) complex128 { return -x[0] * x[1] * x[2] * x[3] }, 3, 0, func(x, c vec) {
		c[0], c[1], c[2] = power(x[0], 3)+x[1]*x[1]-1, x[0]*x[0]*x[3]-x[2], x[3]*x[3]-x[1]
	}, -0.25)
	add("HS42", repeat(4, 1), none, none, func(x vec) complex128 { return sq(x[0]-1) + sq(x[1]-2) + sq(x[2]-3) + sq(x[3]-4) }, 2, 0, func(x, c vec) {
		c[0], c[1] = x[0]-2, x[2]*x[2]+x[3]*x[3]-2
	}, 28-10*math.Sqrt2)
	add("HS43", repeat(4, 0), none, none, func(x vec) complex128 {
		return x[0]*x[0] + x[1]*x[1] + 2*x[2]*x[2] + x[3]*x[3] - 5*x[0] - 5*x[1] - 21*x[2] + 7*x[3]
	}, 0, 3, func(x, c vec) {
		c[0] = 8 - x[0]*x[0] - x[1]*x[1] - x[2]*x[2] - x[3]*x[3] - x[0] + x[1] - x[2] + x[3]
		c[1] = 10 - x[0]*x[0] - 2*x[1]*x[1] - x[2]*x[2] - 2*x[3]*x[3] + x[0] + x[3]
		c[2] = 5 - 2*x[0]*x[0] - x[1]*x[1] - x[2]*x[2] - 2*x[0] + x[1] + x[3]
	}, -44)
	add("HS46", []float64{math.Sqrt2 / 2, 1.75, 0.5, 2, 2}, none, none, func(x vec) complex128 {
		return sq(x[0]-x[1]) + sq(x[2]-1) + power(x[3]-1, 4) + power(x[4]-1, 6)
	}, 2, 0, func(x, c vec) {
		c[0], c[1] = x[0]*x[0]*x[3]+cmplx.Sin(x[3]-x[4])-1, x[1]+power(x[2], 4)*x[3]*x[3]-2
	}, 0)
	add("HS48", []float64{3, 5, -3, 2, -2}, none, none, func(x vec) complex128 { return sq(x[0]-1) + sq(x[1]-x[2]) + sq(x[3]-x[4]) }, 2, 0, func(x, c vec) {
		c[0], c[1] = x[0]+x[1]+x[2]+x[3]+x[4]-5, x[2]-2*(x[3]+x[4])+3
	}, 0)
	linear()
	add("HS50", []float64{35, -31, 11, 5, -5}, none, none, func(x vec) complex128 {
		return sq(x[0]-x[1]) + sq(x[1]-x[2]) + power(x[2]-x[3], 4) + sq(x[3]-x[4])
	}, 3, 0, func(x, c vec) {
		c[0], c[1], c[2] = x[0]+2*x[1]+3*x[2]-6, x[1]+2*x[2]+3*x[3]-6, x[2]+2*x[3]+3*x[4]-6
	}, 0)
	linear()
	add("HS51", []float64{2.5, 0.5, 2, -1, 0.5}, none, none, func(x vec) complex128 { return sq(x[0]-x[1]) + sq(x[1]+x[2]-2) + sq(x[3]-1) + sq(x[4]-1) }, 3, 0, func(x, c vec) {
		c[0], c[1], c[2] = x[0]+3*x[1]-4, x[2]+x[3]-2*x[4], x[1]-x[4]
	}, 0)
	linear()
	add("HS52", repeat(5, 2), none, none, func(x vec) complex128 { return sq(4*x[0]-x[1]) + sq(x[1]+x[2]-2) + sq(x[3]-1) + sq(x[4]-1) }, 3, 0, func(x, c vec) {
		c[0], c[1], c[2] = x[0]+3*x[1], x[2]+x[3]-2*x[4], x[1]-x[4]
	}, 1859./349)
	linear()
	add("HS53", repeat(5, 2), repeat(5, -10), repeat(5, 10), func(x vec) complex128 { return sq(x[0]-x[1]) + sq(x[1]+x[2]-2) + sq(x[3]-1) + sq(x[4]-1) }, 3, 0, func(x, c vec) {
		c[0], c[1], c[2] = x[0]+3*x[1], x[2]+x[3]-2*x[4], x[1]-x[4]
	}, 176./43)
	linear()
	add("HS60", repeat(3, 2), repeat(3, -10), repeat(3, 10), func(x vec) complex128 { return sq(x[0]-1) + sq(x[0]-x[1]) + power(x[1]-x[2], 4) }, 1, 0, func(x, c vec) {
		c[0] = x[0]*(1+x[1]*x[1]) + power(x[2], 4) - 4 - 3*math.Sqrt2
	}, 0.03256820025)
	add("HS63", repeat(3, 2), repeat(3, 0), repeat(3, inf), func(x vec) complex128 {
		return 1000 - x[0]*x[0] - 2*x[1]*x[1] - x[2]*x[2] - x[0]*x[1] - x[0]*x[2]
	}, 2, 0, func(x, c vec) {
		c[0], c[1] = 8*x[0]+14*x[1]+7*x[2]-56, x[0]*x[0]+x[1]*x[1]+x[2]*x[2]-25
	}, 961.7151721)
	add("HS65", []float64{-5, 5, 0}, []float64{-4.5, -4.5, -5}, []float64{4.5, 4.5, 5}, func(x vec) complex128 {
		return sq(x[0]-x[1]) + sq(x[0]+x[1]-10)/9 + sq(x[2]-5)
	}, 0, 1, func(x, c vec) { c[0] = 48 - x[0]*x[0] - x[1]*x[1] - x[2]*x[2] }, 0.9535288567)
	add("HS66", []float64{0, 1.05, 2.9}, repeat(3, 0), []float64{100, 100, 10}, func(x vec) complex128 { return 0.2*x[2] - 0.8*x[0] }, 0, 2, func(x, c vec) {
		c[0], c[1] = x[1]-cmplx.Exp(x[0]), x[2]-cmplx.Exp(x[1])
	}, 0.5181632741)
	add("HS71", []float64{1, 5, 5, 1}, repeat(4, 1), repeat(4, 5), func(x vec) complex128 { return x[0]*x[3]*(x[0]+x[1]+x[2]) + x[2] }, 1, 1, func(x, c vec) {
		c[0], c[1] = x[0]*x[0]+x[1]*x[1]+x[2]*x[2]+x[3]*x[3]-40, x[0]*x[1]*x[2]*x[3]-25
	}, 17.0140173)
	add("HS76", repeat(4, 0.5), repeat(4, 0), repeat(4, inf), func(x vec) complex128 {
		return x[0]*x[0] + x[1]*x[1]/2 + x[2]*x[2] + x[3]*x[3]/2 - x[0]*x[2] + x[2]*x[3] - x[0] - 3*x[1] + x[2] - x[3]
	}, 0, 3, func(x, c vec) {
		c[0], c[1], c[2] = 5-x[0]-2*x[1]-x[2]-x[3], 4-3*x[0]-x[1]-2*x[2]+x[3], x[1]+4*x[2]-1.5
	}, -4.681818181)
	linear()
	add("HS77", repeat(5, 2), none, none, func(x vec) complex128 {
		return sq(x[0]-1) + sq(x[0]-x[1]) + sq(x[2]-1) + power(x[3]-1, 4) + power(x[4]-1, 6)
	}, 2, 0, func(x, c vec) {
		c[0], c[1] = x[0]*x[0]*x[3]+cmplx.Sin(x[3]-x[4])-2*math.Sqrt2, x[1]+power(x[2], 4)*x[3]*x[3]-8-math.Sqrt2
	}, 0.24150513)
	add("HS78", []float64{-2, 1.5, 2, -1, -1}, none, none, func(x vec) complex128 { return x[0] * x[1] * x[2] * x[3] * x[4] }, 3, 0, threeEquations(10), -2.91970041)
	add("HS79", repeat(5, 2), none, none, func(x vec) complex128 {
		return sq(x[0]-1) + sq(x[0]-x[1]) + sq(x[1]-x[2]) + power(x[2]-x[3], 4) + power(x[3]-x[4], 4)
	}, 3, 0, func(x, c vec) {
		c[0], c[1], c[2] = x[0]+x[1]*x[1]+power(x[2], 3)-2-3*math.Sqrt2, x[1]-x[2]*x[2]+x[3]+2-2*math.Sqrt2, x[0]*x[4]-2
	}, 0.0787768209)
	add("HS80", []float64{-2, 2, 2, -1, -1}, []float64{-2.3, -2.3, -3.2, -3.2, -3.2}, []float64{2.3, 2.3, 3.2, 3.2, 3.2}, func(x vec) complex128 {
		return cmplx.Exp(x[0] * x[1] * x[2] * x[3] * x[4])
	}, 3, 0, threeEquations(10), 0.0539498478)
	add("HS100", []float64{1, 2, 0, 4, 0, 1, 1}, none, none, func(x vec) complex128 {
		return sq(x[0]-10) + 5*sq(x[1]-12) + power(x[2], 4) + 3*sq(x[3]-11) + 10*power(x[4], 6) + 7*x[5]*x[5] + power(x[6], 4) - 4*x[5]*x[6] - 10*x[5] - 8*x[6]
	}, 0, 4, func(x, c vec) {
		c[0] = 127 - 2*x[0]*x[0] - 3*power(x[1], 4) - x[2] - 4*x[3]*x[3] - 5*x[4]
		c[1] = 282 - 7*x[0] - 3*x[1] - 10*x[2]*x[2] - x[3] + x[4]
		c[2] = 196 - 23*x[0] - x[1]*x[1] - 6*x[5]*x[5] + 8*x[6]
		c[3] = -4*x[0]*x[0] - x[1]*x[1] + 3*x[0]*x[1] - 2*x[2]*x[2] - 5*x[5] + 11*x[6]
	}, 680.6300573)
	add("HS113", []float64{2, 3, 5, 5, 1, 2, 7, 3, 6, 10}, none, none, func(x vec) complex128 {
		return x[0]*x[0] + x[1]*x[1] + x[0]*x[1] - 14*x[0] - 16*x[1] + sq(x[2]-10) + 4*sq(x[3]-5) + sq(x[4]-3) + 2*sq(x[5]-1) + 5*x[6]*x[6] + 7*sq(x[7]-11) + 2*sq(x[8]-10) + sq(x[9]-7) + 45
	}, 0, 8, func(x, c vec) {
		c[0] = 105 - 4*x[0] - 5*x[1] + 3*x[6] - 9*x[7]
		c[1] = -10*x[0] + 8*x[1] + 17*x[6] - 2*x[7]
		c[2] = 8*x[0] - 2*x[1] - 5*x[8] + 2*x[9] + 12
		c[3] = -3*sq(x[0]-2) - 4*sq(x[1]-3) - 2*x[2]*x[2] + 7*x[3] + 120
		c[4] = -5*x[0]*x[0] - 8*x[1] - sq(x[2]-6) + 2*x[3] + 40
		c[5] = -sq(x[0]-8)/2 - 2*sq(x[1]-4) - 3*x[4]*x[4] + x[5] + 30
		c[6] = -x[0]*x[0] - 2*sq(x[1]-2) + 2*x[0]*x[1] - 14*x[4] + 6*x[5]
		c[7] = 3*x[0] - 6*x[1] - 12*sq(x[8]-8) + 7*x[9]
	}, 24.3062091)
	return all
}

// threeEquations are the constraints of HS78 and HS80.
func threeEquations(s float64) func(x, c []complex128) {
	return func(x, c []complex128) {
		c[0] = -complex(s, 0)
		for _, v := range x {
			c[0] += v * v
		}
		c[1], c[2] = x[1]*x[2]-5*x[3]*x[4], power(x[0], 3)+power(x[1], 3)+1
	}
}
