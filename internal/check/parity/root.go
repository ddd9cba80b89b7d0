package parity

import (
	"context"
	"math"
	"math/rand/v2"
	"slices"

	"gonum.org/v1/gonum/mat"

	"github.com/argmin-go/argmin/internal/check/testproblems"
	"github.com/argmin-go/argmin/minimize/root"
)

// RootCase is a method of root.Find on a system of equations.
type RootCase struct {
	Method   string
	Jacobian bool // the method is given it
	System   *testproblems.System
}

// Name is root/METHOD/SYSTEM; METHOD ends with +jac if the Jacobian is given.
func (c RootCase) Name() string {
	method, system := c.Labels()
	return "root/" + method + "/" + system
}

// Labels are the names of the method, with +jac if the Jacobian is given, and the system.
func (c RootCase) Labels() (method, system string) {
	method = c.Method
	if c.Jacobian {
		method += "+jac"
	}
	return method, c.System.Name
}

// RootCases are all methods on all systems, with and without the Jacobian if the method uses one.
func RootCases() []RootCase {
	var all []RootCase
	for _, name := range root.Methods() {
		for _, s := range testproblems.Systems() {
			all = append(all, RootCase{Method: name, System: s})
		}
		if name != "hybr" && name != "lm" {
			continue
		}
		for _, s := range testproblems.Systems() {
			all = append(all, RootCase{Method: name, System: s, Jacobian: true})
		}
	}
	return all
}

// Nearby is the case from twenty starts that differ from its own by 1e-10. If some of them are
// solved and some are not, chance decides on the case itself.
func (c RootCase) Nearby() []RootCase {
	random := rand.New(rand.NewPCG(1, 2))
	all := make([]RootCase, 20)
	for i := range all {
		s := *c.System
		s.X0 = slices.Clone(s.X0)
		for k, v := range s.X0 {
			s.X0[k] += 1e-10 * max(math.Abs(v), 0.1) * random.NormFloat64()
		}
		all[i] = c
		all[i].System = &s
	}
	return all
}

// Solved counts the cases in which solve finds a root.
func Solved(cases []RootCase, solve func(RootCase) (Figure, error)) (int, error) {
	n := 0
	for _, c := range cases {
		f, err := solve(c)
		if err != nil {
			return 0, err
		}
		if f.Solved {
			n++
		}
	}
	return n, nil
}

// Judge sets whether a search found a root: no |F| there is above 1e-5, or 1e-8 of the
// norm at the start. The loosest of the methods' tests, 6e-6 for the largest |F|, and
// 1e-8 of the norm at the start, are just within.
func (c RootCase) Judge(f Figure) Figure {
	f.Cost = f.NFev + f.NJev
	n := len(c.System.X0)
	if len(f.X) != n {
		return f
	}
	v := mat.NewVecDense(n, nil)
	c.System.Values(c.System.X0, v.RawVector().Data)
	first := mat.Norm(v, 2)
	c.System.Values(f.X, v.RawVector().Data)
	largest := mat.Norm(v, math.Inf(1))
	f.Fun, f.Solved = Number(largest), largest <= max(1e-5, 1e-8*first)
	f.Exact = f.Solved
	return f
}

// Run solves a case by our method.
func (c RootCase) Run(ctx context.Context) (Figure, error) {
	p := c.System.Root(c.Jacobian)
	method, system := c.Labels()
	figure := Figure{Method: method, Problem: system}
	// The calls are counted as SciPy's are: what finite differences take are calls too.
	values, jacobian := p.Func, p.Jac
	p.Func = func(x, f []float64) { figure.NFev++; values(x, f) }
	if c.Jacobian {
		p.Jac = func(x []float64, j *mat.Dense) { figure.NJev++; jacobian(x, j) }
	}
	m, err := root.MethodByName(c.Method, nil)
	if err != nil {
		return Figure{}, err
	}
	r, err := root.Find(ctx, p, c.System.X0, root.Options{Method: m})
	if err != nil {
		return Figure{}, err
	}
	figure.X, figure.Success, figure.Status, figure.Message, figure.NIter = r.X, r.Success, r.SciPyStatus, r.Message, r.NIter
	return c.Judge(figure), nil
}
