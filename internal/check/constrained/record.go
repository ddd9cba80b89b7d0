package constrained

import (
	"fmt"
	"math"
	"slices"

	"github.com/argmin-go/argmin/internal/check/parity"
)

// Figure is one run of a solver on a problem.
type Figure struct {
	Solver     string          `json:"solver"`
	Problem    string          `json:"problem"`
	X          []parity.Number `json:"-"`
	Success    bool            `json:"success"`    // claimed
	Infeasible bool            `json:"infeasible"` // claimed
	Unbounded  bool            `json:"unbounded"`  // claimed
	Message    string          `json:"message"`
	Value      parity.Number   `json:"value"`
	Violation  parity.Number   `json:"violation"` // the largest one
	Feasible   bool            `json:"feasible"`  // by FeasibilityTol
	Residual   parity.Number   `json:"residual"`  // of the KKT conditions, scaled
	NFev       int             `json:"nfev"`      // evaluations of f without a gradient, of its gradient, of c without a Jacobian, of its Jacobian, and of a Hessian
	NGrad      int             `json:"ngrad"`
	NCon       int             `json:"ncon"`
	NJac       int             `json:"njac"`
	NHess      int             `json:"nhess"`
	Seconds    float64         `json:"seconds"`
}

// Confirmed reports whether the point satisfies the KKT conditions, whatever the solver claims.
func (f Figure) Confirmed() bool { return f.Feasible && float64(f.Residual) <= ResidualTol }

// Evaluations is the sum of all counts, each a pass over f or c.
func (f Figure) Evaluations() int { return f.NFev + f.NGrad + f.NCon + f.NJac + f.NHess }

// Verdict says how a run ended.
type Verdict string

// The verdicts.
const (
	Best       Verdict = "best"       // claimed, confirmed, and no solver has a lower value
	Local      Verdict = "local"      // claimed and confirmed, with a higher value
	False      Verdict = "false"      // claimed, and not confirmed
	Unclaimed  Verdict = "unclaimed"  // confirmed, but not claimed
	Infeasible Verdict = "infeasible" // claimed to be infeasible
	Unbounded  Verdict = "unbounded"  // claimed to be unbounded
	Failed     Verdict = "failed"
)

// Record has the runs that are checked in.
type Record struct {
	Versions string            `json:"versions"` // of the peers
	Unloaded map[string]string `json:"unloaded"` // problems that cannot be loaded, with the reason
	Figures  []Figure          `json:"figures"`
}

// Put adds a run, in place of an earlier one of the same solver and problem.
func (r *Record) Put(f Figure) {
	if i := r.index(f.Solver, f.Problem); i >= 0 {
		r.Figures[i] = f
		return
	}
	r.Figures = append(r.Figures, f)
}

func (r *Record) index(solver, problem string) int {
	return slices.IndexFunc(r.Figures, func(f Figure) bool { return f.Solver == solver && f.Problem == problem })
}

// Has reports whether there is a run of a solver on a problem.
func (r *Record) Has(solver, problem string) bool { return r.index(solver, problem) >= 0 }

// Known is the least value of a feasible point that any solver found, +Inf without one.
func (r *Record) Known(problem string) float64 {
	best := math.Inf(1)
	for _, f := range r.Figures {
		if f.Problem == problem && f.Feasible {
			best = min(best, float64(f.Value))
		}
	}
	return best
}

// Judge is the verdict on a run, with the least known value.
func Judge(f Figure, known float64) Verdict {
	switch {
	case f.Success && !f.Confirmed():
		return False
	case f.Success && float64(f.Value) <= known+ValueTol*max(1, math.Abs(known)):
		return Best
	case f.Success:
		return Local
	case f.Confirmed():
		return Unclaimed
	case f.Infeasible:
		return Infeasible
	case f.Unbounded:
		return Unbounded
	}
	return Failed
}

// Summary counts the verdicts on a solver.
type Summary struct {
	Solver  string
	Counts  map[Verdict]int
	False   []string // problems
	Runs    int
	Effort  float64 // evaluations relative to the first solver's, the geometric mean over what both solve best
	Seconds float64 // as Effort
}

func (s Summary) String() string {
	return fmt.Sprintf("%-20s %4d runs: %4d best, %3d local, %3d false, %3d unclaimed, %3d infeasible, %3d unbounded, %3d failed; evaluations %6.2f, seconds %6.2f",
		s.Solver, s.Runs, s.Counts[Best], s.Counts[Local], s.Counts[False], s.Counts[Unclaimed], s.Counts[Infeasible], s.Counts[Unbounded], s.Counts[Failed], s.Effort, s.Seconds)
}

// Summaries counts by solver.
func (r *Record) Summaries(solvers []string) []Summary {
	known := map[string]float64{}
	first := map[string]Figure{} // what the first solver solves
	for _, f := range r.Figures {
		if _, ok := known[f.Problem]; !ok {
			known[f.Problem] = r.Known(f.Problem)
		}
		if f.Solver == solvers[0] && Judge(f, known[f.Problem]) == Best {
			first[f.Problem] = f
		}
	}
	var all []Summary
	for _, name := range solvers {
		s := Summary{Solver: name, Counts: map[Verdict]int{}}
		effort, seconds, both := 0.0, 0.0, 0.0
		for _, f := range r.Figures {
			if f.Solver != name {
				continue
			}
			v := Judge(f, known[f.Problem])
			s.Runs++
			s.Counts[v]++
			if v == False {
				s.False = append(s.False, f.Problem)
			}
			if g, ok := first[f.Problem]; ok && v == Best {
				effort += math.Log(float64(f.Evaluations()) / float64(g.Evaluations()))
				seconds += math.Log(f.Seconds / g.Seconds)
				both++
			}
		}
		s.Effort, s.Seconds = math.Exp(effort/max(both, 1)), math.Exp(seconds/max(both, 1))
		all = append(all, s)
	}
	return all
}
