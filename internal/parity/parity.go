// Package parity compares the methods of package minimize with SciPy's: the cases, the
// figures of a run, and what they say. The command bench/parity makes them; the tests
// of package minimize compare with those that are checked in.
package parity

import (
	"context"
	"encoding/json"
	"fmt"
	"math"
	"slices"

	"github.com/argmin-go/argmin/internal/testproblems"
	"github.com/argmin-go/argmin/minimize"
)

// Case is a method on a problem, with SciPy's options by name.
type Case struct {
	Method  string
	Problem *testproblems.Problem
	Options map[string]any
}

// Name is METHOD/PROBLEM.
func (c Case) Name() string { return c.Method + "/" + c.Problem.Name }

// Kind is what the problem has.
func (c Case) Kind() string {
	switch {
	case c.Problem.Cons != nil:
		return "constraints"
	case c.Problem.Lower != nil:
		return "bounds"
	}
	return "unconstrained"
}

// derivativeFree are the methods that take the values alone, and find fewer digits.
var derivativeFree = []string{"Nelder-Mead", "Powell", "COBYLA", "COBYQA"}

// Cases are all methods on the problems that they take.
func Cases() []Case {
	var all []Case
	for _, name := range minimize.Methods() {
		m, err := minimize.MethodByName(name, nil)
		if err != nil {
			panic(err)
		}
		var can minimize.Capability
		if k, ok := m.(interface{ Capability() minimize.Capability }); ok {
			can = k.Capability()
		}
		for _, p := range testproblems.All() {
			c := Case{Method: name, Problem: p}
			if p.Lower != nil && !can.Bounds || p.Cons != nil && !can.Constraints {
				continue
			}
			all = append(all, c)
		}
	}
	return all
}

// Number is a float64 that survives JSON also where it is not finite.
type Number float64

// MarshalJSON writes numbers that JSON does not have as words.
func (n Number) MarshalJSON() ([]byte, error) {
	if v := float64(n); !math.IsNaN(v) && !math.IsInf(v, 0) {
		return json.Marshal(v)
	}
	return json.Marshal(fmt.Sprint(float64(n)))
}

// UnmarshalJSON reads what MarshalJSON writes.
func (n *Number) UnmarshalJSON(b []byte) error {
	var v float64
	if json.Unmarshal(b, &v) == nil {
		*n = Number(v)
		return nil
	}
	var s string
	if err := json.Unmarshal(b, &s); err != nil {
		return err
	}
	_, err := fmt.Sscan(s, &v)
	*n = Number(v)
	return err
}

// Figure is how a search ended.
type Figure struct {
	Method  string    `json:"method"`
	Problem string    `json:"problem"`
	Fun     Number    `json:"fun"`
	X       []float64 `json:"x"`
	Success bool      `json:"success"`
	Status  int       `json:"status"`
	Message string    `json:"message"`
	NIter   int       `json:"nit"`
	NFev    int       `json:"nfev"`
	NJev    int       `json:"njev"`
	NHev    int       `json:"nhev"`
	Cost    int       `json:"cost"`   // evaluations of the function and the gradient
	Solved  bool      `json:"solved"` // the value is that of a known minimum, and the point feasible
	Global  bool      `json:"global"` // the least known
}

// Judge says whether a search found a minimum.
func (c Case) Judge(f Figure) Figure {
	f.Cost = f.NFev + f.NJev
	cv := 0.0
	p := c.Problem
	if len(f.X) == len(p.X0) && p.Cons != nil {
		v := make([]float64, len(p.CLower))
		p.Constraints(f.X, v)
		for i, e := range v {
			cv = max(cv, p.CLower[i]-e, e-p.CUpper[i])
		}
	}
	if len(f.X) != len(p.X0) || math.IsNaN(float64(f.Fun)) {
		return f
	}
	// As near as the decrease from the start asks for (Moré & Wild, "Benchmarking
	// derivative-free optimization algorithms", 2009, equation 2.2), but three digits.
	value, first := p.Value(f.X), p.Value(p.X0)
	for i, want := range p.Min {
		tau := 1e-5
		if slices.Contains(derivativeFree, c.Method) {
			tau = 1e-4
		}
		tol := max(tau*10*math.Abs(want), min(tau*math.Abs(first-want), 1e-3), 1e-7)
		if math.Abs(value-want) <= tol && cv <= 1e-4 {
			f.Solved = true
			f.Global = i == 0
		}
	}
	return f
}

