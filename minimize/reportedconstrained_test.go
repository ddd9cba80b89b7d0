package minimize

import (
	"context"
	"math"
	"slices"
	"testing"

	"gonum.org/v1/gonum/floats"
	"gonum.org/v1/gonum/mat"
)

// reported is a problem from a bug report about a method for constraints, with its minimum. Every success must be
// that minimum, or, where others are named, one of those; the methods named solve it from every start.
type reported struct {
	name   string
	f      func(x []float64) float64
	grad   func(x, g []float64) // nil: differences
	starts [][]float64
	bounds *Bounds
	cons   []Constraint
	min    float64
	others []float64 // values of other stationary points, at which first-order methods may end
	solve  []string
	tol    float64 // relative error of the value; default 1e-4
}

// budget is 5000 units for two activities with diminishing returns.
func budget(a, b, p, q float64) (f func(x []float64) float64, grad func(x, g []float64)) {
	return func(x []float64) float64 { return -a*math.Pow(x[0], p) - b*math.Pow(x[1], q) },
		func(x, g []float64) {
			g[0], g[1] = -a*p*math.Pow(x[0], p-1), -b*q*math.Pow(x[1], q-1)
		}
}

func square(x []float64) float64 { return floats.Dot(x, x) }

func reports() []reported {
	inf := math.Inf(1)
	sum := func(n int) *mat.Dense { return mat.NewDense(1, n, slices.Repeat([]float64{1}, n)) }
	all := []string{"SLSQP", "trust-constr", "COBYLA", "COBYQA"}
	spend := []Constraint{{A: sum(2), Lower: []float64{5000}, Upper: []float64{5000}}}
	to5000 := &Bounds{[]float64{0, 0}, []float64{5000, 5000}}
	f1, _ := budget(.05, .4, .64, .36)
	f2, g2 := budget(1, 1, .64, .36)
	circle := []Constraint{{Func: func(x, c []float64) { c[0] = square(x) }, Lower: []float64{1}, Upper: []float64{1}}}
	units := func(u float64) func(x []float64) float64 {
		return func(x []float64) float64 {
			a, b := x[0]/u-1, x[1]/u-2
			return a*a + b*b + a*b
		}
	}
	rosenbrock := func(x []float64) float64 { return 100*math.Pow(x[1]-x[0]*x[0], 2) + math.Pow(1-x[0], 2) }
	list := []reported{
		{name: "budget (scipy 10081)", f: f1, starts: [][]float64{{2500, 2500}}, bounds: to5000, cons: spend, min: -14.91384, solve: all},
		{name: "budget with the gradient", f: f2, grad: g2, starts: [][]float64{{2500, 2500}, {4000, 1000}, {1000, 4000}}, bounds: to5000, cons: spend,
			min: -235.58747, solve: []string{"SLSQP", "trust-constr"}},
		{name: "tangent (scipy 12361)", f: func(x []float64) float64 {
			return 1.47295 + (x[0]-2)*(x[0]-2) + (x[1]-2)*(x[1]-2) + math.Pow(1.228916+math.Tan(x[2]), 2)
		}, starts: [][]float64{{-1.81980, -1.72743, 1.56083}}, bounds: &Bounds{[]float64{-5, -5, -math.Pi / 2}, []float64{10, 10, math.Pi / 2}},
			cons: []Constraint{{Func: func(x, c []float64) { c[0], c[1] = x[0]-math.Pow(x[1], 3), x[1]-math.Pow(x[0], 3) }, Lower: []float64{0, 0}}},
			min:  19.47295, others: []float64{3.47295, 9.47295}, solve: []string{"SLSQP", "COBYLA", "trust-constr"}, tol: 1e-3},
		{name: "lot sizes (Ipopt 212)", f: func(x []float64) float64 {
			return -.7 * (x[1] + x[2] + x[3] - 175000) * (x[0]*x[0] + 3*x[0] + 3)
		}, starts: [][]float64{{0, 0, 0, 0}}, bounds: &Bounds{[]float64{.5, 45000, 1e4, 5000}, []float64{1.5, 250000, 125000, 75000}},
			min: -.7 * 275000 * 9.75, solve: all},
		{name: "lot sizes with the gradient", f: func(x []float64) float64 {
			return -.7 * (x[1] + x[2] + x[3] - 175000) * (x[0]*x[0] + 3*x[0] + 3)
		}, grad: func(x, g []float64) {
			q, s := x[0]*x[0]+3*x[0]+3, x[1]+x[2]+x[3]-175000
			g[0], g[1], g[2], g[3] = -.7*s*(2*x[0]+3), -.7*q, -.7*q, -.7*q
		}, starts: [][]float64{{0, 0, 0, 0}, {1, 1e5, 1e5, 5e4}, {1.5, 45000, 10000, 5000}}, bounds: &Bounds{[]float64{.5, 45000, 1e4, 5000}, []float64{1.5, 250000, 125000, 75000}},
			min: -.7 * 275000 * 9.75, others: []float64{.7 * 115000 * 4.75}, solve: []string{"SLSQP", "trust-constr"}},
		{name: "circle from its center (scipy 18882)", f: func(x []float64) float64 { return x[0] }, starts: [][]float64{{0, 0}, {0, .5}, {2, 0}, {1, 0}},
			cons: circle, min: -1, others: []float64{1}, solve: nil},
		{name: "kept within the simplex (scipy 24109)", f: func(x []float64) float64 { return floats.Dot(x, []float64{3.13, -1, .5, 2}) },
			starts: [][]float64{{1, 0, 0, 0}, {.25, .25, .25, .25}, {.5, .5, 0, 0}, {0, 0, 0, 0}, {0, 1, 0, 0}},
			bounds: &Bounds{make([]float64, 4), []float64{1, 1, 1, 1}}, cons: []Constraint{{A: sum(4), Lower: []float64{0}, Upper: []float64{1}, KeepFeasible: true}},
			min: -1, solve: all},
		{name: "stiff origin (nlopt 552)", f: rosenbrock, starts: [][]float64{{1, 1}, {-1, .5}, {.1, .2}},
			cons: []Constraint{{Func: func(x, c []float64) { c[0] = 1e10 * square(x) }, Lower: []float64{0}, Upper: []float64{0}}}, min: 1, tol: 1e-3},
		{name: "least of 20 (scipy 13952)", f: floats.Sum, starts: [][]float64{make([]float64, 20)},
			cons: []Constraint{{Func: func(x, c []float64) { c[0] = floats.Min(x) }, Lower: []float64{-20}}}, min: -400},
		{name: "20 of them", f: floats.Sum, starts: [][]float64{make([]float64, 20)},
			cons: []Constraint{{Func: func(x, c []float64) { copy(c, x) }, Lower: slices.Repeat([]float64{-20}, 20)}}, min: -400, solve: all},
		{name: "Rosenbrock × 1e-10", f: func(x []float64) float64 { return 1e-10 * rosenbrock(x) }, starts: [][]float64{{-1.2, 1}},
			cons: []Constraint{{A: sum(2), Lower: []float64{-inf}, Upper: []float64{1}}}, min: 1e-10 * 0.1456070, tol: 1e-2},
	}
	sums := func(x []float64) float64 { // of squared residuals of a Gaussian of height 1.2e-8
		s := 0.0
		bell := func(a, m, w, at float64) float64 { return a * math.Exp(-0.5*(at-m)*(at-m)/(w*w)) }
		for i := range 100 {
			at := 1 + float64(i)/99
			r := bell(x[0], x[1], x[2], at) - bell(1.2e-8, 1.4, .11, at)
			s += r * r
		}
		return s
	}
	list = append(list,
		reported{name: "small Gaussian (scipy 7519)", f: sums, starts: [][]float64{{1.5e-8, 1.6, .2}}, min: 0, tol: 1e-3, solve: []string{"SLSQP", "COBYQA"}},
		reported{name: "sine near a maximum (scipy 8065)", f: func(x []float64) float64 { return math.Sin(x[0]) },
			starts: [][]float64{{20.41}, {20.4203}, {20.4204}, {20.43}}, min: -1, others: []float64{1}, solve: []string{"trust-constr", "COBYLA", "COBYQA"}},
		reported{name: "contradiction (scipy 7323)", f: square, starts: [][]float64{{.5, .3}, {.1, .9}}, cons: []Constraint{{A: mat.NewDense(2, 2, []float64{1, 0, 1, 0}),
			Lower: []float64{1, -inf}, Upper: []float64{inf, 0}}}, min: math.NaN()},
		reported{name: "corner (cobyqa 155)", f: func(x []float64) float64 { return x[0] - x[1] }, starts: [][]float64{{-.5, 1.5}},
			bounds: &Bounds{[]float64{-2, -2}, []float64{0, 2}}, min: -4, solve: all},
		reported{name: "root between cubes (nlopt 514)", f: func(x []float64) float64 { return math.Sqrt(x[1]) }, starts: [][]float64{{1.234, 5.678}, {0, 5}},
			bounds: &Bounds{[]float64{-inf, 0}, []float64{inf, inf}}, cons: []Constraint{{Func: func(x, c []float64) {
				c[0], c[1] = x[1]-8*math.Pow(x[0], 3), x[1]-math.Pow(1-x[0], 3)
			}, Lower: []float64{0, 0}}}, min: .5443310539518, solve: all},
		reported{name: "bowl (nlopt 350)", f: square, starts: [][]float64{{2, 2}}, min: 0, solve: all},
		reported{name: "Rosen and Suzuki in bad units", f: func(x []float64) float64 {
			a, b, d, e := x[0]/1e6, x[1]/1e-6, x[2]/1e4, x[3]
			return 1e-5 * (a*a + b*b + 2*d*d + e*e - 5*a - 5*b - 21*d + 7*e)
		}, starts: [][]float64{{5e5, 5e-7, 5e3, .5}}, cons: []Constraint{{Func: func(x, c []float64) {
			a, b, d, e := x[0]/1e6, x[1]/1e-6, x[2]/1e4, x[3]
			c[0] = 8 - a*a - b*b - d*d - e*e - a + b - d + e
			c[1] = 10 - a*a - 2*b*b - d*d - 2*e*e + a + e
			c[2] = 5 - 2*a*a - b*b - d*d - 2*a + b + e
		}, Lower: []float64{0, 0, 0}}}, min: -44e-5, tol: 1e-3, solve: []string{"SLSQP", "trust-constr", "COBYQA"}})
	for _, u := range []float64{1e-6, 1e-9, 1e-12} {
		list = append(list, reported{name: "metres", f: units(u), starts: [][]float64{{5 * u, 5 * u}}, min: 0, tol: 1e-3, solve: all})
		list = append(list, reported{name: "metres in a box", f: units(u), starts: [][]float64{{5 * u, 5 * u}}, bounds: &Bounds{[]float64{-9 * u, -9 * u}, []float64{9 * u, 9 * u}}, min: 0, tol: 1e-3, solve: all})
	}
	return list
}

