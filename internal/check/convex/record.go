package convex

import (
	"cmp"
	"encoding/csv"
	"errors"
	"fmt"
	"io/fs"
	"math"
	"os"
	"slices"
	"strconv"
	"strings"
)

// Levels are the accuracies that solvers are asked for, by the names of qpbenchmark.
var Levels = []Level{{"low", 1e-3}, {"mid", 1e-6}, {"high", 1e-9}}

// LinearLevels are those of comparisons of first-order methods for linear programs.
var LinearLevels = []Level{{"1e-4", 1e-4}, {"1e-8", 1e-8}}

// Level is an accuracy.
type Level struct {
	Name  string
	Bound float64 // of all three residuals, absolute
}

// Figure is one run of a solver on a problem.
type Figure struct {
	Problem, Solver, Level string
	Solved                 bool // as expected of the problem, and confirmed from outside
	Seconds                float64
	Status                 string
	Residuals              Residuals
	Proof                  float64 // Farkas or Ray of a claim that there is no solution, else NaN
	Limit                  float64 // seconds
	Claim                  Claim
}

// String is a line about the run.
func (f Figure) String() string {
	how := "not solved"
	if f.Solved {
		how = "solved"
	}
	r := f.Residuals
	return fmt.Sprintf("%-24s %-10s %-5s %-10s %9.4f s  %8.1e %8.1e %8.1e  %.15g  %s %.1e  %s", f.Problem, f.Solver, f.Level, how, f.Seconds, r.Primal, r.Dual, r.Gap,
		r.Value, f.Claim, f.Proof, f.Status)
}

// Judge is the figure of an answer, measured from outside.
func (p *Problem) Judge(solver string, level Level, limit float64, a Answer) Figure {
	f := Figure{Problem: p.Name, Solver: solver, Level: level.Name, Seconds: a.Seconds, Status: a.Message, Limit: limit, Claim: a.Claim,
		Residuals: None, Proof: math.NaN()}
	within := func(v float64) bool { return v <= level.Bound } // false for NaN
	switch a.Claim {
	case Solved, Failed: // a solver may not claim what it has
		f.Residuals = p.Residuals(a.X, a.Y)
		f.Solved = within(f.Residuals.Primal) && within(f.Residuals.Dual) && within(f.Residuals.Gap)
	case Infeasible:
		f.Proof = p.Farkas(a.Y)
		f.Solved = within(f.Proof)
	case Unbounded:
		f.Proof = p.Ray(a.X)
		f.Solved = within(f.Proof)
	}
	f.Solved = f.Solved && a.Claim == cmp.Or(p.Expect, Solved) && a.Seconds <= limit
	return f
}

// Record has runs; it is a file of comma-separated values with one line for each.
type Record struct {
	Figures []Figure
	at      map[[3]string]int
}

// Put adds a run, in place of an earlier one of the same solver, problem and level.
func (r *Record) Put(f Figure) {
	key := [3]string{f.Problem, f.Solver, f.Level}
	if i, ok := r.at[key]; ok {
		r.Figures[i] = f
		return
	}
	if r.at == nil {
		r.at = map[[3]string]int{}
	}
	r.at[key] = len(r.Figures)
	r.Figures = append(r.Figures, f)
}

// Get is a run, if there is one.
func (r *Record) Get(problem, solver, level string) (Figure, bool) {
	i, ok := r.at[[3]string{problem, solver, level}]
	if !ok {
		return Figure{}, false
	}
	return r.Figures[i], true
}

var columns = []string{"problem", "solver", "accuracy", "solved", "seconds", "status", "primal_residual", "dual_residual", "gap", "objective", "limit_s", "claim", "proof"}

// ReadRecord reads a file that Write wrote, or one with the first eleven of its columns; none if it does not exist.
func ReadRecord(file string) (*Record, error) {
	r := &Record{}
	f, err := os.Open(file)
	if errors.Is(err, fs.ErrNotExist) {
		return r, nil
	} else if err != nil {
		return nil, err
	}
	defer f.Close()
	in := csv.NewReader(f)
	rows, err := in.ReadAll()
	if err != nil {
		return nil, err
	}
	for i, row := range rows {
		if i == 0 {
			if !slices.Equal(row[:min(len(row), 11)], columns[:11]) {
				return nil, fmt.Errorf("%s has columns %v, want %v", file, row, columns)
			}
			continue
		}
		for len(row) < len(columns) {
			row = append(row, "")
		}
		v := make([]float64, len(columns))
		for _, k := range []int{4, 6, 7, 8, 9, 10, 12} {
			v[k] = math.NaN()
			if row[k] == "" {
				continue
			}
			if v[k], err = strconv.ParseFloat(row[k], 64); err != nil {
				return nil, fmt.Errorf("%s, line %d: %w", file, i+1, err)
			}
		}
		r.Put(Figure{Problem: row[0], Solver: row[1], Level: row[2], Solved: row[3] == "1", Seconds: v[4], Status: row[5],
			Residuals: Residuals{v[6], v[7], v[8], v[9]}, Limit: v[10], Claim: Claim(row[11]), Proof: v[12]})
	}
	return r, nil
}

// Write writes the file.
func (r *Record) Write(file string) error {
	var b strings.Builder
	out := csv.NewWriter(&b)
	number := func(v float64, digits int) string {
		if math.IsNaN(v) {
			return ""
		}
		return strconv.FormatFloat(v, 'g', digits, 64)
	}
	if err := out.Write(columns); err != nil {
		return err
	}
	for _, f := range r.Figures {
		solved := map[bool]string{false: "0", true: "1"}[f.Solved]
		q := f.Residuals
		if err := out.Write([]string{f.Problem, f.Solver, f.Level, solved, number(f.Seconds, 4), f.Status, number(q.Primal, 2), number(q.Dual, 2), number(q.Gap, 2),
			number(q.Value, 15), number(f.Limit, 6), string(f.Claim), number(f.Proof, 2)}); err != nil {
			return err
		}
	}
	out.Flush()
	if err := out.Error(); err != nil {
		return err
	}
	return os.WriteFile(file, []byte(b.String()), 0o644)
}
