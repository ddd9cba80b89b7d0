package testproblems

import (
	"fmt"
	"math"
	"math/cmplx"
)

// MGH are the 35 problems of Moré, Garbow & Hillstrom, "Testing unconstrained
// optimization software", ACM Trans. Math. Softw. 7 (1981), with their numbers; those
// of any size at the sizes of the paper.
func MGH() []*Problem {
	var all []*Problem
	add := func(number int, name string, x0 []float64, m int, r func(x, r []complex128), minima ...float64) {
		all = append(all, &Problem{Name: fmt.Sprintf("%02d-%s", number, name), X0: x0, F: residuals{m, r}.f, Min: minima, squares: residuals{m, r}})
	}
	add(1, "rosenbrock", []float64{-1.2, 1}, 2, func(x, r []complex128) {
		r[0], r[1] = 10*(x[1]-x[0]*x[0]), 1-x[0]
	}, 0)
	add(2, "freudenstein-roth", []float64{0.5, -2}, 2, func(x, r []complex128) {
		r[0] = -13 + x[0] + ((5-x[1])*x[1]-2)*x[1]
		r[1] = -29 + x[0] + ((x[1]+1)*x[1]-14)*x[1]
	}, 0, 48.98425367924)
	add(3, "powell-badly-scaled", []float64{0, 1}, 2, func(x, r []complex128) {
		r[0], r[1] = 1e4*x[0]*x[1]-1, cmplx.Exp(-x[0])+cmplx.Exp(-x[1])-1.0001
	}, 0)
	add(4, "brown-badly-scaled", []float64{1, 1}, 3, func(x, r []complex128) {
		r[0], r[1], r[2] = x[0]-1e6, x[1]-2e-6, x[0]*x[1]-2
	}, 0)
	add(5, "beale", []float64{1, 1}, 3, func(x, r []complex128) {
		for i, y := range []complex128{1.5, 2.25, 2.625} {
			r[i] = y - x[0]*(1-power(x[1], i+1))
		}
	}, 0)
	add(6, "jennrich-sampson", []float64{0.3, 0.4}, 10, func(x, r []complex128) {
		for i := range r {
			k := complex(float64(i+1), 0)
			r[i] = 2 + 2*k - (cmplx.Exp(k*x[0]) + cmplx.Exp(k*x[1]))
		}
	}, 124.36218235561)
	add(7, "helical-valley", []float64{-1, 0, 0}, 3, func(x, r []complex128) {
		theta := arctan(x[1]/x[0]) / (2 * math.Pi)
		if real(x[0]) < 0 {
			theta += 0.5
		}
		r[0], r[1], r[2] = 10*(x[2]-10*theta), 10*(cmplx.Sqrt(x[0]*x[0]+x[1]*x[1])-1), x[2]
	}, 0)
	add(8, "bard", []float64{1, 1, 1}, 15, func(x, r []complex128) {
		for i, y := range bardData {
			u := float64(i + 1)
			v := 16 - u
			r[i] = complex(y, 0) - (x[0] + complex(u, 0)/(complex(v, 0)*x[1]+complex(min(u, v), 0)*x[2]))
		}
	}, 8.214877306578e-3, 17.428692333)
	add(9, "gaussian", []float64{0.4, 1, 0}, 15, func(x, r []complex128) {
		for i, y := range gaussianData {
			t := complex(float64(7-i)/2, 0)
			r[i] = x[0]*cmplx.Exp(-x[1]*(t-x[2])*(t-x[2])/2) - complex(y, 0)
		}
	}, 1.12793276961e-8)
	meyer := []float64{34780, 28610, 23650, 19630, 16370, 13720, 11540, 9744, 8261, 7030, 6005, 5147, 4427, 3820, 3307, 2872}
	add(10, "meyer", []float64{0.02, 4000, 250}, 16, func(x, r []complex128) {
		for i, y := range meyer {
			r[i] = x[0]*cmplx.Exp(x[1]/(complex(float64(50+5*i), 0)+x[2])) - complex(y, 0)
		}
	}, 87.9458551709)
	add(11, "gulf", []float64{5, 2.5, 0.15}, 99, func(x, r []complex128) {
		for i := range r {
			t := float64(i+1) / 100
			y := 25 + math.Pow(-50*math.Log(t), 2./3)
			d := complex(y, 0) - x[1]
			if real(d) < 0 {
				d = -d
			}
			r[i] = cmplx.Exp(-cmplx.Pow(d, x[2])/x[0]) - complex(t, 0)
		}
	}, 0, 0.038, 6.5)
	add(12, "box", []float64{0, 10, 20}, 10, func(x, r []complex128) {
		for i := range r {
			t := complex(float64(i+1)/10, 0)
			r[i] = cmplx.Exp(-t*x[0]) - cmplx.Exp(-t*x[1]) - x[2]*(cmplx.Exp(-t)-cmplx.Exp(-10*t))
		}
	}, 0, 0.0755887)
	singular := func(x, r []complex128) {
		for i := 0; i < len(x); i += 4 {
			a, b, c, d := x[i], x[i+1], x[i+2], x[i+3]
			r[i], r[i+1], r[i+2], r[i+3] = a+10*b, squareRoot(5)*(c-d), (b-2*c)*(b-2*c), squareRoot(10)*(a-d)*(a-d)
		}
	}
	add(13, "powell-singular", []float64{3, -1, 0, 1}, 4, singular, 0)
	add(14, "wood", []float64{-3, -1, -3, -1}, 6, func(x, r []complex128) {
		r[0], r[1] = 10*(x[1]-x[0]*x[0]), 1-x[0]
		r[2], r[3] = squareRoot(90)*(x[3]-x[2]*x[2]), 1-x[2]
		r[4], r[5] = squareRoot(10)*(x[1]+x[3]-2), (x[1]-x[3])/squareRoot(10)
	}, 0)
	add(15, "kowalik-osborne", []float64{.25, .39, .415, .39}, 11, func(x, r []complex128) {
		for i, y := range kowalikData {
			u := complex(kowalikAt[i], 0)
			r[i] = complex(y, 0) - x[0]*(u*u+u*x[1])/(u*u+u*x[2]+x[3])
		}
	}, 3.0750560385e-4, 1.02734e-3)
	add(16, "brown-dennis", []float64{25, 5, -5, -1}, 20, func(x, r []complex128) {
		for i := range r {
			t := complex(float64(i+1)/5, 0)
			a, b := x[0]+t*x[1]-cmplx.Exp(t), x[2]+x[3]*cmplx.Sin(t)-cmplx.Cos(t)
			r[i] = a*a + b*b
		}
	}, 85822.2016264)
	add(17, "osborne1", []float64{.5, 1.5, -1, .01, .02}, 33, func(x, r []complex128) {
		for i, y := range osborne1Data {
			t := complex(float64(10*i), 0)
			r[i] = complex(y, 0) - (x[0] + x[1]*cmplx.Exp(-t*x[3]) + x[2]*cmplx.Exp(-t*x[4]))
		}
	}, 5.46489469748e-5)
	add(18, "biggs-exp6", []float64{1, 2, 1, 1, 1, 1}, 13, func(x, r []complex128) {
		for i := range r {
			t := float64(i+1) / 10
			y := math.Exp(-t) - 5*math.Exp(-10*t) + 3*math.Exp(-4*t)
			e := func(a complex128) complex128 { return cmplx.Exp(-complex(t, 0) * a) }
			r[i] = x[2]*e(x[0]) - x[3]*e(x[1]) + x[5]*e(x[4]) - complex(y, 0)
		}
	}, 0, 5.65564992550e-3, 0.3063667)
	add(19, "osborne2", []float64{1.3, .65, .65, .7, .6, 3, 5, 7, 2, 4.5, 5.5}, 65, func(x, r []complex128) {
		for i, y := range osborne2Data {
			t := complex(float64(i)/10, 0)
			bell := func(a, w, c complex128) complex128 { return a * cmplx.Exp(-w*(t-c)*(t-c)) }
			r[i] = complex(y, 0) - (x[0]*cmplx.Exp(-t*x[4]) + bell(x[1], x[5], x[8]) + bell(x[2], x[6], x[9]) + bell(x[3], x[7], x[10]))
		}
	}, 4.01377362935e-2, 1.78981)
	for _, w := range []struct {
		n   int
		min float64
	}{{6, 2.28767005355e-3}, {9, 1.399760138e-6}, {12, 4.7223809e-10}} {
		add(20, fmt.Sprintf("watson%d", w.n), make([]float64, w.n), 31, watson, w.min)
	}
	add(21, "rosenbrock10", repeat(10, -1.2, 1), 10, func(x, r []complex128) {
		for i := 0; i < len(x); i += 2 {
			r[i], r[i+1] = 10*(x[i+1]-x[i]*x[i]), 1-x[i]
		}
	}, 0)
	add(22, "powell-singular12", repeat(12, 3, -1, 0, 1), 12, singular, 0)
	for _, w := range []struct {
		n        int
		one, two float64
	}{{4, 2.249977500e-5, 9.376293001e-6}, {10, 7.08765150e-5, 2.93660538e-4}} {
		add(23, fmt.Sprintf("penalty-one-%d", w.n), counted(w.n, func(i, n float64) float64 { return i }), w.n+1, func(x, r []complex128) {
			s := complex(-0.25, 0)
			for i, v := range x {
				r[i] = squareRoot(1e-5) * (v - 1)
				s += v * v
			}
			r[len(x)] = s
		}, w.one)
		add(24, fmt.Sprintf("penalty-two-%d", w.n), repeat(w.n, 0.5), 2*w.n, penaltyTwo, w.two)
	}
	add(25, "variably-dimensioned10", counted(10, func(i, n float64) float64 { return 1 - i/n }), 12, func(x, r []complex128) {
		var s complex128
		for i, v := range x {
			r[i] = v - 1
			s += complex(float64(i+1), 0) * (v - 1)
		}
		r[len(x)], r[len(x)+1] = s, s*s
	}, 0)
	add(26, "trigonometric10", repeat(10, 0.1), 10, func(x, r []complex128) {
		n := complex(float64(len(x)), 0)
		var cosines complex128
		for _, v := range x {
			cosines += cmplx.Cos(v)
		}
		for i, v := range x {
			r[i] = n - cosines + complex(float64(i+1), 0)*(1-cmplx.Cos(v)) - cmplx.Sin(v)
		}
	}, 0, 2.79506e-5)
	add(27, "brown-almost-linear10", repeat(10, 0.5), 10, func(x, r []complex128) {
		s, p := complex(-float64(len(x)+1), 0), complex(1, 0)
		for _, v := range x {
			s += v
			p *= v
		}
		for i, v := range x {
			r[i] = v + s
		}
		r[len(x)-1] = p - 1
	}, 0, 1)
	add(28, "discrete-boundary-value10", counted(10, func(i, n float64) float64 { t := i / (n + 1); return t * (t - 1) }), 10, func(x, r []complex128) {
		h := 1 / complex(float64(len(x)+1), 0)
		for i := range x {
			t := complex(float64(i+1), 0) * h
			u := x[i] + t + 1
			r[i] = 2*at(x, i) - at(x, i-1) - at(x, i+1) + h*h*u*u*u/2
		}
	}, 0)
	add(29, "discrete-integral10", counted(10, func(i, n float64) float64 { t := i / (n + 1); return t * (t - 1) }), 10, func(x, r []complex128) {
		n := len(x)
		h := 1 / float64(n+1)
		cube := func(j int) complex128 { u := x[j] + complex(float64(j+1)*h, 0) + 1; return u * u * u }
		for i := range x {
			t := float64(i+1) * h
			var low, high complex128
			for j := 0; j <= i; j++ {
				low += complex(float64(j+1)*h, 0) * cube(j)
			}
			for j := i + 1; j < n; j++ {
				high += complex(1-float64(j+1)*h, 0) * cube(j)
			}
			r[i] = x[i] + complex(h/2, 0)*(complex(1-t, 0)*low+complex(t, 0)*high)
		}
	}, 0)
	add(30, "broyden-tridiagonal10", repeat(10, -1), 10, func(x, r []complex128) {
		for i, v := range x {
			r[i] = (3-2*v)*v - at(x, i-1) - 2*at(x, i+1) + 1
		}
	}, 0, 1.36025, 1.02865)
	add(31, "broyden-banded10", repeat(10, -1), 10, func(x, r []complex128) {
		for i, v := range x {
			r[i] = v*(2+5*v*v) + 1
			for j := max(0, i-5); j <= min(len(x)-1, i+1); j++ {
				if j != i {
					r[i] -= x[j] * (1 + x[j])
				}
			}
		}
	}, 0, 3.05727, 2.68022)
	add(32, "linear-full-rank10", repeat(10, 1), 20, func(x, r []complex128) {
		var s complex128
		for _, v := range x {
			s += v
		}
		for i := range r {
			r[i] = -2*s/complex(float64(len(r)), 0) - 1
			if i < len(x) {
				r[i] += x[i]
			}
		}
	}, 10)
	add(33, "linear-rank-one10", repeat(10, 1), 20, func(x, r []complex128) {
		var s complex128
		for j, v := range x {
			s += complex(float64(j+1), 0) * v
		}
		for i := range r {
			r[i] = complex(float64(i+1), 0)*s - 1
		}
	}, 20.*19/(2*41))
	add(34, "linear-rank-one-zeros10", repeat(10, 1), 20, func(x, r []complex128) {
		var s complex128
		for j := 1; j < len(x)-1; j++ {
			s += complex(float64(j+1), 0) * x[j]
		}
		for i := range r {
			r[i] = complex(float64(i), 0)*s - 1
		}
		r[0], r[len(r)-1] = -1, -1
	}, (400.+60-6)/(2*(40-3))) // (m² + 3m - 6) / (2(2m - 3))
	add(35, "chebyquad8", counted(8, evenly), 8, chebyquad, 3.51687372568e-3)
	return all
}

