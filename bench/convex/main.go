// Convex compares solvers of convex programs on the quadratic programs of Maros and Mészáros, on linear programs of netlib, and on OSQP's
// families of random problems: what they solve at three accuracies, and in which time.
//
//	go run ./bench/convex -set maros-meszaros -data DIR -record runs.csv
//	go run ./bench/convex -set netlib-lp -data DIR -solvers piqp,highs
//	go run ./bench/convex -set random -sizes 100,1000,10000 -problems '^(lasso|svm)'
//	go run ./bench/convex -set linear -sizes 100000,1000000 -levels 1e-4,1e-8 -solvers pdhg,ortools-pdlp,highs -limit 100s
//	go run ./bench/convex -set random -sizes 100,1000,10000,100000,1000000 -solvers interior,osqp,piqp -levels mid -limit 100s -time 230s \
//		-record random.csv -growth docs/random-growth.png
//	go run ./bench/convex -set factors -sizes 1000,10000,100000,1000000
//
// DIR has folders maros-meszaros (NAME.npz, reference.csv) and netlib-lp (NAME.mps, reference.csv). Answers are judged by this program
// and not by what solvers claim: residuals, gap and proofs that there is no solution are computed here. A run has a limit of CPU
// time, and one thread. With -record the runs that are in the file are not repeated, so that a comparison can be made in pieces: see -time;
// a published peers.csv of the same columns will do to begin with.
// A solver that gives up at an accuracy, or runs out of time, is not asked for a higher one.
package main

import (
	"context"
	"flag"
	"fmt"
	"log"
	"math"
	"path/filepath"
	"regexp"
	"runtime"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/argmin-go/argmin/internal/check/convex"
	"github.com/argmin-go/argmin/internal/check/venv"
	"github.com/argmin-go/argmin/plot"
)

type options struct {
	set, data, record, python string
	profile, growth           string
	solvers, redo, levels     []string
	sizes                     []int
	seeds                     int
	match                     *regexp.Regexp
	limit, time               time.Duration
	verbose                   bool
}

// levels are all accuracies.
var levels = slices.Concat(convex.Levels, convex.LinearLevels)

func main() {
	log.SetFlags(0)
	var o options
	var names []string
	for _, s := range convex.Ours() {
		names = append(names, s.Name())
	}
	flag.StringVar(&o.set, "set", "maros-meszaros", "maros-meszaros, netlib-lp, random, linear, or factors: sparse factorizations beside SuperLU and QDLDL")
	flag.StringVar(&o.data, "data", "", "the folder of the sets that are files")
	flag.StringVar(&o.record, "record", "", "the record of runs: read first if it exists, and written")
	flag.StringVar(&o.python, "python", "", "a Python with the peers; without one a virtual environment is made")
	flag.DurationVar(&o.limit, "limit", 10*time.Second, "limit of CPU time of a run")
	flag.DurationVar(&o.time, "time", math.MaxInt64, "time after which no further run begins")
	flag.IntVar(&o.seeds, "seeds", 1, "random problems of each size")
	flag.StringVar(&o.profile, "profile", "", "draw a performance profile of the times at the last accuracy to this file")
	flag.StringVar(&o.growth, "growth", "", "draw the times of random problems over their nonzeros, at the last accuracy, to this PNG file")
	flag.BoolVar(&o.verbose, "v", false, "print every run")
	solvers := flag.String("solvers", strings.Join(append(names, peers...), ","), "solvers")
	redo := flag.String("redo", "", "solvers whose recorded runs are repeated")
	wanted := flag.String("levels", "low,mid,high", "accuracies: low is 1e-3, mid 1e-6, high 1e-9; also 1e-4 and 1e-8")
	sizes := flag.String("sizes", "100,1000,10000,100000", "nonzeros of random problems")
	match := flag.String("problems", ".", "a regular expression that names of problems match")
	flag.Parse()
	o.solvers, o.redo, o.levels = strings.Split(*solvers, ","), strings.Split(*redo, ","), strings.Split(*wanted, ",")
	if err := run(o, *match, *sizes); err != nil {
		log.Fatal(err)
	}
}

func run(o options, match, sizes string) error {
	var err error
	if o.match, err = regexp.Compile(match); err != nil {
		return err
	}
	for _, s := range strings.Split(sizes, ",") {
		k, err := strconv.Atoi(s)
		if err != nil {
			return fmt.Errorf("-sizes: %w", err)
		}
		o.sizes = append(o.sizes, k)
	}
	if o.set == "factors" {
		runtime.GOMAXPROCS(1)
		return factorizations(o)
	}
	problems, err := load(o)
	if err != nil {
		return err
	}
	solvers, closing, err := chosen(o)
	if err != nil {
		return err
	}
	defer closing()
	record := &convex.Record{}
	if o.record != "" {
		if record, err = convex.ReadRecord(o.record); err != nil {
			return err
		}
	}
	runtime.GOMAXPROCS(1) // as the peers have one thread
	if err := compare(o, solvers, problems, record); err != nil {
		return err
	}
	report(o, problems, record)
	if o.growth != "" {
		if err := drawGrowth(o, problems, record); err != nil {
			return err
		}
	}
	if o.profile != "" {
		return draw(o, problems, record)
	}
	return nil
}