// CostIfSolved is the cost, or NaN.
func (f Figure) CostIfSolved() float64 {
	if f.Solved {
		return float64(f.Cost)
	}
	return math.NaN()
}

// Run solves a case by our method.
func (c Case) Run(ctx context.Context) (Figure, error) {
	p, opt := c.Problem.Minimize()
	var err error
	if opt.Method, err = minimize.MethodByName(c.Method, c.Options); err != nil {
		return Figure{}, err
	}
	r, err := minimize.Minimize(ctx, p, c.Problem.X0, opt)
	if err != nil {
		return Figure{}, err
	}
	return c.Judge(Figure{Method: c.Method, Problem: c.Problem.Name, Fun: Number(r.Fun), X: r.X, Success: r.Success, Status: r.Status, Message: r.Message,
		NIter: r.NIter, NFev: r.NFev, NJev: r.NJev, NHev: r.NHev}), nil
}

// Record is what is checked in: SciPy's figures.
type Record struct {
	SciPy   string   `json:"scipy"`
	Figures []Figure `json:"figures"`
}

// Pair is a case solved by both.
type Pair struct {
	Case         Case
	Theirs, Ours Figure
}

// Verdict is a word on a pair; empty where both are as good.
func (p Pair) Verdict() string {
	switch {
	case p.Theirs.Solved && !p.Ours.Solved:
		return "WORSE: " + p.Ours.Message
	case p.Ours.Success && !p.Ours.Solved:
		return "ours says success, at no known minimum"
	case p.Ours.Solved && !p.Theirs.Solved:
		return "better"
	case !p.Ours.Solved:
		return "both fail"
	}
	return ""
}

// Summary is a method's comparison.
type Summary struct {
	Method              string
	Cases, Solved, Peer int // how many, solved by us, by SciPy
	Worse               []string
	Ratio               float64  // of the costs, ours to theirs, in the geometric mean over what both solve
	False               []string // success of ours where there is no known minimum
}

func (s Summary) String() string {
	return fmt.Sprintf("%-14s %3d cases, solved %3d (SciPy %3d), evaluations %.2f of SciPy's; worse: %v", s.Method, s.Cases, s.Solved, s.Peer, s.Ratio, s.Worse)
}

// Summaries compares by method.
func Summaries(pairs []Pair) []Summary {
	var all []Summary
	var names []string
	for _, p := range pairs {
		if !slices.Contains(names, p.Case.Method) {
			names = append(names, p.Case.Method)
		}
	}
	for _, name := range names {
		s := Summary{Method: name}
		logs, n := 0.0, 0
		for _, p := range pairs {
			if p.Case.Method != name {
				continue
			}
			s.Cases++
			if p.Ours.Solved {
				s.Solved++
			}
			if p.Theirs.Solved {
				s.Peer++
				if !p.Ours.Solved {
					s.Worse = append(s.Worse, p.Case.Problem.Name)
				}
			}
			if p.Ours.Success && !p.Ours.Solved {
				s.False = append(s.False, p.Case.Problem.Name)
			}
			if p.Ours.Solved && p.Theirs.Solved {
				logs += math.Log(float64(p.Ours.Cost) / float64(p.Theirs.Cost))
				n++
			}
		}
		s.Ratio = math.Exp(logs / float64(max(n, 1)))
		all = append(all, s)
	}
	return all
}
