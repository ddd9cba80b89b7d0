package convex

import (
	"fmt"
	"math"
	"slices"
	"strings"
)

// Summary is what a solver did on a set of problems at one level.
type Summary struct {
	Solver, Level string
	Count, Solved int
	Mean          float64  // shifted geometric mean of the seconds, with the limit for what is not solved
	Failed        []string // problems that are not solved within the limit, with the solver's words
	Wrong         []string // claims that are refuted: residuals or a proof beyond the level, or a claim that is not expected
	Far           []string // problems that count as solved, whose value is far from the best known one
	Missing       int      // problems without a run
}

// Shift is the seconds that are added before the geometric mean is taken, so that problems of milliseconds do not decide it.
const Shift = 1.0

// far is how far, relative to max(1, |optimum|), a value may be at a level: ten times its accuracy, and not less than the
// accuracy of the reference values.
func far(level float64) float64 { return max(10*level, 1e-5) }

// Summarize counts what is solved within limit seconds.
func (r *Record) Summarize(problems []*Problem, solver string, level Level, limit float64) Summary {
	s := Summary{Solver: solver, Level: level.Name, Count: len(problems)}
	sum := 0.0
	for _, p := range problems {
		f, ok := r.Get(p.Name, solver, level.Name)
		solved := ok && f.Solved && f.Seconds <= limit
		seconds := limit
		switch {
		case !ok:
			s.Missing++
			continue
		case solved:
			s.Solved++
			seconds = f.Seconds
			if d := math.Abs(f.Residuals.Value-p.Optimum) / max(1, math.Abs(p.Optimum)); d > far(level.Bound) {
				s.Far = append(s.Far, fmt.Sprintf("%s (%.1e)", p.Name, d))
			}
		default:
			s.Failed = append(s.Failed, fmt.Sprintf("%s (%s)", p.Name, f.Status))
			if !f.Solved && f.Claim != Failed && f.Claim != "" && f.Seconds <= limit {
				s.Wrong = append(s.Wrong, fmt.Sprintf("%s (%s)", p.Name, f.why()))
			}
		}
		sum += math.Log(seconds + Shift)
	}
	s.Mean = math.Exp(sum/float64(max(1, s.Count-s.Missing))) - Shift
	return s
}

// why describes what refutes a claim.
func (f Figure) why() string {
	if f.Claim != Solved {
		return fmt.Sprintf("%s, proof %.1e", f.Claim, f.Proof)
	}
	return fmt.Sprintf("%.1e %.1e %.1e", f.Residuals.Primal, f.Residuals.Dual, f.Residuals.Gap)
}

// Table has a row for each solver and a column for each level: how many problems are solved, and the mean time. Below are the best ones.
func Table(all []Summary) string {
	var solvers, levels []string
	for _, s := range all {
		if !slices.Contains(solvers, s.Solver) {
			solvers = append(solvers, s.Solver)
		}
		if !slices.Contains(levels, s.Level) {
			levels = append(levels, s.Level)
		}
	}
	var b strings.Builder
	fmt.Fprintf(&b, "%-20s", "solved · mean time")
	for _, l := range levels {
		fmt.Fprintf(&b, " %18s", l)
	}
	b.WriteByte('\n')
	for _, solver := range solvers {
		fmt.Fprintf(&b, "%-20s", solver)
		for _, l := range levels {
			cell := ""
			if i := slices.IndexFunc(all, func(s Summary) bool { return s.Solver == solver && s.Level == l }); i >= 0 {
				s := all[i]
				cell = "no runs"
				if s.Missing < s.Count {
					cell = fmt.Sprintf("%d/%d · %.3f s", s.Solved, s.Count-s.Missing, s.Mean)
				}
			}
			fmt.Fprintf(&b, " %18s", cell)
		}
		b.WriteByte('\n')
	}
	for _, l := range levels {
		var most, fastest Summary
		for _, s := range all {
			if s.Level != l || s.Missing == s.Count {
				continue // no runs
			}
			if most.Solver == "" || s.Solved > most.Solved {
				most = s
			}
			if fastest.Solver == "" || s.Mean < fastest.Mean {
				fastest = s
			}
		}
		if most.Solver == "" {
			continue
		}
		fmt.Fprintf(&b, "%s: most solved %d, %s; least mean time %.3f s, %s\n", l, most.Solved, most.Solver, fastest.Mean, fastest.Solver)
	}
	return b.String()
}
