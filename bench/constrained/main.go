// Constrained compares argmin's constrained solvers with IPOPT, POUNCE and SciPy's on the constrained problems of sif2jax, which are
// CUTEst's: what each solver claims, whether the answer is a solution, and what it cost.
//
//	go run ./bench/constrained -json internal/check/constrained/testdata/runs.json
//	go run ./bench/constrained -problems '^HS' -solvers ipopt,interior-point
//
// The functions are traced by JAX once, and translated to functions of num, which give derivatives and values to all solvers: to those
// in Python over a pipe. An answer is judged by this program and not by what the solver claims. With -json the runs that are
// in the file are not repeated, so that a comparison can be made in pieces: see -time.
package main

import (
	"encoding/json"
	"errors"
	"flag"
	"fmt"
	"io/fs"
	"log"
	"maps"
	"math"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"time"

	_ "embed"

	"github.com/argmin-go/argmin/internal/check/constrained"
	"github.com/argmin-go/argmin/internal/check/venv"
	"github.com/argmin-go/argmin/plot"
)

//go:embed problems.py
var translation []byte

var peers = []string{"ipopt", "pounce", "scipy-trust-constr", "scipy-slsqp"}

// standard are the solvers without -solvers.
var standard = append(slices.Clone(peers), "minimize-slsqp", "minimize-trust-constr", "interior-point")

type options struct {
	python, problems, record, profile string
	solvers, redo                     []string
	match                             *regexp.Regexp
	maxN, maxM                        int
	limit, time                       time.Duration
}

func main() {
	log.SetFlags(0)
	var o options
	flag.StringVar(&o.python, "python", "", "a Python with the peers and sif2jax; without one a virtual environment is made")
	flag.StringVar(&o.problems, "file", "", "the translated problems; without it they are made, in the user's cache")
	flag.StringVar(&o.record, "json", "", "the record of runs: read first if it exists, and written")
	flag.StringVar(&o.profile, "profile", "", "draw a performance profile of evaluations to this file")
	flag.IntVar(&o.maxN, "max-n", 100, "most variables of a problem")
	flag.IntVar(&o.maxM, "max-m", 2000, "most constraints of a problem")
	flag.DurationVar(&o.limit, "limit", 10*time.Second, "time limit of a run")
	flag.DurationVar(&o.time, "time", math.MaxInt64, "time after which no further run begins")
	match := flag.String("problems", ".", "a regular expression that names of problems match")
	solvers := flag.String("solvers", strings.Join(standard, ","), "solvers; also minimize-cobyqa")
	redo := flag.String("redo", "", "solvers whose recorded runs are repeated")
	flag.Parse()
	o.solvers, o.redo = strings.Split(*solvers, ","), strings.Split(*redo, ",")
	var err error
	if o.match, err = regexp.Compile(*match); err == nil {
		err = run(o)
	}
	if err != nil {
		log.Fatal(err)
	}
}

func run(o options) error {
	for _, s := range o.solvers {
		if !slices.Contains(peers, s) && constrained.Ours()[s] == nil {
			return fmt.Errorf("no solver %q; there are %v and %v", s, peers, slices.Sorted(maps.Keys(constrained.Ours())))
		}
	}
	record, err := read(o.record)
	if err != nil {
		return err
	}
	if o.python == "" {
		o.python, err = venv.Python("constrained", "jax, cyipopt, pounce, scipy", "sif2jax==0.0.8", "scipy==1.17.*", "cyipopt-wheels==1.7.0.dev0", "pounce-solver==0.13.0")
		if err != nil {
			return err
		}
	}
	problems, err := load(o)
	if err != nil {
		return err
	}
	record.Versions = "sif2jax 0.0.8, SciPy 1.17, cyipopt-wheels 1.7.0.dev0 (IPOPT 3.14), pounce-solver 0.13.0"
	p := &peer{python: o.python}
	defer p.close()
	if err := compare(o, p, problems, record); err != nil {
		return err
	}
	report(o, record)
	if o.profile != "" {
		return draw(o, record)
	}
	return nil
}

