package main

import (
	_ "embed"
	"encoding/json"
	"fmt"
	"math"
	"math/rand/v2"
	"slices"

	"github.com/argmin-go/argmin/internal/check/convex"
	"github.com/argmin-go/argmin/internal/check/venv"
	"github.com/argmin-go/argmin/internal/core/sparse"
	"github.com/argmin-go/argmin/internal/cputime"
)

//go:embed factors.py
var factorsScript []byte

// symmetric is a matrix: its lower triangle by rows.
type symmetric struct {
	p      *sparse.Shared
	values []float64
}

func newSymmetric(n int, row, col []int, v []float64) symmetric {
	for k := range row {
		row[k], col[k] = max(row[k], col[k]), min(row[k], col[k])
	}
	p, slot, err := sparse.FromCOO(n, n, row, col)
	if err != nil {
		panic(err) // the places are those of an n×n matrix
	}
	s := symmetric{p, make([]float64, p.NNZ())}
	for k, at := range slot {
		s.values[at] += v[k]
	}
	return s
}

// matrices are kinds of matrices, of about so many rows (grids, random ones), or made of a problem of about so many nonzeros.
var matrices = []struct {
	name string
	make func(size int) symmetric
}{
	{"grid", func(n int) symmetric { return grid(n, 2) }},
	{"cube", func(n int) symmetric { return grid(n, 3) }},
	{"random", randomSymmetric},
	{"lasso", func(n int) symmetric { return stepOf("lasso", n) }},
	{"control", func(n int) symmetric { return stepOf("control", n) }},
}

// grid is the Laplacian of a grid, moved off zero.
func grid(rows, dims int) symmetric {
	m := int(math.Round(math.Pow(float64(rows), 1/float64(dims))))
	n := 1
	for range dims {
		n *= m
	}
	var row, col []int
	var v []float64
	for i := range n {
		row, col, v = append(row, i), append(col, i), append(v, float64(2*dims)+1e-3)
		for step := 1; step < n; step *= m {
			if i/step%m > 0 {
				row, col, v = append(row, i), append(col, i-step), append(v, -1)
			}
		}
	}
	return newSymmetric(n, row, col, v)
}

// randomSymmetric has three entries off the diagonal in each row, on average, and is definite.
func randomSymmetric(n int) symmetric {
	r := rand.New(rand.NewPCG(1, uint64(n)))
	var row, col []int
	var v []float64
	add := func(i, j int, x float64) { row, col, v = append(row, i), append(col, j), append(v, x) }
	for i := range n {
		add(i, i, 1)
		for range 1 + i%2 {
			if j, x := r.IntN(n), r.NormFloat64(); j != i {
				add(i, j, x)
				add(i, i, math.Abs(x))
				add(j, j, math.Abs(x))
			}
		}
	}
	return newSymmetric(n, row, col, v)
}

// stepOf is [P + σI, Aᵀ; A, -I/ρ] of a problem of OSQP's families, as OSQP factors it.
func stepOf(family string, nonzeros int) symmetric {
	const sigma, rho = 1e-6, 0.1
	i := slices.IndexFunc(convex.Families, func(f convex.Family) bool { return f.Name == family })
	p := convex.Families[i].Make(nonzeros, 1, convex.Solved)
	n, m := p.Size()
	var row, col []int
	var v []float64
	add := func(i, j int, x float64) { row, col, v = append(row, i), append(col, j), append(v, x) }
	for j := range n {
		add(j, j, sigma)
		ind, values := p.P.Column(j)
		for k, i := range ind {
			if i >= j {
				add(i, j, values[k])
			}
		}
		ind, values = p.A.Column(j)
		for k, i := range ind {
			add(n+i, j, values[k])
		}
	}
	for i := range m {
		add(n+i, n+i, -1/rho)
	}
	return newSymmetric(n+m, row, col, v)
}

// measured is what a factorization took: seconds of CPU with the analysis, for other numbers, and for a solution, and its largest error relative to the
// terms of a row.
type measured struct {
	NNZ                        int
	First, Again, Solve, Error float64
	Failed                     string
}

// most is the number of operations above which a matrix is left out.
const most = 2e11

// ours measures our own.
func (s symmetric) ours() (m measured, flops float64) {
	b, x := make([]float64, s.p.Rows), make([]float64, s.p.Rows)
	for i := range b {
		b[i] = 1
	}
	t := cputime.Now()
	since := func() float64 {
		d := cputime.Now() - t
		t += d
		return d.Seconds()
	}
	a, err := sparse.Analyze(&s.p.Pattern)
	if err != nil {
		return measured{Failed: err.Error()}, 0
	}
	if a.Flops() > most {
		return measured{Failed: "too large"}, a.Flops()
	}
	f, err := a.Factorize(s.values, sparse.Options{Ordered: true})
	if err != nil {
		return measured{Failed: err.Error()}, a.Flops()
	}
	m.NNZ, m.First = f.NNZ(), since()
	if err := f.Refactorize(s.values); err != nil {
		m.Failed = err.Error()
	}
	m.Again = since()
	if m.Error, err = f.Solve(b, x); err != nil {
		m.Failed = err.Error()
	}
	m.Solve = since()
	return m, a.Flops()
}

// peer has a peer measure a matrix.
func (s symmetric) peer(p *venv.Process, method string) (m measured, err error) {
	full, from := s.p.Mirrored()
	values := make([]float64, full.NNZ())
	for k, at := range from {
		values[k] = s.values[at]
	}
	line, err := json.Marshal(map[string]any{"method": method, "n": full.Rows, "nnz": full.NNZ()})
	if err != nil {
		return m, err
	}
	if err := p.Line(line); err != nil {
		return m, err
	}
	for _, v := range [][]float64{values, floats(full.Ind), floats(full.Ptr)} {
		if err := p.Send(v); err != nil {
			return m, err
		}
	}
	text, err := p.Text()
	if err != nil {
		return m, err
	}
	return m, json.Unmarshal(text, &m)
}

// factorizations prints what the factors of growing matrices have and take, beside SuperLU and QDLDL.
func factorizations(o options) error {
	python := o.python
	var err error
	if python == "" {
		if python, err = venv.Python("factors", "scipy, qdldl", "numpy==2.*", "scipy==1.17.*", "qdldl==0.1.9.post1"); err != nil {
			return err
		}
	}
	p, err := venv.Start(python, factorsScript)
	if err != nil {
		return err
	}
	defer p.Close()
	fmt.Printf("%-10s %9s %9s %-8s %10s %9s %9s %9s %7s\n", "matrix", "rows", "entries", "by", "factor", "first", "again", "solve", "error")
	for _, kind := range matrices {
		if !o.match.MatchString(kind.name) {
			continue
		}
		for _, size := range o.sizes {
			s := kind.make(size)
			row := func(name string, m measured) {
				fmt.Printf("%-10s %9d %9d %-8s ", kind.name, s.p.Rows, s.p.NNZ(), name)
				if m.Failed != "" {
					fmt.Println(m.Failed)
					return
				}
				fmt.Printf("%10d %9.4f %9.4f %9.4f %7.0e\n", m.NNZ, m.First, m.Again, m.Solve, m.Error)
			}
			mine, flops := s.ours()
			row("argmin", mine)
			if flops > most {
				continue
			}
			for _, method := range []string{"qdldl", "superlu"} {
				m, err := s.peer(p, method)
				if err != nil {
					return err
				}
				row(method, m)
			}
		}
	}
	return nil
}
