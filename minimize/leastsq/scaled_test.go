package leastsq

import (
	"context"
	"flag"
	"math"
	"math/rand/v2"
	"slices"
	"testing"

	"gonum.org/v1/gonum/mat"

	"github.com/argmin-go/argmin/minimize/internal/vec"
)

var scalings = flag.Int("scalings", 0, "number of random scalings of each problem; 0: one of every third")

// scaledProblem is a problem in other units: variable i is x[i]·units[i], residuals are r·value.
type scaledProblem struct {
	name  string
	p     Problem
	x0    []float64
	units []float64
	value float64
}

func (c scaledProblem) in(x []float64) []float64 {
	y := make([]float64, len(x))
	for i, v := range x {
		y[i] = v / c.units[i]
	}
	return y
}

func (c scaledProblem) problem() (p Problem, x0 []float64) {
	p.M = c.p.M
	p.Residuals = func(x, r []float64) {
		c.p.Residuals(c.in(x), r)
		for i := range r {
			r[i] *= c.value
		}
	}
	if c.p.Jac != nil {
		p.Jac = func(x []float64, j *mat.Dense) {
			c.p.Jac(c.in(x), j)
			j.Apply(func(_, k int, v float64) float64 { return v * c.value / c.units[k] }, j)
		}
	}
	x0 = make([]float64, len(c.x0))
	for i, v := range c.x0 {
		x0[i] = v * c.units[i]
	}
	return p, x0
}

// isMinimum recomputes everything in the problem's own units: the residuals are small, or the cosine of their angle with
// every column of the Jacobian is.
func (c scaledProblem) isMinimum(x []float64) (is bool, cosine, cost float64) {
	y, m, n := c.in(x), c.p.M, len(x)
	r, j := make([]float64, m), mat.NewDense(m, n, nil)
	c.p.Residuals(y, r)
	if c.p.Jac != nil {
		c.p.Jac(y, j)
	} else {
		up, down := make([]float64, m), make([]float64, m)
		for k, v := range y {
			h := 1e-5 * math.Abs(v)
			if h == 0 {
				h = 1e-8
			}
			y[k] = v + h
			c.p.Residuals(y, up)
			y[k] = v - h
			c.p.Residuals(y, down)
			y[k] = v
			for i := range m {
				j.Set(i, k, (up[i]-down[i])/(2*h))
			}
		}
	}
	size := vec.Norm2(r)
	for k := range n {
		column := mat.Col(nil, k, j)
		if l := vec.Norm2(column); l > 0 && size > 0 {
			cosine = max(cosine, math.Abs(vec.Dot(column, r))/l/size)
		}
	}
	return size <= 1e-5 || cosine <= 1e-2, cosine, size * size / 2
}

// In random units of the variables and the residuals no method reports a minimum where there is none: on the problems of Moré,
// Garbow & Hillstrom by differences, and on NIST's data sets with Jacobians.
func TestNoFalseMinimumInRandomUnits(t *testing.T) {
	random := rand.New(rand.NewPCG(17, 4))
	var all []scaledProblem
	for name, q := range lsqProblems {
		all = append(all, scaledProblem{name: name, p: Problem{Residuals: q.f, M: q.m}, x0: q.x0})
	}
	for name, s := range nistLoad(t) {
		for k, x0 := range s.Starts {
			all = append(all, scaledProblem{name: name + []string{":1", ":2"}[k], p: nistProblem(s), x0: x0})
			p := nistProblem(s)
			p.Jac = nil
			all = append(all, scaledProblem{name: name + []string{":1", ":2"}[k] + " by differences", p: p, x0: x0})
		}
	}
	slices.SortFunc(all, func(a, b scaledProblem) int {
		if a.name < b.name {
			return -1
		}
		return 1
	})
	power := func() float64 { return math.Pow(10, 16*random.Float64()-8) }
	found, wrong, runs := map[string]int{}, map[string]int{}, 0
	for i, c := range all {
		if *scalings == 0 && i%3 != 0 {
			continue
		}
		for range max(*scalings, 1) {
			c.value, c.units = power(), make([]float64, len(c.x0))
			for k := range c.units {
				c.units[k] = power()
			}
			runs++
			for _, m := range methods.All {
				if m.Name() == "lm" && c.p.M < len(c.x0) {
					continue
				}
				p, x0 := c.problem()
				r, err := Minimize(context.Background(), p, x0, Options{Method: m})
				if err != nil {
					t.Fatal(err)
				}
				switch is, cosine, cost := c.isMinimum(r.X); {
				case r.Success && !is:
					wrong[m.Name()]++
					t.Errorf("%s on %s in units of %.2g and %.2g: success at %.8g, cost %.6g, cosine %.2g: %s", m.Name(), c.name, c.units, c.value, c.in(r.X), cost, cosine, r.Message)
				case r.Success:
					found[m.Name()]++
				}
			}
		}
	}
	t.Logf("%d runs of each; minima found %v, false %v", runs, found, wrong)
}
