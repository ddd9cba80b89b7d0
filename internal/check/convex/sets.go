package convex

import (
	"encoding/csv"
	"fmt"
	"math"
	"os"
	"path/filepath"
	"strconv"

	"github.com/argmin-go/argmin/mps"
)

// reference reads a file reference.csv: the rows by name of problem.
func reference(file string) (map[string]map[string]string, []string, error) {
	f, err := os.Open(file)
	if err != nil {
		return nil, nil, err
	}
	defer f.Close()
	rows, err := csv.NewReader(f).ReadAll()
	if err != nil {
		return nil, nil, fmt.Errorf("%s: %w", file, err)
	}
	all := map[string]map[string]string{}
	var names []string
	for i, row := range rows {
		if i == 0 {
			continue
		}
		line := map[string]string{}
		for k, name := range rows[0] {
			line[name] = row[k]
		}
		all[line["name"]] = line
		names = append(names, line["name"])
	}
	return all, names, nil
}

// expect sets what is known of a problem: a number, "infeasible" or "unbounded".
func (p *Problem) expect(optimum string) error {
	switch Claim(optimum) {
	case Infeasible, Unbounded:
		p.Expect, p.Optimum = Claim(optimum), math.NaN()
		return nil
	}
	var err error
	p.Expect = Solved
	p.Optimum, err = strconv.ParseFloat(optimum, 64)
	return err
}

// set reads the problems of a folder that its reference.csv lists.
func set(dir, extension string, read func(file string) (*Problem, error)) ([]*Problem, error) {
	known, names, err := reference(filepath.Join(dir, "reference.csv"))
	if err != nil {
		return nil, err
	}
	var all []*Problem
	for _, name := range names {
		p, err := read(filepath.Join(dir, name+extension))
		if err != nil {
			return nil, err
		}
		p.Name = name
		if err := p.expect(known[name]["optimum"]); err != nil {
			return nil, fmt.Errorf("%s: %w", name, err)
		}
		all = append(all, p)
	}
	return all, nil
}

// MarosMeszaros reads the quadratic programs of a folder: NAME.npz and reference.csv.
func MarosMeszaros(dir string) ([]*Problem, error) { return set(dir, ".npz", ReadQP) }

// Netlib reads the linear programs of a folder: NAME.mps and reference.csv.
func Netlib(dir string) ([]*Problem, error) {
	return set(dir, ".mps", func(file string) (*Problem, error) {
		f, err := os.Open(file)
		if err != nil {
			return nil, err
		}
		defer f.Close()
		q, err := mps.Read(f, mps.Options{})
		if err != nil {
			return nil, fmt.Errorf("%s: %w", file, err)
		}
		return FromMPS(q), nil
	})
}

// Nonzeros is how many entries P and A have, bounds counted.
func (p *Problem) Nonzeros() int { return len(p.P.Values) + len(p.A.Values) }

// Boxed reports whether the last n rows of A are the identity, so that they are bounds of the variables.
func (p *Problem) Boxed() bool {
	n, m := p.Size()
	if m < n {
		return false
	}
	for j := range n {
		ind, values := p.A.Column(j)
		last := len(ind) - 1
		if last < 0 || ind[last] != m-n+j || values[last] != 1 || last > 0 && ind[last-1] >= m-n {
			return false
		}
	}
	return true
}
