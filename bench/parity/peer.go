package main

import (
	"bufio"
	_ "embed"
	"encoding/binary"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"log"
	"math"
	"os"
	"os/exec"
	"path/filepath"

	"gonum.org/v1/gonum/mat"

	"github.com/argmin-go/argmin/internal/check/parity"
)

//go:embed peer.py
var script []byte

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
func (p *peer) solve(c parity.Case) (parity.Figure, error) {
	var j job
	var answer answering
	switch c := c.(type) {
	case parity.MinimizeCase:
		j, answer = minimizing(c)
	case parity.RootCase:
		j, answer = rooting(c)
	}
	if err := json.NewEncoder(p.in).Encode(j); err != nil {
		return parity.Figure{}, err
	}
	if err := p.in.Flush(); err != nil {
		return parity.Figure{}, err
	}
	count := map[byte]int{}
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
		x, err := p.numbers(len(j.X0))
		if err != nil {
			return parity.Figure{}, err
		}
		var v []float64
		if kind == 'k' {
			if v, err = p.numbers(len(j.CLower)); err != nil {
				return parity.Figure{}, err
			}
		}
		if err := binary.Write(p.in, binary.LittleEndian, answer(kind, x, v)); err != nil {
			return parity.Figure{}, err
		}
		if err := p.in.Flush(); err != nil {
			return parity.Figure{}, err
		}
	}
}
