package leastsq

import (
	"math"
	"slices"

	"github.com/argmin-go/argmin/minimize/internal/vec"
)

// lsqProblem is a least-squares problem of Moré, Garbow & Hillstrom, "Testing
// unconstrained optimization software", 1981.
type lsqProblem struct {
	m  int
	f  func(x, r []float64)
	x0 []float64
}

func lsqFull(n int, v float64) []float64 { return slices.Repeat([]float64{v}, n) }

// lsqRange is f(1), …, f(n).
func lsqRange(n int, f func(i float64) float64) []float64 {
	x := make([]float64, n)
	for i := range x {
		x[i] = f(float64(i + 1))
	}
	return x
}

func lsqRosenbrock(x, r []float64) { r[0], r[1] = 10*(x[1]-x[0]*x[0]), 1-x[0] }

func lsqTridiagonal(x, r []float64) {
	for i, v := range x {
		r[i] = (3-2*v)*v + 1
		if i > 0 {
			r[i] -= x[i-1]
		}
		if i+1 < len(x) {
			r[i] -= 2 * x[i+1]
		}
	}
}

func lsqBanded(x, r []float64) {
	for i, v := range x {
		r[i] = v*(2+5*v*v) + 1
		for j := max(0, i-5); j < min(len(x), i+2); j++ {
			if j != i {
				r[i] -= x[j] * (1 + x[j])
			}
		}
	}
}

