// Parity compares every method of package minimize with SciPy's on the problems of
// Moré, Garbow & Hillstrom, of Hock & Schittkowski and of SciPy's tutorial: values,
// evaluations and failures. Both sides evaluate the same functions.
//
//	go run ./bench/parity
//
// It installs SciPy 1.17 into a virtual environment, prints a table, and with -json
// and -profile writes the figures and draws performance profiles. minimize's tests
// compare with the figures that are checked in.
package main

import (
	"bufio"
	"context"
	_ "embed"
	"encoding/binary"
	"encoding/json"
	"errors"
	"flag"
	"fmt"
	"io"
	"log"
	"math"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"slices"

	"gonum.org/v1/gonum/mat"

	"github.com/argmin-go/argmin/internal/parity"
	"github.com/argmin-go/argmin/internal/venv"
	"github.com/argmin-go/argmin/plot"
)

//go:embed peer.py
var script []byte

func main() {
	log.SetFlags(0)
	python := flag.String("python", "", "a Python with SciPy; empty: make a virtual environment")
	only := flag.String("cases", ".", "a regular expression of METHOD/PROBLEM")
	out := flag.String("json", "", "write SciPy's figures to this file")
	recorded := flag.String("recorded", "", "take SciPy's figures from this file, written by -json, instead of running it")
	profile := flag.String("profile", "", "draw performance profiles to files that begin with this")
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
	solve, version, end, err := scipy(python, recorded)
	if err != nil {
		return err
	}
	defer end()
	fmt.Printf("SciPy %s against argmin\n\n", version)
	fmt.Printf("%-14s %-28s %15s %15s  %s\n", "method", "problem", "SciPy's value", "ours", "evaluations")
	record := parity.Record{SciPy: version}
	var pairs []parity.Pair
	for _, c := range parity.Cases() {
		if !match.MatchString(c.Name()) {
			continue
		}
		theirs, err := solve(c)
		if err != nil {
			return fmt.Errorf("%s: %w", c.Name(), err)
		}
		ours, err := c.Run(context.Background())
		if err != nil {
			return fmt.Errorf("%s: %w", c.Name(), err)
		}
		pair := parity.Pair{Case: c, Theirs: theirs, Ours: ours}
		fmt.Printf("%-14s %-28s %15.8g %15.8g  %6d %6d  %s\n", c.Method, c.Problem.Name, theirs.Fun, ours.Fun, theirs.Cost, ours.Cost, pair.Verdict())
		pairs = append(pairs, pair)
		record.Figures = append(record.Figures, theirs)
	}
	fmt.Println()
	for _, s := range parity.Summaries(pairs) {
		fmt.Println(s)
	}
	if out != "" {
		b, err := json.MarshalIndent(record, "", " ")
		if err != nil {
			return err
		}
		if err := os.WriteFile(out, append(b, '\n'), 0o644); err != nil {
			return err
		}
	}
	if profile != "" {
		return draw(profile, pairs)
	}
	return nil
}

// scipy is how a case is solved by SciPy: by its process, or from a record.
func scipy(python, recorded string) (solve func(parity.Case) (parity.Figure, error), version string, end func(), err error) {
	if recorded != "" {
		b, err := os.ReadFile(recorded)
		if err != nil {
			return nil, "", nil, err
		}
		var r parity.Record
		if err := json.Unmarshal(b, &r); err != nil {
			return nil, "", nil, fmt.Errorf("%s: %w", recorded, err)
		}
		return func(c parity.Case) (parity.Figure, error) {
			for _, f := range r.Figures {
				if f.Method == c.Method && f.Problem == c.Problem.Name {
					return c.Judge(f), nil
				}
			}
			return parity.Figure{}, fmt.Errorf("%s has no such case", recorded)
		}, r.SciPy, func() {}, nil
	}
	if python == "" {
		if python, err = venv.Python("scipy", "scipy", "scipy==1.17.*"); err != nil {
			return nil, "", nil, err
		}
	}
	p, err := start(python)
	if err != nil {
		return nil, "", nil, err
	}
	return p.solve, p.version, p.close, nil
}

