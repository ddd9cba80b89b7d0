package main

import (
	_ "embed"
	"encoding/json"
	"errors"
	"math"

	"github.com/argmin-go/argmin/cone"
	"github.com/argmin-go/argmin/internal/check/conic"
	"github.com/argmin-go/argmin/internal/check/venv"
	"github.com/argmin-go/argmin/sparse"
)

//go:embed peer.py
var script []byte

// peers is the process of Python with the other solvers.
type peers struct{ *venv.Process }

func start(python string) (*peers, error) {
	p, err := venv.Start(python, script)
	return &peers{p}, err
}

// matrix is a matrix by its entries.
type matrix struct{ row, col, values []float64 }

// program is a program as peers get it.
type program struct {
	q, a matrix
	c, b []float64
}

func denseProgram(d conic.Data) program {
	m, n := d.A.Shape()[0], d.A.Shape()[1]
	a := matrix{values: d.A.Float64s()}
	for i := range m {
		for j := range n {
			a.row, a.col = append(a.row, float64(i)), append(a.col, float64(j))
		}
	}
	return program{a: a, c: d.C.Float64s(), b: d.B.Float64s()}
}

func sparseProgram(d conic.SparseData) program {
	entries := func(a sparse.Matrix) (m matrix) {
		row, col, values := a.COO()
		for k := range row {
			m.row, m.col = append(m.row, float64(row[k])), append(m.col, float64(col[k]))
		}
		m.values = values.Float64s()
		return m
	}
	return program{q: entries(d.Q), a: entries(d.A), c: d.C.Float64s(), b: d.B.Float64s()}
}

// job announces programs, whose numbers follow.
type job struct {
	Solver string    `json:"solver"`
	N      int       `json:"n"`
	M      int       `json:"m"`
	NNZQ   int       `json:"nnzQ"`
	NNZA   int       `json:"nnzA"`
	Count  int       `json:"count"`
	Cones  []jobCone `json:"cones"`
}

type jobCone struct {
	Kind  string `json:"kind"`
	Dim   int    `json:"dim"`
	Order int    `json:"order"`
}

// solve has a peer solve programs that differ in their numbers only.
func (p *peers) solve(name string, cones []cone.Cone, list []program) (answer, error) {
	none := answer{alone: math.NaN(), batch: math.NaN(), gradient: math.NaN(), differences: math.NaN()}
	kinds := map[cone.Kind]string{cone.KindZero: "zero", cone.KindNonNegative: "nonnegative", cone.KindSecondOrder: "second-order",
		cone.KindPSD: "psd", cone.KindExponential: "exponential"}
	first := list[0]
	n, m := len(first.c), len(first.b)
	j := job{Solver: name, N: n, M: m, NNZQ: len(first.q.values), NNZA: len(first.a.values), Count: len(list)}
	for _, c := range cones {
		j.Cones = append(j.Cones, jobCone{kinds[c.Kind], c.Dim, c.Order})
	}
	line, err := json.Marshal(j)
	if err != nil {
		return none, err
	}
	if err := p.Line(line); err != nil {
		return none, err
	}
	parts := [][]float64{first.q.row, first.q.col, first.a.row, first.a.col}
	for _, q := range list {
		parts = append(parts, q.q.values, q.a.values, q.c, q.b)
	}
	for _, v := range parts {
		if err := p.Send(v); err != nil {
			return none, err
		}
	}
	text, err := p.Text()
	if err != nil {
		return none, err
	}
	var head struct {
		Solved                 []bool
		Alone, Batch, Gradient *float64 // milliseconds for one program
		Differences            *float64 // how far derivatives are from differences of solutions
		Slopes                 bool
		Error                  string
	}
	if err := json.Unmarshal(text, &head); err != nil {
		return none, err
	}
	if head.Error != "" {
		return none, errors.New(head.Error)
	}
	a := none
	for to, from := range map[*float64]*float64{&a.alone: head.Alone, &a.batch: head.Batch, &a.gradient: head.Gradient, &a.differences: head.Differences} {
		if from != nil {
			*to = *from
		}
	}
	a.solved = head.Solved
	for range list {
		v, err := p.Numbers(n)
		if err != nil {
			return none, err
		}
		a.x = append(a.x, v)
	}
	if head.Slopes {
		for range list {
			v, err := p.Numbers(len(first.a.values) + m + n)
			if err != nil {
				return none, err
			}
			a.slopes = append(a.slopes, v)
		}
	}
	return a, nil
}
