package main

import (
	_ "embed"
	"encoding/json"
	"errors"
	"fmt"
	"log"
	"math"

	"gonum.org/v1/gonum/mat"

	"github.com/argmin-go/argmin/internal/check/parity"
	"github.com/argmin-go/argmin/internal/check/venv"
)

//go:embed peer.py
var script []byte

// peer is the Python process.
type peer struct{ *venv.Process }

func start(python string) (peer, error) {
	p, err := venv.Start(python, script)
	return peer{p}, err
}

func (p peer) close() {
	if err := p.Close(); err != nil {
		log.Print(err)
	}
}

// job describes a problem to SciPy; numbers are words, so that they can be infinite.
type job struct {
	Root   bool      `json:"root"` // else minimize
	Method string    `json:"method"`
	X0     []string  `json:"x0"`
	Jac    bool      `json:"jac"` // root's
	Lower  []string  `json:"lower"`
	Upper  []string  `json:"upper"`
	CLower []string  `json:"clower"`
	CUpper []string  `json:"cupper"`
	A      []float64 `json:"a"`
}

// answering evaluates the function of a problem with a letter at x; v has the weights of
// constraints.
type answering func(kind byte, x, v []float64) []float64

// minimizing is a case of minimize as a job for SciPy.
func minimizing(c parity.MinimizeCase) (job, answering) {
	q := c.Problem
	n, m := len(q.X0), len(q.CLower)
	j := job{Method: c.Method, X0: words(q.X0), Lower: words(q.Lower), Upper: words(q.Upper), CLower: []string{}}
	_, opt := q.Minimize()
	for _, k := range opt.Constraints {
		j.CLower, j.CUpper = words(k.Lower), words(k.Upper)
		if k.A != nil {
			j.A = k.A.RawMatrix().Data
		}
	}
	return j, func(kind byte, x, v []float64) []float64 {
		switch kind {
		case 'g':
			g := make([]float64, n)
			q.Gradient(x, g)
			return g
		case 'h', 'k':
			h := mat.NewSymDense(n, nil)
			if kind == 'h' {
				q.Hessian(x, h)
			} else {
				q.ConstraintHessian(x, v, h)
			}
			return mat.DenseCopyOf(h).RawMatrix().Data
		case 'c':
			c := make([]float64, m)
			q.Constraints(x, c)
			return c
		case 'j':
			a := mat.NewDense(m, n, nil)
			q.Jacobian(x, a)
			return a.RawMatrix().Data
		}
		return []float64{q.Value(x)}
	}
}

// rooting is a case of root as a job for SciPy.
func rooting(c parity.RootCase) (job, answering) {
	n := len(c.System.X0)
	return job{Root: true, Method: c.Method, X0: words(c.System.X0), Jac: c.Jacobian}, func(kind byte, x, _ []float64) []float64 {
		if kind == 'g' {
			j := mat.NewDense(n, n, nil)
			c.System.Jacobian(x, j)
			return j.RawMatrix().Data
		}
		f := make([]float64, n)
		c.System.Values(x, f)
		return f
	}
}

func words(v []float64) []string {
	w := make([]string, len(v))
	for i, e := range v {
		w[i] = fmt.Sprint(e)
	}
	return w
}

// solve has SciPy solve a case, and evaluates the functions for it meanwhile.
func (p peer) solve(c parity.Case) (parity.Figure, error) {
	var j job
	var answer answering
	switch c := c.(type) {
	case parity.MinimizeCase:
		j, answer = minimizing(c)
	case parity.RootCase:
		j, answer = rooting(c)
	}
	line, err := json.Marshal(j)
	if err != nil {
		return parity.Figure{}, err
	}
	if err := p.Line(line); err != nil {
		return parity.Figure{}, err
	}
	count := map[byte]int{}
	for {
		kind, err := p.Letter()
		if err != nil {
			return parity.Figure{}, errors.Join(errors.New("SciPy's process ended"), err)
		}
		if kind == 'R' {
			b, err := p.Text()
			if err != nil {
				return parity.Figure{}, err
			}
			var f parity.Figure
			if err := json.Unmarshal(b, &f); err != nil {
				// Python's NaN is not JSON.
				f.Fun = parity.Number(math.NaN())
				f.Message = string(b)
			}
			f.Method, f.Problem = c.Labels()
			f.NFev, f.NJev, f.NHev = count['f'], count['g'], count['h']
			return c.Judge(f), nil
		}
		count[kind]++
		x, err := p.Numbers(len(j.X0))
		if err != nil {
			return parity.Figure{}, err
		}
		var v []float64
		if kind == 'k' {
			if v, err = p.Numbers(len(j.CLower)); err != nil {
				return parity.Figure{}, err
			}
		}
		if err := p.Send(answer(kind, x, v)); err != nil {
			return parity.Figure{}, err
		}
	}
}