// The data of the problems that fit a model to data.
var (
	bardData     = []float64{.14, .18, .22, .25, .29, .32, .35, .39, .37, .58, .73, .96, 1.34, 2.10, 4.39}
	gaussianData = []float64{.0009, .0044, .0175, .0540, .1295, .2420, .3521, .3989, .3521, .2420, .1295, .0540, .0175, .0044, .0009}
	osborne1Data = []float64{.844, .908, .932, .936, .925, .908, .881, .850, .818, .784, .751, .718, .685, .658, .628, .603, .580, .558, .538, .522, .506, .490, .478, .467, .457, .448, .438, .431, .424, .420, .414, .411, .406}
	osborne2Data = []float64{1.366, 1.191, 1.112, 1.013, .991, .885, .831, .847, .786, .725, .746, .679, .608, .655, .616, .606, .602, .626, .651, .724, .649, .649, .694, .644, .624, .661, .612, .558, .533, .495, .500, .423, .395, .375, .372, .391, .396, .405, .428, .429, .523, .562, .607, .653, .672, .708, .633, .668, .645, .632, .591, .559, .597, .625, .739, .710, .729, .720, .636, .581, .428, .292, .162, .098, .054}
	kowalikData  = []float64{.1957, .1947, .1735, .1600, .0844, .0627, .0456, .0342, .0323, .0235, .0246}
	kowalikAt    = []float64{4, 2, 1, .5, .25, .167, .125, .1, .0833, .0714, .0625}
)