var lsqProblems = map[string]lsqProblem{
	"rosenbrock": {2, lsqRosenbrock, []float64{-1.2, 1}},
	"freudenstein": {2, func(x, r []float64) {
		r[0], r[1] = -13+x[0]+((5-x[1])*x[1]-2)*x[1], -29+x[0]+((x[1]+1)*x[1]-14)*x[1]
	}, []float64{.5, -2}},
	"powellbad": {2, func(x, r []float64) {
		r[0], r[1] = 1e4*x[0]*x[1]-1, math.Exp(-x[0])+math.Exp(-x[1])-1.0001
	}, []float64{0, 1}},
	"brownbad": {3, func(x, r []float64) {
		r[0], r[1], r[2] = x[0]-1e6, x[1]-2e-6, x[0]*x[1]-2
	}, []float64{1, 1}},
	"beale": {3, func(x, r []float64) {
		p := 1.0
		for i, y := range []float64{1.5, 2.25, 2.625} {
			p *= x[1]
			r[i] = y - x[0]*(1-p)
		}
	}, []float64{1, 1}},
	"jennrich": {10, func(x, r []float64) {
		for i := range r {
			k := float64(i + 1)
			r[i] = 2 + 2*k - (math.Exp(k*x[0]) + math.Exp(k*x[1]))
		}
	}, []float64{.3, .4}},
	"helical": {3, func(x, r []float64) {
		theta := math.Atan(x[1]/x[0]) / (2 * math.Pi)
		if x[0] < 0 {
			theta += .5
		}
		r[0], r[1], r[2] = 10*(x[2]-10*theta), 10*(math.Hypot(x[0], x[1])-1), x[2]
	}, []float64{-1, 0, 0}},
	"bard": {15, func(x, r []float64) {
		for i, y := range []float64{.14, .18, .22, .25, .29, .32, .35, .39, .37, .58, .73, .96, 1.34, 2.1, 4.39} {
			u := float64(i + 1)
			v := 16 - u
			r[i] = y - (x[0] + u/(v*x[1]+min(u, v)*x[2]))
		}
	}, []float64{1, 1, 1}},
	"box": {10, func(x, r []float64) {
		for i := range r {
			t := float64(i+1) / 10
			r[i] = math.Exp(-t*x[0]) - math.Exp(-t*x[1]) - x[2]*(math.Exp(-t)-math.Exp(-10*t))
		}
	}, []float64{0, 10, 20}},
	"powell": {4, func(x, r []float64) {
		r[0], r[1] = x[0]+10*x[1], math.Sqrt(5)*(x[2]-x[3])
		r[2], r[3] = (x[1]-2*x[2])*(x[1]-2*x[2]), math.Sqrt(10)*(x[0]-x[3])*(x[0]-x[3])
	}, []float64{3, -1, 0, 1}},
	"wood": {6, func(x, r []float64) {
		r[0], r[1], r[2], r[3] = 10*(x[1]-x[0]*x[0]), 1-x[0], math.Sqrt(90)*(x[3]-x[2]*x[2]), 1-x[2]
		r[4], r[5] = math.Sqrt(10)*(x[1]+x[3]-2), (x[1]-x[3])/math.Sqrt(10)
	}, []float64{-3, -1, -3, -1}},
	"kowalik": {11, func(x, r []float64) {
		u := []float64{4, 2, 1, .5, .25, .167, .125, .1, .0833, .0714, .0625}
		for i, y := range []float64{.1957, .1947, .1735, .16, .0844, .0627, .0456, .0342, .0323, .0235, .0246} {
			u := u[i]
			r[i] = y - x[0]*(u*u+u*x[1])/(u*u+u*x[2]+x[3])
		}
	}, []float64{.25, .39, .415, .39}},
	"browndennis": {20, func(x, r []float64) {
		for i := range r {
			t := float64(i+1) / 5
			a, b := x[0]+t*x[1]-math.Exp(t), x[2]+x[3]*math.Sin(t)-math.Cos(t)
			r[i] = a*a + b*b
		}
	}, []float64{25, 5, -5, -1}},
	"biggs": {13, func(x, r []float64) {
		for i := range r {
			t := float64(i+1) / 10
			y := math.Exp(-t) - 5*math.Exp(-10*t) + 3*math.Exp(-4*t)
			r[i] = x[2]*math.Exp(-t*x[0]) - x[3]*math.Exp(-t*x[1]) + x[5]*math.Exp(-t*x[4]) - y
		}
	}, []float64{1, 2, 1, 1, 1, 1}},
	"watson6": {31, func(x, r []float64) {
		for i := range 29 {
			t := float64(i+1) / 29
			p, d, s := 1.0, 0.0, 0.0
			for j, v := range x {
				s += v * p
				if j+1 < len(x) {
					d += float64(j+1) * x[j+1] * p
				}
				p *= t
			}
			r[i] = d - s*s - 1
		}
		r[29], r[30] = x[0], x[1]-x[0]*x[0]-1
	}, lsqFull(6, 0)},
	"penalty": {5, func(x, r []float64) {
		for i, v := range x {
			r[i] = math.Sqrt(1e-5) * (v - 1)
		}
		r[4] = vec.Dot(x, x) - .25
	}, []float64{1, 2, 3, 4}},
	"variably": {12, func(x, r []float64) {
		s := 0.0
		for i, v := range x {
			r[i] = v - 1
			s += float64(i+1) * (v - 1)
		}
		r[10], r[11] = s, s*s
	}, lsqRange(10, func(i float64) float64 { return 1 - i/10 })},
	"trigonometric": {10, func(x, r []float64) {
		n := 10.0
		for _, v := range x {
			n -= math.Cos(v)
		}
		for i, v := range x {
			r[i] = n + float64(i+1)*(1-math.Cos(v)) - math.Sin(v)
		}
	}, lsqFull(10, .1)},
	"brownlinear": {10, func(x, r []float64) {
		s, p := 0.0, 1.0
		for _, v := range x {
			s += v
			p *= v
		}
		for i, v := range x {
			r[i] = v + s - 11
		}
		r[9] = p - 1
	}, lsqFull(10, .5)},
	"boundary": {10, func(x, r []float64) {
		h := 1.0 / 11
		for i, v := range x {
			a := v + float64(i+1)*h + 1
			r[i] = 2*v + h*h*a*a*a/2
			if i > 0 {
				r[i] -= x[i-1]
			}
			if i < 9 {
				r[i] -= x[i+1]
			}
		}
	}, lsqRange(10, func(i float64) float64 { return i / 11 * (i/11 - 1) })},
	"tridiagonal": {10, lsqTridiagonal, lsqFull(10, -1)},
	"banded":      {10, lsqBanded, lsqFull(10, -1)},
	"rank1": {10, func(x, r []float64) {
		s := 0.0
		for j, v := range x {
			s += float64(j+1) * v
		}
		for i := range r {
			r[i] = float64(i+1)*s - 1
		}
	}, lsqFull(5, 1)},
	"chebyquad": {8, func(x, r []float64) {
		clear(r)
		for _, v := range x {
			t0, t1 := 1.0, 2*v-1
			for i := range r {
				r[i] += t1 / 8
				t0, t1 = t1, 2*(2*v-1)*t1-t0
			}
		}
		for i := 2.0; i <= 8; i += 2 {
			r[int(i)-1] += 1 / (i*i - 1)
		}
	}, lsqRange(8, func(i float64) float64 { return i / 9 })},
}

