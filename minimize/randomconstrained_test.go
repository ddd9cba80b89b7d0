package minimize

import (
	"context"
	"fmt"
	"math"
	"math/rand/v2"
	"os"
	"strconv"
	"testing"

	"gonum.org/v1/gonum/mat"

	"github.com/argmin-go/argmin/minimize/internal/vec"
)

// randomProblem is a random problem whose variables and values are scaled.
type randomProblem struct {
	kktProblem
	name        string
	x0          []float64
	value       float64 // the unit of the value
	min         float64 // the least value, in that unit; NaN if it is not known
	differences bool    // without derivatives
}

// newRandomProblem is problem number i: a convex quadratic program, made from its solution and the
// multipliers there, or a smooth problem that is not convex. In the variables z = x/unit all numbers are of
// size 1; units are up to 1e±8, and so is the unit of the value.
func newRandomProblem(i int) randomProblem {
	r := rand.New(rand.NewPCG(17, uint64(i)))
	n := 1 + r.IntN(6)
	spread := []float64{0, 0, 1, 3, 8}[r.IntN(5)]
	p := randomProblem{value: 1, min: math.NaN()}
	if r.IntN(2) == 0 {
		p.value = math.Pow(10, 8*(2*r.Float64()-1))
	}
	for range n {
		p.unit = append(p.unit, math.Pow(10, spread*(2*r.Float64()-1)))
	}
	p.differences = spread <= 1 && r.IntN(3) == 0
	var z randomSmooth
	if r.IntN(2) == 0 {
		p.name = "quadratic"
		z = quadraticProgram(r, n, &p)
	} else {
		p.name = "nonconvex"
		z = nonconvexProgram(r, n, &p)
	}
	p.name = fmt.Sprintf("%s %d: n %d, units 1e±%g, value %.1g, differences %v", p.name, i, n, spread, p.value, p.differences)
	p.scale(z)
	return p
}

// randomSmooth has the functions in z.
type randomSmooth struct {
	f    func(z []float64) float64
	grad func(z, g []float64)
	c    func(z, c []float64)
	jac  func(z []float64, j *mat.Dense)
}

// scale sets the functions, the bounds and the start of the problem in x, where those of z are known.
func (p *randomProblem) scale(z randomSmooth) {
	at := func(x []float64) []float64 {
		y := make([]float64, len(x))
		for i, v := range x {
			y[i] = v / p.unit[i]
		}
		return y
	}
	p.f = func(x []float64) float64 { return p.value * z.f(at(x)) }
	p.grad = func(x, g []float64) {
		z.grad(at(x), g)
		for i := range g {
			g[i] *= p.value / p.unit[i]
		}
	}
	if len(p.cLow) > 0 {
		p.c = func(x, c []float64) { z.c(at(x), c) }
		p.jac = func(x []float64, j *mat.Dense) {
			z.jac(at(x), j)
			j.Apply(func(_, i int, v float64) float64 { return v / p.unit[i] }, j)
		}
	}
	for i, u := range p.unit {
		p.x0[i] *= u
		if p.lower != nil {
			p.lower[i] *= u
			p.upper[i] *= u
		}
	}
}