func power(x complex128, n int) complex128 {
	p := complex(1, 0)
	for range n {
		p *= x
	}
	return p
}

// at is x[i], or 0 beyond its ends.
func at(x []complex128, i int) complex128 {
	if i < 0 || i >= len(x) {
		return 0
	}
	return x[i]
}

func repeat(n int, v ...float64) []float64 {
	x := make([]float64, n)
	for i := range x {
		x[i] = v[i%len(v)]
	}
	return x
}

// counted is f(i, n) for i from 1 to n.
func counted(n int, f func(i, n float64) float64) []float64 {
	x := make([]float64, n)
	for i := range x {
		x[i] = f(float64(i+1), float64(n))
	}
	return x
}

// evenly is between 0 and 1.
func evenly(i, n float64) float64 { return i / (n + 1) }

func chebyquad(x, r []complex128) {
	clear(r)
	n := complex(float64(len(x)), 0)
	for _, v := range x {
		low, t := complex(1, 0), 2*v-1
		for i := range r {
			r[i] += t / n
			low, t = t, 2*(2*v-1)*t-low
		}
	}
	for i := 1; i < len(r); i += 2 { // the integral of the even ones
		k := float64(i + 1)
		r[i] += complex(1/(k*k-1), 0)
	}
}

func watson(x, r []complex128) {
	for i := range 29 {
		t := complex(float64(i+1)/29, 0)
		var slope, s complex128
		p := complex(1, 0)
		for j, v := range x {
			if j > 0 {
				slope += complex(float64(j), 0) * v * p / t
			}
			s += v * p
			p *= t
		}
		r[i] = slope - s*s - 1
	}
	r[29], r[30] = x[0], x[1]-x[0]*x[0]-1
}

func penaltyTwo(x, r []complex128) {
	n := len(x)
	a := squareRoot(1e-5)
	r[0] = x[0] - 0.2
	for i := 1; i < n; i++ {
		y := math.Exp(float64(i+1)/10) + math.Exp(float64(i)/10)
		r[i] = a * (cmplx.Exp(x[i]/10) + cmplx.Exp(x[i-1]/10) - complex(y, 0))
		r[n+i-1] = a * (cmplx.Exp(x[i]/10) - complex(math.Exp(-0.1), 0))
	}
	s := complex(-1, 0)
	for j, v := range x {
		s += complex(float64(n-j), 0) * v * v
	}
	r[2*n-1] = s
}

func squareRoot(x float64) complex128 { return complex(math.Sqrt(x), 0) }

// arctan is right to first order in the imaginary part, where [cmplx.Atan] has no
// digits of a small one.
func arctan(x complex128) complex128 {
	return complex(math.Atan(real(x)), imag(x)/(1+real(x)*real(x)))
}
