package minimize

import "math"

// cobyqaTest is a problem with the results of SciPy 1.17.1's COBYQA with default options.
type cobyqaTest struct {
	name         string
	x0           []float64
	f            func(x []float64) float64
	min          float64 // known, or SciPy's
	local        float64 // value of a local minimum; 0 for none
	lower, upper []float64
	c            func(x, c []float64)
	cl, cu       []float64
	a, al, au    []float64
	scipy        cobyqaSciPy
}

type cobyqaSciPy struct {
	nfev    int
	fun, cv float64
	success bool
}

var cobyqaInf = math.Inf(1)

func broydenTridiagonal(x []float64) float64 { // tridiagonal
	s := 0.0
	for i, v := range x {
		r := (3-2*v)*v + 1
		if i > 0 {
			r -= x[i-1]
		}
		if i < len(x)-1 {
			r -= 2 * x[i+1]
		}
		s += r * r
	}
	return s
}

func cobyqaTrigonometric(x []float64) float64 {
	c, s := float64(len(x)), 0.0
	for _, v := range x {
		c -= math.Cos(v)
	}
	for i, v := range x {
		r := c + float64(i+1)*(1-math.Cos(v)) - math.Sin(v)
		s += r * r
	}
	return s
}

func variablyDimensioned(x []float64) float64 { // variably dimensioned
	s, t := 0.0, 0.0
	for i, v := range x {
		s += (v - 1) * (v - 1)
		t += float64(i+1) * (v - 1)
	}
	return s + t*t + t*t*t*t
}

func cobyqaBard(x []float64) float64 {
	s := 0.0
	for i, y := range []float64{0.14, 0.18, 0.22, 0.25, 0.29, 0.32, 0.35, 0.39, 0.37, 0.58, 0.73, 0.96, 1.34, 2.10, 4.39} {
		u := float64(i + 1)
		r := y - (x[0] + u/((16-u)*x[1]+min(u, 16-u)*x[2]))
		s += r * r
	}
	return s
}

func cobyqaBox(x []float64) float64 { // in three dimensions
	s := 0.0
	for i := range 10 {
		t := float64(i+1) / 10
		r := math.Exp(-t*x[0]) - math.Exp(-t*x[1]) - x[2]*(math.Exp(-t)-math.Exp(-10*t))
		s += r * r
	}
	return s
}

func cobyqaKowalik(x []float64) float64 {
	s := 0.0
	y := []float64{0.1957, 0.1947, 0.1735, 0.16, 0.0844, 0.0627, 0.0456, 0.0342, 0.0323, 0.0235, 0.0246}
	for i, u := range []float64{4, 2, 1, 0.5, 0.25, 0.167, 0.125, 0.1, 0.0833, 0.0714, 0.0625} {
		r := y[i] - x[0]*(u*u+u*x[1])/(u*u+u*x[2]+x[3])
		s += r * r
	}
	return s
}

func cobyqaPaviani(x []float64) float64 {
	s, p := 0.0, 1.0
	for _, v := range x {
		a, b := math.Log(v-2), math.Log(10-v)
		s += a*a + b*b
		p *= v
	}
	return s - math.Pow(p, 0.2)
}