// quadraticProgram makes a convex quadratic program with a solution that it chooses: the gradient there is the
// sum of the gradients of what is active, with positive multipliers.
func quadraticProgram(r *rand.Rand, n int, p *randomProblem) randomSmooth {
	star, g := make([]float64, n), make([]float64, n)
	for i := range n {
		star[i] = 2 * r.NormFloat64()
		p.x0 = append(p.x0, star[i]+2*r.NormFloat64())
	}
	rank := n
	if r.IntN(4) == 0 {
		rank = r.IntN(n + 1)
	}
	half := mat.NewDense(max(rank, 1), n, nil)
	half.Apply(func(i, _ int, _ float64) float64 {
		if rank == 0 {
			return 0
		}
		return r.NormFloat64()
	}, half)
	active := 0
	if r.IntN(3) > 0 || rank < n {
		p.lower, p.upper = make([]float64, n), make([]float64, n)
		for i, v := range star {
			p.lower[i], p.upper[i] = v-0.5-5*r.Float64(), v+0.5+5*r.Float64()
			if active < n && r.IntN(3) == 0 {
				active++
				m := 0.1 + r.Float64()
				if r.IntN(2) == 0 {
					p.lower[i], g[i] = v, m
				} else {
					p.upper[i], g[i] = v, -m
				}
			}
			p.x0[i] = min(max(p.x0[i], p.lower[i]), p.upper[i])
		}
	}
	var a *mat.Dense
	if m := r.IntN(n + 2); m > 0 {
		a = mat.NewDense(m, n, nil)
		for k := range m {
			row := a.RawRowView(k)
			for i := range row {
				row[i] = r.NormFloat64()
			}
			c, up := vec.Dot(row, star), math.Inf(1)
			var lo float64
			l := 0.1 + r.Float64()
			switch kind := r.IntN(4); {
			case kind == 0 && active < n-1:
				lo, up = c, c
				active++
				vec.Axpy(2*l-1, row, g)
			case kind == 1 && active < n:
				lo = c
				active++
				vec.Axpy(l, row, g)
			case kind == 2 && active < n:
				lo, up = c-1-r.Float64(), c
				active++
				vec.Axpy(-l, row, g)
			default:
				lo = c - 0.1 - 3*r.Float64()
			}
			p.cLow, p.cUp = append(p.cLow, lo), append(p.cUp, up)
		}
	}
	p.min = 10 * r.NormFloat64()
	least := p.min
	d, hd := make([]float64, n), make([]float64, max(rank, 1))
	apart := func(z []float64) {
		for i, v := range z {
			d[i] = v - star[i]
		}
		mat.NewVecDense(len(hd), hd).MulVec(half, mat.NewVecDense(n, d))
	}
	return randomSmooth{
		f: func(z []float64) float64 {
			apart(z)
			return least + vec.Dot(g, d) + vec.Dot(hd, hd)/2
		},
		grad: func(z, to []float64) {
			apart(z)
			mat.NewVecDense(n, to).MulVec(half.T(), mat.NewVecDense(len(hd), hd))
			vec.Axpy(1, g, to)
		},
		c:   func(z, c []float64) { mat.NewVecDense(len(c), c).MulVec(a, mat.NewVecDense(n, z)) },
		jac: func(_ []float64, j *mat.Dense) { j.Copy(a) },
	}
}

// nonconvexProgram makes a smooth objective with waves, coupled as Rosenbrock's function, within bounds, on or
// within a ball and beyond a wave.
func nonconvexProgram(r *rand.Rand, n int, p *randomProblem) randomSmooth {
	slope, wave, center := make([]float64, n), make([]float64, n), make([]float64, n)
	for i := range n {
		slope[i], wave[i], center[i] = r.NormFloat64(), r.NormFloat64(), r.NormFloat64()
		p.x0 = append(p.x0, 3*r.NormFloat64())
	}
	bend := float64(r.IntN(2)) * (1 + 10*r.Float64())
	p.lower, p.upper = make([]float64, n), make([]float64, n)
	for i := range n {
		p.lower[i], p.upper[i] = -2-4*r.Float64(), 2+4*r.Float64()
		p.x0[i] = min(max(p.x0[i], p.lower[i]), p.upper[i])
	}
	if m := r.IntN(3); m > 0 {
		limit := 1 + 3*r.Float64()
		p.cLow, p.cUp = []float64{math.Inf(-1)}, []float64{limit}
		if r.IntN(2) == 0 && n > 1 {
			p.cLow[0] = limit
		}
		if m > 1 {
			p.cLow, p.cUp = append(p.cLow, -1), append(p.cUp, math.Inf(1))
		}
	}
	return randomSmooth{
		f: func(z []float64) float64 {
			s := 0.0
			for i, v := range z {
				s += slope[i]*v + wave[i]*math.Sin(2*v)
				if i > 0 {
					e := v - z[i-1]*z[i-1]/2
					s += bend * e * e
				}
			}
			return s
		},
		grad: func(z, g []float64) {
			for i, v := range z {
				g[i] = slope[i] + 2*wave[i]*math.Cos(2*v)
			}
			for i := 1; i < n; i++ {
				e := z[i] - z[i-1]*z[i-1]/2
				g[i] += 2 * bend * e
				g[i-1] -= 2 * bend * e * z[i-1]
			}
		},
		c: func(z, c []float64) {
			c[0] = 0
			for i, v := range z {
				c[0] += (v - center[i]) * (v - center[i])
			}
			if len(c) > 1 {
				c[1] = z[n-1] - math.Sin(z[0])
			}
		},
		jac: func(z []float64, j *mat.Dense) {
			j.Zero()
			for i, v := range z {
				j.Set(0, i, 2*(v-center[i]))
			}
			if m, _ := j.Dims(); m > 1 {
				j.Set(1, n-1, 1)
				j.Set(1, 0, j.At(1, 0)-math.Cos(z[0]))
			}
		},
	}
}