var lsqInf = math.Inf(1)

// bounded are some of the problems with bounds, and another start where there is one.
var bounded = map[string]struct {
	problem      string
	x0           []float64
	lower, upper []float64
}{
	"rosenbrock/a":    {"rosenbrock", nil, []float64{-lsqInf, -1.5}, lsqFull(2, lsqInf)},
	"rosenbrock/b":    {"rosenbrock", []float64{2, 2}, []float64{-lsqInf, 1.5}, lsqFull(2, lsqInf)},
	"rosenbrock/c":    {"rosenbrock", []float64{-2, 1}, lsqFull(2, -lsqInf), []float64{.5, lsqInf}},
	"rosenbrock/d":    {"rosenbrock", []float64{-1, 1.5}, []float64{-50, 1.5}, []float64{.5, 100}},
	"rosenbrock/e":    {"rosenbrock", []float64{0, 2}, []float64{-2, 0}, []float64{2, 2}},
	"beale/a":         {"beale", nil, []float64{.6, .5}, []float64{10, 100}},
	"beale/b":         {"beale", []float64{1, .5}, []float64{0, -lsqInf}, []float64{2.5, .4}},
	"helical/a":       {"helical", []float64{-1, 1, 0}, []float64{-100, .8, -100}, []float64{.8, 100, 100}},
	"bard/a":          {"bard", nil, []float64{0, 0, 0}, []float64{.05, 2, 2}},
	"box/a":           {"box", nil, []float64{0, 5, 0}, []float64{2, 9.5, 20}},
	"powell/a":        {"powell", nil, []float64{.1, -20, -1, -1}, []float64{100, 20, 1, 50}},
	"wood/a":          {"wood", nil, lsqFull(4, -100), []float64{0, 10, 100, 100}},
	"kowalik/a":       {"kowalik", nil, lsqFull(4, 0), []float64{.2, 1, 1, .1}},
	"browndennis/a":   {"browndennis", nil, []float64{-10, 0, -100, -20}, []float64{100, 15, 0, .2}},
	"biggs/a":         {"biggs", nil, []float64{0, 0, 0, 1, 0, 0}, []float64{2, 8, 1, 7, 5, 5}},
	"watson6/a":       {"watson6", nil, []float64{-.015, -lsqInf, -lsqInf, -lsqInf, -lsqInf, .99}, lsqFull(6, lsqInf)},
	"variably/a":      {"variably", nil, lsqFull(10, 0), lsqFull(10, .9)},
	"trigonometric/a": {"trigonometric", nil, lsqFull(10, 0), lsqFull(10, .1)},
	"tridiagonal/a":   {"tridiagonal", nil, lsqFull(10, -1), lsqFull(10, -.5)},
	"banded/a":        {"banded", nil, lsqFull(10, -1), lsqFull(10, -.45)},
}
