package root_test

import (
	"context"
	"flag"
	"math"
	"math/rand/v2"
	"testing"

	"gonum.org/v1/gonum/mat"

	"github.com/argmin-go/argmin/internal/check/testproblems"
	"github.com/argmin-go/argmin/minimize/root"
)

var scalings = flag.Int("scalings", 0, "number of random scalings of each system; 0: one of every fifth")

// scaled is a system in other units: unknown i is x[i]·X[i], equation i is F[i]·V[i].
type scaled struct {
	*testproblems.System
	X, V []float64
}

// power is 10 to a random exponent from -8 to 8.
func power(random *rand.Rand) float64 { return math.Pow(10, 16*random.Float64()-8) }

// rescaled has random units, the same for all equations unless each is set.
func rescaled(s *testproblems.System, random *rand.Rand, each bool) scaled {
	n := len(s.X0)
	c := scaled{s, make([]float64, n), make([]float64, n)}
	v := power(random)
	for i := range n {
		if c.X[i], c.V[i] = power(random), v; each {
			c.V[i] = power(random)
		}
	}
	return c
}

func (c scaled) in(x []float64) []float64 {
	y := make([]float64, len(x))
	for i, v := range x {
		y[i] = v / c.X[i]
	}
	return y
}

func (c scaled) problem(jacobian bool) (p root.Problem, x0 []float64) {
	p.Func = func(x, f []float64) {
		c.Values(c.in(x), f)
		for i := range f {
			f[i] *= c.V[i]
		}
	}
	if jacobian {
		p.Jac = func(x []float64, j *mat.Dense) {
			c.Jacobian(c.in(x), j)
			j.Apply(func(i, k int, v float64) float64 { return v * c.V[i] / c.X[k] }, j)
		}
	}
	x0 = make([]float64, len(c.X))
	for i, v := range c.X0 {
		x0[i] = v * c.X[i]
	}
	return p, x0
}

// isRoot recomputes the system in its own units, in which values at the start are of size 1 to 1e5.
func (c scaled) isRoot(x []float64) bool {
	n := len(x)
	y, f, j := c.in(x), make([]float64, n), mat.NewDense(n, n, nil)
	c.Values(y, f)
	c.Jacobian(y, j)
	for i, v := range f {
		terms := 0.0
		for k, x := range y {
			terms += math.Abs(j.At(i, k) * x)
		}
		if !(math.Abs(v) <= max(1e-4, 1e-3*terms)) {
			return false
		}
	}
	return true
}

// In random units of the unknowns and the equations no method reports a root where there is none. How many it finds
// is logged: most methods take steps along F, which depend on the units.
func TestNoFalseRootInRandomUnits(t *testing.T) {
	random := rand.New(rand.NewPCG(17, 4))
	for _, each := range []bool{false, true} {
		found, wrong, runs := map[string]int{}, map[string]int{}, 0
		for i, s := range testproblems.Systems() {
			if *scalings == 0 && i%5 != 0 {
				continue
			}
			for range max(*scalings, 1) {
				c := rescaled(s, random, each)
				runs++
				for _, name := range root.Methods() {
					for _, jacobian := range []bool{false, true} {
						if jacobian && name != "hybr" && name != "lm" {
							continue
						}
						m, err := root.MethodByName(name, nil)
						if err != nil {
							t.Fatal(err)
						}
						p, x0 := c.problem(jacobian)
						r, err := root.Find(context.Background(), p, x0, root.Options{Method: m})
						if err != nil {
							t.Fatal(err)
						}
						if jacobian {
							name += "+jac"
						}
						switch is := c.isRoot(r.X); {
						case r.Success && !is:
							wrong[name]++
							t.Errorf("%s on %s, units %.2g and %.2g: success at %v, where F is %v", name, s.Name, c.X, c.V, r.X, r.Fun)
						case r.Success:
							found[name]++
						}
					}
				}
			}
		}
		t.Logf("%d runs of each, equations in their own units: %v; roots found %v, false %v", runs, each, found, wrong)
	}
}
