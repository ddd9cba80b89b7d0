package main

import (
	_ "embed"
	"encoding/json"
	"fmt"
	"time"

	"github.com/argmin-go/argmin/internal/check/constrained"
	"github.com/argmin-go/argmin/internal/check/parity"
	"github.com/argmin-go/argmin/internal/check/venv"
)

//go:embed peer.py
var script []byte

// peer is the Python process, started when it is needed and again after it was killed.
type peer struct {
	python  string
	process *venv.Process
}

// job is a problem for a peer; numbers are words, so that they can be infinite.
type job struct {
	Solver    string          `json:"solver"`
	X0        []parity.Number `json:"x0"`
	Lower     []parity.Number `json:"lower"`
	Upper     []parity.Number `json:"upper"`
	M         int             `json:"m"`
	Equations int             `json:"equations"`
	Limit     float64         `json:"limit"` // seconds
	FTol      float64         `json:"ftol"`
	MaxIter   int             `json:"maxiter"`
}

// question is the least-squares problem of the multipliers.
type question struct {
	Solver string    `json:"solver"`
	Rows   int       `json:"rows"`
	A      []float64 `json:"a"`
	B      []float64 `json:"b"`
	Free   []bool    `json:"free"`
}

// answer is what comes back.
type answer struct {
	constrained.Figure
	Point       []parity.Number `json:"x"`
	Multipliers []float64       `json:"y"`
}

// begin sends a job to the process, started if it does not run.
func (p *peer) begin(job any) error {
	if p.process == nil {
		var err error
		if p.process, err = venv.Start(p.python, script); err != nil {
			return err
		}
	}
	line, err := json.Marshal(job)
	if err != nil {
		return err
	}
	return p.process.Line(line)
}

func (p *peer) close() {
	if p.process != nil {
		p.process.Close()
	}
	p.process = nil
}

// solve has a peer solve a problem, and evaluates the functions for it meanwhile. One that does not end in time is killed.
func (p *peer) solve(solver string, q *constrained.Problem, limit time.Duration) (constrained.Figure, error) {
	j := job{solver, q.X0, q.Lower, q.Upper, q.M(), q.Equations, limit.Seconds(), constrained.FTol, constrained.MaxIter}
	if err := p.begin(j); err != nil {
		return constrained.Figure{}, err
	}
	start := time.Now()
	killed := time.AfterFunc(limit+2*time.Second, p.process.Kill) // the solvers' own limits come first
	var f constrained.Figure
	for {
		kind, err := p.process.Letter()
		if err == nil && kind == 'R' {
			break
		}
		if err == nil {
			err = p.evaluate(kind, q, &f)
		}
		if err != nil {
			stopped := !killed.Stop()
			p.close()
			f.Seconds, f.Message = time.Since(start).Seconds(), "stopped at the time limit"
			if !stopped {
				f.Message = fmt.Sprintf("the process ended: %v", err)
			}
			return f, nil
		}
	}
	killed.Stop()
	a, err := p.result()
	f.X, f.Success, f.Infeasible, f.Unbounded, f.Message = a.Point, a.Success, a.Figure.Infeasible, a.Figure.Unbounded, a.Message
	f.Seconds = time.Since(start).Seconds()
	return f, err
}

// evaluate answers one request, and counts it.
func (p *peer) evaluate(kind byte, q *constrained.Problem, f *constrained.Figure) error {
	x, err := p.process.Numbers(q.N)
	if err != nil {
		return err
	}
	switch kind {
	case 'f':
		f.NFev++
		return p.process.Send(q.Value(x))
	case 'g':
		f.NGrad++
		return p.process.Send(q.Gradient(x))
	case 'c':
		f.NCon++
		return p.process.Send(q.Constraints(x))
	case 'j':
		f.NJac++
		return p.process.Send(q.Jacobian(x))
	case 'h':
		f.NHess++
		y, err := p.process.Numbers(q.M() + 1)
		if err != nil {
			return err
		}
		return p.process.Send(q.Hessian(x, y[q.M()], y[:q.M()]))
	}
	return fmt.Errorf("the peer asks for %q", kind)
}

func (p *peer) result() (answer, error) {
	var a answer
	b, err := p.process.Text()
	if err != nil {
		return a, err
	}
	return a, json.Unmarshal(b, &a)
}

// multipliers solves for the multipliers of a point.
func (p *peer) multipliers(s constrained.System) ([]float64, error) {
	if len(s.Free) == 0 {
		return nil, nil
	}
	if err := p.begin(question{"multipliers", len(s.B), s.A, s.B, s.Free}); err != nil {
		return nil, err
	}
	if _, err := p.process.Letter(); err != nil {
		return nil, err
	}
	a, err := p.result()
	return a.Multipliers, err
}
