// Package parity compares the methods of packages minimize and root with SciPy's: it has the cases,
// the figures of a run and the verdict on them. The command bench/parity makes the figures; a test
// compares with SciPy's figures that are checked in.
package parity

import (
	"context"
	"encoding/json"
	"fmt"
	"math"
	"slices"
)

// Case is a method on a problem: a [MinimizeCase] or a [RootCase].
type Case interface {
	Name() string                        // by which a user selects it
	Labels() (method, problem string)    // by which its figures are found
	Run(context.Context) (Figure, error) // solves it by our method
	Judge(Figure) Figure                 // sets whether a search solved it
}

// Number is a float64 that can be written as JSON even if it is not finite.
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

// Figure describes how a search ended, and its cost.
type Figure struct {
	Method  string    `json:"method"`
	Problem string    `json:"problem"`
	Fun     Number    `json:"fun"` // for equations the largest |F|
	X       []float64 `json:"x"`
	Success bool      `json:"success"`
	Status  int       `json:"status"`
	Message string    `json:"message"`
	NIter   int       `json:"nit"`
	NFev    int       `json:"nfev"`
	NJev    int       `json:"njev"`
	NHev    int       `json:"nhev"`
	Cost    int       `json:"cost"`   // evaluations of the function and the gradient or Jacobian
	Solved  bool      `json:"solved"` // see Judge
	Exact   bool      `json:"exact"`  // solved so well that nobody would see a difference
	Global  bool      `json:"global"` // the minimum is the least known

	feasible bool // the constraints hold
}

// CostIfSolved is the cost, or NaN.
func (f Figure) CostIfSolved() float64 {
	if f.Solved {
		return float64(f.Cost)
	}
	return math.NaN()
}

// Record has SciPy's figures as they are checked in.
type Record struct {
	SciPy   string   `json:"scipy"`
	Figures []Figure `json:"figures"`
}

// Figure is SciPy's figure of a case, judged.
func (r Record) Figure(c Case) (Figure, error) {
	method, problem := c.Labels()
	for _, f := range r.Figures {
		if f.Method == method && f.Problem == problem {
			return c.Judge(f), nil
		}
	}
	return Figure{}, fmt.Errorf("no figure of %s is recorded: run bench/parity", c.Name())
}

// Pair is a case with the figures of both libraries.
type Pair struct {
	Case         Case
	Theirs, Ours Figure
}

// Worse reports whether SciPy solves the problem and we do not, nor find a lower value.
func (p Pair) Worse() bool {
	return p.Theirs.Solved && !p.Ours.Solved && !p.Ours.Lower(p.Theirs)
}

// Lower reports whether a search found a lower value than another.
func (f Figure) Lower(other Figure) bool { return f.feasible && f.Fun < other.Fun }

// Verdict describes in words where the figures of a pair differ; it is empty if both are as good.
func (p Pair) Verdict() string {
	switch {
	case p.Worse():
		return "WORSE: " + p.Ours.Message
	case p.Ours.Success && !p.Ours.Solved:
		return "ours reports success, at no known solution"
	case p.Ours.Solved && !p.Theirs.Solved:
		return "better"
	case !p.Ours.Solved:
		return "both fail"
	}
	return ""
}

// Summary compares a method over its cases.
type Summary struct {
	Method              string
	Cases, Solved, Peer int // how many cases there are, we solve, and SciPy solves
	Worse               []string
	Ratio               float64  // our cost relative to SciPy's, the geometric mean over the cases that both solve exactly
	False               []string // cases where we report success at no known solution
}

func (s Summary) String() string {
	return fmt.Sprintf("%-14s %3d cases, solved %3d (SciPy %3d), evaluations %.2f of SciPy's; worse: %v", s.Method,
		s.Cases, s.Solved, s.Peer, s.Ratio, s.Worse)
}

// Summaries compares by method.
func Summaries(pairs []Pair) []Summary {
	var all []Summary
	var names []string
	for _, p := range pairs {
		if method, _ := p.Case.Labels(); !slices.Contains(names, method) {
			names = append(names, method)
		}
	}
	for _, name := range names {
		s := Summary{Method: name}
		logs, n := 0.0, 0
		for _, p := range pairs {
			method, problem := p.Case.Labels()
			if method != name {
				continue
			}
			s.Cases++
			if p.Ours.Solved {
				s.Solved++
			}
			if p.Theirs.Solved {
				s.Peer++
				if p.Worse() {
					s.Worse = append(s.Worse, problem)
				}
			}
			if p.Ours.Success && !p.Ours.Solved {
				s.False = append(s.False, problem)
			}
			if p.Ours.Exact && p.Theirs.Exact {
				logs += math.Log(float64(p.Ours.Cost) / float64(p.Theirs.Cost))
				n++
			}
		}
		s.Ratio = math.Exp(logs / float64(max(n, 1)))
		all = append(all, s)
	}
	return all
}