// compare makes the runs that are not in the record, and saves it after each problem.
func compare(o options, p *peer, problems []*constrained.Problem, record *constrained.Record) error {
	end := time.Now().Add(o.time)
	again := map[string]bool{} // runs made in this call
	for _, q := range problems {
		if !o.match.MatchString(q.Name) || q.N > o.maxN {
			continue
		}
		var todo []string
		for _, s := range o.solvers {
			if !record.Has(s, q.Name) || slices.Contains(o.redo, s) && !again[s+q.Name] {
				todo = append(todo, s)
			}
		}
		if len(todo) == 0 || time.Now().After(end) {
			continue
		}
		if q.Error == "" && q.M() > o.maxM {
			q.Error = fmt.Sprintf("%d constraints, more than -max-m", q.M())
		}
		if q.Error == "" {
			if err := q.Verify(); err != nil {
				q.Error = err.Error()
			}
		}
		delete(record.Unloaded, q.Name)
		if q.Error != "" {
			record.Unloaded[q.Name] = q.Error
			continue
		}
		for _, s := range todo {
			var f constrained.Figure
			var err error
			if ours := constrained.Ours()[s]; ours != nil {
				f = constrained.Run(ours, q, o.limit)
			} else if f, err = p.solve(s, q, o.limit); err != nil {
				return fmt.Errorf("%s on %s: %w", s, q.Name, err)
			}
			f.Solver, f.Problem = s, q.Name
			if err := q.Confront(&f, p.multipliers); err != nil {
				return fmt.Errorf("%s on %s: %w", s, q.Name, err)
			}
			again[s+q.Name] = true
			record.Put(f)
		}
		if err := write(o.record, record); err != nil {
			return err
		}
	}
	return nil
}

// report prints the table of runs and the counts.
func report(o options, record *constrained.Record) {
	fmt.Println(record.Versions)
	fmt.Printf("\n%-12s %-22s %-10s %15s %9s %9s %6s %6s %6s %6s %6s %8s  %s\n", "problem", "solver", "verdict", "value", "violation", "KKT", "f", "grad", "c", "jac", "hess", "seconds", "message")
	for _, f := range record.Figures {
		if o.match.MatchString(f.Problem) && slices.Contains(o.solvers, f.Solver) {
			fmt.Printf("%-12s %-22s %-10s %15.8g %9.1e %9.1e %6d %6d %6d %6d %6d %8.3f  %s\n", f.Problem, f.Solver, constrained.Judge(f, record.Known(f.Problem)), f.Value,
				f.Violation, f.Residual, f.NFev, f.NGrad, f.NCon, f.NJac, f.NHess, f.Seconds, f.Message)
		}
	}
	fmt.Println()
	for _, name := range slices.Sorted(maps.Keys(record.Unloaded)) {
		fmt.Printf("not loaded: %s: %s\n", name, record.Unloaded[name])
	}
	fmt.Println()
	for _, s := range record.Summaries(o.solvers) {
		fmt.Println(s)
		if len(s.False) > 0 {
			fmt.Printf("%20s false: %s\n", "", strings.Join(s.False, " "))
		}
	}
}

// draw makes the profile of the evaluations that it takes to find the best known value.
func draw(o options, record *constrained.Record) error {
	cost := map[string][]float64{}
	for _, f := range record.Figures {
		i := slices.Index(o.solvers, f.Solver)
		if i < 0 || !o.match.MatchString(f.Problem) {
			continue
		}
		if cost[f.Problem] == nil {
			cost[f.Problem] = slices.Repeat([]float64{math.NaN()}, len(o.solvers))
		}
		if constrained.Judge(f, record.Known(f.Problem)) == constrained.Best {
			cost[f.Problem][i] = float64(f.Evaluations())
		}
	}
	rows := slices.Collect(maps.Values(cost))
	return plot.Profile(o.profile, "constrained problems of CUTEst: evaluations to the best known value", o.solvers, rows)
}

func read(file string) (*constrained.Record, error) {
	record := &constrained.Record{Unloaded: map[string]string{}}
	if file == "" {
		return record, nil
	}
	b, err := os.ReadFile(file)
	if errors.Is(err, fs.ErrNotExist) {
		return record, nil
	}
	if err != nil {
		return nil, err
	}
	return record, json.Unmarshal(b, record)
}

func write(file string, record *constrained.Record) error {
	if file == "" {
		return nil
	}
	b, err := json.MarshalIndent(record, "", " ")
	if err != nil {
		return err
	}
	return os.WriteFile(file, append(b, '\n'), 0o644)
}

// load reads the problems, which Python writes first if there is no file of them.
func load(o options) ([]*constrained.Problem, error) {
	file := o.problems
	if file == "" {
		cache, err := os.UserCacheDir()
		if err != nil {
			return nil, err
		}
		file = filepath.Join(cache, "argmin", fmt.Sprintf("sif2jax-%d.jsonl", o.maxN))
		if _, err := os.Stat(file); errors.Is(err, fs.ErrNotExist) {
			if err := translate(o, file); err != nil {
				return nil, err
			}
		}
	}
	f, err := os.Open(file)
	if err != nil {
		return nil, err
	}
	defer f.Close()
	return constrained.Read(f)
}

func translate(o options, file string) error {
	log.Print("translating the problems: some minutes, once")
	part := file + ".part"
	cmd := exec.Command(o.python, "-c", string(translation), fmt.Sprint(o.maxN), part)
	cmd.Stderr = os.Stderr
	if err := cmd.Run(); err != nil {
		return fmt.Errorf("sif2jax's problems cannot be translated: %w", err)
	}
	return os.Rename(part, file)
}