// TestReportedConstrained runs every method for constraints on problems from bug reports: a success is a minimum.
func TestReportedConstrained(t *testing.T) {
	for _, m := range withCapability(t, func(c Capability) bool { return c.Constraints }) {
		for _, p := range reports() {
			for _, x0 := range p.starts {
				r, err := Minimize(context.Background(), Problem{Func: p.f, Grad: p.grad}, x0, Options{Method: m, Bounds: p.bounds, Constraints: p.cons})
				if err != nil {
					t.Errorf("%s, %s from %v: %v", m.Name(), p.name, x0, err)
					continue
				}
				tol := p.tol
				if tol == 0 {
					tol = 1e-4
				}
				at := func(v float64) bool { return math.Abs(r.Fun-v) <= tol*max(math.Abs(v), math.Abs(p.f(x0)-v)) }
				right := at(p.min)
				switch {
				case r.Success && !right && !slices.ContainsFunc(p.others, at):
					t.Errorf("%s, %s from %v: success at %v of %v, the minimum is %v", m.Name(), p.name, x0, r.Fun, r.X, p.min)
				case !(r.Success && right) && slices.Contains(p.solve, m.Name()):
					t.Errorf("%s, %s from %v: %v at %v (%s)", m.Name(), p.name, x0, r.Fun, r.X, r.Message)
				case !r.Success:
					t.Logf("%s, %s from %v: honest %v, %v at %v, %d evaluations (%s)", m.Name(), p.name, x0, r.Status, r.Fun, r.X, r.NFev, r.Message)
				}
			}
		}
	}
}