// wrong is how a success at x is none, "" if it is one. tol is the largest residual and the largest part of the
// decrease that may be missing.
func (p randomProblem) wrong(x []float64, tol float64) string {
	if cv := p.violation(x); cv > 1e-5 {
		return fmt.Sprintf("violation %.2g", cv)
	}
	f, f0 := p.f(x)/p.value, p.f(p.x0)/p.value
	if !math.IsNaN(p.min) {
		if gap := (f - p.min) / max(1, math.Abs(f0-p.min)); gap > tol {
			return fmt.Sprintf("value %.6g (start %.6g), the minimum is %.6g", f, f0, p.min)
		}
		return ""
	}
	left, size := p.residual(x, 1e-4)
	if left /= p.value * max(1, size/p.value); left > 50*tol {
		return fmt.Sprintf("residual %.2g", left)
	}
	if p.violation(p.x0) == 0 && f > f0+1e-6*max(1, math.Abs(f0)) {
		return fmt.Sprintf("value %.6g above the start's, %.6g", f, f0)
	}
	return ""
}

// TestRandomConstrained solves random small problems by every method for constraints, with their defaults, and
// checks each success from outside. ARGMIN_PROBLEMS is how many; all are 10000.
func TestRandomConstrained(t *testing.T) {
	count := 500
	if s := os.Getenv("ARGMIN_PROBLEMS"); s != "" {
		var err error
		if count, err = strconv.Atoi(s); err != nil {
			t.Fatal(err)
		}
	}
	for _, m := range withCapability(t, func(c Capability) bool { return c.Constraints }) {
		tol := 1e-3
		if m.Capability().DerivativeFree {
			tol = 1e-2
		}
		solved, wrong, evaluations := 0, 0, 0
		failures := map[string]int{}
		for i := range count {
			p := newRandomProblem(i)
			problem := Problem{Func: p.f}
			if !p.differences {
				problem.Grad = p.grad
			}
			res, err := Minimize(context.Background(), problem, p.x0, p.options(m, !p.differences))
			if err != nil {
				t.Fatalf("%s, %s: %v", m.Name(), p.name, err)
			}
			evaluations += res.NFev
			why := p.wrong(res.X, tol)
			switch {
			case res.Success && why != "":
				wrong++
				t.Errorf("%s, %s: success, %s", m.Name(), p.name, why)
			case why == "":
				solved++
			}
			if !res.Success {
				failures[res.Status.String()]++
			}
		}
		t.Logf("%s: %d of %d solved, %d false successes, %d evaluations; without success %v", m.Name(), solved, count, wrong, evaluations, failures)
	}
}

// TestSmallSlopesAreNoMinimum has problems of TestRandomConstrained whose first ends have small slopes, beside the
// terms of the gradient, or in a variable that is much larger than the steps, and are no minima.
func TestSmallSlopesAreNoMinimum(t *testing.T) {
	for _, c := range []struct {
		method  Method
		problem int
		solved  bool
	}{{COBYLA{}, 1196, false}, {COBYLA{}, 4787, false}, {SLSQP{}, 5632, true}, {SLSQP{}, 6258, true}} {
		p := newRandomProblem(c.problem)
		problem := Problem{Func: p.f}
		if !p.differences {
			problem.Grad = p.grad
		}
		res, err := Minimize(context.Background(), problem, p.x0, p.options(c.method, !p.differences))
		if err != nil {
			t.Fatal(err)
		}
		if why := p.wrong(res.X, 1e-3); res.Success && why != "" || c.solved && why != "" {
			t.Errorf("%s, %s: success %v, %s", c.method.Name(), p.name, res.Success, why)
		}
	}
}
