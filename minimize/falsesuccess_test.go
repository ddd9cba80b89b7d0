package minimize_test

import (
	"context"
	"fmt"
	"math"
	"math/rand/v2"
	"os"
	"slices"
	"testing"

	"gonum.org/v1/gonum/mat"

	"github.com/argmin-go/argmin/internal/check/testproblems"
	"github.com/argmin-go/argmin/minimize"
)

// known are false successes in the long form of the test, by method and problem, with the reason.
var known = map[string]string{
	"COBYLA/03-powell-badly-scaled":      "the start is 0 in a variable that is then 1e-10, which a first step of 1 does not see",
	"COBYQA/03-powell-badly-scaled":      "the same",
	"Nelder-Mead/03-powell-badly-scaled": "the same",
	"COBYLA/07-helical-valley":           "the same",
	"COBYLA/12-box":                      "the same",
	"BFGS/05-beale":                      "differences of values, in a variable that they have no size of",
}

// whole reports whether the long forms of tests are asked for.
func whole() bool { return os.Getenv("ARGMIN_WHOLE") != "" }

// units are other units of a problem: variables divided by d, values times v.
type units struct {
	p *testproblems.Problem
	d []float64
	v float64
}

func (u units) x(y []float64) []float64 {
	x := slices.Clone(y)
	for i, d := range u.d {
		x[i] *= d
	}
	return x
}

func (u units) problem(derivatives bool) minimize.Problem {
	q := minimize.Problem{Func: func(y []float64) float64 { return u.v * u.p.Value(u.x(y)) }}
	if derivatives {
		q.Grad = func(y, g []float64) {
			u.p.Gradient(u.x(y), g)
			for i, d := range u.d {
				g[i] *= u.v * d
			}
		}
		q.Hess = func(y []float64, h *mat.SymDense) {
			u.p.Hessian(u.x(y), h)
			for i, d := range u.d {
				for j := i; j < len(u.d); j++ {
					h.SetSym(i, j, h.At(i, j)*u.v*d*u.d[j])
				}
			}
		}
	}
	return q
}

func (u units) start() []float64 {
	y := slices.Clone(u.p.X0)
	for i, d := range u.d {
		y[i] /= d
	}
	return y
}

// right reports whether a search that ended at x has found a minimum: the value is that of a known one, as
// exactly as the method's default options say, or Newton's method promises little more, with the exact
// derivatives at x, which nothing of the search has to do with.
func right(p *testproblems.Problem, x []float64, derivativeFree bool) bool {
	f, first := p.Value(x), p.Value(p.X0)
	relative, part := 1e-3, 1e-7
	if derivativeFree {
		relative, part = 2e-2, 1e-5
	}
	for _, m := range p.Min {
		if f-m <= relative*math.Abs(m)+part*min(1, math.Abs(first-m)) {
			return true
		}
	}
	fall := newtonFall(p, x)
	return fall <= relative*math.Abs(f) || fall <= 10*part*math.Abs(first-f)
}

// TestNoFalseSuccess runs all methods in random units of variables and values, with exact derivatives and with
// differences: no success is false, by a check that has nothing of the search.
func TestNoFalseSuccess(t *testing.T) {
	repeat, problems := 1, testproblems.MGH()
	if whole() {
		repeat = 5
	}
	type count struct{ runs, successes, wrong int }
	counts := map[string]*count{}
	rng := rand.New(rand.NewPCG(17, 1))
	random := func() float64 { return math.Pow(10, 16*rng.Float64()-8) }
	for k, p := range problems {
		if testing.Short() && k%3 > 0 {
			continue
		}
		for rep := range 3 * repeat {
			kind := [...]string{"values", "variables and values", "differences"}[rep%3]
			u := units{p, slices.Repeat([]float64{1}, len(p.X0)), random()}
			if kind != "values" {
				for i := range u.d {
					u.d[i] = random()
				}
			}
			for _, name := range minimize.Methods() {
				m, err := minimize.MethodByName(name, nil)
				if err != nil {
					t.Fatal(err)
				}
				can := m.Capability()
				if kind == "differences" && (can.Hess || can.FullHess || name == "Newton-CG") {
					continue
				}
				r, err := minimize.Minimize(context.Background(), u.problem(kind != "differences"), u.start(), minimize.Options{Method: m})
				if err != nil {
					t.Fatalf("%s/%s: %v", name, p.Name, err)
				}
				c := counts[kind+", "+name]
				if c == nil {
					c = new(count)
					counts[kind+", "+name] = c
				}
				c.runs++
				if !r.Success {
					continue
				}
				c.successes++
				if x := u.x(r.X); !right(p, x, can.DerivativeFree) && !(whole() && known[name+"/"+p.Name] != "") {
					c.wrong++
					t.Errorf("%s/%s with %s in units %.1g, %.1g: success at %.6g, minima are %.6g, after %d evaluations: %s",
						name, p.Name, kind, u.d, u.v, p.Value(x), p.Min, r.NFev, r.Message)
				}
			}
		}
	}
	var lines []string
	for k, c := range counts {
		lines = append(lines, fmt.Sprintf("%s: %d runs, %d successes, %d of them false", k, c.runs, c.successes, c.wrong))
	}
	slices.Sort(lines)
	for _, l := range lines {
		t.Log(l)
	}
}
