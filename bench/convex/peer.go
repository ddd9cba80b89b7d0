package main

import (
	"context"
	_ "embed"
	"encoding/json"
	"time"

	"github.com/argmin-go/argmin/internal/check/convex"
	"github.com/argmin-go/argmin/internal/check/venv"
	"github.com/argmin-go/argmin/mps"
)

//go:embed peer.py
var script []byte

// peers are the solvers of peer.py.
var peers = []string{"clarabel", "piqp", "osqp", "proxqp", "highs", "highs-pdlp", "ortools-pdlp"}

// process is the one of Python, started when it is needed.
type process struct {
	python string
	*venv.Process
}

func (p *process) close() {
	if p.Process != nil {
		p.Process.Close()
	}
}

// peer is one of its solvers.
type peer struct {
	name   string
	python *process
}

func (p peer) Name() string { return p.name }

// memory is how many bytes of addresses a solver may use.
const memory = 12 << 30

// job announces a problem, whose numbers follow.
type job struct {
	Solver   string  `json:"solver"`
	N        int     `json:"n"`
	M        int     `json:"m"`
	NNZP     int     `json:"nnzP"`
	NNZA     int     `json:"nnzA"`
	Boxed    bool    `json:"boxed"`
	Accuracy float64 `json:"accuracy"`
	Limit    float64 `json:"limit"` // seconds
	Memory   int64   `json:"memory"`
}

// Solve has Python solve the problem.
func (p peer) Solve(_ context.Context, q *convex.Problem, accuracy float64, limit time.Duration) convex.Answer {
	a, err := p.solve(q, accuracy, limit)
	if err != nil {
		p.python.close()
		p.python.Process = nil
		return convex.Answer{Claim: convex.Failed, Message: "the process ended: " + err.Error()}
	}
	return a
}

func (p peer) solve(q *convex.Problem, accuracy float64, limit time.Duration) (convex.Answer, error) {
	var a convex.Answer
	if p.python.Process == nil {
		var err error
		if p.python.Process, err = venv.Start(p.python.python, script); err != nil {
			return a, err
		}
	}
	n, m := q.Size()
	line, err := json.Marshal(job{p.name, n, m, len(q.P.Values), len(q.A.Values), q.Boxed(), accuracy, limit.Seconds(), memory})
	if err != nil {
		return a, err
	}
	if err := p.python.Line(line); err != nil {
		return a, err
	}
	for _, v := range [][]float64{q.P.Values, floats(q.P.Ind), pointers(q.P), q.A.Values, floats(q.A.Ind), pointers(q.A), q.Q, q.L, q.U} {
		if err := p.python.Send(v); err != nil {
			return a, err
		}
	}
	text, err := p.python.Text()
	if err != nil {
		return a, err
	}
	var head struct {
		Claim   convex.Claim `json:"claim"`
		Status  string       `json:"status"`
		Seconds float64      `json:"seconds"`
		Numbers int          `json:"numbers"`
	}
	if err := json.Unmarshal(text, &head); err != nil {
		return a, err
	}
	numbers, err := p.python.Numbers(head.Numbers)
	a = convex.Answer{Claim: head.Claim, Message: head.Status, Seconds: head.Seconds}
	if head.Numbers == n+m {
		a.X, a.Y = numbers[:n], numbers[n:]
	}
	return a, err
}

func floats(v []int) []float64 {
	to := make([]float64, len(v))
	for i, e := range v {
		to[i] = float64(e)
	}
	return to
}

// pointers are where the columns begin, also of a matrix without entries.
func pointers(a mps.Matrix) []float64 {
	if a.Ptr == nil {
		return make([]float64, a.Cols+1)
	}
	return floats(a.Ptr)
}
