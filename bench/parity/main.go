// Parity compares every method of minimize.Minimize and of root.Find with SciPy's, on
// the problems and the systems of Moré, Garbow & Hillstrom, of Hock & Schittkowski and of
// SciPy's tutorial: values, evaluations and failures. Both sides evaluate the same
// functions.
//
//	go run ./bench/parity
//	go run ./bench/parity -cases root/hybr/
//
// It installs SciPy 1.17 into a virtual environment, prints a table of minima and one of
// roots, and with -json and -profile writes the figures and draws performance profiles.
// A test compares with the figures that are checked in.
package main

import (
	"context"
	"encoding/json"
	"flag"
	"fmt"
	"log"
	"os"
	"path/filepath"
	"regexp"
	"slices"

	"github.com/argmin-go/argmin/internal/check/parity"
	"github.com/argmin-go/argmin/internal/check/venv"
	"github.com/argmin-go/argmin/plot"
)

func main() {
	log.SetFlags(0)
	python := flag.String("python", "", "a Python with SciPy; without one a virtual environment is made")
	only := flag.String("cases", ".", "a regular expression that cases match: METHOD/PROBLEM, for equations root/METHOD/SYSTEM")
	out := flag.String("json", "", "write SciPy's figures to scipy.json and scipy_root.json in this folder")
	recorded := flag.String("recorded", "", "take SciPy's figures from this folder, written by -json, instead of running it")
	profile := flag.String("profile", "", "draw performance profiles of minima to files that begin with this")
	flag.Parse()
	match, err := regexp.Compile(*only)
	if err == nil {
		err = run(*python, *recorded, match, *out, *profile)
	}
	if err != nil {
		log.Fatal(err)
	}
}

func run(python, recorded string, match *regexp.Regexp, out, profile string) error {
	var p *peer
	if recorded == "" {
		var err error
		if python == "" {
			if python, err = venv.Python("scipy", "scipy", "scipy==1.17.*"); err != nil {
				return err
			}
		}
		started, err := start(python)
		if err != nil {
			return err
		}
		p = &started
		defer p.close()
	}
	minima, err := compare(p, recorded, "scipy.json", "SciPy's value", parity.MinimizeCases(), match, out)
	if err != nil {
		return err
	}
	if _, err := compare(p, recorded, "scipy_root.json", "SciPy's max|F|", parity.RootCases(), match, out); err != nil {
		return err
	}
	if profile != "" {
		return draw(profile, minima)
	}
	return nil
}

// compare prints the table of the cases that match. SciPy's figures come from its process, or from
// the file in folder recorded; they go to the file in folder out.
func compare[C parity.Case](p *peer, recorded, file, value string, cases []C, match *regexp.Regexp, out string) ([]parity.Pair, error) {
	cases = slices.DeleteFunc(cases, func(c C) bool { return !match.MatchString(c.Name()) })
	if len(cases) == 0 {
		return nil, nil
	}
	var record parity.Record
	var solve func(parity.Case) (parity.Figure, error)
	if p != nil {
		record.SciPy, solve = p.Hello, p.solve
	} else {
		b, err := os.ReadFile(filepath.Join(recorded, file))
		if err != nil {
			return nil, err
		}
		if err := json.Unmarshal(b, &record); err != nil {
			return nil, fmt.Errorf("%s: %w", file, err)
		}
		solve = record.Figure
	}
	fmt.Printf("SciPy %s against argmin\n\n", record.SciPy)
	fmt.Printf("%-14s %-34s %15s %15s  %s\n", "method", "problem", value, "ours", "evaluations")
	var figures []parity.Figure
	var pairs []parity.Pair
	for _, c := range cases {
		theirs, err := solve(c)
		if err != nil {
			return nil, fmt.Errorf("%s: %w", c.Name(), err)
		}
		ours, err := c.Run(context.Background())
		if err != nil {
			return nil, fmt.Errorf("%s: %w", c.Name(), err)
		}
		pair := parity.Pair{Case: c, Theirs: theirs, Ours: ours}
		method, problem := c.Labels()
		fmt.Printf("%-14s %-34s %15.8g %15.8g  %6d %6d  %s\n", method, problem, theirs.Fun, ours.Fun, theirs.Cost, ours.Cost, pair.Verdict())
		if r, ok := any(c).(parity.RootCase); ok && p != nil && theirs.Solved && !ours.Solved {
			if err := nearby(p, r); err != nil {
				return nil, err
			}
		}
		pairs = append(pairs, pair)
		figures = append(figures, theirs)
	}
	fmt.Println()
	for _, s := range parity.Summaries(pairs) {
		fmt.Println(s)
	}
	fmt.Println()
	if out == "" {
		return pairs, nil
	}
	b, err := json.MarshalIndent(parity.Record{SciPy: record.SciPy, Figures: figures}, "", " ")
	if err != nil {
		return nil, err
	}
	return pairs, os.WriteFile(filepath.Join(out, file), append(b, '\n'), 0o644)
}

// nearby prints how many of the starts near the start of a case are solved, to recognize chance.
func nearby(p *peer, c parity.RootCase) error {
	theirs, err := parity.Solved(c.Nearby(), func(c parity.RootCase) (parity.Figure, error) { return p.solve(c) })
	if err != nil {
		return err
	}
	ours, err := parity.Solved(c.Nearby(), func(c parity.RootCase) (parity.Figure, error) { return c.Run(context.Background()) })
	if err != nil {
		return err
	}
	fmt.Printf("%14s of %d starts 1e-10 away SciPy's solves %d, ours %d\n", "", len(c.Nearby()), theirs, ours)
	return nil
}

// draw makes a profile of our methods, and one of both libraries over all methods.
func draw(prefix string, pairs []parity.Pair) error {
	for _, kind := range []string{"unconstrained", "bounds", "constraints"} {
		var names, problems []string
		cost := map[[2]string]float64{}
		for _, p := range pairs {
			if p.Case.(parity.MinimizeCase).Kind() != kind {
				continue
			}
			method, problem := p.Case.Labels()
			if !slices.Contains(problems, problem) {
				problems = append(problems, problem)
			}
			if !slices.Contains(names, method) {
				names = append(names, method)
			}
			cost[[2]string{method, problem}] = p.Ours.CostIfSolved()
		}
		if len(problems) == 0 {
			continue
		}
		var rows [][]float64 // of the problems that all methods were given
		for _, q := range problems {
			var row []float64
			for _, m := range names {
				if v, ok := cost[[2]string{m, q}]; ok {
					row = append(row, v)
				}
			}
			if len(row) == len(names) {
				rows = append(rows, row)
			}
		}
		if err := plot.Profile(prefix+"-"+kind+".png", "argmin's methods, "+kind+": evaluations", names, rows); err != nil {
			return err
		}
	}
	var rows [][]float64
	for _, p := range pairs {
		rows = append(rows, []float64{p.Ours.CostIfSolved(), p.Theirs.CostIfSolved()})
	}
	return plot.Profile(prefix+"-scipy.png", "every method on every problem: evaluations", []string{"argmin", "SciPy"}, rows)
}
