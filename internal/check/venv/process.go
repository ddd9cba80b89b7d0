package venv

import (
	"bufio"
	"encoding/binary"
	"errors"
	"fmt"
	"io"
	"os"
	"os/exec"
	"path/filepath"
)

// Process is a Python process that a program talks to: lines and numbers go in, letters, texts and numbers come out, little-endian.
type Process struct {
	Hello string // the text that it sends first

	cmd   *exec.Cmd
	in    *bufio.Writer
	out   *bufio.Reader
	stdin io.Closer
	dir   string
}

// Start runs a script, whose first output is a text.
func Start(python string, script []byte) (*Process, error) {
	dir, err := os.MkdirTemp("", "argmin-peer-")
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
	p := &Process{cmd: cmd, in: bufio.NewWriter(stdin), out: bufio.NewReader(stdout), stdin: stdin, dir: dir}
	hello, err := p.Text()
	if err != nil {
		return nil, fmt.Errorf("Python's process ended: %w", errors.Join(err, p.Close()))
	}
	p.Hello = string(hello)
	return p, nil
}

// Close ends the process, which sees the end of its input.
func (p *Process) Close() error {
	p.stdin.Close()
	defer os.RemoveAll(p.dir)
	return p.cmd.Wait()
}

// Kill ends the process at once; a read from it then fails.
func (p *Process) Kill() { p.cmd.Process.Kill() }

// Letter reads one byte.
func (p *Process) Letter() (byte, error) { return p.out.ReadByte() }

// Text reads a length of four bytes and as many bytes.
func (p *Process) Text() ([]byte, error) {
	var n uint32
	if err := binary.Read(p.out, binary.LittleEndian, &n); err != nil {
		return nil, err
	}
	b := make([]byte, n)
	_, err := io.ReadFull(p.out, b)
	return b, err
}

// Numbers reads n numbers.
func (p *Process) Numbers(n int) ([]float64, error) {
	v := make([]float64, n)
	return v, binary.Read(p.out, binary.LittleEndian, v)
}

// Line sends a line of text.
func (p *Process) Line(line []byte) error {
	if _, err := p.in.Write(append(line, '\n')); err != nil {
		return err
	}
	return p.in.Flush()
}

// Send sends numbers.
func (p *Process) Send(v []float64) error {
	if err := binary.Write(p.in, binary.LittleEndian, v); err != nil {
		return err
	}
	return p.in.Flush()
}