// draw makes a profile of our methods, and one of both sides over all methods.
func draw(prefix string, pairs []parity.Pair) error {
	for _, kind := range []string{"unconstrained", "bounds", "constraints"} {
		var names, problems []string
		cost := map[[2]string]float64{}
		for _, p := range pairs {
			if p.Case.Kind() != kind {
				continue
			}
			if !slices.Contains(problems, p.Case.Problem.Name) {
				problems = append(problems, p.Case.Problem.Name)
			}
			if !slices.Contains(names, p.Case.Method) {
				names = append(names, p.Case.Method)
			}
			cost[[2]string{p.Case.Method, p.Case.Problem.Name}] = p.Ours.CostIfSolved()
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

// peer is the Python process.
type peer struct {
	cmd     *exec.Cmd
	in      *bufio.Writer
	out     *bufio.Reader
	stdin   io.Closer
	version string
	dir     string
}

func start(python string) (*peer, error) {
	dir, err := os.MkdirTemp("", "argmin-parity-")
	if err != nil {
		return nil, err
	}
	file := filepath.Join(dir, "peer.py")
	if err := os.WriteFile(file, script, 0o644); err != nil {
		return nil, err
	}
	cmd := exec.Command(python, file)
	cmd.Stderr = os.Stderr
	stdin, err := cmd.StdinPipe()
	if err != nil {
		return nil, err
	}
	stdout, err := cmd.StdoutPipe()
	if err != nil {
		return nil, err
	}
	if err := cmd.Start(); err != nil {
		return nil, err
	}
	p := &peer{cmd: cmd, in: bufio.NewWriter(stdin), out: bufio.NewReader(stdout), stdin: stdin, dir: dir}
	version, err := p.text()
	p.version = string(version)
	return p, err
}

func (p *peer) close() {
	p.stdin.Close()
	if err := p.cmd.Wait(); err != nil {
		log.Print(err)
	}
	os.RemoveAll(p.dir)
}

func (p *peer) text() ([]byte, error) {
	var n uint32
	if err := binary.Read(p.out, binary.LittleEndian, &n); err != nil {
		return nil, err
	}
	b := make([]byte, n)
	_, err := io.ReadFull(p.out, b)
	return b, err
}

func (p *peer) numbers(n int) ([]float64, error) {
	v := make([]float64, n)
	return v, binary.Read(p.out, binary.LittleEndian, v)
}

// job is what SciPy is told of a problem; numbers are words, for the infinite ones.
type job struct {
	Method  string         `json:"method"`
	X0      []string       `json:"x0"`
	Lower   []string       `json:"lower"`
	Upper   []string       `json:"upper"`
	CLower  []string       `json:"clower"`
	CUpper  []string       `json:"cupper"`
	A       []float64      `json:"a"`
	Options map[string]any `json:"options"`
}

func words(v []float64) []string {
	w := make([]string, len(v))
	for i, e := range v {
		w[i] = fmt.Sprint(e)
	}
	return w
}

// solve has SciPy solve a case, and answers its questions meanwhile.
func (p *peer) solve(c parity.Case) (parity.Figure, error) {
	q := c.Problem
	n := len(q.X0)
	j := job{Method: c.Method, X0: words(q.X0), Lower: words(q.Lower), Upper: words(q.Upper), Options: c.Options}
	_, opt := q.Minimize()
	for _, k := range opt.Constraints {
		j.CLower, j.CUpper = words(k.Lower), words(k.Upper)
		if k.A != nil {
			j.A = k.A.RawMatrix().Data
		}
	}
	if j.Options == nil {
		j.Options = map[string]any{}
	}
	if j.CLower == nil {
		j.CLower = []string{}
	}
	if err := json.NewEncoder(p.in).Encode(j); err != nil {
		return parity.Figure{}, err
	}
	if err := p.in.Flush(); err != nil {
		return parity.Figure{}, err
	}
	count := map[byte]int{}
	m := len(j.CLower)
	for {
		kind, err := p.out.ReadByte()
		if err != nil {
			return parity.Figure{}, errors.Join(errors.New("SciPy's process ended"), err)
		}
		if kind == 'R' {
			b, err := p.text()
			if err != nil {
				return parity.Figure{}, err
			}
			f := parity.Figure{Method: c.Method, Problem: q.Name}
			if err := json.Unmarshal(b, &f); err != nil {
				// Python's NaN is no JSON.
				f.Fun = parity.Number(math.NaN())
				f.Message = string(b)
			}
			f.NFev, f.NJev, f.NHev = count['f'], count['g'], count['h']
			return c.Judge(f), nil
		}
		count[kind]++
		x, err := p.numbers(n)
		if err != nil {
			return parity.Figure{}, err
		}
		var answer []float64
		switch kind {
		case 'f':
			answer = []float64{q.Value(x)}
		case 'g':
			answer = make([]float64, n)
			q.Gradient(x, answer)
		case 'h', 'k':
			h := mat.NewSymDense(n, nil)
			if kind == 'h' {
				q.Hessian(x, h)
			} else {
				v, err := p.numbers(m)
				if err != nil {
					return parity.Figure{}, err
				}
				q.ConstraintHessian(x, v, h)
			}
			answer = mat.DenseCopyOf(h).RawMatrix().Data
		case 'c':
			answer = make([]float64, m)
			q.Constraints(x, answer)
		case 'j':
			a := mat.NewDense(m, n, nil)
			q.Jacobian(x, a)
			answer = a.RawMatrix().Data
		}
		if err := binary.Write(p.in, binary.LittleEndian, answer); err != nil {
			return parity.Figure{}, err
		}
		if err := p.in.Flush(); err != nil {
			return parity.Figure{}, err
		}
	}
}