// draw makes the performance profile of the times at the last accuracy.
func draw(o options, problems []*convex.Problem, record *convex.Record) error {
	level := o.levels[len(o.levels)-1]
	var rows [][]float64
	for _, p := range problems {
		row := make([]float64, len(o.solvers))
		for i, s := range o.solvers {
			row[i] = math.NaN()
			if f, ok := record.Get(p.Name, s, level); ok && f.Solved && f.Seconds <= o.limit.Seconds() {
				row[i] = f.Seconds
			}
		}
		rows = append(rows, row)
	}
	return plot.Profile(o.profile, fmt.Sprintf("%s: seconds of CPU, accuracy %s", o.set, level), o.solvers, rows)
}

// load gives the problems that match.
func load(o options) ([]*convex.Problem, error) {
	var all []*convex.Problem
	var err error
	switch o.set {
	case "maros-meszaros":
		all, err = convex.MarosMeszaros(filepath.Join(o.data, o.set))
	case "netlib-lp":
		all, err = convex.Netlib(filepath.Join(o.data, o.set))
	case "random", "linear":
		families, variants := convex.Families, convex.Variants
		if o.set == "linear" {
			families, variants = convex.LinearFamilies, variants[:1]
		}
		for _, f := range families {
			for _, size := range o.sizes {
				for seed := range o.seeds {
					for _, v := range variants {
						if o.match.MatchString(f.Label(size, uint64(seed+1), v)) {
							all = append(all, f.Make(size, uint64(seed+1), v))
						}
					}
				}
			}
		}
	default:
		err = fmt.Errorf("no set %q; there are maros-meszaros, netlib-lp, random, linear and factors", o.set)
	}
	return slices.DeleteFunc(all, func(p *convex.Problem) bool { return !o.match.MatchString(p.Name) }), err
}

// chosen gives the solvers, and what ends the processes of peers.
func chosen(o options) (all []convex.Solver, closing func(), err error) {
	python := &process{python: o.python}
	for _, name := range o.solvers {
		i := slices.IndexFunc(convex.Ours(), func(s convex.Solver) bool { return s.Name() == name })
		switch {
		case i >= 0:
			all = append(all, convex.Ours()[i])
		case !slices.Contains(peers, name):
			return nil, nil, fmt.Errorf("no solver %q", name)
		default:
			if python.python == "" {
				python.python, err = venv.Python("convex", "clarabel, piqp, osqp, highspy, scipy, proxsuite, ortools", "numpy==2.*", "scipy==1.17.*", "clarabel==0.11.1",
					"piqp==0.7.0", "osqp==1.1.3", "proxsuite==0.8.0", "highspy==1.16.0", "ortools==9.15.6755")
				if err != nil {
					return nil, nil, err
				}
			}
			all = append(all, peer{name, python})
		}
	}
	return all, python.close, nil
}

// compare makes the runs that are not in the record, and saves it after each problem.
func compare(o options, solvers []convex.Solver, problems []*convex.Problem, record *convex.Record) error {
	end := time.Now().Add(o.time)
	for _, p := range problems {
		changed := false
		for _, s := range solvers {
			redo := slices.Contains(o.redo, s.Name())
			failed := false
			for _, level := range levels {
				if !slices.Contains(o.levels, level.Name) {
					continue
				}
				if f, ok := record.Get(p.Name, s.Name(), level.Name); ok && !redo {
					failed = !f.Solved && f.Claim == convex.Failed
					continue
				}
				if time.Now().After(end) {
					break
				}
				changed = true
				if failed {
					record.Put(convex.Figure{Problem: p.Name, Solver: s.Name(), Level: level.Name, Status: "skipped: gave up at the looser accuracy",
						Seconds: math.NaN(), Residuals: convex.None, Proof: math.NaN(), Limit: o.limit.Seconds(), Claim: convex.Failed})
					continue
				}
				a := s.Solve(context.Background(), p, level.Bound, o.limit)
				f := p.Judge(s.Name(), level, o.limit.Seconds(), a)
				record.Put(f)
				failed = f.Claim == convex.Failed
				if o.verbose {
					fmt.Println(f)
				}
			}
		}
		if changed && o.record != "" {
			if err := record.Write(o.record); err != nil {
				return err
			}
		}
	}
	return nil
}

// report prints the counts, the failures by name, and for random problems the times by size.
func report(o options, problems []*convex.Problem, record *convex.Record) {
	var all []convex.Summary
	for _, s := range o.solvers {
		for _, level := range levels {
			if slices.Contains(o.levels, level.Name) {
				all = append(all, record.Summarize(problems, s, level, o.limit.Seconds()))
			}
		}
	}
	fmt.Printf("%s: %d problems, within %v of CPU\n\n%s\n", o.set, len(problems), o.limit, convex.Table(all))
	for _, s := range all {
		for _, list := range []struct {
			what  string
			names []string
		}{{"not solved", s.Failed}, {"refuted claims", s.Wrong}, {"solved with a value that is far from the best known one", s.Far}} {
			if len(list.names) > 0 {
				fmt.Printf("%s, %s, %s: %s\n", s.Solver, s.Level, list.what, strings.Join(list.names, ", "))
			}
		}
	}
	if o.set == "random" || o.set == "linear" {
		fmt.Print("\n", record.Growth(problems, o.solvers, o.levels))
	}
}
