package minimize

import (
	"math"
	"testing"
)

// dfoProblem is a problem for the methods that need only values.
type dfoProblem struct {
	name string
	x0   []float64
	f    func(x []float64) float64
}

// Moré, Garbow & Hillstrom, "Testing unconstrained optimization software", 1981,
// problems 4 (Brown badly scaled), 7 (helical valley), 25 (variably dimensioned), 26
// (trigonometric) and 30 (Broyden tridiagonal), with those of lineProblems. The minimum
// of all but "one" is 0.
var dfoProblems = func() []dfoProblem {
	var list []dfoProblem
	for _, p := range lineProblems {
		list = append(list, dfoProblem{p.name, p.x0, p.f})
	}
	return append(list,
		dfoProblem{"brown badly scaled", []float64{1, 1}, func(x []float64) float64 {
			a, b, c := x[0]-1e6, x[1]-2e-6, x[0]*x[1]-2
			return a*a + b*b + c*c
		}},
		dfoProblem{"helical", []float64{-1, 0, 0}, func(x []float64) float64 {
			t := math.Atan2(x[1], x[0]) / (2 * math.Pi)
			if x[0] < 0 && x[1] < 0 {
				t++
			}
			a, b := x[2]-10*t, math.Hypot(x[0], x[1])-1
			return 100*(a*a+b*b) + x[2]*x[2]
		}},
		dfoProblem{"broyden tridiagonal", []float64{-1, -1, -1, -1, -1}, broydenTridiagonal},
		dfoProblem{"trigonometric", []float64{0.2, 0.2, 0.2, 0.2, 0.2}, func(x []float64) float64 {
			c, s := 0.0, 0.0
			for _, v := range x {
				c += math.Cos(v)
			}
			for i, v := range x {
				r := float64(len(x)) - c + float64(i+1)*(1-math.Cos(v)) - math.Sin(v)
				s += r * r
			}
			return s
		}},
		dfoProblem{"variably dimensioned", []float64{0.8, 0.6, 0.4, 0.2, 0}, variablyDimensioned},
		dfoProblem{"abs", kink.x0, kink.f},
	)
}()

// dfoBounded is a problem within bounds.
type dfoBounded struct {
	name         string
	f            func(x []float64) float64
	x0           []float64
	lower, upper []float64
	min          float64 // the least value within the bounds
}

// The minima are closed forms, or the least that SciPy's L-BFGS-B, SLSQP and
// trust-constr found from several starts.
var dfoBoundedProblems = func() []dfoBounded {
	inf := math.Inf(1)
	return []dfoBounded{
		{"inactive", rosenF, []float64{-1.2, 1}, []float64{-2, -2}, []float64{2, 2}, 0},
		{"upper", rosenF, []float64{-1.2, 1}, []float64{-2, -2}, []float64{0.5, 2}, 0.25},
		{"lower", rosenF, []float64{2, 2}, []float64{1.2, -5}, []float64{5, 5}, 0.04},
		{"start on upper", rosenF, []float64{1.5, 2}, []float64{-2, -2}, []float64{1.5, 2}, 0},
		{"start on lower", rosenF, []float64{-1, 1}, []float64{-1, 0}, []float64{2, 1}, 0},
		{"start on both", rosenF, []float64{2, 2}, []float64{-1, -1}, []float64{2, 2}, 0},
		{"box of 5", rosenF, []float64{0.8, 0.7, 0.8, 1.9, 1.2}, []float64{0, 0, 0, 0, 0}, []float64{0.8, 2, 2, 2, 2}, 1.14822396516689},
		{"only above", rosenF, []float64{-1.2, 1}, []float64{-inf, -inf}, []float64{0.5, inf}, 0.25},
		{"only below", rosenF, []float64{2, 2}, []float64{1.2, -inf}, []float64{inf, inf}, 0.04},
		{"below inactive", rosenF, []float64{-1.2, 1}, []float64{-2, -inf}, []float64{inf, inf}, 0},
		{"fixed", rosenF, []float64{0.9, 0.5, 1}, []float64{-2, 0.5, -2}, []float64{2, 0.5, 2}, 0.33536051101673},
		{"beale", beale.f, []float64{1, 1}, []float64{0, 0}, []float64{2, 2}, 0.52334483601049},
		{"wood", wood.f, []float64{0.2, 0.2, 1.2, 1.4}, []float64{-10, -10, -10, -10}, []float64{0.5, 10, 10, 10}, 0.57013968366},
		{"himmelblau", himmelblau.f, []float64{0, 0}, []float64{-1, -1}, []float64{2.5, 2.5}, 6.56636258020233},
		{"one", single.f, []float64{10}, []float64{4}, []float64{12}, 3.718281828459045},
		{"start outside", rosenF, []float64{5, 5}, []float64{-2, -2}, []float64{2, 0.5}, 0.0853605110167300},
		{"hs5", func(x []float64) float64 {
			return math.Sin(x[0]+x[1]) + (x[0]-x[1])*(x[0]-x[1]) - 1.5*x[0] + 2.5*x[1] + 1
		}, []float64{0, 0}, []float64{-1.5, -3}, []float64{4, 3}, -math.Sqrt(3)/2 - math.Pi/3},
		{"linear", func(x []float64) float64 { return x[0] - 2*x[1] }, []float64{0.5, 0.5}, []float64{0, 0}, []float64{1, 1}, -2},
	}
}()

// dfoRecorded is what SciPy 1.17.1 reported: evaluations and the value at the end.
type dfoRecorded struct {
	nfev int
	fun  float64
}

// dfoWithin wraps f so that every point outside the bounds fails the test.
func dfoWithin(t *testing.T, f func([]float64) float64, lower, upper []float64) func([]float64) float64 {
	return func(x []float64) float64 {
		for i, v := range x {
			if !(v >= lower[i] && v <= upper[i]) {
				t.Errorf("evaluated at %v, outside of the bounds %v, %v", x, lower, upper)
			}
		}
		return f(x)
	}
}

// dfoRatio is the geometric mean of ratios of counts.
type dfoRatio struct{ logs, n float64 }

func (r *dfoRatio) add(ours, theirs int) {
	r.logs += math.Log(float64(ours) / float64(theirs))
	r.n++
}

func (r *dfoRatio) mean() float64 { return math.Exp(r.logs / r.n) }
